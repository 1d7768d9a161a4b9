// Package secret holds values that must not be shown, and reads them from AWS Secrets Manager.
//
// The service's SDK costs 2,500 allocations at start, so the one request that functions need is made by hand and signed
// with the SigV4 signer that the DynamoDB client links anyway.
package secret

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"guichet/shared/amazon"
)

// Value is a secret: it prints and logs as [redacted], and is compared in constant time.
type Value string

const redacted = "[redacted]"

// String hides the value from fmt.
func (Value) String() string { return redacted }

// GoString hides the value from %#v.
func (Value) GoString() string { return redacted }

// LogValue hides the value from slog.
func (Value) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON hides the value from encoding/json, so that a secret in a struct that is logged whole stays one.
func (Value) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// Reveal returns the value itself, for the one place that must send or show it.
func (v Value) Reveal() string { return string(v) }

// Hash is what is stored of a random secret: its SHA-256. Random secrets of 128 bits and more need no slow hash.
func (v Value) Hash() []byte {
	sum := sha256.Sum256([]byte(v))
	return sum[:]
}

// Matches compares with a stored hash in constant time.
func (v Value) Matches(hash []byte) bool { return subtle.ConstantTimeCompare(v.Hash(), hash) == 1 }

// Manager reads from Secrets Manager. Safe for concurrent use.
type Manager struct {
	env      amazon.Environment
	endpoint string
	signer   *v4.Signer
	now      func() time.Time
}

// NewManager returns a reader for the region of env.
func NewManager(env amazon.Environment) *Manager {
	m := &Manager{env: env, endpoint: "https://secretsmanager." + env.Region + ".amazonaws.com/", signer: v4.NewSigner(), now: time.Now}
	if url := env.Endpoint("SECRETS_MANAGER"); url != nil {
		m.endpoint = *url
	}
	return m
}

// maxAnswer bounds an answer: a secret holds 65,536 bytes at most.
const maxAnswer = 256 << 10

// Get returns the current string of the secret with that name or ARN. The error names the secret, never its value.
func (m *Manager) Get(ctx context.Context, name string) (Value, error) {
	ctx, cancel := amazon.WithTimeout(ctx)
	defer cancel()
	body, err := json.Marshal(map[string]string{"SecretId": name})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.endpoint, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "secretsmanager.GetSecretValue")
	credentials, err := m.env.Credentials.Retrieve(ctx)
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	sum := sha256.Sum256(body)
	if err := m.signer.SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "secretsmanager", m.env.Region, m.now()); err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	response, err := m.env.HTTP.Do(request)
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	if response.StatusCode != http.StatusOK {
		var failure struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal(answer, &failure) // only to name the failure; the status alone is enough
		return "", fmt.Errorf("secret %s: status %d %s", name, response.StatusCode, failure.Type)
	}
	var found struct {
		SecretString *string `json:"SecretString"`
	}
	if err := json.Unmarshal(answer, &found); err != nil {
		return "", fmt.Errorf("secret %s: unreadable answer", name)
	}
	if found.SecretString == nil {
		return "", fmt.Errorf("secret %s: holds no string", name)
	}
	return Value(*found.SecretString), nil
}
