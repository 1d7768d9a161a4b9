package main

import (
	"errors"

	"guichet/shared/account"
	"guichet/shared/portal"
	"guichet/shared/problem"
)

type termsDocument struct {
	Version     string       `json:"version"`
	Hash        string       `json:"hash"`
	PublishedAt string       `json:"publishedAt"`
	Markdown    account.Text `json:"markdown"`
}

// getTerms shows the current terms of the portal. An installation without any is not ready.
func getTerms(c *portal.Call) (portal.Answer, error) {
	terms, err := account.CurrentTerms(c.Context(), c.DB)
	if problem.Is(err, problem.NotFound) {
		return portal.Answer{}, problem.Wrap(problem.Unavailable, errors.New("account: no terms of the portal were published"))
	}
	if err != nil {
		return portal.Answer{}, err
	}
	body, err := terms.Text(c.Context(), c.DB)
	return portal.OK(termsDocument{
		Version: terms.Version, Hash: terms.Hash, PublishedAt: portal.Time(terms.Published), Markdown: account.Text(body),
	}), err
}

type termsAcceptance struct {
	Hash termsHash `json:"hash" form:"max=64"`
}

// acceptTerms records that the person accepts the current terms (C4, C5): version, hash and time.
func acceptTerms(c *portal.Call, f termsAcceptance) (portal.Answer, error) {
	if string(f.Hash) != c.Terms.Hash {
		return portal.Answer{}, problem.New(problem.TermsOutdated)
	}
	if c.Person.Accepted(c.Terms) {
		return portal.NoContent(), nil
	}
	err := account.AcceptTerms(c.Context(), c.DB, c.Person.User, c.Terms)
	if problem.Is(err, problem.Conflict) {
		err = problem.New(problem.SignInRequired) // disabled, or the password changed, at this moment
	}
	return portal.NoContent(), err
}
