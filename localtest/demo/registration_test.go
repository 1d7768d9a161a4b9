package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/localtest"
	"guichet/localtest/faults"
	"guichet/localtest/ses"
	"guichet/localtest/streams"
	"guichet/shared/account"
	"guichet/shared/application"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/topology"
)

// submit sends a registration under a key, whatever becomes of it.
func submit(t *testing.T, v *visitor, form map[string]any, key string) (status int) {
	t.Helper()
	body, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.portal+"/api/registrations", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", v.portal)
	request.Header.Set("Idempotency-Key", key)
	response, err := v.client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

// TestF10 kills the account function around its one transaction, with the whole platform behind it. What the person then
// does, the same browser's retry or a fresh form, ends in one account, one application, and links of which one lives.
func TestF10ARegistrationThatIsKilledCanBeSubmittedAgain(t *testing.T) {
	t.Parallel()
	written := func(held chan<- struct{}) faults.Fault { // the store has it, the function never hears of it
		return func(r *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
			response, err := next(r)
			if err != nil {
				return nil, err
			}
			response.Body.Close()
			held <- struct{}{}
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
	}
	before := func(held chan<- struct{}) faults.Fault { return faults.Hold(held, nil) }
	for name, c := range map[string]struct {
		fault func(chan<- struct{}) faults.Fault
		fresh bool // the person fills the form again, instead of the browser trying again
	}{
		"killed before its transaction, the browser tries again": {before, false},
		"killed before its transaction, the person tries again":  {before, true},
		"killed after its transaction, the browser tries again":  {written, false},
		"killed after its transaction, the person tries again":   {written, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			post := ses.Start()
			t.Cleanup(post.Close)
			cloud := localtest.Start(t, localtest.Options{
				APIs: []string{topology.PortalAPI}, Functions: []string{"enrol", "notify"}, Endpoints: map[string]string{"SESV2": post.URL},
				Streams: streams.Options{Poll: 20 * time.Millisecond, Pause: 10 * time.Millisecond},
			})
			p, err := Open(t.Context(), cloud.Cloud, "")
			if err == nil {
				err = Prepare(t.Context(), p)
			}
			if err != nil {
				t.Fatal(err)
			}
			v, err := newVisitor(cloud.Portal, "")
			if err != nil {
				t.Fatal(err)
			}
			form := map[string]any{
				"fullName": "Ada Martin", "email": "ada@example.org", "password": newPassword(), "newsletter": false, "surveys": false, "language": "fr",
			}
			fill := func() {
				t.Helper()
				if form["termsHash"], err = v.termsHash(t.Context()); err != nil {
					t.Fatal(err)
				}
				if form["captcha"], err = v.captcha(t.Context(), "registration"); err != nil {
					t.Fatal(err)
				}
			}
			fill()
			held := make(chan struct{})
			cloud.StoreFaults.Inject(faults.Rule{Operation: "TransactWriteItems", Contains: "account.registered", Times: 1, Fault: c.fault(held)})
			first := make(chan int, 1)
			go func() { first <- submit(t, v, form, "first-first-first-1") }()
			select {
			case <-held:
			case status := <-first:
				t.Fatalf("answered %d", status)
			}
			for _, process := range cloud.Lambda.Processes("account") {
				if err := syscall.Kill(process, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			}
			if status := <-first; status/100 == 2 {
				t.Fatalf("F10 a killed registration was answered %d", status)
			}
			key := "first-first-first-1"
			if c.fresh {
				fill()
				key = "second-second-second"
			}
			if status := submit(t, v, form, key); status != http.StatusAccepted {
				t.Fatalf("F10 the second attempt was answered %d", status)
			}
			settled(t, cloud)

			good := 0
			for _, token := range tokens(post) {
				if v.call(t.Context(), http.MethodPost, "/confirmations", map[string]any{"token": token, "password": form["password"]}, nil) == nil {
					good++
				}
			}
			if good != 1 {
				t.Errorf("F10 %d of the mailed links are alive, want 1", good)
			}
			settled(t, cloud)
			users, addresses, applications := rows(t, cloud)
			if users != 1 || addresses != 1 || applications != 1 {
				t.Errorf("F10 %d users, %d addresses, %d applications; want one of each", users, addresses, applications)
			}
		})
	}
}

func settled(t *testing.T, cloud *localtest.TestCloud) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := cloud.Delivery.Settle(ctx); err != nil {
		t.Fatal(err)
	}
}

// tokens are those of the mailed links, each once.
func tokens(post *ses.Server) []string {
	var all []string
	seen := map[string]bool{}
	for _, mail := range post.Mails() {
		for _, found := range regexp.MustCompile(`/confirm/([A-Za-z0-9_-]+)`).FindAllStringSubmatch(mail.Text, -1) {
			if !seen[found[1]] {
				seen[found[1]] = true
				all = append(all, found[1])
			}
		}
	}
	return all
}

// rows counts the registry's users and addresses, and the applications of those users.
func rows(t *testing.T, cloud *localtest.TestCloud) (users, addresses, applications int) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(cloud.Client, &dynamodb.ScanInput{TableName: aws.String(cloud.Name(topology.Registry)), ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			pk, sk := item[ddb.PK].(*types.AttributeValueMemberS).Value, item[ddb.SK].(*types.AttributeValueMemberS).Value
			switch {
			case strings.HasPrefix(pk, ddb.User("")) && sk == ddb.PersonSelf:
				users++
				user := strings.TrimPrefix(pk, ddb.User(""))
				if _, err := application.Load(t.Context(), cloud.Database(nil), application.AutomaticID(user, organisation.Default, channel.Sandbox)); err != nil {
					t.Errorf("F10 the account has no sandbox application: %v", err)
				}
			case strings.HasPrefix(pk, ddb.EmailAddress("")):
				addresses++
			case strings.HasPrefix(pk, ddb.Application("")) && sk == ddb.Self:
				applications++
			}
		}
	}
	return users, addresses, applications
}

