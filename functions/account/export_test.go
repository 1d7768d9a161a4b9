package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/events"
	"guichet/shared/ddb"
	"guichet/shared/portal/portaltest"
)

func TestExport(t *testing.T) {
	t.Parallel()
	w := newFixture(t)
	u, cookie := w.member("camille@example.org")
	w.enrol(u.ID)
	w.mailedByNotify(u.ID, "confirm")
	later := ddb.Item{"id": ddb.S(w.DB.NewID()), "type": ddb.S("of.a.later.version"), "data": ddb.S("{}"), "at": ddb.S(w.Clock.Now().Format(time.RFC3339Nano)), "actor": ddb.S("system:test")}
	later[ddb.PK], later[ddb.SK] = ddb.S(ddb.User(u.ID)), ddb.S(events.Prefix+"7")
	w.Put(w.DB.Tables.Events, later)
	a := w.Must(w.Do(portaltest.Request{Method: "GET", Path: "/me/export", Cookie: cookie}), 200)
	d := a.Document()
	if a.Header.Get("Content-Disposition") != `attachment; filename="account.json"` {
		t.Errorf("OP-07 the export is no file: %v", a.Header)
	}
	// Every attribute that the registry holds of the person is in it, but for secrets' hashes and marks of its own.
	row, err := w.user(u.Email).Item()
	if err != nil {
		t.Fatal(err)
	}
	internal := []string{"password", "epoch", "confirmLink", "passwordLink", "preferences", "ticked", "terms", "id", ddb.PK, ddb.SK, "GSI2PK", "GSI2SK", "status", "created", "confirmed", "passwordChanged"}
	for name, value := range row {
		if s, ok := value.(*types.AttributeValueMemberS); ok && !slices.Contains(internal, name) && !strings.Contains(string(a.Body), s.Value) {
			t.Errorf("OP-07 the export lacks %s", name)
		}
	}
	if len(d["sessions"].([]any)) != 1 || len(d["applications"].([]any)) != 1 || len(d["memberships"].([]any)) != 1 || d["actsComplete"] != true {
		t.Errorf("OP-07 the export is %s", a.Body)
	}
	var names []string
	for _, act := range d["acts"].([]any) {
		names = append(names, fmt.Sprint(act.(map[string]any)["name"]))
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"account.confirmed", "account.registered", "account.terms_accepted", "of.a.later.version"}) {
		t.Errorf("OP-07 the acts are %v", names)
	}
	if mails := d["mails"].([]any); len(mails) != 1 || mails[0].(map[string]any)["name"] != "confirm" || mails[0].(map[string]any)["state"] != "pending" {
		t.Errorf("OP-07 the mails are %v", mails)
	}
	for _, hidden := range []string{w.user(u.Email).Password, "argon2id", cookie} {
		if strings.Contains(string(a.Body), hidden) {
			t.Errorf("TK-03 the export holds %s", hidden)
		}
	}
}
