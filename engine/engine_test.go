package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/workflows"
)

// scripted is a Temporal that answers as it is told, once for each answer; then it takes everything. What the engine
// does not use panics.
type scripted struct {
	client.Client
	answers []error
	asked   []string // what was called, with the id
	silent  bool     // nobody answers an update
	answer  workflows.Answer

	described *workflowservice.DescribeWorkflowExecutionResponse
	state     journey.State // answered to a query
	begun     []workflows.Input
}

func (s *scripted) next(call, id string) error {
	s.asked = append(s.asked, call+" "+id)
	if len(s.answers) == 0 {
		return nil
	}
	err := s.answers[0]
	s.answers = s.answers[1:]
	return err
}

func (s *scripted) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	s.begun = append(s.begun, args[0].(workflows.Input))
	return nil, s.next("start", o.ID)
}

func (s *scripted) SignalWorkflow(_ context.Context, id, _, _ string, _ any) error {
	return s.next("signal", id)
}

func (s *scripted) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	if s.silent {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return update{answer: s.answer}, s.next("update", o.WorkflowID+" "+o.UpdateID)
}

func (s *scripted) DescribeWorkflowExecution(_ context.Context, id, _ string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return s.described, s.next("describe", id)
}

func (s *scripted) QueryWorkflow(_ context.Context, id, _, _ string, _ ...any) (converter.EncodedValue, error) {
	return value{s.state}, s.next("query", id)
}

func (s *scripted) TerminateWorkflow(_ context.Context, id, _, _ string, _ ...any) error {
	return s.next("terminate", id)
}

// value is the answer to a query.
type value struct{ state journey.State }

func (v value) HasValue() bool { return true }

func (v value) Get(into any) error {
	*into.(*journey.State) = v.state
	return nil
}

type update struct {
	client.WorkflowUpdateHandle
	answer workflows.Answer
}

