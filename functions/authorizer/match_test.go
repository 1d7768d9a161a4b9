package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
)

// crossing is an API whose operations match each other's calls.
var crossing = route.Route{
	BasePath: "/demo/crossing", API: "01API000000000000000CROSSIN", ID: "cros", State: route.Published, Bearer: true, APIKey: true, DocumentedOnly: true, CORS: true,
	Scopes: map[string]string{"write": "writ", "admin": "admi", "books": "book", "me": "mine"},
	Operations: []route.Operation{
		{Method: "POST", Path: "/tasks/{id}", Alternatives: [][]string{{"writ"}}},
		{Method: "POST", Path: "/tasks/{id}:purge", Alternatives: [][]string{{"admi"}}},
		{Method: "GET", Path: "/files/{name}", Alternatives: [][]string{{"writ"}}},
		{Method: "GET", Path: "/files/{name}.secret", Alternatives: [][]string{{"admi"}}},
		{Method: "GET", Path: "/u/{x}"},
		{Method: "GET", Path: "/u/~{x}", Alternatives: [][]string{{"admi"}}},
		{Method: "HEAD", Path: "/t/{id}"},
		{Method: "GET", Path: "/t/{id}:purge", Alternatives: [][]string{{"admi"}}},
		{Method: "GET", Path: "/items/{id}", Alternatives: [][]string{{"writ"}}},
		{Method: "GET", Path: "/items/admin", Alternatives: [][]string{{"admi"}}},
		{Method: "GET", Path: "/x/{entity}/me", Alternatives: [][]string{{"mine"}, {"admi"}}},
		{Method: "GET", Path: "/x/books/{id}", Alternatives: [][]string{{"book"}, {"admi", "writ"}}},
	},
}

func TestOverlappingOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(crossing)
	w.link(crossing, map[string]string{"write": "writ", "me": "mine"})
	writer, key := w.bearer(), w.keyHeader()
	for _, c := range []struct {
		name string
		call request
		want problem.Code
		path string // canonical; empty for the call's own
	}{
		{"M1 a scope that the parameter asks for", call("POST", "/demo/crossing/tasks/9", writer), "", ""},
		{"M1 the literal suffix asks for another", call("POST", "/demo/crossing/tasks/9:purge", writer), problem.ScopeMissing, ""},
		{"M1 of a key too", call("POST", "/demo/crossing/tasks/9:purge", key), problem.ScopeMissing, ""},
		{"M1 a suffix with a dot", get("/demo/crossing/files/a.secret", writer), problem.ScopeMissing, ""},
		{"M1 an open operation beside a prefix", get("/demo/crossing/u/a", writer), "", ""},
		{"M1 a prefix that sorts behind a brace", get("/demo/crossing/u/~a", writer), problem.ScopeMissing, ""},
		{"M1 HEAD that is open beside a GET that is not", call("HEAD", "/demo/crossing/t/9:purge", writer), problem.ScopeMissing, ""},
		{"M1 HEAD that is open", call("HEAD", "/demo/crossing/t/9", writer), "", ""},
		{"M1 two that cross: one is satisfied", get("/demo/crossing/x/books/me", writer), problem.ScopeMissing, ""},
		{"M1 one of them alone", get("/demo/crossing/x/films/me", writer), "", ""},
		{"D3 an escaped colon is the literal", call("POST", "/demo/crossing/tasks/9%3Apurge", writer), problem.ScopeMissing, ""},
		{"D3 an escaped letter is the literal", call("POST", "/demo/crossing/tasks/9:%70urge", writer), problem.ScopeMissing, "/demo/crossing/tasks/9:purge"},
		{"D3 a dot behind a literal", get("/demo/crossing/items/admin.", writer), problem.PathInvalid, ""},
		{"D3 a dot behind a segment", get("/demo/crossing/items./7", writer), problem.PathInvalid, ""},
		{"D3 a dot behind a parameter", get("/demo/crossing/items/S.A.S.", writer), "", ""},
		{"M2 an e-mail address", get("/demo/crossing/items/jean%40example.fr", writer), "", ""},
		{"M2 a time", get("/demo/crossing/items/12%3a30", writer), "", "/demo/crossing/items/12%3A30"},
		{"M2 a telephone number", get("/demo/crossing/items/%2B33612345678", writer), "", ""},
		{"M2 a comma", get("/demo/crossing/items/a%2Cb", writer), "", ""},
		{"D3 an unreserved character that is escaped, in the base path too", get("/%64emo/crossing/items/%61%2D%7e", writer), "", "/demo/crossing/items/a-~"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, err := w.handle(t.Context(), c.call)
			w.must(err)
			got, _ := answer.Context["code"].(string)
			if got != string(c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if want := max(c.path, c.call.Path); c.path != "" && answer.Context["path"] != c.path || c.path == "" && answer.Context["path"] != want {
				t.Errorf("authorised %v", answer.Context["path"])
			}
		})
	}
	t.Run("M1 the challenge names what all that decide ask for", func(t *testing.T) {
		answer, err := w.handle(t.Context(), get("/demo/crossing/x/books/me", writer))
		w.must(err)
		if got := answer.Context["challenge"]; got != `Bearer realm="guichet", error="insufficient_scope", scope="admin books me write"` {
			t.Errorf("got %v", got)
		}
	})
	t.Run("M1 two that cross: both are satisfied", func(t *testing.T) {
		w.link(crossing, map[string]string{"books": "book", "me": "mine"})
		if got := w.ask(w.authorizer, get("/demo/crossing/x/books/me", writer)); got != "" {
			t.Errorf("got %s", got)
		}
		narrow := "Authorization: Bearer " + w.tokenFor(w.app, w.client, []string{"book"})
		if got := w.ask(w.authorizer, get("/demo/crossing/x/books/me", narrow)); got != string(problem.ScopeMissing) {
			t.Errorf("TE-11 narrowed to one of them: got %q", got)
		}
		w.must(application.Unlink(t.Context(), w.db, "tester", w.app.ID, crossing.API))
	})
	t.Run("D2 a key that the API does not accept lends a narrowed token nothing", func(t *testing.T) {
		tokens := crossing
		tokens.BasePath, tokens.API, tokens.ID, tokens.APIKey = "/demo/tokens", "01API0000000000000000TOKENS", "tokn", false
		w.publish(tokens)
		w.advance(11e9)
		w.link(tokens, map[string]string{"write": "writ", "me": "mine"})
		narrow := "Authorization: Bearer " + w.tokenFor(w.app, w.client, []string{"mine"})
		if got := w.ask(w.authorizer, call("POST", "/demo/tokens/tasks/9", narrow, key)); got != string(problem.ScopeMissing) {
			t.Errorf("got %q", got)
		}
		if got := w.ask(w.authorizer, call("POST", "/demo/tokens/tasks/9", "Authorization: Bearer "+w.tokenFor(w.app, w.client, nil), key)); got != "" {
			t.Errorf("got %q", got)
		}
	})
}

