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

// Acts of accounts. User is always the person whom the act concerns; a mail about it goes to nobody else. LinkKey, where
// there is one, is the id of the key with which account.LinkToken makes the mail's link from the event's own id.

// AccountRegistered tells of a new, unconfirmed account: the mail carries the link to confirm it (guide P1).
type AccountRegistered struct {
	User    string `json:"user"`
	LinkKey string `json:"linkKey"`
}

// AddressRegisteredAgain tells that somebody tried to register the address of an account: its owner is told (RG-01).
type AddressRegisteredAgain struct {
	User string `json:"user"`
}

// ConfirmationRequested tells that the link to confirm was asked for again; the older one is dead.
type ConfirmationRequested struct {
	User    string `json:"user"`
	LinkKey string `json:"linkKey"`
}

// AccountConfirmed tells that an account can be used.
type AccountConfirmed struct {
	User string `json:"user"`
}

// AccountInvited tells of an account that was made for a person, who has yet to choose a password: the mail carries the
// link to do so (features Z28).
type AccountInvited struct {
	User    string `json:"user"`
	LinkKey string `json:"linkKey"`
}

// TermsAccepted tells that a person accepted the terms of the portal.
type TermsAccepted struct {
	User    string `json:"user"`
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

// TermsPublished tells of new terms of the portal.
type TermsPublished struct {
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

// PasswordResetRequested tells that a link to choose a new password was asked for (guide P2).
type PasswordResetRequested struct {
	User    string `json:"user"`
	LinkKey string `json:"linkKey"`
}

// PasswordChanged tells that the password was changed, which ended every session (guide P3, features Z1, Z34).
type PasswordChanged struct {
	User string `json:"user"`
	// By is profile, or reset for a link of a mail.
	By string `json:"by"`
}

// ProfileChanged tells which fields of a profile were changed.
type ProfileChanged struct {
	User   string   `json:"user"`
	Fields []string `json:"fields"`
}

// PreferencesChanged tells which kinds of mail a person now wants, or no longer (features Z2).
type PreferencesChanged struct {
	User   string   `json:"user"`
	Fields []string `json:"fields"`
}

// MembershipAdded tells that a person became a member of an organisation.
type MembershipAdded struct {
	User         string `json:"user"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
}

// MembershipChanged tells that a member's role was changed.
type MembershipChanged struct {
	User         string `json:"user"`
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
}

// MembershipEnded tells that a person left an organisation, or was removed.
type MembershipEnded struct {
	User         string `json:"user"`
	Organisation string `json:"organisation"`
}

// AccountDeleted tells that a person deleted the account. The address is kept for the mail that says so, until the account
// is erased.
type AccountDeleted struct {
	User string `json:"user"`
}

// AccountErased tells that nothing personal is left of an account (OP-07).
type AccountErased struct {
	User string `json:"user"`
	// Reason is deleted, or unconfirmed for one that was never confirmed.
	Reason string `json:"reason"`
}

// PlatformAdministratorAppointed tells that a person became a platform administrator.
type PlatformAdministratorAppointed struct {
	User string `json:"user"`
}

// OrganisationCodeChanged tells that an organisation has a new code; the old one is dead.
type OrganisationCodeChanged struct {
	Organisation string `json:"organisation"`
}

func (OrganisationCreated) name() string { return "organisation.created" }
func (APIPublished) name() string        { return "api.published" }
func (VersionStateChanged) name() string { return "api.version_state_changed" }
func (ApplicationCreated) name() string  { return "application.created" }
func (ApplicationChanged) name() string  { return "application.changed" }
func (CredentialChanged) name() string   { return "application.credential_changed" }
func (SubscriptionChanged) name() string { return "application.subscription_changed" }
func (LimitsChanged) name() string       { return "application.limits_changed" }

func (AccountRegistered) name() string      { return "account.registered" }
func (AddressRegisteredAgain) name() string { return "account.address_registered_again" }
func (ConfirmationRequested) name() string  { return "account.confirmation_requested" }
func (AccountConfirmed) name() string       { return "account.confirmed" }
func (AccountInvited) name() string         { return "account.invited" }
func (TermsAccepted) name() string          { return "account.terms_accepted" }
func (TermsPublished) name() string         { return "portal.terms_published" }
func (PasswordResetRequested) name() string { return "account.password_reset_requested" }
func (PasswordChanged) name() string        { return "account.password_changed" }
func (ProfileChanged) name() string         { return "account.profile_changed" }
func (PreferencesChanged) name() string     { return "account.preferences_changed" }
func (MembershipAdded) name() string        { return "membership.added" }
func (MembershipChanged) name() string      { return "membership.changed" }
func (MembershipEnded) name() string        { return "membership.ended" }
func (AccountDeleted) name() string         { return "account.deleted" }
func (AccountErased) name() string          { return "account.erased" }
func (PlatformAdministratorAppointed) name() string {
	return "account.platform_administrator_appointed"
}
func (OrganisationCodeChanged) name() string { return "organisation.code_changed" }

// kinds maps stored names to types. An act that is missing here cannot be read back; a test holds it complete.
var kinds = register(
	OrganisationCreated{}, APIPublished{}, VersionStateChanged{}, ApplicationCreated{}, ApplicationChanged{},
	CredentialChanged{}, SubscriptionChanged{}, LimitsChanged{},
	AccountRegistered{}, AddressRegisteredAgain{}, ConfirmationRequested{}, AccountConfirmed{}, AccountInvited{}, TermsAccepted{},
	TermsPublished{}, PasswordResetRequested{}, PasswordChanged{}, ProfileChanged{}, PreferencesChanged{}, MembershipAdded{},
	MembershipChanged{}, MembershipEnded{}, AccountDeleted{}, AccountErased{}, PlatformAdministratorAppointed{},
	OrganisationCodeChanged{},
)

func register(acts ...Act) map[string]reflect.Type {
	byName := make(map[string]reflect.Type, len(acts))
	for _, act := range acts {
		byName[act.name()] = reflect.TypeOf(act)
	}
	return byName
}
