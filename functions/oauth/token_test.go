package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/token"
	"guichet/shared/topology"
)

func basic(id, password string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+password))}}
}

// percentEncoded is how libraries send a UUID that escape every character but letters and digits.
func percentEncoded(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

const grantOnly = "grant_type=client_credentials"

func TestATokenAsTheGuideShowsIt(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	id, password := p.addClient(t, live("AAAA"))
	got := p.ask(t, id, password, "openid")
	if got.status != 200 || got.TokenType != "Bearer" || got.ExpiresIn != 3600.0 || got.Scope != "openid resource.READ resource.WRITE" {
		t.Fatalf("guide I6: %d %s", got.status, got.body)
	}
	if len(got.AccessToken) != 60 {
		t.Errorf("guide I6: the token has %d characters", len(got.AccessToken))
	}
	claims := p.claims(t, got.AccessToken)
	if claims.Kind != token.Access || claims.Credential != 7 || claims.Scopes != nil || !claims.Expires.Equal(p.clock.now().Add(time.Hour)) {
		t.Errorf("guide I7: %+v", claims)
	}
}

// TestRequests holds what is accepted and refused whatever the client is granted. Placeholders of each request: ID and
// SECRET of a live client, OTHER of another one, PUBLIC of a public one.
func TestRequests(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	id, password := p.addClient(t, live())
	other, _ := p.addClient(t, live())
	public, _ := p.addClient(t, client.Client{Number: 1, Enabled: true})
	fill := strings.NewReplacer("ID", id, "SECRET", password, "OTHER", other, "PUBLIC", public)
	post := "grant_type=client_credentials&client_id=ID&client_secret=SECRET"

	tests := []struct {
		name   string
		call   call
		basic  string // "id:secret"
		status int
		code   string
	}{
		{name: "TE-02 Basic alone is accepted", basic: "ID:SECRET", call: call{body: grantOnly}, status: 200},
		{name: "TE-02 body secret alone is accepted", call: call{body: post}, status: 200},
		{name: "TE-02 Basic and body secret together are refused, even when both are right", basic: "ID:SECRET", call: call{body: post}, status: 400, code: invalidRequest},
		{name: "TE-02 Basic with a wrong body secret is refused", basic: "ID:SECRET", call: call{body: grantOnly + "&client_secret=x"}, status: 400, code: invalidRequest},
		{name: "TE-02 wrong Basic with the right body secret is refused", basic: "ID:x", call: call{body: post}, status: 400, code: invalidRequest},
		{name: "TE-02 Basic and a client assertion are refused", basic: "ID:SECRET", call: call{body: grantOnly + "&client_assertion=x"}, status: 400, code: invalidRequest},
		{name: "TE-02 a body secret and a client assertion are refused", call: call{body: post + "&client_assertion=x"}, status: 400, code: invalidRequest},
		{name: "TE-02 an empty body secret beside Basic was not sent", basic: "ID:SECRET", call: call{body: grantOnly + "&client_secret="}, status: 200},
		{name: "a client assertion alone is not supported", call: call{body: grantOnly + "&client_id=ID&client_assertion=x&client_assertion_type=y"}, status: 401, code: invalidClient},
		{name: "TE-03 Basic and the same client_id in the body are accepted", basic: "ID:SECRET", call: call{body: grantOnly + "&client_id=ID"}, status: 200},
		{name: "TE-03 Basic and another client_id in the body are refused", basic: "ID:SECRET", call: call{body: grantOnly + "&client_id=OTHER"}, status: 400, code: invalidRequest},

		{name: "TE-04 credentials in the query are refused", call: call{query: post}, status: 400, code: invalidRequest},
		{name: "TE-04 credentials in the query without a body or media type are refused", call: call{query: post, contentType: "-"}, status: 400, code: invalidRequest},
		{name: "TE-04 a secret in the query beside a good body is refused", call: call{query: "Client_Secret=x", body: post}, status: 400, code: invalidRequest},
		{name: "TE-04 the grant in the query is refused", basic: "ID:SECRET", call: call{query: grantOnly}, status: 400, code: invalidRequest},
		{name: "a foreign parameter in the query is ignored", call: call{query: "trace=1", body: post}, status: 200},
		{name: "TE-01 a foreign parameter in query and body is refused", call: call{query: "trace=1", body: post + "&trace=1"}, status: 400, code: invalidRequest},

		{name: "M74 several resource parameters are ignored (RFC 8707)", call: call{body: post + "&resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example"}, status: 200},
		{name: "M74 one resource parameter in the query, one in the body", call: call{query: "resource=https%3A%2F%2Fa.example", body: post + "&resource=https%3A%2F%2Fa.example"}, status: 200},
		{name: "M74 resource parameters count among the 50", call: call{body: post + strings.Repeat("&resource=x", 48)}, status: 400, code: invalidRequest},
		{name: "M74 a resource parameter that is no UTF-8 is refused", call: call{body: post + "&resource=%ff"}, status: 400, code: invalidRequest},
		{name: "TE-01 audience twice is refused", call: call{body: post + "&audience=a&audience=a"}, status: 400, code: invalidRequest},

		{name: "M10 the token endpoint with a slash at its end", call: call{path: tokenPath + "/", body: post}, status: 200},
		{name: "M10 a refusal there has the endpoint's form", call: call{path: tokenPath + "/", body: grantOnly}, status: 401, code: invalidClient},

		{name: "TE-06 charset is accepted", call: call{body: post, contentType: "application/x-www-form-urlencoded;charset=UTF-8"}, status: 200},
		{name: "TE-06 a media type in capitals is accepted", call: call{body: post, contentType: "Application/X-WWW-Form-Urlencoded; charset=utf-8"}, status: 200},
		{name: "TE-06 JSON is refused", call: call{body: `{"grant_type":"client_credentials"}`, contentType: "application/json"}, status: 400, code: invalidRequest},
		{name: "TE-06 multipart is refused", call: call{body: post, contentType: "multipart/form-data; boundary=x"}, status: 400, code: invalidRequest},
		{name: "TE-06 a missing media type is refused", call: call{body: post, contentType: "-"}, status: 400, code: invalidRequest},
		{name: "TE-06 a broken escape is refused", call: call{body: post + "&x=%zz"}, status: 400, code: invalidRequest},
		{name: "TE-06 half an escape at the end is refused", call: call{body: post + "&x=%4"}, status: 400, code: invalidRequest},
		{name: "TE-06 NUL is refused", call: call{body: post + "&x=a%00b"}, status: 400, code: invalidRequest},
		{name: "TE-06 a raw NUL is refused", call: call{body: post + "&x=a\x00b"}, status: 400, code: invalidRequest},
		{name: "TE-06 bytes that are no UTF-8 are refused", call: call{body: post + "&x=%ff"}, status: 400, code: invalidRequest},
		{name: "TE-06 a value without a name is refused", call: call{body: post + "&=x"}, status: 400, code: invalidRequest},
		{name: "an unknown parameter is ignored", call: call{body: post + "&foo=bar&x"}, status: 200},
		{name: "empty pairs are ignored", call: call{body: "&" + post + "&&"}, status: 200},

		{name: "TE-08 no grant_type is refused", call: call{body: "client_id=ID&client_secret=SECRET"}, status: 400, code: invalidRequest},
		{name: "TE-08 an empty grant_type is refused", call: call{body: "grant_type=&client_id=ID&client_secret=SECRET"}, status: 400, code: invalidRequest},
		{name: "TE-08 password is no grant here", call: call{body: "grant_type=password&client_id=ID&client_secret=SECRET"}, status: 400, code: unsupportedGrantType},
		{name: "TE-08 implicit is no grant here", call: call{body: "grant_type=implicit&client_id=ID&client_secret=SECRET"}, status: 400, code: unsupportedGrantType},
		{name: "TE-08 an unknown grant_type is refused", call: call{body: "grant_type=Client_Credentials&client_id=ID&client_secret=SECRET"}, status: 400, code: unsupportedGrantType},
		{name: "TE-09 TE-10 a public client has no client_credentials", call: call{body: grantOnly + "&client_id=PUBLIC"}, status: 400, code: unauthorizedClient},
		{name: "TE-10 a public client has no secret that could be right", call: call{body: grantOnly + "&client_id=PUBLIC&client_secret=x"}, status: 401, code: invalidClient},
		{name: "TE-10 a confidential client without its secret is refused", call: call{body: grantOnly + "&client_id=ID"}, status: 401, code: invalidClient},
		{name: "TE-10 an empty secret in Basic is none", basic: "ID:", call: call{body: grantOnly}, status: 401, code: invalidClient},
		{name: "no authentication at all is refused", call: call{body: grantOnly}, status: 401, code: invalidClient},
		{name: "a secret without a client is refused", call: call{body: grantOnly + "&client_secret=SECRET"}, status: 400, code: invalidRequest},

		{name: "another scheme is refused", call: call{body: post, header: http.Header{"Authorization": {"Bearer x"}}}, status: 401, code: invalidClient},
		{name: "the scheme Basic is accepted in any case", call: call{body: grantOnly, header: http.Header{"Authorization": {"bAsIc " + base64.StdEncoding.EncodeToString([]byte(id+":"+password))}}}, status: 200},
		{name: "two Authorization headers are refused", call: call{body: grantOnly, header: http.Header{"Authorization": {basic(id, password).Get("Authorization"), basic(id, password).Get("Authorization")}}}, status: 400, code: invalidRequest},
		{name: "Basic that is no base64 is refused", call: call{body: grantOnly, header: http.Header{"Authorization": {"Basic ???"}}}, status: 400, code: invalidRequest},
		{name: "Basic without a colon is refused", call: call{body: grantOnly, header: http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(id))}}}, status: 400, code: invalidRequest},
		{name: "Basic without a client is refused", basic: ":SECRET", call: call{body: grantOnly}, status: 400, code: invalidRequest},
		{name: "TE-06 NUL in Basic is refused", basic: "ID:\x00", call: call{body: grantOnly}, status: 400, code: invalidRequest},
		{name: "a client id that is no UUID is an unknown client", basic: "canary<script>:x", call: call{body: grantOnly}, status: 401, code: invalidClient},

		{name: "TE-15 a body of 64 KB is read", call: call{body: post + "&x=" + strings.Repeat("a", maxForm-len(fill.Replace(post))-3)}, status: 200},
		{name: "TE-15 a body above 64 KB is refused", call: call{body: post + "&x=" + strings.Repeat("a", maxForm)}, status: 413, code: invalidRequest},
		{name: "TE-15 50 parameters are read", call: call{body: post + numbered(47)}, status: 200},
		{name: "TE-15 51 parameters are refused", call: call{body: post + numbered(48)}, status: 400, code: invalidRequest},

		{name: "TE-12 a double space is a malformed scope", call: call{body: post + "&scope=a++b"}, status: 400, code: invalidScope},
		{name: "TE-12 a leading space is a malformed scope", call: call{body: post + "&scope=+a"}, status: 400, code: invalidScope},
		{name: "TE-12 a quote is a malformed scope", call: call{body: post + "&scope=canary%22"}, status: 400, code: invalidScope},
		{name: "TE-12 a backslash is a malformed scope", call: call{body: post + "&scope=a%5C"}, status: 400, code: invalidScope},
		{name: "TE-12 a letter beyond ASCII is a malformed scope", call: call{body: post + "&scope=%C3%A9"}, status: 400, code: invalidScope},
		{name: "TE-12 a line break is a malformed scope", call: call{body: post + "&scope=a%0D%0Ab"}, status: 400, code: invalidScope},
		{name: "TE-12 ten thousand scopes are refused", call: call{body: post + "&scope=" + scopesText(10_000)}, status: 400, code: invalidScope},
		{name: "TE-12 64 scopes beside openid are read", call: call{body: post + "&scope=openid+" + scopesText(64)}, status: 200},
		{name: "TE-12 65 scopes are refused", call: call{body: post + "&scope=" + scopesText(65)}, status: 400, code: invalidScope},
		{name: "RFC 6749 section 3.2: an empty scope is none", call: call{body: post + "&scope="}, status: 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := test.call
			c.body, c.query = fill.Replace(c.body), fill.Replace(c.query)
			if test.basic != "" {
				half, secret, _ := strings.Cut(fill.Replace(test.basic), ":")
				c.header = basic(half, secret)
			}
			c.address = fmt.Sprintf("198.51.100.%d", 1+len(test.name)%250) // so that failures of one row do not throttle another
			got := p.do(t, c)
			if got.status != test.status || got.Error != test.code {
				t.Errorf("got %d %s", got.status, got.body)
			}
			challenge := got.header.Get("X-Amzn-Remapped-Www-Authenticate") // renamed by the platform
			if want := got.Error == invalidClient && len(c.header["Authorization"]) > 0; (challenge != "") != want || want && !strings.HasPrefix(challenge, "Basic ") {
				t.Errorf("TE-07 challenge %q for %d", challenge, got.status)
			}
		})
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "&p%d=%d", i, i)
	}
	return b.String()
}

