package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzParseTokenRequest: whatever is sent is refused with a fixed text, or read as net/url reads it, each parameter once.
func FuzzParseTokenRequest(f *testing.F) {
	const kind = "application/x-www-form-urlencoded"
	for _, seed := range []struct{ kind, query, authorization, body string }{
		{kind, "", "", "grant_type=client_credentials&client_id=a&client_secret=b&scope=openid"},
		{kind + ";charset=UTF-8", "", "Basic YTpi", "grant_type=client_credentials"},
		{kind, "", "Basic YSUyRGI6JTJE", "grant_type=client_credentials&client_id=a-b"},
		{kind, "client_secret=x", "", "grant_type=client_credentials"},
		{kind, "CLIENT%5fid=x", "", "grant_type=client_credentials"},
		{kind, "x=1", "", "x=1"},
		{kind, "", "", "a=1&a=1"},
		{kind, "", "", "a=%00&b=%ff&c=%zz"},
		{kind, "", "", "=x&&;&a;b=c"},
		{kind, "", "", strings.Repeat("a=1&", 60)},
		{kind, "", "Basic", ""},
		{kind, "", "Basic Og==", ""},
		{kind, "", "Basic  /////w==", ""},
		{"application/json", "", "", `{"grant_type":"client_credentials"}`},
		{"", "", "Bearer x", ""},
		{kind + ";", "", "", "x=+%2B"},
	} {
		f.Add(seed.kind, seed.query, seed.authorization, seed.body)
	}
	f.Fuzz(func(t *testing.T, kind, query, authorization, body string) {
		r, err := http.NewRequest(http.MethodPost, "https://sandbox.example"+tokenPath, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.URL.RawQuery = query
		r.Header["Content-Type"] = []string{kind}
		form, err := parse(r)
		if err != nil {
			var refused *refusal
			if !errors.As(err, &refused) || refused.code != invalidRequest {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if len(form.values) > maxParameters || len(body) > maxForm {
			t.Fatalf("%d parameters of %d bytes", len(form.values), len(body))
		}
		if !strings.Contains(body, ";") { // net/url refuses what once was a separator
			same, err := url.ParseQuery(body)
			delete(same, repeatable)
			if err != nil || len(same) != len(form.values) {
				t.Fatalf("TE-06 net/url reads %v (%v), we %v", same, err, form.values)
			}
			for name, values := range same {
				if len(values) != 1 || values[0] != form.values[name] || name == "" || !wellFormed(name+values[0]) {
					t.Fatalf("TE-01 %q: net/url reads %q, we %q", name, values, form.values[name])
				}
			}
		}
		for _, name := range secretParameters {
			if r.URL.Query().Get(name) != "" {
				t.Fatalf("TE-04 %s in the query was accepted", name)
			}
		}
		var header []string
		if authorization != "" {
			header = []string{authorization}
		}
		c, err := readCredentials(header, form)
		if err != nil {
			var refused *refusal
			if !errors.As(err, &refused) || refused.code != invalidRequest && refused.code != invalidClient {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if c.id == "" || len(c.secrets) > 2 || c.header != (authorization != "") || c.header && form.value("client_secret") != "" {
			t.Fatalf("TE-02 credentials %+v of %q and %q", c, authorization, body)
		}
		for _, s := range c.secrets {
			if s.Reveal() == "" || !wellFormed(s.Reveal()) {
				t.Fatalf("TE-16 secret %q", s.Reveal())
			}
		}
	})
}
