package events

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
)

// Delivery is one mail that follows from an act: pending → claimed → sent, or failed. It is claimed before it is sent, so
// that two never send it at once; who dies between the sending and the mark leaves a claim that ends, and the mail may go
// out a second time, never a third (F13).
//
// A person's deliveries lie in one partition, in the order of their acts: they are sent in that order.
type Delivery struct {
	// Recipient is a user's id. Addresses and names are looked up when the mail is sent (features Z35).
	Recipient string `dynamodbav:"recipient"`
	// Act is the id of the event, Subject its partition.
	Act     string `dynamodbav:"act"`
	Subject string `dynamodbav:"subject"`
	// Mail names what is sent.
	Mail     string    `dynamodbav:"mail"`
	State    State     `dynamodbav:"state"`
	Created  time.Time `dynamodbav:"created"`
	Attempts int       `dynamodbav:"attempts"`
	// Owner holds the claim until Lease.
	Owner string    `dynamodbav:"owner,omitempty"`
	Lease time.Time `dynamodbav:"lease,omitzero"`
	// MessageID is what the mail service calls a sent mail.
	MessageID string `dynamodbav:"messageId,omitempty"`
	// Reason says why it failed, or why the last attempt did.
	Reason string `dynamodbav:"reason,omitempty"`
}

// State of a delivery. It never goes back from Sent or Failed.
type State string

// States of a delivery.
const (
	Pending State = "pending"
	Claimed State = "claimed"
	Sent    State = "sent"
	Failed  State = "failed"
)

const (
	// deliveriesKept is how long a delivery can be looked up.
	deliveriesKept = 90 * 24 * time.Hour
	// MaxRecipients bounds the mails of one act: they are planned in its own transaction.
	MaxRecipients = 90
	// redriveAttribute is set by whoever wants an undone row to come through the stream once more; it holds the time.
	redriveAttribute = "redrive"
)

func (d Delivery) key() map[string]types.AttributeValue {
	return ddb.Key(ddb.Deliveries(d.Recipient), deliveryPrefix+d.Act+"#"+d.Mail)
}

const deliveryPrefix = "M#"

// dueKeys are what makes a row stand in the index Due from then on.
func dueKeys(partition string, at time.Time, id string) (pk, sk types.AttributeValue) {
	return ddb.S(partition), ddb.S(at.UTC().Format(time.RFC3339Nano) + "#" + id)
}

// Plan writes the deliveries of an act and ends its being due, in one transaction: they exist once, whatever the stream
// does. It does nothing when it was done before. A check with a user is planned, too.
func Plan(ctx context.Context, db ddb.Database, e Event, deliveries []Delivery, check Check) error {
	if len(deliveries) > MaxRecipients {
		return fmt.Errorf("events: %s: %d deliveries of one act; %d are possible", e.ID, len(deliveries), MaxRecipients)
	}
	now := db.Now().UTC()
	items := []types.TransactWriteItem{{Update: &types.Update{
		TableName: &db.Tables.Events, Key: ddb.Key(e.Subject, Prefix+e.ID),
		UpdateExpression:         aws.String("REMOVE #due, DuePK, DueSK, #redrive"),
		ConditionExpression:      aws.String("attribute_exists(#due)"),
		ExpressionAttributeNames: map[string]string{"#due": DueAttribute, "#redrive": redriveAttribute},
	}}}
	for _, d := range deliveries {
		d.Act, d.Subject, d.State, d.Created = e.ID, e.Subject, Pending, now
		item, err := attributevalue.MarshalMap(d)
		if err != nil {
			return fmt.Errorf("events: delivery: %w", err)
		}
		for name, value := range d.key() {
			item[name] = value
		}
		item["DuePK"], item["DueSK"] = dueKeys(ddb.DueDeliveries, now.Add(grace), e.ID)
		item[ddb.TTL] = ddb.N(now.Add(deliveriesKept).Unix())
		items = append(items, types.TransactWriteItem{Put: &types.Put{
			TableName: &db.Tables.Events, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)"),
		}})
	}
	if check.User != "" {
		items = append(items, check.put(db, e, now))
	}
	err := db.Transact(ctx, items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return nil
	}
	return err
}

// DeliveriesTo returns all of a person's deliveries that are still kept, in the order of their acts (AP-25).
func DeliveriesTo(ctx context.Context, db ddb.Database, recipient string) ([]Delivery, error) {
	return deliveriesTo(ctx, db, recipient, nil)
}

// Undone returns those that are neither sent nor failed.
func Undone(ctx context.Context, db ddb.Database, recipient string) ([]Delivery, error) {
	return deliveriesTo(ctx, db, recipient, []State{Pending, Claimed})
}

