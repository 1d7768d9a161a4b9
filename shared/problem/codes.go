package problem

// Entry is one row of the table of codes, which codes.yaml holds.
type Entry struct {
	Code   Code
	Status int
	Text   // in English: printable ASCII without double quotes or backslashes
}

// Text is what a code means, in one language.
type Text struct {
	Title string
	// What happened, and Advice on what to do, in whole sentences.
	What, Advice string
}

// Detail is the sentence of a problem document: what happened and what to do.
func (t Text) Detail() string { return t.What + " " + t.Advice }

// Table returns every code with its status, title and sentence, in the order of the documentation.
func Table() []Entry { return table[:] }

// Lookup returns the row of a code.
func Lookup(code Code) (Entry, bool) {
	for i := range table {
		if table[i].Code == code {
			return table[i], true
		}
	}
	return Entry{}, false
}

// lookup falls back on Internal: an unknown code is our mistake, never the caller's.
func lookup(code Code) Entry {
	if e, ok := Lookup(code); ok {
		return e
	}
	e, _ := Lookup(Internal)
	return e
}

// Status returns the HTTP status of a code; 500 for an unknown one.
func (c Code) Status() int { return lookup(c).Status }
