package openapi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/shared/portal/openapi"
)

func TestTheDocumentIsGeneratedFromItsParts(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	parts, err := openapi.Parts(root)
	if err != nil {
		t.Fatal(err)
	}
	want, err := openapi.BundleFiles(parts)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, openapi.Document))
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) < 2 || !bytes.Equal(got, want) {
		t.Errorf("%s is not what its %d parts say: run make generate", openapi.Document, len(parts))
	}
}

func TestPartsDoNotOverlap(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string][2]string{
		"two parts define one path":                {"paths: {/a: {get: {}}}", "paths: {/a: {post: {}}}"},
		"two parts define one schema":              {"components: {schemas: {A: {}}}", "components: {schemas: {A: {}}}"},
		"a part redefines a schema that is shared": {"paths: {}", "components: {schemas: {Problem: {}}}"},
		"a part redefines what all have in common": {"paths: {}", "info: {title: mine}"},
	} {
		if _, err := openapi.Bundle([]byte(parts[0]), []byte(parts[1])); err == nil || !strings.Contains(err.Error(), "twice") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
