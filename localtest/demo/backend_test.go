package demo

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEaster(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]string{1961: "1961-04-02", 2000: "2000-04-23", 2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2038: "2038-04-25"} {
		if got := easterSunday(year).Format(time.DateOnly); got != want {
			t.Errorf("Easter of %d: %s, want %s", year, got, want)
		}
	}
}

func TestBackend(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, target, key, body string
		status                    int
		holds                     string
	}{
		"Z54 whoever goes round the gateway is refused": {"GET", "/calendar/holidays/2026", "", "", 403, "gateway only"},
		"the holidays of a year":                        {"GET", "/calendar/holidays/2026", "k", "", 200, `"2026-05-14"`},
		"two days more in Alsace-Moselle":               {"GET", "/calendar/holidays/2026?zone=alsace-moselle", "k", "", 200, "Vendredi saint"},
		"a year that is none":                           {"GET", "/calendar/holidays/soon", "k", "", 400, "1900"},
		"working days of a week with a holiday":         {"GET", "/calendar/working-days?from=2026-05-11&to=2026-05-17", "k", "", 200, `"workingDays":4`},
		"working days backwards":                        {"GET", "/calendar/working-days?from=2026-05-17&to=2026-05-11", "k", "", 400, "dates"},
		"a company":                                     {"GET", "/companies/companies/123456782", "k", "", 200, "Boulangerie"},
		"an unknown company":                            {"GET", "/companies/companies/999999999", "k", "", 404, "SIREN"},
		"a report":                                      {"POST", "/companies/companies/123456782/reports", "k", `{"field":"name","comment":"It moved."}`, 202, "123456782-"},
		"a report that says nothing":                    {"POST", "/companies/companies/123456782/reports", "k", `{"field":"name"}`, 422, "comment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
			r.Header.Set(backendHeader, c.key)
			w := httptest.NewRecorder()
			Backend("k").ServeHTTP(w, r)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.holds) {
				t.Errorf("%d %s, want %d with %s", w.Code, w.Body, c.status, c.holds)
			}
		})
	}
}
