package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/wiring"
)

// longest is beyond the end of every onboarding.
const longest = 200 * 24 * time.Hour

// play is one onboarding that a test carries through its days.
type play struct {
	start   journey.Start
	events  []onboarding.Event
	started engine.Started
}

func (p *play) contract() string { return p.start.Contract.ID }

// play makes ready a contract with what happens to its customer.
func (s *system) play(contract, script, id string) *play {
	s.t.Helper()
	told := readScenario(s.t, script)
	c := s.contract(contract, id, told.People)
	zone, err := time.LoadLocation(c.Customer.TimeZone)
	if err != nil {
		s.t.Fatal(err)
	}
	p := &play{start: s.begin(c), events: told.Events(c.SignedAt, zone)}
	p.start.Peers = told.Peers
	return p
}

// carry starts an onboarding and carries it to its end, whatever becomes of the worker and the server meanwhile: a step
// that fails is taken again, an event that was acknowledged is never told again.
func (s *system) carry(ctx context.Context, p *play) error {
	again := func(step func(context.Context) error) error {
		for {
			err := func() error {
				ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
				defer cancel()
				return step(ctx)
			}()
			if err == nil {
				return nil
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s: %w", p.contract(), err)
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
	err := again(func(ctx context.Context) (err error) {
		p.started, err = s.engine.Start(ctx, p.start, time.Now())
		return err
	})
	if err != nil {
		return err
	}
	id := p.started.WorkflowID
	to := func(ctx context.Context, at time.Time) error {
		if err := s.stands(ctx, id); err != nil {
			return err
		}
		return s.skipper.To(ctx, id, at)
	}
	for _, e := range p.events {
		if err := again(func(ctx context.Context) error { return to(ctx, e.At) }); err != nil {
			return err
		}
		err := again(func(ctx context.Context) error {
			_, err := s.engine.Tell(ctx, p.contract(), e)
			var no *engine.Refused
			if errors.Is(err, engine.ErrEnded) || errors.As(err, &no) && e.Kind.OfPeers() {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return again(func(ctx context.Context) error {
		if err := to(ctx, p.started.SignedAt.Add(longest)); err != nil {
			return err
		}
		if ended, err := s.skipper.Ended(ctx, id); err != nil || !ended {
			return errors.Join(err, errors.New("it has not ended"))
		}
		return nil
	})
}

// stands waits until no fast-forward is under way, such as one whose caller lost the server. Another one that begins
// between a skip and the timer it skipped to goes past that timer (server 1.32.1).
func (s *system) stands(ctx context.Context, id string) error {
	for {
		d, err := s.engine.Temporal.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return err
		}
		running := d.WorkflowExecutionInfo.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
		if !running || !d.WorkflowExtendedInfo.GetTimeSkippingInfo().GetEffectiveConfig().GetEnabled() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// carryAll carries many onboardings at once and returns what waits for them.
func (s *system) carryAll(ctx context.Context, plays []*play) (wait func(t *testing.T), running func() bool) {
	failed := make(chan error, len(plays))
	for _, p := range plays {
		go func() { failed <- s.carry(ctx, p) }()
	}
	wait = func(t *testing.T) {
		t.Helper()
		for range plays {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	}
	return wait, func() bool { return len(failed) < len(plays) }
}

// rehearse plays the same on the core alone.
func (s *system) rehearse(p *play) []onboarding.Entry {
	s.t.Helper()
	cfg, err := config.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	settings, err := wiring.Settings(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	told, err := journey.New(s.book.Plan()).Play(p.start, slices.Clone(p.events), activities.Rehearsal{
		Book: s.book, Settings: settings, Calendars: calendar.ForContract, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	return told.Entries
}

// entries are the facts that the journal holds of a run, in their order.
func (s *system) entries(contract string, run int) []onboarding.Entry {
	s.t.Helper()
	facts, err := s.journal.Facts(context.WithoutCancel(s.t.Context()), contract, run)
	if err != nil {
		s.t.Fatal(err)
	}
	out := make([]onboarding.Entry, len(facts))
	for i, f := range facts {
		if f.Seq != i+1 {
			s.t.Errorf("%s/%d: fact %d is missing", contract, run, i+1)
		}
		out[i] = f.Entry
	}
	return out
}

// only are the entries of a kind.
func only(entries []onboarding.Entry, kind onboarding.EntryKind) []onboarding.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e onboarding.Entry) bool { return e.Kind != kind })
}
