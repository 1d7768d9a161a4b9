package route

import (
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	table := NewTable(1, []Route{{BasePath: "/cpro/factures/v1", ID: "aaaa"}, {BasePath: "/cpro/factures/v10", ID: "bbbb"}, {BasePath: "/meteo", ID: "cccc"}})
	for path, want := range map[string]string{
		"/cpro/factures/v1": "aaaa", "/cpro/factures/v1/": "aaaa", "/cpro/factures/v1/x/y": "aaaa",
		"/cpro/factures/v10": "bbbb", "/cpro/factures/v10/x": "bbbb", "/meteo/x": "cccc",
		"/": "", "/cpro": "", "/cpro/factures": "", "/cpro/factures/v11": "", "/meteox": "", "/Meteo/x": "",
	} {
		got := ""
		if r := table.Match(path); r != nil {
			got = r.ID
		}
		if got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
	if r := NewTable(1, []Route{{BasePath: "/a/b", ID: "bbbb"}, {BasePath: "/a", ID: "aaaa"}}).Match("/a/b/c"); r.ID != "aaaa" {
		t.Errorf("of two base paths of which one is below the other, which publishing makes impossible, the call goes to %s", r.ID)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	r := Route{BasePath: "/b", ID: "aaaa", Operations: []Operation{
		{Method: "GET", Path: "/items/{id}"}, {Method: "GET", Path: "/items/latest"}, {Method: "DELETE", Path: "/items/{id}"},
		{Method: "POST", Path: "/items"}, {Method: "GET", Path: "/"}, {Method: "GET", Path: "/files/{name}.{extension}"},
		{Method: "HEAD", Path: "/head"}, {Method: "GET", Path: "/captcha/{uuid}/code/infos"}, {Method: "PUT", Path: "/v{n}/x"},
	}}
	r.compile()
	for _, c := range []struct {
		method, below, path string
		found               Found
	}{
		{"GET", "/items/7", "/items/{id}", Matched},
		{"GET", "/items/latest", "/items/latest", Matched},
		{"DELETE", "/items/latest", "/items/{id}", Matched},
		{"HEAD", "/items/7", "/items/{id}", Matched}, // GW-09 HEAD has GET's rights
		{"HEAD", "/head", "/head", Matched},
		{"HEAD", "/items", "", NoMethod},
		{"PUT", "/items/7", "", NoMethod},
		{"GET", "/items", "", NoMethod},
		{"GET", "/items/", "", NoPath}, // a parameter is never empty
		{"GET", "/items/7/", "", NoPath},
		{"GET", "/items/7/8", "", NoPath},
		{"GET", "", "/", Matched},
		{"GET", "/", "/", Matched},
		{"GET", "/files/a.pdf", "/files/{name}.{extension}", Matched},
		{"GET", "/files/a", "", NoPath},
		{"GET", "/files/.pdf", "", NoPath},
		{"GET", "/captcha/0b3c/code/infos", "/captcha/{uuid}/code/infos", Matched},
		{"PUT", "/v2/x", "/v{n}/x", Matched},
		{"PUT", "/v/x", "", NoPath},
		{"get", "/items/7", "", NoMethod},
	} {
		operations, found := r.Find(c.method, c.below)
		got := ""
		for _, o := range operations {
			got += o.Path
		}
		if found != c.found || got != c.path {
			t.Errorf("%s %s: %q %v, want %q %v", c.method, c.below, got, found, c.path, c.found)
		}
	}
	if got := r.Methods("/items/7"); got != "GET, HEAD, DELETE" {
		t.Errorf("Allow: %s", got)
	}
}
