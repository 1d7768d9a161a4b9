package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"guichet/shared/topology"
)

// site uploads the portal's built files. Pages go last, so that nobody gets one whose files are not there yet; files of
// older pages stay, for those who have them open.
func site(ctx context.Context, o *operator, arguments []string) error {
	if len(arguments) > 0 {
		return errors.New("site takes no argument; it uploads what was built")
	}
	plan := topology.Platform()
	declared := plan.Site
	files := os.DirFS(declared.Folder)
	if _, err := fs.Stat(files, declared.Fallback); err != nil {
		return fmt.Errorf("the portal is not built: %w", err)
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	if o.parts.site == "" {
		return errors.New("the local platform serves the portal's files from where they are built")
	}
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(names, func(a, b string) int { return pages(a) - pages(b) })
	for _, name := range names {
		if err := o.upload(ctx, files, name, declared); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	fmt.Printf("%d files uploaded\n", len(names))
	return nil
}

// pages puts pages behind what they name.
func pages(name string) int {
	if path.Ext(name) == ".html" {
		return 1
	}
	return 0
}

func (o *operator) upload(ctx context.Context, files fs.FS, name string, declared topology.Site) error {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		return errors.New("a file of unknown type: the browser would be told not to use it")
	}
	keep := topology.AskAgain
	if strings.HasPrefix("/"+name, declared.Lasting) {
		keep = topology.KeepLasting
	}
	_, err = o.publisher.Files.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &o.parts.site, Key: &name, Body: bytes.NewReader(content), ContentType: &kind, CacheControl: &keep,
	})
	return err
}
