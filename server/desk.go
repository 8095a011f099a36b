package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/slack/interact"
	"github.com/centogiorni/centogiorni/wiring"
)

// desk is what Slack's door asks of the engine and the journal.
type desk struct {
	engine interface {
		Tell(ctx context.Context, contract string, e onboarding.Event) (engine.Told, error)
		State(ctx context.Context, contract string) (journey.State, error)
	}
	journal *journal.Journal
	// books and settings are what a mail is written with.
	books    *wiring.Shelf
	settings playbook.Settings
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

// Draft asks the running onboarding for the mail.
func (d desk) Draft(ctx context.Context, contract, touch string) (interact.Draft, bool, error) {
	return d.write(ctx, contract, func(j journey.Journey, s journey.State) (onboarding.Order, bool) { return j.Draft(s, touch) })
}

// DraftOn is Draft for the first mail of the playbook that the event would set off.
func (d desk) DraftOn(ctx context.Context, contract, about string, event onboarding.EventKind) (interact.Draft, bool, error) {
	return d.write(ctx, contract, func(j journey.Journey, s journey.State) (onboarding.Order, bool) { return j.DraftOn(s, about, event) })
}

// write makes a mail as the onboarding would order it, to the first of its recipients.
func (d desk) write(ctx context.Context, contract string, draft func(journey.Journey, journey.State) (onboarding.Order, bool)) (interact.Draft, bool, error) {
	state, err := d.engine.State(ctx, contract)
	if err != nil {
		return interact.Draft{}, false, fmt.Errorf("ask for a mail: %w", err)
	}
	book, err := d.books.Find(ctx, state.Start.Playbook)
	if err != nil {
		return interact.Draft{}, false, err
	}
	order, ok := draft(journey.New(book.Plan()), state)
	if !ok {
		return interact.Draft{}, false, nil
	}
	contacts := order.Contract.Customer.Contacts
	i := slices.IndexFunc(contacts, func(c onboarding.Contact) bool { return c.ID == order.To[0] })
	if i < 0 {
		return interact.Draft{}, false, nil
	}
	mail, err := book.Draft(order, contacts[i], d.settings)
	return interact.Draft{Subject: mail.Subject, Body: mail.Body, Recipients: len(order.To), Personal: mail.Personal}, err == nil, err
}

// People are those of people.yaml.
func (d desk) People(ctx context.Context) ([]onboarding.Person, error) { return d.journal.People(ctx) }