func scopesText(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("s%d", i)
	}
	return strings.Join(names, "+")
}

func TestTE01NoParameterTwice(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t)
	id, password := p.addClient(t, live())
	values := map[string]string{"grant_type": "client_credentials", "client_id": id, "client_secret": password}
	for _, name := range secretParameters {
		t.Run("TE-01 "+name+" twice is refused", func(t *testing.T) {
			t.Parallel()
			all := map[string]string{name: "openid"}
			for known, value := range values {
				all[known] = value
			}
			body := url.Values{}
			for known, value := range all {
				body.Set(known, value)
			}
			once := body.Encode()
			body.Add(name, body.Get(name))
			if got := p.do(t, call{body: body.Encode()}); got.status != 400 || got.Error != invalidRequest {
				t.Errorf("twice in the body: %d %s", got.status, got.body)
			}
			if got := p.do(t, call{body: once, query: url.Values{name: {all[name]}}.Encode()}); got.status != 400 || got.Error != invalidRequest {
				t.Errorf("in body and query: %d %s", got.status, got.body)
			}
		})
	}
}

func TestTE04TheQueryReachesNoLog(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	text := canary("canary-in-query-7d1f")
	got := p.do(t, call{query: "client_secret=" + text})
	if got.Description != refusedQuery.description || got.URI != testPages+"credential_in_query" {
		t.Errorf("TE-04 %s", got.body)
	}
	for _, method := range []string{"GET", "PUT", "OPTIONS"} {
		p.do(t, call{method: method, query: "client_secret=" + text})
	}
	if !strings.Contains(logs.String(), got.header.Get("X-CorrelationID")) || strings.Contains(logs.String(), text) {
		t.Error("TE-04 the query is in the log, or nothing is")
	}
}

