package canned

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/amazon"
	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/secret"
)

// What is answered is read by the same code that reads DynamoDB's and Secrets Manager's answers.
func TestAnswersAreReadAsTheServicesOwn(t *testing.T) {
	t.Parallel()
	known := client.Client{
		Application: "01JD8ZQ5V0M3X2N7K4W9T6R1BC", Number: 7, Enabled: true, Confidential: true, Access: []string{"orderead", "weat"},
		Secrets: []client.Secret{{Hash: secret.Value("s").Hash(), Until: time.Unix(1_900_000_000, 0)}}, Origins: []string{"https://a.example"},
	}
	weather := route.Route{BasePath: "/demo/weather/v1", API: "01API0000000000000000WEATHE", ID: "weat", State: route.Published, Bearer: true}
	store, err := New(Answers{
		Keys: `{"sign":"1"}`, Routes: []route.Route{weather}, Clients: map[string]client.Client{"known": known},
		Grants: map[string]types.AttributeValue{
			quota.Enabled: &types.AttributeValueMemberBOOL{Value: true}, quota.Credentials: &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
			quota.PerDay: ddb.N(1_000_000),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	env := amazon.Environment{
		Region: "eu-west-3", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTP: &http.Client{Transport: store}, Endpoints: map[string]string{"SECRETS_MANAGER": "http://canned"},
	}
	// Without an endpoint of its own the client checks DynamoDB's checksum.
	dynamo := ddb.New(env)

	table, err := route.NewSource(dynamo, "routes", time.Now).Table(t.Context())
	if err != nil || table.Match("/demo/weather/v1/x") == nil || table.Version() != 1 {
		t.Errorf("routes: %+v %v", table, err)
	}
	for id, want := range map[string]bool{"known": true, "unknown": false} {
		found, err := dynamo.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("grants"), Key: ddb.PartitionKey(ddb.GrantClient(id))})
		if err != nil || (len(found.Item) > 0) != want {
			t.Fatalf("client %s: %v %v", id, found, err)
		}
		if !want {
			continue
		}
		if got, err := client.FromItem(found.Item); err != nil || !reflect.DeepEqual(got, known) {
			t.Errorf("client: %+v %v", got, err)
		}
	}
	if got, err := secret.NewManager(env).Get(t.Context(), "keys"); err != nil || got.Reveal() != `{"sign":"1"}` {
		t.Errorf("secret: %v", err)
	}
	call := quota.Call{Credentials: []uint16{1}, API: "weat", Now: time.Now()}
	answer, err := dynamo.UpdateItem(t.Context(), call.Update("grants", "app", nil))
	if err != nil {
		t.Fatal(err)
	}
	if usage := call.Usage(answer.Attributes); usage.Day != 1000 && time.Now().Unix()/86400 == call.Now.Unix()/86400 || *usage.PerDay != 1_000_000 || len(quota.Stale(answer.Attributes, call.Now)) > 0 {
		t.Errorf("usage: %+v", usage)
	}
	if _, err := dynamo.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("grants"), Key: ddb.PartitionKey("x")}); err == nil {
		t.Error("an operation that is not known was answered")
	}
}
