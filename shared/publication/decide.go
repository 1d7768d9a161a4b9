package publication

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"reflect"
	"slices"
	"time"

	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// MaxVersions bounds the versions of an API whose documents are kept (UP-09): the oldest that no channel leads to goes.
const MaxVersions = 20

// edition is a publication with its documents read.
type edition struct {
	Publication
	documents map[channel.Channel]*Document
}

// read reads the documents, and takes versions from them where the settings have none.
func (p Publication) read() (edition, error) {
	e := edition{Publication: p, documents: map[channel.Channel]*Document{}}
	byVersion := map[string]*Document{}
	for _, c := range channel.All {
		settings, ok := p.Channels[c]
		if !ok {
			continue
		}
		d, err := ReadDocument(settings.Document)
		if err != nil {
			return e, within(c, err)
		}
		if settings.Version == "" {
			settings.Version = d.InfoVersion
			if !versionForm.MatchString(settings.Version) {
				return e, within(c, problem.Invalid("version", "The document's version %q is none that can be published: give one in the settings.", shorten(d.InfoVersion, 40)))
			}
		}
		if other, ok := byVersion[settings.Version]; ok && other.CanonicalHash != d.CanonicalHash {
			return e, within(c, problem.Invalid("document", "Version %s has one document: the channels have two.", settings.Version))
		}
		byVersion[settings.Version] = d
		e.Channels[c], e.documents[c] = settings, d
	}
	return e, nil
}

// mint makes what is random.
type mint struct {
	id      func() string
	shortID func() string
	// store returns the object that the content is kept as; it is written before the transaction.
	store func(content []byte, contentType string) catalogue.Stored
}

// decide turns an API into what the publication wants it to be. before is the zero Aggregate for a new API.
// sameSecret tells of channels whose backend has the given value already.
func decide(before catalogue.Aggregate, e edition, sameSecret map[channel.Channel]bool, m mint, now time.Time) (catalogue.Aggregate, error) {
	after := before
	if before.ID == "" {
		after.API = catalogue.API{ID: m.id(), ShortID: m.shortID(), BasePath: e.BasePath, Organisation: e.Organisation, Created: now}
	} else if before.Organisation != e.Organisation {
		return after, &problem.Error{Code: problem.Conflict, Field: "basePath", Detail: "The base path belongs to an API of another organisation."}
	}
	after.Name, after.Visibility, after.DocumentedOnly, after.Accepts = e.Name, e.Visibility, e.DocumentedOnly, e.Accepts
	after.Scopes, after.Channels, after.Versions = maps.Clone(before.Scopes), maps.Clone(before.Channels), maps.Clone(before.Versions)
	if after.Channels == nil {
		after.Channels, after.Versions = map[channel.Channel]catalogue.ChannelState{}, map[string]catalogue.Version{}
	}
	for _, c := range channel.All {
		settings, ok := e.Channels[c]
		if !ok {
			continue
		}
		if err := addVersion(&after, e, c, m, now); err != nil {
			return after, within(c, err)
		}
		state, err := next(before, after.ID, c, settings, sameSecret[c], m, now)
		if err != nil {
			return after, within(c, err)
		}
		after.Channels[c] = state
	}
	dropVersions(&after)
	return after, addScopes(&after, e)
}

// addVersion takes the channel's document, unless the version has one that says the same.
func addVersion(a *catalogue.Aggregate, e edition, c channel.Channel, m mint, now time.Time) error {
	d, text := e.documents[c], e.Channels[c].Version
	had, known := a.Versions[text]
	if known && had.CanonicalHash == d.CanonicalHash {
		return nil
	}
	for other, state := range a.Channels {
		if _, published := e.Channels[other]; known && !published && state.Settings.Version == text {
			return &problem.Error{Code: problem.Conflict, Field: "document", Detail: "Version " + text + " runs in " + string(other) + " with another document: publish both channels, or give the document another version."}
		}
	}
	contentType := "application/json"
	if d.Format == YAML {
		contentType = "application/yaml"
	}
	v := catalogue.Version{
		Text: text, Document: m.store(e.Channels[c].Document, contentType), CanonicalHash: d.CanonicalHash, Specification: d.Version,
		Title: d.Title, Description: cut(d.Description, maxVersionDescriptionBytes), NeedsScope: d.NeedsScope(), Sample: d.Sample,
		Operations: len(d.Operations), Findings: len(d.Findings), Created: now, Changed: now,
	}
	if known {
		v.Created = had.Created
	}
	for _, s := range d.Scopes {
		v.Scopes = append(v.Scopes, s.Name)
	}
	for _, tag := range d.Tags[:min(len(d.Tags), maxVersionTags)] {
		v.Tags = append(v.Tags, tag.Name)
	}
	a.Versions[text] = v
	return nil
}

// What of a document's texts stands in the registry; the rest is in the document.
const (
	maxVersionDescriptionBytes = 4_000
	maxVersionTags             = 20
)

