package main

import (
	"guichet/shared/account"
	"guichet/shared/portal"
)

// getPreferences shows which mails the person wants (features Z2).
func getPreferences(c *portal.Call) (portal.Answer, error) {
	return portal.OK(c.Person.Preferences), nil
}

// updatePreferences replaces them.
func updatePreferences(c *portal.Call, wanted account.Preferences) (portal.Answer, error) {
	return portal.OK(wanted), account.SetPreferences(c.Context(), c.DB, c.Person.ID, c.Person.User, wanted)
}
