package account

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"guichet/shared/secret"
)

// Purpose of a link in a mail.
type Purpose string

// Purposes of links.
const (
	// Confirm leads to /confirm/<token>: the registration is completed with the password chosen then.
	Confirm Purpose = "confirm"
	// Reset leads to /reset/<token>: a new password is chosen.
	Reset Purpose = "reset"
	// Invite leads to /reset/<token>, too: the first password of an account that somebody else made.
	Invite Purpose = "invite"
)

// Lifetime of a link (features Z1, Z28, Z43).
func (p Purpose) Lifetime() time.Duration {
	switch p {
	case Confirm:
		return 24 * time.Hour
	case Invite:
		return 72 * time.Hour
	}
	return 30 * time.Minute
}

// Path of the portal's page that a link leads to. The base URL is configuration, never a header (RG-06).
func (p Purpose) Path(token secret.Value) string {
	if p == Confirm {
		return "/confirm/" + token.Reveal()
	}
	return "/reset/" + token.Reveal()
}

// LinkToken is the secret of a link: 256 bits that follow from the event that caused the mail and from its purpose. So a
// mail that is sent again has the same link (F13), and the outbox holds no secret. Only its Hash is stored.
func LinkToken(key secret.Value, eventID string, purpose Purpose) secret.Value {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte("guichet link\x00" + string(purpose) + "\x00" + eventID))
	return secret.Value(base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
}

// Hash is the stored form of anything random: the SHA-256 in hexadecimal.
func Hash(v secret.Value) string { return hex.EncodeToString(v.Hash()) }

// LinkKeys are the keys of links by id. Immutable.
type LinkKeys struct {
	sign string
	keys map[string]secret.Value
}

// minLinkKey is what a key's text must have at least: 32 characters of Secrets Manager's 62 are 190 bits.
const minLinkKey = 32

// ParseLinkKeys reads the secret: a JSON object {"sign":"2","1":"…","2":"…"}, of which "sign" names the key that new links
// are made with. A key stays while a link that it made lives, 72 hours.
func ParseLinkKeys(text secret.Value) (*LinkKeys, error) {
	var fields map[string]string
	if err := json.Unmarshal([]byte(text.Reveal()), &fields); err != nil {
		return nil, errors.New("account: the secret of link keys is not a JSON object of strings") // the cause would quote it
	}
	k := &LinkKeys{sign: fields["sign"], keys: map[string]secret.Value{}}
	for id, material := range fields {
		if id == "sign" {
			continue
		}
		if len(material) < minLinkKey {
			return nil, fmt.Errorf("account: link key %q is shorter than %d characters", id, minLinkKey)
		}
		k.keys[id] = secret.Value(material)
	}
	if _, ok := k.keys[k.sign]; !ok {
		return nil, errors.New("account: the secret of link keys does not say which key signs")
	}
	return k, nil
}

// Signing returns the id and the key that new links are made with; the id goes into the act (LinkKey).
func (k *LinkKeys) Signing() (id string, key secret.Value) { return k.sign, k.keys[k.sign] }

// Key returns a key by its id.
func (k *LinkKeys) Key(id string) (secret.Value, bool) {
	key, ok := k.keys[id]
	return key, ok
}

// Derive returns a key for another use than links, 32 bytes, by HKDF-SHA-256 from the key with that id. ok is false when
// there is none.
func (k *LinkKeys) Derive(id, use string) (key []byte, ok bool) {
	material, ok := k.keys[id]
	if !ok {
		return nil, false
	}
	key, err := hkdf.Key(sha256.New, []byte(material.Reveal()), nil, "guichet "+use, sha256.Size)
	return key, err == nil
}

// LinkKeySource keeps the link keys: read from the secret store when first needed and every five minutes after. Safe for
// concurrent use.
type LinkKeySource struct {
	manager *secret.Manager
	name    string
	now     func() time.Time

	mu   sync.Mutex
	keys *LinkKeys
	read time.Time
}

// NewLinkKeySource returns a source that reads the secret with that name. It reads nothing yet.
func NewLinkKeySource(manager *secret.Manager, name string, now func() time.Time) *LinkKeySource {
	return &LinkKeySource{manager: manager, name: name, now: now}
}

const linkKeysRefresh = 5 * time.Minute

// Keys returns the keys. A set that could not be read again stays in use, and the failure is logged.
func (s *LinkKeySource) Keys(ctx context.Context) (*LinkKeys, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys != nil && s.now().Sub(s.read) < linkKeysRefresh {
		return s.keys, nil
	}
	keys, err := s.fetch(ctx)
	if err == nil {
		s.keys, s.read = keys, s.now()
		return keys, nil
	}
	if s.keys == nil {
		return nil, err
	}
	slog.WarnContext(ctx, "link keys not refreshed", "error", err.Error())
	s.read = s.now() // ask again in five minutes, not at each call
	return s.keys, nil
}

func (s *LinkKeySource) fetch(ctx context.Context) (*LinkKeys, error) {
	text, err := s.manager.Get(ctx, s.name)
	if err != nil {
		return nil, err
	}
	return ParseLinkKeys(text)
}
