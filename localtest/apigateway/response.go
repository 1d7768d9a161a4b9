package apigateway

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"guichet/shared/topology"
)

// kind is a type of gateway response: its status and the error that the platform names in a header.
type kind struct {
	status int
	name   string
}

// kinds are the gateway responses of a REST API.
var kinds = map[string]kind{
	"ACCESS_DENIED":                  {403, "AccessDeniedException"},
	"API_CONFIGURATION_ERROR":        {500, "InternalServerErrorException"},
	"AUTHORIZER_CONFIGURATION_ERROR": {500, "AuthorizerConfigurationException"},
	"AUTHORIZER_FAILURE":             {500, "AuthorizerFailureException"},
	"BAD_REQUEST_BODY":               {400, "BadRequestException"},
	"BAD_REQUEST_PARAMETERS":         {400, "BadRequestException"},
	"DEFAULT_4XX":                    {400, "BadRequestException"},
	"DEFAULT_5XX":                    {500, "InternalServerErrorException"},
	"EXPIRED_TOKEN":                  {403, "ExpiredTokenException"},
	"INTEGRATION_FAILURE":            {504, "InternalServerErrorException"},
	"INTEGRATION_TIMEOUT":            {504, "InternalServerErrorException"},
	"INVALID_API_KEY":                {403, "ForbiddenException"},
	"INVALID_SIGNATURE":              {403, "InvalidSignatureException"},
	"MISSING_AUTHENTICATION_TOKEN":   {403, "MissingAuthenticationTokenException"},
	"QUOTA_EXCEEDED":                 {429, "LimitExceededException"},
	"REQUEST_TOO_LARGE":              {413, "RequestTooLongException"},
	"RESOURCE_NOT_FOUND":             {404, "NotFoundException"},
	"THROTTLED":                      {429, "TooManyRequestsException"},
	"UNAUTHORIZED":                   {401, "UnauthorizedException"},
	"UNSUPPORTED_MEDIA_TYPE":         {415, "UnsupportedMediaTypeException"},
	"WAF_FILTERED":                   {403, "ForbiddenException"},
}

// failure ends a call with a gateway response.
type failure struct {
	kind    string
	status  int      // where the kind has none of its own
	message string   // the platform's words
	cause   error    // for Options.Failure only
	plain   *refusal // instead of a gateway response
}

// writeFailure answers with the declared gateway response: of the kind, else the default of its class, else the platform's own. A declared status of 0 keeps the
// original one.
func (a *API) writeFailure(w http.ResponseWriter, c *call, f *failure) {
	if f.plain != nil {
		a.refuse(w, c, f.plain)
		return
	}
	status := f.status
	if status == 0 {
		status = kinds[f.kind].status
	}
	c.set("error.message", f.message)
	c.set("error.messageString", quoted(f.message))
	c.set("error.responseType", f.kind)
	if f.cause != nil {
		a.options.Failure(c.id, f.cause)
	}
	declared, ok := a.responses[f.kind]
	if !ok {
		declared, ok = a.responses["DEFAULT_"+strconv.Itoa(status/100)+"XX"]
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header["x-amzn-ErrorType"] = []string{kinds[f.kind].name}
	body := `{"message":` + quoted(f.message) + `}`
	if ok {
		if declared.Status != 0 {
			status = declared.Status
		}
		for name, source := range declared.Headers {
			if value, found := c.mapped(source); found {
				setSpelled(header, name, []string{value})
			}
		}
		if declared.Body != "" {
			body = c.substitute(strings.ReplaceAll(declared.Body, topology.ProblemPagesPlaceholder, a.options.ProblemPages), "")
		}
	}
	c.write(w, status, []byte(body))
}

func quoted(text string) string {
	if text == "" {
		return "null"
	}
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string
	}
	return string(encoded)
}

// mappable reports whether a header of a gateway response may come from source.
func mappable(source string) bool {
	if len(source) >= 2 && strings.HasPrefix(source, "'") && strings.HasSuffix(source, "'") {
		return true
	}
	return contextName.MatchString(source) || strings.HasPrefix(source, "method.request.header.")
}

var contextName = regexp.MustCompile(`^context(\.[A-Za-z0-9_]+)+$`)

// mapped resolves a header's source; what resolves to nothing makes no header.
func (c *call) mapped(source string) (string, bool) {
	if text, ok := strings.CutPrefix(source, "'"); ok {
		return strings.TrimSuffix(text, "'"), true
	}
	if name, ok := strings.CutPrefix(source, "context."); ok {
		value := c.variables[name]
		return value, value != ""
	}
	values := http.Header(c.headers).Values(strings.TrimPrefix(source, "method.request.header."))
	if len(values) == 0 {
		return "", false
	}
	return values[len(values)-1], true
}

var variable = regexp.MustCompile(`\$context(?:\.[A-Za-z0-9_]+)+`)

// substitute fills a template's $context variables, without escaping them: no more does the service.
func (c *call) substitute(template, absent string) string {
	return variable.ReplaceAllStringFunc(template, func(name string) string {
		value := c.variables[strings.TrimPrefix(name, "$context.")]
		if value == "" {
			return absent
		}
		return value
	})
}

// logLine is the call's line of the access log. What is absent is a hyphen.
func (c *call) logLine(format string) string { return c.substitute(format, "-") }
