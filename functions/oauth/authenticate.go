package main

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/secret"
)

// credentials are what a request offers to say which client it comes from.
type credentials struct {
	// id is the client id, as sent; only one in the form of a UUID can exist.
	id string
	// secrets are the readings of the one secret that was sent; none when there was no secret. Random secrets are compared by
	// hash, so that a second reading gives nobody a second chance.
	secrets []secret.Value
	// header tells that they came in the Authorization header.
	header bool
}

// readCredentials finds the one way in which the client authenticates (RFC 6749 §2.3, TE-02, TE-03).
func readCredentials(authorization []string, f *form) (credentials, error) {
	id, body := f.value("client_id"), f.value("client_secret")
	assertion := f.value("client_assertion") != "" || f.value("client_assertion_type") != ""
	if len(authorization) == 0 {
		switch {
		case assertion && body != "":
			return credentials{}, refusedTwoMethods
		case assertion:
			return credentials{}, refusedAuthentication
		case id == "" && body != "":
			return credentials{}, refusedNoClientID
		case id == "":
			return credentials{}, refusedNoAuthentication
		case body == "":
			return credentials{id: id}, nil
		}
		return credentials{id: id, secrets: []secret.Value{secret.Value(body)}}, nil
	}
	if len(authorization) > 1 {
		return credentials{}, refusedHeader
	}
	ids, secrets, err := readBasic(authorization[0])
	switch {
	case err != nil:
		return credentials{}, err
	case body != "" || assertion:
		return credentials{}, refusedTwoMethods
	case id != "" && id != ids[0] && id != ids[len(ids)-1]:
		return credentials{}, refusedTwoClients
	}
	c := credentials{id: ids[0], secrets: secrets, header: true}
	if !isUUID(c.id) {
		c.id = ids[len(ids)-1]
	}
	return c, nil
}

// readBasic reads a Basic header into the readings of its two halves. RFC 6749 §2.3.1 has them form-encoded, and some
// libraries then send each "-" of a UUID as %2D; many send them raw. The base64 text is decoded once and each half at most
// once.
func readBasic(header string) (ids []string, secrets []secret.Value, err error) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return nil, nil, refusedAuthentication.challenged(true)
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(strings.TrimLeft(encoded, " "))
	if err != nil || !wellFormed(string(decoded)) {
		return nil, nil, refusedHeader
	}
	id, password, found := strings.Cut(string(decoded), ":")
	if !found || id == "" {
		return nil, nil, refusedHeader
	}
	if password != "" { // without a value it was not sent
		for _, reading := range readings(password) {
			secrets = append(secrets, secret.Value(reading))
		}
	}
	return readings(id), secrets, nil
}

// readings returns the half as it is, and decoded where that makes a difference.
func readings(half string) []string {
	if decoded, ok := decode(half); ok && decoded != half {
		return []string{half, decoded}
	}
	return []string{half}
}

// isUUID reports whether a text has the form of a client id (features Z23).
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if ('0' > c || c > '9') && ('a' > c || c > 'f') {
			return false
		}
	}
	return true
}

// nobody is looked up for an id that cannot exist, so that it costs what any other unknown one does.
const nobody = "00000000-0000-0000-0000-000000000000"

// Private causes of a refused client; what is shown is the same for all.
var (
	errUnknown  = errors.New("no such client")
	errDisabled = errors.New("client or application not active")
	errSecret   = errors.New("wrong secret")
)

// authenticate returns the client that the request comes from. A public client comes without a secret: it is identified,
// not authenticated. Success costs one read; every failure one read and one write, whatever its reason, and is answered at
// a fixed time (TE-07, TE-17).
func (s *service) authenticate(r *http.Request, offered credentials) (client.Client, error) {
	ctx, now := r.Context(), s.now()
	subject := s.attempts.subject(offered.id, httpapi.Network(r, 0))
	if wait := s.attempts.wait(subject, now); wait > 0 {
		return client.Client{}, refusedAttempts.after(wait)
	}
	c, found, err := s.readClient(ctx, offered.id)
	if err != nil {
		return client.Client{}, refusedUnavailable.because(err)
	}
	matches := len(offered.secrets) == 0 && found && !c.Confidential
	for _, reading := range offered.secrets {
		if c.Authenticates(reading, now) {
			matches = true
		}
	}
	var cause error
	switch {
	case !found:
		cause = errUnknown
	case !matches:
		cause = errSecret
	case !c.Enabled:
		cause = errDisabled
	default:
		return c, nil
	}
	if found {
		httpapi.Log(r, slog.String(httpapi.KeyApplication, c.Application), slog.Int(httpapi.KeyCredential, int(c.Number)))
	}
	wait, err := s.attempts.failed(ctx, subject, now)
	err = errors.Join(err, s.holdFailure(ctx, now))
	if err != nil {
		return client.Client{}, refusedUnavailable.because(err)
	}
	if wait > 0 {
		return client.Client{}, refusedAttempts.because(cause).after(wait)
	}
	return client.Client{}, refusedClient.because(cause).challenged(offered.header)
}

// failureTime is when a failed authentication is answered, after its start: longer than its read and its write usually take.
const failureTime = 25 * time.Millisecond

// holdFailure waits until the next multiple of failureTime since the start: reading an item that exists takes longer than
// missing one, by some per cent that can be measured from outside (TE-07).
func (s *service) holdFailure(ctx context.Context, start time.Time) error {
	elapsed := max(0, s.now().Sub(start))
	return s.pause(ctx, failureTime-elapsed%failureTime)
}

// readClient reads a client's item (AP-33), as it is after the last write that was answered.
func (s *service) readClient(ctx context.Context, id string) (c client.Client, found bool, err error) {
	if !isUUID(id) {
		id = nobody
	}
	output, err := s.store.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.grants, Key: ddb.PartitionKey(ddb.GrantClient(id)), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil || len(output.Item) == 0 {
		return client.Client{}, false, err
	}
	c, err = client.FromItem(output.Item)
	return c, err == nil, err
}
