package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"math"
	"regexp"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/shared/account"
)

// The words of a mail are a text template of a few blocks (subject, title, body, button, after), one file per language. The
// blocks are plain text: blank lines part paragraphs, lines that begin with "- " are a list. One layout each turns them
// into HTML, whose template escapes everything, and into text. So both parts say the same, and nothing that a person typed
// becomes markup (ML-02).

//go:embed mails
var files embed.FS

var (
	htmlLayout = htmltemplate.Must(htmltemplate.ParseFS(files, "mails/layout.html"))
	textLayout = texttemplate.Must(texttemplate.ParseFS(files, "mails/layout.txt"))
)

// facts are what the words may speak of. All that people typed has gone through harmless.
type facts struct {
	Product, Support, DataProtection, Controller string
	// Name is the recipient's, empty where it must not stand.
	Name string
	// Lifetime of the link, and At, the time of the act, in the recipient's language.
	Lifetime, At              string
	Organisation, Application string
	Role                      string
}

// letter is what is written about one act to one person.
type letter struct {
	mail     mail
	language account.Language
	facts    facts
	// url of the button; empty for none.
	url string
	// accent is #rrggbb.
	accent string
}

// written is a mail ready to be sent.
type written struct{ Subject, HTML, Text string }

// block is a paragraph, or a list.
type block struct {
	Paragraph string
	List      []string
}

// page is what the layouts show.
type page struct {
	Language                         account.Language
	Product, Subject, Title, Preview string
	Body, After                      []block
	Button, CopyLink, Colon, URL     string
	Notices                          []string
	Colour, OnColour                 htmltemplate.CSS
}

var accentForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// write renders a mail.
func write(l letter) (written, error) {
	words, err := texttemplate.New("").Option("missingkey=error").ParseFS(files,
		"mails/notices."+string(l.language), "mails/"+l.mail.name+"."+string(l.language))
	if err != nil {
		return written{}, fmt.Errorf("notify: %s: %w", l.mail.name, err)
	}
	say := func(block string) string {
		var b strings.Builder
		err = errors.Join(err, words.ExecuteTemplate(&b, block, l.facts))
		text := strings.TrimSpace(b.String())
		if l.language == account.French {
			text = frenchMarks(text)
		}
		return text
	}
	if !accentForm.MatchString(l.accent) {
		return written{}, fmt.Errorf("notify: the accent %q is no #rrggbb", l.accent)
	}
	p := page{
		Language: l.language, Product: l.facts.Product, Subject: say("subject"), Title: say("title"), Colon: ":",
		Body: append([]block{{Paragraph: say("greeting")}}, blocks(say("body"))...), After: blocks(say("after")),
		CopyLink: say("copyLink"), Notices: strings.Split(say("notices"), "\n\n"),
		Colour: htmltemplate.CSS(l.accent), OnColour: htmltemplate.CSS(legibleOn(l.accent)), //nolint:gosec // #rrggbb, checked above
	}
	if l.language == account.French {
		p.Colon = "\u00a0:"
	}
	if l.url != "" {
		p.URL, p.Button = l.url, say("button")
	}
	if len(p.Body) > 1 {
		p.Preview = p.Body[1].Paragraph
	}
	if err != nil {
		return written{}, fmt.Errorf("notify: %s: %w", l.mail.name, err)
	}
	var html, text bytes.Buffer
	if err := htmlLayout.Execute(&html, p); err != nil {
		return written{}, fmt.Errorf("notify: %s: %w", l.mail.name, err)
	}
	if err := textLayout.Execute(&text, p); err != nil {
		return written{}, fmt.Errorf("notify: %s: %w", l.mail.name, err)
	}
	return written{Subject: p.Subject, HTML: html.String(), Text: text.String()}, nil
}

// blocks cuts plain text into paragraphs and lists.
func blocks(text string) []block {
	var all []block
	for part := range strings.SplitSeq(text, "\n\n") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if !strings.HasPrefix(part, "- ") {
			all = append(all, block{Paragraph: part})
			continue
		}
		var list []string
		for line := range strings.SplitSeq(part, "\n") {
			list = append(list, strings.TrimPrefix(line, "- "))
		}
		all = append(all, block{List: list})
	}
	return all
}

var (
	beforeFrenchMark = regexp.MustCompile(` ([:;?!»])`)
	apostrophe       = regexp.MustCompile(`(\pL)'(\pL)`)
)

// frenchMarks keeps French punctuation on the line of its word, and curves its apostrophes.
func frenchMarks(text string) string {
	text = apostrophe.ReplaceAllString(text, "$1’$2")
	return strings.ReplaceAll(beforeFrenchMark.ReplaceAllString(text, "\u00a0$1"), "« ", "«\u00a0")
}

// greetable is a name that can stand in a greeting: one with anything else in it is left out rather than mended.
var greetable = regexp.MustCompile(`^[\p{L}\p{M}][\p{L}\p{M} '’-]{0,59}$`)

// greetingName is a person's name as a mail may address it.
func greetingName(name string) string {
	if !greetable.MatchString(name) {
		return ""
	}
	return name
}

// maxTyped bounds what a person typed, in characters: the longest name of an application is that of a long address.
const maxTyped = 400

// harmless makes what somebody typed safe in a plain text that a mail program looks through for links: one line, bounded,
// and after a dot, colon, slash or at-sign a space that has no width (ML-02). Escaping for HTML is the layout's.
func harmless(typed string) string {
	typed = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(typed, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
	var b strings.Builder
	n := 0
	for i, r := range typed {
		if n == maxTyped {
			b.WriteString("…")
			break
		}
		n++
		b.WriteRune(r)
		rest := typed[i+utf8.RuneLen(r):]
		if strings.ContainsRune(".．。:/@", r) && rest != "" && rest[0] != ' ' {
			b.WriteString(zeroWidthSpace)
		}
	}
	return b.String()
}

const zeroWidthSpace = "\u200b"

// duration says how long a link lives: whole hours or minutes.
func duration(d time.Duration, in account.Language) string {
	n, unit := int(d/time.Minute), "minute"
	if d >= time.Hour && d%time.Hour == 0 {
		n = int(d / time.Hour)
		unit = map[account.Language]string{account.French: "heure", account.English: "hour"}[in]
	}
	if n > 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + "\u00a0" + unit
}

var frenchMonths = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// moment says when something happened.
func moment(at time.Time, in account.Language) string {
	at = at.UTC()
	if in == account.English {
		return at.Format("2 January 2006 at 15:04 UTC")
	}
	day := strconv.Itoa(at.Day())
	if at.Day() == 1 {
		day = "1er"
	}
	return day + " " + frenchMonths[at.Month()-1] + at.Format(" 2006 à 15:04 UTC")
}

// legibleOn is the colour of words on the accent: black or white, whichever contrasts more (WCAG 2.2 §1.4.3).
func legibleOn(accent string) string {
	channel := func(hex string) float64 {
		n, _ := strconv.ParseUint(hex, 16, 8) // its form was checked
		c := float64(n) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	luminance := 0.2126*channel(accent[1:3]) + 0.7152*channel(accent[3:5]) + 0.0722*channel(accent[5:7])
	if 1.05/(luminance+0.05) >= (luminance+0.05)/0.05 {
		return "#ffffff"
	}
	return "#000000"
}
