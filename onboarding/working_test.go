package onboarding_test

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"pgregory.net/rapid"
)

// marcos is the table of a person in Rome from Wednesday 2026-01-14 on, with a holiday on Tuesday the 20th.
func marcos(t testing.TB) onboarding.Windows {
	return onboarding.Windows{
		Start: onboarding.Date{Year: 2026, Month: 1, Day: 14}, Days: "wwweewhwwweewwwww", Open: 9 * 60, Close: 18 * 60,
		Zone: calendar.Shifts(location(t, "Europe/Rome"), onboarding.Date{Year: 2026, Month: 1, Day: 1}, onboarding.Date{Year: 2027, Month: 1, Day: 1}),
	}
}

func TestWorkingDaysAreCountedOverWeekendsAndHolidays(t *testing.T) {
	w := marcos(t)
	tests := []struct {
		name string
		from string
		n    int
		want string
	}{
		{"the first after a Friday is Monday", "2026-01-16", 1, "2026-01-19"},
		{"the second after a Friday is past the holiday", "2026-01-16", 2, "2026-01-21"},
		{"the first after a Saturday is Monday", "2026-01-17", 1, "2026-01-19"},
		{"the first before a Monday is Friday", "2026-01-19", -1, "2026-01-16"},
		{"the first before a Sunday is Friday", "2026-01-18", -1, "2026-01-16"},
		{"none after a working day is itself", "2026-01-19", 0, "2026-01-19"},
		{"none after a holiday is the next", "2026-01-20", 0, "2026-01-21"},
		{"beyond the table weekdays work", "2026-01-30", 1, "2026-02-02"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from, _ := onboarding.ParseDate(tt.from)
			if got := w.AddWorking(from, tt.n); got.String() != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func drawTable(t *rapid.T) onboarding.Windows {
	loc, err := onboarding.LoadZone(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	start := drawDay(t, "start")
	days := rapid.StringOfN(rapid.RuneFrom([]rune("wwwehcl")), 0, 60, -1).Draw(t, "days")
	open := rapid.IntRange(0, 23*60).Draw(t, "open")
	return onboarding.Windows{Start: start, Days: days, Open: open, Close: rapid.IntRange(open+30, 24*60).Draw(t, "close"),
		Zone: calendar.Shifts(loc, start.AddDays(-120), start.AddDays(200))}
}

// TestCountingUndoesAdding: between a day and its nth working day lie n working days, in both directions.
func TestCountingUndoesAdding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTable(t)
		d := w.Start.AddDays(rapid.IntRange(-10, 70).Draw(t, "from"))
		n := rapid.IntRange(-30, 30).Draw(t, "n")
		to := w.AddWorking(d, n)
		if !w.IsWorking(to) {
			t.Fatalf("%s is no working day", to)
		}
		want := n
		if n == 0 && !w.IsWorking(d) {
			want = 1 // it moved on to the next
		}
		if got := w.WorkingBetween(d, to); got != want {
			t.Fatalf("%s to %s: %d working days, want %d", d, to, got, want)
		}
	})
}

// TestTheNextOpeningIsTheFirstOpenMinute compares with a walk through the minutes.
func TestTheNextOpeningIsTheFirstOpenMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTable(t)
		at := w.Start.In(time.UTC, rapid.IntRange(-24*60, 40*24*60).Draw(t, "minute"))
		got := w.NextOpen(at)
		if got.Before(at) {
			t.Fatalf("%s is before %s", got, at)
		}
		want := at
		for !isOpen(&w, want) {
			want = want.Add(time.Minute)
		}
		if !got.Equal(want) {
			t.Fatalf("%s, want %s", w.Local(got), w.Local(want))
		}
	})
}

// isOpen asks the wall clock, not the table's instants. Where a minute comes twice only the first counts.
func isOpen(w *onboarding.Windows, t time.Time) bool {
	for _, d := range []onboarding.Date{w.Date(t).AddDays(-1), w.Date(t)} {
		open, _ := w.At(d, w.Open)
		closing, _ := w.At(d, w.Close)
		if w.IsWorking(d) && !t.Before(open) && t.Before(closing) {
			return true
		}
	}
	return false
}

// TestWorkingHoursAddUp: a and then b hours are a+b hours, and only open time is counted.
func TestWorkingHoursAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTable(t)
		at := w.Start.In(time.UTC, rapid.IntRange(-24*60, 20*24*60).Draw(t, "minute"))
		a, b := rapid.IntRange(0, 600).Draw(t, "a"), rapid.IntRange(1, 600).Draw(t, "b")
		once := w.AddHours(at, float64(a+b)/60)
		if twice := w.AddHours(w.AddHours(at, float64(a)/60), float64(b)/60); once.Sub(twice).Abs() > time.Millisecond {
			t.Fatalf("%d and %d minutes: %s, at once %s", a, b, w.Local(twice), w.Local(once))
		}
		open := 0
		for m := at; m.Before(once.Add(-time.Second)); m = m.Add(time.Minute) {
			if isOpen(&w, m) {
				open++
			}
		}
		if open != a+b {
			t.Fatalf("%d open minutes from %s to %s, want %d", open, w.Local(at), w.Local(once), a+b)
		}
	})
}

