package main

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// registration is the form, read (guide B2 to B17).
type registration struct {
	name          string
	address       account.Address
	password      secret.Value
	code          secret.Value
	organisation  string
	news, surveys bool
	terms         string
	language      account.Language
	captcha       string
}

const (
	maxEmail    = 254
	maxFullName = 100
	// maxTyped bounds what is typed into a field of a password, before its code points are counted.
	maxTyped = 512
	maxCode  = 64
)

func readRegistration(body []byte) (registration, error) {
	f, err := parseForm(body)
	if err != nil {
		return registration{}, err
	}
	r := registration{
		name:     f.name("fullName"),
		address:  f.address("email"),
		password: secret.Value(f.text("password", maxTyped)),
		code:     secret.Value(f.optional("organisationCode", maxCode)),
	}
	r.organisation = f.optional("organisationId", 26)
	switch {
	case r.organisation == "":
	case !idForm.MatchString(r.organisation):
		f.fault("organisationId", problem.Malformed)
	case r.code != "":
		f.fault("organisationId", problem.NotAllowed)
	}
	r.news, r.surveys = f.truth("newsletter"), f.truth("surveys")
	r.terms = f.hash("termsHash")
	r.language = f.language("language")
	r.captcha = f.captcha()
	if !f.faulty("password") {
		// The five rules at once with the other faults; what needs the store comes after the captcha.
		f.fault("password", account.CheckPassword(r.password, r.address.Mail, r.name)...)
	}
	return r, f.check()
}

// register takes a registration. Whatever the address, the answer is the same and costs the same; what follows is in the
// mailbox (RG-01).
func register(c *call) error {
	r, err := readRegistration(c.body)
	if err != nil {
		return err
	}
	answer, err := mailUnderWay(account.Confirm)
	if err != nil {
		return err
	}
	q, rows, err := c.begin(formRegistration, r.address, r.captcha, read{c.portal.db.Tables.Registry, account.TermsKey()})
	if err != nil {
		return unlessAnswered(err)
	}
	terms, err := account.ReadTerms(rows[0])
	if err != nil {
		return err
	}
	if terms.Hash == "" || terms.Hash != r.terms {
		return invalid("termsHash", problem.TermsOutdated)
	}
	in, err := c.chosen(r, q.captcha)
	if err != nil {
		return err
	}
	configuration, err := c.portal.facts.configuration(c.ctx(), c.portal.db)
	if err != nil {
		return err
	}
	if faults := account.CheckPassword(r.password, configuration.Product.Name, in.Name); faults != nil {
		f := &form{}
		f.fault("password", faults...)
		return f.check()
	}
	if err := c.allow(&q); err != nil {
		return err
	}
	hash, err := c.portal.hasher.Hash(c.ctx(), r.password)
	if err != nil {
		return err
	}
	u := account.User{
		Name: r.name, Email: r.address.Mail, Language: r.language, Status: account.Unconfirmed, Password: hash,
		PasswordChanged: c.now.UTC(), Created: c.now.UTC(), Preferences: account.NewPreferences(r.news, r.surveys),
		Ticked: &account.Acceptance{Version: terms.Version, Hash: terms.Hash, At: c.now.UTC()},
	}
	if in.ID != organisation.Default {
		u.EnrolIn = in.ID
	}
	err = c.settle(&q, 202, answer, func(owner account.User) ([]types.TransactWriteItem, error) { return c.newAccount(u, r.address, owner) })
	if err != nil {
		return unlessAnswered(err)
	}
	return c.accept(answer)
}

// unlessAnswered drops the sign that the answer was given already.
func unlessAnswered(err error) error {
	if errors.Is(err, errAnswered) {
		return nil
	}
	return err
}

// maxWrongCodes of a network, or of a person, in an hour (RG-11).
const maxWrongCodes = 10

// chosen is the organisation of the form: by code, by id when it is open, else the default one (B11 to B14). A wrong code
// spends the captcha: no two are tried with one.
func (c *call) chosen(r registration, captcha solved) (organisation.Organisation, error) {
	db := c.portal.db
	if r.code != "" {
		o, err := c.withCode(r.code, codesFrom, c.network())
		if problem.Is(err, problem.OrganisationCodeInvalid) {
			return o, errors.Join(captcha.spendAlone(c), invalid("organisationCode", problem.OrganisationCodeInvalid))
		}
		return o, err
	}
	id := r.organisation
	if id == "" {
		id = organisation.Default
	}
	o, err := organisation.Get(c.ctx(), db, id)
	if problem.Is(err, problem.NotFound) || err == nil && (!o.Open || !o.Enabled) {
		return o, invalid("organisationId", problem.NotAllowed)
	}
	return o, err
}

