// Package topology declares the platform as plain data: which functions exist, what they may touch, how they are reached
// and how the answers of API Gateway look. infra turns it into CloudFormation, localtest runs it; what is not in it exists
// in neither.
//
// The package has no logic beyond looking things up, and depends on nothing but the channels.
package topology

import (
	"time"

	"guichet/shared/channel"
)

// Plan is the whole platform.
type Plan struct {
	Tables    []Table
	Functions []Function
	APIs      []API
	Buckets   []Bucket
	Secrets   []Secret
	Site      Site
}

// Stage says to which stack a part belongs and how often it exists.
type Stage string

// Stages. A part of Channel exists twice, once in each channel, under Name(name, channel).
const (
	Data    Stage = "data"
	Channel Stage = "channel"
	Portal  Stage = "portal"
	Jobs    Stage = "jobs"
)

// Name is the name of a part in a channel: "grants" becomes "grants-sandbox". An empty channel leaves it as it is.
func Name(name string, c channel.Channel) string {
	if c == "" {
		return name
	}
	return name + "-" + c.Lower()
}

// Table is a DynamoDB table: on demand, encrypted, with point-in-time recovery and deletion protection. The partition key
// is PK (string).
type Table struct {
	// Name within the platform; its deployed name has the installation's prefix.
	Name string
	// PerChannel tables exist once in each channel.
	PerChannel bool
	// SortKey adds the sort key SK (string).
	SortKey bool
	// Indexes are global and project everything.
	Indexes []Index
	// TTL is the attribute of expiry; empty for none.
	TTL string
	// Stream is "", "NEW_IMAGE" or "NEW_AND_OLD_IMAGES".
	Stream string
}

// Index is a global secondary index with the keys <Name>PK and <Name>SK (strings).
type Index struct{ Name string }

// Bucket is a private, versioned bucket.
type Bucket struct{ Name string }

// Secret is an entry of Secrets Manager that the platform makes: a JSON object with one random key under id 1, as
// token.ParseKeys reads it.
type Secret struct {
	Name       string
	PerChannel bool
}

// Function is one Lambda: functions/<Name>, a binary for provided.al2023 on arm64.
type Function struct {
	Name  string
	Stage Stage
	// Purpose is its one-line description.
	Purpose string
	Memory  int // MB
	Timeout time.Duration
	// ReservedConcurrency caps the function; 0 for no cap.
	ReservedConcurrency int
	// Environment lists what the function is configured with. Values are references, resolved by infra and localtest.
	Environment map[string]Reference
	// Access is all that the function may do.
	Access []Access
	// Sources are the streams that call it.
	Sources []StreamSource
	// Schedules call it at intervals.
	Schedules []Schedule
	// Rules are the events of AWS services that call it, by the default event bus of EventBridge.
	Rules []EventRule
	// ErrorAlarm asks for an alarm on its first error: for functions that answer instead of failing.
	ErrorAlarm bool
	// AlarmLines are messages of log lines of which the first one is an alarm: for functions that put aside what they cannot
	// do, and go on.
	AlarmLines []string
	// SendsMail allows ses:SendEmail from the configured sender.
	SendsMail bool
}

// Reference is a value known only when the platform is put together.
type Reference struct {
	Kind ReferenceKind
	// Name of the table, bucket or secret, or the value itself for Literal.
	Name string
}

// ReferenceKind says what a Reference refers to.
type ReferenceKind string

// Kinds of Reference.
const (
	Literal ReferenceKind = "literal" // Name is the value
	// The channel of the function: SANDBOX or PRODUCTION.
	ChannelValue ReferenceKind = "channel"
	TableName    ReferenceKind = "table" // deployed name of the table, of the function's channel where there are two
	// The table of one channel, for a function that is of none.
	SandboxTable    ReferenceKind = "sandbox-table"
	ProductionTable ReferenceKind = "production-table"
	BucketName      ReferenceKind = "bucket" // deployed name of the bucket
	SecretName      ReferenceKind = "secret" // name of the secret, of the function's channel where there are two
	// The secret of one channel, for a function that is of none.
	SandboxSecret    ReferenceKind = "sandbox-secret"
	ProductionSecret ReferenceKind = "production-secret"
	// SecretPrefix is the prefix under which secrets of Name are kept, of the function's channel, with a trailing slash.
	SecretPrefix ReferenceKind = "secret-prefix"
	// Base URLs without a trailing slash.
	IssuerURL ReferenceKind = "issuer-url" // of the channel's token endpoint
	PortalURL ReferenceKind = "portal-url"
	// ProblemPages is the base URL of the pages that explain codes, with a trailing slash.
	ProblemPages ReferenceKind = "problem-pages"
	// Setting is an installation's setting by that name (infra's configuration file; localtest has its own values).
	Setting ReferenceKind = "setting"
	// LocalOnly exists in the local cloud only; the deployed function does not have it.
	LocalOnly ReferenceKind = "local-only"
)

