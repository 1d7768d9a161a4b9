package localtest

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// newSite is what CloudFront is to the portal: the static files of web/dist, and the portal's API under /api/. api may be nil.
func newSite(api http.Handler) (http.Handler, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	files := os.DirFS(filepath.Join(dir, "web", "dist"))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") && api != nil {
			api.ServeHTTP(w, r)
			return
		}
		serveFile(w, r, files)
	}), nil
}

// serveFile serves a file, or the page that routes in the browser for every path that names none.
func serveFile(w http.ResponseWriter, r *http.Request, files fs.FS) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if info, err := fs.Stat(files, name); name == "" || err != nil || info.IsDir() {
		name = "index.html"
	}
	if _, err := fs.Stat(files, name); errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "The portal's pages are not built here.", http.StatusNotFound)
		return
	}
	http.ServeFileFS(w, r, files, name)
}
