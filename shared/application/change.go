package application

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/quota"
)

// New is what an application is made of.
type New struct {
	Name         string
	Channel      channel.Channel
	Organisation string
	Owner        string
	Description  string
	// Automatic names follow the platform's rule and are exempt from the form of names (features Z5).
	Automatic bool
	// ID makes the creation idempotent: a second one with the same id is a conflict. Empty for a new id.
	ID string
	// Rights are subscriptions that it has from the start.
	Rights []Right
}

// Create makes an enabled application with an API key and a confidential client, both without a secret yet (guide H1,
// features Z19), and the channel's default limits. Errors: validation, conflict when the name or the id is taken.
func Create(ctx context.Context, db ddb.Database, actor string, n New) (Aggregate, error) {
	if !n.Automatic {
		name, err := ValidateName(n.Name)
		if err != nil {
			return Aggregate{}, err
		}
		n.Name = name
	}
	if n.ID == "" {
		n.ID = db.NewID()
	}
	now := db.Now().UTC()
	a := Aggregate{
		Application: Application{
			ID: n.ID, Name: n.Name, Channel: n.Channel, Organisation: n.Organisation, Owner: n.Owner, Description: n.Description,
			Automatic: n.Automatic, Enabled: true, Created: now, CreatedBy: actor, Limits: DefaultLimits(n.Channel), Revision: 1,
		},
		Credentials: map[string]Credential{}, Subscriptions: map[string]Subscription{},
	}
	for _, kind := range [...]Kind{APIKey, OAuthClient} {
		if _, err := a.add(kind, kind == OAuthClient, now); err != nil {
			return Aggregate{}, err
		}
	}
	for _, right := range n.Rights {
		a.Subscriptions[right.API] = Subscription{API: right.API, ShortID: right.ShortID, Scopes: right.Scopes, Since: now, By: actor}
	}
	if len(a.Subscriptions) > MaxSubscriptions || a.partialScopes() > MaxPartialScopes {
		return Aggregate{}, problem.Newf(problem.Conflict, "An application has at most %d APIs, and %d scopes in rights on a part of an API's scopes.", MaxSubscriptions, MaxPartialScopes)
	}
	items, err := writes(db, Aggregate{}, a, nil)
	if err != nil {
		return Aggregate{}, err
	}
	if !n.Automatic {
		items = append(items, types.TransactWriteItem{Put: &types.Put{
			TableName: &db.Tables.Registry, ConditionExpression: aws.String("attribute_not_exists(PK)"),
			Item: nameItem(a.Application),
		}})
		if a.Owner != "" {
			items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &db.Tables.Registry, Item: ownerItem(a.Application)}})
		}
	}
	items, err = appendEvent(db, items, actor, a, events.ApplicationCreated{Application: a.ID, Channel: a.Channel, Owner: a.Owner})
	if err != nil {
		return Aggregate{}, err
	}
	err = db.Transact(ctx, items)
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		if failed.Index == 0 {
			return Aggregate{}, problem.Newf(problem.Conflict, "This application exists already.")
		}
		return Aggregate{}, &problem.Error{Code: problem.Conflict, Field: "name", Detail: "The organisation has an application with this name in this channel."}
	}
	return a, err
}

// nameItem makes a name unique: in the organisation and channel, per owner where the application has one.
func nameItem(a Application) map[string]types.AttributeValue {
	scope := a.Organisation
	if a.Owner != "" {
		scope += "#" + a.Owner
	}
	i := ddb.Key(ddb.ApplicationName(scope, string(a.Channel), fold(a.Name)), ddb.Self)
	i["application"] = ddb.S(a.ID)
	return i
}

// ownerItem is the owner's part in the application, which the person's own query brings (AP-60). An automatic application
// needs none: its id follows from the person's.
func ownerItem(a Application) map[string]types.AttributeValue {
	i := ddb.Key(ddb.User(a.Owner), ddb.Share(a.ID))
	i["application"], i["role"] = ddb.S(a.ID), ddb.S("owner")
	return i
}

// SetEnabled switches an application on or off, effective with the next call (guide K17). Errors: not_found.
func SetEnabled(ctx context.Context, db ddb.Database, actor, application string, enabled bool) error {
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		if a.Enabled == enabled {
			return nil, nil
		}
		a.Enabled = enabled
		return events.ApplicationChanged{Application: a.ID, Fields: []string{"enabled"}, Enabled: enabled}, nil
	})
	return err
}

