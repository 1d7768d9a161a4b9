//go:build cdk

package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"guichet/infra/installation"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// platform is all stacks of one installation.
type platform struct {
	app          awscdk.App
	plan         topology.Plan
	installation *installation.Installation
	// code is the folder that holds a folder per function with its bootstrap.
	code string
	data *data
}

// newPlatform puts the stacks together: data first, then what uses it.
func newPlatform(app awscdk.App, plan topology.Plan, i *installation.Installation, code string) *platform {
	p := &platform{app: app, plan: plan, installation: i, code: code}
	p.newData()
	for _, c := range channel.All {
		p.newChannel(c)
	}
	p.newPortal()
	p.newJobs()
	return p
}

// place is a stack, with the channel that it is of, if any.
type place struct {
	*platform
	stack   awscdk.Stack
	channel channel.Channel
	// baseURLs has, on a channel's stack, the base URL of each use; they may be known to CloudFormation only.
	baseURLs map[installation.Use]string
}

// newPlace makes a stack in the installation's region. The region is explicit because a table with a key of its own
// demands it.
func (p *platform) newPlace(stage topology.Stage, c channel.Channel, description string) *place {
	env := &awscdk.Environment{Region: jsii.String(p.installation.Region)}
	if p.installation.Account != "" {
		env.Account = jsii.String(p.installation.Account)
	}
	name := p.installation.Stack(stage, c)
	stack := awscdk.NewStack(p.app, jsii.String(name), &awscdk.StackProps{
		StackName:             jsii.String(name),
		Description:           jsii.String(description),
		Env:                   env,
		TerminationProtection: jsii.Bool(true),
		Tags:                  &map[string]*string{"guichet:installation": jsii.String(p.installation.Prefix)},
	})
	return &place{platform: p, stack: stack, channel: c}
}

// functionsOf lists the functions of a stage.
func (p *platform) functionsOf(stage topology.Stage) []topology.Function {
	var all []topology.Function
	for _, f := range p.plan.Functions {
		if f.Stage == stage {
			all = append(all, f)
		}
	}
	return all
}

// logGroup keeps logs as long as the installation wants. It goes with its stack: the trail that must last is the events
// table.
func (p *place) logGroup(id, name string) awslogs.LogGroup {
	group := awslogs.NewLogGroup(p.stack, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName:  jsii.String(name),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	// CDK's enumeration of periods has a name for each and takes no number.
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(p.installation.LogRetentionDays))
	return group
}

// newKey makes a key of the installation's own, which turns by itself every year.
func (p *place) newKey(id, alias, description string) awskms.Key {
	return awskms.NewKey(p.stack, jsii.String(id), &awskms.KeyProps{
		Alias:             jsii.String(alias),
		Description:       jsii.String(description),
		EnableKeyRotation: jsii.Bool(true),
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
	})
}

// output shows a value when the stack is deployed.
func (p *place) output(name, description string, value *string) {
	awscdk.NewCfnOutput(p.stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value, Description: jsii.String(description)})
}
