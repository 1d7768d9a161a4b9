package application_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/faults"
	. "guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/token"
)

func testIssuer(t *testing.T) Issuer {
	t.Helper()
	keys, err := token.ParseKeys(channel.Sandbox, `{"sign":"1","1":"a random text of the sandbox channel, 40+ chars"}`)
	if err != nil {
		t.Fatal(err)
	}
	return Issuer{Keys: keys}
}

func create(t *testing.T, db ddb.Database, name string) Aggregate {
	t.Helper()
	a, err := Create(t.Context(), db, "u", New{Name: name, Channel: channel.Sandbox, Organisation: "o"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// grants reads the channel's grants whole; a test may.
func grants(t *testing.T, db ddb.Database) map[string]ddb.Item {
	t.Helper()
	found, err := db.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(db.Tables.Grants[channel.Sandbox]), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]ddb.Item{}
	for _, i := range found.Items {
		key := i[ddb.PK].(*types.AttributeValueMemberS).Value
		delete(i, ddb.PK)
		for _, value := range i { // sets come in any order
			switch v := value.(type) {
			case *types.AttributeValueMemberSS:
				slices.Sort(v.Value)
			case *types.AttributeValueMemberNS:
				slices.Sort(v.Value)
			case *types.AttributeValueMemberM:
				for _, inner := range v.Value {
					if s, ok := inner.(*types.AttributeValueMemberSS); ok {
						slices.Sort(s.Value)
					}
				}
			}
		}
		all[key] = i
	}
	return all
}

func acts(t *testing.T, db ddb.Database) []events.Event {
	t.Helper()
	found, err := db.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &db.Tables.Events, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	var all []events.Event
	for _, i := range found.Items {
		e, err := events.Parse(i)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b events.Event) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Mon application": true, "Été_2026-b": true, "abc": true, strings.Repeat("x", 80): true, "東京アプリ": true,
		"ab": false, "": false, "   ": false, strings.Repeat("x", 81): false, "a<b>": false, "a/b": false, "a#b": false, "a\x00b": false, "a.b.c": false, "\u202eabc": false,
	} {
		if _, err := ValidateName(name); (err == nil) != want {
			t.Errorf("Z50 %q: %v", name, err)
		}
	}
	if got, _ := ValidateName("  deux \t mots "); got != "deux mots" {
		t.Errorf("blanks: %q", got)
	}
	if Fold("Été") != Fold("ETE") || Fold("a b") == Fold("ab") {
		t.Error("Z50 case and accents are folded, and nothing else")
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	db := localtest.Tables(t).Database(nil)
	a := create(t, db, "First one")
	if len(a.Credentials) != 2 || !a.Enabled || a.Limits.PerDay == nil || *a.Limits.PerDay != 1_000_000 || a.Limits.PerSecond != nil {
		t.Errorf("H1, K1: %+v", a)
	}
	if state := grants(t, db)[a.ID]; state[quota.Credentials] != nil {
		t.Errorf("Z19 a credential without a shown secret is live: %v", state)
	}
	for name, n := range map[string]New{
		"the same name": {Name: "First one", Channel: channel.Sandbox, Organisation: "o"},
		"the same name in other case and accents":     {Name: "FÏRST öne", Channel: channel.Sandbox, Organisation: "o"},
		"a name with a character that is not allowed": {Name: "First*one", Channel: channel.Sandbox, Organisation: "o"},
		"the same id": {Name: "Another", Channel: channel.Sandbox, Organisation: "o", ID: a.ID},
	} {
		if _, err := Create(t.Context(), db, "u", n); err == nil || problem.From(err).Code == problem.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, n := range map[string]New{
		"the name in the other channel":    {Name: "First one", Channel: channel.Production, Organisation: "o"},
		"the name in another organisation": {Name: "First one", Channel: channel.Sandbox, Organisation: "p"},
		"the name of another owner":        {Name: "First one", Channel: channel.Sandbox, Organisation: "o", Owner: "someone"},
		"Z5 an automatic name of any form": {Name: `APP_SANDBOX_"><img src=x>@x.fr`, Channel: channel.Sandbox, Organisation: "o", Automatic: true},
	} {
		if _, err := Create(t.Context(), db, "u", n); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	db := localtest.Tables(t).Database(nil)
	issuer, a := testIssuer(t), create(t, db, "Secrets")
	for _, c := range a.Credentials {
		shown, err := issuer.ShowSecret(t.Context(), db, "u", a.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := issuer.ShowSecret(t.Context(), db, "u", a.ID, c.ID); !problem.Is(err, problem.Conflict) {
			t.Errorf("Z19 a secret is shown twice: %v", err)
		}
		if fmt.Sprint(shown) != "[redacted]" {
			t.Errorf("OP-01 a secret prints as %v", shown)
		}
		if c.Kind != OAuthClient {
			if claims, err := issuer.Keys.Verify(shown.Reveal(), time.Now()); err != nil || claims.Credential != c.Number {
				t.Errorf("the key says %+v, %v", claims, err)
			}
			continue
		}
		if len(shown.Reveal()) != 36 || strings.Count(shown.Reveal(), "-") != 4 {
			t.Errorf("Z23 the secret has not the form of a UUID: %d characters", len(shown.Reveal()))
		}
		read := func() client.Client {
			k, err := client.FromItem(grants(t, db)[ddb.GrantClient(c.ID)])
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		if k := read(); !k.Authenticates(shown, time.Now()) || k.Authenticates(shown+"x", time.Now()) || !k.Enabled {
			t.Errorf("the stored client does not know its secret: %+v", k)
		}
		second, err := issuer.Regenerate(t.Context(), db, "u", a.ID, c.ID, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if k := read(); !k.Authenticates(shown, time.Now()) || !k.Authenticates(second, time.Now()) || k.Authenticates(shown, time.Now().Add(2*time.Hour)) || k.Number != c.Number {
			t.Error("Z12 during the overlap both secrets hold, and live tokens too; after it the old one does not")
		}
		third, err := issuer.Regenerate(t.Context(), db, "u", a.ID, c.ID, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if k := read(); k.Authenticates(shown, time.Now()) || k.Authenticates(second, time.Now()) || !k.Authenticates(third, time.Now()) || k.Number == c.Number {
			t.Error("TE-18 regenerating now ends the old secrets and the tokens")
		}
		for name, until := range map[string]time.Time{"a past end": time.Now().Add(-time.Hour), "more than 30 days": time.Now().AddDate(0, 0, 31)} {
			if _, err := issuer.Regenerate(t.Context(), db, "u", a.ID, c.ID, until); !problem.Is(err, problem.Validation) {
				t.Errorf("Z12 %s: %v", name, err)
			}
		}
	}
	prefixed := NewSecret(Prefixed)
	if again := NewSecret(Prefixed); len(prefixed) != len("guichet_cs_")+49 || len(again) != len(prefixed) || again == prefixed || !strings.HasPrefix(prefixed.Reveal(), "guichet_cs_") {
		t.Errorf("Z23 prefixed: %d characters", len(prefixed))
	}
}

func TestLimitsOfWhatAnApplicationHas(t *testing.T) {
	t.Parallel()
	db := localtest.Tables(t).Database(nil)
	issuer, a := testIssuer(t), create(t, db, "Limits")
	for range MaxCredentials - 2 {
		if _, _, err := issuer.AddCredential(t.Context(), db, "u", a.ID, OAuthClient, false); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := issuer.AddCredential(t.Context(), db, "u", a.ID, APIKey, false); !problem.Is(err, problem.Conflict) {
		t.Errorf("an 11th credential: %v", err)
	}
	number := func(n int64) *int64 { return &n }
	for name, l := range map[string]quota.Limits{
		"negative": {PerSecond: number(-1)}, "absurd": {PerSecond: number(MaxLimit + 1)}, "absurd a day": {PerDay: number(2_000_000_000_000)},
	} {
		if err := SetLimits(t.Context(), db, "u", a.ID, "", &l); !problem.Is(err, problem.Validation) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := SetLimits(t.Context(), db, "u", a.ID, "", &quota.Limits{PerSecond: number(MaxLimit)}); err != nil {
		t.Errorf("the largest limit: %v", err)
	}
	if err := Link(t.Context(), db, "u", a.ID, Right{API: "A1", ShortID: "aaa1"}); err != nil {
		t.Fatal(err)
	}
	if err := SetLimits(t.Context(), db, "u", a.ID, "A1", &quota.Limits{PerSecond: number(31 * quota.MaxPerItem)}); err != nil {
		t.Errorf("M15 a 90th item of grants: %v", err) // 9 clients, 50 parts of the application's limit
	}
	if n := len(grants(t, db)); n != MaxGrantItems {
		t.Fatalf("%d items of grants, %d expected", n, MaxGrantItems)
	}
	if err := SetLimits(t.Context(), db, "u", a.ID, "A1", &quota.Limits{PerSecond: number(32 * quota.MaxPerItem)}); !problem.Is(err, problem.Conflict) {
		t.Errorf("M15 a 91st item of grants by a limit: %v", err)
	}
	for id, c := range a.Credentials {
		if c.Kind == APIKey {
			if err := DeleteCredential(t.Context(), db, "u", a.ID, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, _, err := issuer.AddCredential(t.Context(), db, "u", a.ID, OAuthClient, false); !problem.Is(err, problem.Conflict) {
		t.Errorf("M15 a 91st item of grants by a client: %v", err)
	}
	for _, suspended := range []Suspension{OwnerDisabled, ""} {
		if changed, err := FollowOwner(t.Context(), db, "u", a.ID, "another name", suspended); !changed || err != nil {
			t.Errorf("M15 an application of 90 items is not suspended for %q: %v", suspended, err)
		}
		for key, i := range grants(t, db) {
			if enabled, ok := i[quota.Enabled].(*types.AttributeValueMemberBOOL); ok && enabled.Value != (suspended == "") {
				t.Errorf("M15 suspended for %q, %s says %t", suspended, key, enabled.Value)
			}
		}
	}
	for name, origin := range map[string]string{"http": "http://app.example", "a path": "https://app.example/", "upper case": "https://App.example", "user": "https://u@app.example", "null": "null", "script": "javascript:x", "a suffix": "https://*.example"} {
		for id := range a.Credentials {
			err := SetOrigins(t.Context(), db, "u", a.ID, id, []string{origin})
			if name != "a suffix" && !problem.Is(err, problem.Validation) {
				t.Errorf("origin with %s: %v", name, err)
			}
		}
	}
}

// Whatever happens to an application, its grants say what its rows say, counters and other nouns' attributes stay, and
// each change left one event.
func TestM5PartialRightsAreBounded(t *testing.T) {
	t.Parallel()
	db := localtest.Tables(t).Database(nil)
	a, err := Create(t.Context(), db, "tester", New{Name: "Many scopes", Channel: channel.Sandbox, Organisation: "01ORGANISATION000000000TEST"})
	if err != nil {
		t.Fatal(err)
	}
	scopes := func(api, n int) map[string]string {
		all := map[string]string{}
		for i := range n {
			all[fmt.Sprint("scope.", i)] = fmt.Sprintf("%d%03d", api, i)
		}
		return all
	}
	link := func(api, n int) error {
		return Link(t.Context(), db, "tester", a.ID, Right{API: fmt.Sprint("api", api), ShortID: fmt.Sprintf("A00%d", api), Scopes: scopes(api, n)})
	}
	for api := range 5 {
		if err := link(api, 200); err != nil {
			t.Fatal(err)
		}
	}
	if err := link(5, 1); !problem.Is(err, problem.Conflict) {
		t.Errorf("1,001 scopes in partial rights: %v", err)
	}
	if err := Link(t.Context(), db, "tester", a.ID, Right{API: "api5", ShortID: "A005"}); err != nil {
		t.Errorf("a right on all scopes does not count: %v", err)
	}
	if err := link(0, 100); err != nil {
		t.Error(err)
	}
	if err := link(5, 100); err != nil {
		t.Errorf("what was given back counts: %v", err)
	}
	rights := []Right{{API: "x", ShortID: "xxxx", Scopes: scopes(9, 1_001)}}
	if _, err := Create(t.Context(), db, "tester", New{Name: "Too many", Channel: channel.Sandbox, Organisation: "01ORGANISATION000000000TEST", Rights: rights}); !problem.Is(err, problem.Conflict) {
		t.Errorf("1,001 from the start: %v", err)
	}
}

func TestGrantsFollowEveryChange(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	db := tables.Database(nil)
	issuer, a := testIssuer(t), create(t, db, "Property")
	table := db.Tables.Grants[channel.Sandbox]
	_, err := db.Client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &table, Key: ddb.PartitionKey(a.ID), UpdateExpression: aws.String("SET dabc = :n, R = :r"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": ddb.N(7), ":r": &types.AttributeValueMemberM{Value: ddb.Item{"aaa1": ddb.S("p")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const seed = 20261123
	random := rand.New(rand.NewPCG(seed, 1))
	ctx := context.Background()
	api := func() string { return fmt.Sprintf("aaa%d", random.IntN(4)) }
	changes := []func(credential string) error{
		func(string) error { return SetEnabled(ctx, db, "u", a.ID, random.IntN(3) > 0) },
		func(c string) error { return SetCredentialEnabled(ctx, db, "u", a.ID, c, random.IntN(2) == 0) },
		func(c string) error { _, err := issuer.Regenerate(ctx, db, "u", a.ID, c, time.Time{}); return err },
		func(c string) error { _, err := issuer.ShowSecret(ctx, db, "u", a.ID, c); return err },
		func(c string) error {
			return SetOrigins(ctx, db, "u", a.ID, c, []string{"https://a.example", "https://b.example"}[:random.IntN(3)])
		},
		func(c string) error { return DeleteCredential(ctx, db, "u", a.ID, c) },
		func(string) error {
			_, _, err := issuer.AddCredential(ctx, db, "u", a.ID, OAuthClient, random.IntN(2) == 0)
			return err
		},
		func(string) error { id := api(); return Link(ctx, db, "u", a.ID, Right{API: "API" + id, ShortID: id}) },
		func(string) error {
			id := api()
			return Link(ctx, db, "u", a.ID, Right{API: "API" + id, ShortID: id, Scopes: map[string]string{"read": "sss1", "write": "sss2"}})
		},
		func(string) error { return Unlink(ctx, db, "u", a.ID, "API"+api()) },
		func(string) error {
			n := int64(random.IntN(1200))
			return SetLimits(ctx, db, "u", a.ID, "", &quota.Limits{PerSecond: &n})
		},
		func(string) error {
			n := int64(random.IntN(900))
			return SetLimits(ctx, db, "u", a.ID, "API"+api(), &quota.Limits{PerSecond: &n})
		},
		func(string) error { return SetLimits(ctx, db, "u", a.ID, "API"+api(), nil) },
	}
	for step := range 150 {
		current, err := Load(ctx, db, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		credentials := append(slices.Sorted(maps.Keys(current.Credentials)), "none")
		if err := changes[random.IntN(len(changes))](credentials[random.IntN(len(credentials))]); err != nil {
			if code := problem.From(err).Code; code == problem.Internal {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
		}
		if current, err = Load(ctx, db, a.ID); err != nil {
			t.Fatal(err)
		}
		stored, wanted := grants(t, db), Project(current)
		base := stored[a.ID]
		if n, ok := base["dabc"].(*types.AttributeValueMemberN); !ok || n.Value != "7" || base[quota.Reasons] == nil {
			t.Fatalf("seed %d, step %d: the counter or the reasons are gone: %v", seed, step, base)
		}
		delete(base, "dabc")
		delete(base, quota.Reasons)
		if !reflect.DeepEqual(stored, wanted) {
			t.Fatalf("seed %d, step %d: the grants are\n%v\nand should be\n%v", seed, step, stored, wanted)
		}
		if recorded := len(acts(t, db)); recorded != int(current.Revision) {
			t.Fatalf("seed %d, step %d: %d events for revision %d", seed, step, recorded, current.Revision)
		}
	}
}

func TestChangesDoNotMix(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	db := tables.Database(nil)
	a := create(t, db, "Races")
	var group sync.WaitGroup
	failed := make(chan error, 16)
	for i := range 4 {
		group.Go(func() {
			id := fmt.Sprintf("aaa%d", i)
			failed <- Link(context.Background(), db, "u", a.ID, Right{API: "API" + id, ShortID: id})
		})
	}
	group.Wait()
	close(failed)
	linked := 0
	for err := range failed {
		if err == nil {
			linked++
		} else if !problem.Is(err, problem.Conflict) {
			t.Error(err)
		}
	}
	current, err := Load(t.Context(), db, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(current.Subscriptions) != linked || current.Revision != int64(1+linked) {
		t.Errorf("%d of 4 links succeeded, %d are there at revision %d", linked, len(current.Subscriptions), current.Revision)
	}
}

func TestStoreFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault faults.Fault
		times int
	}{
		"F04 a lost answer is one change":                             {faults.LoseAnswer(), 1},
		"F06 a busy application's item conflicts, and is tried again": {faults.TransactionCanceled("None", "TransactionConflict"), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tables := localtest.Tables(t)
			db := tables.Database(nil)
			a := create(t, db, "Faults")
			tables.Faults.Inject(faults.Rule{Operation: "TransactWriteItems", Times: c.times, Fault: c.fault})
			if err := Link(t.Context(), db, "u", a.ID, Right{API: "A1", ShortID: "aaa1"}); err != nil {
				t.Fatal(err)
			}
			current, err := Load(t.Context(), db, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(current.Subscriptions) != 1 || current.Revision != 2 || len(acts(t, db)) != 2 {
				t.Errorf("%d subscriptions at revision %d with %d events", len(current.Subscriptions), current.Revision, len(acts(t, db)))
			}
		})
	}
}