func TestTE05OnlyPOST(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE"} {
		got := p.do(t, call{method: method, body: grantOnly})
		if got.status != 405 || got.header.Get("Allow") != "POST, OPTIONS" || method != "HEAD" && got.Error != invalidRequest {
			t.Errorf("TE-05 %s: %d, Allow %q, %s", method, got.status, got.header.Get("Allow"), got.body)
		}
	}
}

// Runs alone on its store, because it counts.
func TestTE07FailuresCannotBeToldApart(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	id, password := p.addClient(t, live("AAAA"))
	disabled, disabledPassword := p.addClient(t, client.Client{Number: 2, Confidential: true})
	withoutSecret, _ := p.addClientWith(t, live(), "")
	p.ask(t, id, password, "") // routes and keys are read

	type requests struct{ reads, writes, all int }
	counted := func(do func() result) (result, requests) {
		p.tables.Faults.Reset()
		got := do()
		for _, platforms := range []string{"X-CorrelationID", "X-Amzn-Requestid", "X-Amz-Apigw-Id", "X-Amzn-Trace-Id", "Date"} {
			got.header.Del(platforms)
		}
		return got, requests{
			p.tables.Faults.Count("GetItem", p.config.GrantsTable), p.tables.Faults.Count("UpdateItem", p.config.SessionsTable), p.tables.Faults.Count("", ""),
		}
	}
	good, cost := counted(func() result { return p.ask(t, id, password, "") })
	if good.status != 200 || cost != (requests{1, 0, 1}) {
		t.Errorf("a token costs %+v, want one read and nothing else (%d)", cost, good.status)
	}
	for _, header := range []bool{false, true} {
		ask := func(id, password string) func() result {
			return func() result {
				if header {
					return p.do(t, call{body: grantOnly, header: basic(id, password)})
				}
				return p.ask(t, id, password, "")
			}
		}
		want, cost := counted(ask(id, newUUID()))
		if want.status != 401 || want.Error != invalidClient || cost != (requests{1, 1, 2}) {
			t.Errorf("TE-07 wrong secret: %d, %+v", want.status, cost)
		}
		for name, do := range map[string]func() result{
			"unknown client":                        ask(newUUID(), password),
			"disabled client with its right secret": ask(disabled, disabledPassword),
			"client without a secret yet":           ask(withoutSecret, password),
			"client id of another form":             ask("not-a-uuid", password),
		} {
			if got, c := counted(do); !reflect.DeepEqual(got, want) || c != cost {
				t.Errorf("TE-07 %s: %+v costs %+v, wrong secret %+v costs %+v", name, got, c, want, cost)
			}
		}
	}
}

