package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

// TestInSlack is what owners do in Slack and what reaches them there: one installation, many customers.
func TestInSlack(t *testing.T) {
	w := newWorkspace(t)
	w.slack.Interactions(w.openDoor(), signingSecret)
	w.slack.Faults(func(n int, method, key string) slacktest.Fault {
		contract, _, _ := strings.Cut(key, "/")
		fault, ok := w.wrong.Load(contract)
		if n > 1 || method != "chat.postMessage" || !ok {
			return slacktest.Fault{}
		}
		if f := fault.(slacktest.Fault); !f.Hang || strings.HasSuffix(key, "/case-1/1") { // ten seconds each
			return f
		}
		return slacktest.Fault{}
	})
	t.Run("while all runs", func(t *testing.T) {
		for name, story := range map[string]func(*customer){
			"a complaint is one message to the owner, who takes it and resolves it": resolved,
			"whoever is none of ours, or signs too late, changes nothing":           strangers,
			"what nobody takes climbs from the owner to the manager and to ops":     climbs,
			"the owner says which doubt it is and sends the answer to it":           answersADoubt,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				story(w.on(t).customer("SLACK-" + strings.ToUpper(strings.Fields(name)[0]+strings.Fields(name)[1])))
			})
		}
		for name, fault := range faults {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				standsOnce(w.on(t).customer("SLACK-"+strings.ToUpper(strings.ReplaceAll(name, " ", "-"))), fault)
			})
		}
		t.Run("the rehearsal tells the same story to the second", func(t *testing.T) {
			t.Parallel()
			w.on(t).rehearses()
		})
	})
	t.Run("a worker killed between the click and its effect has it once", func(t *testing.T) {
		killedAfterAClick(w.on(t).customer("SLACK-KILLED"))
	})
	t.Run("by Socket Mode it is the same", func(t *testing.T) {
		w := w.on(t)
		w.slack.Interactions("", "")
		w.openDoor("CENTOGIORNI_SLACK_MODE=socket")
		resolved(w.customer("SLACK-SOCKET"))
		if now, _ := w.slack.Connections(); now != 1 {
			t.Errorf("%d connections", now)
		}
	})
}

// The buttons of a case whose doubt is not sure.
var (
	openButtons = []onboarding.ActionID{onboarding.ActionAcknowledge, onboarding.ActionCalled, onboarding.ActionAnswered, onboarding.ActionSnooze,
		onboarding.ActionResolve, onboarding.ActionReassign, onboarding.ActionFalseAlarm, onboarding.ActionDoubt}
	takenButtons = []onboarding.ActionID{onboarding.ActionCalled, onboarding.ActionAnswered, onboarding.ActionResolve, onboarding.ActionSnooze, onboarding.ActionDoubt}
)

func resolved(c *customer) {
	c.complains()
	alert := c.alert()
	if got := actions(c.t, alert); !slices.Equal(got, openButtons) || alert.Channel != "D"+c.owner.SlackID[1:] {
		c.t.Errorf("the alert in %s has the buttons %v, want %v", alert.Channel, got, openButtons)
	}
	c.tells("case_opened", "alert_sent "+c.owner.ID+" opened")

	c.clicks(c.owner, alert.TS, onboarding.ActionAcknowledge, "", 2)
	heard := c.hears(c.owner, 2)
	if slices.Sort(heard); heard[0] != "Era già registrato: nulla è stato fatto due volte." || heard[1] != "Fatto." {
		c.t.Errorf("a double click is answered %q", heard)
	}
	taken := c.shows(alert.TS, takenButtons)
	if taken.Text == alert.Text {
		c.t.Errorf("taken, it says %q still", taken.Text)
	}
	c.eventOnce(onboarding.EventAcknowledged)

	views := len(c.slack.Views())
	c.clicks(c.owner, alert.TS, onboarding.ActionResolve, "", 1)
	await(c.t, "the dialog", func() bool { return len(c.slack.Views()) > views })
	c.submits(c.owner, map[string]string{"outcome": "fixed"}, 2)
	c.hears(c.owner, 4)
	if done := c.shows(alert.TS, nil); done.Text == taken.Text {
		c.t.Errorf("resolved, it says %q still", done.Text)
	}
	c.eventOnce(onboarding.EventResolved)
	c.tells("case_opened", "alert_sent "+c.owner.ID+" opened", "case_acknowledged "+c.owner.ID, "case_resolved "+c.owner.ID+" fixed")
	if all := c.messages(); len(all) != 1 || all[0].Edits != 2 {
		c.t.Errorf("%d messages, the first rewritten %d times", len(all), all[0].Edits)
	}
}

