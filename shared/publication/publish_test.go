package publication_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest/faults"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/publication"
	"guichet/shared/route"
)

func TestPublishNew(t *testing.T) {
	w := newWorld(t)
	result := w.publish(w.gardens())
	if result.Outcome != publication.Created || !slices.Equal(result.Channels, channel.All[:]) {
		t.Fatalf("got %s in %v", result.Outcome, result.Channels)
	}
	api := result.API
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{4}$`).MatchString(api.ShortID) || len(api.ID) != 26 {
		t.Errorf("ids %q and %q", api.ID, api.ShortID)
	}
	stored, err := catalogue.ByPath(t.Context(), w.db, "/jardins/registre/v1")
	if err != nil {
		t.Fatal(err)
	}
	version := stored.Versions["1.4"]
	if stored.ID != api.ID || !version.NeedsScope || version.Operations != 6 || len(stored.Scopes) != 2 {
		t.Errorf("stored: %+v", stored)
	}
	for _, c := range channel.All {
		table := w.table(c)
		if r := table.Match("/jardins/registre/v1/jardins/7"); r == nil || r.Operations != nil || r.Scopes != nil {
			t.Fatalf("%s has no route, or one with its operations: %+v", c, r)
		}
		r := w.whole(c, "/jardins/registre/v1")
		if !r.DocumentedOnly || !r.Bearer || !r.APIKey || !r.CORS || r.State != route.Published || r.Version != "1.4" ||
			*r.Limits.PerSecond != 50 || r.Limits.PerDay != nil || r.Backend.URL != "https://registre.jardins.fr/api" || len(r.Operations) != 6 {
			t.Errorf("%s: %+v", c, r)
		}
		read := stored.Scopes["jardins.lire"].ShortID
		operations, found := r.Find("GET", "/jardins/7")
		if found != route.Matched || len(operations) != 1 || len(operations[0].Alternatives) != 1 || !slices.Equal(operations[0].Alternatives[0], []string{read}) {
			t.Errorf("%s: GET /jardins/{id} is %+v", c, operations)
		}
		if r.ID != api.ShortID || r.Scopes["jardins.lire"] != read {
			t.Errorf("%s: the scopes are %v", c, r.Scopes)
		}
		if table.Version() != 1 {
			t.Errorf("%s: table version %d", c, table.Version())
		}
	}
	got, err := w.publisher.File(t.Context(), version.Document)
	if err != nil || string(got) != string(document(t, "registre.swagger2.json")) {
		t.Errorf("Z25 the document is not kept byte for byte: %v", err)
	}
	if len(w.keys()) != 1 || strings.Contains(w.keys()[0], "jardins") {
		t.Errorf("one document for both channels, under a random key: %v", w.keys())
	}
	acts := w.acts()
	if len(acts) != 1 || acts[0].Actor != actor || acts[0].Provider != w.organisation {
		t.Fatalf("events: %+v", acts)
	}
	if act, ok := acts[0].Act.(events.APIPublished); !ok || !act.New || act.API != api.ID || act.Version != "1.4" || len(act.Channels) != 2 {
		t.Errorf("event: %+v", acts[0].Act)
	}
	rows, err := catalogue.Rows(t.Context(), w.db)
	if err != nil || len(rows) != 1 || rows[0].API != api.ID || rows[0].Channels[channel.Production].Version != "1.4" || !rows[0].Channels[channel.Sandbox].ApprovalNeeded {
		t.Errorf("catalogue: %+v, %v", rows, err)
	}
}

// M71: the hot path knows who may know of an API.
func TestVisibilityReachesTheRoutes(t *testing.T) {
	w := newWorld(t)
	p := w.gardens()
	w.publish(p)
	check := func(public bool, organisations ...string) {
		t.Helper()
		for _, c := range channel.All {
			if r := w.table(c).ByPath(p.BasePath); r.Public != public || !slices.Equal(r.Organisations, organisations) {
				t.Errorf("M71 %s: public %t, visible to %q", c, r.Public, r.Organisations)
			}
		}
	}
	check(true)
	other := w.provider("Office des plantes")
	p.Visibility = catalogue.Visibility{Organisations: []string{other}}
	w.publish(p)
	check(false, w.organisation, other)
	p.Visibility = catalogue.Visibility{}
	w.publish(p)
	check(false, w.organisation)
}

func TestPublishTwice(t *testing.T) {
	w := newWorld(t)
	p := w.gardens()
	p.Channels[channel.Sandbox] = withSecret(p.Channels[channel.Sandbox], route.SecretHeader, "X-Gateway", "sesame")
	first := w.publish(p)
	before := w.everything()

	t.Run("Z25 publishing the same thing twice changes nothing, and says so", func(t *testing.T) {
		for range 2 {
			if result := w.publish(p); result.Outcome != publication.Unchanged || result.Channels != nil || result.API.Revision != first.API.Revision {
				t.Errorf("got %+v", result)
			}
		}
	})
	t.Run("Z25 a document that differs in its bytes only is unchanged", func(t *testing.T) {
		again := w.gardens()
		for c, settings := range again.Channels {
			settings.Document = slices.Concat([]byte("\n\t "), settings.Document, []byte("\r\n"))
			settings.Backend = p.Channels[c].Backend
			again.Channels[c] = settings
		}
		if result := w.publish(again); result.Outcome != publication.Unchanged {
			t.Errorf("got %+v", result)
		}
	})
	t.Run("Z54 a secret that is left out is kept", func(t *testing.T) {
		again := w.gardens()
		again.Channels[channel.Sandbox] = withSecret(again.Channels[channel.Sandbox], route.SecretHeader, "X-Gateway", "")
		if result := w.publish(again); result.Outcome != publication.Unchanged {
			t.Errorf("got %+v", result)
		}
	})
	if after := w.everything(); after != before || w.table(channel.Sandbox).Version() != 1 {
		t.Errorf("%s, before %s", after, before)
	}
}

func TestPublishChanges(t *testing.T) {
	w := newWorld(t)
	first := w.publish(w.gardens())

	t.Run("Z41 a channel can run another version, and the other one keeps its own", func(t *testing.T) {
		p := w.gardens()
		delete(p.Channels, channel.Production)
		s := p.Channels[channel.Sandbox]
		s.Version, s.Document = "2.0", []byte(strings.ReplaceAll(string(s.Document), "jardins.ecrire", "jardins.modifier"))
		p.Channels[channel.Sandbox] = s
		result := w.publish(p)
		if result.Outcome != publication.Changed || !slices.Equal(result.Channels, []channel.Channel{channel.Sandbox}) {
			t.Errorf("got %s in %v", result.Outcome, result.Channels)
		}
		if got := w.table(channel.Sandbox).ByPath(p.BasePath).Version; got != "2.0" {
			t.Errorf("SANDBOX runs %s", got)
		}
		if got := w.table(channel.Production); got.ByPath(p.BasePath).Version != "1.4" || got.Version() != 1 {
			t.Errorf("PRODUCTION runs %s at table version %d", got.ByPath(p.BasePath).Version, got.Version())
		}
		stored, err := catalogue.Load(t.Context(), w.db, first.API.ID)
		if err != nil || len(stored.Versions) != 2 || len(stored.Scopes) != 3 || stored.ShortID != first.API.ShortID ||
			stored.Scopes["jardins.lire"] != first.API.Scopes["jardins.lire"] || stored.Scopes["jardins.ecrire"] != first.API.Scopes["jardins.ecrire"] {
			t.Errorf("short ids are kept across versions: %+v, %v", stored.Scopes, err)
		}
		if _, known := w.whole(channel.Sandbox, p.BasePath).Scopes["jardins.ecrire"]; known {
			t.Error("SANDBOX still has a scope that its version does not know")
		}
		if _, known := w.whole(channel.Production, p.BasePath).Scopes["jardins.modifier"]; known {
			t.Error("PRODUCTION has a scope that its version does not know")
		}
	})
	t.Run("a change of the API's own settings reaches the channel that was not published", func(t *testing.T) {
		p := w.gardens()
		delete(p.Channels, channel.Sandbox)
		p.Accepts = catalogue.Credentials{Bearer: true}
		result := w.publish(p)
		if !slices.Equal(result.Channels, channel.All[:]) {
			t.Errorf("changed in %v", result.Channels)
		}
		for _, c := range channel.All {
			if r := w.whole(c, p.BasePath); r.APIKey || !r.Bearer || len(r.Operations) != 6 {
				t.Errorf("%s: %+v", c, r)
			}
		}
	})
	t.Run("a version that runs in both channels does not change under one of them", func(t *testing.T) {
		p := w.gardens()
		delete(p.Channels, channel.Sandbox)
		s := p.Channels[channel.Production]
		s.Version = "2.0"
		p.Channels[channel.Production] = s
		w.refused(p, problem.Conflict, "production.document")
	})
	t.Run("two documents for one version are refused", func(t *testing.T) {
		p := w.gardens()
		s := p.Channels[channel.Sandbox]
		s.Version, s.Document = "1.4", document(t, "meteo.openapi31.json")
		p.Channels[channel.Sandbox] = s
		w.refused(p, problem.Validation, "production.document")
	})
	t.Run("UP-09 a document that is replaced is removed", func(t *testing.T) {
		files := len(w.keys())
		p := w.gardens()
		for c, s := range p.Channels {
			s.Document = []byte(strings.ReplaceAll(string(s.Document), "Liste", "Liste des jardins"))
			p.Channels[c] = s
		}
		if result := w.publish(p); result.Outcome != publication.Changed {
			t.Errorf("got %s", result.Outcome)
		}
		if got := len(w.keys()); got != files {
			t.Errorf("%d files, before %d", got, files)
		}
	})
}

func TestPublishKeepsTwentyVersions(t *testing.T) {
	w := newWorld(t)
	p := w.weather()
	for i := range publication.MaxVersions + 2 {
		s := p.Channels[channel.Sandbox]
		s.Version = fmt.Sprintf("1.%d", i)
		s.Document = []byte(strings.ReplaceAll(string(document(t, "tournees.openapi32.yaml")), "Tournées", fmt.Sprintf("Tournées %d", i)))
		p.Channels[channel.Sandbox] = s
		w.publish(p)
	}
	stored, err := catalogue.ByPath(t.Context(), w.db, p.BasePath)
	if err != nil {
		t.Fatal(err)
	}
	if _, oldest := stored.Versions["1.0"]; oldest || len(stored.Versions) != publication.MaxVersions || len(w.keys()) != publication.MaxVersions {
		t.Errorf("UP-09 versions %v and %d files", slices.Sorted(maps.Keys(stored.Versions)), len(w.keys()))
	}
}

func TestPublishAtItsLimits(t *testing.T) {
	w := newWorld(t)
	p := w.gardens()
	p.BasePath, p.Name = "/un/deux/trois/quatre/cinq/six", strings.Repeat("é", 80)
	for i := range publication.MaxScopes - 2 {
		p.Scopes = append(p.Scopes, publication.Scope{Name: fmt.Sprintf("%s.%d", strings.Repeat("s", 120), i), Description: strings.Repeat("x", 500)})
	}
	s := p.Channels[channel.Production]
	s.Version = "1.3"
	p.Channels[channel.Production] = s
	if result := w.publish(p); result.Outcome != publication.Created || len(result.API.Scopes) != publication.MaxScopes {
		t.Errorf("the largest API does not fit into one transaction: %s, %d scopes", result.Outcome, len(result.API.Scopes))
	}
	for _, item := range w.scan(w.db.Tables.Registry) {
		if pk, ok := item[ddb.PK].(*types.AttributeValueMemberS); ok && pk.Value == ddb.Catalogue {
			if size := len(fmt.Sprint(flat(item))); size > 900 {
				t.Errorf("a row of the catalogue has %d bytes", size)
			}
		}
	}
}

func TestPublishAtOnce(t *testing.T) {
	w := newWorld(t)
	const publishers = 8
	var group sync.WaitGroup
	failures := make([]error, publishers)
	for i := range publishers {
		group.Go(func() {
			p := w.gardens()
			p.Name = fmt.Sprintf("Registre %d", i)
			_, failures[i] = w.publisher.Publish(context.WithoutCancel(t.Context()), actor, p)
		})
	}
	group.Wait()
	done := 0
	for _, err := range failures {
		switch {
		case err == nil:
			done++
		case !problem.Is(err, problem.Conflict):
			t.Error(err)
		}
	}
	stored, err := catalogue.ByPath(t.Context(), w.db, "/jardins/registre/v1")
	if err != nil || done == 0 || stored.Revision != int64(done) || len(w.acts()) != done || w.table(channel.Sandbox).Version() != int64(done) {
		t.Errorf("%d done, revision %d, %d events, table version %d: %v", done, stored.Revision, len(w.acts()), w.table(channel.Sandbox).Version(), err)
	}
	short := map[string]bool{stored.ShortID: true}
	for _, s := range stored.Scopes {
		short[s.ShortID] = true
	}
	if len(short) != 3 {
		t.Errorf("short ids %v", short)
	}
	taken := map[string]bool{}
	for _, item := range w.scan(w.db.Tables.Registry) {
		if pk, ok := item[ddb.PK].(*types.AttributeValueMemberS); ok && strings.HasPrefix(pk.Value, "SID#") {
			taken[strings.TrimPrefix(pk.Value, "SID#")] = true
		}
	}
	for id := range short { // beside those of publications that came second
		if !taken[id] {
			t.Errorf("the short id %s is not taken", id)
		}
	}
}

func TestPublishWhenAnswersAreLost(t *testing.T) {
	w := newWorld(t)
	remove := w.tables.Faults.Inject(faults.Rule{Operation: "TransactWriteItems", Times: 1, Fault: faults.LoseAnswer()})
	w.publish(w.gardens())
	remove()
	if len(w.acts()) != 1 || w.table(channel.Sandbox).Version() != 1 || len(w.keys()) != 1 {
		t.Errorf("a lost answer: %d events, table version %d, %d files", len(w.acts()), w.table(channel.Sandbox).Version(), len(w.keys()))
	}
	p := w.gardens()
	p.Name = "Autre nom"
	remove = w.tables.Faults.Inject(faults.Rule{Operation: "TransactWriteItems", Fault: faults.Refuse()})
	if _, err := w.publisher.Publish(t.Context(), actor, p); err == nil {
		t.Error("published without a store")
	}
	remove()
	if result := w.publish(p); result.Outcome != publication.Changed {
		t.Errorf("after the store is back: %s", result.Outcome)
	}
}

// TestPublishRealDocuments publishes what lies beside the checkout.
func TestPublishRealDocuments(t *testing.T) {
	folder, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "specs"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the real documents are not beside this checkout (../shared/specs)")
	}
	w := newWorld(t)
	files, err := filepath.Glob(filepath.Join(folder, "*.*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no documents", err)
	}
	for i, file := range files {
		t.Run("Z25 "+filepath.Base(file)+" is published", func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := fmt.Sprintf("/reel/api%d", i)
			settings := publication.ChannelPublication{Document: raw, Backend: publication.BackendPublication{URL: "https://backend.example.fr/x"}}
			result := w.publish(publication.Publication{
				BasePath: path, Name: filepath.Base(file), Organisation: w.organisation, Visibility: catalogue.Visibility{Public: true},
				Channels: map[channel.Channel]publication.ChannelPublication{channel.Sandbox: settings, channel.Production: settings},
			})
			r := w.whole(channel.Production, path)
			if result.Outcome != publication.Created || r.DocumentedOnly != (len(r.Scopes) > 0) {
				t.Errorf("%s: %+v", result.Outcome, r)
			}
		})
	}
}
