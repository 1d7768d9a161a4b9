package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"guichet/shared/channel"
	"guichet/shared/client"
	"guichet/shared/quota"
	"guichet/shared/route"
	"guichet/shared/token"
)

func TestScopes(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, channel.Sandbox)
	p.publish(t, resourceAPI, invoiceAPI, sharedAPI)
	whole := live("AAAA")
	partial := live("AAAA~", "AAAAAAAB")
	both := live("AAAA", "BBBB")
	strict := whole
	strict.Strict = true
	gone := live("GONE", "AAAA~", "AAAAAAAB", "AAAAZZZZ")
	tests := []struct {
		name     string
		client   client.Client
		asked    string
		scope    string
		narrowed []string
		code     string
	}{
		{"Z24 openid gives all that is granted", whole, "openid", "openid resource.READ resource.WRITE", nil, ""},
		{"Z24 no scope gives all that is granted", both, "", "openid invoice resource.READ resource.WRITE", nil, ""},
		{"Z24 a partial right gives its part", partial, "openid", "openid resource.READ", nil, ""},
		{"Z24 an application without rights gets openid", live(), "openid", "openid", nil, ""},
		{"Z24 a known scope narrows the token", whole, "resource.READ", "resource.READ", []string{"AAAB"}, ""},
		{"Z24 known scopes come in the order asked for, once each", whole, "resource.WRITE resource.READ resource.WRITE", "resource.WRITE resource.READ", []string{"AAAC", "AAAB"}, ""},
		{"I5 openid and a scope give both", whole, "openid resource.READ", "openid resource.READ", []string{"AAAB"}, ""},
		{"Z24 a scope that is not granted is left out", partial, "resource.READ resource.WRITE", "resource.READ", []string{"AAAB"}, ""},
		{"Z24 an unknown scope is left out", whole, "resource.READ no.such", "resource.READ", []string{"AAAB"}, ""},
		{"Z24 when nothing is left the answer is as for openid", whole, "no.such invoice", "openid resource.READ resource.WRITE", nil, ""},
		{"TE-11 another application's scope gives nothing of it", partial, "resource.WRITE", "openid resource.READ", nil, ""},
		{"scope names are told apart by case", whole, "RESOURCE.read", "openid resource.READ resource.WRITE", nil, ""},
		{"Z24 a strict client asks for what it has", strict, "openid resource.READ", "openid resource.READ", []string{"AAAB"}, ""},
		{"Z24 a strict client asks for nothing unknown", strict, "resource.READ no.such", "", nil, invalidScope},
		{"a strict client cannot find out which scopes exist", strict, "invoice", "", nil, invalidScope},
		{"M5 a name stands for the scope of every API", live("AAAA", "CCCC"), "resource.READ", "resource.READ", []string{"AAAB", "CCCB"}, ""},
		{"M5 a name stands for the APIs on which it is granted", live("AAAA~", "AAAAAAAC", "CCCC"), "resource.READ shared", "resource.READ shared", []string{"CCCB", "CCCD"}, ""},
		{"M5 a name of several APIs is listed once", live("AAAA", "CCCC"), "", "openid resource.READ resource.WRITE shared", nil, ""},
		{"rights on what is no longer published are nothing", gone, "openid", "openid resource.READ", nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			id, password := p.addClient(t, test.client)
			got := p.ask(t, id, password, test.asked)
			if got.Error != test.code || got.Scope != test.scope {
				t.Fatalf("got %d %s", got.status, got.body)
			}
			if test.code != "" {
				return
			}
			var narrowed []string
			for _, s := range p.claims(t, got.AccessToken).Scopes {
				narrowed = append(narrowed, s.String())
			}
			if !slices.Equal(narrowed, test.narrowed) {
				t.Errorf("the token carries %q, want %q", narrowed, test.narrowed)
			}
		})
	}
}

// TestTE11GrantedIsWithinSubscribed: whatever is asked for, token and answer hold only what the application is granted.
func TestTE11GrantedIsWithinSubscribed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 7))
	names := slices.Concat(slices.Sorted(maps.Keys(resourceAPI.Scopes)), slices.Sorted(maps.Keys(invoiceAPI.Scopes)), []string{openID, "unknown", "AAAB", "AAAAAAAB"})
	apis := map[string]map[string]string{}
	for _, r := range []route.Route{resourceAPI, invoiceAPI, sharedAPI} {
		apis[r.ID] = r.Scopes
	}
	rights := []string{"AAAA", "AAAA~", "AAAAAAAB", "AAAAAAAC", "AAAABBBC", "BBBB", "BBBB~", "BBBBBBBC", "BBBBAAAB", "CCCC", "CCCC~", "CCCCCCCB", "CCCCCCCD", "ZZZZ", "", "AAA", "AAAAAAA"}
	for range 5_000 {
		var access, asked []string
		for _, right := range rights {
			if random.IntN(3) == 0 {
				access = append(access, right)
			}
		}
		for range random.IntN(6) {
			asked = append(asked, names[random.IntN(len(names))])
		}
		got, err := decideScopes(slices.Compact(asked), grantedScopes(apis, access), random.IntN(4) == 0)
		if err != nil {
			continue
		}
		// ids are the scopes of that name which the application is granted, of every API.
		ids := func(name string) (all []token.ScopeID) {
			for _, api := range slices.Sorted(maps.Keys(apis)) {
				text, has := apis[api][name]
				if has && (slices.Contains(access, quota.Whole(api)) || slices.Contains(access, quota.Scoped(api, text))) {
					id, err := token.ParseScopeID(text)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, id)
				}
			}
			return all
		}
		var narrowed []token.ScopeID
		for _, name := range got.names {
			if name != openID && ids(name) == nil {
				t.Fatalf("TE-11 access %q, asked for %q, given %q", access, asked, got.names)
			}
			if got.narrowed != nil {
				narrowed = append(narrowed, ids(name)...)
			}
		}
		if !slices.Equal(narrowed, got.narrowed) {
			t.Fatalf("TE-11 the token carries %v, the answer says %q", got.narrowed, got.names)
		}
		if len(got.names) == 0 {
			t.Fatalf("RFC 6749 §3.3: no scope in the answer (access %q, asked for %q)", access, asked)
		}
	}
}

func FuzzParseScope(f *testing.F) {
	for _, seed := range []string{"", "openid", "openid resource.READ", "a  b", " a", "a ", "a\tb", `a"b`, `a\b`, "é", "a\x00", strings.Repeat("a ", 70) + "b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names, err := parseScope(text)
		if err != nil {
			return
		}
		if len(names) > maxNames+1 {
			t.Errorf("%d scopes", len(names))
		}
		for _, name := range names {
			if !isScope(name) || !strings.Contains(" "+text+" ", " "+name+" ") {
				t.Errorf("TE-12 %q read from %q", name, text)
			}
		}
	})
}
