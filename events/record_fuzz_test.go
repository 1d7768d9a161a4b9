package events

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
)

// FuzzParseRecord holds that a record of a stream is read or refused, that it keeps its place in the shard when it is
// refused, and that a second reading gives the same (F16).
func FuzzParseRecord(f *testing.F) {
	for _, sample := range []string{"enrol-account-confirmed.json", "enrol-membership-ended.json", "enrol-organisation-disabled.json", "notify-act.json"} {
		payload, err := os.ReadFile("samples/" + sample)
		if err != nil {
			f.Fatal(err)
		}
		var batch struct{ Records []json.RawMessage }
		if err := json.Unmarshal(payload, &batch); err != nil {
			f.Fatal(err)
		}
		for _, record := range batch.Records {
			f.Add([]byte(record))
		}
	}
	for _, value := range []string{
		`{"S":"a"}`, `{"N":"1"}`, `{"B":"AA=="}`, `{"B":"*"}`, `{"BOOL":true}`, `{"NULL":true}`, `{"SS":["a"]}`, `{"NS":["1"]}`, `{"BS":["AA==","*"]}`,
		`{"L":[{"S":"a"},{"L":[]}]}`, `{"M":{"a":{"M":{}}}}`, `{"M":null}`, `{"L":null}`, `{"S":"a","N":"1"}`, `{}`, `null`, `{"X":1}`, `{"S":1}`,
	} {
		f.Add([]byte(`{"eventID":"1","eventName":"MODIFY","dynamodb":{"SequenceNumber":"7","Keys":{"PK":{"S":"a"}},"NewImage":{"a":` + value + `}}}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		record, err := parseRecord(raw)
		var place struct {
			DynamoDB struct{ SequenceNumber string } `json:"dynamodb"`
		}
		if json.Unmarshal(raw, &place) == nil && record.Sequence != place.DynamoDB.SequenceNumber {
			t.Errorf("the place %q is read as %q", place.DynamoDB.SequenceNumber, record.Sequence)
		}
		if err != nil {
			return
		}
		if record.ID == "" || len(record.Keys) == 0 {
			t.Errorf("no change of a table is read as %+v", record)
		}
		for _, image := range []image{record.Keys, record.New, record.Old} {
			if slices.Contains(slices.Collect(maps.Values(image)), nil) {
				t.Error("an attribute without a value")
			}
		}
		again, err := parseRecord(raw)
		if err != nil || again.ID != record.ID || again.Sequence != record.Sequence || len(again.New) != len(record.New) {
			t.Errorf("read twice, the record differs: %v", err)
		}
	})
}
