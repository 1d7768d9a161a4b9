package main

import "guichet/shared/portal"

// Accounts are counted by the canonical address, whether there is one or not (RG-13), networks by address.
var (
	failedSignIns     = portal.Counter{Name: "signin"}                       // by account
	failedSignInsFrom = portal.Counter{Name: "signin-from", ByNetwork: true} // by network
	failedSignInsPair = portal.Counter{Name: "signin-pair"}                  // by account and network
	mailsTo           = portal.Counter{Name: "mail"}                         // requested and admitted, by account
	mailsFrom         = portal.Counter{Name: "mail-from", ByNetwork: true}   // requested and admitted, by network
	formsFrom         = portal.Counter{Name: "form-from", ByNetwork: true}   // registrations and the like, by network
	codesFrom         = portal.Counter{Name: "code-from", ByNetwork: true}   // wrong codes of organisations, by network
	codesBy           = portal.Counter{Name: "code-by"}                      // wrong codes of organisations, by person
	failedConfirms    = portal.Counter{Name: "confirm"}                      // by link
	failedPasswords   = portal.Counter{Name: "password-own"}                 // of a signed-in person, by account
	challengesFrom    = portal.Counter{Name: "captcha-from", ByNetwork: true}
)
