package interact_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/slack/interact"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

const secret = "signing-secret"

// patience is for what answers at once; who never answers costs a test as much.
const patience = 300 * time.Millisecond

// noon is when everything here happens: a Monday in Rome.
var noon = time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)

// office is an engine and a journal of one contract.
type office struct {
	mu       sync.Mutex
	standing interact.Standing
	people   []onboarding.Person
	cases    map[string]interact.Case
	told     []onboarding.Event // each id once
	err      error
	caseErr  error
	release  chan struct{}             // while open, Tell waits
	drafts   map[string]interact.Draft // by contract and touch, or event
	mute     bool                      // Draft does not answer, whatever its context says
}

func (o *office) Tell(ctx context.Context, contract string, e onboarding.Event) (bool, error) {
	if o.release != nil {
		select {
		case <-o.release:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return false, o.err
	}
	if contract != o.standing.Contract.ID {
		return false, interact.ErrUnknown
	}
	if slices.ContainsFunc(o.told, func(was onboarding.Event) bool { return was.ID == e.ID }) {
		return false, nil
	}
	o.told = append(o.told, e)
	return true, nil
}

func (o *office) Standing(_ context.Context, contract string) (interact.Standing, error) {
	if contract != o.standing.Contract.ID {
		return interact.Standing{}, interact.ErrUnknown
	}
	return o.standing, nil
}

func (o *office) Case(_ context.Context, _, id string) (interact.Case, bool, error) {
	c, ok := o.cases[id]
	return c, ok, o.caseErr
}

func (o *office) Draft(_ context.Context, contract, touch string) (interact.Draft, bool, error) {
	if o.mute {
		<-o.release
	}
	d, ok := o.drafts[contract+"/"+touch]
	return d, ok, nil
}

func (o *office) DraftOn(ctx context.Context, contract, _ string, event onboarding.EventKind) (interact.Draft, bool, error) {
	return o.Draft(ctx, contract, string(event))
}

func (o *office) People(context.Context) ([]onboarding.Person, error) { return o.people, nil }

func (o *office) events() []onboarding.Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.told)
}

// bench is a workspace, an office, and the handler between them.
type bench struct {
	*slacktest.Server
	*office
	handler *interact.Handler
	url     string
	ts      string // of the message with all buttons
}

var actions = []onboarding.ActionID{
	onboarding.ActionAcknowledge, onboarding.ActionSnooze, onboarding.ActionFalseAlarm, onboarding.ActionResolve, onboarding.ActionReassign,
	onboarding.ActionCalled, onboarding.ActionAnswered, onboarding.ActionAdmit, onboarding.ActionDossier, onboarding.ActionAccept,
	onboarding.ActionReturn, onboarding.ActionDoubt, onboarding.ActionAnswer, onboarding.ActionSkip, onboarding.ActionEdit,
	onboarding.ActionCallMyself, onboarding.ActionApprove,
}

var values = map[onboarding.ActionID]string{
	onboarding.ActionDoubt: "value", onboarding.ActionAnswer: "answer-value", onboarding.ActionSkip: "pulse-ease", onboarding.ActionEdit: "pulse-ease",
	onboarding.ActionCallMyself: "pulse-ease", onboarding.ActionApprove: "kickoff-recap",
}

// alert has every button.
func alert(language string) onboarding.Alert {
	a := onboarding.Alert{Key: "C-1/1/case-1/3", Contract: "C-1", Run: 1, Case: "case-1", Touch: "case-1/3", To: "o-7", SlackID: "U0MARCO",
		Title: "Acme", Text: "Why now", Language: language}
	for _, id := range actions {
		a.Actions = append(a.Actions, onboarding.AlertAction{ID: id, Label: string(id), Value: values[id]})
	}
	return a
}

