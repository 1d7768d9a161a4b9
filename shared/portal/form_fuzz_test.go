package portal

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"guichet/shared/problem"
)

// FuzzDecode holds that a body is an object of UTF-8 with unique members or a refusal, that every member is accounted for,
// and that what is read obeys its bound (RG-09).
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`{"email":"a@example.org","password":"x","newsletter":true}`, `{}`, `null`, `[]`, ``, `{"email":null}`, `{"email":1}`, `{"email":"a","email":"b"}`,
		`{"email":"a"} {}`, `{"email":{"a":{"email":"b"}}}`, "{\"email\":\"\xff\"}", `{"email":"\ud800"}`, `{"other":"a"}`, `{"email":"a",}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var read struct {
			Email string `json:"email" form:"max=8"`
		}
		err := Decode(body, &read)
		if err != nil {
			if !problem.Is(err, problem.BadRequest) && !problem.Is(err, problem.Validation) {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil || len(object) != 1 || object["email"] == nil {
			t.Errorf("RG-09 %q is accepted for a form with one field", body)
		}
		if n := utf8.RuneCountInString(read.Email); n < 1 || n > 8 || !utf8.ValidString(read.Email) {
			t.Errorf("a text of %d characters passes for 8", n)
		}
	})
}
