package installation

import (
	"os"
	"strings"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/topology"
)

const minimal = `
prefix: guichet
region: eu-west-3
alarms: ops@example.org
mail: {sender: no-reply@example.org}
accessPoints:
  - {network: INTERNET, use: PORTAL, url: "https://portal.example.org"}
`

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, fault string }{
		{"the smallest file is enough", minimal, ""},
		{"an empty file is refused", "", "empty"},
		{"an unknown key is refused", minimal + "regoin: eu-west-3\n", "regoin"},
		{"a second document is refused", minimal + "---\nprefix: other\n", "more than one"},
		{"a prefix that no bucket could have is refused", strings.Replace(minimal, "prefix: guichet", "prefix: Guichet_1", 1), "prefix:"},
		{"a region that is none is refused", strings.Replace(minimal, "eu-west-3", "Paris", 1), "region:"},
		{"an account with a lost leading zero is refused", minimal + "account: 12345678901\n", "account:"},
		{"a retention that CloudWatch does not know is refused", minimal + "logRetentionDays: 91\n", "logRetentionDays:"},
		{"a limit below WAF's lowest is refused", minimal + "tokenRequestsPer5Minutes: 1\n", "tokenRequestsPer5Minutes:"},
		{"a key without a number is refused", minimal + "siteKey: 0\n", "siteKey:"},
		{"a sender that SES has not verified is refused", strings.Replace(minimal, "no-reply@example.org", "no-reply@example.org, identity: example.net", 1), "mail.identity:"},
		{"a mail rate of nothing is refused", strings.Replace(minimal, "no-reply@example.org", "no-reply@example.org, perSecond: 0", 1), "mail.perSecond:"},
		{"problem pages over plain HTTP are refused", minimal + "problemPages: http://example.org/\n", "problemPages:"},
		{"Z6 a network that is neither INTERNET nor ADER is refused", minimal + point("RIE", "SANDBOX", "API", "https://a.example.org"), "network"},
		{"Z6 a channel in lower case is refused", minimal + point("INTERNET", "sandbox", "API", "https://a.example.org"), "neither SANDBOX nor PRODUCTION"},
		{"Z6 an unknown use is refused", minimal + point("INTERNET", "SANDBOX", "OAUTH", "https://a.example.org"), "use"},
		{"Z6 an API without channel is refused", minimal + point("INTERNET", "", "API", "https://a.example.org"), "channel is missing"},
		{"Z6 a portal with channel is refused", minimal + point("INTERNET", "SANDBOX", "PORTAL", "https://a.example.org"), "leave channel out"},
		{"Z6 an access point with a path is refused", minimal + point("ADER", "SANDBOX", "TOKEN", "https://a.example.org/api/oauth/token"), "without port or path"},
		{"Z6 an access point over plain HTTP is refused", minimal + point("ADER", "SANDBOX", "TOKEN", "http://a.example.org"), "https"},
		{"Z6 a channel with APIs and no token endpoint is refused", minimal + point("INTERNET", "SANDBOX", "API", "https://a.example.org"), "channel SANDBOX"},
		{
			"Z6 one host in both channels is refused",
			minimal + point("ADER", "SANDBOX", "API", "https://a.example.org") + point("ADER", "PRODUCTION", "API", "https://a.example.org"), "a.example.org",
		},
		{
			"Z6 the same access point twice is refused",
			minimal + point("ADER", "SANDBOX", "API", "https://a.example.org") + point("ADER", "SANDBOX", "API", "https://a.example.org"), "twice",
		},
		{
			"a certificate of another region is refused",
			minimal + "  - {network: INTERNET, channel: SANDBOX, use: API, url: 'https://a.example.org', certificate: 'arn:aws:acm:us-east-1:1:certificate/x'}\n",
			"certificate",
		},
		{"a file without portal is refused", strings.Replace(minimal, "use: PORTAL", "channel: SANDBOX, use: API", 1), "use PORTAL"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(test.text))
			switch {
			case test.fault == "" && err != nil:
				t.Fatal(err)
			case test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)):
				t.Fatalf("error %v does not speak of %q", err, test.fault)
			}
		})
	}
}

func point(network, in, use, url string) string {
	line := "  - {network: " + network + ", use: " + use + ", url: '" + url + "'"
	if in != "" {
		line += ", channel: " + in
	}
	return line + "}\n"
}

func TestParseListsEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := Parse([]byte("prefix: X\nregion: x\nalarms: x\n"))
	for _, part := range []string{"prefix:", "region:", "alarms:", "mail.sender:", "PORTAL"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not speak of %s: %v", part, err)
		}
	}
}

// The example is what `make synth` deploys nothing with: it must stay valid, and hold every access point of the guide.
func TestExample(t *testing.T) {
	t.Parallel()
	i, err := Read("../guichet.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../guichet.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10"} {
		if !strings.Contains(string(text), "# "+row+" ") {
			t.Errorf("Z6 the access point of row %s is not in the example", row)
		}
	}
	if domains := i.Domains(channel.Sandbox); len(domains) != 2 {
		t.Errorf("the sandbox serves %d hosts, not its API and token hosts: %v", len(domains), domains)
	}
	if url, _ := i.URL(Token, channel.Production); url != "https://oauth.guichet.example" {
		t.Errorf("the production token endpoint is at %q", url)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	i, err := Parse([]byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	// Names are addresses of data that outlives deployments: a change here orphans it.
	for want, got := range map[string]string{
		"guichet-data":                             i.Stack(topology.Data, ""),
		"guichet-sandbox":                          i.Stack(topology.Channel, channel.Sandbox),
		"guichet-jobs":                             i.Stack(topology.Jobs, ""),
		"guichet-registry":                         i.Part(topology.Registry, ""),
		"guichet-grants-production":                i.Part(topology.Grants, channel.Production),
		"guichet/token-keys-sandbox":               i.Secret(topology.TokenKeys, channel.Sandbox),
		"guichet/backend-sandbox/":                 i.SecretPrefix(topology.BackendSecrets, channel.Sandbox),
		"alias/guichet-secrets":                    i.SecretsKey(),
		"guichet-documents-123456789012-eu-west-3": i.Bucket(topology.Documents, "123456789012"),
		"guichet":                                  setting(t, i, "MAIL_CONFIGURATION_SET"),
		"10":                                       setting(t, i, "MAIL_PER_SECOND"),
		"no-reply@example.org":                     setting(t, i, "MAIL_SENDER"),
		`[{"network":"INTERNET","use":"PORTAL","url":"https://portal.example.org"}]`: setting(t, i, "ACCESS_POINTS"),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if _, err := i.Setting("UNKNOWN"); err == nil {
		t.Error("an unknown setting has a value")
	}
}

func setting(t *testing.T, i *Installation, name string) string {
	t.Helper()
	value, err := i.Setting(name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
