package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"guichet/events"
	"guichet/infra/installation"
	"guichet/localtest/running"
	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/guard"
	"guichet/shared/publication"
	"guichet/shared/secret"
	"guichet/shared/token"
	"guichet/shared/topology"
)

// Where an installation is looked for when neither -config nor -local is given, in this order.
const (
	defaultConfig = "guichet.yaml"
	defaultLocal  = ".local"
)

// operator is an installation as the commands use it, opened when one needs it: a deployed one (installed) or the local
// platform that runs (local).
type operator struct {
	config string // -config
	folder string // -local

	installed *installation.Installation
	local     *running.Platform
	parts     parts
	env       amazon.Environment
	// actor is the caller, for the audit trail: by the name in AWS.
	actor     string
	db        ddb.Database
	publisher *publication.Publisher
}

// parts are the names of what an installation is made of.
type parts struct {
	tables ddb.Tables
	// documents and site are buckets; the local platform serves the site's files from where they are built.
	documents, site           string
	tokenKeys, backendSecrets map[channel.Channel]string
	linkKeys                  string
	secretsKey                string
}

// read finds out which installation is meant: the configuration file that is given, or that lies here, else the local
// platform that runs.
func (o *operator) read() error {
	if o.installed != nil || o.local != nil {
		return nil
	}
	if o.config != "" && o.folder != "" {
		return errors.New("-config means a deployed installation and -local a local one: give one of them")
	}
	config, folder := o.config, o.folder
	if config == "" && folder == "" {
		switch _, err := os.Stat(defaultConfig); {
		case err == nil:
			config = defaultConfig
		case errors.Is(err, fs.ErrNotExist):
			folder = defaultLocal
		default:
			return err
		}
	}
	if config != "" {
		var err error
		o.installed, err = installation.Read(config)
		return err
	}
	local, err := running.Find(folder)
	switch {
	case errors.Is(err, running.ErrNone) && o.folder == "":
		return errors.New("which installation? There is no guichet.yaml here and no local platform is running: start one with `make run`, or name an installation's configuration file with -config (make: CONFIG=)")
	case errors.Is(err, running.ErrNone):
		return fmt.Errorf("no local platform is running with the data in %s", folder)
	case err != nil:
		return err
	}
	o.local = &local
	return nil
}

// open finds the installation and what the commands work on in it.
func (o *operator) open(ctx context.Context) error {
	if err := o.read(); err != nil {
		return err
	}
	at, exceptions, err := o.reach(ctx)
	if err != nil {
		return err
	}
	o.db = ddb.Open(o.env, o.parts.tables, time.Now, events.NewID)
	backends, err := guard.New(guard.Options{Exceptions: exceptions})
	if err != nil {
		return err
	}
	o.publisher = &publication.Publisher{
		DB: o.db, Bucket: o.parts.documents, SecretPrefixes: o.parts.backendSecrets, SecretsKey: o.parts.secretsKey, Guard: backends,
		Files: s3.NewFromConfig(at, func(s *s3.Options) {
			if o.local != nil {
				s.BaseEndpoint, s.UsePathStyle = o.env.Endpoint("S3"), true
			}
		}),
		Secrets: secretsmanager.NewFromConfig(at, func(s *secretsmanager.Options) {
			if o.local != nil {
				s.BaseEndpoint = o.env.Endpoint("SECRETS_MANAGER")
			}
		}),
	}
	return nil
}

// reach fills in how the installation is reached, and returns the same for the SDK's own clients. exceptions are the
// backends on this machine that APIs may have: none but the local platform's.
func (o *operator) reach(ctx context.Context) (at aws.Config, exceptions string, err error) {
	client := &http.Client{Timeout: 30 * time.Second}
	if o.local != nil {
		// The local platform checks no signature.
		at = aws.Config{Region: o.local.Region, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
		o.env = amazon.Environment{Region: at.Region, Credentials: at.Credentials, HTTP: client, Endpoints: o.local.Endpoints}
		o.actor, o.parts = "operator:local", localParts(*o.local)
		return at, strings.Join(o.local.Backends, ","), nil
	}
	if at, err = config.LoadDefaultConfig(ctx, config.WithRegion(o.installed.Region)); err != nil {
		return at, "", err
	}
	caller, err := sts.NewFromConfig(at).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return at, "", fmt.Errorf("who am I in AWS: %w", err)
	}
	if o.installed.Account != "" && *caller.Account != o.installed.Account {
		return at, "", fmt.Errorf("the credentials are of account %s; the configuration is for account %s", *caller.Account, o.installed.Account)
	}
	o.env = amazon.Environment{
		Region: at.Region, Credentials: at.Credentials, HTTP: client,
		Endpoints: amazon.FromEnvironment().Endpoints, // AWS_ENDPOINT_URL_<SERVICE>, which the SDK's own clients read too
	}
	o.actor, o.parts = "operator:"+*caller.Arn, deployedParts(o.installed, *caller.Account)
	return at, "", nil
}

func localParts(p running.Platform) parts {
	return parts{tables: p.Tables, documents: p.Documents, tokenKeys: p.TokenKeys, backendSecrets: p.BackendSecrets, linkKeys: p.LinkKeys}
}

func deployedParts(i *installation.Installation, account string) parts {
	p := parts{
		tables: ddb.Tables{
			Registry: i.Part(topology.Registry, ""), Events: i.Part(topology.Events, ""), Sessions: i.Part(topology.Sessions, ""),
			Grants: map[channel.Channel]string{}, Routes: map[channel.Channel]string{},
		},
		documents: i.Bucket(topology.Documents, account), site: i.Bucket("site", account),
		tokenKeys: map[channel.Channel]string{}, backendSecrets: map[channel.Channel]string{},
		linkKeys: i.Secret(topology.LinkKeys, ""), secretsKey: i.SecretsKey(),
	}
	for _, c := range channel.All {
		p.tables.Grants[c], p.tables.Routes[c] = i.Part(topology.Grants, c), i.Part(topology.Routes, c)
		p.tokenKeys[c], p.backendSecrets[c] = i.Secret(topology.TokenKeys, c), i.SecretPrefix(topology.BackendSecrets, c)
	}
	return p
}

// url is the installation's base URL for a use in a channel; known is false when the configuration has none.
func (o *operator) url(use installation.Use, c channel.Channel) (url string, known bool) {
	switch {
	case o.installed != nil:
		return o.installed.URL(use, c)
	case use == installation.Portal:
		return o.local.Portal, true
	}
	url, known = o.local.Channels[c]
	return url, known
}

// keys reads a channel's signing keys, to mint API keys.
func (o *operator) keys(ctx context.Context, c channel.Channel) (*token.Keys, error) {
	text, err := secret.NewManager(o.env).Get(ctx, o.parts.tokenKeys[c])
	if err != nil {
		return nil, err
	}
	return token.ParseKeys(c, text)
}
