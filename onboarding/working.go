package onboarding

import "time"

// IsWorking reports whether the day is a working day.
func (w *Windows) IsWorking(d Date) bool { return w.Kind(d) == DayWorking }

// AddWorking is the nth working day after d, or before d where n is negative; for 0 it is d itself, or the next working
// day where d is none.
func (w *Windows) AddWorking(d Date, n int) Date {
	step := 1
	switch {
	case n == 0:
		for !w.IsWorking(d) {
			d = d.AddDays(1)
		}
	case n < 0:
		n, step = -n, -1
	}
	for n > 0 {
		if d = d.AddDays(step); w.IsWorking(d) {
			n--
		}
	}
	return d
}

// WorkingBetween counts the working days after a up to and with b; where b is before a, it is minus the number from b
// up to but without a. So it undoes AddWorking in both directions.
func (w *Windows) WorkingBetween(a, b Date) int {
	n := 0
	for ; a.Before(b); n += w.count(a) {
		a = a.AddDays(1)
	}
	for ; b.Before(a); n -= w.count(a) {
		a = a.AddDays(-1)
	}
	return n
}

func (w *Windows) count(d Date) int {
	if w.IsWorking(d) {
		return 1
	}
	return 0
}

// hours are the instants between which the day is open; none where it is no working day or the clock skips them. A
// table without hours is open all day.
func (w *Windows) hours(d Date) (open, closing time.Time, ok bool) {
	if !w.IsWorking(d) {
		return open, closing, false
	}
	from, to := w.Open, w.Close
	if from >= to {
		from, to = 0, 24*60
	}
	open, _ = w.At(d, from)
	closing, _ = w.At(d, to)
	return open, closing, open.Before(closing)
}

// NextOpen is t while open, else the next opening. The hours are those of a person: Open to Close on working days.
func (w *Windows) NextOpen(t time.Time) time.Time {
	t, _ = w.nextOpen(t)
	return t
}

func (w *Windows) nextOpen(t time.Time) (at, closing time.Time) {
	// A shift of the clock can put t's day behind the day whose hours hold it, hence the day before.
	for d := w.Date(t).AddDays(-1); ; d = d.AddDays(1) {
		open, closing, ok := w.hours(d)
		if !ok || !t.Before(closing) {
			continue
		}
		if t.Before(open) {
			return open, closing
		}
		return t.UTC(), closing
	}
}

// AddHours is the instant at which that many working hours have passed since t; hours that end with the day end at
// closing time, not at the next opening. No hours, or fewer, give NextOpen. At most 100,000 are counted.
func (w *Windows) AddHours(t time.Time, hours float64) time.Time {
	t, closing := w.nextOpen(t)
	if !(hours > 0) {
		return t
	}
	left := time.Duration(min(hours, 100_000) * float64(time.Hour))
	for closing.Sub(t) < left {
		left -= closing.Sub(t)
		t, closing = w.nextOpen(closing)
	}
	return t.Add(left)
}

// WorkingTime is how much of the time from a to b is open; none where b is not after a. It undoes AddHours.
func (w *Windows) WorkingTime(a, b time.Time) time.Duration {
	var sum time.Duration
	for at, closing := w.nextOpen(a); at.Before(b); at, closing = w.nextOpen(closing) {
		if b.Before(closing) {
			closing = b
		}
		sum += closing.Sub(at)
	}
	return sum
}
