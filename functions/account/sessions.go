package main

import (
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/organisation"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// cookieName has the prefix with which browsers keep the cookie to this host, this path and HTTPS (PS-02).
const cookieName = "__Host-session"

// cookie is the value that came along; empty for none, and for more than one.
func (c *call) cookie() secret.Value {
	cookies := c.r.CookiesNamed(cookieName)
	if len(cookies) != 1 || len(cookies[0].Value) != 43 { // 256 bits in base64url
		return ""
	}
	return secret.Value(cookies[0].Value)
}

func (c *call) setCookie(value secret.Value) {
	http.SetCookie(c.w, &http.Cookie{
		Name: cookieName, Value: value.Reveal(), Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int(account.SessionLifetime.Seconds()),
	})
}

func (c *call) clearCookie() {
	http.SetCookie(c.w, &http.Cookie{
		Name: cookieName, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1,
	})
}

// newSession begins a session in this browser.
func (c *call) newSession(u account.User) (account.Session, secret.Value) {
	s, cookie := account.NewSession(u, c.portal.db.NewID(), c.now)
	s.Browser, s.System = families(c.r.UserAgent())
	s.Address = partOf(c.network())
	return s, cookie
}

// resume finds the session of the cookie and its person: two requests. Nothing is set where there is none that lives.
func (c *call) resume() error {
	cookie := c.cookie()
	if cookie == "" {
		return nil
	}
	db := c.portal.db
	rows, err := c.portal.batch(c.ctx(), read{db.Tables.Sessions, account.SessionKey(cookie)}, read{db.Tables.Registry, account.TermsKey()})
	if err != nil {
		return err
	}
	session, err := account.ReadSession(rows[0])
	if err != nil || session.ID == "" {
		return err
	}
	if c.terms, err = account.ReadTerms(rows[1]); err != nil {
		return err
	}
	person, err := account.GetPerson(c.ctx(), db, session.User)
	if problem.Is(err, problem.NotFound) || err == nil && !session.Live(person.User, c.now) {
		return nil
	}
	if err != nil {
		return err
	}
	c.session, c.person = session, person
	httpapi.Log(c.r, slog.String(httpapi.KeyUser, person.ID))
	if c.r.Header.Get("Accept-Language") == "" {
		c.language = person.Language
	}
	return c.touch()
}

// touch writes when the session was last seen, at most once a minute; this is the third request.
func (c *call) touch() error {
	if !c.session.Stale(c.now) {
		return nil
	}
	c.session.Seen = c.now.UTC()
	db := c.portal.db
	_, err := db.Client.UpdateItem(c.ctx(), &dynamodb.UpdateItemInput{
		TableName: &db.Tables.Sessions, Key: c.session.Key(), UpdateExpression: aws.String("SET #seen = :now"),
		ConditionExpression: aws.String("attribute_exists(PK)"), ExpressionAttributeNames: map[string]string{"#seen": "seen"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":now": ddb.S(stamp(c.now))},
	}, ddb.Read)
	if _, gone := ddb.OldItem(err); gone {
		return problem.New(problem.SignInRequired) // ended at this moment
	}
	return err
}

// ownSessions are the person's live sessions, the one of this call first, then the latest seen.
func (c *call) ownSessions() ([]account.Session, error) {
	db := c.portal.db
	rows, err := c.portal.batch(c.ctx(), read{db.Tables.Sessions, ddb.PartitionKey(ddb.Sessions(c.person.ID))})
	if err != nil {
		return nil, err
	}
	_, keys := account.ListedSessions(rows[0])
	reads := make([]read, 0, len(keys))
	for _, key := range keys {
		reads = append(reads, read{db.Tables.Sessions, key})
	}
	var live []account.Session
	for some := range slices.Chunk(reads, 100) { // what one batch reads
		rows, err := c.portal.batch(c.ctx(), some...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			s, err := account.ReadSession(row)
			if err != nil {
				return nil, err
			}
			if s.Live(c.person.User, c.now) {
				live = append(live, s)
			}
		}
	}
	slices.SortFunc(live, func(a, b account.Session) int {
		switch {
		case a.ID == c.session.ID:
			return -1
		case b.ID == c.session.ID:
			return 1
		}
		return b.Seen.Compare(a.Seen)
	})
	return live, nil
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

func listSessions(c *call) error {
	live, err := c.ownSessions()
	if err != nil {
		return err
	}
	shown := []ownSession{}
	for _, s := range live[:min(len(live), account.MaxSessions)] {
		shown = append(shown, c.showSession(s))
	}
	return c.answer(http.StatusOK, list[ownSession]{Items: shown})
}

func (c *call) showSession(s account.Session) ownSession {
	return ownSession{
		ID: s.ID, Current: s.ID == c.session.ID, CreatedAt: moment(s.Created), LastSeenAt: moment(s.Seen), EndsAt: moment(s.Ends()),
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
func endSession(c *call) error {
	live, err := c.ownSessions()
	if err != nil {
		return err
	}
	for _, s := range live {
		if s.ID == c.path["session"] {
			if _, err := c.once(s.End(c.portal.db)); err != nil {
				return err
			}
			return c.nothing()
		}
	}
	return problem.New(problem.NotFound)
}

// endOtherSessions ends all of the person's sessions but the one of this call.
func endOtherSessions(c *call) error {
	if except := c.r.URL.Query()["except"]; len(except) != 1 || except[0] != "current" {
		return invalid("except", problem.Required)
	}
	live, err := c.ownSessions()
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(live, func(s account.Session) bool { return s.ID == c.session.ID })
	if err := c.end(others); err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Ended int `json:"ended"`
	}{len(others)})
}

// end ends sessions of the person, as many in one transaction as fit.
func (c *call) end(sessions []account.Session) error {
	db := c.portal.db
	for some := range slices.Chunk(sessions, account.MaxSessions) {
		var items []types.TransactWriteItem
		var ids []string
		for _, s := range some {
			items = append(items, s.End(db)[0])
			ids = append(ids, s.ID)
		}
		items = append(items, types.TransactWriteItem{Update: account.Forget(db, some[0].User, ids)})
		if _, err := c.once(items); err != nil {
			return err
		}
	}
	return nil
}

// trim keeps the list of a person's sessions short: the oldest ones end when there are too many.
func (c *call) trim(user string) error {
	db := c.portal.db
	rows, err := c.portal.batch(c.ctx(), read{db.Tables.Sessions, ddb.PartitionKey(ddb.Sessions(user))})
	if err != nil {
		return err
	}
	ids, keys := account.ListedSessions(rows[0])
	extra := min(len(ids)-account.MaxSessions, account.MaxSessions)
	if extra <= 0 {
		return nil
	}
	items := []types.TransactWriteItem{{Update: account.Forget(db, user, ids[:extra])}}
	for _, key := range keys[:extra] {
		items = append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: &db.Tables.Sessions, Key: key}})
	}
	_, err = c.once(items)
	return err
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

type reference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type membership struct {
	Organisation       reference         `json:"organisation"`
	Role               organisation.Role `json:"role"`
	Default            bool              `json:"default"`
	Since              string            `json:"since"`
	MayLeave           bool              `json:"mayLeave"`
	EndingApplications []string          `json:"endingApplications"`
}

// getSession says who is signed in, to everybody.
func getSession(c *call) error {
	if c.person.ID == "" {
		if c.cookie() != "" {
			c.clearCookie()
		}
		return c.answer(http.StatusOK, visitorSession{})
	}
	document, err := c.signedInSession()
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, document)
}

func (c *call) signedInSession() (signedInSession, error) {
	memberships, err := c.memberships()
	if err != nil {
		return signedInSession{}, err
	}
	p := c.person
	return signedInSession{
		SignedIn: true, Person: personSummary{p.ID, p.Name, p.Email, p.Language}, PlatformAdministrator: p.PlatformAdministrator,
		Memberships: memberships, TermsPending: !p.Accepted(c.terms), PasswordMustChange: p.PasswordMustChange,
		IdleSeconds: int(account.SessionIdle.Seconds()), EndsAt: moment(c.session.Ends()),
	}, nil
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
