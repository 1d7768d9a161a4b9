package streams_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/lambda"
	"guichet/localtest/streams"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

// seen is one record as a function gets it.
type seen struct {
	Name   string `json:"eventName"`
	ARN    string `json:"eventSourceARN"`
	Change struct {
		Sequence string `json:"SequenceNumber"`
		Keys     map[string]map[string]string
		NewImage map[string]map[string]any
		OldImage map[string]map[string]any
	} `json:"dynamodb"`
}

func (s seen) key() string { return s.Change.Keys[ddb.PK]["S"] }

// function stands where Lambda's service stands: it answers batches as it is told, and remembers them.
type function struct {
	answer func(batch []seen) (failures []string, err error)

	mu      sync.Mutex
	batches [][]seen
}

func (f *function) Invoke(_ context.Context, call lambda.Invocation) (*lambda.Result, error) {
	var event struct{ Records []seen }
	if err := json.Unmarshal(call.Payload, &event); err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.batches = append(f.batches, event.Records)
	f.mu.Unlock()
	if event.Records == nil {
		return &lambda.Result{Payload: call.Payload}, nil
	}
	if f.answer == nil {
		return &lambda.Result{Payload: []byte("null")}, nil
	}
	failures, err := f.answer(event.Records)
	if err != nil {
		return &lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"` + err.Error() + `"}`)}, nil
	}
	answer := map[string][]map[string]string{"batchItemFailures": {}}
	for _, id := range failures {
		answer["batchItemFailures"] = append(answer["batchItemFailures"], map[string]string{"itemIdentifier": id})
	}
	payload, err := json.Marshal(answer)
	return &lambda.Result{Payload: payload}, err
}

// keys lists each call's records by their partition key.
func (f *function) keys() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var calls []string
	for _, batch := range f.batches {
		var keys []string
		for _, r := range batch {
			keys = append(keys, r.key())
		}
		calls = append(calls, strings.Join(keys, " "))
	}
	return calls
}

func (f *function) records() []seen {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Concat(f.batches...)
}

func plan(source topology.StreamSource) topology.Plan {
	source.Table = topology.Registry
	source.ReportsPartialBatchFailure = true
	return topology.Plan{Functions: []topology.Function{{
		Name: "job", Stage: topology.Jobs, Sources: []topology.StreamSource{source},
		Schedules: []topology.Schedule{{Name: "hourly", Every: time.Hour, Input: `{"task":"x"}`}},
	}}}
}

func options() streams.Options {
	return streams.Options{Poll: 5 * time.Millisecond, Pause: time.Millisecond}
}

func put(t *testing.T, tables *localtest.TestTables, keys ...string) {
	t.Helper()
	for _, key := range keys {
		item := ddb.Key(key, ddb.Self)
		item["kind"] = ddb.S("row of " + key)
		if _, err := tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tables.Name(topology.Registry)), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
}

// deliver runs a delivery until it has settled.
func deliver(t *testing.T, tables *localtest.TestTables, source topology.StreamSource, f *function, o streams.Options) *streams.Delivery {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	d, err := streams.Start(ctx, plan(source), streams.Tables{Endpoint: tables.Endpoint, Name: tables.Name}, f, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestARecordReachesTheFunctionAsLambdaGivesIt(t *testing.T) {
	t.Parallel()
	tables, f := localtest.Tables(t), &function{}
	put(t, tables, "a")
	_, err := tables.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(tables.Name(topology.Registry)), Key: ddb.Key("a", ddb.Self), UpdateExpression: aws.String("SET n = :n, payload = :b"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: "12345678901234567890.5"}, ":b": &types.AttributeValueMemberB{Value: []byte{0, 255}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tables.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(tables.Name(topology.Registry)), Key: ddb.Key("a", ddb.Self)}); err != nil {
		t.Fatal(err)
	}
	deliver(t, tables, topology.StreamSource{Window: 50 * time.Millisecond}, f, options())
	got := f.records()
	if len(got) != 3 || got[0].Name != "INSERT" || got[1].Name != "MODIFY" || got[2].Name != "REMOVE" {
		t.Fatalf("got %+v", got)
	}
	if image := got[1].Change.NewImage; image["n"]["N"] != "12345678901234567890.5" || image["payload"]["B"] != "AP8=" {
		t.Errorf("the image was changed on its way: %v", image)
	}
	if !strings.Contains(got[0].ARN, "/stream/") || got[2].Change.OldImage["n"] == nil {
		t.Errorf("got %+v", got[2])
	}
}

// The table of aws-lambda's guide on partial batch responses.
func TestF20FailuresAreRetriedFromTheLowestSequenceNumber(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		retries int
		bisect  bool
		// answer tells which keys fail at the nth call, "!" for an error, "?" for an unknown identifier.
		answers []string
		want    []string
		dead    int
	}{
		"F20 record 3 of 5 fails once: 3 to 5 come again":                {2, true, []string{"c"}, []string{"a b c d e", "c d e"}, 0},
		"the lowest of several counts":                                   {2, true, []string{"d b"}, []string{"a b c d e", "b c d e"}, 0},
		"an unknown identifier fails the whole batch, which is bisected": {2, true, []string{"?"}, []string{"a b c d e", "a b", "c d e"}, 0},
		"an error splits the batch, down to the one at fault": {
			1, true, []string{"!", "!", "!", "!"}, []string{"a b c d e", "a b", "a", "a", "b", "c d e"}, 1,
		},
		"without bisecting an error is a retry of all":        {1, false, []string{"!"}, []string{"a b c d e", "a b c d e"}, 0},
		"retries end, and the rest of the batch is discarded": {2, true, []string{"d", "d", "d"}, []string{"a b c d e", "d e", "d e"}, 2},
		"no retry at all": {0, true, []string{"e"}, []string{"a b c d e"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tables, n := localtest.Tables(t), 0
			f := &function{answer: func(batch []seen) (failures []string, err error) {
				n++
				if n > len(c.answers) {
					return nil, nil
				}
				switch answer := c.answers[n-1]; answer {
				case "!":
					return nil, refused
				case "?":
					return []string{"12345"}, nil
				default:
					for key := range strings.FieldsSeq(answer) {
						for _, r := range batch {
							if r.key() == key {
								failures = append(failures, r.Change.Sequence)
							}
						}
					}
				}
				return failures, nil
			}}
			put(t, tables, "a", "b", "c", "d", "e")
			d := deliver(t, tables, topology.StreamSource{BatchSize: 5, Window: 2 * time.Second, MaximumRetries: c.retries, BisectOnError: c.bisect}, f, options())
			if got := f.keys(); !slices.Equal(got, c.want) {
				t.Errorf("calls %q, want %q", got, c.want)
			}
			dead := 0
			for _, letter := range d.DeadLetters() {
				dead += len(letter.Records)
				if letter.Message.RequestContext.Condition != streams.RetryAttemptsExhausted || letter.Message.DDBStreamBatchInfo.BatchSize != len(letter.Records) {
					t.Errorf("message %+v", letter.Message)
				}
			}
			if dead != c.dead {
				t.Errorf("%d records discarded, want %d", dead, c.dead)
			}
		})
	}
}

func TestRecordsThatAreTooOldAreDiscardedAndKept(t *testing.T) {
	t.Parallel()
	tables, f := localtest.Tables(t), &function{}
	put(t, tables, "a")
	o := options()
	o.DeadLetters = t.TempDir()
	o.Now = func() time.Time { return time.Now().Add(13 * time.Hour) }
	d := deliver(t, tables, topology.StreamSource{MaximumAge: 12 * time.Hour}, f, o)
	letters := d.DeadLetters()
	if len(f.keys()) != 0 || len(letters) != 1 || letters[0].Message.RequestContext.Condition != streams.RecordAgeExceeded {
		t.Fatalf("calls %v, letters %+v", f.keys(), letters)
	}
	files, err := filepath.Glob(filepath.Join(o.DeadLetters, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v: %v", files, err)
	}
	if text, err := os.ReadFile(files[0]); err != nil || !strings.Contains(string(text), "row of a") {
		t.Errorf("the payload is not readable: %v\n%s", err, text)
	}
}

func TestFiltersLetThroughWhatTheyName(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	put(t, tables, "U#1", "P#1", "U#2")
	for name, c := range map[string]struct {
		filter, want string
	}{
		"equality":               {`{"dynamodb":{"Keys":{"PK":{"S":["P#1","X"]}}}}`, "P#1"},
		"a prefix":               {`{"eventName":["INSERT"],"dynamodb":{"Keys":{"PK":{"S":[{"prefix":"U#"}]}}}}`, "U#1 U#2"},
		"a leaf that exists":     {`{"dynamodb":{"NewImage":{"kind":{"S":[{"exists":true}]}}}}`, "U#1 P#1 U#2"},
		"a leaf that does not":   {`{"dynamodb":{"OldImage":{"kind":{"S":[{"exists":false}]}}}}`, "U#1 P#1 U#2"},
		"exists is about leaves": {`{"dynamodb":{"NewImage":{"kind":[{"exists":true}]}}}`, ""},
		"anything but":           {`{"dynamodb":{"Keys":{"PK":{"S":[{"anything-but":["U#1"]}]}}}}`, "P#1 U#2"},
		"another kind of change": {`{"eventName":["REMOVE"]}`, ""},
		"all parts must hold":    {`{"eventName":["REMOVE"],"dynamodb":{"Keys":{"PK":{"S":["P#1"]}}}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &function{}
			deliver(t, tables, topology.StreamSource{Filters: []string{c.filter}}, f, options())
			if got := strings.Join(f.keys(), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, unknown := range []string{`{"eventName":[{"numeric":[">",3]}]}`, `{"eventName":"INSERT"}`, `{}`, `{"eventName":[]}`, `[`} {
		_, err := streams.Start(t.Context(), plan(topology.StreamSource{Filters: []string{unknown}}), streams.Tables{Endpoint: tables.Endpoint, Name: tables.Name}, &function{}, options())
		if err == nil {
			t.Errorf("%s was accepted", unknown)
		}
	}
}

func TestABadDayLosesNoOrderOfAnItemAndDeliversEverythingAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			tables, f := localtest.Tables(t), &function{}
			for version := range 6 {
				for item := range 8 {
					_, err := tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tables.Name(topology.Registry)), Item: map[string]types.AttributeValue{
						ddb.PK: ddb.S("same"), ddb.SK: ddb.S(fmt.Sprint(item)), "version": ddb.N(int64(version)),
					}})
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			o := options()
			o.Chaos = streams.Chaos{Seed: seed, Copies: 2, Late: 0.3, Shuffle: true}
			deliver(t, tables, topology.StreamSource{BatchSize: 10, Parallelization: 2, Window: 100 * time.Millisecond}, f, o)
			first := map[string][]string{} // versions in the order in which they were first seen
			var order []string
			late := 0
			for _, r := range f.records() {
				item, version := r.Change.Keys[ddb.SK]["S"], fmt.Sprint(r.Change.NewImage["version"]["N"])
				if !slices.Contains(first[item], version) {
					first[item] = append(first[item], version)
					order = append(order, item)
				} else {
					late++
				}
			}
			if len(first) != 8 || late < 48+5 {
				t.Errorf("%d items, %d copies", len(first), late)
			}
			for item, versions := range first {
				if !slices.IsSorted(versions) || len(versions) != 6 {
					t.Errorf("item %s came in the order %v", item, versions)
				}
			}
			if strings.HasPrefix(strings.Join(order, ""), "01234567") {
				t.Errorf("nothing was shuffled: %v", order)
			}
		})
	}
}

