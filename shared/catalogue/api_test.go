package catalogue_test

import (
	"testing"

	"guichet/shared/catalogue"
)

func TestVisibleTo(t *testing.T) {
	t.Parallel()
	api := catalogue.API{Organisation: "provider", Visibility: catalogue.Visibility{Organisations: []string{"guest"}}}
	for _, test := range []struct {
		name   string
		public bool
		of     []string
		want   bool
	}{
		{"E1 a public API is seen by everybody", true, nil, true},
		{"E4 a listed organisation sees an API", false, []string{"other", "guest"}, true},
		{"E4 the provider sees its own", false, []string{"provider"}, true},
		{"E4 others do not see it", false, []string{"other"}, false},
		{"E4 visitors do not see it", false, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := api
			a.Visibility.Public = test.public
			if got := a.VisibleTo(test.of...); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
