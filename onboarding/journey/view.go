package journey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Promises lists every open touch of the plan with its date, by due instant; touches without a date yet come last. Due
// instants carry the customer's offset.
func (j Journey) Promises(s State) []onboarding.Promise {
	r := &run{plan: j.plan, s: &s, idle: true}
	ps := r.place()
	out := make([]onboarding.Promise, 0, len(ps))
	for _, p := range ps {
		out = append(out, r.promise(p))
	}
	slices.SortStableFunc(out, func(a, b onboarding.Promise) int {
		switch {
		case (a.DueAt == nil) != (b.DueAt == nil):
			if a.DueAt == nil {
				return 1
			}
			return -1
		case a.DueAt == nil || a.DueAt.Equal(*b.DueAt):
			return strings.Compare(a.Touch, b.Touch)
		}
		return a.DueAt.Compare(*b.DueAt)
	})
	return out
}

func (j *run) promise(p *placed) onboarding.Promise {
	t := p.touch
	out := onboarding.Promise{Touch: t.ID, Class: t.Class, Channel: t.Channel, Audience: t.Audience,
		Moved: []onboarding.MoveReason{}}
	if t.Phase != "" {
		out.Phase = &t.Phase
	}
	if d := j.plannedDoubt(t); d != "" {
		out.Doubt = &d
	}
	if t.Window != nil {
		w := fmt.Sprintf("%02d:%02d-%02d:%02d", t.Window.Open/60, t.Window.Open%60, t.Window.Close/60, t.Window.Close%60)
		out.Window = &w
	}
	if f := j.waitsFor(t); f != "" {
		w := string(f)
		out.WaitsFor = &w
	}
	if p.dated && !j.saidElsewhere(t) {
		at := j.customer().Local(p.at)
		day := j.s.day(p.at)
		out.DueAt, out.Day = &at, &day
		out.Moved = addReasons(out.Moved, p.moved)
	}
	return out
}

// saidElsewhere reports whether another mail says what this one would, so that it is listed without a date: the last day
// of a refund window under ten days stands in the welcome.
func (j *run) saidElsewhere(t *onboarding.Touch) bool {
	return slices.ContainsFunc(t.Conditions, func(c onboarding.Condition) bool {
		return c.Fact == onboarding.FactShortRefund && !c.Is && j.fact(c.Fact)
	})
}

// nextDates are the coming things the welcome tells of: at most three mails that the contract owes.
func (j *run) nextDates() []onboarding.NextDate {
	var out []onboarding.NextDate
	for _, p := range j.place() {
		t := p.touch
		if p.ready && counted(t) && t.Class == onboarding.ClassService && !t.AnyDay && t.Anchor != onboarding.AnchorRefundLastDay {
			out = append(out, onboarding.NextDate{What: t.ID, At: p.at})
		}
	}
	slices.SortStableFunc(out, func(a, b onboarding.NextDate) int { return a.At.Compare(b.At) })
	return out[:min(len(out), 3)]
}

// Plan lists the promises of a contract as of its signature.
func (j Journey) Plan(start Start, cal onboarding.Calendar) []onboarding.Promise {
	signed := start.Contract.SignedAt.UTC().Truncate(time.Second)
	start.Contract.SignedAt = signed
	s := State{Start: start, Calendar: cal, Now: signed, Since: signed, Milestones: start.Milestones}
	(&run{plan: j.plan, s: &s}).place() // decides which mails stay
	return j.Promises(s)
}

// Moot is why touches of the plan will not go as a contract stands, by their ids.
func (j Journey) Moot(c onboarding.Contract) map[string]string {
	r := &run{plan: j.plan, s: &State{Start: Start{Contract: c}}}
	reasons := map[string]string{}
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		if n := r.mootBy(t); n >= 0 {
			reasons[t.ID] = conditionReason(t.Conditions[n])
		}
	}
	return reasons
}

// Status is the part of the state that the journal's list shows.
func (j Journey) Status(s State) onboarding.ContractStatus {
	st := onboarding.ContractStatus{Phase: s.Phase, Stage: s.Stage, Health: string(health(s)), Playbook: s.Start.Playbook,
		Paused: s.Pause != nil, At: s.Now}
	if s.contract().Owner != nil {
		st.Owner = s.contract().Owner.ID
	}
	if s.Ended != nil {
		st.EndedAt, st.EndedFor = s.Ended.At, s.Ended.Reason
		return st
	}
	r := &run{plan: j.plan, s: &s, idle: true}
	st.NextAt, st.Next = r.endsAt(), "end"
	for _, p := range r.place() {
		if r.free(p) && p.at.Before(st.NextAt) {
			st.NextAt, st.Next = p.at, p.touch.ID
		}
	}
	return st
}

// Refuse says why an event that waits for an answer cannot be applied now; nil when it can.
func (j Journey) Refuse(s State, e onboarding.Event) error {
	if s.Ended != nil {
		return fmt.Errorf("the onboarding ended on %s (%s)", s.Calendar.Customer.Date(s.Ended.At), s.Ended.Reason)
	}
	if slices.Contains(onboarding.SteeringKinds, e.Kind) && e.Kind != onboarding.EventAdopted {
		return j.refuseTouch(s, e)
	}
	if e.Kind.OfPeers() && !s.Seen.has(e.ID) {
		_, err := (&run{plan: j.plan, s: &s}).whoAnswers(e)
		return err
	}
	return nil
}

func (j Journey) refuseTouch(s State, e onboarding.Event) error {
	t, ok := j.plan.Touch(e.Touch)
	if !ok {
		return fmt.Errorf("touch: %q is not in the playbook", e.Touch)
	}
	t = s.requested(t)
	if t.Anchor == onboarding.AnchorCase && e.Kind == onboarding.EventTouchHurried {
		if (&run{plan: j.plan, s: &s}).openCase() == nil {
			return fmt.Errorf("touch: %s answers a doubt and no case is open", e.Touch)
		}
		return nil
	}
	if (&run{plan: j.plan, s: &s}).unplanned(&t) && !answerable(s.touch(t.ID), e.Kind) {
		return fmt.Errorf("touch: %s answers an event at once and is not planned", e.Touch)
	}
	switch st := s.touch(t.ID); {
	case st.Status == touchSent:
		return fmt.Errorf("touch: %s went on %s already", e.Touch, s.Calendar.Customer.Local(st.At).Format(time.RFC3339))
	case st.Status == touchDropped:
		return fmt.Errorf("touch: %s was dropped on %s (%s)", e.Touch, s.Calendar.Customer.Local(st.At).Format(time.RFC3339), st.Reason)
	case st.busy():
		return fmt.Errorf("touch: %s is being sent right now", e.Touch)
	}
	return nil
}
