package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// storm is what many tellers say at once while an onboarding hands over from run to run.
type storm struct {
	tellers, each int
	name          string // of its events
	mu            sync.Mutex
	ids           []string // every event's
	unanswered    []string // those whose teller got an error
	ended         []string // those that were answered with no, since they came after the end
}

// tell tells events without a pause until the onboarding has ended or each teller has said all of his, every third one
// twice, and every fourth one as an update that waits for its answer.
func (st *storm) tell(ctx context.Context, s *system, contract string) (wait func()) {
	var wg sync.WaitGroup
	for teller := range st.tellers {
		wg.Go(func() {
			for n := range st.each {
				e := onboarding.Event{ID: fmt.Sprintf("%s-%02d-%02d", st.name, teller, n), Kind: onboarding.EventQuestion}
				if n%4 == 3 {
					e.Kind = onboarding.EventAcknowledged
				}
				e.Reason = e.ID
				st.offer(ctx, s, contract, e)
				if n%3 == 2 {
					st.again(ctx, s, contract, e)
				}
			}
		})
	}
	return wg.Wait
}

func (st *storm) offer(ctx context.Context, s *system, contract string, e onboarding.Event) {
	told, err := s.engine.Tell(ctx, contract, e)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.ids = append(st.ids, e.ID)
	var no *engine.Refused
	switch {
	case errors.Is(err, engine.ErrEnded), errors.As(err, &no):
		st.ended = append(st.ended, e.ID)
	case err != nil:
		s.t.Logf("%s: %v", e.ID, err)
		st.unanswered = append(st.unanswered, e.ID)
	case !told.Fresh:
		s.t.Errorf("%s was told for the first time, and the answer says that it was told before", e.ID)
	case e.Kind.Answered() && told.Phase == "":
		s.t.Errorf("%s waits for an answer and got an empty one", e.ID)
	}
}

// told counts the events of which the tellers have had an answer.
func (st *storm) told() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.ids)
}

func (st *storm) again(ctx context.Context, s *system, contract string, e onboarding.Event) {
	told, err := s.engine.Tell(ctx, contract, e)
	if err == nil && told.Fresh {
		s.t.Errorf("%s was told before, and the answer says that it is new", e.ID)
	}
}

