package main

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/application"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/quota"
	"guichet/shared/route"
)

type pendingApplication struct {
	State string `json:"state"`
	Name  string `json:"name"`
}

type readyApplication struct {
	State         string          `json:"state"`
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Enabled       bool            `json:"enabled"`
	Organisation  reference       `json:"organisation"`
	CreatedAt     string          `json:"createdAt"`
	QuotaPerDay   *int64          `json:"quotaPerDay"`
	Access        accessPoints    `json:"access"`
	Credentials   []credential    `json:"credentials"`
	Subscriptions []subscribedAPI `json:"subscriptions"`
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
func getSandboxApplication(c *call) error {
	a, err := application.Load(c.ctx(), c.portal.db, application.AutomaticID(c.person.ID, organisation.Default, channel.Sandbox))
	if problem.Is(err, problem.NotFound) {
		return c.answer(http.StatusOK, pendingApplication{"pending", application.AutomaticName(channel.Sandbox, c.person.Email, "")})
	}
	if err != nil {
		return err
	}
	names, err := c.portal.names(c.ctx(), a.Organisation)
	if err != nil {
		return err
	}
	grants, err := c.portal.batch(c.ctx(), read{c.portal.db.Tables.Grants[a.Channel], ddb.PartitionKey(ddb.Grant(a.ID, ""))})
	if err != nil {
		return err
	}
	subscriptions, err := c.subscriptions(a)
	if err != nil {
		return err
	}
	base, tokens := c.portal.places.url("API", channel.Sandbox), c.portal.places.url("TOKEN", channel.Sandbox)
	shown := readyApplication{
		State: "ready", ID: a.ID, Name: a.Name, Enabled: a.Live(), Organisation: reference{a.Organisation, names[a.Organisation]},
		CreatedAt: moment(a.Created), QuotaPerDay: a.Limits.PerDay,
		Access:      accessPoints{TokenURL: tokens + "/api/oauth/token", BaseURL: base, HealthcheckURL: base + route.HealthCheck},
		Credentials: []credential{}, Subscriptions: subscriptions,
	}
	for _, k := range sortedCredentials(a) {
		shown.Credentials = append(shown.Credentials, credential{
			Kind: k.Kind, ID: k.ID, Type: clientType(k), Enabled: k.Enabled, HasSecret: !k.Shown.IsZero(),
			MayShowSecret: k.Shown.IsZero() && clientType(k) != "public" && c.mayAct(a), CreatedAt: moment(k.Created), LastUsedAt: lastUsed(grants[0], k),
		})
	}
	return c.answer(http.StatusOK, shown)
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

// sortedCredentials are an application's, the oldest first.
func sortedCredentials(a application.Aggregate) []application.Credential {
	var all []application.Credential
	for _, k := range a.Credentials {
		all = append(all, k)
	}
	slices.SortFunc(all, func(x, y application.Credential) int { return cmp.Compare(x.Number, y.Number) })
	return all
}

// lastUsed is the hour of a credential's last use, which the authorizer notes in grants.
func lastUsed(grant item, k application.Credential) *string {
	n, ok := grant[quota.LastUsed(k.Number)].(*types.AttributeValueMemberN)
	if !ok {
		return nil
	}
	hour, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return nil
	}
	at := moment(time.Unix(hour*3600, 0))
	return &at
}

// subscriptions are the APIs that the application may call in its channel, by name.
func (c *call) subscriptions(a application.Aggregate) ([]subscribedAPI, error) {
	shown := []subscribedAPI{}
	for id, s := range a.Subscriptions {
		api, err := catalogue.Load(c.ctx(), c.portal.db, id)
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
		one := subscribedAPI{ID: api.ID, Name: api.Name, Version: state.Settings.Version, Scopes: []string{}, BaseURL: c.portal.places.url("API", a.Channel) + api.BasePath}
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

// maySee tells whether the person knows of an application: its owner, and the members of its organisation but for the
// default one (features Z40).
func (c *call) maySee(a application.Aggregate) bool {
	_, member := c.person.Membership(a.Organisation)
	return c.mayAct(a) || member && a.Organisation != organisation.Default
}

// mayAct tells whether the person may act on an application: its owner, and the administrators of its organisation but for
// the default one (features Z40).
func (c *call) mayAct(a application.Aggregate) bool {
	m, member := c.person.Membership(a.Organisation)
	return a.Owner != "" && a.Owner == c.person.ID ||
		member && m.Role == organisation.Administrator && a.Organisation != organisation.Default
}

// secretForm is how new client secrets look (features Z23): as the guide's, which consumers' programs check.
const secretForm = application.UUIDForm

// showSecret makes the first secret of a credential and shows it, this once (features Z19). It is kept by nobody, so that
// the same idempotency key cannot show it again either; the key only tells one intent from another.
func showSecret(c *call) error {
	id, credentialID := c.path["application"], c.path["credential"]
	if !idForm.MatchString(id) {
		return problem.New(problem.NotFound)
	}
	intent, err := c.intent()
	if err != nil {
		return err
	}
	rows, err := c.portal.batch(c.ctx(), intent.read(c.portal.db))
	if err != nil {
		return err
	}
	if rows[0] != nil && text(rows[0], requestAttribute) != intent.request {
		return problem.New(problem.IdempotencyConflict)
	}
	a, err := application.Load(c.ctx(), c.portal.db, id)
	if err != nil {
		return err
	}
	if !c.maySee(a) {
		return problem.New(problem.NotFound)
	}
	if !c.mayAct(a) {
		return problem.New(problem.Forbidden)
	}
	k, known := a.Credentials[credentialID]
	if !known {
		return problem.New(problem.NotFound)
	}
	if clientType(k) == "public" {
		return problem.New(problem.Conflict)
	}
	if !k.Shown.IsZero() {
		return problem.New(problem.SecretAlreadyShown)
	}
	if done, err := c.once([]types.TransactWriteItem{intent.remember(c.portal.db, c.now, http.StatusConflict, "")}); err != nil {
		return err
	} else if !done && rows[0] == nil {
		return problem.New(problem.Conflict) // the same key at the same moment
	}
	keys, err := c.portal.tokens[a.Channel].Keys(c.ctx())
	if err != nil {
		return err
	}
	shown, err := application.Issuer{Keys: keys, Form: secretForm}.ShowSecret(c.ctx(), c.portal.db, c.person.ID, id, credentialID)
	var refused *problem.Error
	if errors.As(err, &refused) && refused.Code == problem.Conflict {
		return problem.New(problem.SecretAlreadyShown) // somebody else was first
	}
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, struct {
		Kind   application.Kind `json:"kind"`
		ID     string           `json:"id"`
		Secret string           `json:"secret"`
	}{k.Kind, k.ID, shown.Reveal()})
}
