package onboarding

import (
	"fmt"
	"strings"
	"time"
)

// Date is a calendar day without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the calendar day of an instant in that instant's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2006-01-02".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is no date: write it as 2026-01-31", s)
	}
	return DateOf(t), nil
}

// IsZero reports whether the date is absent.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays is the date n days on.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// DaysSince is the number of days from e to d, negative when d is earlier.
func (d Date) DaysSince(e Date) int {
	return int(d.utc().Sub(e.utc()) / (24 * time.Hour))
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.utc().Before(e.utc()) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// In is the instant at the given minute after midnight on the wall clock of the location, as Windows.At finds it: a time
// that the clock skips is moved forwards to the end of the gap, of one that comes twice the first is taken. time.Date
// promises neither, and west of Greenwich it goes back into the day before.
func (d Date) In(loc *time.Location, minute int) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC)
	_, before := wall.Add(-24 * time.Hour).In(loc).Zone()
	_, after := wall.Add(24 * time.Hour).In(loc).Zone()
	at := wall.Add(-time.Duration(before) * time.Second).In(loc)
	if _, offset := at.Zone(); offset == before {
		return at
	}
	later := wall.Add(-time.Duration(after) * time.Second).In(loc)
	if _, offset := later.Zone(); offset == after {
		return later
	}
	end, _ := at.ZoneBounds() // before the shift on the new offset, after it on the old one
	return end
}

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText writes "2006-01-02".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2006-01-02".
func (d *Date) UnmarshalText(b []byte) error {
	parsed, err := ParseDate(strings.TrimSpace(string(b)))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
