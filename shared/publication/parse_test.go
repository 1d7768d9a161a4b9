package publication

import (
	"fmt"
	"strings"
	"testing"
)

// M26: one mapping of 330,000 keys. What reading costs beside the text itself, a table of names and a set of keys, does not
// grow with the keys of the document.
func TestM26AMappingWithVeryManyKeysCostsNoMoreThanManySmallOnes(t *testing.T) {
	t.Parallel()
	const keys = 330_000
	text := func(perMapping int) []byte {
		var b strings.Builder
		b.WriteString(`{"a":[{`)
		for n := range keys {
			switch {
			case n == 0:
			case n%perMapping == 0:
				b.WriteString("},{")
			default:
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"%06x":1`, n)
		}
		b.WriteString("}]}")
		return []byte(b.String())
	}
	for name, raw := range map[string][]byte{"one mapping": text(keys), "mappings of ten": text(10)} {
		r := &jsonReader{tree: &tree{}, names: map[string]string{}, line: 1}
		if err := r.readAll(raw); err != nil {
			t.Fatal(err)
		}
		read := 0
		for _, m := range r.tree.root.get("a").items {
			read += len(m.keys)
		}
		if read != keys || len(r.names) > maxNames {
			t.Errorf("M26 %s: %d keys are read, and %d names kept", name, read, len(r.names))
		}
	}
	// The few names that recur in every schema are kept once all the same.
	r := &jsonReader{tree: &tree{}, names: map[string]string{}, line: 1}
	if err := r.readAll([]byte("[" + strings.Repeat(`{"type":"string"},`, 1000) + `{"type":"object"}]`)); err != nil || len(r.names) != 1 {
		t.Errorf("%d names, %v", len(r.names), err)
	}
}
