package main

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
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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
	// maxCaptcha bounds a solution as sent, in characters.
	maxCaptcha = 2048
	// maxChallenges from one network in an hour: each costs us what it costs to check.
	maxChallenges = 600
)

// captchaForms are the forms that a challenge can be bound to (RG-14).
const (
	formRegistration = "registration"
	formResend       = "resend"
	formSignIn       = "sign-in"
	formReset        = "password-reset"
)

var captchaForms = []string{formRegistration, formResend, formSignIn, formReset}

// challenge as ALTCHA's widget reads it.
type challenge struct {
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
	Challenge challenge `json:"challenge"`
	Solution  struct {
		Counter    int64  `json:"counter"`
		DerivedKey string `json:"derivedKey"`
	} `json:"solution"`
}

var errKey = errors.New("account: a key of the link keys is missing")

// getCaptcha makes a challenge for a form.
func getCaptcha(c *call) error {
	forms := c.r.URL.Query()["form"]
	if len(forms) != 1 || !slices.Contains(captchaForms, forms[0]) {
		code := problem.Malformed
		if len(forms) == 0 {
			code = problem.Required
		}
		return invalid("form", code)
	}
	asked, err := c.count(c.ctx(), challengesFrom, c.network())
	if err != nil {
		return err
	}
	if asked > maxChallenges {
		return problem.New(problem.TooManyAttempts).After(c.untilNextWindow())
	}
	made, err := c.newChallenge(forms[0])
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, made)
}

func (c *call) newChallenge(form string) (challenge, error) {
	keys, err := c.portal.links.Keys(c.ctx())
	if err != nil {
		return challenge{}, err
	}
	id, _ := keys.Signing()
	var random [26]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	nonce, salt := random[:12], random[12:24]
	counter := captchaLeast + uint32(binary.BigEndian.Uint16(random[24:]))%(captchaMost-captchaLeast)
	derived, err := deriveCaptcha(nonce, salt, counter, c.portal.captchaCost)
	if err != nil {
		return challenge{}, err
	}
	made := challenge{Parameters: challengeParameters{
		Algorithm: captchaAlgorithm, Nonce: hex.EncodeToString(nonce), Salt: hex.EncodeToString(salt), Cost: c.portal.captchaCost, KeyLength: captchaKeyLength,
		KeyPrefix: hex.EncodeToString(derived[:captchaPrefix]), ExpiresAt: c.now.Add(captchaLifetime).Unix(), Data: challengeData{Form: form, Key: id},
	}}
	signature, ok := made.Parameters.sign(keys)
	if !ok {
		return challenge{}, errKey
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

// solved is a right solution that may have been used before.
type solved struct {
	hash    string
	expires time.Time
}

// checkCaptcha checks a solution without spending it. Errors: captcha_invalid.
func (c *call) checkCaptcha(form, sent string) (solved, error) {
	refused := &problem.Error{Code: problem.CaptchaInvalid, Field: "captcha"}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(sent))
	if err != nil {
		return solved{}, refused
	}
	var s solution
	if json.Unmarshal(raw, &s) != nil {
		return solved{}, refused
	}
	keys, err := c.portal.links.Keys(c.ctx())
	if err != nil {
		return solved{}, err
	}
	p := s.Challenge.Parameters
	want, ok := p.sign(keys)
	if !ok || !hmac.Equal([]byte(want), []byte(s.Challenge.Signature)) || p.Data.Form != form || c.now.Unix() >= p.ExpiresAt {
		return solved{}, refused
	}
	// From here on the parameters are ours.
	nonce, err1 := hex.DecodeString(p.Nonce)
	salt, err2 := hex.DecodeString(p.Salt)
	if err1 != nil || err2 != nil || s.Solution.Counter < 0 || s.Solution.Counter >= captchaMost {
		return solved{}, refused
	}
	derived, err := deriveCaptcha(nonce, salt, uint32(s.Solution.Counter), p.Cost)
	if err != nil {
		return solved{}, err
	}
	if !strings.HasPrefix(hex.EncodeToString(derived), p.KeyPrefix) {
		return solved{}, refused
	}
	hash := hex.EncodeToString(secret.Value(p.Nonce + p.Salt).Hash())
	return solved{hash: hash, expires: time.Unix(p.ExpiresAt, 0)}, nil
}

// read of the mark that the solution was used.
func (s solved) read(db ddb.Database) read {
	return read{db.Tables.Sessions, ddb.PartitionKey(ddb.Captcha(s.hash))}
}

// spend is the item of the transaction that the captcha is for: it is used exactly if something was done (F03), and once
// (RG-14).
func (s solved) spend(db ddb.Database) types.TransactWriteItem {
	row := ddb.PartitionKey(ddb.Captcha(s.hash))
	row[ddb.TTL] = ddb.N(s.expires.Add(captchaSkew).Unix())
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &db.Tables.Sessions, Item: row, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	}}
}

// used is the refusal of a solution that was used before.
func (s solved) used() error { return &problem.Error{Code: problem.CaptchaInvalid, Field: "captcha"} }

// spendAlone uses the solution up although nothing else is done.
func (s solved) spendAlone(c *call) error {
	put := s.spend(c.portal.db).Put
	_, err := c.portal.db.Client.PutItem(c.ctx(), &dynamodb.PutItemInput{TableName: put.TableName, Item: put.Item}, ddb.Read)
	return err
}
