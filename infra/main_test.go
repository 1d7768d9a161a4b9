//go:build cdk

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/jsii-runtime-go"

	"guichet/infra/installation"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

// scratch holds what the tests synthesise.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "guichet-infra-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	jsii.Close()
	if err := os.RemoveAll(scratch); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// assembly is a synthesised platform.
type assembly struct {
	folder    string
	plan      topology.Plan
	templates map[string]template // by stack
}

// template is what the tests read of a CloudFormation template.
type template struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
}

type resource struct {
	Type           string
	Properties     object
	DeletionPolicy string
	DependsOn      []string
}

// The two platforms that the tests look at, synthesised once: it takes seconds.
var (
	// deployed is the platform as it is, for the installation of the example file: every host is served by the deployment.
	deployed = sync.OnceValue(func() assembly {
		i, err := installation.Read("guichet.example.yaml")
		if err != nil {
			panic(err)
		}
		return synthesise("deployed", topology.Platform(), i)
	})
	// bare has no hosts, and beside the channels one job that is called by all that can call a job.
	bare = sync.OnceValue(func() assembly {
		i, err := installation.Parse([]byte("{prefix: bare, region: eu-west-1, alarms: a@example.org, mail: {sender: no-reply@example.org, keepIdentity: true}, " +
			"keepAPIGatewayAccount: true, accessPoints: [{network: INTERNET, use: PORTAL, url: 'https://example.org'}]}"))
		if err != nil {
			panic(err)
		}
		plan := topology.Platform()
		plan.Functions = append(slices.DeleteFunc(plan.Functions, func(f topology.Function) bool { return f.Stage != topology.Channel }), job)
		plan.APIs = slices.DeleteFunc(plan.APIs, func(a topology.API) bool { return a.Stage != topology.Channel })
		return synthesise("bare", plan, i)
	})
)

// job declares everything that only jobs have.
var job = topology.Function{
	Name: "tidy", Stage: topology.Jobs, Purpose: "Stands for a job", Memory: 256, Timeout: time.Minute, ReservedConcurrency: 2, SendsMail: true,
	Environment: map[string]topology.Reference{
		"EVENTS_TABLE": {Kind: topology.TableName, Name: topology.Events},
		"BUCKET":       {Kind: topology.BucketName, Name: topology.Documents},
		"GRANTS":       {Kind: topology.ProductionTable, Name: topology.Grants},
		"MAIL_SENDER":  {Kind: topology.Setting, Name: "MAIL_SENDER"},
	},
	Access: []topology.Access{
		{Table: topology.Events, Actions: []string{"Query", "UpdateItem"}, Indexes: []string{"Due"}},
		{Table: topology.Grants, AllChannels: true, Actions: []string{"GetItem"}},
		{Bucket: topology.Documents, Actions: []string{"GetObject", "PutObject"}},
	},
	Sources: []topology.StreamSource{{
		Table: topology.Events, Filters: []string{`{"eventName":["INSERT"]}`}, BatchSize: 100, Window: time.Second, Parallelization: 2,
		MaximumRetries: 10, MaximumAge: 12 * time.Hour, BisectOnError: true, ReportsPartialBatchFailure: true,
	}},
	Schedules:  []topology.Schedule{{Name: "due", Every: 5 * time.Minute, Input: `{"job":"due"}`}},
	Rules:      []topology.EventRule{{Name: "bounces", Source: "aws.ses", DetailTypes: []string{"Email Bounced"}}},
	AlarmLines: []string{"put aside"},
}

// kernel is held while CDK runs: its one Node process takes one request at a time.
var kernel sync.Mutex

// synthesise writes an assembly, with stubs in the place of the functions' binaries.
func synthesise(name string, plan topology.Plan, i *installation.Installation) assembly {
	kernel.Lock()
	defer kernel.Unlock()
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	code := filepath.Join(scratch, name+"-dist")
	for _, f := range plan.Functions {
		must(os.MkdirAll(filepath.Join(code, f.Name), 0o755))
		must(os.WriteFile(filepath.Join(code, f.Name, "bootstrap"), []byte("stub of "+f.Name), 0o755))
	}
	all := assembly{folder: filepath.Join(scratch, name), plan: plan, templates: map[string]template{}}
	app := newApp(jsii.String(all.folder))
	newPlatform(app, plan, i, code)
	for _, stack := range *app.Synth(nil).Stacks() {
		text, err := os.ReadFile(*stack.TemplateFullPath())
		must(err)
		var t template
		must(json.Unmarshal(text, &t))
		all.templates[*stack.StackName()] = t
	}
	return all
}

// of lists a template's resources of a type, by logical id.
func (t template) of(kind string) map[string]resource {
	all := map[string]resource{}
	for id, r := range t.Resources {
		if r.Type == kind {
			all[id] = r
		}
	}
	return all
}

// object is a JSON object whose parts are reached by name; what is absent is nil or empty.
type object map[string]any

func (o object) text(name string) string   { s, _ := o[name].(string); return s }
func (o object) number(name string) int    { n, _ := o[name].(float64); return int(n) }
func (o object) list(name string) []any    { l, _ := o[name].([]any); return l }
func (o object) object(name string) object { return asObject(o[name]) }

func asObject(value any) object {
	o, _ := value.(map[string]any)
	return o
}

// spelled is a value as compact JSON: references are compared as they stand in the template.
func spelled(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// channels are the stacks of the two channels.
func (a assembly) channels(t *testing.T) map[string]template {
	t.Helper()
	all := map[string]template{}
	for name, stack := range a.templates {
		for _, c := range channel.All {
			if strings.HasSuffix(name, "-"+c.Lower()) {
				all[name] = stack
			}
		}
	}
	if len(all) != len(channel.All) {
		t.Fatalf("%d stacks are of a channel, not %d", len(all), len(channel.All))
	}
	return all
}
