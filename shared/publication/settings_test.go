package publication_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"guichet/localtest"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/publication"
	"guichet/shared/quota"
	"guichet/shared/route"
)

func TestPublishPaths(t *testing.T) {
	w := newWorld(t)
	w.publish(w.gardens())
	other := w.provider("Office des tournées")
	for _, test := range []struct {
		name, path, organisation string
		code                     problem.Code
	}{
		{"a base path above another one is refused", "/jardins", w.organisation, problem.Conflict},
		{"a base path two segments above another one's end is refused", "/jardins/registre", w.organisation, problem.Conflict},
		{"a base path below another one is refused", "/jardins/registre/v1/beta", w.organisation, problem.Conflict},
		{"a base path of another organisation's API is refused", "/jardins/registre/v1", other, problem.Conflict},
		{"a reserved path is refused", "/api", w.organisation, problem.Validation},
		{"a path below a reserved one is refused", "/api/jardins", w.organisation, problem.Validation},
		{"a path above a reserved one is refused", "/piste", w.organisation, problem.Validation},
		{"the built-in health check is refused", "/piste/healthcheck", w.organisation, problem.Validation},
		{"a well-known path is refused", "/.well-known/jardins", w.organisation, problem.Validation},
		{"a ping path is refused", "/sping", w.organisation, problem.Validation},
		{"the root is refused", "/", w.organisation, problem.Validation},
		{"nothing is refused", "", w.organisation, problem.Validation},
		{"a path without a slash is refused", "jardins", w.organisation, problem.Validation},
		{"a trailing slash is refused", "/plantes/", w.organisation, problem.Validation},
		{"an empty segment is refused", "/plantes//v1", w.organisation, problem.Validation},
		{"D3 a segment that ends in a dot is refused", "/plantes./v1", w.organisation, problem.Validation},
		{"a dot segment is refused", "/plantes/../v1", w.organisation, problem.Validation},
		{"an escape is refused", "/plantes%2Fv1", w.organisation, problem.Validation},
		{"a parameter is refused", "/plantes/{id}", w.organisation, problem.Validation},
		{"seven segments are refused", "/a/b/c/d/e/f/g", w.organisation, problem.Validation},
	} {
		t.Run("design §4 "+test.name, func(t *testing.T) {
			p := w.weather()
			p.BasePath, p.Organisation = test.path, test.organisation
			w.refused(p, test.code, "basePath")
		})
	}
	t.Run("design §4 neighbours are not prefixes by segment", func(t *testing.T) {
		for _, path := range []string{"/jardins/registre/v10", "/jardins/reg", "/piste/captchetat/v2", "/apiary"} {
			p := w.weather()
			p.BasePath = path
			w.publish(p)
		}
		if got := w.table(channel.Sandbox).Match("/jardins/registre/v10/x"); got == nil || got.BasePath != "/jardins/registre/v10" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("M5 another API with the same scopes is published, with short ids of its own", func(t *testing.T) {
		first := w.whole(channel.Production, "/jardins/registre/v1").Scopes
		for _, path := range []string{"/plantes/v1", "/plantes/v2"} {
			p := w.gardens()
			p.BasePath = path
			if path == "/plantes/v2" {
				p.Organisation = w.provider("Ministère des plantes")
			}
			w.publish(p)
			for name, id := range w.whole(channel.Production, path).Scopes {
				if first[name] == "" || first[name] == id || len(id) != 4 {
					t.Errorf("%s: the scope %s is %q, the first API's is %q", path, name, id, first[name])
				}
			}
		}
	})
	t.Run("M5 the successor of a retired API has its scopes", func(t *testing.T) {
		p := w.gardens()
		p.BasePath = "/jardins/registre/v3"
		w.publish(p)
		api := w.whole(channel.Production, "/jardins/registre/v1").API
		if _, err := w.publisher.SetState(t.Context(), actor, api, channel.Production, route.Retired, p.BasePath); err != nil {
			t.Fatal(err)
		}
		p.BasePath = "/jardins/registre/v4"
		w.publish(p)
	})
	t.Run("an organisation that does not exist is refused", func(t *testing.T) {
		p := w.weather()
		p.BasePath, p.Organisation = "/nowhere", "01J0000000000000000000NONE"
		w.refused(p, problem.Validation, "organisation")
	})
}

// scoped is a document whose operations ask for these scopes, in a version.
func scoped(version string, scopes ...string) []byte {
	var paths []string
	for i, name := range scopes {
		paths = append(paths, fmt.Sprintf(`"/p%d":{"get":{"security":[{"o":[%q]}]}}`, i, name))
	}
	return fmt.Appendf(nil, `{"openapi":"3.0.0","info":{"version":%q},"paths":{%s}}`, version, strings.Join(paths, ","))
}

func TestM5ScopesOfEarlierVersionsDoNotCount(t *testing.T) {
	w := newWorld(t)
	p := w.weather()
	publish := func(version string, scopes ...string) publication.Result {
		t.Helper()
		s := p.Channels[channel.Sandbox]
		s.Version, s.Document = version, scoped(version, scopes...)
		p.Channels[channel.Sandbox] = s
		return w.publish(p)
	}
	names := func(prefix string, n int) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf("%s.%d", prefix, i)
		}
		return all
	}
	first := publish("1", names("first", 150)...).API.Scopes["first.7"].ShortID
	publish("2", names("second", 150)...)
	if got := len(w.whole(channel.Sandbox, p.BasePath).Scopes); got != 150 {
		t.Errorf("the channel has %d scopes", got)
	}
	if again := publish("3", append(names("third", 199), "first.7")...); again.API.Scopes["first.7"].ShortID != first {
		t.Error("a scope that comes back has lost its short id, and with it what applications are granted")
	}
	p.Scopes = []publication.Scope{{Name: "of.the.settings"}}
	w.refused(p, problem.Validation, "scopes")
	p.Scopes = nil
	// The row of the API stays bounded, however many names come and go.
	for i := range 6 {
		publish(fmt.Sprint("many", i), names(strings.Repeat("x", 100)+fmt.Sprint(i), publication.MaxScopes)...)
	}
	for _, item := range w.scan(w.db.Tables.Registry) {
		if size := localtest.ItemBytes(item); size > 390_000 {
			t.Errorf("a row has %d bytes", size)
		}
	}
}

