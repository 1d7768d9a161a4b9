package localtest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"guichet/localtest/lambda"
	"guichet/localtest/streams"
	"guichet/shared/topology"
)

// deliver begins to call the functions given that have streams or schedules.
func (c *Cloud) deliver(ctx context.Context, functions []string) error {
	plan := c.plan
	plan.Functions = slices.DeleteFunc(slices.Clone(plan.Functions), func(f topology.Function) bool {
		return !slices.Contains(functions, f.Name) || len(f.Sources)+len(f.Schedules) == 0
	})
	if len(plan.Functions) == 0 {
		return nil
	}
	o := c.options.Streams
	o.Region, o.Log = Region, c.options.Log
	if c.options.DataDir != "" {
		o.Place, o.DeadLetters = filepath.Join(c.options.DataDir, "streams.json"), filepath.Join(c.options.DataDir, "dead-letters")
	}
	var err error
	c.Delivery, err = streams.Start(ctx, plan, streams.Tables{Endpoint: c.Endpoint, Name: c.Name}, c.Lambda, o)
	if err != nil {
		return err
	}
	c.onClose(c.Delivery.Close)
	return nil
}

// Emit puts an event of an AWS service on the event bus: it calls each function that has a rule for it, once, and returns their failures. detail becomes the
// event's own document.
func (c *Cloud) Emit(ctx context.Context, source, detailType string, detail any) error {
	event, err := json.Marshal(map[string]any{
		"version": "0", "id": rand.Text(), "detail-type": detailType, "source": source, "account": "000000000000",
		"time": time.Now().UTC().Format(time.RFC3339), "region": Region, "resources": []string{}, "detail": detail,
	})
	if err != nil {
		return fmt.Errorf("localtest: event of %s: %w", source, err)
	}
	var failures []error
	for _, f := range c.plan.Functions {
		for _, rule := range f.Rules {
			if rule.Source != source || !slices.Contains(rule.DetailTypes, detailType) {
				continue
			}
			result, err := c.Lambda.Invoke(ctx, lambda.Invocation{Function: f.Name, Payload: event})
			if err == nil && result.FunctionError != "" {
				err = fmt.Errorf("%s: %s", result.FunctionError, result.Payload)
			}
			if err != nil {
				failures = append(failures, fmt.Errorf("localtest: rule %s of %s: %w", rule.Name, f.Name, err))
			}
		}
	}
	return errors.Join(failures...)
}
