package activities_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

// slackBench is the activities with Slack, and the owner in it.
func slackBench(t *testing.T) (bench, *slacktest.Server) {
	t.Helper()
	b := newBench(t)
	srv := slacktest.Start(t, slacktest.User{ID: "U0MARCO", Email: b.order.Contract.Owner.Email})
	tr, err := slack.New(slack.Config{Token: "xoxb-x", APIURL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	b.Alerts = tr
	return b, srv
}

// notice is the order of the nth message about a case of a contract.
func (b bench) notice(contract, n string, step onboarding.NoticeStep, status onboarding.CaseStatus) onboarding.Order {
	o := b.order
	o.Contract.ID, o.Touch = contract, "case-1/"+n
	o.Key = onboarding.TouchKey(contract, o.Run, o.Touch)
	o.Channel, o.Class, o.Audience, o.To = onboarding.ChannelSlack, onboarding.ClassInternal, onboarding.AudienceOwner, []string{o.Contract.Owner.ID}
	o.Notice = &onboarding.Notice{Kind: onboarding.NoticeCase, Step: step, Case: "case-1", Status: status, Doubt: onboarding.DoubtValue, Sure: true, Score: 60,
		Health: "red", Stage: onboarding.StagePurchase, Reasons: []onboarding.NoticeReason{{Signal: "reply_doubt", At: o.At, Said: []string{"troppo caro"}}}}
	return o
}

func (b bench) wake(t *testing.T, o onboarding.Order) onboarding.Outcome {
	t.Helper()
	out, err := b.Alert(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestACaseIsOneMessageWithItsThread(t *testing.T) {
	b, srv := slackBench(t)
	const open = onboarding.CaseOpen
	steps := []struct {
		step      onboarding.NoticeStep
		status    onboarding.CaseStatus
		messages  int
		edits     int
		hasButton bool
	}{
		{onboarding.StepOpened, open, 1, 0, true},
		{onboarding.StepEvidence, open, 2, 1, true}, // and a note in the thread
		{onboarding.StepReminder, open, 3, 1, true},
		{onboarding.StepChanged, onboarding.CaseResolved, 3, 2, false},
	}
	for n, s := range steps {
		o := b.notice("C-1", string(rune('1'+n)), s.step, s.status)
		for range 2 { // the order comes twice, and is carried out once
			if out := b.wake(t, o); out.Kind != onboarding.OutcomeSent {
				t.Fatalf("%s: %+v", s.step, out)
			}
		}
		all := srv.Messages()
		if all[0].Edits != s.edits || strings.Contains(string(all[0].Blocks), `"actions"`) != s.hasButton {
			t.Errorf("%s: %d edits, %s", s.step, all[0].Edits, all[0].Blocks)
		}
		if len(all) != s.messages {
			t.Errorf("%s: %d messages", s.step, len(all))
		}
		for _, m := range all[1:] {
			if m.Thread != all[0].TS {
				t.Errorf("%s: a second message in the conversation: %+v", s.step, m)
			}
		}
	}
}

func TestAnAlertOfWhichSlackDidNotSayThatItTookItIsRewrittenAllTheSame(t *testing.T) {
	b, srv := slackBench(t)
	tr, err := slack.New(slack.Config{Token: "xoxb-x", APIURL: srv.URL, Where: func(context.Context, string) (slack.Place, bool, error) {
		return slack.Place{To: "U0MARCO", Since: time.Now()}, true, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.Alerts = tr
	srv.AddRules(slacktest.Rule{Method: "chat.postMessage", Times: 1, Fault: slacktest.AcceptedThen(slacktest.Answer(http.StatusInternalServerError))})
	if out := b.wake(t, b.notice("C-1", "1", onboarding.StepOpened, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeUnknown {
		t.Fatalf("%+v, want unknown", out)
	}
	b.wake(t, b.notice("C-1", "2", onboarding.StepReminder, onboarding.CaseOpen))
	b.wake(t, b.notice("C-1", "3", onboarding.StepChanged, onboarding.CaseResolved))
	all := srv.Messages()
	if len(all) != 2 || all[0].Edits != 1 || all[1].Thread != all[0].TS {
		t.Errorf("%+v", all)
	}
}

func TestAThrottledRewriteWaitsAndGoes(t *testing.T) {
	b, srv := slackBench(t)
	b.wake(t, b.notice("C-1", "1", onboarding.StepOpened, onboarding.CaseOpen))
	srv.AddRules(slacktest.Rule{Method: "chat.update", Times: 1, Fault: slacktest.Throttled(17)})
	o := b.notice("C-1", "2", onboarding.StepChanged, onboarding.CaseResolved)
	_, err := b.Alert(t.Context(), o)
	var app *temporal.ApplicationError
	if !errors.As(err, &app) || app.Type() != activities.TypeThrottled || app.NextRetryDelay() != 17*time.Second {
		t.Fatalf("%v; want throttled for 17 s", err)
	}
	if out := b.wake(t, o); out.Kind != onboarding.OutcomeSent || srv.Messages()[0].Edits != 1 {
		t.Errorf("%+v, %d edits", out, srv.Messages()[0].Edits)
	}
}

func TestAMessageThatItsPersonDeletedIsNoMail(t *testing.T) {
	b, srv := slackBench(t)
	b.wake(t, b.notice("C-1", "1", onboarding.StepOpened, onboarding.CaseOpen))
	srv.Delete(srv.Messages()[0].TS)
	if out := b.wake(t, b.notice("C-1", "2", onboarding.StepChanged, onboarding.CaseResolved)); out.Kind != onboarding.OutcomeDropped || len(b.mails) > 0 {
		t.Errorf("%+v, %d mails", out, len(b.mails))
	}
	// A reminder is another matter.
	if out := b.wake(t, b.notice("C-1", "3", onboarding.StepReminder, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeSent || len(srv.Messages()) != 1 {
		t.Errorf("%+v, %+v", out, srv.Messages())
	}
}

func TestTheThirdAlertOfADayIsOverBudget(t *testing.T) {
	b, srv := slackBench(t)
	for _, contract := range []string{"C-1", "C-2"} {
		if out := b.wake(t, b.notice(contract, "1", onboarding.StepOpened, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeSent {
			t.Fatalf("%s: %+v", contract, out)
		}
	}
	third := b.notice("C-3", "1", onboarding.StepOpened, onboarding.CaseOpen)
	if out := b.wake(t, third); out.Kind != onboarding.OutcomeDropped || out.Reason != onboarding.ReasonBudget {
		t.Errorf("the third: %+v", out)
	}
	if out := b.wake(t, b.notice("C-1", "2", onboarding.StepReminder, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeSent {
		t.Errorf("a reminder of the first: %+v", out)
	}
	if out := b.wake(t, b.notice("C-2", "2", onboarding.StepEvidence, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeSent {
		t.Errorf("a rewrite of the second: %+v", out)
	}
	hard := b.notice("C-4", "1", onboarding.StepOpened, onboarding.CaseOpen)
	hard.Notice.Hard = true
	if out := b.wake(t, hard); out.Kind != onboarding.OutcomeSent {
		t.Errorf("a hard one: %+v", out)
	}
	tomorrow := third
	tomorrow.At = third.At.Add(24 * time.Hour)
	if out := b.wake(t, tomorrow); out.Kind != onboarding.OutcomeSent {
		t.Errorf("the day after: %+v", out)
	}
	if n := len(srv.Messages()); n < 5 {
		t.Errorf("%d messages", n)
	}
}

func TestTheAlertsOfSomebodyWhoLeftGoToTheManager(t *testing.T) {
	b := newBench(t)
	o := b.notice("C-1", "1", onboarding.StepOpened, onboarding.CaseOpen)
	owner, manager := o.Contract.Owner, o.Contract.Manager
	srv := slacktest.Start(t, slacktest.User{ID: "U0MARCO", Email: owner.Email, Deleted: true}, slacktest.User{ID: "U0PAOLA", Email: manager.Email})
	tr, err := slack.New(slack.Config{Token: "xoxb-x", APIURL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	b.Alerts = tr
	if out := b.wake(t, o); out.Kind != onboarding.OutcomeSent {
		t.Fatalf("%+v", out)
	}
	all := srv.Messages()
	if len(all) != 1 || all[0].To != "U0PAOLA" && !strings.Contains(all[0].To, "PAOLA") || !strings.Contains(string(all[0].Blocks)+all[0].Text, owner.Name) {
		t.Errorf("%+v", all)
	}
}

// letters are alerts that are mails, with or without an id of their own.
type letters struct {
	*provider
	nameless bool
}

func (letters) ByMail() bool { return true }

func (l letters) Post(ctx context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	r, err := l.Send(ctx, onboarding.Mail{Subject: a.Title})
	if l.nameless {
		r.MessageID = ""
	}
	return r, err
}

// down is Slack while nobody reaches it.
type down struct{ *provider }

func (down) Post(context.Context, onboarding.Alert) (onboarding.Receipt, error) {
	return onboarding.Receipt{}, fault(onboarding.FaultUnreached, 0)
}

func TestWhereAlertsAreMailsSoftEvidenceIsNone(t *testing.T) {
	for name, alerts := range map[string]func(*provider) activities.AlertTransport{
		"Slack is off":                       func(p *provider) activities.AlertTransport { return letters{p, false} },
		"Slack is off, and mails have no id": func(p *provider) activities.AlertTransport { return letters{p, true} },
		"Slack is down":                      func(p *provider) activities.AlertTransport { return down{p} },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.Alerts = alerts(b.provider)
			for n, s := range []struct {
				step onboarding.NoticeStep
				mail bool
			}{
				{onboarding.StepOpened, true}, {onboarding.StepEvidence, false}, {onboarding.StepEvidence, false}, {onboarding.StepGrave, true},
				{onboarding.StepReminder, true}, {onboarding.StepEvidence, false}, {onboarding.StepEscalated, true}, {onboarding.StepBack, true}, {onboarding.StepChanged, true},
			} {
				o, before := b.notice("C-1", string(rune('1'+n)), s.step, onboarding.CaseOpen), len(b.mails)
				o.Notice.Hard = true // no budget
				out := b.wake(t, o)
				if mailed := len(b.mails) > before; mailed != s.mail || mailed != (out.Kind == onboarding.OutcomeSent) || !mailed && out.Reason != "in_digest" {
					t.Errorf("%d, %s: %d mails, %+v", n+1, s.step, len(b.mails)-before, out)
				}
			}
		})
	}
}

func TestEvidenceOfACaseThatNobodyWasToldOfIsAMail(t *testing.T) {
	b := newBench(t)
	b.Alerts = letters{b.provider, false}
	b.faults = []error{fault(onboarding.FaultRefused, 0), fault(onboarding.FaultRefused, 0)}
	b.wake(t, b.notice("C-1", "1", onboarding.StepOpened, onboarding.CaseOpen))
	if out := b.wake(t, b.notice("C-1", "2", onboarding.StepEvidence, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeSent {
		t.Errorf("%+v", out)
	}
}

func TestEvidenceOfWhatWasAMailIsAMessageOnceSlackIsThere(t *testing.T) {
	b, srv := slackBench(t)
	slack := b.Alerts
	b.Alerts = down{b.provider}
	b.wake(t, b.notice("C-1", "1", onboarding.StepOpened, onboarding.CaseOpen))
	b.Alerts = slack
	for n, step := range []onboarding.NoticeStep{onboarding.StepEvidence, onboarding.StepEvidence} {
		if out := b.wake(t, b.notice("C-1", string(rune('2'+n)), step, onboarding.CaseOpen)); out.Kind != onboarding.OutcomeSent {
			t.Errorf("%+v", out)
		}
	}
	if all := srv.Messages(); len(b.mails) != 1 || len(all) != 2 || all[0].Edits != 1 || all[1].Thread != all[0].TS {
		t.Errorf("%d mails, %+v", len(b.mails), all)
	}
}