func (u update) Get(_ context.Context, into any) error {
	text, err := json.Marshal(u.answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

var (
	signed = time.Date(2026, 1, 15, 15, 20, 0, 0, time.UTC)
	soon   = signed.Add(time.Hour)
	gone   = serviceerror.NewNotFound("workflow not found")
	closed = serviceerror.NewNotFound("workflow execution already completed")
	down   = serviceerror.NewUnavailable("down")
	change = serviceerror.NewWorkflowNotReady("Unable to perform workflow execution update due to unexpected workflow task failure.")
)

func newEngine(t *testing.T, answers ...error) (*engine.Engine, *scripted) {
	t.Helper()
	j, err := journal.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	s := &scripted{answers: answers}
	return &engine.Engine{Temporal: s, Journal: j}, s
}

func start(changes ...func(*journey.Start)) journey.Start {
	s := journey.Start{Playbook: "hash", Mode: onboarding.ModeLive, Contract: onboarding.Contract{ID: "C-1", SignedAt: signed,
		Product: "P", Owner: &onboarding.Person{ID: "o-7"}}}
	for _, change := range changes {
		change(&s)
	}
	return s
}

// begun is an engine with one onboarding, and a Temporal that then gives the answers.
func begun(t *testing.T, answers ...error) (*engine.Engine, *scripted) {
	t.Helper()
	e, s := newEngine(t)
	if _, err := e.Start(t.Context(), start(), soon); err != nil {
		t.Fatal(err)
	}
	s.answers, s.asked = answers, nil
	return e, s
}

// end records the end of the onboarding, as its last step would.
func end(t *testing.T, e *engine.Engine) {
	t.Helper()
	in := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: soon, EndedAt: soon, EndedFor: "voided"}}
	if err := e.Journal.Record(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func TestStart(t *testing.T) {
	old := signed.Add(4 * 24 * time.Hour)
	joined := func(s *journey.Start) { s.Joined = old }
	other := func(s *journey.Start) { s.Contract.Product = "Q" }
	tests := []struct {
		name    string
		before  func(t *testing.T, e *engine.Engine)
		start   journey.Start
		at      time.Time
		answers []error
		want    error
		asked   string
		fresh   bool
	}{
		{"a fresh contract begins", nil, start(), soon, nil, nil, "start onboarding/C-1/1", true},
		{"an old one is refused", nil, start(), old, nil, engine.ErrTooOld, "", false},
		{"an old one may be joined", nil, start(joined), old, nil, nil, "start onboarding/C-1/1", true},
		{"the same one again is the same onboarding", first, start(), soon, nil, nil, "start onboarding/C-1/1", false},
		{"the same one again is so however old it is", first, start(), old, nil, nil, "start onboarding/C-1/1", false},
		{"one that Temporal has already is the same onboarding", nil, start(), soon,
			[]error{serviceerror.NewWorkflowExecutionAlreadyStarted("", "", "")}, nil, "start onboarding/C-1/1", true},
		{"other content under the same id is refused", first, start(other), soon, nil, engine.ErrDiffers, "", false},
		{"as it was started it is the same onboarding after an amendment", amended, start(), soon, nil, nil, "describe onboarding/C-1/1", false},
		{"as it reads after an amendment it is the same onboarding", amended, start(other), soon, nil, nil, "describe onboarding/C-1/1", false},
		{"neither is refused", amended, start(func(s *journey.Start) { s.Contract.Product = "R" }), soon, nil, engine.ErrDiffers, "", false},
		{"one that Temporal lost is not begun anew under its number", func(t *testing.T, e *engine.Engine) { first(t, e); told(t, e, 1) }, start(), soon,
			[]error{gone}, engine.ErrLost, "describe onboarding/C-1/1", false},
		{"one that has ended stays so", func(t *testing.T, e *engine.Engine) { first(t, e); end(t, e) }, start(), soon, nil, nil, "", false},
		{"Temporal is down", nil, start(), soon, []error{down}, engine.ErrUnreachable, "start onboarding/C-1/1", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, s := newEngine(t)
			if tt.before != nil {
				tt.before(t, e)
			}
			s.answers, s.asked = tt.answers, nil
			started, err := e.Start(t.Context(), tt.start, tt.at)
			if !errors.Is(err, tt.want) || started.Fresh != tt.fresh {
				t.Errorf("fresh %v, %v; want %v, %v", started.Fresh, err, tt.fresh, tt.want)
			}
			if got := strings.Join(s.asked, ", "); got != tt.asked {
				t.Errorf("asked %q, want %q", got, tt.asked)
			}
		})
	}
}

func first(t *testing.T, e *engine.Engine) {
	t.Helper()
	if _, err := e.Start(t.Context(), start(), soon); err != nil {
		t.Fatal(err)
	}
}

// told records so many facts of the onboarding, as its steps would.
func told(t *testing.T, e *engine.Engine, facts int, entries ...onboarding.Entry) {
	t.Helper()
	in := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: soon, Owner: "o-7", Playbook: "hash"}}
	for i := range facts {
		entry := onboarding.Entry{At: soon, Kind: onboarding.EntryPhaseEntered}
		if i < len(entries) {
			entry = entries[i]
		}
		in.Facts = append(in.Facts, onboarding.RecordedFact{Seq: i + 1, Entry: entry})
	}
	if err := e.Journal.Record(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// amended is an onboarding whose product reads Q from its first step on.
func amended(t *testing.T, e *engine.Engine) {
	t.Helper()
	first(t, e)
	c := start().Contract
	c.Product = "Q"
	in := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: soon}, Amended: &c}
	if err := e.Journal.Record(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func TestRestart(t *testing.T) {
	e, s := begun(t, nil)
	var no *engine.Refused
	if _, err := e.Restart(t.Context(), start(), soon); !errors.As(err, &no) {
		t.Errorf("while it runs: %v", err)
	}
	end(t, e)
	if _, err := e.Restart(t.Context(), start(), signed.Add(4*24*time.Hour)); !errors.Is(err, engine.ErrTooOld) {
		t.Errorf("an old signature: %v", err)
	}
	s.answers = []error{down}
	if _, err := e.Restart(t.Context(), start(), soon); !errors.Is(err, engine.ErrUnreachable) {
		t.Errorf("while Temporal is down: %v", err)
	}
	s.answers, s.asked = []error{gone}, nil
	again, err := e.Restart(t.Context(), start(), soon)
	if err != nil || again.Run != 2 || strings.Join(s.asked, ", ") != "describe onboarding/C-1/2, start onboarding/C-1/2" {
		t.Errorf("after that it began run %d by %v, %v", again.Run, s.asked, err)
	}
}

func TestTell(t *testing.T) {
	signal := onboarding.Event{ID: "e-1", Kind: onboarding.EventLogin}
	ask := onboarding.Event{ID: "e-1", Kind: onboarding.EventPaused}
	adopt := onboarding.Event{ID: "e-1", Kind: onboarding.EventAdopted, Playbook: "next"}
	shelf := temporal.NewApplicationError("not here yet", workflows.NotOnShelf)
	tests := []struct {
		name    string
		event   onboarding.Event
		answers []error
		want    error
		calls   int
		state   journal.InboxState
		outcome string
	}{
		{"a fact is signalled", signal, nil, nil, 1, journal.InboxForwarded, ""},
		{"what waits for an answer is an update", ask, nil, nil, 1, journal.InboxForwarded, ""},
		{"a server that comes back is asked again", signal, []error{down, down}, nil, 3, journal.InboxForwarded, ""},
		{"a run that hands over is asked again", ask, []error{change, closed}, nil, 3, journal.InboxForwarded, ""},
		{"a no is settled with its reason", ask, []error{temporal.NewApplicationError("not now", "refused")}, &engine.Refused{Reason: "not now"}, 1,
			journal.InboxSettled, "refused: not now"},
		{"an adoption waits until the worker has the playbook", adopt, []error{shelf, shelf}, nil, 3, journal.InboxForwarded, ""},
		{"a playbook that nobody stored is not adopted", onboarding.Event{ID: "e-1", Kind: onboarding.EventAdopted, Playbook: "none"}, nil,
			&engine.Refused{Reason: `playbook: "none" is not in the journal: starter adopt stores it first`}, 0,
			journal.InboxSettled, `refused: playbook: "none" is not in the journal: starter adopt stores it first`},
		{"a workflow that is lost is said so, and the event waits", signal, []error{gone}, engine.ErrLost, 1, journal.InboxReceived, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, s := begun(t, tt.answers...)
			if err := e.Journal.PutPlaybook(t.Context(), "next", "default", []byte("archive")); err != nil {
				t.Fatal(err)
			}
			told, err := e.Tell(t.Context(), "C-1", tt.event)
			var no, wanted *engine.Refused
			switch {
			case errors.As(tt.want, &wanted):
				if !errors.As(err, &no) || no.Reason != wanted.Reason {
					t.Errorf("answered %v, want %v", err, tt.want)
				}
			case !errors.Is(err, tt.want):
				t.Errorf("answered %v, want %v", err, tt.want)
			}
			if !told.Fresh || len(s.asked) != tt.calls {
				t.Errorf("fresh %v after %v", told.Fresh, s.asked)
			}
			kept(t, e, tt.state, tt.outcome)
		})
	}
}

