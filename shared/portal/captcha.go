package portal

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/problem"
	"guichet/shared/secret"
)

// The captcha is ALTCHA's proof of work, version 2 (features Z21): the browser derives keys from a nonce and a counter
// until one begins with a given prefix. The parameters are signed and come back with the solution, so that the server
// keeps nothing until a solution is used. ALTCHA's own Go module is not to be had from the module proxy; the protocol is
// this file.
//
// Of a challenge only the counter is free. It is drawn beforehand, so that the work is bounded above and below: a
// challenge costs half a second of one core in a browser, and two milliseconds here to check.
const (
	captchaAlgorithm = "PBKDF2/SHA-256"
	captchaCost      = 5000 // rounds
	captchaKeyLength = 32
	captchaPrefix    = 16 // bytes of the key that the challenge gives
	captchaLeast     = 100
	captchaMost      = 400
	captchaLifetime  = 5 * time.Minute
	// captchaSkew keeps the mark of a used solution a little longer than it could be used again.
	captchaSkew = time.Minute
	// MaxCaptcha bounds a solution as sent, in characters.
	MaxCaptcha = 2048
)

// Challenge as ALTCHA's widget reads it.
type Challenge struct {
	Parameters challengeParameters `json:"parameters"`
	Signature  string              `json:"signature"`
}

type challengeParameters struct {
	Algorithm string        `json:"algorithm"`
	Nonce     string        `json:"nonce"`
	Salt      string        `json:"salt"`
	Cost      int           `json:"cost"`
	KeyLength int           `json:"keyLength"`
	KeyPrefix string        `json:"keyPrefix"`
	ExpiresAt int64         `json:"expiresAt"` // Unix seconds
	Data      challengeData `json:"data"`
}

// challengeData is ours: the form, and the key that signed.
type challengeData struct {
	Form string `json:"form"`
	Key  string `json:"key"`
}

// solution is what the widget hands over, in base64.
type solution struct {
	Challenge Challenge `json:"challenge"`
	Solution  struct {
		Counter    int64  `json:"counter"`
		DerivedKey string `json:"derivedKey"`
	} `json:"solution"`
}

// NewChallenge makes a challenge that is good for one form (RG-14).
func (c *Call) NewChallenge(form string) (Challenge, error) {
	keys, err := c.Keys()
	if err != nil {
		return Challenge{}, err
	}
	id, _ := keys.Signing()
	var random [26]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	nonce, salt := random[:12], random[12:24]
	counter := captchaLeast + uint32(binary.BigEndian.Uint16(random[24:]))%(captchaMost-captchaLeast)
	derived, err := deriveCaptcha(nonce, salt, counter, c.server.options.CaptchaCost)
	if err != nil {
		return Challenge{}, err
	}
	made := Challenge{Parameters: challengeParameters{
		Algorithm: captchaAlgorithm, Nonce: hex.EncodeToString(nonce), Salt: hex.EncodeToString(salt), Cost: c.server.options.CaptchaCost, KeyLength: captchaKeyLength,
		KeyPrefix: hex.EncodeToString(derived[:captchaPrefix]), ExpiresAt: c.Now.Add(captchaLifetime).Unix(), Data: challengeData{Form: form, Key: id},
	}}
	signature, ok := made.Parameters.sign(keys)
	if !ok {
		return Challenge{}, errKey
	}
	made.Signature = signature
	return made, nil
}

// deriveCaptcha is the work of one counter: PBKDF2 of the nonce followed by the counter, big endian.
func deriveCaptcha(nonce, salt []byte, counter uint32, cost int) ([]byte, error) {
	password := binary.BigEndian.AppendUint32(slices.Clone(nonce), counter)
	return pbkdf2.Key(sha256.New, string(password), salt, cost, captchaKeyLength)
}

