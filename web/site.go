// Package web writes the portal's pages for one installation.
package web

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"guichet/shared/account"
)

// WritePages writes index.html and pages/ of the built portal into a folder, with an installation's name, accent, links and legal
// facts in them. The assets that they name stay in dist. top is the top of the repository, where the portal was built: Node renders
// the pages (src/prerender).
func WritePages(ctx context.Context, top, folder string, configuration account.Configuration) error {
	text, err := json.Marshal(configuration)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "configuration-*.json")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	node := exec.CommandContext(ctx, "node", filepath.Join(top, "web", "scripts", "prerender.mjs"), file.Name(), folder)
	if out, err := node.CombinedOutput(); err != nil {
		return fmt.Errorf("web: the pages cannot be written: %w\n%s", err, out)
	}
	return nil
}
