package journal

import (
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// week is the window of the caps.
const week = 168 * time.Hour

// Reasons of a deferral.
const (
	reasonSpacing = "spacing"
	reasonCap     = "cap"
)

// defers tells until when a mail must wait and why, "" when it may go. Sent are the instants of the mails that count at
// its address, ascending; of them those after at matter to spacing alone.
func defers(sent []time.Time, at time.Time, class onboarding.Class, limits onboarding.Limits) (time.Time, string) {
	if until, ok := spaced(sent, at, limits.Spacing); !ok {
		return until, reasonSpacing
	}
	if class != onboarding.ClassRelationship {
		return time.Time{}, ""
	}
	if until, ok := capped(sent, at, limits); !ok {
		return until, reasonCap
	}
	return time.Time{}, ""
}

// spaced reports whether no mail lies nearer than the spacing, before or after; otherwise the instant at which the
// newest of those that do is far enough away.
func spaced(sent []time.Time, at time.Time, spacing time.Duration) (time.Time, bool) {
	for i := len(sent) - 1; i >= 0; i-- {
		if apart := at.Sub(sent[i]).Abs(); apart < spacing {
			return sent[i].Add(spacing), false
		}
	}
	return time.Time{}, true
}

// capped reports whether the week that ends at the instant has room for one more mail; otherwise when it will have.
func capped(sent []time.Time, at time.Time, limits onboarding.Limits) (time.Time, bool) {
	var inWeek []time.Time
	for _, t := range sent {
		if t.After(at.Add(-week)) && !t.After(at) {
			inWeek = append(inWeek, t)
		}
	}
	n, most := len(inWeek), capAt(limits, at)
	if most <= 0 || n < most {
		return time.Time{}, true
	}
	frees := inWeek[n-most].Add(week)
	firstWeek := micro(limits.FirstWeekUntil)
	if at.After(firstWeek) || !frees.After(firstWeek) {
		return frees, false
	}
	// The first week ends before the window frees up; from then on the other cap decides, later or sooner.
	frees = firstWeek.Add(time.Microsecond)
	if most := limits.AnyWeek; most > 0 && n >= most {
		if later := inWeek[n-most].Add(week); later.After(frees) {
			frees = later
		}
	}
	return frees, false
}

// capAt is the most mails that a week ending at the instant may hold; 0 is no cap.
func capAt(limits onboarding.Limits, at time.Time) int {
	if at.After(micro(limits.FirstWeekUntil)) {
		return limits.AnyWeek
	}
	return limits.FirstWeek
}

// day is how long a person's day counts; one hour more or less where clocks are put forward or back does not matter.
const day = 24 * time.Hour

// dayEnd is when the day of an alert is over: without DayStart, at the alert itself.
func dayEnd(at time.Time, limits onboarding.Limits) time.Time {
	if end := micro(limits.DayStart.Add(day)); end.After(at) && !limits.DayStart.IsZero() {
		return end
	}
	return at.Add(time.Microsecond)
}

// tooMany reports whether the alerts of the last 168 hours, and of the day that is not over, leave room for no other.
func tooMany(had []time.Time, limits onboarding.Limits) bool {
	today := 0
	for _, t := range had {
		if !t.Before(micro(limits.DayStart)) {
			today++
		}
	}
	return limits.PerDay > 0 && today >= limits.PerDay || limits.PerWeek > 0 && len(had) >= limits.PerWeek
}