// Access names a resource and the exact actions on it; no wildcard.
type Access struct {
	// One of Table, Bucket, Secret, SecretPrefix.
	Table        string
	Bucket       string
	Secret       string
	SecretPrefix string
	// Channels lists both channels' table for a function that is not of a channel; a function of a channel has its own only.
	AllChannels bool
	// Actions without their service: "GetItem", "PutObject", "GetSecretValue".
	Actions []string
	// Indexes of the table that it may query.
	Indexes []string
}

// StreamSource is an event source mapping of a table's stream.
type StreamSource struct {
	Table string
	// Filters are Lambda filter patterns (JSON); a record that matches any is delivered.
	Filters                    []string
	BatchSize                  int
	Window                     time.Duration
	Parallelization            int
	MaximumRetries             int
	MaximumAge                 time.Duration
	BisectOnError              bool
	ReportsPartialBatchFailure bool
}

// Schedule calls a function at a fixed rate with a constant input.
type Schedule struct {
	Name  string
	Every time.Duration
	Input string
}

// EventRule calls a function with each event of an AWS service that matches: EventBridge's envelope with the event's own
// document in "detail". Delivery is at least once, and only EventBridge may invoke the function by it.
type EventRule struct {
	Name        string
	Source      string // "aws.ses"
	DetailTypes []string
}

// API is a REST API (v1), regional.
type API struct {
	Name string
	// Stage Channel makes one in each channel.
	Stage Stage
	// Authorizer is the function that decides on the routes with Authorized; empty for none. Type REQUEST, no identity
	// source, result cache TTL 0: counting and revocation allow no cache.
	Authorizer string
	Routes     []Route
	// GatewayResponses are what API Gateway itself answers.
	GatewayResponses []GatewayResponse
	// BodyLimit is nil for an API without a firewall.
	BodyLimit *BodyLimit
	// BinaryMediaTypes is "*/*": every body reaches a function as base64, and a base64 answer leaves as bytes.
	BinaryMediaTypes []string
	// SiteOnly routes answer calls by the site's distribution alone: each demands an API key in X-Api-Key, which only the
	// distribution knows and puts there in the place of whatever its caller sent. API Gateway's own address stays open, and
	// refuses with INVALID_API_KEY before any function. So what the distribution appends to X-Forwarded-For can be believed.
	SiteOnly bool
	// AccessLog is the format of the access log: one JSON line per call.
	AccessLog string
}

// Route leads a method and path to a function.
type Route struct {
	// Method is "ANY" or one method.
	Method string
	// Path is exact, or ends in {proxy+}.
	Path     string
	Function string
	// Authorized routes pass the API's authorizer; the others are the public list.
	Authorized bool
	// Rate and Burst throttle the route (requests per second); 0 for the account's default.
	Rate, Burst int
}

// GatewayResponse is an answer of API Gateway itself.
type GatewayResponse struct {
	Type string
	// Status is what the caller gets; 0 keeps that of the failure.
	Status int
	// Headers map a header to 'a static value' in single quotes or to a context or request expression.
	Headers map[string]string
	// Body is a template with $context variables, which are not escaped, and with ProblemPagesPlaceholder.
	Body string
}

// ProblemPagesPlaceholder stands for the base URL of the pages that explain codes in what is answered without a function.
const ProblemPagesPlaceholder = "{problem-pages}"

// BodyLimit answers requests whose Content-Length is above a limit before API Gateway reads them: by the firewall, because
// API Gateway's own 413 cannot be changed. What is sent without a length gets that one.
type BodyLimit struct {
	Bytes   int
	Status  int
	Headers map[string]string
	// Body is JSON with ProblemPagesPlaceholder.
	Body string
}

// Function returns the function by its name.
func (p *Plan) Function(name string) (Function, bool) {
	for _, f := range p.Functions {
		if f.Name == name {
			return f, true
		}
	}
	return Function{}, false
}

// Table returns the table by its name.
func (p *Plan) Table(name string) (Table, bool) {
	for _, t := range p.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return Table{}, false
}

// API returns the API by its name.
func (p *Plan) API(name string) (API, bool) {
	for _, a := range p.APIs {
		if a.Name == name {
			return a, true
		}
	}
	return API{}, false
}
