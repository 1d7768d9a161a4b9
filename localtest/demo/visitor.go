package demo

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// visitor uses the portal as a browser does: through its API, with cookies, an Origin, and the captcha's work done.
type visitor struct {
	portal, inbox string
	client        *http.Client
}

func newVisitor(portal, inbox string) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &visitor{portal: portal, inbox: inbox, client: &http.Client{Timeout: 30 * time.Second, Jar: secureOnLoopback{jar}}}, nil
}

// secureOnLoopback sends Secure cookies to http://localhost too, as browsers do for trustworthy origins.
type secureOnLoopback struct{ http.CookieJar }

func (j secureOnLoopback) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(asSecure(u), cookies)
}

func (j secureOnLoopback) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(asSecure(u)) }

func asSecure(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

// call sends a request to the portal's API and reads the answer into out, which may be nil. An answer that is none of the
// 2xx is an error with its body.
func (v *visitor) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, v.portal+"/api"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Origin", v.portal)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Idempotency-Key", rand.Text())
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := v.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// captcha asks for a challenge for a form and does its work, as ALTCHA's widget does.
func (v *visitor) captcha(ctx context.Context, form string) (string, error) {
	var challenge struct {
		Parameters json.RawMessage `json:"parameters"`
		Signature  string          `json:"signature"`
	}
	if err := v.call(ctx, http.MethodGet, "/captcha?form="+form, nil, &challenge); err != nil {
		return "", err
	}
	var p struct {
		Nonce, Salt, KeyPrefix string
		Cost, KeyLength        int
	}
	if err := json.Unmarshal(challenge.Parameters, &p); err != nil {
		return "", err
	}
	nonce, err1 := hex.DecodeString(p.Nonce)
	salt, err2 := hex.DecodeString(p.Salt)
	if err := errors.Join(err1, err2); err != nil {
		return "", err
	}
	for counter := range uint32(10_000) {
		key, err := pbkdf2.Key(sha256.New, string(binary.BigEndian.AppendUint32(slices.Clone(nonce), counter)), salt, p.Cost, p.KeyLength)
		if err != nil {
			return "", err
		}
		if text := hex.EncodeToString(key); strings.HasPrefix(text, p.KeyPrefix) {
			solved, err := json.Marshal(map[string]any{"challenge": challenge, "solution": map[string]any{"counter": counter, "derivedKey": text}})
			return base64.StdEncoding.EncodeToString(solved), err
		}
	}
	return "", errors.New("the captcha has no solution")
}

// acceptTerms accepts the portal's terms as they are now.
func (v *visitor) acceptTerms(ctx context.Context) error {
	hash, err := v.termsHash(ctx)
	if err != nil {
		return err
	}
	return v.call(ctx, http.MethodPost, "/terms/acceptances", map[string]string{"hash": hash}, nil)
}

func (v *visitor) termsHash(ctx context.Context) (string, error) {
	var terms struct{ Hash string }
	err := v.call(ctx, http.MethodGet, "/terms", nil, &terms)
	return terms.Hash, err
}

// mailPatience is how long a mail may take to come.
const mailPatience = 30 * time.Second

// linkToken waits for the mail with a link to the page and returns the link's token.
func (v *visitor) linkToken(ctx context.Context, email, page string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, mailPatience)
	defer cancel()
	link := regexp.MustCompile(regexp.QuoteMeta(v.portal+page) + `([A-Za-z0-9_-]{20,128})`)
	for {
		mails, err := v.mails(ctx)
		if err != nil {
			return "", err
		}
		for _, mail := range slices.Backward(mails) {
			if !strings.Contains(strings.ToLower(string(mail)), strings.ToLower(email)) {
				continue
			}
			if found := link.FindSubmatch(mail); found != nil {
				return string(found[1]), nil
			}
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("no mail with a link to %s came for %s", page, email)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// mails reads the inbox, each mail as the JSON that the inbox keeps.
func (v *visitor) mails(ctx context.Context) ([]json.RawMessage, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.inbox+"/store", nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var store struct{ Emails []json.RawMessage }
	err = json.NewDecoder(response.Body).Decode(&store)
	return store.Emails, err
}
