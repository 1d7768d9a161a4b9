package token

import (
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"guichet/shared/channel"
	"guichet/shared/secret"
)

var (
	noon    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	testApp = ApplicationID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
)

func testKeys(t testing.TB, c channel.Channel, text string) *Keys {
	t.Helper()
	k, err := ParseKeys(c, secret.Value(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const oneKey = `{"sign":"1","1":"0123456789abcdefghijklmnopqrstuvwxyzABCDEF"}`

func mint(t testing.TB, k *Keys, c Claims) string {
	t.Helper()
	text, err := k.Mint(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestVerify(t *testing.T) {
	t.Parallel()
	sandbox, production := testKeys(t, channel.Sandbox, oneKey), testKeys(t, channel.Production, oneKey)
	rotated := testKeys(t, channel.Sandbox, `{"sign":"2","1":"0123456789abcdefghijklmnopqrstuvwxyzABCDEF","2":"another key of the same sandbox channel"}`)
	later := testKeys(t, channel.Sandbox, `{"sign":"2","2":"another key of the same sandbox channel"}`)
	access := Claims{Kind: Access, Application: testApp, Credential: 513, Expires: noon.Add(Lifetime)}
	key := Claims{Kind: APIKey, Application: testApp, Credential: 7}
	narrow := access
	narrow.Scopes = []ScopeID{{1, 2, 3}, {9, 9, 9}}

	for name, c := range map[string]struct {
		text string
		keys *Keys
		now  time.Time
		want error
	}{
		"I6 a fresh access token is accepted":                                {mint(t, sandbox, access), sandbox, noon, nil},
		"an API key is accepted":                                             {mint(t, sandbox, key), sandbox, noon.AddDate(30, 0, 0), nil},
		"a narrowed token is accepted":                                       {mint(t, sandbox, narrow), sandbox, noon, nil},
		"I7 a token is accepted in its last second":                          {mint(t, sandbox, access), sandbox, noon.Add(Lifetime - time.Second), nil},
		"I7 a token is refused at its expiry":                                {mint(t, sandbox, access), sandbox, noon.Add(Lifetime), ErrExpired},
		"TE-19 a sandbox token is refused in production":                     {mint(t, sandbox, access), production, noon, ErrWrongChannel},
		"TE-19 a production token is refused in sandbox":                     {mint(t, production, access), sandbox, noon, ErrWrongChannel},
		"OP-06 a token of the old key is accepted while the key is kept":     {mint(t, sandbox, access), rotated, noon, nil},
		"OP-06 a token of the new key is told apart where it is not known":   {mint(t, rotated, access), sandbox, noon, ErrUnknownKey},
		"OP-06 a token of a removed key is refused":                          {mint(t, sandbox, access), later, noon, ErrUnknownKey},
		"TK-02 an empty text is refused":                                     {"", sandbox, noon, ErrInvalid},
		"TK-02 a blank before the token is refused":                          {" " + mint(t, sandbox, access), sandbox, noon, ErrInvalid},
		"TK-02 a line break inside the token is refused":                     {insert(mint(t, sandbox, access), 30, "\n"), sandbox, noon, ErrInvalid},
		"TK-02 four line breaks that keep the length's form are refused":     {insert(mint(t, sandbox, access), 30, "\r\n\r\n"), sandbox, noon, ErrInvalid},
		"TK-02 NUL is refused":                                               {mint(t, sandbox, access)[:59] + "\x00", sandbox, noon, ErrInvalid},
		"TK-02 another case is refused":                                      {strings.ToUpper(mint(t, sandbox, access)), sandbox, noon, ErrInvalid},
		"TK-02 padding is refused":                                           {mint(t, sandbox, access) + "====", sandbox, noon, ErrInvalid},
		"TK-02 a scope cut off is refused":                                   {cut(mint(t, sandbox, narrow)), sandbox, noon, ErrInvalid},
		"JB-09 an unknown kind is refused":                                   {retyped(mint(t, sandbox, access), 3), sandbox, noon, ErrInvalid},
		"JB-09 an access token does not become an API key by its first byte": {retyped(mint(t, sandbox, access), byte(APIKey)), sandbox, noon, ErrInvalid},
		"JB-09 an API key does not become an access token by its first byte": {retyped(mint(t, sandbox, key), byte(Access)), sandbox, noon, ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims, err := c.keys.Verify(c.text, c.now)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err == nil && claims.Application != testApp {
				t.Errorf("application %x", claims.Application)
			}
		})
	}

	t.Run("what was minted is what is read", func(t *testing.T) {
		t.Parallel()
		got, err := sandbox.Verify(mint(t, sandbox, narrow), noon)
		if err != nil {
			t.Fatal(err)
		}
		if got.Credential != 513 || !got.Expires.Equal(narrow.Expires) || len(got.Scopes) != 2 || got.Scopes[1] != narrow.Scopes[1] {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a token and a key are 60 characters, a scope 4 more", func(t *testing.T) {
		t.Parallel()
		if a, k, n := len(mint(t, sandbox, access)), len(mint(t, sandbox, key)), len(mint(t, sandbox, narrow)); a != 60 || k != 60 || n != 68 {
			t.Errorf("lengths %d, %d, %d", a, k, n)
		}
	})
}

func insert(text string, at int, what string) string { return text[:at] + what + text[at:] }

// cut removes the bytes of the last scope before the tag, keeping the tag.
func cut(text string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	return base64.RawURLEncoding.EncodeToString(append(raw[:len(raw)-tagSize-scopeSize], raw[len(raw)-tagSize:]...))
}

func retyped(text string, kind byte) string {
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	raw[0] = kind
	return base64.RawURLEncoding.EncodeToString(raw)
}

// TK-02: whatever differs from a valid token in one to five places is refused.
func TestVerifyRefusesEveryMutation(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, channel.Sandbox, oneKey)
	text := mint(t, keys, Claims{Kind: Access, Application: testApp, Credential: 1, Expires: noon.Add(Lifetime)})
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.~ \n\x00é"
	for i := range text { // every single character, every replacement
		for _, c := range alphabet {
			if mutated := text[:i] + string(c) + text[i+1:]; mutated != text {
				if _, err := keys.Verify(mutated, noon); err == nil {
					t.Fatalf("%q instead of %q is accepted", mutated, text)
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(7, 11))
	for range 50_000 {
		mutated := []byte(text)
		for range 1 + random.IntN(5) {
			i := random.IntN(len(mutated))
			switch random.IntN(3) {
			case 0:
				mutated[i] = alphabet[random.IntN(70)]
			case 1:
				mutated = append(mutated[:i], mutated[i+1:]...)
			default:
				mutated = append(mutated[:i], append([]byte{alphabet[random.IntN(70)]}, mutated[i:]...)...)
			}
		}
		if _, err := keys.Verify(string(mutated), noon); err == nil && string(mutated) != text {
			t.Fatalf("%q instead of %q is accepted", mutated, text)
		}
	}
}

// TK-01: nonce and tag of 10^5 tokens of one second never repeat, and no bit of them leans to one side.
func TestTokensAreUnpredictable(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, channel.Sandbox, oneKey)
	const count, first = 100_000, 24 // bytes 0-23 are the plain fields, the same in all
	var ones [(plainSize - first) * 8]int
	seen := make(map[string]struct{}, count)
	for range count {
		text := mint(t, keys, Claims{Kind: Access, Application: testApp, Credential: 1, Expires: noon})
		if _, twice := seen[text]; twice {
			t.Fatal("a token was minted twice")
		}
		seen[text] = struct{}{}
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range raw[first:] {
			for bit := range 8 {
				ones[i*8+bit] += int(b >> bit & 1)
			}
		}
	}
	for i, n := range ones { // 6 standard deviations of a fair coin
		if n < count/2-950 || n > count/2+950 {
			t.Errorf("bit %d is set in %d of %d tokens", i, n, count)
		}
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a text that is no JSON is refused":        `hunter2`,
		"a set without a signing key is refused":   `{"1":"0123456789abcdefghijklmnopqrstuvwxyz"}`,
		"a signing key that is missing is refused": `{"sign":"2","1":"0123456789abcdefghijklmnopqrstuvwxyz"}`,
		"a short key is refused":                   `{"sign":"1","1":"0123456789"}`,
		"key id 0 is refused":                      `{"sign":"0","0":"0123456789abcdefghijklmnopqrstuvwxyz"}`,
		"key id 128 is refused":                    `{"sign":"128","128":"0123456789abcdefghijklmnopqrstuvwxyz"}`,
		"a key id in another spelling is refused":  `{"sign":"01","01":"0123456789abcdefghijklmnopqrstuvwxyz"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := ParseKeys(channel.Sandbox, secret.Value(text)); err == nil {
				t.Fatal("accepted")
			} else if strings.Contains(err.Error(), "0123456789") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("OP-01 the error shows the secret: %v", err)
			}
		})
	}
}

// Verify never panics, and accepts nothing but what Mint made.
func FuzzVerify(f *testing.F) {
	keys := testKeys(f, channel.Sandbox, oneKey)
	valid := mint(f, keys, Claims{Kind: Access, Application: testApp, Credential: 1, Expires: noon.Add(Lifetime), Scopes: []ScopeID{{1, 2, 3}}})
	f.Add(valid)
	f.Add(mint(f, keys, Claims{Kind: APIKey, Application: testApp, Credential: 65535}))
	f.Add(strings.Repeat("A", 60))
	f.Add("AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := keys.Verify(text, noon)
		if err != nil {
			return
		}
		raw, decodeErr := base64.RawURLEncoding.Strict().DecodeString(text)
		if decodeErr != nil || base64.RawURLEncoding.EncodeToString(raw) != text {
			t.Fatalf("%q is accepted and is not the one text of its bytes", text)
		}
		if claims.Kind != Access && claims.Kind != APIKey {
			t.Fatalf("kind %d", claims.Kind)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	keys := testKeys(b, channel.Sandbox, oneKey)
	text := mint(b, keys, Claims{Kind: Access, Application: testApp, Credential: 1, Expires: noon.Add(Lifetime)})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Verify(text, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMint(b *testing.B) {
	keys := testKeys(b, channel.Sandbox, oneKey)
	b.ReportAllocs()
	for b.Loop() {
		mint(b, keys, Claims{Kind: Access, Application: testApp, Credential: 1, Expires: noon.Add(Lifetime)})
	}
}