func TestEveryEventOfAStormIsTakenOnceWhileTheOnboardingContinuesAsNew(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	p := s.play("../examples/acme.json", "../examples/scenarios/good-path.yaml", "STORM")
	started, err := s.engine.Start(t.Context(), p.start, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	// These move it from phase to phase, hence from run to run: each comes in the midst of a storm.
	moving := []onboarding.EventKind{onboarding.EventKickoffHeld, onboarding.EventInstalled, onboarding.EventFirstValue, onboarding.EventGoalReached}
	var ids []string
	met := 0
	for i, e := range p.events {
		if !slices.Contains(moving, e.Kind) {
			if err := s.skipper.Follow(t.Context(), started, p.events[i:i+1], e.At); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := s.skipper.To(t.Context(), started.WorkflowID, e.At); err != nil {
			t.Fatal(err)
		}
		st := &storm{name: fmt.Sprintf("storm-%d", met), tellers: 20, each: 6}
		met++
		wait := st.tell(t.Context(), s, "STORM")
		await(t, "a third of the storm", func() bool { return st.told() >= st.tellers*st.each/3 })
		if _, err := s.engine.Tell(t.Context(), "STORM", e); err != nil {
			t.Error(err)
		}
		wait()
		ids = append(ids, st.ids...)
		if len(st.unanswered)+len(st.ended) > 0 {
			t.Errorf("in storm %d %d tellers got an error, and %d a no", met, len(st.unanswered), len(st.ended))
		}
	}
	if err := s.skipper.To(t.Context(), started.WorkflowID, started.SignedAt.Add(longest)); err != nil {
		t.Fatal(err)
	}
	runs := s.runs(t, started.WorkflowID)
	s.settledOnce(t, "STORM", ids)
	t.Logf("%d events in %d storms of 20 tellers over %d runs", len(ids), met, len(runs))
	if len(runs) < 6 {
		t.Errorf("the onboarding continued as new %d times, want 5 or more", len(runs)-1)
	}
}

func TestEveryEventOfAStormIsTakenOnceWhenWorkersAreKilledInIt(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	w := s.startWorker()
	s.underWay(t, "CRASH")
	st := &storm{name: "storm", tellers: 20, each: 12}
	wait := st.tell(t.Context(), s, "CRASH")
	for _, after := range []int{40, 100, 160} {
		await(t, "some more events", func() bool { return st.told() >= after })
		// Just when the journal has a fact and Temporal may not have the workflow task yet that gave it.
		for n := len(s.entries("CRASH", 1)); len(s.entries("CRASH", 1)) == n; {
			if t.Context().Err() != nil {
				t.Fatal("no fact came")
			}
		}
		w.kill9()
		w.restart()
	}
	wait()
	s.settledOnce(t, "CRASH", st.ids)
	t.Logf("%d events by %d tellers, 3 workers killed: %d got an error and were swept up", len(st.ids), st.tellers, len(st.unanswered))
}

func TestEveryEventOfAStormThatOutlastsTheOnboardingIsAppliedOrSettledAsEnded(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	p := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", "LAST")
	started, err := s.engine.Start(t.Context(), p.start, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.skipper.To(t.Context(), started.WorkflowID, started.SignedAt.Add(50*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	st := &storm{name: "storm", tellers: 20, each: 12}
	wait := st.tell(t.Context(), s, "LAST")
	await(t, "a third of the storm", func() bool { return st.told() >= st.tellers*st.each/3 })
	if _, err := s.engine.Tell(t.Context(), "LAST", onboarding.Event{ID: "the-end", Kind: onboarding.EventEnded, Reason: "the-end"}); err != nil {
		t.Fatal(err)
	}
	wait()
	for n := range 3 {
		st.offer(t.Context(), s, "LAST", onboarding.Event{ID: fmt.Sprintf("late-%d", n), Kind: onboarding.EventQuestion, Reason: fmt.Sprintf("late-%d", n)})
	}
	ended := s.settledOnce(t, "LAST", append(st.ids, "the-end"))
	t.Logf("%d events, %d of them after the end", len(st.ids)+1, ended)
	if ended < 3 {
		t.Error("three events were told after the end")
	}
	if ended > len(st.ids)-10 {
		t.Error("nearly all events came after the end: the storm did not meet it")
	}
}

// settledOnce checks that the inbox has settled every event: as applied, with one entry in the story, or as ended, with
// none; and returns how many were ended.
func (s *system) settledOnce(t *testing.T, contract string, ids []string) (ended int) {
	t.Helper()
	stands := func(id string) journal.InboxEvent {
		e, err := s.journal.InboxEvent(t.Context(), contract, id)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	for _, id := range ids {
		awaitFor(t, 30*time.Second, id+" to be settled, which is "+string(stands(id).State),
			func() bool { return stands(id).State == journal.InboxSettled })
	}
	entries := map[string]int{}
	for _, e := range only(s.entries(contract, 1), onboarding.EntryEvent) {
		entries[e.Reason]++
	}
	for _, id := range ids {
		switch outcome := stands(id).Outcome; {
		case outcome == journal.OutcomeApplied:
			if entries[id] != 1 {
				t.Errorf("%s was applied and has %d entries", id, entries[id])
			}
		case outcome == journal.OutcomeEnded, strings.HasPrefix(outcome, journal.OutcomeRefused):
			if ended++; entries[id] != 0 {
				t.Errorf("%s came after the end and has %d entries", id, entries[id])
			}
		default:
			t.Errorf("the outcome of %s is %q", id, outcome)
		}
	}
	return ended
}
