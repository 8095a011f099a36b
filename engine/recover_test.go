package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// story is what run 1 recorded: a mail that went, one that ops left out, milestones and a complaint.
var story = []onboarding.Entry{
	{At: signed.Add(-1), Kind: onboarding.EntryEvent, Event: onboarding.EventInstalled}, // history
	{At: signed, Kind: onboarding.EntryTouchSent, Touch: "welcome"},
	{At: soon, Kind: onboarding.EntryEvent, Event: onboarding.EventContacted},
	{At: soon.Add(1e9), Kind: onboarding.EntryEvent, Event: onboarding.EventContacted},
	{At: soon, Kind: onboarding.EntryEvent, Event: onboarding.EventKickoffBooked},
	{At: soon, Kind: onboarding.EntryEvent, Event: onboarding.EventComplaint},
	{At: soon, Kind: onboarding.EntryEvent, Event: onboarding.EventTouchSkipped, Touch: "peer-offer"},
	{At: soon, Kind: onboarding.EntryTouchDropped, Touch: "peer-offer", Reason: "skipped"},
	{At: soon, Kind: onboarding.EntryTouchHeld, Touch: "case-history-1", Reason: "complaint"},
}

// before is an engine whose journal holds the story of a run, and the ledger one mail that no fact tells of.
func before(t *testing.T) (*engine.Engine, *scripted) {
	t.Helper()
	e, s := begun(t)
	told(t, e, len(story), story...)
	row := onboarding.Send{Key: "C-1/1/refund-reminder#g", Contract: "C-1", Run: 1, Touch: "refund-reminder", Class: onboarding.ClassService,
		Channel: onboarding.ChannelEmail, Address: "g@x.example", At: soon}
	if _, err := e.Journal.Reserve(t.Context(), row, onboarding.Limits{}, 0); err != nil {
		t.Fatal(err)
	}
	return e, s
}

func TestARunThatTemporalLostGoesOnFromTheJournal(t *testing.T) {
	for name, c := range map[string]struct {
		answers   []error
		described enums.WorkflowExecutionStatus
		seq       int
		want      string
	}{
		"lost":             {[]error{gone}, 0, 0, "describe onboarding/C-1/1"},
		"closed by hand":   {nil, enums.WORKFLOW_EXECUTION_STATUS_TERMINATED, 0, "describe onboarding/C-1/1"},
		"older than it is": {nil, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, 3, "describe onboarding/C-1/1, query onboarding/C-1/1, terminate onboarding/C-1/1"},
	} {
		t.Run(name, func(t *testing.T) {
			e, s := before(t)
			s.answers, s.asked, s.state = c.answers, nil, journey.State{Seq: c.seq}
			s.described = &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: c.described}}
			r, err := e.Recovery(t.Context(), "C-1")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(r.Settled, " "); got != "welcome peer-offer refund-reminder" {
				t.Errorf("settled %q", got)
			}
			var untold []string
			for _, u := range r.Untold {
				untold = append(untold, string(u.Event))
			}
			if got := strings.Join(untold, " "); got != "kickoff_booked complaint" {
				t.Errorf("untold %q", got)
			}
			want := []journey.Milestone{{Fact: onboarding.FactContacted, At: soon}, {Fact: onboarding.FactKickoffBooked, At: soon}}
			if !slices.Equal(r.Milestones, want) {
				t.Errorf("milestones %v; want %v", r.Milestones, want)
			}
			next := start(func(s *journey.Start) { s.Joined, s.Milestones = soon, r.Milestones })
			s.answers = nil
			if _, err := e.Tell(t.Context(), "C-1", onboarding.Event{ID: "e-1", Kind: onboarding.EventQuestion}); err != nil {
				t.Fatal(err) // the old run took it, and could not record it
			}
			s.asked = s.asked[:len(s.asked)-1]
			started, err := e.Recover(t.Context(), r, next, soon)
			kept(t, e, journal.InboxReceived, "")
			if err != nil || started.Run != 2 || !started.Fresh {
				t.Fatalf("run %d, fresh %v, %v", started.Run, started.Fresh, err)
			}
			if got, want := strings.Join(s.asked, ", "), c.want+", start onboarding/C-1/2"; got != want {
				t.Errorf("asked %s; want %s", got, want)
			}
			if in := s.begun[len(s.begun)-1]; !slices.Equal(in.Settled, r.Settled) || in.Paused || in.Start.Run != 2 {
				t.Errorf("run %d began with %v settled, paused %v", in.Start.Run, in.Settled, in.Paused)
			}
		})
	}
}

