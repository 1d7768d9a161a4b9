package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/localtest"
	"guichet/localtest/ses"
	"guichet/localtest/streams"
	"guichet/shared/account"
	"guichet/shared/ddb"
	"guichet/shared/secret"
	"guichet/shared/topology"
)

// linkKey1 is the key of the test's links.
const linkKey1 secret.Value = "0123456789abcdefghijklmnopqrstuvwxyz"

// world is the real functions notify and sweep behind the real stream, and a mail service that does as it is told.
type world struct {
	*testing.T
	*localtest.TestCloud
	db  ddb.Database
	ses *ses.Server
}

func newWorld(t *testing.T, chaos streams.Chaos, settings map[string]string) *world {
	t.Helper()
	post := ses.Start()
	t.Cleanup(post.Close)
	cloud := localtest.Start(t, localtest.Options{
		Functions: []string{"notify", "sweep"}, Settings: settings, Endpoints: map[string]string{"SESV2": post.URL},
		Streams: streams.Options{Poll: 20 * time.Millisecond, Pause: 10 * time.Millisecond, Chaos: chaos},
	})
	prefix := strings.TrimSuffix(cloud.Name(topology.Events), topology.Events)
	if err := cloud.Secrets.Put(prefix+topology.LinkKeys, `{"sign":"1","1":"`+linkKey1.Reveal()+`"}`); err != nil {
		t.Fatal(err)
	}
	return &world{T: t, TestCloud: cloud, db: cloud.Database(nil), ses: post}
}

func (w *world) person(email string) account.User {
	w.Helper()
	u := account.User{
		ID: w.db.NewID(), Name: "Camille Martin", Email: email, Language: account.French, Status: account.Confirmed,
		Created: w.db.Now().UTC(), Preferences: account.NewPreferences(false, false),
	}
	w.store(u)
	return u
}

func (w *world) store(u account.User) {
	w.Helper()
	item, err := u.Item()
	if err != nil {
		w.Fatal(err)
	}
	w.put(w.db.Tables.Registry, item)
}

func (w *world) put(table string, item map[string]types.AttributeValue) {
	w.Helper()
	if _, err := w.db.Client.PutItem(w.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
		w.Fatal(err)
	}
}

// act records an act of that age.
func (w *world) act(user string, act events.Act, age time.Duration) events.Event {
	w.Helper()
	e := events.Event{ID: w.db.NewID(), At: w.db.Now().Add(-age).UTC().Truncate(time.Second), Actor: user, Subject: ddb.User(user), Act: act}
	put, err := e.Put(w.db.Tables.Events)
	if err != nil {
		w.Fatal(err)
	}
	if err := w.db.Transact(w.Context(), []types.TransactWriteItem{put}); err != nil {
		w.Fatal(err)
	}
	return e
}

// settle waits until the stream is quiet.
func (w *world) settle() {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 30*time.Second)
	defer cancel()
	if err := w.Delivery.Settle(ctx); err != nil {
		w.Fatal(err)
	}
	for _, letter := range w.Delivery.DeadLetters() {
		w.Errorf("discarded: %+v", letter.Message.RequestContext)
	}
}

// pass makes everything that waits due, and every claim end, as ten minutes do, then lets sweep look.
func (w *world) pass() {
	w.Helper()
	past := w.db.Now().Add(-10 * time.Minute).UTC().Format(time.RFC3339Nano)
	for _, item := range w.rows() {
		if item["DuePK"] == nil {
			continue
		}
		update := &dynamodb.UpdateItemInput{
			TableName: &w.db.Tables.Events, Key: map[string]types.AttributeValue{ddb.PK: item[ddb.PK], ddb.SK: item[ddb.SK]},
			UpdateExpression: aws.String("SET DueSK = :past"), ExpressionAttributeValues: map[string]types.AttributeValue{":past": ddb.S(past)},
		}
		if item["lease"] != nil {
			update.UpdateExpression = aws.String("SET DueSK = :past, lease = :past")
		}
		if _, err := w.db.Client.UpdateItem(w.Context(), update); err != nil {
			w.Fatal(err)
		}
	}
	w.sweep("minute")
}

func (w *world) sweep(schedule string) {
	w.Helper()
	if _, err := w.Delivery.Run(w.Context(), "sweep", schedule); err != nil {
		w.Fatal(err)
	}
	w.settle()
}

// rows are all of the table of events.
func (w *world) rows() []map[string]types.AttributeValue {
	w.Helper()
	var all []map[string]types.AttributeValue
	pages := dynamodb.NewScanPaginator(w.db.Client, &dynamodb.ScanInput{TableName: &w.db.Tables.Events, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(w.Context())
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, page.Items...)
	}
	return all
}

// deliveries lists "recipient mail state" of every delivery, sorted.
func (w *world) deliveries() []string {
	w.Helper()
	var list []string
	for _, item := range w.rows() {
		d, ok, err := events.ParseDelivery(item)
		if err != nil {
			w.Fatal(err)
		}
		if ok {
			line := d.Mail + " " + string(d.State)
			if d.Reason != "" && d.State == events.Failed {
				line += ": " + d.Reason
			}
			list = append(list, line)
		}
	}
	slices.Sort(list)
	return list
}

// due counts the rows that wait for something, checks apart.
func (w *world) due() int {
	w.Helper()
	n := 0
	for _, item := range w.rows() {
		if partition, ok := item["DuePK"].(*types.AttributeValueMemberS); ok && partition.Value != ddb.DueChecks {
			n++
		}
	}
	return n
}

// subjects lists what a person got, in that order.
func (w *world) subjects(email string) []string {
	var list []string
	for _, m := range w.ses.Mails() {
		if len(m.To) == 1 && m.To[0] == email {
			list = append(list, m.Subject)
		}
	}
	return list
}

func (w *world) expect(what string, got, want []string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("%s: got %q, want %q", what, got, want)
	}
}
