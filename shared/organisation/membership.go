package organisation

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
)

// Role of a member.
type Role string

// Roles of a member (guide M12).
const (
	Developer     Role = "developer"
	Administrator Role = "organisation_administrator"
)

// Membership is a person's belonging to an organisation: the row U#user / A#M#org of the registry. Everybody belongs to
// the default organisation without one; there, a row only says that somebody is its administrator.
type Membership struct {
	User         string `dynamodbav:"user"`
	Organisation string `dynamodbav:"organisation"`
	Role         Role   `dynamodbav:"role"`
	// Name is a copy of the person's name, for lists.
	Name  string    `dynamodbav:"name"`
	Since time.Time `dynamodbav:"since"`
	// By is who made the person a member: a user's id, the person's own for a code.
	By string `dynamodbav:"by"`
}

// Join is the items of a transaction that makes somebody a member: the row, the count of administrators with the condition
// that the organisation is enabled, and the act. The first item's condition fails for a member, the second's for an
// organisation that is disabled or unknown.
func Join(db ddb.Database, m Membership) ([]types.TransactWriteItem, error) {
	item, err := attributevalue.MarshalMap(m)
	if err != nil {
		return nil, err
	}
	item[ddb.PK], item[ddb.SK] = ddb.S(ddb.User(m.User)), ddb.S(ddb.Membership(m.Organisation))
	item["GSI1PK"], item["GSI1SK"] = ddb.S(ddb.Members(m.Organisation)), ddb.S(m.Name+"#"+m.User)
	event, err := events.Event{
		ID: db.NewID(), At: m.Since, Actor: m.By, Subject: ddb.User(m.User), Consumer: m.Organisation,
		Act: events.MembershipAdded{User: m.User, Organisation: m.Organisation, Role: string(m.Role)},
	}.Put(db.Tables.Events)
	if err != nil {
		return nil, err
	}
	return []types.TransactWriteItem{
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		countAdministrators(db, m.Organisation, administrators(m.Role), true),
		event,
	}, nil
}

// administrators is how many a role counts as.
func administrators(r Role) int64 {
	if r == Administrator {
		return 1
	}
	return 0
}

// countAdministrators changes the number of administrators, never below one where there was one. joining asks that the
// organisation is enabled.
func countAdministrators(db ddb.Database, organisation string, by int64, joining bool) types.TransactWriteItem {
	key := ddb.Key(ddb.Organisation(organisation), ddb.Self)
	names, values := map[string]string{}, map[string]types.AttributeValue{}
	condition := "attribute_exists(PK)"
	if joining {
		condition, names["#enabled"] = "#enabled = :true", "enabled"
		values[":true"] = &types.AttributeValueMemberBOOL{Value: true}
	}
	if by == 0 {
		check := &types.ConditionCheck{TableName: &db.Tables.Registry, Key: key, ConditionExpression: &condition}
		if joining {
			check.ExpressionAttributeNames, check.ExpressionAttributeValues = names, values
		}
		return types.TransactWriteItem{ConditionCheck: check}
	}
	names["#administrators"], values[":by"] = "administrators", ddb.N(by)
	if by < 0 {
		condition += " AND #administrators > :one"
		values[":one"] = ddb.N(1)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &db.Tables.Registry, Key: key, ConditionExpression: &condition, UpdateExpression: aws.String("ADD #administrators :by"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// Enrol makes somebody a member, in one transaction with the items beside it. Errors: already_member, not_found for an
// organisation that is disabled or unknown, conflict for an item beside it.
func Enrol(ctx context.Context, db ddb.Database, m Membership, beside ...ddb.Write) error {
	m.Since = db.Now().UTC()
	items, err := Join(db, m)
	if err != nil {
		return err
	}
	err = db.Transact(ctx, append(items, beside...))
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		switch failed.Index {
		case 0:
			return problem.New(problem.AlreadyMember)
		case 1:
			return problem.New(problem.NotFound)
		}
		return problem.New(problem.Conflict)
	}
	return err
}

// Of returns the membership in an organisation, of those of one person.
func Of(memberships []Membership, organisation string) (m Membership, ok bool) {
	for _, m := range memberships {
		if m.Organisation == organisation {
			return m, true
		}
	}
	return Membership{}, false
}

// Leave is the items of a transaction that ends a membership: the row, the count of administrators, and the act. The first
// item's condition fails when the membership is not as given, the second's for the last administrator.
func Leave(db ddb.Database, actor string, m Membership) ([]types.TransactWriteItem, error) {
	event, err := events.Event{
		ID: db.NewID(), At: db.Now().UTC(), Actor: actor, Subject: ddb.User(m.User), Consumer: m.Organisation,
		Act: events.MembershipEnded{User: m.User, Organisation: m.Organisation},
	}.Put(db.Tables.Events)
	if err != nil {
		return nil, err
	}
	return []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName: &db.Tables.Registry, Key: ddb.Key(ddb.User(m.User), ddb.Membership(m.Organisation)),
			ConditionExpression: aws.String("#role = :role"), ExpressionAttributeNames: map[string]string{"#role": "role"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":role": ddb.S(string(m.Role))},
		}},
		countAdministrators(db, m.Organisation, -administrators(m.Role), false),
		event,
	}, nil
}

// EndMembership ends a membership, in one transaction. Errors: sole_administrator, conflict when it is not as given any
// more.
func EndMembership(ctx context.Context, db ddb.Database, actor string, m Membership) error {
	items, err := Leave(db, actor, m)
	if err != nil {
		return err
	}
	err = db.Transact(ctx, items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		if failed.Index == 1 {
			return problem.New(problem.SoleAdministrator)
		}
		return problem.New(problem.Conflict)
	}
	return err
}

// SetRole changes a member's role. Errors: not_found, conflict when the role is not as given any more, sole_administrator.
func SetRole(ctx context.Context, db ddb.Database, actor string, m Membership, role Role) error {
	if m.Role == role {
		return nil
	}
	event, err := events.Event{
		ID: db.NewID(), At: db.Now().UTC(), Actor: actor, Subject: ddb.User(m.User), Consumer: m.Organisation,
		Act: events.MembershipChanged{User: m.User, Organisation: m.Organisation, Role: string(role)},
	}.Put(db.Tables.Events)
	if err != nil {
		return err
	}
	err = db.Transact(ctx, []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &db.Tables.Registry, Key: ddb.Key(ddb.User(m.User), ddb.Membership(m.Organisation)),
			UpdateExpression: aws.String("SET #role = :new"), ConditionExpression: aws.String("#role = :old"),
			ExpressionAttributeNames:  map[string]string{"#role": "role"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":old": ddb.S(string(m.Role)), ":new": ddb.S(string(role))},
		}},
		countAdministrators(db, m.Organisation, administrators(role)-administrators(m.Role), false),
		event,
	})
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		if failed.Index == 0 {
			return problem.New(problem.Conflict)
		}
		return problem.New(problem.SoleAdministrator)
	}
	return err
}