// Right is what a subscription gives.
type Right struct {
	// API is the API's ULID, ShortID its short id.
	API, ShortID string
	// Scopes maps names to short ids for a part of the API's scopes; nil means all.
	Scopes map[string]string
}

// MaxSubscriptions bounds the APIs of an application; 100 whole ones fit into one write unit.
const MaxSubscriptions = 300

// MaxPartialScopes bounds the scopes of an application's partial rights together, 8 bytes each in its item in the grants:
// a right on all scopes of an API takes 4, whatever their number.
const MaxPartialScopes = 1_000

// partialScopes counts the scopes of the application's partial rights.
func (a *Aggregate) partialScopes() int {
	n := 0
	for _, s := range a.Subscriptions {
		n += len(s.Scopes)
	}
	return n
}

// Link gives the application a right on an API, or changes the right that it has. Whether it may have it is decided
// before. Errors: not_found, conflict.
func Link(ctx context.Context, db ddb.Database, actor, application string, right Right) error {
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		if right.Scopes != nil && len(right.Scopes) == 0 {
			return nil, problem.Invalid("scopes", "A partial right has at least one scope.")
		}
		s, had := a.Subscriptions[right.API]
		if !had && len(a.Subscriptions) >= MaxSubscriptions {
			return nil, problem.Newf(problem.Conflict, "An application has at most %d APIs.", MaxSubscriptions)
		}
		word := "changed"
		if !had {
			word = "linked"
			s = Subscription{API: right.API, ShortID: right.ShortID, Since: db.Now().UTC(), By: actor}
		}
		s.Scopes = right.Scopes
		a.Subscriptions[s.API] = s
		if a.partialScopes() > MaxPartialScopes {
			return nil, problem.Newf(problem.Conflict, "An application has at most %d scopes in rights on a part of an API's scopes.", MaxPartialScopes)
		}
		act := events.SubscriptionChanged{Application: a.ID, API: s.API, Change: word}
		for name := range s.Scopes {
			act.Scopes = append(act.Scopes, name)
		}
		return act, nil
	})
	return err
}

// Unlink ends the right on an API with the next call; nothing happens when there is none. Errors: not_found.
func Unlink(ctx context.Context, db ddb.Database, actor, application, api string) error {
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		if _, has := a.Subscriptions[api]; !has {
			return nil, nil
		}
		delete(a.Subscriptions, api)
		return events.SubscriptionChanged{Application: a.ID, API: api, Change: "unlinked"}, nil
	})
	return err
}

// SetLimits replaces the limits of the application or, with an API's ULID, those of its subscription; nil removes the
// subscription's own. They hold from the next call on, and what was used today stays used (carryUsage). Errors:
// not_found, validation, conflict when the application would have more than maxGrantItems items.
func SetLimits(ctx context.Context, db ddb.Database, actor, application, api string, limits *quota.Limits) error {
	if limits != nil {
		if err := validateLimits(*limits); err != nil {
			return err
		}
	}
	_, err := change(ctx, db, actor, application, func(a *Aggregate) (events.Act, error) {
		if api == "" {
			if limits == nil {
				return nil, problem.Invalid("limits", "An application has limits; either window may be absent.")
			}
			a.Limits = *limits
		} else {
			s, has := a.Subscriptions[api]
			if !has {
				return nil, problem.New(problem.NotFound)
			}
			s.Limits = limits
			a.Subscriptions[api] = s
		}
		act := events.LimitsChanged{Application: a.ID, API: api}
		if limits != nil {
			act.PerSecond, act.PerDay = limits.PerSecond, limits.PerDay
		}
		return act, nil
	})
	return err
}

// maxOrigins bounds the JavaScript origins of a credential.
const maxOrigins = 20

// validateOrigins accepts "*" and serialised origins (RFC 6454 §6.2): scheme, host and port, nothing else; http only for
// loopback.
func validateOrigins(origins []string) error {
	if len(origins) > maxOrigins {
		return problem.Invalid("origins", "A credential has at most %d JavaScript origins.", maxOrigins)
	}
	for _, origin := range origins {
		if origin == "*" {
			continue
		}
		u, err := url.Parse(origin)
		local := err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
		if err != nil || len(origin) > 253 || u.Host == "" || u.User != nil || strings.ToLower(origin) != origin ||
			origin != u.Scheme+"://"+u.Host || (u.Scheme != "https" && !local) {
			return problem.Invalid("origins", "An origin is https:// and a host, in lower case and without a path: https://example.org.")
		}
	}
	return nil
}
