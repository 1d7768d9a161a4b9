// Package account is the noun of persons who use the portal: the account and its states, the address and the password
// that it is entered with, sessions, links in mails, the terms of the portal and its configuration.
//
// The account function acts on it, the jobs read it: notify looks up by id whom to write to, enrol sees an account being
// confirmed, sweep removes what was never confirmed and erases what was deleted. Nothing secret is stored as it is:
// passwords are argon2id, everything random is kept by its SHA-256.
package account

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
)

// Status of an account.
type Status string

// States of an account. Only a confirmed one can sign in and has applications.
const (
	// Unconfirmed accounts wait for their link; after UnconfirmedLifetime they are removed.
	Unconfirmed Status = "unconfirmed"
	Confirmed   Status = "confirmed"
	// Disabled accounts were switched off by an administrator (guide C22).
	Disabled Status = "disabled"
	// Deleted accounts keep their address until they are erased, for the mail that says so.
	Deleted Status = "deleted"
	// Erased accounts are an id and a date.
	Erased Status = "erased"
)

const (
	// UnconfirmedLifetime is how long an account may wait for being confirmed (features Z43).
	UnconfirmedLifetime = 7 * 24 * time.Hour
	// ErasedAfter is how long after its deletion an account is erased; 30 days are allowed (OP-07).
	ErasedAfter = 7 * 24 * time.Hour
)

// Language of a person: fr or en.
type Language string

// Languages of the portal.
const (
	French  Language = "fr"
	English Language = "en"
)

// User is a person's account: the row U#user / A#@ of the registry.
type User struct {
	// ID is a ULID, never used again.
	ID string `dynamodbav:"id"`
	// Name and Email are empty once the account is erased. Email is the address as mails are sent to it (Address.Mail).
	Name     string   `dynamodbav:"name,omitempty"`
	Email    string   `dynamodbav:"email,omitempty"`
	Language Language `dynamodbav:"language"`
	Status   Status   `dynamodbav:"status"`
	// EmailUndeliverable is set when a mail to the address bounced for good; it disables nothing (ML-03).
	EmailUndeliverable bool `dynamodbav:"emailUndeliverable,omitempty"`
	// Password is an argon2id hash as a PHC string; empty while the person has not chosen one.
	Password        string    `dynamodbav:"password,omitempty"`
	PasswordChanged time.Time `dynamodbav:"passwordChanged,omitzero"`
	// PasswordMustChange closes the site until the password, made by somebody else, is changed (features Z28).
	PasswordMustChange bool `dynamodbav:"passwordMustChange,omitempty"`
	// Epoch ends sessions: those of another epoch are dead. It is raised when the password or the status changes.
	Epoch     int64     `dynamodbav:"epoch"`
	Created   time.Time `dynamodbav:"created"`
	Confirmed time.Time `dynamodbav:"confirmed,omitzero"`
	// Ended is when the account was deleted; nil while it was not.
	Ended *time.Time `dynamodbav:"ended,omitempty"`
	// Preferences say which mails the person wants.
	Preferences Preferences `dynamodbav:"preferences"`
	// Ticked are the terms ticked at registration, Terms those accepted since, which count (features Z37).
	Ticked *Acceptance `dynamodbav:"ticked,omitempty"`
	Terms  *Acceptance `dynamodbav:"terms,omitempty"`
	// PlatformAdministrator stands above the organisations.
	PlatformAdministrator bool `dynamodbav:"platformAdministrator,omitempty"`
	// EnrolIn is the organisation chosen at registration, until the account is confirmed; empty for the default one.
	EnrolIn string `dynamodbav:"enrolIn,omitempty"`
	// ConfirmLink and PasswordLink are the hashes of the one live link of each kind.
	ConfirmLink  string `dynamodbav:"confirmLink,omitempty"`
	PasswordLink string `dynamodbav:"passwordLink,omitempty"`
}

// Acceptance is what is kept of terms that a person accepted.
type Acceptance struct {
	Version string    `dynamodbav:"version"`
	Hash    string    `dynamodbav:"hash"`
	At      time.Time `dynamodbav:"at"`
}

// Preferences say which mails a person wants (features Z2). Mails about security and the account itself are always sent.
type Preferences struct {
	// Requests: my requests and accesses. QuotaAlerts and Lifecycle (of the APIs I use): both on by default, as Requests.
	Requests    bool `dynamodbav:"requests" json:"requests"`
	QuotaAlerts bool `dynamodbav:"quotaAlerts" json:"quotaAlerts"`
	Lifecycle   bool `dynamodbav:"lifecycle" json:"lifecycle"`
	// News and Surveys are opt-in (guide B15, B16).
	News    bool `dynamodbav:"news" json:"news"`
	Surveys bool `dynamodbav:"surveys" json:"surveys"`
}

