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
	"guichet/shared/topology"
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
	bucket, err := cloud.Deployed(topology.BucketName, topology.Documents, "")
	if err != nil {
		return Platform{}, err
	}
	prefixes := map[channel.Channel]string{}
	for _, c := range channel.All {
		if prefixes[c], err = cloud.Deployed(topology.SecretPrefix, topology.BackendSecrets, c); err != nil {
			return Platform{}, err
		}
		name, err := cloud.Deployed(topology.SecretName, topology.TokenKeys, c)
		if err != nil {
			return Platform{}, err
		}
		text, err := secret.NewManager(env).Get(ctx, name)
		if err != nil {
			return Platform{}, err
		}
		if p.Keys[c], err = token.ParseKeys(c, text); err != nil {
			return Platform{}, fmt.Errorf("demo: %w", err)
		}
	}
	name, err := cloud.Deployed(topology.SecretName, topology.LinkKeys, "")
	if err != nil {
		return Platform{}, err
	}
	text, err := secret.NewManager(env).Get(ctx, name)
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
		Bucket: bucket,
		Secrets: secretsmanager.New(secretsmanager.Options{
			Region: env.Region, Credentials: env.Credentials, HTTPClient: env.HTTP, BaseEndpoint: env.Endpoint("SECRETS_MANAGER"),
		}),
		SecretPrefixes: prefixes,
		Guard:          backends,
	}
	return p, nil
}
