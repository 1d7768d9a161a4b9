package localtest

import (
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

func TestTablesAreThoseOfTheTopology(t *testing.T) {
	t.Parallel()
	tables := Tables(t)
	plan := topology.Platform()
	for _, declared := range plan.Tables {
		names := []string{}
		if declared.PerChannel {
			for _, c := range channel.All {
				names = append(names, tables.Name(declared.Name, c))
			}
		} else {
			names = append(names, tables.Name(declared.Name))
		}
		for _, name := range names {
			out, err := tables.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(name)})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got, want := len(out.Table.KeySchema) == 2, declared.SortKey; got != want {
				t.Errorf("%s has a sort key: %t, want %t", name, got, want)
			}
			if got, want := len(out.Table.GlobalSecondaryIndexes), len(declared.Indexes); got != want {
				t.Errorf("%s has %d indexes, want %d", name, got, want)
			}
			if got, want := out.Table.StreamSpecification != nil, declared.Stream != ""; got != want {
				t.Errorf("%s has a stream: %t, want %t", name, got, want)
			}
			ttl, err := tables.Client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(name)})
			if err != nil {
				t.Error(err)
			} else if got, want := ttl.TimeToLiveDescription.TimeToLiveStatus == types.TimeToLiveStatusEnabled, declared.TTL != ""; got != want {
				t.Errorf("%s has a TTL: %t, want %t", name, got, want)
			}
		}
	}
}

func TestEachTestHasTablesOfItsOwn(t *testing.T) {
	t.Parallel()
	one, other := Tables(t), Tables(t)
	table := one.Name(topology.Grants, channel.Sandbox)
	if table == other.Name(topology.Grants, channel.Sandbox) || table == one.Name(topology.Grants, channel.Production) {
		t.Fatal("two tables have one name")
	}
	if _, err := one.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: ddb.PartitionKey("x")}); err != nil {
		t.Fatal(err)
	}
	if n := one.Faults.Count("PutItem", table); n != 1 {
		t.Errorf("counted %d requests, want 1", n)
	}
}

func TestABusyPortIsToldInWords(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	_, err = StartDynamoDB(t.Context(), DynamoDBOptions{Port: busy.Addr().(*net.TCPAddr).Port})
	if err == nil || !strings.Contains(err.Error(), "is busy: end the program that listens on it, or choose another port") {
		t.Errorf("got %v", err)
	}
}

func TestDynamoDBKeepsItsDataInAFolderAndListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for start := range 2 {
		server, err := StartDynamoDB(t.Context(), DynamoDBOptions{DataDir: folder})
		if err != nil {
			t.Fatal(err)
		}
		tables := newTables(server.Endpoint, "kept-")
		if err := createTables(t.Context(), tables.Client, "kept-"); err != nil { // a second time: they exist
			t.Error(err)
		}
		table := aws.String(tables.Name(topology.Grants, channel.Sandbox))
		if start == 0 {
			_, err = tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: table, Item: ddb.PartitionKey("x")})
		} else {
			var out *dynamodb.GetItemOutput
			out, err = tables.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: table, Key: ddb.PartitionKey("x")})
			if err == nil && out.Item == nil {
				t.Error("the item is gone after a restart")
			}
		}
		if err != nil {
			t.Error(err)
		}
		loopbackOnly(t, server.Endpoint)
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}

// loopbackOnly fails the test when a server answers under another address of this machine.
func loopbackOnly(t *testing.T, url string) {
	t.Helper()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		network, ok := a.(*net.IPNet)
		if !ok || network.IP.IsLoopback() || network.IP.To4() == nil {
			continue
		}
		if connection, err := net.Dial("tcp", net.JoinHostPort(network.IP.String(), port)); err == nil {
			connection.Close()
			t.Errorf("%s listens on %s", url, network.IP)
		}
	}
}
