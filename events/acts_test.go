package events

import (
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/channel"
	"guichet/shared/ddb"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what the tests provoke is told by their failures
	os.Exit(m.Run())
}

// filled is an act with something in each of its texts.
func filled(kind reflect.Type) Act {
	value := reflect.New(kind).Elem()
	for i := range kind.NumField() {
		switch field := value.Field(i); {
		case field.Type() == reflect.TypeFor[channel.Channel]():
			field.Set(reflect.ValueOf(channel.Sandbox))
		case field.Kind() == reflect.String:
			field.SetString("x")
		}
	}
	return value.Interface().(Act)
}

func TestEveryActCanBeReadBack(t *testing.T) {
	t.Parallel()
	parsed, err := parser.ParseFile(token.NewFileSet(), "acts.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "name" && f.Recv != nil {
			declared[f.Recv.List[0].Type.(*ast.Ident).Name] = true
		}
	}
	for name, kind := range kinds {
		if !declared[kind.Name()] {
			t.Errorf("%s is not an act of acts.go", kind)
		}
		delete(declared, kind.Name())
		event := Event{ID: "01", At: time.Unix(1, 0).UTC(), Actor: "u", Subject: "U#u", Provider: "p", Consumer: "c", Act: filled(kind)}
		put, err := event.Put("t")
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Parse(put.Put.Item); err != nil || !reflect.DeepEqual(back, event) {
			t.Errorf("%s came back as %+v: %v", name, back, err)
		}
	}
	for name := range declared {
		t.Errorf("the act %s can be written and never read: it is missing in kinds", name)
	}
	if _, err := Parse(map[string]types.AttributeValue{"type": ddb.S("not.yet.known"), "at": ddb.S("2026-01-01T00:00:00Z")}); err == nil {
		t.Error("F16 an act of a later version was read")
	}
}
