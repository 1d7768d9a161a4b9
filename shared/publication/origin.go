package publication

import (
	"net/url"
	"slices"
	"strings"
)

// misplaced reports what a document and the backend's URL say differently about where the operations are: calls below the
// API's base path go to the same paths below the backend's URL, whatever the document's own addresses are.
func misplaced(basePath, backend string, d *Document) []Finding {
	var f findings
	u, err := url.Parse(backend)
	if err != nil || len(d.Operations) == 0 {
		return nil
	}
	below := strings.TrimRight(u.EscapedPath(), "/")
	example := d.Operations[0].Path
	if prefix := commonEnd(below, d.Operations); prefix != "" {
		f.add(Warning, BasePathRepeated, root.in("paths"), 0, "All paths begin with %q, with which the backend's URL ends: a call of %s goes to %s.", prefix, basePath+example, backend+example)
		return f.all()
	}
	paths, at := d.Origin.paths()
	if len(paths) > 0 && !slices.ContainsFunc(paths, func(path string) bool { return endsWith(below, path) }) {
		f.add(Warning, BasePathMissing, at, 0, "The document has its operations below %q, with which the backend's URL does not end: a call of %s goes to %s.", paths[0], basePath+example, backend+example)
	}
	return f.all()
}

// paths are those of the document's addresses, without a trailing slash, and where they are said. Nil when an address has
// none, or one that only a variable gives.
func (o Origin) paths() ([]string, place) {
	if o.BasePath != "" {
		if path := "/" + strings.Trim(o.BasePath, "/"); path != "/" {
			return []string{path}, root.in("basePath")
		}
		return nil, root
	}
	var paths []string
	for _, server := range o.Servers {
		if _, rest, absolute := strings.Cut(server, "://"); absolute {
			// A host may be a variable, which is no host of a URL.
			_, path, _ := strings.Cut(rest, "/")
			server = "/" + path
		}
		server, _, _ = strings.Cut(server, "?")
		path := "/" + strings.Trim(server, "/")
		if path == "/" || path == "/." || strings.Contains(path, "{") {
			return nil, root
		}
		paths = append(paths, path)
	}
	return paths, root.in("servers")
}

// endsWith reports whether a path ends with the segments of another.
func endsWith(path, end string) bool { return path == end || strings.HasSuffix(path, end) }

// commonEnd is the longest end of a path with which the paths of all operations begin, by segments; empty for none.
func commonEnd(path string, operations []Operation) string {
	for end := path; end != ""; {
		if !slices.ContainsFunc(operations, func(o Operation) bool { return !below(o.Path, end) }) {
			return end
		}
		next := strings.IndexByte(end[1:], '/')
		if next < 0 {
			break
		}
		end = end[1+next:]
	}
	return ""
}
