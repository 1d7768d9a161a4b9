package main

import (
	"fmt"
	"strings"
	"testing"

	"guichet/shared/account"
	"guichet/shared/portal/portaltest"
)

// TK-03: of what was given to somebody, the tables hold hashes only.
func TestTK03NothingSecretIsStored(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	w.enrol(u.ID)
	o := w.Organisation("Agence", false)
	secrets := []string{goodPassword, cookie, w.mailed(u.ID, account.Confirm), w.resetLink(u), w.code(o)}
	secrets = append(secrets, strings.ReplaceAll(secrets[4], "-", ""))
	key := portaltest.Random()
	form := w.registration("second@example.org")
	w.Must(w.Do(portaltest.Request{Method: "POST", Path: "/registrations", Body: form, Key: key}), 202)
	secrets = append(secrets, key, fmt.Sprint(form["captcha"]))
	for i, secret := range secrets {
		for _, form := range portaltest.Forms(secret) {
			if strings.Contains(w.StoredText(), form) {
				t.Errorf("TK-03 secret %d is stored", i)
			}
		}
	}
}
