package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// underWay starts a quiet onboarding and brings it to its fifth day.
func (s *system) underWay(t *testing.T, id string) {
	t.Helper()
	p := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", id)
	started, err := s.engine.Start(t.Context(), p.start, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.skipper.To(t.Context(), started.WorkflowID, started.SignedAt.Add(5*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func TestAnEventThatACrashLeftInTheInboxReachesTheOnboardingOnce(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	s.underWay(t, "SWEPT")
	for _, e := range []onboarding.Event{
		{ID: "stored-question", Kind: onboarding.EventQuestion, Reason: "stored-question"},
		{ID: "stored-ack", Kind: onboarding.EventAcknowledged, Reason: "stored-ack"},
	} {
		// What a webhook does before it is killed.
		if _, err := s.journal.Receive(t.Context(), "SWEPT", e); err != nil {
			t.Fatal(err)
		}
	}
	s.settledOnce(t, "SWEPT", []string{"stored-question", "stored-ack"})
}

func TestEventsToldWhileTemporalIsDownReachTheOnboardingOnceWhenItIsUp(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.startWorker()
	s.underWay(t, "DOWN")
	s.server.kill9()
	ids := []string{"down-question", "down-ack", "down-twice"}
	for _, e := range []onboarding.Event{
		{ID: ids[0], Kind: onboarding.EventQuestion}, {ID: ids[1], Kind: onboarding.EventAcknowledged},
		{ID: ids[2], Kind: onboarding.EventLogin}, {ID: ids[2], Kind: onboarding.EventLogin},
	} {
		e.Reason = e.ID
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, err := s.engine.Tell(ctx, "DOWN", e); err == nil {
			t.Errorf("%s was told to a server that is down, and there is no error", e.ID)
		}
		cancel()
		kept, err := s.journal.InboxEvent(t.Context(), "DOWN", e.ID)
		if err != nil || kept.State != journal.InboxReceived {
			t.Fatalf("%s is %s in the inbox (%v), want it kept for the sweeper", e.ID, kept.State, err)
		}
	}
	s.server.restart()
	s.settledOnce(t, "DOWN", ids)
}

func TestAnEventOfAnUnknownContractIsKeptAndReachesItWhenItStarts(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	e := onboarding.Event{ID: "early", Kind: onboarding.EventQuestion, Reason: "early"}
	if _, err := s.engine.Tell(t.Context(), "ORPHAN", e); err == nil {
		t.Error("an event of a contract that nobody knows was told without an error")
	}
	s.underWay(t, "ORPHAN")
	s.settledOnce(t, "ORPHAN", []string{"early"})
}
