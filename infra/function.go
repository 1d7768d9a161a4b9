//go:build cdk

package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"guichet/infra/installation"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// newFunctions makes the functions of a stage, by name.
func (p *place) newFunctions(stage topology.Stage) map[string]awslambda.Function {
	all := map[string]awslambda.Function{}
	for _, f := range p.functionsOf(stage) {
		all[f.Name] = p.newFunction(f)
	}
	return all
}

// newFunction makes a Lambda with a role, a log group and alarms of its own, and what calls it without an API.
func (p *place) newFunction(f topology.Function) awslambda.Function {
	name := p.installation.Part(f.Name, p.channel)
	logs := p.logGroup("Logs-"+f.Name, "/aws/lambda/"+name)
	role := p.newRole(f, logs.LogGroupArn())
	props := &awslambda.FunctionProps{
		FunctionName: jsii.String(name),
		Description:  jsii.String(f.Purpose),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(p.code+"/"+f.Name), nil),
		MemorySize:   jsii.Number(f.Memory),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(f.Timeout.Seconds())),
		Environment:  p.environment(f),
		Role:         role,
		LogGroup:     logs,
		// One JSON line per request from the function itself; START, END and REPORT lines would double the bill of logs and
		// say what the metrics say.
		LoggingFormat:         awslambda.LoggingFormat_JSON,
		ApplicationLogLevelV2: awslambda.ApplicationLogLevel_INFO,
		SystemLogLevelV2:      awslambda.SystemLogLevel_WARN,
	}
	if f.ReservedConcurrency > 0 {
		props.ReservedConcurrentExecutions = jsii.Number(f.ReservedConcurrency)
	}
	function := awslambda.NewFunction(p.stack, jsii.String("Function-"+f.Name), props)
	p.functionAlarms(f, function)
	p.lineAlarms(f, logs)
	for _, source := range f.Sources {
		p.newStreamSource(f, source, function, role)
	}
	for _, schedule := range f.Schedules {
		p.newSchedule(f, schedule, function)
	}
	for _, rule := range f.Rules {
		p.newEventRule(f, rule, function)
	}
	return function
}

