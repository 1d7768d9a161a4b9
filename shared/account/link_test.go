package account

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/secret"
)

const testKey = secret.Value("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")

func TestLinkTokens(t *testing.T) {
	t.Parallel()
	token := LinkToken(testKey, "01JD8Z3K4M5N6P7Q8R9S0T1V2W", Confirm)
	// Mails that were sent hold it: a change here kills their links.
	if token.Reveal() != "LajHUjcEiZgXnF1ga2cAWeZb0aGBLzXmpIBF23vRmC0" {
		t.Errorf("F13 the link of an event is now %s", token.Reveal())
	}
	for name, other := range map[string]secret.Value{
		"another event":   LinkToken(testKey, "01JD8Z3K4M5N6P7Q8R9S0T1V2X", Confirm),
		"another purpose": LinkToken(testKey, "01JD8Z3K4M5N6P7Q8R9S0T1V2W", Reset),
		"another key":     LinkToken(testKey+"k", "01JD8Z3K4M5N6P7Q8R9S0T1V2W", Confirm),
	} {
		if other == token {
			t.Errorf("RG-04 %s has the same link", name)
		}
	}
	if Confirm.Path(token) != "/confirm/"+token.Reveal() || Reset.Path(token) != "/reset/"+token.Reveal() || Invite.Path(token) != "/reset/"+token.Reveal() {
		t.Error("a link leads to another page")
	}
}

func TestLinkKeys(t *testing.T) {
	t.Parallel()
	long := string(testKey)
	for _, c := range []struct{ name, text, wrong string }{
		{"one key", `{"sign":"1","1":"` + long + `"}`, ""},
		{"OP-06 two keys, the second signs", `{"sign":"2","1":"` + long + `","2":"` + long + `2"}`, ""},
		{"no key", `{"sign":"1"}`, "x"},
		{"nothing says which signs", `{"1":"` + long + `"}`, "x"},
		{"a short key", `{"sign":"1","1":"short"}`, "x"},
		{"no JSON", long, "x"},
	} {
		keys, err := ParseLinkKeys(secret.Value(c.text))
		if (err != nil) != (c.wrong != "") {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil {
			continue
		}
		if _, key := keys.Signing(); key == "" {
			t.Errorf("%s: nothing signs", c.name)
		}
		if old, ok := keys.Key("1"); !ok || old != testKey {
			t.Errorf("OP-06 %s: the older key is gone", c.name)
		}
		one, ok1 := keys.Derive("1", "captcha")
		two, ok2 := keys.Derive("1", "idempotency")
		if _, ok := keys.Derive("9", "captcha"); ok || !ok1 || !ok2 || string(one) == string(two) || len(one) != 32 {
			t.Errorf("%s: two uses share a key", c.name)
		}
	}
}

func TestLinksAreOver(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for purpose, lifetime := range map[Purpose]time.Duration{Confirm: 24 * time.Hour, Reset: 30 * time.Minute, Invite: 72 * time.Hour} {
		token := LinkToken(testKey, "e", purpose)
		link := NewLink(token, "u", purpose, now)
		stored := link.Put(ddb.Database{}).Put.Item
		if _, ok := ReadLink(stored, token, now.Add(lifetime-time.Second)); !ok {
			t.Errorf("RG-04 a link of purpose %s is over before %s", purpose, lifetime)
		}
		if _, ok := ReadLink(stored, token, now.Add(lifetime)); ok {
			t.Errorf("TK-04 a link of purpose %s lives longer than %s", purpose, lifetime)
		}
		u := User{ID: "u", ConfirmLink: link.Hash, PasswordLink: link.Hash}
		if !u.Good(link) || (User{ID: "u"}).Good(link) || (User{ID: "v", ConfirmLink: link.Hash, PasswordLink: link.Hash}).Good(link) || (User{ID: "u"}).Good(Link{User: "u"}) {
			t.Errorf("RG-04 whether a link of purpose %s is good", purpose)
		}
		for name, value := range stored {
			if s, ok := value.(*types.AttributeValueMemberS); ok && s.Value == token.Reveal() {
				t.Errorf("TK-03 the token is stored as %s", name)
			}
		}
	}
	if _, ok := ReadLink(nil, "x", now); ok {
		t.Error("no row is a link")
	}
}

func TestSessionsLive(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	u := User{ID: "u", Epoch: 3, Status: Confirmed}
	s, cookie := NewSession(u, "s", now)
	if len(cookie.Reveal()) != 43 || cookie.String() == cookie.Reveal() {
		t.Error("TK-01 the cookie is no secret of 256 bits")
	}
	seen := func(after time.Duration) Session { s := s; s.Seen = now.Add(after); return s }
	for _, c := range []struct {
		name    string
		session Session
		user    User
		after   time.Duration
		want    bool
	}{
		{"PS-05 at once", s, u, 0, true},
		{"PS-05 after 30 idle minutes", s, u, 30 * time.Minute, false},
		{"PS-05 used all the time, before 8 hours", seen(8*time.Hour - time.Second), u, 8*time.Hour - time.Second, true},
		{"PS-05 used all the time, after 8 hours", seen(8 * time.Hour), u, 8 * time.Hour, false},
		{"PS-04 of another epoch", s, User{ID: "u", Epoch: 4, Status: Confirmed}, 0, false},
		{"PS-04 of a disabled account", s, User{ID: "u", Epoch: 3, Status: Disabled}, 0, false},
		{"PS-04 of a deleted account", s, User{ID: "u", Epoch: 3, Status: Deleted}, 0, false},
		{"RG-12 of an unconfirmed account", s, User{ID: "u", Epoch: 3, Status: Unconfirmed}, 0, false},
		{"somebody else's", s, User{ID: "v", Epoch: 3, Status: Confirmed}, 0, false},
		{"none", Session{}, User{Status: Confirmed}, 0, false},
	} {
		if got := c.session.Live(c.user, now.Add(c.after)); got != c.want {
			t.Errorf("%s: the session lives: %t", c.name, got)
		}
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	if _, err := ParseConfiguration(defaultConfiguration); err != nil {
		t.Fatalf("the configuration of a demonstration: %v", err)
	}
	for name, edit := range map[string][2]string{
		"no name":                      {`"Guichet"`, `""`},
		"a colour that is none":        {`"#3550b5"`, `"blue"`},
		"a logo of another origin":     {`"logoUrl": null`, `"logoUrl": "//evil.example/logo.svg"`},
		"another language":             {`["fr", "en"]`, `["de"]`},
		"a link of another kind":       {`"follow": []`, `"follow": [{"label":{"fr":"x","en":"x"},"url":"javascript:alert(1)"}]`},
		"a link without encryption":    {`"related": []`, `"related": [{"label":{"fr":"x","en":"x"},"url":"http://x.example"}]`},
		"a conformance that is none":   {`"not_assessed"`, `"perfect"`},
		"a member that nobody reads":   {`"accent"`, `"accents": "é", "accent"`},
		"a date of audit that is none": {`"auditedOn": null`, `"auditedOn": "yesterday"`},
	} {
		text := replaceOnce(t, string(defaultConfiguration), edit[0], edit[1])
		if _, err := ParseConfiguration([]byte(text)); err == nil {
			t.Errorf("a configuration with %s is taken", name)
		}
	}
}

func replaceOnce(t *testing.T, text, old, new string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("the configuration has no %s", old)
	}
	return strings.Replace(text, old, new, 1)
}
