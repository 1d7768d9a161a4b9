package localtest

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"guichet/shared/topology"
)

// newSite is what CloudFront is to the portal: the built files with the topology's headers, and the portal's API. api may
// be nil.
func newSite(site topology.Site, api http.Handler) (http.Handler, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	files := os.DirFS(filepath.Join(dir, filepath.FromSlash(site.Folder)))
	compressed := gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, site, files) }))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, site.APIPath) && api != nil {
			api.ServeHTTP(w, r)
			return
		}
		for name, value := range site.Headers {
			w.Header().Set(name, value)
		}
		compressed.ServeHTTP(w, r)
	}), nil
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
