package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// recovered is the report of a restart from the journal.
type recovered struct {
	Contract string `json:"contract_id"`
	*engine.Started
	DryRun bool `json:"dry_run,omitempty"`
	// From is the run that is left, and Facts what it recorded.
	From       int               `json:"from_run"`
	Facts      int               `json:"facts"`
	Milestones []onboarding.Fact `json:"milestones"`
	Settled    []string          `json:"not_again"` // went, may have gone or were dropped
	LeftOut    []string          `json:"left_out"`  // were due meanwhile
	Untold     []untold          `json:"untold"`
	Paused     bool              `json:"paused,omitempty"`
	Joined     bool              `json:"joined,omitempty"`
}

// untold is an event that the next run does not know.
type untold struct {
	Event onboarding.EventKind `json:"event"`
	Day   int                  `json:"day"`
}

// recover shows what the journal can and cannot bring along, asks, and begins the next run.
func (a *app) recover(cmd *cobra.Command, o opening, contract string, milestones []string) error {
	ctx := cmd.Context()
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	r, err := eng.Recovery(ctx, contract)
	if err != nil {
		return err
	}
	start, err := a.nextStart(ctx, o, r, milestones)
	if err != nil {
		return err
	}
	report, err := reportRecovery(start, r, o.dryRun, a)
	if err != nil {
		return err
	}
	if o.dryRun && a.json() {
		return a.print(report)
	}
	report.say(a.previews())
	if o.dryRun {
		return a.say(report, "a dry run: nothing was changed")
	}
	if err := a.confirm(o.yes, "Restart it from the journal?"); err != nil {
		return err
	}
	started, err := eng.Recover(ctx, r, start, clock())
	if err != nil {
		return fmt.Errorf("%s: %w", contract, err)
	}
	report.Started = &started
	return a.say(report, "%s", startedSentence(contract, started))
}

// nextStart is the start of the run after one that was lost: its contract, playbook and mode as the journal has them.
func (a *app) nextStart(ctx context.Context, o opening, r engine.Recovery, milestones []string) (journey.Start, error) {
	o.join = true
	if o.mode == "" {
		o.mode = mode(r.Row.Mode)
	}
	h, err := a.house(ctx, o)
	if err != nil {
		return journey.Start{}, err
	}
	if h.book, err = a.shelved(ctx, r.Row.Status.Playbook); err != nil {
		return journey.Start{}, err
	}
	given, err := parseMilestones(milestones, r.Row.Contract, h)
	if err != nil {
		return journey.Start{}, err
	}
	for _, m := range given { // what somebody says now beats what the journal only heard of
		r.Milestones = slices.DeleteFunc(r.Milestones, func(old journey.Milestone) bool { return old.Fact == m.Fact })
	}
	return h.start(r.Row.Contract, append(r.Milestones, given...))
}

// reportRecovery plays the beginning of the next run, here and without consequences, for what it leaves out.
func reportRecovery(start journey.Start, r engine.Recovery, dryRun bool, a *app) (recovered, error) {
	out := recovered{Contract: start.Contract.ID, DryRun: dryRun, From: r.Row.Run, Facts: r.Facts, Milestones: []onboarding.Fact{},
		Settled: append([]string{}, r.Settled...), LeftOut: []string{}, Untold: []untold{}, Paused: r.Row.Status.Paused,
		Joined: r.Row.Joined && !r.Running}
	for _, m := range start.Milestones {
		out.Milestones = append(out.Milestones, m.Fact)
	}
	for _, e := range r.Untold {
		out.Untold = append(out.Untold, untold{e.Event, e.Day})
	}
	book, ok := a.shelf.Get(start.Playbook)
	if !ok {
		return out, errors.New("the playbook left the shelf")
	}
	cal, err := calendar.ForContract(journey.PlanInput(start.Contract, start.Joined))
	if err != nil {
		return out, err
	}
	_, step := journey.New(book.Plan()).Begin(start, cal, start.Joined)
	for _, f := range step.Facts {
		if e := f.Entry; e.Kind == onboarding.EntryTouchDropped && !slices.Contains(r.Settled, e.Touch) {
			out.LeftOut = append(out.LeftOut, e.Touch)
		}
	}
	return out, nil
}

// say prints the report for people.
func (r recovered) say(w io.Writer) {
	list := func(what string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(w, "%s: %s\n", what, strings.Join(items, ", "))
		}
	}
	fmt.Fprintf(w, "%s: run %d recorded %s; the next run goes on from there\n", r.Contract, r.From, count(r.Facts, "fact"))
	var reached []string
	for _, m := range r.Milestones {
		reached = append(reached, string(m))
	}
	list("taken over", reached)
	list("not again, since they went, may have gone or were dropped", r.Settled)
	list("left out, since they were due before now: write them by hand where they are still wanted", r.LeftOut)
	var events []string
	for _, u := range r.Untold {
		events = append(events, fmt.Sprintf("%s (day %d)", u.Event, u.Day))
	}
	list("not known to it: tell them again by starter event where they still matter", events)
	if r.Paused {
		fmt.Fprintln(w, "it was paused and stays so until it is resumed")
	}
	if r.Joined {
		fmt.Fprintln(w, "it was joined in mid-onboarding: what it had reached before that only you know: give it by --milestone")
	}
}
