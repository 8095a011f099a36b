package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

const (
	opsChannel    = "C0OPS"
	signingSecret = "a-signing-secret"
)

// workspace is an installation whose alerts go to a stand-in for Slack.
type workspace struct {
	*system
	slack  *slacktest.Server
	worker *worker
	hired  *atomic.Int32
	wrong  *sync.Map // by contract: what goes wrong with the first try of each of its messages
}

// newWorkspace starts an installation with Slack and its worker.
func newWorkspace(t testing.TB) *workspace {
	t.Helper()
	return newWorkspaceOn(t, func(more ...string) *system { return newSystem(t, more...) })
}

func newWorkspaceOn(t testing.TB, installation func(more ...string) *system) *workspace {
	t.Helper()
	fake := slacktest.Start(t)
	s := installation("CENTOGIORNI_TIME_SKIPPING=true", "CENTOGIORNI_SLACK_MODE=http", "CENTOGIORNI_SLACK_API_URL="+fake.URL, "CENTOGIORNI_SLACK_OPS_CHANNEL="+opsChannel,
		"CENTOGIORNI_SLACK_BOT_TOKEN=xoxb-e2e", "CENTOGIORNI_SLACK_APP_TOKEN=xapp-e2e", "CENTOGIORNI_SLACK_SIGNING_SECRET="+signingSecret)
	return &workspace{system: s, slack: fake, worker: s.startWorker(), hired: new(atomic.Int32), wrong: new(sync.Map)}
}

// on is the same workspace for a test of its own.
func (w *workspace) on(t testing.TB) *workspace {
	mine, same := *w, *w.system
	same.t = t
	mine.system = &same
	return &mine
}

// openDoor starts the server program and waits until Slack can reach it.
func (w *workspace) openDoor(more ...string) (url string) {
	w.t.Helper()
	address := freeAddress(w.t)
	p := launch(w.t, append(append(slices.Clone(w.env), "CENTOGIORNI_HTTP_ADDRESS="+address), more...), "server")
	p.awaitReady(address)
	return "http://" + address + "/slack/interactive"
}

// do calls one of the doors that the stand-in has for other processes.
func (w *workspace) do(method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, strings.TrimSuffix(w.slack.URL, "/api")+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// hire adds somebody to our people and to Slack.
func (w *workspace) hire(role, id string) onboarding.Person {
	w.t.Helper()
	n := w.hired.Add(1)
	p := onboarding.Person{ID: strings.ToLower(role + "-" + id), Name: role + " of " + id, Email: strings.ToLower(role + "@" + id + ".example"),
		SlackID: fmt.Sprintf("U0%s%02d", strings.ToUpper(role), n), TimeZone: "Europe/Rome", Language: "it"}
	if err := w.journal.PutPeople(w.t.Context(), []onboarding.Person{p}); err != nil {
		w.t.Fatal(err)
	}
	w.slack.AddUsers(slacktest.User{ID: p.SlackID, Email: p.Email, Name: p.Name})
	return p
}

// customer is one who is on their way and whose owner and manager are in Slack.
type customer struct {
	*workspace
	id             string
	owner, manager onboarding.Person
	started        engine.Started
	morning        time.Time // where its clock stood when it was made
}

// customer starts a quiet onboarding and brings it to ten o'clock on a working day of its owner.
func (w *workspace) customer(id string) *customer {
	w.t.Helper()
	c := &customer{workspace: w, id: id, owner: w.hire("owner", id), manager: w.hire("manager", id)}
	p := w.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", id)
	p.start.Contract.Owner, p.start.Contract.Manager = &c.owner, &c.manager
	cal, err := calendar.ForContract(journey.PlanInput(p.start.Contract, p.start.Contract.SignedAt))
	if err != nil {
		w.t.Fatal(err)
	}
	hours := &cal.Owner
	c.morning, _ = hours.At(hours.AddWorking(hours.Date(p.start.Contract.SignedAt), 3), 10*60)
	if c.started, err = w.engine.Start(w.t.Context(), p.start, time.Now()); err != nil {
		w.t.Fatal(err)
	}
	c.skip(0)
	return c
}

// skip brings the customer's clock to so long after the morning.
func (c *customer) skip(after time.Duration) {
	c.t.Helper()
	if err := c.skipper.To(c.t.Context(), c.started.WorkflowID, c.morning.Add(after)); err != nil {
		c.t.Fatal(err)
	}
}

// complains tells a complaint.
func (c *customer) complains() {
	c.t.Helper()
	if _, err := c.engine.Tell(c.t.Context(), c.id, onboarding.Event{Kind: onboarding.EventComplaint, Contact: "giulia", Channel: "email",
		Text: "Non è quello che ci avevate detto."}); err != nil {
		c.t.Fatal(err)
	}
}

// messages are those about the customer's cases, in the order they came.
func (c *customer) messages() []slacktest.Message {
	return slices.DeleteFunc(c.slack.Messages(), func(m slacktest.Message) bool {
		return !strings.HasPrefix(m.Key, onboarding.TouchKey(c.id, 1, "case-"))
	})
}

// to are the messages to somebody that stand for themselves, in no thread.
func (c *customer) to(address string) []slacktest.Message {
	return slices.DeleteFunc(c.messages(), func(m slacktest.Message) bool { return m.To != address || m.Thread != "" })
}

// alert waits for the message to the owner, and until the onboarding knows that it went.
func (c *customer) alert() slacktest.Message {
	c.t.Helper()
	await(c.t, "the alert to the owner of "+c.id, func() bool { return len(c.to(c.owner.SlackID)) > 0 })
	if err := c.skipper.Quiet(c.t.Context(), c.started.WorkflowID); err != nil {
		c.t.Fatal(err)
	}
	return c.to(c.owner.SlackID)[0]
}

// stands is a message as it is now.
func (c *customer) stands(ts string) slacktest.Message {
	c.t.Helper()
	for _, m := range c.messages() {
		if m.TS == ts {
			return m
		}
	}
	c.t.Fatalf("message %s does not stand any more", ts)
	return slacktest.Message{}
}

// button is what a click finds on a message.
type button struct {
	id    string // within its message
	what  onboarding.ActionID
	value string
}

func buttons(t testing.TB, m slacktest.Message) []button {
	t.Helper()
	if len(m.Blocks) == 0 {
		return nil
	}
	var blocks []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
		} `json:"elements"`
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	var out []button
	for _, b := range blocks {
		for _, e := range b.Elements {
			var value struct {
				V string `json:"v"`
			}
			if err := json.Unmarshal([]byte(e.Value), &value); err != nil {
				t.Fatal(err)
			}
			what, _, _ := strings.Cut(e.ActionID, "/")
			out = append(out, button{e.ActionID, onboarding.ActionID(what), value.V})
		}
	}
	return out
}

