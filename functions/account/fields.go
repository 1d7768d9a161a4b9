package main

import (
	"strings"
	"unicode/utf8"

	"guichet/shared/account"
	"guichet/shared/problem"
)

// The members that several operations read, each in one way.

// name reads a person's name.
func (f *form) name(field string) string {
	typed := f.text(field, maxTyped)
	if f.faulty(field) {
		return ""
	}
	name, ok := account.CleanName(typed)
	switch {
	case ok:
	case name == "" && strings.TrimSpace(typed) == "":
		f.fault(field, problem.Required)
	case utf8.RuneCountInString(name) > maxFullName:
		f.fault(field, problem.TooLong)
	default:
		f.fault(field, problem.Malformed)
	}
	return name
}

// address reads an e-mail address.
func (f *form) address(field string) account.Address {
	typed := f.text(field, maxEmail)
	if f.faulty(field) {
		return account.Address{}
	}
	a, ok := account.ParseAddress(typed)
	if !ok {
		f.fault(field, problem.Malformed)
	}
	return a
}

// form64url is the form of texts in the alphabet of base64url, by their least and most characters. Not a regular expression: its
// counted repeats would be half of what the function does at its start.
type form64url struct{ least, most int }

func (f form64url) matches(s string) bool {
	return len(s) >= f.least && len(s) <= f.most && strings.Trim(s, base64url) == ""
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// hash reads the hash of terms.
func (f *form) hash(field string) string {
	typed := f.text(field, 64)
	if !f.faulty(field) && (len(typed) != 64 || strings.Trim(typed, "0123456789abcdef") != "") {
		f.fault(field, problem.Malformed)
	}
	return typed
}

// language reads fr or en.
func (f *form) language(field string) account.Language {
	typed := account.Language(f.text(field, 16))
	if !f.faulty(field) && typed != account.French && typed != account.English {
		f.fault(field, problem.Malformed)
	}
	return typed
}

// captcha reads a solution that must be there.
func (f *form) captcha() string {
	if !f.has("captcha") {
		f.fault("captcha", problem.CaptchaRequired)
		return ""
	}
	return f.text("captcha", maxCaptcha)
}
