package portal

import (
	"log/slog"
	"net/http"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/httpapi"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// SessionCookie has the prefix with which browsers keep the cookie to this host, this path and HTTPS (PS-02).
const SessionCookie = "__Host-session"

// sessionCookieLength is that of 256 bits in base64url.
const sessionCookieLength = 43

// Cookie is the session cookie that was sent; empty for none, and for more than one.
func (c *Call) Cookie() secret.Value {
	cookies := c.r.CookiesNamed(SessionCookie)
	if len(cookies) != 1 || len(cookies[0].Value) != sessionCookieLength {
		return ""
	}
	return secret.Value(cookies[0].Value)
}

// NewCookie is the cookie of a session; with an empty value, the one that ends it.
func NewCookie(value secret.Value) *http.Cookie {
	cookie := &http.Cookie{
		Name: SessionCookie, Value: value.Reveal(), Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int(account.SessionLifetime.Seconds()),
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

// identify finds the session and the person, with two requests (session and terms; person).
func (c *Call) identify() error {
	if c.route.Access == Public {
		return nil
	}
	err := c.resume()
	if err != nil || c.Person.ID != "" || c.route.Access == Visitor {
		return err
	}
	return problem.New(problem.SignInRequired)
}

// resume finds the session of the cookie and its person. Nothing is set when there is no live one.
func (c *Call) resume() error {
	cookie := c.Cookie()
	if cookie == "" {
		return nil
	}
	rows, err := c.DB.BatchGet(c.Context(),
		ddb.Get{Table: c.DB.Tables.Sessions, Key: account.SessionKey(cookie)}, ddb.Get{Table: c.DB.Tables.Registry, Key: account.TermsKey()})
	if err != nil {
		return err
	}
	session, err := account.ReadSession(rows[0])
	if err != nil || session.ID == "" {
		return err
	}
	if c.Terms, err = account.ReadTerms(rows[1]); err != nil {
		return err
	}
	person, err := account.GetPerson(c.Context(), c.DB, session.User)
	if problem.Is(err, problem.NotFound) || err == nil && !session.Live(person.User, c.Now) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Session, c.Person = session, person
	httpapi.Log(c.r, slog.String(httpapi.KeyUser, person.ID))
	if c.r.Header.Get("Accept-Language") == "" {
		c.Language = person.Language
	}
	// At most once a minute a third request says that the session was used.
	c.Session, err = session.Touch(c.Context(), c.DB, c.Now)
	return err
}
