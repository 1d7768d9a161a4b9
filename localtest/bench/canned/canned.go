// Package canned answers what functions of the hot path ask of DynamoDB and Secrets Manager: at once, and always that all is well. With it a benchmark measures a
// function and not its store.
//
// It keeps nothing, checks nothing and refuses nothing, so it is good for no test of what a function does; those run on DynamoDB Local. Its answers carry the
// checksum that DynamoDB's carry.
package canned

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/route"
)

// Answers is what there is to say.
type Answers struct {
	// Keys is the secret of the token keys.
	Keys string
	// Routes of the channel.
	Routes []route.Route
	// Grants is the state of the item that every call is counted on, without counters.
	Grants map[string]types.AttributeValue
	// Clients by client id; every other id is unknown.
	Clients map[string]client.Client
}

// Store serves Answers as an http.Handler, and as an http.RoundTripper to a client in the same process. Safe for concurrent use.
type Store struct {
	secret, absent, empty reply
	items                 map[string]reply // by partition, as GetItem answers
	queries               map[string]reply // by partition
	grants                map[string]types.AttributeValue
	counted               atomic.Pointer[counted]
}

// reply is an answer's body and its checksum.
type reply struct {
	body     []byte
	checksum string
}

// counted is the answer to a write within one second.
type counted struct {
	second int64
	reply
}

// New prepares the answers.
func New(a Answers) (*Store, error) {
	s := &Store{items: map[string]reply{}, queries: map[string]reply{}, grants: a.Grants}
	rows, err := route.Stored(a.Routes...)
	if err != nil {
		return nil, fmt.Errorf("canned: %w", err)
	}
	prepare := func(document any) (r reply) {
		if err == nil {
			r, err = newReply(document)
		}
		return r
	}
	s.secret = prepare(map[string]any{"Name": "token-keys", "SecretString": a.Keys})
	s.absent = prepare(map[string]any{})
	s.empty = prepare(map[string]any{"Count": 0, "ScannedCount": 0, "Items": []any{}})
	partitions := map[string][]any{}
	for _, row := range rows {
		document, failed := wireItem(row)
		if failed != nil {
			return nil, failed
		}
		pk := row[ddb.PK].(*types.AttributeValueMemberS).Value
		partitions[pk] = append(partitions[pk], document)
		s.items[pk] = prepare(map[string]any{"Item": document}) // only the root row is asked for by itself
	}
	for pk, items := range partitions {
		s.queries[pk] = prepare(map[string]any{"Count": len(items), "ScannedCount": len(items), "Items": items})
	}
	for id, c := range a.Clients {
		document, failed := wireItem(c.Item())
		if failed != nil {
			return nil, failed
		}
		s.items[ddb.GrantClient(id)] = prepare(map[string]any{"Item": document})
	}
	if err == nil {
		_, err = s.write(time.Now())
	}
	return s, err
}

func newReply(document any) (reply, error) {
	body, err := json.Marshal(document)
	return reply{body, strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)}, err
}

// write is the answer to the one write of a call: the item with the counters of now.
func (s *Store) write(now time.Time) (reply, error) {
	if c := s.counted.Load(); c != nil && c.second == now.Unix() {
		return c.reply, nil
	}
	item := maps.Clone(s.grants)
	item[quota.SecondCounter(now, "")], item[quota.DayCounter(now, "")] = ddb.N(1), ddb.N(1000)
	document, err := wireItem(item)
	if err != nil {
		return reply{}, err
	}
	r, err := newReply(map[string]any{"Attributes": document})
	if err == nil {
		s.counted.Store(&counted{now.Unix(), r})
	}
	return r, err
}

// maxRequest bounds what is read; the functions' requests have a few hundred bytes.
const maxRequest = 1 << 20

// answer finds the answer to an operation.
func (s *Store) answer(target string, body io.Reader) (reply, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxRequest))
	if err != nil {
		return reply{}, err
	}
	switch operation := target[strings.LastIndexByte(target, '.')+1:]; operation {
	case "GetSecretValue":
		return s.secret, nil
	case "Query":
		var wanted struct {
			ExpressionAttributeValues map[string]map[string]string
		}
		if err := json.Unmarshal(text, &wanted); err != nil {
			return reply{}, err
		}
		if found, ok := s.queries[wanted.ExpressionAttributeValues[":pk"]["S"]]; ok {
			return found, nil
		}
		return s.empty, nil
	case "UpdateItem":
		return s.write(time.Now())
	case "GetItem":
		var wanted struct{ Key map[string]map[string]string }
		if err := json.Unmarshal(text, &wanted); err != nil {
			return reply{}, err
		}
		if found, ok := s.items[wanted.Key[ddb.PK]["S"]]; ok {
			return found, nil
		}
		return s.absent, nil
	default:
		return reply{}, fmt.Errorf("canned: no answer to %q", operation)
	}
}

// ServeHTTP implements http.Handler. What has no answer is a mistake of the benchmark: 501.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, err := s.answer(r.Header.Get("X-Amz-Target"), r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/x-amz-json-1.0")
	h.Set("X-Amzn-Requestid", "CANNED")
	h.Set("X-Amz-Crc32", found.checksum)
	h.Set("Content-Length", strconv.Itoa(len(found.body)))
	_, _ = w.Write(found.body) // a process that hung up is seen by its exit
}

// RoundTrip implements http.RoundTripper.
func (s *Store) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	response := w.Result()
	response.Request = r
	return response, r.Body.Close()
}

// wireItem writes an item as DynamoDB's protocol does.
func wireItem(item map[string]types.AttributeValue) (map[string]any, error) {
	document := make(map[string]any, len(item))
	for name, value := range item {
		var err error
		if document[name], err = wire(value); err != nil {
			return nil, fmt.Errorf("canned: attribute %s: %w", name, err)
		}
	}
	return document, nil
}

func wire(value types.AttributeValue) (map[string]any, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}, nil
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}, nil
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}, nil // base64, as encoding/json writes bytes
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}, nil
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}, nil
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}, nil
	case *types.AttributeValueMemberM:
		inner, err := wireItem(v.Value)
		return map[string]any{"M": inner}, err
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, entry := range v.Value {
			var err error
			if list[i], err = wire(entry); err != nil {
				return nil, err
			}
		}
		return map[string]any{"L": list}, nil
	}
	return nil, fmt.Errorf("a value of type %T", value)
}
