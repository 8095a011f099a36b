package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

// adoptAtOnce is how many onboardings are asked, and told, at a time.
const adoptAtOnce = 8

// adoption is what the flags of adopt ask for.
type adoption struct {
	dir, id, reason  string
	all, yes, dryRun bool
}

func adoptCommand(a *app) *cobra.Command {
	var o adoption
	c := &cobra.Command{
		Use:   "adopt CONTRACT_ID | adopt --all",
		Short: "Move running onboardings to another version of the playbook",
		Long: "Move a running onboarding to the playbook of --playbook, or the configured one. With --all, every open onboarding on\n" +
			"another version of the playbook with the same name. Which touches that adds, removes or moves is shown first; what has\n" +
			"gone stays gone. An onboarding keeps its playbook until somebody moves it.\n\n" + steeringHelp,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeContract(nil),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.all == (len(args) > 0):
				return usagef("name one CONTRACT_ID, or give --all\nusage: %s", cmd.UseLine())
			case o.all && o.id != "":
				return usagef("--id names one event and does not go with --all")
			}
			book, err := a.playbook(o.dir)
			if err != nil {
				return err
			}
			rows, err := a.adopters(cmd.Context(), book, args)
			if err != nil {
				return err
			}
			return a.adopt(cmd, o, book, rows)
		},
	}
	f := c.Flags()
	f.StringVar(&o.dir, "playbook", "", "folder of the playbook to move to; the configured one without")
	f.BoolVar(&o.all, "all", false, "every open onboarding on another version of this playbook")
	f.StringVar(&o.id, "id", "", "the event's own id: given twice it counts once; a new one without")
	f.StringVar(&o.reason, "reason", "", "why")
	f.BoolVar(&o.yes, "yes", false, "do not ask after the preview")
	f.BoolVar(&o.dryRun, "dry-run", false, "show what would change; change nothing")
	return c
}

// adopters lists the onboardings that would move.
func (a *app) adopters(ctx context.Context, book *playbook.Playbook, args []string) ([]journal.ContractRow, error) {
	j, err := a.journal(ctx)
	if err != nil {
		return nil, err
	}
	if len(args) == 1 {
		row, err := a.row(ctx, args[0])
		if err == nil && !row.Status.EndedAt.IsZero() {
			err = fmt.Errorf("%s: %w", args[0], engine.ErrEnded)
		}
		if err == nil && row.Status.Playbook == book.Hash {
			return nil, nil
		}
		return []journal.ContractRow{row}, err
	}
	stored, err := j.Playbooks(ctx)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, p := range stored {
		named[p.Hash] = p.Name == book.Plan().Name && p.Hash != book.Hash
	}
	var rows []journal.ContractRow
	filter := journal.Filter{State: journal.StateOpen, Limit: largestOut}
	for more := true; more; more = filter.After != "" {
		page, next, err := j.Contracts(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if named[r.Status.Playbook] {
				rows = append(rows, r)
			}
		}
		filter.After = next
	}
	return rows, nil
}

// adopted is what became, or would become, of one onboarding.
type adopted struct {
	Contract string   `json:"contract_id"`
	Promises []moved  `json:"promises"`
	Event    *toldRef `json:"event,omitempty"`
	Problem  string   `json:"problem,omitempty"`

	event onboarding.Event
	err   error
}

