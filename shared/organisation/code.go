package organisation

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// An organisation's code lets whoever has it become a developer there (guide M18, features Z44). It is 80 random bits in
// groups of four characters of Crockford's alphabet, which has no letters that look alike; only its hash is stored
// (RG-11).
const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength   = 16 // of 5 bits each
)

// newCode draws a code: XXXX-XXXX-XXXX-XXXX.
func newCode() secret.Value {
	var raw [codeLength]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	var b strings.Builder
	for i, r := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[r&31])
	}
	return secret.Value(b.String())
}

var likeDigits = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "")

// codeHash is the hash of a code as a person may type it: in any case, with or without its dashes, letters for the digits
// that they look like.
func codeHash(typed secret.Value) string {
	return hex.EncodeToString(secret.Value(likeDigits.Replace(strings.ToUpper(typed.Reveal()))).Hash())
}

// SetCode gives an organisation a new code, which is returned this once, and ends the old one. Errors: not_found, conflict
// when somebody else did so at the same moment.
func SetCode(ctx context.Context, db ddb.Database, actor, id string) (secret.Value, error) {
	o, err := Get(ctx, db, id)
	if err != nil {
		return "", err
	}
	code := newCode()
	hash := codeHash(code)
	event, err := events.Event{
		ID: db.NewID(), At: db.Now().UTC(), Actor: actor, Subject: ddb.Organisation(id), Consumer: id,
		Act: events.OrganisationCodeChanged{Organisation: id},
	}.Put(db.Tables.Events)
	if err != nil {
		return "", err
	}
	update := &types.Update{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.Organisation(id), ddb.Self),
		UpdateExpression: aws.String("SET #code = :new"), ConditionExpression: aws.String("attribute_exists(PK) AND attribute_not_exists(#code)"),
		ExpressionAttributeNames:  map[string]string{"#code": "code"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":new": ddb.S(hash)},
	}
	row := ddb.Key(ddb.OrganisationCode(hash), ddb.Self)
	row["organisation"] = ddb.S(id)
	items := []types.TransactWriteItem{
		{Update: update},
		{Put: &types.Put{TableName: &db.Tables.Registry, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK)")}},
		event,
	}
	if o.Code != "" {
		update.ConditionExpression = aws.String("#code = :old")
		update.ExpressionAttributeValues[":old"] = ddb.S(o.Code)
		items = append(items, types.TransactWriteItem{Delete: &types.Delete{
			TableName: &db.Tables.Registry, Key: ddb.Key(ddb.OrganisationCode(o.Code), ddb.Self),
		}})
	}
	err = db.Transact(ctx, items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return "", problem.New(problem.Conflict)
	}
	return code, err
}

// nowhere is an organisation that does not exist, read in its place so that every code costs the same.
const nowhere = "00000000000000000000000000"

// WithCode returns the organisation that a code leads to, with two reads whatever the code is (AP-64, AP-06). Errors:
// organisation_code_invalid for an unknown code and for one of an organisation that is disabled.
func WithCode(ctx context.Context, db ddb.Database, typed secret.Value) (Organisation, error) {
	found, err := db.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &db.Tables.Registry, Key: ddb.Key(ddb.OrganisationCode(codeHash(typed)), ddb.Self), ConsistentRead: aws.Bool(true),
	}, ddb.Read)
	if err != nil {
		return Organisation{}, err
	}
	id := nowhere
	if s, ok := found.Item["organisation"].(*types.AttributeValueMemberS); ok {
		id = s.Value
	}
	o, err := Get(ctx, db, id)
	if problem.Is(err, problem.NotFound) || err == nil && !o.Enabled {
		return Organisation{}, problem.New(problem.OrganisationCodeInvalid)
	}
	return o, err
}
