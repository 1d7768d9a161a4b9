// Package publication is how providers publish: what they want an API to be, the documents that describe it, and the one
// transaction that makes it so in the catalogue and in the channels' routes.
//
// Documents are read with encoding/json and go.yaml.in/yaml/v3 into a bounded tree, of which paths, methods, security and
// a few texts are looked at and the rest is only hashed. Libraries for OpenAPI were tried and left: kin-openapi does not
// accept three of four real documents (features Z25), libopenapi indexes and resolves whole documents, and both have one
// model for Swagger 2.0 and another for OpenAPI 3. yaml/v4 keeps every token of a bracketed list in memory, where v3 looks
// 1,024 characters ahead.
package publication

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/guard"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
)

// Publication is what a provider wants an API to be. It is whole for what it names: a channel that it leaves out stays as
// it is.
type Publication struct {
	// BasePath identifies the API: publishing under a new one makes a new API.
	BasePath string
	Name     string
	// Organisation is the id of the provider.
	Organisation string
	Visibility   catalogue.Visibility
	// DocumentedOnly admits documented operations only. Forced where an operation needs a scope.
	DocumentedOnly bool
	// Accepts is the kinds of credential, for all operations alike; the zero value means both.
	Accepts catalogue.Credentials
	// Scopes are descriptions of scopes, beside those of the documents, whose descriptions they replace.
	Scopes   []Scope
	Channels map[channel.Channel]ChannelPublication
}

// ChannelPublication is a Publication in one channel.
type ChannelPublication struct {
	// Version is the provider's version text; empty takes the one in the document.
	Version string
	// Document is an OpenAPI document; see ReadDocument.
	Document       []byte
	Backend        BackendPublication
	HealthPath     string
	CORS           bool
	Quotas         *quota.Limits
	ApprovalNeeded bool
	// Terms is a PDF document; nil for none.
	Terms []byte
}

// BackendPublication is a Backend with the value of its authentication.
type BackendPublication struct {
	URL string
	// Kind is "" (none), route.SecretHeader or route.Basic.
	Kind   string
	Header string // for route.SecretHeader
	// Value is the header's value, or user:password. Empty keeps the value that is stored.
	Value secret.Value
}

// Limits of settings.
const (
	maxNameRunes         = 80
	maxBasePathBytes     = 128
	maxBasePathSegments  = 6
	maxVisibleTo         = 20
	maxBackendURLBytes   = 2_048
	maxHealthPathBytes   = 256
	maxHeaderBytes       = 64
	maxSecretBytes       = 4_096
	maxScopeSettingRunes = 500
	// MaxTermsBytes is the size of a terms document (UP-05).
	MaxTermsBytes = 4_500_000
	// MaxPerSecond bounds an API's default quota: what one item of the quota store counts (design §4).
	MaxPerSecond = quota.MaxPerItem
	maxPerDay    = 1_000_000_000_000
)

