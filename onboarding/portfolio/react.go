package portfolio

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// wills are the stated wills to go.
var wills = []onboarding.EventKind{onboarding.EventRefundRequested, onboarding.EventCancellation, onboarding.EventWithdrawal}

// react is what our people do about what they see.
func (l *life) react(entries []onboarding.Entry) []onboarding.Event {
	l.events = nil
	for _, e := range entries {
		switch {
		case e.Kind == onboarding.EntryEvent:
			l.goes = l.goes || l.leaving && slices.Contains(wills, e.Event)
			l.answer(e)
		case e.Kind == onboarding.EntryAlertSent && e.Case != "" && e.At.After(l.busy[e.Case]) && l.isOwner(e.To):
			l.look(e)
		}
	}
	return l.events
}

// isOwner tells the owner, and who stands in, from those who only hear of it.
func (l *life) isOwner(id string) bool {
	return l.contract.Owner != nil && id == l.contract.Owner.ID || id != "" && id == l.calendar.BackupID
}

// answer is the first answer of a person to whatever wants one: most within its clock.
func (l *life) answer(e onboarding.Entry) {
	said, channel := onboarding.EventAnswered, string(e.Channel)
	var wait float64
	switch e.Event {
	case onboarding.EventQuestion, onboarding.EventEmailReply:
		wait = l.hours(0.2, 3.5)
	case onboarding.EventComplaint, onboarding.EventMishap:
		wait = l.hours(0.2, 1)
	case onboarding.EventRefundInquiry, onboarding.EventInvoiceDisputed:
		wait = l.hours(0.3, 2)
	case onboarding.EventContactAttempted:
		said, channel, wait = onboarding.EventContacted, "phone", l.hours(0.1, 0.5)
	default:
		return
	}
	if channel == "chat" {
		wait = l.hours(0.05, 0.2)
	}
	if e.Event == onboarding.EventQuestion && channel == "email" && l.late {
		l.late, wait = false, l.hours(9, 30)
	}
	at := l.ours(e.At, wait)
	l.happens(at, said, by(channel))
	if said == onboarding.EventAnswered && l.IntN(3) == 0 {
		l.happens(l.calendar.Customer.AddHours(at, l.hours(0.5, 6)), onboarding.EventSurveyAnswered, survey("quality", "resolving"))
	}
}

// look is what the owner does about a case: takes it, calls, and ends it; or says that there is nothing in it.
func (l *life) look(e onboarding.Entry) {
	wait := l.hours(0.15, 2)
	if l.falls("ignored") {
		wait = l.hours(5, 14)
	}
	nothing := l.falls("false_alarm") && !l.hard[e.Case]
	taken := l.ours(e.At, wait)
	if nothing {
		l.happens(taken, onboarding.EventFalseAlarm, by("slack"), about(e.Case))
		l.busy[e.Case] = taken
		return
	}
	l.happens(taken, onboarding.EventAcknowledged, by("slack"), about(e.Case))
	called := l.ours(taken, l.hours(0.2, 4))
	l.happens(called, onboarding.EventContacted, by("phone"))
	ended := l.ours(called, l.hours(1, 24))
	outcome := "reassured"
	if l.goes {
		outcome = "left"
	}
	l.happens(ended, onboarding.EventResolved, by("slack"), about(e.Case), func(e *onboarding.Event) { e.Outcome = outcome })
	l.busy[e.Case] = ended.Add(time.Minute)
}
