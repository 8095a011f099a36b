package journey

import (
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// wish is where anchor and offset put a touch before any calendar rule: an instant, or a date at 09:00 plus jitter.
type wish struct {
	at     time.Time // the instant; for a date its 09:00 plus jitter
	date   onboarding.Date
	atOnce bool      // an instant, not a date
	anchor time.Time // what it counts from, to order clashes
	last   time.Time // a deadline's last instant; zero where none
}

// wish finds a touch's wish: not dated while what it counts from has not happened, not ready while a milestone that it
// needs has not. Of its own date and the fallback the earlier holds.
func (j *run) wish(t *onboarding.Touch) (w wish, dated, ready bool) {
	w, dated = j.anchored(t, t.Anchor, t.Offset)
	ready = dated
	if t.Latest != nil {
		late, ok := j.anchored(t, t.Latest.Anchor, t.Latest.Offset)
		open := ok
		if need := t.Latest.Needs; ok && need != "" {
			late, open = j.after(late, need)
		}
		if open && (!dated || late.at.Before(w.at)) {
			w, ready = late, true
		} else if !dated {
			w = late
		}
		dated = dated || ok
	}
	for _, need := range t.Needs {
		var came bool
		w, came = j.after(w, need)
		ready = ready && came
	}
	return w, dated, ready
}

// after moves a wish to the instant of a milestone that came later than it, if it came.
func (j *run) after(w wish, need onboarding.Fact) (moved wish, came bool) {
	at, came := j.s.happened(need)
	if came && at.After(w.at) {
		w.at, w.date, w.atOnce = at, j.customer().Date(at), true
	}
	return w, came
}

// anchored is the wish of one anchor and offset.
func (j *run) anchored(t *onboarding.Touch, a onboarding.Anchor, o onboarding.Offset) (wish, bool) {
	day, at, last, ok := j.anchorDay(a)
	if !ok {
		return wish{}, false
	}
	w := wish{anchor: at, last: last}
	if o.Days == 0 {
		w.at, w.date, w.atOnce = at, day, true
		if a == onboarding.AnchorContract {
			w.at = j.s.contract().SignedAt.UTC()
		}
		return w, true
	}
	if o.Working {
		w.date = j.customer().AddWorking(day, o.Days)
	} else {
		w.date = day.AddDays(o.Days)
	}
	w.at, _ = j.morning(t, w.date)
	return w, true
}

// anchorDay is the customer's calendar day of an anchor, its instant, and the last instant before a deadline passes.
func (j *run) anchorDay(a onboarding.Anchor) (day onboarding.Date, at, last time.Time, ok bool) {
	w := j.customer()
	switch a {
	case onboarding.AnchorContract:
		at = j.s.contract().SignedAt
		day = j.shifted(w.Date(at), at)
		return day, at, last, true
	case onboarding.AnchorRefundLastDay:
		day, ok = j.refundDay()
		if !ok {
			return day, at, last, false
		}
		at, _ = w.At(day, 0)
		last, _ = w.At(day.AddDays(1), 0)
		return day, at, last, true
	case onboarding.AnchorKickoffDate:
		return j.namedDay(j.s.KickoffAt)
	case onboarding.AnchorInvoiceDue:
		return j.namedDay(j.s.InvoiceAt)
	case onboarding.AnchorEvent, onboarding.AnchorCase, onboarding.AnchorPeerWanted:
		return day, at, last, false
	}
	at, ok = j.s.happened(onboarding.Fact(a))
	if !ok {
		return day, at, last, false
	}
	return j.shifted(w.Date(at), at), at, last, true
}

// namedDay reads a date that an event named: a day, or an instant.
func (j *run) namedDay(text string) (day onboarding.Date, at, last time.Time, ok bool) {
	if text == "" {
		return day, at, last, false
	}
	w := j.customer()
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		t = wholeSecond(t)
		return w.Date(t), t, t, true
	}
	d, err := onboarding.ParseDate(text)
	if err != nil {
		return day, at, last, false
	}
	at, _ = w.At(d, 0)
	last, _ = w.At(d.AddDays(1), 0)
	return d, at, last, true
}

// shifted moves a day by the pauses that came after its anchor, one that goes on included where its end is known.
func (j *run) shifted(d onboarding.Date, anchor time.Time) onboarding.Date {
	for _, sh := range j.s.Shifts {
		if anchor.Before(sh.Before) {
			d = d.AddDays(sh.Days)
		}
	}
	if p := j.s.Pause; p != nil && p.Shift && !p.Until.IsZero() && anchor.Before(p.At) {
		d = d.AddDays(j.daysBetween(p.At, p.Until))
	}
	return d
}

// daysBetween is the number of the customer's calendar days between two instants.
func (j *run) daysBetween(from, to time.Time) int {
	return j.customer().Date(to).DaysSince(j.customer().Date(from))
}

// refundDay is the last day of the contractual refund, when its count has begun.
func (j *run) refundDay() (onboarding.Date, bool) {
	terms := j.s.contract().Terms
	if terms == nil || terms.Refund == nil {
		return onboarding.Date{}, false
	}
	from := j.s.contract().SignedAt
	if c := terms.Refund.CountsFrom; c != onboarding.FromSigned && c != "" {
		at, ok := j.s.happened(onboarding.Fact(c))
		if !ok {
			return onboarding.Date{}, false
		}
		from = at
	}
	return j.customer().Date(from).AddDays(terms.Refund.Days), true
}

// waitsFor is the milestone a touch is listed as waiting for; "" for none.
func (j *run) waitsFor(t *onboarding.Touch) onboarding.Fact {
	if _, _, _, ok := j.anchorDay(t.Anchor); !ok {
		if f := j.milestoneOf(t.Anchor); f != "" {
			return f
		}
	}
	for _, need := range t.Needs {
		if _, ok := j.s.happened(need); !ok {
			return need
		}
	}
	return ""
}

// milestoneOf names the fact that gives an anchor its date; "" where none does.
func (j *run) milestoneOf(a onboarding.Anchor) onboarding.Fact {
	switch a {
	case onboarding.AnchorKickoffDate:
		return onboarding.FactKickoffBooked
	case onboarding.AnchorRefundLastDay:
		if terms := j.s.contract().Terms; terms != nil && terms.Refund != nil {
			return onboarding.Fact(terms.Refund.CountsFrom)
		}
		return ""
	case onboarding.AnchorContract, onboarding.AnchorEvent, onboarding.AnchorCase, onboarding.AnchorPeerWanted:
		return ""
	}
	return onboarding.Fact(a)
}
