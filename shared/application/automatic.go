package application

import (
	"context"
	"crypto/sha256"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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

// FollowOwner makes the suspension and the name of an automatic application what its owner's state demands, effective with
// the next call. The suspension comes first and alone, so that nothing about a name keeps an application running. It
// returns whether anything changed. Errors: not_found, conflict.
func FollowOwner(ctx context.Context, db ddb.Database, actor, application, name string, suspended Suspension) (changed bool, err error) {
	for range 2 { // the suspension, the name
		field := ""
		_, err = change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
			switch {
			case a.Suspended != suspended:
				a.Suspended, field = suspended, "suspended"
			case a.Name != name:
				a.Name, field = name, "name"
			default:
				field = ""
				return nil, nil
			}
			return events.ApplicationChanged{Application: a.ID, Fields: []string{field}, Enabled: a.Live()}, nil
		})
		if err != nil || field == "" {
			break
		}
		changed = true
	}
	return changed, err
}

// FollowOrganisation suspends an application whose organisation is disabled, and lifts that suspension when it is enabled
// again; another reason to suspend stays. Errors: not_found, conflict.
func FollowOrganisation(ctx context.Context, db ddb.Database, actor, application string, enabled bool) error {
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		switch {
		case !enabled && a.Suspended == "":
			a.Suspended = OrganisationDisabled
		case enabled && a.Suspended == OrganisationDisabled:
			a.Suspended = ""
		default:
			return nil, nil
		}
		return events.ApplicationChanged{Application: a.ID, Fields: []string{"suspended"}, Enabled: a.Live()}, nil
	})
	return err
}

// OfOrganisation yields the applications of an organisation by name (AP-09). The index is some milliseconds late.
func OfOrganisation(ctx context.Context, db ddb.Database, organisation string) iter.Seq2[Application, error] {
	return func(yield func(Application, error) bool) {
		for row, err := range ddb.Query(ctx, db.Client, &dynamodb.QueryInput{
			TableName: &db.Tables.Registry, IndexName: aws.String("GSI1"), KeyConditionExpression: aws.String("GSI1PK = :pk"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": ddb.S(ddb.OrganisationApplications(organisation))},
		}) {
			var a Application
			if err == nil {
				err = attributevalue.UnmarshalMap(row, &a)
			}
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}
