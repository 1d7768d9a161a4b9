//go:build cdk

package main

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/topology"
)

// newStreamSource lets a table's stream call a function. What it cannot handle goes to a queue, from which it can be driven
// again for 14 days.
func (p *place) newStreamSource(f topology.Function, source topology.StreamSource, function awslambda.Function, role awsiam.Role) {
	t, ok := p.plan.Table(source.Table)
	require(ok && t.Stream != "", "function %s reads the stream of %q, which has none", f.Name, source.Table)
	table := p.data.tables[topology.Name(t.Name, p.ownChannel(f, t.Name, t.PerChannel))]
	id := f.Name + "-" + source.Table
	left := awssqs.NewQueue(p.stack, jsii.String("Left-"+id), &awssqs.QueueProps{
		QueueName:       jsii.String(p.installation.Part(id+"-left", p.channel)),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
	})
	allow(role, []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, []string{*table.TableStreamArn()}, nil)
	allow(role, []string{"dynamodb:ListStreams"}, []string{*table.TableArn() + "/stream/*"}, nil)
	p.grantKey(role, *p.data.key.KeyArn(), "dynamodb", readKey, nil)
	allow(role, []string{"sqs:SendMessage"}, []string{*left.QueueArn()}, nil)

	props := &awslambda.CfnEventSourceMappingProps{
		FunctionName:               function.FunctionName(),
		EventSourceArn:             table.TableStreamArn(),
		StartingPosition:           jsii.String("TRIM_HORIZON"),
		BatchSize:                  jsii.Number(source.BatchSize),
		MaximumRetryAttempts:       jsii.Number(source.MaximumRetries),
		MaximumRecordAgeInSeconds:  jsii.Number(source.MaximumAge.Seconds()),
		BisectBatchOnFunctionError: jsii.Bool(source.BisectOnError),
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: left.QueueArn()},
		},
	}
	if source.Window > 0 {
		props.MaximumBatchingWindowInSeconds = jsii.Number(source.Window.Seconds())
	}
	if source.Parallelization > 0 {
		props.ParallelizationFactor = jsii.Number(source.Parallelization)
	}
	if source.ReportsPartialBatchFailure {
		props.FunctionResponseTypes = jsii.Strings("ReportBatchItemFailures")
	}
	if len(source.Filters) > 0 {
		filters := make([]any, len(source.Filters))
		for n, pattern := range source.Filters {
			filters[n] = &awslambda.CfnEventSourceMapping_FilterProperty{Pattern: jsii.String(pattern)}
		}
		props.FilterCriteria = &awslambda.CfnEventSourceMapping_FilterCriteriaProperty{Filters: filters}
	}
	mapping := awslambda.NewCfnEventSourceMapping(p.stack, jsii.String("Source-"+id), props)
	mapping.Node().AddDependency(role) // the mapping is refused until the role may read

	p.alarm("Left-"+id, "Function "+f.Name+" gave up on records of "+source.Table+": they wait in its queue.",
		metricOf("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", map[string]*string{"QueueName": left.QueueName()}), atFirst)
	p.alarm("Age-"+id, "Function "+f.Name+" is five minutes behind the changes of "+source.Table+".",
		metricOf("AWS/Lambda", "IteratorAge", "Maximum", map[string]*string{"FunctionName": function.FunctionName()}),
		threshold{limit: float64((5 * time.Minute).Milliseconds()), points: 3, periods: 5})
}

// newSchedule calls a function at a fixed rate. A call that fails is tried again within its interval only: the next one does
// the same work.
func (p *place) newSchedule(f topology.Function, schedule topology.Schedule, function awslambda.Function) {
	id := f.Name + "-" + schedule.Name
	role := awsiam.NewRole(p.stack, jsii.String("Role-"+id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": p.stack.Account()}},
		}),
	})
	allow(role, []string{"lambda:InvokeFunction"}, []string{*function.FunctionArn()}, nil)
	awsscheduler.NewCfnSchedule(p.stack, jsii.String("Schedule-"+id), &awsscheduler.CfnScheduleProps{
		Name:               jsii.String(p.installation.Part(id, p.channel)),
		ScheduleExpression: jsii.String(rate(f, schedule)),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: jsii.String("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn:     function.FunctionArn(),
			RoleArn: role.RoleArn(),
			Input:   jsii.String(schedule.Input),
			RetryPolicy: &awsscheduler.CfnSchedule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(max(60, schedule.Every.Seconds())),
				MaximumRetryAttempts:     jsii.Number(3),
			},
		},
	})
}

// newEventRule calls a function with the events of an AWS service. EventBridge tries again for a day.
func (p *place) newEventRule(f topology.Function, rule topology.EventRule, function awslambda.Function) {
	id := f.Name + "-" + rule.Name
	made := awsevents.NewCfnRule(p.stack, jsii.String("Rule-"+id), &awsevents.CfnRuleProps{
		Name:         jsii.String(p.installation.Part(id, p.channel)),
		EventPattern: map[string]any{"source": []string{rule.Source}, "detail-type": rule.DetailTypes},
		State:        jsii.String("ENABLED"),
		Targets:      []any{&awsevents.CfnRule_TargetProperty{Id: jsii.String(f.Name), Arn: function.FunctionArn()}},
	})
	function.AddPermission(jsii.String("Rule-"+id), &awslambda.Permission{
		Principal: awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil),
		SourceArn: made.AttrArn(),
	})
}

// rate spells an interval as EventBridge Scheduler does: whole minutes.
func rate(f topology.Function, schedule topology.Schedule) string {
	minutes := int(schedule.Every / time.Minute)
	require(minutes > 0 && schedule.Every%time.Minute == 0, "schedule %s of function %s is not in whole minutes", schedule.Name, f.Name)
	if minutes == 1 {
		return "rate(1 minute)"
	}
	return fmt.Sprintf("rate(%d minutes)", minutes)
}
