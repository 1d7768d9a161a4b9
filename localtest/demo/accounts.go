package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"guichet/shared/account"
	"guichet/shared/organisation"
)

// Names of the demo's organisations.
const (
	everybody = "Everybody"
	provider  = "Office of the register"
	consumer  = "Startup of the quay"
)

// Prepare gives the portal what it needs before anybody comes: the open default organisation, and its terms. Doing so
// again changes nothing.
func Prepare(ctx context.Context, p Platform) error {
	if _, err := organisation.EnsureDefault(ctx, p.DB, actor, everybody); err != nil {
		return fmt.Errorf("demo: default organisation: %w", err)
	}
	var text account.TermsText
	for file, into := range map[string]*string{"terms.fr.md": &text.French, "terms.en.md": &text.English} {
		content, err := files.ReadFile(file)
		if err != nil {
			return err
		}
		*into = string(content)
	}
	if _, err := account.PublishTerms(ctx, p.DB, actor, "2026-11", text); err != nil {
		return fmt.Errorf("demo: terms: %w", err)
	}
	return nil
}

// People makes one account per role, in the way that people take: through the portal, with the mails that it sends. Only
// the roles that no page gives yet are given here, by the calls that the pages will make.
func People(ctx context.Context, p Platform, portal, inbox string) ([]Account, error) {
	var accounts []Account
	administrator, err := bootstrap(ctx, p, portal, inbox)
	if err != nil {
		return nil, fmt.Errorf("demo: platform administrator: %w", err)
	}
	accounts = append(accounts, administrator)
	for _, person := range []struct {
		name, email, organisation string
		role                      organisation.Role
	}{
		{"Odile Provider", "odile.admin@provider.example", provider, organisation.Administrator},
		{"Karim Consumer", "karim.admin@consumer.example", consumer, organisation.Administrator},
		{"Dana Developer", "dana.developer@consumer.example", "", organisation.Developer},
	} {
		made, err := register(ctx, p, portal, inbox, person.name, person.email, person.organisation, person.role)
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", person.email, err)
		}
		accounts = append(accounts, made)
	}
	return accounts, nil
}

// newPassword draws a password that obeys the portal's rules.
func newPassword() string { return "Demo-7-" + strings.ToLower(rand.Text()[:12]) }

// bootstrap makes the first platform administrator, who chooses a password by the link that was mailed (OP-05).
func bootstrap(ctx context.Context, p Platform, portal, inbox string) (Account, error) {
	made := Account{Email: "paul.platform@platform.example", Password: newPassword(), Role: "platform administrator", Organisation: everybody}
	if _, err := account.Bootstrap(ctx, p.DB, p.LinkKeys, made.Email, "Paul Platform", account.English); err != nil {
		return Account{}, err
	}
	v, err := newVisitor(portal, inbox)
	if err != nil {
		return Account{}, err
	}
	token, err := v.linkToken(ctx, made.Email, account.Invite.Path(""))
	if err != nil {
		return Account{}, err
	}
	if err := v.call(ctx, http.MethodPost, "/password-resets/"+token, map[string]string{"newPassword": made.Password}, nil); err != nil {
		return Account{}, err
	}
	if err := v.call(ctx, http.MethodPost, "/sessions", map[string]string{"email": made.Email, "password": made.Password}, nil); err != nil {
		return Account{}, err
	}
	return made, v.acceptTerms(ctx)
}

// register takes a person from the sign-up form to an account that has accepted the terms; with an organisation's code
// when one is named.
func register(ctx context.Context, p Platform, portal, inbox, name, email, of string, role organisation.Role) (Account, error) {
	made := Account{Email: email, Password: newPassword(), Role: "developer", Organisation: everybody}
	v, err := newVisitor(portal, inbox)
	if err != nil {
		return Account{}, err
	}
	form := map[string]any{"fullName": name, "email": email, "password": made.Password, "newsletter": false, "surveys": false, "language": "en"}
	var joined organisation.Organisation
	if of != "" {
		if joined, err = organisation.Named(ctx, p.DB, actor, of, false); err != nil {
			return Account{}, err
		}
		code, err := organisation.SetCode(ctx, p.DB, actor, joined.ID)
		if err != nil {
			return Account{}, err
		}
		form["organisationCode"], made.Organisation = code.Reveal(), of
	}
	if form["termsHash"], err = v.termsHash(ctx); err != nil {
		return Account{}, err
	}
	if form["captcha"], err = v.captcha(ctx, "registration"); err != nil {
		return Account{}, err
	}
	if err := v.call(ctx, http.MethodPost, "/registrations", form, nil); err != nil {
		return Account{}, err
	}
	token, err := v.linkToken(ctx, email, account.Confirm.Path(""))
	if err != nil {
		return Account{}, err
	}
	var session struct{ Person struct{ ID string } }
	if err := v.call(ctx, http.MethodPost, "/confirmations", map[string]string{"token": token, "password": made.Password}, &session); err != nil {
		return Account{}, err
	}
	if err := v.acceptTerms(ctx); err != nil {
		return Account{}, err
	}
	if role != organisation.Administrator {
		return made, nil
	}
	made.Role = "organisation administrator"
	person, err := account.GetPerson(ctx, p.DB, session.Person.ID)
	if err != nil {
		return Account{}, err
	}
	membership, ok := person.Membership(joined.ID)
	if !ok {
		return Account{}, fmt.Errorf("%s is no member of %s", email, of)
	}
	return made, organisation.SetRole(ctx, p.DB, actor, membership, organisation.Administrator)
}
