package apigateway

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// proxyEvent is the event of a Lambda proxy integration. What is absent is null.
func (a *API) proxyEvent(c *call) map[string]any {
	event := a.commonEvent(c)
	if len(c.query) == 0 {
		event["queryStringParameters"], event["multiValueQueryStringParameters"] = nil, nil
	}
	if len(c.parameters) == 0 {
		event["pathParameters"] = nil
	}
	event["body"], event["isBase64Encoded"] = nil, false
	if len(c.body) > 0 {
		if a.binary() {
			event["body"], event["isBase64Encoded"] = base64.StdEncoding.EncodeToString(c.body), true
		} else {
			event["body"] = strings.ToValidUTF8(string(c.body), string(utf8.RuneError))
		}
	}
	return event
}

// binary tells whether every body is binary to this API. A REST API decides it by media type; the topology declares all or none.
func (a *API) binary() bool { return slices.Contains(a.options.API.BinaryMediaTypes, "*/*") }

// authorizerEvent is the event of a REQUEST authorizer: no body, and what is absent is empty.
func (a *API) authorizerEvent(c *call) map[string]any {
	event := a.commonEvent(c)
	event["type"] = "REQUEST"
	event["methodArn"] = a.arn(c)
	return event
}

func (a *API) commonEvent(c *call) map[string]any {
	parameters := c.parameters
	if parameters == nil {
		parameters = map[string]string{}
	}
	return map[string]any{
		"resource": c.resource, "path": c.path, "httpMethod": c.method,
		"headers": last(c.headers), "multiValueHeaders": c.headers,
		"queryStringParameters": last(c.query), "multiValueQueryStringParameters": c.query,
		"pathParameters": parameters, "stageVariables": nil,
		"requestContext": a.requestContext(c),
	}
}

// last keeps the last of several values, as the service does in its maps of single values.
func last(all map[string][]string) map[string]string {
	single := make(map[string]string, len(all))
	for name, values := range all {
		single[name] = values[len(values)-1]
	}
	return single
}

func (a *API) requestContext(c *call) map[string]any {
	prefix, _, _ := strings.Cut(c.host, ".")
	epoch := c.began.UnixMilli()
	context := map[string]any{
		"accountId": a.options.Account, "apiId": a.id, "stage": a.options.Stage, "protocol": c.variables["protocol"],
		"domainName": c.host, "domainPrefix": prefix, "requestId": c.id, "extendedRequestId": c.variables["extendedRequestId"],
		"httpMethod": c.method, "resourcePath": c.resource, "resourceId": resourceID(c.resource),
		// Behind a custom domain this is the path as the caller sent it; behind the service's own host it begins with the stage.
		"path":        c.path,
		"requestTime": c.variables["requestTime"], "requestTimeEpoch": epoch,
		"identity": map[string]any{
			"accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil, "cognitoAuthenticationType": nil, "cognitoIdentityId": nil,
			"cognitoIdentityPoolId": nil, "principalOrgId": nil, "user": nil, "userArn": nil,
			"sourceIp": c.sourceIP, "userAgent": orNull(c.userAgent),
		},
	}
	if a.options.API.SiteOnly {
		identity := context["identity"].(map[string]any)
		identity["apiKey"], identity["apiKeyId"] = c.apiKey, a.id+"key"
	}
	if c.authorizer != nil {
		authorizer := map[string]any{}
		for name, value := range c.authorizer {
			authorizer[name] = value
		}
		if latency, err := strconv.Atoi(c.variables["authorizer.latency"]); err == nil {
			authorizer["integrationLatency"] = latency
		}
		context["authorizer"] = authorizer
	}
	return context
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// resourceID names a resource; any stable text does.
func resourceID(resource string) string {
	return strings.NewReplacer("/", "_", "{", "", "}", "", "+", "").Replace(resource)
}
