package events

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// QuarantineLine is the message of the log line of a record that is put into quarantine; an alarm counts it.
const QuarantineLine = "record quarantined"

const (
	// quarantineKept is how long somebody has to mend what a record met. A record holds images of rows, those of persons too:
	// one of the erasure itself, a week after a deletion, must be gone within the 30 days of OP-07, and DynamoDB may take two
	// days to remove it.
	quarantineKept = 21 * 24 * time.Hour
	// maxPart keeps a part of a payload below DynamoDB's 400 KB per item.
	maxPart = 350 << 10
	// maxReason bounds the reason that is stored.
	maxReason = 2 << 10
	// maxPayload bounds what is unpacked again: two images of 400 KB, their keys and JSON's escapes.
	maxPayload = 8 << 20
)

// quarantine keeps a record whole, under its own id: a copy of it changes nothing.
func (r Reader) quarantine(ctx context.Context, record Record, cause error) error {
	id := record.ID
	if id == "" {
		id = "sequence " + record.Sequence
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(record.raw); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	now := r.DB.Now().UTC()
	reason := cause.Error()
	reason = strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")
	var items []types.TransactWriteItem
	for part := 0; packed.Len() > 0; part++ {
		item := ddb.Key(ddb.Quarantine(r.Name), id+"#"+strconv.Itoa(part))
		item["payload"] = &types.AttributeValueMemberB{Value: bytes.Clone(packed.Next(maxPart))}
		item["reason"], item["at"] = ddb.S(reason), ddb.S(now.Format(time.RFC3339))
		item[ddb.TTL] = ddb.N(now.Add(quarantineKept).Unix())
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &r.DB.Tables.Events, Item: item}})
	}
	err := r.DB.Transact(ctx, append(items, r.leave(record)...))
	var gone *ddb.ConditionFailed
	if errors.As(err, &gone) {
		err = r.DB.Transact(ctx, items)
	}
	if err != nil {
		return fmt.Errorf("events: quarantine: %w", err)
	}
	attributes := []any{"reader", r.Name, "record", id, "reason", reason}
	var p *panicked
	if errors.As(cause, &p) {
		attributes = append(attributes, "stack", string(p.stack))
	}
	slog.ErrorContext(ctx, QuarantineLine, attributes...)
	return nil
}

// leave takes a row of the table of events that is put aside from those that are looked after: it would come, and be put
// aside, every five minutes. It stays due, so that it is done once when it is driven again.
func (r Reader) leave(record Record) []types.TransactWriteItem {
	if record.New["DuePK"] == nil {
		return nil
	}
	return []types.TransactWriteItem{{Update: &types.Update{
		TableName: &r.DB.Tables.Events, Key: record.Keys, UpdateExpression: aws.String("REMOVE DuePK, DueSK, #redrive"),
		ConditionExpression: aws.String("attribute_exists(PK)"), ExpressionAttributeNames: map[string]string{"#redrive": redriveAttribute},
	}}}
}

// Redriven counts what a redrive did.
type Redriven struct {
	Done int `json:"done"`
	// Left are the records that failed again, or for which there was no time.
	Left int `json:"left"`
}

// Redrive handles the records in quarantine again, once what they met was mended. Those that succeed leave it.
func (r Reader) Redrive(ctx context.Context) (Redriven, error) {
	var result Redriven
	var parts []map[string]types.AttributeValue // of one record
	finish := func() {
		if len(parts) == 0 {
			return
		}
		if err := r.again(ctx, parts); err != nil {
			slog.WarnContext(ctx, "record stays in quarantine", "reader", r.Name, "record", recordOf(parts[0]), "error", err.Error())
			result.Left++
		} else {
			result.Done++
		}
		parts = nil
	}
	for item, err := range ddb.Query(ctx, r.DB.Client, ddb.Partition(r.DB.Tables.Events, ddb.Quarantine(r.Name), "")) {
		if err != nil {
			return result, err
		}
		if len(parts) > 0 && recordOf(item) != recordOf(parts[0]) {
			finish()
		}
		parts = append(parts, item)
	}
	finish()
	return result, nil
}

// recordOf is the record's id in the sort key of one of its parts.
func recordOf(item map[string]types.AttributeValue) string {
	sk, _ := item[ddb.SK].(*types.AttributeValueMemberS)
	if sk == nil {
		return ""
	}
	return sk.Value[:max(strings.LastIndexByte(sk.Value, '#'), 0)]
}

// again handles one record and deletes it on success.
func (r Reader) again(ctx context.Context, parts []map[string]types.AttributeValue) error {
	if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) < margin {
		return errOutOfTime
	}
	var packed []byte
	for _, part := range parts { // sorted by number: there are never ten
		if payload, ok := part["payload"].(*types.AttributeValueMemberB); ok {
			packed = append(packed, payload.Value...)
		}
	}
	unpack, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(unpack, maxPayload))
	if err != nil {
		return err
	}
	record, err := parseRecord(raw)
	if err != nil {
		return err
	}
	if err := r.guarded(ctx, record); err != nil {
		return err
	}
	for _, part := range parts {
		_, err := r.DB.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &r.DB.Tables.Events, Key: map[string]types.AttributeValue{ddb.PK: part[ddb.PK], ddb.SK: part[ddb.SK]},
		}, ddb.Read)
		if err != nil {
			return err
		}
	}
	return nil
}
