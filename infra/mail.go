//go:build cdk

package main

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsses"
	"github.com/aws/jsii-runtime-go"
)

// newMail makes what mails are sent under: TLS only, no mail to an address that bounced or complained, and both told to
// EventBridge, from where they reach the function whose rule asks for them. The identity outlives deployments: its records
// stand in somebody's DNS.
func (d *data) newMail() {
	set := awsses.NewCfnConfigurationSet(d.stack, jsii.String("MailConfigurationSet"), &awsses.CfnConfigurationSetProps{
		Name:               jsii.String(d.installation.MailConfigurationSet()),
		DeliveryOptions:    &awsses.CfnConfigurationSet_DeliveryOptionsProperty{TlsPolicy: jsii.String("REQUIRE")},
		ReputationOptions:  &awsses.CfnConfigurationSet_ReputationOptionsProperty{ReputationMetricsEnabled: jsii.Bool(true)},
		SuppressionOptions: &awsses.CfnConfigurationSet_SuppressionOptionsProperty{SuppressedReasons: jsii.Strings("BOUNCE", "COMPLAINT")},
	})
	awsses.NewCfnConfigurationSetEventDestination(d.stack, jsii.String("MailFeedback"), &awsses.CfnConfigurationSetEventDestinationProps{
		ConfigurationSetName: set.Ref(),
		EventDestination: &awsses.CfnConfigurationSetEventDestination_EventDestinationProperty{
			Name:                   jsii.String("feedback"),
			Enabled:                jsii.Bool(true),
			MatchingEventTypes:     jsii.Strings("BOUNCE", "COMPLAINT"),
			EventBridgeDestination: &awsses.CfnConfigurationSetEventDestination_EventBridgeDestinationProperty{EventBusArn: jsii.String(d.arn("events", "event-bus/default"))},
		},
	})
	if d.installation.Mail.KeepIdentity {
		return
	}
	identity := awsses.NewCfnEmailIdentity(d.stack, jsii.String("MailIdentity"), &awsses.CfnEmailIdentityProps{
		EmailIdentity:  jsii.String(d.installation.Mail.Identity),
		DkimAttributes: &awsses.CfnEmailIdentity_DkimAttributesProperty{SigningEnabled: jsii.Bool(true)},
		// Bounces come by EventBridge; by mail they would go to an address that nobody reads.
		FeedbackAttributes: &awsses.CfnEmailIdentity_FeedbackAttributesProperty{EmailForwardingEnabled: jsii.Bool(false)},
	})
	identity.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	if strings.Contains(d.installation.Mail.Identity, "@") {
		return // SES verifies an address by a mail to it
	}
	for n, record := range [...][2]*string{
		{identity.AttrDkimDnsTokenName1(), identity.AttrDkimDnsTokenValue1()},
		{identity.AttrDkimDnsTokenName2(), identity.AttrDkimDnsTokenValue2()},
		{identity.AttrDkimDnsTokenName3(), identity.AttrDkimDnsTokenValue3()},
	} {
		d.output("MailRecord"+strconv.Itoa(n+1), "DNS record by which SES verifies the sender",
			awscdk.Fn_Join(jsii.String(" CNAME "), &[]*string{record[0], record[1]}))
	}
}
