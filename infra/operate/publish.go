package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/publication"
)

// publish publishes each file, and says what changed and what was found in the documents.
func publish(ctx context.Context, o *operator, files []string) error {
	if len(files) == 0 {
		return errors.New("which file? see shared/publication/README.md for its form")
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	for _, file := range files {
		publication, err := publication.ReadDeclaration(ctx, publication.Sources{
			Files: os.DirFS(filepath.Dir(file)),
			Organisation: func(ctx context.Context, name string) (string, error) {
				found, err := organisation.Named(ctx, o.db, o.actor, name, false)
				return found.ID, err
			},
			Environment: os.LookupEnv,
		}, filepath.Base(file))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		result, err := o.publisher.Publish(ctx, o.actor, publication)
		if err != nil {
			return fmt.Errorf("%s: %w%s", file, err, o.hint(err))
		}
		fmt.Printf("%s: %s %s under %s\n", file, result.API.Name, result.Outcome, result.API.BasePath)
		for _, c := range channel.All {
			for _, finding := range result.Findings[c] {
				fmt.Printf("  %s  %s  line %d, %s: %s\n", c, finding.Severity, finding.Line, finding.Location, finding.Sentence)
			}
		}
	}
	return nil
}

// hint says how a backend on this machine is allowed, when that is what the local platform misses.
func (o *operator) hint(err error) string {
	if o.local == nil || !strings.HasSuffix(problem.From(err).Field, ".backend") {
		return ""
	}
	return fmt.Sprintf("\nA backend on this machine is allowed when the platform starts: make run ARGS=\"-allow-backend 127.0.0.1:9999\" (allowed now: %s)", strings.Join(o.local.Backends, ", "))
}

// starters names the APIs that everybody's automatic sandbox application is linked to when it is made.
func starters(ctx context.Context, o *operator, basePaths []string) error {
	if err := o.open(ctx); err != nil {
		return err
	}
	return catalogue.SetStarters(ctx, o.db, basePaths)
}
