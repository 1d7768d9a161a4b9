// Command generate makes from shared/problem/codes.yaml everything that repeats a code or its texts: the tables of package
// problem, the enumerations of the portal's OpenAPI document, and the portal's statuses and texts. Run it at the root of
// the repository (`make generate`).
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const source = "shared/problem/codes.yaml"

// text is a code's words in one language.
type text struct {
	Title  string `yaml:"title"`
	What   string `yaml:"what"`
	Advice string `yaml:"advice"`
}

type code struct {
	Code   string `yaml:"code"`
	Go     string `yaml:"go"`
	Status int    `yaml:"status"`
	Origin string `yaml:"origin"`
	EN     text   `yaml:"en"`
	FR     text   `yaml:"fr"`
}

type field struct {
	Code string `yaml:"code"`
	EN   string `yaml:"en"`
	FR   string `yaml:"fr"`
}

type table struct {
	Codes  []code  `yaml:"codes"`
	Fields []field `yaml:"fields"`
}

func main() {
	log.SetFlags(0)
	raw, err := os.ReadFile(source)
	if err != nil {
		log.Fatal(err)
	}
	files, err := Generate(raw, os.ReadFile)
	if err != nil {
		log.Fatalf("%s: %v", source, err)
	}
	for path, content := range files {
		if err := os.WriteFile(filepath.FromSlash(path), content, 0o644); err != nil { //nolint:gosec // source files are readable by everybody
			log.Fatal(err)
		}
	}
}

// openAPIDocument has the enumerations of codes, between the markers of enumerate.
const openAPIDocument = "shared/portal/openapi/shared.yaml"

