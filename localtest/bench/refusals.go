package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"guichet/localtest"
	"guichet/shared/application"
	"guichet/shared/ddb"
	"guichet/shared/quota"
)

// attempt is a token request that is refused as invalid_client.
type attempt struct {
	name       string
	id, secret string
	took       []float64 // µs
	answer     string
}

// measureRefusals times what the token service says to an unknown client, a wrong secret and a disabled client: the same, and after the same time, which it waits
// for. So p reports whether what remains can be told apart. Each attempt comes from an address of its own, since failures are counted by it (TE-17).
func measureRefusals(ctx context.Context, b *bench) ([]row, error) {
	attempts, err := b.attempts(ctx)
	if err != nil {
		return nil, err
	}
	binaries, err := localtest.Build(ctx, "oauth")
	if err != nil {
		return nil, err
	}
	variables, err := b.environment("oauth", b.cloud.Endpoint, b.cloud.Environment.Endpoints["SECRETS_MANAGER"])
	if err != nil {
		return nil, err
	}
	p, err := start(binaries["oauth"], variables)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	const warming = 20
	samples := b.pick(1000, 200)
	order := []int{0, 1, 2}
	var reads [3][]float64 // the store's part, alone
	for round := range warming + samples {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			began := time.Now()
			if _, err := b.grant(ctx, ddb.GrantClient(attempts[i].id)); err != nil {
				return nil, err
			}
			reads[i] = append(reads[i], microseconds(time.Since(began)))
			n := 3*round + i
			if err := attempts[i].try(p, fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255), round >= warming); err != nil {
				return nil, fmt.Errorf("%s: %w", attempts[i].name, err)
			}
		}
	}
	wrong := attempts[0]
	rows := []row{{what: "refusal, wrong secret", value: median(wrong.took), unit: "µs", meaning: fmt.Sprintf("median of %d, on DynamoDB Local", samples)}}
	for _, other := range attempts[1:] {
		if other.answer != wrong.answer {
			return nil, fmt.Errorf("TE-07 %s is answered %s, a wrong secret %s", other.name, other.answer, wrong.answer)
		}
		difference := math.Abs(median(other.took)/median(wrong.took)-1) * 100
		rows = append(rows, row{
			what: "refusal, " + other.name, value: median(other.took), unit: "µs", meaning: fmt.Sprintf("in turns with the wrong secret; Mann-Whitney p = %.3f", mannWhitney(other.took, wrong.took)),
		}, row{
			what: "refusal, " + other.name + " against wrong secret", value: difference, digits: 1, unit: "%", meaning: "difference of the medians",
		}.about(1))
	}
	return append(rows, row{
		what: "reading an unknown client instead of a known one", value: median(reads[1]) - median(reads[0]), unit: "µs", meaning: "the store's own part of the difference, by GetItem alone",
	}), nil
}

// attempts are the three that must not be told apart; the first is the wrong secret of a client in order.
func (b *bench) attempts(ctx context.Context) ([]*attempt, error) {
	live, err := b.newConsumer(ctx, quota.Limits{})
	if err != nil {
		return nil, err
	}
	disabled, err := b.newConsumer(ctx, quota.Limits{})
	if err != nil {
		return nil, err
	}
	if err := application.SetCredentialEnabled(ctx, b.db, actor, disabled.application, disabled.clientID, false); err != nil {
		return nil, err
	}
	const nobody = "3f2b8c1e-9d47-4a60-8e15-6c7a2d904b13"
	return []*attempt{
		{name: "wrong secret", id: live.clientID, secret: disabled.secret},
		{name: "unknown client", id: nobody, secret: live.secret},
		{name: "disabled client", id: disabled.clientID, secret: disabled.secret},
	}, nil
}

// try makes the attempt once; timed reports whether it counts.
func (a *attempt) try(p *process, from string, timed bool) error {
	event, err := json.Marshal(tokenEvent(a.id, a.secret, from))
	if err != nil {
		return err
	}
	payload, took, err := p.invoke(event)
	if err != nil {
		return err
	}
	var answer lambdaevents.APIGatewayProxyResponse
	if err := json.Unmarshal(payload, &answer); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusUnauthorized || !strings.Contains(answer.Body, "invalid_client") {
		return fmt.Errorf("answered %d %s", answer.StatusCode, answer.Body)
	}
	a.answer = string(payload)
	if timed {
		a.took = append(a.took, microseconds(took))
	}
	return nil
}

// mannWhitney is the probability that two series this different or more come from one distribution: the U test with the normal approximation, which hundreds of
// samples allow, and without a correction for ties, which nanoseconds do not have.
func mannWhitney(a, b []float64) float64 {
	type sample struct {
		value float64
		ofA   bool
	}
	var all []sample
	for _, v := range a {
		all = append(all, sample{v, true})
	}
	for _, v := range b {
		all = append(all, sample{v, false})
	}
	slices.SortFunc(all, func(x, y sample) int { return cmp.Compare(x.value, y.value) })
	ranks := 0.0
	for i, s := range all {
		if s.ofA {
			ranks += float64(i + 1)
		}
	}
	n, m := float64(len(a)), float64(len(b))
	u := ranks - n*(n+1)/2
	z := (u - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
	return math.Erfc(math.Abs(z) / math.Sqrt2)
}
