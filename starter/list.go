package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// overdueAfter is how long a promise must be past its time to be listed; the alarm waits as long.
	overdueAfter = 30 * time.Minute
	// doubtAfter is how long a send may wait for its result before it is listed.
	doubtAfter = time.Minute
	// doubtMost bounds the sends that --unknown looks at.
	doubtMost  = 500
	largestOut = 500
)

// wanted is what the flags of list ask for.
type wanted struct {
	filter           journal.Filter
	phase, state     string
	overdue, unknown bool
}

func listCommand(a *app) *cobra.Command {
	var w wanted
	c := &cobra.Command{
		Use:   "list",
		Short: "List onboardings, the latest started first; it reads the journal alone",
		Long: "List onboardings, the latest started first, a page a call: --after takes the cursor that the page before gave out. It\n" +
			"reads the journal alone, so it works while Temporal is down.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := w.check(); err != nil {
				return err
			}
			j, err := a.journal(cmd.Context())
			if err != nil {
				return err
			}
			rows, keys, next, err := w.rows(cmd.Context(), j)
			if errors.Is(err, journal.ErrCursor) {
				return usagef("--after: %w", err)
			}
			if err != nil {
				return err
			}
			return a.printRows(rows, keys, next)
		},
	}
	f := c.Flags()
	f.StringVar(&w.filter.Owner, "owner", "", "id of the account owner")
	f.StringVar(&w.phase, "phase", "", words(onboarding.Phases))
	f.StringVar(&w.filter.Health, "health", "", strings.Join(healths, ", "))
	f.StringVar(&w.state, "state", "", "open or ended")
	f.StringVar(&w.filter.Query, "search", "", "beginnings of words of the company, the contract's or the customer's id")
	f.BoolVar(&w.overdue, "overdue", false, "a promise is over 30 minutes late")
	f.BoolVar(&w.unknown, "unknown", false, "a send has no known result")
	f.IntVar(&w.filter.Limit, "limit", 50, "rows a page, 500 at most")
	f.StringVar(&w.filter.After, "after", "", "cursor of the page before")
	complete(c, "phase", strings.Split(words(onboarding.Phases), ", ")...)
	complete(c, "health", healths...)
	complete(c, "state", "open", "ended")
	return c
}

var healths = []string{"green", "amber", "red"}

func (w *wanted) check() error {
	w.filter.Phase, w.filter.State = onboarding.Phase(w.phase), journal.State(w.state)
	switch {
	case w.phase != "" && w.filter.Phase.Order() < 0:
		return usagef("--phase: %q is no phase: write one of %s", w.phase, words(onboarding.Phases))
	case w.filter.Health != "" && !slices.Contains(healths, w.filter.Health):
		return usagef("--health: %q is no health: write one of %s", w.filter.Health, strings.Join(healths, ", "))
	case w.state != "" && w.filter.State != journal.StateOpen && w.filter.State != journal.StateEnded:
		return usagef("--state: %q is no state: write open or ended", w.state)
	case w.filter.Limit < 1 || w.filter.Limit > largestOut:
		return usagef("--limit: %d is out of range: write 1 to %d", w.filter.Limit, largestOut)
	case (w.overdue || w.unknown) && w.filter.After != "":
		return usagef("--after does not go with --overdue or --unknown: they have one page")
	case (w.overdue || w.unknown) && w.filter.Query != "":
		return usagef("--search does not go with --overdue or --unknown")
	}
	return nil
}

// rows reads a page of the list, or those of the watchdog's lists that the other filters let through; with --unknown the
// keys of the sends in doubt too, by contract.
func (w *wanted) rows(ctx context.Context, j *journal.Journal) (rows []journal.ContractRow, keys map[string][]string, next string, err error) {
	if !w.overdue && !w.unknown {
		rows, next, err = j.Contracts(ctx, w.filter)
		return rows, nil, next, err
	}
	if w.unknown {
		rows, keys, err = inDoubt(ctx, j)
	} else {
		rows, err = j.Overdue(ctx, time.Now().Add(-overdueAfter))
	}
	rows = slices.DeleteFunc(rows, func(r journal.ContractRow) bool { return !w.passes(r) })
	return rows[:min(len(rows), w.filter.Limit)], keys, "", err
}

// inDoubt lists the contracts with a send whose result is not known, each once, and the keys of these sends.
func inDoubt(ctx context.Context, j *journal.Journal) (rows []journal.ContractRow, keys map[string][]string, err error) {
	sends, err := j.Unknowns(ctx, time.Now().Add(-doubtAfter), doubtMost)
	if err != nil {
		return nil, nil, err
	}
	keys = map[string][]string{}
	for _, s := range sends {
		keys[s.Contract] = append(keys[s.Contract], s.Key)
		if len(keys[s.Contract]) > 1 {
			continue
		}
		row, err := j.Contract(ctx, s.Contract)
		if errors.Is(err, journal.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, row)
	}
	return rows, keys, nil
}

