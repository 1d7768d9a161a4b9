package main

import (
	"fmt"
	"testing"

	"guichet/shared/account"
	"guichet/shared/organisation"
	"guichet/shared/portal/portaltest"
)

func TestMemberships(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	o := w.Organisation("Agence", false)
	code := w.code(o)
	join := func(code, key string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "POST", Path: "/me/memberships", Cookie: cookie, Key: key, Body: map[string]any{"code": code}})
	}
	w.Expect("RG-11 a code that leads nowhere", join("ABCD-EFGH-JKMN-PQRS", ""), "organisation_code_invalid")
	key := portaltest.Random()
	joined := w.Must(join(code, key), 201)
	want := "[APP_SANDBOX_camille@example.org_Agence APP_PRODUCTION_camille@example.org_Agence]"
	if d := joined.Document(); d["role"] != "developer" || d["mayLeave"] != true || fmt.Sprint(d["endingApplications"]) != want {
		t.Errorf("Z44 joined as %s", joined.Body)
	}
	if again := join(code, key); again.Status != 201 || string(again.Body) != string(joined.Body) {
		t.Errorf("the same request again: %s", again.Body)
	}
	w.Expect("the same key with another code", join("ABCD-EFGH-JKMN-PQRS", key), "idempotency_conflict")
	w.Expect("Z44 joining twice", join(code, ""), "already_member")
	old := code
	code = w.code(o)
	w.Expect("RG-11 the code before a newer one", join(old, ""), "organisation_code_invalid")

	leave := func(id string) portaltest.Answer {
		return w.Do(portaltest.Request{Method: "DELETE", Path: "/me/memberships/" + id, Cookie: cookie})
	}
	w.Expect("Z44 leaving the default organisation", leave(organisation.Default), "default_organisation")
	w.Expect("Z44 leaving where one is not", leave("01JD8Z3K4M5N6P7Q8R9S0T1V2W"), "not_found")
	m := w.Membership(u.ID, o.ID)
	if err := organisation.SetRole(t.Context(), w.DB, "test", m, organisation.Administrator); err != nil {
		t.Fatal(err)
	}
	w.Expect("the only administrator leaves", leave(o.ID), "sole_administrator")
	second, _ := w.member("second@example.org")
	if err := organisation.Enrol(t.Context(), w.DB, organisation.Membership{User: second.ID, Organisation: o.ID, Role: organisation.Administrator, Name: second.Name, By: "test"}); err != nil {
		t.Fatal(err)
	}
	w.Must(leave(o.ID), 204)
	if got, err := organisation.Get(t.Context(), w.DB, o.ID); err != nil || got.Administrators != 1 {
		t.Errorf("the organisation counts %d administrators, %v", got.Administrators, err)
	}
	w.disable(o)
	w.Expect("RG-11 the code of a disabled organisation", join(code, ""), "organisation_code_invalid")
	for range maxWrongCodes {
		join("ABCD-EFGH-JKMN-PQRS", "")
	}
	w.Expect("RG-11 an eleventh code in an hour", join("ABCD-EFGH-JKMN-PQRS", ""), "too_many_attempts")

	unknown, _ := w.workOf(func() portaltest.Answer { return w.joinAs("one@example.org", "ABCD-EFGH-JKMN-PQRS") })
	disabled, _ := w.workOf(func() portaltest.Answer { return w.joinAs("two@example.org", code) })
	if fmt.Sprint(unknown) != fmt.Sprint(disabled) {
		t.Errorf("RG-11 an unknown code costs %v, a dead one %v", unknown, disabled)
	}
}

func (w *fixture) joinAs(email, code string) portaltest.Answer {
	w.T.Helper()
	_, cookie := w.member(email)
	w.Tables.Faults.Reset()
	return w.Do(portaltest.Request{Method: "POST", Path: "/me/memberships", Cookie: cookie, Body: map[string]any{"code": code}})
}

func (w *fixture) membership(user, of string) organisation.Membership {
	w.T.Helper()
	p, err := account.GetPerson(w.T.Context(), w.DB, user)
	if err != nil {
		w.T.Fatal(err)
	}
	m, ok := p.Membership(of)
	if !ok {
		w.T.Fatalf("%s is no member of %s", user, of)
	}
	return m
}
