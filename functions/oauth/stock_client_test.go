package main

import (
	"net/http/httptest"
	"testing"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"guichet/shared/channel"
)

// TestStockClient gets tokens with a client that others wrote.
func TestStockClient(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	server := httptest.NewServer(p.http)
	t.Cleanup(server.Close)
	id, password := p.addClient(t, live("AAAA"))
	for name, style := range map[string]oauth2.AuthStyle{
		"in the header": oauth2.AuthStyleInHeader, "in the body": oauth2.AuthStyleInParams, "found out by itself": oauth2.AuthStyleAutoDetect,
	} {
		t.Run("golang.org/x/oauth2 with the secret "+name, func(t *testing.T) {
			t.Parallel()
			config := clientcredentials.Config{
				ClientID: id, ClientSecret: password, TokenURL: server.URL + tokenPath, Scopes: []string{"openid", "resource.READ"}, AuthStyle: style,
			}
			got, err := config.Token(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.Type() != "Bearer" || got.Extra("expires_in") != 3600.0 || got.Extra("scope") != "openid resource.READ" || len(p.claims(t, got.AccessToken).Scopes) != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
	t.Run("golang.org/x/oauth2 reads why it failed", func(t *testing.T) {
		t.Parallel()
		config := clientcredentials.Config{ClientID: newUUID(), ClientSecret: "x", TokenURL: server.URL + tokenPath, AuthStyle: oauth2.AuthStyleInHeader}
		_, err := config.Token(t.Context())
		failure, ok := err.(*oauth2.RetrieveError)
		if !ok || failure.ErrorCode != invalidClient || failure.Response.StatusCode != 401 || failure.ErrorDescription != refusedClient.description {
			t.Errorf("%v", err)
		}
	})
}
