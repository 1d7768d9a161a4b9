package account

import (
	"crypto/sha256"
	_ "embed"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"guichet/shared/problem"
	"guichet/shared/secret"
)

// Length of a password in code points (guide B5, RG-07).
const (
	minPassword = 12
	maxPassword = 128
)

// CheckPassword returns what is wrong with a new password: the guide's five rules (B5 to B9, where anything that is
// neither letter nor digit is special, a space too), then whether it is common or made of personal words: those of the
// address, the person, the organisation and the product. Nil when it may be used.
func CheckPassword(password secret.Value, personal ...string) []problem.Code {
	text := norm.NFC.String(password.Reveal())
	var faults []problem.Code
	switch n := utf8.RuneCountInString(text); {
	case n < minPassword:
		faults = append(faults, problem.PasswordTooShort)
	case n > maxPassword:
		return []problem.Code{problem.PasswordTooLong}
	}
	for _, rule := range [...]struct {
		code problem.Code
		kept func(rune) bool
	}{
		{problem.PasswordNoDigit, func(r rune) bool { return '0' <= r && r <= '9' }},
		{problem.PasswordNoLowercase, unicode.IsLower},
		{problem.PasswordNoUppercase, unicode.IsUpper},
		{problem.PasswordNoSpecial, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }},
	} {
		if !strings.ContainsFunc(text, rule.kept) {
			faults = append(faults, rule.code)
		}
	}
	if len(faults) > 0 {
		return faults
	}
	if isCommon(text) {
		faults = append(faults, problem.PasswordCommon)
	}
	if isPersonal(text, personal) {
		faults = append(faults, problem.PasswordPersonal)
	}
	return faults
}

// common holds the first 5 bytes of the SHA-256 of each word that common passwords are made of, sorted. The words are the
// skeletons of the most frequent entries of the list of passwords in zxcvbn (MIT licence, Copyright 2012-2016 Dan Wheeler
// and Dropbox, Inc.) and of some French ones; rules_test.go makes the file anew.
//
//go:embed common.bin
var common string

const commonWidth = 5

func inCommon(word string) bool {
	sum := sha256.Sum256([]byte(word))
	key := string(sum[:commonWidth])
	n := len(common) / commonWidth
	i := sort.Search(n, func(i int) bool { return common[i*commonWidth:(i+1)*commonWidth] >= key })
	return i < n && common[i*commonWidth:(i+1)*commonWidth] == key
}

// isCommon tells whether a password is a common word with ornaments, one repeated, or little more than rows of keys.
func isCommon(text string) bool {
	distinct := map[rune]bool{}
	for _, r := range text {
		distinct[r] = true
	}
	if len(distinct) < 6 {
		return true
	}
	for _, word := range [...]string{letters(fold(text)), skeleton(text)} {
		word = period(word)
		if len(word) < 3 || inCommon(word) || inCommon(withoutRows(word)) || len(withoutRows(word)) < 3 {
			return true
		}
	}
	return false
}

// fold brings a text to lower-case letters without accents.
func fold(text string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		folded = text // no text of valid UTF-8 fails
	}
	return strings.ToLower(folded)
}

// letters drops all but letters.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, text)
}

var leet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "€", "e", "0", "o", "$", "s", "5", "s", "7", "t", "1", "i", "!", "i")

// skeleton is the word that a text is an ornament of: folded, with the letters that digits and signs stand for between
// letters, without what stands before and after.
func skeleton(text string) string {
	text = strings.TrimFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '@' && r != '$' && r != '€' })
	return letters(leet.Replace(text))
}

// period is the shortest part of which a word is a repetition.
func period(word string) string {
	for n := 1; n <= len(word)/2; n++ {
		if len(word)%n == 0 && strings.Repeat(word[:n], len(word)/n) == word {
			return word[:n]
		}
	}
	return word
}

// rows are keys that lie beside each other, and the alphabet.
var rows = [...]string{
	"abcdefghijklmnopqrstuvwxyz", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
}

// withoutRows drops runs of four and more letters that follow each other in a row, forwards or backwards.
func withoutRows(word string) string {
	for i := 0; i < len(word); {
		n := runLength(word[i:])
		if n >= 4 {
			word = word[:i] + word[i+n:]
			continue
		}
		i++
	}
	return word
}

func runLength(word string) int {
	longest := 0
	for _, row := range rows {
		for _, line := range [...]string{row, reverse(row)} {
			at := strings.IndexByte(line, word[0])
			if at < 0 {
				continue
			}
			n := 0
			for n < len(word) && at+n < len(line) && word[n] == line[at+n] {
				n++
			}
			longest = max(longest, n)
		}
	}
	return longest
}

func reverse(text string) string {
	b := []byte(text)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// minPersonal is the length from which a personal word counts; shorter ones are in many a good password.
const minPersonal = 4

// isPersonal tells whether a password contains a word of the personal texts, ornaments aside.
func isPersonal(text string, personal []string) bool {
	plain, bare := fold(text), letters(leet.Replace(fold(text)))
	for _, source := range personal {
		words := strings.FieldsFunc(fold(source), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		for _, word := range words {
			if utf8.RuneCountInString(word) < minPersonal || ordinary[word] {
				continue
			}
			if strings.Contains(plain, word) || strings.Contains(bare, word) {
				return true
			}
		}
	}
	return false
}

// ordinary words stand in many addresses and names of organisations and say nothing of a person.
var ordinary = map[string]bool{"gouv": true, "mail": true, "example": true, "service": true, "direction": true, "ministere": true}
