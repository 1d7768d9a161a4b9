package portal

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/shared/problem"
)

// FieldErrors collects what is wrong with the fields of a request, so that a person learns of all errors at once.
type FieldErrors struct {
	list []problem.Field
}

// Checker is a request whose fields depend on each other. Check is called once all of them were read, also when some have
// errors already.
type Checker interface {
	Check(errs *FieldErrors)
}

// Add notes errors of a field.
func (e *FieldErrors) Add(field string, codes ...problem.Code) {
	for _, code := range codes {
		e.list = append(e.list, problem.Field{Name: field, Code: code})
	}
}

// Has reports whether a field has an error already.
func (e *FieldErrors) Has(field string) bool {
	return slices.ContainsFunc(e.list, func(f problem.Field) bool { return f.Name == field })
}

// MaxFieldErrors bounds what an answer lists.
const MaxFieldErrors = 50

// Err returns all that was noted as one refusal; nil for nothing. Errors: validation.
func (e *FieldErrors) Err() error {
	if len(e.list) == 0 {
		return nil
	}
	return &problem.Error{Code: problem.Validation, Fields: e.list[:min(len(e.list), MaxFieldErrors)]}
}

// Invalid refuses one field. Errors: validation.
func Invalid(field string, codes ...problem.Code) error {
	var e FieldErrors
	e.Add(field, codes...)
	return e.Err()
}

var errBody = errors.New("portal: the body is not a JSON object of UTF-8 with unique members")

// Decode reads a JSON object strictly into a struct: members that the struct has no field for are errors, so that nothing
// can be written that an operation does not take (RG-09). A field has a json tag with its name and, where it has one, a
// form tag of rules separated by commas:
//
//	max=64       the most code points of a string, or elements of a slice; every string has a max or an enum
//	each=64      the most code points of each string of a slice
//	enum=a|b     the values of a string
//	min=1        the least value of an integer (max= is its greatest)
//	optional     may be missing or null, which leaves the zero value
//	missing=code the error of a missing field instead of "required"
//
// Fields are strings, booleans, integers, slices and structs of such, or pointers: a pointer is nil when the member is
// missing, which lets PATCH tell what was sent. A string type with UnmarshalText, or a struct with one, is read by it; the
// code of a *problem.Error that it returns is the field's, any other error is "malformed". Errors: bad_request, validation.
func Decode(body []byte, request any) error {
	if !utf8.Valid(body) {
		return problem.Wrap(problem.BadRequest, errBody)
	}
	members, ok := readObject(json.NewDecoder(bytes.NewReader(body)))
	if !ok {
		return problem.Wrap(problem.BadRequest, errBody) // json's own text may quote a password
	}
	e := &FieldErrors{}
	var unknown []string
	decodeObject("", members, reflect.ValueOf(request).Elem(), e, &unknown)
	if checker, ok := request.(Checker); ok {
		checker.Check(e)
	}
	for _, name := range unknown {
		e.Add(name, problem.NotAllowed)
	}
	return e.Err()
}

// readObject reads one JSON object, of which no member is there twice.
func readObject(d *json.Decoder) (map[string]json.RawMessage, bool) {
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName || members[name] != nil {
			return nil, false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, false
		}
		members[name] = value
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return nil, false
	}
	_, err := d.Token()
	return members, errors.Is(err, io.EOF)
}

// rules of a field.
type rules struct {
	name     string
	max, min int64
	each     int64
	hasMin   bool
	enum     []string
	optional bool
	missing  problem.Code
}

func rulesOf(field reflect.StructField) rules {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	r := rules{name: name, missing: problem.Required}
	for rule := range strings.SplitSeq(field.Tag.Get("form"), ",") {
		key, value, _ := strings.Cut(rule, "=")
		var err error
		switch key {
		case "":
		case "max":
			r.max, err = strconv.ParseInt(value, 10, 64)
		case "each":
			r.each, err = strconv.ParseInt(value, 10, 64)
		case "min":
			r.hasMin = true
			r.min, err = strconv.ParseInt(value, 10, 64)
		case "enum":
			r.enum = strings.Split(value, "|")
		case "optional":
			r.optional = true
		case "missing":
			r.missing = problem.Code(value)
		default:
			err = errors.New("unknown rule")
		}
		if err != nil {
			panic(fmt.Sprintf("portal: field %s: rule %q: %v", field.Name, rule, err))
		}
	}
	return r
}

// element is the rules of a slice's elements.
func (r rules) element() rules {
	return rules{max: r.each, enum: r.enum, missing: problem.Required}
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// mustDecode panics on a type that Decode cannot read, when the routes are listed.
func mustDecode(t reflect.Type) {
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("portal: %s is not a struct", t))
	}
	for field := range t.Fields() {
		r := rulesOf(field)
		if r.name == "" || !field.IsExported() {
			panic(fmt.Sprintf("portal: field %s.%s has no json name or is not exported", t, field.Name))
		}
		mustDecodeField(field.Type, r, t.String()+"."+field.Name)
	}
}

