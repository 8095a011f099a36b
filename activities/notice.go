package activities

import (
	"context"
	"fmt"
	"slices"
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
		return onboarding.Outcome{}, nil // a clock runs, or ours ask each other: no budget holds it
	}
	sends, err := a.Ledger.Sends(ctx, o.Contract.ID, o.Run)
	if err != nil {
		return onboarding.Outcome{}, fmt.Errorf("find the message that stands: %w", err)
	}
	id, perhaps := "", []string(nil)
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
			perhaps = append(perhaps, s.Key) // it went by mail, or may have gone, or went and Slack did not say which it is
		}
	}
	if id == "" {
		id = a.located(ctx, o, perhaps)
	}
	alert.NoMail = n.Step == onboarding.StepEvidence && (id != "" || len(perhaps) > 0)
	switch {
	case id != "" && n.Step.Rewrites():
		alert.Rewrite = id
	case id != "":
		alert.Thread = id
	case n.Step == onboarding.StepChanged && len(perhaps) == 0:
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no_message"}, nil // whoever was told nothing need not hear that it is over
	default:
		row.Alert = true
		return onboarding.Outcome{}, a.budget(ctx, o, p)
	}
	return onboarding.Outcome{}, nil
}

// locator is a transport of alerts that can name a message it may have posted; empty where it cannot.
type locator interface {
	Locate(ctx context.Context, key string) (messageID string, err error)
}

// located is the newest of some alerts that stands, whatever their tries came to know of it: the message is rewritten
// and its thread told, as if its result had been heard. Where nobody can say, the alert must not wait for it.
func (a *Activities) located(ctx context.Context, o *onboarding.Order, keys []string) string {
	by, ok := a.Alerts.(locator)
	if !ok {
		return ""
	}
	for _, key := range slices.Backward(keys) {
		id, err := by.Locate(ctx, key)
		if id != "" {
			err = a.Ledger.Settle(ctx, key, onboarding.SendAccepted, id, "located")
		}
		if err != nil {
			a.Log.Warn("the message that stands could not be asked for", "code", "locate", "contract", o.Contract.ID, "touch", o.Touch, "error", err)
		}
		if id != "" {
			return id
		}
	}
	return ""
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
