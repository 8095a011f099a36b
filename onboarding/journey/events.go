package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// event takes one thing that happened. What was seen before changes nothing; what precedes the signature is history.
func (j *run) event(e onboarding.Event) {
	j.consume(e)
	if !j.s.Seen.see(e.ID) {
		return
	}
	entry := onboarding.Entry{Kind: onboarding.EntryEvent, Event: e.Kind, Channel: onboarding.Channel(e.Channel), To: e.Contact}
	if !e.At.IsZero() && e.At.Before(j.s.contract().SignedAt) {
		entry.At = e.At.UTC().Truncate(time.Second)
		j.emit(entry)
		return
	}
	entry.Touch, entry.Reason = e.Touch, e.Reason
	j.emit(entry)
	j.milestone(e)
	j.stageFor(e.Kind)
	j.trouble(e)
	switch e.Kind {
	case onboarding.EventPaused:
		j.pause(e)
	case onboarding.EventResumed:
		j.resume()
	case onboarding.EventUnsubscribed, onboarding.EventBounced, onboarding.EventSpamReported:
		j.closeAddress(e)
	case onboarding.EventHandoffFilled:
		if e.Dossier != nil {
			j.s.Start.Contract.Dossier = e.Dossier
			j.amended()
		}
	case onboarding.EventHandoffAccepted:
		j.emit(onboarding.Entry{Kind: onboarding.EntryHandoffAccepted, To: j.personOf(onboarding.AudienceOwner)})
	case onboarding.EventOwnerChanged:
		j.s.Start.Contract.Owner = e.Owner
		j.amended()
	case onboarding.EventAmended:
		j.amend(e)
	case onboarding.EventAdopted:
		j.s.Start.Playbook = e.Playbook
		j.replan()
	case onboarding.EventVoided:
		j.end(or(e.Reason, "voided"))
	case onboarding.EventEnded:
		j.depart()
		j.end(or(e.Reason, "ended"))
	default:
		j.steer(e)
	}
	if j.s.Ended == nil {
		j.confirm(e)
		j.phases()
		j.stops(e.Kind)
	}
}

// tooLate tells the runner that an event came after the end, unless it was seen before it.
func (j *run) tooLate(e onboarding.Event) {
	if j.s.Seen.has(e.ID) {
		j.consume(e)
	} else if e.ID != "" {
		j.step.Late = append(j.step.Late, e.ID)
	}
}

