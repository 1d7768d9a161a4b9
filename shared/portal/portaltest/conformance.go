package portaltest

import (
	"encoding/json"

	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest/faults"
	"guichet/shared/account"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/topology"
)

// ulid is a well-formed id of nothing.
const ulid = "01JD8Z3K4M5N6P7Q8R9S0T1V2W"

// Conforms tests what is promised of any route, field, answer and right of a function.
func Conforms(t *testing.T, f Function) {
	t.Parallel()
	for name, test := range map[string]func(*Env, *testing.T){
		"routes, document and topology agree": (*Env).agreement,
		"examples":                            (*Env).examples,
		"codes":                               (*Env).codes,
		"origins and media types":             (*Env).origins,
		"sessions":                            (*Env).sessions,
		"bodies":                              (*Env).bodies,
		"idempotency keys":                    (*Env).idempotencyKeys,
		"gates":                               (*Env).gates,
		"fields":                              (*Env).fields,
		"languages":                           (*Env).languages,
		"paths":                               (*Env).paths,
		"store failures":                      (*Env).storeFailures,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(New(t, f), t)
		})
	}
}

// Each calls check with every route and an honest request of it.
func (e *Env) Each(check func(r portal.Route, id string, q Request)) {
	e.T.Helper()
	for _, r := range e.Routes {
		id := e.contract.Paths[r.Path()][r.Method()].OperationID
		segments := strings.Split(r.Path(), "/")
		for i, segment := range segments {
			if name, isParameter := strings.CutPrefix(segment, "{"); isParameter {
				segments[i] = ulid
				if value := e.function.Parameters[strings.TrimSuffix(name, "}")]; value != "" {
					segments[i] = value
				}
			}
		}
		q := Request{Method: r.Method(), Path: strings.Join(segments, "/")}
		if query := e.function.Queries[id]; query != "" {
			q.Path += "?" + query
		}
		if r.ReadsBody() {
			body, ok := e.function.Bodies[id]
			if !ok {
				e.T.Errorf("%s has no body to be tested with", id)
				continue
			}
			q.Body = body
		}
		check(r, id, q)
	}
}

// origins: what changes something is sent by a page of the portal as JSON (PS-03).
func (e *Env) origins(t *testing.T) {
	_, cookie := e.NewMember("camille@example.org")
	before := e.Dump()
	e.Each(func(r portal.Route, _ string, q Request) {
		if !r.Changes() {
			q.Cookie = cookie
			e.Do(q)
		}
	})
	e.Unchanged("PS-03 a GET changes something", before)
	e.Each(func(r portal.Route, id string, q Request) {
		if !r.Changes() {
			return
		}
		q.Cookie = cookie
		for shape, header := range map[string]http.Header{
			"no Origin":                  {"Origin": nil},
			"the Origin null":            {"Origin": {"null"}},
			"a foreign Origin":           {"Origin": {"https://evil.example"}},
			"an Origin that begins so":   {"Origin": {Origin + ".evil.example"}},
			"the Origin over HTTP":       {"Origin": {"http://portal.example"}},
			"two Origins":                {"Origin": {Origin, "https://evil.example"}},
			"a cross-site fetch":         {"Sec-Fetch-Site": {"cross-site"}},
			"a fetch of the same site":   {"Sec-Fetch-Site": {"same-site"}},
			"a fetch of a typed address": {"Sec-Fetch-Site": {"none"}},
		} {
			q.Header = header
			e.Expect("PS-03 "+id+" with "+shape, e.Do(q), "origin_refused")
		}
		if !r.ReadsBody() {
			return
		}
		text, _ := json.Marshal(q.Body)
		for shape, form := range map[string]struct{ kind, body string }{
			"text/plain":         {"text/plain", string(text)},
			"a form":             {"application/x-www-form-urlencoded", "a=b"},
			"a multipart form":   {"multipart/form-data; boundary=x", "--x--"},
			"another charset":    {"application/json; charset=utf-7", string(text)},
			"no type at all":     {"", string(text)},
			"two types":          {"application/json, text/plain", string(text)},
			"JSON of some other": {"application/problem+json", string(text)},
		} {
			q.Body, q.Header = form.body, http.Header{"Content-Type": {form.kind}}
			e.Expect("PS-03 "+id+" as "+shape, e.Do(q), "unsupported_media_type")
		}
	})
	e.Unchanged("PS-03 a foreign page changes something", before)
}