func TestPublishDocumentedOnly(t *testing.T) {
	w := newWorld(t)
	p := w.weather()
	w.publish(p)
	r := w.whole(channel.Sandbox, "/meteo")
	if r.DocumentedOnly || r.Operations != nil {
		t.Errorf("D2 an API without scopes passes everything on, whatever asks for a key: %+v", r)
	}
	p.DocumentedOnly = true
	w.publish(p)
	if r := w.whole(channel.Sandbox, "/meteo"); !r.DocumentedOnly || len(r.Operations) != 2 {
		t.Errorf("set so, it admits its documented operations only: %+v", r)
	}
	p.DocumentedOnly = false
	s := p.Channels[channel.Sandbox]
	s.Document = []byte(`{"openapi":"3.0.0","info":{"version":"4"},"paths":{"/x":{"get":{}}}}`)
	p.Channels[channel.Sandbox] = s
	w.publish(p)
	if r := w.whole(channel.Sandbox, "/meteo"); r.DocumentedOnly || r.Operations != nil || r.Version != "4" {
		t.Errorf("operations that ask for nothing are not listed: %+v", r)
	}
}

func TestPublishSecrets(t *testing.T) {
	w := newWorld(t)
	p := w.weather()
	set := func(kind, header, value string) publication.Result {
		p.Channels[channel.Sandbox] = withSecret(p.Channels[channel.Sandbox], kind, header, value)
		return w.publish(p)
	}
	value := func(name string) string {
		found, err := w.secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("backend-sandbox/" + name)})
		if err != nil {
			t.Fatal(err)
		}
		return *found.SecretString
	}
	id := set(route.SecretHeader, "X-Gateway", "first").API.ID
	a := w.whole(channel.Sandbox, "/meteo").Backend.Authentication
	if a.Kind != route.SecretHeader || a.Header != "X-Gateway" || value(a.Secret) != "first" || !strings.HasPrefix(a.Secret, id) {
		t.Errorf("Z54 secret header: %+v", a)
	}
	if got := set(route.SecretHeader, "X-Gateway", "second"); got.Outcome != publication.Changed || value(a.Secret) != "second" {
		t.Errorf("Z54 a new value: %s, %q", got.Outcome, value(a.Secret))
	}
	if got := set(route.Basic, "", "guichet:third"); got.Outcome != publication.Changed {
		t.Errorf("Z54 another kind: %s", got.Outcome)
	}
	b := w.whole(channel.Sandbox, "/meteo").Backend.Authentication
	if b.Kind != route.Basic || value(b.Secret) != "guichet:third" || b.Secret == a.Secret {
		t.Errorf("Z54 another kind has a secret of its own: %+v", b)
	}
	for _, table := range []string{w.db.Tables.Registry, w.db.Tables.Events, w.db.Tables.Routes[channel.Sandbox]} {
		for _, item := range w.scan(table) {
			for _, secret := range []string{"first", "second", "third"} {
				if strings.Contains(fmt.Sprint(flat(item)), secret) {
					t.Errorf("Z54 a value stands in %s: %v", table, flat(item))
				}
			}
		}
	}
	set("", "", "")
	if got := w.whole(channel.Sandbox, "/meteo").Backend.Authentication; got != (route.Authentication{}) {
		t.Errorf("none: %+v", got)
	}
	p.BasePath = "/other"
	p.Channels[channel.Sandbox] = withSecret(p.Channels[channel.Sandbox], route.Basic, "", "")
	w.refused(p, problem.Validation, "sandbox.authentication")
}

