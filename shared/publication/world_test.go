package publication_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/oklog/ulid/v2"

	"guichet/events"
	"guichet/localtest"
	secretstore "guichet/localtest/secretsmanager"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/guard"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/publication"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
	"guichet/shared/topology"
)

// world is a platform in which a test publishes alone.
type world struct {
	t            *testing.T
	tables       *localtest.TestTables
	db           ddb.Database
	publisher    *publication.Publisher
	files        *s3.Client
	secrets      *secretsmanager.Client
	organisation string
}

const actor = "01J00000000000000000000000"

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	tables := localtest.Tables(t)
	names := ddb.Tables{
		Registry: tables.Name(topology.Registry), Events: tables.Name(topology.Events), Sessions: tables.Name(topology.Sessions),
		Grants: map[channel.Channel]string{}, Routes: map[channel.Channel]string{},
	}
	for _, c := range channel.All {
		names.Grants[c], names.Routes[c] = tables.Name(topology.Grants, c), tables.Name(topology.Routes, c)
	}
	backend := s3mem.New()
	if err := backend.CreateBucket("documents"); err != nil {
		t.Fatal(err)
	}
	files := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(files.Close)
	store, err := secretstore.Open("")
	if err != nil {
		t.Fatal(err)
	}
	secrets := httptest.NewServer(store)
	t.Cleanup(secrets.Close)
	out, err := guard.New(guard.Options{Exceptions: "127.0.0.1:8090"})
	if err != nil {
		t.Fatal(err)
	}
	words := credentials.NewStaticCredentialsProvider("a", "b", "")
	w := &world{
		t: t, tables: tables,
		db:      ddb.Database{Client: tables.Client, Tables: names, Now: time.Now, NewID: func() string { return ulid.Make().String() }},
		files:   s3.New(s3.Options{Region: localtest.Region, BaseEndpoint: aws.String(files.URL), Credentials: words, UsePathStyle: true}),
		secrets: secretsmanager.New(secretsmanager.Options{Region: localtest.Region, BaseEndpoint: aws.String(secrets.URL), Credentials: words}),
	}
	w.publisher = &publication.Publisher{
		DB: w.db, Files: w.files, Bucket: "documents", Secrets: w.secrets, Guard: out,
		SecretPrefixes: map[channel.Channel]string{channel.Sandbox: "backend-sandbox/", channel.Production: "backend-production/"},
	}
	w.organisation = w.provider("Ministère des jardins")
	return w
}

func (w *world) provider(name string) string {
	w.t.Helper()
	o, err := organisation.Create(w.t.Context(), w.db, actor, name, false)
	if err != nil {
		w.t.Fatal(err)
	}
	return o.ID
}

func document(t *testing.T, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "documents", file))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// gardens is a publication in both channels, of an API with scopes.
func (w *world) gardens() publication.Publication {
	perSecond := int64(50)
	settings := publication.ChannelPublication{
		Document: document(w.t, "registre.swagger2.json"), Backend: publication.BackendPublication{URL: "https://registre.jardins.fr/api"},
		HealthPath: "/health", CORS: true, Quotas: &quota.Limits{PerSecond: &perSecond}, ApprovalNeeded: true,
	}
	return publication.Publication{
		BasePath: "/jardins/registre/v1", Name: "Registre des jardins", Organisation: w.organisation, Visibility: catalogue.Visibility{Public: true},
		Channels: map[channel.Channel]publication.ChannelPublication{channel.Sandbox: settings, channel.Production: settings},
	}
}

// weather is a publication in SANDBOX, of an API without scopes.
func (w *world) weather() publication.Publication {
	return publication.Publication{
		BasePath: "/meteo", Name: "Tournées", Organisation: w.organisation, Visibility: catalogue.Visibility{Public: true},
		Channels: map[channel.Channel]publication.ChannelPublication{channel.Sandbox: {
			Document: document(w.t, "tournees.openapi32.yaml"), Backend: publication.BackendPublication{URL: "https://meteo.example.fr"},
		}},
	}
}

func (w *world) publish(p publication.Publication) publication.Result {
	w.t.Helper()
	result, err := w.publisher.Publish(w.t.Context(), actor, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

// refused publishes what must be refused with that code, on that field, and must change nothing.
func (w *world) refused(p publication.Publication, code problem.Code, field string) {
	w.t.Helper()
	before := w.everything()
	_, err := w.publisher.Publish(w.t.Context(), actor, p)
	e := problem.From(err)
	if e == nil || e.Code != code || e.Field != field || e.Detail == "" {
		w.t.Fatalf("got %v, want %s on %s", err, code, field)
	}
	if after := w.everything(); after != before {
		w.t.Errorf("the refusal changed the store: %s, before %s", after, before)
	}
}

// everything sums up the store, without what is stored before the transaction and harmless without it: short ids,
// operations and scope names.
func (w *world) everything() string {
	w.t.Helper()
	var all strings.Builder
	for _, table := range []string{w.db.Tables.Registry, w.db.Tables.Events, w.db.Tables.Routes[channel.Sandbox], w.db.Tables.Routes[channel.Production]} {
		items := slices.DeleteFunc(w.scan(table), func(item map[string]types.AttributeValue) bool {
			pk := item[ddb.PK].(*types.AttributeValueMemberS).Value
			return strings.HasPrefix(pk, ddb.ShortID("")) || strings.HasPrefix(pk, ddb.Definition("")) || pk == ddb.Definitions
		})
		fmt.Fprintf(&all, "%d items, ", len(items))
	}
	fmt.Fprintf(&all, "%d files", len(w.keys()))
	return all.String()
}

func (w *world) scan(table string) []map[string]types.AttributeValue {
	w.t.Helper()
	found, err := w.tables.Client.Scan(w.t.Context(), &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		w.t.Fatal(err)
	}
	return found.Items
}

func (w *world) keys() []string {
	w.t.Helper()
	found, err := w.files.ListObjectsV2(w.t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("documents")})
	if err != nil {
		w.t.Fatal(err)
	}
	var keys []string
	for _, object := range found.Contents {
		keys = append(keys, *object.Key)
	}
	return keys
}

// table is what the hot path of a channel reads.
func (w *world) table(c channel.Channel) *route.Table {
	w.t.Helper()
	table, err := route.NewSource(w.tables.Client, w.db.Tables.Routes[c], time.Now).Table(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return table
}

// whole is the route of a base path with its operations and scopes.
func (w *world) whole(c channel.Channel, basePath string) *route.Route {
	w.t.Helper()
	source := route.NewSource(w.tables.Client, w.db.Tables.Routes[c], time.Now)
	table, err := source.Table(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	r := table.ByPath(basePath)
	if r == nil {
		w.t.Fatalf("%s has no route %s", c, basePath)
	}
	if r, err = source.Load(w.t.Context(), r); err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) acts() []events.Event {
	w.t.Helper()
	var all []events.Event
	for _, item := range w.scan(w.db.Tables.Events) {
		e, err := events.Parse(item)
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.HasPrefix(e.Subject, "A#") {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b events.Event) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func withSecret(s publication.ChannelPublication, kind, header, value string) publication.ChannelPublication {
	s.Backend.Kind, s.Backend.Header, s.Backend.Value = kind, header, secret.Value(value)
	return s
}

// flat makes the strings and bytes of an item readable.
func flat(item map[string]types.AttributeValue) map[string]string {
	out := map[string]string{}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			out[name] = v.Value
		case *types.AttributeValueMemberB:
			out[name] = string(v.Value)
		case *types.AttributeValueMemberM:
			out[name] = fmt.Sprint(flat(v.Value))
		}
	}
	return out
}
