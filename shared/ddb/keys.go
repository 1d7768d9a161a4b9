package ddb

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Every table has the partition key PK and, except grants and sessions, the sort key SK, both strings. registry has the
// indexes GSI1, GSI2, GSI3, events has GSI1 (provider), GSI2 (consumer), GSI3 (actor) and Due; each index's keys are
// named <index>PK and <index>SK. Ids inside keys are ULIDs, UUIDs or short ids; user text enters a key only encoded.
//
//	AP-01  an API with its versions                    registry  Query   PK = A#api
//	AP-02  the APIs of an organisation                 registry  GSI1    O#org#A / name
//	AP-03  a base path's owner (unique)                registry  Get     PATH#path / @
//	AP-04  a short id (unique)                         registry  put     SID#id / @
//	AP-05  the catalogue and its version               registry  Query   CAT ; CAT# / @
//	AP-06  an organisation                             registry  Get     O#org / @
//	AP-07  all organisations                           registry  GSI2    TYPE#org / name
//	AP-08  an application with all that it has         registry  Query   PK = P#app
//	AP-09  the applications of an organisation         registry  GSI1    O#org#P / name
//	AP-10  an application's name (unique)              registry  put     O#org#N#channel#folded / @
//	AP-11  a client's application (unique)             registry  Get     CLIENT#uuid / @
//	AP-12  the subscriptions to an API                 registry  GSI1    A#api#S / org#app
//	AP-16  APIs that new sandbox applications start with registry  Get     STARTERS / @
//	AP-20  an act                                      events    put     subject / time-ordered id
//	AP-21  acts that concern a provider                events    GSI1    organisation / id
//	AP-22  acts that concern a consumer                events    GSI2    organisation / id
//	AP-23  acts of a person                            events    GSI3    user / id
//	AP-24  acts still to be done                       events    Due     DUE / time
//	AP-25  deliveries to a person, in their order      events    Query   TO#user / M#act#mail
//	AP-26  deliveries still to be done                 events    Due     DUE#M / time
//	AP-27  records that a reader could not handle      events    Query   Q#reader / record
//	AP-28  enrolments to look after                    events    Due     DUE#C / time
//	AP-30  the application's grants                    grants    Update  app
//	AP-31  a subscription's own quota                  grants    Update  app#api
//	AP-32  further items of a split limit              grants    Update  app~n ; app#api~n
//	AP-33  an OAuth client                             grants    Get     c#uuid
//	AP-40  the versions of a channel's index           routes    Get     ROUTES / @
//	AP-41  a part of a channel's index                 routes    Query   ROUTES#part / path
//	AP-42  an API's operations and scope names         routes    Query   D#digest / O#nn | S
//	AP-43  the scope names of several APIs             routes    Batch   D#digest / S
//	AP-44  which operations and scope names there are  routes    Query   DEFINITIONS / digest
//	AP-50  failed attempts in a window                 sessions  Update  TRY#…
//	AP-51  a session                                   sessions  Get     SESSION#hash
//	AP-52  the sessions of a person                    sessions  Get     SESSIONS#user
//	AP-53  a link of a mail                            sessions  Get     LINK#hash
//	AP-54  a captcha that was used                     sessions  put     CAPTCHA#hash
//	AP-55  an idempotency key                          sessions  Get     IDEM#hash
//	AP-60  a person, memberships and applications      registry  Query   PK = U#user, SK = A#@ | A#M#org | A#P#app
//	AP-61  all users                                   registry  GSI2    TYPE#user#shard / name
//	AP-62  an e-mail address's user (unique)           registry  Get     EMAIL#hash / @
//	AP-63  the members of an organisation              registry  GSI1    O#org#M / name
//	AP-64  an organisation's code (unique)             registry  Get     CODE#hash / @
//	AP-65  the terms of the portal                     registry  Get     TERMS / @ ; TERMS / V#hash
//	AP-66  the terms of the portal that a person took  registry  Query   PK = U#user, SK = T#hash
//	AP-67  the first platform administrator (unique)   registry  Get     PLATFORM / @
//	AP-68  what is due                                 registry  GSI3    DUE / time
//	AP-69  the configuration of the portal             registry  Get     PORTAL / @
const (
	PK = "PK"
	SK = "SK"
	// TTL is the attribute with the second after which an item is treated as absent. DynamoDB deletes late, so every read
	// compares the clock too (TK-04).
	TTL = "ttl"
)

