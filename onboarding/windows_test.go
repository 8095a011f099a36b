package onboarding_test

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"pgregory.net/rapid"
)

// zones have every kind of shift: half an hour, a skipped calendar day, quarter-hour offsets, negative summer time,
// shifts at midnight, and shifts in both hemispheres.
var zones = []string{"Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati",
	"America/St_Johns", "Europe/Dublin", "Africa/Casablanca", "America/Havana", "Asia/Beirut", "Pacific/Chatham", "UTC"}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := onboarding.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// drawDay favours the days on which some zone shifts.
func drawDay(t *rapid.T, label string) onboarding.Date {
	day := rapid.Custom(func(t *rapid.T) onboarding.Date {
		return onboarding.Date{Year: 2009, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 365*25).Draw(t, "days"))
	})
	shifting := rapid.Custom(func(t *rapid.T) onboarding.Date {
		d := rapid.SampledFrom([]onboarding.Date{{Year: 2026, Month: 3, Day: 29}, {Year: 2026, Month: 10, Day: 25}, {Year: 2026, Month: 3, Day: 8},
			{Year: 2026, Month: 11, Day: 1}, {Year: 2026, Month: 4, Day: 5}, {Year: 2026, Month: 10, Day: 4}, {Year: 2011, Month: 12, Day: 30},
			{Year: 2026, Month: 2, Day: 15}, {Year: 2026, Month: 3, Day: 22}}).Draw(t, "shift")
		return d.AddDays(rapid.IntRange(-1, 1).Draw(t, "off"))
	})
	return rapid.OneOf(day, shifting).Draw(t, label)
}

func tableAround(loc *time.Location, d onboarding.Date) onboarding.Windows {
	return onboarding.Windows{Zone: calendar.Shifts(loc, d.AddDays(-3), d.AddDays(4))}
}

// TestTheTableKeepsTheZonesTime: whatever the zone database says of an instant, the table says too.
func TestTheTableKeepsTheZonesTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := onboarding.LoadZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d := drawDay(t, "day")
		w := tableAround(loc, d)
		at := d.In(time.UTC, 0).Add(time.Duration(rapid.IntRange(-36*3600, 36*3600).Draw(t, "seconds")) * time.Second)
		_, want := at.In(loc).Zone()
		if _, got := w.Local(at).Zone(); got != want {
			t.Fatalf("%s: offset %d, want %d", at, got, want)
		}
		if got, want := w.Date(at), onboarding.DateOf(at.In(loc)); got != want {
			t.Fatalf("%s: day %s, want %s", at, got, want)
		}
	})
}

// TestAMinuteOfADayIsTheFirstInstantThatShowsIt: an hour that comes twice counts once, the first time; what the clock
// skips is the end of the skip, and reported.
func TestAMinuteOfADayIsTheFirstInstantThatShowsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := onboarding.LoadZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d, minute := drawDay(t, "day"), rapid.IntRange(0, 24*60).Draw(t, "minute")
		w := tableAround(loc, d)
		at, skipped := w.At(d, minute)
		wall := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC).Format(time.DateTime)
		// The first minute from 16 hours before UTC has it on whose clock shows the wall time; the first later one after a skip.
		search := d.In(time.UTC, minute).Add(-16 * time.Hour)
		for search.In(loc).Format(time.DateTime) < wall {
			search = search.Add(time.Minute)
		}
		shows := search.In(loc).Format(time.DateTime) == wall
		if !at.Equal(search) || skipped == shows {
			t.Fatalf("%s %s %s: %s (skipped %v), want %s (skipped %v)", d, wall, loc, at, skipped, search.UTC(), !shows)
		}
		if got := d.In(loc, minute); !got.Equal(search) {
			t.Fatalf("%s %s %s: without a table %s, want %s", d, wall, loc, got, search.In(loc))
		}
	})
}

func TestAnOffsetHoldsFromItsSecondOn(t *testing.T) {
	w := tableAround(location(t, "Europe/Rome"), onboarding.Date{Year: 2026, Month: 3, Day: 29})
	shift := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)
	if got := w.Local(shift).Format(time.TimeOnly); got != "03:00:00" {
		t.Errorf("at the shift the clock shows %s", got)
	}
	if got := w.Local(shift.Add(-time.Second)).Format(time.TimeOnly); got != "01:59:59" {
		t.Errorf("a second before it shows %s", got)
	}
}

func TestTheClocksShifts(t *testing.T) {
	tests := []struct {
		name, zone, day string
		minute          int
		want            string
		skipped         bool
	}{
		{"a skipped hour ends with the skip", "Europe/Rome", "2026-03-29", 2*60 + 30, "2026-03-29T03:00:00+02:00", true},
		{"west of Greenwich too", "America/New_York", "2026-03-08", 2*60 + 30, "2026-03-08T03:00:00-04:00", true},
		{"the end of the skip is not skipped", "Europe/Rome", "2026-03-29", 3 * 60, "2026-03-29T03:00:00+02:00", false},
		{"of an hour that comes twice the first is taken", "Europe/Rome", "2026-10-25", 2*60 + 30, "2026-10-25T02:30:00+02:00", false},
		{"west of Greenwich too, twice", "America/New_York", "2026-11-01", 90, "2026-11-01T01:30:00-04:00", false},
		{"half an hour is skipped on Lord Howe", "Australia/Lord_Howe", "2026-10-04", 2*60 + 15, "2026-10-04T02:30:00+11:00", true},
		{"a midnight is skipped in Havana", "America/Havana", "2026-03-08", 0, "2026-03-08T01:00:00-04:00", true},
		{"a midnight is skipped in Cairo", "Africa/Cairo", "2026-04-24", 0, "2026-04-24T01:00:00+03:00", true},
		{"a day is skipped in Apia", "Pacific/Apia", "2011-12-30", 9 * 60, "2011-12-31T00:00:00+14:00", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := onboarding.ParseDate(tt.day)
			if err != nil {
				t.Fatal(err)
			}
			loc := location(t, tt.zone)
			w := tableAround(loc, d)
			at, skipped := w.At(d, tt.minute)
			if got := at.In(loc).Format(time.RFC3339); got != tt.want || skipped != tt.skipped {
				t.Errorf("%s, skipped %v; want %s, %v", got, skipped, tt.want, tt.skipped)
			}
			if got := d.In(loc, tt.minute).Format(time.RFC3339); got != tt.want {
				t.Errorf("without a table %s; want %s", got, tt.want)
			}
		})
	}
}
