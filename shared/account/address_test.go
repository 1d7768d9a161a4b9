package account

import (
	"net/mail"
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64) + "@" + strings.Repeat("b", 61) + "." + strings.Repeat("c", 61) + "." + strings.Repeat("d", 61) + ".fr"
	for _, c := range []struct{ name, typed, mail string }{
		{"RG-10 a plain address", "jeanne@example.org", "jeanne@example.org"},
		{"RG-10 blanks around it are dropped", "  jeanne@example.org\t", "jeanne@example.org"},
		{"RG-10 the local part keeps its case", "Jeanne.Dupont@EXAMPLE.Org", "Jeanne.Dupont@example.org"},
		{"RG-10 an international domain", "jeanne@Économie.example", "jeanne@xn--conomie-9xa.example"},
		{"RG-10 the same domain in ASCII", "jeanne@xn--conomie-9xa.example", "jeanne@xn--conomie-9xa.example"},
		{"RG-10 full-width letters are folded", "ｊeanne＠example.org", "jeanne@example.org"},
		{"RG-16 a plus", "a+b@x.fr", "a+b@x.fr"},
		{"RG-16 a hash", "#@x.fr", "#@x.fr"},
		{"RG-16 a vertical bar and a slash", "a|b/c@x.fr", "a|b/c@x.fr"},
		{"RG-10 254 characters", long, long},
		{"RG-10 255 characters", "x" + long, ""},
		{"RG-10 no @", "jeanne.example.org", ""},
		{"RG-10 two @", "a@b@example.org", ""},
		{"RG-10 a quoted local part", `"a b"@example.org`, ""},
		{"RG-10 a quoted @", `"a@b"@example.org`, ""},
		{"RG-16 markup", `"><img src=x>@x.fr`, ""},
		{"RG-10 a dot at the end", "a@example.org.", ""},
		{"RG-10 two dots", "a..b@example.org", ""},
		{"RG-16 a path", "../x@x.fr", ""},
		{"RG-10 no local part", "@example.org", ""},
		{"RG-10 no domain", "a@", ""},
		{"RG-10 a domain of one label", "a@localhost", ""},
		{"RG-10 an address literal", "a@[127.0.0.1]", ""},
		{"RG-10 a bare IP address", "a@127.0.0.1", ""},
		{"RG-10 a line break", "a@example.org\r\nBcc: b@example.org", ""},
		{"RG-10 a line break before the domain", "a\n@example.org", ""},
		{"RG-10 a NUL", "a\x00@example.org", ""},
		{"RG-10 a display name", "Jeanne <a@example.org>", ""},
		{"RG-10 two addresses", "a@example.org,b@example.org", ""},
		{"RG-10 a comment", "a(b)@example.org", ""},
		{"RG-10 a local part beyond ASCII", "jérôme@example.org", ""},
		{"RG-10 invalid UTF-8", "a\xff@example.org", ""},
		{"RG-10 an underscore in the domain", "a@ex_ample.org", ""},
		{"RG-10 nothing", "", ""},
	} {
		a, ok := ParseAddress(c.typed)
		if ok != (c.mail != "") || a.Mail != c.mail {
			t.Errorf("%s: %q is read as %q, %t", c.name, c.typed, a.Mail, ok)
		}
	}
	one, _ := ParseAddress("Jeanne@Example.org")
	other, _ := ParseAddress("jeanne@example.ORG")
	if one.Hash() != other.Hash() {
		t.Error("RG-10 two spellings of one address are two accounts")
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"a@b.fr", "a@b@c.fr", "\"x\"@y.fr", "ａ＠ｂ.fr", "a\r\n@b.fr", "a@ß.de"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		a, ok := ParseAddress(typed)
		if !ok {
			return
		}
		if strings.Count(a.Mail, "@") != 1 || len(a.Mail) > 254 || strings.ContainsAny(a.Mail, "\r\n\x00 <>,;\"") {
			t.Errorf("RG-10 %q is read as %q", typed, a.Mail)
		}
		if parsed, err := mail.ParseAddress(a.Mail); err != nil || parsed.Address != a.Mail {
			t.Errorf("ML-01 %q is another address in a header: %v", a.Mail, err)
		}
		again, ok := ParseAddress(a.Canonical)
		if !ok || again.Canonical != a.Canonical {
			t.Errorf("RG-10 the canonical form of %q is not its own", typed)
		}
	})
}
