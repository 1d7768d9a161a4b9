package streams

import (
	"context"
	"fmt"
	"time"

	"guichet/localtest/lambda"
	"guichet/shared/topology"
)

type scheduled struct {
	function string
	topology.Schedule
}

// Run calls a function now, as the named schedule does, and returns its answer. The function's own failure is an error.
func (d *Delivery) Run(ctx context.Context, function, schedule string) ([]byte, error) {
	for _, s := range d.calls {
		if s.function == function && s.Name == schedule {
			return d.call(ctx, s)
		}
	}
	return nil, errNoSchedule
}

func (d *Delivery) call(ctx context.Context, s scheduled) ([]byte, error) {
	input := s.Input
	if input == "" {
		input = "{}"
	}
	result, err := d.invoker.Invoke(ctx, lambda.Invocation{Function: s.function, Payload: []byte(input)})
	if err != nil {
		return nil, err
	}
	if result.FunctionError != "" {
		return nil, fmt.Errorf("streams: schedule %s of %s: %s", s.Name, s.function, result.Payload)
	}
	return result.Payload, nil
}

// repeat calls a function at its rate, one call after the other; as on AWS, the first comes after one interval.
func (d *Delivery) repeat(ctx context.Context, s scheduled) {
	ticker := time.NewTicker(s.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := d.call(ctx, s); err != nil && ctx.Err() == nil {
				d.options.Log("%v", err)
			}
		}
	}
}
