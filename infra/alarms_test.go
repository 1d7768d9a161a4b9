//go:build cdk

package main

import (
	"strings"
	"testing"
)

func TestLinesThatAreAlarms(t *testing.T) {
	t.Parallel()
	a := deployed()
	found := map[string]bool{}
	for _, stack := range a.templates {
		for _, filter := range stack.of("AWS::Logs::MetricFilter") {
			metric := asObject(filter.Properties.list("MetricTransformations")[0]).text("MetricName")
			for _, alarm := range stack.of("AWS::CloudWatch::Alarm") {
				if alarm.Properties.text("MetricName") == metric && alarm.Properties.number("Threshold") == 1 && len(alarm.Properties.list("AlarmActions")) > 0 {
					found[strings.Trim(filter.Properties.text("FilterPattern"), `"`)+" of "+spelled(filter.Properties["LogGroupName"])] = true
				}
			}
		}
	}
	declared := 0
	for _, f := range a.plan.Functions {
		for _, line := range f.AlarmLines {
			declared++
			watched := false
			for key := range found {
				watched = watched || strings.HasPrefix(key, line+" of ") && strings.Contains(key, "Logs"+f.Name)
			}
			if !watched {
				t.Errorf("F16 nobody is told when %s says %q: %v", f.Name, line, found)
			}
		}
	}
	if declared == 0 || len(found) != declared {
		t.Errorf("%d lines are declared, %d watched", declared, len(found))
	}
}
