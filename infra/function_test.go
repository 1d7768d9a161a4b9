//go:build cdk

package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/topology"
)

// role is what a function may do: its actions by resource, as the template spells it.
type role map[string][]string

// roles collects the policies of a template by the function whose role they belong to, and looks each statement over.
func roles(t *testing.T, name string, stack template) map[string]role {
	t.Helper()
	owner := map[string]string{}
	for _, f := range stack.of("AWS::Lambda::Function") {
		id := spelled(f.Properties.object("Role").list("Fn::GetAtt")[0])
		if owner[id] != "" {
			t.Errorf("GW-20 %s: two functions share the role %s", name, id)
		}
		owner[id] = f.Properties.text("FunctionName")
	}
	for id, r := range stack.of("AWS::IAM::Role") {
		managed, service := r.Properties.list("ManagedPolicyArns"), spelled(r.Properties["AssumeRolePolicyDocument"])
		if len(managed) > 0 && !strings.Contains(service, `"apigateway.amazonaws.com"`) {
			t.Errorf("OP-02 %s: role %s has policies that AWS writes: %s", name, id, spelled(managed))
		}
		if len(r.Properties.list("Policies")) > 0 {
			t.Errorf("%s: role %s has inline policies, which this test does not read", name, id)
		}
	}
	all := map[string]role{}
	for _, policy := range stack.of("AWS::IAM::Policy") {
		who := owner[spelled(asObject(policy.Properties.list("Roles")[0])["Ref"])]
		if all[who] == nil {
			all[who] = role{}
		}
		for _, statement := range policy.Properties.object("PolicyDocument").list("Statement") {
			s := asObject(statement)
			if s.text("Effect") != "Allow" || s["NotAction"] != nil || s["NotResource"] != nil {
				t.Errorf("OP-02 %s allows by exclusion: %s", who, spelled(s))
			}
			actions := texts(s["Action"])
			for _, action := range actions {
				if strings.Contains(action, "*") || !strings.Contains(action, ":") {
					t.Errorf("OP-02 %s may do %s", who, action)
				}
			}
			for _, resource := range values(s["Resource"]) {
				if resource == "*" || strings.HasSuffix(spelled(resource), `:*"`) {
					t.Errorf("OP-02 %s may act on %s", who, spelled(resource))
				}
				if strings.HasPrefix(actions[0], "kms:") && !strings.Contains(spelled(s["Condition"]), "kms:ViaService") {
					t.Errorf("OP-02 %s may use a key by itself: %s", who, spelled(s))
				}
				all[who][spelled(resource)] = append(all[who][spelled(resource)], actions...)
			}
		}
	}
	return all
}

func values(value any) []any {
	if all, ok := value.([]any); ok {
		return all
	}
	return []any{value}
}

func texts(value any) []string {
	var all []string
	for _, v := range values(value) {
		s, _ := v.(string)
		all = append(all, s)
	}
	return all
}

// of lists, sorted, what a role may do with the resource whose spelling holds a text.
func (r role) of(part string) []string {
	var all []string
	for resource, actions := range r {
		if strings.Contains(resource, part) {
			all = append(all, actions...)
		}
	}
	slices.Sort(all)
	return all
}

// resourceName is how the logical id of a part of the data stack begins.
func resourceName(kind, name string) string {
	return kind + strings.ReplaceAll(name, "-", "")
}

