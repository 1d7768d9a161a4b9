package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest/faults"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/route"
)

// largeAPI has operations that take about 347 KB as JSON.
func largeAPI(n int) route.Route {
	r := route.Route{
		BasePath: fmt.Sprintf("/large/api%d", n), API: fmt.Sprintf("01JDLARGE%017d", n), ID: fmt.Sprintf("L%03d", n), Version: "1", State: route.Published,
		Bearer: true, DocumentedOnly: true, Scopes: map[string]string{"common": fmt.Sprintf("c%03d", n), fmt.Sprint("own.", n): fmt.Sprintf("o%03d", n)},
	}
	for i := range 2_000 {
		r.Operations = append(r.Operations, route.Operation{Method: "GET", Path: fmt.Sprintf("/operations/%d/%s/{id}", i, strings.Repeat("x", 110))})
	}
	return r
}

func TestM3LargeAPIsDoNotStopTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	access := []string{"AAAA"}
	for i := range 25 {
		p.publish(t, largeAPI(i))
		access = append(access, fmt.Sprintf("L%03d", i))
	}
	id, password := p.addClient(t, live(access...))
	p = p.anotherEnvironment(t)
	p.tables.Faults.Reset()
	if got := p.ask(t, id, password, "own.7 resource.READ"); got.status != 200 || got.Scope != "own.7 resource.READ" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if batches := p.tables.Faults.Count("BatchGetItem", p.config.RoutesTable); batches != 1 {
		t.Errorf("the scope names of 26 APIs are read by %d requests", batches)
	}
	t.Run("M5 a name stands for the scope of each of them", func(t *testing.T) {
		got := p.ask(t, id, password, "common")
		if got.status != 200 || got.Scope != "common" {
			t.Fatalf("got %d %s", got.status, got.body)
		}
		if scopes := p.claims(t, got.AccessToken).Scopes; len(scopes) != 25 {
			t.Errorf("the token carries %d scopes", len(scopes))
		}
	})
	if batches := p.tables.Faults.Count("BatchGetItem", p.config.RoutesTable); batches != 1 {
		t.Errorf("scope names are read again: %d requests", batches)
	}
}

func TestM5MoreScopesThanATokenCarries(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	var access []string
	var apis []route.Route
	for i := range 5 {
		r := route.Route{BasePath: fmt.Sprintf("/many/api%d", i), API: fmt.Sprintf("01JDMANY%018d", i), ID: fmt.Sprintf("M%03d", i), State: route.Published, Scopes: map[string]string{}}
		for n := range 64 {
			r.Scopes[fmt.Sprint("s", n)] = fmt.Sprintf("%d%03d", i, n)
		}
		apis, access = append(apis, r), append(access, r.ID)
	}
	p.publish(t, apis...)
	id, password := p.addClient(t, live(access...))
	names := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprint("s", i))
		}
		return strings.Join(all, " ")
	}
	got := p.ask(t, id, password, names(60))
	if got.status != 200 || len(p.claims(t, got.AccessToken).Scopes) != 300 || len(got.AccessToken) != 60+4*300 {
		t.Errorf("300 scopes: %d, a token of %d characters", got.status, len(got.AccessToken))
	}
	if got := p.ask(t, id, password, names(61)); got.status != 400 || got.Error != invalidScope {
		t.Errorf("305 scopes: %d %s", got.status, got.body)
	}
}

func TestM3ScopeNamesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI, invoiceAPI)
	id, password := p.addClient(t, live("AAAA", "BBBB"))
	remove := p.tables.Faults.Inject(faults.Rule{Operation: "BatchGetItem", Fault: faults.Refuse()})
	if got := p.ask(t, id, password, "invoice"); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("the store does not answer: %d %s", got.status, got.body)
	}
	remove()
	all, err := p.tables.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &p.config.RoutesTable})
	if err != nil {
		t.Fatal(err)
	}
	index, _, err := route.Prepare(invoiceAPI)
	if err != nil {
		t.Fatal(err)
	}
	table, err := p.service.routes.Table(t.Context())
	if err != nil || table.ByID(index.ID) == nil {
		t.Fatal("no such route", err)
	}
	// Of the two APIs, the rows of the one whose scope is a single one go.
	for _, item := range all.Items {
		if content, ok := item["c"].(*types.AttributeValueMemberB); ok && item[ddb.SK].(*types.AttributeValueMemberS).Value == ddb.DefinitionScopes && len(content.Value) < 30 {
			if _, err := p.tables.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &p.config.RoutesTable, Key: ddb.Key(item[ddb.PK].(*types.AttributeValueMemberS).Value, ddb.DefinitionScopes)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := p.ask(t, id, password, "resource.READ"); got.status != 200 || got.Scope != "resource.READ" {
		t.Errorf("another API's names are harmed: %d %s", got.status, got.body)
	}
	if got := p.ask(t, id, password, ""); got.status != 200 || got.Scope != "openid resource.READ resource.WRITE" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}