func TestARecoveryThatWasCutInTwoIsFinishedByAnotherAndByNothingElse(t *testing.T) {
	e, s := before(t)
	paused := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: soon, Playbook: "hash", Paused: true}}
	if err := e.Journal.Record(t.Context(), paused); err != nil {
		t.Fatal(err)
	}
	s.answers = []error{gone}
	r, err := e.Recovery(t.Context(), "C-1")
	if err != nil {
		t.Fatal(err)
	}
	next := start(func(s *journey.Start) { s.Joined = soon })
	s.answers = []error{down}
	if _, err := e.Recover(t.Context(), r, next, soon); !errors.Is(err, engine.ErrUnreachable) {
		t.Fatalf("it was not cut: %v", err)
	}
	for name, begin := range map[string]func(context.Context, journey.Start, time.Time) (engine.Started, error){
		"start": e.Start, "restart": e.Restart,
	} {
		s.answers = []error{gone, gone}
		if _, err := begin(t.Context(), start(), soon); !errors.Is(err, engine.ErrLost) || !strings.Contains(err.Error(), "--from-journal") {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.answers = []error{gone}
	if r, err = e.Recovery(t.Context(), "C-1"); err != nil {
		t.Fatal(err)
	}
	s.answers = nil
	started, err := e.Recover(t.Context(), r, next, soon)
	if err != nil || started.Run != 2 {
		t.Fatalf("run %d, %v", started.Run, err)
	}
	if in := s.begun[len(s.begun)-1]; len(in.Settled) != 3 || !in.Paused || in.Start.Run != 2 {
		t.Errorf("run %d began with %v settled, paused %v", in.Start.Run, in.Settled, in.Paused)
	}
}

func TestWhatIsNotLostIsNotRecovered(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, e *engine.Engine, s *scripted)
		says    string
	}{
		"one that runs and is not behind": {func(t *testing.T, e *engine.Engine, s *scripted) {
			told(t, e, 3)
			s.state = journey.State{Seq: 3}
		}, "not behind the journal"},
		"one that has ended": {func(t *testing.T, e *engine.Engine, _ *scripted) { told(t, e, 1); end(t, e) }, "has ended: restart it without --from-journal"},
		"one that recorded nothing": {func(_ *testing.T, _ *engine.Engine, s *scripted) {
			s.answers = []error{gone}
		}, "start it again with the same contract"},
	} {
		t.Run(name, func(t *testing.T) {
			e, s := begun(t)
			c.prepare(t, e, s)
			s.asked = nil
			_, err := e.Recovery(t.Context(), "C-1")
			var no *engine.Refused
			if !errors.As(err, &no) || !strings.Contains(no.Reason, c.says) {
				t.Errorf("answered %v; want a refusal that says %q", err, c.says)
			}
			if slices.ContainsFunc(s.asked, func(call string) bool { return strings.HasPrefix(call, "terminate") }) {
				t.Errorf("asked %q", s.asked)
			}
		})
	}
	e, _ := newEngine(t)
	if _, err := e.Recovery(t.Context(), "C-9"); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("of an unknown contract: %v", err)
	}
}

func TestALostOnboardingNamesItsRemedy(t *testing.T) {
	e, s := begun(t)
	ask := func() string {
		s.answers = []error{gone}
		_, err := e.State(context.WithoutCancel(t.Context()), "C-1")
		if !errors.Is(err, engine.ErrLost) {
			t.Errorf("answered %v", err)
		}
		return err.Error()
	}
	if got := ask(); !strings.Contains(got, "start it again with the same contract") {
		t.Errorf("before its first step: %s", got)
	}
	told(t, e, 1)
	if got := ask(); !strings.Contains(got, "starter restart C-1 --from-journal") {
		t.Errorf("after it: %s", got)
	}
}
