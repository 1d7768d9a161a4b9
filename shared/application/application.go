// Package application is the noun of consumers' programs: applications, their credentials, and their subscriptions to
// APIs.
//
// What an application has is read and written as a whole (Aggregate): a change decides on values, and one transaction
// writes the rows that changed, the projection into the channel's grants, and one event. The application's revision is
// the lock, so two changes never mix.
package application

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

// Application is a consumer's program: it belongs to one organisation and one channel.
type Application struct {
	// ID is a ULID.
	ID           string          `dynamodbav:"id"`
	Name         string          `dynamodbav:"name"`
	Channel      channel.Channel `dynamodbav:"channel"`
	Organisation string          `dynamodbav:"organisation"`
	// Owner is the user whose application it is; empty where the organisation owns it.
	Owner       string `dynamodbav:"owner,omitempty"`
	Description string `dynamodbav:"description,omitempty"`
	// Automatic applications were made by the platform; their name follows its rule and cannot be changed (guide G2, G7).
	Automatic bool `dynamodbav:"automatic"`
	Enabled   bool `dynamodbav:"enabled"`
	// Suspended says why the platform stopped the application, whatever Enabled, which is its owner's; empty for not.
	Suspended Suspension `dynamodbav:"suspended,omitempty"`
	Created   time.Time  `dynamodbav:"created"`
	CreatedBy string     `dynamodbav:"createdBy"`
	// Limits hold for all calls but those to APIs with limits of their own.
	Limits quota.Limits `dynamodbav:"limits"`
	// LastNumber is the number of the newest credential; numbers are never reused.
	LastNumber uint16 `dynamodbav:"lastNumber"`
	// Revision counts the changes; it is the lock of the aggregate.
	Revision int64 `dynamodbav:"revision"`
}

// Live reports whether the application's credentials admit calls.
func (a Application) Live() bool { return a.Enabled && a.Suspended == "" }

// DefaultLimits of a new application (features Z13): SANDBOX 1,000,000 calls a day, PRODUCTION 20 a second.
func DefaultLimits(c channel.Channel) quota.Limits {
	perDay, perSecond := int64(1_000_000), int64(20)
	if c == channel.Sandbox {
		return quota.Limits{PerDay: &perDay}
	}
	return quota.Limits{PerSecond: &perSecond}
}

// MaxLimit bounds a limit: it takes 50 of the grants items that an application may have (maxGrantItems).
const MaxLimit = 50 * quota.MaxPerItem

// validateLimits refuses negative and absurd limits.
func validateLimits(l quota.Limits) error {
	if l.PerSecond != nil && (*l.PerSecond < 0 || *l.PerSecond > MaxLimit) {
		return problem.Invalid("perSecond", "A limit per second lies between 0 and %d.", MaxLimit)
	}
	if l.PerDay != nil && (*l.PerDay < 0 || *l.PerDay > 1_000_000_000_000) {
		return problem.Invalid("perDay", "A limit per day lies between 0 and 1,000,000,000,000.")
	}
	return nil
}

// nameForm is features Z50: letters with accents too, digits, blank, - and _.
var nameForm = regexp.MustCompile(`^[\p{L}\p{M}\p{Nd} _-]+$`)

// ValidateName normalises a name that a person chose and checks it against features Z50: 3 to 80 characters.
func ValidateName(name string) (string, error) {
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	if n := utf8.RuneCountInString(name); n < 3 || n > 80 || !nameForm.MatchString(name) {
		return "", problem.Invalid("name", "The name has 3 to 80 characters: letters, digits, blanks, - and _.")
	}
	return name, nil
}

// fold is the form of a name in which it is unique: case and accents folded.
func fold(name string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		folded = name // the transformation fails on nothing that ValidateName lets through
	}
	return strings.ToLower(folded)
}

// Kind of a credential.
type Kind string

// Kinds of credential.
const (
	APIKey      Kind = "api_key"
	OAuthClient Kind = "oauth_client"
)

// Credential is an API key or an OAuth client of an application.
type Credential struct {
	// ID has the form of a UUID: the client id, or the id under which lists show the key.
	ID   string `dynamodbav:"id"`
	Kind Kind   `dynamodbav:"kind"`
	// Confidential clients can keep a secret; public ones have none (guide H10).
	Confidential bool `dynamodbav:"confidential,omitempty"`
	// Number stands in tokens; regenerating takes a new one, which ends the live tokens.
	Number  uint16 `dynamodbav:"number"`
	Enabled bool   `dynamodbav:"enabled"`
	// Strict makes unknown scopes an error (features Z24).
	Strict bool `dynamodbav:"strict,omitempty"`
	// Origins are the JavaScript origins from which browsers may use it; "*" is any, none is no browser.
	Origins []string `dynamodbav:"origins,omitempty"`
	// Secrets holds the hashes of a client's live secrets, the newest last.
	Secrets []Secret `dynamodbav:"secrets,omitempty"`
	// Shown is when the newest secret or key was shown; zero means that there is none yet, and the credential admits
	// nothing (features Z19).
	Shown   time.Time `dynamodbav:"shown,omitzero"`
	Created time.Time `dynamodbav:"created"`
}

// Secret is the stored form of a client secret.
type Secret struct {
	Hash []byte `dynamodbav:"hash"`
	// Until is when an overlap ends; zero for the newest one.
	Until time.Time `dynamodbav:"until,omitzero"`
}

// live reports whether the credential admits calls.
func (c Credential) live() bool {
	return c.Enabled && (!c.Shown.IsZero() || c.Kind == OAuthClient && !c.Confidential)
}

// Subscription is the right of an application on an API.
type Subscription struct {
	// API is the API's ULID, ShortID its short id.
	API     string `dynamodbav:"api"`
	ShortID string `dynamodbav:"shortId"`
	// Scopes maps the names of a partial right's scopes to their short ids; nil means all scopes.
	Scopes map[string]string `dynamodbav:"scopes,omitempty"`
	// Limits of its own replace the application's and the API's.
	Limits *quota.Limits `dynamodbav:"limits,omitempty"`
	Since  time.Time     `dynamodbav:"since"`
	By     string        `dynamodbav:"by"`
}

// access is the packed form of the right, as grants hold it.
func (s Subscription) access() []string {
	if s.Scopes == nil {
		return []string{quota.Whole(s.ShortID)}
	}
	entries := []string{quota.Partial(s.ShortID)}
	for _, id := range s.Scopes {
		entries = append(entries, quota.Scoped(s.ShortID, id))
	}
	return entries
}
