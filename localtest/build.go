package localtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
)

// Flags are how every function is built, here and for AWS. No VCS stamp: it would link everything anew after each commit.
var Flags = []string{"-buildvcs=false", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w"}

// built remembers what this process has built: sources do not change under a test.
var built = struct {
	sync.Mutex
	binaries map[string]string
}{binaries: map[string]string{}}

// Build compiles functions/<name> for this machine, with the flags of the deployed ones, and returns the path of each one's bootstrap, by name. Several
// processes may build at once; one that runs keeps its binary. Go's cache makes a second build cheap.
func Build(ctx context.Context, functions ...string) (map[string]string, error) {
	built.Lock()
	defer built.Unlock()
	missing := slices.DeleteFunc(slices.Clone(functions), func(name string) bool { return built.binaries[name] != "" })
	if len(missing) > 0 {
		if err := locked("build", func() error { return build(ctx, missing) }); err != nil {
			return nil, err
		}
	}
	binaries := map[string]string{}
	for _, name := range functions {
		binaries[name] = built.binaries[name]
	}
	return binaries, nil
}

func build(ctx context.Context, functions []string) error {
	repository, err := root()
	if err != nil {
		return err
	}
	dist := filepath.Join(repository, "dist", "local")
	bin := filepath.Join(dist, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	arguments := append(append([]string{"build"}, Flags...), "-o", bin+string(filepath.Separator))
	for _, name := range functions {
		arguments = append(arguments, "./functions/"+name)
	}
	compile := exec.CommandContext(ctx, "go", arguments...)
	compile.Dir = repository
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := compile.CombinedOutput(); err != nil {
		return fmt.Errorf("build %v: %w\n%s", functions, err, out)
	}
	done := map[string]string{}
	for _, name := range functions {
		bootstrap := filepath.Join(dist, name, "bootstrap")
		if err := publish(filepath.Join(bin, name), bootstrap); err != nil {
			return err
		}
		done[name] = bootstrap
	}
	maps.Copy(built.binaries, done)
	return nil
}

// publish makes the new binary the bootstrap in one step: go build writes in place, and another process may be starting the old one.
func publish(binary, bootstrap string) error {
	fresh, err := os.Stat(binary)
	if err != nil {
		return err
	}
	if old, err := os.Stat(bootstrap); err == nil && os.SameFile(fresh, old) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(bootstrap), 0o755); err != nil {
		return err
	}
	next := bootstrap + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Link(binary, next); err != nil {
		return err
	}
	return os.Rename(next, bootstrap)
}