// consume tells the runner that an inbox event is settled.
func (j *run) consume(e onboarding.Event) {
	if e.ID != "" {
		j.step.Settled = append(j.step.Settled, e.ID)
	}
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// milestones says which fact an event makes true.
var milestones = map[onboarding.EventKind]onboarding.Fact{
	onboarding.EventKickoffBooked:     onboarding.FactKickoffBooked,
	onboarding.EventKickoffHeld:       onboarding.FactKickoffHeld,
	onboarding.EventInstalled:         onboarding.FactInstalled,
	onboarding.EventFirstValue:        onboarding.FactFirstValue,
	onboarding.EventGoalReached:       onboarding.FactGoalReached,
	onboarding.EventTrainingBooked:    onboarding.FactTrainingArranged,
	onboarding.EventTrainingCompleted: onboarding.FactTrainingArranged,
	onboarding.EventContacted:         onboarding.FactContacted,
	onboarding.EventHandoffFilled:     onboarding.FactDossier,
	onboarding.EventHandoffAccepted:   onboarding.FactHandoffAccepted,
	onboarding.EventInvoiceDue:        onboarding.Fact(onboarding.AnchorInvoiceDue),
}

func (j *run) milestone(e onboarding.Event) {
	if f, ok := milestones[e.Kind]; ok {
		at := j.s.Now
		if e.At.Before(at) && !e.At.IsZero() { // heard of late: what counts from it counts from when it happened
			at = wholeSecond(e.At)
		}
		j.s.reach(f, at)
	}
	switch e.Kind {
	case onboarding.EventKickoffBooked:
		j.s.KickoffAt = e.Date
	case onboarding.EventInvoiceDue:
		j.s.InvoiceAt = e.Date
	}
}

// trouble opens and closes what makes cheerful mails wait.
func (j *run) trouble(e onboarding.Event) {
	switch e.Kind {
	case onboarding.EventComplaint, onboarding.EventMishap, onboarding.EventRefundInquiry, onboarding.EventRefundRequested,
		onboarding.EventWithdrawal, onboarding.EventCancellation, onboarding.EventInvoiceDisputed:
		j.s.Troubles = append(j.s.Troubles, Trouble{e.Kind, j.s.Now})
	case onboarding.EventMishapSolved:
		j.calm(onboarding.EventMishap)
	case onboarding.EventAnswered:
		j.calm(onboarding.EventComplaint, onboarding.EventRefundInquiry, onboarding.EventInvoiceDisputed)
	case onboarding.EventResolved:
		j.calm()
		if e.Outcome == "reassured" || e.Outcome == "answered" || e.Outcome == "fixed" {
			j.stayed()
		}
	case onboarding.EventSurveyAnswered:
		if e.Survey == "quality" && e.Value == "resolving" || e.Survey == "csat" && (e.Value == "4" || e.Value == "5") {
			j.stayed()
		}
	}
}

// calm closes the troubles of the given kinds, all of them when none is given.
func (j *run) calm(kinds ...onboarding.EventKind) {
	n := len(j.s.Troubles)
	j.s.Troubles = slices.DeleteFunc(j.s.Troubles, func(t Trouble) bool {
		return len(kinds) == 0 || slices.Contains(kinds, t.Kind)
	})
	if n > 0 && len(j.s.Troubles) == 0 {
		j.s.CalmSince = j.s.Now
	}
}

// closeAddress stops mail to the contacts an event means: relationship mails after an opt-out, all mail after a hard
// bounce or a spam report, which also gives the owner a task.
func (j *run) closeAddress(e onboarding.Event) {
	all := e.Kind != onboarding.EventUnsubscribed
	for _, address := range j.meant(e) {
		j.s.Closed = append(j.s.Closed, Closed{address, e.Kind})
		j.step.Suppress = append(j.step.Suppress, onboarding.Suppression{
			Address: address, Reason: string(e.Kind), All: all, At: j.s.Now})
	}
	if all {
		j.raise("", onboarding.AudienceOwner, string(e.Kind))
	}
}

// pause stops all but confirmations.
func (j *run) pause(e onboarding.Event) {
	p := &Pause{At: j.s.Now, Shift: e.Dates == "shift"}
	if e.Until != "" {
		_, p.Until, _, _ = j.namedDay(e.Until)
	}
	if j.s.Pause != nil {
		p.At = j.s.Pause.At // a second pause prolongs the first
	}
	j.s.Pause = p
	j.emit(onboarding.Entry{Kind: onboarding.EntryPaused, Reason: e.Reason})
}

// resume ends a pause; with shift the dates move by its length in calendar days.
func (j *run) resume() {
	p := j.s.Pause
	if p == nil {
		return
	}
	end := j.s.Now
	if !p.Until.IsZero() && p.Until.Before(end) {
		end = p.Until
	}
	if n := j.daysBetween(p.At, end); p.Shift && n > 0 {
		j.s.Shifts = append(j.s.Shifts, Shift{Before: p.At, Days: n})
	}
	j.s.Pause, j.s.Since = nil, j.s.Now
	j.emit(onboarding.Entry{Kind: onboarding.EntryResumed})
}

// amend takes the contract as it reads from now on. Its id and signature stay.
func (j *run) amend(e onboarding.Event) {
	if e.Amendment == nil {
		return
	}
	c := *e.Amendment
	c.ID, c.SignedAt = j.s.contract().ID, j.s.contract().SignedAt
	j.s.Start.Contract = c
	j.amended()
}

// amended tells the runner that the contract changed and that calendars may have.
func (j *run) amended() {
	if j.s.contract().Dossier != nil {
		j.s.reach(onboarding.FactDossier, j.s.Now)
	}
	c := j.s.Start.Contract
	j.step.Amended = &c
	j.replan()
}

// steer carries out what ops asked for one touch.
func (j *run) steer(e onboarding.Event) {
	t, ok := j.plan.Touch(e.Touch)
	st := j.s.touch(e.Touch)
	if !ok || t.Anchor == onboarding.AnchorEvent || st.settled() || st.busy() {
		return
	}
	switch e.Kind {
	case onboarding.EventTouchSkipped:
		j.drop(&t, reasonSkipped)
	case onboarding.EventTouchHurried:
		st = TouchState{ID: st.ID, HurriedAt: j.s.Now, Subject: st.Subject, Body: st.Body, Resend: st.Resend, Asked: st.Asked}
		j.s.put(st)
	case onboarding.EventTouchEdited:
		st.Subject, st.Body = e.Subject, e.Body
		j.s.put(st)
	case onboarding.EventTouchParked:
		if _, until, _, ok := j.namedDay(e.Until); ok {
			st.ParkedTo = until
			j.s.put(st)
		}
	}
}

// confirm sends the confirmations that an event calls for: at once, whatever else holds mail back. What was confirmed
// once, or is about to be, is not confirmed again.
func (j *run) confirm(e onboarding.Event) {
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		st := j.s.touch(t.ID)
		if t.Anchor != onboarding.AnchorEvent || t.On != e.Kind || st.mayHaveGone() || st.waits() {
			continue
		}
		to := j.recipients(t)
		if c, ok := j.contact(e.Contact); ok && j.closedTo(t, c) == "" {
			to = []string{c.ID}
		}
		j.acknowledge(t, TouchState{ID: t.ID, To: to})
	}
}

// reconfirm is confirm for what was put off: whoever was written to may be out of reach by now.
func (j *run) reconfirm(t *onboarding.Touch, st TouchState) {
	st.To = slices.DeleteFunc(slices.Clone(st.To), func(id string) bool {
		c, ok := j.contact(id)
		return !ok || j.closedTo(t, c) != ""
	})
	j.acknowledge(t, st)
}

func (j *run) acknowledge(t *onboarding.Touch, st TouchState) {
	if len(st.To) == 0 {
		j.drop(t, j.unreachable(t))
		j.raise(t.ID, onboarding.AudienceOwner, "unreachable")
		return
	}
	j.order(t, st)
}
