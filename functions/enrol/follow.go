package main

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/enrolment"
)

var errOtherRecord = errors.New("enrol: a record that the filter does not let through")

// follow handles a change of a person, of a membership or of an organisation. A record only says whom to look at: it may be
// old.
func follow(db ddb.Database) func(context.Context, events.Record) error {
	return func(ctx context.Context, r events.Record) error {
		sk := text(r.Keys, ddb.SK)
		if id, isOrganisation := strings.CutPrefix(text(r.Keys, ddb.PK), ddb.Organisation("")); isOrganisation && sk == ddb.Self {
			if strings.Contains(id, "#") || r.New != nil && reflect.DeepEqual(r.Old["enabled"], r.New["enabled"]) {
				return nil // the name of an application in it; another change of it
			}
			return enrolment.SettleOrganisation(ctx, db, id)
		}
		user, isPerson := strings.CutPrefix(text(r.Keys, ddb.PK), ddb.User(""))
		organisation, isMembership := strings.CutPrefix(sk, ddb.Membership(""))
		switch {
		case !isPerson || user == "":
			return errOtherRecord
		case isMembership:
			return enrolment.Settle(ctx, db, user, organisation)
		case sk != ddb.PersonSelf:
			return errOtherRecord
		case !concerns(r):
			return nil
		}
		return enrolment.Settle(ctx, db, user)
	}
}

// concerns reports whether a change of an account may change its applications: most are sign-ins and profiles.
func concerns(r events.Record) bool {
	if r.New == nil || text(r.New, "status") == string(account.Unconfirmed) {
		return false
	}
	return r.Old == nil || !reflect.DeepEqual(r.Old["status"], r.New["status"]) || !reflect.DeepEqual(r.Old["email"], r.New["email"])
}

func text(item map[string]types.AttributeValue, name string) string {
	if s, ok := item[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}
