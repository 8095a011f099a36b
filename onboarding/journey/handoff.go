package journey

import (
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Handoff is the passage of what sales learned to the owner.
type Handoff struct {
	// AskedAt is when sales was asked for the dossier, AcceptAt when the owner was asked to accept it; each zero while it
	// is not their turn. Rung counts the reminders.
	AskedAt  time.Time `json:"asked_at,omitzero"`
	AcceptAt time.Time `json:"accept_at,omitzero"`
	Rung     int       `json:"rung,omitempty"`
	Question string    `json:"question,omitempty"` // with which the owner gave it back
	Closed   bool      `json:"closed,omitempty"`   // accepted, or nobody filled it in time
	Accepted bool      `json:"accepted,omitempty"` // by the owner, or it is their own
}

// handoffFilled asks the owner to accept the dossier. Who sold it themself has nothing to accept.
func (j *run) handoffFilled() {
	h := &j.s.Handoff
	if j.plan.Clocks.Accept == 0 {
		return // this playbook keeps no clock on the handoff
	}
	j.importCommitments()
	j.forgetHandoff()
	if h.Accepted || j.fact(onboarding.FactOwnerIsSales) {
		h.Closed, h.Accepted = true, true
		j.acceptCommitments()
		return
	}
	*h = Handoff{AcceptAt: j.s.Now}
	j.tellOurs(onboarding.NoticeAccept, onboarding.AudienceOwner, onboarding.StepOpened)
}

// handoffReturned asks sales again, with the owner's question.
func (j *run) handoffReturned(e onboarding.Event) {
	h := &j.s.Handoff
	if h.Accepted {
		return
	}
	j.forgetWaiting(string(onboarding.NoticeAccept))
	*h = Handoff{AskedAt: j.s.Now, Question: or(e.Reason, e.Text)}
	j.tellOurs(onboarding.NoticeDossier, onboarding.AudienceSales, onboarding.StepBack)
}

// handoffAccepted closes the handoff.
func (j *run) handoffAccepted() {
	if j.s.Handoff.Accepted {
		return
	}
	j.s.Handoff = Handoff{Closed: true, Accepted: true}
	j.forgetHandoff()
	j.acceptCommitments()
	j.emit(onboarding.Entry{Kind: onboarding.EntryHandoffAccepted, To: j.personOf(onboarding.AudienceOwner)})
}

// forgetHandoff withdraws what waits to be said about the handoff: it is somebody else's turn.
func (j *run) forgetHandoff() {
	j.forgetWaiting(string(onboarding.NoticeDossier))
	j.forgetWaiting(string(onboarding.NoticeAccept))
}

// handoffFallback closes a handoff that nobody made, or that the owner did not accept, in time: the customer was written
// to without it, and ops see it. It can still be accepted.
func (j *run) handoffFallback() {
	h := &j.s.Handoff
	switch {
	case h.Closed:
		return
	case h.AcceptAt.IsZero():
		j.raise("", onboarding.AudienceOps, "handoff_not_made")
	default:
		j.raise("", onboarding.AudienceOps, "handoff_not_accepted")
	}
	*h = Handoff{Closed: true}
}

// handoffItems are the reminders of whoever's turn it is.
func (j *run) handoffItems(add func(time.Time, int, func())) {
	h, clocks := &j.s.Handoff, &j.plan.Clocks
	switch {
	case h.Closed || j.s.Pause != nil:
	case !h.AskedAt.IsZero():
		steps := append([]int{}, clocks.DossierReminders...)
		if clocks.DossierLead > 0 {
			steps = append(steps, clocks.DossierLead)
		}
		if h.Rung < len(steps) {
			add(j.worked(onboarding.AudienceSales, h.AskedAt, steps[h.Rung]), rankFollow, j.remindSales)
		}
	case !h.AcceptAt.IsZero() && h.Rung == 0 && clocks.Accept > 0:
		add(j.workedForOwner(h.AcceptAt, clocks.Accept), rankFollow, j.remindOwner)
	}
}

func (j *run) remindSales() {
	h := &j.s.Handoff
	h.Rung++
	if h.Rung > len(j.plan.Clocks.DossierReminders) {
		j.tellOurs(onboarding.NoticeDossier, onboarding.AudienceLead, onboarding.StepEscalated)
		return
	}
	j.tellOurs(onboarding.NoticeDossier, onboarding.AudienceSales, onboarding.StepReminder)
}

func (j *run) remindOwner() {
	j.s.Handoff.Rung++
	j.tellOurs(onboarding.NoticeAccept, onboarding.AudienceOwner, onboarding.StepReminder)
	j.raise("", onboarding.AudienceManager, "handoff_not_accepted")
}
