package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/streams"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
	"guichet/shared/organisation"
	"guichet/shared/quota"
)

// grow gives an application as many APIs as it may have, quotas of their own for 20 of them, and the largest limit: 72
// items of grants. The rows are written as a link writes them.
func (w *world) grow(id string) {
	w.Helper()
	a, err := application.Load(w.Context(), w.db, id)
	if err != nil {
		w.Fatal(err)
	}
	largest := int64(application.MaxLimit)
	var rows []types.WriteRequest
	for n := range application.MaxSubscriptions {
		s := application.Subscription{API: fmt.Sprintf("%s-%03d", id, n), ShortID: fmt.Sprintf("%04d", n), Since: w.db.Now(), By: a.Owner}
		if n < 20 {
			s.Limits = &quota.Limits{PerDay: &largest}
		}
		row, err := attributevalue.MarshalMap(s)
		if err != nil {
			w.Fatal(err)
		}
		row[ddb.PK], row[ddb.SK] = ddb.S(ddb.Application(id)), ddb.S(ddb.Subscription(s.API))
		row["GSI1PK"], row["GSI1SK"] = ddb.S(ddb.APISubscriptions(s.API)), ddb.S(ddb.APISubscription(a.Organisation, id))
		rows = append(rows, types.WriteRequest{PutRequest: &types.PutRequest{Item: row}})
	}
	for some := range slices.Chunk(rows, 25) {
		written, err := w.db.Client.BatchWriteItem(w.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.db.Tables.Registry: some}})
		if err != nil || len(written.UnprocessedItems) > 0 {
			w.Fatalf("%d rows not written, %v", len(written.UnprocessedItems), err)
		}
	}
	if err := application.SetLimits(w.Context(), w.db, "test", id, "", &quota.Limits{PerSecond: &largest}); err != nil {
		w.Fatal(err)
	}
}

// admitting lists the grants items of an application that would still admit a call or issue a token.
func (w *world) admitting(id string) []string {
	w.Helper()
	var keys []string
	for _, table := range w.db.Tables.Grants {
		for item := range scan(w.T, w.db, table) {
			pk := text(item, ddb.PK)
			if strings.HasPrefix(pk, id) {
				if enabled, _ := item[quota.Enabled].(*types.AttributeValueMemberBOOL); enabled == nil || enabled.Value {
					keys = append(keys, pk)
				}
			} else if c, err := client.FromItem(item); err == nil && c.Application == id && c.Enabled {
				keys = append(keys, pk)
			}
		}
	}
	return keys
}

// holding lists the rows of the registry, keys of indexes included, that hold a text.
func (w *world) holding(what string) []string {
	w.Helper()
	var keys []string
	for item := range scan(w.T, w.db, w.db.Tables.Registry) {
		for _, value := range item {
			if s, ok := value.(*types.AttributeValueMemberS); ok && strings.Contains(s.Value, what) {
				keys = append(keys, text(item, ddb.PK)+" "+text(item, ddb.SK))
				break
			}
		}
	}
	return keys
}

func (w *world) setOrganisation(enabled bool) events.Record {
	w.Helper()
	key := ddb.Key(ddb.Organisation(w.other), ddb.Self)
	old, err := w.db.Client.GetItem(w.Context(), &dynamodb.GetItemInput{TableName: &w.db.Tables.Registry, Key: key})
	if err != nil {
		w.Fatal(err)
	}
	row := maps.Clone(old.Item)
	row["enabled"] = &types.AttributeValueMemberBOOL{Value: enabled}
	if _, err := w.db.Client.PutItem(w.Context(), &dynamodb.PutItemInput{TableName: &w.db.Tables.Registry, Item: row}); err != nil {
		w.Fatal(err)
	}
	return events.Record{ID: "3", Change: "MODIFY", Keys: key, Old: old.Item, New: row}
}

