package client

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/ddb"
	"guichet/shared/secret"
)

var now = time.Unix(1_800_000_000, 0)

func TestAnItemIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	whole := Client{
		Application: "01JD8ZQ5V0M3X2N7K4W9T6R1BC", Number: 65535, Enabled: true, Confidential: true, Strict: true,
		Secrets: []Secret{{Hash: secret.Value("old").Hash(), Until: now}, {Hash: secret.Value("new").Hash()}},
		Origins: []string{"https://a.example", "https://b.example"}, Access: []string{"AAAA", "BBBBCCCC", "BBBB~"},
	}
	for name, c := range map[string]Client{"whole": whole, "bare": {Application: whole.Application}} {
		got, err := FromItem(c.Item())
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%s: got %+v (%v), want %+v", name, got, err, c)
		}
	}
	for name := range whole.Item() {
		item := maps.Clone(whole.Item())
		item[name] = &types.AttributeValueMemberNULL{Value: true}
		got, err := FromItem(item)
		switch name {
		case originsAttribute, accessAttribute, secretsAttribute: // less of them is less right
			if err != nil || reflect.DeepEqual(got, whole) {
				t.Errorf("without %s: %+v (%v)", name, got, err)
			}
		default:
			if err == nil {
				t.Errorf("an item without %s was read as a client", name)
			}
		}
	}
	broken := whole.Item()
	broken[secretsAttribute] = &types.AttributeValueMemberL{Value: []types.AttributeValue{ddb.S("x")}}
	if _, err := FromItem(broken); err == nil {
		t.Error("an unreadable secret was passed over")
	}
}

func TestAuthenticates(t *testing.T) {
	t.Parallel()
	hash := func(text string, until time.Time) Secret {
		return Secret{Hash: secret.Value(text).Hash(), Until: until}
	}
	tests := []struct {
		name    string
		secrets []Secret
		offered secret.Value
		want    bool
	}{
		{"the live secret authenticates", []Secret{hash("new", time.Time{})}, "new", true},
		{"another secret does not", []Secret{hash("new", time.Time{})}, "old", false},
		{"no secret at all does not", []Secret{hash("new", time.Time{})}, "", false},
		{"Z12 the old secret authenticates during the overlap", []Secret{hash("old", now.Add(time.Second)), hash("new", time.Time{})}, "old", true},
		{"Z12 the old secret ends with the overlap", []Secret{hash("old", now), hash("new", time.Time{})}, "old", false},
		{"Z19 a client without a secret yet admits nothing", nil, "", false},
		{"an empty hash is nobody's", []Secret{{}}, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := (Client{Secrets: test.secrets}).Authenticates(test.offered, now); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
