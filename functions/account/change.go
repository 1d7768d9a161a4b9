package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/ddb"
)

// change is an update of an account's row in the making. It holds on the condition that status and epoch are as they were
// read: whoever is disabled or changes the password meanwhile wins. Attributes that it does not name stay, those of a
// newer version of this program too (F25).
type change struct {
	table   string
	user    string
	sets    map[string]types.AttributeValue
	removes map[string]bool

	conditions []string
	names      map[string]string
	values     map[string]types.AttributeValue
}

// change begins the change of an account.
func (c *call) change(u account.User) *change {
	return &change{
		table: c.portal.db.Tables.Registry, user: u.ID, sets: map[string]types.AttributeValue{}, removes: map[string]bool{},
		conditions: []string{"#status = :status", "#epoch = :epoch"}, names: map[string]string{"#status": "status", "#epoch": "epoch"},
		values: map[string]types.AttributeValue{":status": ddb.S(string(u.Status)), ":epoch": ddb.N(u.Epoch)},
	}
}

// when adds a condition of one name and one value.
func (c *change) when(condition, name, attribute, value string, is types.AttributeValue) *change {
	c.conditions = append(c.conditions, condition)
	c.names[name], c.values[value] = attribute, is
	return c
}

func (c *change) set(attribute string, value types.AttributeValue) *change {
	c.sets[attribute] = value
	return c
}

func (c *change) remove(attributes ...string) *change {
	for _, attribute := range attributes {
		c.removes[attribute] = true
	}
	return c
}

// item of the transaction.
func (c *change) item() types.TransactWriteItem {
	names, values := maps.Clone(c.names), maps.Clone(c.values)
	var set, remove []string
	for _, attribute := range slices.Sorted(maps.Keys(c.sets)) {
		names["#s_"+attribute], values[":s_"+attribute] = attribute, c.sets[attribute]
		set = append(set, "#s_"+attribute+" = :s_"+attribute)
	}
	for _, attribute := range slices.Sorted(maps.Keys(c.removes)) {
		if _, isSet := c.sets[attribute]; isSet {
			continue
		}
		names["#r_"+attribute] = attribute
		remove = append(remove, "#r_"+attribute)
	}
	var expression []string
	if len(set) > 0 {
		expression = append(expression, "SET "+strings.Join(set, ", "))
	}
	if len(remove) > 0 {
		expression = append(expression, "REMOVE "+strings.Join(remove, ", "))
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &c.table, Key: account.Key(c.user), UpdateExpression: aws.String(strings.Join(expression, " ")),
		ConditionExpression: aws.String(strings.Join(c.conditions, " AND ")), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// stamp is a time as attributevalue stores it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
