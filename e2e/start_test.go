package e2e

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTenStartsAtOnceAreOneOnboarding(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	p := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", "ONCE")
	var fresh atomic.Int32
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			started, err := s.engine.Start(t.Context(), p.start, time.Now())
			if err != nil {
				t.Error(err)
			}
			if started.Fresh {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d of ten starts were fresh, want 1", fresh.Load())
	}
	id := onboarding.WorkflowID("ONCE", 1)
	if err := s.skipper.To(t.Context(), id, p.start.Contract.SignedAt.Add(longest)); err != nil {
		t.Fatal(err)
	}
	if n := len(sentFacts(s.entries("ONCE", 1), "welcome")); n != 1 {
		t.Errorf("the welcome went %d times", n)
	}

	t.Run("a start after the end does nothing", func(t *testing.T) {
		before := len(s.runs(t, id))
		started, err := s.engine.Start(t.Context(), p.start, time.Now())
		if err != nil || started.Fresh {
			t.Errorf("the answer is %+v, %v", started, err)
		}
		if ended, err := s.skipper.Ended(t.Context(), id); err != nil || !ended || len(s.runs(t, id)) != before {
			t.Errorf("the onboarding lives again (%v)", err)
		}
	})
	t.Run("a start with another content is refused", func(t *testing.T) {
		other := p.start
		other.Contract.Product = "another product"
		if _, err := s.engine.Start(t.Context(), other, time.Now()); err == nil {
			t.Error("it was taken")
		}
	})
	t.Run("ten restarts at once are run 2", func(t *testing.T) {
		second := p.start
		second.Contract.SignedAt = time.Now().Add(time.Minute).UTC().Truncate(time.Second)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				started, err := s.engine.Restart(t.Context(), second, time.Now())
				var refused *engine.Refused // the one that came after run 2 had begun
				if err != nil && !errors.As(err, &refused) {
					t.Error(err)
				}
				if err == nil && started.Run != 2 {
					t.Errorf("a restart is run %d", started.Run)
				}
			})
		}
		wg.Wait()
		id := onboarding.WorkflowID("ONCE", 2)
		if err := s.skipper.To(t.Context(), id, second.Contract.SignedAt.Add(longest)); err != nil {
			t.Fatal(err)
		}
		if n := len(sentFacts(s.entries("ONCE", 2), "welcome")); n != 1 {
			t.Errorf("the welcome of run 2 went %d times", n)
		}
	})
}