// kept checks what the inbox holds of event e-1.
func kept(t *testing.T, e *engine.Engine, state journal.InboxState, outcome string) {
	t.Helper()
	ev, err := e.Journal.InboxEvent(t.Context(), "C-1", "e-1")
	if err != nil || ev.State != state || ev.Outcome != outcome {
		t.Errorf("kept as %s %q, %v; want %s %q", ev.State, ev.Outcome, err, state, outcome)
	}
}

func TestWhatWasAppliedIsNotOfferedAgain(t *testing.T) {
	e, s := begun(t)
	ev := onboarding.Event{ID: "e-1", Kind: onboarding.EventVoided}
	if _, err := e.Tell(t.Context(), "C-1", ev); err != nil {
		t.Fatal(err)
	}
	if err := e.Journal.SettleEvent(t.Context(), "C-1", "e-1", journal.OutcomeApplied); err != nil {
		t.Fatal(err)
	}
	end(t, e)
	if told, err := e.Tell(t.Context(), "C-1", ev); err != nil || told.Fresh || len(s.asked) != 1 {
		t.Errorf("fresh %v, %v, after %v", told.Fresh, err, s.asked)
	}
}

func TestAnEventAfterTheEndIsSettledWithoutTemporal(t *testing.T) {
	e, s := begun(t)
	end(t, e)
	if _, err := e.Tell(t.Context(), "C-1", onboarding.Event{ID: "e-1", Kind: onboarding.EventLogin}); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("answered %v", err)
	}
	if len(s.asked) > 0 {
		t.Errorf("asked %v", s.asked)
	}
	kept(t, e, journal.InboxSettled, journal.OutcomeEnded)
}

