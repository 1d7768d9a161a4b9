package events

import (
	"reflect"
	"testing"
	"time"

	"guichet/shared/channel"
)

func TestEveryActIsReadBack(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		value := reflect.New(kind).Elem()
		for i := range kind.NumField() {
			if kind.Field(i).Type == reflect.TypeFor[channel.Channel]() {
				value.Field(i).SetString(string(channel.Sandbox))
			}
		}
		act := value.Interface().(Act)
		if act.name() != name {
			t.Errorf("%s is registered as %s", act.name(), name)
		}
		item, err := Event{ID: "01", At: time.Unix(1, 2), Actor: "a", Subject: "U#1", Act: act}.Put("events")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read, err := Parse(item.Put.Item)
		if err != nil || reflect.TypeOf(read.Act) != kind || !read.At.Equal(time.Unix(1, 2)) {
			t.Errorf("%s is read back as %+v, %v", name, read, err)
		}
	}
}

// Z35: an act holds ids, names of fields, words and marks; none has a field for a name, an address or free text.
func TestActsHoldNoPersonalValues(t *testing.T) {
	t.Parallel()
	forbidden := map[string]bool{"Name": true, "Email": true, "Address": true, "Text": true, "Message": true, "Password": true, "Token": true}
	for name, kind := range kinds {
		for i := range kind.NumField() {
			if forbidden[kind.Field(i).Name] {
				t.Errorf("Z35 %s has a field %s", name, kind.Field(i).Name)
			}
		}
	}
}
