package localtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest/faults"
	"guichet/shared/amazon"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

// EndpointVariable names a DynamoDB Local that already runs; tests use it instead of starting their own. `go run ./localtest/dynamodb go test ./...` sets it.
const EndpointVariable = "GUICHET_DYNAMODB_ENDPOINT"

// Region is the region that the local cloud claims to be in.
const Region = "eu-west-3"

// TestTables are all tables of the topology, empty, for one test alone.
type TestTables struct {
	// Client sends each request once, as the functions' clients do, through Faults.
	Client *dynamodb.Client
	// Faults counts the requests of Client and of Environment, and makes them fail on demand.
	Faults *faults.Transport
	// Environment builds a function's own clients against the same store.
	Environment amazon.Environment
	// Endpoint is the store's URL, without faults.
	Endpoint string

	prefix string
}

// Tables creates the topology's tables under a prefix of their own, on one DynamoDB Local per test process, and removes them when the test ends. A store that
// cannot be started fails the test: DynamoDB Local is never skipped.
func Tables(t testing.TB) *TestTables {
	t.Helper()
	endpoint, err := testStore()
	if err != nil {
		t.Fatal(err)
	}
	tables := newTables(endpoint, testPrefix())
	direct := ddb.New(storeEnvironment(endpoint, http.DefaultTransport))
	if err := createTables(t.Context(), direct, tables.prefix); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := deleteTables(context.Background(), direct, tables.prefix); err != nil {
			t.Error(err)
		}
	})
	return tables
}

// testPrefix makes the names of one test's tables its own.
func testPrefix() string { return "t" + strings.ToLower(rand.Text()[:8]) + "-" }

func newTables(endpoint, prefix string) *TestTables {
	transport := faults.New(http.DefaultTransport)
	environment := storeEnvironment(endpoint, transport)
	return &TestTables{Client: ddb.New(environment), Faults: transport, Environment: environment, Endpoint: endpoint, prefix: prefix}
}

// Name is the deployed name of a table of the topology: of the channel given, when the table exists once in each. It panics on a name that the topology does
// not declare, or on a channel where none belongs.
func (t *TestTables) Name(table string, in ...channel.Channel) string {
	return t.prefix + tableName(table, in...)
}

func tableName(table string, in ...channel.Channel) string {
	plan := topology.Platform()
	declared, ok := plan.Table(table)
	if !ok || declared.PerChannel != (len(in) == 1) {
		panic(fmt.Sprintf("localtest: the topology has no table %s %v", table, in))
	}
	if declared.PerChannel {
		return topology.Name(table, in[0])
	}
	return table
}

// testStore is the store of this test process.
var testStore = sync.OnceValues(func() (string, error) {
	if endpoint := os.Getenv(EndpointVariable); endpoint != "" {
		return endpoint, nil
	}
	server, err := StartDynamoDB(context.Background(), DynamoDBOptions{}) // ends with this process
	if err != nil {
		return "", err
	}
	return server.Endpoint, nil
})

// storeEnvironment is what reaches a DynamoDB Local; its credentials are words, since the store checks none.
func storeEnvironment(endpoint string, transport http.RoundTripper) amazon.Environment {
	return amazon.Environment{
		Region:      Region,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTP:        &http.Client{Transport: transport},
		Endpoints:   map[string]string{"DYNAMODB": endpoint},
	}
}

// eachTable calls do for every table of the topology, at once, by its name without prefix.
func eachTable(do func(name string, table topology.Table) error) error {
	var group sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	for _, table := range topology.Platform().Tables {
		names := []string{table.Name}
		if table.PerChannel {
			names = nil
			for _, c := range channel.All {
				names = append(names, topology.Name(table.Name, c))
			}
		}
		for _, name := range names {
			group.Go(func() {
				if err := do(name, table); err != nil {
					mu.Lock()
					defer mu.Unlock()
					failures = append(failures, fmt.Errorf("table %s: %w", name, err))
				}
			})
		}
	}
	group.Wait()
	return errors.Join(failures...)
}

// createTables makes the tables that do not exist yet.
func createTables(ctx context.Context, client *dynamodb.Client, prefix string) error {
	return eachTable(func(name string, table topology.Table) error {
		_, err := client.CreateTable(ctx, declaration(prefix+name, table))
		if exists := new(types.ResourceInUseException); errors.As(err, &exists) {
			return nil
		}
		if err != nil || table.TTL == "" {
			return err
		}
		_, err = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName:               aws.String(prefix + name),
			TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(table.TTL), Enabled: aws.Bool(true)},
		})
		return err
	})
}

func declaration(name string, table topology.Table) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest}
	keys := func(partition, sort string) []types.KeySchemaElement {
		schema := []types.KeySchemaElement{{AttributeName: aws.String(partition), KeyType: types.KeyTypeHash}}
		if sort != "" {
			schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange})
		}
		for _, key := range schema {
			in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: key.AttributeName, AttributeType: types.ScalarAttributeTypeS})
		}
		return schema
	}
	sort := ""
	if table.SortKey {
		sort = ddb.SK
	}
	in.KeySchema = keys(ddb.PK, sort)
	for _, index := range table.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(index.Name), KeySchema: keys(index.Name+"PK", index.Name+"SK"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		})
	}
	if table.Stream != "" {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(table.Stream)}
	}
	return in
}

func deleteTables(ctx context.Context, client *dynamodb.Client, prefix string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return eachTable(func(name string, _ topology.Table) error {
		_, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(prefix + name)})
		return err
	})
}