func (w *wanted) passes(r journal.ContractRow) bool {
	f, s, ended := w.filter, r.Status, !r.Status.EndedAt.IsZero()
	return (f.Owner == "" || f.Owner == s.Owner) && (f.Phase == "" || f.Phase == s.Phase) && (f.Health == "" || f.Health == s.Health) &&
		(f.State == "" || (f.State == journal.StateEnded) == ended) &&
		(!w.overdue || !ended && !s.Paused && !s.NextAt.IsZero() && s.NextAt.Before(time.Now().Add(-overdueAfter)))
}

// standing is an onboarding as list and show print it; it holds ids and the company's name, never an address.
type standing struct {
	Contract  string           `json:"contract_id"`
	Run       int              `json:"run"`
	Customer  string           `json:"customer"`
	Company   string           `json:"company"`
	Owner     string           `json:"owner"`
	SignedAt  time.Time        `json:"signed_at"`
	StartedAt time.Time        `json:"started_at"`
	Phase     onboarding.Phase `json:"phase,omitempty"`
	Stage     onboarding.Stage `json:"stage,omitempty"`
	Health    string           `json:"health,omitempty"`
	Paused    bool             `json:"paused,omitempty"`
	Joined    bool             `json:"joined,omitempty"`
	Mode      onboarding.Mode  `json:"mode,omitempty"` // the run's own
	Playbook  string           `json:"playbook"`
	Next      string           `json:"next,omitempty"`
	NextAt    time.Time        `json:"next_at,omitzero"`
	EndedAt   time.Time        `json:"ended_at,omitzero"`
	Reason    string           `json:"reason,omitempty"`
	// InDoubt are the keys of sends whose result is not known; listed by --unknown alone.
	InDoubt []string `json:"in_doubt,omitempty"`
}

// standingOf puts every instant into the customer's zone.
func standingOf(r journal.ContractRow) standing {
	c, s, loc := r.Contract, r.Status, zone(r.Contract)
	local := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return t.In(loc).Truncate(time.Second)
	}
	return standing{Contract: c.ID, Run: r.Run, Customer: c.Customer.ID, Company: c.Customer.Company, Owner: s.Owner,
		SignedAt: local(c.SignedAt), StartedAt: local(r.StartedAt), Phase: s.Phase, Stage: s.Stage, Health: s.Health,
		Paused: s.Paused, Joined: r.Joined, Mode: r.Mode, Playbook: s.Playbook, Next: s.Next, NextAt: local(s.NextAt),
		EndedAt: local(s.EndedAt), Reason: s.EndedFor}
}

func (a *app) printRows(rows []journal.ContractRow, keys map[string][]string, next string) error {
	out := make([]standing, len(rows))
	for i, r := range rows {
		out[i] = standingOf(r)
		out[i].InDoubt = keys[r.Contract.ID]
	}
	if a.json() {
		return a.print(map[string]any{"contracts": out, "next": next})
	}
	t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "contract\tcompany\towner\tday\tphase\tstage\thealth\tnext")
	for _, s := range out {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Contract, s.Company, s.Owner, s.day(), s.Phase, s.Stage, s.Health, s.comes())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(keys) > 0 {
		fmt.Fprintln(a.out, "\nin doubt: find out whether they went, then starter settle KEY accepted or not-sent")
	}
	for _, s := range out {
		for _, key := range s.InDoubt {
			fmt.Fprintln(a.out, key)
		}
	}
	if next != "" {
		fmt.Fprintf(a.out, "\nmore: --after %s\n", next)
	}
	return nil
}

// day is how far the customer is; of an ended onboarding how far they came.
func (s standing) day() string {
	at := time.Now()
	if !s.EndedAt.IsZero() {
		at = s.EndedAt
	}
	return fmt.Sprint(onboarding.DateOf(at.In(s.SignedAt.Location())).DaysSince(onboarding.DateOf(s.SignedAt)))
}

// comes is the next promise, or why there is none.
func (s standing) comes() string {
	switch {
	case !s.EndedAt.IsZero():
		return "ended " + s.EndedAt.Format(time.DateOnly) + ": " + s.Reason
	case s.Paused:
		return "paused"
	case s.NextAt.IsZero():
		return ""
	}
	return s.NextAt.Format(clockTime) + " " + s.Next
}
