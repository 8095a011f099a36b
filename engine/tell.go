package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
	"github.com/centogiorni/centogiorni/workflows"
)

// How long a message is offered again, with the same id, while a run hands over to the next, a server restarts or a
// worker fetches a playbook; and how often to a run that looks closed.
const (
	tellPatience  = 20 * time.Second
	sweepPatience = 5 * time.Second
	closedTries   = 8
	recordedIn    = 5 * time.Second
)

// Told is the answer to an event.
type Told struct {
	ID    string           `json:"id"`
	Fresh bool             `json:"fresh"` // false: this event was told before
	Phase onboarding.Phase `json:"phase,omitempty"`
}

// Tell stores an event in the inbox and forwards it. An event that waits for an answer comes back as *Refused where the
// onboarding says no; one to an ended onboarding as ErrEnded. What a crash leaves unforwarded the sweeper forwards.
func (e *Engine) Tell(ctx context.Context, contract string, ev onboarding.Event) (Told, error) {
	told, ev, err := e.keep(ctx, contract, ev)
	if err != nil {
		return told, err
	}
	if !told.Fresh {
		if was, err := e.Journal.InboxEvent(ctx, contract, ev.ID); err != nil || was.Outcome == journal.OutcomeApplied {
			return told, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, tellPatience)
	defer cancel()
	answer, err := e.forward(ctx, contract, ev)
	told.Phase = answer.Phase
	return told, err
}

// Keep stores an event in the inbox without forwarding it, where Temporal cannot be reached: the sweeper does once it can.
func (e *Engine) Keep(ctx context.Context, contract string, ev onboarding.Event) (Told, error) {
	told, _, err := e.keep(ctx, contract, ev)
	return told, err
}

func (e *Engine) keep(ctx context.Context, contract string, ev onboarding.Event) (Told, onboarding.Event, error) {
	if ev.ID == "" {
		ev.ID = uuid.NewString()
	}
	told := Told{ID: ev.ID}
	ev, err := e.heard(ctx, contract, ev)
	if err != nil {
		return told, ev, err
	}
	told.Fresh, err = e.Journal.Receive(ctx, contract, ev)
	if errors.Is(err, journal.ErrOrphan) {
		return told, ev, fmt.Errorf("%w: %s; the event is kept and follows when it starts", ErrUnknown, contract)
	}
	if err != nil {
		return told, ev, fmt.Errorf("store the event: %w", err)
	}
	return told, ev, nil
}

// heard reads a reply in the customer's language; that of an onboarding which has not started by its words alone.
func (e *Engine) heard(ctx context.Context, contract string, ev onboarding.Event) (onboarding.Event, error) {
	if ev.Kind != onboarding.EventEmailReply {
		return ev, nil
	}
	row, err := e.Row(ctx, contract)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return ev, err
	}
	return remorse.Hear(ev, row.Contract.Customer.Language), nil
}

// forward offers an event to the running onboarding and writes down what became of it.
func (e *Engine) forward(ctx context.Context, contract string, ev onboarding.Event) (workflows.Answer, error) {
	row, err := e.Row(ctx, contract)
	if err != nil {
		return workflows.Answer{}, err
	}
	if !row.Status.EndedAt.IsZero() {
		return workflows.Answer{}, e.tooLate(ctx, contract, ev)
	}
	var answer workflows.Answer
	if err = e.stored(ctx, ev); err == nil {
		answer, err = e.offer(ctx, onboarding.WorkflowID(contract, row.Run), ev)
	}
	var no *Refused
	var gone *serviceerror.NotFound
	switch {
	case err == nil:
		return answer, errors.Join(e.Journal.Forwarded(ctx, contract, ev.ID), e.recorded(ctx, contract, answer))
	case errors.As(err, &no):
		return answer, errors.Join(err, e.Journal.SettleEvent(ctx, contract, ev.ID, journal.OutcomeRefused+no.Reason))
	case errors.As(err, &gone):
		if row, err := e.Row(ctx, contract); err != nil || row.Status.EndedAt.IsZero() {
			return answer, errors.Join(lost(row), err)
		}
		return answer, e.tooLate(ctx, contract, ev)
	}
	return answer, fmt.Errorf("%w; the event is kept and follows by itself", unreachable("tell the workflow", err))
}

