package journey

import (
	"fmt"
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
	entry.Touch, entry.Reason = e.Touch, or(e.Reason, remark(e))
	if e.Owner != nil {
		entry.To = e.Owner.ID
	}
	if e.Contact == "" && e.Peer != "" {
		entry.To = e.Peer
	}
	j.emit(entry)
	if e.Case != "" && j.meantCase(e) == nil && e.Kind.OfCase() {
		return // it decides a case that is closed, or none of ours
	}
	j.read(e)
	j.happens(e)
	means := []onboarding.Event{e}
	for _, kind := range said(e.Reading) {
		m := e
		m.Kind = kind
		j.happens(m)
		if kind == onboarding.EventUnsubscribed {
			j.closeAddress(m)
		}
		means = append(means, m)
	}
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
		j.handoffFilled()
	case onboarding.EventHandoffReturned:
		j.handoffReturned(e)
	case onboarding.EventHandoffAccepted:
		j.handoffAccepted()
	case onboarding.EventOwnerChanged:
		j.changeOwner(e.Owner)
	case onboarding.EventPeerAccepted, onboarding.EventPeerDeclined:
		j.peerEvent(e)
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
	if j.s.Ended != nil {
		return
	}
	for _, m := range means {
		j.confirm(m)
	}
	j.phases()
	for _, m := range means {
		j.stops(m.Kind)
	}
	j.judge()
}

