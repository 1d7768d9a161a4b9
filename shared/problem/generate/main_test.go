package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGeneratedFilesAreCurrent(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	read := func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(root, path)) }
	raw, err := read(source)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Generate(raw, read)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		if got, err := read(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("Z3 %s is not what %s says: run make generate (%v)", path, source, err)
		}
	}
}

func TestRowsThatLackSomething(t *testing.T) {
	t.Parallel()
	const whole = `codes: [{code: gone, status: 410, origin: portal, en: {title: Gone, what: It is gone., advice: Leave.}, fr: {title: Parti, what: C'est parti., advice: Partez.}}]
fields: [{code: too_short, en: Too short., fr: Trop court.}]`
	for name, change := range map[string][2]string{
		"Z3 a code without its French advice is refused":            {", advice: Partez.", ""},
		"Z3 a code without its English sentence is refused":         {"what: It is gone., ", ""},
		"Z3 a sentence without its full stop is refused":            {"It is gone.", "It is gone"},
		"Z3 English that a gateway response would break is refused": {"It is gone.", "'It is \"gone\".'"},
		"Z3 English beyond ASCII is refused":                        {"It is gone.", "It’s gone."},
		"Z3 a status that is not an error's is refused":             {"410", "200"},
		"Z3 an unknown origin is refused":                           {"origin: portal", "origin: somewhere"},
		"Z3 an unknown member is refused":                           {"origin: portal", "origin: portal, detail: x"},
		"Z3 a code that is not lower case is refused":               {"code: gone", "code: Gone"},
		"Z3 a field's code without its French sentence is refused":  {", fr: Trop court.", ""},
		"Z3 a code that is there twice is refused":                  {"codes: [", "codes: [{code: gone, status: 410, origin: portal, en: {title: Gone, what: It is gone., advice: Leave.}, fr: {title: Parti, what: C'est parti., advice: Partez.}}, "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := []byte("x:\n    # codes of problem: generated\n    # end of codes\ny:\n    # codes of field: generated\n    # end of codes\n")
			read := func(string) ([]byte, error) { return document, nil }
			if _, err := Generate([]byte(whole), read); err != nil {
				t.Fatalf("the whole table is refused: %v", err)
			}
			broken := strings.Replace(whole, change[0], change[1], 1)
			if broken == whole {
				t.Fatal("nothing was changed")
			}
			if _, err := Generate([]byte(broken), read); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestFrenchTypography(t *testing.T) {
	t.Parallel()
	if got, want := typographic("L'appel : 4 500 000 octets ; oui ?"), "L’appel\u00a0: 4\u00a0500\u00a0000\u00a0octets\u00a0; oui\u00a0?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
