// Package ses stands in for the mail service in tests: it takes SES v2's SendEmail, remembers what it accepted, and misbehaves when it is told to. It checks
// no signature and no identity, and knows Simple content only. In `make run` an inbox with pages stands there instead.
package ses

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// Mail is one mail as SendEmail brought it.
type Mail struct {
	MessageID string
	At        time.Time
	From      string
	To        []string
	Subject   string
	HTML      string
	Text      string
	Headers   map[string]string
	Tags      map[string]string
	// ConfigurationSet that the mail was sent with.
	ConfigurationSet string
}

// Answer is what the service does with a mail. The zero value accepts it.
type Answer struct {
	// Status and Code refuse it: 429 TooManyRequestsException, 500 InternalServerError, 400 MessageRejected.
	Status        int
	Code, Message string
	// Reset accepts it, and resets the connection before the answer: the caller cannot know.
	Reset bool
	// Wait is waited for before anything else; nil does not wait.
	Wait <-chan struct{}
}

// Answers of the service as AWS gives them.
var (
	Throttled = Answer{Status: http.StatusTooManyRequests, Code: "TooManyRequestsException", Message: "Maximum sending rate exceeded."}
	Broken    = Answer{Status: http.StatusInternalServerError, Code: "InternalServerError", Message: "Internal failure."}
	Paused    = Answer{Status: http.StatusBadRequest, Code: "SendingPausedException", Message: "Email sending is paused for your account."}
	Refused   = Answer{Status: http.StatusBadRequest, Code: "MessageRejected", Message: "Email address is on the suppression list."}
	Illegal   = Answer{Status: http.StatusBadRequest, Code: "BadRequestException", Message: "Illegal address"}
	Lost      = Answer{Reset: true}
)

// Server is a running service.
type Server struct {
	URL string

	server   *httptest.Server
	mu       sync.Mutex
	decide   func(Mail) Answer
	mails    []Mail
	requests []time.Time
}

// Start serves on a free loopback port until Close.
func Start() *Server {
	s := &Server{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/email/outbound-emails", s.send)
	s.server = httptest.NewServer(mux)
	s.URL = s.server.URL
	return s
}

// Close ends the service.
func (s *Server) Close() { s.server.Close() }

// Decide sets what happens to the mails that come from now on; nil accepts all.
func (s *Server) Decide(decide func(Mail) Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decide = decide
}

// Mails returns what was accepted so far, in that order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Requests returns when each request came, refused ones among them.
func (s *Server) Requests() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// maxRequest is SES's limit of a message.
const maxRequest = 40 << 20

type pair struct{ Name, Value string }

func byName(pairs []pair) map[string]string {
	m := map[string]string{}
	for _, p := range pairs {
		m[p.Name] = p.Value
	}
	return m
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	type content struct{ Data string }
	var request struct {
		FromEmailAddress     string
		Destination          struct{ ToAddresses, CcAddresses, BccAddresses []string }
		ConfigurationSetName string
		EmailTags            []pair
		Content              struct {
			Simple struct {
				Subject content
				Body    struct{ HTML, Text content }
				Headers []pair
			}
		}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	if err != nil {
		refuse(w, Answer{Status: http.StatusBadRequest, Code: "BadRequestException", Message: "The request is not readable."})
		return
	}
	simple := request.Content.Simple
	mail := Mail{
		At: time.Now(), From: request.FromEmailAddress,
		To:      slices.Concat(request.Destination.ToAddresses, request.Destination.CcAddresses, request.Destination.BccAddresses),
		Subject: simple.Subject.Data, HTML: simple.Body.HTML.Data, Text: simple.Body.Text.Data,
		Headers: byName(simple.Headers), Tags: byName(request.EmailTags), ConfigurationSet: request.ConfigurationSetName,
	}
	s.mu.Lock()
	s.requests = append(s.requests, mail.At)
	decide := s.decide
	s.mu.Unlock()
	var answer Answer
	if decide != nil {
		answer = decide(mail)
	}
	if answer.Wait != nil {
		<-answer.Wait
	}
	if answer.Status != 0 {
		refuse(w, answer)
		return
	}
	s.mu.Lock()
	mail.MessageID = fmt.Sprintf("0100-%06d", len(s.mails)+1)
	s.mails = append(s.mails, mail)
	s.mu.Unlock()
	if answer.Reset {
		reset(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"MessageId": mail.MessageID}) // a caller that hung up has the mail sent all the same
}

func refuse(w http.ResponseWriter, answer Answer) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", answer.Code)
	w.WriteHeader(answer.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": answer.Message})
}

// reset ends the connection without an answer.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	connection.Close()
}
