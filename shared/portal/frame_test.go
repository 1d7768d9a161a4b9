package portal

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/localtest"
	"guichet/localtest/secretsmanager"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// options of a server without a function.
func options(t *testing.T) Options {
	t.Helper()
	tables := localtest.Tables(t)
	secrets, err := secretsmanager.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if err := secrets.Put("links", `{"sign":"1","1":"`+strings.Repeat("k", 40)+`"}`); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(secrets)
	t.Cleanup(server.Close)
	environment := tables.Environment
	environment.Endpoints = map[string]string{"DYNAMODB": tables.Endpoint, "SECRETS_MANAGER": server.URL}
	return Options{
		DB: tables.Database(time.Now), Keys: account.NewLinkKeySource(secret.NewManager(environment), "links", time.Now), Origin: "https://portal.example",
	}
}

// AZ-11: a cursor is good for the person, the operation and the query that it was made for.
func TestAZ11CursorsAreBound(t *testing.T) {
	t.Parallel()
	o := options(t)
	at := func(person, method, target string) *Call {
		return &Call{
			r: httptest.NewRequest(http.MethodGet, "https://portal.example"+target, nil), server: &Server{options: o}, route: Route{Pattern: method + " /list"},
			Person: account.Person{User: account.User{ID: person}},
		}
	}
	cursor, err := at("ada", "GET", "/api/list?state=open&limit=5").Seal("place")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(cursor, "place") {
		t.Error("AZ-11 a cursor shows its place")
	}
	for _, c := range []struct {
		name, person, method, target string
		good                         bool
	}{
		{"the next call", "ada", "GET", "/api/list?limit=50&state=open&cursor=x", true},
		{"another person", "bob", "GET", "/api/list?state=open", false},
		{"a visitor", "", "GET", "/api/list?state=open", false},
		{"another list", "ada", "GET", "/api/others?state=open", false},
		{"another operation", "ada", "DELETE", "/api/list?state=open", false},
		{"another query", "ada", "GET", "/api/list?state=closed", false},
		{"a wider query", "ada", "GET", "/api/list", false},
	} {
		var place string
		err := at(c.person, c.method, c.target).unseal(cursor, &place)
		if c.good && (err != nil || place != "place") || !c.good && !problem.Is(err, problem.BadRequest) {
			t.Errorf("AZ-11 a cursor for %s: %q, %v", c.name, place, err)
		}
	}
}

type limits struct {
	PerDay *int64 `json:"perDay" form:"min=0,max=100,optional"`
}

func TestRG09FormsAreReadStrictly(t *testing.T) {
	t.Parallel()
	type strict struct {
		Name   string       `json:"name" form:"max=5"`
		Secret secret.Value `json:"secret" form:"max=5,optional"`
		Kind   string       `json:"kind" form:"enum=a|b,optional"`
		Owner  *ID          `json:"owner" form:"max=26"`
		Count  int64        `json:"count" form:"min=1,max=9,optional"`
		Scopes []string     `json:"scopes" form:"max=2,each=3,optional"`
		Limits limits       `json:"limits" form:"optional"`
		Parts  []limits     `json:"parts" form:"max=1,optional"`
		Code   string       `json:"code" form:"max=3,missing=captcha_required"`
		Agreed bool         `json:"agreed" form:"optional"`
	}
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"all that is needed", `{"name":"a","code":"c"}`, nil},
		{"everything", `{"name":"ééééé","code":"c","secret":"x","kind":"b","owner":"01JD8Z3K4M5N6P7Q8R9S0T1V2W","count":9,"scopes":["a","b"],"limits":{"perDay":0},"parts":[{"perDay":null}],"agreed":true}`, nil},
		{"nothing: every missing field at once", `{}`, []string{"name required", "code captcha_required"}},
		{"null for what is needed", `{"name":null,"code":"c"}`, []string{"name required"}},
		{"null for what is optional", `{"name":"a","code":"c","limits":null,"scopes":null}`, nil},
		{"null where PATCH tells what was sent", `{"name":"a","code":"c","owner":null}`, []string{"owner required"}},
		{"an empty text", `{"name":"","code":"c","secret":""}`, []string{"name required", "secret required"}},
		{"six code points of five", `{"name":"éééééé","code":"c"}`, []string{"name too_long"}},
		{"a number for a text", `{"name":7,"code":"c"}`, []string{"name malformed"}},
		{"a text for a truth", `{"name":"a","code":"c","agreed":"true"}`, []string{"agreed malformed"}},
		{"a fraction for a whole number", `{"name":"a","code":"c","count":1.5}`, []string{"count malformed"}},
		{"a number below its least", `{"name":"a","code":"c","count":0}`, []string{"count malformed"}},
		{"a number above its greatest", `{"name":"a","code":"c","count":10}`, []string{"count malformed"}},
		{"a text of no list", `{"name":"a","code":"c","kind":"c"}`, []string{"kind malformed"}},
		{"an id that is not one", `{"name":"a","code":"c","owner":"x"}`, []string{"owner malformed"}},
		{"too many elements", `{"name":"a","code":"c","scopes":["a","b","c"]}`, []string{"scopes too_long"}},
		{"an element that is too long", `{"name":"a","code":"c","scopes":["abcd"]}`, []string{"scopes.0 too_long"}},
		{"an element that is not a text", `{"name":"a","code":"c","scopes":[null,7]}`, []string{"scopes.0 required", "scopes.1 malformed"}},
		{"an object that is not one", `{"name":"a","code":"c","limits":[]}`, []string{"limits malformed"}},
		{"a field of an object", `{"name":"a","code":"c","limits":{"perDay":-1,"x":1}}`, []string{"limits.perDay malformed", "limits.x not_allowed"}},
		{"a field of an element", `{"name":"a","code":"c","parts":[{"perDay":"1"}]}`, []string{"parts.0.perDay malformed"}},
		{"members that nobody asked for", `{"name":"a","code":"c","role":"x","Name":"y"}`, []string{"Name not_allowed", "role not_allowed"}},
		{"a member with an endless name", `{"name":"a","code":"c","` + strings.Repeat("x", 200) + `":1}`, []string{strings.Repeat("x", 100) + " not_allowed"}},
	} {
		var got []string
		err := Decode([]byte(c.body), &strict{})
		if refused, ok := err.(*problem.Error); ok {
			for _, f := range refused.Fields {
				got = append(got, f.Name+" "+string(f.Code))
			}
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q instead of %q", c.name, got, c.want)
		}
	}
	for _, broken := range []string{"", "[]", "{", `{}x`, `{"name":"a","name":"b"}`, "\xff{}", `{"name":nope}`} {
		if err := Decode([]byte(broken), &strict{}); !problem.Is(err, problem.BadRequest) {
			t.Errorf("TE-06 the body %q: %v", broken, err)
		}
	}
}