// adopt shows what changes, asks, and tells each onboarding.
func (a *app) adopt(cmd *cobra.Command, o adoption, book *playbook.Playbook, rows []journal.ContractRow) error {
	report := struct {
		Playbook    string    `json:"playbook"`
		DryRun      bool      `json:"dry_run,omitempty"`
		Onboardings []adopted `json:"onboardings"`
	}{book.Hash, o.dryRun, make([]adopted, len(rows))}
	if len(rows) == 0 {
		return a.adoptNobody(cmd.Context(), report, book)
	}
	if _, err := a.engine(cmd.Context()); err != nil { // opened before many ask for it at once
		return err
	}
	err := parallel(cmd.Context(), len(rows), adoptAtOnce, func(ctx context.Context, i int) error {
		var err error
		report.Onboardings[i], err = a.tryOut(ctx, o, book, rows[i])
		return err
	})
	if err != nil {
		return err
	}
	if o.dryRun && a.json() {
		return a.print(report)
	}
	printAdoption(a.previews(), book, report.Onboardings)
	if o.dryRun {
		return a.say(report, "a dry run: nothing was changed")
	}
	if err := a.confirm(o.yes, "Adopt?"); err != nil {
		return err
	}
	if err := a.tellAll(cmd.Context(), book, report.Onboardings); err != nil {
		return err
	}
	var errs []error
	moved := 0
	for i := range report.Onboardings {
		if t := &report.Onboardings[i]; t.err != nil {
			t.Problem = t.err.Error()
			errs = append(errs, fmt.Errorf("%s: %w", t.Contract, t.err))
		} else {
			moved++
		}
	}
	return errors.Join(append([]error{a.say(report, "%s moved to playbook %s", count(moved, "onboarding"), book.Hash)}, errs...)...)
}

// adoptNobody says why nobody is to move.
func (a *app) adoptNobody(ctx context.Context, report any, book *playbook.Playbook) error {
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	open, _, err := j.Contracts(ctx, journal.Filter{State: journal.StateOpen, Limit: 1})
	switch {
	case err != nil:
		return err
	case len(open) == 0:
		return a.say(report, "nobody is on the way; nothing was done")
	}
	return a.say(report, "nobody is to move: all follow playbook %s already; nothing was done", book.Hash)
}

// tryOut plays the adoption on one onboarding's state.
func (a *app) tryOut(ctx context.Context, o adoption, book *playbook.Playbook, row journal.ContractRow) (adopted, error) {
	out := adopted{Contract: row.Contract.ID, Promises: []moved{},
		event: onboarding.Event{ID: o.id, Kind: onboarding.EventAdopted, Playbook: book.Hash, Reason: o.reason}}
	if out.event.ID == "" {
		out.event.ID = uuid.NewString()
	}
	t, err := a.running(ctx, row.Contract.ID)
	if err == nil {
		t.next = book.Plan()
		err = t.state.Start.Contract.ValidateAgainst(t.next.Languages)
	}
	if err != nil {
		return out, fmt.Errorf("%s: %w", row.Contract.ID, err)
	}
	moves, err := t.moves(out.event)
	out.Promises = append(out.Promises, moves...)
	return out, err
}

// tellAll stores the playbook and tells each onboarding; what one refuses does not stop the others.
func (a *app) tellAll(ctx context.Context, book *playbook.Playbook, all []adopted) error {
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	if err := wiring.Store(ctx, j, book); err != nil {
		return err
	}
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	return parallel(ctx, len(all), adoptAtOnce, func(ctx context.Context, i int) error {
		told, err := eng.Tell(ctx, all[i].Contract, all[i].event)
		all[i].Event, all[i].err = &toldRef{told.ID, told.Fresh}, err
		if errors.Is(err, engine.ErrUnreachable) {
			return fmt.Errorf("%s: %w", all[i].Contract, err)
		}
		return nil
	})
}

// printAdoption shows one onboarding's table, or of many how many each touch concerns.
func printAdoption(w io.Writer, book *playbook.Playbook, all []adopted) {
	fmt.Fprintf(w, "%s to playbook %s (%s)\n", count(len(all), "onboarding"), book.Hash, book.Plan().Name)
	if len(all) == 1 {
		fmt.Fprintf(w, "%s:\n", all[0].Contract)
		printMoves(w, all[0].Promises)
		return
	}
	counts := map[string]map[string]int{}
	for _, one := range all {
		for _, m := range one.Promises {
			if counts[m.Touch] == nil {
				counts[m.Touch] = map[string]int{}
			}
			counts[m.Touch][m.Change]++
		}
	}
	if len(counts) == 0 {
		printMoves(w, nil)
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "touch\tadded\tremoved\tmoved\tgoes at once")
	for _, touch := range slices.Sorted(maps.Keys(counts)) {
		n := counts[touch]
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\n", touch, n[changeAdded], n[changeRemoved], n[changeMoved], n[changeNow])
	}
	_ = t.Flush()
}