// sessions: a route for people refuses everybody else, and finding the person costs two requests; once a minute a third says
// that the session was used.
func (e *Env) sessions(t *testing.T) {
	_, cookie := e.NewMember("camille@example.org")
	gated := ""
	e.Each(func(r portal.Route, id string, q Request) {
		if r.Access != portal.SignedIn {
			return
		}
		e.Tables.Faults.Reset()
		e.Expect("PS-04 "+id+" without a session", e.Do(q), "sign_in_required")
		if n := e.Tables.Faults.Count("", ""); n != 0 {
			t.Errorf("%s costs %d requests without a session", id, n)
		}
		q.Cookie = strings.Repeat("A", len(cookie))
		e.Expect("PS-01 "+id+" with a planted session", e.Do(q), "sign_in_required")
		q.Header = http.Header{"Cookie": {portal.SessionCookie + "=" + cookie + "; " + portal.SessionCookie + "=" + cookie}}
		q.Cookie = ""
		e.Expect("PS-02 "+id+" with two session cookies", e.Do(q), "sign_in_required")
		if !r.BeforeTerms {
			gated = id
		}
	})
	e.PublishTerms("2") // a refusal by the gate costs what finding the person costs
	for _, want := range []int{2, 3} {
		e.Each(func(_ portal.Route, id string, q Request) {
			if id != gated {
				return
			}
			q.Cookie = cookie
			e.Tables.Faults.Reset()
			e.Expect("PS-08 "+id, e.Do(q), "portal_terms_not_accepted")
			if n := e.Tables.Faults.Count("", ""); n != want {
				t.Errorf("session and person cost %d requests instead of %d", n, want)
			}
		})
		e.Clock.Advance(time.Minute)
	}
}

// bodies: more than the limit, and what is not one JSON object, is refused (RG-08, TE-06).
func (e *Env) bodies(*testing.T) {
	_, cookie := e.NewMember("camille@example.org")
	before := e.Dump()
	e.Each(func(r portal.Route, id string, q Request) {
		if !r.ReadsBody() {
			return
		}
		q.Cookie = cookie
		q.Body = "{" + strings.Repeat(" ", r.BodyLimit()) + "}"
		e.Expect("RG-08 "+id+" with a body above its limit", e.Do(q), "bad_request")
		for _, broken := range []string{"", "[]", "null", "{", `{"a":1}x`, `{"password":"a","password":"b"}`, "\xff{}", `{"a":"` + "\xff" + `"}`, `{"a":nope}`} {
			q.Body = []byte(broken)
			e.Expect("TE-06 "+id+" with the body "+broken, e.Do(q), "bad_request")
		}
	})
	e.Unchanged("a refused body changes something", before)
}

func (e *Env) idempotencyKeys(*testing.T) {
	_, cookie := e.NewMember("camille@example.org")
	before := e.Dump()
	e.Each(func(r portal.Route, id string, q Request) {
		if !r.Idempotent {
			return
		}
		q.Cookie = cookie
		for _, key := range []string{"-", "short", strings.Repeat("x", 65), "with blanks in the key"} {
			q.Key = key
			e.Expect(id+" with the idempotency key "+key, e.Do(q), "idempotency_key_missing")
		}
	})
	e.Unchanged("a request without a good idempotency key changes something", before)
}

// gates: exactly the routes that say so are open before the current terms are accepted (PS-08, Z37), and before a password
// that somebody else made is changed (Z28).
func (e *Env) gates(t *testing.T) {
	u, _ := e.NewMember("camille@example.org")
	e.PublishTerms("2")
	e.Each(func(r portal.Route, id string, q Request) {
		q.Cookie = e.BeginSession(u)
		a := e.Do(q)
		if r.Access == portal.SignedIn && !r.BeforeTerms {
			e.Expect("PS-08 "+id+" before the new terms are accepted", a, "portal_terms_not_accepted")
		} else if a.Code() == "portal_terms_not_accepted" {
			t.Errorf("Z37 %s is closed until the new terms are accepted", id)
		}
	})
	e.SetUser(u.ID, "passwordMustChange", &types.AttributeValueMemberBOOL{Value: true})
	e.Each(func(r portal.Route, id string, q Request) { // the password comes before the terms
		q.Cookie = e.BeginSession(u)
		a := e.Do(q)
		switch {
		case r.Access == portal.SignedIn && !r.BeforePassword:
			e.Expect("Z28 "+id+" before the password is changed", a, "password_change_required")
		case a.Code() == "password_change_required" || a.Code() == "portal_terms_not_accepted":
			t.Errorf("Z28 %s is closed until the password is changed: %s", id, a.Code())
		}
	})
}