func deliveriesTo(ctx context.Context, db ddb.Database, recipient string, in []State) ([]Delivery, error) {
	query := ddb.Partition(db.Tables.Events, ddb.Deliveries(recipient), deliveryPrefix)
	if len(in) > 0 {
		var states []string
		for i, state := range in {
			states = append(states, ":state"+strconv.Itoa(i))
			query.ExpressionAttributeValues[states[i]] = ddb.S(string(state))
		}
		query.FilterExpression = aws.String("#state IN (" + strings.Join(states, ", ") + ")")
		query.ExpressionAttributeNames = map[string]string{"#state": "state"}
	}
	var all []Delivery
	for item, err := range ddb.Query(ctx, db.Client, query) {
		if err != nil {
			return nil, err
		}
		var d Delivery
		if err := attributevalue.UnmarshalMap(item, &d); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// Claim makes the delivery the owner's until the lease ends. ok is false when somebody else has it, or it is done.
func (d Delivery) Claim(ctx context.Context, db ddb.Database, owner string, lease time.Duration) (claimed Delivery, ok bool, err error) {
	now := db.Now().UTC()
	d.State, d.Owner, d.Lease, d.Attempts = Claimed, owner, now.Add(lease), d.Attempts+1
	until, err := attributevalue.Marshal(d.Lease)
	if err != nil {
		return d, false, err
	}
	pk, sk := dueKeys(ddb.DueDeliveries, d.Lease, d.Act)
	ok, err = d.update(ctx, db, Claimed,
		"SET #state = :claimed, #owner = :owner, lease = :lease, attempts = :attempts, DuePK = :duePK, DueSK = :dueSK REMOVE #redrive",
		"#state = :pending OR (#state = :claimed AND lease < :now)",
		map[string]string{"#owner": "owner", "#redrive": redriveAttribute},
		map[string]types.AttributeValue{
			":claimed": ddb.S(string(Claimed)), ":pending": ddb.S(string(Pending)), ":owner": ddb.S(owner), ":lease": until,
			":now": ddb.S(now.Format(time.RFC3339Nano)), ":attempts": ddb.N(int64(d.Attempts)), ":duePK": pk, ":dueSK": sk,
		})
	return d, ok, err
}

// Sent marks a claimed delivery as sent. ok is false when the claim had ended and somebody else has it.
func (d Delivery) Sent(ctx context.Context, db ddb.Database, messageID string) (ok bool, err error) {
	return d.finish(ctx, db, Sent, "messageId", messageID)
}

// Failed marks a claimed delivery as failed for good, with the reason that operators and the person see.
func (d Delivery) Failed(ctx context.Context, db ddb.Database, reason string) (ok bool, err error) {
	return d.finish(ctx, db, Failed, "reason", reason)
}

func (d Delivery) finish(ctx context.Context, db ddb.Database, state State, name, value string) (bool, error) {
	return d.update(ctx, db, state, "SET #state = :state, #field = :value, finished = :now REMOVE DuePK, DueSK, lease", owns,
		map[string]string{"#field": name, "#owner": "owner"},
		map[string]types.AttributeValue{
			":state": ddb.S(string(state)), ":value": ddb.S(value), ":now": ddb.S(db.Now().UTC().Format(time.RFC3339Nano)),
			":claimed": ddb.S(string(Claimed)), ":owner": ddb.S(d.Owner),
		})
}

const owns = "#state = :claimed AND #owner = :owner"

// Postpone gives a claimed delivery back, to be tried again at that time.
func (d Delivery) Postpone(ctx context.Context, db ddb.Database, until time.Time, reason string) (ok bool, err error) {
	_, sk := dueKeys(ddb.DueDeliveries, until, d.Act)
	return d.update(ctx, db, Pending, "SET #state = :pending, reason = :reason, DueSK = :dueSK REMOVE #owner, lease", owns,
		map[string]string{"#owner": "owner"},
		map[string]types.AttributeValue{
			":pending": ddb.S(string(Pending)), ":reason": ddb.S(reason), ":dueSK": sk,
			":claimed": ddb.S(string(Claimed)), ":owner": ddb.S(d.Owner),
		})
}

// update changes the row to a state under a condition; ok is false when it does not hold. A request whose answer was lost is
// sent again, and finds its own work.
func (d Delivery) update(
	ctx context.Context, db ddb.Database, to State, expression, condition string, names map[string]string, values map[string]types.AttributeValue,
) (ok bool, err error) {
	names["#state"] = "state"
	_, err = db.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &db.Tables.Events, Key: d.key(), UpdateExpression: &expression, ConditionExpression: &condition,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}, ddb.Read)
	if old, failed := ddb.OldItem(err); failed {
		stored, ok, err := ParseDelivery(old)
		return ok && stored.State == to && stored.Owner == d.Owner && d.Owner != "", err
	}
	if err != nil {
		return false, fmt.Errorf("events: delivery %s#%s: %w", d.Act, d.Mail, err)
	}
	return true, nil
}

// ParseDelivery reads a stored delivery. ok is false when the item is something else.
func ParseDelivery(item map[string]types.AttributeValue) (d Delivery, ok bool, err error) {
	sk, isText := item[ddb.SK].(*types.AttributeValueMemberS)
	if !isText || len(sk.Value) < len(deliveryPrefix) || sk.Value[:len(deliveryPrefix)] != deliveryPrefix {
		return Delivery{}, false, nil
	}
	err = attributevalue.UnmarshalMap(item, &d)
	return d, err == nil, err
}

// FindDelivery returns one delivery. ok is false when there is none.
func FindDelivery(ctx context.Context, db ddb.Database, recipient, act, mail string) (d Delivery, ok bool, err error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Events, Key: Delivery{Recipient: recipient, Act: act, Mail: mail}.key(), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil || found.Item == nil {
		return Delivery{}, false, err
	}
	err = attributevalue.UnmarshalMap(found.Item, &d)
	return d, err == nil, err
}

// Find returns the act of a delivery. ok is false when there is none.
func Find(ctx context.Context, db ddb.Database, subject, act string) (e Event, ok bool, err error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Events, Key: ddb.Key(subject, Prefix+act), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil || found.Item == nil {
		return Event{}, false, err
	}
	e, err = Parse(found.Item)
	return e, err == nil, err
}
