package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest/faults"
	"guichet/shared/account"
	"guichet/shared/ddb"
)

// bodies are well-formed requests of every operation that reads one; none of them does anything when it is sent by
// somebody who is signed in: what is secret in them is wrong. A new operation without an entry fails the tests.
func (w *world) bodies() map[string]map[string]any {
	hash := strings.Repeat("0", 64)
	return map[string]map[string]any{
		"register": {
			"fullName": "Camille", "email": "nobody@example.org", "password": goodPassword, "newsletter": false, "surveys": false,
			"termsHash": hash, "language": "en", "captcha": "AAAA",
		},
		"resendConfirmation":   {"email": "nobody@example.org", "captcha": "AAAA"},
		"requestPasswordReset": {"email": "nobody@example.org", "captcha": "AAAA"},
		"confirm":              {"token": strings.Repeat("A", 43), "password": "wrong"},
		"signIn":               {"email": "nobody@example.org", "password": "wrong"},
		"resetPassword":        {"newPassword": goodPassword},
		"acceptTerms":          {"hash": hash},
		"updateMe":             {"language": "fr"},
		"deleteMe":             {"password": "wrong"},
		"updatePreferences":    {"requests": true, "quotaAlerts": true, "lifecycle": true, "news": false, "surveys": true},
		"changePassword":       {"currentPassword": "wrong", "newPassword": goodPassword},
		"joinOrganisation":     {"code": "0000-0000-0000-0000"},
	}
}

// each calls check with every operation and an honest request of it.
func (w *world) each(check func(o operation, id string, q ask)) {
	w.t.Helper()
	c := contractOf(w.t)
	bodies := w.bodies()
	for _, o := range w.portal.routes {
		id := c.Paths[o.path][o.method].OperationID
		path := strings.NewReplacer(
			"{session}", "01JD8Z3K4M5N6P7Q8R9S0T1V2W", "{token}", strings.Repeat("A", 43), "{organisation}", "01JD8Z3K4M5N6P7Q8R9S0T1V2W",
			"{application}", "01JD8Z3K4M5N6P7Q8R9S0T1V2W", "{credential}", "01234567-89ab-4def-8123-456789abcdef",
		).Replace(o.path)
		switch id {
		case "getCaptcha":
			path += "?form=sign-in"
		case "endOtherSessions":
			path += "?except=current"
		}
		q := ask{method: o.method, path: path}
		if o.body {
			body, ok := bodies[id]
			if !ok {
				w.t.Errorf("%s has no body to be tested with", id)
				continue
			}
			q.body = body
		}
		check(o, id, q)
	}
}

// dump is all that is stored, but for the counters of attempts.
func (w *world) dump() map[string]item {
	w.t.Helper()
	all := map[string]item{}
	tables := []string{w.db.Tables.Registry, w.db.Tables.Events, w.db.Tables.Sessions}
	for _, table := range append(tables, slices.Collect(maps.Values(w.db.Tables.Grants))...) {
		pages := dynamodb.NewScanPaginator(w.tables.Client, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(w.t.Context())
			if err != nil {
				w.t.Fatal(err)
			}
			for _, row := range page.Items {
				if !strings.HasPrefix(text(row, ddb.PK), "TRY#") {
					all[table+" "+text(row, ddb.PK)+" "+text(row, ddb.SK)] = row
				}
			}
		}
	}
	return all
}

func (w *world) unchanged(sentence string, before map[string]item) {
	w.t.Helper()
	after := w.dump()
	for key, row := range after {
		if !reflect.DeepEqual(before[key], row) {
			w.t.Errorf("%s: %s was written", sentence, key)
		}
	}
	for key := range before {
		if after[key] == nil {
			w.t.Errorf("%s: %s was removed", sentence, key)
		}
	}
}