// eventOnce checks that an event was applied and recorded once, and is not waiting in the inbox.
func (c *customer) eventOnce(kind onboarding.EventKind) {
	c.t.Helper()
	n := 0
	for _, e := range only(c.entries(c.id, 1), onboarding.EntryEvent) {
		if e.Event == kind {
			n++
		}
	}
	if n != 1 {
		c.t.Errorf("%s was applied %d times", kind, n)
	}
	waiting, err := c.journal.Pending(c.t.Context(), time.Now().Add(time.Hour), 100)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range waiting {
		if e.Contract == c.id && e.Event.Kind == kind {
			c.t.Errorf("%s still waits in the inbox", kind)
		}
	}
}

func strangers(c *customer) {
	c.complains()
	alert := c.alert()
	stranger := onboarding.Person{SlackID: "U0STRANGER"}
	c.slack.AddUsers(slacktest.User{ID: stranger.SlackID, Email: "nobody@elsewhere.example"})
	c.clicks(stranger, alert.TS, onboarding.ActionAcknowledge, "", 1)
	if heard := c.hears(stranger, 1)[0]; !strings.Contains(heard, "people.yaml") {
		c.t.Errorf("a stranger is told %q", heard)
	}
	click, err := c.slack.Click(c.owner.SlackID, alert.TS, string(onboarding.ActionAcknowledge))
	if err != nil {
		c.t.Fatal(err)
	}
	for name, change := range map[string]func(*slacktest.Interaction){
		"an old signature":       func(i *slacktest.Interaction) { i.At = time.Now().Add(-6 * time.Minute) },
		"somebody else's secret": func(i *slacktest.Interaction) { i.Secret = "another-secret" },
	} {
		forged := click
		change(&forged)
		if r, err := c.slack.Deliver(forged); err != nil || r.Status != http.StatusUnauthorized {
			c.t.Errorf("%s is answered %d, %v", name, r.Status, err)
		}
	}
	c.tells("case_opened", "alert_sent "+c.owner.ID+" opened")
	if m := c.stands(alert.TS); m.Edits != 0 {
		c.t.Errorf("the message was rewritten %d times", m.Edits)
	}
	// The same click, signed as it should be.
	if r, err := c.slack.Deliver(click); err != nil || r.Status != http.StatusOK {
		c.t.Errorf("the owner is answered %d, %v", r.Status, err)
	}
	c.shows(alert.TS, takenButtons)
	c.eventOnce(onboarding.EventAcknowledged)
}

func climbs(c *customer) {
	c.complains()
	alert := c.alert()
	c.skip(90 * time.Minute)
	if in := c.messages(); len(in) != 2 || in[1].Thread != alert.TS || in[1].Channel != alert.Channel {
		c.t.Errorf("after an hour: %+v", in[1:])
	}
	c.skip(9 * time.Hour)
	for _, to := range []string{c.owner.SlackID, c.manager.SlackID, opsChannel} {
		if in := c.to(to); len(in) != 1 || !slices.Equal(actions(c.t, in[0]), openButtons) {
			c.t.Errorf("%s has %+v", to, in)
		}
	}
	c.tells(c.climbed()...)
	// The manager takes it: all three messages show it.
	c.clicks(c.manager, c.to(c.manager.SlackID)[0].TS, onboarding.ActionAcknowledge, "", 1)
	for _, to := range []string{c.owner.SlackID, c.manager.SlackID, opsChannel} {
		c.shows(c.to(to)[0].TS, takenButtons)
	}
}

func answersADoubt(c *customer) {
	c.complains()
	alert := c.alert()
	c.clicks(c.owner, alert.TS, onboarding.ActionDoubt, string(onboarding.DoubtProduct), 1)
	c.shows(alert.TS, append(slices.Clone(takenButtons[:4]), onboarding.ActionAnswer))
	c.clicks(c.owner, alert.TS, onboarding.ActionAnswer, "answer-product", 2)
	c.hears(c.owner, 3)
	c.skip(2 * time.Hour)
	c.tells("case_opened", "alert_sent "+c.owner.ID+" opened", "case_acknowledged "+c.owner.ID, "answer_sent")
	lines, err := outbox.ReadLog(c.file("outbox"))
	if err != nil {
		c.t.Fatal(err)
	}
	key := onboarding.MailKey(onboarding.TouchKey(c.id, 1, "answer-product/case-1"), "giulia")
	if n := len(slices.DeleteFunc(lines, func(l outbox.Logged) bool { return l.Key != key })); n != 1 {
		c.t.Errorf("%s was sent %d times", key, n)
	}
}

