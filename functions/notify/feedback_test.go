package main

import (
	"testing"

	"guichet/events"
	"guichet/localtest/ses"
	"guichet/localtest/streams"
	"guichet/shared/account"
)

func TestF15OneBadAddressFailsAloneAndIsMarked(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]ses.Answer{"rejected": ses.Refused, "illegal": ses.Illegal} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, streams.Chaos{}, nil)
			bad, good := w.person("bad@example.org"), w.person("good@example.org")
			w.ses.Decide(func(m ses.Mail) ses.Answer {
				if m.To[0] == bad.Email {
					return answer
				}
				return ses.Answer{}
			})
			for _, p := range []account.User{bad, good} {
				w.act(p.ID, events.PasswordChanged{User: p.ID, By: "profile"}, 0)
			}
			w.settle()
			w.pass()
			w.expect("F15", w.deliveries(), []string{"password-changed failed: " + answer.Code, "password-changed sent"})
			w.expect("F15", w.subjects(good.Email), []string{changed})
			w.marked(bad.ID, true)
			w.marked(good.ID, false)
			if n := len(w.ses.Requests()); n != 2 {
				t.Errorf("F15 %d requests: a refused mail was tried again", n)
			}
		})
	}
}

func (w *world) marked(user string, want bool) {
	w.Helper()
	u, err := account.Get(w.Context(), w.db, user)
	if err != nil {
		w.Fatal(err)
	}
	if u.EmailUndeliverable != want || u.Status != account.Confirmed {
		w.Errorf("the address of %s is marked: %t, want %t; status %s", u.Email, u.EmailUndeliverable, want, u.Status)
	}
}

func TestML03OnlyTrueFeedbackMarksAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, streams.Chaos{}, nil)
	ada, bob := w.person("ada@example.org"), w.person("bob@example.org")
	w.act(ada.ID, events.PasswordChanged{User: ada.ID, By: "profile"}, 0)
	w.act(bob.ID, events.PasswordChanged{User: bob.ID, By: "profile"}, 0)
	w.settle()
	sent := map[string]ses.Mail{}
	for _, m := range w.ses.Mails() {
		sent[m.To[0]] = m
	}
	bounce := func(kind, messageID, address string, tags map[string]string) {
		t.Helper()
		lists := map[string][]string{}
		for name, value := range tags {
			lists[name] = []string{value}
		}
		detail := map[string]any{
			"eventType": "Bounce", "mail": map[string]any{"messageId": messageID, "destination": []string{address}, "tags": lists},
			"bounce": map[string]any{"bounceType": kind, "bouncedRecipients": []map[string]string{{"emailAddress": address}}},
		}
		if err := w.Emit(t.Context(), "aws.ses", "Email Bounced", detail); err != nil {
			t.Fatal(err)
		}
	}
	a, b := sent[ada.Email], sent[bob.Email]
	bounce("Permanent", "invented", ada.Email, a.Tags)
	bounce("Permanent", a.MessageID, bob.Email, a.Tags)
	bounce("Permanent", b.MessageID, ada.Email, a.Tags)
	bounce("Permanent", a.MessageID, ada.Email, b.Tags)
	bounce("Permanent", a.MessageID, ada.Email, nil)
	bounce("Transient", a.MessageID, ada.Email, a.Tags)
	w.marked(ada.ID, false)
	w.marked(bob.ID, false)
	bounce("Permanent", a.MessageID, "ADA@example.org", a.Tags)
	w.marked(ada.ID, true)
	w.marked(bob.ID, false)
	// A mail about security is tried all the same.
	w.act(ada.ID, events.AddressRegisteredAgain{User: ada.ID}, 0)
	w.settle()
	w.expect("ML-03", w.subjects(ada.Email), []string{changed, known})

	complaint := map[string]any{
		"eventType": "Complaint", "mail": map[string]any{"messageId": b.MessageID, "tags": map[string][]string{
			"recipient": {b.Tags["recipient"]}, "act": {b.Tags["act"]}, "mail": {b.Tags["mail"]},
		}},
		"complaint": map[string]any{"complainedRecipients": []map[string]string{{"emailAddress": bob.Email}}},
	}
	if err := w.Emit(t.Context(), "aws.ses", "Email Complaint Received", complaint); err != nil {
		t.Fatal(err)
	}
	w.marked(bob.ID, true)
}
