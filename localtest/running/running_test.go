package running_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"guichet/localtest/running"
	"guichet/shared/channel"
)

func TestM20APlatformIsFoundWhileItRuns(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	none := func(when string) {
		t.Helper()
		if _, err := running.Find(folder); !errors.Is(err, running.ErrNone) {
			t.Errorf("%s: %v", when, err)
		}
	}
	none("before the first start")
	mark, err := running.Take(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := running.Find(folder); err == nil || !strings.Contains(err.Error(), "still starting") {
		t.Errorf("while it starts: %v", err)
	}
	if _, err := running.Take(folder); err == nil || !strings.Contains(err.Error(), "another platform") {
		t.Errorf("a second platform took the same folder: %v", err)
	}
	want := running.Platform{Portal: "http://localhost:1", Channels: map[channel.Channel]string{channel.Sandbox: "http://localhost:2"}, Backends: []string{"127.0.0.1:3"}}
	if err := mark.Ready(want); err != nil {
		t.Fatal(err)
	}
	if got, err := running.Find(folder); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("found %+v, %v", got, err)
	}
	if err := mark.Close(); err != nil {
		t.Fatal(err)
	}
	none("after its end")
	if again, err := running.Take(folder); err != nil {
		t.Error(err)
	} else if err := again.Close(); err != nil {
		t.Error(err)
	}
}