func mustDecodeField(t reflect.Type, r rules, where string) {
	isText := reflect.PointerTo(t).Implements(textUnmarshaler)
	switch kind := t.Kind(); {
	case kind == reflect.Pointer:
		mustDecodeField(t.Elem(), r, where)
	case kind == reflect.String || isText:
		if r.max == 0 && r.enum == nil {
			panic(fmt.Sprintf("portal: the string %s is not bounded", where))
		}
	case kind == reflect.Bool, kind == reflect.Int64:
	case kind == reflect.Slice:
		if r.max == 0 {
			panic(fmt.Sprintf("portal: the slice %s is not bounded", where))
		}
		mustDecodeField(t.Elem(), r.element(), where)
	case kind == reflect.Struct:
		mustDecode(t)
	default:
		panic(fmt.Sprintf("portal: %s cannot be read from JSON", where))
	}
}

// maxUnknownName bounds how much of the name of an unknown member is answered, in code points.
const maxUnknownName = 100

func decodeObject(prefix string, members map[string]json.RawMessage, into reflect.Value, e *FieldErrors, unknown *[]string) {
	known := map[string]bool{}
	for i := range into.NumField() {
		r := rulesOf(into.Type().Field(i))
		known[r.name] = true
		value, sent := members[r.name]
		decodeField(prefix+r.name, value, sent, into.Field(i), r, e, unknown)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if known[name] {
			continue
		}
		if utf8.RuneCountInString(name) > maxUnknownName {
			name = string([]rune(name)[:maxUnknownName])
		}
		*unknown = append(*unknown, prefix+name)
	}
}

// decodeField reads a member that may be missing or null.
func decodeField(name string, value json.RawMessage, sent bool, into reflect.Value, r rules, e *FieldErrors, unknown *[]string) {
	isPointer := into.Kind() == reflect.Pointer
	if !sent || string(value) == "null" {
		if !r.optional && (sent || !isPointer) {
			e.Add(name, r.missing)
		}
		return
	}
	if isPointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	decodeValue(name, value, into, r, e, unknown)
}

func decodeValue(name string, value json.RawMessage, into reflect.Value, r rules, e *FieldErrors, unknown *[]string) {
	_, isText := into.Addr().Interface().(encoding.TextUnmarshaler)
	switch kind := into.Kind(); {
	case isText || kind == reflect.String:
		decodeText(name, value, into, r, e)
	case kind == reflect.Bool:
		var read bool
		if json.Unmarshal(value, &read) != nil {
			e.Add(name, problem.Malformed)
		}
		into.SetBool(read)
	case kind == reflect.Int64:
		var read int64
		if json.Unmarshal(value, &read) != nil || r.hasMin && read < r.min || r.max != 0 && read > r.max {
			e.Add(name, problem.Malformed)
			return
		}
		into.SetInt(read)
	case kind == reflect.Slice:
		decodeSlice(name, value, into, r, e, unknown)
	case kind == reflect.Struct:
		members, ok := readObject(json.NewDecoder(bytes.NewReader(value)))
		if !ok {
			e.Add(name, problem.Malformed)
			return
		}
		decodeObject(name+".", members, into, e, unknown)
	}
}

func decodeSlice(name string, value json.RawMessage, into reflect.Value, r rules, e *FieldErrors, unknown *[]string) {
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) != nil {
		e.Add(name, problem.Malformed)
		return
	}
	if int64(len(elements)) > r.max {
		e.Add(name, problem.TooLong)
		return
	}
	read := reflect.MakeSlice(into.Type(), len(elements), len(elements))
	for i, element := range elements {
		decodeField(fmt.Sprintf("%s.%d", name, i), element, true, read.Index(i), r.element(), e, unknown)
	}
	into.Set(read)
}

// decodeText reads a string of 1 to max code points.
func decodeText(name string, value json.RawMessage, into reflect.Value, r rules, e *FieldErrors) {
	var read string
	if json.Unmarshal(value, &read) != nil {
		e.Add(name, problem.Malformed)
		return
	}
	switch n := utf8.RuneCountInString(read); {
	case n == 0:
		e.Add(name, problem.Required)
		return
	case r.max != 0 && int64(n) > r.max:
		e.Add(name, problem.TooLong)
		return
	case r.enum != nil && !slices.Contains(r.enum, read):
		e.Add(name, problem.Malformed)
		return
	}
	if text, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := text.UnmarshalText([]byte(read)); err != nil {
			e.Add(name, fieldCode(err))
		}
		return
	}
	into.SetString(read)
}

func fieldCode(err error) problem.Code {
	var refused *problem.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return problem.Malformed
}

// ID is a ULID in a request.
type ID string

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(text []byte) error {
	if !IsID(string(text)) {
		return problem.New(problem.Malformed)
	}
	*id = ID(text)
	return nil
}

// IsID reports whether text is a ULID; what is not one is not looked up.
func IsID(text string) bool {
	return len(text) == 26 && strings.Trim(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}
