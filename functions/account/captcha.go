package main

import (
	"slices"

	"guichet/shared/portal"
	"guichet/shared/problem"
)

// captchaForms are the forms that a challenge can be bound to (RG-14).
const (
	formRegistration = "registration"
	formResend       = "resend"
	formSignIn       = "sign-in"
	formReset        = "password-reset"
)

var captchaForms = []string{formRegistration, formResend, formSignIn, formReset}

// maxChallenges from one network in an hour: each costs us what it costs to check.
const maxChallenges = 600

// getCaptcha makes a challenge for a form.
func getCaptcha(c *portal.Call) (portal.Answer, error) {
	forms := c.Query()["form"]
	if len(forms) != 1 || !slices.Contains(captchaForms, forms[0]) {
		code := problem.Malformed
		if len(forms) == 0 {
			code = problem.Required
		}
		return portal.Answer{}, portal.Invalid("form", code)
	}
	asked, err := c.CountAttempt(challengesFrom, c.Network())
	if err != nil {
		return portal.Answer{}, err
	}
	if asked > maxChallenges {
		return portal.Answer{}, c.TooManyAttempts()
	}
	made, err := c.NewChallenge(forms[0])
	return portal.OK(made), err
}
