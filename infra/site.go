//go:build cdk

package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"

	"guichet/shared/topology"
)

// addSite makes the portal's pages: a private bucket that `operate site` fills, behind a distribution that has the
// portal's API on the same origin and is alone in reaching it.
func (p *place) addSite(site topology.Site, api awsapigateway.RestApi) {
	declared, ok := p.plan.API(site.API)
	require(ok && declared.SiteOnly, "the site's API %q answers others than the site", site.API)
	key, known := p.newSiteKey(api)
	bucket := awss3.NewBucket(p.stack, jsii.String("Site"), &awss3.BucketProps{
		BucketName:        jsii.String(p.installation.Bucket("site", *p.stack.Account())),
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		Encryption:        awss3.BucketEncryption_KMS,
		EncryptionKey:     p.newKey("SiteKey", "alias/"+p.installation.Part("site", ""), "Guichet: the portal's files"),
		EnforceSSL:        jsii.Bool(true),
		Versioned:         jsii.Bool(true),
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
		LifecycleRules:    &[]*awss3.LifecycleRule{{NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(90))}},
	})
	routes := awscloudfront.NewFunction(p.stack, jsii.String("Routes"), &awscloudfront.FunctionProps{
		FunctionName: jsii.String(p.installation.Part("routes", "")),
		Comment:      jsii.String("The file that answers a path, in the reader's language"),
		Runtime:      awscloudfront.FunctionRuntime_JS_2_0(),
		Code:         awscloudfront.FunctionCode_FromInline(jsii.String(edgeRoutes(site))),
	})
	files := awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, nil)
	// CloudFront puts the key in the place of a header of that name that the caller sent.
	calls := awscloudfrontorigins.NewRestApiOrigin(api, &awscloudfrontorigins.RestApiOriginProps{CustomHeaders: &map[string]*string{"X-Api-Key": key}})
	props := awscloudfront.DistributionProps{
		Comment:                jsii.String("Guichet: the portal"),
		MinimumProtocolVersion: awscloudfront.SecurityPolicyProtocol_TLS_V1_2_2021,
		HttpVersion:            awscloudfront.HttpVersion_HTTP2_AND_3,
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			Origin:                files,
			ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
			Compress:              jsii.Bool(true),
			ResponseHeadersPolicy: p.siteHeaders(site),
			FunctionAssociations: &[]*awscloudfront.FunctionAssociation{{
				EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST, Function: routes,
			}},
		},
		AdditionalBehaviors: &map[string]*awscloudfront.BehaviorOptions{site.APIPath + "*": {
			Origin:               calls,
			AllowedMethods:       awscloudfront.AllowedMethods_ALLOW_ALL(),
			ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_HTTPS_ONLY,
			CachePolicy:          awscloudfront.CachePolicy_CACHING_DISABLED(),
			OriginRequestPolicy:  awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
		}},
	}
	if host, certificate, ok := p.installation.PortalDomain(); ok {
		props.DomainNames = jsii.Strings(host)
		props.Certificate = awscertificatemanager.Certificate_FromCertificateArn(p.stack, jsii.String("SiteCertificate"), jsii.String(certificate))
	}
	distribution := awscloudfront.NewDistribution(p.stack, jsii.String("Distribution"), &props)
	distribution.Node().AddDependency(known)
	p.output("SiteBucket", "Bucket of the portal's files; `operate site` fills it", bucket.BucketName())
	p.output("SiteURL", "CloudFront's own address of the portal; the portal's host points to it", jsii.String("https://"+*distribution.DistributionDomainName()))
}

