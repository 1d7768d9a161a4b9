package streams

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Conditions under which records are discarded.
const (
	RetryAttemptsExhausted = "RetryAttemptsExhausted"
	RecordAgeExceeded      = "RecordAgeExceeded"
)

// DeadLetter is what a mapping discards. On AWS the queue gets Message alone, from which the records can be read for 24 hours; here they stay with it.
type DeadLetter struct {
	Function string `json:"function"`
	Table    string `json:"table"`
	// Message is what Lambda sends to the on-failure queue.
	Message Failure `json:"message"`
	// Records as the function got them.
	Records []json.RawMessage `json:"records"`
}

// Failure is the body of Lambda's message about a discarded batch.
type Failure struct {
	RequestContext struct {
		RequestID              string `json:"requestId"`
		FunctionARN            string `json:"functionArn"`
		Condition              string `json:"condition"`
		ApproximateInvokeCount int    `json:"approximateInvokeCount"`
	} `json:"requestContext"`
	ResponseContext struct {
		StatusCode      int    `json:"statusCode"`
		ExecutedVersion string `json:"executedVersion"`
		FunctionError   string `json:"functionError,omitempty"`
	} `json:"responseContext"`
	Version            string    `json:"version"`
	Timestamp          time.Time `json:"timestamp"`
	DDBStreamBatchInfo struct {
		ShardID                         string    `json:"shardId"`
		StartSequenceNumber             string    `json:"startSequenceNumber"`
		EndSequenceNumber               string    `json:"endSequenceNumber"`
		ApproximateArrivalOfFirstRecord time.Time `json:"approximateArrivalOfFirstRecord"`
		ApproximateArrivalOfLastRecord  time.Time `json:"approximateArrivalOfLastRecord"`
		BatchSize                       int       `json:"batchSize"`
		StreamARN                       string    `json:"streamArn"`
	} `json:"DDBStreamBatchInfo"`
}

// deadLetters keeps what was discarded.
type deadLetters struct {
	folder string
	mu     sync.Mutex
	list   []DeadLetter
}

func (d *deadLetters) all() []DeadLetter {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.list)
}

func (d *deadLetters) add(letter DeadLetter) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(d.list, letter)
	if d.folder == "" {
		return nil
	}
	text, err := json.MarshalIndent(letter, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.folder, 0o700); err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s-%s.json", letter.Message.Timestamp.UTC().Format("20060102T150405.000000"), letter.Function, letter.Message.DDBStreamBatchInfo.StartSequenceNumber)
	return os.WriteFile(filepath.Join(d.folder, name), text, 0o600)
}
