package application

import (
	"context"
	"maps"
	"slices"

	"guichet/shared/ddb"
	"guichet/shared/quota"
)

// additions are what a change adds to counters, by grants key and counter.
type additions map[string]map[string]int64

func (a additions) add(key, counter string, n int64) {
	if n == 0 {
		return
	}
	if a[key] == nil {
		a[key] = map[string]int64{}
	}
	a[key][counter] += n
}

// splits is the number of items of each limit of an application: of its own under "", of a subscription's under the API's
// short id.
func splits(a Aggregate) map[string]int {
	counts := map[string]int{"": a.Limits.ShardCount()}
	for _, s := range a.Subscriptions {
		if s.Limits != nil {
			counts[s.ShortID] = s.Limits.ShardCount()
		}
	}
	return counts
}

// carryUsage keeps used what was used today when calls come to be counted on other items: a limit is split over more or
// fewer, or a subscription gets or loses a quota of its own. It reads the items once, and only then. What is counted
// between that read and the write may be missing: exactness under load would need a lock on the call path.
//
//   - A limit that is split differently: its usage is spread evenly over the new items.
//   - A quota that ends: the API's calls count on the application's limits again, and so do those of today. They are also
//     remembered as the API's own counter, which holds where the API sets the limit.
//   - A quota that begins: it starts with the API's counter. Where that has none, the application's counter does not tell
//     the APIs apart, unless there is only one.
func carryUsage(ctx context.Context, db ddb.Database, before, after Aggregate) (additions, error) {
	old, wanted := splits(before), splits(after)
	if before.ID == "" || maps.Equal(old, wanted) {
		return nil, nil
	}
	day := quota.DayCounter(db.Now(), "")
	items := map[string]item{}
	var gets []ddb.Get
	var keys []string
	for _, short := range slices.Sorted(maps.Keys(old)) {
		if short != "" && old[short] == wanted[short] {
			continue
		}
		for n := range old[short] {
			key := ddb.GrantShard(ddb.Grant(before.ID, short), n)
			keys = append(keys, key)
			gets = append(gets, ddb.Get{Table: db.Tables.Grants[before.Channel], Key: ddb.PartitionKey(key)})
		}
	}
	found, err := db.BatchGet(ctx, gets...)
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		items[key] = found[i]
	}
	used := func(short string) (sum int64) {
		for n := range old[short] {
			sum += counted(items[ddb.GrantShard(ddb.Grant(before.ID, short), n)], day)
		}
		return sum
	}
	added := additions{}
	spread := func(short string, total int64) {
		for n := range wanted[short] {
			key := ddb.GrantShard(ddb.Grant(before.ID, short), n)
			added.add(key, day, *quota.Limits{PerDay: &total}.Shard(n, wanted[short]).PerDay-counted(items[key], day))
		}
	}

	first := ddb.Grant(before.ID, "") // the item with the counters of APIs
	total := used("")
	all := maps.Clone(old)
	maps.Copy(all, wanted)
	for short := range all {
		if short == "" || old[short] == wanted[short] {
			continue
		}
		ofAPI := quota.DayCounter(db.Now(), short)
		known := counted(items[first], ofAPI)
		switch {
		case old[short] != 0 && wanted[short] != 0:
			spread(short, used(short))
		case old[short] != 0:
			more := max(0, used(short)-known)
			total += more
			added.add(first, ofAPI, more)
		default:
			start := known
			if len(before.Subscriptions) == 1 {
				start = max(start, total)
			}
			spread(short, start)
			added.add(first, ofAPI, start-known)
		}
	}
	spread("", total)
	return added, nil
}

// counted is the value of a counter; 0 for none.
func counted(i item, counter string) int64 {
	n, _ := ddb.Number(i, counter)
	return n
}
