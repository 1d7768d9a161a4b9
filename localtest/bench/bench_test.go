package main

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCeilings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		row             row
		exceeds, failed bool
	}{
		"a count at its ceiling holds":                  {row{value: 1, digits: 3}.atMost(1), false, false},
		"a count above it fails the run":                {row{value: 1.001, digits: 3}.atMost(1), true, true},
		"what is not shown does not count":              {row{value: 1.0001, digits: 3}.atMost(1), false, false},
		"a time above its ceiling is shown":             {row{value: 3, digits: 2}.about(2.6), true, false},
		"a value that was not measured is above any":    {row{value: math.NaN()}.atMost(1), true, true},
		"a row without a ceiling cannot be above it":    {row{value: 1e9}, false, false},
		"a ceiling of nothing is one: no read, no more": {row{value: 1}.atMost(0), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := table{{"", []row{c.row}}}.check()
			if c.row.exceeds() != c.exceeds || errors.Is(err, errCeiling) != c.failed {
				t.Errorf("exceeds %v, run: %v", c.row.exceeds(), err)
			}
		})
	}
}

func TestTheTableIsMarkdown(t *testing.T) {
	t.Parallel()
	got := table{{"Counts", []row{
		row{what: "zip", value: 3_100_000, unit: "bytes", meaning: "uploaded"}.atMost(3_000_000),
		row{what: "ratio", value: 1.5, digits: 2, unit: "times", toBeat: "Tyk: 2"}.about(2),
	}}}.markdown()
	want := `
| what       |     value | unit  |         ceiling | to beat | meaning  |
| ---------- | --------: | ----- | --------------: | ------- | -------- |
| **Counts** |           |       |                 |         |          |
| zip        | 3,100,000 | bytes | above 3,000,000 |         | uploaded |
| ratio      |      1.50 | times |          (2.00) | Tyk: 2  |          |
`
	if got != want[1:] {
		t.Errorf("got\n%s", got)
	}
}

func TestTheReadmeHasAPlaceForTheTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, ok := strings.Cut(string(text), tableBegins+"\n"); !ok || !strings.Contains(rest, tableEnds) {
		t.Error("README.md has lost the lines between which the table stands")
	}
}

func TestTracesAreRead(t *testing.T) {
	t.Parallel()
	lines := inittrace.FindAllStringSubmatch("x\ninit internal/cpu @0.0 ms, 0.001 ms clock, 0 bytes, 0 allocs\ninit a.b/c @1.2 ms, 0 ms clock, 2048 bytes, 17 allocs\n{}\n", -1)
	if len(lines) != 2 || lines[1][1] != "2048" || lines[1][2] != "17" {
		t.Errorf("inittrace: %q", lines)
	}
	bench := benchmarkLine.FindAllStringSubmatch("BenchmarkHandle-2   \t    3000\t    160615 ns/op\t   39983 B/op\t     464 allocs/op\nPASS\n", -1)
	if len(bench) != 1 || bench[0][1] != "Handle" || bench[0][2] != "464" {
		t.Errorf("benchmarks: %q", bench)
	}
}

func TestMannWhitneyTellsSeriesApart(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	series := func(shift float64) []float64 {
		all := make([]float64, 1000)
		for i := range all {
			all[i] = random.NormFloat64() + shift
		}
		return all
	}
	if p := mannWhitney(series(0), series(0)); p < 0.01 || p > 1 {
		t.Errorf("the same distribution: p = %f", p)
	}
	if p := mannWhitney(series(0), series(0.5)); p > 1e-6 {
		t.Errorf("another one: p = %f", p)
	}
}

func TestProcesses(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if err := compile(t.Context(), helloPackage, binary); err != nil {
		t.Fatal(err)
	}
	p, err := start(binary, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	for range 3 {
		if answer, took, err := p.invoke([]byte(`{}`)); err != nil || string(answer) != `"hello world"` || took <= 0 {
			t.Errorf("%s in %v: %v", answer, took, err)
		}
	}
	used, err := p.processor()
	if err != nil || used <= p.initProcessor || p.initProcessor <= 0 {
		t.Errorf("processor time: %v at the start, %v after calls: %v", p.initProcessor, used, err)
	}
	if _, err := start("/bin/false", nil); err == nil {
		t.Error("a program that ends at once has started")
	}
}
