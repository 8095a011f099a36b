package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Leaving is a mail to the customer that is about to go.
type Leaving struct {
	Touch string
	At    time.Time // when it goes; of one that waits for a yes, when it was or is due
	// Waits is set where the owner must approve it first.
	Waits bool
	// Order is the mail as it would be ordered then, for its text.
	Order onboarding.Order
}

// Leaving lists the mails to the customer that go before an instant if nothing else happens, and those that wait for the
// owner's approval, by their time. What tact holds is not among them.
func (j Journey) Leaving(s State, until time.Time) []Leaving {
	if s.Ended != nil || s.Pause != nil {
		return nil
	}
	s = s.clone()
	r := &run{plan: j.plan, s: &s, idle: true}
	var out []Leaving
	for _, p := range r.place() {
		t := p.touch
		asked := p.unapproved()
		if !toCustomer(t) || !p.ready || r.unwanted(t) != "" || !asked && !(r.free(p) && p.at.Before(until)) {
			continue
		}
		if end, ok := r.lastChance(p); ok && !p.at.Before(end) {
			continue // its time will be over
		}
		if l, ok := j.leaving(s, p.state, t, p); ok {
			l.Waits = asked || t.Approval && !s.Start.AutoApprove && !p.hurried()
			out = append(out, l)
		}
	}
	for _, st := range s.Touches {
		// An answer to a doubt has no date of its own: what the owner chose stands here while it waits for their yes.
		if t := r.planned(st.ID); r.unplanned(&t) && toCustomer(&t) && st.Reason == reasonApproval && st.HurriedAt.IsZero() && st.waits() {
			if l, ok := j.leaving(s, st, &t, nil); ok {
				l.Waits = true
				out = append(out, l)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Leaving) int { return a.At.Compare(b.At) })
	return out
}

// Draft is a mail to the customer as it would be ordered at its time, whatever else holds it until then, or if the event
// that it answers came now; not ok for one that is no mail, has gone, or would be dropped.
func (j Journey) Draft(s State, touch string) (onboarding.Order, bool) {
	if s.Ended != nil {
		return onboarding.Order{}, false
	}
	s = s.clone()
	r := &run{plan: j.plan, s: &s, idle: true}
	for _, p := range r.place() {
		if p.touch.ID == touch && toCustomer(p.touch) {
			l, ok := j.leaving(s, p.state, p.touch, p)
			return l.Order, ok
		}
	}
	t := r.planned(touch)
	if t.Anchor == onboarding.AnchorEvent && touch == base(touch) {
		t = r.answerNow(&t, "")
	}
	st := s.touch(t.ID)
	if t.Anchor == onboarding.AnchorEvent && toCustomer(&t) && !st.mayHaveGone() && !st.waits() { // as if the event came now
		st = TouchState{ID: t.ID, To: r.recipients(&t), NotBefore: s.Now}
	}
	if !r.unplanned(&t) || !toCustomer(&t) || !st.waits() {
		return onboarding.Order{}, false
	}
	l, ok := j.leaving(s, st, &t, nil)
	return l.Order, ok
}

// DraftOn is Draft for the first mail that an event about a case would set off, "" for whichever is open.
func (j Journey) DraftOn(s State, about string, event onboarding.EventKind) (onboarding.Order, bool) {
	for _, t := range j.plan.Touches {
		if t.Anchor != onboarding.AnchorEvent || t.On != event {
			continue
		}
		if about != "" {
			t.ID = instance(t.ID, about) // once a case
		}
		if o, ok := j.Draft(s, t.ID); ok {
			return o, true
		}
	}
	return onboarding.Order{}, false
}

func toCustomer(t *onboarding.Touch) bool {
	return t.Audience == onboarding.AudienceCustomer && t.Channel == onboarding.ChannelEmail
}

// leaving is a mail as it would be ordered at its time; not ok for one that would be dropped then.
func (j Journey) leaving(s State, st TouchState, t *onboarding.Touch, p *placed) (Leaving, bool) {
	s = s.clone()
	r := &run{plan: j.plan, s: &s, idle: true}
	at := st.NotBefore
	if p != nil {
		at = p.at
	}
	if at.After(s.Now) {
		s.Now = at
	}
	if p != nil {
		st.To, st.Variant = r.recipients(t), r.variant(t, p)
		if t.CaseHistory {
			st.Case = r.chooseCase(t)
		}
	}
	if len(st.To) == 0 || t.CaseHistory && st.Case == "" {
		return Leaving{}, false
	}
	r.order(t, st)
	return Leaving{Touch: t.ID, At: at, Order: r.step.Orders[0]}, true
}

// KeptByMode lists the touches that were dropped since an instant because the mode was shadow.
func (s State) KeptByMode(since time.Time) []TouchState {
	var out []TouchState
	for _, t := range s.Touches {
		if t.Status == touchDropped && t.Reason == onboarding.ReasonShadow && !t.At.Before(since) {
			out = append(out, t)
		}
	}
	return out
}

// OpenCases lists the cases that nobody resolved, the oldest first.
func (s State) OpenCases() []Case {
	var out []Case
	for _, c := range s.Open {
		if c.open() {
			out = append(out, c)
		}
	}
	return out
}