// M15, TK-05, AZ-09: whatever ends a person's rights, the applications with as many APIs as are allowed stop with it, and
// the names of those that ended hold no address any more.
func TestM15EveryWayToLoseRightsStopsApplicationsWithManyAPIs(t *testing.T) {
	t.Parallel()
	const sandbox, test, production = 1, 2, 4 // in the default organisation, and the two in the other one
	for name, way := range map[string]struct {
		// lose takes the rights away and returns the record of it.
		lose    func(w *world, u account.User, m organisation.Membership) events.Record
		stopped int
		reason  application.Suspension
		// renamed applications do not bear the address any more.
		renamed int
	}{
		"Z34 the account is disabled": {func(w *world, u account.User, _ organisation.Membership) events.Record {
			u.Status = account.Disabled
			w.store(u)
			return person(u.ID, "MODIFY")
		}, sandbox | test | production, application.OwnerDisabled, 0},
		"C21 the account is deleted": {func(w *world, u account.User, _ organisation.Membership) events.Record {
			u.Status = account.Deleted
			w.store(u)
			return person(u.ID, "MODIFY")
		}, sandbox | test | production, application.OwnerDeleted, sandbox | test | production},
		"OP-07 the account is erased": {func(w *world, u account.User, _ organisation.Membership) events.Record {
			w.store(account.User{ID: u.ID, Status: account.Deleted})
			if done, err := account.Erase(w.Context(), w.db, "test", u.ID); !done || err != nil {
				w.Fatal(done, err)
			}
			return person(u.ID, "MODIFY")
		}, sandbox | test | production, application.OwnerDeleted, sandbox | test | production},
		"Z44 the person leaves the organisation": {func(w *world, u account.User, m organisation.Membership) events.Record {
			w.leave(m)
			return membership(u.ID, m.Organisation, "REMOVE")
		}, test | production, application.MembershipEnded, test | production},
		"AZ-09 an administrator removes the person": {func(w *world, u account.User, m organisation.Membership) events.Record {
			items, err := organisation.Leave(w.db, "administrator", m)
			if err == nil {
				err = w.db.Transact(w.Context(), items)
			}
			if err != nil {
				w.Fatal(err)
			}
			return membership(u.ID, m.Organisation, "REMOVE")
		}, test | production, application.MembershipEnded, test | production},
		"TK-05 the organisation is disabled": {func(w *world, _ account.User, _ organisation.Membership) events.Record {
			return w.setOrganisation(false)
		}, test | production, application.OrganisationDisabled, 0},
		"the organisation is removed": {func(w *world, _ account.User, m organisation.Membership) events.Record {
			key := ddb.Key(ddb.Organisation(m.Organisation), ddb.Self)
			if _, err := w.db.Client.DeleteItem(w.Context(), &dynamodb.DeleteItemInput{TableName: &w.db.Tables.Registry, Key: key}); err != nil {
				w.Fatal(err)
			}
			return events.Record{ID: "4", Change: "REMOVE", Keys: key, Old: key}
		}, test | production, application.OrganisationDisabled, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, localtest.Tables(t).Database(nil))
			u := w.person("many@example.org", account.Confirmed)
			m := w.join(u.ID)
			if err := enrolment.Settle(t.Context(), w.db, u.ID); err != nil {
				t.Fatal(err)
			}
			made := map[int]string{
				sandbox: application.AutomaticID(u.ID, organisation.Default, channel.Sandbox),
				test:    application.AutomaticID(u.ID, w.other, channel.Sandbox), production: application.AutomaticID(u.ID, w.other, channel.Production),
			}
			for place, id := range made {
				if way.stopped&place != 0 && place != test {
					w.grow(id)
				}
				if n := len(w.admitting(id)); n < 1 || way.stopped&place != 0 && place != test && n < 50 {
					t.Fatalf("%d items admit calls before", n)
				}
			}
			if err := follow(w.db)(t.Context(), way.lose(w, u, m)); err != nil {
				t.Fatal(err)
			}
			for place, id := range made {
				a, err := application.Load(t.Context(), w.db, id)
				if err != nil {
					t.Fatal(err)
				}
				admitting := w.admitting(id)
				if way.stopped&place != 0 && (a.Suspended != way.reason || len(admitting) > 0) {
					t.Errorf("%s is suspended for %q, and %d items still admit calls", a.Name, a.Suspended, len(admitting))
				}
				if way.stopped&place == 0 && (!a.Live() || len(admitting) == 0) {
					t.Errorf("%s is stopped, too", a.Name)
				}
				if way.renamed&place != 0 {
					for _, row := range w.holding(u.Email) {
						if strings.HasPrefix(row, ddb.Application(id)) {
							t.Errorf("Z35 %s holds the address", row)
						}
					}
				}
			}
		})
	}
}

