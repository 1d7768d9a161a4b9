package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/oklog/ulid/v2"

	"guichet/infra/installation"
	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/guard"
	"guichet/shared/publication"
	"guichet/shared/secret"
	"guichet/shared/token"
	"guichet/shared/topology"
)

// operator is an installation as the commands use it, opened when one needs it.
type operator struct {
	config string

	installed *installation.Installation
	env       amazon.Environment
	// actor is the caller's name in AWS, for the audit trail; account is the caller's.
	actor     string
	account   string
	db        ddb.Database
	publisher *publication.Publisher
}

// read reads the configuration file.
func (o *operator) read() error {
	if o.installed != nil {
		return nil
	}
	var err error
	o.installed, err = installation.Read(o.config)
	return err
}

// open reads the configuration and finds out who calls; a configuration for another account is refused.
func (o *operator) open(ctx context.Context) error {
	if err := o.read(); err != nil {
		return err
	}
	aws, err := config.LoadDefaultConfig(ctx, config.WithRegion(o.installed.Region))
	if err != nil {
		return err
	}
	caller, err := sts.NewFromConfig(aws).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("who am I in AWS: %w", err)
	}
	if o.installed.Account != "" && *caller.Account != o.installed.Account {
		return fmt.Errorf("the credentials are of account %s; %s is for account %s", *caller.Account, o.config, o.installed.Account)
	}
	o.actor, o.account = "operator:"+*caller.Arn, *caller.Account
	o.env = amazon.Environment{
		Region: aws.Region, Credentials: aws.Credentials, HTTP: &http.Client{Timeout: 30 * time.Second},
		Endpoints: amazon.FromEnvironment().Endpoints, // AWS_ENDPOINT_URL_<SERVICE>, which the SDK's own clients read too
	}
	o.db = ddb.Database{Client: ddb.New(o.env), Tables: o.tables(), Now: time.Now, NewID: func() string { return ulid.Make().String() }}
	backends, err := guard.New(guard.Options{})
	if err != nil {
		return err
	}
	o.publisher = &publication.Publisher{
		DB: o.db, Files: s3.NewFromConfig(aws), Bucket: o.installed.Bucket(topology.Documents, *caller.Account),
		Secrets: secretsmanager.NewFromConfig(aws), SecretsKey: o.installed.SecretsKey(), Guard: backends,
		SecretPrefixes: map[channel.Channel]string{},
	}
	for _, c := range channel.All {
		o.publisher.SecretPrefixes[c] = o.installed.SecretPrefix(topology.BackendSecrets, c)
	}
	return nil
}

func (o *operator) tables() ddb.Tables {
	t := ddb.Tables{
		Registry: o.installed.Part(topology.Registry, ""), Events: o.installed.Part(topology.Events, ""), Sessions: o.installed.Part(topology.Sessions, ""),
		Grants: map[channel.Channel]string{}, Routes: map[channel.Channel]string{},
	}
	for _, c := range channel.All {
		t.Grants[c], t.Routes[c] = o.installed.Part(topology.Grants, c), o.installed.Part(topology.Routes, c)
	}
	return t
}

// keys reads a channel's signing keys, to mint API keys.
func (o *operator) keys(ctx context.Context, c channel.Channel) (*token.Keys, error) {
	text, err := secret.NewManager(o.env).Get(ctx, o.installed.Secret(topology.TokenKeys, c))
	if err != nil {
		return nil, err
	}
	return token.ParseKeys(c, text)
}
