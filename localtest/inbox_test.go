package localtest

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
)

func TestTheInboxShowsWhatIsSent(t *testing.T) {
	t.Parallel()
	inbox, err := StartInbox(t.Context(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := inbox.Close(); err != nil {
			t.Error(err)
		}
	}()
	client := sesv2.New(sesv2.Options{Region: Region, BaseEndpoint: aws.String(inbox.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
	text := func(s string) *types.Content {
		return &types.Content{Data: aws.String(s), Charset: aws.String("UTF-8")}
	}
	_, err = client.SendEmail(t.Context(), &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("no-reply@guichet.example"), Destination: &types.Destination{ToAddresses: []string{"agent@example.fr"}},
		Content: &types.EmailContent{Simple: &types.Message{Subject: text("Votre accès"), Body: &types.Body{Text: text("Bonjour")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, body := get(t, inbox.URL+"/store"); !strings.Contains(body, "Votre accès") || !strings.Contains(body, "agent@example.fr") {
		t.Errorf("the store: %s", body)
	}
	loopbackOnly(t, inbox.URL)
}