func newBench(t *testing.T) *bench {
	t.Helper()
	marco := onboarding.Person{ID: "o-7", Name: "Marco Bianchi", Email: "marco@vendor.example", SlackID: "U0MARCO"}
	b := &bench{
		Server: slacktest.Start(t, slacktest.User{ID: "U0MARCO", Email: "marco@vendor.example"}, slacktest.User{ID: "U0ELENA", Email: "Elena@vendor.example"},
			slacktest.User{ID: "U0STRANO", Email: "strano@vendor.example"}),
		office: &office{
			standing: interact.Standing{Run: 1, Contract: onboarding.Contract{ID: "C-1", Owner: &marco, SignedAt: noon.AddDate(0, 0, -10), Customer: onboarding.Customer{
				TimeZone: "Europe/Rome", Contacts: []onboarding.Contact{{ID: "giulia", Name: "Giulia Rossi"}}}}},
			people: []onboarding.Person{marco, {ID: "o-8", Name: "Elena <Verdi>", Email: "elena@vendor.example", Language: "it"}},
			cases:  map[string]interact.Case{"case-1": {Status: onboarding.CaseOpen}},
		},
	}
	b.handler = interact.New(interact.Config{Token: "xoxb-x", AppToken: "xapp-x", APIURL: b.URL, SigningSecret: secret, Teller: b.office, Office: b.office,
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }, Patience: patience})
	srv := httptest.NewServer(b.handler)
	t.Cleanup(srv.Close)
	b.url = srv.URL
	b.Interactions(srv.URL, secret)
	b.ts = b.post(t, alert(""))
	return b
}

