// Package quota is the one conditional write that decides on a call: whether the application may make it, and whether
// its quotas have room for it.
//
// The package builds the write and reads its answer; it is pure and takes the clock as a value. One call is one
// UpdateItem and one write unit. Windows are calendar seconds and UTC days, and a window's number is part of its
// counter's name, so that there is no roll-over to get wrong: never more than the limit is admitted in a window, however
// many environments count and however their clocks differ.
package quota

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Attributes of a grants item. State has upper-case names, counters lower-case ones, so that the two can never meet.
const (
	// Enabled is true while the application may make calls.
	Enabled = "E"
	// Credentials is the set (NS) of the numbers of the live credentials.
	Credentials = "C"
	// Access is the set (SS) of rights: "abcd" for all scopes of the API with that short id, or, for a part of them, "abcd~"
	// and one "abcdefgh" per scope (short ids of API and scope).
	Access = "A"
	// PerSecond and PerDay are the limits; absent means no limit, 0 refuses every call.
	PerSecond = "S"
	PerDay    = "D"
	// Own is the set (SS) of APIs whose calls count on an item of their own.
	Own = "O"
	// Shards is the number of items over which a limit above MaxPerItem is split; absent means 1.
	Shards = "K"
	// Organisation is the id of the application's organisation, for the backend's headers.
	Organisation = "G"
	// Origins maps the number of a credential to the set (SS) of JavaScript origins from which browsers may use it; "*" is any.
	Origins = "J"
	// Reasons maps the short id of an API to the letter that says why it is not accessible (features Z30).
	Reasons = "R"
)

// Letters of Reasons.
const (
	ReasonPending = "p"
	ReasonRefused = "r"
	ReasonRevoked = "v"
	ReasonTerms   = "t"
)

// MaxReasons bounds the map of reasons; the oldest make room.
const MaxReasons = 30

// MaxPerItem is the calls per second above which a limit is split over several items: a partition takes 1,000 writes per
// second, and refused calls write too.
const MaxPerItem = 400

// Limits of calls. Nil means no limit in that window, 0 refuses every call.
type Limits struct {
	PerSecond *int64 `json:"perSecond,omitempty" yaml:"perSecond,omitempty"`
	PerDay    *int64 `json:"perDay,omitempty" yaml:"perDay,omitempty"`
}

// ShardCount is the number of items that these limits are split over.
func (l Limits) ShardCount() int {
	if l.PerSecond == nil || *l.PerSecond <= MaxPerItem {
		return 1
	}
	return int((*l.PerSecond + MaxPerItem - 1) / MaxPerItem)
}

// Shard returns the part of the limits that item n of count holds. The parts add up to the whole.
func (l Limits) Shard(n, count int) Limits {
	return Limits{PerSecond: part(l.PerSecond, n, count), PerDay: part(l.PerDay, n, count)}
}

func part(limit *int64, n, count int) *int64 {
	if limit == nil || count == 1 {
		return limit
	}
	p := *limit / int64(count)
	if int64(n) < *limit%int64(count) {
		p++
	}
	return &p
}

// Whole is the entry of Access for all scopes of an API.
func Whole(api string) string { return api }

// Partial is the entry of Access that stands beside the scopes of a partial right.
func Partial(api string) string { return api + "~" }

// Scoped is the entry of Access for one scope of a partial right.
func Scoped(api, scope string) string { return api + scope }

// Names of counters: "s" or "d", the window's number in base 36, and "." with the API's short id where the API's own
// limits hold.
func counter(window byte, number int64, api string) string {
	name := string(window) + strconv.FormatInt(number, 36)
	if api != "" {
		name += "." + api
	}
	return name
}

// SecondCounter is the name of the counter of the calendar second of t.
func SecondCounter(t time.Time, api string) string { return counter('s', t.Unix(), api) }

// DayCounter is the name of the counter of the UTC day of t.
func DayCounter(t time.Time, api string) string { return counter('d', t.Unix()/86400, api) }

// LastUsed is the attribute that holds the hour (Unix time / 3600) in which a credential was last used.
func LastUsed(credential uint16) string { return "u" + strconv.FormatUint(uint64(credential), 36) }

const (
	// keepSeconds is how long a second's counter is kept: longer than corrected clocks differ (ddb.Clock), so that no live
	// window is removed.
	keepSeconds = 10
	// keepDays keeps yesterday's counter for reporting.
	keepDays = 1
	// maxRemoved bounds the counters that one write removes.
	maxRemoved = 20
)

// Stale returns the names of the counters of an item whose window has ended on every clock, at most 20.
func Stale(item map[string]types.AttributeValue, now time.Time) []string {
	var old []string
	for name := range item {
		if len(old) == maxRemoved {
			break
		}
		if len(name) < 2 {
			continue
		}
		digits, _, _ := strings.Cut(name[1:], ".")
		switch name[0] {
		case 's':
			if n, err := strconv.ParseInt(digits, 36, 64); err == nil && n < now.Unix()-keepSeconds {
				old = append(old, name)
			}
		case 'd':
			if n, err := strconv.ParseInt(digits, 36, 64); err == nil && n < now.Unix()/86400-keepDays {
				old = append(old, name)
			}
		}
	}
	return old
}
