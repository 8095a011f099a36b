package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/portfolio"
)

// largestPortfolio bounds the customers of a portfolio: a minute or two.
const largestPortfolio = 10_000

// crowd is what the flags of a rehearsal of many say.
type crowd struct {
	customers int
	seed      uint64
	weeks     bool
	assume    map[string]int
	assumed   []portfolio.Assumption
}

func (o *crowd) flags(c *cobra.Command) {
	c.Flags().IntVar(&o.customers, "portfolio", 0, "play so many made-up customers like this one, and count how often the plan wakes an owner")
	c.Flags().Uint64Var(&o.seed, "seed", 1, "of the portfolio: the same seed gives the same customers")
	c.Flags().BoolVar(&o.weeks, "weeks", false, "of the portfolio: print every week of the year too")
	c.Flags().StringToIntVar(&o.assume, "assume", nil, "of the portfolio: other percentages than those assumed, such as smooth=40,mishap=20")
}

// check reports whether a portfolio is asked for, and what does not go with it.
func (o *crowd) check(cmd *cobra.Command) (asked bool, err error) {
	given := cmd.Flags().Changed
	if !given("portfolio") {
		if given("seed") || given("weeks") || given("assume") {
			return false, usagef("--seed, --weeks and --assume go with --portfolio")
		}
		return false, nil
	}
	if o.assumed, err = portfolio.Assume(o.assume); err != nil {
		return true, usagef("--assume: %w", err)
	}
	switch {
	case o.customers < 1 || o.customers > largestPortfolio:
		return true, usagef("--portfolio: %d is out of range: write 1 to %d customers", o.customers, largestPortfolio)
	case given("scenario") || given("against-server"):
		return true, usagef("--portfolio makes its own events up and plays them offline: leave --scenario and --against-server out")
	}
	return true, nil
}

// portfolio plays many customers like that of a rehearsal.
func (a *app) portfolio(ctx context.Context, r *rehearsal, o *crowd) error {
	began := time.Now()
	in := portfolio.Input{Core: r.core, Start: r.start, Languages: r.world.Book.Plan().Languages, Customers: o.customers, Seed: o.seed,
		Calendars: calendar.ForContract, Backup: r.backup, Assumptions: o.assumed}
	all := make([]portfolio.Customer, o.customers)
	err := parallel(ctx, len(all), 1, func(_ context.Context, i int) (err error) {
		all[i], err = in.Play(i)
		return err
	})
	if err != nil {
		return err
	}
	sum, err := in.Sum(all)
	if err != nil {
		return err
	}
	if !o.weeks {
		sum.Weeks = nil
	}
	fmt.Fprintf(a.err, "%s played in %s\n", count(o.customers, "customer"), time.Since(began).Round(time.Millisecond))
	if a.json() {
		return a.print(sum)
	}
	printPortfolio(a.out, sum)
	return nil
}

func printPortfolio(w io.Writer, r portfolio.Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s made up like this one, seed %d: signed over a year, 100 days each\n\n", count(r.Customers, "customer"), r.Seed)
	fmt.Fprintf(t, "\tmean\tmedian\tp95\tmax\n")
	row := func(what string, s portfolio.Spread) {
		fmt.Fprintf(t, "%s\t%.1f\t%d\t%d\t%d\n", what, s.Mean, s.Median, s.P95, s.Max)
	}
	row(fmt.Sprintf("alerts a week to an owner of %d customers", r.Rule.Customers), r.Alerts)
	row("  of them hard", r.Hard)
	row("  the others", r.Soft)
	row("mails to a customer", r.Mails)
	_ = t.Flush()
	fmt.Fprintf(w, "\n%d alerts: %d to owners or who stands in, %d to managers, %d to ops; by step: %s;\nthe budget of an owner may keep some of them for the digest\n", r.Total, r.ToOwner, r.ToManager, r.ToOps, counts(r.Steps))
	fmt.Fprintf(w, "%d cases, opened again %d times, of %d customers (%.1f %%); by signal: %s\n", r.Cases, r.Reopened, r.WithCase, r.Share, counts(r.Signals))
	fmt.Fprintf(w, "how they ended: %s\n", counts(r.Ends))
	printWeeks(w, r.Weeks)
	fmt.Fprintln(w, "\nassumed, by judgement and not by measurement:")
	for _, of := range assumedOf(r.Assumed) {
		fmt.Fprintf(w, "of %s\n", of)
		for _, x := range r.Assumed {
			if x.Of == of {
				fmt.Fprintf(w, "%4d %%  %-16s  %s\n", x.Percent, x.ID, x.What)
			}
		}
	}
	fmt.Fprintf(w, "\nto go live: median at most %d and p95 at most %d alerts a week to an owner of %d customers: %s\n", r.Rule.Median, r.Rule.P95,
		r.Rule.Customers, verdict(r))
}

func verdict(r portfolio.Result) string {
	weeks := count(r.OwnerWeeks, "week") + " of an owner"
	if r.Rule.Verdict == portfolio.Unknown {
		return fmt.Sprintf("%s (%s are too few: play more customers)", r.Rule.Verdict, weeks)
	}
	return fmt.Sprintf("%s (median %d, p95 %d over %s)", r.Rule.Verdict, r.Alerts.Median, r.Alerts.P95, weeks)
}

// assumedOf lists whom the assumptions are of, each once.
func assumedOf(all []portfolio.Assumption) []string {
	var out []string
	for _, x := range all {
		if !slices.Contains(out, x.Of) {
			out = append(out, x.Of)
		}
	}
	return out
}

func printWeeks(w io.Writer, weeks []portfolio.Week) {
	if len(weeks) == 0 {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nweek from\tcustomers\talerts to owners\thard\tper owner\n")
	for _, x := range weeks {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.1f\n", x.From, x.Customers, x.Alerts, x.Hard, x.PerOwner)
	}
	_ = t.Flush()
}

// counts writes counts in a line.
func counts(all []portfolio.Count) string {
	if len(all) == 0 {
		return "none"
	}
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = fmt.Sprintf("%s %d", c.What, c.N)
	}
	return words(out)
}

// backupOf is who stands in for the owner of a contract, where the people given know them.
func backupOf(c onboarding.Contract, people []onboarding.Person) *onboarding.Person {
	if c.Owner == nil {
		return nil
	}
	if p, ok := onboarding.PersonByID(people, c.Owner.Backup); ok {
		return &p
	}
	return nil
}
