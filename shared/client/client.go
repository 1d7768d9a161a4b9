// Package client is the OAuth client as the token endpoint's one read finds it in a channel's grants.
//
// It is a projection: shared/application writes it in the transaction of every change, the token service reads it and
// writes nothing.
package client

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/secret"
)

// Client is an OAuth client (RFC 6749 §2).
type Client struct {
	// Application is the ULID of its application.
	Application string
	// Number is the credential's number, which goes into tokens.
	Number uint16
	// Enabled is true while both the client and its application are.
	Enabled bool
	// Confidential clients authenticate with a secret; public ones have none.
	Confidential bool
	// Secrets are the hashes of the live secrets; more than one during an overlap.
	Secrets []Secret
	// Origins are the JavaScript origins that may ask for tokens from a browser; "*" is any.
	Origins []string
	// Strict makes unknown scopes an error (features Z24).
	Strict bool
	// Access is what the application is granted, packed as in quota.Access.
	Access []string
}

// Secret is the SHA-256 of a client secret.
type Secret struct {
	Hash []byte
	// Until is when it ends; zero for no end.
	Until time.Time
}

// Attributes of a client's item. They share no name with the application's item, which lies in the same table.
const (
	applicationAttribute  = "application"
	numberAttribute       = "number"
	enabledAttribute      = "enabled"
	confidentialAttribute = "confidential"
	secretsAttribute      = "secrets"
	hashAttribute         = "hash"
	untilAttribute        = "until"
	originsAttribute      = "origins"
	strictAttribute       = "strict"
	accessAttribute       = "access"
)

// Item returns the attributes of the client without its key.
func (c Client) Item() map[string]types.AttributeValue {
	item := map[string]types.AttributeValue{
		applicationAttribute:  ddb.S(c.Application),
		numberAttribute:       ddb.N(int64(c.Number)),
		enabledAttribute:      &types.AttributeValueMemberBOOL{Value: c.Enabled},
		confidentialAttribute: &types.AttributeValueMemberBOOL{Value: c.Confidential},
		strictAttribute:       &types.AttributeValueMemberBOOL{Value: c.Strict},
	}
	if len(c.Origins) > 0 {
		item[originsAttribute] = stringSet(c.Origins)
	}
	if len(c.Access) > 0 {
		item[accessAttribute] = stringSet(c.Access)
	}
	var secrets []types.AttributeValue
	for _, s := range c.Secrets {
		entry := map[string]types.AttributeValue{hashAttribute: &types.AttributeValueMemberB{Value: s.Hash}}
		if !s.Until.IsZero() {
			entry[untilAttribute] = ddb.N(s.Until.Unix())
		}
		secrets = append(secrets, &types.AttributeValueMemberM{Value: entry})
	}
	if secrets != nil {
		item[secretsAttribute] = &types.AttributeValueMemberL{Value: secrets}
	}
	return item
}

// errItem says that an item is no client's.
var errItem = errors.New("client: the item is not readable as a client")

// FromItem reads a client's item. An item that is not whole is an error, never a client with fewer checks.
func FromItem(item map[string]types.AttributeValue) (Client, error) {
	application, ok1 := item[applicationAttribute].(*types.AttributeValueMemberS)
	number, ok2 := item[numberAttribute].(*types.AttributeValueMemberN)
	enabled, ok3 := item[enabledAttribute].(*types.AttributeValueMemberBOOL)
	confidential, ok4 := item[confidentialAttribute].(*types.AttributeValueMemberBOOL)
	strict, ok5 := item[strictAttribute].(*types.AttributeValueMemberBOOL)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return Client{}, errItem
	}
	n, err := strconv.ParseUint(number.Value, 10, 16)
	if err != nil {
		return Client{}, errItem
	}
	c := Client{
		Application: application.Value, Number: uint16(n), Enabled: enabled.Value, Confidential: confidential.Value, Strict: strict.Value,
		Origins: members(item[originsAttribute]), Access: members(item[accessAttribute]),
	}
	if list, ok := item[secretsAttribute].(*types.AttributeValueMemberL); ok {
		for _, entry := range list.Value {
			s, err := readSecret(entry)
			if err != nil {
				return Client{}, err
			}
			c.Secrets = append(c.Secrets, s)
		}
	}
	return c, nil
}

func readSecret(entry types.AttributeValue) (Secret, error) {
	fields, ok := entry.(*types.AttributeValueMemberM)
	if !ok {
		return Secret{}, errItem
	}
	hash, ok := fields.Value[hashAttribute].(*types.AttributeValueMemberB)
	if !ok {
		return Secret{}, errItem
	}
	s := Secret{Hash: hash.Value}
	if until, ok := fields.Value[untilAttribute].(*types.AttributeValueMemberN); ok {
		seconds, err := strconv.ParseInt(until.Value, 10, 64)
		if err != nil {
			return Secret{}, errItem
		}
		s.Until = time.Unix(seconds, 0)
	}
	return s, nil
}

// Authenticates tells whether the secret is one of the client's live ones. It does the same work for a client without
// any, so that nothing is learned from how long it takes (TE-07).
func (c Client) Authenticates(offered secret.Value, now time.Time) bool {
	hashes := c.Secrets
	if len(hashes) == 0 {
		hashes = []Secret{{Hash: make([]byte, 32), Until: time.Unix(1, 0)}}
	}
	found := false
	for _, s := range hashes {
		matches := offered.Matches(s.Hash)
		if matches && (s.Until.IsZero() || now.Before(s.Until)) {
			found = true
		}
	}
	return found
}

func stringSet(texts []string) types.AttributeValue {
	sorted := slices.Clone(texts)
	slices.Sort(sorted)
	return &types.AttributeValueMemberSS{Value: slices.Compact(sorted)}
}

func members(set types.AttributeValue) []string {
	if s, ok := set.(*types.AttributeValueMemberSS); ok {
		return s.Value
	}
	return nil
}
