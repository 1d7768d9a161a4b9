package ddb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

// Three pages: DynamoDB ends one after a megabyte.
func TestQuery(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	table := tables.Name(topology.Registry)
	put := func(pk, sk string) {
		t.Helper()
		item := ddb.Key(pk, sk)
		item["filler"] = ddb.S(strings.Repeat("x", 350_000))
		if _, err := tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	var want []string
	for i := range 8 {
		want = append(want, fmt.Sprintf("B#%d", i))
		put("P", want[i])
	}
	put("P", "A#0")
	put("P", "C#0")
	put("P2", "B#9")
	read := func(query *dynamodb.QueryInput, most int) (keys []string, failed error) {
		for item, err := range ddb.Query(t.Context(), tables.Client, query) {
			if err != nil {
				if item != nil || failed != nil {
					t.Errorf("an error with the item %v, after %v", item, failed)
				}
				failed = err
				continue // nothing may follow
			}
			keys = append(keys, item[ddb.SK].(*types.AttributeValueMemberS).Value)
			if len(keys) == most {
				break
			}
		}
		return keys, failed
	}
	pages := func() int { return tables.Faults.Count("Query", "") }

	if keys, err := read(ddb.Partition(table, "P", ""), 0); err != nil || !slices.Equal(keys, slices.Concat([]string{"A#0"}, want, []string{"C#0"})) {
		t.Errorf("a partition is %q, %v", keys, err)
	}
	if n := pages(); n < 3 {
		t.Fatalf("%d pages: the test wants three", n)
	}
	if keys, err := read(ddb.Partition(table, "P", "B#"), 0); err != nil || !slices.Equal(keys, want) {
		t.Errorf("what begins with B# is %q, %v", keys, err)
	}
	if keys, err := read(ddb.Partition(table, "P3", ""), 0); err != nil || keys != nil {
		t.Errorf("nothing is %q, %v", keys, err)
	}
	before := pages()
	if keys, err := read(ddb.Partition(table, "P", "B#"), 1); err != nil || len(keys) != 1 || pages() != before+1 {
		t.Errorf("who stops at the first item reads %d pages: %q, %v", pages()-before, keys, err)
	}
	tables.Faults.Inject(faults.Rule{Operation: "Query", Times: 1, Fault: faults.LoseAnswer()})
	if keys, err := read(ddb.Partition(table, "P", "B#"), 0); err != nil || !slices.Equal(keys, want) {
		t.Errorf("when one answer is lost: %q, %v", keys, err)
	}
	tables.Faults.Inject(faults.Rule{Operation: "Query", Skip: 1, Fault: faults.LoseAnswer()})
	if keys, err := read(ddb.Partition(table, "P", "B#"), 0); err == nil || len(keys) == 0 || len(keys) >= len(want) || !slices.Equal(keys, want[:len(keys)]) {
		t.Errorf("when the store goes after the first page: %q, %v", keys, err)
	}
}