// Generate returns every generated file by its path below the root. read reads the files that are only in part generated.
func Generate(raw []byte, read func(path string) ([]byte, error)) (map[string][]byte, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	var t table
	if err := decoder.Decode(&t); err != nil {
		return nil, err
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	english, err := format.Source([]byte(t.english()))
	if err != nil {
		return nil, err
	}
	french, err := format.Source([]byte(t.french()))
	if err != nil {
		return nil, err
	}
	document, err := read(openAPIDocument)
	if err != nil {
		return nil, err
	}
	var all, fields []string
	for _, c := range t.Codes {
		all = append(all, c.Code)
	}
	for _, f := range t.Fields {
		fields = append(fields, f.Code)
	}
	if document, err = enumerate(document, "problem", all); err != nil {
		return nil, err
	}
	if document, err = enumerate(document, "field", fields); err != nil {
		return nil, err
	}
	return map[string][]byte{
		"shared/problem/codes_gen.go":  english,
		"shared/problem/french_gen.go": french,
		openAPIDocument:                document,
		"web/src/api/codes.ts":         []byte(t.statuses()),
		"web/src/locales/en/codes.ts":  []byte(t.codeTexts(func(c code) text { return c.EN }, apostrophes)),
		"web/src/locales/fr/codes.ts":  []byte(t.codeTexts(func(c code) text { return c.FR }, typographic)),
		"web/src/locales/en/fields.ts": []byte(t.fieldTexts(func(f field) string { return f.EN }, apostrophes)),
		"web/src/locales/fr/fields.ts": []byte(t.fieldTexts(func(f field) string { return f.FR }, typographic)),
	}, nil
}

var (
	codeForm     = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	asciiForm    = regexp.MustCompile(`^[ !#-\[\]-~]+$`) // printable ASCII without double quotes and backslashes
	sentenceForm = regexp.MustCompile(`^\S.*\.$`)
)

// check reports every row that lacks something.
func (t table) check() error {
	var faults []error
	fault := func(code, message string, values ...any) {
		faults = append(faults, fmt.Errorf("%s: "+message, append([]any{code}, values...)...))
	}
	seen := map[string]bool{}
	for _, c := range t.Codes {
		if !codeForm.MatchString(c.Code) || seen[c.Code] || seen[c.constant()] {
			fault(c.Code, "is malformed or not unique")
		}
		seen[c.Code], seen[c.constant()] = true, true
		if c.Status < 400 || c.Status > 599 {
			fault(c.Code, "status %d", c.Status)
		}
		if c.Origin != "call" && c.Origin != "portal" {
			fault(c.Code, "origin %q", c.Origin)
		}
		for language, words := range map[string]text{"en": c.EN, "fr": c.FR} {
			if words.Title == "" || strings.HasSuffix(words.Title, ".") || !sentenceForm.MatchString(words.What) || !sentenceForm.MatchString(words.Advice) {
				fault(c.Code, "%s: a title without a full stop, and whole sentences in what and advice", language)
			}
		}
		if !asciiForm.MatchString(c.EN.Title + c.EN.What + c.EN.Advice) {
			fault(c.Code, "the English is not ASCII without quotes and backslashes")
		}
	}
	inputs := map[string]bool{}
	for _, f := range t.Fields {
		if !codeForm.MatchString(f.Code) || inputs[f.Code] || !sentenceForm.MatchString(f.EN) || !sentenceForm.MatchString(f.FR) {
			fault(f.Code, "of a field is malformed, not unique, or lacks a sentence")
		}
		inputs[f.Code] = true
	}
	return errors.Join(faults...)
}

const generated = "// Code generated from codes.yaml by shared/problem/generate; DO NOT EDIT.\n\n"

// constant is the code's name in Go.
func (c code) constant() string {
	if c.Go != "" {
		return c.Go
	}
	return camel(c.Code)
}

func camel(code string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(code, "_") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

func (t table) isCode(name string) bool {
	for _, c := range t.Codes {
		if c.Code == name {
			return true
		}
	}
	return false
}

// constantOf is the Go name of a field's code, which may be one of Codes.
func (t table) constantOf(name string) string {
	for _, c := range t.Codes {
		if c.Code == name {
			return c.constant()
		}
	}
	return camel(name)
}

func (t table) english() string {
	var b strings.Builder
	b.WriteString(generated + "package problem\n\n// Codes of refusals and failures.\nconst (\n")
	for _, c := range t.Codes {
		fmt.Fprintf(&b, "%s Code = %q\n", c.constant(), c.Code)
	}
	b.WriteString(")\n\n// Codes of what is wrong with one field, beside those of refusals that a field may have, too.\nconst (\n")
	for _, f := range t.Fields {
		if !t.isCode(f.Code) {
			fmt.Fprintf(&b, "%s Code = %q\n", t.constantOf(f.Code), f.Code)
		}
	}
	b.WriteString(")\n\nvar table = [...]Entry{\n")
	for _, c := range t.Codes {
		fmt.Fprintf(&b, "{%s, %d, Text{%q, %q, %q}},\n", c.constant(), c.Status, c.EN.Title, c.EN.What, c.EN.Advice)
	}
	b.WriteString("}\n\nvar fieldTable = [...]FieldEntry{\n")
	for _, f := range t.Fields {
		fmt.Fprintf(&b, "{%s, %q},\n", t.constantOf(f.Code), f.EN)
	}
	b.WriteString("}\n")
	return b.String()
}

// french is a file of its own data: the linker leaves it out of binaries that answer in English only.
func (t table) french() string {
	var b strings.Builder
	b.WriteString(generated + "package problem\n\nvar french = [...]Text{\n")
	for _, c := range t.Codes {
		fmt.Fprintf(&b, "{%q, %q, %q},\n", typographic(c.FR.Title), typographic(c.FR.What), typographic(c.FR.Advice))
	}
	b.WriteString("}\n\nvar frenchFields = [...]string{\n")
	for _, f := range t.Fields {
		fmt.Fprintf(&b, "%q,\n", typographic(f.FR))
	}
	b.WriteString("}\n")
	return b.String()
}

const generatedScript = "// Generated from shared/problem/codes.yaml (make generate): edit that file instead.\n\n"

func (t table) statuses() string {
	var b strings.Builder
	b.WriteString(generatedScript + "/** Every code that the platform answers: its HTTP status, and whether it comes from an API call or from the portal. */\nexport const codes = {\n")
	for _, c := range t.Codes {
		fmt.Fprintf(&b, "  %s: { status: %d, origin: '%s' },\n", c.Code, c.Status, c.Origin)
	}
	b.WriteString("} as const;\n")
	return b.String()
}

// codeTexts is a file of its own, because pages load it only when something fails.
func (t table) codeTexts(words func(code) text, set func(string) string) string {
	var b strings.Builder
	b.WriteString(generatedScript + "/** The texts of every code. */\nexport const code = {\n")
	for _, c := range t.Codes {
		w := words(c)
		fmt.Fprintf(&b, "  %s: {\n    title: %s,\n    what: %s,\n    advice: %s,\n  },\n", c.Code,
			quote(set(w.Title)), quote(set(w.What)), quote(set(w.Advice)))
	}
	b.WriteString("};\n")
	return b.String()
}

func (t table) fieldTexts(sentence func(field) string, set func(string) string) string {
	var b strings.Builder
	b.WriteString(generatedScript + "/** What is said beside a field. */\nexport const field = {\n")
	for _, f := range t.Fields {
		fmt.Fprintf(&b, "  %s: %s,\n", f.Code, quote(set(sentence(f))))
	}
	b.WriteString("};\n")
	return b.String()
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }

// apostrophes sets typographic ones.
func apostrophes(s string) string { return strings.ReplaceAll(s, "'", "’") }

var (
	beforeSign   = regexp.MustCompile(` ([;:?!»])`)
	insideNumber = regexp.MustCompile(`(\d) (\d{3}|octets|secondes|caractères)`)
)

// typographic sets apostrophes and the no-break spaces of French.
func typographic(s string) string {
	s = beforeSign.ReplaceAllString(apostrophes(s), "\u00a0$1")
	for insideNumber.MatchString(s) {
		s = insideNumber.ReplaceAllString(s, "$1\u00a0$2")
	}
	return s
}

// enumerate replaces the lines between "# codes of <what>: generated" and "# end of codes" by one item per code.
func enumerate(document []byte, what string, codes []string) ([]byte, error) {
	begin := []byte("# codes of " + what + ": generated\n")
	start := bytes.Index(document, begin)
	if start < 0 {
		return nil, errors.New("the OpenAPI document lacks the line " + strconv.Quote(string(begin)))
	}
	line := bytes.LastIndexByte(document[:start], '\n') + 1
	indent := document[line:start]
	start += len(begin)
	length := bytes.Index(document[start:], append(bytes.Clone(indent), "# end of codes"...))
	if length < 0 {
		return nil, errors.New("the OpenAPI document lacks the end of the codes of " + what)
	}
	var b bytes.Buffer
	b.Write(document[:start])
	for _, code := range codes {
		fmt.Fprintf(&b, "%s- %s\n", indent, code)
	}
	b.Write(document[start+length:])
	return b.Bytes(), nil
}
