package main

import (
	"fmt"
	"testing"

	"guichet/shared/account"
	"guichet/shared/organisation"
)

func TestMemberships(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, cookie := w.member("camille@example.org")
	o := w.organisation("Agence", false)
	code := w.code(o)
	join := func(code, key string) answer {
		return w.do(ask{method: "POST", path: "/me/memberships", cookie: cookie, key: key, body: map[string]any{"code": code}})
	}
	w.expect("RG-11 a code that leads nowhere", join("ABCD-EFGH-JKMN-PQRS", ""), "organisation_code_invalid")
	key := random()
	joined := w.must(join(code, key), 201)
	want := "[APP_SANDBOX_camille@example.org_Agence APP_PRODUCTION_camille@example.org_Agence]"
	if d := joined.document(); d["role"] != "developer" || d["mayLeave"] != true || fmt.Sprint(d["endingApplications"]) != want {
		t.Errorf("Z44 joined as %s", joined.body)
	}
	if again := join(code, key); again.status != 201 || string(again.body) != string(joined.body) {
		t.Errorf("the same request again: %s", again.body)
	}
	w.expect("the same key with another code", join("ABCD-EFGH-JKMN-PQRS", key), "idempotency_conflict")
	w.expect("Z44 joining twice", join(code, ""), "already_member")
	old := code
	code = w.code(o)
	w.expect("RG-11 the code before a newer one", join(old, ""), "organisation_code_invalid")

	leave := func(id string) answer {
		return w.do(ask{method: "DELETE", path: "/me/memberships/" + id, cookie: cookie})
	}
	w.expect("Z44 leaving the default organisation", leave(organisation.Default), "default_organisation")
	w.expect("Z44 leaving where one is not", leave("01JD8Z3K4M5N6P7Q8R9S0T1V2W"), "not_found")
	m := w.membership(u.ID, o.ID)
	if err := organisation.SetRole(t.Context(), w.db, "test", m, organisation.Administrator); err != nil {
		t.Fatal(err)
	}
	w.expect("the only administrator leaves", leave(o.ID), "sole_administrator")
	second, _ := w.member("second@example.org")
	if err := organisation.Enrol(t.Context(), w.db, organisation.Membership{User: second.ID, Organisation: o.ID, Role: organisation.Administrator, Name: second.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.must(leave(o.ID), 204)
	if got, err := organisation.Get(t.Context(), w.db, o.ID); err != nil || got.Administrators != 1 {
		t.Errorf("the organisation counts %d administrators, %v", got.Administrators, err)
	}
	w.disable(o)
	w.expect("RG-11 the code of a disabled organisation", join(code, ""), "organisation_code_invalid")
	for range maxWrongCodes {
		join("ABCD-EFGH-JKMN-PQRS", "")
	}
	w.expect("RG-11 an eleventh code in an hour", join("ABCD-EFGH-JKMN-PQRS", ""), "too_many_attempts")

	unknown, _ := w.workOf(func() answer { return w.joinAs("one@example.org", "ABCD-EFGH-JKMN-PQRS") })
	disabled, _ := w.workOf(func() answer { return w.joinAs("two@example.org", code) })
	if fmt.Sprint(unknown) != fmt.Sprint(disabled) {
		t.Errorf("RG-11 an unknown code costs %v, a dead one %v", unknown, disabled)
	}
}

func (w *world) joinAs(email, code string) answer {
	w.t.Helper()
	_, cookie := w.member(email)
	w.tables.Faults.Reset()
	return w.do(ask{method: "POST", path: "/me/memberships", cookie: cookie, body: map[string]any{"code": code}})
}

func (w *world) membership(user, of string) organisation.Membership {
	w.t.Helper()
	p, err := account.GetPerson(w.t.Context(), w.db, user)
	if err != nil {
		w.t.Fatal(err)
	}
	m, ok := p.Membership(of)
	if !ok {
		w.t.Fatalf("%s is no member of %s", user, of)
	}
	return m
}
