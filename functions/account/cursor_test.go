package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"guichet/shared/account"
	"guichet/shared/problem"
)

func TestAZ11ListsAreReadPartByPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := []string{"Universelle"}
	for i := range 7 {
		name := fmt.Sprintf("Agence %d", i/2) // some share a name
		w.organisation(name, true)
		want = append(want, name)
	}
	page := func(query string) answer { return w.do(ask{method: "GET", path: "/organisations" + query}) }
	var got []string
	query, parts := "?limit=3", 0
	var first string
	for query != "" {
		d := w.must(page(query), 200).document()
		for _, o := range d["items"].([]any) {
			got = append(got, fmt.Sprint(o.(map[string]any)["name"]))
		}
		query = ""
		if next, more := d["next"].(string); more {
			query = "?limit=3&cursor=" + next
			if parts == 0 {
				first = next
				w.organisation("Aaa", true) // before the place: it moves nothing
			}
		}
		parts++
	}
	if parts != 3 || !slices.Equal(got, want) {
		t.Errorf("in %d parts: %v, want %v", parts, got, want)
	}
	for i := range first {
		edited := first[:i] + string("AB"[b2i(first[i] == 'A')]) + first[i+1:]
		w.expect(fmt.Sprintf("AZ-11 a cursor edited at %d", i), page("?cursor="+edited), "bad_request")
	}
	for _, forged := range []string{"", ".", "1.", "2." + first[2:], first[:len(first)-1], first + "A", first + "%3D", strings.Repeat("A", maxCursor+1), first + "&cursor=" + first} {
		w.expect("AZ-11 the cursor "+forged, page("?cursor="+forged), "bad_request")
	}
	w.expect("AZ-11 a cursor of another query", page("?search=x&cursor="+first), "bad_request")
	for _, limit := range []string{"", "0", "101", "-1", "x", "1&limit=2"} {
		w.expect("the limit "+limit, page("?limit="+limit), "validation")
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// AZ-11: a cursor is good for the person, the operation and the query that it was made for.
func TestAZ11CursorsAreBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := func(person, method, target string) *call {
		return &call{
			r: httptest.NewRequest(http.MethodGet, testOrigin+target, nil), portal: w.portal, operation: operation{method: method},
			person: account.Person{User: account.User{ID: person}},
		}
	}
	cursor, err := at("ada", "GET", "/api/list?state=open&limit=5").seal("place")
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
		{"nobody", "", "GET", "/api/list?state=open", false},
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
