package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"guichet/localtest"
	"guichet/localtest/demo"
	"guichet/shared/topology"
)

// pages are those that a newcomer meets first.
var pages = [...]string{"/", "/sign-up", "/sign-in"}

// wantedScore is what Lighthouse should give each of them, of 100.
const wantedScore = "95"

// measurePortal looks at the built portal with Lighthouse, which slows network and processor as it sees fit: on a busy
// machine, performance says more about the machine.
func measurePortal(ctx context.Context, b *bench) (rows []row, err error) {
	chromium, err := browser()
	if err != nil {
		return nil, err
	}
	folder := filepath.Join("localtest", "bench")
	if err := installed(ctx, folder); err != nil {
		return nil, err
	}
	cloud, err := localtest.Run(ctx, localtest.Options{APIs: []string{topology.PortalAPI}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	platform, err := demo.Open(ctx, cloud, "")
	if err != nil {
		return nil, err
	}
	if err := demo.Prepare(ctx, platform); err != nil {
		return nil, err
	}
	arguments := []string{filepath.Join(folder, "lighthouse.mjs"), chromium}
	for _, page := range pages {
		arguments = append(arguments, cloud.Portal+page)
	}
	command := exec.CommandContext(ctx, "node", arguments...)
	var failure bytes.Buffer
	command.Stderr = &failure
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("lighthouse: %w\n%s", err, failure.String())
	}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var seen struct {
			URL, Form     string
			Performance   float64
			Accessibility float64
			BestPractices float64 `json:"best-practices"`
		}
		if err := json.Unmarshal(lines.Bytes(), &seen); err != nil {
			return nil, fmt.Errorf("lighthouse: %w", err)
		}
		page := strings.TrimPrefix(seen.URL, cloud.Portal) + ", " + seen.Form
		score := func(what string, value float64, meaning string) {
			rows = append(rows, row{what: page + ": " + what, value: value, unit: "of 100", toBeat: wantedScore, meaning: meaning})
		}
		score("performance", seen.Performance, "first visit, throttled network and processor; the middle one of three")
		score("accessibility", seen.Accessibility, "what a machine can tell of it")
		score("best practices", seen.BestPractices, "")
	}
	return rows, nil
}

// browser finds a Chromium.
func browser() (string, error) {
	for _, name := range [...]string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium here; `make chromium` installs it")
}

// installed installs Lighthouse at its pinned version, once.
func installed(ctx context.Context, folder string) error {
	if _, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	say("installing Lighthouse, once")
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = folder
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci in %s: %w\n%s", folder, err, out)
	}
	return nil
}
