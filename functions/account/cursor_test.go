package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"guichet/shared/portal"
	"guichet/shared/portal/portaltest"
)

func TestAZ11ListsAreReadPartByPart(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	want := []string{"Universelle"}
	for i := range 7 {
		name := fmt.Sprintf("Agence %d", i/2) // some share a name
		w.Organisation(name, true)
		want = append(want, name)
	}
	page := func(query string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "GET", Path: "/organisations" + query})
	}
	var got []string
	query, parts := "?limit=3", 0
	var first string
	for query != "" {
		d := w.Must(page(query), 200).Document()
		for _, o := range d["items"].([]any) {
			got = append(got, fmt.Sprint(o.(map[string]any)["name"]))
		}
		query = ""
		if next, more := d["next"].(string); more {
			query = "?limit=3&cursor=" + next
			if parts == 0 {
				first = next
				w.Organisation("Aaa", true) // before the place: it moves nothing
			}
		}
		parts++
	}
	if parts != 3 || !slices.Equal(got, want) {
		t.Errorf("in %d parts: %v, want %v", parts, got, want)
	}
	for i := range first {
		edited := first[:i] + string("AB"[b2i(first[i] == 'A')]) + first[i+1:]
		w.Expect(fmt.Sprintf("AZ-11 a cursor edited at %d", i), page("?cursor="+edited), "bad_request")
	}
	for _, forged := range []string{"", ".", "1.", "2." + first[2:], first[:len(first)-1], first + "A", first + "%3D", strings.Repeat("A", portal.MaxCursor+1), first + "&cursor=" + first} {
		w.Expect("AZ-11 the cursor "+forged, page("?cursor="+forged), "bad_request")
	}
	w.Expect("AZ-11 a cursor of another query", page("?search=x&cursor="+first), "bad_request")
	for _, limit := range []string{"", "0", "101", "-1", "x", "1&limit=2"} {
		w.Expect("the limit "+limit, page("?limit="+limit), "validation")
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