// properties of a request's body, with their resolved schemas.
func properties(c *contract, path, method string) (all map[string]map[string]any, required []string) {
	schema := c.resolve(c.at("paths", path, strings.ToLower(method), "requestBody", "content", "application/json", "schema"))
	all = map[string]map[string]any{}
	for name, property := range schema["properties"].(map[string]any) {
		all[name] = c.resolve(property)
	}
	listed, _ := schema["required"].([]any)
	for _, name := range listed {
		required = append(required, name.(string))
	}
	return all, required
}

// resolve follows a reference.
func (c *contract) resolve(schema any) map[string]any {
	object := schema.(map[string]any)
	if reference, ok := object["$ref"].(string); ok {
		return c.resolve(c.at(strings.Split(strings.TrimPrefix(reference, "#/"), "/")...))
	}
	return object
}

// forbiddenFields are members that nobody may write by a form.
var forbiddenFields = []string{
	"id", "user", "role", "status", "epoch", "organisation", "quota", "platformAdministrator", "emailVerified", "confirmed", "terms",
	"memberships", "passwordMustChange", "__proto__", "PK", "Email", "FULLNAME",
}

// fields: each field of the document is read, and nothing else (RG-09).
func (e *Env) fields(t *testing.T) {
	_, cookie := e.NewMember("camille@example.org")
	before := e.Dump()
	e.Each(func(r portal.Route, id string, q Request) {
		if !r.ReadsBody() {
			return
		}
		q.Cookie = cookie
		honest := q.Body.(map[string]any)
		all, required := properties(e.contract, r.Path(), r.Method())
		with := func(name string, value any, want string) {
			t.Helper()
			body := maps.Clone(honest)
			if value == nil {
				delete(body, name)
			} else {
				body[name] = value
			}
			q.Body = body
			a := e.Do(q)
			if a.Code() != "validation" || !slices.Contains(a.FieldErrors(), name+" "+want) {
				t.Errorf("%s with %s = %.40v: %s instead of %s: %s", id, name, value, a.Code(), want, a.Body)
			}
		}
		for _, forbidden := range forbiddenFields {
			if all[forbidden] == nil {
				with(forbidden, "x", "not_allowed")
			}
		}
		for name, schema := range all {
			missing, wrong := "required", any(7)
			if schema["type"] == "boolean" {
				wrong = "true"
			}
			if name == "captcha" {
				missing = "captcha_required"
			}
			if slices.Contains(required, name) {
				with(name, nil, missing)
			}
			with(name, wrong, "malformed")
			with(name, []string{"a"}, "malformed")
			if most, ok := schema["maxLength"].(json.Number); ok {
				n, _ := most.Int64()
				if n <= 512 {
					with(name, strings.Repeat("é", int(n)+1), "too_long")
				}
			}
		}
	})
	e.Unchanged("RG-09 a refused form changes something", before)
}

// languages: errors are in the language of the request, then in the person's (RFC 9110 §12.5.4).
func (e *Env) languages(t *testing.T) {
	u, cookie := e.NewMember("camille@example.org") // who reads French
	e.PublishTerms("2")
	var gated Request
	e.Each(func(r portal.Route, _ string, q Request) {
		if r.Access == portal.SignedIn && !r.BeforeTerms {
			gated = q
		}
	})
	if gated.Method == "" {
		return
	}
	check := func(name, header, cookie, want string) {
		t.Helper()
		q := gated
		q.Cookie = cookie
		if header != "" {
			q.Header = http.Header{"Accept-Language": {header}}
		}
		a := e.Do(q)
		refused := problem.New(problem.Code(a.Code()))
		document := refused.Document(Pages, "")
		if want == "fr" {
			document = refused.FrenchDocument(Pages, "")
		}
		if got := a.Header.Get("Content-Language"); got != want || a.Document()["title"] != document.Title || a.Document()["detail"] != document.Detail {
			t.Errorf("%s: %s: %s", name, got, a.Body)
		}
	}
	for _, c := range []struct{ name, header, cookie, want string }{
		{"not known: French", "", "", "fr"},
		{"English is asked for", "en-GB,en;q=0.9,fr;q=0.5", "", "en"},
		{"French is asked for", "fr-CA", "", "fr"},
		{"neither is: French", "de, it;q=0.5", "", "fr"},
		{"not readable: French", "\x01;;q=", "", "fr"},
		{"the order is by weight", "fr-CA;q=0.8,en", "", "en"},
		{"the order is by weight, the other way", "en;q=0.3, fr-CH;q=0.9, *;q=0.1", "", "fr"},
		{"what weighs nothing is not wanted", "fr;q=0, en;q=0.1", "", "en"},
		{"a region that we do not have", "de-CH, en-AU;q=0.1", "", "en"},
		{"anything will do: French", "*", "", "fr"},
		{"nothing but commas: French", ",,;,", "", "fr"},
		{"a header that never ends: French", "en" + strings.Repeat(",en-GB", 100), "", "fr"},
		{"in capitals", "EN", "", "en"},
		{"the request wins over the person", "en", cookie, "en"},
		{"the person's own", "", cookie, "fr"},
	} {
		check(c.name, c.header, c.cookie, c.want)
	}
	e.SetUser(u.ID, "language", &types.AttributeValueMemberS{Value: string(account.English)})
	check("the person reads English now", "", cookie, "en")
}