// newRole allows what the topology lists, writing to the function's own log group, and nothing else.
func (p *place) newRole(f topology.Function, logGroup *string) awsiam.Role {
	role := awsiam.NewRole(p.stack, jsii.String("Role-"+f.Name), &awsiam.RoleProps{
		Description: jsii.String("What function " + p.installation.Part(f.Name, p.channel) + " may do"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	// The ARN of a log group that CloudFormation gives ends in ":*", all its streams.
	allow(role, []string{"logs:CreateLogStream", "logs:PutLogEvents"}, []string{*logGroup}, nil)
	for _, access := range f.Access {
		p.grant(role, f, access)
	}
	if f.SendsMail {
		allow(role, []string{"ses:SendEmail"}, []string{
			p.arn("ses", "identity/"+p.installation.Mail.Identity), p.arn("ses", "configuration-set/"+p.installation.MailConfigurationSet()),
		}, map[string]any{"StringEquals": map[string]string{"ses:FromAddress": p.installation.Mail.Sender}})
	}
	return role
}

// allow adds a statement to a role. Conditions may be nil.
func allow(role awsiam.Role, actions, resources []string, conditions map[string]any) {
	props := &awsiam.PolicyStatementProps{Actions: jsii.Strings(actions...), Resources: jsii.Strings(resources...)}
	if conditions != nil {
		props.Conditions = &conditions
	}
	role.AddToPrincipalPolicy(awsiam.NewPolicyStatement(props))
}

// arn is the ARN of a part of this account and region.
func (p *place) arn(service, resource string) string {
	return *p.stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String(service), Resource: jsii.String(resource), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}

// environment resolves what a function is configured with.
func (p *place) environment(f topology.Function) *map[string]*string {
	values := map[string]*string{}
	for name, reference := range f.Environment {
		if reference.Kind == topology.LocalOnly {
			continue
		}
		values[name] = jsii.String(p.value(f, reference))
	}
	return &values
}

// value resolves one reference.
func (p *place) value(f topology.Function, reference topology.Reference) string {
	switch reference.Kind {
	case topology.Literal:
		return reference.Name
	case topology.ChannelValue:
		return string(p.channel)
	case topology.TableName:
		t, ok := p.plan.Table(reference.Name)
		require(ok, "function %s refers to an unknown table %q", f.Name, reference.Name)
		return p.installation.Part(t.Name, p.ownChannel(f, t.Name, t.PerChannel))
	case topology.SandboxTable, topology.ProductionTable:
		c := channel.Sandbox
		if reference.Kind == topology.ProductionTable {
			c = channel.Production
		}
		_, ok := p.data.tables[topology.Name(reference.Name, c)]
		require(ok, "function %s refers to table %q of channel %s, which does not exist", f.Name, reference.Name, c)
		return p.installation.Part(reference.Name, c)
	case topology.BucketName:
		bucket, ok := p.data.buckets[reference.Name]
		require(ok, "function %s refers to an unknown bucket %q", f.Name, reference.Name)
		return *bucket.BucketName()
	case topology.SecretName:
		return p.installation.Secret(reference.Name, p.ownChannel(f, reference.Name, p.secret(f, reference.Name).PerChannel))
	case topology.SandboxSecret:
		return p.installation.Secret(reference.Name, channel.Sandbox)
	case topology.ProductionSecret:
		return p.installation.Secret(reference.Name, channel.Production)
	case topology.SecretPrefix:
		return p.installation.SecretPrefix(reference.Name, p.ownChannel(f, reference.Name, true))
	case topology.IssuerURL:
		return p.baseURL(f, installation.Token)
	case topology.PortalURL:
		url, ok := p.installation.URL(installation.Portal, "")
		require(ok, "the installation has no access point for the portal")
		return url
	case topology.ProblemPages:
		return p.problemPages()
	case topology.Setting:
		value, err := p.installation.Setting(reference.Name)
		require(err == nil, "function %s: %v", f.Name, err)
		return value
	}
	panic(fmt.Sprintf("infra: function %s has a reference of unknown kind %q", f.Name, reference.Kind))
}

// baseURL is a URL of the function's channel.
func (p *place) baseURL(f topology.Function, use installation.Use) string {
	url, ok := p.baseURLs[use]
	require(ok, "function %s asks for the %s URL of a channel, and is of none", f.Name, use)
	return url
}

// problemPages is the base URL of the pages that explain codes, with a trailing slash.
func (p *place) problemPages() string {
	if p.installation.ProblemPages != "" {
		return p.installation.ProblemPages
	}
	url, ok := p.baseURLs[installation.API]
	if p.channel == "" {
		url, ok = p.installation.URL(installation.API, channel.Sandbox)
	}
	require(ok, "the installation says neither problemPages nor where the SANDBOX APIs are")
	return url + "/api/problems/"
}

// secret looks a secret up.
func (p *place) secret(f topology.Function, name string) topology.Secret {
	for _, s := range p.plan.Secrets {
		if s.Name == name {
			return s
		}
	}
	panic(fmt.Sprintf("infra: function %s refers to an unknown secret %q", f.Name, name))
}

// ownChannel is the channel of the part that a function means: its own, when the part exists in both.
func (p *place) ownChannel(f topology.Function, part string, perChannel bool) channel.Channel {
	if !perChannel {
		return ""
	}
	require(p.channel != "", "function %s is of no channel and refers to %s, which exists in each", f.Name, part)
	return p.channel
}

// require panics with a sentence about a mistake in the topology.
func require(ok bool, format string, arguments ...any) {
	if !ok {
		panic("infra: " + fmt.Sprintf(format, arguments...))
	}
}