// TestRequirements holds the store's condition, and the reason that is read from a refusal, against what the requirements
// mean.
func TestRequirements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	table := w.db.Tables.Grants[channel.Sandbox]
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	scope := func() string { return fmt.Sprintf("s%03d", random.IntN(6)) }
	check := func(name string, call quota.Call, granted []string, want bool) {
		t.Helper()
		access := []string{quota.Partial(call.API)}
		for _, s := range granted {
			access = append(access, quota.Scoped(call.API, s))
		}
		item := ddb.PartitionKey(name)
		item[quota.Enabled] = &types.AttributeValueMemberBOOL{Value: true}
		item[quota.Credentials] = &types.AttributeValueMemberNS{Value: []string{"1", "2"}}
		item[quota.Access] = &types.AttributeValueMemberSS{Value: access}
		item[quota.Origins] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"1": &types.AttributeValueMemberSS{Value: []string{"*"}}, "2": &types.AttributeValueMemberSS{Value: []string{"*"}},
		}}
		_, err := w.db.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item})
		w.must(err)
		_, err = w.db.Client.UpdateItem(t.Context(), call.Update(table, name, nil))
		old, refused := ddb.OldItem(err)
		if err != nil && !refused {
			t.Fatalf("M1 seed %d: %v: %v", seed, call.Requirements, err)
		}
		if refused == want {
			t.Errorf("M1 seed %d: %v with %v is refused: %v", seed, call.Requirements, granted, refused)
		}
		if refused {
			if code, _ := call.Refusal(old); code != problem.ScopeMissing {
				t.Errorf("M1 seed %d: the reason is %s", seed, code)
			}
		}
	}
	for i := range 150 {
		call := quota.Call{Credentials: []uint16{1}, API: "apis", Now: w.now()}
		var granted []string
		for range random.IntN(5) {
			granted = append(granted, scope())
		}
		granted = slices.Compact(slices.Sorted(slices.Values(granted)))
		want := true
		for range 1 + random.IntN(3) {
			var r quota.Requirement
			met := false
			for range random.IntN(4) {
				var scopes []string
				for range random.IntN(3) {
					scopes = append(scopes, scope())
				}
				r = append(r, scopes)
				met = met || len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(granted, s) })
			}
			call.Requirements = append(call.Requirements, r)
			want = want && met
		}
		check(fmt.Sprintf("item%d", i), call, granted, want)
	}

	// The largest condition that publishing admits: 100 scopes, in one operation or in a hundred.
	perSecond := int64(5)
	for _, operations := range []int{1, 2, 100} {
		var granted []string
		call := quota.Call{Credentials: []uint16{1, 2}, API: "apis", Origin: "https://app.example", Limits: &quota.Limits{PerSecond: &perSecond, PerDay: &perSecond}, Now: w.now()}
		operators, bytes := 0, 0
		for i := range operations {
			var r quota.Requirement
			for j := range 100 / operations {
				s := fmt.Sprintf("%04d", i*100/operations+j)
				r, granted = append(r, []string{s}), append(granted, s)
			}
			call.Requirements = append(call.Requirements, r)
			o, b := r.Size()
			operators, bytes = operators+o, bytes+b
		}
		plain := call
		plain.Requirements = nil
		update, without := *call.Update(table, "x", nil).ConditionExpression, *plain.Update(table, "x", nil).ConditionExpression
		added := strings.Count(update, "contains(") + strings.Count(update, " AND ") + strings.Count(update, " OR ") -
			strings.Count(without, "contains(") - strings.Count(without, " AND ") - strings.Count(without, " OR ")
		if operators != 200 || added > operators || len(update)-len(without) > bytes || len(update) > 4096 {
			t.Errorf("M1 %d operations add %d operators of %d, %d bytes of %d: %d", operations, added, operators, len(update)-len(without), bytes, len(update))
		}
		check(fmt.Sprintf("large%d", operations), call, granted, true)
		check(fmt.Sprintf("lacking%d", operations), call, granted[100/operations:], false)
	}
}
