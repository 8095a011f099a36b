package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/onboarding/service"
)

func reportSignalsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "signals",
		Short: "Which signals open cases that are worth it, and which only false alarms",
		Long: "For each signal the cases that it opened in the last 180 days and that somebody decided, over all runs: how many were\n" +
			"useful (resolved) and how many false alarms. What faded or ended undecided is left out. A signal that is useful in under\n" +
			"half of 20 cases or more gets a proposed weight: today's, in the configured playbook, times the share of useful cases, at\n" +
			"least 1. Hard signals keep theirs: a stated will is always told. It reads the journal alone.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.reportSignals(cmd.Context()) },
	}
}

func (a *app) reportSignals(ctx context.Context) error {
	book, err := a.playbook("")
	if err != nil {
		return err
	}
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	now := clock()
	since := now.Add(-service.JudgedOver)
	runs, err := j.CaseFacts(ctx, since)
	if err != nil {
		return err
	}
	signals := service.Judge(runs, book.Plan().Remorse.Signals)
	if a.json() {
		return a.print(struct {
			AsOf    time.Time            `json:"as_of"`
			Since   time.Time            `json:"since"`
			Signals []service.Usefulness `json:"signals"`
		}{now, since, signals})
	}
	fmt.Fprintf(a.out, "cases from %s to %s\n\n", since.Format(rfc3339), now.Format(rfc3339))
	printSignals(a.out, signals)
	return nil
}

func printSignals(w io.Writer, signals []service.Usefulness) {
	if len(signals) == 0 {
		fmt.Fprintln(w, "nobody has decided a case yet")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "signal\tdecided\tuseful\tweight\tproposed")
	for _, s := range signals {
		useful, weight, proposed := "too few", fmt.Sprint(s.Weight), "-"
		if s.Percent != nil {
			useful = fmt.Sprintf("%d %%", *s.Percent)
		}
		if s.Hard {
			weight += " hard"
		}
		if s.Proposed > 0 {
			proposed = fmt.Sprint(s.Proposed)
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\n", s.Signal, s.Decided, useful, weight, proposed)
	}
	_ = t.Flush()
}
