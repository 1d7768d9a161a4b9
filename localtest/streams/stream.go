package streams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Record is a record of a stream, as the function gets it.
type Record struct {
	EventID   string `json:"eventID"`
	EventName string `json:"eventName"` // INSERT, MODIFY or REMOVE
	Change    struct {
		Sequence string          `json:"SequenceNumber"`
		Created  float64         `json:"ApproximateCreationDateTime"` // seconds; DynamoDB Local rounds to the minute
		Keys     json.RawMessage `json:"Keys"`
		New      json.RawMessage `json:"NewImage"`
		Old      json.RawMessage `json:"OldImage"`
	} `json:"dynamodb"`
	// Raw is the whole record as JSON; images are passed on byte for byte.
	Raw json.RawMessage `json:"-"`

	lane  int
	entry *entry // its place in the ledger; nil for a copy that comes late
}

func (r *Record) created() time.Time {
	return time.UnixMilli(int64(r.Change.Created * 1000))
}

// stream reads one table's stream. The requests are made by hand: the SDK would take the images apart, and a function is to get them as they are.
type stream struct {
	endpoint string
	client   *http.Client
	region   string
	table    string
	arn      string
}

const streamsAPI, tablesAPI = "DynamoDBStreams_20120810.", "DynamoDB_20120810."

// serviceError is an error answer of DynamoDB's JSON protocol.
type serviceError struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

// outdated tells that only the iterator is at fault: it has expired, or points at what DynamoDB Local has trimmed meanwhile,
// as it does in the first second of a stream. A new one goes on from the same place.
func outdated(err error) bool {
	var e *serviceError
	return errors.As(err, &e) && (strings.HasSuffix(e.Type, "TrimmedDataAccessException") || strings.HasSuffix(e.Type, "ExpiredIteratorException"))
}

func (e *serviceError) Error() string { return e.Type + ": " + e.Message }

// maxAnswer is more than GetRecords answers (1 MB of records).
const maxAnswer = 16 << 20

func (s *stream) call(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", operation)
	// DynamoDB Local checks no signature, but wants the form of one.
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/"+s.region+"/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	request.Header.Set("X-Amz-Date", "20260101T000000Z")
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	if response.StatusCode != http.StatusOK {
		failure := &serviceError{Type: response.Status}
		_ = json.Unmarshal(answer, failure) // the status alone says enough
		return failure
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	return nil
}

// latest is the ARN of the table's stream.
func (s *stream) latest(ctx context.Context) (string, error) {
	var found struct {
		Table struct{ LatestStreamArn string }
	}
	err := s.call(ctx, tablesAPI+"DescribeTable", map[string]string{"TableName": s.table}, &found)
	if err == nil && found.Table.LatestStreamArn == "" {
		err = errors.New("the table has no stream")
	}
	return found.Table.LatestStreamArn, err
}

// shard is a part of a stream. Its parent's records come before its own.
type shard struct {
	ID     string `json:"ShardId"`
	Parent string `json:"ParentShardId"`
}

func (s *stream) shards(ctx context.Context) ([]shard, error) {
	var all []shard
	in := map[string]string{"StreamArn": s.arn}
	for {
		var page struct {
			StreamDescription struct {
				Shards               []shard
				LastEvaluatedShardID string `json:"LastEvaluatedShardId"`
			}
		}
		if err := s.call(ctx, streamsAPI+"DescribeStream", in, &page); err != nil {
			return nil, err
		}
		all = append(all, page.StreamDescription.Shards...)
		if page.StreamDescription.LastEvaluatedShardID == "" {
			return all, nil
		}
		in["ExclusiveStartShardId"] = page.StreamDescription.LastEvaluatedShardID
	}
}

// iterator points behind a sequence number, or at TRIM_HORIZON when it is empty or gone.
func (s *stream) iterator(ctx context.Context, shard, after string) (string, error) {
	in := map[string]string{"StreamArn": s.arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
	if after != "" {
		in["ShardIteratorType"], in["SequenceNumber"] = "AFTER_SEQUENCE_NUMBER", after
	}
	var found struct{ ShardIterator string }
	err := s.call(ctx, streamsAPI+"GetShardIterator", in, &found)
	var refused *serviceError
	if after != "" && errors.As(err, &refused) {
		return s.iterator(ctx, shard, "")
	}
	return found.ShardIterator, err
}

// records reads on from an iterator; next is empty at the end of a closed shard.
func (s *stream) records(ctx context.Context, iterator string) (list []*Record, next string, err error) {
	var page struct {
		Records           []json.RawMessage
		NextShardIterator string
	}
	if err := s.call(ctx, streamsAPI+"GetRecords", map[string]any{"ShardIterator": iterator, "Limit": 1000}, &page); err != nil {
		return nil, "", err
	}
	for _, raw := range page.Records {
		r, err := s.record(raw)
		if err != nil {
			return nil, "", err
		}
		list = append(list, r)
	}
	return list, page.NextShardIterator, nil
}

// record adds what the stream does not say and a function is told.
func (s *stream) record(raw json.RawMessage) (*Record, error) {
	r := &Record{}
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, err
	}
	source, err := json.Marshal(s.arn)
	if err != nil {
		return nil, err
	}
	raw = bytes.TrimRight(raw, " \n\r\t")
	r.Raw = append(append(append(bytes.Clone(raw[:len(raw)-1]), `,"eventSourceARN":`...), source...), '}')
	return r, nil
}