// setUser writes attributes of an account behind the portal's back, as other functions do.
func (w *world) setUser(user, attribute string, value types.AttributeValue) {
	w.t.Helper()
	_, err := w.tables.Client.UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.db.Tables.Registry, Key: account.Key(user), UpdateExpression: aws.String("SET #a = :v"),
		ExpressionAttributeNames: map[string]string{"#a": attribute}, ExpressionAttributeValues: item{":v": value},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestAnyRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")

	before := w.dump()
	w.each(func(o operation, id string, q ask) {
		if !o.changes() {
			q.cookie = cookie
			w.do(q)
		}
	})
	w.unchanged("PS-03 a GET changes something", before)

	w.each(func(o operation, id string, q ask) {
		if !o.changes() {
			return
		}
		q.cookie = cookie
		for shape, header := range map[string]http.Header{
			"no Origin":                  {"Origin": nil},
			"the Origin null":            {"Origin": {"null"}},
			"a foreign Origin":           {"Origin": {"https://evil.example"}},
			"an Origin that begins so":   {"Origin": {testOrigin + ".evil.example"}},
			"the Origin over HTTP":       {"Origin": {"http://portal.example"}},
			"two Origins":                {"Origin": {testOrigin, "https://evil.example"}},
			"a cross-site fetch":         {"Sec-Fetch-Site": {"cross-site"}},
			"a fetch of the same site":   {"Sec-Fetch-Site": {"same-site"}},
			"a fetch of a typed address": {"Sec-Fetch-Site": {"none"}},
		} {
			q.header = header
			w.expect("PS-03 "+id+" with "+shape, w.do(q), "origin_refused")
		}
		if !o.body {
			return
		}
		text, _ := json.Marshal(q.body)
		for shape, form := range map[string]struct{ kind, body string }{
			"text/plain":         {"text/plain", string(text)},
			"a form":             {"application/x-www-form-urlencoded", "a=b"},
			"a multipart form":   {"multipart/form-data; boundary=x", "--x--"},
			"another charset":    {"application/json; charset=utf-7", string(text)},
			"no type at all":     {"", string(text)},
			"two types":          {"application/json, text/plain", string(text)},
			"JSON of some other": {"application/problem+json", string(text)},
		} {
			q.body, q.header = form.body, http.Header{"Content-Type": {form.kind}}
			w.expect("PS-03 "+id+" as "+shape, w.do(q), "unsupported_media_type")
		}
	})
	w.unchanged("PS-03 a foreign page changes something", before)

	w.each(func(o operation, id string, q ask) {
		if o.access != signedIn {
			return
		}
		w.expect("PS-04 "+id+" without a session", w.do(q), "sign_in_required")
		q.cookie = strings.Repeat("A", 43)
		w.expect("PS-01 "+id+" with a planted session", w.do(q), "sign_in_required")
		q.header = http.Header{"Cookie": {cookieName + "=" + cookie + "; " + cookieName + "=" + cookie}}
		q.cookie = ""
		w.expect("PS-02 "+id+" with two session cookies", w.do(q), "sign_in_required")
	})

	w.each(func(o operation, id string, q ask) {
		if !o.body {
			return
		}
		q.cookie = cookie
		q.body = "{" + strings.Repeat(" ", maxBody) + "}"
		hashes := w.portal.hasher.Work()
		w.expect("RG-08 "+id+" with more than 4 KB", w.do(q), "bad_request")
		for _, broken := range []string{"", "[]", "null", "{", `{"a":1}x`, `{"password":"a","password":"b"}`, "\xff{}", `{"a":"` + "\xff" + `"}`, `{"a":nope}`} {
			q.body = []byte(broken)
			w.expect("TE-06 "+id+" with the body "+broken, w.do(q), "bad_request")
		}
		if w.portal.hasher.Work() != hashes {
			t.Errorf("RG-08 %s hashes before it has read", id)
		}
	})

	w.each(func(o operation, id string, q ask) {
		if !o.creating {
			return
		}
		q.cookie = cookie
		for _, key := range []string{"-", "short", strings.Repeat("x", 65), "with blanks in the key"} {
			q.key = key
			w.expect(id+" with the idempotency key "+key, w.do(q), "idempotency_key_missing")
		}
	})
	w.unchanged("a refused request changes something", before)

	w.publishTerms("2")
	w.each(func(o operation, id string, q ask) {
		q.cookie = cookie
		a := w.do(q)
		if o.access == signedIn && !o.beforeTerms {
			w.expect("PS-08 "+id+" before the new terms are accepted", a, "portal_terms_not_accepted")
		} else if a.code() == "portal_terms_not_accepted" {
			t.Errorf("Z37 %s is closed until the new terms are accepted", id)
		}
		if id == "signOut" {
			_, cookie = u, w.signIn(u.Email, goodPassword, "").cookie()
		}
	})
	w.must(w.do(ask{method: "POST", path: "/terms/acceptances", cookie: cookie, body: map[string]any{"hash": w.terms.Hash}}), 204)

	w.setUser(u.ID, "passwordMustChange", &types.AttributeValueMemberBOOL{Value: true})
	w.each(func(o operation, id string, q ask) {
		q.cookie = cookie
		a := w.do(q)
		if o.access == signedIn && !o.beforePassword {
			w.expect("Z28 "+id+" before the password is changed", a, "password_change_required")
		} else if a.code() == "password_change_required" {
			t.Errorf("Z28 %s is closed until the password is changed", id)
		}
		if id == "signOut" {
			cookie = w.signIn(u.Email, goodPassword, "").cookie()
		}
	})
	w.publishTerms("3")
	change := ask{method: "POST", path: "/me/password", cookie: cookie, body: w.bodies()["changePassword"]}
	w.expect("Z28 changing such a password before new terms are accepted", w.do(change), "password_wrong")
	w.expect("Z28 accepting the terms before such a password is changed",
		w.do(ask{method: "POST", path: "/terms/acceptances", cookie: cookie, body: map[string]any{"hash": w.terms.Hash}}), "password_change_required")
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

func TestAnyField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, cookie := w.member("camille@example.org")
	before := w.dump()
	c := contractOf(t)
	w.each(func(o operation, id string, q ask) {
		if !o.body {
			return
		}
		q.cookie = cookie
		honest := q.body.(map[string]any)
		all, required := properties(c, o.path, o.method)
		with := func(name string, value any, want string) {
			t.Helper()
			body := maps.Clone(honest)
			if value == nil {
				delete(body, name)
			} else {
				body[name] = value
			}
			q.body = body
			a := w.do(q)
			if a.code() != "validation" && a.code() != "sign_in_required" || !slices.Contains(a.faults(), name+" "+want) {
				t.Errorf("%s with %s = %.40v: %s instead of %s: %s", id, name, value, a.code(), want, a.body)
			}
		}
		for _, forbidden := range []string{
			"id", "user", "role", "status", "epoch", "organisation", "quota", "platformAdministrator", "emailVerified", "confirmed", "terms",
			"memberships", "passwordMustChange", "__proto__", "PK", "Email", "FULLNAME",
		} {
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
	w.unchanged("RG-09 a refused form changes something", before)
}

func TestCookiesAndSessionLifetimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, cookie := w.member("camille@example.org")

	a := w.must(w.signIn("camille@example.org", goodPassword, ""), 201)
	want := cookieName + "=" + a.cookie() + "; Path=/; Max-Age=28800; HttpOnly; Secure; SameSite=Lax"
	if got := a.header.Values("Set-Cookie"); len(got) != 1 || got[0] != want {
		t.Errorf("PS-02 the cookie is set as %q", got)
	}
	planted := w.do(ask{method: "POST", path: "/sessions", cookie: cookie, body: map[string]any{"email": "camille@example.org", "password": goodPassword}})
	if planted.cookie() == cookie || w.alive(cookie) || !w.alive(planted.cookie()) {
		t.Error("PS-01 a session that came along lives on after a sign-in")
	}

	alive := planted.cookie()
	for range 15 {
		w.clock.advance(29 * time.Minute)
		if !w.alive(alive) {
			t.Fatal("PS-05 a session that is used every 29 minutes ends")
		}
	}
	w.clock.advance(29 * time.Minute) // 7 h 44
	if !w.alive(alive) {
		t.Error("PS-05 the session ends before 8 hours")
	}
	w.clock.advance(17 * time.Minute)
	if w.alive(alive) {
		t.Error("PS-05 the session lives longer than 8 hours")
	}

	idle := w.signIn("camille@example.org", goodPassword, "").cookie()
	w.clock.advance(30*time.Minute - time.Second)
	if !w.alive(idle) {
		t.Error("PS-05 the session ends before 30 minutes")
	}
	w.clock.advance(30 * time.Minute)
	if w.alive(idle) {
		t.Error("PS-05 an unused session lives longer than 30 minutes")
	}
	found, err := w.tables.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &w.db.Tables.Sessions, Key: account.SessionKey("x")})
	if err != nil || found.Item != nil {
		t.Errorf("%v %v", err, found.Item)
	}

	out := w.signIn("camille@example.org", goodPassword, "").cookie()
	gone := w.must(w.do(ask{method: "DELETE", path: "/sessions/current", cookie: out}), 204)
	if w.alive(out) || gone.header.Get("Clear-Site-Data") != `"cache", "cookies"` || !strings.Contains(gone.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("PS-04 the session outlives the sign-out, or PS-09 the browser keeps what it has: %v", gone.header)
	}
	w.must(w.do(ask{method: "DELETE", path: "/sessions/current"}), 204)
}

