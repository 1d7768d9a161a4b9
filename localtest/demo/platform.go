package demo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"guichet/localtest"
	"guichet/shared/account"
	"guichet/shared/channel"
	"guichet/shared/guard"
	"guichet/shared/publication"
	"guichet/shared/secret"
	"guichet/shared/token"
)

// Open returns the local cloud as something to publish and seed on. exceptions are the host:port pairs of backends on this
// machine.
func Open(ctx context.Context, cloud *localtest.Cloud, exceptions string) (Platform, error) {
	env := cloud.Environment
	p := Platform{DB: cloud.Database(nil), Keys: map[channel.Channel]*token.Keys{}}
	backends, err := guard.New(guard.Options{Exceptions: exceptions})
	if err != nil {
		return Platform{}, err
	}
	at, err := cloud.Running()
	if err != nil {
		return Platform{}, err
	}
	secrets := secret.NewManager(env)
	for _, c := range channel.All {
		text, err := secrets.Get(ctx, at.TokenKeys[c])
		if err != nil {
			return Platform{}, err
		}
		if p.Keys[c], err = token.ParseKeys(c, text); err != nil {
			return Platform{}, fmt.Errorf("demo: %w", err)
		}
	}
	text, err := secrets.Get(ctx, at.LinkKeys)
	if err != nil {
		return Platform{}, err
	}
	if p.LinkKeys, err = account.ParseLinkKeys(text); err != nil {
		return Platform{}, fmt.Errorf("demo: %w", err)
	}
	p.Publisher = &publication.Publisher{
		DB: p.DB,
		Files: s3.New(s3.Options{
			Region: env.Region, Credentials: env.Credentials, HTTPClient: env.HTTP, BaseEndpoint: env.Endpoint("S3"), UsePathStyle: true,
		}),
		Bucket: at.Documents,
		Secrets: secretsmanager.New(secretsmanager.Options{
			Region: env.Region, Credentials: env.Credentials, HTTPClient: env.HTTP, BaseEndpoint: env.Endpoint("SECRETS_MANAGER"),
		}),
		SecretPrefixes: at.BackendSecrets,
		Guard:          backends,
	}
	return p, nil
}