// withCode finds the organisation of a code, unless the subject tried too many.
// Errors: organisation_code_invalid, too_many_attempts.
func (c *call) withCode(code secret.Value, kind counter, subject string) (organisation.Organisation, error) {
	rows, err := c.portal.batch(c.ctx(), c.counterRead(kind, subject))
	if err != nil {
		return organisation.Organisation{}, err
	}
	if readTally(rows[0]).count >= maxWrongCodes {
		return organisation.Organisation{}, problem.New(problem.TooManyAttempts).After(c.untilNextWindow())
	}
	o, err := organisation.WithCode(c.ctx(), c.portal.db, code)
	if problem.Is(err, problem.OrganisationCodeInvalid) {
		if _, failure := c.count(c.ctx(), kind, subject); failure != nil {
			return o, failure
		}
	}
	return o, err
}

// newAccount decides what a registration does: it makes the account, replaces one that was never confirmed (features Z43),
// or tells the owner that there is one.
func (c *call) newAccount(u account.User, address account.Address, owner account.User) ([]types.TransactWriteItem, error) {
	db := c.portal.db
	if owner.ID != "" && (owner.Status != account.Unconfirmed || owner.Password == "") {
		return c.put(c.event(owner.ID, events.AddressRegisteredAgain{User: owner.ID}))
	}
	u.ID = db.NewID()
	event, link, err := c.link(u.ID, account.Confirm, func(key string) events.Act { return events.AccountRegistered{User: u.ID, LinkKey: key} })
	if err != nil {
		return nil, err
	}
	u.ConfirmLink = link.Hash
	row, err := u.Item()
	if err != nil {
		return nil, err
	}
	email := ddb.Key(ddb.EmailAddress(address.Hash()), ddb.Self)
	email["user"] = ddb.S(u.ID)
	unique := &types.Put{TableName: &db.Tables.Registry, Item: email, ConditionExpression: aws.String("attribute_not_exists(PK)")}
	items := []types.TransactWriteItem{
		{Put: unique},
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		link.Put(db),
	}
	if owner.ID != "" {
		unique.ConditionExpression = aws.String("#user = :before")
		unique.ExpressionAttributeNames = map[string]string{"#user": "user"}
		unique.ExpressionAttributeValues = map[string]types.AttributeValue{":before": ddb.S(owner.ID)}
		items = append(items, types.TransactWriteItem{Delete: &types.Delete{
			TableName: &db.Tables.Registry, Key: account.Key(owner.ID), ConditionExpression: aws.String("#status = :unconfirmed"),
			ExpressionAttributeNames:  map[string]string{"#status": "status"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":unconfirmed": ddb.S(string(account.Unconfirmed))},
		}})
	}
	return c.put(event, items...)
}

// resendConfirmation sends the mail to confirm again, with a new link; the older one dies.
func resendConfirmation(c *call) error {
	return c.mailRequest(formResend, account.Confirm, func(owner account.User) bool {
		return owner.Status == account.Unconfirmed && owner.Password != ""
	}, func(user, key string) events.Act { return events.ConfirmationRequested{User: user, LinkKey: key} })
}

// mailRequest is a form of an address and a captcha that ends in a link, for owners who may have one.
func (c *call) mailRequest(form string, purpose account.Purpose, may func(account.User) bool, act func(user, key string) events.Act) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	address, captcha := f.address("email"), f.captcha()
	if err := f.check(); err != nil {
		return err
	}
	answer, err := mailUnderWay(purpose)
	if err != nil {
		return err
	}
	q, _, err := c.begin(form, address, captcha)
	if err != nil {
		return unlessAnswered(err)
	}
	if err := c.allow(&q); err != nil {
		return err
	}
	err = c.settle(&q, 202, answer, func(owner account.User) ([]types.TransactWriteItem, error) {
		if owner.ID == "" || !may(owner) {
			return nil, nil
		}
		return c.newLink(owner, purpose, func(key string) events.Act { return act(owner.ID, key) })
	})
	if err != nil {
		return unlessAnswered(err)
	}
	return c.accept(answer)
}

// newLink gives an account a new link of a kind, which ends the one before.
func (c *call) newLink(owner account.User, purpose account.Purpose, act func(key string) events.Act) ([]types.TransactWriteItem, error) {
	db := c.portal.db
	event, link, err := c.link(owner.ID, purpose, act)
	if err != nil {
		return nil, err
	}
	return c.put(event, types.TransactWriteItem{Update: &types.Update{
		TableName: &db.Tables.Registry, Key: account.Key(owner.ID),
		UpdateExpression: aws.String("SET #link = :link"), ConditionExpression: aws.String("#status = :status AND #epoch = :epoch"),
		ExpressionAttributeNames: map[string]string{"#link": purpose.Attribute(), "#status": "status", "#epoch": "epoch"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":link": ddb.S(link.Hash), ":status": ddb.S(string(owner.Status)), ":epoch": ddb.N(owner.Epoch),
		},
	}}, link.Put(db))
}

// encode writes a value of our own types as JSON.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return strings.TrimSpace(string(b)), err
}
