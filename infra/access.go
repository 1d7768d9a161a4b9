//go:build cdk

package main

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"guichet/shared/channel"
	"guichet/shared/topology"
)

// What KMS must allow to who reads and who writes a table that has a key of ours. DynamoDB uses the key in the caller's
// name; CDK's own grants say ReEncrypt* and GenerateDataKey* here.
var (
	readKey  = []string{"kms:Decrypt", "kms:DescribeKey"}
	writeKey = []string{"kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
)

// grant allows one access of the topology. A resource is always one table, one index, one secret or the objects of one
// bucket; the keys are usable through their service only.
func (p *place) grant(role awsiam.Role, f topology.Function, access topology.Access) {
	switch {
	case access.Table != "":
		p.grantTable(role, f, access)
	case access.Bucket != "":
		p.grantBucket(role, f, access)
	case access.Secret != "":
		for _, c := range p.channelsOf(f, access, access.Secret, p.secret(f, access.Secret).PerChannel) {
			p.grantSecret(role, *p.data.secrets[topology.Name(access.Secret, c)].SecretArn(), access.Actions)
		}
	case access.SecretPrefix != "":
		for _, c := range p.channelsOf(f, access, access.SecretPrefix, true) {
			p.grantSecret(role, p.arn("secretsmanager", "secret:"+p.installation.SecretPrefix(access.SecretPrefix, c)+"*"), access.Actions)
		}
	default:
		require(false, "function %s has an access to nothing", f.Name)
	}
}

// channelsOf lists the channels of the parts that an access means: the function's own, or both for a function of none.
func (p *place) channelsOf(f topology.Function, access topology.Access, part string, perChannel bool) []channel.Channel {
	if access.AllChannels {
		require(p.channel == "", "function %s is of a channel and may access both channels' %s", f.Name, part)
		return channelsOf(perChannel)
	}
	return []channel.Channel{p.ownChannel(f, part, perChannel)}
}

func (p *place) grantTable(role awsiam.Role, f topology.Function, access topology.Access) {
	t, ok := p.plan.Table(access.Table)
	require(ok, "function %s may access an unknown table %q", f.Name, access.Table)
	var tables, indexes []string
	for _, c := range p.channelsOf(f, access, t.Name, t.PerChannel) {
		arn := *p.data.tables[topology.Name(t.Name, c)].TableArn()
		tables = append(tables, arn)
		for _, index := range access.Indexes {
			indexes = append(indexes, arn+"/index/"+index)
		}
	}
	allow(role, prefixed("dynamodb", access.Actions), tables, nil)
	if indexes != nil {
		allow(role, []string{"dynamodb:Query"}, indexes, nil)
	}
	actions := readKey
	if slices.ContainsFunc(access.Actions, writes) {
		actions = slices.Concat(readKey, writeKey)
	}
	p.grantKey(role, *p.data.key.KeyArn(), "dynamodb", actions, nil)
}

// writes tells that an action of DynamoDB changes items.
func writes(action string) bool {
	return !slices.Contains([]string{"GetItem", "BatchGetItem", "Query", "Scan", "ConditionCheckItem"}, action)
}

func (p *place) grantBucket(role awsiam.Role, f topology.Function, access topology.Access) {
	bucket, ok := p.data.buckets[access.Bucket]
	require(ok, "function %s may access an unknown bucket %q", f.Name, access.Bucket)
	var key, whole, objects []string
	for _, action := range access.Actions {
		switch {
		case strings.HasSuffix(action, "Bucket") || strings.HasPrefix(action, "ListBucket"):
			whole = append(whole, action)
			continue
		case strings.HasPrefix(action, "Get"):
			key = append(key, "kms:Decrypt")
		case strings.HasPrefix(action, "Put"):
			key = append(key, "kms:GenerateDataKey")
		}
		objects = append(objects, action)
	}
	if whole != nil {
		allow(role, prefixed("s3", whole), []string{*bucket.BucketArn()}, nil)
	}
	if objects != nil {
		allow(role, prefixed("s3", objects), []string{*bucket.BucketArn() + "/*"}, nil)
	}
	if key != nil {
		slices.Sort(key)
		p.grantKey(role, *p.data.key.KeyArn(), "s3", slices.Compact(key), nil)
	}
}

// grantSecret binds the key to the secrets themselves: Secrets Manager puts the secret's ARN into the encryption context.
func (p *place) grantSecret(role awsiam.Role, arn string, actions []string) {
	allow(role, prefixed("secretsmanager", actions), []string{arn}, nil)
	key := []string{"kms:Decrypt"}
	if slices.ContainsFunc(actions, func(action string) bool { return action == "CreateSecret" || action == "PutSecretValue" }) {
		key = append(key, "kms:GenerateDataKey")
	}
	p.grantKey(role, *p.data.secretsKey.KeyArn(), "secretsmanager", key, map[string]any{
		"StringLike": map[string]string{"kms:EncryptionContext:SecretARN": arn},
	})
}

// grantKey allows the use of a key through one service of this region.
func (p *place) grantKey(role awsiam.Role, key, service string, actions []string, conditions map[string]any) {
	all := map[string]any{
		"StringEquals": map[string]string{"kms:ViaService": service + "." + p.installation.Region + ".amazonaws.com"},
	}
	for operator, condition := range conditions {
		all[operator] = condition
	}
	allow(role, actions, []string{key}, all)
}

// prefixed spells actions as IAM does.
func prefixed(service string, actions []string) []string {
	all := make([]string, len(actions))
	for n, action := range actions {
		all[n] = service + ":" + action
	}
	return all
}
