package main

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"guichet/shared/problem"
)

// FuzzParseForm holds that a body is an object of UTF-8 with unique members or a refusal, that every member is accounted
// for, and that what is read obeys its bound (RG-09).
func FuzzParseForm(f *testing.F) {
	for _, body := range []string{
		`{"email":"a@example.org","password":"x","newsletter":true}`, `{}`, `null`, `[]`, ``, `{"email":null}`, `{"email":1}`, `{"email":"a","email":"b"}`,
		`{"email":"a"} {}`, `{"email":{"a":{"email":"b"}}}`, "{\"email\":\"\xff\"}", `{"email":"\ud800"}`, `{"other":"a"}`, `{"email":"a",}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := parseForm(body)
		if err != nil {
			if !problem.Is(err, problem.BadRequest) {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil || len(object) != len(form.values) {
			t.Fatalf("encoding/json reads %d members, the form %d", len(object), len(form.values))
		}
		const bound = 8
		email := form.text("email", bound)
		err = form.check()
		_, sent := object["email"]
		if err == nil && (!sent || len(object) != 1) {
			t.Errorf("RG-09 %q is accepted for a form with one member", body)
		}
		if err != nil && !problem.Is(err, problem.Validation) {
			t.Errorf("not a refusal of members: %v", err)
		}
		if err == nil && (utf8.RuneCountInString(email) > bound || !utf8.ValidString(email)) {
			t.Errorf("a text of %d characters passes for %d", utf8.RuneCountInString(email), bound)
		}
	})
}