func TestAnEndThatIsRecordedMeanwhileIsSeen(t *testing.T) {
	e, s := begun(t)
	s.answers = []error{gone}
	ending := &endingAt{scripted: s, end: func() { end(t, e) }}
	e.Temporal = ending
	if _, err := e.Tell(t.Context(), "C-1", onboarding.Event{ID: "e-1", Kind: onboarding.EventLogin}); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("answered %v", err)
	}
	kept(t, e, journal.InboxSettled, journal.OutcomeEnded)
}

// endingAt lets the onboarding end while it is being signalled.
type endingAt struct {
	*scripted
	end func()
}

func (s *endingAt) SignalWorkflow(ctx context.Context, id, run, name string, arg any) error {
	s.end()
	return s.scripted.SignalWorkflow(ctx, id, run, name, arg)
}

func TestAnUpdateThatNobodyAnswersIsUnreachableAndWaits(t *testing.T) {
	e, s := begun(t)
	s.silent = true
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := e.Tell(ctx, "C-1", onboarding.Event{ID: "e-1", Kind: onboarding.EventPaused})
	if !errors.Is(err, engine.ErrUnreachable) || !strings.Contains(err.Error(), "does a worker run?") || !strings.Contains(err.Error(), "the event is kept") {
		t.Errorf("answered %v", err)
	}
	kept(t, e, journal.InboxReceived, "")
}

func TestAnEventOfAnUnknownContractIsKeptForIt(t *testing.T) {
	e, s := newEngine(t)
	if _, err := e.Tell(t.Context(), "C-1", onboarding.Event{ID: "e-1", Kind: onboarding.EventLogin}); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("answered %v", err)
	}
	kept(t, e, journal.InboxOrphan, "")
	first(t, e)
	s.asked = nil
	sweep(t, e, 1)
	if !slices.Equal(s.asked, []string{"signal onboarding/C-1/1"}) {
		t.Errorf("swept %v", s.asked)
	}
}

func TestTheSweeperForwardsWhatACrashLeftAndGoesOnAfterAFailure(t *testing.T) {
	e, s := begun(t)
	for _, id := range []string{"e-1", "e-2", "e-3"} {
		if _, err := e.Journal.Receive(t.Context(), "C-1", onboarding.Event{ID: id, Kind: onboarding.EventLogin}); err != nil {
			t.Fatal(err)
		}
	}
	s.answers = []error{nil, gone}
	sweep(t, e, 2)
	sweep(t, e, 1)
	sweep(t, e, 0)
}

func sweep(t *testing.T, e *engine.Engine, want int) {
	t.Helper()
	n, err := e.Sweep(t.Context(), time.Now().Add(time.Minute), slog.New(slog.DiscardHandler))
	if err != nil || n != want {
		t.Errorf("swept %d, %v; want %d", n, err, want)
	}
}
