package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/organisation"
)

// TK-03: of what was given to somebody, the tables hold hashes only.
func TestTK03NothingSecretIsStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	w.enrol(u.ID)
	o := w.organisation("Agence", false)
	secrets := []string{goodPassword, cookie, w.mailed(u.ID, account.Confirm), w.resetLink(u), w.code(o)}
	secrets = append(secrets, strings.ReplaceAll(secrets[4], "-", ""))
	key := random()
	form := w.registration("second@example.org")
	w.must(w.do(ask{method: "POST", path: "/registrations", body: form, key: key}), 202)
	secrets = append(secrets, key, fmt.Sprint(form["captcha"]))
	for _, c := range w.do(ask{method: "GET", path: "/applications/sandbox", cookie: cookie}).document()["credentials"].([]any) {
		path := fmt.Sprintf("/applications/%s/credentials/%s/secret", application.AutomaticID(u.ID, organisation.Default, channel.Sandbox), c.(map[string]any)["id"])
		secrets = append(secrets, fmt.Sprint(w.must(w.do(ask{method: "POST", path: path, cookie: cookie}), 201).document()["secret"]))
	}
	var all strings.Builder
	for key, row := range w.dump() {
		all.WriteString(key)
		for _, value := range row {
			all.WriteString(plain(value))
		}
	}
	for i, secret := range secrets {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(all.String(), form) {
				t.Errorf("TK-03 secret %d is stored", i)
			}
		}
	}
}

// plain is all text of a value.
func plain(value types.AttributeValue) string {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	case *types.AttributeValueMemberM:
		text := ""
		for name, member := range v.Value {
			text += name + plain(member)
		}
		return text
	case *types.AttributeValueMemberL:
		text := ""
		for _, member := range v.Value {
			text += plain(member)
		}
		return text
	}
	return ""
}
