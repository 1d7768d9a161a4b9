package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/secret"
)

// TestSamples invokes the function with the sample events, in a channel that knows the client that they name.
func TestSamples(t *testing.T) {
	t.Parallel()
	const sampleID, sampleSecret = "3f2b8c1e-9d47-4a60-8e15-6c7a2d904b13", "00000000-1111-4222-8333-444444444444"
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI)
	c := live("AAAA")
	c.Application, c.Secrets = applicationID, []client.Secret{{Hash: secret.Value(canary(sampleSecret)).Hash()}}
	item := c.Item()
	item[ddb.PK] = ddb.S(ddb.GrantClient(sampleID))
	if _, err := p.tables.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &p.config.GrantsTable, Item: item}); err != nil {
		t.Fatal(err)
	}
	statuses := map[string]int{
		"oauth-token-request.json": 200, "oauth-token-request-basic.json": 200, "oauth-token-request-in-query.json": 400,
		"oauth-token-preflight.json": 204, "oauth-metadata-request.json": 200,
	}
	files, err := filepath.Glob("../../events/samples/oauth*.json")
	if err != nil || len(files) != len(statuses) {
		t.Fatalf("%d samples, %d expected (%v)", len(files), len(statuses), err)
	}
	call := httpapi.Lambda(p.service, testPages)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			event, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := call(t.Context(), json.RawMessage(event))
			if want := statuses[filepath.Base(file)]; err != nil || got.StatusCode != want {
				t.Errorf("got %d %s (%v), want %d", got.StatusCode, got.Body, err, want)
			}
		})
	}
}
