package account

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"guichet/shared/problem"
)

// Address is an e-mail address as a person typed it, read once.
type Address struct {
	// Mail is where mails go: the local part as typed, the domain in lower-case ASCII.
	Mail string
	// Canonical is the form in which an address is unique: Mail in lower case. Mail servers that tell the case of local
	// parts apart are rare; two accounts that look alike are worse (RG-10).
	Canonical string
}

const (
	maxAddress = 254 // RFC 5321 §4.5.3.1.3, less the brackets
	maxLocal   = 64
)

// domains reads names as browsers do (UTS 46), strictly.
var domains = idna.New(
	idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true), idna.Transitional(false),
)

// ParseAddress reads an address. ok is false for what is none, or none that we would write to: quoted local parts, local
// parts beyond ASCII (SES does not send to them), domains without a dot, address literals, comments, more than one @
// (RG-10).
func ParseAddress(typed string) (a Address, ok bool) {
	if len(typed) > 4*maxAddress || !utf8.ValidString(typed) {
		return Address{}, false
	}
	typed = norm.NFKC.String(strings.Trim(typed, " \t"))
	local, domain, found := strings.Cut(typed, "@")
	if !found || strings.Contains(domain, "@") || !isDotAtom(local) || len(local) > maxLocal {
		return Address{}, false
	}
	if strings.HasSuffix(domain, ".") || !strings.Contains(domain, ".") {
		return Address{}, false
	}
	domain, err := domains.ToASCII(domain)
	if err != nil || len(local)+1+len(domain) > maxAddress || isNumber(domain[strings.LastIndexByte(domain, '.')+1:]) {
		return Address{}, false
	}
	mail := local + "@" + domain
	return Address{Mail: mail, Canonical: strings.ToLower(mail)}, true
}

// UnmarshalText is ParseAddress as encoding.TextUnmarshaler. It stores the address that it reads and nothing else.
func (a *Address) UnmarshalText(text []byte) error {
	read, ok := ParseAddress(string(text))
	if !ok {
		return problem.New(problem.Malformed)
	}
	*a = read
	return nil
}

// isDotAtom is RFC 5322's dot-atom, in ASCII.
func isDotAtom(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			c := atom[i]
			if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) < 0 {
				return false
			}
		}
	}
	return true
}

// isNumber tells a last label that makes an IP address of a name.
func isNumber(label string) bool {
	return strings.Trim(label, "0123456789") == ""
}

// Hash is the address's part of keys: no text of a person's becomes one (AZ-14).
func (a Address) Hash() string {
	sum := sha256.Sum256([]byte(a.Canonical))
	return hex.EncodeToString(sum[:])
}
