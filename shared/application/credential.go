package application

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math/big"
	"time"

	"github.com/oklog/ulid/v2"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/secret"
	"guichet/shared/token"
)

// MaxCredentials bounds the credentials of an application (data §1).
const MaxCredentials = 10

// MaxOverlap is how long an old secret may be kept beside a new one (features Z12).
const MaxOverlap = 30 * 24 * time.Hour

// SecretForm is how new client secrets look (features Z23).
type SecretForm string

// Forms of a secret: 128 random bits written like a UUID, as consumers' programs expect, or 256 bits with a prefix and a
// checksum for secret scanners.
const (
	UUIDForm SecretForm = "uuid"
	Prefixed SecretForm = "prefixed"
)

// newSecret draws a client secret.
func newSecret(form SecretForm) secret.Value {
	if form != Prefixed {
		var raw [16]byte
		_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
		return secret.Value(dashed(raw))
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	body := "guichet_cs_" + base62(raw[:], 43)
	sum := crc32.ChecksumIEEE([]byte(body))
	return secret.Value(body + base62([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}, 6))
}

func dashed(raw [16]byte) string {
	text := hex.EncodeToString(raw[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

func base62(raw []byte, width int) string {
	return fmt.Sprintf("%0*s", width, new(big.Int).SetBytes(raw).Text(62))
}

// newUUID draws an id of version 4 (RFC 9562 §5.4).
func newUUID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	return dashed(raw)
}

// add puts a new credential without a secret into the aggregate.
func (a *Aggregate) add(kind Kind, confidential bool, now time.Time) (Credential, error) {
	if len(a.Credentials) >= MaxCredentials {
		return Credential{}, problem.Newf(problem.Conflict, "An application has at most %d credentials.", MaxCredentials)
	}
	if a.LastNumber == 1<<16-1 {
		return Credential{}, problem.Newf(problem.Conflict, "This application has used up its numbers of credentials; make a new one.")
	}
	a.LastNumber++
	c := Credential{ID: newUUID(), Kind: kind, Confidential: confidential, Number: a.LastNumber, Enabled: true, Created: now.UTC()}
	a.Credentials[c.ID] = c
	return c, nil
}

// credential returns one of the aggregate's credentials. Errors: not_found.
func (a *Aggregate) credential(id string) (Credential, error) {
	c, ok := a.Credentials[id]
	if !ok {
		return Credential{}, problem.New(problem.NotFound)
	}
	return c, nil
}

// Issuer makes what is shown once. Keys are those of the application's channel.
type Issuer struct {
	Keys *token.Keys
	Form SecretForm
}

// issue gives a credential a new secret, which ends the old one now or at until.
func (i Issuer) issue(a *Aggregate, c Credential, until, now time.Time) (Credential, secret.Value, error) {
	if c.Kind == OAuthClient && !c.Confidential {
		return c, "", problem.Newf(problem.Conflict, "A public client has no secret.")
	}
	if !c.Shown.IsZero() && (until.IsZero() || c.Kind == APIKey) {
		// What was signed for the old number ends with this write (features Z32).
		if a.LastNumber == 1<<16-1 {
			return c, "", problem.Newf(problem.Conflict, "This application has used up its numbers of credentials; make a new one.")
		}
		a.LastNumber++
		c.Number = a.LastNumber
	}
	c.Shown = now.UTC()
	var shown secret.Value
	if c.Kind == APIKey {
		id, err := ulid.ParseStrict(a.ID)
		if err != nil {
			return c, "", err
		}
		text, err := i.Keys.Mint(token.Claims{Kind: token.APIKey, Application: token.ApplicationID(id), Credential: c.Number})
		if err != nil {
			return c, "", err
		}
		shown = secret.Value(text)
	} else {
		shown = newSecret(i.Form)
		var kept []Secret
		if !until.IsZero() {
			for _, s := range c.Secrets {
				if s.Until.IsZero() || s.Until.After(now) {
					s.Until = until.UTC()
					kept = append(kept[:0], s) // only the newest of the old ones
				}
			}
		}
		c.Secrets = append(kept, Secret{Hash: shown.Hash()})
	}
	a.Credentials[c.ID] = c
	return c, shown, nil
}

// AddCredential makes a credential with its secret, which is returned this once; a public client has none. Errors:
// not_found, conflict (10 credentials).
func (i Issuer) AddCredential(ctx context.Context, db ddb.Database, actor, application string, kind Kind, confidential bool) (Credential, secret.Value, error) {
	var made Credential
	var shown secret.Value
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		c, err := a.add(kind, confidential, db.Now())
		if err != nil {
			return nil, err
		}
		if kind == APIKey || confidential {
			if c, shown, err = i.issue(a, c, time.Time{}, db.Now()); err != nil {
				return nil, err
			}
		}
		made = c
		return events.CredentialChanged{Application: a.ID, Credential: c.ID, Change: "created"}, nil
	})
	return made, shown, err
}

// ShowSecret makes the first secret of a credential and returns it this once (features Z19), in one transaction with the
// items beside it. Errors: not_found, conflict when it was shown before or for an item beside it.
func (i Issuer) ShowSecret(ctx context.Context, db ddb.Database, actor, application, credential string, beside ...ddb.Write) (secret.Value, error) {
	var shown secret.Value
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		c, err := a.credential(credential)
		if err != nil {
			return nil, err
		}
		if !c.Shown.IsZero() {
			return nil, problem.Newf(problem.Conflict, "The secret was shown already. Regenerate it to get a new one.")
		}
		if _, shown, err = i.issue(a, c, time.Time{}, db.Now()); err != nil {
			return nil, err
		}
		return events.CredentialChanged{Application: a.ID, Credential: c.ID, Change: "secret_shown"}, nil
	}, beside...)
	return shown, err
}

