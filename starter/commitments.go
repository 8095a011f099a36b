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

// stands refuses what is told of a commitment that nobody made, or of a case that is not open, and says which commitment
// it is about. Where the onboarding cannot be asked the event goes on: it is kept.
func (a *app) stands(ctx context.Context, eng *engine.Engine, ev onboarding.Event, row journal.ContractRow) (about string, err error) {
	if !promises(ev) && !ev.Kind.OfCase() || !row.Status.EndedAt.IsZero() {
		return "", nil
	}
	s, err := eng.State(ctx, row.Contract.ID)
	switch {
	case err != nil:
		return "", nil //nolint:nilerr // telling it says what stands in the way
	case ev.Kind.OfCase():
		return "", caseStands(s, ev, zone(row.Contract))
	case ev.Kind == onboarding.EventCommitmentKept, ev.Kind == onboarding.EventCommitmentMoved:
		return promised(s, ev)
	}
	return again(s, ev), nil
}

// promises reports whether an event is about a commitment: an answer is with a day by which something will be done.
func promises(ev onboarding.Event) bool { return ev.Kind.OfCommitment() || ev.SaysByWhen() }

// promised refuses to keep or move a commitment that nobody made, and names the one that is meant.
func promised(s journey.State, ev onboarding.Event) (string, error) {
	c, known := journey.CommitmentOf(s, ev)
	switch {
	case known:
		return c.What, nil
	case ev.What == "" && len(s.Commitments) == 0:
		return "", nil
	}
	problem := "required: say which"
	if ev.What != "" {
		problem = fmt.Sprintf("nothing that was promised is %q", ev.What)
	}
	if len(s.Commitments) == 0 {
		return "", fmt.Errorf("what: %s; no commitment stands", problem)
	}
	stand := make([]string, len(s.Commitments))
	for i, c := range s.Commitments {
		stand[i] = fmt.Sprintf("%q, due %s", c.What, c.Due)
	}
	return "", fmt.Errorf("what: %s: write one of these that stand:\n  %s", problem, strings.Join(stand, "\n  "))
}

// again says that a promise takes the place of one that stands.
func again(s journey.State, ev onboarding.Event) string {
	if c, known := journey.CommitmentOf(s, ev); known && c.Due != "" {
		return fmt.Sprintf("moves %q, which was due %s", c.What, c.Due)
	}
	return ""
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
