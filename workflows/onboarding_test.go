package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/workflows"
)

// world is an outside world that takes everything, but for the orders that deliver answers itself.
type world struct {
	mu      sync.Mutex
	facts   []onboarding.Entry
	settled []string
	orders  []onboarding.Order
	matches []onboarding.MatchInput
	peer    string // who is free
	feeds   []onboarding.FeedInput
	silence onboarding.FeedOutput
	deliver func(o onboarding.Order, nth int) (onboarding.Outcome, error)
}

func (w *world) Plan(_ context.Context, in onboarding.PlanInput) (onboarding.Calendar, error) {
	return calendar.ForContract(in)
}

func (w *world) Deliver(_ context.Context, o onboarding.Order) (onboarding.Outcome, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.orders = append(w.orders, o)
	nth := 0
	for _, p := range w.orders {
		if p.Key == o.Key {
			nth++
		}
	}
	if w.deliver != nil {
		return w.deliver(o, nth)
	}
	return sent(o), nil
}

func sent(o onboarding.Order) onboarding.Outcome {
	return onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: o.Touch, Sent: o.To}
}

func (w *world) Alert(_ context.Context, o onboarding.Order) (onboarding.Outcome, error) {
	return sent(o), nil
}

func (w *world) Reconcile(context.Context, onboarding.ReconcileInput) (onboarding.ReconcileOutput, error) {
	return onboarding.ReconcileOutput{Found: onboarding.FoundNot}, nil
}

func (w *world) Record(_ context.Context, in onboarding.RecordInput) (onboarding.RecordOutput, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range in.Facts {
		w.facts = append(w.facts, f.Entry)
	}
	w.settled = append(w.settled, in.Settled...)
	return onboarding.RecordOutput{}, nil
}

func (w *world) Match(_ context.Context, in onboarding.MatchInput) (onboarding.MatchOutput, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.matches = append(w.matches, in)
	if in.Seek == 0 || w.peer == "" {
		return onboarding.MatchOutput{}, nil
	}
	return onboarding.MatchOutput{Peer: &onboarding.PeerMatch{Peer: w.peer, Reasons: []string{"language"}}}, nil
}

func (w *world) Feed(_ context.Context, in onboarding.FeedInput) (onboarding.FeedOutput, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.feeds = append(w.feeds, in)
	return w.silence, nil
}

var _ onboarding.Activities = (*world)(nil)

// stage is a test environment with the workflow and a world registered, and the input of a fresh onboarding.
func stage(t *testing.T, w *world) (*testsuite.TestWorkflowEnvironment, workflows.Input, *playbook.Playbook) {
	t.Helper()
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../examples/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	var shelf playbook.Registry
	shelf.Add(book)
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(c.SignedAt)
	env.RegisterWorkflowWithOptions(workflows.Workflows{Plans: &shelf}.Onboarding, workflow.RegisterOptions{Name: onboarding.WorkflowOnboarding})
	for name, fn := range map[string]any{"Plan": w.Plan, "Deliver": w.Deliver, "Alert": w.Alert, "Reconcile": w.Reconcile, "Match": w.Match, "Feed": w.Feed, "Record": w.Record} {
		env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
	}
	start := journey.Start{Contract: c, Run: 1, Rules: journey.Rules, Playbook: book.Hash, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true}
	return env, workflows.Input{Start: start, Attributes: workflows.First(start)}, book
}

// handedOver is the input of the next run, once a run has continued as new.
func handedOver(t *testing.T, env *testsuite.TestWorkflowEnvironment) *workflow.ContinueAsNewError {
	t.Helper()
	var next *workflow.ContinueAsNewError
	if !env.IsWorkflowCompleted() || !errors.As(env.GetWorkflowError(), &next) {
		t.Fatalf("the run ended with %v; want it to continue as new", env.GetWorkflowError())
	}
	return next
}

func TestARunHandsOverAtTheNextPhase(t *testing.T) {
	w := &world{}
	env, in, _ := stage(t, w)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	handedOver(t, env)
	last := w.facts[len(w.facts)-1]
	var entered []string
	for _, e := range w.facts {
		if e.Kind == onboarding.EntryPhaseEntered {
			entered = append(entered, string(e.Phase))
		}
	}
	if got := strings.Join(entered, " "); got != "assess admit affirm" || last.Day != 1 {
		t.Fatalf("phases %q, last fact on day %d; want assess admit affirm by day 1", got, last.Day)
	}
}