// newSiteKey makes the key by which the API knows the distribution, and says what must be there before the distribution sends
// it. Secrets Manager makes the value and the template refers to it. Another number in the configuration is another key:
// CloudFormation makes the new one first, then teaches the distribution, and takes the old one away last, so that no call
// is refused meanwhile.
func (p *place) newSiteKey(api awsapigateway.RestApi) (value *string, known awsapigateway.CfnUsagePlanKey) {
	number := strconv.Itoa(p.installation.SiteKey)
	secret := awssecretsmanager.NewSecret(p.stack, jsii.String("SiteKey-"+number), &awssecretsmanager.SecretProps{
		SecretName:    jsii.String(p.installation.Secret("site-key-"+number, "")),
		Description:   jsii.String("Guichet: by which the portal's API knows its distribution, rotated as infra/README.md says"),
		EncryptionKey: p.data.secretsKey,
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			PasswordLength:     jsii.Number(64),
			ExcludePunctuation: jsii.Bool(true),
		},
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	value = secret.SecretValue().UnsafeUnwrap() // a dynamic reference, which CloudFormation resolves
	key := awsapigateway.NewCfnApiKey(p.stack, jsii.String("APIKey-"+number), &awsapigateway.CfnApiKeyProps{
		Description: jsii.String("Guichet: the portal's distribution"),
		Enabled:     jsii.Bool(true),
		Value:       value,
	})
	plan := awsapigateway.NewCfnUsagePlan(p.stack, jsii.String("SitePlan"), &awsapigateway.CfnUsagePlanProps{
		UsagePlanName: jsii.String(p.installation.Part("site", "")),
		Description:   jsii.String("Guichet: calls by the portal's distribution, without a limit"),
		ApiStages: &[]any{&awsapigateway.CfnUsagePlan_ApiStageProperty{
			ApiId: api.RestApiId(), Stage: api.DeploymentStage().StageName(),
		}},
	})
	return value, awsapigateway.NewCfnUsagePlanKey(p.stack, jsii.String("SitePlanKey-"+number), &awsapigateway.CfnUsagePlanKeyProps{
		KeyId: key.Ref(), KeyType: jsii.String("API_KEY"), UsagePlanId: plan.Ref(),
	})
}

// siteHeaders are the topology's headers as a policy. CloudFront has fields of its own for some and refuses them elsewhere.
func (p *place) siteHeaders(site topology.Site) awscloudfront.ResponseHeadersPolicy {
	security := awscloudfront.ResponseSecurityHeadersBehavior{}
	var custom []*awscloudfront.ResponseCustomHeader
	headers := site.HeadersFor(p.installation.ChannelURLs())
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		value := headers[name]
		switch name {
		case "Content-Security-Policy":
			security.ContentSecurityPolicy = &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: jsii.String(value), Override: jsii.Bool(true)}
		case "Strict-Transport-Security":
			require(value == "max-age=63072000; includeSubDomains", "the site's Strict-Transport-Security is not the one that is written here")
			security.StrictTransportSecurity = &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: awscdk.Duration_Seconds(jsii.Number(63072000)), IncludeSubdomains: jsii.Bool(true), Override: jsii.Bool(true),
			}
		case "X-Content-Type-Options":
			security.ContentTypeOptions = &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)}
		case "X-Frame-Options":
			security.FrameOptions = &awscloudfront.ResponseHeadersFrameOptions{FrameOption: awscloudfront.HeadersFrameOption_DENY, Override: jsii.Bool(true)}
		case "Referrer-Policy":
			require(value == "no-referrer", "the site's Referrer-Policy is not the one that is written here")
			security.ReferrerPolicy = &awscloudfront.ResponseHeadersReferrerPolicy{ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_NO_REFERRER, Override: jsii.Bool(true)}
		default:
			custom = append(custom, &awscloudfront.ResponseCustomHeader{Header: jsii.String(name), Value: jsii.String(value), Override: jsii.Bool(true)})
		}
	}
	return awscloudfront.NewResponseHeadersPolicy(p.stack, jsii.String("SiteHeaders"), &awscloudfront.ResponseHeadersPolicyProps{
		ResponseHeadersPolicyName: jsii.String(strings.ToLower(p.installation.Part("site", ""))),
		SecurityHeadersBehavior:   &security,
		CustomHeadersBehavior:     &awscloudfront.ResponseCustomHeadersBehavior{CustomHeaders: &custom},
	})
}
