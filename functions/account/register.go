package main

import (
	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// registration is the form (guide B2 to B17).
type registration struct {
	FullName         fullName         `json:"fullName" form:"max=512"`
	Email            account.Address  `json:"email" form:"max=254"`
	Password         secret.Value     `json:"password" form:"max=512"`
	OrganisationCode secret.Value     `json:"organisationCode" form:"max=64,optional"`
	OrganisationID   portal.ID        `json:"organisationId" form:"max=26,optional"`
	Newsletter       bool             `json:"newsletter"`
	Surveys          bool             `json:"surveys"`
	TermsHash        termsHash        `json:"termsHash" form:"max=64"`
	Language         account.Language `json:"language" form:"max=16,enum=fr|en"`
	Captcha          string           `json:"captcha" form:"max=2048,missing=captcha_required"`
}

// Check implements portal.Checker. The rules of passwords that need the store come after the captcha.
func (f *registration) Check(errs *portal.FieldErrors) {
	if f.OrganisationID != "" && f.OrganisationCode != "" {
		errs.Add("organisationId", problem.NotAllowed)
	}
	if !errs.Has("password") {
		errs.Add("password", account.CheckPassword(f.Password, f.Email.Mail, string(f.FullName))...)
	}
}

// register takes a registration. Whatever the address, the answer is the same and costs the same; what follows is in the
// mailbox (RG-01).
func (a *api) register(c *portal.Call, f registration) (portal.Answer, error) {
	q, err := begin(c, formRegistration, f.Email, f.Captcha)
	if err != nil {
		return portal.Answer{}, err
	}
	terms, err := account.CurrentTerms(c.Context(), c.DB)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return portal.Answer{}, err
	}
	if terms.Hash == "" || terms.Hash != string(f.TermsHash) {
		return portal.Answer{}, portal.Invalid("termsHash", problem.TermsOutdated)
	}
	in, err := chosenOrganisation(c, f, q.captcha)
	if err != nil {
		return portal.Answer{}, err
	}
	configuration, err := a.configuration.Get(c.Context(), c.DB)
	if err != nil {
		return portal.Answer{}, err
	}
	if err := portal.Invalid("password", account.CheckPassword(f.Password, configuration.Product.Name, in.Name)...); err != nil {
		return portal.Answer{}, err
	}
	if err := q.admit(c); err != nil {
		return portal.Answer{}, err
	}
	hash, err := a.hasher.Hash(c.Context(), f.Password)
	if err != nil {
		return portal.Answer{}, err
	}
	keys, err := c.Keys()
	if err != nil {
		return portal.Answer{}, err
	}
	u := account.User{
		Name: string(f.FullName), Email: f.Email.Mail, Language: f.Language, Status: account.Unconfirmed, Password: hash,
		PasswordChanged: c.Now.UTC(), Created: c.Now.UTC(), Preferences: account.NewPreferences(f.Newsletter, f.Surveys),
		Ticked: &account.Acceptance{Version: terms.Version, Hash: terms.Hash, At: c.Now.UTC()},
	}
	if in.ID != organisation.Default {
		u.EnrolIn = in.ID
	}
	return q.commit(c, mailUnderWay(account.Confirm), func(owner account.User) ([]ddb.Write, error) {
		return account.Register(c.DB, keys, u, f.Email, owner)
	})
}

// maxWrongCodes of a network, or of a person, in an hour (RG-11).
const maxWrongCodes = 10

// chosenOrganisation is the organisation of the form: by code, by id when it is open, else the default one (B11 to B14). A
// wrong code spends the captcha: no two are tried with one.
func chosenOrganisation(c *portal.Call, f registration, captcha portal.Captcha) (organisation.Organisation, error) {
	if f.OrganisationCode != "" {
		o, err := withCode(c, f.OrganisationCode, codesFrom, c.Network())
		if problem.Is(err, problem.OrganisationCodeInvalid) {
			if err := c.SpendCaptcha(captcha); err != nil {
				return o, err
			}
			return o, portal.Invalid("organisationCode", problem.OrganisationCodeInvalid)
		}
		return o, err
	}
	id := string(f.OrganisationID)
	if id == "" {
		id = organisation.Default
	}
	o, err := organisation.Get(c.Context(), c.DB, id)
	if problem.Is(err, problem.NotFound) || err == nil && (!o.Open || !o.Enabled) {
		return o, portal.Invalid("organisationId", problem.NotAllowed)
	}
	return o, err
}

// withCode finds the organisation of a code, unless the subject tried too many.
// Errors: organisation_code_invalid, too_many_attempts.
func withCode(c *portal.Call, code secret.Value, counter portal.Counter, subject string) (organisation.Organisation, error) {
	rows, err := c.DB.BatchGet(c.Context(), c.ReadCounter(counter, subject))
	if err != nil {
		return organisation.Organisation{}, err
	}
	if portal.ReadTally(rows[0]).Count >= maxWrongCodes {
		return organisation.Organisation{}, c.TooManyAttempts()
	}
	o, err := organisation.WithCode(c.Context(), c.DB, code)
	if problem.Is(err, problem.OrganisationCodeInvalid) {
		if _, failure := c.CountAttempt(counter, subject); failure != nil {
			return o, failure
		}
	}
	return o, err
}

// resendConfirmation sends the mail to confirm again, with a new link, which ends the older one.
func resendConfirmation(c *portal.Call, f mailRequest) (portal.Answer, error) {
	return requestLink(c, f, formResend, account.Confirm, func(owner account.User) bool {
		return owner.Status == account.Unconfirmed && owner.Password != ""
	}, func(user, key string) events.Act { return events.ConfirmationRequested{User: user, LinkKey: key} })
}