func TestWorkingHoursOfAPerson(t *testing.T) {
	w := marcos(t)
	tests := []struct {
		name, from string
		hours      float64
		want       string
	}{
		{"four hours on Friday at four end on Monday at eleven", "2026-01-16T16:00:00+01:00", 4, "2026-01-19T11:00:00+01:00"},
		{"hours that end with the day end at closing time", "2026-01-16T16:00:00+01:00", 2, "2026-01-16T18:00:00+01:00"},
		{"at night they start in the morning", "2026-01-16T23:00:00+01:00", 1, "2026-01-19T10:00:00+01:00"},
		{"a holiday is no time", "2026-01-19T17:00:00+01:00", 2, "2026-01-21T10:00:00+01:00"},
		{"a quarter of an hour", "2026-01-21T09:00:00+01:00", 0.25, "2026-01-21T09:15:00+01:00"},
		{"none is the next opening", "2026-01-17T12:00:00+01:00", 0, "2026-01-19T09:00:00+01:00"},
		{"fewer than none too", "2026-01-17T12:00:00+01:00", -3, "2026-01-19T09:00:00+01:00"},
		{"closing time is closed", "2026-01-16T18:00:00+01:00", 0, "2026-01-19T09:00:00+01:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from, _ := time.Parse(time.RFC3339, tt.from)
			if got := w.Local(w.AddHours(from, tt.hours)).Format(time.RFC3339); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestATableWithoutHoursIsOpenAllDay(t *testing.T) {
	var w onboarding.Windows
	saturday := time.Date(2026, 1, 17, 12, 0, 0, 0, time.UTC)
	if got := w.AddHours(saturday, 25).Format(time.RFC3339); got != "2026-01-20T01:00:00Z" {
		t.Error(got)
	}
}

func TestMoments(t *testing.T) {
	w := marcos(t)
	tests := []struct{ text, day, start, missed string }{
		{"2026-01-16", "2026-01-16", "2026-01-16T00:00:00+01:00", "2026-01-17T00:00:00+01:00"},
		{"2026-03-29", "2026-03-29", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"},
		{"2026-01-16T23:30:00Z", "2026-01-17", "2026-01-17T00:30:00+01:00", "2026-01-17T00:30:00+01:00"},
	}
	for _, tt := range tests {
		m, err := onboarding.ParseMoment(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		start, missed := w.Local(m.Start(&w)).Format(time.RFC3339), w.Local(m.Missed(&w)).Format(time.RFC3339)
		if m.Day(&w).String() != tt.day || start != tt.start || missed != tt.missed || m.String() != tt.text {
			t.Errorf("%s: %s, from %s, missed at %s, printed %s", tt.text, m.Day(&w), start, missed, m)
		}
	}
	for _, text := range []string{"", "2026-02-30", "2026-01-16 10:00", "2026-01-16T10:00:00", "tomorrow"} {
		if m, err := onboarding.ParseMoment(text); err == nil || !m.IsZero() {
			t.Errorf("%q is read as %s", text, m)
		}
	}
}

// TestWorkingTimeUndoesAddingHours: from an instant to the one that many open hours on it is that long, less only what
// was not open; and a span has as much in it as its two halves.
func TestWorkingTimeUndoesAddingHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawTable(t)
		at := w.Start.AddDays(rapid.IntRange(-10, 70).Draw(t, "day")).In(time.UTC, rapid.IntRange(0, 24*60).Draw(t, "minute"))
		minutes := rapid.IntRange(0, 100*60).Draw(t, "minutes")
		to := w.AddHours(at, float64(minutes)/60)
		if got := w.WorkingTime(at, to); (got - time.Duration(minutes)*time.Minute).Abs() > time.Second {
			t.Fatalf("%s to %s: %s are open, want %d minutes", at, to, got, minutes)
		}
		if got := w.WorkingTime(to, at); got != 0 {
			t.Fatalf("backwards %s are open", got)
		}
		middle := at.Add(to.Sub(at) / 3)
		if whole, halves := w.WorkingTime(at, to), w.WorkingTime(at, middle)+w.WorkingTime(middle, to); whole != halves {
			t.Fatalf("%s in all and %s in two parts", whole, halves)
		}
	})
}