// NewPreferences are those of a new account.
func NewPreferences(news, surveys bool) Preferences {
	return Preferences{Requests: true, QuotaAlerts: true, Lifecycle: true, News: news, Surveys: surveys}
}

// Key of the account's row.
func Key(user string) map[string]types.AttributeValue {
	return ddb.Key(ddb.User(user), ddb.PersonSelf)
}

// Item is the whole row of an account, with its place in the indexes.
func (u User) Item() (map[string]types.AttributeValue, error) {
	item, err := attributevalue.MarshalMap(u)
	if err != nil {
		return nil, err
	}
	item[ddb.PK], item[ddb.SK] = ddb.S(ddb.User(u.ID)), ddb.S(ddb.PersonSelf)
	item["GSI2PK"], item["GSI2SK"] = ddb.S(ddb.AllUsers(shard(u.ID))), ddb.S(listName(u.Name)+"#"+u.ID)
	switch {
	case u.Status == Unconfirmed:
		item["GSI3PK"], item["GSI3SK"] = ddb.S(ddb.Due), ddb.S(ddb.DueAt(u.Created.Add(UnconfirmedLifetime), ddb.User(u.ID)))
	case u.Status == Deleted && u.Ended != nil:
		item["GSI3PK"], item["GSI3SK"] = ddb.S(ddb.Due), ddb.S(ddb.DueAt(u.Ended.Add(ErasedAfter), ddb.User(u.ID)))
	}
	return item, nil
}

// shard spreads the users over the partitions of AP-61.
func shard(user string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(user)) // never fails
	return int(h.Sum32() % ddb.UserShards)
}

// listName is a name as lists are ordered by.
func listName(name string) string { return strings.ToLower(name) }

// Read returns an account from its row.
func Read(item map[string]types.AttributeValue) (User, error) {
	var u User
	return u, attributevalue.UnmarshalMap(item, &u)
}

// Get returns an account by its id (AP-60). Errors: not_found.
func Get(ctx context.Context, db ddb.Database, user string) (User, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: Key(user), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return User{}, err
	}
	if found.Item == nil {
		return User{}, problem.New(problem.NotFound)
	}
	return Read(found.Item)
}

// Person is an account with what the person belongs to and has a part in.
type Person struct {
	User
	Memberships []organisation.Membership
	// Shares are the applications that the person owns, edits or reads.
	Shares []Share
}

// Share is a person's part in an application.
type Share struct {
	Application string `dynamodbav:"application"`
	// Role is owner, editor or reader.
	Role string `dynamodbav:"role"`
}

// GetPerson reads a person whole, with one query (AP-60). Errors: not_found.
func GetPerson(ctx context.Context, db ddb.Database, user string) (Person, error) {
	var p Person
	for item, err := range ddb.Query(ctx, db.Client, ddb.Partition(db.Tables.Registry, ddb.User(user), ddb.PersonPrefix)) {
		if err == nil {
			err = p.read(item)
		}
		if err != nil {
			return Person{}, err
		}
	}
	if p.ID == "" {
		return Person{}, problem.New(problem.NotFound)
	}
	return p, nil
}

func (p *Person) read(item map[string]types.AttributeValue) error {
	sk, _ := item[ddb.SK].(*types.AttributeValueMemberS)
	switch {
	case sk == nil:
		return nil
	case sk.Value == ddb.PersonSelf:
		return attributevalue.UnmarshalMap(item, &p.User)
	case strings.HasPrefix(sk.Value, ddb.Membership("")):
		var m organisation.Membership
		if err := attributevalue.UnmarshalMap(item, &m); err != nil {
			return err
		}
		p.Memberships = append(p.Memberships, m)
	case strings.HasPrefix(sk.Value, ddb.Share("")):
		var s Share
		if err := attributevalue.UnmarshalMap(item, &s); err != nil {
			return err
		}
		p.Shares = append(p.Shares, s)
	}
	return nil
}

// Membership returns the person's membership in an organisation.
func (p Person) Membership(of string) (organisation.Membership, bool) {
	return organisation.Of(p.Memberships, of)
}

// AllMemberships are the person's, with that in the default organisation, in which everybody is without a row (guide B14).
func (p Person) AllMemberships() []organisation.Membership {
	if _, explicit := p.Membership(organisation.Default); explicit {
		return p.Memberships
	}
	return append(slices.Clone(p.Memberships), organisation.Membership{
		User: p.ID, Organisation: organisation.Default, Role: organisation.Developer, Since: p.Confirmed,
	})
}
