package publication

import (
	"slices"
	"strings"
	"testing"
)

func TestOverlappingOperations(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		operations []string // "method /path scope", without a scope where any credential serves
		want       []FindingCode
	}{
		{"M1 the more specific operation decides alone", []string{"post /t/{id} w", "post /t/{id}:purge admin"}, nil},
		{"M1 two that cross both decide", []string{"get /{entity}/me a", "get /books/{id} b"}, []FindingCode{OperationsCross}},
		{"M1 one of two that cross is open", []string{"get /{entity}/me", "get /books/{id} b"}, []FindingCode{OperationsCross}},
		{"M1 prefix and suffix cross", []string{"get /f/a{x} a", "get /f/{x}b b"}, []FindingCode{OperationsCross}},
		{"M1 HEAD and GET cross", []string{"head /{entity}/me a", "get /books/{id} b"}, []FindingCode{OperationsCross}},
		{"M1 a GET that has a HEAD of its own says nothing of HEAD", []string{"head /{entity}/me a", "get /books/{id} b", "head /books/{n} a"}, nil},
		{"M1 two that cross and ask for the same", []string{"get /{entity}/me a", "get /books/{id} a"}, nil},
		{"M1 an operation of its own stands where two cross", []string{"get /{entity}/me a", "get /books/{id} b", "get /books/me c"}, nil},
		{"M1 other methods do not cross", []string{"get /{entity}/me a", "post /books/{id} b"}, nil},
		{"M1 prefixes that differ do not cross", []string{"get /f/a{x} a", "get /f/b{x} b"}, nil},
		{"twins by letter case", []string{"get /items/Admin a", "get /items/admin b"}, []FindingCode{OperationsAlike}},
		{"twins by letter case, one of them open", []string{"get /items/Admin", "get /items/admin b"}, []FindingCode{OperationsAlike}},
		{"twins by letter case in a part of a segment", []string{"get /items/{id}.PDF a", "get /items/{id}.pdf b"}, []FindingCode{OperationsAlike}},
		{"a parameter below a segment in another case", []string{"get /Items/{id} a", "get /items/admin b"}, []FindingCode{OperationsAlike}},
		{"twins by letter case of an escape", []string{"get /été a", "get /Été b"}, []FindingCode{OperationsAlike}},
		{"twins by a trailing slash", []string{"get /items/admin/ a", "get /items/admin b"}, []FindingCode{OperationsAlike}},
		{"twins that ask for the same", []string{"get /items/Admin a", "get /items/admin a"}, nil},
		{"a literal beside a parameter is no twin", []string{"get /items/{id} a", "get /items/admin b"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				slices.Reverse(test.operations)
				var paths []string
				for _, operation := range test.operations {
					words := strings.Fields(operation + " ")
					security := ""
					if len(words) == 3 {
						security = `"security":[{"o":["` + words[2] + `"]}],`
					}
					paths = append(paths, `"`+words[1]+`":{"`+words[0]+`":{`+security+`"responses":{"200":{}}}}`)
				}
				d, err := ReadDocument([]byte(`{"swagger":"2.0","info":{"title":"t","version":"1"},"paths":{` + strings.Join(paths, ",") +
					`},"securityDefinitions":{"o":{"type":"oauth2","scopes":{"a":"","b":"","c":"","w":"","admin":""}}}}`))
				if err != nil {
					t.Fatal(err)
				}
				var got []FindingCode
				for _, code := range codes(d) {
					if code == OperationsCross || code == OperationsAlike {
						got = append(got, code)
					}
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("got %v, want %v", d.Findings, test.want)
				}
				for _, f := range d.Findings {
					if f.Code == OperationsCross && (f.Line == 0 || !strings.HasPrefix(f.Location, "#/paths/")) {
						t.Errorf("not located: %+v", f)
					}
				}
			}
		})
	}
}
