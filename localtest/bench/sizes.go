package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"guichet/localtest"
	"guichet/shared/token"
	"guichet/shared/topology"
)

// Ceilings of the authorizer (design §4). The SDK's own 1,041 allocations at start are most of it: a later version of service/dynamodb has 3,957.
const (
	maxAuthorizerBytes = 8_200_000
	maxAuthorizerZip   = 3_300_000
	maxAuthorizerInit  = 1_100
	maxVerify          = 7
	// maxHandler is what the authorizer's own part of a call may allocate: 75 when it was first measured.
	maxHandler = 80
)

// helloPackage is what the others are measured against.
const helloPackage = "./localtest/bench/testdata/hello"

// measureSizes counts what does not depend on the machine's speed: allocations, and the bytes that are deployed.
func measureSizes(ctx context.Context, b *bench) ([]row, error) {
	verify, err := verifyAllocations(b.issuer.Keys)
	if err != nil {
		return nil, err
	}
	whole, sdk, err := handlerAllocations(ctx)
	if err != nil {
		return nil, err
	}
	rows := []row{
		row{what: "verifying a token", value: verify, unit: "allocations", meaning: "no store, no lookup"}.atMost(maxVerify),
		row{what: "authorizer's handler, without the SDK's call", value: whole - sdk, unit: "allocations", meaning: fmt.Sprintf("%.0f with it", whole)}.atMost(maxHandler),
	}
	folder, err := os.MkdirTemp("", "guichet-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	functions := map[string]string{"hello world": helloPackage}
	names := []string{"hello world"}
	for _, f := range topology.Platform().Functions {
		functions[f.Name] = "./functions/" + f.Name
		names = append(names, f.Name)
	}
	for _, name := range names {
		more, err := functionSizes(ctx, name, functions[name], folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

func verifyAllocations(keys *token.Keys) (float64, error) {
	now := time.Now()
	text, err := keys.Mint(token.Claims{Kind: token.Access, Application: token.ApplicationID(ulid.Make()), Credential: 2, Expires: now.Add(token.Lifetime)})
	if err != nil {
		return 0, err
	}
	allocations := testing.AllocsPerRun(1000, func() {
		if _, failed := keys.Verify(text, now); failed != nil {
			err = failed
		}
	})
	return allocations, err
}

// benchmarkLine is a line of `go test -bench`.
var benchmarkLine = regexp.MustCompile(`(?m)^Benchmark(\w+)\S*\s.*\s(\d+) allocs/op$`)

// handlerAllocations asks the authorizer's own benchmarks: nobody else can call its handler.
func handlerAllocations(ctx context.Context) (whole, sdk float64, err error) {
	folder, err := repository()
	if err != nil {
		return 0, 0, err
	}
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^(BenchmarkHandle|BenchmarkUpdateItem)$", "-benchtime", "3000x", "./functions/authorizer")
	command.Dir = folder
	text, err := command.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, text)
	}
	found := map[string]float64{}
	for _, line := range benchmarkLine.FindAllStringSubmatch(string(text), -1) {
		if found[line[1]], err = strconv.ParseFloat(line[2], 64); err != nil {
			return 0, 0, err
		}
	}
	whole, sdk = found["Handle"], found["UpdateItem"]
	if whole == 0 || sdk == 0 {
		return 0, 0, fmt.Errorf("the authorizer's benchmarks say nothing of allocations:\n%s", text)
	}
	return whole, sdk, nil
}

// functionSizes measures the binary as it is deployed, and what the same one allocates at its start on this machine.
func functionSizes(ctx context.Context, name, folder, out string) ([]row, error) {
	deployed, here := filepath.Join(out, "arm64", "bootstrap"), filepath.Join(out, "here", "bootstrap")
	if err := errors.Join(compile(ctx, folder, deployed, "GOOS=linux", "GOARCH=arm64"), compile(ctx, folder, here)); err != nil {
		return nil, err
	}
	info, err := os.Stat(deployed)
	if err != nil {
		return nil, err
	}
	zipped, err := zipBytes(deployed)
	if err != nil {
		return nil, err
	}
	allocations, bytes, err := initAllocations(ctx, here)
	if err != nil {
		return nil, err
	}
	rows := []row{
		{what: name + ", at its start", value: allocations, unit: "allocations", meaning: "of package initialisation (GODEBUG=inittrace=1)"},
		{what: name + ", at its start", value: bytes, unit: "bytes", meaning: "of the same"},
		{what: name + ", binary", value: float64(info.Size()), unit: "bytes", meaning: "arm64, as deployed"},
		{what: name + ", zip", value: float64(zipped), unit: "bytes", meaning: "what is uploaded"},
	}
	if name == "authorizer" {
		rows[0], rows[2], rows[3] = rows[0].atMost(maxAuthorizerInit), rows[2].atMost(maxAuthorizerBytes), rows[3].atMost(maxAuthorizerZip)
	}
	return rows, nil
}

// compile builds a package of this repository as functions are built.
func compile(ctx context.Context, folder, out string, environment ...string) error {
	dir, err := repository()
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "go", append(append([]string{"build"}, localtest.Flags...), "-o", out, folder)...)
	command.Dir = dir
	command.Env = append(append(os.Environ(), "CGO_ENABLED=0"), environment...)
	if text, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", folder, err, text)
	}
	return nil
}

// zipBytes is the size of the archive that a deployment uploads.
func zipBytes(binary string) (int64, error) {
	f, err := os.Open(binary)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var size counter
	archive := zip.NewWriter(&size)
	entry, err := archive.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(entry, f); err != nil {
		return 0, err
	}
	return int64(size), errors.Join(archive.Close())
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// inittrace is one line of GODEBUG=inittrace=1.
var inittrace = regexp.MustCompile(`(?m)^init \S+ @.* (\d+) bytes, (\d+) allocs$`)

// initAllocations adds up what the packages of a program allocate before main. Without its configuration a function ends at once, after that.
func initAllocations(ctx context.Context, binary string) (allocations, bytes float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, binary)
	command.Env = []string{"GODEBUG=inittrace=1"}
	var trace strings.Builder
	command.Stderr = &trace
	err = command.Run()
	if ended := (*exec.ExitError)(nil); err != nil && !errors.As(err, &ended) || ctx.Err() != nil {
		return 0, 0, errors.Join(err, ctx.Err())
	}
	lines := inittrace.FindAllStringSubmatch(trace.String(), -1)
	if len(lines) == 0 {
		return 0, 0, errors.New("no trace of its initialisation")
	}
	for _, line := range lines {
		b, err1 := strconv.ParseFloat(line[1], 64)
		a, err2 := strconv.ParseFloat(line[2], 64)
		if err := errors.Join(err1, err2); err != nil {
			return 0, 0, err
		}
		bytes, allocations = bytes+b, allocations+a
	}
	return allocations, bytes, nil
}