// One call of a signed-in person costs two requests; once a minute a third says that the session was seen.
func TestSessionCostsTwoRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, cookie := w.member("camille@example.org")
	w.alive(cookie) // the configuration and the names of organisations are remembered
	w.tables.Faults.Reset()
	w.must(w.do(ask{method: "GET", path: "/me/preferences", cookie: cookie}), 200)
	if n := w.tables.Faults.Count("", ""); n != 2 {
		t.Errorf("session and person cost %d requests", n)
	}
	w.clock.advance(time.Minute)
	w.tables.Faults.Reset()
	w.must(w.do(ask{method: "GET", path: "/me/preferences", cookie: cookie}), 200)
	if n := w.tables.Faults.Count("", ""); n != 3 {
		t.Errorf("a minute later they cost %d requests", n)
	}
	w.tables.Faults.Reset()
	w.must(w.do(ask{method: "GET", path: "/me/preferences"}), 401)
	if n := w.tables.Faults.Count("", ""); n != 0 {
		t.Errorf("nobody costs %d requests", n)
	}
}

func TestAnswersInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, cookie := w.member("camille@example.org") // who reads French
	for _, c := range []struct{ name, header, cookie, want string }{
		{"nobody knows: French", "", "", "fr"},
		{"English is asked for", "en-GB,en;q=0.9,fr;q=0.5", "", "en"},
		{"French is asked for", "fr-CA", "", "fr"},
		{"neither is: French", "de, it;q=0.5", "", "fr"},
		{"not readable: French", "\x01;;q=", "", "fr"},
		{"the order is by weight", "fr-CA;q=0.8,en", "", "en"},
		{"the order is by weight, the other way", "en;q=0.3, fr-CH;q=0.9, *;q=0.1", "", "fr"},
		{"what weighs nothing is not wanted", "fr;q=0, en;q=0.1", "", "en"},
		{"a region that is none of ours", "de-CH, en-AU;q=0.1", "", "en"},
		{"anything will do: French", "*", "", "fr"},
		{"nothing but commas: French", ",,;,", "", "fr"},
		{"a header that never ends: French", "en" + strings.Repeat(",en-GB", 100), "", "fr"},
		{"in capitals", "EN", "", "en"},
		{"the request wins over the person", "en", cookie, "en"},
		{"the person's own", "", cookie, "fr"},
	} {
		q := ask{method: "DELETE", path: "/sessions/01JD8Z3K4M5N6P7Q8R9S0T1V2W", cookie: c.cookie}
		if c.header != "" {
			q.header = http.Header{"Accept-Language": {c.header}}
		}
		a := w.do(q)
		french := strings.HasPrefix(fmt.Sprint(a.document()["detail"]), "Connectez") || strings.HasPrefix(fmt.Sprint(a.document()["detail"]), "Il n'y a")
		if got := a.header.Get("Content-Language"); got != c.want || french != (c.want == "fr") {
			t.Errorf("%s: %s: %s", c.name, got, a.body)
		}
	}
	w.must(w.do(ask{method: "PATCH", path: "/me", cookie: cookie, body: map[string]any{"language": "en"}}), 200)
	if a := w.do(ask{method: "DELETE", path: "/sessions/x", cookie: cookie}); a.document()["title"] != "Not found" {
		t.Errorf("the person reads English now: %s", a.body)
	}
}

func TestPathsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/me/nothing", "not_found"},
		{"GET", "/me/", "not_found"},
		{"GET", "/me//export", "not_found"},
		{"GET", "/sessions/../me", "not_found"},
		{"GET", "/password-resets/" + strings.Repeat("A", 43) + "/x", "not_found"},
		{"GET", "/confirmations", "method_not_allowed"},
		{"TRACE", "/me", "not_found"},
		{"OPTIONS", "/me", "method_not_allowed"},
		{"PUT", "/me", "method_not_allowed"},
	} {
		a := w.do(ask{method: c.method, path: c.path, unchecked: c.method == "TRACE"})
		w.expect(c.method+" "+c.path, a, c.want)
		if c.want == "method_not_allowed" && a.header.Get("Allow") == "" {
			t.Errorf("%s %s: 405 without Allow", c.method, c.path)
		}
	}
	if a := w.do(ask{method: "HEAD", path: "/configuration"}); a.status != 200 || len(a.body) != 0 {
		t.Errorf("HEAD: %d %s", a.status, a.body)
	}
}

// A store that does not answer is told as such, and never taken for an answer.
func TestStoreFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, cookie := w.member("camille@example.org")
	for name, fault := range map[string]faults.Fault{
		"throttled": faults.Throttled(), "refused": faults.Refuse(), "500": faults.InternalError(), "503": faults.Unavailable(),
	} {
		remove := w.tables.Faults.Inject(faults.Rule{Fault: fault})
		w.each(func(o operation, id string, q ask) {
			q.cookie = cookie
			switch id {
			case "getDocument", "getConfiguration": // need no store
				return
			case "getPasswordReset", "resetPassword", "signOut":
			}
			a := w.do(q)
			if a.status < 400 {
				t.Errorf("F07 %s answers %d with the store %s", id, a.status, name)
			}
			if a.status == 500 {
				t.Errorf("F07 %s calls it a mistake of ours that the store is %s: %s", id, name, a.body)
			}
		})
		remove()
	}
	w.tables.Faults.Inject(faults.Rule{Fault: faults.AccessDenied()})
	w.expect("a right that the role lacks is our mistake", w.do(ask{method: "GET", path: "/me", cookie: cookie}), "internal")
}
