package main

import (
	"net"
	"slices"
	"strings"

	"guichet/shared/account"
	"guichet/shared/portal"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// newSession begins a session in this browser.
func newSession(c *portal.Call, u account.User) (account.Session, secret.Value) {
	s, cookie := account.NewSession(u, c.DB.NewID(), c.Now)
	s.Browser, s.System = families(c.UserAgent())
	s.Address = partOf(c.Network())
	return s, cookie
}

// ownSessions are the person's live sessions, the one of this call first, then the latest used.
func ownSessions(c *portal.Call) ([]account.Session, error) {
	live, err := account.LiveSessions(c.Context(), c.DB, c.Person.User, c.Now)
	if i := slices.IndexFunc(live, func(s account.Session) bool { return s.ID == c.Session.ID }); i > 0 {
		current := live[i]
		live = slices.Insert(slices.Delete(live, i, i+1), 0, current)
	}
	return live, err
}

// ownSession is a session as its person sees it.
type ownSession struct {
	ID         string  `json:"id"`
	Current    bool    `json:"current"`
	CreatedAt  string  `json:"createdAt"`
	LastSeenAt string  `json:"lastSeenAt"`
	EndsAt     string  `json:"endsAt"`
	Browser    *string `json:"browser"`
	System     *string `json:"system"`
	Address    string  `json:"address"`
}

func listSessions(c *portal.Call) (portal.Answer, error) {
	live, err := ownSessions(c)
	shown := portal.List[ownSession]{Items: []ownSession{}}
	for _, s := range live[:min(len(live), account.MaxSessions)] {
		shown.Items = append(shown.Items, showSession(c, s))
	}
	return portal.OK(shown), err
}

func showSession(c *portal.Call, s account.Session) ownSession {
	return ownSession{
		ID: s.ID, Current: s.ID == c.Session.ID, CreatedAt: portal.Time(s.Created), LastSeenAt: portal.Time(s.Seen), EndsAt: portal.Time(s.Ends()),
		Browser: orNull(s.Browser), System: orNull(s.System), Address: s.Address,
	}
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// endSession ends one of the person's own sessions; another's is not found (AZ-01).
func endSession(c *portal.Call) (portal.Answer, error) {
	live, err := ownSessions(c)
	if err != nil {
		return portal.Answer{}, err
	}
	for _, s := range live {
		if s.ID == c.Parameter("session") {
			return portal.NoContent(), account.EndSessions(c.Context(), c.DB, s)
		}
	}
	return portal.Answer{}, problem.New(problem.NotFound)
}

// endOtherSessions ends all of the person's sessions but the one of this call.
func endOtherSessions(c *portal.Call) (portal.Answer, error) {
	if except := c.Query()["except"]; len(except) != 1 || except[0] != "current" {
		return portal.Answer{}, portal.Invalid("except", problem.Required)
	}
	live, err := ownSessions(c)
	if err != nil {
		return portal.Answer{}, err
	}
	others := slices.DeleteFunc(live, func(s account.Session) bool { return s.ID == c.Session.ID })
	return portal.OK(struct {
		Ended int `json:"ended"`
	}{len(others)}), account.EndSessions(c.Context(), c.DB, others...)
}

// visitorSession says that nobody is signed in.
type visitorSession struct {
	SignedIn bool `json:"signedIn"`
}

type signedInSession struct {
	SignedIn              bool          `json:"signedIn"`
	Person                personSummary `json:"person"`
	PlatformAdministrator bool          `json:"platformAdministrator"`
	Memberships           []membership  `json:"memberships"`
	TermsPending          bool          `json:"termsPending"`
	PasswordMustChange    bool          `json:"passwordMustChange"`
	IdleSeconds           int           `json:"idleSeconds"`
	EndsAt                string        `json:"endsAt"`
}

type personSummary struct {
	ID       string           `json:"id"`
	FullName string           `json:"fullName"`
	Email    string           `json:"email"`
	Language account.Language `json:"language"`
}

// getSession says who is signed in, to everybody.
func (a *api) getSession(c *portal.Call) (portal.Answer, error) {
	if c.Person.ID == "" {
		answer := portal.OK(visitorSession{})
		if c.Cookie() != "" {
			answer = answer.WithCookie(portal.NewCookie(""))
		}
		return answer, nil
	}
	document, err := a.signedInSession(c)
	return portal.OK(document), err
}

func (a *api) signedInSession(c *portal.Call) (signedInSession, error) {
	memberships, err := a.memberships(c)
	p := c.Person
	return signedInSession{
		SignedIn: true, Person: personSummary{p.ID, p.Name, p.Email, p.Language}, PlatformAdministrator: p.PlatformAdministrator,
		Memberships: memberships, TermsPending: !p.Accepted(c.Terms), PasswordMustChange: p.PasswordMustChange,
		IdleSeconds: int(account.SessionIdle.Seconds()), EndsAt: portal.Time(c.Session.Ends()),
	}, err
}

// partOf leaves the last part of an address out, so that a list of sessions is no list of machines.
func partOf(address string) string {
	if ip := net.ParseIP(address); ip != nil && ip.To4() != nil {
		return address[:strings.LastIndexByte(address, '.')] + ".*"
	}
	return address // an IPv6 /64 is a part already
}

// families are what a browser and its system call themselves, from a closed list: nothing of a header is kept.
func families(userAgent string) (browser, system string) {
	for _, b := range [...]struct{ sign, name string }{ // the first that is there: most claim to be others, too
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	} {
		if strings.Contains(userAgent, b.sign) {
			browser = b.name
			break
		}
	}
	for _, s := range [...]struct{ sign, name string }{
		{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	} {
		if strings.Contains(userAgent, s.sign) {
			system = s.name
			break
		}
	}
	return browser, system
}
