package localtest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"slices"
	"strings"

	"guichet/localtest/lambda"
	"guichet/shared/channel"
	"guichet/shared/topology"
)

var discardLog = log.New(io.Discard, "", 0)

// newKeys is a secret as a deployment makes it: one random key, which signs.
func newKeys() string {
	return fmt.Sprintf(`{"sign":"1","1":%q}`, rand.Text()+rand.Text())
}

// Function is the deployed name of a function: of the channel given, when it exists once in each.
func (c *Cloud) Function(name string, in channel.Channel) string {
	if f, ok := c.plan.Function(name); ok && f.Stage == topology.Channel {
		return topology.Name(name, in)
	}
	return name
}

// channelsOf are the channels in which a function or an API exists: both, or none in particular.
func channelsOf(stage topology.Stage) []channel.Channel {
	if stage == topology.Channel {
		return channel.All[:]
	}
	return []channel.Channel{""}
}

// functions lists what was asked for and what the served APIs need, or everything.
func (c *Cloud) functions() []string {
	names := slices.Clone(c.options.Functions)
	if len(c.options.APIs)+len(names) == 0 {
		for _, f := range c.plan.Functions {
			names = append(names, f.Name)
		}
		return names
	}
	for _, api := range c.plan.APIs {
		if !c.runs(api.Name) {
			continue
		}
		if api.Authorizer != "" {
			names = append(names, api.Authorizer)
		}
		for _, route := range api.Routes {
			names = append(names, route.Function)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// deployed are the names under which a part exists.
func (c *Cloud) deployed(name string, perChannel bool) []string {
	if !perChannel {
		return []string{c.prefix + name}
	}
	var names []string
	for _, in := range channel.All {
		names = append(names, c.prefix+topology.Name(name, in))
	}
	return names
}

// runFunctions starts the Lambda service with the functions that were built.
func (c *Cloud) runFunctions(binaries map[string]string) error {
	c.Lambda = lambda.New(lambda.Options{Region: Region, Output: c.output})
	c.onClose(c.Lambda.Close)
	for _, f := range c.plan.Functions {
		bootstrap := binaries[f.Name]
		if bootstrap == "" {
			continue
		}
		for _, in := range channelsOf(f.Stage) {
			environment := c.functionEnvironment()
			for variable, reference := range f.Environment {
				value, err := c.resolve(reference, in)
				if err != nil {
					return fmt.Errorf("localtest: function %s: %s: %w", f.Name, variable, err)
				}
				if value != "" || reference.Kind != topology.LocalOnly {
					environment[variable] = value
				}
			}
			err := c.Lambda.Add(lambda.Function{
				Name: c.Function(f.Name, in), Bootstrap: bootstrap, MemoryMB: f.Memory, Timeout: f.Timeout, Environment: environment,
				ReservedConcurrency: f.ReservedConcurrency,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// localSettings are what an installation on this machine has unless it is told otherwise.
var localSettings = map[string]string{
	"MAIL_SENDER":            "no-reply@guichet.example",
	"MAIL_CONFIGURATION_SET": "",
	"MAIL_PER_SECOND":        "100",
}

// resolve gives a reference of the topology its value in this cloud.
func (c *Cloud) resolve(r topology.Reference, in channel.Channel) (string, error) {
	switch r.Kind {
	case topology.Literal:
		return r.Name, nil
	case topology.ChannelValue:
		return string(in), nil
	case topology.TableName:
		table, ok := c.plan.Table(r.Name)
		if !ok {
			return "", fmt.Errorf("no table %s", r.Name)
		}
		if !table.PerChannel {
			return c.prefix + r.Name, nil
		}
		return c.perChannel(r.Name, in)
	case topology.SandboxTable:
		return c.perChannel(r.Name, channel.Sandbox)
	case topology.ProductionTable:
		return c.perChannel(r.Name, channel.Production)
	case topology.BucketName:
		return c.prefix + r.Name, nil
	case topology.SecretName:
		for _, declared := range c.plan.Secrets {
			if declared.Name == r.Name && !declared.PerChannel {
				return c.prefix + r.Name, nil
			}
		}
		return c.perChannel(r.Name, in)
	case topology.SandboxSecret:
		return c.perChannel(r.Name, channel.Sandbox)
	case topology.ProductionSecret:
		return c.perChannel(r.Name, channel.Production)
	case topology.SecretPrefix:
		name, err := c.perChannel(r.Name, in)
		return name + "/", err
	case topology.IssuerURL:
		return c.Bases[in], nil
	case topology.PortalURL:
		return c.Portal, nil
	case topology.ProblemPages:
		return c.problemPages(in), nil
	case topology.Setting:
		value, ok := c.options.Settings[r.Name]
		if !ok {
			value, ok = localSettings[r.Name]
		}
		if !ok && r.Name == "ACCESS_POINTS" {
			return c.accessPoints()
		}
		if !ok {
			return "", fmt.Errorf("the setting %s has no value here", r.Name)
		}
		return value, nil
	case topology.LocalOnly:
		if r.Name == topology.GuardException {
			return strings.Join(c.options.Backends, ","), nil
		}
	}
	return "", fmt.Errorf("nothing is known of a reference %+v", r)
}

// perChannel is the name of a part of a channel; a function outside the channels must say which one it means.
func (c *Cloud) perChannel(name string, in channel.Channel) (string, error) {
	if in == "" {
		return "", fmt.Errorf("%s exists once in each channel", name)
	}
	return c.prefix + topology.Name(name, in), nil
}

// accessPoints is where this cloud is reached, as an installation says it.
// problemPages is the base URL of the pages that explain codes; the portal's are those of SANDBOX.
func (c *Cloud) problemPages(in channel.Channel) string {
	if in == "" {
		in = channel.Sandbox
	}
	return c.Bases[in] + "/api/problems/"
}

func (c *Cloud) accessPoints() (string, error) {
	type point struct {
		Network string          `json:"network"`
		Channel channel.Channel `json:"channel,omitempty"`
		Use     string          `json:"use"`
		URL     string          `json:"url"`
	}
	points := []point{{"INTERNET", "", "PORTAL", c.Portal}}
	for _, in := range channel.All {
		points = append(points, point{"INTERNET", in, "API", c.Bases[in]}, point{"INTERNET", in, "TOKEN", c.Bases[in]})
	}
	text, err := json.Marshal(points)
	return string(text), err
}
