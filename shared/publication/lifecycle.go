package publication

import (
	"context"
	"errors"

	"guichet/events"
	"guichet/shared/catalogue"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// SetState moves the version that a channel runs through its life: published to deprecated and back, and from both to
// retired, which is for good (features Z41). A retired version answers 410 with the successor, a base path or nothing.
// Saying what is so already changes nothing. Errors: not_found, validation, conflict.
func (p *Publisher) SetState(ctx context.Context, actor, api string, c channel.Channel, to route.State, successor string) (catalogue.API, error) {
	if successor != "" {
		if err := ValidateBasePath(successor); err != nil {
			return catalogue.API{}, problem.Invalid("successor", "The successor is the base path of an API.")
		}
	}
	for range maxRevisions {
		before, err := catalogue.Load(ctx, p.DB, api)
		if err != nil {
			return catalogue.API{}, err
		}
		after, act, err := move(before, c, to, successor, p.DB)
		if err != nil || act == nil {
			return before.API, err
		}
		err = p.commit(ctx, actor, before, after, []channel.Channel{c}, nil, act)
		if errors.Is(err, errStale) {
			continue
		}
		return after.API, err
	}
	return catalogue.API{}, problem.New(problem.Conflict)
}

// move decides on a change of state. A nil act means that there is nothing to do.
func move(before catalogue.Aggregate, c channel.Channel, to route.State, successor string, db ddb.Database) (catalogue.Aggregate, events.Act, error) {
	state, ok := before.Channels[c]
	switch {
	case !ok:
		return before, nil, problem.New(problem.NotFound)
	case to != route.Published && to != route.Deprecated && to != route.Retired:
		return before, nil, problem.Invalid("state", "A version is published, deprecated or retired.")
	case to == route.Published && successor != "":
		return before, nil, problem.Invalid("successor", "A published version has no successor.")
	case successor == before.BasePath:
		return before, nil, problem.Invalid("successor", "An API does not succeed itself.")
	case state.State == to && state.Successor == successor:
		return before, nil, nil
	case state.State == route.Retired && to != route.Retired:
		return before, nil, conflict("state", "Version "+state.Settings.Version+" is retired, for good: publish another one.")
	}
	act := events.VersionStateChanged{
		API: before.ID, Version: state.Settings.Version, Channel: c, Before: string(state.State), After: string(to), Successor: successor,
	}
	after := before
	after.Channels = make(map[channel.Channel]catalogue.ChannelState, len(before.Channels))
	for other, s := range before.Channels {
		after.Channels[other] = s
	}
	after.Revision, after.Changed = before.Revision+1, db.Now().UTC()
	if state.State != to {
		state.State, state.Since = to, after.Changed
	}
	state.Successor = successor
	after.Channels[c] = state
	return after, act, nil
}
