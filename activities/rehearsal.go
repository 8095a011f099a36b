package activities

import (
	"log/slog"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// Rehearsal is the outside world of a rehearsal: texts are written as they would be, every provider takes them at once,
// and nothing leaves. It implements journey.Outside.
type Rehearsal struct {
	Book      *playbook.Playbook
	Settings  playbook.Settings
	Calendars Calendars
	Log       *slog.Logger
}

// Plan makes the calendar.
func (r Rehearsal) Plan(in onboarding.PlanInput) (onboarding.Calendar, error) { return r.Calendars(in) }

// Find is never asked, since no result is unknown.
func (r Rehearsal) Find(onboarding.ReconcileInput) onboarding.Found { return onboarding.FoundAccepted }

// Carry writes the text of an order.
func (r Rehearsal) Carry(o onboarding.Order) onboarding.Outcome {
	a := Activities{Log: r.Log}
	if o.Channel == onboarding.ChannelSlack {
		person, ok := personIn(o.Contract, o.To)
		if !ok {
			return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no recipient"}
		}
		_, err := r.Book.ComposeAlert(o, person, r.Settings)
		if out, done := a.textFault(o, err); done {
			return out
		}
		return onboarding.Outcome{Kind: onboarding.OutcomeSent, Sent: o.To}
	}
	var all []onboarding.Outcome
	for _, id := range o.To {
		i := slices.IndexFunc(o.Contract.Customer.Contacts, func(c onboarding.Contact) bool { return c.ID == id })
		if i < 0 {
			continue
		}
		letter, err := r.Book.Compose(o, o.Contract.Customer.Contacts[i], r.Settings)
		out, done := a.textFault(o, err)
		if !done {
			out = onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: letter.Subject, Sent: []string{id}}
		}
		all = append(all, out)
	}
	return worst(all)
}
