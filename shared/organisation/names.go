package organisation

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"guichet/shared/ddb"
)

// NameCache keeps the names of organisations, which change rarely and may be a minute old. The zero value is ready. Safe for
// concurrent use.
type NameCache struct {
	mu    sync.Mutex
	names map[string]cachedName
}

type cachedName struct {
	name string
	read time.Time
}

const (
	nameAge = time.Minute
	// maxNames bounds the names remembered; forgetting one costs a read.
	maxNames = 1000
)

// Get returns names by id; an organisation that does not exist has none (AP-06).
func (c *NameCache) Get(ctx context.Context, db ddb.Database, ids ...string) (map[string]string, error) {
	names := map[string]string{}
	now := db.Now()
	missing := map[string]ddb.Get{}
	c.mu.Lock()
	for _, id := range ids {
		known, ok := c.names[id]
		if ok && now.Sub(known.read) < nameAge && !now.Before(known.read) {
			names[id] = known.name
		} else {
			missing[id] = ddb.Get{Table: db.Tables.Registry, Key: ddb.Key(ddb.Organisation(id), ddb.Self)}
		}
	}
	c.mu.Unlock()
	if len(missing) == 0 {
		return names, nil
	}
	read := map[string]string{}
	for some := range slices.Chunk(slices.Collect(maps.Values(missing)), ddb.MaxBatch) {
		rows, err := db.BatchGet(ctx, some...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			var o Organisation
			if err := attributevalue.UnmarshalMap(row, &o); err != nil {
				return nil, err
			}
			if o.ID != "" {
				read[o.ID] = o.Name
			}
		}
	}
	c.remember(read, now)
	maps.Copy(names, read)
	return names, nil
}

func (c *NameCache) remember(names map[string]string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names == nil || len(c.names) > maxNames {
		c.names = map[string]cachedName{}
	}
	for id, name := range names {
		c.names[id] = cachedName{name, now}
	}
}