// TestM14FailuresAreAnsweredAtAFixedTime makes the store's requests take different times, by a clock that does not run by
// itself, and adds the pause that follows.
func TestM14FailuresAreAnsweredAtAFixedTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		read, write time.Duration
		answered    time.Duration
	}{
		"M14 TE-07 a fast store":              {2 * time.Millisecond, 4 * time.Millisecond, 25 * time.Millisecond},
		"M14 TE-07 a slower read":             {9*time.Millisecond + 700*time.Microsecond, 4 * time.Millisecond, 25 * time.Millisecond},
		"M14 TE-07 a store that takes 25 ms":  {15 * time.Millisecond, 10 * time.Millisecond, 50 * time.Millisecond},
		"M14 TE-07 a store that takes longer": {40 * time.Millisecond, 13 * time.Millisecond, 75 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, channel.Sandbox)
			p.publish(t)
			id, password := p.addClient(t, live())
			disabled, disabledPassword := p.addClient(t, client.Client{Number: 2, Confidential: true})
			p.ask(t, id, password, "") // routes and keys are read
			var paused []time.Duration
			p.service.pause = func(_ context.Context, d time.Duration) error {
				paused = append(paused, d)
				return nil
			}
			takes := func(d time.Duration) faults.Fault {
				return func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
					p.clock.advance(d)
					return next(r)
				}
			}
			p.tables.Faults.Inject(faults.Rule{Operation: "GetItem", Table: p.config.GrantsTable, Fault: takes(c.read)})
			p.tables.Faults.Inject(faults.Rule{Operation: "UpdateItem", Table: p.config.SessionsTable, Fault: takes(c.write)})
			for reason, ask := range map[string][2]string{
				"wrong secret": {id, "wrong"}, "unknown client": {newUUID(), password}, "disabled client": {disabled, disabledPassword},
			} {
				paused = nil
				before := p.clock.now()
				if got := p.ask(t, ask[0], ask[1], ""); got.status != 401 {
					t.Fatalf("%s: %d", reason, got.status)
				}
				if len(paused) != 1 || p.clock.now().Sub(before)+paused[0] != c.answered {
					t.Errorf("%s: answered %v after its start, and pauses of %v", reason, p.clock.now().Sub(before), paused)
				}
			}
			paused = nil
			if got := p.ask(t, id, password, ""); got.status != 200 || paused != nil {
				t.Errorf("a token: %d, after pauses of %v", got.status, paused)
			}
		})
	}
}

