package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"guichet/shared/httpapi"
	"guichet/shared/route"
	"guichet/shared/secret"
)

// How long a backend's secret is kept in memory, and how old it is at least when a backend's 401 makes it be read again:
// a backend that always answers 401 must not cost a read per call.
const (
	secretFor    = 5 * time.Minute
	secretAtRest = 10 * time.Second
)

// credentials are the values by which backends know the gateway (features Z54). Safe for concurrent use.
type credentials struct {
	read   func(ctx context.Context, name string) (secret.Value, error)
	prefix string
	now    func() time.Time

	mu    sync.Mutex
	known map[string]credential // by the secret's name
}

type credential struct {
	value secret.Value
	at    time.Time
}

// newCredentials returns credentials whose secrets lie under prefix, which is all that the function may read.
func newCredentials(read func(context.Context, string) (secret.Value, error), prefix string, now func() time.Time) *credentials {
	return &credentials{read: read, prefix: prefix, now: now, known: map[string]credential{}}
}

// of returns the header to add for a backend; no name means none. An error means that the call must not be sent.
func (c *credentials) of(ctx context.Context, a route.Authentication) (name, value string, err error) {
	switch a.Kind {
	case "":
		return "", "", nil
	case route.SecretHeader:
		if name = a.Header; !httpapi.IsToken(name) || ours(folded(name)) || folded(name) == "via" {
			return "", "", errors.New("gateway: the secret header of the backend has a name that cannot be used")
		}
	case route.Basic:
		name = "Authorization"
	default:
		return "", "", fmt.Errorf("gateway: backend authentication %q is not known", a.Kind)
	}
	if a.Secret == "" {
		return "", "", errors.New("gateway: the backend's authentication names no secret")
	}
	found, err := c.get(ctx, a.Secret)
	if err != nil {
		return "", "", err
	}
	value = found.Reveal()
	if value == "" || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", "", fmt.Errorf("gateway: the secret %s cannot be sent in a header", a.Secret)
	}
	if a.Kind == route.Basic {
		if !strings.Contains(value, ":") {
			return "", "", fmt.Errorf("gateway: the secret %s is not of the form user:password", a.Secret)
		}
		value = "Basic " + base64.StdEncoding.EncodeToString([]byte(value))
	}
	return name, value, nil
}

// get returns a secret at most five minutes old. An older one is not used when it cannot be read again: it may have been
// withdrawn.
func (c *credentials) get(ctx context.Context, name string) (secret.Value, error) {
	c.mu.Lock()
	found, ok := c.known[name]
	c.mu.Unlock()
	if age := c.now().Sub(found.at); ok && age >= 0 && age < secretFor {
		return found.value, nil
	}
	value, err := c.read(ctx, c.prefix+name)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[name] = credential{value: value, at: c.now()}
	return value, nil
}

// doubt is told that a backend answered 401: the value may have been replaced, so that the next call reads it again. The
// call that got the answer is not repeated.
func (c *credentials) doubt(a route.Authentication) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.known[a.Secret]; ok && c.now().Sub(found.at) >= secretAtRest {
		delete(c.known, a.Secret)
	}
}
