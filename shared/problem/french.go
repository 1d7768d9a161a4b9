package problem

// FrenchDocument renders the error in French. Sentences that were written for one case exist in English only: the code's
// own takes their place.
func (e *Error) FrenchDocument(pages, correlationID string) Document {
	d := e.Document(pages, correlationID)
	text := French(d.Code)
	d.Title, d.Detail = text.Title, text.Detail()
	for i := range d.Errors {
		d.Errors[i].Detail = frenchFieldSentence(d.Errors[i].Code)
	}
	return d
}

// French returns the French text of a code; that of Internal for an unknown one.
func French(code Code) Text {
	for i := range table {
		if table[i].Code == code {
			return french[i]
		}
	}
	return French(Internal)
}

func frenchFieldSentence(code Code) string {
	for i := range fieldTable {
		if fieldTable[i].Code == code {
			return frenchFields[i]
		}
	}
	return French(code).What
}
