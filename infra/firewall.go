//go:build cdk

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/topology"
)

// tokenPath is where tokens are issued; the rate rule finds it in the stage's address as well as at the hosts' roots.
const tokenPath = "/api/oauth/token"

// addFirewall blocks an address that asks for tokens far more often than any program must, and answers bodies that are too
// large for a function. It looks at nothing else: rules about the content of calls would decide for the providers what their
// APIs may be sent.
func (p *place) addFirewall(api awsapigateway.RestApi, limit *topology.BodyLimit) {
	body, err := json.Marshal(map[string]string{ // RFC 6749 §5.2
		"error":             "temporarily_unavailable",
		"error_description": "Too many token requests from this address. A token lasts an hour: keep it.",
	})
	require(err == nil, "the firewall's answer: %v", err)
	acl := awswafv2.NewCfnWebACL(p.stack, jsii.String("Firewall"), &awswafv2.CfnWebACLProps{
		Name:             jsii.String(*p.stack.StackName()),
		Scope:            jsii.String("REGIONAL"),
		DefaultAction:    &awswafv2.CfnWebACL_DefaultActionProperty{Allow: &awswafv2.CfnWebACL_AllowActionProperty{}},
		VisibilityConfig: visibility(*p.stack.StackName()),
		CustomResponseBodies: &map[string]any{
			"busy": &awswafv2.CfnWebACL_CustomResponseBodyProperty{ContentType: jsii.String("APPLICATION_JSON"), Content: jsii.String(string(body))},
			tooLarge: &awswafv2.CfnWebACL_CustomResponseBodyProperty{
				ContentType: jsii.String("APPLICATION_JSON"), Content: jsii.String(strings.ReplaceAll(limit.Body, topology.ProblemPagesPlaceholder, p.problemPages())),
			},
		},
		Rules: &[]any{&awswafv2.CfnWebACL_RuleProperty{
			Name:     jsii.String("token-requests"),
			Priority: jsii.Number(0),
			Action: &awswafv2.CfnWebACL_RuleActionProperty{Block: &awswafv2.CfnWebACL_BlockActionProperty{
				CustomResponse: &awswafv2.CfnWebACL_CustomResponseProperty{
					ResponseCode:          jsii.Number(429),
					CustomResponseBodyKey: jsii.String("busy"),
					ResponseHeaders: &[]any{
						&awswafv2.CfnWebACL_CustomHTTPHeaderProperty{Name: jsii.String("Retry-After"), Value: jsii.String("60")},
						&awswafv2.CfnWebACL_CustomHTTPHeaderProperty{Name: jsii.String("Cache-Control"), Value: jsii.String("no-store")},
					},
				},
			}},
			Statement: &awswafv2.CfnWebACL_StatementProperty{RateBasedStatement: &awswafv2.CfnWebACL_RateBasedStatementProperty{
				AggregateKeyType:    jsii.String("IP"),
				Limit:               jsii.Number(p.installation.TokenRequestsPer5Minutes),
				EvaluationWindowSec: jsii.Number(300),
				ScopeDownStatement: &awswafv2.CfnWebACL_StatementProperty{ByteMatchStatement: &awswafv2.CfnWebACL_ByteMatchStatementProperty{
					FieldToMatch:         &awswafv2.CfnWebACL_FieldToMatchProperty{UriPath: map[string]any{}},
					PositionalConstraint: jsii.String("CONTAINS"),
					SearchString:         jsii.String(tokenPath),
					// Another spelling of the path must not go round the rule.
					TextTransformations: &[]any{
						&awswafv2.CfnWebACL_TextTransformationProperty{Priority: jsii.Number(0), Type: jsii.String("URL_DECODE")},
						&awswafv2.CfnWebACL_TextTransformationProperty{Priority: jsii.Number(1), Type: jsii.String("NORMALIZE_PATH")},
					},
				}},
			}},
			VisibilityConfig: visibility(*p.stack.StackName() + "-token-requests"),
		}, p.tooLargeRule(limit)},
	})
	awswafv2.NewCfnWebACLAssociation(p.stack, jsii.String("FirewallOfAPI"), &awswafv2.CfnWebACLAssociationProps{
		ResourceArn: api.DeploymentStage().StageArn(),
		WebAclArn:   acl.AttrArn(),
	})
}

// tooLarge names the rule about bodies and its answer.
const tooLarge = "body-too-large"

// tooLargeRule answers a request by the length that it declares (M13).
func (p *place) tooLargeRule(limit *topology.BodyLimit) *awswafv2.CfnWebACL_RuleProperty {
	var headers []any
	for _, name := range slices.Sorted(maps.Keys(limit.Headers)) {
		headers = append(headers, &awswafv2.CfnWebACL_CustomHTTPHeaderProperty{Name: jsii.String(name), Value: jsii.String(limit.Headers[name])})
	}
	return &awswafv2.CfnWebACL_RuleProperty{
		Name:     jsii.String(tooLarge),
		Priority: jsii.Number(1),
		Action: &awswafv2.CfnWebACL_RuleActionProperty{Block: &awswafv2.CfnWebACL_BlockActionProperty{
			CustomResponse: &awswafv2.CfnWebACL_CustomResponseProperty{
				ResponseCode: jsii.Number(limit.Status), CustomResponseBodyKey: jsii.String(tooLarge), ResponseHeaders: &headers,
			},
		}},
		Statement: &awswafv2.CfnWebACL_StatementProperty{RegexMatchStatement: &awswafv2.CfnWebACL_RegexMatchStatementProperty{
			FieldToMatch:        &awswafv2.CfnWebACL_FieldToMatchProperty{SingleHeader: map[string]any{"Name": "content-length"}},
			RegexString:         jsii.String(above(limit.Bytes)),
			TextTransformations: &[]any{&awswafv2.CfnWebACL_TextTransformationProperty{Priority: jsii.Number(0), Type: jsii.String("NONE")}},
		}},
		VisibilityConfig: visibility(*p.stack.StackName() + "-" + tooLarge),
	}
}

// above is a regular expression of the decimal numbers above n: those with more digits, and those that have the first
// digits of n, then a larger one.
func above(n int) string {
	digits := strconv.Itoa(n)
	alternatives := []string{fmt.Sprintf("[1-9][0-9]{%d,}", len(digits))}
	for i, digit := range []byte(digits) {
		if digit < '9' {
			alternatives = append(alternatives, fmt.Sprintf("%s[%c-9][0-9]{%d}", digits[:i], digit+1, len(digits)-i-1))
		}
	}
	return "^0*(" + strings.Join(alternatives, "|") + ")$"
}

// visibility keeps counts and no samples: those hold headers, and so credentials.
func visibility(metric string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
	return &awswafv2.CfnWebACL_VisibilityConfigProperty{
		CloudWatchMetricsEnabled: jsii.Bool(true),
		MetricName:               jsii.String(metric),
		SampledRequestsEnabled:   jsii.Bool(false),
	}
}