func TestAnotherStartGoesOnWhereTheLastOneEnded(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	o := options()
	o.Place = filepath.Join(t.TempDir(), "streams.json")
	put(t, tables, "a", "b")
	first := &function{}
	if err := deliver(t, tables, topology.StreamSource{Window: 50 * time.Millisecond}, first, o).Close(); err != nil {
		t.Fatal(err)
	}
	put(t, tables, "c")
	second := &function{}
	if err := deliver(t, tables, topology.StreamSource{}, second, o).Close(); err != nil {
		t.Fatal(err)
	}
	o.Place = ""
	third := &function{}
	deliver(t, tables, topology.StreamSource{Window: 50 * time.Millisecond}, third, o)
	if a, b, c := first.keys(), second.keys(), third.keys(); !slices.Equal(a, []string{"a b"}) || !slices.Equal(b, []string{"c"}) || !slices.Equal(c, []string{"a b c"}) {
		t.Errorf("first %q, second %q, from TRIM_HORIZON %q", a, b, c)
	}
}

func TestF19LostRecordsNeverCome(t *testing.T) {
	t.Parallel()
	tables, f := localtest.Tables(t), &function{}
	put(t, tables, "a", "b")
	o := options()
	o.Chaos.Lose = func(r streams.Record) bool { return strings.Contains(string(r.Change.Keys), `"a"`) }
	deliver(t, tables, topology.StreamSource{}, f, o)
	if got := f.keys(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("got %q", got)
	}
}

func TestAScheduleCallsItsFunctionWithItsInput(t *testing.T) {
	t.Parallel()
	tables, f := localtest.Tables(t), &function{}
	d := deliver(t, tables, topology.StreamSource{}, f, options())
	if answer, err := d.Run(t.Context(), "job", "hourly"); err != nil || string(answer) != `{"task":"x"}` {
		t.Errorf("got %s, %v", answer, err)
	}
	if _, err := d.Run(t.Context(), "job", "daily"); err == nil {
		t.Error("a schedule that is not declared ran")
	}
}
