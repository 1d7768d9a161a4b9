package main

import (
	"flag"
	"fmt"
	"html"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/shared/account"
)

var updateGolden = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) {
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what the tests provoke is told by their failures
	os.Exit(m.Run())
}

var languages = []account.Language{account.French, account.English}

// sample is a letter with everything in it.
func sample(m mail, in account.Language) letter {
	l := letter{mail: m, language: in, accent: "#1d4f91", facts: facts{
		Product: "Guichet", Support: "support@guichet.example", DataProtection: "dpo@guichet.example", Controller: "Ministère de l'Exemple",
		Name: "Camille Martin", At: moment(time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC), in), Lifetime: duration(m.link.Lifetime(), in),
		Organisation: harmless("Service des essais"), Application: harmless("APP_SANDBOX_camille.martin@example.org"), Role: "developer",
	}}
	if m.stranger {
		l.facts.Name = ""
	}
	switch {
	case m.link != "":
		l.url = "https://portal.guichet.example" + m.link.Path("dG9rZW4tb2YtdGhlLWV4YW1wbGUtbm90LWEtc2VjcmV0")
	case m.page != "":
		l.url = "https://portal.guichet.example" + m.page
	}
	return l
}

// each runs a test for every mail in both languages.
func each(t *testing.T, check func(*testing.T, mail, account.Language)) {
	t.Helper()
	for _, m := range mails {
		for _, in := range languages {
			t.Run(m.name+"."+string(in), func(t *testing.T) {
				check(t, m, in)
			})
		}
	}
}

func mustWrite(t *testing.T, l letter) written {
	t.Helper()
	w, err := write(l)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestEveryMailReadsAsItsGoldenFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m mail, in account.Language) {
		w := mustWrite(t, sample(m, in))
		for extension, got := range map[string]string{"html": w.HTML, "txt": "Subject: " + w.Subject + "\n\n" + w.Text} {
			file := filepath.Join("testdata", m.name+"."+string(in)+"."+extension)
			if *updateGolden {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; look at it, then run the test with -update", file)
			}
		}
	})
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	if want := len(mails) * len(languages) * 2; len(files) != want {
		t.Errorf("testdata has %d files for %d renderings", len(files), want)
	}
	words, err := wordFiles(t)
	if err != nil || len(words) != len(mails)*len(languages) {
		t.Errorf("mails/ has words of %d mails, want %d: %v", len(words), len(mails)*len(languages), err)
	}
}

