package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// lastDay is beyond the end of every onboarding: day 130 and some pauses.
const lastDay = 200 * 24 * time.Hour

// Play carries an onboarding through its days on a development server: it fast-forwards to each event, waits until
// nothing is under way, tells it, and goes on to the end. Events are sorted by instant. The contract's signature should
// lie a little ahead of the machine's clock, since virtual time only runs forward.
func (s Skipper) Play(ctx context.Context, start journey.Start, events []onboarding.Event) (Started, error) {
	started, err := s.Engine.Start(ctx, start, time.Now())
	if err != nil {
		return started, err
	}
	if !started.Fresh {
		return started, fmt.Errorf("contract %s was played here before: give it another contract_id", start.Contract.ID)
	}
	if len(events) > 0 && !events[0].At.After(started.SignedAt) { // what was before the signature is told once all has begun
		if err := s.begun(ctx, started); err != nil {
			return started, err
		}
	}
	return started, s.Follow(ctx, started, events, started.SignedAt.Add(lastDay))
}

// begun comes to the signature and waits until the onboarding has begun: an event that waits for an answer would wait for
// that, and the clock stands still while it does.
func (s Skipper) begun(ctx context.Context, started Started) error {
	contract, _, err := onboarding.ParseWorkflowID(started.WorkflowID)
	if err != nil {
		return err
	}
	if err := s.To(ctx, started.WorkflowID, started.SignedAt); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if _, err := s.Engine.State(ctx, contract); err == nil {
			return s.Quiet(ctx, started.WorkflowID)
		}
		pause(ctx, lookAgain)
	}
	return ctx.Err()
}

// Follow plays the events on an onboarding that runs already, then lets it come to an instant, or to its end.
func (s Skipper) Follow(ctx context.Context, started Started, events []onboarding.Event, until time.Time) error {
	id := started.WorkflowID
	contract, _, err := onboarding.ParseWorkflowID(id)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.To(ctx, id, e.At); err != nil {
			return err
		}
		if ended, err := s.Ended(ctx, id); err != nil || ended {
			return err
		}
		_, err := s.Engine.Tell(ctx, contract, e)
		if errors.Is(err, ErrEnded) {
			return nil
		}
		var no *Refused
		if errors.As(err, &no) && e.Kind.OfPeers() {
			err = nil // as in a rehearsal it is told, and changes nothing
		}
		if err != nil {
			return fmt.Errorf("event %s (%s): %w", e.ID, e.Kind, err)
		}
		if err := s.Quiet(ctx, id); err != nil {
			return err
		}
	}
	return s.To(ctx, id, until)
}
