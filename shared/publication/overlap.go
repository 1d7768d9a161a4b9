package publication

import (
	"slices"
	"strings"

	"guichet/shared/quota"
	"guichet/shared/route"
)

// operationPlace is where a document describes an operation.
type operationPlace struct {
	at   place
	line int32
}

// overlapping is an operation beside others that a call can mean at the same time.
type overlapping struct {
	*Operation
	template, loose route.Template
	// ownHead is set for a GET whose paths have a HEAD of their own.
	ownHead  bool
	segments int
	// security is the same number for the same alternatives; 0 for none.
	security        int
	operators, size int
	// crossing are the later operations that ask for something else and decide with this one on some calls.
	crossing []int
}

// readOverlaps finds operations with different security that one call can mean. Of those that match a call, the gateway
// takes the most specific ones: where none is more specific than the other, both decide.
func (r *reader) readOverlaps() error {
	all := r.overlapping()
	shapes := map[string]bool{}
	for i := range all {
		shapes[all[i].Method+" "+all[i].template.Shape()] = true
	}
	comparisons, steps := maxComparisons, maxOverlapSteps
	for i := range all {
		a := &all[i]
		for j := i + 1; j < len(all); j++ {
			b := &all[j]
			if a.security == b.security || !a.sharesMethod(b) {
				continue
			}
			if comparisons -= min(a.segments, b.segments); a.loose.Overlaps(&b.loose) {
				comparisons -= len(a.Path) + len(b.Path)
				r.overlap(a, b, j, shapes)
			}
			if comparisons < 0 {
				return r.refuseOverlap(a, "and others match the same calls in more ways than can be told apart")
			}
		}
	}
	for i := range all {
		if exceeds(all, []int{i}, all[i].crossing, &steps) {
			return r.refuseOverlap(&all[i], "and others with other security match the same calls: together they ask for more scopes than one call can be checked for")
		}
	}
	return nil
}

func (r *reader) refuseOverlap(o *overlapping, sentence string) error {
	at := r.places[o.Method+" "+o.Path]
	return refuse(at.line, "The operation at %s %s.", at.at, sentence)
}

func (r *reader) overlapping() []overlapping {
	all := make([]overlapping, len(r.document.Operations))
	securities := map[string]int{"": 0}
	heads := map[string]bool{}
	for i := range r.document.Operations {
		o := &r.document.Operations[i]
		t := route.ParseTemplate(o.Path)
		all[i] = overlapping{Operation: o, template: t, loose: t.Loose(), segments: strings.Count(o.Path, "/")}
		all[i].operators, all[i].size = quota.Requirement(o.Alternatives).Size()
		if o.Method == "HEAD" {
			heads[t.Shape()] = true
		}
		var key strings.Builder
		for _, scopes := range o.Alternatives {
			key.WriteString(strings.Join(scopes, " ") + "\n")
		}
		number, known := securities[key.String()]
		if !known {
			number = len(securities)
			securities[key.String()] = number
		}
		all[i].security = number
	}
	for i := range all {
		all[i].ownHead = all[i].Method == "GET" && heads[all[i].template.Shape()]
	}
	return all
}

// sharesMethod reports whether one call can mean both operations: HEAD means GET where the paths have no HEAD.
func (a *overlapping) sharesMethod(b *overlapping) bool {
	return a.Method == b.Method || a.Method == "GET" && !a.ownHead && b.Method == "HEAD" || a.Method == "HEAD" && b.Method == "GET" && !b.ownHead
}

// overlap reports two operations with different security whose templates overlap for some backends at least. b is
// all[j]; shapes are those of all operations.
func (r *reader) overlap(a, b *overlapping, j int, shapes map[string]bool) {
	at := r.places[b.Method+" "+b.Path]
	switch {
	case !a.template.Overlaps(&b.template):
		r.add(Warning, OperationsAlike, at.at, at.line, "Only letter case or a trailing slash distinguishes some calls from those of %s, whose security differs: a backend that ignores it answers both alike.", a.Method+" "+a.Path)
	case a.template.MoreSpecific(&b.template), b.template.MoreSpecific(&a.template):
	default:
		if common, ok := a.template.Common(&b.template); ok && (shapes[a.Method+" "+common] || shapes[b.Method+" "+common]) {
			return // an operation of its own decides on the calls that match both
		}
		r.add(Warning, OperationsCross, at.at, at.line, "Some calls match %s too, and neither is more specific: such a call needs what both ask for.", a.Method+" "+a.Path)
		if a.security != 0 && b.security != 0 {
			a.crossing = append(a.crossing, j)
		}
	}
}

// Bounds of the time to compare operations, and to search for many that one call can mean. Of 2,639 public documents none
// takes more than a tenth of either.
const (
	maxComparisons  = 2_000_000
	maxOverlapSteps = 20_000
)

// exceeds reports whether some of the candidates, all of which cross those that are taken, cross each other and together
// with these ask for more than a condition holds. It assumes so when the steps are used up.
func exceeds(all []overlapping, taken, candidates []int, steps *int) bool {
	if !fits(all, taken, nil, steps) {
		return true
	}
	for i, c := range candidates {
		if fits(all, taken, candidates[i:], steps) {
			return false
		}
		var rest []int
		for _, other := range candidates[i+1:] {
			if slices.Contains(all[c].crossing, other) {
				rest = append(rest, other)
			}
		}
		if *steps -= len(all[c].crossing); exceeds(all, append(slices.Clip(taken), c), rest, steps) {
			return true
		}
	}
	return false
}

// fits reports whether the condition holds what all the operations ask for, each security once.
func fits(all []overlapping, taken, more []int, steps *int) bool {
	if *steps -= 1 + len(taken) + len(more); *steps < 0 {
		return false
	}
	seen := make([]bool, len(all)+1)
	operators, size := 0, 0
	for _, list := range [...][]int{taken, more} {
		for _, i := range list {
			if o := &all[i]; !seen[o.security] {
				seen[o.security] = true
				operators += o.operators
				size += o.size + len(" AND ")
			}
		}
	}
	return operators <= maxOperators && size <= maxConditionBytes
}
