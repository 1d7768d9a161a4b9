package installation

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"guichet/shared/channel"
)

var (
	// The longest name, the bucket's, has 63 characters at most and holds prefix, account and region.
	prefixForm  = regexp.MustCompile(`^[a-z](-?[a-z0-9]){1,19}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	accountForm = regexp.MustCompile(`^([0-9]{12})?$`)
	hostForm    = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)
)

// The periods that CloudWatch Logs knows, in days.
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// minRate is the lowest limit that WAF takes.
const minRate = 10

// complete fills in what follows from other fields.
func (i *Installation) complete() {
	if i.Mail.Identity == "" {
		_, i.Mail.Identity, _ = strings.Cut(i.Mail.Sender, "@")
	}
	if i.ProblemPages != "" {
		i.ProblemPages = strings.TrimSuffix(i.ProblemPages, "/") + "/"
	}
}

// faults lists everything that is wrong, each with its field.
func (i *Installation) faults() []error {
	var all []error
	fault := func(wrong bool, format string, arguments ...any) {
		if wrong {
			all = append(all, fmt.Errorf(format, arguments...))
		}
	}
	fault(!prefixForm.MatchString(i.Prefix), "prefix: %q is not 2 to 20 lower-case letters, digits and single hyphens, a letter first", i.Prefix)
	fault(!regionForm.MatchString(i.Region), "region: %q is no region, such as eu-west-3", i.Region)
	fault(!accountForm.MatchString(i.Account), "account: %q is not 12 digits (in quotes)", i.Account)
	fault(!isAddress(i.Alarms), "alarms: %q is no mail address", i.Alarms)
	fault(!isAddress(i.Mail.Sender), "mail.sender: %q is no mail address", i.Mail.Sender)
	fault(!covers(i.Mail.Identity, i.Mail.Sender), "mail.identity: %q is neither mail.sender nor its domain", i.Mail.Identity)
	fault(i.Mail.PerSecond < 1, "mail.perSecond: %d is less than 1", i.Mail.PerSecond)
	fault(!slices.Contains(retentions, i.LogRetentionDays), "logRetentionDays: %d is none of %v", i.LogRetentionDays, retentions)
	fault(i.TokenRequestsPer5Minutes < minRate, "tokenRequestsPer5Minutes: %d is less than %d", i.TokenRequestsPer5Minutes, minRate)
	fault(i.SiteKey < 1, "siteKey: %d is less than 1", i.SiteKey)
	if i.ProblemPages != "" {
		page, err := url.Parse(i.ProblemPages)
		fault(err != nil || page.Scheme != "https" || page.Host == "" || page.User != nil || page.RawQuery != "" || page.Fragment != "",
			"problemPages: %q is no https URL without query", i.ProblemPages)
	}
	return append(all, i.accessPointFaults()...)
}

// accessPointFaults checks each access point, and what they say together.
func (i *Installation) accessPointFaults() []error {
	var all []error
	seen := map[AccessPoint]bool{}
	hosts := map[string]AccessPoint{}
	for n, point := range i.AccessPoints {
		place := fmt.Sprintf("accessPoints[%d]", n)
		if text := i.pointFault(point); text != "" {
			all = append(all, fmt.Errorf("%s: %s", place, text))
			continue
		}
		certificate := point.Certificate
		point.Certificate = ""
		if seen[point] {
			all = append(all, fmt.Errorf("%s: %s %s %s %s stands there twice", place, point.Network, point.Channel, point.Use, point.URL))
		}
		seen[point] = true
		point.Certificate = certificate
		if other, ok := hosts[point.Host()]; ok && (other.Channel != point.Channel || other.Network != point.Network || other.Certificate != certificate) {
			all = append(all, fmt.Errorf("%s: host %s is also used with another network, channel or certificate", place, point.Host()))
		}
		hosts[point.Host()] = point
	}
	if _, ok := i.URL(Portal, ""); !ok {
		all = append(all, fmt.Errorf("accessPoints: there is none for network INTERNET, use PORTAL"))
	}
	for _, c := range channel.All {
		_, api := i.URL(API, c)
		_, token := i.URL(Token, c)
		if api != token {
			all = append(all, fmt.Errorf("accessPoints: channel %s has one of the uses API and TOKEN on INTERNET, and not the other", c))
		}
	}
	return all
}

// pointFault says what is wrong with one access point, or nothing.
func (i *Installation) pointFault(point AccessPoint) string {
	address, err := url.Parse(point.URL)
	switch {
	case point.Network != Internet && point.Network != ADER:
		return fmt.Sprintf("network %q is neither INTERNET nor ADER", point.Network)
	case !slices.Contains([]Use{API, Token, Portal}, point.Use):
		return fmt.Sprintf("use %q is none of API, TOKEN, PORTAL", point.Use)
	case point.Use == Portal && point.Channel != "":
		return "the portal serves both channels: leave channel out"
	case point.Use != Portal && point.Channel == "":
		return "channel is missing"
	case err != nil || address.Scheme != "https" || point.URL != "https://"+address.Host || !hostForm.MatchString(address.Host):
		return fmt.Sprintf("url %q is not https:// and a lower-case host, without port or path", point.URL)
	case point.Certificate == "":
		return ""
	case point.Network != Internet:
		return "certificate: only access points on INTERNET are served by the deployment itself"
	case point.Use == Portal && (!strings.HasPrefix(point.Certificate, "arn:") || !strings.Contains(point.Certificate, ":acm:"+distributionRegion+":")):
		return fmt.Sprintf("certificate: %q is no ARN of a certificate of ACM in %s, where CloudFront looks for it", point.Certificate, distributionRegion)
	case point.Use == Portal:
		return ""
	case !strings.HasPrefix(point.Certificate, "arn:") || !strings.Contains(point.Certificate, ":acm:"+i.Region+":"):
		return fmt.Sprintf("certificate: %q is no ARN of a certificate of ACM in %s", point.Certificate, i.Region)
	}
	return ""
}

// distributionRegion is where CloudFront takes certificates from.
const distributionRegion = "us-east-1"

func isAddress(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

// covers tells that a verified identity allows the sender.
func covers(identity, sender string) bool {
	_, domain, _ := strings.Cut(sender, "@")
	return identity != "" && (identity == sender || identity == domain || strings.HasSuffix(domain, "."+identity))
}