// Regenerate replaces a secret or key. With a zero keepUntil the old one and the tokens made with it end now (guide H17);
// otherwise a client's old secret lives on until then, at most 30 days (features Z12). Errors: not_found, validation,
// conflict for a public client.
func (i Issuer) Regenerate(ctx context.Context, db ddb.Database, actor, application, credential string, keepUntil time.Time) (secret.Value, error) {
	now := db.Now()
	if !keepUntil.IsZero() && (!keepUntil.After(now) || keepUntil.After(now.Add(MaxOverlap))) {
		return "", problem.Invalid("keepUntil", "The old secret can be kept for 30 days at most.")
	}
	var shown secret.Value
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		c, err := a.credential(credential)
		if err != nil {
			return nil, err
		}
		if _, shown, err = i.issue(a, c, keepUntil, now); err != nil {
			return nil, err
		}
		return events.CredentialChanged{Application: a.ID, Credential: c.ID, Change: "regenerated"}, nil
	})
	return shown, err
}

// SetCredentialEnabled switches a credential on or off, effective with the next call. Errors: not_found.
func SetCredentialEnabled(ctx context.Context, db ddb.Database, actor, application, credential string, enabled bool) error {
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		c, err := a.credential(credential)
		if err != nil || c.Enabled == enabled {
			return nil, err
		}
		c.Enabled = enabled
		if !enabled {
			// A new number, so that what was signed before does not come back to life when it is enabled again.
			if a.LastNumber < 1<<16-1 && c.Kind == OAuthClient {
				a.LastNumber++
				c.Number = a.LastNumber
			}
		}
		a.Credentials[c.ID] = c
		word := "disabled"
		if enabled {
			word = "enabled"
		}
		return events.CredentialChanged{Application: a.ID, Credential: c.ID, Change: word}, nil
	})
	return err
}

// SetOrigins sets the JavaScript origins of a credential. Errors: not_found, validation.
func SetOrigins(ctx context.Context, db ddb.Database, actor, application, credential string, origins []string) error {
	if err := validateOrigins(origins); err != nil {
		return err
	}
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		c, err := a.credential(credential)
		if err != nil {
			return nil, err
		}
		c.Origins = origins
		a.Credentials[c.ID] = c
		return events.CredentialChanged{Application: a.ID, Credential: c.ID, Change: "changed"}, nil
	})
	return err
}

// DeleteCredential removes a credential; its number and id are never used again. Errors: not_found.
func DeleteCredential(ctx context.Context, db ddb.Database, actor, application, credential string) error {
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		c, err := a.credential(credential)
		if err != nil {
			return nil, err
		}
		delete(a.Credentials, c.ID)
		return events.CredentialChanged{Application: a.ID, Credential: c.ID, Change: "deleted"}, nil
	})
	return err
}
