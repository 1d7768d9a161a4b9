package streams

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// filter is a Lambda filter pattern: an object like the record, whose leaves are lists of what is let through.
type filter map[string]any

// parseFilters reads patterns, and refuses what this package does not implement.
func parseFilters(patterns []string) ([]filter, error) {
	var all []filter
	for _, pattern := range patterns {
		var f filter
		if err := json.Unmarshal([]byte(pattern), &f); err != nil {
			return nil, fmt.Errorf("filter %s: %w", pattern, err)
		}
		if err := checkFilter(f); err != nil {
			return nil, fmt.Errorf("filter %s: %w", pattern, err)
		}
		all = append(all, f)
	}
	return all, nil
}

func checkFilter(f filter) error {
	if len(f) == 0 {
		return errors.New("an empty pattern")
	}
	for name, value := range f {
		switch value := value.(type) {
		case map[string]any:
			if err := checkFilter(value); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		case []any:
			if len(value) == 0 {
				return fmt.Errorf("%s: an empty list lets nothing through", name)
			}
			for _, rule := range value {
				if err := checkRule(rule); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		default:
			return fmt.Errorf("%s: a leaf is a list", name)
		}
	}
	return nil
}

func checkRule(rule any) error {
	operator, ok := rule.(map[string]any)
	if !ok {
		return nil // equality with a string, number, boolean or null
	}
	if len(operator) != 1 {
		return errors.New("a rule has one operator")
	}
	for name, operand := range operator {
		switch operand.(type) {
		case bool:
			if name == "exists" {
				return nil
			}
		case string:
			if name == "prefix" || name == "suffix" {
				return nil
			}
		case []any:
			if name == "anything-but" {
				return nil
			}
		}
		return fmt.Errorf("operator %q is not implemented with such an operand", name)
	}
	return nil
}

// passes tells whether a record matches any of the patterns; without any, all do.
func passes(filters []filter, record json.RawMessage) (bool, error) {
	if len(filters) == 0 {
		return true, nil
	}
	var value map[string]any
	if err := json.Unmarshal(record, &value); err != nil {
		return false, err
	}
	for _, f := range filters {
		if matches(f, value) {
			return true, nil
		}
	}
	return false, nil
}

// matches demands every key of the pattern; {"exists": false} is the one rule that an absent leaf meets.
func matches(f map[string]any, value map[string]any) bool {
	for name, wanted := range f {
		found, present := value[name]
		switch wanted := wanted.(type) {
		case map[string]any:
			inner, isObject := found.(map[string]any)
			if present && !isObject || !matches(wanted, inner) {
				return false
			}
		case []any:
			if !anyRule(wanted, found, present) {
				return false
			}
		}
	}
	return true
}

func anyRule(rules []any, value any, present bool) bool {
	for _, rule := range rules {
		if matchesRule(rule, value, present) {
			return true
		}
	}
	return false
}

func matchesRule(rule, value any, present bool) bool {
	operator, ok := rule.(map[string]any)
	if !ok {
		return present && rule == value
	}
	text, isText := value.(string)
	for name, operand := range operator {
		switch name {
		case "exists": // on leaves only, as on AWS
			_, isObject := value.(map[string]any)
			return operand == (present && !isObject)
		case "prefix":
			return isText && strings.HasPrefix(text, operand.(string))
		case "suffix":
			return isText && strings.HasSuffix(text, operand.(string))
		case "anything-but":
			return present && !anyRule(operand.([]any), value, present)
		}
	}
	return false
}