// sign covers every parameter, in a form of our own: nobody else reads it.
func (p challengeParameters) sign(keys interface {
	Derive(id, use string) ([]byte, bool)
}) (string, bool) {
	key, ok := keys.Derive(p.Data.Key, "captcha")
	if !ok {
		return "", false
	}
	mac := hmac.New(sha256.New, key)
	for _, part := range []string{
		p.Algorithm, p.Nonce, p.Salt, strconv.Itoa(p.Cost), strconv.Itoa(p.KeyLength), p.KeyPrefix, strconv.FormatInt(p.ExpiresAt, 10), p.Data.Form, p.Data.Key,
	} {
		mac.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(mac.Sum(nil)), true
}

// Captcha is a right solution.
type Captcha struct {
	hash    string
	expires time.Time
}

func refuseCaptcha() error { return &problem.Error{Code: problem.CaptchaInvalid, Field: "captcha"} }

// CheckCaptcha checks a solution for a form, and that it was not used before, without using it. Errors: captcha_invalid.
func (c *Call) CheckCaptcha(form, sent string) (Captcha, error) {
	solved, err := c.verifyCaptcha(form, sent)
	if err != nil {
		return Captcha{}, err
	}
	used, err := c.DB.BatchGet(c.Context(), ddb.Get{Table: c.DB.Tables.Sessions, Key: ddb.PartitionKey(ddb.Captcha(solved.hash))})
	if err != nil {
		return Captcha{}, err
	}
	if used[0] != nil { // by another request, or by the same one sent twice at once
		c.repeated = true
		return Captcha{}, refuseCaptcha()
	}
	return solved, nil
}

// UseCaptcha checks a solution for a form and uses it, whatever comes of the request. Errors: captcha_invalid.
func (c *Call) UseCaptcha(form, sent string) error {
	solved, err := c.verifyCaptcha(form, sent)
	if err != nil {
		return err
	}
	return c.SpendCaptcha(solved)
}

// SpendCaptcha uses a solution although nothing else is done. Errors: captcha_invalid.
func (c *Call) SpendCaptcha(solved Captcha) error {
	err := c.DB.Transact(c.Context(), []ddb.Write{solved.Spend(c.DB)})
	var failed *ddb.ConditionFailed
	if errors.As(err, &failed) {
		return refuseCaptcha()
	}
	return err
}

// Spend is the item of the transaction that the captcha is for: it is used exactly if something was done (F03), and once
// (RG-14). Its failed condition means captcha_invalid.
func (s Captcha) Spend(db ddb.Database) ddb.Write {
	row := ddb.PartitionKey(ddb.Captcha(s.hash))
	row[ddb.TTL] = ddb.N(s.expires.Add(captchaSkew).Unix())
	return ddb.Write{Put: &types.Put{
		TableName: &db.Tables.Sessions, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}
}

func (c *Call) verifyCaptcha(form, sent string) (Captcha, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(sent))
	if err != nil {
		return Captcha{}, refuseCaptcha()
	}
	var s solution
	if json.Unmarshal(raw, &s) != nil {
		return Captcha{}, refuseCaptcha()
	}
	keys, err := c.Keys()
	if err != nil {
		return Captcha{}, err
	}
	p := s.Challenge.Parameters
	want, ok := p.sign(keys)
	if !ok || !hmac.Equal([]byte(want), []byte(s.Challenge.Signature)) || p.Data.Form != form || c.Now.Unix() >= p.ExpiresAt {
		return Captcha{}, refuseCaptcha()
	}
	// From here on the parameters are known to be ours.
	nonce, err1 := hex.DecodeString(p.Nonce)
	salt, err2 := hex.DecodeString(p.Salt)
	if err1 != nil || err2 != nil || s.Solution.Counter < 0 || s.Solution.Counter >= captchaMost {
		return Captcha{}, refuseCaptcha()
	}
	derived, err := deriveCaptcha(nonce, salt, uint32(s.Solution.Counter), p.Cost)
	if err != nil {
		return Captcha{}, err
	}
	if !strings.HasPrefix(hex.EncodeToString(derived), p.KeyPrefix) {
		return Captcha{}, refuseCaptcha()
	}
	hash := hex.EncodeToString(secret.Value(p.Nonce + p.Salt).Hash())
	return Captcha{hash: hash, expires: time.Unix(p.ExpiresAt, 0)}, nil
}
