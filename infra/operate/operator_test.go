package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/localtest/running"
)

func TestM25NoControlCharacterReachesTheTerminal(t *testing.T) {
	t.Parallel()
	if got := shown(errors.New("api.yaml: no field \x1b[2J\r\nsecond line \u202e")); got != `api.yaml: no field \x1b[2J\r`+"\n"+`second line \u202e` {
		t.Errorf("%q", got)
	}
}

// M20: which installation the commands mean. Not parallel: it depends on the working directory.
func TestM20WhichInstallation(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	said := func(name string, o operator, want string) {
		t.Helper()
		if err := o.read(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	said("neither a configuration file nor a local platform", operator{}, "which installation?")
	said("both are named", operator{config: "other.yaml", folder: ".local"}, "one of them")
	said("a local platform that does not run is named", operator{folder: "elsewhere"}, "no local platform is running with the data in elsewhere")
	said("a configuration file that is not there is named", operator{config: "other.yaml"}, "other.yaml")

	if err := os.Mkdir(defaultLocal, 0o700); err != nil {
		t.Fatal(err)
	}
	mark, err := running.Take(defaultLocal)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := mark.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := mark.Ready(running.Platform{Portal: "http://localhost:1"}); err != nil {
		t.Fatal(err)
	}
	var o operator
	if err := o.read(); err != nil || o.local == nil || o.local.Portal != "http://localhost:1" {
		t.Errorf("the local platform that runs is not found: %v", err)
	}
	// A deployed installation is never mistaken for the local platform.
	if err := os.WriteFile(filepath.Join(folder, defaultConfig), []byte("prefix: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said("guichet.yaml lies here beside a running platform", operator{}, defaultConfig)
	var chosen operator
	chosen.folder = defaultLocal
	if err := chosen.read(); err != nil || chosen.local == nil {
		t.Errorf("the local platform is not taken when it is named: %v", err)
	}
}
