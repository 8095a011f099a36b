package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// promised refuses to keep or move a commitment that nobody made. Where the onboarding cannot be asked the event goes on: it is kept.
func (a *app) promised(ctx context.Context, eng *engine.Engine, ev onboarding.Event, row journal.ContractRow) error {
	if ev.Kind != onboarding.EventCommitmentKept && ev.Kind != onboarding.EventCommitmentMoved || !row.Status.EndedAt.IsZero() {
		return nil
	}
	s, err := eng.State(ctx, row.Contract.ID)
	if err != nil {
		return nil //nolint:nilerr // telling it says what stands in the way
	}
	_, known := journey.CommitmentNamed(s, ev.What)
	if known || ev.What == "" && len(s.Commitments) < 2 {
		return nil
	}
	problem := "required: say which"
	if ev.What != "" {
		problem = fmt.Sprintf("nothing that was promised is %q", ev.What)
	}
	if len(s.Commitments) == 0 {
		return fmt.Errorf("what: %s; no commitment stands", problem)
	}
	stand := make([]string, len(s.Commitments))
	for i, c := range s.Commitments {
		stand[i] = fmt.Sprintf("%q, due %s", c.What, c.Due)
	}
	return fmt.Errorf("what: %s: write one of these that stand:\n  %s", problem, strings.Join(stand, "\n  "))
}

// printCommitments writes what was promised and stands.
func (v view) printCommitments(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "due\tby\twhat")
	for _, c := range v.Commitments {
		who := map[string]string{onboarding.ByThem: "the customer", onboarding.BySales: "sales"}[c.By]
		if who == "" {
			who = v.Owner
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", moment(c.Due, v.SignedAt.Location()), who, c.What)
	}
	_ = t.Flush()
}

// moment is a date or instant as people read it.
func moment(text string, loc *time.Location) string {
	m, err := onboarding.ParseMoment(text)
	switch {
	case err != nil:
		return text
	case m.At.IsZero():
		return m.Date.In(time.UTC, 0).Format("Mon 2 Jan 2006")
	}
	return m.At.In(loc).Format(yearTime)
}
