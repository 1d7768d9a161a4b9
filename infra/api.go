//go:build cdk

package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/topology"
)

// stageName is the API's one stage. It shows in API Gateway's own address only.
const stageName = "live"

// methods are those that "ANY" stands for where a setting takes no "ANY".
var methods = [...]string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// newAPI makes a REST API with its logs, without answers and routes: functions need its address before they exist.
func (p *place) newAPI(a topology.API) awsapigateway.RestApi {
	name := p.installation.Part(a.Name, p.channel)
	throttles := map[string]*awsapigateway.MethodDeploymentOptions{}
	for _, route := range a.Routes {
		if route.Rate == 0 {
			continue
		}
		for _, method := range methods {
			if route.Method != "ANY" && route.Method != method {
				continue
			}
			throttles[route.Path+"/"+method] = &awsapigateway.MethodDeploymentOptions{
				ThrottlingRateLimit:  jsii.Number(route.Rate),
				ThrottlingBurstLimit: jsii.Number(route.Burst),
			}
		}
	}
	logs := p.logGroup("Logs-"+a.Name, "/guichet/"+name)
	api := awsapigateway.NewRestApi(p.stack, jsii.String("API-"+a.Name), &awsapigateway.RestApiProps{
		RestApiName:               jsii.String(name),
		Description:               jsii.String("Guichet: " + name),
		EndpointConfiguration:     &awsapigateway.EndpointConfiguration{Types: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL}},
		BinaryMediaTypes:          jsii.Strings(a.BinaryMediaTypes...),
		DisableExecuteApiEndpoint: jsii.Bool(len(p.installation.Domains(p.channel)) > 0),
		CloudWatchRole:            jsii.Bool(false), // the region's one role is of the data stack
		Deploy:                    jsii.Bool(true),
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            jsii.String(stageName),
			MethodOptions:        &throttles,
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(logs),
			AccessLogFormat:      awsapigateway.AccessLogFormat_Custom(jsii.String(a.AccessLog)),
			// Execution logs hold headers and bodies, and so credentials.
			LoggingLevel:     awsapigateway.MethodLoggingLevel_OFF,
			DataTraceEnabled: jsii.Bool(false),
		},
	})
	// CDK puts out API Gateway's own address, closed or not; the stack puts out the one to use.
	api.Node().TryRemoveChild(jsii.String("Endpoint"))
	return api
}

// addResponses adds the answers of API Gateway itself. pages is the base URL of the pages that explain codes.
func addResponses(a topology.API, api awsapigateway.RestApi, pages string) {
	for _, response := range a.GatewayResponses {
		headers := map[string]*string{}
		for header, value := range response.Headers {
			headers[header] = jsii.String(value)
		}
		options := awsapigateway.GatewayResponseOptions{
			Type:            awsapigateway.ResponseType_Of(jsii.String(response.Type)),
			ResponseHeaders: &headers,
			Templates:       &map[string]*string{"application/json": jsii.String(strings.ReplaceAll(response.Body, topology.ProblemPagesPlaceholder, pages))},
		}
		if response.Status != 0 {
			options.StatusCode = jsii.String(strconv.Itoa(response.Status))
		}
		api.AddGatewayResponse(jsii.String("Response-"+response.Type), &options)
	}
}

// ownURL is the address that API Gateway gives, without the stage's own reference: that would make a circle of functions,
// methods and stage.
func (p *place) ownURL(api awsapigateway.RestApi) string {
	return fmt.Sprintf("https://%s.execute-api.%s.%s/%s", *api.RestApiId(), p.installation.Region, *p.stack.UrlSuffix(), stageName)
}

// addRoutes leads every declared method and path to its function, through the authorizer or not.
func (p *place) addRoutes(a topology.API, api awsapigateway.RestApi, functions map[string]awslambda.Function) {
	var authorizer awsapigateway.RequestAuthorizer
	if a.Authorizer != "" {
		function, ok := functions[a.Authorizer]
		require(ok, "API %s has an unknown authorizer %q", a.Name, a.Authorizer)
		authorizer = awsapigateway.NewRequestAuthorizer(p.stack, jsii.String("Authorizer-"+a.Name), &awsapigateway.RequestAuthorizerProps{
			Handler:         function,
			IdentitySources: &[]*string{},
			ResultsCacheTtl: awscdk.Duration_Seconds(jsii.Number(0)),
		})
		// CDK writes an empty text for "none". With any identity source API Gateway would refuse by itself what lacks it.
		authorizer.Node().DefaultChild().(awsapigateway.CfnAuthorizer).AddPropertyDeletionOverride(jsii.String("IdentitySource"))
	}
	for _, route := range a.Routes {
		function, ok := functions[route.Function]
		require(ok, "route %s %s leads to an unknown function %q", route.Method, route.Path, route.Function)
		options := &awsapigateway.MethodOptions{AuthorizationType: awsapigateway.AuthorizationType_NONE}
		if route.Authorized {
			require(authorizer != nil, "route %s %s is authorized by nobody", route.Method, route.Path)
			options = &awsapigateway.MethodOptions{AuthorizationType: awsapigateway.AuthorizationType_CUSTOM, Authorizer: authorizer}
		}
		options.ApiKeyRequired = jsii.Bool(a.SiteOnly)
		integration := awsapigateway.NewLambdaIntegration(function, &awsapigateway.LambdaIntegrationOptions{AllowTestInvoke: jsii.Bool(false)})
		api.Root().ResourceForPath(jsii.String(route.Path)).AddMethod(jsii.String(route.Method), integration, options)
	}
}

// addHosts serves the channel's own hosts; API Gateway's address is closed then (newAPI).
func (p *place) addHosts(api awsapigateway.RestApi) {
	for n, domain := range p.installation.Domains(p.channel) {
		id := "Host" + strconv.Itoa(n+1)
		host := awsapigateway.NewDomainName(p.stack, jsii.String(id+"-"+domain.Host), &awsapigateway.DomainNameProps{
			DomainName:     jsii.String(domain.Host),
			Certificate:    awscertificatemanager.Certificate_FromCertificateArn(p.stack, jsii.String(id+"Certificate"), jsii.String(domain.Certificate)),
			EndpointType:   awsapigateway.EndpointType_REGIONAL,
			SecurityPolicy: awsapigateway.SecurityPolicy_TLS_1_2,
			Mapping:        api,
		})
		p.output(id+"Target", "What "+domain.Host+" must be an alias or CNAME of", host.DomainNameAliasDomainName())
	}
}

// apiAlarms watch over the API as its callers see it.
func (p *place) apiAlarms(api awsapigateway.RestApi, whose string) {
	p.alarm("5xx", "5 % and more of the calls of "+whose+" are answered 5xx: the platform, or a provider's backend, is down.",
		metricOf("AWS/ApiGateway", "5XXError", "Average", map[string]*string{"ApiName": api.RestApiName(), "Stage": jsii.String(stageName)}),
		threshold{limit: 0.05, points: 3, periods: 5})
}
