package main

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/httpapi"
	"guichet/shared/route"
)

func TestHeadersOfARequest(t *testing.T) {
	t.Parallel()
	backend := &recorder{}
	w := newWorld(t, published{backend: backend})
	ours := map[string]string{
		"X-Consumer-Application": application, "X-Consumer-Organisation": organisation, "X-Consumer-Scopes": "cadastre.lire cadastre.ecrire",
		httpapi.CorrelationHeader: requestID, "X-Forwarded-For": caller, "X-Forwarded-Host": host, "X-Forwarded-Proto": "https",
		"X-Forwarded-Prefix": basePath,
	}
	cases := map[string]http.Header{
		"GW-03 Connection names the identity header":     {"Connection": {"close, X-Consumer-Application"}, "X-Consumer-Application": {"mine"}},
		"GW-03 Connection in small letters":              {"connection": {"x-consumer-application,x-consumer-organisation"}},
		"GW-03 Connection twice":                         {"Connection": {"X-Consumer-Scopes", "X-Forwarded-For"}},
		"GW-03 Connection names the correlation id":      {"Connection": {"X-CorrelationID"}},
		"GW-03 Connection names Via":                     {"Connection": {"Via"}, "Via": {"1.0 mine"}},
		"GW-03 Proxy-Connection":                         {"Proxy-Connection": {"keep-alive"}, "Keep-Alive": {"timeout=5"}},
		"GW-04 plain":                                    {"X-Consumer-Application": {"mine"}},
		"GW-04 small letters":                            {"x-consumer-application": {"mine"}},
		"GW-04 capitals":                                 {"X-CONSUMER-APPLICATION": {"mine"}},
		"GW-04 mixed case twice":                         {"X-Consumer-application": {"mine"}, "x-consumer-Application": {"mine too"}},
		"GW-04 two values":                               {"X-Consumer-Application": {"mine", "mine too"}},
		"GW-04 underscores":                              {"X_Consumer_Application": {"mine"}},
		"GW-04 underscores in small letters":             {"x_consumer_application": {"mine"}},
		"GW-04 dash and underscore":                      {"X-Consumer_Application": {"mine"}},
		"GW-04 underscore and dash":                      {"X_Consumer-Application": {"mine"}},
		"GW-04 dots":                                     {"X.Consumer.Application": {"mine"}},
		"GW-04 other signs":                              {"X!Consumer~Application": {"mine"}},
		"GW-04 another name of the family":               {"X-Consumer-Id": {"mine"}, "X-Consumer-Username": {"mine"}, "X_Consumer_Custom_Id": {"mine"}},
		"GW-04 the family's bare name":                   {"X-Consumer": {"mine"}},
		"GW-04 scopes":                                   {"X-Consumer-Scopes": {"admin"}, "x_consumer_scopes": {"admin"}},
		"GW-05 X-Forwarded-For":                          {"X-Forwarded-For": {"10.0.0.1, mine"}},
		"GW-05 X_Forwarded_For":                          {"X_Forwarded_For": {"10.0.0.1"}},
		"GW-05 X-Forwarded-Host":                         {"X-Forwarded-Host": {"mine.example.org"}},
		"GW-05 X-Forwarded-Proto, -Port, -Server, -Path": {"X-Forwarded-Proto": {"http"}, "X-Forwarded-Port": {"1"}, "X-Forwarded-Server": {"mine"}, "X-Forwarded-Path": {"/mine"}},
		"M6 X-Forwarded-Prefix and -User":                {"X-Forwarded-Prefix": {"/mine"}, "X-Forwarded-User": {"mine"}},
		"M6 X_Forwarded_Prefix":                          {"X_Forwarded_Prefix": {"/mine"}},
		"GW-05 Forwarded":                                {"Forwarded": {"for=10.0.0.1;host=mine"}},
		"GW-05 X-Real-IP":                                {"X-Real-IP": {"10.0.0.1"}, "x_real_ip": {"10.0.0.1"}},
		"GW-05 other address headers":                    {"X-Client-IP": {"mine"}, "True-Client-IP": {"mine"}, "X-Cluster-Client-IP": {"mine"}, "CF-Connecting-IP": {"mine"}},
		"GW-05 X-Original-URL":                           {"X-Original-URL": {"/admin/mine"}},
		"GW-05 X-Rewrite-URL":                            {"X-Rewrite-URL": {"/admin/mine"}, "X_Rewrite_Url": {"/mine"}},
		"GW-05 X-HTTP-Method-Override":                   {"X-HTTP-Method-Override": {"DELETE"}},
		"GW-05 X-HTTP-Method and X-Method-Override":      {"X-HTTP-Method": {"DELETE"}, "X-Method-Override": {"DELETE"}, "x_http_method_override": {"DELETE"}},
		"GW-05 Proxy (httpoxy)":                          {"Proxy": {"http://mine"}},
		"GW-06 Authorization":                            {"Authorization": {"Bearer mine"}},
		"GW-06 authorization, twice":                     {"authorization": {"Bearer mine", "Basic bWluZQ=="}},
		"GW-06 Cookie":                                   {"Cookie": {"session=mine"}},
		"GW-06 KeyId":                                    {"KeyId": {"mine"}},
		"GW-06 keyid and KEYID":                          {"keyid": {"mine"}, "KEYID": {"mine"}},
		"GW-06 X-Api-Key":                                {"X-Api-Key": {"mine"}, "x_api_key": {"mine"}},
		"GW-06 Proxy-Authorization":                      {"Proxy-Authorization": {"Basic bWluZQ=="}},
		"GW-07 Host":                                     {"host": {"mine.example.org"}},
		"GW-10 Transfer-Encoding":                        {"Transfer-Encoding": {"chunked"}},
		"GW-10 Transfer_Encoding":                        {"Transfer_Encoding": {"chunked"}},
		"GW-10 Content-Length":                           {"Content-Length": {"5", "6"}},
		"GW-10 TE and Trailer":                           {"TE": {"trailers, mine"}, "Trailer": {"X-Consumer-Application"}},
		"GW-10 Expect":                                   {"Expect": {"100-continue"}},
		"K13 inbound correlation id":                     {"X-CorrelationID": {"mine"}, "x-correlationid": {"mine"}, "X_CorrelationID": {"mine"}},
	}
	if len(cases) < 40 {
		t.Errorf("%d cases, want 40", len(cases))
	}
	for name, header := range cases {
		a := w.do(call{method: "POST", body: []byte("corps"), header: header})
		got := backend.taken()
		if len(got) != 1 {
			t.Errorf("%s: %d %s, %d calls", name, a.status, a.body, len(got))
			continue
		}
		for own, want := range ours {
			if values := got[0].Header.Values(own); !slices.Equal(values, []string{want}) {
				t.Errorf("%s: %s arrives as %q, want %q", name, own, values, want)
			}
		}
		for key, values := range got[0].Header {
			if strings.Contains(strings.Join(values, " "), "mine") && key != "Via" {
				t.Errorf("%s: %s arrives as %q", name, key, values)
			}
			if f := folded(key); withheld(f) && ours[httpKey(key, ours)] == "" && f != "content-length" {
				t.Errorf("%s: %s arrives", name, key)
			}
		}
		if got[0].ContentLength != 5 || len(got[0].TransferEncoding) != 0 || strings.Contains(got[0].Host, "mine") {
			t.Errorf("%s: framing or host changes: %d %v %s", name, got[0].ContentLength, got[0].TransferEncoding, got[0].Host)
		}
	}
	w.do(call{header: http.Header{"Via": {"1.0 first", "1.1 second"}}})
	if got := backend.taken()[0].Header.Get("Via"); got != "1.0 first, 1.1 second, 1.1 guichet" {
		t.Errorf("K13 Via is %q", got)
	}
	kept := http.Header{"Accept": {"a/b"}, "X-Custom": {"1", "2"}, "Origin": {"https://app.example.org"}, "If-None-Match": {`"a,b"`}, "Range": {"bytes=0-1"}, "X_custom_2": {"é"}}
	w.do(call{header: kept})
	got := backend.taken()[0].Header
	for name, values := range kept {
		if !slices.Equal(got.Values(name), values) {
			t.Errorf("%s arrives as %q, want %q", name, got.Values(name), values)
		}
	}
}

