package events

import (
	"reflect"

	"guichet/shared/channel"
)

// OrganisationCreated tells of a new organisation.
type OrganisationCreated struct {
	Organisation string `json:"organisation"`
}

// APIPublished tells that an API was published, or published anew.
type APIPublished struct {
	API     string `json:"api"`
	Version string `json:"version"`
	// Channels in which the publication changed something.
	Channels []channel.Channel `json:"channels"`
	// New is set for the first publication.
	New bool `json:"new"`
}

// VersionStateChanged tells that the version of a channel was deprecated, retired or published again.
type VersionStateChanged struct {
	API       string          `json:"api"`
	Version   string          `json:"version"`
	Channel   channel.Channel `json:"channel"`
	Before    string          `json:"before"`
	After     string          `json:"after"`
	Successor string          `json:"successor,omitempty"`
}

// ApplicationCreated tells of a new application, with the credentials that come with it.
type ApplicationCreated struct {
	Application string          `json:"application"`
	Channel     channel.Channel `json:"channel"`
	// Owner is the user whose application it is; empty for one that belongs to its organisation alone.
	Owner string `json:"owner,omitempty"`
}

// ApplicationChanged tells of changed fields, enabling and disabling among them.
type ApplicationChanged struct {
	Application string   `json:"application"`
	Fields      []string `json:"fields"`
	Enabled     bool     `json:"enabled"`
}

// CredentialChanged tells what was done to a credential.
type CredentialChanged struct {
	Application string `json:"application"`
	Credential  string `json:"credential"`
	// Change is created, secret_shown, regenerated, disabled, enabled, deleted or changed.
	Change string `json:"change"`
}

// SubscriptionChanged tells that an application's right on an API began, changed or ended.
type SubscriptionChanged struct {
	Application string `json:"application"`
	API         string `json:"api"`
	// Change is linked, changed or unlinked.
	Change string `json:"change"`
	// Scopes are the names of a partial right; nil means all.
	Scopes []string `json:"scopes,omitempty"`
}

// LimitsChanged tells that the quota of an application, or of its subscription to an API, was changed.
type LimitsChanged struct {
	Application string `json:"application"`
	API         string `json:"api,omitempty"`
	PerSecond   *int64 `json:"perSecond"`
	PerDay      *int64 `json:"perDay"`
}

func (OrganisationCreated) name() string { return "organisation.created" }
func (APIPublished) name() string        { return "api.published" }
func (VersionStateChanged) name() string { return "api.version_state_changed" }
func (ApplicationCreated) name() string  { return "application.created" }
func (ApplicationChanged) name() string  { return "application.changed" }
func (CredentialChanged) name() string   { return "application.credential_changed" }
func (SubscriptionChanged) name() string { return "application.subscription_changed" }
func (LimitsChanged) name() string       { return "application.limits_changed" }

// kinds maps stored names to types. An act that is missing here cannot be read back; a test holds it complete.
var kinds = register(
	OrganisationCreated{}, APIPublished{}, VersionStateChanged{}, ApplicationCreated{}, ApplicationChanged{},
	CredentialChanged{}, SubscriptionChanged{}, LimitsChanged{},
)

func register(acts ...Act) map[string]reflect.Type {
	byName := make(map[string]reflect.Type, len(acts))
	for _, act := range acts {
		byName[act.name()] = reflect.TypeOf(act)
	}
	return byName
}
