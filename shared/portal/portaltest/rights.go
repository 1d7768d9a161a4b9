package portaltest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"guichet/shared/channel"
	"guichet/shared/topology"
)

// exercised are the actions on tables that the function's own requests needed in all tests: "registry PutItem".
var exercised sync.Map

// watcher notes what a request needs the right for, as IAM counts it: a transaction needs that of each of its items.
type watcher struct {
	next http.RoundTripper
	// names are the topology's names of the deployed tables.
	names map[string]string
}

func (w watcher) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		return w.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	target := r.Header.Get("X-Amz-Target")
	w.note(target[strings.LastIndexByte(target, '.')+1:], body)
	return w.next.RoundTrip(r)
}

func (w watcher) note(operation string, body []byte) {
	type named struct{ TableName, IndexName string }
	var request struct {
		named
		RequestItems  map[string]json.RawMessage
		TransactItems []map[string]named
	}
	if json.Unmarshal(body, &request) != nil {
		return
	}
	note := func(table, action string) {
		if name := w.names[table]; name != "" {
			exercised.Store(name+" "+action, true)
		}
	}
	switch {
	case request.IndexName != "":
		note(request.TableName, "index "+request.IndexName)
	case request.TableName != "":
		note(request.TableName, operation)
	}
	for table := range request.RequestItems {
		note(table, operation)
	}
	for _, item := range request.TransactItems {
		for action, on := range item {
			if action == "ConditionCheck" {
				note(on.TableName, "ConditionCheckItem")
			} else {
				note(on.TableName, action+"Item")
			}
		}
	}
}

// rightsOffPlan compares what was exercised with what the topology allows the function, both ways.
func rightsOffPlan(name string) []string {
	plan := topology.Platform()
	function, ok := plan.Function(name)
	if !ok {
		return []string{"the topology has no function " + name}
	}
	declared := map[string]bool{}
	for _, access := range function.Access {
		names := []string{access.Table}
		if access.AllChannels && access.Table != "" {
			names = nil
			for _, in := range channel.All {
				names = append(names, topology.Name(access.Table, in))
			}
		}
		for _, name := range names {
			for _, action := range access.Actions {
				if access.Table != "" {
					declared[name+" "+action] = true
				}
			}
			for _, index := range access.Indexes {
				declared[name+" index "+index] = true
			}
		}
	}
	var wrong []string
	exercised.Range(func(right, _ any) bool {
		if !declared[right.(string)] {
			wrong = append(wrong, "OP-02 the function needs and may not: "+right.(string))
		}
		return true
	})
	for right := range declared {
		// A table's counterpart in the other channel counts as the same need.
		other := strings.NewReplacer("-sandbox", "-production", "-production", "-sandbox").Replace(right)
		_, used := exercised.Load(right)
		_, usedThere := exercised.Load(other)
		if !used && !usedThere {
			wrong = append(wrong, "OP-02 the function may and never needs: "+right)
		}
	}
	slices.Sort(wrong)
	return wrong
}