// TestEnrolmentEndToEnd takes a person from the form to a membership by code and out of it again, by the portal's API alone.
func TestZ4Z42TheApplicationsFollowThePersonThroughThePortal(t *testing.T) {
	t.Parallel()
	post := ses.Start()
	t.Cleanup(post.Close)
	cloud := localtest.Start(t, localtest.Options{
		APIs: []string{topology.PortalAPI}, Functions: []string{"enrol", "notify", "sweep"}, Endpoints: map[string]string{"SESV2": post.URL},
		Streams: streams.Options{Poll: 20 * time.Millisecond, Pause: 10 * time.Millisecond, Chaos: streams.Chaos{Seed: 10, Copies: 2, Late: 0.5, Shuffle: true}},
	})
	p, err := Open(t.Context(), cloud.Cloud, "")
	if err == nil {
		err = Prepare(t.Context(), p)
	}
	if err != nil {
		t.Fatal(err)
	}
	o, err := organisation.Create(t.Context(), p.DB, actor, "Service des essais", false)
	if err != nil {
		t.Fatal(err)
	}
	code, err := organisation.SetCode(t.Context(), p.DB, actor, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVisitor(cloud.Portal, "")
	if err != nil {
		t.Fatal(err)
	}
	password := newPassword()
	form := map[string]any{"fullName": "Ada Martin", "email": "ada@example.org", "password": password, "newsletter": false, "surveys": false, "language": "fr"}
	if form["termsHash"], err = v.termsHash(t.Context()); err != nil {
		t.Fatal(err)
	}
	if form["captcha"], err = v.captcha(t.Context(), "registration"); err != nil {
		t.Fatal(err)
	}
	do := func(method, path string, in, out any) {
		t.Helper()
		if err := v.call(t.Context(), method, path, in, out); err != nil {
			t.Fatal(err)
		}
		settled(t, cloud)
	}
	do(http.MethodPost, "/registrations", form, nil)
	links := tokens(post)
	if len(links) != 1 {
		t.Fatalf("%d links", len(links))
	}
	var session struct{ Person struct{ ID string } }
	do(http.MethodPost, "/confirmations", map[string]any{"token": links[0], "password": password}, &session)
	if err := v.acceptTerms(t.Context()); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		var all []string
		for _, place := range []struct {
			organisation string
			channel      channel.Channel
		}{{organisation.Default, channel.Sandbox}, {o.ID, channel.Sandbox}, {o.ID, channel.Production}} {
			a, err := application.Load(t.Context(), p.DB, application.AutomaticID(session.Person.ID, place.organisation, place.channel))
			if err != nil {
				all = append(all, "none")
				continue
			}
			all = append(all, fmt.Sprintf("%s:%t", a.Channel, a.Live()))
		}
		return strings.Join(all, " ")
	}
	expect := func(what, want string) {
		t.Helper()
		if got := state(); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	expect("Z4 confirmed", "SANDBOX:true none none")
	do(http.MethodPost, "/me/memberships", map[string]string{"code": code.Reveal()}, nil)
	expect("Z44 joined by code", "SANDBOX:true SANDBOX:true PRODUCTION:true")
	do(http.MethodDelete, "/me/memberships/"+o.ID, nil, nil)
	expect("Z42 left", "SANDBOX:true SANDBOX:false PRODUCTION:false")
	do(http.MethodPost, "/me/memberships", map[string]string{"code": code.Reveal()}, nil)
	expect("Z4 joined again", "SANDBOX:true SANDBOX:true PRODUCTION:true")
	do(http.MethodDelete, "/me", map[string]string{"password": password}, nil)
	expect("Z32 deleted", "SANDBOX:false SANDBOX:false PRODUCTION:false")

	var subjects []string
	for _, mail := range post.Mails() {
		if len(mail.To) != 1 || mail.To[0] != "ada@example.org" {
			t.Errorf("ML-01 a mail to %v", mail.To)
		}
		if strings.Contains(mail.Text, password) || strings.Contains(mail.HTML, password) || strings.Contains(mail.Text, code.Reveal()) {
			t.Error("ML-04 a secret was mailed")
		}
		subjects = append(subjects, mail.Subject)
	}
	counts := map[string]int{}
	for _, subject := range subjects {
		counts[subject]++
	}
	for subject, want := range map[string]int{
		"Confirmez votre inscription à Guichet": 1, "Bienvenue sur Guichet\u00a0: votre application est prête": 1,
		"Vous avez rejoint une organisation sur Guichet": 2, "Vous ne faites plus partie d’une organisation sur Guichet": 1,
		"Votre compte Guichet est supprimé": 1,
	} {
		if counts[subject] != want {
			t.Errorf("F17 %d mails %q, want %d; all: %q", counts[subject], subject, want, subjects)
		}
	}
	if u, err := account.Get(t.Context(), p.DB, session.Person.ID); err != nil || u.Status != account.Deleted {
		t.Errorf("the account is %s, %v", u.Status, err)
	}
}
