package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"

	"guichet/events"
	"guichet/shared/account"
)

// feedback is an event of SES as EventBridge brings it: a bounce or a complaint about one mail.
//
// Nobody but EventBridge may invoke the function by the rule, so there is no signature to check and no URL to fetch (ML-03).
// What it says is believed only of a mail that was sent, by its id, to the address that it names.
type feedback struct {
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
	Detail     struct {
		Mail struct {
			MessageID string              `json:"messageId"`
			Tags      map[string][]string `json:"tags"`
		} `json:"mail"`
		Bounce struct {
			// Type is Permanent, Transient or Undetermined.
			Type       string      `json:"bounceType"`
			Recipients []recipient `json:"bouncedRecipients"`
		} `json:"bounce"`
		Complaint struct {
			Recipients []recipient `json:"complainedRecipients"`
		} `json:"complaint"`
	} `json:"detail"`
}

type recipient struct {
	Address string `json:"emailAddress"`
}

// parseFeedback tells SES's events from batches of a stream.
func parseFeedback(payload json.RawMessage) (f feedback, ok bool) {
	if err := json.Unmarshal(payload, &f); err != nil || f.Source != "aws.ses" || f.Detail.Mail.MessageID == "" {
		return feedback{}, false
	}
	return f, true
}

func (f feedback) tag(name string) string {
	if values := f.Detail.Mail.Tags[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}

var errNotMarkedYet = errors.New("notify: feedback on a mail that is not marked as sent yet")

// hear marks an address to which nothing can be delivered, or whose owner complained. It disables no account and hides no
// mail about security.
func (n *notifier) hear(ctx context.Context, f feedback) error {
	about := f.Detail.Bounce.Recipients
	if f.DetailType == "Email Complaint Received" {
		about = f.Detail.Complaint.Recipients
	} else if f.DetailType != "Email Bounced" || f.Detail.Bounce.Type != "Permanent" {
		return nil // a full mailbox passes
	}
	user := f.tag("recipient")
	log := slog.With("kind", f.DetailType, "act", f.tag("act"), "mail", f.tag("mail"))
	d, ok, err := events.FindDelivery(ctx, n.db, user, f.tag("act"), f.tag("mail"))
	switch {
	case user == "" || err == nil && !ok:
		log.WarnContext(ctx, "feedback on no mail of ours")
		return nil
	case err != nil:
		return err
	case d.State == events.Claimed:
		return errNotMarkedYet // EventBridge's asynchronous call is tried again in a minute
	case d.MessageID != f.Detail.Mail.MessageID:
		log.WarnContext(ctx, "feedback on another mail")
		return nil
	}
	for _, r := range about {
		if err := account.MarkUndeliverable(ctx, n.db, user, strings.TrimSpace(r.Address)); err != nil {
			return err
		}
	}
	log.InfoContext(ctx, "feedback heard")
	return nil
}
