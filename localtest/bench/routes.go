package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"sync"
	"time"

	"guichet/localtest/faults"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/route"
)

// measureRoutes counts what it costs to know many APIs, in the channel that the other sections leave alone.
func measureRoutes(ctx context.Context, b *bench) ([]row, error) {
	apis := b.pick(5_000, 500)
	table := b.db.Tables.Routes[channel.Production]
	if err := b.publishMany(ctx, table, apis); err != nil {
		return nil, err
	}
	large := routeOf(apis)
	for i := range 2_000 {
		large.Operations = append(large.Operations, route.Operation{
			Method: "GET", Path: fmt.Sprintf("/operations/%d/%s/{id}", i, strings.Repeat("x", 40)), Alternatives: large.Operations[0].Alternatives,
		})
	}
	if err := route.Put(ctx, b.db, table, large); err != nil {
		return nil, err
	}

	m := &meter{reads: true}
	defer b.cloud.StoreFaults.Inject(faults.Rule{Table: table, Fault: m.pass})()
	env := b.cloud.Environment
	env.Endpoints = maps.Clone(env.Endpoints)
	env.Endpoints["DYNAMODB"] = b.cloud.StoreFaults.URL
	clock := time.Now()
	var source *route.Source
	var known *route.Table
	look := func() (err error) { known, err = source.Table(ctx); return err }
	// cost is what something asks of the store, and how long it takes.
	type cost struct{ requests, units, took float64 }
	measure := func(do func() error) (cost, error) {
		b.cloud.StoreFaults.Reset()
		m.reset()
		began := time.Now()
		err := do()
		c := cost{took: milliseconds(time.Since(began)), units: m.total()}
		for call, n := range b.cloud.StoreFaults.Calls() {
			if call.Table == table {
				c.requests += float64(n)
			}
		}
		return c, err
	}

	load := func() error { _, err := source.Load(ctx, known.ByPath(large.BasePath)); return err }

	// Times without the proxy, which shares the processors.
	var starts, firsts []float64
	for range b.pick(7, 3) {
		source = route.NewSource(b.db.Client, table, time.Now)
		start, err := measure(look)
		if err != nil {
			return nil, err
		}
		first, err := measure(load)
		if err != nil {
			return nil, err
		}
		starts, firsts = append(starts, start.took), append(firsts, first.took)
	}
	source = route.NewSource(ddb.New(env), table, func() time.Time { return clock })
	start, err := measure(look)
	if err != nil {
		return nil, err
	}
	first, err := measure(load)
	if err != nil {
		return nil, err
	}
	clock = clock.Add(10 * time.Second)
	refresh, err := measure(look)
	if err != nil {
		return nil, err
	}
	if err := route.Put(ctx, b.db, table, routeOf(0)); err != nil {
		return nil, err
	}
	clock = clock.Add(10 * time.Second)
	change, err := measure(look)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("routes, %d APIs, ", apis)
	budget := math.Ceil(100 * float64(apis) / 5_000)
	if b.short {
		budget += 16 // each part is rounded up
	}
	return []row{
		row{what: title + "start", value: start.units, digits: 1, unit: "read units", meaning: "the index, by an environment that starts; a small row per API"}.atMost(budget),
		row{what: title + "start", value: start.requests, unit: "requests", meaning: "the versions, and each part of the index"}.atMost(17),
		row{what: title + "start", value: median(starts), unit: "ms", meaning: "on DynamoDB Local, in this process"}.about(1_000),
		row{what: title + "refresh", value: refresh.requests, unit: "requests", meaning: "every 7.5 to 10 s in an environment that is called"}.atMost(1),
		row{what: title + "refresh", value: refresh.units, digits: 1, unit: "read units", meaning: "the same"}.atMost(1),
		{what: title + "after a change", value: change.units, digits: 1, unit: "read units", meaning: "the versions and the part that has changed"},
		row{what: "routes, first call of an API", value: first.requests, unit: "requests", meaning: "2,000 operations; in each environment, then kept"}.atMost(1),
		{what: "routes, first call of an API", value: first.units, digits: 1, unit: "read units", meaning: "the same"},
		row{what: "routes, first call of an API", value: median(firsts), unit: "ms", meaning: "the same, read and prepared"}.about(300),
	}, nil
}

// publishMany publishes ordinary APIs, some at once.
func (b *bench) publishMany(ctx context.Context, table string, count int) error {
	const workers = 4
	failures := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			var routes []route.Route
			for i := w; i < count; i += workers {
				routes = append(routes, routeOf(i))
			}
			failures[w] = route.Put(ctx, b.db, table, routes...)
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// routeOf is an ordinary API; every fourth backend asks for a secret.
func routeOf(n int) route.Route {
	r := route.Route{
		BasePath: fmt.Sprintf("/ministry%d/registry%d/v1", n%97, n), API: fmt.Sprintf("01BENCH0%018d", n), ID: fmt.Sprintf("%04x", n), Version: "1.4.0", State: route.Published,
		Bearer: true, APIKey: true, CORS: n%2 == 0, DocumentedOnly: true, Backend: route.Backend{URL: fmt.Sprintf("https://registry%d.ministry.example/api", n)},
		Scopes: map[string]string{"read": "s" + fmt.Sprintf("%03x", n%4096)},
	}
	if n%4 == 0 {
		r.Backend.Authentication = route.Authentication{Kind: route.SecretHeader, Header: "X-Gateway-Key", Secret: r.API + "-header"}
	}
	r.Operations = []route.Operation{{Method: "GET", Path: "/items/{id}", Alternatives: [][]string{{"s000"}}}}
	return r
}
