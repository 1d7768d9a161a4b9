package main

import (
	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/organisation"
)

// mail is one kind of mail that the platform sends. Its words are mails/<name>.fr and mails/<name>.en.
type mail struct {
	name string
	kind kind
	// link is the purpose of the secret link that the mail carries; empty for none.
	link account.Purpose
	// page of the portal that the button leads to where there is no link; empty for no button.
	page string
	// stranger marks mails to an address that nobody has confirmed: nothing that the sender typed stands in them (ML-02).
	stranger bool
	// farewell marks what a person who is gone still gets.
	farewell bool
}

// kind of a mail: whether a preference decides on it (features Z2).
type kind int

const (
	// aboutAccount mails concern the account and its security: they are always sent.
	aboutAccount kind = iota
	aboutRequests
	aboutQuotas
	aboutLifecycle
	news
	surveys
)

// wanted tells whether a person wants mails of a kind (ML-05).
func (k kind) wanted(p account.Preferences) bool {
	switch k {
	case aboutAccount:
		return true
	case aboutRequests:
		return p.Requests
	case aboutQuotas:
		return p.QuotaAlerts
	case aboutLifecycle:
		return p.Lifecycle
	case news:
		return p.News
	case surveys:
		return p.Surveys
	}
	return false
}

// mails is every mail that there is.
var mails = []mail{
	{name: "confirm", link: account.Confirm, stranger: true},       // guide P1
	{name: "confirm-again", link: account.Confirm, stranger: true}, // RG-03
	{name: "known-address", page: "/sign-in"},                      // RG-01
	{name: "invitation", link: account.Invite, stranger: true},     // features Z28, OP-05
	{name: "reset", link: account.Reset},                           // guide P2, features Z1
	{name: "password-changed", page: "/sign-in"},                   // guide P3, features Z1
	{name: "welcome", page: "/applications"},                       // guide G1
	{name: "enrolled", page: "/profile/organisations"},             // S11
	{name: "role-changed", page: "/profile/organisations"},         // S11
	{name: "removed", page: "/profile/organisations"},              // S11
	{name: "account-deleted", farewell: true},                      // C21
	{name: "platform-administrator", page: "/"},
}

// find returns a mail by its name. ok is false for one that this version does not know.
func find(name string) (m mail, ok bool) {
	for _, m := range mails {
		if m.name == name {
			return m, true
		}
	}
	return mail{}, false
}

// follows lists what is sent because of an act: always to the person whom it concerns, and to nobody else (features Z49).
func follows(act events.Act) []events.Delivery {
	to := func(user, mail string) []events.Delivery { return []events.Delivery{{Recipient: user, Mail: mail}} }
	switch a := act.(type) {
	case events.AccountRegistered:
		return to(a.User, "confirm")
	case events.ConfirmationRequested:
		return to(a.User, "confirm-again")
	case events.AddressRegisteredAgain:
		return to(a.User, "known-address")
	case events.AccountInvited:
		return to(a.User, "invitation")
	case events.PasswordResetRequested:
		return to(a.User, "reset")
	case events.PasswordChanged:
		return to(a.User, "password-changed")
	case events.ApplicationCreated:
		if a.Owner != "" && a.Application == application.AutomaticID(a.Owner, organisation.Default, channel.Sandbox) {
			return to(a.Owner, "welcome")
		}
	case events.MembershipAdded:
		if a.Organisation == organisation.Default { // everybody is in it: a row there is a role
			return to(a.User, "role-changed")
		}
		return to(a.User, "enrolled")
	case events.MembershipChanged:
		return to(a.User, "role-changed")
	case events.MembershipEnded:
		return to(a.User, "removed")
	case events.AccountDeleted:
		return to(a.User, "account-deleted")
	case events.PlatformAdministratorAppointed:
		return to(a.User, "platform-administrator")
	}
	return nil
}

// settles names the person whose automatic applications depend on an act, and the organisation that he may have left:
// sweep looks after them five minutes later, in case the registry's stream told nobody.
func settles(act events.Act) (user, former string) {
	switch a := act.(type) {
	case events.AccountConfirmed:
		return a.User, ""
	case events.MembershipAdded:
		return a.User, ""
	case events.MembershipEnded:
		return a.User, a.Organisation
	case events.AccountDeleted:
		return a.User, ""
	case events.AccountErased:
		return a.User, ""
	}
	return "", ""
}
