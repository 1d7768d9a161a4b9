package publication

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Severity says how much a finding matters.
type Severity string

// Severities of findings. What would matter more is no finding: the document is refused.
const (
	// Warning: the document says something that the platform reads otherwise than it may be meant.
	Warning Severity = "warning"
	// Notice: the document departs from its specification, without consequence for calls.
	Notice Severity = "notice"
)

// FindingCode is the stable name of a kind of finding.
type FindingCode string

// Kinds of findings.
const (
	NotJSON               FindingCode = "not_json"
	FieldInvalid          FindingCode = "field_invalid"
	KeyRepeated           FindingCode = "key_repeated"
	ReferenceExternal     FindingCode = "reference_external"
	ReferenceUnresolved   FindingCode = "reference_unresolved"
	NoOperation           FindingCode = "no_operation"
	PathMended            FindingCode = "path_mended"
	PathUnreachable       FindingCode = "path_unreachable"
	ParameterForm         FindingCode = "parameter_form"
	ServersIgnored        FindingCode = "servers_ignored"
	SecurityIgnored       FindingCode = "security_ignored"
	BasePathMissing       FindingCode = "base_path_missing"
	BasePathRepeated      FindingCode = "base_path_repeated"
	MethodUnsupported     FindingCode = "method_unsupported"
	MethodCase            FindingCode = "method_case"
	OperationRepeated     FindingCode = "operation_repeated"
	OperationIDRepeated   FindingCode = "operation_id_repeated"
	ParameterUndeclared   FindingCode = "parameter_undeclared"
	ResponsesMissing      FindingCode = "responses_missing"
	SchemeUnknown         FindingCode = "scheme_unknown"
	SchemeIgnored         FindingCode = "scheme_ignored"
	ScopeUndeclared       FindingCode = "scope_undeclared"
	ScopeUnused           FindingCode = "scope_unused"
	ScopeUnusable         FindingCode = "scope_unusable"
	ScopeOnOtherScheme    FindingCode = "scope_on_other_scheme"
	RequirementMended     FindingCode = "requirement_mended"
	OperationsCross       FindingCode = "operations_cross"
	OperationsAlike       FindingCode = "operations_alike"
	FindingsLeftOut       FindingCode = "findings_left_out"
	maxFindings                       = 200
	maxFindingsOfOneKind              = 25
	maxFindingTextInRunes             = 120
)

// Finding is one remark on a document that was read all the same (features Z25).
type Finding struct {
	Severity Severity    `json:"severity"`
	Code     FindingCode `json:"code"`
	// Location is a JSON pointer into the document as a URI fragment; "#" is the document itself.
	Location string `json:"location"`
	// Line in the document, from 1; 0 when unknown.
	Line int `json:"line,omitempty"`
	// Sentence says in English what was found and how it is read.
	Sentence string `json:"sentence"`
}

// findings collects up to maxFindings, and of each kind so many that no kind hides another.
type findings struct {
	list    []Finding
	count   map[FindingCode]int
	leftOut int
}

func (f *findings) add(severity Severity, code FindingCode, at place, line int32, format string, args ...any) {
	if f.count == nil {
		f.count = map[FindingCode]int{}
	}
	f.count[code]++
	if len(f.list) == maxFindings || f.count[code] > maxFindingsOfOneKind {
		f.leftOut++
		return
	}
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = shorten(s, maxFindingTextInRunes)
		}
	}
	f.list = append(f.list, Finding{severity, code, string(at), int(line), Printable(fmt.Sprintf(format, args...))})
}

// all returns the findings, the last of which tells how many more there are.
func (f *findings) all() []Finding {
	if f.leftOut == 0 {
		return f.list
	}
	return append(f.list, Finding{Notice, FindingsLeftOut, "#", 0, fmt.Sprintf("There are %d further findings of these kinds.", f.leftOut)})
}

// place is a location within a document. The zero value is not used: root is.
type place string

const root place = "#"

// in is the place under a key. Long keys are shortened: a place is for people.
func (p place) in(key string) place {
	return p + "/" + place(Printable(escapePointer(shorten(key, maxFindingTextInRunes))))
}

// Printable writes what a terminal or a log would obey in place of showing it (control characters, direction marks) as Go
// quotes it: ESC becomes \x1b.
func Printable(s string) string {
	if !strings.ContainsFunc(s, unprintable) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if unprintable(c) {
			quoted := strconv.QuoteRuneToASCII(c)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func unprintable(c rune) bool { return !unicode.IsPrint(c) }

// of is the place of an item of a list.
func (p place) of(i int) place { return place(fmt.Sprintf("%s/%d", p, i)) }

// external reports whether a reference leads out of the document, into what is never fetched.
func external(ref string) bool { return !strings.HasPrefix(ref, "#") }
