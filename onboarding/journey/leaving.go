package journey

import (
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// leavingEvent starts the legal clock of a customer who wants to go: ops must pay back by a date. Nobody tells the
// customer that it is too late.
func (j *run) leavingEvent(e onboarding.Event) {
	withdrawn := e.Kind == onboarding.EventWithdrawal
	if !withdrawn && e.Kind != onboarding.EventRefundRequested {
		return
	}
	if !j.s.RepayBy.IsZero() { // the first date holds
		if withdrawn && !j.s.Withdrawn {
			j.s.Withdrawn = true
			j.tellOurs(onboarding.NoticeWithdrawal, onboarding.AudienceOps, onboarding.StepOpened)
		}
		return
	}
	j.s.Withdrawn = withdrawn
	received := j.s.Now
	if !e.At.IsZero() && e.At.Before(received) {
		received = e.At
	}
	j.s.Gone = false
	j.s.RepayBy = j.customer().Date(received).AddDays(j.plan.Remorse.RepayDays)
	j.raise("", onboarding.AudienceOps, "repay_by: "+j.s.RepayBy.String())
	j.tellOurs(onboarding.NoticeWithdrawal, onboarding.AudienceOps, onboarding.StepOpened)
}

// changeOwner hands the customer to another of ours, who gets what there is to know, open cases too.
func (j *run) changeOwner(p *onboarding.Person) {
	if p == nil {
		return
	}
	j.s.Start.Contract.Owner = p
	j.amended()
	j.s.NewOwner = true
}

// welcomeOwner tells a new owner, now that their hours are known.
func (j *run) welcomeOwner() {
	j.s.NewOwner = false
	kind := onboarding.NoticeOwner
	if h := &j.s.Handoff; !h.AcceptAt.IsZero() && !h.Accepted {
		j.forgetHandoff()
		*h = Handoff{AcceptAt: j.s.Now}
		kind = onboarding.NoticeAccept // which tells all that there is to know, too
	}
	j.tellOurs(kind, onboarding.AudienceOwner, onboarding.StepOpened)
	if j.telling(onboarding.NoticeAnswer) { // it was for the owner before
		j.forgetWaiting(string(onboarding.NoticeAnswer))
		if c := j.firstAsked(); c != nil {
			j.tellAsked(c, onboarding.AudienceOwner, onboarding.StepOpened)
		}
	}
	if c := j.openCase(); c != nil {
		step := onboarding.StepOpened
		if c.Status == onboarding.CaseAcknowledged {
			step = onboarding.StepBack // somebody had it: it wakes nobody in the night
		}
		j.forgetWaiting(c.ID)
		c.Status, c.BackAt, c.Waiting = onboarding.CaseOpen, time.Time{}, nil
		j.wake(c, step)
	}
}
