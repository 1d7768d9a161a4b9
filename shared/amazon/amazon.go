// Package amazon is how a function reaches AWS: region, credentials and an HTTP client, taken from the environment that
// Lambda sets, without the SDK's configuration loader (2.1 MB and 3,900 allocations at start).
package amazon

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// The roots under which every AWS endpoint is certified (amazontrust.com/repository). Parsing these five instead of the
// system's 145 saves 15 ms of the first call.
//
//go:embed roots.pem
var roots []byte

// Environment is what the clients of AWS services are built from.
type Environment struct {
	Region      string
	Credentials aws.CredentialsProvider
	HTTP        *http.Client
	// Endpoints maps a service's SDK id ("DYNAMODB", "SECRETS_MANAGER", "S3", "SESV2") to the URL that stands in for it.
	// Nil on AWS.
	Endpoints map[string]string
}

// FromEnvironment reads AWS_REGION, the credentials and the AWS_ENDPOINT_URL_<SERVICE> variables of the SDK's own
// conventions. It does not fail: what is missing shows at the first call.
func FromEnvironment() Environment {
	e := Environment{Region: os.Getenv("AWS_REGION"), Credentials: aws.CredentialsProviderFunc(credentials)}
	for _, service := range [...]string{"DYNAMODB", "SECRETS_MANAGER", "S3", "SESV2"} {
		if url := os.Getenv("AWS_ENDPOINT_URL_" + service); url != "" {
			if e.Endpoints == nil {
				e.Endpoints = map[string]string{}
			}
			e.Endpoints[service] = url
		}
	}
	e.HTTP = &http.Client{
		Transport: transport(),
		// An AWS API never redirects; following one would send signed requests elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return e
}

// Endpoint returns the URL that stands in for a service, nil on AWS.
func (e Environment) Endpoint(service string) *string {
	if url, ok := e.Endpoints[service]; ok {
		return &url
	}
	return nil
}

// transport keeps connections across invocations and looks up no proxy.
func transport() *http.Transport {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   2 * time.Second,
		ResponseHeaderTimeout: 5 * time.Second,
		IdleConnTimeout:       10 * time.Minute,
		MaxIdleConnsPerHost:   4,
		ForceAttemptHTTP2:     false,
	}
}

// credentials reads what Lambda put into the environment; they last as long as the environment does.
func credentials(context.Context) (aws.Credentials, error) {
	c := aws.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		Source:          "environment",
	}
	if c.AccessKeyID == "" || c.SecretAccessKey == "" {
		return aws.Credentials{}, errors.New("amazon: no credentials in the environment")
	}
	return c, nil
}