func (b *bench) post(t *testing.T, a onboarding.Alert) string {
	t.Helper()
	tr, err := slack.New(slack.Config{Token: "xoxb-x", APIURL: b.URL})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := tr.Post(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	_, ts, err := slack.ParseMessageID(receipt.MessageID)
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// click presses a button and waits for what the person is told.
func (b *bench) click(t *testing.T, user string, action onboarding.ActionID) string {
	t.Helper()
	return b.deliver(t, b.press(t, user, action))
}

func (b *bench) press(t *testing.T, user string, action onboarding.ActionID) slacktest.Interaction {
	t.Helper()
	i, err := b.Click(user, b.ts, string(action)+"/")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// deliver gives an interaction to the app and waits for what the person is told.
func (b *bench) deliver(t *testing.T, i slacktest.Interaction) string {
	t.Helper()
	n := len(b.Ephemerals())
	if r, err := b.Deliver(i); err != nil || r.Status != 200 || len(r.Body) > 0 {
		t.Fatalf("%d %s, %v", r.Status, r.Body, err)
	}
	eventually(t, "an answer to the person", func() bool { return len(b.Ephemerals()) > n })
	return b.Ephemerals()[n].Text
}

// dialog presses a button and waits for its dialog.
func (b *bench) dialog(t *testing.T, user string, action onboarding.ActionID) string {
	t.Helper()
	n := len(b.Views())
	if _, err := b.Deliver(b.press(t, user, action)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a dialog", func() bool { return len(b.Views()) > n })
	return string(b.Views()[n].View)
}

func (b *bench) submit(t *testing.T, user string, values map[string]string) slacktest.Interaction {
	t.Helper()
	i, err := b.Submit(user, values)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !is(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

func TestEveryPlainButtonIsAnEvent(t *testing.T) {
	for action, want := range map[onboarding.ActionID][]onboarding.Event{
		onboarding.ActionAcknowledge: {{Kind: onboarding.EventAcknowledged, Case: "case-1"}},
		onboarding.ActionDoubt:       {{Kind: onboarding.EventAcknowledged, Case: "case-1", Value: "value"}},
		onboarding.ActionAccept:      {{Kind: onboarding.EventHandoffAccepted, Case: "case-1"}},
		onboarding.ActionAnswer:      {{Kind: onboarding.EventTouchHurried, Case: "case-1", Touch: "answer-value"}},
		onboarding.ActionApprove:     {{Kind: onboarding.EventTouchHurried, Case: "case-1", Touch: "kickoff-recap"}},
		onboarding.ActionSkip:        {{Kind: onboarding.EventTouchSkipped, Case: "case-1", Touch: "pulse-ease"}},
		onboarding.ActionCallMyself:  {{Kind: onboarding.EventTouchSkipped, Case: "case-1", Touch: "pulse-ease", Reason: "call_instead"}},
	} {
		t.Run(string(action), func(t *testing.T) {
			b := newBench(t)
			if said := b.click(t, "U0MARCO", action); said != "Done." {
				t.Errorf("the person heard %q", said)
			}
			got := b.events()
			ids := map[string]bool{}
			for i := range got {
				ids[got[i].ID] = true
				if got[i].By != "o-7" || !got[i].At.Equal(noon) || got[i].ID == "" {
					t.Errorf("%+v", got[i])
				}
				if got[i].Channel != "slack" {
					t.Errorf("it came by %q", got[i].Channel)
				}
				got[i].By, got[i].At, got[i].ID, got[i].Channel = "", time.Time{}, "", ""
			}
			if !slices.EqualFunc(got, want, func(a, b onboarding.Event) bool { return a == b }) || len(ids) != len(want) {
				t.Errorf("told %+v, want %+v", got, want)
			}
		})
	}
}

func TestADoubleClickIsOneEvent(t *testing.T) {
	b := newBench(t)
	first, second := b.press(t, "U0MARCO", onboarding.ActionAcknowledge), b.press(t, "U0MARCO", onboarding.ActionAcknowledge)
	if string(first.Payload) == string(second.Payload) {
		t.Fatal("two clicks look alike: the test proves nothing")
	}
	if said := b.deliver(t, first); said != "Done." {
		t.Errorf("the first: %q", said)
	}
	if said := b.deliver(t, second); !strings.Contains(said, "noted before") {
		t.Errorf("the second: %q", said)
	}
	// The same request again within the five minutes that its signature is good for.
	if said := b.deliver(t, first); !strings.Contains(said, "noted before") {
		t.Errorf("a replay: %q", said)
	}
	if n := len(b.events()); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestAClickOnARewrittenMessageIsAnother(t *testing.T) {
	b := newBench(t)
	b.click(t, "U0MARCO", onboarding.ActionAcknowledge)
	again := alert("")
	again.Touch, again.Key, again.Rewrite = "case-1/7", "C-1/1/case-1/7", "D0MARCO/"+b.ts
	if ts := b.post(t, again); ts != b.ts {
		t.Fatal("the message was not rewritten")
	}
	if said := b.click(t, "U0MARCO", onboarding.ActionAcknowledge); said != "Done." || len(b.events()) != 2 {
		t.Errorf("%q, %d events", said, len(b.events()))
	}
}

func TestAStrangerHasNoEffectAndIsTold(t *testing.T) {
	b := newBench(t)
	if said := b.click(t, "U0STRANO", onboarding.ActionResolve); !strings.Contains(said, "people.yaml") {
		t.Errorf("a dialog: %q", said)
	}
	if said := b.click(t, "U0STRANO", onboarding.ActionAcknowledge); !strings.Contains(said, "people.yaml") {
		t.Errorf("a button: %q", said)
	}
	// A dialog that one of ours opened, handed in by another.
	b.dialog(t, "U0MARCO", onboarding.ActionResolve)
	if said := b.deliver(t, b.submit(t, "U0STRANO", map[string]string{"outcome": "left"})); !strings.Contains(said, "people.yaml") {
		t.Errorf("a submission: %q", said)
	}
	if len(b.events()) > 0 || len(b.Views()) != 1 || b.Ephemerals()[0].User != "U0STRANO" {
		t.Errorf("told %+v, %d dialogs, %+v", b.events(), len(b.Views()), b.Ephemerals())
	}
}

func TestWhoeverHasNoSlackIDIsKnownByAddress(t *testing.T) {
	b := newBench(t)
	if said := b.click(t, "U0ELENA", onboarding.ActionAcknowledge); said != "Fatto." || b.events()[0].By != "o-8" {
		t.Errorf("%q, %+v", said, b.events())
	}
	b.people[1].SlackID = "U0OTHER" // whoever has an id is known by that alone
	if said := b.click(t, "U0ELENA", onboarding.ActionAccept); !strings.Contains(said, "people.yaml") {
		t.Errorf("%q", said)
	}
}

func TestAStaleMessageChangesNothingAndSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b *bench)
		action onboarding.ActionID
		says   string
	}{
		"the onboarding ended": {func(b *bench) {
			b.standing.EndedAt, b.standing.EndedFor = time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC), "completed"
		}, onboarding.ActionAcknowledge, "the onboarding ended on 2026-03-02 (completed)"},
		"a dialog of one that ended": {func(b *bench) { b.standing.EndedAt = noon }, onboarding.ActionResolve, "the onboarding ended on 2026-03-02"},
		"another run goes on":        {func(b *bench) { b.standing.Run = 2 }, onboarding.ActionResolve, "an earlier onboarding"},
		"the contract was erased":    {func(b *bench) { b.standing.Contract.ID = "C-2" }, onboarding.ActionAcknowledge, "there is no onboarding"},
		"another resolved the case": {func(b *bench) {
			b.cases["case-1"] = interact.Case{Status: onboarding.CaseResolved, By: "o-8", Outcome: "reassured"}
		}, onboarding.ActionAcknowledge, "resolved already, by Elena &lt;Verdi&gt; (reassured)"},
		"another is on it": {func(b *bench) {
			b.cases["case-1"] = interact.Case{Status: onboarding.CaseAcknowledged, By: "o-8"}
		}, onboarding.ActionAcknowledge, "Elena &lt;Verdi&gt; is on it already"},
		"the case is forgotten":        {func(b *bench) { b.cases = nil }, onboarding.ActionAcknowledge, "the case is closed"},
		"the onboarding says no":       {func(b *bench) { b.err = &interact.Refused{Reason: "touch: pulse-ease went on 1 March"} }, onboarding.ActionSkip, "touch: pulse-ease went on 1 March"},
		"the engine cannot be reached": {func(b *bench) { b.err = errors.New("dial tcp 10.0.0.1: secret") }, onboarding.ActionAccept, "could not be confirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			c.change(b)
			if said := b.click(t, "U0MARCO", c.action); !strings.Contains(said, c.says) || strings.Contains(said, "secret") {
				t.Errorf("the person heard %q, want %q", said, c.says)
			}
			if len(b.events()) > 0 || len(b.Views()) > 0 {
				t.Errorf("told %+v, %d dialogs", b.events(), len(b.Views()))
			}
		})
	}
}

func TestAnUnknownButtonDoesNothing(t *testing.T) {
	b := newBench(t)
	for _, c := range [][2]string{{"mystery/0", "x"}, {"mystery/0", `{"c":"C-1","r":1}`}, {"acknowledge", `{"c":"C-1","r":1}`}, {"acknowledge/0", `{"c":"","r":1}`}} {
		i, err := b.Press("U0MARCO", "D0MARCO", b.ts, c[0], c[1])
		if err != nil {
			t.Fatal(err)
		}
		if said := b.deliver(t, i); !strings.Contains(said, "another version") {
			t.Errorf("%v: %q", c, said)
		}
	}
	if len(b.events()) > 0 {
		t.Errorf("told %+v", b.events())
	}
}

func TestTheAnswerComesBeforeTheWork(t *testing.T) {
	b := newBench(t)
	b.dialog(t, "U0MARCO", onboarding.ActionReturn)
	b.release = make(chan struct{})
	if r, err := b.Deliver(b.submit(t, "U0MARCO", map[string]string{"question": "Which sites?"})); err != nil || r.Status != 200 {
		t.Fatalf("a dialog is not acknowledged while the engine takes its time: %+v, %v", r, err)
	}
	if r, err := b.Deliver(b.press(t, "U0MARCO", onboarding.ActionAcknowledge)); err != nil || r.Status != 200 {
		t.Fatalf("not acknowledged while the engine takes its time: %+v, %v", r, err)
	}
	if len(b.Ephemerals()) > 0 {
		t.Error("said done before it was")
	}
	// A server that stops finishes what it acknowledged.
	closed := make(chan error, 1)
	go func() { closed <- b.handler.Close(t.Context()) }()
	select {
	case err := <-closed:
		t.Fatalf("closed with work to do: %v", err)
	default:
	}
	close(b.release)
	if err := <-closed; err != nil || len(b.events()) != 2 {
		t.Errorf("%v, %+v", err, b.events())
	}
}

func TestAPersonIsToldBesideTheMessageWhereTheResponseURLIsTooOld(t *testing.T) {
	b := newBench(t)
	b.dialog(t, "U0MARCO", onboarding.ActionResolve)
	b.ExpireResponses()
	if said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"outcome": "fixed"})); said != "Done." || b.Ephemerals()[0].Channel != "D0MARCO" {
		t.Errorf("%q %+v", said, b.Ephemerals())
	}
}

func TestAClickIsToldEvenWhereTheCaseCannotBeLookedUp(t *testing.T) {
	b := newBench(t)
	b.caseErr = errors.New("no worker answers")
	if said := b.click(t, "U0MARCO", onboarding.ActionAcknowledge); said != "Done." || len(b.events()) != 1 {
		t.Errorf("%q, told %+v", said, b.events())
	}
}
