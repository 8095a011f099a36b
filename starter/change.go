package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// moved is a promise that an event would change.
type moved struct {
	Touch  string     `json:"touch"`
	Change string     `json:"change"` // added, removed, moved, goes_now
	Before *time.Time `json:"before"`
	After  *time.Time `json:"after"`
	Reason string     `json:"reason,omitempty"` // of removed
}

// Kinds of a change.
const (
	changeAdded   = "added"
	changeRemoved = "removed"
	changeMoved   = "moved"
	changeNow     = "goes_now"
)

// trial plays an event on the state of a running onboarding, here and without consequences.
type trial struct {
	state journey.State
	plan  *onboarding.Playbook // it follows now
	next  *onboarding.Playbook // it would follow; the same unless the event is adopted
}

// running asks a running onboarding for its state and finds its playbook.
func (a *app) running(ctx context.Context, contract string) (trial, error) {
	eng, err := a.engine(ctx)
	if err != nil {
		return trial{}, err
	}
	state, err := eng.State(ctx, contract)
	if err != nil {
		return trial{}, err
	}
	book, err := a.shelved(ctx, state.Start.Playbook)
	if err != nil {
		return trial{}, err
	}
	return trial{state: state, plan: book.Plan(), next: book.Plan()}, nil
}

// moves lists the promises that the event would change, in the order in which they come now.
func (t trial) moves(ev onboarding.Event) ([]moved, error) {
	before := journey.New(t.plan).Promises(t.state)
	state, step := journey.New(t.plan).Apply(t.state, latest(t.state.Now, clock()), journey.Message{Event: &ev})
	core := journey.New(t.next)
	cal, err := calendar.ForContract(journey.PlanInput(state.Start.Contract, state.Now))
	if err != nil {
		return nil, err
	}
	state, after := core.Apply(state, state.Now, journey.Message{Calendar: &cal})
	reasons := map[string]string{}
	for _, f := range append(step.Facts, after.Facts...) {
		if f.Entry.Kind == onboarding.EntryTouchDropped {
			reasons[f.Entry.Touch] = f.Entry.Reason
		}
	}
	going := map[string]bool{}
	for _, o := range append(step.Orders, after.Orders...) {
		going[o.Touch] = true
	}
	return compare(before, core.Promises(state), reasons, going), nil
}

// compare sets the promises before beside those after.
func compare(before, after []onboarding.Promise, dropped map[string]string, going map[string]bool) []moved {
	var out []moved
	for _, b := range before {
		i := slices.IndexFunc(after, func(p onboarding.Promise) bool { return p.Touch == b.Touch })
		switch {
		case i < 0 && going[b.Touch]:
			out = append(out, moved{Touch: b.Touch, Change: changeNow, Before: b.DueAt})
		case i < 0:
			out = append(out, moved{Touch: b.Touch, Change: changeRemoved, Before: b.DueAt, Reason: dropped[b.Touch]})
		case !sameInstant(b.DueAt, after[i].DueAt):
			out = append(out, moved{Touch: b.Touch, Change: changeMoved, Before: b.DueAt, After: after[i].DueAt})
		}
	}
	for _, p := range after {
		if !slices.ContainsFunc(before, func(b onboarding.Promise) bool { return p.Touch == b.Touch }) {
			out = append(out, moved{Touch: p.Touch, Change: changeAdded, After: p.DueAt})
		}
	}
	return out
}

func sameInstant(x, y *time.Time) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.Equal(*y)
}

// printMoves writes the table of a preview.
func printMoves(w io.Writer, moves []moved) {
	if len(moves) == 0 {
		fmt.Fprintln(w, "no promise is added, removed or moved")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "touch\tbefore\tafter")
	for _, m := range moves {
		before, after := due(m.Before), due(m.After)
		switch m.Change {
		case changeMoved:
			before, after = besides(m.Before, m.After)
		case changeAdded:
			before = "-"
		case changeNow:
			after = "goes at once"
		case changeRemoved:
			after = "does not go"
			if m.Reason != "" {
				after += ": " + m.Reason
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", m.Touch, before, after)
	}
	_ = t.Flush()
}

// besides are two instants to be read side by side, with their offsets where these differ.
func besides(before, after *time.Time) (string, string) {
	if before == nil || after == nil || before.Format("-0700") == after.Format("-0700") {
		return due(before), due(after)
	}
	return before.Format(yearTime + " -07:00"), after.Format(yearTime + " -07:00")
}
