package apigateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/localtest/lambda"
)

// authorize asks the authorizer, whose answer is never kept for another call, and refuses unless its policy allows this very method.
func (a *API) authorize(ctx context.Context, c *call) *failure {
	if len(a.arn(c)) > maxArnBytes {
		return &failure{plain: &refusal{status: http.StatusRequestURITooLong, message: "Request URI too long"}}
	}
	event, err := json.Marshal(a.authorizerEvent(c))
	if err != nil {
		return &failure{kind: "AUTHORIZER_FAILURE", cause: err}
	}
	began := a.options.now()
	ctx, cancel := context.WithTimeout(ctx, a.options.Timeout)
	defer cancel()
	result, err := a.options.Lambda(ctx, lambda.Invocation{Function: a.options.FunctionName(a.options.API.Authorizer), Payload: event, TraceID: c.trace})
	c.set("authorizer.latency", strconv.FormatInt(a.options.now().Sub(began).Milliseconds(), 10))
	if err != nil {
		return &failure{kind: "AUTHORIZER_FAILURE", cause: err}
	}
	if result.FunctionError != "" {
		var document struct{ ErrorMessage string }
		if json.Unmarshal(result.Payload, &document) == nil && document.ErrorMessage == "Unauthorized" {
			return &failure{kind: "UNAUTHORIZED", message: "Unauthorized"}
		}
		return &failure{kind: "AUTHORIZER_FAILURE", cause: fmt.Errorf("the authorizer failed: %s", result.Payload)}
	}
	decision, err := parseDecision(result.Payload)
	if err != nil {
		return &failure{kind: "AUTHORIZER_CONFIGURATION_ERROR", cause: fmt.Errorf("the authorizer's answer: %w", err)}
	}
	c.authorizer = decision.context
	for name, value := range decision.context {
		c.set("authorizer."+name, value)
	}
	switch allowed, explicit := decision.evaluate(a.arn(c)); {
	case explicit && !allowed:
		return &failure{kind: "ACCESS_DENIED", message: "User is not authorized to access this resource with an explicit deny"}
	case !allowed:
		return &failure{kind: "ACCESS_DENIED", message: "User is not authorized to access this resource"}
	}
	return nil
}

// decision is an authorizer's answer.
type decision struct {
	statements []statement
	context    map[string]string // with the principal
}

type statement struct {
	Effect   string
	Action   list
	Resource list
}

// list is a string or several.
type list []string

func (l *list) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, (*[]string)(l))
	}
	*l = make(list, 1)
	return json.Unmarshal(text, &(*l)[0])
}

// parseDecision reads the answer as strictly as the service: a principal, a policy that it can evaluate, and a context of flat values.
func parseDecision(payload []byte) (decision, error) {
	var answer struct {
		PrincipalID    *string `json:"principalId"`
		PolicyDocument *struct {
			Version   string
			Statement []json.RawMessage
		} `json:"policyDocument"`
		Context            map[string]any `json:"context"`
		UsageIdentifierKey string         `json:"usageIdentifierKey"`
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil {
		return decision{}, err
	}
	if answer.PrincipalID == nil || answer.PolicyDocument == nil {
		return decision{}, fmt.Errorf("principalId or policyDocument is missing")
	}
	d := decision{context: map[string]string{"principalId": *answer.PrincipalID}}
	for _, text := range answer.PolicyDocument.Statement {
		var s statement
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields() // a condition that is not evaluated must not pass unseen
		if err := decoder.Decode(&s); err != nil {
			return decision{}, fmt.Errorf("a statement: %w", err)
		}
		if s.Effect != "Allow" && s.Effect != "Deny" || len(s.Action) == 0 || len(s.Resource) == 0 {
			return decision{}, fmt.Errorf("a statement without effect, action or resource")
		}
		for _, resource := range s.Resource {
			if n := utf8.RuneCountInString(resource); n > maxResourceCharacters {
				return decision{}, fmt.Errorf("a Resource of %d characters", n)
			}
		}
		d.statements = append(d.statements, s)
	}
	for name, value := range answer.Context {
		switch value := value.(type) {
		case string:
			d.context[name] = value
		case json.Number:
			d.context[name] = value.String()
		case bool:
			d.context[name] = strconv.FormatBool(value)
		default:
			return decision{}, fmt.Errorf("context %q is no string, number or boolean", name)
		}
	}
	return d, nil
}

// evaluate applies the policy: a Deny that matches wins, else an Allow, else it is refused without a word.
func (d decision) evaluate(arn string) (allowed, explicit bool) {
	for _, s := range d.statements {
		if !matchesAny(s.Action, "execute-api:Invoke") || !matchesAny(s.Resource, arn) {
			continue
		}
		if s.Effect == "Deny" {
			return false, true
		}
		allowed = true
	}
	return allowed, allowed
}

func matchesAny(patterns []string, text string) bool {
	for _, pattern := range patterns {
		if wildcard(pattern, text) {
			return true
		}
	}
	return false
}

// wildcard matches * with any text, slashes too, and ? with one character.
func wildcard(pattern, text string) bool {
	for pattern != "" {
		if pattern[0] == '*' {
			pattern = strings.TrimLeft(pattern, "*")
			if pattern == "" {
				return true
			}
			for i := range len(text) {
				if wildcard(pattern, text[i:]) {
					return true
				}
			}
			return false
		}
		if text == "" || pattern[0] != '?' && pattern[0] != text[0] {
			return false
		}
		pattern, text = pattern[1:], text[1:]
	}
	return text == ""
}
