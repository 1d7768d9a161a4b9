package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"guichet/shared/httpapi"
	"guichet/shared/problem"
)

// explanationPath is where the pages lie; below it is a code. Without one it is the list of codes.
const explanationPath = "/api/problems"

// isExplanation reports whether a path is one of the pages that explain codes.
func isExplanation(path string) bool {
	return path == explanationPath || strings.HasPrefix(path, explanationPath+"/")
}

// explain answers the page of a code (features Z30): what happened, why, what to do, and an example, in French and
// English on one page, so that a link means the same to everybody. The page is plain HTML without script.
func (g *gateway) explain(w http.ResponseWriter, r *http.Request) error {
	code := strings.Trim(strings.TrimPrefix(httpapi.RawPath(r), explanationPath), "/")
	var page string
	if code == "" {
		page = g.index()
	} else {
		row, known := problem.Lookup(problem.Code(code))
		if !known {
			return problem.New(problem.NotFound)
		}
		var err error
		if page, err = g.explanationPage(row); err != nil {
			return problem.Wrap(problem.Internal, err)
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Content-Security-Policy", policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, err := io.WriteString(w, page)
	return err
}

// style is all of the pages' looks; the policy admits it by its hash and nothing else.
const style = `body{font:1.05rem/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b2f;background:#fff}` +
	`h1{font-size:1.6rem}h2{font-size:1.3rem;margin-top:2rem}h3{font-size:1.05rem;margin-bottom:0}code,pre{font-family:ui-monospace,monospace}` +
	`pre{overflow:auto;padding:1rem;border:1px solid #767692;border-radius:4px}a{color:#1d4ed8}li{margin:.3rem 0}` +
	`@media(prefers-color-scheme:dark){body{color:#ececf5;background:#14141f}a{color:#9db8ff}}`

// policy is computed when the first page is asked for.
var policy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
})

// exampleCorrelationID stands in examples for the id of a call.
const exampleCorrelationID = "7f3c9a51-2d4e-4b8a-9c60-1e5f2a3b4c5d"

// explanationPage is the page of one code.
func (g *gateway) explanationPage(row problem.Entry) (string, error) {
	example, err := json.MarshalIndent(problem.New(row.Code).Document(g.pages, exampleCorrelationID), "", "  ")
	if err != nil {
		return "", err
	}
	status := strconv.Itoa(row.Status)
	french := problem.French(row.Code)
	var b strings.Builder
	begin(&b, french.Title+" – "+row.Title)
	list := strings.TrimSuffix(g.pages, "/")
	alternate(&b, `<p><a href="`, list, `"><span lang="fr">Tous les codes</span> · <span lang="en">All codes</span></a></p>`)
	alternate(&b, "<h1>", status, " <code>", string(row.Code), "</code></h1>")
	alternate(&b, `<section lang="fr"><h2>`, french.Title, `</h2><h3>Pourquoi</h3><p>`, french.What, `</p><h3>Que faire</h3><p>`, french.Advice,
		`</p></section>`)
	alternate(&b, `<section lang="en"><h2>`, row.Title, `</h2><h3>Why</h3><p>`, row.What, `</p><h3>What to do</h3><p>`, row.Advice,
		`</p></section>`)
	alternate(&b, `<section><h2><span lang="fr">Exemple de réponse</span> · <span lang="en">Example of a response</span></h2><pre tabindex="0"><code>`,
		"HTTP/1.1 "+status+" "+http.StatusText(row.Status)+"\nContent-Type: "+problem.ContentType+"\n"+httpapi.CorrelationHeader+": "+exampleCorrelationID+"\n\n"+string(example),
		`</code></pre></section>`)
	end(&b)
	return b.String(), nil
}

// index lists the codes.
func (g *gateway) index() string {
	var b strings.Builder
	begin(&b, "Codes d’erreur – Error codes")
	alternate(&b, `<h1><span lang="fr">Codes d’erreur</span> · <span lang="en">Error codes</span></h1><ul>`)
	for _, row := range problem.Table() {
		alternate(&b, `<li>`, strconv.Itoa(row.Status), ` <a href="`, g.pages+string(row.Code), `"><code>`, string(row.Code), `</code></a> `)
		alternate(&b, `<span lang="fr">`, problem.French(row.Code).Title, `</span> · <span lang="en">`, row.Title, `</span></li>`)
	}
	alternate(&b, `</ul>`)
	end(&b)
	return b.String()
}

func begin(b *strings.Builder, title string) {
	alternate(b, `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>`,
		title, `</title><style>`)
	b.WriteString(style)
	b.WriteString(`</style></head><body><main>`)
}

func end(b *strings.Builder) { b.WriteString(`</main></body></html>`) }

// alternate writes markup and text in turns, markup first; text is escaped. A template library would be a tenth of the
// function's binary.
func alternate(b *strings.Builder, parts ...string) {
	for i, part := range parts {
		if i%2 == 1 {
			part = html.EscapeString(part)
		}
		b.WriteString(part)
	}
}
