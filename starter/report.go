package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/onboarding/service"
)

func reportCommand(a *app) *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "How customers are served and which signals are worth it, from the journal"}
	c.AddCommand(reportClocksCommand(a), reportSignalsCommand(a))
	return c
}

func reportClocksCommand(a *app) *cobra.Command {
	var by string
	c := &cobra.Command{
		Use:   "clocks",
		Short: "Time to contact, time to response and answer quality over all onboardings",
		Long: "Time to contact (from the signature, and from every failed attempt to reach us), time to response (from what wants an\n" +
			"answer to the first one of a person), time to resolution (from an interim answer to a resolving one) and what customers\n" +
			"said of their answers, over the newest run of every onboarding, ended ones too. Medians and ninetieth percentiles are of\n" +
			"the clocks that were stopped; n counts the open ones too. It reads the journal alone.\n\n" +
			"--by owner is refused unless CENTOGIORNI_OWNER_REPORTS is true: it measures workers.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			division := service.By(by)
			if by != "" && !slices.Contains(service.Divisions, division) {
				return usagef("--by: %q is nothing to divide by: write one of %s", by, words(service.Divisions))
			}
			cfg, err := a.config()
			if err != nil {
				return err
			}
			if division == service.ByOwner && !cfg.Ops.OwnerReports {
				return errOwnerReports
			}
			return a.reportClocks(cmd.Context(), division)
		},
	}
	c.Flags().StringVar(&by, "by", "", words(service.Divisions)+"; of the moment at which a clock began")
	complete(c, "by", strings.Split(words(service.Divisions), ", ")...)
	return c
}

// errOwnerReports says why there is no report by owner, and what would make one.
var errOwnerReports = fmt.Errorf("--by owner: response times per person are monitoring of workers, which some countries forbid or bind to an agreement; " +
	"where yours allows it, set CENTOGIORNI_OWNER_REPORTS=true")

// served is how customers were served, as report and show print it.
type served struct {
	Clocks  []service.Clock   `json:"clocks"`
	Answers []service.Quality `json:"answers"`
}

func servedBy(r service.Record, by service.By) served {
	return served{service.Clocks(r.Measures, by), service.Qualities(r.Judgements, by)}
}

func (a *app) reportClocks(ctx context.Context, by service.By) error {
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	people, err := j.People(ctx)
	if err != nil {
		return err
	}
	report := struct {
		AsOf        time.Time  `json:"as_of"`
		Onboardings int        `json:"onboardings"`
		By          service.By `json:"by,omitempty"`
		served
	}{AsOf: clock(), By: by}
	var all service.Record
	filter := journal.Filter{Limit: largestOut}
	for more := true; more; more = filter.After != "" {
		rows, next, err := j.Contracts(ctx, filter)
		if err != nil {
			return err
		}
		for _, row := range rows {
			entries, err := facts(ctx, j, row.Contract.ID, row.Run)
			if err != nil {
				return err
			}
			r, err := serviceOf(ctx, j, row, entries, people)
			if err != nil {
				return err
			}
			all.Add(r)
		}
		report.Onboardings += len(rows)
		filter.After = next
	}
	report.served = servedBy(all, by)
	if a.json() {
		return a.print(report)
	}
	fmt.Fprintf(a.out, "%s, as of %s\n\n", count(report.Onboardings, "onboarding"), report.AsOf.Format(rfc3339))
	report.print(a.out, by)
	return nil
}

// serviceOf measures one onboarding by its facts.
func serviceOf(ctx context.Context, j *journal.Journal, row journal.ContractRow, entries []onboarding.Entry, people []onboarding.Person) (service.Record, error) {
	f := service.Facts{SignedAt: row.Contract.SignedAt, Joined: row.Joined, Entries: entries, Until: clock()}
	if row.Contract.Owner != nil {
		f.Owner = row.Contract.Owner.ID
	}
	if !row.Status.EndedAt.IsZero() {
		f.Until = row.Status.EndedAt
	}
	changed := func(e onboarding.Entry) bool { return e.Event == onboarding.EventOwnerChanged }
	if slices.ContainsFunc(entries, changed) {
		original, err := j.OriginalContract(ctx, row.Contract.ID)
		if err != nil {
			return service.Record{}, err
		}
		if original.Owner != nil {
			f.Owner = original.Owner.ID
			people = append(people[:len(people):len(people)], *original.Owner)
		}
	}
	f.Hours = hoursOf(row.Contract, f.Until, people)
	return service.Of(f), nil
}

// hoursOf finds the working hours of the owners of a contract: the one it names, and others among our people.
func hoursOf(c onboarding.Contract, until time.Time, people []onboarding.Person) func(string) *onboarding.Windows {
	known := map[string]*onboarding.Windows{}
	return func(owner string) *onboarding.Windows {
		w, ok := known[owner]
		if !ok {
			w = ownerHours(c, until, people, owner)
			known[owner] = w
		}
		return w
	}
}

func ownerHours(c onboarding.Contract, until time.Time, people []onboarding.Person, owner string) *onboarding.Windows {
	if c.Owner == nil || c.Owner.ID != owner {
		p, ok := onboarding.PersonByID(people, owner)
		if !ok {
			return nil
		}
		c.Owner = &p
	}
	cal, err := calendar.ForContract(journey.PlanInput(c, until))
	if err != nil {
		return nil // a zone or hours that a newer program would have refused: the report says less, and does not fail
	}
	return &cal.Owner
}

// print writes the table of the clocks, and what customers said of the answers.
func (s served) print(w io.Writer, by service.By) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	head, of := "", func(string) string { return "" }
	if by != "" {
		head, of = string(by)+"\t", func(group string) string { return orDash(group) + "\t" }
	}
	fmt.Fprintf(t, "clock\t%sn\topen\tmedian\tp90\tworking median\tworking p90\n", head)
	for _, c := range s.Clocks {
		fmt.Fprintf(t, "%s\t%s%d\t%d\t%s\t%s\t%s\t%s\n", strings.ReplaceAll(string(c.Kind), "_", " "), of(c.Group), c.N, c.Open,
			span(c.Median), span(c.P90), span(c.WorkingMedian), span(c.WorkingP90))
	}
	_ = t.Flush()
	if len(s.Answers) == 0 {
		return
	}
	fmt.Fprintf(t, "\nanswers were\t%sn\tresolving\tconfusing\tinterim\n", head)
	for _, q := range s.Answers {
		fmt.Fprintf(t, "\t%s%d\t%d\t%d\t%d\n", of(q.Group), q.N, q.Resolving, q.Confusing, q.Interim)
	}
	_ = t.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// span is a number of minutes for people.
func span(minutes *int) string {
	switch {
	case minutes == nil:
		return "-"
	case *minutes < 60:
		return fmt.Sprintf("%dm", *minutes)
	}
	return fmt.Sprintf("%dh%02dm", *minutes/60, *minutes%60)
}
