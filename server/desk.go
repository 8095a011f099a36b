package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/slack/interact"
)

// desk is what Slack's door asks of the engine and the journal.
type desk struct {
	engine interface {
		Tell(ctx context.Context, contract string, e onboarding.Event) (engine.Told, error)
		State(ctx context.Context, contract string) (journey.State, error)
	}
	journal *journal.Journal
	// virtual: the customers' clocks are not ours, since the server skips idle time.
	virtual bool
}

var (
	_ interact.Teller = desk{}
	_ interact.Office = desk{}
)

// Tell gives an event to the engine. On a virtual clock a click happens when the onboarding hears of it: our own instant
// may lie before the signature, and what was before it moves nothing.
func (d desk) Tell(ctx context.Context, contract string, e onboarding.Event) (bool, error) {
	if d.virtual {
		e.At = time.Time{}
	}
	told, err := d.engine.Tell(ctx, contract, e)
	var no *engine.Refused
	switch {
	case errors.As(err, &no):
		return told.Fresh, &interact.Refused{Reason: no.Reason}
	case errors.Is(err, engine.ErrEnded):
		return told.Fresh, &interact.Refused{Reason: engine.ErrEnded.Error()}
	case errors.Is(err, engine.ErrUnknown):
		return told.Fresh, fmt.Errorf("%w: %w", interact.ErrUnknown, err)
	}
	return told.Fresh, err
}

// Standing reads the newest run from the journal.
func (d desk) Standing(ctx context.Context, contract string) (interact.Standing, error) {
	row, err := d.journal.Contract(ctx, contract)
	if errors.Is(err, journal.ErrNotFound) {
		return interact.Standing{}, fmt.Errorf("%w: %s", interact.ErrUnknown, contract)
	}
	return interact.Standing{Contract: row.Contract, Run: row.Run, EndedAt: row.Status.EndedAt, EndedFor: row.Status.EndedFor}, err
}

// Case asks the running onboarding.
func (d desk) Case(ctx context.Context, contract, id string) (interact.Case, bool, error) {
	state, err := d.engine.State(ctx, contract)
	if err != nil {
		return interact.Case{}, false, fmt.Errorf("ask for the case: %w", err)
	}
	for _, c := range state.Open {
		if c.ID == id {
			return interact.Case{Status: c.Status, By: c.By, Outcome: c.Outcome}, true, nil
		}
	}
	return interact.Case{}, false, nil
}

// People are those of people.yaml.
func (d desk) People(ctx context.Context) ([]onboarding.Person, error) { return d.journal.People(ctx) }
