package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// row is one measured value.
type row struct {
	// what was measured, and by what it was divided.
	what  string
	value float64
	// digits after the point.
	digits int
	unit   string
	// most is the ceiling; nil for none. An enforced one fails the run.
	most     *float64
	enforced bool
	// toBeat is what others publish, or what was measured of them.
	toBeat  string
	meaning string
}

// exceeds tells whether the value, as it is shown, is above the ceiling: 1.0004 requests per call are one.
func (r row) exceeds() bool {
	if r.most == nil {
		return false
	}
	shown, err := strconv.ParseFloat(strconv.FormatFloat(r.value, 'f', r.digits, 64), 64)
	return err != nil || !(shown <= *r.most) // not a number is above everything
}

// atMost returns the row with a ceiling that fails the run.
func (r row) atMost(most float64) row {
	r.most, r.enforced = &most, true
	return r
}

// about returns the row with a ceiling that is only shown.
func (r row) about(most float64) row {
	r.most = &most
	return r
}

type part struct {
	title string
	rows  []row
}

type table []part

// check returns the enforced ceilings that do not hold.
func (t table) check() error {
	var failures []error
	for _, p := range t {
		for _, r := range p.rows {
			if r.enforced && r.exceeds() {
				failures = append(failures, fmt.Errorf("%s: %s %s is %w of %s", r.what, number(r.value, r.digits), r.unit, errCeiling, number(*r.most, r.digits)))
			}
		}
	}
	return errors.Join(failures...)
}

// markdown is the table in columns that also a terminal shows as such.
func (t table) markdown() string {
	lines := [][]string{{"what", "value", "unit", "ceiling", "to beat", "meaning"}, nil}
	for _, p := range t {
		lines = append(lines, []string{"**" + p.title + "**", "", "", "", "", ""})
		for _, r := range p.rows {
			lines = append(lines, []string{r.what, number(r.value, r.digits), r.unit, r.ceiling(), r.toBeat, r.meaning})
		}
	}
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	lines[1] = make([]string, len(widths))
	for i, width := range widths {
		lines[1][i] = strings.Repeat("-", width)
	}
	for _, i := range [...]int{1, 3} { // numbers to the right
		lines[1][i] = strings.Repeat("-", widths[i]-1) + ":"
	}
	var text strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch i {
			case 1, 3:
				cell = gap + cell
			default:
				cell += gap
			}
			text.WriteString("| " + cell + " ")
		}
		text.WriteString("|\n")
	}
	return text.String()
}

func (r row) ceiling() string {
	if r.most == nil {
		return ""
	}
	text := number(*r.most, r.digits)
	if !r.enforced {
		text = "(" + text + ")"
	}
	if r.exceeds() {
		text = "above " + text
	}
	return text
}

// number writes a value with its thousands apart.
func number(value float64, digits int) string {
	text := strconv.FormatFloat(value, 'f', digits, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

// The lines of README.md between which the table stands.
const (
	tableBegins = "<!-- Written by `go run ./localtest/bench -write`. -->"
	tableEnds   = "<!-- End of what is written. -->"
)

func writeReadme(text string) error {
	folder, err := repository()
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "localtest", "bench", "README.md")
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok1 := strings.Cut(string(old), tableBegins+"\n")
	_, after, ok2 := strings.Cut(rest, tableEnds)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no place for the table", filepath.Base(file))
	}
	return os.WriteFile(file, []byte(before+tableBegins+"\n\n"+text+"\n"+tableEnds+after), 0o644)
}