// faults are the ways in which the message to the owner goes wrong the first time.
var faults = map[string]slacktest.Fault{
	"an alert that Slack throttles comes once":               slacktest.Throttled(1),
	"an alert that Slack fails to take comes once":           slacktest.Answer(http.StatusInternalServerError),
	"an alert that Slack takes and does not say so is there": slacktest.AcceptedThen(slacktest.Answer(http.StatusInternalServerError)),
	"an alert that Slack takes and hangs over is there":      slacktest.AcceptedThen(slacktest.Hang()),
}

// standsOnce lets the first post of every alert go wrong: the owner's own, the one in its thread, the manager's and ops'.
func standsOnce(c *customer, fault slacktest.Fault) {
	c.wrong.Store(c.id, fault)
	c.complains()
	c.skip(45 * time.Minute)
	if in := c.messages(); len(in) != 1 {
		c.t.Errorf("%d messages stand, want one", len(in))
	}
	c.skip(24 * time.Hour)
	for _, to := range []string{c.owner.SlackID, c.manager.SlackID, opsChannel} {
		if in := c.to(to); len(in) != 1 {
			c.t.Errorf("%s has %d messages, want one", to, len(in))
		}
	}
	counts := map[string]int{}
	for _, m := range c.messages() {
		if counts[m.Key]++; counts[m.Key] > 1 {
			c.t.Errorf("%s stands %d times", m.Key, counts[m.Key])
		}
	}
	c.tells(c.climbed()...)
}

// climbed is the story of a case that nobody took.
func (c *customer) climbed() []string {
	return []string{"case_opened", "alert_sent " + c.owner.ID + " opened", "alert_sent " + c.owner.ID + " reminder",
		"case_escalated " + c.manager.ID + " not_acknowledged", "alert_sent " + c.manager.ID + " escalated",
		"case_escalated ops not_acknowledged", "alert_sent ops escalated"}
}

// killedAfterAClick kills the worker twice: before it hears of a click, and in the midst of rewriting the message.
func killedAfterAClick(c *customer) {
	c.complains()
	alert := c.alert()
	c.slack.AddRules(slacktest.Rule{Method: "chat.update", Key: c.id, Times: 1, Fault: slacktest.AcceptedThen(slacktest.Hang())})
	c.worker.kill9()
	c.clicks(c.owner, alert.TS, onboarding.ActionAcknowledge, "", 2)
	c.worker.restart()
	c.shows(alert.TS, takenButtons)
	c.worker.kill9() // Slack has not answered it
	c.worker.restart()
	heard := c.hears(c.owner, 2)
	if !slices.Contains(heard, "Fatto.") {
		c.t.Errorf("the owner heard %q", heard)
	}
	if err := c.skipper.Quiet(c.t.Context(), c.started.WorkflowID); err != nil {
		c.t.Fatal(err)
	}
	m := c.stands(alert.TS)
	if !slices.Equal(actions(c.t, m), takenButtons) || len(c.messages()) != 1 {
		c.t.Errorf("%d messages, with the buttons %v", len(c.messages()), actions(c.t, m))
	}
	c.tells("case_opened", "alert_sent "+c.owner.ID+" opened", "case_acknowledged "+c.owner.ID)
	c.eventOnce(onboarding.EventAcknowledged)
	c.t.Logf("rewritten %d times", m.Edits)
}

// rehearses plays a story with Slack and holds it against the rehearsal.
func (w *workspace) rehearses() {
	w.t.Helper()
	for id, email := range map[string]string{"U0MARCO": "marco@vendor.example", "U0IRENE": "irene@vendor.example", "U0SARA": "sara@vendor.example", "U0PAOLA": "paola@vendor.example"} {
		w.slack.AddUsers(slacktest.User{ID: id, Email: email})
	}
	file := filepath.Join(w.t.TempDir(), "contract.json")
	if err := os.WriteFile(file, copyOf(w.t, "../examples/acme.json", "SLACK-REHEARSED"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	script, err := filepath.Abs("../examples/scenarios/bumpy.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	if p := w.starter(w.t.Context(), "rehearse", file, "--scenario", script, "--against-server"); p.code != 0 {
		w.t.Errorf("exit code %d\n%s%s", p.code, tail(p.out), p.err)
	}
	if n := len(slices.DeleteFunc(w.slack.Messages(), func(m slacktest.Message) bool { return !strings.HasPrefix(m.Key, "SLACK-REHEARSED") })); n < 5 {
		w.t.Errorf("only %d messages went to Slack", n)
	}
}
