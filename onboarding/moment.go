package onboarding

import (
	"fmt"
	"time"
)

// Moment is what a person writes for a point in time: a day or an instant; exactly one of the two is set, and neither
// in the zero Moment.
type Moment struct {
	Date Date
	At   time.Time // UTC
}

// ParseMoment reads "2026-01-31" or RFC 3339 such as "2026-01-31T10:30:00+01:00".
func ParseMoment(s string) (Moment, error) {
	if d, err := ParseDate(s); err == nil {
		return Moment{Date: d}, nil
	}
	t, err := parseInstant(s)
	if err != nil {
		return Moment{}, fmt.Errorf("%q is neither a date nor an instant: write 2026-01-31 or 2026-01-31T10:30:00+01:00", s)
	}
	return Moment{At: t.UTC()}, nil
}

// IsZero reports whether the moment is absent.
func (m Moment) IsZero() bool { return m.Date.IsZero() && m.At.IsZero() }

// Day is the calendar day of the moment in the table's zone.
func (m Moment) Day(w *Windows) Date {
	if m.At.IsZero() {
		return m.Date
	}
	return w.Date(m.At)
}

// Start is the instant, or the first instant of the day in the table's zone.
func (m Moment) Start(w *Windows) time.Time {
	if !m.At.IsZero() {
		return m.At
	}
	t, _ := w.At(m.Date, 0)
	return t
}

// Missed is the instant from which the moment is past: the instant itself, or the end of the day in the table's zone.
func (m Moment) Missed(w *Windows) time.Time {
	if !m.At.IsZero() {
		return m.At
	}
	t, _ := w.At(m.Date, 24*60)
	return t
}

func (m Moment) String() string {
	switch {
	case m.IsZero():
		return ""
	case m.At.IsZero():
		return m.Date.String()
	}
	return m.At.Format(time.RFC3339Nano)
}

// MarshalText writes what ParseMoment reads; nothing for the zero Moment.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Moment) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Moment{}
		return nil
	}
	parsed, err := ParseMoment(string(b))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// parseInstant reads RFC 3339 strictly. The result never refers to the machine's zone, which time.Parse gives where
// the offsets happen to agree: two machines must print the same.
func parseInstant(s string) (time.Time, error) {
	var t time.Time
	if err := t.UnmarshalText([]byte(s)); err != nil {
		return t, fmt.Errorf("%q is no instant: write RFC 3339 with a zone, such as 2026-01-31T10:30:00+01:00", s)
	}
	if _, offset := t.Zone(); offset != 0 {
		return t.In(time.FixedZone("", offset)), nil
	}
	return t.UTC(), nil
}
