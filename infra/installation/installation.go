// Package installation reads the configuration file of one installation, and says how its parts are named on AWS.
//
// The file holds all that differs between two installations of the same code: region, hosts, addresses. It holds no
// secret. What it says wins nowhere else: the CDK program and the commands for operating both read it here.
package installation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"

	"guichet/shared/channel"
)

// Installation is a configuration file, checked.
type Installation struct {
	// Prefix starts the name of every part, so that two installations may share an account.
	Prefix string `yaml:"prefix"`
	// Region of all parts.
	Region string `yaml:"region"`
	// Account guards against a deployment into the wrong one: 12 digits, or empty for the account of the credentials.
	Account string `yaml:"account"`
	Mail    Mail   `yaml:"mail"`
	// Alarms is the address that is told of every alarm.
	Alarms string `yaml:"alarms"`
	// LogRetentionDays is how long logs are kept; one of the periods of CloudWatch Logs. Default 90.
	LogRetentionDays int `yaml:"logRetentionDays"`
	// TokenRequestsPer5Minutes is what one address may ask of a channel's token endpoint before WAF blocks it. Default 2000:
	// a ministry behind one address that fetches 6 tokens a second passes.
	TokenRequestsPer5Minutes int `yaml:"tokenRequestsPer5Minutes"`
	// KeepAPIGatewayAccount leaves the region's API Gateway account settings alone: another stack has set the role by which
	// API Gateway writes access logs.
	KeepAPIGatewayAccount bool `yaml:"keepAPIGatewayAccount"`
	// SiteKey is the number of the key by which the portal's API knows its distribution; another number makes another key.
	// Default 1.
	SiteKey int `yaml:"siteKey"`
	// ProblemPages replaces the base URL of the pages that explain refusals; by default each channel serves its own.
	ProblemPages string `yaml:"problemPages"`
	// AccessPoints are the base URLs under which the platform is reached (features Z6). The first of a network, channel and
	// use is the one that is put into links and documents.
	AccessPoints []AccessPoint `yaml:"accessPoints"`
}

// Mail is how the platform writes to people.
type Mail struct {
	// Sender is the address that mails come from.
	Sender string `yaml:"sender"`
	// Identity is what SES verifies: the sender's domain (the default) or the sender itself.
	Identity string `yaml:"identity"`
	// KeepIdentity leaves the identity alone: another stack has made it.
	KeepIdentity bool `yaml:"keepIdentity"`
	// PerSecond is the rate that SES grants the account. Default 10; 1 in SES's sandbox.
	PerSecond int `yaml:"perSecond"`
}

// Network is from where an access point is reached.
type Network string

// Networks: the Internet, and the ministries' own.
const (
	Internet Network = "INTERNET"
	ADER     Network = "ADER"
)

// Use is what an access point is for.
type Use string

// Uses. Only Portal has no channel.
const (
	API    Use = "API"
	Token  Use = "TOKEN"
	Portal Use = "PORTAL"
)

// AccessPoint is one base URL.
type AccessPoint struct {
	Network Network         `yaml:"network" json:"network"`
	Channel channel.Channel `yaml:"channel" json:"channel,omitempty"`
	Use     Use             `yaml:"use" json:"use"`
	// URL without path: https and a host.
	URL string `yaml:"url" json:"url"`
	// Certificate is the ARN of the host's certificate in ACM. With it the deployment serves the host itself; without it
	// the host is only shown, and somebody else ends its TLS.
	Certificate string `yaml:"certificate" json:"-"`
}

// maxFile bounds a configuration file.
const maxFile = 64 << 10

// Read reads and checks a configuration file. Unknown keys are errors. The error lists everything that is wrong.
func Read(file string) (*Installation, error) {
	source, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("installation: %w", err)
	}
	defer source.Close() // only read
	text, err := io.ReadAll(io.LimitReader(source, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("installation: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("installation: %s is larger than %d bytes", file, maxFile)
	}
	i, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s:\n%w", file, err)
	}
	return i, nil
}

// Parse is Read for the text of a file.
func Parse(text []byte) (*Installation, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	i := &Installation{Mail: Mail{PerSecond: 10}, LogRetentionDays: 90, TokenRequestsPer5Minutes: 2000, SiteKey: 1}
	if err := decoder.Decode(i); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty")
		}
		return nil, err
	}
	if err := decoder.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file holds more than one YAML document")
	}
	i.complete()
	if err := errors.Join(i.faults()...); err != nil {
		return nil, err
	}
	return i, nil
}