// paths: what is not a route is not found, and a route says by which methods it is reached.
func (e *Env) paths(t *testing.T) {
	served := map[string][]string{}
	e.Each(func(r portal.Route, id string, q Request) {
		path, _, _ := strings.Cut(q.Path, "?")
		for _, other := range []string{path + "/", path + "//x", path + "/../../nothing", "/" + path} {
			e.Expect("no route at "+other, e.Do(Request{Method: r.Method(), Path: other, Unchecked: true}), "not_found")
		}
		served[path] = append(served[path], r.Method())
		if r.Method() == http.MethodGet {
			q.Method = http.MethodHead
			if a := e.Do(q); len(a.Body) != 0 {
				t.Errorf("HEAD of %s has a body: %s", id, a.Body)
			}
		}
	})
	for path, methods := range served {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if slices.Contains(methods, method) {
				continue
			}
			a := e.Do(Request{Method: method, Path: path})
			e.Expect(method+" "+path, a, "method_not_allowed")
			for _, m := range methods {
				if !strings.Contains(a.Header.Get("Allow"), m) {
					t.Errorf("%s %s: Allow is %q and lacks %s", method, path, a.Header.Get("Allow"), m)
				}
			}
		}
	}
}

// storeFailures: a store that does not answer is told as such, and never taken for an answer (F07).
func (e *Env) storeFailures(t *testing.T) {
	_, cookie := e.NewMember("camille@example.org")
	e.Each(func(r portal.Route, id string, q Request) {
		if slices.Contains(e.function.Storeless, id) {
			e.Must(e.Do(q), http.StatusOK) // remembered from here on
		}
	})
	for name, fault := range map[string]faults.Fault{
		"throttled": faults.Throttled(), "refused": faults.Refuse(), "500": faults.InternalError(), "503": faults.Unavailable(),
	} {
		remove := e.Tables.Faults.Inject(faults.Rule{Fault: fault})
		e.Each(func(r portal.Route, id string, q Request) {
			q.Cookie = cookie
			a := e.Do(q)
			if slices.Contains(e.function.Storeless, id) {
				e.Must(a, http.StatusOK)
				return
			}
			if a.Status < 400 {
				t.Errorf("F07 %s answers %d with the store %s", id, a.Status, name)
			}
			if a.Status == 500 {
				t.Errorf("F07 %s calls it a mistake of ours that the store is %s: %s", id, name, a.Body)
			}
		})
		remove()
	}
	e.Tables.Faults.Inject(faults.Rule{Fault: faults.AccessDenied()})
	e.Each(func(r portal.Route, id string, q Request) {
		if r.Access == portal.SignedIn {
			q.Cookie = cookie
			e.Expect("a right that the role lacks is our mistake: "+id, e.Do(q), "internal")
		}
	})
}

