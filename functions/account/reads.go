package main

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
)

// item is a row of any table; nil where there is none.
type item = map[string]types.AttributeValue

// read is one row to be read.
type read struct {
	table string
	key   item
}

// maxBatches bounds how often what a batch left unread is asked for again.
const maxBatches = 5

var errUnprocessed = errors.New("account: the store leaves reads undone")

// batch reads rows of several tables with one request, consistently, and returns them in the order asked for.
func (p *portal) batch(ctx context.Context, reads ...read) ([]item, error) {
	request := map[string]types.KeysAndAttributes{}
	for _, r := range reads {
		keys := request[r.table]
		keys.ConsistentRead = aws.Bool(true)
		if !slices.ContainsFunc(keys.Keys, func(other item) bool { return reflect.DeepEqual(other, r.key) }) {
			keys.Keys = append(keys.Keys, r.key)
		}
		request[r.table] = keys
	}
	found := map[string][]item{}
	for range maxBatches {
		output, err := p.db.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request}, ddb.Read)
		if err != nil {
			return nil, err
		}
		for table, items := range output.Responses {
			found[table] = append(found[table], items...)
		}
		if request = output.UnprocessedKeys; len(request) == 0 {
			break
		}
	}
	if len(request) > 0 {
		return nil, errUnprocessed
	}
	items := make([]item, len(reads))
	for i, r := range reads {
		for _, candidate := range found[r.table] {
			if hasKey(candidate, r.key) {
				items[i] = candidate
			}
		}
	}
	return items, nil
}

func hasKey(row, key item) bool {
	for name, value := range key {
		if !reflect.DeepEqual(row[name], value) {
			return false
		}
	}
	return true
}

// text is a string attribute; empty for none.
func text(row item, name string) string {
	if s, ok := row[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// facts are what changes rarely and may be a minute old: the configuration, and the names of organisations.
type facts struct {
	mu            sync.Mutex
	configured    account.Configuration
	configuredAt  time.Time
	organisations map[string]namedAt
}

type namedAt struct {
	name string
	at   time.Time
}

const (
	factsAge = time.Minute
	// maxNames bounds the names remembered; forgetting one costs a read.
	maxNames = 1000
)

// configuration of the installation.
func (f *facts) configuration(ctx context.Context, db ddb.Database) (account.Configuration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := db.Now()
	if !f.configuredAt.IsZero() && now.Sub(f.configuredAt) < factsAge && !now.Before(f.configuredAt) {
		return f.configured, nil
	}
	c, err := account.GetConfiguration(ctx, db)
	if err != nil {
		return account.Configuration{}, err
	}
	f.configured, f.configuredAt = c, now
	return c, nil
}

// names of organisations by id; one that does not exist has none.
func (p *portal) names(ctx context.Context, ids ...string) (map[string]string, error) {
	names := map[string]string{}
	now := p.db.Now()
	missing := map[string]read{}
	p.facts.mu.Lock()
	for _, id := range ids {
		known, ok := p.facts.organisations[id]
		if ok && now.Sub(known.at) < factsAge && !now.Before(known.at) {
			names[id] = known.name
		} else {
			missing[id] = read{p.db.Tables.Registry, ddb.Key(ddb.Organisation(id), ddb.Self)}
		}
	}
	p.facts.mu.Unlock()
	if len(missing) == 0 {
		return names, nil
	}
	for some := range slices.Chunk(slices.Collect(maps.Values(missing)), 100) { // what one batch reads
		rows, err := p.batch(ctx, some...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			var o organisation.Organisation
			if err := attributevalue.UnmarshalMap(row, &o); err != nil {
				return nil, err
			}
			if o.ID != "" {
				names[o.ID] = o.Name
			}
		}
	}
	p.facts.remember(names, now)
	return names, nil
}

func (f *facts) remember(names map[string]string, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.organisations == nil || len(f.organisations) > maxNames {
		f.organisations = map[string]namedAt{}
	}
	for id, name := range names {
		f.organisations[id] = namedAt{name, now}
	}
}