func TestM15AnOrganisationThatIsEnabledAgainHasItsApplicationsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, localtest.Tables(t).Database(nil))
	ada, left := w.person("ada@example.org", account.Confirmed), w.person("left@example.org", account.Confirmed)
	w.join(ada.ID)
	m := w.join(left.ID)
	for _, u := range []account.User{ada, left} {
		if err := enrolment.Settle(t.Context(), w.db, u.ID); err != nil {
			t.Fatal(err)
		}
	}
	own, err := application.Create(t.Context(), w.db, "test", application.New{Name: "Paie", Channel: channel.Production, Organisation: w.other})
	if err != nil {
		t.Fatal(err)
	}
	live := func() (names []string) {
		for a, err := range application.OfOrganisation(t.Context(), w.db, w.other) {
			if err != nil {
				t.Fatal(err)
			}
			if a.Live() && len(w.admitting(a.ID)) > 0 {
				names = append(names, a.Name)
			}
		}
		return names
	}
	if err := follow(w.db)(t.Context(), w.setOrganisation(false)); err != nil {
		t.Fatal(err)
	}
	if names := live(); len(names) > 0 {
		t.Errorf("TK-05 live in a disabled organisation: %q", names)
	}
	w.leave(m)
	if err := follow(w.db)(t.Context(), w.setOrganisation(true)); err != nil {
		t.Fatal(err)
	}
	want := []string{"APP_PRODUCTION_ada@example.org_Service des essais", "APP_SANDBOX_ada@example.org_Service des essais", own.Name}
	if names := live(); !slices.Equal(names, want) {
		t.Errorf("live after the organisation is enabled again: %q, want %q", names, want)
	}
	unchanged := w.setOrganisation(true)
	if err := follow(ddb.Database{})(t.Context(), unchanged); err != nil { // reads nothing
		t.Error(err)
	}
}

// The application of the first place cannot be written; those of the other places are stopped all the same, and the record
// comes again for the first.
func TestM15APlaceThatFailsDoesNotKeepTheOthersRunning(t *testing.T) {
	t.Parallel()
	w := newWorld(t, localtest.Tables(t).Database(nil))
	u := w.person("ada@example.org", account.Confirmed)
	w.join(u.ID)
	if err := enrolment.Settle(t.Context(), w.db, u.ID); err != nil {
		t.Fatal(err)
	}
	u.Status = account.Disabled
	w.store(u)
	broken := w.db
	broken.Tables.Grants = maps.Clone(w.db.Tables.Grants)
	broken.Tables.Grants[channel.Production] = "no-such-table" // fails for ever
	if err := follow(broken)(t.Context(), person(u.ID, "MODIFY")); err == nil {
		t.Error("a place that failed is not reported")
	}
	w.expect("M15", "APP_PRODUCTION_ada@example.org_Service des essais", "APP_SANDBOX_ada@example.org owner_disabled",
		"APP_SANDBOX_ada@example.org_Service des essais owner_disabled")
	if err := follow(w.db)(t.Context(), person(u.ID, "MODIFY")); err != nil {
		t.Fatal(err)
	}
	w.expect("M15 again", "APP_PRODUCTION_ada@example.org_Service des essais owner_disabled", "APP_SANDBOX_ada@example.org owner_disabled",
		"APP_SANDBOX_ada@example.org_Service des essais owner_disabled")
}

// Behind the real stream with the filter of the topology.
func TestTK05TheStreamTellsThatAnOrganisationIsDisabled(t *testing.T) {
	t.Parallel()
	c, w := cloud(t, streams.Options{})
	u := w.person("ada@example.org", account.Confirmed)
	w.join(u.ID)
	settle(t, c)
	w.setOrganisation(false)
	settle(t, c)
	w.expect("TK-05", "APP_PRODUCTION_ada@example.org_Service des essais organisation_disabled", "APP_SANDBOX_ada@example.org",
		"APP_SANDBOX_ada@example.org_Service des essais organisation_disabled")
}
