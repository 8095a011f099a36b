// Package scenario reads the stories that `starter rehearse` plays: YAML with dated events, and the people and peers
// they need. Every fault is reported at its line.
package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
)

// Scenario is a story: what happens to one customer, and when.
type Scenario struct {
	Name        string
	Description string
	Steps       []Step // in the order of the file
	People      []onboarding.Person
	Peers       []onboarding.Peer
}

// Step is one event with the moment it is written for; Event.At is not set yet.
type Step struct {
	When  When
	Event onboarding.Event
	Line  int

	relative []relative
}

// When is a time of the story: a minute on a day counted from the contract date, or an instant.
type When struct {
	Day    int
	Minute int       // after midnight
	At     time.Time // set: an instant, and the others are 0
}

var dayPattern = regexp.MustCompile(`^day (-?[0-9]{1,4}) ([0-9]{1,2}):([0-5][0-9])$`)

// maxDay is how far from the signature a story may reach, in days.
const maxDay = 1000

// ParseWhen reads "day 9 10:30" and RFC 3339.
func ParseWhen(s string) (When, error) {
	if m := dayPattern.FindStringSubmatch(s); m != nil {
		day, _ := strconv.Atoi(m[1])
		hour, _ := strconv.Atoi(m[2])
		minute, _ := strconv.Atoi(m[3])
		if hour > 23 {
			return When{}, fmt.Errorf("%q is no time of the day: write 00:00 to 23:59", s)
		}
		if day < -maxDay || day > maxDay {
			return When{}, fmt.Errorf("%q is too far away: write a day from -%d to %d", s, maxDay, maxDay)
		}
		return When{Day: day, Minute: hour*60 + minute}, nil
	}
	m, err := onboarding.ParseMoment(s)
	if err != nil || m.At.IsZero() {
		return When{}, fmt.Errorf(`%q is no time of a scenario: write "day 9 10:30", or RFC 3339 such as 2026-01-24T10:30:00+01:00`, s)
	}
	return When{At: m.At}, nil
}

// Instant is the time on the customer's wall clock, day 0 being that of the signature. Of an hour that comes twice it
// is the first; an hour that the clock skips ends with the skip.
func (w When) Instant(signedAt time.Time, loc *time.Location) time.Time {
	if !w.At.IsZero() {
		return w.At
	}
	d := onboarding.DateOf(signedAt.In(loc)).AddDays(w.Day)
	table := onboarding.Windows{Zone: calendar.Shifts(loc, d.AddDays(-2), d.AddDays(3))}
	at, _ := table.At(d, w.Minute)
	return at
}

func (w When) String() string {
	if !w.At.IsZero() {
		return w.At.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("day %d %02d:%02d", w.Day, w.Minute/60, w.Minute%60)
}

// Events are the events of the story for a contract signed at that instant by a customer in that zone: ordered by time,
// then as written. One without an id gets a hash of its place, time and kind, so that playing a story twice is told
// from two things happening.
func (s Scenario) Events(signedAt time.Time, loc *time.Location) []onboarding.Event {
	events := make([]onboarding.Event, len(s.Steps))
	for i, step := range s.Steps {
		events[i] = dated(step.Event, step.relative, signedAt, loc)
		events[i].At = step.When.Instant(signedAt, loc)
		if events[i].ID == "" {
			sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s", i, step.When, step.Event.Kind))
			events[i].ID = "scenario-" + hex.EncodeToString(sum[:8])
		}
	}
	slices.SortStableFunc(events, func(a, b onboarding.Event) int {
		return a.At.Compare(b.At)
	})
	return events
}
