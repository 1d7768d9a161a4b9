package main

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
)

// An API that is not public, in the state and with the settings that refuse a call at each step before and at the write.
func privateRoute(base, id string, change func(*route.Route)) route.Route {
	r := route.Route{
		BasePath: base, API: "01API0000000000000000000" + id, ID: id, State: route.Published, Bearer: true, APIKey: true,
		Organisations: []string{"01ORGANISATION0000000OWNER"},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func TestAPrivateAPIIsAnUnknownPathToOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	documented := []route.Operation{
		{Method: "GET", Path: "/a"}, {Method: "GET", Path: "/scoped", Alternatives: [][]string{{"read"}}},
	}
	plain := privateRoute("/private/plain", "plai", nil)
	operations := privateRoute("/private/operations", "oper", func(r *route.Route) {
		r.DocumentedOnly, r.Operations, r.Scopes = true, documented, map[string]string{"read": "read"}
	})
	tokens := privateRoute("/private/tokens", "tokn", func(r *route.Route) { r.APIKey = false })
	old := privateRoute("/private/old", "oldp", func(r *route.Route) { r.State, r.Successor = route.Retired, "/private/plain" })
	full := privateRoute("/private/full", "full", func(r *route.Route) { r.Limits = limits(0, 0) })
	listed := privateRoute("/private/listed", "list", func(r *route.Route) { r.Organisations = append(r.Organisations, w.app.Organisation) })
	subscribed := privateRoute("/private/subscribed", "subs", func(r *route.Route) { r.DocumentedOnly, r.Operations = true, documented })
	w.publish(plain, operations, tokens, old, full, listed, subscribed)
	w.link(subscribed, nil)
	a := w.environment()

	bearer, narrow := w.bearer(), "Authorization: Bearer "+w.tokenFor(w.app, w.client, []string{"writ"})
	unknown, err := a.handle(t.Context(), get("/private/unknown", bearer))
	w.must(err)
	for name, r := range map[string]request{
		"M71 not subscribed":                    get("/private/plain/a", bearer),
		"M71 not subscribed, with a key":        get("/private/plain", w.keyHeader()),
		"M71 from a browser":                    get("/private/plain/a", bearer, "Origin: https://evil.example"),
		"M71 from two origins":                  get("/private/plain/a", bearer, "Origin: https://a.example", "Origin: https://b.example"),
		"M71 a path that is documented":         get("/private/operations/a", bearer),
		"M71 a path that is not documented":     get("/private/operations/b", bearer),
		"M71 a method that is not documented":   call("POST", "/private/operations/a", bearer),
		"M71 a scope that is missing":           get("/private/operations/scoped", bearer),
		"M71 a scope that the token has not":    get("/private/operations/scoped", narrow),
		"M71 a credential that is not accepted": get("/private/tokens/a", w.keyHeader()),
		"M71 a version that is retired":         get("/private/old/a", bearer),
		"M71 a quota that admits no call":       get("/private/full/a", bearer),
	} {
		answer, err := a.handle(t.Context(), r)
		w.must(err)
		want := maps.Clone(unknown.Context)
		want["path"], want["method"] = r.Path, r.HTTPMethod
		if !maps.Equal(answer.Context, want) || answer.PrincipalID != unknown.PrincipalID {
			t.Errorf("%s: %v, an unknown path %v", name, answer.Context, want)
		}
	}
	for name, c := range map[string]struct {
		call request
		want problem.Code
	}{
		"M71 an organisation that is listed":                {get("/private/listed/a", bearer), problem.APINotSubscribed},
		"M71 a subscription holds without visibility (Z51)": {get("/private/subscribed/a", bearer), ""},
		"M71 its refusals say why":                          {call("POST", "/private/subscribed/a", bearer), problem.MethodNotAllowed},
		"M71 a public API":                                  {get("/demo/orders/v1/status", bearer), problem.APINotSubscribed},
	} {
		if got := w.ask(a, c.call); got != string(c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	w.must(application.Unlink(t.Context(), w.db, "tester", w.app.ID, subscribed.API))
	w.must(application.SetEnabled(t.Context(), w.db, "tester", w.app.ID, false))
	for name, r := range map[string]request{
		"M71 an application that is disabled":            get("/private/plain/a", bearer),
		"M71 and asks for what does not exist in an API": get("/private/operations/b", bearer),
	} {
		if got := w.ask(a, r); got != string(problem.RouteUnknown) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A request that waits, or was refused, tells its application that there is an API: it asked for it.
func TestAReasonIsToldOfAPrivateAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(privateRoute("/private/plain", "plai", nil))
	for letter, want := range map[string]problem.Code{
		quota.ReasonPending: problem.RequestPending, quota.ReasonRefused: problem.RequestRefused, quota.ReasonRevoked: problem.AccessRevoked,
		quota.ReasonTerms: problem.TermsNotAccepted, "": problem.RouteUnknown,
	} {
		_, err := w.tables.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String(w.db.Tables.Grants[channel.Sandbox]), Key: map[string]types.AttributeValue{"PK": ddb.S(ddb.Grant(w.app.ID, ""))},
			UpdateExpression: aws.String("SET R = :r"),
			ExpressionAttributeValues: map[string]types.AttributeValue{
				":r": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"plai": ddb.S(letter)}},
			},
		})
		w.must(err)
		if got := w.ask(w.environment(), get("/private/plain", w.bearer())); got != string(want) {
			t.Errorf("M71 with the reason %q: %q", letter, got)
		}
	}
}
