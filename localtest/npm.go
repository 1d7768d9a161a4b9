package localtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// npmPackage returns the folder of a package that package.json pins, and installs the pinned packages when they are missing or of another version.
func npmPackage(ctx context.Context, name string, log logger) (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "localtest")
	folder := filepath.Join(dir, "node_modules", name)
	var wanted struct{ Dependencies map[string]string }
	if err := readJSON(filepath.Join(dir, "package.json"), &wanted); err != nil {
		return "", err
	}
	installed := func() bool {
		var have struct{ Version string }
		if readJSON(filepath.Join(folder, "package.json"), &have) != nil || have.Version != wanted.Dependencies[name] {
			return false
		}
		// npm writes this file last: without it an install was cut short.
		_, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
		return err == nil
	}
	err = locked("npm", func() error {
		if installed() {
			return nil
		}
		log.say("installing the npm packages of localtest/package.json (about 90 MB, once)")
		npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		npm.Dir = dir
		if out, err := npm.CombinedOutput(); err != nil {
			return fmt.Errorf("npm ci --ignore-scripts in localtest/: %w\n%s", err, out)
		}
		if !installed() {
			return fmt.Errorf("npm ci in localtest/ did not install %s@%s", name, wanted.Dependencies[name])
		}
		return nil
	})
	return folder, err
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// SwaggerUI returns the folder of Swagger UI's built files, for tests that use the platform as its users do.
func SwaggerUI(ctx context.Context) (string, error) { return npmPackage(ctx, "swagger-ui-dist", nil) }
