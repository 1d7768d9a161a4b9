package token

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"guichet/shared/channel"
	"guichet/shared/secret"
)

// Keys is the key set of one channel: up to 127 keys with ids 1 to 127, of which one signs. Immutable.
type Keys struct {
	channel channel.Channel
	current byte
	pairs   map[byte]pair
}

// pair holds the HMAC keys of one key id: access tokens and API keys never share one.
type pair struct{ access, apiKey []byte }

// minKeyLength is what a key's text must have at least: 32 characters of Secrets Manager's 62 are 190 bits.
const minKeyLength = 32

// ParseKeys reads the secret of a channel: a JSON object {"sign":"2","1":"…","2":"…"} of random texts by key id, of which
// "sign" names the one that signs. HMAC keys are derived from each text by HKDF-SHA-256, bound to channel and use. A key
// stays in the secret while an access token (1 hour) or an API key that it signed lives.
func ParseKeys(c channel.Channel, text secret.Value) (*Keys, error) {
	var fields map[string]string
	if err := json.Unmarshal([]byte(text.Reveal()), &fields); err != nil {
		return nil, errors.New("token: the key secret is not a JSON object of strings") // the cause would quote the secret
	}
	k := &Keys{channel: c, pairs: make(map[byte]pair, len(fields))}
	for name, material := range fields {
		if name == "sign" {
			continue
		}
		id, err := keyID(name)
		if err != nil {
			return nil, err
		}
		if len(material) < minKeyLength {
			return nil, fmt.Errorf("token: key %d is shorter than %d characters", id, minKeyLength)
		}
		var p pair
		for use, key := range map[string]*[]byte{"access token": &p.access, "API key": &p.apiKey} {
			if *key, err = hkdf.Key(sha256.New, []byte(material), nil, "guichet "+string(c)+" "+use, sha256.Size); err != nil {
				return nil, fmt.Errorf("token: key %d: %w", id, err)
			}
		}
		k.pairs[id] = p
	}
	current, err := keyID(fields["sign"])
	if err != nil {
		return nil, errors.New("token: the key secret does not say which key signs")
	}
	if _, ok := k.pairs[current]; !ok {
		return nil, fmt.Errorf("token: the signing key %d is not in the key secret", current)
	}
	k.current = current
	return k, nil
}

func keyID(text string) (byte, error) {
	id, err := strconv.ParseUint(text, 10, 7)
	if err != nil || id == 0 || strconv.FormatUint(id, 10) != text {
		return 0, fmt.Errorf("token: %q is no key id (1 to 127)", text)
	}
	return byte(id), nil
}

// Source keeps the key set of a channel: read from the secret store when first needed, every five minutes after, and at
// once when a credential names a key that it does not know. So a rotation needs no restart, refuses nothing that is valid,
// and a key that was taken out dies within five minutes (OP-06). Safe for concurrent use.
type Source struct {
	channel channel.Channel
	manager *secret.Manager
	name    string
	now     func() time.Time

	mu   sync.Mutex
	keys *Keys
	read time.Time
}

const (
	// rereadAfter bounds how often credentials with made-up key ids can make us ask the secret store.
	rereadAfter = 10 * time.Second
	// refreshAfter is how long a key that was taken out of the secret may still be accepted.
	refreshAfter = 5 * time.Minute
)

// NewSource returns a source that reads the secret with that name. It reads nothing yet.
func NewSource(c channel.Channel, manager *secret.Manager, name string, now func() time.Time) *Source {
	return &Source{channel: c, manager: manager, name: name, now: now}
}

// Keys returns the key set, reading it when there is none yet or it is old. A set that could not be read again stays in
// use, and the failure is logged: keys do not become wrong by growing old.
func (s *Source) Keys(ctx context.Context) (*Keys, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == nil {
		return s.fetch(ctx)
	}
	if s.now().Sub(s.read) >= refreshAfter {
		if _, err := s.fetch(ctx); err != nil {
			slog.WarnContext(ctx, "token keys not refreshed", "error", err.Error())
			s.read = s.now() // ask again in five minutes, not at each call
		}
	}
	return s.keys, nil
}

// Verify is Keys.Verify with the newest keys. Errors beside those of Keys.Verify mean that the keys could not be read:
// then nothing is known of the credential.
func (s *Source) Verify(ctx context.Context, text string) (Claims, error) {
	keys, err := s.Keys(ctx)
	if err != nil {
		return Claims{}, err
	}
	claims, err := keys.Verify(text, s.now())
	if !errors.Is(err, ErrUnknownKey) {
		return claims, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == keys && s.now().Sub(s.read) < rereadAfter {
		return Claims{}, err
	}
	if s.keys == keys {
		if _, failure := s.fetch(ctx); failure != nil {
			return Claims{}, failure
		}
	}
	return s.keys.Verify(text, s.now())
}

// fetch is called with the lock held, so that a burst asks once.
func (s *Source) fetch(ctx context.Context) (*Keys, error) {
	text, err := s.manager.Get(ctx, s.name)
	if err != nil {
		return nil, err
	}
	keys, err := ParseKeys(s.channel, text)
	if err != nil {
		return nil, err
	}
	s.keys, s.read = keys, s.now()
	return keys, nil
}