// wordFiles lists the words of mails.
func wordFiles(t *testing.T) ([]string, error) {
	t.Helper()
	entries, err := files.ReadDir("mails")
	var names []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "layout.") && !strings.HasPrefix(entry.Name(), "notices.") {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

func TestP12EveryMailHasItsNotices(t *testing.T) {
	t.Parallel()
	notices := map[account.Language][]string{
		account.French:  {"ne pas y répondre", "protection des données", "dpo@guichet.example", "support@guichet.example", "jamais votre mot de passe"},
		account.English: {"do not reply", "Data Protection", "dpo@guichet.example", "support@guichet.example", "never ask you for your password"},
	}
	each(t, func(t *testing.T, m mail, in account.Language) {
		w := mustWrite(t, sample(m, in))
		for _, notice := range notices[in] {
			if !strings.Contains(w.Text, notice) || !strings.Contains(html.UnescapeString(w.HTML), notice) {
				t.Errorf("P12 the mail does not say %q", notice)
			}
		}
		if last := strings.TrimSpace(w.Text); !strings.HasSuffix(last, "support@guichet.example") {
			t.Errorf("the last line does not say whom to ask: %q", last[strings.LastIndexByte(last, '\n')+1:])
		}
		if strings.Contains(w.Text+w.HTML, "<no value>") || strings.Contains(w.Text, "&#") || strings.Contains(w.Text, "&amp;") {
			t.Error("the text has holes or marks of HTML")
		}
		if in == account.French && regexp.MustCompile(` [:;?!»]`).MatchString(w.Text) {
			t.Error("French punctuation may begin a line")
		}
		if len(w.Subject) > 100 || strings.ContainsAny(w.Subject, "\r\n") {
			t.Errorf("the subject is %q", w.Subject)
		}
	})
}

// payloads are what people type who mean harm.
func payloads() []string {
	list := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `<a href="https://evil.example">click</a>`, `https://evil.example/x`, `http://evil.example`,
		`www.evil.example`, `evil.example`, `//evil.example`, `javascript:alert(1)`, `mailto:evil@evil.example`, `evil@evil.example`, `data:text/html,x`,
		"a\r\nBcc: evil@evil.example", "a\nSubject: x", "a\r\n\r\nbody", "\n\n- click https://evil.example", "a\u2028b", "a\u2029b", "\u202egro.elpmaxe",
		`{{.Support}}`, `{{template "layout"}}`, `${x}`, `%0d%0aBcc:x`, "<!--", "-->", "]]>", `<style>body{display:none}</style>`, `</td></tr></table>`,
		`<base href="//evil.example">`, `<meta http-equiv=refresh content=0>`, `&lt;b&gt;`, `&#x6a;avascript:`, `'; DROP TABLE users;--`, "\x00\x01\x02", "\xff\xfe",
		`FREE MONEY https://evil.example?x=1&y=2`, `https:evil.example`, `hxxp://evil.example`, `evil.example/path`, `evil．example`, `ftp://evil.example`, `tel:+33100000000`,
		`=?utf-8?q?evil?=`, `<https://evil.example>`, `[x](https://evil.example)`, `"evil" <evil@evil.example>`, `a,b@evil.example`, `a;b`, `\u003cscript\u003e`, "`id`",
		`$(id)`, `../../etc/passwd`, `file:///etc/passwd`, `\\evil.example\x`, strings.Repeat("A", 5000), strings.Repeat("https://evil.example ", 300), "🙂", "é", `O'Brien`, "a\u200bb.evil.example",
	}
	return list
}

var linkInText = regexp.MustCompile(`(?i)(https?:/|ftp:/|file:/|//|www\.|mailto:|javascript:|tel:|data:)[^\s\x{200b}]|[\pL\d][.．。][\pL]{2,}|\S@[^\s\x{200b}]`)

func TestML02WhatPeopleTypedIsNeitherMarkupNorLink(t *testing.T) {
	t.Parallel()
	if n := len(payloads()); n < 60 {
		t.Fatalf("%d payloads", n)
	}
	for _, m := range mails {
		for _, in := range languages {
			plain := mustWrite(t, sample(m, in))
			for _, payload := range payloads() {
				l := sample(m, in)
				l.facts.Name, l.facts.Organisation, l.facts.Application = greetingName(payload), harmless(payload), harmless(payload)
				if m.stranger {
					l.facts.Name = ""
				}
				w := mustWrite(t, l)
				if w.Subject != plain.Subject {
					t.Errorf("ML-02 %s: what was typed is in the subject", m.name)
				}
				if got, want := tags(w.HTML), tags(plain.HTML); !slices.Equal(got, want) {
					t.Errorf("ML-02 %s: %q changed the markup", m.name, payload)
				}
				for _, part := range []string{w.Text, html.UnescapeString(w.HTML)} {
					for _, typed := range []string{l.facts.Name, l.facts.Organisation, l.facts.Application} {
						if typed != "" && linkInText.MatchString(typed) {
							t.Errorf("ML-02 %s: %q can be taken for a link", m.name, typed)
						}
					}
					if strings.ContainsAny(strings.ReplaceAll(part, "\n", ""), "\r\x00\x01\u202e") {
						t.Errorf("ML-02 %s: %q brought control characters", m.name, payload)
					}
				}
				if strings.Count(w.Text, "\n") != strings.Count(plain.Text, "\n") {
					t.Errorf("ML-02 %s: %q made lines of its own", m.name, payload)
				}
			}
		}
	}
}

// tags lists the markup of a page, with the addresses of its links.
func tags(page string) []string {
	return regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1)
}

func TestML04MailsHoldNoSecretButTheLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, m mail, in account.Language) {
		w := mustWrite(t, sample(m, in))
		links := regexp.MustCompile(`https?://[^\s"<]+`).FindAllString(w.HTML+w.Text, -1)
		l := sample(m, in)
		for _, link := range links {
			if link != l.url {
				t.Errorf("RG-06 a link to %s", link)
			}
		}
		if (len(links) > 0) != (l.url != "") {
			t.Errorf("%d links, url %q", len(links), l.url)
		}
	})
}

func TestWordsOnTheAccentAreLegible(t *testing.T) {
	t.Parallel()
	for accent, want := range map[string]string{"#000000": "#ffffff", "#1d4f91": "#ffffff", "#ffffff": "#000000", "#ffe000": "#000000", "#c1002a": "#ffffff"} {
		if got := legibleOn(accent); got != want {
			t.Errorf("on %s: %s", accent, got)
		}
	}
	l := sample(mails[0], account.French)
	for _, accent := range []string{"", "red", "#fff", "#12345g", "#123456;background:url(//evil)"} {
		l.accent = accent
		if _, err := write(l); err == nil {
			t.Errorf("the accent %q was taken", accent)
		}
	}
}

func TestMomentsAndDurations(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 8, 1, 14, 3, 9, 0, time.FixedZone("", 7200))
	for got, want := range map[string]string{
		moment(at, account.French):                    "1er août 2026 à 12:03 UTC",
		moment(at, account.English):                   "1 August 2026 at 12:03 UTC",
		duration(30*time.Minute, account.French):      "30\u00a0minutes",
		duration(24*time.Hour, account.French):        "24\u00a0heures",
		duration(time.Hour, account.English):          "1\u00a0hour",
		duration(72*time.Hour, account.English):       "72\u00a0hours",
		fmt.Sprint(blocks("a\nb\n\n- c\n- d\n\n\ne")): "[{a\nb []} { [c d]} {e []}]",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestML05AWishDecidesOnEveryMailButThoseOfTheAccount(t *testing.T) {
	t.Parallel()
	all := account.Preferences{Requests: true, QuotaAlerts: true, Lifecycle: true, News: true, Surveys: true}
	for k, off := range map[kind]account.Preferences{
		aboutRequests: {QuotaAlerts: true, Lifecycle: true, News: true, Surveys: true}, aboutQuotas: {Requests: true, Lifecycle: true, News: true, Surveys: true},
		aboutLifecycle: {Requests: true, QuotaAlerts: true, News: true, Surveys: true}, news: {Requests: true, QuotaAlerts: true, Lifecycle: true, Surveys: true},
		surveys: {Requests: true, QuotaAlerts: true, Lifecycle: true, News: true},
	} {
		if k.wanted(off) || !k.wanted(all) || !aboutAccount.wanted(account.Preferences{}) {
			t.Errorf("ML-05 kind %d", k)
		}
	}
	fresh := account.NewPreferences(false, false)
	if news.wanted(fresh) || surveys.wanted(fresh) || !aboutRequests.wanted(fresh) {
		t.Error("Z2 the defaults")
	}
	if (kind(99)).wanted(all) {
		t.Error("ML-05 a kind that nobody knows is sent")
	}
}

func FuzzHarmless(f *testing.F) {
	for _, payload := range payloads() {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := harmless(typed)
		if strings.ContainsAny(got, "\r\n\t\x00") || linkInText.MatchString(got) {
			t.Errorf("ML-02 %q became %q", typed, got)
		}
		if name := greetingName(typed); name != "" && linkInText.MatchString(name) {
			t.Errorf("ML-02 %q is greeted", name)
		}
	})
}

func FuzzSender(f *testing.F) {
	for _, payload := range payloads() {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, product string) {
		const sender = "no-reply@guichet.example"
		header := from(product, sender)
		parsed, err := netmail.ParseAddress(header)
		if err != nil || parsed.Address != sender || strings.ContainsAny(header, "\r\n") {
			t.Errorf("ML-01 %q gave %q: %v", product, header, err)
		}
		if header == sender && strings.TrimFunc(product, func(r rune) bool { return !unicode.IsLetter(r) }) == product && product != "" && utf8.ValidString(product) {
			t.Errorf("M77 the name %q is left out", product)
		}
	})
}