func TestWhatCannotBeReadIsNotServed(t *testing.T) {
	t.Parallel()
	panics := func(do func()) (did bool) {
		defer func() { did = recover() != nil }()
		do()
		return false
	}
	for name, do := range map[string]func(){
		"a text without a limit": func() {
			HandleBody(func(*Call, struct {
				A string `json:"a"`
			}) (Answer, error) {
				return Answer{}, nil
			})
		},
		"a list without a limit": func() {
			HandleBody(func(*Call, struct {
				A []bool `json:"a"`
			}) (Answer, error) {
				return Answer{}, nil
			})
		},
		"a map": func() {
			HandleBody(func(*Call, struct {
				A map[string]string `json:"a"`
			}) (Answer, error) {
				return Answer{}, nil
			})
		},
		"a field without a name":    func() { HandleBody(func(*Call, struct{ A bool }) (Answer, error) { return Answer{}, nil }) },
		"a route without a handler": func() { New(Options{}, []Route{{Pattern: "GET /a"}}) },
		"a route that is there twice": func() {
			h := Handle(func(*Call) (Answer, error) { return NoContent(), nil })
			New(Options{}, []Route{{Pattern: "GET /a/{x}", Handler: h}, {Pattern: "GET /a/{y}", Handler: h}})
		},
	} {
		if !panics(do) {
			t.Errorf("%s is accepted", name)
		}
	}
}

// An idempotent handler that forgets to remember its answer fails its first test.
func TestAnIdempotentAnswerIsRemembered(t *testing.T) {
	t.Parallel()
	o := options(t)
	done := 0
	server := New(o, []Route{
		{Pattern: "POST /forgetful", Access: Public, Idempotent: true, Handler: Handle(func(*Call) (Answer, error) { return NoContent(), nil })},
		{Pattern: "POST /secret", Access: Public, Idempotent: true, Handler: Handle(func(c *Call) (Answer, error) {
			done++
			return Created("shown"), c.DB.Transact(c.Context(), []ddb.Write{c.RememberRefusal(problem.SecretAlreadyShown)})
		})},
		{Pattern: "POST /made", Access: Public, Idempotent: true, Handler: Handle(func(c *Call) (Answer, error) {
			done++
			answer := Created(done)
			return answer, c.DB.Transact(c.Context(), []ddb.Write{c.Remember(answer)})
		})},
	})
	post := func(path, key string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://portal.example/api"+path, nil)
		r.Header.Set("Origin", "https://portal.example")
		r.Header.Set(IdempotencyHeader, key)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	for _, c := range []struct {
		name, path, key string
		status          int
		body            string
	}{
		{"an answer that is not remembered", "/forgetful", strings.Repeat("a", 16), 500, ""},
		{"a first answer", "/made", strings.Repeat("b", 16), 201, "1"},
		{"the first answer again", "/made", strings.Repeat("b", 16), 201, "1"},
		{"another intent", "/made", strings.Repeat("c", 16), 201, "2"},
		{"a secret", "/secret", strings.Repeat("b", 16), 201, `"shown"`},
		{"Z19 a secret again", "/secret", strings.Repeat("b", 16), 409, ""},
	} {
		status, body := post(c.path, c.key)
		if status != c.status || c.body != "" && body != c.body {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
	}
	if done != 3 {
		t.Errorf("three intents were done %d times", done)
	}
}
