package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"guichet/shared/secret"
)

// Cost of a password hash (argon2id, RFC 9106). Memory is in KiB.
type Cost struct {
	Memory, Time uint32
	Threads      uint8
}

// DefaultCost is what OWASP asks for at least with one pass: 46 MiB (RG-08).
var DefaultCost = Cost{Memory: 46 << 10, Time: 1, Threads: 1}

// maxCost bounds what a stored hash may ask for, so that a damaged row cannot take a function's memory.
var maxCost = Cost{Memory: 256 << 10, Time: 8, Threads: 4}

const (
	saltLength = 16
	hashLength = 32
)

// maxHashes at once: 92 MiB at the default cost, whoever sends however much.
const maxHashes = 2

// Hasher hashes passwords, at most maxHashes at once: each takes the memory of its cost (RG-08). Passwords are brought to NFC
// and never cut. Safe for concurrent use.
type Hasher struct {
	cost  Cost
	slots chan struct{}
	work  atomic.Uint64
	// decoy is compared with where there is no account, at the same cost (RG-02).
	decoy string
}

// NewHasher returns a hasher that makes hashes of that cost.
func NewHasher(cost Cost) *Hasher {
	salt, hash := make([]byte, saltLength), make([]byte, hashLength)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	_, _ = rand.Read(hash)
	return &Hasher{cost: cost, slots: make(chan struct{}, maxHashes), decoy: format(cost, salt, hash)}
}

// Work counts the hashes that were computed, whatever for.
func (h *Hasher) Work() uint64 { return h.work.Load() }

// Hash returns the PHC string of a password.
func (h *Hasher) Hash(ctx context.Context, password secret.Value) (string, error) {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	hash, err := h.derive(ctx, password, h.cost, salt, hashLength)
	if err != nil {
		return "", err
	}
	return format(h.cost, salt, hash), nil
}

// Verify tells whether a password is the one of the PHC string. An empty string stands for no account, or for one without
// a password: the work is the same and the answer false. outdated says that the hash was made with another cost, so that
// whoever signs in gets a new one.
func (h *Hasher) Verify(ctx context.Context, stored string, password secret.Value) (ok, outdated bool, err error) {
	none := stored == ""
	if none {
		stored = h.decoy
	}
	cost, salt, want, err := parse(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, cost, salt, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && !none, cost != h.cost, nil
}

func (h *Hasher) derive(ctx context.Context, password secret.Value, cost Cost, salt []byte, length uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.work.Add(1)
	return argon2.IDKey([]byte(norm.NFC.String(password.Reveal())), salt, cost.Time, cost.Memory, cost.Threads, length), nil
}

// format writes a PHC string.
func format(c Cost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

var errHash = errors.New("account: the stored password hash is not readable") // its text is never shown

// parse reads a PHC string of argon2id in its one canonical form.
func parse(text string) (c Cost, salt, hash []byte, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return Cost{}, nil, nil, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); n != 3 || err != nil {
		return Cost{}, nil, nil, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(salt) > 64 || len(hash) < 16 || len(hash) > 64 ||
		c.Memory < 8 || c.Memory > maxCost.Memory || c.Time < 1 || c.Time > maxCost.Time || c.Threads < 1 || c.Threads > maxCost.Threads {
		return Cost{}, nil, nil, errHash
	}
	return c, salt, hash, nil
}
