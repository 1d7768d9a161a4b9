package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"guichet/infra/installation"
	"guichet/shared/channel"
	"guichet/shared/route"
)

// smoke takes a token and makes a call, as a consumer does: from outside, with nothing but a base URL, a client id and a
// secret. It needs no AWS credentials.
func smoke(ctx context.Context, o *operator, arguments []string) error {
	var tokens, apis, client, path string
	in := channel.Sandbox
	_, err := flags("smoke", arguments, func(f *flag.FlagSet) {
		channelFlag(f, &in)
		f.StringVar(&apis, "base", "", "base URL of token endpoint and APIs; the installation's when left out")
		f.StringVar(&client, "client-id", os.Getenv("CLIENT_ID"), "the client; its secret is read from CLIENT_SECRET")
		f.StringVar(&path, "path", route.HealthCheck, "what to call")
	})
	if err != nil {
		return err
	}
	secret := os.Getenv("CLIENT_SECRET")
	if client == "" || secret == "" {
		return errors.New("whose token? give -client-id, and the secret in CLIENT_SECRET")
	}
	tokens = apis
	if apis == "" {
		if err := o.read(); err != nil {
			return err
		}
		var known bool
		if apis, known = o.url(installation.API, in); !known {
			return fmt.Errorf("the configuration has no access point for the APIs of %s; give -base, the ConsumerURL that its stack puts out", in)
		}
		if tokens, known = o.url(installation.Token, in); !known {
			tokens = apis
		}
	}
	return try(ctx, tokens, apis+path, client, secret)
}

// try says each step with its status and time.
func try(ctx context.Context, tokens, target, client, secret string) error {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret}, "scope": {"openid"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, tokens+"/api/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	body, err := send(request)
	if err != nil {
		return err
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		return errors.New("the token endpoint's answer holds no access token")
	}
	request, err = http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+answer.AccessToken)
	_, err = send(request)
	return err
}

// send makes a request and fails unless it is answered with a 2xx.
func send(request *http.Request) ([]byte, error) {
	start := time.Now()
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	fmt.Printf("%s %s: %s in %d ms, correlation id %s\n", request.Method, request.URL.Redacted(), response.Status, time.Since(start).Milliseconds(), response.Header.Get("X-CorrelationID"))
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("refused: %s", strings.TrimSpace(string(body[:min(len(body), 1000)])))
	}
	return body, nil
}
