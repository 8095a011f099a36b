// Package portfolio plays many made-up customers on the core, to tell before a plan goes live how often it would wake the
// people who look after them. The same seed gives the same customers, whatever the machine.
package portfolio

import (
	"fmt"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// Input is what a portfolio is made of.
type Input struct {
	Core journey.Journey
	// Start is that of the given contract: what the others are like, and by which rules they are played.
	Start     journey.Start
	Languages []string // of the playbook
	Customers int
	Seed      uint64
	// Calendars makes the windows of a contract.
	Calendars func(onboarding.PlanInput) (onboarding.Calendar, error)
	// Backup stands in for the owner; nil where nobody does.
	Backup *onboarding.Person
	// Assumptions are all of Assumptions, with other percentages perhaps; nil is Assumptions.
	Assumptions []Assumption
}

// Customer is what became of one made-up customer.
type Customer struct {
	SignedAt, EndedAt time.Time
	Reason            string // of the end
	Mails             int    // to the customer, confirmations apart
	Alerts            []Alert
	// Opened are the signals of each case that opened, Reopened counts those that opened again.
	Opened   [][]string
	Reopened int
}

// Alert is a message about a case or a customer to one of ours.
type Alert struct {
	At    time.Time
	To    onboarding.Audience // owner (or who stands in), manager, ops, or "" for another
	Hard  bool
	Step  string
	Owner bool // it counts against the owner's week
}

// Play plays the n-th customer, from 0.
func (in Input) Play(n int) (Customer, error) {
	d := in.throw(n)
	c, err := contract(d, in.Start.Contract, in.Languages, n, in.Customers)
	if err != nil {
		return Customer{}, err
	}
	w := &world{in: in, life: life{dice: d, smooth: d.falls("smooth"), busy: map[string]time.Time{}, hard: map[string]bool{}}}
	if w.life.calendar, err = w.Plan(journey.PlanInput(c, c.SignedAt)); err != nil {
		return Customer{}, err
	}
	w.life.contract = c
	w.live()
	start := in.Start
	start.Contract = w.life.contract
	story, err := in.Core.PlayWith(start, w.life.events, w, w.react)
	if err != nil {
		return Customer{}, fmt.Errorf("customer %d: %w", n+1, err)
	}
	return w.became(story), nil
}

// world is the outside world of one made-up customer: every provider takes everything at once, and no text is written.
type world struct {
	in Input
	life
	hardAlerts map[alertKey]bool
}

type alertKey struct {
	at        time.Time
	to, about string
}

// Plan makes the calendar.
func (w *world) Plan(in onboarding.PlanInput) (onboarding.Calendar, error) {
	in.Backup = w.in.Backup
	return w.in.Calendars(in)
}

// Feed finds every feed alive.
func (w *world) Feed(onboarding.FeedInput) onboarding.FeedOutput { return onboarding.FeedOutput{} }

// Match seeks among the peers of the play.
func (w *world) Match(in onboarding.MatchInput) onboarding.MatchOutput { return in.Played() }

// Find is never asked, since no result is unknown.
func (w *world) Find(onboarding.ReconcileInput) onboarding.Found { return onboarding.FoundAccepted }

// Carry takes an order, and notes which alerts are hard.
func (w *world) Carry(o onboarding.Order) onboarding.Outcome {
	if n := o.Notice; n != nil && len(o.To) > 0 {
		hard := n.Hard || n.Kind == onboarding.NoticeWithdrawal
		if n.Case != "" {
			w.hard[n.Case] = hard
		}
		if w.hardAlerts == nil {
			w.hardAlerts = map[alertKey]bool{}
		}
		about, _, _ := strings.Cut(o.Touch, "/")
		w.hardAlerts[alertKey{o.At.UTC(), o.To[0], about}] = hard
	}
	return onboarding.Outcome{Kind: onboarding.OutcomeSent, Sent: o.To}
}

// became reads what became of the customer.
func (w *world) became(story journey.Story) Customer {
	out := Customer{SignedAt: w.contract.SignedAt}
	if end := story.Final.Ended; end != nil {
		out.EndedAt, out.Reason = end.At, end.Reason
	}
	for _, e := range story.Entries {
		switch e.Kind {
		case onboarding.EntryTouchSent, onboarding.EntryAnswerSent:
			if e.Audience == onboarding.AudienceCustomer && e.Channel == onboarding.ChannelEmail && e.Class != onboarding.ClassConfirmation {
				out.Mails++
			}
		case onboarding.EntryAlertSent:
			out.Alerts = append(out.Alerts, w.alert(e))
		case onboarding.EntryCaseOpened:
			reason, again := strings.CutPrefix(e.Reason, "reopened: ")
			if again {
				out.Reopened++
			}
			out.Opened = append(out.Opened, strings.Split(reason, ", "))
		}
	}
	return out
}

func (w *world) alert(e onboarding.Entry) Alert {
	about := e.Case
	if about == "" {
		about = e.Reason
	}
	a := Alert{At: e.At, Step: e.Reason, Hard: w.hardAlerts[alertKey{e.At.UTC(), e.To, about}]}
	switch m := w.contract.Manager; {
	case w.isOwner(e.To):
		a.To, a.Owner = onboarding.AudienceOwner, true
	case m != nil && e.To == m.ID:
		a.To = onboarding.AudienceManager
	case e.To == string(onboarding.AudienceOps):
		a.To = onboarding.AudienceOps
	}
	return a
}
