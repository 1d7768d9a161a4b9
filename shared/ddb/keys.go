package ddb

import (
	"strconv"

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
//	AP-12  the subscriptions to an API                 registry  GSI1    A#api#S / org#name
//	AP-20  an act                                      events    put     subject / time-ordered id
//	AP-21  acts that concern a provider                events    GSI1    organisation / id
//	AP-22  acts that concern a consumer                events    GSI2    organisation / id
//	AP-23  acts of a person                            events    GSI3    user / id
//	AP-24  acts still to be done                       events    Due     DUE / time
//	AP-25  deliveries to a person, in their order      events    Query   TO#user / M#act#mail
//	AP-26  deliveries still to be done                 events    Due     DUE#M / time
//	AP-27  records that a reader could not handle      events    Query   Q#reader / record
//	AP-30  the application's grants                    grants    Update  app
//	AP-31  a subscription's own quota                  grants    Update  app#api
//	AP-32  further items of a split limit              grants    Update  app~n ; app#api~n
//	AP-33  an OAuth client                             grants    Get     c#uuid
//	AP-40  the version of a channel's routes           routes    Get     ROUTES / @
//	AP-41  the routes of a channel                     routes    Query   ROUTES / path
//	AP-50  failed attempts in a window                 sessions  Update  TRY#…
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

// Path is the partition that makes a base path unique (AP-03).
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

// Events: deliveries and what could not be handled.

// Deliveries is the partition of what is to be sent to a person (AP-25).
func Deliveries(user string) string { return "TO#" + user }

// Quarantine is the partition of the records that a reader of a stream could not handle (AP-27).
func Quarantine(reader string) string { return "Q#" + reader }

// DueActs and DueDeliveries are partitions of the index Due (AP-24, AP-26).
const (
	DueActs       = "DUE"
	DueDeliveries = "DUE#M"
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

// Routes is the one partition of a channel's route table: its version lies under Self, each route under its base path
// (AP-40, AP-41).
const Routes = "ROUTES"

// Attempts is the key of a counter of failed attempts (AP-50). subject is a hash or an id, never user text.
func Attempts(kind, subject, window string) string {
	return "TRY#" + kind + "#" + subject + "#" + window
}