// agreement holds the routes, the document and the topology to each other: they describe one API.
func (e *Env) agreement(t *testing.T) {
	c := e.contract
	served := map[string]bool{}
	for _, o := range e.Routes {
		served[o.Pattern] = true
		described, ok := c.Paths[o.Path()][o.Method()]
		if !ok {
			t.Errorf("%s is served and not documented", o.Pattern)
			continue
		}
		open := o.Access != portal.SignedIn // the gates are for people who are signed in
		if described.BeforeTerms != (open || o.BeforeTerms) || described.BeforeChange != (open || o.BeforePassword) {
			t.Errorf("Z37 %s is documented as open before terms %t and before the password's change %t", o.Pattern, described.BeforeTerms, described.BeforeChange)
		}
		if want := described.RequestBody != nil; o.ReadsBody() != want {
			t.Errorf("%s reads a body: %t, documented: %t", described.OperationID, o.ReadsBody(), want)
		}
		creating := slices.ContainsFunc(described.Parameters, func(p parameterObject) bool { return strings.HasSuffix(p.Ref, "/IdempotencyKey") })
		if o.Idempotent != creating {
			t.Errorf("%s wants an idempotency key: %t, documented: %t", described.OperationID, o.Idempotent, creating)
		}
		if got := accessOf(described); got != o.Access {
			t.Errorf("%s has access %d, documented as %d", described.OperationID, o.Access, got)
		}
		if o.Access == portal.SignedIn && !o.BeforeTerms && !slices.Contains(described.Codes, string(problem.PortalTermsNotAccepted)) {
			t.Errorf("PS-08 %s does not document the gate of the terms", described.OperationID)
		}
		if o.Changes() && !slices.Contains(described.Codes, string(problem.OriginRefused)) {
			t.Errorf("PS-03 %s changes something and does not document origin_refused", described.OperationID)
		}
	}
	for path, methods := range c.Paths {
		for method := range methods {
			if !served[method+" "+path] {
				t.Errorf("%s %s is documented and not served", method, path)
			}
		}
	}
	e.compareWithTopology(t)
}

func accessOf(o operationObject) portal.Access {
	switch {
	case !o.hasSecurity:
		return portal.SignedIn
	case len(o.Security) == 0:
		return portal.Public
	}
	return portal.Visitor
}

// compareWithTopology asks that every documented path is led to this function, and that no route leads here for nothing.
func (e *Env) compareWithTopology(t *testing.T) {
	t.Helper()
	plan := topology.Platform()
	api, ok := plan.API(topology.PortalAPI)
	if !ok {
		t.Fatal("the topology has no portal API")
	}
	covers := func(declared, path string) bool {
		stem, greedy := strings.CutSuffix(declared, "{proxy+}")
		return declared == path || greedy && strings.HasPrefix(path, stem)
	}
	for path := range e.contract.Paths {
		if !slices.ContainsFunc(api.Routes, func(r topology.Route) bool {
			return r.Function == e.function.Name && covers(r.Path, portal.Prefix+path)
		}) {
			t.Errorf("%s is documented and leads nowhere", path)
		}
	}
	for _, r := range api.Routes {
		needed := false
		for path := range e.contract.Paths {
			needed = needed || covers(r.Path, portal.Prefix+path)
		}
		if r.Function == e.function.Name && !needed {
			t.Errorf("the topology leads %s here for nothing", r.Path)
		}
	}
}

// examples holds the document's examples to its schemas.
func (e *Env) examples(t *testing.T) {
	c := e.contract
	for name, schema := range c.at("components", "schemas").(map[string]any) {
		examples, _ := schema.(map[string]any)["examples"].([]any)
		for _, example := range examples {
			text, err := json.Marshal(example)
			if err == nil {
				err = c.check("/components/schemas/"+escape(name), text)
			}
			if err != nil {
				t.Errorf("the example of %s: %v", name, err)
			}
		}
	}
}

// codes holds the document's codes to the table, one for one.
func (e *Env) codes(t *testing.T) {
	c := e.contract
	compare := func(what string, documented any, want []string) {
		t.Helper()
		var got []string
		for _, code := range documented.([]any) {
			got = append(got, code.(string))
		}
		for _, code := range want {
			if !slices.Contains(got, code) {
				t.Errorf("Z3 the document's %s lacks %s", what, code)
			}
		}
		for _, code := range got {
			if !slices.Contains(want, code) {
				t.Errorf("Z3 the document's %s has %s, which does not exist", what, code)
			}
		}
	}
	var codes []string
	for _, row := range problem.Table() {
		codes = append(codes, string(row.Code))
	}
	compare("ProblemCode", c.at("components", "schemas", "ProblemCode", "enum"), codes)
	var fields []string
	for _, row := range problem.FieldTable() {
		fields = append(fields, string(row.Code))
	}
	compare("FieldCode", c.at("components", "schemas", "FieldCode", "enum"), fields)
	for path, methods := range c.Paths {
		for method, o := range methods {
			for _, code := range append(slices.Clone(o.Codes), c.Everywhere...) {
				if !slices.Contains(codes, code) {
					t.Errorf("Z3 %s %s documents %s, which does not exist", method, path, code)
				}
			}
		}
	}
}
