package organisation_test

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"

	"guichet/localtest"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	db, ctx := tables.Database(nil), t.Context()
	o, err := organisation.Create(ctx, db, "test", "Agence", false)
	if err != nil {
		t.Fatal(err)
	}
	set := func() secret.Value {
		t.Helper()
		code, err := organisation.SetCode(ctx, db, "test", o.ID)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	first := set()
	form := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`)
	if !form.MatchString(first.Reveal()) || math.Pow(32, 16) < math.Pow(2, 80) {
		t.Errorf("RG-11 the code %s has fewer than 80 bits", first.Reveal())
	}
	leads := func(code string) bool {
		t.Helper()
		tables.Faults.Reset()
		found, err := organisation.WithCode(ctx, db, secret.Value(code))
		if n := tables.Faults.Count("", ""); n != 2 {
			t.Errorf("RG-11 a code costs %d requests", n)
		}
		if err != nil && !problem.Is(err, problem.OrganisationCodeInvalid) {
			t.Fatal(err)
		}
		return err == nil && found.ID == o.ID
	}
	typed := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(strings.ReplaceAll(first.Reveal(), "-", " ")))
	for name, code := range map[string]string{"as shown": first.Reveal(), "as people type it": typed} {
		if !leads(code) {
			t.Errorf("RG-11 a code %s leads nowhere", name)
		}
	}
	second := set()
	if leads(first.Reveal()) || !leads(second.Reveal()) || leads("") || leads("ABCD-EFGH-JKMN-PQRS") {
		t.Error("RG-11 exactly the newest code leads to the organisation")
	}
	if _, err := organisation.SetCode(ctx, db, "test", "01JD8Z3K4M5N6P7Q8R9S0T1V2W"); !problem.Is(err, problem.NotFound) {
		t.Errorf("a code for nobody: %v", err)
	}

	var group sync.WaitGroup
	var mu sync.Mutex
	var won []secret.Value
	for range 10 {
		group.Go(func() {
			code, err := organisation.SetCode(ctx, db, "test", o.ID)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, code)
			} else if !problem.Is(err, problem.Conflict) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	live := 0
	for _, code := range won {
		if leads(code.Reveal()) {
			live++
		}
	}
	if live != 1 {
		t.Errorf("RG-11 of %d codes made at once %d lead to the organisation", len(won), live)
	}
}

func TestAdministratorsAreCounted(t *testing.T) {
	t.Parallel()
	tables := localtest.Tables(t)
	db, ctx := tables.Database(nil), t.Context()
	if _, err := organisation.EnsureDefault(ctx, db, "test", "Universelle"); err != nil {
		t.Fatal(err)
	}
	if again, err := organisation.EnsureDefault(ctx, db, "test", "Autre"); err != nil || again.Name != "Universelle" || again.ID != organisation.Default || !again.Open {
		t.Errorf("B14 the default organisation is made twice: %+v %v", again, err)
	}
	o, err := organisation.Create(ctx, db, "test", "Agence", false)
	if err != nil {
		t.Fatal(err)
	}
	enrol := func(role organisation.Role) organisation.Membership {
		t.Helper()
		m := organisation.Membership{User: db.NewID(), Organisation: o.ID, Role: role, Name: "Camille", By: "test"}
		if err := organisation.Enrol(ctx, db, m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	count := func() int64 {
		t.Helper()
		found, err := organisation.Get(ctx, db, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		return found.Administrators
	}
	developer, only := enrol(organisation.Developer), enrol(organisation.Administrator)
	if err := organisation.Enrol(ctx, db, developer); !problem.Is(err, problem.AlreadyMember) {
		t.Errorf("M8 a member is enrolled again: %v", err)
	}
	if err := organisation.Enrol(ctx, db, organisation.Membership{User: db.NewID(), Organisation: db.NewID(), Role: organisation.Developer, By: "test"}); !problem.Is(err, problem.NotFound) {
		t.Errorf("M8 a member of nothing: %v", err)
	}
	if err := organisation.SetRole(ctx, db, "test", only, organisation.Developer); !problem.Is(err, problem.SoleAdministrator) || count() != 1 {
		t.Errorf("Z56 the only administrator steps back: %v", err)
	}
	if err := organisation.SetRole(ctx, db, "test", developer, organisation.Administrator); err != nil || count() != 2 {
		t.Errorf("M12 %v, %d administrators", err, count())
	}
	if err := organisation.SetRole(ctx, db, "test", developer, organisation.Administrator); !problem.Is(err, problem.Conflict) {
		t.Errorf("M12 a role that was changed meanwhile: %v", err)
	}

	// AZ-13: two administrators leave at once; the count is a condition, so one stays.
	developer.Role = organisation.Administrator
	var group sync.WaitGroup
	var mu sync.Mutex
	gone := 0
	for _, m := range []organisation.Membership{only, developer} {
		group.Go(func() {
			items, err := organisation.Leave(db, "test", m)
			if err == nil {
				err = db.Transact(ctx, items)
			}
			mu.Lock()
			defer mu.Unlock()
			var refused *ddb.ConditionFailed
			if err == nil {
				gone++
			} else if !errors.As(err, &refused) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if gone != 1 || count() != 1 {
		t.Errorf("Z56 of two administrators %d leave, and %d are counted", gone, count())
	}
}
