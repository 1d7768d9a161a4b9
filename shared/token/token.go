// Package token mints and verifies access tokens and API keys: self-contained, opaque to everybody but us, and checked
// without a store (under 1 µs).
//
// Both have the form base64url(kind 1 ‖ key id 1 ‖ application 16 ‖ credential 2 ‖ … ‖ HMAC-SHA-256 truncated to 16):
// an access token goes on with expiry 4, nonce 5 and, when it is narrower than the application's rights, 3 bytes for each
// scope; an API key with nonce 9. Without scopes both are 45 bytes, 60 characters. The length is always a multiple of 3
// bytes and decoding is strict, so that no two texts mean the same token (TK-02).
//
// The package says who a credential is, never what it may do: whether the credential still lives is decided by the one
// conditional write of the authorizer.
package token

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"guichet/shared/channel"
)

// Kind is what a credential is.
type Kind byte

// The kinds that exist. Other first bytes are refused.
const (
	Access Kind = 1
	APIKey Kind = 2
)

// Lifetime of an access token (guide I7).
const Lifetime = 3600 * time.Second

// MaxScopes bounds the scopes of a narrowed token: 60 + 4*300 characters at most, of the 4,096 that an Authorization header
// may have.
const MaxScopes = 300

const (
	tagSize    = 16
	headerSize = 20 // kind, key id, application, credential
	plainSize  = 45
	scopeSize  = 3
)

// ApplicationID is the binary form of the application's ULID.
type ApplicationID [16]byte

// ScopeID is the short id of a scope: 3 bytes, 4 characters in base64url.
type ScopeID [scopeSize]byte

// String returns the 4 characters under which grants and routes know the scope.
func (s ScopeID) String() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// ParseScopeID reads the 4 characters of a short id.
func ParseScopeID(text string) (ScopeID, error) {
	var id ScopeID
	if len(text) != 4 {
		return id, ErrInvalid
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(id[:], []byte(text)); err != nil || n != scopeSize {
		return id, ErrInvalid
	}
	return id, nil
}

// Claims is what a credential says.
type Claims struct {
	Kind        Kind
	Application ApplicationID
	// Credential is the number of the credential within its application; numbers are never reused.
	Credential uint16
	// Expires is zero for API keys, which live until they are disabled.
	Expires time.Time
	// Scopes narrows an access token; nil means all that the application is granted.
	Scopes []ScopeID
}

// The ways in which a credential is refused. Each but ErrExpired and ErrUnknownKey is told from the text alone.
var (
	ErrInvalid      = errors.New("token: not a credential of this platform")
	ErrExpired      = errors.New("token: expired")
	ErrWrongChannel = errors.New("token: of the other channel")
	// ErrUnknownKey means that the text is well formed but signed with a key that this Keys does not hold, perhaps because
	// the keys were rotated after they were read.
	ErrUnknownKey = errors.New("token: signed with an unknown key")
)

// strict refuses spare bits; line breaks, which the decoder skips even so, are caught by comparing lengths.
var strict = base64.RawURLEncoding.Strict()

// Mint returns the text of a credential, signed with the current key.
func (k *Keys) Mint(claims Claims) (string, error) {
	if len(claims.Scopes) > MaxScopes {
		return "", errors.New("token: too many scopes")
	}
	raw := make([]byte, 0, plainSize+scopeSize*len(claims.Scopes))
	raw = append(raw, byte(claims.Kind), k.keyByte(k.current))
	raw = append(raw, claims.Application[:]...)
	raw = binary.BigEndian.AppendUint16(raw, claims.Credential)
	nonce := 5
	switch claims.Kind {
	case Access:
		expires := claims.Expires.Unix()
		if expires <= 0 || expires > 1<<32-1 {
			return "", errors.New("token: an access token needs an expiry")
		}
		raw = binary.BigEndian.AppendUint32(raw, uint32(expires))
	case APIKey:
		if claims.Scopes != nil || !claims.Expires.IsZero() {
			return "", errors.New("token: an API key has neither scopes nor an expiry")
		}
		nonce = 9
	default:
		return "", errors.New("token: unknown kind")
	}
	raw = raw[:len(raw)+nonce]
	if _, err := rand.Read(raw[len(raw)-nonce:]); err != nil {
		return "", err
	}
	for _, s := range claims.Scopes {
		raw = append(raw, s[:]...)
	}
	raw = append(raw, k.tag(claims.Kind, k.current, raw)...)
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// Verify reads a credential. now decides about expiry: a token is valid while now is before it.
func (k *Keys) Verify(text string, now time.Time) (Claims, error) {
	const longest = plainSize + scopeSize*MaxScopes
	if len(text) < 60 || len(text) > base64.RawURLEncoding.EncodedLen(longest) {
		return Claims{}, ErrInvalid
	}
	var buffer [longest]byte
	n, err := strict.Decode(buffer[:], []byte(text))
	if err != nil || n%scopeSize != 0 || n < plainSize || base64.RawURLEncoding.EncodedLen(n) != len(text) {
		return Claims{}, ErrInvalid
	}
	raw := buffer[:n]
	claims := Claims{Kind: Kind(raw[0])}
	if claims.Kind != Access && (claims.Kind != APIKey || n != plainSize) {
		return Claims{}, ErrInvalid
	}
	id := raw[1]
	if id&channelBit != k.keyByte(0)&channelBit {
		return Claims{}, ErrWrongChannel
	}
	body, tag := raw[:n-tagSize], raw[n-tagSize:]
	expected := k.tag(claims.Kind, id&^channelBit, body)
	if expected == nil {
		return Claims{}, ErrUnknownKey
	}
	if !hmac.Equal(tag, expected) {
		return Claims{}, ErrInvalid
	}
	copy(claims.Application[:], raw[2:18])
	claims.Credential = binary.BigEndian.Uint16(raw[18:headerSize])
	if claims.Kind == APIKey {
		return claims, nil
	}
	claims.Expires = time.Unix(int64(binary.BigEndian.Uint32(raw[headerSize:])), 0)
	if !now.Before(claims.Expires) {
		return Claims{}, ErrExpired
	}
	rest := body[headerSize+9:]
	if len(rest) > 0 {
		claims.Scopes = make([]ScopeID, 0, len(rest)/scopeSize)
	}
	for ; len(rest) >= scopeSize; rest = rest[scopeSize:] {
		claims.Scopes = append(claims.Scopes, ScopeID(rest[:scopeSize]))
	}
	return claims, nil
}

// tag returns the truncated MAC, nil when there is no such key.
func (k *Keys) tag(kind Kind, id byte, body []byte) []byte {
	pair, ok := k.pairs[id]
	if !ok {
		return nil
	}
	key := pair.access
	if kind == APIKey {
		key = pair.apiKey
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return mac.Sum(nil)[:tagSize]
}

// channelBit of the key id's byte: set for PRODUCTION. It only chooses the words of a refusal; what separates the
// channels is that their keys differ.
const channelBit = 0x80

func (k *Keys) keyByte(id byte) byte {
	if k.channel == channel.Production {
		return id | channelBit
	}
	return id
}
