package main

import (
	"cmp"
	"net/http"
	"slices"

	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/organisation"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/route"
)

type pendingApplication struct {
	State string `json:"state"`
	Name  string `json:"name"`
}

type readyApplication struct {
	State         string           `json:"state"`
	ID            string           `json:"id"`
	Name          string           `json:"name"`
	Enabled       bool             `json:"enabled"`
	Organisation  portal.Reference `json:"organisation"`
	CreatedAt     string           `json:"createdAt"`
	QuotaPerDay   *int64           `json:"quotaPerDay"`
	Access        accessPoints     `json:"access"`
	Credentials   []credential     `json:"credentials"`
	Subscriptions []subscribedAPI  `json:"subscriptions"`
}

type accessPoints struct {
	TokenURL       string `json:"tokenUrl"`
	BaseURL        string `json:"baseUrl"`
	HealthcheckURL string `json:"healthcheckUrl"`
}

type credential struct {
	Kind          application.Kind `json:"kind"`
	ID            string           `json:"id"`
	Type          string           `json:"type,omitempty"` // of a client
	Enabled       bool             `json:"enabled"`
	HasSecret     bool             `json:"hasSecret"`
	MayShowSecret bool             `json:"mayShowSecret"`
	CreatedAt     string           `json:"createdAt"`
	LastUsedAt    *string          `json:"lastUsedAt"`
}

type subscribedAPI struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Scopes  []string `json:"scopes"`
	BaseURL string   `json:"baseUrl"`
	Sample  *sample  `json:"sample"`
}

type sample struct {
	Method string `json:"method"`
	URL    string `json:"url"`
}

// getSandboxApplication shows the application that the platform made for the person (G1); pending until the job made it.
func (f *api) getSandboxApplication(c *portal.Call) (portal.Answer, error) {
	a, err := application.Load(c.Context(), c.DB, application.AutomaticID(c.Person.ID, organisation.Default, channel.Sandbox))
	if problem.Is(err, problem.NotFound) {
		return portal.OK(pendingApplication{"pending", application.AutomaticName(channel.Sandbox, c.Person.Email, "")}), nil
	}
	if err != nil {
		return portal.Answer{}, err
	}
	names, err := f.organisations.Get(c.Context(), c.DB, a.Organisation)
	if err != nil {
		return portal.Answer{}, err
	}
	used, err := application.LastUses(c.Context(), c.DB, a)
	if err != nil {
		return portal.Answer{}, err
	}
	subscriptions, err := f.subscriptions(c, a)
	if err != nil {
		return portal.Answer{}, err
	}
	base, tokens := f.places.url("API", channel.Sandbox), f.places.url("TOKEN", channel.Sandbox)
	shown := readyApplication{
		State: "ready", ID: a.ID, Name: a.Name, Enabled: a.Live(), Organisation: portal.Reference{ID: a.Organisation, Name: names[a.Organisation]},
		CreatedAt: portal.Time(a.Created), QuotaPerDay: a.Limits.PerDay,
		Access:      accessPoints{TokenURL: tokens + "/api/oauth/token", BaseURL: base, HealthcheckURL: base + route.HealthCheck},
		Credentials: []credential{}, Subscriptions: subscriptions,
	}
	mayAct := a.MayAct(c.Person.ID, c.Person.Memberships)
	for _, k := range a.SortedCredentials() {
		one := credential{
			Kind: k.Kind, ID: k.ID, Type: clientType(k), Enabled: k.Enabled, HasSecret: !k.Shown.IsZero(),
			MayShowSecret: k.Shown.IsZero() && clientType(k) != "public" && mayAct, CreatedAt: portal.Time(k.Created),
		}
		if at, ok := used[k.Number]; ok {
			hour := portal.Time(at)
			one.LastUsedAt = &hour
		}
		shown.Credentials = append(shown.Credentials, one)
	}
	return portal.OK(shown), nil
}

func clientType(k application.Credential) string {
	switch {
	case k.Kind != application.OAuthClient:
		return ""
	case k.Confidential:
		return "confidential"
	}
	return "public"
}

// subscriptions are the APIs that the application may call in its channel, by name.
func (f *api) subscriptions(c *portal.Call, a application.Aggregate) ([]subscribedAPI, error) {
	shown := []subscribedAPI{}
	for id, s := range a.Subscriptions {
		api, err := catalogue.Load(c.Context(), c.DB, id)
		if problem.Is(err, problem.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		state, published := api.Channels[a.Channel]
		if !published {
			continue
		}
		one := subscribedAPI{ID: api.ID, Name: api.Name, Version: state.Settings.Version, Scopes: []string{}, BaseURL: f.places.url("API", a.Channel) + api.BasePath}
		for scope := range s.Scopes {
			one.Scopes = append(one.Scopes, scope)
		}
		if s.Scopes == nil {
			for scope := range api.ScopesIn(a.Channel) {
				one.Scopes = append(one.Scopes, scope)
			}
		}
		slices.Sort(one.Scopes)
		if path := api.Versions[one.Version].Sample; path != "" {
			one.Sample = &sample{http.MethodGet, one.BaseURL + path}
		}
		shown = append(shown, one)
	}
	slices.SortFunc(shown, func(x, y subscribedAPI) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return shown, nil
}

// secretForm is how new client secrets look (features Z23): as the guide's, which consumers' programs check.
const secretForm = application.UUIDForm

type shownSecret struct {
	Kind   application.Kind `json:"kind"`
	ID     string           `json:"id"`
	Secret string           `json:"secret"`
}

// showSecret makes the first secret of a credential and shows it, this once (features Z19). It is kept by nobody, so the
// same idempotency key cannot show it again either.
func (f *api) showSecret(c *portal.Call) (portal.Answer, error) {
	id := c.Parameter("application")
	if !portal.IsID(id) {
		return portal.Answer{}, problem.New(problem.NotFound)
	}
	a, err := application.Load(c.Context(), c.DB, id)
	if err != nil {
		return portal.Answer{}, err
	}
	if !a.MaySee(c.Person.ID, c.Person.Memberships) {
		return portal.Answer{}, problem.New(problem.NotFound)
	}
	if !a.MayAct(c.Person.ID, c.Person.Memberships) {
		return portal.Answer{}, problem.New(problem.Forbidden)
	}
	k, known := a.Credentials[c.Parameter("credential")]
	if !known {
		return portal.Answer{}, problem.New(problem.NotFound)
	}
	if clientType(k) == "public" {
		return portal.Answer{}, problem.New(problem.Conflict)
	}
	if !k.Shown.IsZero() {
		return portal.Answer{}, problem.New(problem.SecretAlreadyShown)
	}
	keys, err := f.tokens[a.Channel].Keys(c.Context())
	if err != nil {
		return portal.Answer{}, err
	}
	issuer := application.Issuer{Keys: keys, Form: secretForm}
	shown, err := issuer.ShowSecret(c.Context(), c.DB, c.Person.ID, id, k.ID, c.RememberRefusal(problem.SecretAlreadyShown))
	if problem.Is(err, problem.Conflict) {
		err = problem.New(problem.SecretAlreadyShown) // somebody else was first
	}
	return portal.Created(shownSecret{k.Kind, k.ID, shown.Reveal()}), err
}
