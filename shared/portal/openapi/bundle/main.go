// Command bundle writes functions/account/document.yaml, which `make generate` calls in the repository's root.
package main

import (
	"fmt"
	"os"

	"guichet/shared/portal/openapi"
)

func main() {
	parts, err := openapi.Parts(".")
	if err == nil {
		var document []byte
		if document, err = openapi.BundleFiles(parts); err == nil {
			err = os.WriteFile(openapi.Document, document, 0o644) //nolint:gosec // a source file
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
