package main

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/problem"
	"guichet/shared/quota"
)

// request is what an authorizer of type REQUEST is sent; the fields that decide.
type request struct {
	Type                            string              `json:"type"`
	MethodArn                       string              `json:"methodArn"`
	Path                            string              `json:"path"`
	HTTPMethod                      string              `json:"httpMethod"`
	MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
	RequestContext                  struct {
		RequestID string `json:"requestId"`
	} `json:"requestContext"`
}

// header returns all values of a header, in whatever case it was sent.
func (r *request) header(name string) []string {
	var values []string
	for key, v := range r.MultiValueHeaders {
		if strings.EqualFold(key, name) {
			values = append(values, v...)
		}
	}
	return values
}

// errEvent makes API Gateway answer 503: what called us is no API Gateway (OP-08).
var errEvent = errors.New("authorizer: not a request event of API Gateway")

// handle is the Lambda handler.
func (a *authorizer) handle(ctx context.Context, r request) (answer events.APIGatewayCustomAuthorizerResponse, err error) {
	if r.Type != "REQUEST" || r.MethodArn == "" || r.HTTPMethod == "" || r.RequestContext.RequestID == "" {
		return answer, errEvent
	}
	defer func() {
		if p := recover(); p != nil { // a panic would end the process; the call is refused either way
			slog.ErrorContext(ctx, "panic", "correlationId", r.RequestContext.RequestID, "panic", p)
			err = errors.New("authorizer: internal error")
		}
	}()
	d := a.decide(ctx, &r)
	if !d.admitted {
		d.log(ctx, &r)
	}
	return a.answer(&r, &d), nil
}

// answer renders the decision as a policy with a context of flat strings. A 401 is a Deny, everything else an Allow that
// the gateway function obeys.
func (a *authorizer) answer(r *request, d *decision) events.APIGatewayCustomAuthorizerResponse {
	said := map[string]interface{}{"decision": "allow", "method": r.HTTPMethod}
	effect := "Allow"
	put := func(name, value string) {
		if value != "" {
			said[name] = value
		}
	}
	if !d.admitted {
		said["decision"] = "refuse"
		put("code", string(d.code))
		put("allow", d.allow)
		if row, ok := problem.Lookup(d.code); ok && row.Status == 401 {
			effect = "Deny"
			put("type", a.pages+string(row.Code))
			put("title", row.Title)
			put("detail", row.Detail())
			put("challenge", d.challenge)
		} else if d.code == problem.ScopeMissing {
			put("challenge", d.challenge)
		}
		put("retryAfter", retryAfter(d.code, a.now().Unix()))
	}
	put("path", d.path)
	put("application", d.application)
	put("origin", d.origin)
	if d.route != nil {
		put("api", d.route.API)
		put("basePath", d.route.BasePath)
		put("successor", d.route.Successor)
	}
	if d.admitted {
		put("scopes", strings.Join(d.scopes, " "))
	}
	if d.usage != nil {
		put("organisation", d.usage.Organisation)
		policy, limit := rateLimit(d.usage, a.now().Unix())
		put("rateLimitPolicy", policy)
		put("rateLimit", limit)
	}
	principal := d.application
	if principal == "" {
		principal = "anonymous"
	}
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: principal,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version: "2012-10-17",
			Statement: []events.IAMPolicyStatement{{
				// "*" is this call and no other: nothing is cached. The method's own ARN holds the path as it was sent, and may have
				// more than the 512 characters that a policy's Resource may (M17).
				Action: []string{"execute-api:Invoke"}, Effect: effect, Resource: []string{"*"},
			}},
		},
		Context: said,
	}
}

const day = 86400

// retryAfter is the Retry-After of a refusal, in seconds.
func retryAfter(code problem.Code, now int64) string {
	switch code {
	case problem.QuotaDay:
		return strconv.FormatInt(day-now%day, 10)
	case problem.QuotaSecond, problem.Busy, problem.Unavailable:
		return "1"
	}
	return ""
}

// rateLimit renders RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10 §3, §4). With a limit that is
// split over several items, what remains is estimated from the one that was counted on.
func rateLimit(u *quota.Usage, now int64) (policy, limit string) {
	add := func(name string, allowed *int64, used, window, reset int64) {
		if allowed == nil {
			return
		}
		quota, remaining := *allowed*int64(u.Shards), max(0, *allowed-used)*int64(u.Shards)
		if policy != "" {
			policy, limit = policy+", ", limit+", "
		}
		policy += `"` + name + `";q=` + strconv.FormatInt(quota, 10) + ";w=" + strconv.FormatInt(window, 10)
		limit += `"` + name + `";r=` + strconv.FormatInt(remaining, 10) + ";t=" + strconv.FormatInt(reset, 10)
	}
	add("second", u.PerSecond, u.Second, 1, 1)
	add("day", u.PerDay, u.Day, day, day-now%day)
	return policy, limit
}
