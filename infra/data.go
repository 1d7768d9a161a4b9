//go:build cdk

package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

// data is the stack of everything that outlives a deployment: tables of both channels, the bucket, secrets and their keys.
// A transaction spans the tables of both channels, so they live together. Nothing here is deleted with the stack.
type data struct {
	*place
	tables  map[string]awsdynamodb.TableV2 // by topology.Name
	buckets map[string]awss3.Bucket
	secrets map[string]awssecretsmanager.Secret // by topology.Name
	// key encrypts tables and buckets, secretsKey what Secrets Manager holds.
	key, secretsKey awskms.Key
	topic           awssns.Topic
}

// newData sets the platform's data: what watches over them already reports to the topic in it.
func (p *platform) newData() {
	d := &data{
		place:   p.newPlace(topology.Data, "", "Guichet: tables, documents and secrets"),
		tables:  map[string]awsdynamodb.TableV2{},
		buckets: map[string]awss3.Bucket{},
		secrets: map[string]awssecretsmanager.Secret{},
	}
	p.data = d
	d.key = d.newKey("Key", "alias/"+p.installation.Prefix+"-data", "Guichet: tables and documents")
	d.secretsKey = d.newKey("SecretsKey", p.installation.SecretsKey(), "Guichet: secrets")
	d.topic = d.newTopic()
	for _, t := range p.plan.Tables {
		for _, c := range channelsOf(t.PerChannel) {
			d.tables[topology.Name(t.Name, c)] = d.newTable(t, c)
		}
	}
	for _, b := range p.plan.Buckets {
		d.buckets[b.Name] = d.newBucket(b)
	}
	for _, s := range p.plan.Secrets {
		for _, c := range channelsOf(s.PerChannel) {
			d.secrets[topology.Name(s.Name, c)] = d.newSecret(s, c)
		}
	}
	d.newMail()
	if !p.installation.KeepAPIGatewayAccount {
		d.newAPIGatewayAccount()
	}
}

// channelsOf lists the channels in which a part exists; "" is the one part of both.
func channelsOf(perChannel bool) []channel.Channel {
	if perChannel {
		return channel.All[:]
	}
	return []channel.Channel{""}
}

func (d *data) newTable(t topology.Table, c channel.Channel) awsdynamodb.TableV2 {
	text := func(name string) *awsdynamodb.Attribute {
		return &awsdynamodb.Attribute{Name: jsii.String(name), Type: awsdynamodb.AttributeType_STRING}
	}
	props := &awsdynamodb.TablePropsV2{
		TableName:    jsii.String(d.installation.Part(t.Name, c)),
		PartitionKey: text(ddb.PK),
		Billing:      awsdynamodb.Billing_OnDemand(nil),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
			RecoveryPeriodInDays:       jsii.Number(35),
		},
		DeletionProtection: jsii.Bool(true),
		Encryption:         awsdynamodb.TableEncryptionV2_CustomerManagedKey(d.key, nil),
		RemovalPolicy:      awscdk.RemovalPolicy_RETAIN,
	}
	if t.SortKey {
		props.SortKey = text(ddb.SK)
	}
	if t.TTL != "" {
		props.TimeToLiveAttribute = jsii.String(t.TTL)
	}
	if t.Stream != "" {
		props.DynamoStream = awsdynamodb.StreamViewType(t.Stream)
	}
	var indexes []*awsdynamodb.GlobalSecondaryIndexPropsV2
	for _, index := range t.Indexes {
		indexes = append(indexes, &awsdynamodb.GlobalSecondaryIndexPropsV2{
			IndexName:      jsii.String(index.Name),
			PartitionKey:   text(index.Name + ddb.PK),
			SortKey:        text(index.Name + ddb.SK),
			ProjectionType: awsdynamodb.ProjectionType_ALL,
		})
	}
	if indexes != nil {
		props.GlobalSecondaryIndexes = &indexes
	}
	name := topology.Name(t.Name, c)
	table := awsdynamodb.NewTableV2(d.stack, jsii.String("Table-"+name), props)
	// Throttled writes refuse calls that are in their right, and no function fails of it.
	d.alarm("Throttled-"+name, "Table "+name+" is throttled: calls are refused that should pass.",
		sumOf("AWS/DynamoDB", "WriteThrottleEvents", map[string]*string{"TableName": jsii.String(d.installation.Part(t.Name, c))}), atFirst)
	return table
}

// newBucket makes a bucket that only its versions forget: a replaced document can be had back for 90 days.
func (d *data) newBucket(b topology.Bucket) awss3.Bucket {
	bucket := awss3.NewBucket(d.stack, jsii.String("Bucket-"+b.Name), &awss3.BucketProps{
		BucketName:        jsii.String(d.installation.Bucket(b.Name, *d.stack.Account())),
		Versioned:         jsii.Bool(true),
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:        awss3.BucketEncryption_KMS,
		EncryptionKey:     d.key,
		BucketKeyEnabled:  jsii.Bool(true),
		EnforceSSL:        jsii.Bool(true),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("forget-replaced-documents"),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(90)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	d.output("Bucket"+b.Name, "Bucket of "+b.Name, bucket.BucketName())
	return bucket
}

// newSecret makes a key set of one random key, in the form that token.ParseKeys reads. CloudFormation makes the value and
// nobody sees it; a later deployment leaves it alone.
func (d *data) newSecret(s topology.Secret, c channel.Channel) awssecretsmanager.Secret {
	return awssecretsmanager.NewSecret(d.stack, jsii.String("Secret-"+topology.Name(s.Name, c)), &awssecretsmanager.SecretProps{
		SecretName:    jsii.String(d.installation.Secret(s.Name, c)),
		Description:   jsii.String("Guichet: HMAC keys, rotated as infra/README.md says"),
		EncryptionKey: d.secretsKey,
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			SecretStringTemplate: jsii.String(`{"sign":"1"}`),
			GenerateStringKey:    jsii.String("1"),
			PasswordLength:       jsii.Number(64),
			ExcludePunctuation:   jsii.Bool(true),
		},
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
}

// newTopic makes the topic that every alarm of the installation goes to.
func (d *data) newTopic() awssns.Topic {
	topic := awssns.NewTopic(d.stack, jsii.String("Alarms"), &awssns.TopicProps{
		TopicName:  jsii.String(d.installation.Prefix + "-alarms"),
		EnforceSSL: jsii.Bool(true),
	})
	topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String(d.installation.Alarms), nil))
	return topic
}

// newAPIGatewayAccount lets API Gateway write access logs: a setting of the account in the region, of which there is one.
// The role is API Gateway's, and the policy the one that AWS maintains for it.
func (d *data) newAPIGatewayAccount() {
	role := awsiam.NewRole(d.stack, jsii.String("APIGatewayLogs"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("service-role/AmazonAPIGatewayPushToCloudWatchLogs")),
		},
	})
	account := awsapigateway.NewCfnAccount(d.stack, jsii.String("APIGatewayAccount"), &awsapigateway.CfnAccountProps{
		CloudWatchRoleArn: role.RoleArn(),
	})
	// Taking the role away would silence every API of the region.
	account.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	role.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
}
