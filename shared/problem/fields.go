package problem

// FieldEntry is one row of the table of codes that a field can have.
type FieldEntry struct {
	Code    Code
	English string
}

// FieldTable returns every code that a field can have.
func FieldTable() []FieldEntry { return fieldTable[:] }

// fieldSentence is the sentence about a field with that code.
func fieldSentence(code Code) string {
	for i := range fieldTable {
		if fieldTable[i].Code == code {
			return fieldTable[i].English
		}
	}
	return lookup(code).What
}