// actions are what the buttons of a message do.
func actions(t testing.TB, m slacktest.Message) []onboarding.ActionID {
	t.Helper()
	var out []onboarding.ActionID
	for _, b := range buttons(t, m) {
		if !slices.Contains(out, b.what) {
			out = append(out, b.what)
		}
	}
	return out
}

// clicks clicks on a button so many times, as fast as Slack tells it.
func (c *customer) clicks(who onboarding.Person, ts string, what onboarding.ActionID, value string, times int) {
	c.t.Helper()
	all := buttons(c.t, c.stands(ts))
	i := slices.IndexFunc(all, func(b button) bool { return b.what == what && b.value == value })
	if i < 0 {
		c.t.Fatalf("message %s has no button %s %s: %v", ts, what, value, all)
	}
	var said []slacktest.Reply
	if err := c.do(http.MethodPost, "/test/click", map[string]any{"user": who.SlackID, "ts": ts, "action": all[i].id, "times": times}, &said); err != nil {
		c.t.Fatal(err)
	}
	c.acknowledged(said, times)
}

// submits fills in the newest dialog.
func (c *customer) submits(who onboarding.Person, values map[string]string, times int) {
	c.t.Helper()
	var said []slacktest.Reply
	if err := c.do(http.MethodPost, "/test/submit", map[string]any{"user": who.SlackID, "values": values, "times": times}, &said); err != nil {
		c.t.Fatal(err)
	}
	c.acknowledged(said, times)
}

func (c *customer) acknowledged(said []slacktest.Reply, times int) {
	c.t.Helper()
	if len(said) != times {
		c.t.Errorf("%d clicks had %d answers", times, len(said))
	}
	for _, r := range said {
		if r.Status != http.StatusOK || len(r.Body) > 0 && string(r.Body) != "null" {
			c.t.Errorf("Slack was answered %d %s, want 200 and nothing", r.Status, r.Body)
		}
	}
}

// hears waits until somebody was told so many things alone, and returns them.
func (c *customer) hears(who onboarding.Person, n int) []string {
	c.t.Helper()
	var heard []string
	await(c.t, fmt.Sprintf("%d answers to %s", n, who.SlackID), func() bool {
		heard = nil
		for _, e := range c.slack.Ephemerals() {
			if e.User == who.SlackID {
				heard = append(heard, e.Text)
			}
		}
		return len(heard) >= n
	})
	return heard
}

// shows waits until a message has these buttons.
func (c *customer) shows(ts string, want []onboarding.ActionID) slacktest.Message {
	c.t.Helper()
	await(c.t, fmt.Sprintf("the buttons %v", want), func() bool { return slices.Equal(actions(c.t, c.stands(ts)), want) })
	return c.stands(ts)
}

// story is what the journal tells about the customer's cases: each entry's kind, and whom and why where it matters.
func (c *customer) story() []string {
	c.t.Helper()
	var out []string
	for _, e := range c.entries(c.id, 1) {
		switch e.Kind {
		case onboarding.EntryCaseOpened, onboarding.EntryAnswerSent:
			out = append(out, string(e.Kind))
		case onboarding.EntryAlertSent, onboarding.EntryCaseAcknowledged, onboarding.EntryCaseEscalated, onboarding.EntryCaseResolved:
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, e.To, e.Reason)))
		}
	}
	return out
}

// tells waits until the journal tells a story about the case.
func (c *customer) tells(want ...string) {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for !slices.Equal(c.story(), want) {
		if time.Now().After(deadline) || len(c.story()) > len(want) {
			c.t.Fatalf("the journal tells\n\t%s\nwant\n\t%s", strings.Join(c.story(), "\n\t"), strings.Join(want, "\n\t"))
		}
		time.Sleep(10 * time.Millisecond)
	}
}
