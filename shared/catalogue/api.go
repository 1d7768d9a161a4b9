package catalogue

import (
	"slices"
	"time"

	"guichet/shared/channel"
	"guichet/shared/quota"
	"guichet/shared/route"
)

// API is what a provider publishes: one base path, which leads to one version in each channel (features Z41). What binds
// consumers (subscriptions, consents, scopes) binds the API, not its versions.
type API struct {
	// ID is a ULID. ShortID has 4 characters and is what tokens and grants know the API by; neither ever changes.
	ID      string `dynamodbav:"id"`
	ShortID string `dynamodbav:"shortId"`
	Name    string `dynamodbav:"name"`
	// Organisation is the id of the provider.
	Organisation string `dynamodbav:"organisation"`
	// BasePath is canonical, starts with a slash and ends without one. It is what identifies the API in a declarative file.
	BasePath   string     `dynamodbav:"basePath"`
	Visibility Visibility `dynamodbav:"visibility"`
	// DocumentedOnly is the provider's setting; an API with an operation that needs a scope admits its documented
	// operations only, whatever it says.
	DocumentedOnly bool `dynamodbav:"documentedOnly"`
	// Accepts are the kinds of credential that the API takes.
	Accepts Credentials `dynamodbav:"accepts"`
	// Scopes are those of the API by name, and earlier ones, which get their short ids back when they return. A name is
	// unique within the API, a short id on the platform.
	Scopes map[string]ScopeSetting `dynamodbav:"scopes,omitempty"`
	// Channels are those in which the API was published.
	Channels map[channel.Channel]ChannelState `dynamodbav:"channels"`

	Created time.Time `dynamodbav:"created"`
	Changed time.Time `dynamodbav:"changed"`
	// Revision counts the changes; it is the lock of the aggregate.
	Revision int64 `dynamodbav:"revision"`
}

// Visibility says who finds an API in the catalogue (features Z51): it stops discovery and new requests, never a
// subscription.
type Visibility struct {
	Public bool `dynamodbav:"public"`
	// Organisations are the ids of those who see an API that is not public, sorted; its provider always does.
	Organisations []string `dynamodbav:"organisations,omitempty"`
}

// VisibleTo reports whether a member of these organisations finds the API.
func (a API) VisibleTo(organisations ...string) bool {
	return a.Visibility.Public || slices.ContainsFunc(organisations, func(o string) bool {
		return o == a.Organisation || slices.Contains(a.Visibility.Organisations, o)
	})
}

// Credentials are kinds of credential.
type Credentials struct {
	Bearer bool `dynamodbav:"bearer" yaml:"bearer"`
	APIKey bool `dynamodbav:"apiKey" yaml:"apiKey"`
}

// ScopeSetting is a scope of an API.
type ScopeSetting struct {
	// ShortID has 4 characters and is kept across versions.
	ShortID     string `dynamodbav:"shortId"`
	Description string `dynamodbav:"description,omitempty"`
	// Declared scopes stand in the settings: they exist in every channel, whatever the documents say.
	Declared bool `dynamodbav:"declared,omitempty"`
}

// ChannelState is what an API is in one channel: its settings, and the version that they lead to.
type ChannelState struct {
	Settings ChannelSettings `dynamodbav:"settings"`
	State    route.State     `dynamodbav:"state"`
	// Successor is the base path that consumers of a deprecated or retired version are led to; may be empty.
	Successor string    `dynamodbav:"successor,omitempty"`
	Since     time.Time `dynamodbav:"since"` // of the state
}

// ChannelSettings are the provider's settings of an API in one channel, as they are stored.
type ChannelSettings struct {
	// Version is the provider's version text.
	Version string  `dynamodbav:"version"`
	Backend Backend `dynamodbav:"backend"`
	// HealthPath is probed at the backend, relative to its URL; empty for no probe.
	HealthPath string `dynamodbav:"healthPath,omitempty"`
	// CORS answers preflights of browsers.
	CORS bool `dynamodbav:"cors"`
	// Quotas replace the application's for calls to this API; nil when the API sets none.
	Quotas *quota.Limits `dynamodbav:"quotas,omitempty"`
	// ApprovalNeeded makes access something to ask for.
	ApprovalNeeded bool `dynamodbav:"approvalNeeded"`
	// Terms is the document that consumers accept first; nil for none.
	Terms *Stored `dynamodbav:"terms,omitempty"`
}

// Backend is where admitted calls are sent.
type Backend struct {
	URL string `dynamodbav:"url"`
	// Authentication is how the backend knows the gateway (features Z54); its value lies in the secret store.
	Authentication Authentication `dynamodbav:"authentication"`
}

// Authentication is a backend's without its value.
type Authentication struct {
	// Kind is "" (none), route.SecretHeader or route.Basic.
	Kind   string `dynamodbav:"kind,omitempty"`
	Header string `dynamodbav:"header,omitempty"`
	// Secret is the secret's name below the channel's prefix, Since when its value was last set.
	Secret string    `dynamodbav:"secret,omitempty"`
	Since  time.Time `dynamodbav:"since,omitzero"`
}

// Stored is a file in the bucket of documents.
type Stored struct {
	// Key is random: nothing that anybody chose is part of it.
	Key         string `dynamodbav:"key"`
	Hash        string `dynamodbav:"hash"` // SHA-256, hexadecimal
	Bytes       int    `dynamodbav:"bytes"`
	ContentType string `dynamodbav:"contentType"`
}

// Version is one version of an API: what its document says.
type Version struct {
	// Text is the provider's version text, unique within the API.
	Text     string `dynamodbav:"text"`
	Document Stored `dynamodbav:"document"`
	// CanonicalHash, Specification and the rest are those of Document.
	CanonicalHash string   `dynamodbav:"canonicalHash"`
	Specification string   `dynamodbav:"specification"`
	Title         string   `dynamodbav:"title,omitempty"`
	Description   string   `dynamodbav:"description,omitempty"`
	Tags          []string `dynamodbav:"tags,omitempty"`
	// Scopes are the names of the scopes that this version declares or asks for.
	Scopes []string `dynamodbav:"scopes,omitempty"`
	// NeedsScope is set when one of the operations needs a scope.
	NeedsScope bool `dynamodbav:"needsScope"`
	// Sample is the document's.
	Sample     string `dynamodbav:"sample,omitempty"`
	Operations int    `dynamodbav:"operations"`
	// Findings are counted; reading the document again gives them whole.
	Findings int       `dynamodbav:"findings"`
	Created  time.Time `dynamodbav:"created"`
	Changed  time.Time `dynamodbav:"changed"`
}

// Aggregate is an API with all that it has.
type Aggregate struct {
	API
	// Versions by their text.
	Versions map[string]Version
}

// ScopesIn returns the scopes that exist in a channel: those of its version, and those that the settings declare.
func (a Aggregate) ScopesIn(c channel.Channel) map[string]ScopeSetting {
	version := a.Versions[a.Channels[c].Settings.Version]
	scopes := map[string]ScopeSetting{}
	for name, s := range a.Scopes {
		if s.Declared || slices.Contains(version.Scopes, name) {
			scopes[name] = s
		}
	}
	return scopes
}