func TestARunOfNewerRulesIsLeftToANewerWorker(t *testing.T) {
	env, in, _ := stage(t, &world{})
	in.Start.Rules = journey.Rules + 1
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	if err := env.GetWorkflowError(); err == nil || !strings.Contains(err.Error(), "a newer worker will take it") {
		t.Fatalf("error %v; want a panic that blocks the task", err)
	}
}

func TestAPlaybookThatIsNotLoadedYetBlocksTheTask(t *testing.T) {
	env, in, _ := stage(t, &world{})
	in.Start.Playbook = "not-there"
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	if err := env.GetWorkflowError(); err == nil || !strings.Contains(err.Error(), "not loaded here yet") {
		t.Fatalf("error %v; want a panic that blocks the task", err)
	}
}

func TestAMailThatFailsForAnHourIsPutOffAndThenGoes(t *testing.T) {
	w := &world{deliver: func(o onboarding.Order, nth int) (onboarding.Outcome, error) {
		if nth == 1 {
			return onboarding.Outcome{}, temporal.NewNonRetryableApplicationError("down", "Down", nil)
		}
		return sent(o), nil
	}}
	env, in, _ := stage(t, w)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	handedOver(t, env)
	var story []string
	for _, e := range w.facts {
		if e.Touch == "welcome" {
			story = append(story, fmt.Sprint(e.Kind, " ", e.Reason, " after ", e.At.Sub(in.Start.Contract.SignedAt)))
		}
	}
	want := "touch_held provider_failing after 0s; touch_sent  after 30m0s"
	if got := strings.Join(story, "; "); got != want {
		t.Fatalf("the welcome's story is %q; want %q", got, want)
	}
}

func TestTheSilenceOfACustomerWaitsForItsFeed(t *testing.T) {
	for name, c := range map[string]struct {
		silent time.Duration // of the feed, from day 2 on
		fails  bool
		want   string
	}{
		"alive":                        {0, false, "no_login on day 8"},
		"silent for four working days": {4 * 24 * time.Hour, false, "no_login on day 14"},
		"dead":                         {99 * 24 * time.Hour, false, ""},
		"cannot be told":               {0, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{}
			env, in, _ := stage(t, w)
			signed := in.Start.Contract.SignedAt
			if c.silent > 0 {
				w.silence.Silences = []onboarding.Span{{From: signed.AddDate(0, 0, 4), To: signed.AddDate(0, 0, 4).Add(c.silent)}}
			}
			w.silence.Unknown = c.fails
			for run := range 3 { // to day 1, to the installation, and for 30 days
				if run == 1 {
					env.RegisterDelayedCallback(func() {
						env.SignalWorkflow(onboarding.SignalEvent, onboarding.Event{ID: "i", Kind: onboarding.EventInstalled})
					}, time.Hour)
				}
				env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
				next := handedOver(t, env)
				in = workflows.Input{}
				if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &in); err != nil {
					t.Fatal(err)
				}
				env, _, _ = stage(t, w)
				env.SetStartTime(in.State.Now)
			}
			var got string
			for _, e := range w.facts {
				if e.Kind == onboarding.EntryScore && strings.Contains(e.Reason, "no_login") {
					got = fmt.Sprintf("%s on day %d", e.Reason, e.Day)
				}
			}
			if got != c.want {
				t.Fatalf("the evidence is %q; want %q; asked %+v", got, c.want, w.feeds)
			}
		})
	}
}

func TestAnUpdateIsAnsweredAndItsRefusalLeavesNoTrace(t *testing.T) {
	w := &world{}
	env, in, _ := stage(t, w)
	answers := map[string]error{}
	tell := func(after time.Duration, e onboarding.Event) {
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow(onboarding.UpdateApply, e.ID, &testsuite.TestUpdateCallback{
				OnAccept: func() {}, OnReject: func(err error) { answers[e.ID] = err },
				OnComplete: func(_ any, err error) { answers[e.ID] = err },
			}, e)
		}, after)
	}
	tell(time.Hour, onboarding.Event{ID: "again", Kind: onboarding.EventTouchSkipped, Touch: "welcome"})
	tell(2*time.Hour, onboarding.Event{ID: "void", Kind: onboarding.EventVoided, Reason: "signed by mistake"})
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	var result workflows.Result
	if err := env.GetWorkflowResult(&result); err != nil || result.Reason != "signed by mistake" {
		t.Fatalf("result %+v, %v; want the void's reason", result, err)
	}
	if err := answers["again"]; err == nil || !strings.Contains(err.Error(), "went on") {
		t.Fatalf("skipping a sent touch was answered %v; want a refusal with its reason", err)
	}
	if err, answered := answers["void"]; !answered || err != nil {
		t.Fatalf("the void was answered %v", err)
	}
	if got := strings.Join(w.settled, " "); got != "void" {
		t.Fatalf("settled events %q; want the void alone", got)
	}
}