func TestTE16EncodingsOfBasic(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t)
	for i, password := range []string{newUUID(), "a%b", "a+b", "a:b:c", "é à", "100%25", "%2D-", "guichet_cs_x9"} {
		id, password := p.addClientWith(t, live(), password)
		tries := map[string]call{
			"raw Basic":          {body: grantOnly, header: basic(id, password)},
			"form-encoded Basic": {body: grantOnly, header: basic(url.QueryEscape(id), url.QueryEscape(password))},
			"Basic with %2D":     {body: grantOnly, header: basic(percentEncoded(id), percentEncoded(password))},
			"body":               {body: formOf("grant_type", "client_credentials", "client_id", id, "client_secret", password)},
			"Basic with %2D and client_id in the body": {body: formOf("grant_type", "client_credentials", "client_id", id), header: basic(percentEncoded(id), percentEncoded(password))},
		}
		for name, c := range tries {
			c.address = fmt.Sprintf("198.51.100.%d", i+1)
			if got := p.do(t, c); got.status != 200 {
				t.Errorf("TE-16 %s of %q: %d %s", name, password, got.status, got.body)
			}
		}
		if got := p.do(t, call{body: grantOnly, header: basic(id, url.QueryEscape(url.QueryEscape(password+"%")))}); got.status != 401 {
			t.Errorf("TE-16 a secret encoded twice: %d", got.status)
		}
	}
}

