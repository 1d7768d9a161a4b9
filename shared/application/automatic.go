package application

import (
	"context"
	"crypto/sha256"

	"github.com/oklog/ulid/v2"

	"guichet/events"
	"guichet/shared/channel"
	"guichet/shared/ddb"
)

// AutomaticID is the ULID of the application that the platform makes for a user in an organisation and channel (features
// Z4). It follows from the three, so that making it twice makes one, and finding it needs no index. Its time is the first
// millisecond of 1970, which no drawn ULID has, so the two never meet.
func AutomaticID(user, organisation string, c channel.Channel) string {
	sum := sha256.Sum256([]byte("automatic application\x00" + user + "\x00" + organisation + "\x00" + string(c)))
	var id ulid.ULID
	copy(id[6:], sum[:]) // 80 bits of the hash; the 48 bits of the time stay zero
	return id.String()
}

// AutomaticName is the name of such an application (guide G2, G35, features Z4): APP_SANDBOX_<email> in the default
// organisation, for which organisation is empty, and APP_<channel>_<email>_<organisation's name> in any other. It is
// data, never part of a key or a path (features Z5, RG-16).
func AutomaticName(c channel.Channel, email, organisation string) string {
	name := "APP_" + string(c) + "_" + email
	if organisation != "" {
		name += "_" + organisation
	}
	return name
}

// Suspension is a reason for which the platform stops an application that it made. It is lifted when the reason is gone;
// nobody else can lift it.
type Suspension string

// Reasons to suspend.
const (
	// MembershipEnded ends the two applications that enrolment made (features Z42).
	MembershipEnded Suspension = "membership_ended"
	OwnerDisabled   Suspension = "owner_disabled"
	OwnerDeleted    Suspension = "owner_deleted"
	// OrganisationDisabled stops what belongs to an organisation that was switched off.
	OrganisationDisabled Suspension = "organisation_disabled"
)

// FollowOwner makes the name and the suspension of an automatic application what its owner's state demands, effective with
// the next call. It returns whether anything changed. Errors: not_found.
func FollowOwner(ctx context.Context, db ddb.Database, actor, application, name string, suspended Suspension) (changed bool, err error) {
	_, err = change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		var fields []string
		if a.Name != name {
			a.Name = name
			fields = append(fields, "name")
		}
		if a.Suspended != suspended {
			a.Suspended = suspended
			fields = append(fields, "suspended")
		}
		changed = len(fields) > 0
		if !changed {
			return nil, nil
		}
		return events.ApplicationChanged{Application: a.ID, Fields: fields, Enabled: a.Live()}, nil
	})
	return changed, err
}
