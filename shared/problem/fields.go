package problem

// Codes of what is wrong with one input, beside the codes that a whole refusal may have, too (captcha_required,
// captcha_invalid, password_wrong, organisation_code_invalid, terms_outdated, sole_administrator, sole_owner).
const (
	Required            Code = "required"
	TooShort            Code = "too_short"
	TooLong             Code = "too_long"
	Malformed           Code = "malformed"
	NotAllowed          Code = "not_allowed"
	PasswordTooShort    Code = "password_too_short"
	PasswordTooLong     Code = "password_too_long"
	PasswordNoDigit     Code = "password_no_digit"
	PasswordNoLowercase Code = "password_no_lowercase"
	PasswordNoUppercase Code = "password_no_uppercase"
	PasswordNoSpecial   Code = "password_no_special"
	PasswordCommon      Code = "password_common"
	PasswordPersonal    Code = "password_personal"
	PasswordUnchanged   Code = "password_unchanged"
)

// FieldEntry is one row of the table of the codes of inputs.
type FieldEntry struct {
	Code            Code
	English, French string
}

var fieldTable = [...]FieldEntry{
	{Required, "This is needed.", "Cette information est nécessaire."},
	{TooShort, "This is too short.", "Cette valeur est trop courte."},
	{TooLong, "This is too long.", "Cette valeur est trop longue."},
	{Malformed, "This does not have the expected form.", "Cette valeur n'a pas la forme attendue."},
	{NotAllowed, "This cannot be sent here.", "Cette valeur n'est pas admise ici."},
	{PasswordTooShort, "A password has at least 12 characters.", "Un mot de passe compte au moins 12 caractères."},
	{PasswordTooLong, "A password has at most 128 characters.", "Un mot de passe compte au plus 128 caractères."},
	{PasswordNoDigit, "A password has at least one digit.", "Un mot de passe contient au moins un chiffre."},
	{PasswordNoLowercase, "A password has at least one lower-case letter.", "Un mot de passe contient au moins une minuscule."},
	{PasswordNoUppercase, "A password has at least one upper-case letter.", "Un mot de passe contient au moins une majuscule."},
	{
		PasswordNoSpecial, "A password has at least one special character; a space is one.",
		"Un mot de passe contient au moins un caractère spécial ; l'espace en est un.",
	},
	{
		PasswordCommon, "This password is too common, or too regular. Take several words that do not belong together.",
		"Ce mot de passe est trop courant ou trop régulier. Prenez plusieurs mots sans lien entre eux.",
	},
	{
		PasswordPersonal, "A password does not contain your name, your address, your organisation or the name of the portal.",
		"Un mot de passe ne contient ni votre nom, ni votre adresse, ni votre organisation, ni le nom du portail.",
	},
	{PasswordUnchanged, "The new password is the current one.", "Le nouveau mot de passe est le mot de passe actuel."},
}

// FieldTable returns every code that only an input can have.
func FieldTable() []FieldEntry { return fieldTable[:] }

// fieldSentence is the sentence about an input with that code.
func fieldSentence(code Code) string {
	for i := range fieldTable {
		if fieldTable[i].Code == code {
			return fieldTable[i].English
		}
	}
	return lookup(code).Detail
}