func TestTE17Throttle(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t)
	id, password := p.addClient(t, live())
	for i := range maxFailures {
		if got := p.ask(t, id, "wrong", ""); got.status != 401 {
			t.Fatalf("TE-17 failure %d: %d", i+1, got.status)
		}
	}
	if got := p.ask(t, id, password, ""); got.status != 200 {
		t.Errorf("TE-17 the right secret after 20 failures: %d", got.status)
	}
	got := p.ask(t, id, "wrong", "")
	if got.status != 429 || got.Error != temporarilyUnavailable || got.header.Get("Retry-After") != "55" {
		t.Errorf("TE-17 failure 21: %d, Retry-After %q, %s", got.status, got.header.Get("Retry-After"), got.body)
	}
	p.tables.Faults.Reset()
	if got := p.ask(t, id, password, ""); got.status != 429 || p.tables.Faults.Count("", "") != 0 {
		t.Errorf("TE-17 the right secret from the exhausted address: %d after %d requests", got.status, p.tables.Faults.Count("", ""))
	}
	if got := p.do(t, call{body: grantOnly, header: basic(id, password), address: "198.51.100.9"}); got.status != 200 {
		t.Errorf("TE-17 the right secret from another address: %d", got.status)
	}
	other, otherPassword := p.addClient(t, live())
	if got := p.ask(t, other, otherPassword, ""); got.status != 200 {
		t.Errorf("TE-17 another client from the exhausted address: %d", got.status)
	}
	if got := p.anotherEnvironment(t).ask(t, id, "wrong", ""); got.status != 429 {
		t.Errorf("TE-17 the next failure in another environment: %d", got.status)
	}
	p.clock.advance(time.Minute)
	if got := p.ask(t, id, "wrong", ""); got.status != 401 {
		t.Errorf("TE-17 a failure in the next minute: %d", got.status)
	}
	if got := p.ask(t, id, password, ""); got.status != 200 {
		t.Errorf("TE-17 the right secret in the next minute: %d", got.status)
	}
}

func TestM76FailuresAreCountedByNetwork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, then string
		exhausted  bool
	}{
		"M76 another address of the same /64":      {"[2001:db8:0:1::1]", "[2001:db8:0:1:ffff::9]", true},
		"M76 the next /64":                         {"[2001:db8:0:1::1]", "[2001:db8:0:2::1]", false},
		"M76 an IPv4 address written as IPv6":      {"[::ffff:192.0.2.7]", "192.0.2.7", true},
		"TE-17 IPv4 neighbours are not each other": {"192.0.2.7", "192.0.2.8", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, channel.Sandbox)
			p.publish(t)
			id, password := p.addClient(t, live())
			for range maxFailures + 1 {
				p.do(t, call{body: formOf("grant_type", "client_credentials", "client_id", id, "client_secret", "wrong"), address: c.from})
			}
			got := p.do(t, call{body: grantOnly, header: basic(id, password), address: c.then})
			if (got.status == 429) != c.exhausted || !c.exhausted && got.status != 200 {
				t.Errorf("the right secret from %s after failures from %s: %d", c.then, c.from, got.status)
			}
		})
	}
}

