package problem

import "testing"

func TestDocumentsInFrench(t *testing.T) {
	t.Parallel()
	e := &Error{Code: Validation, Detail: "Only in English.", Fields: []Field{{Name: "email", Code: Malformed}, {Name: "captcha", Code: CaptchaInvalid}}}
	d := e.FrenchDocument("https://p/", "c")
	if d.Title != "Valeurs à corriger" || d.Detail != "Une ou plusieurs valeurs ne sont pas acceptées. Corrigez les champs signalés, puis envoyez de nouveau." {
		t.Errorf("Z3 the refusal is not in French: %+v", d)
	}
	if d.Errors[0].Detail != "Cette valeur n’a pas le format attendu." || d.Errors[1].Detail != "La vérification de sécurité a expiré et a été relancée. Envoyez de nouveau le formulaire." {
		t.Errorf("Z3 the inputs are not in French: %+v", d.Errors)
	}
	if got := e.Document("https://p/", "c").Errors[0].Detail; got != "This value does not have the expected format." {
		t.Errorf("Z3 the input's English sentence is %q", got)
	}
}
