package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

func startCommand(a *app) *cobra.Command {
	var o opening
	var milestones []string
	c := &cobra.Command{
		Use:   "start CONTRACT|-",
		Short: "Start the onboarding of a signed contract; starting it twice is the same onboarding",
		Long: "Start the onboarding of a signed contract. Starting it twice is the same onboarding: nothing is done twice.\n\n" +
			"A signature over 3 days old is refused without --join. With --join the touches that lie behind are left out, the\n" +
			"milestones of --milestone are taken over, and what the next 7 days bring is shown before anything begins.",
		Example: "  starter start examples/acme.json\n" +
			"  starter start acme.json --join --milestone kickoff_held=2026-02-03 --milestone installed=2026-02-10",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(milestones) > 0 && !o.join {
				return usagef("--milestone goes with --join")
			}
			return a.begin(cmd, o, args[0], milestones)
		},
	}
	o.flags(c)
	c.Flags().StringArrayVar(&milestones, "milestone", nil, "with --join, what happened before, as installed=2026-01-20; may be repeated: "+words(importable))
	return c
}

// begin checks the file, previews where that is asked for, and starts.
func (a *app) begin(cmd *cobra.Command, o opening, file string, milestones []string) error {
	ctx := cmd.Context()
	h, err := a.house(ctx, o)
	if err != nil {
		return err
	}
	contract, err := a.parse(file)
	if err != nil {
		return err
	}
	brought, err := parseMilestones(milestones, contract, h)
	if err != nil {
		return err
	}
	start, err := h.start(contract, brought)
	if err != nil {
		return in(file, err)
	}
	row, err := (&engine.Engine{Journal: h.journal}).Check(ctx, start, h.now)
	if err != nil {
		return fmt.Errorf("%s: %w", contract.ID, err)
	}
	stands := row.Contract.ID != ""
	if !stands {
		err = h.over(contract)
	}
	if err != nil {
		return in(file, err)
	}
	return a.launch(cmd, h, o, launch{start: start, preview: !stands && (o.join || o.dryRun)})
}

// launch is an onboarding that is about to begin: its first run, or its next.
type launch struct {
	start         journey.Start
	next, preview bool
}

// launch shows the preview, asks, and begins.
func (a *app) launch(cmd *cobra.Command, h *house, o opening, l launch) error {
	ctx := cmd.Context()
	report := struct {
		Contract string `json:"contract_id"`
		*engine.Started
		DryRun  bool      `json:"dry_run,omitempty"`
		Preview *forecast `json:"preview,omitempty"`
	}{Contract: l.start.Contract.ID, DryRun: o.dryRun}
	if l.preview {
		f, err := h.forecast(ctx, []journey.Start{l.start}, 1)
		if err != nil {
			return err
		}
		report.Preview = &f
		if o.dryRun && a.json() {
			return a.print(report)
		}
		fmt.Fprintf(a.previews(), "%s, %s: ", l.start.Contract.ID, l.start.Contract.Customer.Company)
		f.print(a.previews())
	}
	if o.dryRun {
		return a.say(report, "a dry run: nothing was begun")
	}
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	if l.preview {
		if err := a.confirm(o.yes, "Begin?"); err != nil {
			return err
		}
	}
	if err := h.store(ctx); err != nil {
		return err
	}
	begin := eng.Start
	if l.next {
		begin = eng.Restart
	}
	started, err := begin(ctx, l.start, h.now)
	if err != nil {
		return fmt.Errorf("%s: %w", l.start.Contract.ID, err)
	}
	report.Started = &started
	return a.say(report, "%s", startedSentence(l.start.Contract.ID, started))
}

func startedSentence(contract string, s engine.Started) string {
	switch {
	case s.Ended:
		return fmt.Sprintf("%s has ended already, as %s; nothing was done. To begin its next run: starter restart %s", contract, s.WorkflowID, contract)
	case !s.Fresh:
		return fmt.Sprintf("%s runs already as %s; nothing was done twice", contract, s.WorkflowID)
	}
	return fmt.Sprintf("started %s as %s", contract, s.WorkflowID)
}

// parseMilestones reads the values of --milestone, all faults at once.
func parseMilestones(given []string, c onboarding.Contract, h *house) ([]journey.Milestone, error) {
	var out []journey.Milestone
	var errs []error
	seen := map[onboarding.Fact]bool{}
	for _, g := range given {
		name, when, ok := strings.Cut(g, "=")
		if !ok {
			return nil, usagef("--milestone %s: write it as installed=2026-01-20", g)
		}
		m, err := milestone(name, when, c, h.now)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("--milestone %s: %w", name, err))
		case seen[m.Fact]:
			errs = append(errs, fmt.Errorf("--milestone %s: given twice", name))
		}
		seen[m.Fact] = true
		out = append(out, m)
	}
	return out, errors.Join(errs...)
}