// Self is the sort key of an entity's own row.
const Self = "@"

// Key is the primary key of an item in a table with both keys.
func Key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{PK: S(pk), SK: S(sk)}
}

// PartitionKey is the primary key of an item in a table without a sort key.
func PartitionKey(pk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{PK: S(pk)}
}

// S is a string attribute.
func S(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }

// N is a number attribute.
func N(number int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(number, 10)}
}

// Registry: partition keys.

// API is the partition of an API (AP-01).
func API(api string) string { return "A#" + api }

// Version is the sort key of a version within its API (AP-01).
func Version(version string) string { return "V#" + version }

// OrganisationAPIs is GSI1's partition of an organisation's APIs (AP-02).
func OrganisationAPIs(organisation string) string { return "O#" + organisation + "#A" }

// Path is the partition that makes a base path unique, and keeps every path above it free of others (AP-03).
func Path(basePath string) string { return "PATH#" + basePath }

// ShortID is the partition that makes a short id unique (AP-04).
func ShortID(id string) string { return "SID#" + id }

// Catalogue is the partition of the catalogue's rows, CatalogueVersion of its version (AP-05).
const (
	Catalogue        = "CAT"
	CatalogueVersion = "CAT#"
)

// Organisation is the partition of an organisation (AP-06).
func Organisation(organisation string) string { return "O#" + organisation }

// AllOrganisations is GSI2's partition of the organisations (AP-07).
const AllOrganisations = "TYPE#org"

// Application is the partition of an application (AP-08).
func Application(application string) string { return "P#" + application }

// Credential is the sort key of a credential within its application (AP-08).
func Credential(credential string) string { return "C#" + credential }

// Subscription is the sort key of a subscription within its application (AP-08).
func Subscription(api string) string { return "S#" + api }

// OrganisationApplications is GSI1's partition of an organisation's applications (AP-09).
func OrganisationApplications(organisation string) string { return "O#" + organisation + "#P" }

// ApplicationName is the partition that makes a name unique in its organisation and channel (AP-10). folded is the name
// with case and accents folded; it holds letters, digits, blanks, - and _ only.
func ApplicationName(organisation, channel, folded string) string {
	return "O#" + organisation + "#N#" + channel + "#" + folded
}

// Client is the partition that makes a client id unique (AP-11).
func Client(client string) string { return "CLIENT#" + client }

// APISubscriptions is GSI1's partition of the subscriptions to an API (AP-12).
func APISubscriptions(api string) string { return "A#" + api + "#S" }

// APISubscription is GSI1's sort key of a subscription (AP-12). It holds no name: an application is renamed without
// writing its subscriptions.
func APISubscription(organisation, application string) string {
	return organisation + "#" + application
}

// Events: deliveries and what could not be handled.

// Deliveries is the partition of what is to be sent to a person (AP-25).
func Deliveries(user string) string { return "TO#" + user }

// Quarantine is the partition of the records that a reader of a stream could not handle (AP-27).
func Quarantine(reader string) string { return "Q#" + reader }

// DueActs, DueDeliveries and DueChecks are partitions of the index Due (AP-24, AP-26, AP-28).
const (
	DueActs       = "DUE"
	DueDeliveries = "DUE#M"
	DueChecks     = "DUE#C"
)

// Grants and routes: the hot path.

// Grant is the key of an application's item; with an API's short id, of the item that a subscription with a quota of
// its own has (AP-30, AP-31).
func Grant(application, api string) string {
	if api == "" {
		return application
	}
	return application + "#" + api
}

// GrantShard is the key of further item n of a limit above 400 calls per second; item 0 is the item itself (AP-32).
func GrantShard(grant string, n int) string {
	if n == 0 {
		return grant
	}
	return grant + "~" + strconv.Itoa(n)
}

// GrantClient is the key of an OAuth client's item (AP-33).
func GrantClient(client string) string { return "c#" + client }

