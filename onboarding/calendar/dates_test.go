package calendar

import (
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheDatesFileIsRead(t *testing.T) {
	if _, err := parseDates(datesYAML); err != nil {
		t.Fatal(err)
	}
}

// TestEveryRuleOfTheDatesFileCounts: an added day is missing without it, so that a newer library is noticed.
func TestEveryRuleOfTheDatesFileCounts(t *testing.T) {
	for code, c := range dates() {
		for _, r := range c.Add {
			year := max(r.holiday.StartYear, 2026)
			if r.holiday.EndYear > 0 {
				year = r.holiday.EndYear
			}
			var without yearDays
			observed(library(code), year, without.mark)
			observed(holidays(c.Drop), year, without.clear)
			observed(holidays([]rule{r}), year, func(d onboarding.Date) {
				if without.has(d) {
					t.Errorf("%s: the library has %s (%s) already", code, d, r.Name)
				}
			})
		}
	}
}

func TestHolidaysDoNotDependOnTheMachinesZone(t *testing.T) {
	for _, h := range library("IT") {
		if at, _ := h.Calc(2026); at.Location() != time.UTC {
			t.Fatalf("%s is computed in %s", h.Name, at.Location())
		}
	}
}

func TestRulesOfTheDatesFile(t *testing.T) {
	tests := []struct{ on, want2026, want2027 string }{
		{"10-04", "2026-10-04", "2027-10-04"},
		{"2026-07-10", "2026-07-10", ""},
		{"easter", "2026-04-05", "2027-03-28"},
		{"easter-2", "2026-04-03", "2027-03-26"},
		{"easter+39", "2026-05-14", "2027-05-06"},
		{"friday from 06-19", "2026-06-19", "2027-06-25"},
	}
	for _, tt := range tests {
		h, err := rule{On: tt.on}.parse()
		if err != nil {
			t.Fatal(err)
		}
		for year, want := range map[int]string{2026: tt.want2026, 2027: tt.want2027} {
			got := ""
			_, at := h.Calc(year)
			if !at.IsZero() {
				got = onboarding.DateOf(at).String()
			}
			if got != want {
				t.Errorf("%s in %d: %s, want %s", tt.on, year, got, want)
			}
		}
	}
}

func TestFaultsOfTheDatesFile(t *testing.T) {
	tests := map[string]string{
		`IT: {add: [{on: "13-01"}]}`:                     "no day of the calendar",
		`IT: {add: [{on: "someday"}]}`:                   "no day",
		`IT: {add: [{on: "blursday from 06-19"}]}`:       "no weekday",
		`IT: {closures: [{from: "08-32", to: "08-01"}]}`: "no day",
		`IT: {plus: []}`:                                 "plus",
	}
	for text, want := range tests {
		if _, err := parseDates([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
