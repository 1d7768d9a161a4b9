package publication_test

import (
	"testing"

	"guichet/events"
	"guichet/shared/channel"
	"guichet/shared/problem"
	"guichet/shared/publication"
	"guichet/shared/route"
)

func TestSetState(t *testing.T) {
	w := newWorld(t)
	id := w.publish(w.gardens()).API.ID
	set := func(to route.State, successor string) error {
		_, err := w.publisher.SetState(t.Context(), actor, id, channel.Production, to, successor)
		return err
	}
	at := func() *route.Route { return w.whole(channel.Production, "/jardins/registre/v1") }
	for _, step := range []struct {
		name      string
		to        route.State
		successor string
		code      problem.Code
		state     route.State
	}{
		{"an unknown state is refused", "gone", "", problem.Validation, route.Published},
		{"an API is not its own successor", route.Deprecated, "/jardins/registre/v1", problem.Validation, route.Published},
		{"a successor is a base path", route.Deprecated, "v2", problem.Validation, route.Published},
		{"published becomes deprecated", route.Deprecated, "/jardins/registre/v2", "", route.Deprecated},
		{"deprecated may be published again", route.Published, "", "", route.Published},
		{"published becomes retired", route.Retired, "/jardins/registre/v2", "", route.Retired},
		{"retired stays so", route.Published, "", problem.Conflict, route.Retired},
		{"retired is not deprecated", route.Deprecated, "", problem.Conflict, route.Retired},
		{"the successor may come later", route.Retired, "/jardins/registre/v3", "", route.Retired},
	} {
		t.Run("Z41 "+step.name, func(t *testing.T) {
			err := set(step.to, step.successor)
			if step.code != "" && !problem.Is(err, step.code) || step.code == "" && err != nil {
				t.Fatalf("got %v, want %q", err, step.code)
			}
			r := at()
			if r.State != step.state || step.code == "" && r.Successor != step.successor || len(r.Operations) != 6 {
				t.Errorf("the route: %s, %q, %d operations", r.State, r.Successor, len(r.Operations))
			}
		})
	}
	if r := w.table(channel.Sandbox).ByPath("/jardins/registre/v1"); r.State != route.Published || w.table(channel.Sandbox).Version() != 1 {
		t.Errorf("Z41 the state is the channel's own: SANDBOX is %s", r.State)
	}
	acts := w.acts()
	if last, ok := acts[len(acts)-1].Act.(events.VersionStateChanged); len(acts) != 5 || !ok || last.After != "retired" || last.Successor != "/jardins/registre/v3" {
		t.Errorf("%d events, the last is %+v", len(acts), acts[len(acts)-1].Act)
	}
	t.Run("saying it again changes nothing", func(t *testing.T) {
		if err := set(route.Retired, "/jardins/registre/v3"); err != nil || len(w.acts()) != len(acts) {
			t.Errorf("%v, %d events", err, len(w.acts()))
		}
	})
	t.Run("Z41 publishing the same again leaves a retired version retired", func(t *testing.T) {
		if got := w.publish(w.gardens()); got.Outcome != publication.Unchanged || at().State != route.Retired {
			t.Errorf("got %s, %s", got.Outcome, at().State)
		}
	})
	t.Run("Z41 a retired version is not published with other settings", func(t *testing.T) {
		p := w.gardens()
		s := p.Channels[channel.Production]
		s.CORS = false
		p.Channels[channel.Production] = s
		w.refused(p, problem.Conflict, "production.version")
	})
	t.Run("Z41 another version takes the base path again", func(t *testing.T) {
		p := w.gardens()
		s := p.Channels[channel.Production]
		s.Version = "1.5"
		p.Channels[channel.Production] = s
		w.publish(p)
		if r := at(); r.State != route.Published || r.Version != "1.5" || r.Successor != "" {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("an API that does not exist is not found", func(t *testing.T) {
		if _, err := w.publisher.SetState(t.Context(), actor, "nobody", channel.Sandbox, route.Retired, ""); !problem.Is(err, problem.NotFound) {
			t.Errorf("got %v", err)
		}
	})
}
