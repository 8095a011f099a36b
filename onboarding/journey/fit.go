package journey

import (
	"hash/fnv"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// nineOClock is when a day-counted touch is wished for, before jitter.
const nineOClock = 9 * 60

// fit moves a wish into the hours of whom it is for, and says why. A date before a deadline moves to the day before.
func (j *run) fit(t *onboarding.Touch, w wish) (time.Time, []onboarding.MoveReason) {
	if w.atOnce {
		return j.fitInstant(t, w.at)
	}
	step := 1
	if t.Deadline {
		step = -1
	}
	return j.fitDay(t, w.date, j.openDay(t, w.date, step))
}

// fitInstant is the instant itself where a touch may go then, else the next day's time.
func (j *run) fitInstant(t *onboarding.Touch, at time.Time) (time.Time, []onboarding.MoveReason) {
	date := j.windows(t).Date(at)
	opens, closes, open := j.opening(t, date)
	if !open {
		return j.fitDay(t, date, j.openDay(t, date, 1))
	}
	switch {
	case at.Before(opens):
	case at.Before(closes):
		return at, nil
	default:
		date = date.AddDays(1)
	}
	next, moved := j.fitDay(t, date, j.openDay(t, date, 1))
	return next, addReasons([]onboarding.MoveReason{onboarding.MovedQuietHours}, moved)
}

// fitAgain is fitInstant for what is moved or overdue: never before the touch's own time of the day, so that the same
// question asked a little later has the same answer.
func (j *run) fitAgain(t *onboarding.Touch, at time.Time) (time.Time, []onboarding.MoveReason) {
	at, moved := j.fitInstant(t, at)
	if own, _ := j.morning(t, j.windows(t).Date(at)); own.After(at) {
		at = own
	}
	return at, moved
}

// fitDay is a touch's time on one day when another was wished for.
func (j *run) fitDay(t *onboarding.Touch, wished, day onboarding.Date) (time.Time, []onboarding.MoveReason) {
	at, skipped := j.morning(t, day)
	moved := reasonsOf(j.windows(t), wished, day)
	if skipped {
		moved = append(moved, onboarding.MovedDST)
	}
	return at, moved
}

// windows is the table a touch is placed by: the customer's, or that of the one of ours it goes to.
func (j *run) windows(t *onboarding.Touch) *onboarding.Windows {
	switch t.Audience {
	case onboarding.AudienceOwner:
		return &j.s.Calendar.Owner
	case onboarding.AudienceSales:
		return &j.s.Calendar.Sales
	case onboarding.AudienceManager:
		return &j.s.Calendar.Manager
	}
	return &j.s.Calendar.Customer
}

func (j *run) customer() *onboarding.Windows { return &j.s.Calendar.Customer }

// hours is the span of the day in which a touch may go, in minutes after midnight.
func (j *run) hours(t *onboarding.Touch) (open, closes int) {
	if t.Window != nil {
		return t.Window.Open, t.Window.Close
	}
	w := j.windows(t)
	return w.Open, w.Close
}

// opening are the instants between which a touch may go on a day; not ok where it is no working day or the clock skips
// the hours.
func (j *run) opening(t *onboarding.Touch, d onboarding.Date) (opens, closes time.Time, ok bool) {
	w := j.windows(t)
	if !t.AnyDay && !w.IsWorking(d) && !(t.Audience == onboarding.AudienceOwner && j.stoodIn(d)) {
		return opens, closes, false
	}
	open, end := j.hours(t)
	opens, _ = w.At(d, open)
	closes, _ = w.At(d, end)
	return opens, closes, opens.Before(closes)
}

// openDay is the first day on which a touch may go, from the given one on, forwards or backwards.
func (j *run) openDay(t *onboarding.Touch, d onboarding.Date, step int) onboarding.Date {
	for {
		if _, _, ok := j.opening(t, d); ok {
			return d
		}
		d = d.AddDays(step)
	}
}

// morning is a touch's own time on a day: 09:00, or the opening where 09:00 is outside its window, plus jitter. One of
// ours is told when their day begins.
func (j *run) morning(t *onboarding.Touch, d onboarding.Date) (at time.Time, skipped bool) {
	open, closes := j.hours(t)
	if t.Class != onboarding.ClassInternal && open < nineOClock && nineOClock < closes {
		open = nineOClock
	}
	jitter := j.jitter(t, closes-open)
	at, skipped = j.windows(t).At(d, open+jitter/60)
	return at.Add(time.Duration(jitter%60) * time.Second), skipped
}

// jitter spreads the customers over the morning, in seconds: a hash of contract and touch, so the same at every
// reckoning.
func (j *run) jitter(t *onboarding.Touch, span int) int {
	most := min(j.plan.Caps.JitterMin, span-1) * 60
	if most <= 0 || t.AnyDay || t.Class == onboarding.ClassInternal {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(j.s.contract().ID))
	h.Write([]byte{0})
	h.Write([]byte(t.ID))
	// FNV's high bits are poorly mixed on short input; a multiplication by a 64-bit odd constant spreads them.
	return int(h.Sum64() * 0x9E3779B97F4A7C15 >> 33 % uint64(most))
}

// reasonsOf lists the kinds of the days that a move skipped, each once, in order.
func reasonsOf(w *onboarding.Windows, from, to onboarding.Date) []onboarding.MoveReason {
	step := 1
	if to.Before(from) {
		step = -1
	}
	var out []onboarding.MoveReason
	for d := from; d != to; d = d.AddDays(step) {
		if r, ok := dayReason(w.Kind(d)); ok && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func dayReason(k onboarding.DayKind) (onboarding.MoveReason, bool) {
	switch k {
	case onboarding.DayWeekend:
		return onboarding.MovedWeekend, true
	case onboarding.DayHoliday:
		return onboarding.MovedHoliday, true
	case onboarding.DayClosure, onboarding.DayLeave:
		return onboarding.MovedClosure, true
	}
	return "", false
}

func addReasons(to, more []onboarding.MoveReason) []onboarding.MoveReason {
	for _, r := range more {
		if !slices.Contains(to, r) {
			to = append(to, r)
		}
	}
	return to
}