var (
	versionForm  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,49}$`)
	basePathForm = regexp.MustCompile(`^(/[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9_~-])?)+$`)
	headerForm   = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") // RFC 9110 §5.6.2
)

// reservedHeaders are those that the gateway writes, or that frame a message.
var reservedHeaders = [...]string{
	"authorization", "host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "te", "trailer",
	"keep-alive", "expect", "via", "cookie", "keyid", "x-api-key", "http2-settings", "proxy-connection", "x-correlationid",
	"x-correlation-id", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded",
}

// ValidateBasePath checks the form of a base path and that it is none of the platform's own. Errors: validation on
// basePath.
func ValidateBasePath(path string) error {
	canonical, err := route.Canonical(path)
	switch {
	case err != nil || canonical != path || !basePathForm.MatchString(path) || len(path) > maxBasePathBytes || strings.Count(path, "/") > maxBasePathSegments:
		return problem.Invalid("basePath", "A base path is one to %d segments of letters, digits and . _ ~ -, each behind a slash, such as /ministry/registry/v1, of %d characters at most.", maxBasePathSegments, maxBasePathBytes)
	case slices.ContainsFunc(route.Reserved[:], func(reserved string) bool { return below(path, reserved) || below(reserved, path) }):
		return problem.Invalid("basePath", "The base path %s is taken by the platform itself.", path)
	}
	return nil
}

// below reports whether a path is another one or lies under it, by segment.
func below(path, other string) bool {
	return path == other || strings.HasPrefix(path, other+"/")
}

// ancestors are the paths that a base path lies under.
func ancestors(path string) []string {
	var out []string
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			out = append(out, path[:i])
		}
	}
	return out
}

// validate checks what can be told without the store, and returns the publication in its normal form. out decides which
// hosts backends may have.
func (p Publication) validate(out *guard.Guard) (Publication, error) {
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	if n := utf8.RuneCountInString(p.Name); n < 2 || n > maxNameRunes || !printable(p.Name) {
		return p, problem.Invalid("name", "The name of an API has 2 to %d characters.", maxNameRunes)
	}
	if err := ValidateBasePath(p.BasePath); err != nil {
		return p, err
	}
	if p.Organisation == "" {
		return p, problem.Invalid("organisation", "An API belongs to an organisation.")
	}
	p.Visibility.Organisations = slices.Compact(slices.Sorted(slices.Values(p.Visibility.Organisations)))
	switch {
	case p.Visibility.Public && len(p.Visibility.Organisations) > 0:
		return p, problem.Invalid("visibility", "An API is public, or visible to the organisations that are listed.")
	case len(p.Visibility.Organisations) > maxVisibleTo:
		return p, problem.Invalid("visibility", "At most %d organisations can be listed.", maxVisibleTo)
	}
	if p.Accepts == (catalogue.Credentials{}) {
		p.Accepts = catalogue.Credentials{Bearer: true, APIKey: true}
	}
	for _, s := range p.Scopes {
		if !ValidScope(s.Name) || s.Name == openID {
			return p, problem.Invalid("scopes", "The scope %q cannot be asked for in a token request.", shorten(s.Name, maxFindingTextInRunes))
		}
		if utf8.RuneCountInString(s.Description) > maxScopeSettingRunes {
			return p, problem.Invalid("scopes", "The description of the scope %s has more than %d characters.", s.Name, maxScopeSettingRunes)
		}
	}
	if len(p.Channels) == 0 {
		return p, problem.Invalid("channels", "An API is published in at least one channel.")
	}
	channels := make(map[channel.Channel]ChannelPublication, len(p.Channels))
	for c, settings := range p.Channels {
		if _, err := channel.Parse(string(c)); err != nil {
			return p, problem.Invalid("channels", "%s is no channel.", shorten(string(c), 40))
		}
		checked, err := settings.validate(out)
		if err != nil {
			return p, within(c, err)
		}
		channels[c] = checked
	}
	p.Channels = channels
	return p, nil
}

// within names the channel in the field of a refusal.
func within(c channel.Channel, err error) error {
	refused := *problem.From(err)
	refused.Field = c.Lower() + "." + refused.Field
	return &refused
}

func (s ChannelPublication) validate(out *guard.Guard) (ChannelPublication, error) {
	if s.Version != "" && !versionForm.MatchString(s.Version) {
		return s, problem.Invalid("version", "A version is 1 to 50 letters, digits and . _ + -, and starts with a letter or a digit.")
	}
	var err error
	if s.Backend, err = s.Backend.validate(out); err != nil {
		return s, err
	}
	if s.HealthPath != "" {
		if canonical, err := route.Canonical(s.HealthPath); err != nil || canonical != s.HealthPath || len(s.HealthPath) > maxHealthPathBytes {
			return s, problem.Invalid("healthPath", "The health path starts with a slash, is in canonical form and has at most %d characters.", maxHealthPathBytes)
		}
	}
	if q := s.Quotas; q != nil {
		switch {
		case q.PerSecond == nil && q.PerDay == nil:
			s.Quotas = nil
		case q.PerSecond != nil && (*q.PerSecond < 1 || *q.PerSecond > MaxPerSecond):
			return s, problem.Invalid("quotas.perSecond", "A quota per second lies between 1 and %d.", MaxPerSecond)
		case q.PerDay != nil && (*q.PerDay < 1 || *q.PerDay > maxPerDay):
			return s, problem.Invalid("quotas.perDay", "A quota per day lies between 1 and %d.", int64(maxPerDay))
		}
	}
	if len(s.Terms) > MaxTermsBytes || s.Terms != nil && !strings.HasPrefix(string(s.Terms[:min(len(s.Terms), 5)]), "%PDF-") {
		return s, problem.Invalid("terms", "The terms are a PDF document of at most %d bytes.", MaxTermsBytes)
	}
	return s, nil
}

func (b BackendPublication) validate(out *guard.Guard) (BackendPublication, error) {
	u, err := url.Parse(b.URL)
	if err != nil || u.Host == "" || len(b.URL) > maxBackendURLBytes {
		return b, problem.Invalid("backend", "The backend is an https URL with a host.")
	}
	if err := out.Check(u); err != nil {
		return b, problem.Invalid("backend", "The backend %s cannot be used: it must be https, at a public name, on port 443 or 8443.", shorten(u.Redacted(), maxFindingTextInRunes))
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.ContainsAny(b.URL, "#") {
		return b, problem.Invalid("backend", "The URL of a backend has no query and no fragment.")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path != "" {
		if canonical, err := route.Canonical(path); err != nil || canonical != path {
			return b, problem.Invalid("backend", "The path of the backend is not in canonical form.")
		}
	}
	b.URL = u.Scheme + "://" + strings.ToLower(u.Host) + path

	switch b.Kind {
	case "":
		if b.Header != "" || b.Value != "" {
			return b, problem.Invalid("authentication", "A backend without authentication has neither header nor value.")
		}
		return b, nil
	case route.SecretHeader:
		name := strings.ToLower(b.Header)
		if !headerForm.MatchString(b.Header) || len(b.Header) > maxHeaderBytes || slices.Contains(reservedHeaders[:], name) || strings.HasPrefix(strings.ReplaceAll(name, "_", "-"), "x-consumer-") {
			return b, problem.Invalid("authentication", "The header %q cannot hold the backend's secret.", shorten(b.Header, maxFindingTextInRunes))
		}
	case route.Basic:
		if b.Header != "" {
			return b, problem.Invalid("authentication", "HTTP Basic has no header of its own.")
		}
		if user, _, ok := strings.Cut(b.Value.Reveal(), ":"); b.Value != "" && (!ok || user == "") {
			return b, problem.Invalid("authentication", "The value for HTTP Basic has the form user:password.")
		}
	default:
		return b, problem.Invalid("authentication", "A backend's authentication is none, %s or %s.", route.SecretHeader, route.Basic)
	}
	value := b.Value.Reveal()
	if len(value) > maxSecretBytes || strings.TrimSpace(value) != value || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c == 0x7f || c == utf8.RuneError }) {
		return b, problem.Invalid("authentication", "The value of a backend's authentication has at most %d characters, no control characters, and no blanks around it.", maxSecretBytes)
	}
	return b, nil
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f || c == utf8.RuneError })
}
