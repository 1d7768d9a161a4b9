package localtest

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"guichet/shared/account"
	"guichet/shared/topology"
	"guichet/web"
)

// newSite is what CloudFront is to the portal: the built files with the topology's headers, and the portal's API. The folder pages has
// pages that take the place of the built ones; it may be empty, or be filled later. api may be nil.
func newSite(site topology.Site, pages string, channels []string, api http.Handler) (http.Handler, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	files := overlay{os.DirFS(filepath.Join(dir, filepath.FromSlash(site.Folder)))}
	if pages != "" {
		files = append(overlay{os.DirFS(pages)}, files...)
	}
	headers := site.HeadersFor(channels)
	compressed := gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, site, files) }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, site.APIPath) && api != nil {
			api.ServeHTTP(w, r)
			return
		}
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		compressed.ServeHTTP(w, r)
	}), nil
}

// WritePages writes the portal's pages with the installation's configuration into Options.Pages. It does nothing without
// that folder, or where the portal is not built.
func (c *Cloud) WritePages(ctx context.Context) error {
	if c.options.Pages == "" {
		return nil
	}
	dir, err := root()
	if err != nil {
		return err
	}
	built := filepath.Join(dir, filepath.FromSlash(c.plan.Site.Folder), c.plan.Site.Fallback)
	if _, err := os.Stat(built); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	configuration, err := account.GetConfiguration(ctx, c.Database(nil))
	if err != nil {
		return err
	}
	return web.WritePages(ctx, dir, c.options.Pages, configuration)
}

// serveFile serves the file that the topology names for a path.
func serveFile(w http.ResponseWriter, r *http.Request, site topology.Site, files fs.FS) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Files are only read.", http.StatusMethodNotAllowed)
		return
	}
	name := site.File(path.Clean("/"+r.URL.Path), r.Header.Get("Accept-Language"))
	if _, err := fs.Stat(files, site.Fallback); err != nil {
		http.Error(w, "The portal's pages are not built here.", http.StatusNotFound)
		return
	}
	w.Header().Set("Cache-Control", topology.AskAgain)
	if strings.HasPrefix("/"+name, site.Lasting) {
		w.Header().Set("Cache-Control", topology.KeepLasting)
	}
	http.ServeFileFS(w, r, files, name)
}

// overlay is the files of several folders; the first that has a file counts.
type overlay []fs.FS

func (o overlay) Open(name string) (file fs.File, err error) {
	for _, files := range o {
		if file, err = files.Open(name); err == nil {
			return file, nil
		}
	}
	return nil, err
}