func TestPublishRefusesSettings(t *testing.T) {
	w := newWorld(t)
	limit := func(n int64) *int64 { return &n }
	for _, test := range []struct {
		name, field string
		change      func(*publication.Publication, *publication.ChannelPublication)
	}{
		{"a name of one letter", "name", func(p *publication.Publication, _ *publication.ChannelPublication) { p.Name = "x" }},
		{"a name with a control character", "name", func(p *publication.Publication, _ *publication.ChannelPublication) { p.Name = "a\x00b" }},
		{"a name of 81 letters", "name", func(p *publication.Publication, _ *publication.ChannelPublication) { p.Name = strings.Repeat("é", 81) }},
		{"no organisation", "organisation", func(p *publication.Publication, _ *publication.ChannelPublication) { p.Organisation = "" }},
		{"public and listed", "visibility", func(p *publication.Publication, _ *publication.ChannelPublication) {
			p.Visibility.Organisations = []string{w.organisation}
		}},
		{"a scope with a blank", "scopes", func(p *publication.Publication, _ *publication.ChannelPublication) {
			p.Scopes = []publication.Scope{{Name: "a b"}}
		}},
		{"openid as a scope", "scopes", func(p *publication.Publication, _ *publication.ChannelPublication) {
			p.Scopes = []publication.Scope{{Name: "openid"}}
		}},
		{"more scopes than there may be", "scopes", func(p *publication.Publication, _ *publication.ChannelPublication) {
			for i := range publication.MaxScopes + 1 {
				p.Scopes = append(p.Scopes, publication.Scope{Name: fmt.Sprint("s", i)})
			}
		}},
		{"no channel", "channels", func(p *publication.Publication, _ *publication.ChannelPublication) { p.Channels = nil }},
		{"a version with a slash", "sandbox.version", func(_ *publication.Publication, s *publication.ChannelPublication) { s.Version = "1/2" }},
		{"a hostile document", "sandbox.document", func(_ *publication.Publication, s *publication.ChannelPublication) { s.Document = []byte("x") }},
		{"a document with a version that cannot be used", "sandbox.version", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Document = []byte(`{"openapi":"3.0.0","info":{"version":"née en 1999"},"paths":{}}`)
		}},
		{"GW-01 a backend without a URL", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) { s.Backend.URL = "" }},
		{"GW-01 a backend over http", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "http://meteo.example.fr"
		}},
		{"GW-01 a backend at an address", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "https://10.0.0.1"
		}},
		{"GW-01 a backend on this machine at another port than the exception", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "http://127.0.0.1:9001"
		}},
		{"GW-01 the metadata service", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "https://169.254.169.254/latest"
		}},
		{"GW-01 a backend with user information", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "https://u:p@meteo.example.fr"
		}},
		{"GW-01 a backend in a file", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "file:///etc/passwd"
		}},
		{"GW-01 a backend with a query", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "https://meteo.example.fr/?a=b"
		}},
		{"GW-01 a backend with a fragment", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "https://meteo.example.fr/#"
		}},
		{"GW-08 a backend with a dot segment", "sandbox.backend", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Backend.URL = "https://meteo.example.fr/a/../b"
		}},
		{"a health path without a slash", "sandbox.healthPath", func(_ *publication.Publication, s *publication.ChannelPublication) { s.HealthPath = "health" }},
		{"a health path that climbs", "sandbox.healthPath", func(_ *publication.Publication, s *publication.ChannelPublication) { s.HealthPath = "/../x" }},
		{"a quota of 401 a second", "sandbox.quotas.perSecond", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Quotas = &quota.Limits{PerSecond: limit(401)}
		}},
		{"a quota of 0 a second", "sandbox.quotas.perSecond", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Quotas = &quota.Limits{PerSecond: limit(0)}
		}},
		{"a quota of 0 a day", "sandbox.quotas.perDay", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Quotas = &quota.Limits{PerDay: limit(0)}
		}},
		{"UP-05 terms that are no PDF", "sandbox.terms", func(_ *publication.Publication, s *publication.ChannelPublication) { s.Terms = []byte("<html>") }},
		{"UP-05 terms of 4.5 MB and a byte", "sandbox.terms", func(_ *publication.Publication, s *publication.ChannelPublication) {
			s.Terms = slices.Concat([]byte("%PDF-1.7"), make([]byte, publication.MaxTermsBytes))
		}},
		{"Z54 an unknown kind", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, "mtls", "", "x")
		}},
		{"Z54 a value without a kind", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) { *s = withSecret(*s, "", "", "x") }},
		{"Z54 a secret header without a value", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, route.SecretHeader, "X-Gateway", "")
		}},
		{"GW-04 the consumer's header as the secret's", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, route.SecretHeader, "X_Consumer-Application", "x")
		}},
		{"GW-10 a framing header as the secret's", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, route.SecretHeader, "Content-Length", "1")
		}},
		{"GW-10 a header name with a line break", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, route.SecretHeader, "X\r\nY", "1")
		}},
		{"GW-10 a value with a line break", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, route.SecretHeader, "X-Gateway", "a\r\nb")
		}},
		{"Z54 Basic without a colon", "sandbox.authentication", func(_ *publication.Publication, s *publication.ChannelPublication) {
			*s = withSecret(*s, route.Basic, "", "user")
		}},
	} {
		t.Run(test.name+" is refused", func(t *testing.T) {
			p := w.weather()
			s := p.Channels[channel.Sandbox]
			test.change(&p, &s)
			if p.Channels != nil {
				p.Channels[channel.Sandbox] = s
			}
			w.refused(p, problem.Validation, test.field)
		})
	}
	t.Run("GW-01 the local cloud's exception is an exact host and port, over http too", func(t *testing.T) {
		p := w.weather()
		s := p.Channels[channel.Sandbox]
		s.Backend.URL = "http://127.0.0.1:8090/meteo/"
		p.Channels[channel.Sandbox] = s
		w.publish(p)
		if got := w.whole(channel.Sandbox, "/meteo").Backend.URL; got != "http://127.0.0.1:8090/meteo" {
			t.Errorf("got %s", got)
		}
	})
}

func TestPublishTerms(t *testing.T) {
	w := newWorld(t)
	p := w.weather()
	s := p.Channels[channel.Sandbox]
	s.Terms = []byte("%PDF-1.7 conditions")
	p.Channels[channel.Sandbox] = s
	first := w.publish(p)
	if got := w.publish(p); got.Outcome != publication.Unchanged {
		t.Errorf("the same terms: %s", got.Outcome)
	}
	old := first.API.Channels[channel.Sandbox].Settings.Terms
	s.Terms = []byte("%PDF-1.7 autres conditions")
	p.Channels[channel.Sandbox] = s
	terms := w.publish(p).API.Channels[channel.Sandbox].Settings.Terms
	if terms.Hash == old.Hash {
		t.Error("Z31 other terms have the same hash")
	}
	for _, f := range []*catalogue.Stored{old, terms} {
		if _, err := w.publisher.File(t.Context(), *f); err != nil {
			t.Errorf("Z45 terms that somebody may have accepted are gone: %v", err)
		}
	}
}