// stored refuses the adoption of a playbook that no worker can ever read: it would be offered for ever.
func (e *Engine) stored(ctx context.Context, ev onboarding.Event) error {
	if ev.Kind != onboarding.EventAdopted {
		return nil
	}
	_, err := e.Journal.PlaybookArchive(ctx, ev.Playbook)
	if errors.Is(err, journal.ErrNotFound) {
		return &Refused{Reason: fmt.Sprintf("playbook: %q is not in the journal: starter adopt stores it first", ev.Playbook)}
	}
	return err
}

// tooLate settles an event that came after the end.
func (e *Engine) tooLate(ctx context.Context, contract string, ev onboarding.Event) error {
	return errors.Join(ErrEnded, e.Journal.SettleEvent(ctx, contract, ev.ID, journal.OutcomeEnded))
}

// recorded waits, after an event that ended the onboarding, until the journal knows: the next command may ask for it.
func (e *Engine) recorded(ctx context.Context, contract string, answer workflows.Answer) error {
	ctx, cancel := context.WithTimeout(ctx, recordedIn)
	defer cancel()
	for answer.Ended {
		row, err := e.Row(ctx, contract)
		if err == nil && !row.Status.EndedAt.IsZero() || ctx.Err() != nil {
			break
		}
		if err != nil {
			return err
		}
		pause(ctx, 20*time.Millisecond)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// offer sends one event, again with the same id while what stands in its way goes away by itself.
func (e *Engine) offer(ctx context.Context, id string, ev onboarding.Event) (answer workflows.Answer, err error) {
	for try := 1; ; try++ {
		if ev.Kind.Answered() {
			answer, err = e.update(ctx, id, ev)
		} else {
			err = e.Temporal.SignalWorkflow(ctx, id, "", onboarding.SignalEvent, ev)
		}
		if err == nil || ctx.Err() != nil || !passing(err, try) {
			return answer, err
		}
		if pause(ctx, min(time.Duration(try)*50*time.Millisecond, time.Second)); ctx.Err() != nil {
			return answer, err // what stands in the way says more than that the time is up
		}
	}
}

// update sends an event that waits for an answer. An application error is the onboarding's no.
func (e *Engine) update(ctx context.Context, id string, ev onboarding.Event) (workflows.Answer, error) {
	var answer workflows.Answer
	h, err := e.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: onboarding.UpdateApply, UpdateID: ev.ID, Args: []any{ev},
		WaitForStage: client.WorkflowUpdateStageCompleted})
	if err == nil {
		err = h.Get(ctx, &answer)
	}
	if reason, ok := refusal(err); ok {
		return answer, &Refused{Reason: reason}
	}
	return answer, err
}

// passing reports whether an error goes away by itself while a run continues as new, a server restarts or a worker
// fetches a playbook. A run that has closed may be the one before a continue-as-new, for a moment.
func passing(err error, try int) bool {
	var down *serviceerror.Unavailable
	text := err.Error()
	return errors.As(err, &down) || notOnShelf(err) || strings.Contains(text, "unexpected workflow task failure") ||
		strings.Contains(text, "aborted by closing") || strings.Contains(text, "workflow execution already completed") && try < closedTries
}

// Sweep forwards what a crash left behind: events that were stored before the given instant and never forwarded.
func (e *Engine) Sweep(ctx context.Context, before time.Time, log *slog.Logger) (int, error) {
	waiting, err := e.Journal.Pending(ctx, before, 200)
	if err != nil {
		return 0, fmt.Errorf("read the inbox: %w", err)
	}
	n := 0
	for _, w := range waiting {
		err := e.sweep(ctx, w)
		var no *Refused
		switch {
		case err == nil, errors.Is(err, ErrEnded), errors.As(err, &no):
			n++
		default:
			log.Warn("an event waits in the inbox", "code", "inbox_waits", "contract", w.Contract, "event", w.Event.ID, "error", err)
		}
	}
	return n, nil
}

func (e *Engine) sweep(ctx context.Context, w journal.InboxEvent) error {
	ctx, cancel := context.WithTimeout(ctx, sweepPatience)
	defer cancel()
	_, err := e.forward(ctx, w.Contract, w.Event)
	return err
}