// expected is what the topology lets a function do, by how a template spells the resource.
func expected(a assembly, f topology.Function, in channel.Channel) role {
	want := role{}
	for _, access := range f.Access {
		channels := []channel.Channel{in}
		table, isTable := a.plan.Table(access.Table)
		if access.AllChannels {
			channels = channel.All[:]
		}
		if isTable && !table.PerChannel {
			channels = []channel.Channel{""}
		}
		for _, c := range channels {
			switch {
			case isTable:
				key := resourceName("Table", topology.Name(access.Table, c))
				want[key] = append(want[key], prefixed("dynamodb", access.Actions)...)
				if len(access.Indexes) > 0 {
					want[key] = append(want[key], "dynamodb:Query")
				}
			case access.SecretPrefix != "":
				key := topology.Name(access.SecretPrefix, c) + "/*"
				want[key] = append(want[key], prefixed("secretsmanager", access.Actions)...)
			case access.Secret != "":
				key := resourceName("RefSecret", topology.Name(access.Secret, c))
				want[key] = append(want[key], prefixed("secretsmanager", access.Actions)...)
			case access.Bucket != "":
				key := resourceName("Bucket", access.Bucket)
				want[key] = append(want[key], prefixed("s3", access.Actions)...)
			}
		}
	}
	for _, source := range f.Sources {
		key := resourceName("Table", source.Table)
		want[key] = append(want[key], "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
	}
	return want
}

func TestRolesAllowWhatTheTopologyLists(t *testing.T) {
	t.Parallel()
	for _, a := range []assembly{deployed(), bare()} {
		for name, stack := range a.templates {
			for who, may := range roles(t, name, stack) {
				function, in := named(a, who)
				if function.Name == "" { // the scheduler's own role, looked over by roles
					continue
				}
				want := expected(a, function, in)
				for resource, actions := range want {
					slices.Sort(actions)
					if got := slices.Compact(may.of(resource)); !slices.Equal(got, slices.Compact(actions)) {
						t.Errorf("OP-02 %s may do %q with %s, not %q", who, got, resource, actions)
					}
				}
				for resource, actions := range may {
					service, _, _ := strings.Cut(actions[0], ":")
					listed := slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(key string) bool { return strings.Contains(resource, key) })
					if !listed && !slices.Contains([]string{"logs", "kms", "ses", "sqs"}, service) {
						t.Errorf("OP-02 %s may do %q with %s, which the topology does not list", who, actions, resource)
					}
				}
				if mails := slices.Contains(may.of(""), "ses:SendEmail"); mails != function.SendsMail {
					t.Errorf("OP-02 %s may send mail: %v", who, mails)
				}
			}
		}
	}
}

// named finds the declared function, and its channel, of a deployed name.
func named(a assembly, deployedName string) (topology.Function, channel.Channel) {
	for _, f := range a.plan.Functions {
		for _, c := range []channel.Channel{"", channel.Sandbox, channel.Production} {
			if (c != "") == (f.Stage == topology.Channel) && strings.HasSuffix(deployedName, "-"+topology.Name(f.Name, c)) {
				return f, c
			}
		}
	}
	return topology.Function{}, ""
}

// The gateway is what a hostile backend or caller would take over first.
func TestBlastRadiusOfTheGateway(t *testing.T) {
	t.Parallel()
	want := []string{
		"dynamodb:GetItem", "dynamodb:Query", "kms:Decrypt", "kms:Decrypt", "kms:DescribeKey", "logs:CreateLogStream", "logs:PutLogEvents",
		"secretsmanager:GetSecretValue",
	}
	for _, c := range channel.All {
		stack := deployed().templates["guichet-"+c.Lower()]
		may := roles(t, string(c), stack)["guichet-gateway-"+c.Lower()]
		if got := may.of(""); !slices.Equal(got, want) {
			t.Errorf("GW-20 the gateway of %s may do %q", c, got)
		}
		for resource := range may {
			for _, other := range []string{"registry", "events", "sessions", "grants", "tokenkeys", c.Other().Lower()} {
				if strings.Contains(strings.ToLower(resource), other) {
					t.Errorf("GW-20 the gateway of %s reaches %s", c, resource)
				}
			}
		}
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, a := range []assembly{deployed(), bare()} {
		found := 0
		for name, stack := range a.templates {
			for _, f := range stack.of("AWS::Lambda::Function") {
				found++
				p := f.Properties
				who := p.text("FunctionName")
				declared, _ := named(a, who)
				if p.text("Runtime") != "provided.al2023" || spelled(p["Architectures"]) != `["arm64"]` || p["VpcConfig"] != nil {
					t.Errorf("%s runs on %s, %s", who, p.text("Runtime"), spelled(p["Architectures"]))
				}
				if p.number("MemorySize") != declared.Memory || p.number("Timeout") != int(declared.Timeout.Seconds()) ||
					p.number("ReservedConcurrentExecutions") != declared.ReservedConcurrency {
					t.Errorf("%s has %d MB, %d s, %d at once", who, p.number("MemorySize"), p.number("Timeout"), p.number("ReservedConcurrentExecutions"))
				}
				var want []string
				for variable, reference := range declared.Environment {
					if reference.Kind != topology.LocalOnly {
						want = append(want, variable)
					}
				}
				slices.Sort(want)
				got := slices.Sorted(maps.Keys(p.object("Environment").object("Variables")))
				if !slices.Equal(got, want) {
					t.Errorf("%s is configured with %q, not %q", who, got, want)
				}
				logging := p.object("LoggingConfig")
				group := stack.Resources[logging.object("LogGroup").text("Ref")].Properties
				if logging.text("LogFormat") != "JSON" || group.text("LogGroupName") != "/aws/lambda/"+who {
					t.Errorf("%s: logs %s of %s", name, spelled(logging), who)
				}
			}
			for _, group := range stack.of("AWS::Logs::LogGroup") {
				if group.Properties.number("RetentionInDays") != 90 {
					t.Errorf("logs of %s are kept for %d days", group.Properties.text("LogGroupName"), group.Properties.number("RetentionInDays"))
				}
			}
			if custom := stack.of("Custom::LogRetention"); len(custom) > 0 {
				t.Errorf("%s keeps logs by a function of CDK's own", name)
			}
		}
		want := 0
		for _, f := range a.plan.Functions {
			want++
			if f.Stage == topology.Channel {
				want++
			}
		}
		if found != want {
			t.Errorf("%d functions are deployed, %d are declared", found, want)
		}
	}
}

// Each channel's functions know their own channel's parts only.
func TestChannelsAreApart(t *testing.T) {
	t.Parallel()
	for _, c := range channel.All {
		for id, r := range deployed().templates["guichet-"+c.Lower()].Resources {
			if text := strings.ToLower(spelled(r.Properties)); strings.Contains(text, c.Other().Lower()) {
				t.Errorf("%s of channel %s names the other: %s", id, c, text)
			}
		}
	}
}

func TestNoTemplateHoldsTheGuardException(t *testing.T) {
	t.Parallel()
	for _, a := range []assembly{deployed(), bare()} {
		files, err := filepath.Glob(filepath.Join(a.folder, "*.template.json"))
		if err != nil || len(files) < 3 {
			t.Fatalf("%d templates: %v", len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), topology.GuardException) {
				t.Errorf("GW-01 %s holds %s", filepath.Base(file), topology.GuardException)
			}
		}
	}
}

