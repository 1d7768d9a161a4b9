package faults

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// service counts what reaches it and answers every request with an empty object.
func service(t *testing.T) (url string, applied *atomic.Int64) {
	applied = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		applied.Add(1)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	return server.URL, applied
}

func client(url string, transport http.RoundTripper) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "eu-west-3", BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		HTTPClient: &http.Client{Transport: transport}, Retryer: aws.NopRetryer{},
	})
}

func update(ctx context.Context, c *dynamodb.Client, table, key string) error {
	_, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: aws.String(table), Key: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: key}}})
	return err
}

func transact(ctx context.Context, c *dynamodb.Client) error {
	put := func(table string) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: aws.String(table), Item: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "x"}}}}
	}
	_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{put("registry"), put("events"), put("registry")}})
	return err
}

func TestEveryFaultReachesTheCallerAsAWSSendsIt(t *testing.T) {
	t.Parallel()
	url, applied := service(t)
	proxy, err := NewProxy(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	inProcess := New(http.DefaultTransport)
	for name, c := range map[string]struct {
		fault   Fault
		code    string // of the API error; empty: no answer at all
		applied int64
	}{
		"F05 throttled":                {Throttled(), "ThrottlingException", 0},
		"a hot partition":              {ProvisionedThroughputExceeded(), "ProvisionedThroughputExceededException", 0},
		"F06 a conflict":               {TransactionConflict(), "TransactionConflictException", 0},
		"an internal error":            {InternalError(), "InternalServerError", 0},
		"unavailable":                  {Unavailable(), "ServiceUnavailableException", 0},
		"a right that is missing":      {AccessDenied(), "AccessDeniedException", 0},
		"F01 an answer that is lost":   {LoseAnswer(), "", 1},
		"F07 a refused connection":     {Refuse(), "", 0},
		"F08 a request without an end": {BlackHole(), "", 0},
	} {
		for way, via := range map[string]struct {
			client    *dynamodb.Client
			transport *Transport
		}{"transport": {client(url, inProcess), inProcess}, "proxy": {client(proxy.URL, http.DefaultTransport), proxy.Transport}} {
			t.Run(name+" by "+way, func(t *testing.T) {
				before := applied.Load()
				remove := via.transport.Inject(Rule{Operation: "UpdateItem", Table: "grants", Fault: c.fault})
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				defer cancel()
				err := update(ctx, via.client, "grants", "x")
				if struck := remove(); struck != 1 {
					t.Errorf("struck %d times, want once", struck)
				}
				var api smithy.APIError
				switch {
				case err == nil:
					t.Error("the request succeeded")
				case errors.As(err, &api) != (c.code != "") || c.code != "" && api.ErrorCode() != c.code:
					t.Errorf("got %v, want code %q", err, c.code)
				}
				if strings.Contains(err.Error(), "checksum") {
					t.Errorf("the checksum of the fabricated answer is wrong: %v", err)
				}
				if n := applied.Load() - before; n != c.applied {
					t.Errorf("applied %d times, want %d", n, c.applied)
				}
				if err := update(t.Context(), via.client, "grants", "x"); err != nil {
					t.Errorf("after the rule was removed: %v", err)
				}
			})
		}
	}
}

func TestACancelledTransactionTellsAReasonForEachItem(t *testing.T) {
	t.Parallel()
	url, _ := service(t)
	transport := New(http.DefaultTransport)
	transport.Inject(Rule{Operation: "TransactWriteItems", Table: "events", Fault: TransactionCanceled("None", "TransactionConflict", "None")})
	var cancelled *types.TransactionCanceledException
	if err := transact(t.Context(), client(url, transport)); !errors.As(err, &cancelled) {
		t.Fatalf("got %v", err)
	}
	if len(cancelled.CancellationReasons) != 3 || aws.ToString(cancelled.CancellationReasons[1].Code) != "TransactionConflict" {
		t.Errorf("reasons %+v", cancelled.CancellationReasons)
	}
}

func TestRulesStrikeWhatTheyName(t *testing.T) {
	t.Parallel()
	url, _ := service(t)
	for name, c := range map[string]struct {
		rule Rule
		want string // of ten updates of grants/k0 … k9: x struck, . passed
	}{
		"everything":        {Rule{}, "xxxxxxxxxx"},
		"another table":     {Rule{Table: "registry"}, ".........."},
		"another operation": {Rule{Operation: "GetItem"}, ".........."},
		"one key":           {Rule{Contains: `"k3"`}, "...x......"},
		"after three":       {Rule{Skip: 3}, "...xxxxxxx"},
		"twice":             {Rule{Times: 2}, "xx........"},
		"a third":           {Rule{Share: 0.34}, "..x..x..x."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := New(http.DefaultTransport)
			c.rule.Fault = Throttled()
			transport.Inject(c.rule)
			caller, got := client(url, transport), ""
			for i := range 10 {
				if err := update(t.Context(), caller, "grants", "k"+string(rune('0'+i))); err != nil {
					got += "x"
				} else {
					got += "."
				}
			}
			if got != c.want {
				t.Errorf("struck %s, want %s", got, c.want)
			}
			if transport.Count("UpdateItem", "grants") != 10 || transport.Count("", "") != 10 || transport.Count("", "registry") != 0 {
				t.Errorf("counts %v", transport.Calls())
			}
		})
	}
}

func TestATransactionCountsOnceForEachTable(t *testing.T) {
	t.Parallel()
	url, _ := service(t)
	transport := New(http.DefaultTransport)
	if err := transact(t.Context(), client(url, transport)); err != nil {
		t.Fatal(err)
	}
	if transport.Count("", "") != 1 || transport.Count("", "registry") != 1 || transport.Count("", "events") != 1 {
		t.Errorf("counts %v", transport.Calls())
	}
	transport.Reset()
	if transport.Count("", "") != 0 {
		t.Error("Reset left counts")
	}
}

func TestAProxyGoesDownAndComesBack(t *testing.T) {
	t.Parallel()
	url, applied := service(t)
	proxy, err := NewProxy(url)
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	caller := client(proxy.URL, &http.Transport{})
	for _, up := range []bool{true, false, true} {
		if up {
			if err := proxy.Up(); err != nil {
				t.Fatal(err)
			}
		} else {
			proxy.Down()
		}
		before := applied.Load()
		if err := update(t.Context(), caller, "grants", "x"); (err == nil) != up || (applied.Load() > before) != up {
			t.Errorf("up %t: %v", up, err)
		}
	}
}

func TestHoldLetsARequestGoWhenTold(t *testing.T) {
	t.Parallel()
	url, applied := service(t)
	transport := New(http.DefaultTransport)
	held, release := make(chan struct{}), make(chan struct{})
	transport.Inject(Rule{Fault: Hold(held, release)})
	done := make(chan error, 1)
	go func() { done <- update(t.Context(), client(url, transport), "grants", "x") }()
	<-held
	if applied.Load() != 0 {
		t.Error("it reached the service while held")
	}
	close(release)
	if err := <-done; err != nil || applied.Load() != 1 {
		t.Errorf("after release: %v", err)
	}
}