func TestTE17MemoryIsBounded(t *testing.T) {
	t.Parallel()
	a := newAttempts(nil, "", channel.Sandbox)
	now := time.Unix(1_800_000_000, 0)
	for i := range 3 * maxRemembered {
		a.remember(fmt.Sprint(i), now.Add(time.Minute), now)
	}
	if len(a.exhausted) > maxRemembered || a.wait(fmt.Sprint(3*maxRemembered-1), now) != time.Minute {
		t.Errorf("%d remembered", len(a.exhausted))
	}
	a.remember("new", now.Add(2*time.Minute), now.Add(time.Minute))
	if len(a.exhausted) != 1 {
		t.Errorf("%d remembered after their window ended", len(a.exhausted))
	}
}

func TestTE18SecretsLiveAndEnd(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	p := newPlatformOn(t, channel.Sandbox, tables)
	p.publish(t, resourceAPI)
	db := tables.Database(p.clock.now)
	made, err := application.Create(t.Context(), db, "user", application.New{Name: "Tests", Channel: channel.Sandbox, Organisation: "01JD0000000000000000000009"})
	if err != nil {
		t.Fatal(err)
	}
	var id string
	for _, c := range made.Credentials {
		if c.Kind == application.OAuthClient {
			id = c.ID
		}
	}
	if got := p.ask(t, id, "", ""); got.status != 401 {
		t.Errorf("Z19 a client without a secret yet: %d", got.status)
	}
	issuer := application.Issuer{}
	first, err := issuer.ShowSecret(t.Context(), db, "user", made.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := application.Link(t.Context(), db, "user", made.ID, application.Right{API: resourceAPI.API, ShortID: "AAAA", Scopes: map[string]string{"resource.READ": "AAAB"}}); err != nil {
		t.Fatal(err)
	}
	granted := p.ask(t, id, canary(first.Reveal()), "")
	if granted.status != 200 || granted.Scope != "openid resource.READ" {
		t.Fatalf("Z24 a partial right: %d %s", granted.status, granted.body)
	}

	second, err := issuer.Regenerate(t.Context(), db, "user", made.ID, id, p.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for name, password := range map[string]string{"old": first.Reveal(), "new": canary(second.Reveal())} {
		if got := p.ask(t, id, password, ""); got.status != 200 {
			t.Errorf("Z12 the %s secret during the overlap: %d", name, got.status)
		}
	}
	p.clock.advance(time.Hour)
	if got := p.ask(t, id, first.Reveal(), ""); got.status != 401 {
		t.Errorf("Z12 the old secret after the overlap: %d", got.status)
	}

	before := p.claims(t, p.ask(t, id, second.Reveal(), "").AccessToken).Credential
	third, err := issuer.Regenerate(t.Context(), db, "user", made.ID, id, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.ask(t, id, second.Reveal(), ""); got.status != 401 {
		t.Errorf("TE-18 the old secret after regenerating: %d", got.status)
	}
	got := p.ask(t, id, canary(third.Reveal()), "")
	if got.status != 200 || p.claims(t, got.AccessToken).Credential == before {
		t.Errorf("TE-18 regenerating must end live tokens: %d", got.status)
	}
	if err := application.SetEnabled(t.Context(), db, "user", made.ID, false); err != nil {
		t.Fatal(err)
	}
	if got := p.ask(t, id, third.Reveal(), ""); got.status != 401 {
		t.Errorf("K17 a disabled application: %d", got.status)
	}
}

func TestTE19ChannelsShareNothing(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	worlds := map[channel.Channel]*platform{}
	for _, c := range channel.All {
		worlds[c] = newPlatformOn(t, c, tables)
		worlds[c].publish(t, resourceAPI)
	}
	for c, p := range worlds {
		other := worlds[c.Other()]
		id, password := p.addClient(t, live())
		got := p.ask(t, id, password, "")
		if got.status != 200 {
			t.Fatalf("TE-19 %s at home: %d", c, got.status)
		}
		if got := other.ask(t, id, password, ""); got.status != 401 {
			t.Errorf("TE-19 a %s client at the token service of %s: %d", c, c.Other(), got.status)
		}
		if _, err := other.service.keys.Verify(t.Context(), got.AccessToken); err != token.ErrWrongChannel {
			t.Errorf("TE-19 a %s token in %s: %v", c, c.Other(), err)
		}
	}
}

func TestStoreFailuresGiveNoToken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		rule     func(p *platform) faults.Rule
		password string // empty for the right one
		status   int
	}{
		{"the grants table does not answer", func(p *platform) faults.Rule { return faults.Rule{Table: p.config.GrantsTable, Fault: faults.Refuse()} }, "", 503},
		{"the grants table is throttled", func(p *platform) faults.Rule {
			return faults.Rule{Table: p.config.GrantsTable, Fault: faults.Throttled()}
		}, "", 503},
		{"one lost answer of the read is read again", func(p *platform) faults.Rule {
			return faults.Rule{Table: p.config.GrantsTable, Times: 1, Fault: faults.LoseAnswer()}
		}, "", 200},
		{"the routes cannot be read", func(p *platform) faults.Rule { return faults.Rule{Table: p.config.RoutesTable, Fault: faults.Refuse()} }, "", 503},
		{"the keys cannot be read", func(*platform) faults.Rule {
			return faults.Rule{Operation: "GetSecretValue", Fault: faults.InternalError()}
		}, "", 503},
		{"TE-17 a failure cannot be counted", func(p *platform) faults.Rule {
			return faults.Rule{Table: p.config.SessionsTable, Fault: faults.Refuse()}
		}, "wrong", 503},
		{"TE-17 a success needs no counter", func(p *platform) faults.Rule {
			return faults.Rule{Table: p.config.SessionsTable, Fault: faults.Refuse()}
		}, "", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, channel.Production)
			p.publish(t, resourceAPI)
			id, password := p.addClient(t, live())
			remove := p.tables.Faults.Inject(test.rule(p))
			got := p.ask(t, id, orElse(test.password, password), "")
			if got.status != test.status {
				t.Errorf("got %d %s", got.status, got.body)
			}
			if got.status == 503 && (got.Error != temporarilyUnavailable || got.header.Get("Retry-After") != "1" || remove() == 0) {
				t.Errorf("got Retry-After %q, %s", got.header.Get("Retry-After"), got.body)
			}
		})
	}
}