// Routes is the partition of the row with the versions of a channel's index of routes, under Self (AP-40).
const Routes = "ROUTES"

// RoutesPart is one of the partitions of the index, 0 to 15: each route is stored under its base path (AP-41).
func RoutesPart(part int) string { return "ROUTES#" + strconv.FormatInt(int64(part), 16) }

// Definition is the partition of the immutable rows that hold an API's operations and scope names (AP-42, AP-43).
func Definition(digest string) string { return "D#" + digest }

// DefinitionScopes is the sort key of the scope names within a definition (AP-42, AP-43).
const DefinitionScopes = "S"

// DefinitionOperations is the sort key of a piece of the operations within a definition, in the order of pieces (AP-42).
func DefinitionOperations(piece int) string { return fmt.Sprintf("O#%02d", piece) }

// Definitions is the partition with a row for each definition (AP-44).
const Definitions = "DEFINITIONS"

// Attempts is the key of a counter of failed attempts (AP-50). subject is a hash or an id, never user text.
func Attempts(kind, subject, window string) string {
	return "TRY#" + kind + "#" + subject + "#" + window
}

// Registry: people.

// User is the partition of a person (AP-60).
func User(user string) string { return "U#" + user }

// Sort keys of a person's partition: what a session needs begins with PersonPrefix and is read by one query (AP-60); the
// person's own row is PersonSelf.
const (
	PersonPrefix = "A#"
	PersonSelf   = "A#@"
)

// Membership is the sort key of a membership within its person (AP-60).
func Membership(organisation string) string { return "A#M#" + organisation }

// Share is the sort key of a person's part in an application: owner, editor or reader (AP-60).
func Share(application string) string { return "A#P#" + application }

// Members is GSI1's partition of an organisation's members (AP-63).
func Members(organisation string) string { return "O#" + organisation + "#M" }

// UserShards is the number of GSI2's partitions that hold all users.
const UserShards = 8

// AllUsers is one of GSI2's partitions of all users, 0 to UserShards-1 (AP-61).
func AllUsers(shard int) string { return "TYPE#user#" + strconv.Itoa(shard) }

// EmailAddress is the partition that makes an address unique (AP-62). hash is that of its canonical form.
func EmailAddress(hash string) string { return "EMAIL#" + hash }

// OrganisationCode is the partition of an organisation's code (AP-64).
func OrganisationCode(hash string) string { return "CODE#" + hash }

// PortalTerms is the partition of the portal's terms: the current ones under Self, every text under TermsText (AP-65).
const PortalTerms = "TERMS"

// TermsText is the sort key of a text of the terms (AP-65).
func TermsText(hash string) string { return "V#" + hash }

// AcceptedTerms is the sort key of an acceptance within its person (AP-66); with an empty hash, of all of them.
func AcceptedTerms(hash string) string { return "T#" + hash }

// Platform is the partition of what exists once: the mark that there is a platform administrator (AP-67).
const Platform = "PLATFORM"

// Starters is the partition of the list of APIs that new automatic sandbox applications are linked to (AP-16).
const Starters = "STARTERS"

// Portal is the partition of the portal's configuration (AP-69).
const Portal = "PORTAL"

// Due is GSI3's partition of rows that something must be done about at a time (AP-68).
const Due = "DUE"

// DueAt orders what is due: by time, then by the row's partition.
func DueAt(at time.Time, pk string) string { return at.UTC().Format(time.RFC3339) + "#" + pk }

// Sessions. Every hash is hexadecimal; a value that was given to somebody never lies in the table (TK-03).

// Session is the key of a session (AP-51).
func Session(hash string) string { return "SESSION#" + hash }

// Sessions is the key of the list of a person's sessions (AP-52).
func Sessions(user string) string { return "SESSIONS#" + user }

// Link is the key of a link that was mailed (AP-53).
func Link(hash string) string { return "LINK#" + hash }

// Captcha is the key of a challenge whose solution was accepted (AP-54).
func Captcha(hash string) string { return "CAPTCHA#" + hash }

// Idempotency is the key of the first answer to an idempotency key (AP-55).
func Idempotency(hash string) string { return "IDEM#" + hash }
