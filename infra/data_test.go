//go:build cdk

package main

import (
	"slices"
	"strings"
	"testing"

	"guichet/shared/topology"
)

func TestTables(t *testing.T) {
	t.Parallel()
	stack := deployed().templates["guichet-data"]
	want := map[string]topology.Table{}
	for _, table := range deployed().plan.Tables {
		for _, c := range channelsOf(table.PerChannel) {
			want["guichet-"+topology.Name(table.Name, c)] = table
		}
	}
	found := stack.of("AWS::DynamoDB::GlobalTable")
	if len(found) != len(want) {
		t.Errorf("%d tables, not %d", len(found), len(want))
	}
	for _, table := range found {
		p := table.Properties
		name := p.text("TableName")
		declared, ok := want[name]
		if !ok {
			t.Errorf("table %s is not declared", name)
			continue
		}
		replicas := p.list("Replicas")
		replica := asObject(replicas[0])
		if len(replicas) != 1 {
			t.Errorf("%s has %d replicas: counters must not be replicated", name, len(replicas))
		}
		if replica.object("PointInTimeRecoverySpecification")["PointInTimeRecoveryEnabled"] != true {
			t.Errorf("%s has no point-in-time recovery", name)
		}
		if replica["DeletionProtectionEnabled"] != true || table.DeletionPolicy != "Retain" {
			t.Errorf("%s may be deleted", name)
		}
		if replica.object("SSESpecification")["KMSMasterKeyId"] == nil {
			t.Errorf("%s has no key of ours", name)
		}
		if p.text("BillingMode") != "PAY_PER_REQUEST" {
			t.Errorf("%s is billed by %s", name, p.text("BillingMode"))
		}
		keys := `[{"AttributeName":"PK","KeyType":"HASH"}]`
		if declared.SortKey {
			keys = `[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}]`
		}
		if got := spelled(p["KeySchema"]); got != keys {
			t.Errorf("%s has the keys %s", name, got)
		}
		var indexes []string
		for _, index := range p.list("GlobalSecondaryIndexes") {
			n := asObject(index).text("IndexName")
			if got := spelled(asObject(index)["KeySchema"]); !strings.Contains(got, `"`+n+`PK"`) || !strings.Contains(got, `"`+n+`SK"`) {
				t.Errorf("index %s of %s has the keys %s", n, name, got)
			}
			indexes = append(indexes, n)
		}
		if !slices.EqualFunc(indexes, declared.Indexes, func(n string, i topology.Index) bool { return n == i.Name }) {
			t.Errorf("%s has the indexes %q, not %q", name, indexes, declared.Indexes)
		}
		if got := p.object("TimeToLiveSpecification").text("AttributeName"); got != declared.TTL {
			t.Errorf("%s forgets by %q, not %q", name, got, declared.TTL)
		}
		if got := p.object("StreamSpecification").text("StreamViewType"); got != declared.Stream {
			t.Errorf("%s streams %q, not %q", name, got, declared.Stream)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	stack := deployed().templates["guichet-data"]
	var names []string
	for _, secret := range stack.of("AWS::SecretsManager::Secret") {
		names = append(names, secret.Properties.text("Name"))
		// The form that token.ParseKeys reads: {"sign":"1","1":"…"}.
		want := `{"ExcludePunctuation":true,"GenerateStringKey":"1","PasswordLength":64,"SecretStringTemplate":"{\"sign\":\"1\"}"}`
		if got := spelled(secret.Properties["GenerateSecretString"]); got != want {
			t.Errorf("TK-01 the secret is made by %s", got)
		}
		if secret.Properties["KmsKeyId"] == nil || secret.DeletionPolicy != "Retain" {
			t.Errorf("%s has no key of ours, or goes with its stack", secret.Properties.text("Name"))
		}
	}
	for _, secret := range deployed().plan.Secrets {
		for _, c := range channelsOf(secret.PerChannel) {
			if name := "guichet/" + topology.Name(secret.Name, c); !slices.Contains(names, name) {
				t.Errorf("there is no secret %s", name)
			}
		}
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	stack := deployed().templates["guichet-data"]
	buckets := stack.of("AWS::S3::Bucket")
	if len(buckets) != len(deployed().plan.Buckets) {
		t.Errorf("%d buckets, not %d", len(buckets), len(deployed().plan.Buckets))
	}
	for id, bucket := range buckets {
		p := bucket.Properties
		if p.object("VersioningConfiguration").text("Status") != "Enabled" || bucket.DeletionPolicy != "Retain" {
			t.Errorf("%s forgets", id)
		}
		want := `{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}`
		if got := spelled(p["PublicAccessBlockConfiguration"]); got != want {
			t.Errorf("%s may be public: %s", id, got)
		}
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	for name, identities := range map[string]int{"guichet-data": 1, "bare-data": 0} {
		a := deployed()
		if strings.HasPrefix(name, "bare") {
			a = bare()
		}
		stack := a.templates[name]
		if got := len(stack.of("AWS::SES::EmailIdentity")); got != identities {
			t.Errorf("%s makes %d mail identities, not %d", name, got, identities)
		}
		set := stack.Resources["MailConfigurationSet"].Properties
		if set.object("DeliveryOptions").text("TlsPolicy") != "REQUIRE" || spelled(set.object("SuppressionOptions")["SuppressedReasons"]) != `["BOUNCE","COMPLAINT"]` {
			t.Errorf("%s sends mails under %s", name, spelled(set))
		}
		if got := spelled(stack.Resources["MailFeedback"].Properties.object("EventDestination")["MatchingEventTypes"]); got != `["BOUNCE","COMPLAINT"]` {
			t.Errorf("%s hears of %s", name, got)
		}
	}
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	for _, a := range []assembly{deployed(), bare()} {
		for name, stack := range a.templates {
			alarms := stack.of("AWS::CloudWatch::Alarm")
			find := func(metric, dimension, value string) object {
				for _, alarm := range alarms {
					if alarm.Properties.text("MetricName") == metric &&
						strings.Contains(spelled(alarm.Properties["Dimensions"]), `{"Name":"`+dimension+`","Value":`+value+`}`) {
						return alarm.Properties
					}
				}
				return nil
			}
			for id, f := range stack.of("AWS::Lambda::Function") {
				who := f.Properties.text("FunctionName")
				alarm := find("Errors", "FunctionName", `{"Ref":"`+id+`"}`)
				if alarm == nil || find("Throttles", "FunctionName", `{"Ref":"`+id+`"}`) == nil {
					t.Errorf("nobody watches over %s", who)
				}
				if declared, _ := named(a, who); declared.ErrorAlarm && (alarm.number("Threshold") != 1 || alarm.number("EvaluationPeriods") != 1) {
					t.Errorf("the first error of %s is no alarm: %s", who, spelled(alarm))
				}
			}
			for _, api := range stack.of("AWS::ApiGateway::RestApi") {
				if find("5XXError", "ApiName", spelled(api.Properties["Name"])) == nil {
					t.Errorf("nobody watches over the 5xx of %s", name)
				}
			}
			for _, table := range stack.of("AWS::DynamoDB::GlobalTable") {
				if find("WriteThrottleEvents", "TableName", spelled(table.Properties["TableName"])) == nil {
					t.Errorf("nobody watches over table %s", table.Properties.text("TableName"))
				}
			}
			for id := range stack.of("AWS::SQS::Queue") {
				if find("ApproximateNumberOfMessagesVisible", "QueueName", `{"Fn::GetAtt":["`+id+`","QueueName"]}`) == nil {
					t.Errorf("nobody watches over queue %s", id)
				}
			}
			for id, alarm := range alarms {
				if len(alarm.Properties.list("AlarmActions")) == 0 || alarm.Properties.text("AlarmDescription") == "" {
					t.Errorf("alarm %s tells nobody", id)
				}
			}
		}
	}
	platform := deployed()
	for _, function := range []string{"authorizer", "gateway"} {
		if f, _ := platform.plan.Function(function); !f.ErrorAlarm {
			t.Errorf("the first error of %s is no alarm", function)
		}
	}
}
