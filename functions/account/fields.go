package main

import (
	"strings"
	"unicode/utf8"

	"guichet/shared/account"
	"guichet/shared/portal"
	"guichet/shared/problem"
)

// The fields that several operations read.

// fullName is a person's name, normalised.
type fullName string

const maxFullName = 100

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *fullName) UnmarshalText(text []byte) error {
	name, ok := account.CleanName(string(text))
	switch {
	case ok:
		*n = fullName(name)
		return nil
	case name == "" && strings.TrimSpace(string(text)) == "":
		return problem.New(problem.Required)
	case utf8.RuneCountInString(name) > maxFullName:
		return problem.New(problem.TooLong)
	}
	return problem.New(problem.Malformed)
}

// termsHash is the hash of a version of the terms, in hexadecimal.
type termsHash string

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *termsHash) UnmarshalText(text []byte) error {
	if len(text) != 64 || strings.Trim(string(text), "0123456789abcdef") != "" {
		return problem.New(problem.Malformed)
	}
	*h = termsHash(text)
	return nil
}

// linkToken is what the token of a link looks like; anything else is not looked up.
type linkToken string

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *linkToken) UnmarshalText(text []byte) error {
	if !isLinkToken(string(text)) {
		return problem.New(problem.Malformed)
	}
	*t = linkToken(text)
	return nil
}

func isLinkToken(text string) bool { return portal.IsBase64URL(text, 20, 128) }