func TestTheRouterIsTheTopologys(t *testing.T) {
	t.Parallel()
	plan := topology.Platform()
	var declared, served []string
	for _, api := range plan.APIs {
		for _, r := range api.Routes {
			if r.Function == "oauth" {
				declared = append(declared, r.Method+" "+r.Path)
			}
		}
	}
	for _, e := range (&service{}).endpoints() {
		served = append(served, e.method+" "+e.path)
	}
	slices.Sort(declared)
	slices.Sort(served)
	if !slices.Equal(declared, served) {
		t.Errorf("the topology declares %q, the function serves %q", declared, served)
	}
}

func TestTheConfigurationIsTheTopologys(t *testing.T) {
	t.Parallel()
	plan := topology.Platform()
	function, ok := plan.Function("oauth")
	if !ok {
		t.Fatal("the topology has no function oauth")
	}
	wanted := map[string]bool{"GOMAXPROCS": true} // read by Go itself
	kind := reflect.TypeFor[configuration]()
	for i := range kind.NumField() {
		name, _, _ := strings.Cut(kind.Field(i).Tag.Get("env"), ",")
		wanted[name] = true
		if _, declared := function.Environment[name]; !declared {
			t.Errorf("the topology does not declare %s", name)
		}
	}
	for name := range function.Environment {
		if !wanted[name] {
			t.Errorf("the function does not read %s", name)
		}
	}
}
