package main

import (
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/problem"
)

type termsDocument struct {
	Version     string       `json:"version"`
	Hash        string       `json:"hash"`
	PublishedAt string       `json:"publishedAt"`
	Markdown    account.Text `json:"markdown"`
}

// getTerms shows the current terms of the portal. An installation without any is not ready.
func getTerms(c *call) error {
	db := c.portal.db
	terms, err := account.CurrentTerms(c.ctx(), db)
	if problem.Is(err, problem.NotFound) {
		return problem.Wrap(problem.Unavailable, errors.New("account: no terms of the portal were published"))
	}
	if err != nil {
		return err
	}
	body, err := terms.Text(c.ctx(), db)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, termsDocument{
		Version: terms.Version, Hash: terms.Hash, PublishedAt: moment(terms.Published), Markdown: account.Text(body),
	})
}

// acceptTerms records that the person accepts the current terms (C4, C5): version, hash and time. The condition that they
// are the current ones is part of the transaction.
func acceptTerms(c *call) error {
	f, err := parseForm(c.body)
	if err != nil {
		return err
	}
	hash := f.hash("hash")
	if err := f.check(); err != nil {
		return err
	}
	if hash != c.terms.Hash {
		return problem.New(problem.TermsOutdated)
	}
	if c.person.Accepted(c.terms) {
		return c.nothing()
	}
	db := c.portal.db
	acceptance, err := attributevalue.MarshalMap(account.Acceptance{Version: c.terms.Version, Hash: c.terms.Hash, At: c.now.UTC()})
	if err != nil {
		return err
	}
	history := ddb.Key(ddb.User(c.person.ID), ddb.AcceptedTerms(hash))
	for name, value := range acceptance {
		history[name] = value
	}
	items, err := c.put(c.event(c.person.ID, events.TermsAccepted{User: c.person.ID, Version: c.terms.Version, Hash: hash}),
		types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &db.Tables.Registry, Key: account.TermsKey(), ConditionExpression: aws.String("#hash = :hash"),
			ExpressionAttributeNames:  map[string]string{"#hash": "hash"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":hash": ddb.S(hash)},
		}},
		c.change(c.person.User).set("terms", &types.AttributeValueMemberM{Value: acceptance}).item(),
		types.TransactWriteItem{Put: &types.Put{TableName: &db.Tables.Registry, Item: history}},
	)
	if err != nil {
		return err
	}
	err = db.Transact(c.ctx(), items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		if failed.Index == 0 {
			return problem.New(problem.TermsOutdated)
		}
		return problem.New(problem.SignInRequired) // disabled, or the password changed, at this moment
	}
	if err != nil {
		return err
	}
	return c.nothing()
}
