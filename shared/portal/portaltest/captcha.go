package portaltest

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"guichet/shared/portal"
)

// SolveCaptcha does what ALTCHA's widget does with a challenge.
func SolveCaptcha(t testing.TB, challenge []byte) string {
	t.Helper()
	var c portal.Challenge
	if err := json.Unmarshal(challenge, &c); err != nil {
		t.Fatal(err)
	}
	nonce, _ := hex.DecodeString(c.Parameters.Nonce)
	salt, _ := hex.DecodeString(c.Parameters.Salt)
	for counter := range uint32(10_000) {
		password := binary.BigEndian.AppendUint32(slices.Clone(nonce), counter)
		derived, err := pbkdf2.Key(sha256.New, string(password), salt, c.Parameters.Cost, c.Parameters.KeyLength)
		if err != nil {
			t.Fatal(err)
		}
		if key := hex.EncodeToString(derived); strings.HasPrefix(key, c.Parameters.KeyPrefix) {
			// As the widget writes it: the challenge comes back as an object of its own.
			payload, err := json.Marshal(map[string]any{
				"challenge": json.RawMessage(challenge), "solution": map[string]any{"counter": counter, "derivedKey": key, "time": 12.5},
			})
			if err != nil {
				t.Fatal(err)
			}
			return Canary(base64.StdEncoding.EncodeToString(payload))
		}
	}
	t.Fatal("RG-14 the challenge has no solution")
	return ""
}
