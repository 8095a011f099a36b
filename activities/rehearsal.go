package activities

import (
	"log/slog"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// Rehearsal is the outside world of a rehearsal: texts are written as they would be, every provider takes them at once,
// and nothing leaves. It implements journey.Outside.
type Rehearsal struct {
	Book      *playbook.Playbook
	Settings  playbook.Settings
	Calendars Calendars
	// Staff are our people, among them whoever stands in for an owner.
	Staff []onboarding.Person
	Log   *slog.Logger
}

// Plan makes the calendar.
func (r Rehearsal) Plan(in onboarding.PlanInput) (onboarding.Calendar, error) {
	if o := in.Contract.Owner; o != nil {
		if backup, ok := onboarding.PersonByID(r.Staff, o.Backup); ok {
			in.Backup = &backup
		}
	}
	return r.Calendars(in)
}

// Find is never asked, since no result is unknown.
func (r Rehearsal) Find(onboarding.ReconcileInput) onboarding.Found { return onboarding.FoundAccepted }

// Match seeks among the peers of the scenario.
func (r Rehearsal) Match(in onboarding.MatchInput) onboarding.MatchOutput { return in.Played() }

// Feed finds every feed alive.
func (r Rehearsal) Feed(onboarding.FeedInput) onboarding.FeedOutput { return onboarding.FeedOutput{} }

// Carry writes the text of an order.
func (r Rehearsal) Carry(o onboarding.Order) onboarding.Outcome {
	a := Activities{Log: r.Log}
	if o.Notice != nil {
		return onboarding.Outcome{Kind: onboarding.OutcomeSent, Sent: o.To}
	}
	if o.Channel == onboarding.ChannelSlack {
		person, ok := personIn(o.Contract, o.To)
		if !ok && len(o.To) > 0 { // who stands in
			person, ok = onboarding.PersonByID(r.Staff, o.To[0])
		}
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
		contact, ok := recipient(o, id)
		if !ok {
			continue
		}
		letter, err := r.Book.Compose(o, contact, r.Settings)
		out, done := a.textFault(o, err)
		if !done {
			out = onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: letter.Subject, Sent: []string{id}}
		}
		all = append(all, out)
	}
	return worst(all)
}
