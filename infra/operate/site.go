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
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"guichet/shared/account"
	"guichet/shared/topology"
	"guichet/web"
)

// site writes the pages for the installation and uploads them with the portal's built files. Pages go last, so that nobody gets one whose files are not there yet; files of
// older pages stay, for those who have them open.
func site(ctx context.Context, o *operator, arguments []string) error {
	if len(arguments) > 0 {
		return errors.New("site takes no argument; it uploads what was built")
	}
	plan := topology.Platform()
	declared := plan.Site
	if _, err := os.Stat(filepath.Join(declared.Folder, declared.Fallback)); err != nil {
		return fmt.Errorf("the portal is not built: %w", err)
	}
	if err := o.open(ctx); err != nil {
		return err
	}
	if o.parts.site == "" {
		return errors.New("the local platform writes its pages when it starts")
	}
	configuration, err := account.GetConfiguration(ctx, o.db)
	if err != nil {
		return err
	}
	pages, err := os.MkdirTemp("", "pages-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(pages)
	if err := web.WritePages(ctx, ".", pages, configuration); err != nil {
		return err
	}
	uploaded := 0
	for _, part := range []struct {
		files fs.FS
		pages bool
	}{{os.DirFS(declared.Folder), false}, {os.DirFS(pages), true}} {
		names, err := siteFiles(part.files, part.pages)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := o.upload(ctx, part.files, name, declared); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		uploaded += len(names)
	}
	fmt.Printf("%d files uploaded\n", uploaded)
	return nil
}

// siteFiles lists the pages, or everything else, but what only the build reads (folders that begin with a dot).
func siteFiles(files fs.FS, pages bool) ([]string, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && (path.Ext(name) == ".html") == pages:
			names = append(names, name)
		}
		return nil
	})
	return names, err
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
