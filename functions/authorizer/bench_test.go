package main

import (
	"net/http"
	"testing"
	"time"

	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"guichet/localtest/bench/canned"
	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/token"
)

// What `make bench` takes the allocations of a call from: the whole handler, and the SDK's call that is in it, both
// against a store that answers at once.

func BenchmarkHandle(b *testing.B) {
	a, call := benchmarked(b)
	b.ReportAllocs()
	for b.Loop() {
		answer, err := a.handle(b.Context(), call)
		if err != nil || answer.Context["decision"] != "allow" {
			b.Fatal(answer, err)
		}
	}
}

func BenchmarkUpdateItem(b *testing.B) {
	a, _ := benchmarked(b)
	call := quota.Call{Credentials: []uint16{2}, API: weather.ID, Now: time.Now()}
	update := call.Update("grants", benchmarkApplication.String(), nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.counter.client.UpdateItem(b.Context(), update); err != nil {
			b.Fatal(err)
		}
	}
}

var benchmarkApplication = ulid.MustParse("01JD8ZQ5V0M3X2N7K4W9T6R1BC")

// benchmarked is a warm authorizer, and a call that it admits.
func benchmarked(b *testing.B) (*authorizer, request) {
	b.Helper()
	store, err := canned.New(canned.Answers{
		Keys: keyText, Routes: []route.Route{weather},
		Grants: map[string]types.AttributeValue{
			quota.Enabled: &types.AttributeValueMemberBOOL{Value: true}, quota.Organisation: ddb.S("01ORGANISATION000000000TEST"),
			quota.Credentials: &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
			quota.Access:      &types.AttributeValueMemberSS{Value: []string{weather.ID}},
			quota.PerDay:      ddb.N(1_000_000), quota.LastUsed(2): ddb.N(500_000),
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	env := amazon.Environment{
		Region: "eu-west-3", Credentials: awscredentials.NewStaticCredentialsProvider("local", "local", ""), HTTP: &http.Client{Transport: store},
		Endpoints: map[string]string{"DYNAMODB": "http://canned", "SECRETS_MANAGER": "http://canned"},
	}
	client := ddb.New(env)
	a := &authorizer{
		channel: channel.Sandbox,
		keys:    token.NewSource(channel.Sandbox, secret.NewManager(env), keySecret, time.Now),
		routes:  route.NewSource(client, "routes", time.Now),
		counter: newCounter(client, "grants", time.Now),
		portal:  portalURL, pages: portalURL + "/problems/", now: time.Now,
	}
	a.warm()
	keys, err := a.keys.Keys(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	text, err := keys.Mint(token.Claims{Kind: token.Access, Application: token.ApplicationID(benchmarkApplication), Credential: 2, Expires: time.Now().Add(token.Lifetime)})
	if err != nil {
		b.Fatal(err)
	}
	return a, get("/demo/weather/v1/today", "Authorization: Bearer "+text)
}
