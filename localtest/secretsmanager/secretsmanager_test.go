package secretsmanager

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// client is the service's own client on the secrets of a file.
func client(t *testing.T, file string) *secretsmanager.Client {
	t.Helper()
	store, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	return secretsmanager.New(secretsmanager.Options{
		Region: "eu-west-3", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), Retryer: aws.NopRetryer{},
	})
}

func TestASecretHasACurrentAndAPreviousValueAndOutlivesARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new", "secrets.json")
	c := client(t, file)
	created, err := c.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("token-keys"), SecretString: aws.String("one")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: created.ARN, SecretString: aws.String("two")}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode: %v %v", info.Mode(), err)
	}
	c = client(t, file)
	for stage, want := range map[string]string{"": "two", "AWSCURRENT": "two", "AWSPREVIOUS": "one"} {
		in := &secretsmanager.GetSecretValueInput{SecretId: aws.String("token-keys")}
		if stage != "" {
			in.VersionStage = aws.String(stage)
		}
		out, err := c.GetSecretValue(t.Context(), in)
		if err != nil || aws.ToString(out.SecretString) != want {
			t.Errorf("stage %q: %v %v, want %s", stage, out, err, want)
		}
	}
	if _, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("token-keys"), VersionId: created.VersionId}); err != nil {
		t.Errorf("by version: %v", err)
	}
	if _, err := c.DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{SecretId: aws.String("token-keys"), ForceDeleteWithoutRecovery: aws.Bool(true)}); err != nil {
		t.Error(err)
	}
	var absent *types.ResourceNotFoundException
	if _, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("token-keys")}); !errors.As(err, &absent) {
		t.Errorf("after deletion: %v", err)
	}
}

func TestTheServiceRefuses(t *testing.T) {
	t.Parallel()
	c := client(t, "")
	create := func(value string) error {
		_, err := c.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("x"), SecretString: aws.String(value)})
		return err
	}
	if err := create(strings.Repeat("x", maxSecretBytes+1)); err == nil {
		t.Error("a value of more than 64 KiB was accepted")
	}
	if err := create("x"); err != nil {
		t.Fatal(err)
	}
	var exists *types.ResourceExistsException
	if err := create("x"); !errors.As(err, &exists) {
		t.Errorf("created twice: %v", err)
	}
	var absent *types.ResourceNotFoundException
	if _, err := c.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String("y"), SecretString: aws.String("x")}); !errors.As(err, &absent) {
		t.Errorf("put into an absent secret: %v", err)
	}
	if _, err := c.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{}); err == nil {
		t.Error("an operation that is not served succeeded")
	}
}
