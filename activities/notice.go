package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// The budget of alerts about scored cases: what more would come, nobody reads. A week has three times a day's.
const (
	alertsADay  = 2
	alertsAWeek = 3 // times a day's
)

// place says where an alert about a case goes: it rewrites the message that its person has, goes to its thread, or is
// posted anew, within the person's budget. It completes the alert, the order's limits and the ledger's row. Where there
// is nothing to do, the outcome says so.
func (a *Activities) place(ctx context.Context, o *onboarding.Order, p onboarding.Person, alert *onboarding.Alert, row *onboarding.Send) (onboarding.Outcome, error) {
	n := o.Notice
	if n == nil || n.Kind != onboarding.NoticeCase {
		return onboarding.Outcome{}, nil
	}
	sends, err := a.Ledger.Sends(ctx, o.Contract.ID, o.Run)
	if err != nil {
		return onboarding.Outcome{}, fmt.Errorf("find the message that stands: %w", err)
	}
	id, perhaps := "", false
	about, _, _ := strings.Cut(o.Touch, "/")
	for _, s := range sends {
		is, _, _ := strings.Cut(s.Touch, "/")
		switch {
		case s.Key == o.Key && s.State != onboarding.SendReleased:
			return onboarding.Outcome{}, nil // an earlier try got there: the ledger answers
		case s.Key == o.Key || s.Address != p.ID || is != about || !s.Alert:
		case s.State == onboarding.SendAccepted && s.MessageID != "":
			id = s.MessageID // the newest: one that went after the first was lost takes its place
		case s.State != onboarding.SendRejected && s.State != onboarding.SendReleased:
			perhaps = true // it went by mail, or may have gone
		}
	}
	switch {
	case id != "" && n.Step.Rewrites():
		alert.Rewrite = id
	case id != "":
		alert.Thread = id
	case n.Step == onboarding.StepChanged && !perhaps:
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no_message"}, nil // whoever was told nothing need not hear that it is over
	default:
		row.Alert = true
		return onboarding.Outcome{}, a.budget(ctx, o, p)
	}
	return onboarding.Outcome{}, nil
}

// budget sets the limits of an alert about a scored case. What is hard goes at any rate and counts, and so does what
// is escalated: it was somebody else's to see.
func (a *Activities) budget(ctx context.Context, o *onboarding.Order, p onboarding.Person) error {
	if o.Notice.Hard || o.Notice.Step == onboarding.StepEscalated {
		return nil
	}
	now, ok, err := a.People.Find(ctx, p.ID)
	if err != nil {
		return fmt.Errorf("find the budget of alerts: %w", err)
	}
	if ok {
		p = now
	}
	day := p.AlertsADay
	if day <= 0 {
		day = alertsADay
	}
	at := local(*o)
	if zone, err := onboarding.LoadZone(p.TimeZone); err == nil && p.TimeZone != "" {
		at = at.In(zone)
	}
	o.Limits.PerDay, o.Limits.PerWeek = day, alertsAWeek*day
	o.Limits.DayStart = onboarding.DateOf(at).In(at.Location(), 0)
	return nil
}
