package route

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/quota"
)

// partCount is the number of parts of an index. A change makes every environment read one of them again: at 5,000 APIs a
// part has about 45 KB.
const partCount = 16

// partOf returns the part that a base path belongs to.
func partOf(basePath string) int {
	h := fnv.New32a()
	h.Write([]byte(basePath))
	return int(h.Sum32() % partCount)
}

// Table is the index of a channel: its routes, without their operations and scopes, at one version. Immutable.
type Table struct {
	version int64
	parts   [partCount]*part
}

// part holds the routes of one part of the index.
type part struct {
	// version is the sum of the rows' versions, which counts the changes of the part.
	version int64
	byPath  map[string]*Route
	byID    map[string]*Route
}

func newPart(routes int) *part {
	return &part{byPath: make(map[string]*Route, routes), byID: make(map[string]*Route, routes)}
}

func (p *part) add(r *Route) {
	p.version += r.changes
	p.byPath[r.BasePath] = r
	if r.ID != "" {
		p.byID[r.ID] = r
	}
}

// NewTable makes a table of routes that have their operations and scopes.
func NewTable(version int64, routes []Route) *Table {
	t := &Table{version: version}
	for i := range t.parts {
		t.parts[i] = newPart(0)
	}
	for i := range routes {
		routes[i].compile()
		t.parts[partOf(routes[i].BasePath)].add(&routes[i])
	}
	return t
}

// Version counts the changes of the index.
func (t *Table) Version() int64 { return t.version }

// Match returns the route that a canonical path belongs to, nil when there is none.
func (t *Table) Match(path string) *Route {
	for i := 1; i <= len(path); i++ {
		if i == len(path) || path[i] == '/' {
			if r := t.ByPath(path[:i]); r != nil {
				return r
			}
		}
	}
	return nil
}

// ByPath returns the route with exactly that base path, nil when there is none.
func (t *Table) ByPath(basePath string) *Route { return t.parts[partOf(basePath)].byPath[basePath] }

// ByID returns the route of an API by its short id, nil when there is none.
func (t *Table) ByID(id string) *Route {
	for _, p := range t.parts {
		if r := p.byID[id]; r != nil {
			return r
		}
	}
	return nil
}

// Attributes of a route's row. The names are short because every environment reads all rows at its start: 5,000 of them
// shall cost 100 read units at most, 160 bytes each.
const (
	apiAttribute           = "a"
	idAttribute            = "i"
	versionAttribute       = "v"
	stateAttribute         = "s" // absent for Published
	successorAttribute     = "x"
	flagsAttribute         = "f"
	organisationsAttribute = "g" // of Organisations, separated by spaces
	perSecondAttribute     = "ps"
	perDayAttribute        = "pd"
	backendAttribute       = "b"
	authKindAttribute      = "k"
	authHeaderAttribute    = "h"
	authSecretAttribute    = "w"
	digestAttribute        = "d"
	// changesAttribute counts the changes of the row.
	changesAttribute = "n"
)

// apiPlaceholder stands for the API's id at the start of a secret's name, which never starts with this character itself.
const apiPlaceholder = "~"

// Flags of a route, letters in flagsAttribute.
const (
	bearerFlag         = 'b'
	apiKeyFlag         = 'k'
	corsFlag           = 'c'
	documentedOnlyFlag = 'o'
	limitsFlag         = 'l'
	publicFlag         = 'p'
)

// attributes are the row's, without its key and the count of its changes; empty ones are left out.
func (r *Route) attributes() map[string]types.AttributeValue {
	a := map[string]types.AttributeValue{}
	set := func(name, value string) {
		if value != "" {
			a[name] = ddb.S(value)
		}
	}
	var flags []byte
	for _, flag := range [...]struct {
		letter byte
		set    bool
	}{{bearerFlag, r.Bearer}, {apiKeyFlag, r.APIKey}, {corsFlag, r.CORS}, {documentedOnlyFlag, r.DocumentedOnly}, {limitsFlag, r.Limits != nil}, {publicFlag, r.Public}} {
		if flag.set {
			flags = append(flags, flag.letter)
		}
	}
	set(apiAttribute, r.API)
	set(idAttribute, r.ID)
	set(versionAttribute, r.Version)
	if r.State != Published {
		set(stateAttribute, string(r.State))
	}
	set(successorAttribute, r.Successor)
	set(flagsAttribute, string(flags))
	set(organisationsAttribute, strings.Join(r.Organisations, " "))
	if l := r.Limits; l != nil {
		if l.PerSecond != nil {
			a[perSecondAttribute] = ddb.N(*l.PerSecond)
		}
		if l.PerDay != nil {
			a[perDayAttribute] = ddb.N(*l.PerDay)
		}
	}
	set(backendAttribute, r.Backend.URL)
	set(authKindAttribute, r.Backend.Authentication.Kind)
	set(authHeaderAttribute, r.Backend.Authentication.Header)
	secret := r.Backend.Authentication.Secret
	if rest, ofAPI := strings.CutPrefix(secret, r.API); ofAPI && r.API != "" {
		secret = apiPlaceholder + rest
	}
	set(authSecretAttribute, secret)
	if r.digest != "" {
		a[digestAttribute] = &types.AttributeValueMemberB{Value: []byte(r.digest)}
	}
	return a
}

// optionalAttributes may be missing from a row.
var optionalAttributes = [...]string{
	versionAttribute, stateAttribute, successorAttribute, flagsAttribute, organisationsAttribute, perSecondAttribute, perDayAttribute, backendAttribute, authKindAttribute,
	authHeaderAttribute, authSecretAttribute, digestAttribute,
}