// next is a channel's state after the publication.
func next(a catalogue.Aggregate, api string, c channel.Channel, p ChannelPublication, sameSecret bool, m mint, now time.Time) (catalogue.ChannelState, error) {
	had := a.Channels[c]
	state := catalogue.ChannelState{
		Settings: catalogue.ChannelSettings{
			Version: p.Version, Backend: catalogue.Backend{URL: p.Backend.URL}, HealthPath: p.HealthPath, CORS: p.CORS, Quotas: p.Quotas,
			ApprovalNeeded: p.ApprovalNeeded,
		},
		State: route.Published, Since: now,
	}
	if p.Terms != nil {
		terms := catalogue.Stored{}
		if old := had.Settings.Terms; old != nil && old.Hash == hashOf(p.Terms) {
			terms = *old
		} else {
			terms = m.store(p.Terms, "application/pdf")
		}
		state.Settings.Terms = &terms
	}
	var err error
	if state.Settings.Backend.Authentication, err = authentication(api, had.Settings.Backend.Authentication, p.Backend, sameSecret, now); err != nil {
		return state, err
	}
	if had.Settings.Version == p.Version && had.State != "" {
		state.State, state.Successor, state.Since = had.State, had.Successor, had.Since
		if had.State == route.Retired && !reflect.DeepEqual(had, state) {
			return state, &problem.Error{Code: problem.Conflict, Field: "version", Detail: "Version " + p.Version + " is retired: publish another one."}
		}
	}
	return state, nil
}

// authentication is what is stored of a backend's. The secret's name has the kind in it, so that no value is ever sent in
// the form of another kind.
func authentication(api string, had catalogue.Authentication, p BackendPublication, sameSecret bool, now time.Time) (catalogue.Authentication, error) {
	if p.Kind == "" {
		return catalogue.Authentication{}, nil
	}
	a := catalogue.Authentication{Kind: p.Kind, Header: p.Header, Secret: secretName(api, p.Kind), Since: now}
	switch {
	case had.Kind == p.Kind && (p.Value == "" || sameSecret):
		a.Since = had.Since
	case p.Value == "":
		return a, problem.Invalid("authentication", "The value of the backend's authentication is missing: none is stored yet.")
	}
	return a, nil
}

// secretName is the name of a backend's secret below the channel's prefix.
func secretName(api, kind string) string { return api + "-" + kind }

// dropVersions keeps MaxVersions.
func dropVersions(a *catalogue.Aggregate) {
	for len(a.Versions) > MaxVersions {
		oldest := ""
		for _, text := range slices.Sorted(maps.Keys(a.Versions)) {
			if !runs(a, text) && (oldest == "" || a.Versions[text].Changed.Before(a.Versions[oldest].Changed)) {
				oldest = text
			}
		}
		delete(a.Versions, oldest)
	}
}

// runs reports whether a channel leads to the version.
func runs(a *catalogue.Aggregate, version string) bool {
	for _, state := range a.Channels {
		if state.Settings.Version == version {
			return true
		}
	}
	return false
}

// equal reports whether nothing was changed, the lock and its clock aside.
func equal(a, b catalogue.Aggregate) bool {
	a.Revision, a.Changed, b.Revision, b.Changed = 0, time.Time{}, 0, time.Time{}
	return reflect.DeepEqual(a.API, b.API) && reflect.DeepEqual(a.Versions, b.Versions)
}

// changedChannels are those in which calls or people meet something else than before: all of them when the API's own
// settings changed.
func changedChannels(before, after catalogue.Aggregate) []channel.Channel {
	a, b := before, after
	a.Channels, b.Channels, a.Versions, b.Versions, a.Scopes, b.Scopes = nil, nil, nil, nil, nil, nil
	common := !equal(a, b)
	var changed []channel.Channel
	for _, c := range channel.All {
		state, ok := after.Channels[c]
		version := state.Settings.Version
		if ok && (common || !reflect.DeepEqual(before.Channels[c], state) || !reflect.DeepEqual(before.Versions[version], after.Versions[version]) ||
			!maps.Equal(before.ScopesIn(c), after.ScopesIn(c))) {
			changed = append(changed, c)
		}
	}
	return changed
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// project is what the hot path must know of an API in a channel.
func project(a catalogue.Aggregate, c channel.Channel, d *Document) route.Route {
	state := a.Channels[c]
	settings := state.Settings
	r := route.Route{
		BasePath: a.BasePath, API: a.ID, ID: a.ShortID, Version: settings.Version, State: state.State, Successor: state.Successor,
		Public: a.Visibility.Public,
		Bearer: a.Accepts.Bearer, APIKey: a.Accepts.APIKey, CORS: settings.CORS,
		DocumentedOnly: a.DocumentedOnly || d.NeedsScope(), Limits: settings.Quotas,
		Backend: route.Backend{URL: settings.Backend.URL, Authentication: route.Authentication{
			Kind: settings.Backend.Authentication.Kind, Header: settings.Backend.Authentication.Header, Secret: settings.Backend.Authentication.Secret,
		}},
	}
	if !r.Public {
		r.Organisations = append([]string{a.Organisation}, a.Visibility.Organisations...)
	}
	for name, s := range a.ScopesIn(c) {
		if r.Scopes == nil {
			r.Scopes = map[string]string{}
		}
		r.Scopes[name] = s.ShortID
	}
	if !r.DocumentedOnly {
		return r // every path is passed on, and no operation asks for more than a credential
	}
	for _, o := range d.Operations {
		projected := route.Operation{Method: o.Method, Path: o.Path}
		for _, scopes := range o.Alternatives {
			var ids []string
			for _, name := range scopes {
				ids = append(ids, a.Scopes[name].ShortID)
			}
			projected.Alternatives = append(projected.Alternatives, ids)
		}
		r.Operations = append(r.Operations, projected)
	}
	return r
}