// httpKey finds the spelling of a canonical header in a map of names as we write them.
func httpKey(key string, names map[string]string) string {
	for name := range names {
		if http.CanonicalHeaderKey(name) == key {
			return name
		}
	}
	return ""
}

func TestHeadersOfAnAnswer(t *testing.T) {
	t.Parallel()
	const origin = "https://app.example.org"
	cases := map[string]struct {
		sent, want http.Header // nil values: must be absent
	}{
		"GW-12 Clear-Site-Data":           {http.Header{"Clear-Site-Data": {`"*"`}}, http.Header{"Clear-Site-Data": nil}},
		"GW-12 Service-Worker-Allowed":    {http.Header{"Service-Worker-Allowed": {"/"}}, http.Header{"Service-Worker-Allowed": nil}},
		"GW-12 Strict-Transport-Security": {http.Header{"Strict-Transport-Security": {"max-age=0; includeSubDomains"}}, http.Header{"Strict-Transport-Security": nil}},
		"GW-12 Alt-Svc":                   {http.Header{"Alt-Svc": {`h2="evil.example.org:443"`}}, http.Header{"Alt-Svc": nil}},
		"GW-12 NEL and Report-To":         {http.Header{"NEL": {"{}"}, "Report-To": {"{}"}, "Reporting-Endpoints": {"a"}}, http.Header{"NEL": nil, "Report-To": nil, "Reporting-Endpoints": nil}},
		"GW-12 Set-Cookie with Domain":    {http.Header{"Set-Cookie": {"a=b; Path=/; Domain=.example.org; Secure"}}, http.Header{"Set-Cookie": {"a=b; Path=/; Secure"}}},
		"GW-12 Set-Cookie, domain spelled otherwise": {
			http.Header{"Set-Cookie": {"a=b;DOMAIN = example.org", "domain=c; domain", "d=e"}},
			http.Header{"Set-Cookie": {"a=b", "domain=c", "d=e"}},
		},
		"GW-12 CORS of the backend": {
			http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Credentials": {"true"}, "Access-Control-Expose-Headers": {"Set-Cookie, set-cookie2"}, "Access-Control-Allow-Private-Network": {"true"}},
			http.Header{"Access-Control-Allow-Origin": {origin}, "Access-Control-Allow-Credentials": nil, "Access-Control-Expose-Headers": {exposed}, "Access-Control-Allow-Private-Network": nil},
		},
		"GW-12 hop by hop": {
			http.Header{"Connection": {"X-Hop"}, "X-Hop": {"a"}, "Keep-Alive": {"a"}, "Proxy-Authenticate": {"Basic"}, "X-Stays": {"b"}},
			http.Header{"Connection": nil, "X-Hop": nil, "Keep-Alive": nil, "Proxy-Authenticate": nil, "X-Stays": {"b"}},
		},
		"GW-16 nothing said":     {nil, http.Header{"Cache-Control": {"private"}}},
		"GW-16 public":           {http.Header{"Cache-Control": {"public, max-age=60"}}, http.Header{"Cache-Control": {"private, max-age=60"}}},
		"GW-16 s-maxage":         {http.Header{"Cache-Control": {"max-age=60, S-MaxAge=600"}}, http.Header{"Cache-Control": {"private, max-age=60"}}},
		"GW-16 no-store":         {http.Header{"Cache-Control": {"no-store"}}, http.Header{"Cache-Control": {"private, no-store"}}},
		"GW-16 private for some": {http.Header{"Cache-Control": {`private="x-a, public", max-age=1`, "no-transform"}}, http.Header{"Cache-Control": {"private, max-age=1, no-transform"}}},
		"GW-16 quoted comma":     {http.Header{"Cache-Control": {`ext="a\", public", max-age=1`}}, http.Header{"Cache-Control": {`private, ext="a\", public", max-age=1`}}},
		"GW-16 targeted caches": {
			http.Header{"CDN-Cache-Control": {"public"}, "Surrogate-Control": {"max-age=9"}, "Cloudflare-CDN-Cache-Control": {"public"}},
			http.Header{"CDN-Cache-Control": nil, "Surrogate-Control": nil, "Cloudflare-CDN-Cache-Control": nil},
		},
		"K13 another correlation id": {http.Header{"X-CorrelationID": {"theirs"}}, http.Header{"X-CorrelationID": {requestID}}},
		"M73 Via of the backend":     {http.Header{"Via": {"1.1 internal.lan", "1.1 cache (squid)"}}, http.Header{"Via": {"1.1 guichet"}}},
		"M7 names that the backend exposes": {
			http.Header{"Access-Control-Expose-Headers": {"ETag, Link,X-Total-Count", "ratelimit, etag"}},
			http.Header{"Access-Control-Expose-Headers": {exposed + ", ETag, Link, X-Total-Count"}},
		},
		"M7 all names":                {http.Header{"Access-Control-Expose-Headers": {"*"}}, http.Header{"Access-Control-Expose-Headers": {exposed + ", *"}}},
		"M7 what is not a name":       {http.Header{"Access-Control-Expose-Headers": {"a b, , X:y, ETag"}}, http.Header{"Access-Control-Expose-Headers": {exposed + ", ETag"}}},
		"M7 more than 64 names":       {http.Header{"Access-Control-Expose-Headers": {many(100)}}, http.Header{"Access-Control-Expose-Headers": {exposed + ", " + many(58)}}},
		"M7 names of more than 2 KB":  {http.Header{"Access-Control-Expose-Headers": {strings.Repeat("a", 2049)}}, http.Header{"Access-Control-Expose-Headers": {exposed}}},
		"rate limit of the backend":   {http.Header{"RateLimit": {"theirs"}, "RateLimit-Policy": {"theirs"}}, http.Header{"RateLimit": {`"second";r=19;t=1`}, "RateLimit-Policy": {`"second";q=20;w=1`}}},
		"Vary is kept":                {http.Header{"Vary": {"Accept"}}, http.Header{"Vary": {"Accept", "Origin"}}},
		"Vary that has Origin":        {http.Header{"Vary": {"accept, ORIGIN"}}, http.Header{"Vary": {"accept, ORIGIN"}}},
		"Vary on everything":          {http.Header{"Vary": {"*"}}, http.Header{"Vary": {"*"}}},
		"Link, ETag and others stay":  {http.Header{"Link": {"</a>; rel=next"}, "ETag": {`"a"`}, "Retry-After": {"5"}, "Content-Disposition": {"attachment"}}, http.Header{"Link": {"</a>; rel=next"}, "ETag": {`"a"`}, "Retry-After": {"5"}, "Content-Disposition": {"attachment"}}},
		"GW-02 Location elsewhere":    {http.Header{"Location": {"https://169.254.169.254/latest"}}, http.Header{"Location": {"https://169.254.169.254/latest"}}},
		"GW-02 Location as a path":    {http.Header{"Location": {"/rest/parcelles/1?a=%20b#c"}}, http.Header{"Location": {basePath + "/parcelles/1?a=%20b#c"}}},
		"GW-02 Location of the base":  {http.Header{"Location": {"/rest"}}, http.Header{"Location": {basePath}}},
		"GW-02 Location beside":       {http.Header{"Location": {"/restaurant"}}, http.Header{"Location": {"/restaurant"}}},
		"GW-02 Location relative":     {http.Header{"Location": {"../2"}}, http.Header{"Location": {"../2"}}},
		"GW-02 Location of nonsense":  {http.Header{"Location": {"::%zz"}}, http.Header{"Location": {"::%zz"}}},
		"GW-02 Content-Location":      {http.Header{"Content-Location": {"/rest/1"}}, http.Header{"Content-Location": {basePath + "/1"}}},
		"GW-02 Location without host": {http.Header{"Location": {"//evil.example.org/rest/1"}}, http.Header{"Location": {"//evil.example.org/rest/1"}}},
	}
	var sent http.Header
	backend := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range sent {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		w.WriteHeader(http.StatusFound)
	}}
	w := newWorld(t, published{backend: backend, Route: route.Route{Backend: route.Backend{URL: "/rest"}}})
	for name, c := range cases {
		sent = c.sent
		a := w.do(call{alter: map[string]any{"origin": origin}})
		if a.status != http.StatusFound {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		for header, want := range c.want {
			if got := a.header.Values(header); !slices.Equal(got, want) {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if n := len(backend.taken()); n != 1 {
			t.Errorf("%s: the backend was called %d times", name, n)
		}
	}
	sent = http.Header{"Location": {strings.TrimSuffix(backendURL(t, w), "/rest") + "/rest/parcelles/2"}}
	if got := w.do(call{}).header.Get("Location"); got != basePath+"/parcelles/2" {
		t.Errorf("GW-02 a Location under the backend's own address is %q", got)
	}
}

// many lists n names of headers.
func many(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = "X-" + strconv.Itoa(i)
	}
	return strings.Join(names, ", ")
}

func TestNoNameIsExposedToAnotherOrigin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, published{backend: &recorder{answer: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Expose-Headers", "ETag")
	}}})
	if got := w.do(call{}).header.Values("Access-Control-Expose-Headers"); len(got) != 0 {
		t.Errorf("M7 exposed without an origin: %q", got)
	}
}

func TestOriginsOfAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, published{backend: &recorder{}})
	for origin, want := range map[string]string{
		"": "", "https://app.example.org": "https://app.example.org", "http://localhost:5173": "http://localhost:5173", "*": "*",
		"null": "", "https://app.example.org/": "", "https://app.example.org\r\nX: y": "", "file://": "", "https://App.example.org": "",
		"https://": "", "https://a.fr:": "", "https://a.fr:0443": "", "https://a.fr:port": "", "https://me@a.fr": "", "https://[::1]:80": "https://[::1]:80", "https://[": "",
		"https://a.fr https://b.fr": "", "javascript:alert(1)": "", "https://a.fr?": "", "//a.fr": "", "https://a.fr,https://b.fr": "",
	} {
		a := w.do(call{alter: map[string]any{"origin": origin}})
		if got := a.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("GW-15 origin %q: allowed is %q", origin, got)
		}
		if a.header.Get("Access-Control-Allow-Credentials") != "" || a.header.Get("Vary") != "Origin" {
			t.Errorf("GW-15 origin %q: %v", origin, a.header)
		}
	}
}

// FuzzIdentityHeader: whatever a consumer calls a header, a backend gets our identity headers once each, and nothing that
// it could read as one of them.
func FuzzIdentityHeader(f *testing.F) {
	for _, name := range []string{
		"X-Consumer-Application", "x_consumer_application", "X-CONSUMER-SCOPES", "X.Consumer.Id", "Connection", "Authorization", "X-Forwarded-For", "Accept",
		"Idempotency-Key", "Via", "Cookie", "X-Consumer", "X--Consumer-Application", "X-Api-Key",
	} {
		f.Add(name, "mine")
	}
	f.Add("Connection", "X-Consumer-Application")
	d := decided(&http.Request{})
	d.application, d.organisation, d.scopes = application, organisation, "a b"
	platform := events.APIGatewayProxyRequestContext{RequestID: requestID, DomainName: host, Identity: events.APIGatewayRequestIdentity{SourceIP: caller}}
	to := &destination{route: &route.Route{}, url: &url.URL{}, credentialName: "X-Backend-Key", credentialValue: "s3cret"}
	f.Fuzz(func(t *testing.T, name, value string) {
		h := http.Header{}
		h.Add(name, value)
		if !validHeader(h) {
			return
		}
		rewriteHeader(h, &d, &platform, to)
		for own, want := range map[string]string{
			"X-Consumer-Application": application, "X-Consumer-Organisation": organisation, "X-Consumer-Scopes": "a b", "X-Forwarded-For": caller,
			"X-Backend-Key": "s3cret", httpapi.CorrelationHeader: requestID,
		} {
			found := 0
			for key, values := range h {
				if folded(key) == folded(own) {
					found += len(values)
				}
			}
			if found != 1 || h.Get(own) != want {
				t.Fatalf("GW-04 with %q: %q, %s is %q", name, value, own, h)
			}
		}
		for key := range h {
			if f := folded(key); strings.HasPrefix(f, "x-consumer-") && len(h) > 0 && !ours(f) || f == "authorization" || f == "cookie" || f == "keyid" {
				t.Fatalf("GW-04 %s passes", key)
			}
		}
	})
}
