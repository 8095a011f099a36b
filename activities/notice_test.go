package activities

import (
	"context"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// rows is a ledger that is read only.
type rows struct {
	Ledger
	sends []onboarding.Send
}

func (r rows) Sends(context.Context, string, int) ([]onboarding.Send, error) { return r.sends, nil }

// nobodyBut is people.yaml with one person.
type nobodyBut onboarding.Person

func (n nobodyBut) Find(_ context.Context, id string) (onboarding.Person, bool, error) {
	return onboarding.Person(n), id == n.ID, nil
}

func TestAnAlertRewritesTheMessageThatStandsOrGoesToItsThread(t *testing.T) {
	const accepted, unknown, released = onboarding.SendAccepted, onboarding.SendUnknown, onboarding.SendReleased
	send := func(key, to string, state onboarding.SendState, id string) onboarding.Send {
		return onboarding.Send{Key: "C/1/" + key, Touch: key, Address: to, State: state, MessageID: id, Alert: true}
	}
	stands := send("case-1/1", "o-7", accepted, "D1/1.1")
	reply := send("case-1/2", "o-7", accepted, "D1/2.2")
	reply.Alert = false
	for name, c := range map[string]struct {
		step    onboarding.NoticeStep
		sends   []onboarding.Send
		rewrite string
		thread  string
		anew    bool
		reason  string
	}{
		"the first is posted":                           {step: onboarding.StepOpened, anew: true},
		"evidence rewrites it":                          {step: onboarding.StepEvidence, sends: []onboarding.Send{stands}, rewrite: "D1/1.1"},
		"a change rewrites it":                          {step: onboarding.StepChanged, sends: []onboarding.Send{stands}, rewrite: "D1/1.1"},
		"what went to its thread is not rewritten":      {step: onboarding.StepChanged, sends: []onboarding.Send{stands, reply}, rewrite: "D1/1.1"},
		"a reminder goes to its thread":                 {step: onboarding.StepReminder, sends: []onboarding.Send{stands}, thread: "D1/1.1"},
		"what comes back goes to its thread":            {step: onboarding.StepBack, sends: []onboarding.Send{stands}, thread: "D1/1.1"},
		"somebody else's message is not touched":        {step: onboarding.StepEscalated, sends: []onboarding.Send{send("case-1/1", "m-1", accepted, "D1/1.1")}, anew: true},
		"another case's message is not touched":         {step: onboarding.StepEvidence, sends: []onboarding.Send{send("case-2/1", "o-7", accepted, "D1/1.1")}, anew: true},
		"evidence of what never went is posted":         {step: onboarding.StepEvidence, sends: []onboarding.Send{send("case-1/1", "o-7", released, "")}, anew: true},
		"what is grave rewrites it":                     {step: onboarding.StepGrave, sends: []onboarding.Send{stands}, rewrite: "D1/1.1"},
		"evidence of what went by mail is posted":       {step: onboarding.StepEvidence, sends: []onboarding.Send{send("case-1/1", "o-7", accepted, "")}, anew: true},
		"a change of what may have gone is posted":      {step: onboarding.StepChanged, sends: []onboarding.Send{send("case-1/1", "o-7", unknown, "")}, anew: true},
		"a change of what never went is not told":       {step: onboarding.StepChanged, sends: []onboarding.Send{send("case-1/1", "o-7", released, "")}, reason: "no_message"},
		"what was posted later is rewritten from there": {step: onboarding.StepEvidence, sends: []onboarding.Send{send("case-1/1", "o-7", released, ""), send("case-1/3", "o-7", accepted, "D1/3.3")}, rewrite: "D1/3.3"},
		"its own row of an earlier try stands for it":   {step: onboarding.StepChanged, sends: []onboarding.Send{send("case-1/9", "o-7", accepted, "D1/9.9")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := &Activities{Ledger: rows{sends: c.sends}, People: nobodyBut{}}
			o := onboarding.Order{Key: "C/1/case-1/9", Touch: "case-1/9", Run: 1, At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
				Notice: &onboarding.Notice{Kind: onboarding.NoticeCase, Step: c.step, Case: "case-1"}}
			var alert onboarding.Alert
			row := onboarding.Send{}
			out, err := a.place(t.Context(), &o, onboarding.Person{ID: "o-7"}, &alert, &row)
			if err != nil || out.Reason != c.reason || alert.Rewrite != c.rewrite || alert.Thread != c.thread || row.Alert != c.anew {
				t.Errorf("rewrite %q, thread %q, posted %v, %+v, %v", alert.Rewrite, alert.Thread, row.Alert, out, err)
			}
		})
	}
}

func TestABudgetIsForScoredCasesOnly(t *testing.T) {
	busy := onboarding.Person{ID: "o-7", TimeZone: "Europe/Rome", AlertsADay: 4}
	for name, c := range map[string]struct {
		notice    onboarding.Notice
		person    onboarding.Person
		day, week int
	}{
		"a scored case: two a day and six a week": {onboarding.Notice{Kind: onboarding.NoticeCase, Step: onboarding.StepOpened}, onboarding.Person{ID: "o-8"}, 2, 6},
		"whoever wants four":                      {onboarding.Notice{Kind: onboarding.NoticeCase, Step: onboarding.StepOpened}, onboarding.Person{ID: "o-7"}, 4, 12},
		"a hard case":                             {onboarding.Notice{Kind: onboarding.NoticeCase, Step: onboarding.StepOpened, Hard: true}, busy, 0, 0},
		"what is escalated":                       {onboarding.Notice{Kind: onboarding.NoticeCase, Step: onboarding.StepEscalated}, busy, 0, 0},
		"the handoff":                             {onboarding.Notice{Kind: onboarding.NoticeAccept, Step: onboarding.StepOpened}, busy, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := &Activities{Ledger: rows{}, People: nobodyBut(busy)}
			// 23:30 of 2 March in Rome is 22:30 in London.
			o := onboarding.Order{Key: "k", Touch: "case-1/1", At: time.Date(2026, 3, 2, 22, 30, 0, 0, time.UTC), Notice: &c.notice}
			o.Contract.Customer.TimeZone = "Europe/London"
			var row onboarding.Send
			if _, err := a.place(t.Context(), &o, c.person, new(onboarding.Alert), &row); err != nil {
				t.Fatal(err)
			}
			if o.Limits.PerDay != c.day || o.Limits.PerWeek != c.week || row.Alert != (c.notice.Kind == onboarding.NoticeCase) {
				t.Errorf("%+v, counts %v", o.Limits, row.Alert)
			}
			if c.person.ID == "o-7" && c.day > 0 && !o.Limits.DayStart.Equal(time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)) {
				t.Errorf("the day begins at %s", o.Limits.DayStart)
			}
		})
	}
}
