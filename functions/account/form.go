package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"guichet/shared/problem"
)

// form reads the members of a JSON object one by one and collects what is wrong with each, so that a person hears of all
// faults at once. A member that nobody asked for is a fault, too: what an operation does not take cannot be written by it
// (RG-09).
type form struct {
	values map[string]json.RawMessage
	faults []problem.Field
}

var errBody = errors.New("account: the body is no JSON object of UTF-8 with members that stand once")

// parseForm reads the body. Errors: bad_request.
func parseForm(body []byte) (*form, error) {
	f := &form{values: map[string]json.RawMessage{}}
	if !utf8.Valid(body) || !f.read(json.NewDecoder(bytes.NewReader(body))) {
		return nil, problem.Wrap(problem.BadRequest, errBody) // json's own words may quote a password
	}
	return f, nil
}

func (f *form) read(d *json.Decoder) bool {
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return false
	}
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName || f.values[name] != nil {
			return false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
		f.values[name] = value
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return false
	}
	_, err := d.Token()
	return errors.Is(err, io.EOF)
}

func (f *form) fault(name string, codes ...problem.Code) {
	for _, code := range codes {
		f.faults = append(f.faults, problem.Field{Name: name, Code: code})
	}
}

// faulty tells whether something is wrong with a member already.
func (f *form) faulty(name string) bool {
	return slices.ContainsFunc(f.faults, func(p problem.Field) bool { return p.Name == name })
}

// has tells whether a member was sent.
func (f *form) has(name string) bool { return f.values[name] != nil }

// take removes a member, so that check does not find it left over.
func (f *form) take(name string) (json.RawMessage, bool) {
	value, ok := f.values[name]
	delete(f.values, name)
	return value, ok && string(value) != "null"
}

// text returns a text of 1 to most code points that must be there.
func (f *form) text(name string, most int) string {
	value, ok := f.take(name)
	if !ok {
		f.fault(name, problem.Required)
		return ""
	}
	return f.readText(name, value, most)
}

// optional returns a text of 1 to most code points, or an empty one where none was sent.
func (f *form) optional(name string, most int) string {
	value, ok := f.take(name)
	if !ok {
		return ""
	}
	return f.readText(name, value, most)
}

func (f *form) readText(name string, value json.RawMessage, most int) string {
	var read string
	if json.Unmarshal(value, &read) != nil {
		f.fault(name, problem.Malformed)
		return ""
	}
	switch n := utf8.RuneCountInString(read); {
	case n == 0:
		f.fault(name, problem.Required)
	case n > most:
		f.fault(name, problem.TooLong)
		return ""
	}
	return read
}

// truth returns a boolean that must be there.
func (f *form) truth(name string) bool {
	value, ok := f.take(name)
	if !ok {
		f.fault(name, problem.Required)
		return false
	}
	var read bool
	if json.Unmarshal(value, &read) != nil {
		f.fault(name, problem.Malformed)
	}
	return read
}

// maxFaults bounds what an answer lists.
const maxFaults = 50

// check returns all that is wrong. Errors: validation.
func (f *form) check() error {
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if utf8.RuneCountInString(name) > 100 {
			name = string([]rune(name)[:100])
		}
		f.fault(name, problem.NotAllowed)
	}
	clear(f.values)
	if len(f.faults) == 0 {
		return nil
	}
	return &problem.Error{Code: problem.Validation, Fields: f.faults[:min(len(f.faults), maxFaults)]}
}

// invalid is a refusal for one input.
func invalid(field string, code problem.Code) error {
	return &problem.Error{Code: problem.Validation, Fields: []problem.Field{{Name: field, Code: code}}}
}
