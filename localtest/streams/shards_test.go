package streams_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/localtest/streams"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// splitting is a stream whose first shard was closed and has two children, as DynamoDB Local never shows it. Iterators are
// "<shard>:<index>", and each third one has expired when it is used.
type splitting struct {
	mu    sync.Mutex
	calls int
}

var splitShards = map[string][]string{"parent": {"a1", "a2", "a3"}, "left": {"a4", "a5"}, "right": {"b4"}}

func (s *splitting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ ShardId, ShardIteratorType, SequenceNumber, ShardIterator string } //nolint:revive // the service's spelling
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch operation {
	case "DescribeTable":
		fmt.Fprint(w, `{"Table":{"LatestStreamArn":"arn:stream"}}`)
	case "DescribeStream": // a child before its parent: the list has no order
		fmt.Fprint(w, `{"StreamDescription":{"Shards":[{"ShardId":"left","ParentShardId":"parent"},{"ShardId":"parent","ParentShardId":"trimmed"},{"ShardId":"right","ParentShardId":"parent"}]}}`)
	case "GetShardIterator":
		at := 0
		if in.ShardIteratorType == "AFTER_SEQUENCE_NUMBER" {
			at = slices.Index(splitShards[in.ShardId], strings.TrimPrefix(in.SequenceNumber, "9")) + 1
		}
		fmt.Fprintf(w, `{"ShardIterator":"%s:%d"}`, in.ShardId, at)
	case "GetRecords":
		s.mu.Lock()
		s.calls++
		expired := s.calls%3 == 0
		s.mu.Unlock()
		if expired {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException","message":"Iterator expired"}`)
			return
		}
		shard, index, _ := strings.Cut(in.ShardIterator, ":")
		at, _ := strconv.Atoi(index)
		list := splitShards[shard]
		if at >= len(list) {
			next := fmt.Sprintf(`,"NextShardIterator":"%s:%d"`, shard, at)
			if shard == "parent" {
				next = ""
			}
			fmt.Fprint(w, `{"Records":[]`+next+`}`)
			return
		}
		fmt.Fprintf(w, `{"Records":[{"eventID":"%[1]s","eventName":"MODIFY","dynamodb":{"ApproximateCreationDateTime":%[2]d,"Keys":{"PK":{"S":"%[3]s"}},"SequenceNumber":"9%[1]s"}}],"NextShardIterator":"%[4]s:%[5]d"}`,
			list[at], time.Now().Unix(), list[at], shard, at+1)
	}
}

func TestAParentsRecordsComeBeforeItsChildrensAndExpiredIteratorsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&splitting{})
	t.Cleanup(server.Close)
	f := &function{}
	d, err := streams.Start(t.Context(), plan(topology.StreamSource{BatchSize: 1}),
		streams.Tables{Endpoint: server.URL, Name: func(string, ...channel.Channel) string { return "table" }}, f, options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	var got []string
	for deadline := time.Now().Add(15 * time.Second); len(got) < 6 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		got = f.keys()
	}
	if len(got) != 6 || !slices.Equal(got[:3], splitShards["parent"]) {
		t.Fatalf("got %q: a child came before its parent was done, or something twice", got)
	}
	if slices.Index(got, "a4") > slices.Index(got, "a5") || !slices.Contains(got, "b4") {
		t.Errorf("got %q", got)
	}
}
