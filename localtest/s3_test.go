package localtest

import (
	"bytes"
	"io"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestS3KeepsObjectsAsTheSDKSendsThem(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"in memory": "", "in a folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := bytes.Repeat([]byte(`{"openapi":"3.1.0"}`), 200_000) // 3.8 MB
			connect := func() *s3.Client {
				handler, err := newS3(dir, "documents")
				if err != nil {
					t.Fatal(err)
				}
				server := httptest.NewServer(handler)
				t.Cleanup(server.Close)
				return s3.New(s3.Options{Region: Region, BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
			}
			client := connect()
			_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String("documents"), Key: aws.String("api/é 1"), Body: bytes.NewReader(document), ContentType: aws.String("application/json"),
			})
			if err != nil {
				t.Fatal(err)
			}
			if dir != "" {
				client = connect() // a restart
			}
			out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("documents"), Key: aws.String("api/é 1")})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(out.Body)
			if err != nil || !bytes.Equal(got, document) || aws.ToString(out.ContentType) != "application/json" {
				t.Errorf("%d bytes of %s: %v", len(got), aws.ToString(out.ContentType), err)
			}
			if _, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("documents"), Key: aws.String("api/é 1")}); err != nil {
				t.Error(err)
			}
			if _, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("documents"), Key: aws.String("api/é 1")}); err == nil {
				t.Error("the object is still there after its deletion")
			}
		})
	}
}
