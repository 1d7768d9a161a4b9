package application

import (
	"testing"

	"github.com/oklog/ulid/v2"

	"guichet/shared/channel"
)

// pinnedID is what the test's user and organisation gave when the rule was made.
const pinnedID = "0000000000JQ5HSP3PVDR9JMDG"

func TestAutomaticApplications(t *testing.T) {
	t.Parallel()
	const user, organisation = "01JD8Z3K4M5N6P7Q8R9S0T1V2W", "01JD8Z3K4M5N6P7Q8R9S0T1V2X"
	id := AutomaticID(user, organisation, channel.Sandbox)
	if _, err := ulid.ParseStrict(id); err != nil {
		t.Fatalf("%s is no ULID: %v", id, err)
	}
	// Stored in every installation: a change here makes everybody's applications anew.
	if id != AutomaticID(user, organisation, channel.Sandbox) || id != pinnedID {
		t.Errorf("Z4 the id of an automatic application changed to %s", id)
	}
	for name, other := range map[string]string{
		"another user":         AutomaticID(organisation, organisation, channel.Sandbox),
		"another organisation": AutomaticID(user, user, channel.Sandbox),
		"the other channel":    AutomaticID(user, organisation, channel.Production),
	} {
		if other == id {
			t.Errorf("Z4 %s has the same automatic application", name)
		}
	}
}

func TestAutomaticNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		channel      channel.Channel
		organisation string
		want         string
	}{
		{"G2 the default organisation is not part of the name", channel.Sandbox, "", "APP_SANDBOX_a+b@example.org"},
		{"Z4 SANDBOX in another organisation", channel.Sandbox, "SERVICE", "APP_SANDBOX_a+b@example.org_SERVICE"},
		{"Z4 PRODUCTION in another organisation", channel.Production, "SERVICE", "APP_PRODUCTION_a+b@example.org_SERVICE"},
	} {
		if got := AutomaticName(c.channel, "a+b@example.org", c.organisation); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
