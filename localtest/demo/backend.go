package demo

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// backendHeader and its value are how the demo's backend knows the gateway: without it, anybody who learns its address
// would go round approval and quota (features Z54).
const backendHeader = "X-Backend-Key"

// Backend serves both demo APIs, as their providers would, to whoever knows the key.
func Backend(key string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /calendar/holidays/{year}", listHolidays)
	mux.HandleFunc("GET /calendar/working-days", countWorkingDays)
	mux.HandleFunc("GET /calendar/health", answerUp)
	mux.HandleFunc("GET /companies/companies/{siren}", getCompany)
	mux.HandleFunc("POST /companies/companies/{siren}/reports", reportMistake)
	mux.HandleFunc("GET /companies/status", answerUp)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(backendHeader) != key {
			refuse(w, http.StatusForbidden, "This backend answers the gateway only.")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller has gone; nobody to tell
}

func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
}

func answerUp(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]string{"status": "up"})
}

type holiday struct {
	Date string `json:"date"`
	Name string `json:"name"`
	day  time.Time
}

// holidays are those of article L3133-1 of the labour code, and of article L3134-13 for Alsace-Moselle.
func holidays(year int, alsaceMoselle bool) []holiday {
	easter := easterSunday(year)
	fixed := func(month time.Month, day int) time.Time { return time.Date(year, month, day, 0, 0, 0, 0, time.UTC) }
	days := []holiday{
		{day: fixed(1, 1), Name: "Jour de l’an"},
		{day: easter.AddDate(0, 0, 1), Name: "Lundi de Pâques"},
		{day: fixed(5, 1), Name: "Fête du Travail"},
		{day: fixed(5, 8), Name: "Victoire 1945"},
		{day: easter.AddDate(0, 0, 39), Name: "Ascension"},
		{day: easter.AddDate(0, 0, 50), Name: "Lundi de Pentecôte"},
		{day: fixed(7, 14), Name: "Fête nationale"},
		{day: fixed(8, 15), Name: "Assomption"},
		{day: fixed(11, 1), Name: "Toussaint"},
		{day: fixed(11, 11), Name: "Armistice 1918"},
		{day: fixed(12, 25), Name: "Noël"},
	}
	if alsaceMoselle {
		days = append(days, holiday{day: easter.AddDate(0, 0, -2), Name: "Vendredi saint"}, holiday{day: fixed(12, 26), Name: "Saint-Étienne"})
	}
	slices.SortFunc(days, func(a, b holiday) int { return a.day.Compare(b.day) })
	for i := range days {
		days[i].Date = days[i].day.Format(time.DateOnly)
	}
	return days
}

// easterSunday is the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e, f := b/4, b%4, (b+8)/25
	h := (19*a + b - d - (b-f+1)/3 + 15) % 30
	l := (32 + 2*e + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

func listHolidays(w http.ResponseWriter, r *http.Request) {
	year, err := strconv.Atoi(r.PathValue("year"))
	zone := r.URL.Query().Get("zone")
	if zone == "" {
		zone = "metropole"
	}
	switch {
	case err != nil || year < 1900 || year > 2199:
		refuse(w, http.StatusBadRequest, "The year lies between 1900 and 2199.")
	case zone != "metropole" && zone != "alsace-moselle":
		refuse(w, http.StatusBadRequest, "The zone is metropole or alsace-moselle.")
	default:
		write(w, http.StatusOK, map[string]any{"year": year, "zone": zone, "holidays": holidays(year, zone == "alsace-moselle")})
	}
}

func countWorkingDays(w http.ResponseWriter, r *http.Request) {
	from, err1 := time.Parse(time.DateOnly, r.URL.Query().Get("from"))
	to, err2 := time.Parse(time.DateOnly, r.URL.Query().Get("to"))
	if err1 != nil || err2 != nil || to.Before(from) || to.After(from.AddDate(10, 0, 0)) {
		refuse(w, http.StatusBadRequest, "from and to are dates such as 2026-11-23, at most ten years apart.")
		return
	}
	closed := map[string]bool{}
	for year := from.Year(); year <= to.Year(); year++ {
		for _, h := range holidays(year, false) {
			closed[h.Date] = true
		}
	}
	count := 0
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if weekday := day.Weekday(); weekday != time.Saturday && weekday != time.Sunday && !closed[day.Format(time.DateOnly)] {
			count++
		}
	}
	write(w, http.StatusOK, map[string]any{"from": from.Format(time.DateOnly), "to": to.Format(time.DateOnly), "workingDays": count})
}

type company struct {
	Siren    string `json:"siren"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Activity string `json:"activity"`
}

// companies are fictitious.
var companies = map[string]company{
	"123456782": {"123456782", "Boulangerie du Port", "3 quai des Brumes, 29900 Concarneau", "1071C Boulangerie et boulangerie-pâtisserie"},
	"732829320": {"732829320", "Ateliers Mécaniques Réunis", "18 rue des Tanneurs, 42000 Saint-Étienne", "2562B Mécanique industrielle"},
	"404833048": {"404833048", "Librairie des Deux Rives", "7 place de la République, 67000 Strasbourg", "4761Z Commerce de détail de livres"},
}

func getCompany(w http.ResponseWriter, r *http.Request) {
	if found, ok := companies[r.PathValue("siren")]; ok {
		write(w, http.StatusOK, found)
		return
	}
	refuse(w, http.StatusNotFound, "No company has this SIREN.")
}

var reportFields = []string{"name", "address", "activity"}

// reportNumber keeps what a report's number shows of a SIREN to digits.
var reportNumber = regexp.MustCompile(`^[0-9]{9}$`)

func reportMistake(w http.ResponseWriter, r *http.Request) {
	var report struct{ Field, Comment string }
	siren := r.PathValue("siren")
	if _, ok := companies[siren]; !ok || !reportNumber.MatchString(siren) {
		refuse(w, http.StatusNotFound, "No company has this SIREN.")
		return
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 16<<10)).Decode(&report); err != nil ||
		!slices.Contains(reportFields, report.Field) || len(report.Comment) < 3 || len(report.Comment) > 500 {
		refuse(w, http.StatusUnprocessableEntity, "A report has a field (name, address or activity) and a comment of 3 to 500 characters.")
		return
	}
	write(w, http.StatusAccepted, map[string]string{"report": siren + "-" + strconv.FormatInt(time.Now().Unix(), 36)})
}
