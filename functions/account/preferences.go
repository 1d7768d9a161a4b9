package main

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/problem"
)

// getPreferences shows which mails the person wants (features Z2).
func getPreferences(c *call) error { return c.answer(http.StatusOK, c.person.Preferences) }

// updatePreferences replaces them. What is switched off ends with this answer: whoever sends looks at the account first
// (ML-05).
func updatePreferences(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	before := c.person.Preferences
	wanted := account.Preferences{
		Requests: f.truth("requests"), QuotaAlerts: f.truth("quotaAlerts"), Lifecycle: f.truth("lifecycle"), News: f.truth("news"), Surveys: f.truth("surveys"),
	}
	if err := f.check(); err != nil {
		return err
	}
	var fields []string
	for _, one := range [...]struct {
		name    string
		changed bool
	}{
		{"requests", before.Requests != wanted.Requests}, {"quotaAlerts", before.QuotaAlerts != wanted.QuotaAlerts},
		{"lifecycle", before.Lifecycle != wanted.Lifecycle}, {"news", before.News != wanted.News}, {"surveys", before.Surveys != wanted.Surveys},
	} {
		if one.changed {
			fields = append(fields, one.name)
		}
	}
	if fields == nil {
		return c.answer(http.StatusOK, wanted)
	}
	stored, err := attributevalue.Marshal(wanted)
	if err != nil {
		return err
	}
	items, err := c.put(c.event(c.person.ID, events.PreferencesChanged{User: c.person.ID, Fields: fields}),
		c.change(c.person.User).set("preferences", stored).item())
	if err != nil {
		return err
	}
	done, err := c.once(items)
	if err != nil {
		return err
	}
	if !done {
		return problem.New(problem.Conflict)
	}
	return c.answer(http.StatusOK, wanted)
}
