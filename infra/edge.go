//go:build cdk

package main

import (
	"encoding/json"
	"strings"

	"guichet/shared/topology"
)

// edgeRoutes is topology.Site.File for CloudFront: the file that answers a path, chosen before the cache is asked, so that each is
// cached under its own name. At the edge, because an error page of the distribution would replace the API's own 404s too.
func edgeRoutes(site topology.Site) string {
	text := func(value any) string {
		encoded, err := json.Marshal(value)
		require(err == nil, "the site's pages cannot be written as JSON")
		return string(encoded)
	}
	return strings.NewReplacer(
		"PAGES", text(site.Pages), "LANGUAGES", text(site.Languages), "PRERENDERED", text("/"+site.Prerendered), "FALLBACK", text("/"+site.Fallback),
	).Replace(`function handler(event) {
  var request = event.request;
  if (request.uri.split('/').pop().indexOf('.') >= 0) return request;
  if (PAGES.indexOf(request.uri) < 0) {
    request.uri = FALLBACK;
    return request;
  }
  var languages = LANGUAGES;
  var header = request.headers['accept-language'];
  var wanted = (header ? header.value : '').split(',');
  var language = languages[0];
  for (var i = 0; i < wanted.length; i++) {
    var tag = wanted[i].trim().slice(0, 2).toLowerCase();
    if (languages.indexOf(tag) >= 0) {
      language = tag;
      break;
    }
  }
  request.uri = PRERENDERED + language + '/' + (request.uri === '/' ? 'index' : request.uri.slice(1)) + '.html';
  return request;
}
`)
}
