package main

import (
	"context"
	"errors"
	"net/http"
	netmail "net/mail"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"guichet/shared/amazon"
)

// postOffice sends mails through SES, at a rate of its own.
type postOffice struct {
	client *sesv2.Client
	// sender is the address that mails come from; configurationSet is empty where there is none.
	sender, configurationSet string
	pace                     *pace
}

func newPostOffice(env amazon.Environment, sender, configurationSet string, perSecond float64) *postOffice {
	return &postOffice{
		client: sesv2.New(sesv2.Options{
			Region: env.Region, Credentials: env.Credentials, HTTPClient: env.HTTP, BaseEndpoint: env.Endpoint("SESV2"),
			Retryer:    aws.NopRetryer{}, // two calls are two mails
			APIOptions: []func(*middleware.Stack) error{amazon.BoundOperations},
		}),
		sender: sender, configurationSet: configurationSet, pace: &pace{interval: time.Duration(float64(time.Second) / perSecond)},
	}
}

// envelope is a mail with its one recipient.
type envelope struct {
	written
	product, to string
	// unsubscribe is the page where such mails are switched off; empty for those that are always sent.
	unsubscribe string
	// tags come back with SES's feedback.
	tags map[string]string
}

// errAddress says that an address cannot stand in a header.
var errAddress = errors.New("the address is not valid")

// send hands a mail over and returns its id.
func (p *postOffice) send(ctx context.Context, e envelope) (messageID string, err error) {
	// ML-01: exactly one recipient, without a name, as it is stored.
	if parsed, err := netmail.ParseAddress(e.to); err != nil || parsed.Address != e.to || strings.ContainsAny(e.to, "\r\n,;<>") {
		return "", errAddress
	}
	if err := p.pace.wait(ctx); err != nil {
		return "", err
	}
	content := func(text string) *types.Content { return &types.Content{Data: &text, Charset: aws.String("UTF-8")} }
	headers := []types.MessageHeader{
		{Name: aws.String("Auto-Submitted"), Value: aws.String("auto-generated")}, // RFC 3834: no out-of-office answers
		{Name: aws.String("X-Auto-Response-Suppress"), Value: aws.String("All")},
	}
	if e.unsubscribe != "" {
		headers = append(headers, types.MessageHeader{Name: aws.String("List-Unsubscribe"), Value: aws.String("<" + e.unsubscribe + ">")})
	}
	in := &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(from(e.product, p.sender)),
		Destination:      &types.Destination{ToAddresses: []string{e.to}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: content(e.Subject), Body: &types.Body{Html: content(e.HTML), Text: content(e.Text)}, Headers: headers,
		}},
	}
	if p.configurationSet != "" {
		in.ConfigurationSetName = &p.configurationSet
	}
	for name, value := range e.tags {
		in.EmailTags = append(in.EmailTags, types.MessageTag{Name: aws.String(name), Value: aws.String(value)})
	}
	out, err := p.client.SendEmail(ctx, in)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.MessageId), nil
}

// from is the value of the From header (RFC 5322 §3.6.2): the product's name, encoded where it must be (RFC 2047), and the
// address. A name that a header cannot hold is left out (ML-01).
func from(product, sender string) string {
	product = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, product)
	header := (&netmail.Address{Name: product, Address: sender}).String()
	if parsed, err := netmail.ParseAddress(header); err != nil || parsed.Address != sender {
		return sender
	}
	return header
}

// verdict is what a failure to send means.
type verdict int

const (
	// later: nothing is wrong with the mail; it may even have been sent.
	later verdict = iota
	// refused: this mail will never be accepted.
	refused
	// undeliverable: nothing to this address will.
	undeliverable
)

// judge reads SES's errors. In doubt a mail is tried again: SES being paused, a sender that is not verified or a right that
// is missing are the platform's fault, and pass.
func judge(err error) verdict {
	var rejected *types.MessageRejected
	var bad *types.BadRequestException
	var api smithy.APIError
	var response *awshttp.ResponseError
	switch {
	case errors.Is(err, errAddress):
		return undeliverable
	case errors.As(err, &rejected):
		switch message := strings.ToLower(rejected.ErrorMessage()); {
		case strings.Contains(message, "not verified"): // the sender, or an account in SES's sandbox
			return later
		case strings.Contains(message, "address"):
			return undeliverable
		}
		return refused
	case errors.As(err, &bad):
		if strings.Contains(strings.ToLower(bad.ErrorMessage()), "address") {
			return undeliverable
		}
		return refused
	case errors.As(err, &response) && response.HTTPStatusCode() == http.StatusRequestEntityTooLarge:
		return refused
	case errors.As(err, &api) && api.ErrorCode() == "ValidationException":
		return refused
	}
	return later
}

// reasonOf is what is kept of an error: SES's code, not its words, which may hold the address.
func reasonOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	if errors.Is(err, errAddress) {
		return errAddress.Error()
	}
	return "no answer"
}

// pace spreads sends evenly in time.
type pace struct {
	interval time.Duration
	mu       sync.Mutex
	next     time.Time
}

// wait returns when the next send may begin.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(p.interval)
	p.mu.Unlock()
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
