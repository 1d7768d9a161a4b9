package localtest

import (
	"time"

	"github.com/oklog/ulid/v2"

	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

// Database is the tables as the domain's nouns use them. now is the clock of whoever acts; nil for the real one.
func (t *TestTables) Database(now func() time.Time) ddb.Database {
	if now == nil {
		now = time.Now
	}
	names := ddb.Tables{
		Registry: t.Name(topology.Registry), Events: t.Name(topology.Events), Sessions: t.Name(topology.Sessions),
		Grants: map[channel.Channel]string{}, Routes: map[channel.Channel]string{},
	}
	for _, c := range channel.All {
		names.Grants[c], names.Routes[c] = t.Name(topology.Grants, c), t.Name(topology.Routes, c)
	}
	return ddb.Database{Client: t.Client, Tables: names, Now: now, NewID: func() string { return ulid.Make().String() }}
}