// happens takes what an event means, whether somebody reported it or wrote it in a reply.
func (j *run) happens(e onboarding.Event) {
	if c, ok := CommitmentOf(*j.s, e); ok {
		e.What = c.What // in the words in which it was made
	} else if !e.Kind.OfCommitment() && !e.SaysByWhen() {
		e.What = ""
	}
	j.milestone(e)
	j.stageFor(e.Kind)
	j.trouble(e)
	j.clockEvent(e)
	j.commitmentEvent(e)
	j.weighEvent(e)
	j.happenedAfterAll()
	j.caseEvent(e)
	j.leavingEvent(e)
	switch e.Kind {
	case onboarding.EventUpgradeRequested:
		j.raise("", onboarding.AudienceOwner, "upgrade_requested")
	case onboarding.EventChampionLeft:
		if c, ok := j.contact(e.Contact); ok {
			j.s.Closed = append(j.s.Closed, Closed{address(c), e.Kind})
		}
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

// remark is what an event's entry says where the event gives no reason: a survey's answer, as "quality: resolving", what
// was promised or kept, as "the import, by 2026-02-03", and that a machine wrote a reply, or that it asks nothing of us but
// no more mail.
func remark(e onboarding.Event) string {
	switch {
	case e.Survey != "":
		return e.Survey + ": " + e.Value
	case e.What != "" && e.Due != "":
		return e.What + ", by " + e.Due
	case e.What != "":
		return e.What
	case e.Reading != nil && e.Reading.Intent == onboarding.IntentAuto:
		return "automatic"
	case e.Kind == onboarding.EventEmailReply && e.Reading != nil && asksNothing(*e.Reading):
		if e.Reading.OptOut {
			return "opt_out"
		}
		return "asks_nothing"
	}
	return ""
}

// asksNothing reports whether a reply wants no answer: it thanks, or says neither a wish nor a doubt. One that a person
// must read wants one.
func asksNothing(r onboarding.Reading) bool {
	said := r.Withdrawal || r.Unsure || r.Doubt != "" && r.Doubt != onboarding.DoubtNone
	return !said && (r.Intent == onboarding.IntentThanks || r.Intent == onboarding.IntentNone)
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func (j *run) milestone(e onboarding.Event) {
	if f, ok := e.Kind.Milestone(); ok {
		at := j.s.Now
		if e.At.Before(at) && !e.At.IsZero() { // heard of late: what counts from it counts from when it happened
			at = wholeSecond(e.At)
		}
		j.s.reach(f, at)
	}
	switch e.Kind {
	case onboarding.EventKickoffHeld:
		j.s.reach(onboarding.FactContacted, j.s.Now)
	case onboarding.EventAnswered:
		if e.Channel == "phone" || e.Channel == "meeting" {
			j.s.reach(onboarding.FactContacted, j.s.Now)
		}
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
		again := Trouble{Kind: e.Kind, At: j.s.Now}
		j.s.Troubles = slices.DeleteFunc(j.s.Troubles, func(t Trouble) bool {
			again.AskedByWhen = again.AskedByWhen || t.Kind == e.Kind && t.AskedByWhen
			return t.Kind == e.Kind
		})
		j.s.Troubles = append(j.s.Troubles, again)
		j.closeIntroduction(string(e.Kind))
	case onboarding.EventMishapSolved:
		j.calm(onboarding.EventMishap)
	case onboarding.EventAnswered, onboarding.EventContacted:
		j.calmUntil(j.when(e), onboarding.EventComplaint, onboarding.EventRefundInquiry, onboarding.EventInvoiceDisputed)
	case onboarding.EventResolved:
		j.stageFor(onboarding.EventMishapSolved)
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
func (j *run) calm(kinds ...onboarding.EventKind) { j.calmUntil(j.s.Now, kinds...) }

// calmUntil closes those of them that there were at an instant: an answer is none to what came after it.
func (j *run) calmUntil(at time.Time, kinds ...onboarding.EventKind) {
	n := len(j.s.Troubles)
	j.s.Troubles = slices.DeleteFunc(j.s.Troubles, func(t Trouble) bool {
		return !t.At.After(at) && (len(kinds) == 0 || slices.Contains(kinds, t.Kind))
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
		if c := (Closed{address, e.Kind}); !slices.Contains(j.s.Closed, c) {
			j.s.Closed = append(j.s.Closed, c)
		}
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
	c, was := *e.Amendment, *j.s.contract()
	c.ID, c.SignedAt = was.ID, was.SignedAt
	day, had := j.refundDay()
	told := had && j.toldRefundDay()
	j.s.Start.Contract = c
	if now, has := j.refundDay(); told && now != day {
		reason := "refund_day_changed: none"
		if has {
			reason = "refund_day_changed: " + now.String()
		}
		j.raise("", onboarding.AudienceOwner, reason)
	}
	j.amendCommitments(was.Dossier)
	j.amended()
}

// toldRefundDay reports whether a mail has told the customer the refund's last day.
func (j *run) toldRefundDay() bool {
	return slices.ContainsFunc(j.plan.Touches, func(t onboarding.Touch) bool {
		return (t.Anchor == onboarding.AnchorRefundLastDay && t.Audience == onboarding.AudienceCustomer || t.AnyDay && j.fact(onboarding.FactShortRefund)) &&
			j.s.touch(t.ID).mayHaveGone()
	})
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
	t = j.s.requested(t)
	st := j.s.touch(t.ID)
	if c := j.openCase(); ok && t.Anchor == onboarding.AnchorCase && c != nil && e.Kind == onboarding.EventTouchHurried {
		j.answer(c, t, TouchState{HurriedAt: j.s.Now, Subject: e.Subject, Body: e.Body})
		return
	}
	if !ok || t.Anchor == onboarding.AnchorCase || j.unplanned(&t) && !answerable(st, e.Kind) || st.settled() || st.busy() {
		return
	}
	switch e.Kind {
	case onboarding.EventTouchSkipped:
		j.drop(&t, reasonSkipped)
		if e.Reason == onboarding.ReasonCallInstead {
			j.raise(t.ID, onboarding.AudienceOwner, e.Reason)
		}
	case onboarding.EventTouchHurried:
		if t.Anchor == onboarding.AnchorEvent || t.Anchor == onboarding.AnchorPeerWanted {
			st.HurriedAt, st.NotBefore = j.s.Now, j.s.Now
			j.s.put(st)
			return
		}
		st = TouchState{ID: st.ID, HurriedAt: j.s.Now, Subject: st.Subject, Body: st.Body, Resend: st.Resend, Asked: st.Asked}
		j.s.put(st)
	case onboarding.EventTouchEdited:
		st.Subject, st.Body = or(e.Subject, st.Subject), or(e.Body, st.Body)
		j.s.put(st)
	case onboarding.EventTouchParked:
		if _, until, _, ok := j.namedDay(e.Until); ok {
			st.ParkedTo = until
			j.s.put(st)
		}
	}
}

// answerable reports whether ops can still do this with an answer to an event: it was put off, and waits for approval
// perhaps.
func answerable(st TouchState, k onboarding.EventKind) bool {
	return st.waits() && k != onboarding.EventTouchParked
}

// confirm sends the confirmations that an event calls for: at once, whatever else holds mail back. What was confirmed
// once, or is about to be, is not confirmed again.
func (j *run) confirm(e onboarding.Event) {
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		if t.Anchor != onboarding.AnchorEvent || t.On != e.Kind {
			continue
		}
		answer := j.answerNow(t, e.Case)
		if st := j.s.touch(answer.ID); st.mayHaveGone() || st.waits() {
			if st.waits() && e.Body != "" { // said again, in other words
				st.Subject, st.Body = or(e.Subject, st.Subject), e.Body
				j.s.put(st)
			}
			continue
		}
		to := j.recipients(t)
		if c, ok := j.contact(e.Contact); ok && j.closedTo(t, c) == "" {
			to = []string{c.ID}
		} else if !ok && e.Contact != "" {
			j.raise(t.ID, onboarding.AudienceOwner, "writer_unknown: "+e.Contact)
		}
		j.inTime(&answer, TouchState{ID: answer.ID, To: to, Subject: e.Subject, Body: e.Body})
	}
}

// answerNow is the touch that would answer an event now: a mail goes once a case, the named one or the one that is open, a
// confirmation again after the customer has stayed.
func (j *run) answerNow(t *onboarding.Touch, about string) onboarding.Touch {
	answer := *t
	if c := j.openCase(); about == "" && c != nil {
		about = c.ID
	}
	switch n := j.s.Stayed; {
	case t.Class == onboarding.ClassConfirmation && n > 0:
		answer.ID = instance(t.ID, fmt.Sprintf("again-%d", n))
	case t.Class != onboarding.ClassConfirmation && slices.ContainsFunc(j.s.Open, func(c Case) bool { return c.ID == about }):
		answer.ID = instance(t.ID, about)
	}
	return answer
}

// inTime orders what answers an event or a doubt: a confirmation at once, any other in its window and with the spacing.
func (j *run) inTime(t *onboarding.Touch, st TouchState) {
	if counted(t) && j.s.Pause != nil && len(st.To) > 0 {
		st.NotBefore = j.s.Now // it waits for the end of the pause
		j.s.put(st)
		return
	}
	if counted(t) && len(st.To) > 0 {
		_, mails := j.open(new(desk))
		at, _ := j.fitInstant(t, j.s.Now)
		if at, _ = j.later(t, at, mails); at.After(j.s.Now) {
			st.NotBefore = at
			j.s.put(st)
			return
		}
	}
	j.acknowledge(t, st)
}

// reconfirm is confirm for what was put off: whoever was written to may be out of reach by now.
func (j *run) reconfirm(t *onboarding.Touch, st TouchState) {
	if t.Audience != onboarding.AudienceCustomer {
		j.order(t, st)
		return
	}
	if reason := j.noAnswer(t); reason != "" {
		j.drop(t, reason)
		return
	}
	st.To = slices.DeleteFunc(slices.Clone(st.To), func(id string) bool {
		c, ok := j.contact(id)
		return !ok || j.closedTo(t, c) != ""
	})
	st.NotBefore = time.Time{}
	j.s.put(st) // or it would keep itself away
	j.inTime(t, st)
}

func (j *run) acknowledge(t *onboarding.Touch, st TouchState) {
	if len(st.To) == 0 {
		j.drop(t, j.unreachable(t))
		j.raise(t.ID, onboarding.AudienceOwner, "unreachable")
		return
	}
	j.order(t, st)
}
