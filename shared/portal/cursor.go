package portal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"guichet/shared/account"
	"guichet/shared/problem"
)

// A cursor says where the next part of a list begins. It is sealed (AES-256-GCM) for the operation, the person and the
// other parameters of the query, so that nobody reads a place in it, makes one up, or carries one elsewhere (AZ-11). It
// begins with the id of its key; with the key it dies, and the list is read from its beginning.

const (
	// MaxCursor bounds what is opened, in characters.
	MaxCursor = 1024
	// defaultLimit is how many rows a part of a list has when the query does not say; none has more.
	defaultLimit = 100
)

var errCursor = errors.New("portal: the cursor was not made for this call")

// sealer returns what seals with the key of that id, and what a cursor of this call is bound to.
func (c *Call) sealer(keys *account.LinkKeys, id string) (cipher.AEAD, []byte, error) {
	key, ok := keys.Derive(id, "cursor")
	if !ok {
		return nil, nil, errKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	query := url.Values{}
	for name, values := range c.r.URL.Query() {
		if name != "cursor" && name != "limit" {
			query[name] = values
		}
	}
	bound, failure := json.Marshal([]string{c.route.Method(), c.r.URL.Path, c.Person.ID, query.Encode()})
	return aead, bound, errors.Join(err, failure)
}

// Seal makes the cursor of a place, which is a value of our types.
func (c *Call) Seal(place any) (string, error) {
	keys, err := c.Keys()
	if err != nil {
		return "", err
	}
	id, _ := keys.Signing()
	aead, bound, err := c.sealer(keys, id)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(place)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	return id + "." + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, text, bound)), nil
}

// Part reads which part of a list is asked for: place is filled from the cursor, begun reports whether there was one.
// Errors: validation for the limit, bad_request for a cursor that is not this call's.
func (c *Call) Part(place any) (limit int, begun bool, err error) {
	query := c.r.URL.Query()
	limit = defaultLimit
	if limits, sent := query["limit"]; sent {
		if limit, err = strconv.Atoi(limits[0]); err != nil || len(limits) != 1 || limit < 1 || limit > defaultLimit {
			return 0, false, Invalid("limit", problem.Malformed)
		}
	}
	cursors, begun := query["cursor"]
	if !begun {
		return limit, false, nil
	}
	if len(cursors) != 1 || len(cursors[0]) > MaxCursor {
		return 0, false, problem.Wrap(problem.BadRequest, errCursor)
	}
	return limit, true, c.unseal(cursors[0], place)
}

// unseal opens a cursor. Errors: bad_request.
func (c *Call) unseal(cursor string, place any) error {
	refused := problem.Wrap(problem.BadRequest, errCursor)
	keys, err := c.Keys()
	if err != nil {
		return err
	}
	id, sealed, _ := strings.Cut(cursor, ".")
	aead, bound, err := c.sealer(keys, id)
	if errors.Is(err, errKey) {
		return refused
	}
	if err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(raw) < aead.NonceSize() {
		return refused
	}
	text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], bound)
	if err != nil || json.Unmarshal(text, place) != nil {
		return refused
	}
	return nil
}
