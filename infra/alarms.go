//go:build cdk

package main

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/topology"
)

// threshold says when a metric is an alarm: it reaches the limit in points of the last periods, each a minute long.
type threshold struct {
	limit           float64
	points, periods float64
}

var (
	// atFirst is for what never happens.
	atFirst = threshold{limit: 1, points: 1, periods: 1}
	// repeated is for what may happen once: a cold environment killed, a bad deployment rolled back at once.
	repeated = threshold{limit: 1, points: 3, periods: 5}
)

// sumOf is the sum of a metric over a minute.
func sumOf(namespace, name string, dimensions map[string]*string) awscloudwatch.Metric {
	return metricOf(namespace, name, "Sum", dimensions)
}

func metricOf(namespace, name, statistic string, dimensions map[string]*string) awscloudwatch.Metric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace:     jsii.String(namespace),
		MetricName:    jsii.String(name),
		DimensionsMap: &dimensions,
		Statistic:     jsii.String(statistic),
		Period:        awscdk.Duration_Minutes(jsii.Number(1)),
	})
}

// alarm tells the installation's address of a metric. The description is the sentence that somebody reads at night:
// infra/README.md has a line on each.
func (p *place) alarm(id, description string, metric awscloudwatch.Metric, when threshold) {
	topic := awscloudwatchactions.NewSnsAction(p.data.topic)
	alarm := awscloudwatch.NewAlarm(p.stack, jsii.String("Alarm-"+id), &awscloudwatch.AlarmProps{
		AlarmName:          jsii.String(*p.stack.StackName() + "-" + id),
		AlarmDescription:   jsii.String(description),
		Metric:             metric,
		Threshold:          jsii.Number(when.limit),
		DatapointsToAlarm:  jsii.Number(when.points),
		EvaluationPeriods:  jsii.Number(when.periods),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		// No calls, no data: that is a quiet night, no fault.
		TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	alarm.AddAlarmAction(topic)
	alarm.AddOkAction(topic)
}

// functionAlarms watch over one function.
func (p *place) functionAlarms(f topology.Function, function awslambda.Function) {
	dimensions := map[string]*string{"FunctionName": function.FunctionName()}
	when := repeated
	if f.ErrorAlarm {
		when = atFirst
	}
	p.alarm("Errors-"+f.Name, "Function "+f.Name+" fails instead of answering.", sumOf("AWS/Lambda", "Errors", dimensions), when)
	p.alarm("Throttles-"+f.Name, "Lambda has no room for function "+f.Name+": its concurrency is used up.", sumOf("AWS/Lambda", "Throttles", dimensions), repeated)
}

// lineAlarms watch for the log lines by which a function says that it put something aside.
func (p *place) lineAlarms(f topology.Function, logs awslogs.ILogGroup) {
	for n, line := range f.AlarmLines {
		id := fmt.Sprintf("Line%d-%s", n+1, f.Name)
		namespace, name := p.installation.Prefix, fmt.Sprintf("%s-line-%d", p.installation.Part(f.Name, p.channel), n+1)
		awslogs.NewMetricFilter(p.stack, jsii.String("Filter-"+id), &awslogs.MetricFilterProps{
			LogGroup: logs, FilterPattern: awslogs.FilterPattern_Literal(jsii.String(strconv.Quote(line))),
			MetricNamespace: jsii.String(namespace), MetricName: jsii.String(name), MetricValue: jsii.String("1"),
		})
		p.alarm(id, "Function "+f.Name+" says: "+line+".", sumOf(namespace, name, map[string]*string{}), atFirst)
	}
}