func TestJob(t *testing.T) {
	t.Parallel()
	stack := bare().templates["bare-jobs"]
	sources := stack.of("AWS::Lambda::EventSourceMapping")
	if len(sources) != 1 {
		t.Fatalf("%d event sources", len(sources))
	}
	for _, source := range sources {
		p := source.Properties
		for name, want := range map[string]string{
			"BatchSize": "100", "MaximumBatchingWindowInSeconds": "1", "ParallelizationFactor": "2", "MaximumRetryAttempts": "10",
			"MaximumRecordAgeInSeconds": "43200", "BisectBatchOnFunctionError": "true", "StartingPosition": `"TRIM_HORIZON"`,
			"FunctionResponseTypes": `["ReportBatchItemFailures"]`, "FilterCriteria": `{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]}`,
		} {
			if got := spelled(p[name]); got != want {
				t.Errorf("the event source has %s %s, not %s", name, got, want)
			}
		}
		left := asText(p.object("DestinationConfig").object("OnFailure").object("Destination").list("Fn::GetAtt"))
		if stack.Resources[left].Type != "AWS::SQS::Queue" {
			t.Errorf("what the job gives up on goes to %q", left)
		}
	}
	for _, schedule := range stack.of("AWS::Scheduler::Schedule") {
		if p := schedule.Properties; p.text("ScheduleExpression") != "rate(5 minutes)" || p.object("Target").text("Input") != `{"job":"due"}` {
			t.Errorf("the schedule is %s", spelled(p))
		}
	}
	for kind, want := range map[string]int{"AWS::Scheduler::Schedule": 1, "AWS::Events::Rule": 1, "AWS::Logs::MetricFilter": 1, "AWS::Lambda::Permission": 1} {
		if got := len(stack.of(kind)); got != want {
			t.Errorf("%d of %s, not %d", got, kind, want)
		}
	}
	for _, filter := range stack.of("AWS::Logs::MetricFilter") {
		watched := false
		for _, alarm := range stack.of("AWS::CloudWatch::Alarm") {
			watched = watched || strings.Contains(spelled(filter.Properties["MetricTransformations"]), `"`+alarm.Properties.text("MetricName")+`"`)
		}
		if filter.Properties.text("FilterPattern") != `"put aside"` || !watched {
			t.Errorf("the filter of log lines: %s, watched: %v", spelled(filter.Properties), watched)
		}
	}
	variables := stack.Resources[functionID(t, stack, "tidy")].Properties.object("Environment").object("Variables")
	if variables.text("GRANTS") != "bare-grants-production" || variables.text("MAIL_SENDER") != "no-reply@example.org" {
		t.Errorf("the job is configured with %s", spelled(variables))
	}
}

func asText(list []any) string {
	if len(list) == 0 {
		return ""
	}
	s, _ := list[0].(string)
	return s
}
