package problem

import "testing"

func TestEveryCodeHasItsSentences(t *testing.T) {
	t.Parallel()
	inFrench := map[Code]bool{}
	for _, f := range french {
		if _, known := Lookup(f.code); !known {
			t.Errorf("Z3 %s has a French sentence and no row", f.code)
		}
		if inFrench[f.code] || f.title == "" || f.detail == "" {
			t.Errorf("Z3 the French of %s is empty or stands twice", f.code)
		}
		inFrench[f.code] = true
	}
	for _, row := range Table() {
		if !inFrench[row.Code] {
			t.Errorf("Z3 %s has no French sentence", row.Code)
		}
		if row.Title == "" || row.Detail == "" {
			t.Errorf("Z3 %s has no English sentence", row.Code)
		}
	}
	for _, f := range FieldTable() {
		if f.English == "" || f.French == "" {
			t.Errorf("Z3 %s has no sentence in both languages", f.Code)
		}
		if _, whole := Lookup(f.Code); whole {
			t.Errorf("Z3 %s is a code of inputs and one of refusals", f.Code)
		}
	}
}

func TestDocumentsInFrench(t *testing.T) {
	t.Parallel()
	e := &Error{Code: Validation, Detail: "Only in English.", Fields: []Field{{Name: "email", Code: Malformed}, {Name: "captcha", Code: CaptchaInvalid}}}
	d := e.FrenchDocument("https://p/", "c")
	if d.Title != "Valeurs non valables" || d.Detail != "Certaines valeurs ne sont pas valables." {
		t.Errorf("Z3 the refusal is not in French: %+v", d)
	}
	if d.Errors[0].Detail != "Cette valeur n'a pas la forme attendue." || d.Errors[1].Detail != "La solution du captcha est fausse, a expiré ou a déjà servi. Résolvez-en un nouveau." {
		t.Errorf("Z3 the inputs are not in French: %+v", d.Errors)
	}
	if got := e.Document("https://p/", "c").Errors[0].Detail; got != "This does not have the expected form." {
		t.Errorf("Z3 the input's English sentence is %q", got)
	}
}