func TestASignalBeforeTheFirstTaskIsNotLost(t *testing.T) {
	w := &world{}
	env, in, _ := stage(t, w)
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(onboarding.SignalEvent, onboarding.Event{ID: "early", Kind: onboarding.EventContacted})
	}, 0)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	handedOver(t, env)
	for _, id := range w.settled {
		if id == "early" {
			return
		}
	}
	t.Fatalf("settled events %v; want the early one", w.settled)
}

func TestAnAdoptionOfWhatIsNotOnTheShelfIsPutOffAndFailsNoTask(t *testing.T) {
	w := &world{}
	env, in, book := stage(t, w)
	answers := map[string]error{}
	adopt := func(after time.Duration, id, hash string) {
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow(onboarding.UpdateApply, id, &testsuite.TestUpdateCallback{
				OnAccept: func() {}, OnReject: func(err error) { answers[id] = err }, OnComplete: func(_ any, err error) { answers[id] = err },
			}, onboarding.Event{ID: id, Kind: onboarding.EventAdopted, Playbook: hash})
		}, after)
	}
	adopt(time.Hour, "other", "not-there")
	adopt(2*time.Hour, "same", book.Hash)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	handedOver(t, env)
	var app *temporal.ApplicationError
	if err := answers["other"]; !errors.As(err, &app) || app.Type() != workflows.NotOnShelf {
		t.Fatalf("answered %v; want the error that asks for another try", err)
	}
	if err, answered := answers["same"]; !answered || err != nil {
		t.Fatalf("a playbook that is there was answered %v", err)
	}
	if got := strings.Join(w.settled, " "); got != "same" {
		t.Fatalf("settled events %q; want the adopted one alone", got)
	}
}

func TestAnOnboardingThatHasNotBegunSaysSo(t *testing.T) {
	env, in, _ := stage(t, &world{})
	env.SetStartTime(in.Start.Contract.SignedAt.Add(-time.Hour))
	var asked error
	env.RegisterDelayedCallback(func() { _, asked = env.QueryWorkflow(onboarding.QueryState) }, time.Minute)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	if asked == nil || !strings.Contains(asked.Error(), "has not begun yet") {
		t.Fatalf("answered %v", asked)
	}
}

func TestWhatAnEarlierRunSettledIsNotCarriedOutAgain(t *testing.T) {
	w := &world{}
	env, in, _ := stage(t, w)
	in.Start.Joined, in.Settled = in.Start.Contract.SignedAt, []string{"welcome", "sales-handover", "not-in-the-plan"}
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(onboarding.SignalEvent, onboarding.Event{ID: "end", Kind: onboarding.EventVoided})
	}, 6*24*time.Hour)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	for _, o := range w.orders {
		if slices.Contains(in.Settled, o.Touch) {
			t.Errorf("%s was ordered again", o.Touch)
		}
	}
	reasons := map[string]string{}
	for _, e := range w.facts {
		if e.Kind == onboarding.EntryTouchDropped {
			reasons[e.Touch] = e.Reason
		}
	}
	if reasons["welcome"] != "skipped" || reasons["sales-handover"] != "skipped" {
		t.Errorf("the drops say %v", reasons)
	}
}

func TestARunThatWasPausedIsPausedAgainBeforeAnythingGoes(t *testing.T) {
	w := &world{}
	env, in, _ := stage(t, w)
	in.Start.Joined, in.Paused, in.Settled = in.Start.Contract.SignedAt, true, []string{"welcome"}
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(onboarding.SignalEvent, onboarding.Event{ID: "end", Kind: onboarding.EventVoided})
	}, 20*24*time.Hour)
	env.ExecuteWorkflow(onboarding.WorkflowOnboarding, in)
	for _, o := range w.orders {
		t.Errorf("%s was ordered in the pause", o.Touch)
	}
}