// readRow reads a route's row. One that cannot be read is an unreadable route, so that its API alone is harmed.
func readRow(row map[string]types.AttributeValue) *Route {
	r := &Route{State: Published}
	var failures []error
	text := func(name string) (value string) {
		switch v := row[name].(type) {
		case nil:
		case *types.AttributeValueMemberS:
			value = v.Value
		default:
			failures = append(failures, fmt.Errorf("attribute %s is a %T", name, v))
		}
		return value
	}
	number := func(name string) *int64 {
		switch v := row[name].(type) {
		case nil:
		case *types.AttributeValueMemberN:
			n, err := strconv.ParseInt(v.Value, 10, 64)
			if err == nil {
				return &n
			}
			failures = append(failures, fmt.Errorf("attribute %s: %w", name, err))
		default:
			failures = append(failures, fmt.Errorf("attribute %s is a %T", name, v))
		}
		return nil
	}
	r.BasePath, r.API, r.ID, r.Version = text(ddb.SK), text(apiAttribute), text(idAttribute), text(versionAttribute)
	if state := State(text(stateAttribute)); state != "" {
		r.State = state
	}
	if r.State != Published && r.State != Deprecated && r.State != Retired {
		failures = append(failures, fmt.Errorf("state %q", r.State))
	}
	if r.API == "" || r.ID == "" {
		failures = append(failures, errors.New("no API"))
	}
	r.Successor = text(successorAttribute)
	switch digest := row[digestAttribute].(type) {
	case nil:
	case *types.AttributeValueMemberB:
		r.digest = string(digest.Value)
	default:
		failures = append(failures, fmt.Errorf("attribute %s is a %T", digestAttribute, digest))
	}
	perSecond, perDay := number(perSecondAttribute), number(perDayAttribute)
	for _, flag := range text(flagsAttribute) {
		switch flag {
		case bearerFlag:
			r.Bearer = true
		case apiKeyFlag:
			r.APIKey = true
		case corsFlag:
			r.CORS = true
		case documentedOnlyFlag:
			r.DocumentedOnly = true
		case limitsFlag:
			r.Limits = &quota.Limits{PerSecond: perSecond, PerDay: perDay}
		case publicFlag:
			r.Public = true
		default:
			failures = append(failures, fmt.Errorf("flag %q", flag))
		}
	}
	if organisations := text(organisationsAttribute); organisations != "" {
		r.Organisations = strings.Split(organisations, " ")
	}
	r.Backend.URL = text(backendAttribute)
	secret := text(authSecretAttribute)
	if rest, ofAPI := strings.CutPrefix(secret, apiPlaceholder); ofAPI {
		secret = r.API + rest
	}
	r.Backend.Authentication = Authentication{Kind: text(authKindAttribute), Header: text(authHeaderAttribute), Secret: secret}
	if changes := number(changesAttribute); changes != nil {
		r.changes = *changes
	}
	if len(failures) > 0 {
		return &Route{BasePath: r.BasePath, changes: r.changes, unreadable: fmt.Errorf("route: the row of %s: %w", r.BasePath, errors.Join(failures...))}
	}
	return r
}

// rootVersion is the attribute of the root row that counts the changes of the index.
const rootVersion = "version"

// rootPart is the attribute of the root row that counts the changes of a part.
func rootPart(part int) string { return "p" + strconv.FormatInt(int64(part), 16) }

// Switch returns the items of a transaction that makes the routes, which Prepare returned, those of their base paths
// (AP-40, AP-41). A row counts its changes, and the root row those of the index and of each part: a read of a part that
// missed a change is told by the sum of its rows' counts. So rows are never deleted; what ends is retired.
func Switch(table string, routes ...Route) []types.TransactWriteItem {
	var items []types.TransactWriteItem
	var changes [partCount]int64
	for i := range routes {
		items = append(items, routes[i].update(table))
		changes[partOf(routes[i].BasePath)]++
	}
	add := []string{"#v :one"}
	names := map[string]string{"#v": rootVersion}
	values := map[string]types.AttributeValue{":one": ddb.N(1)}
	for i, n := range changes {
		if n > 0 {
			name := rootPart(i)
			names["#"+name], values[":"+name] = name, ddb.N(n)
			add = append(add, "#"+name+" :"+name)
		}
	}
	return append(items, types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: ddb.Key(ddb.Routes, ddb.Self), UpdateExpression: aws.String("ADD " + strings.Join(add, ", ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}})
}

// update writes a route's row.
func (r *Route) update(table string) types.TransactWriteItem {
	names := map[string]string{"#n": changesAttribute}
	values := map[string]types.AttributeValue{":one": ddb.N(1)}
	attributes := r.attributes()
	var set, remove []string
	for name, value := range attributes {
		names["#"+name], values[":"+name] = name, value
		set = append(set, "#"+name+" = :"+name)
	}
	for _, name := range optionalAttributes {
		if _, has := attributes[name]; !has {
			names["#"+name] = name
			remove = append(remove, "#"+name)
		}
	}
	slices.Sort(set)
	expression := "SET " + strings.Join(set, ", ")
	if len(remove) > 0 {
		expression += " REMOVE " + strings.Join(remove, ", ")
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: ddb.Key(ddb.RoutesPart(partOf(r.BasePath)), r.BasePath), UpdateExpression: aws.String(expression + " ADD #n :one"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}
