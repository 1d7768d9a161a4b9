package installation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guichet/shared/channel"
	"guichet/shared/topology"
)

// URL returns the base URL of the first access point on the Internet for a use in a channel, without a trailing slash; the
// channel of Portal is "". ok is false when none is configured: then the channel is reached under API Gateway's own
// address, which its stack puts out as ConsumerURL.
func (i *Installation) URL(use Use, c channel.Channel) (url string, ok bool) {
	for _, point := range i.AccessPoints {
		if point.Network == Internet && point.Use == use && point.Channel == c {
			return point.URL, true
		}
	}
	return "", false
}

// ChannelURLs lists the base URLs of the channels, for APIs and tokens, each once and in order: what the portal's pages may call.
func (i *Installation) ChannelURLs() []string {
	var urls []string
	for _, point := range i.AccessPoints {
		if point.Use != Portal {
			urls = append(urls, point.URL)
		}
	}
	slices.Sort(urls)
	return slices.Compact(urls)
}

// Domain is a host that the deployment serves itself.
type Domain struct{ Host, Certificate string }

// Domains lists the hosts of a channel that the deployment serves itself, each once, in the order of the file.
func (i *Installation) Domains(c channel.Channel) []Domain {
	var all []Domain
	seen := map[string]bool{}
	for _, point := range i.AccessPoints {
		if point.Channel != c || point.Certificate == "" || seen[point.Host()] {
			continue
		}
		seen[point.Host()] = true
		all = append(all, Domain{Host: point.Host(), Certificate: point.Certificate})
	}
	return all
}

// PortalDomain is the host of the portal and its certificate, where the deployment serves it itself.
func (i *Installation) PortalDomain() (host, certificate string, ok bool) {
	for _, point := range i.AccessPoints {
		if point.Use == Portal && point.Certificate != "" {
			return point.Host(), point.Certificate, true
		}
	}
	return "", "", false
}

// Host of the access point.
func (p AccessPoint) Host() string { return strings.TrimPrefix(p.URL, "https://") }

// Setting returns the value of a topology.Setting.
func (i *Installation) Setting(name string) (string, error) {
	switch name {
	case "MAIL_SENDER":
		return i.Mail.Sender, nil
	case "MAIL_CONFIGURATION_SET":
		return i.MailConfigurationSet(), nil
	case "MAIL_PER_SECOND":
		return strconv.Itoa(i.Mail.PerSecond), nil
	case "ACCESS_POINTS": // a JSON list of objects with network, channel, use, url
		text, err := json.Marshal(i.AccessPoints)
		return string(text), err
	}
	return "", fmt.Errorf("installation: there is no setting %q", name)
}

// Stack is the name of a CloudFormation stack; c is "" but for topology.Channel.
func (i *Installation) Stack(stage topology.Stage, c channel.Channel) string {
	if stage == topology.Channel {
		return i.Prefix + "-" + c.Lower()
	}
	return i.Prefix + "-" + string(stage)
}

// Part is the deployed name of a table, function or API; c is "" for what exists once.
func (i *Installation) Part(name string, c channel.Channel) string {
	return i.Prefix + "-" + topology.Name(name, c)
}

// Secret is the deployed name of a secret.
func (i *Installation) Secret(name string, c channel.Channel) string {
	return i.Prefix + "/" + topology.Name(name, c)
}

// SecretPrefix is the prefix of the names of the secrets that are kept under a name, with a trailing slash.
func (i *Installation) SecretPrefix(name string, c channel.Channel) string {
	return i.Secret(name, c) + "/"
}

// SecretsKey is the alias of the KMS key under which every secret of the installation is kept. Functions may decrypt with
// no other, so who makes a secret names it.
func (i *Installation) SecretsKey() string { return "alias/" + i.Prefix + "-secrets" }

// MailConfigurationSet is the name of the set of SES rules under which every mail is sent.
func (i *Installation) MailConfigurationSet() string { return i.Prefix }

// Bucket is the deployed name of a bucket in an account. Names of buckets are unique in the world.
func (i *Installation) Bucket(name, account string) string {
	return i.Prefix + "-" + name + "-" + account + "-" + i.Region
}
