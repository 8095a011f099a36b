package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/workflows"
)

// Recovery is what the journal holds of an onboarding that Temporal lost, or knows only as it was before: Temporal was
// restored from a backup.
type Recovery struct {
	Row        journal.ContractRow // of the run that is left
	Next       int                 // the number of the run that goes on
	Facts      int                 // recorded
	Milestones []journey.Milestone // that came, for the next run to begin with
	// Settled are the touches that went, may have gone, or were dropped: they do not go again.
	Settled []string
	// Untold are the events whose content the next run does not know: what they opened, booked or promised.
	Untold []onboarding.Entry
	// Running says that Temporal still runs it, as of an older state.
	Running bool
}

// silent are events whose whole effect the journal's rows carry over, or that have none beyond their day.
var silent = append([]onboarding.EventKind{onboarding.EventLogin, onboarding.EventPaused, onboarding.EventResumed,
	onboarding.EventOwnerChanged, onboarding.EventAmended, onboarding.EventUnsubscribed, onboarding.EventBounced,
	onboarding.EventSpamReported}, onboarding.SteeringKinds...)

// Recovery reads what a restart from the journal would take over. *Refused where there is nothing to recover: the
// onboarding has ended, never recorded anything, or runs and is not behind the journal.
func (e *Engine) Recovery(ctx context.Context, contract string) (Recovery, error) {
	row, err := e.Row(ctx, contract)
	if err != nil {
		return Recovery{}, err
	}
	cut, err := e.cut(ctx, row)
	if err != nil {
		return Recovery{}, err
	}
	r := Recovery{Row: row, Next: row.Run + 1}
	if cut { // by a crash, after the journal had the next run
		if r.Row, err = e.Journal.ContractRun(ctx, contract, row.Run-1); err != nil {
			return r, err
		}
		r.Next = row.Run
		return r, e.readStory(ctx, &r)
	}
	last, err := e.Journal.LastFact(ctx, contract, row.Run)
	switch {
	case err != nil:
		return r, err
	case !row.Status.EndedAt.IsZero():
		return r, &Refused{Reason: fmt.Sprintf("run %d has ended: restart it without --from-journal", row.Run)}
	case last == 0:
		return r, &Refused{Reason: fmt.Sprintf("the journal holds nothing of run %d: start it again with the same contract", row.Run)}
	}
	standing, err := e.standing(ctx, onboarding.WorkflowID(contract, row.Run))
	if err != nil {
		return r, err
	}
	if r.Running = standing == runs; r.Running {
		state, err := e.State(ctx, contract)
		if err != nil {
			return r, err
		}
		if state.Seq >= last { // the journal was asked first: a run that only goes on is never behind
			return r, &Refused{Reason: fmt.Sprintf("run %d runs and is not behind the journal: there is nothing to recover", row.Run)}
		}
		r.Milestones = slices.Clone(state.Milestones)
	}
	return r, e.readStory(ctx, &r)
}

// readStory goes through the facts and the ledger of the run.
func (e *Engine) readStory(ctx context.Context, r *Recovery) error {
	id, run := r.Row.Contract.ID, r.Row.Run
	facts, err := e.Journal.Facts(ctx, id, run)
	if err != nil {
		return err
	}
	r.Facts = len(facts)
	settled := func(touch string) {
		if touch != "" && !slices.Contains(r.Settled, touch) {
			r.Settled = append(r.Settled, touch)
		}
	}
	for _, f := range facts {
		switch entry := f.Entry; entry.Kind {
		case onboarding.EntryTouchSent, onboarding.EntryTouchDropped:
			settled(entry.Touch)
		case onboarding.EntryEvent:
			r.event(entry)
		}
	}
	sends, err := e.Journal.Sends(ctx, id, run)
	for _, s := range sends {
		if s.State != onboarding.SendReleased && s.State != onboarding.SendRejected {
			settled(s.Touch)
		}
	}
	return err
}

// event takes an event of the story: a milestone, the first time it came, or something the next run must be told again.
func (r *Recovery) event(entry onboarding.Entry) {
	if entry.At.Before(r.Row.Contract.SignedAt) {
		return // history, which no run reckons with
	}
	fact, milestone := entry.Event.Milestone()
	if milestone && !slices.ContainsFunc(r.Milestones, func(m journey.Milestone) bool { return m.Fact == fact }) {
		r.Milestones = append(r.Milestones, journey.Milestone{Fact: fact, At: entry.At})
	}
	dated := entry.Event == onboarding.EventKickoffBooked || entry.Event == onboarding.EventInvoiceDue // their dates are in no fact
	if (!milestone || dated) && !slices.Contains(silent, entry.Event) {
		r.Untold = append(r.Untold, entry)
	}
}

// Recover ends what Temporal still runs and begins the next run from the journal: the touches that are settled, and a
// pause, travel in its input, so nothing goes before they are known; events that the old run took and never recorded are offered
// to the new one by the sweeper. What a crash cuts in two, the same call finishes.
func (e *Engine) Recover(ctx context.Context, r Recovery, s journey.Start, now time.Time) (Started, error) {
	id := r.Row.Contract.ID
	if r.Running {
		err := e.Temporal.TerminateWorkflow(ctx, onboarding.WorkflowID(id, r.Row.Run), "", "restarted from the journal, which knows more")
		if err != nil {
			return Started{}, unreachable("end the run that is behind the journal", err)
		}
	}
	if _, err := e.Journal.OfferAgain(ctx, id); err != nil {
		return Started{}, err
	}
	s.Run, s.Rules = r.Next, journey.Rules
	started, err := e.begin(ctx, workflows.Input{Start: s, Settled: r.Settled, Paused: r.Row.Status.Paused}, now)
	started.Fresh = err == nil
	return started, err
}
