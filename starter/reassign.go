package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// reassignAtOnce is how many onboardings are told at a time.
const reassignAtOnce = 8

// reassignment is what the flags of reassign ask for.
type reassignment struct {
	from, to, reason string
	yes, dryRun      bool
}

func reassignCommand(a *app) *cobra.Command {
	var o reassignment
	c := &cobra.Command{
		Use:   "reassign --from PERSON_ID --to PERSON_ID",
		Short: "Give all running onboardings of one owner to another",
		Long: "Give all running onboardings of one owner to another: who leaves, or is away for long. They and their open cases are\n" +
			"shown first. Every customer keeps their dates as far as the new owner's hours allow, and the new owner is told of each and of its\n" +
			"open case. A reassignment that was cut off goes on with the same command; no onboarding is told twice. Both must have\n" +
			"been imported: starter people import.",
		Example: "  starter reassign --from o-7 --to o-8 --dry-run",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.from == "" || o.to == "":
				return usagef("--from and --to are both needed: whose onboardings go to whom?\nusage: %s", cmd.UseLine())
			case o.from == o.to:
				return usagef("--from and --to are both %s", o.from)
			}
			return a.reassign(cmd.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "id of the owner until now")
	f.StringVar(&o.to, "to", "", "id of the owner from now on")
	f.StringVar(&o.reason, "reason", "", "why")
	f.BoolVar(&o.yes, "yes", false, "do not ask after the preview")
	f.BoolVar(&o.dryRun, "dry-run", false, "show whom it concerns; change nothing")
	return c
}

// handed is what became, or would become, of one onboarding.
type handed struct {
	Contract string   `json:"contract_id"`
	Company  string   `json:"company"`
	Cases    []string `json:"cases,omitempty"` // open
	Event    *toldRef `json:"event,omitempty"`
	Problem  string   `json:"problem,omitempty"`

	event onboarding.Event
	err   error
}

// reassigned is the JSON form of a reassignment.
type reassigned struct {
	From        string   `json:"from"`
	To          string   `json:"to"`
	DryRun      bool     `json:"dry_run,omitempty"`
	Onboardings []handed `json:"onboardings"`
}

func (a *app) reassign(ctx context.Context, o reassignment) error {
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	people, err := j.People(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(known(people, "--from", o.from), known(people, "--to", o.to)); err != nil {
		return err
	}
	change := onboarding.Event{Kind: onboarding.EventOwnerChanged, Owner: &onboarding.Person{ID: o.to}, Reason: o.reason}
	if err := errors.Join(change.ValidateSteering(), change.Resolve(people)); err != nil {
		return err
	}
	report := reassigned{From: o.from, To: o.to, DryRun: o.dryRun, Onboardings: []handed{}}
	if report.Onboardings, err = owned(ctx, j, o.from, change); err != nil {
		return err
	}
	if len(report.Onboardings) == 0 {
		return a.say(report, "%s owns no running onboarding; nothing was done", o.from)
	}
	if o.dryRun && a.json() {
		return a.print(report)
	}
	report.preview(a.previews())
	if o.dryRun {
		return a.say(report, "a dry run: nothing was changed")
	}
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	if err := a.confirm(o.yes, "Reassign?"); err != nil {
		return err
	}
	stopped := handOver(ctx, eng, report.Onboardings)
	done, err := report.outcome()
	if stopped != nil {
		err = errors.Join(err, fmt.Errorf("stopped in the middle: %w; the same command goes on from here", stopped))
	}
	return errors.Join(a.say(report, "%s of %d given from %s to %s", count(done, "onboarding"), len(report.Onboardings), o.from, o.to), err)
}

// outcome counts what was given and names what was not.
func (r reassigned) outcome() (done int, err error) {
	var errs []error
	for i := range r.Onboardings {
		h := &r.Onboardings[i]
		switch {
		case errors.Is(h.err, engine.ErrEnded): // meanwhile; it needs no owner any more
			h.Problem = "it has ended"
		case h.err != nil:
			h.Problem = h.err.Error()
			errs = append(errs, fmt.Errorf("%s: %w", h.Contract, h.err))
		case h.Event != nil:
			done++
		}
	}
	return done, errors.Join(errs...)
}

// known refuses an id that none of our people has.
func known(people []onboarding.Person, flag, id string) error {
	if _, ok := onboarding.PersonByID(people, id); ok {
		return nil
	}
	return fmt.Errorf("%s: nobody has the id %q: see starter people list, or bring them in with starter people import", flag, id)
}

// owned lists the running onboardings of an owner, each with the event that would give it to another.
func owned(ctx context.Context, j *journal.Journal, owner string, change onboarding.Event) ([]handed, error) {
	out := []handed{}
	filter := journal.Filter{Owner: owner, State: journal.StateOpen, Limit: largestOut}
	for more := true; more; more = filter.After != "" {
		rows, next, err := j.Contracts(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			entries, err := facts(ctx, j, row.Contract.ID, row.Run)
			if err != nil {
				return nil, err
			}
			h := handed{Contract: row.Contract.ID, Company: row.Contract.Customer.Company, Cases: openCases(entries), event: change}
			h.event.ID = reassignID(change.Owner.ID, row.Run, entries)
			out = append(out, h)
		}
		filter.After = next
	}
	return out, nil
}

// reassignID is the same until the onboarding has changed hands, so that a command that was cut off tells nothing twice,
// and another one the next time.
func reassignID(to string, run int, entries []onboarding.Entry) string {
	changes := 0
	for _, e := range entries {
		if e.Event == onboarding.EventOwnerChanged {
			changes++
		}
	}
	return fmt.Sprintf("reassign/%s/%d/%d", to, run, changes)
}

// openCases lists the cases that were opened and not resolved since.
func openCases(entries []onboarding.Entry) []string {
	var open []string
	for _, e := range entries {
		switch e.Kind {
		case onboarding.EntryCaseOpened:
			open = append(open, e.Case)
		case onboarding.EntryCaseResolved:
			open = slices.DeleteFunc(open, func(id string) bool { return id == e.Case })
		}
	}
	return open
}

// handOver tells each onboarding; what one refuses does not stop the others, an engine that is gone does.
func handOver(ctx context.Context, eng *engine.Engine, all []handed) error {
	return parallel(ctx, len(all), reassignAtOnce, func(ctx context.Context, i int) error {
		h := &all[i]
		told, err := eng.Tell(ctx, h.Contract, h.event)
		if errors.Is(err, engine.ErrUnreachable) || ctx.Err() != nil {
			return err
		}
		h.Event, h.err = &toldRef{told.ID, told.Fresh}, err
		return nil
	})
}

// preview shows whom it concerns.
func (r reassigned) preview(w io.Writer) {
	cases := 0
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "contract\tcompany\topen cases")
	for _, h := range r.Onboardings {
		cases += len(h.Cases)
		fmt.Fprintf(t, "%s\t%s\t%s\n", h.Contract, h.Company, orDash(strings.Join(h.Cases, ", ")))
	}
	_ = t.Flush()
	fmt.Fprintf(w, "\nfrom %s to %s: %s, %s\n", r.From, r.To, count(len(r.Onboardings), "onboarding"), count(cases, "open case"))
}
