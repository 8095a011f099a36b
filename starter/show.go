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
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

func showCommand(a *app) *cobra.Command {
	var contract bool
	c := &cobra.Command{
		Use:   "show CONTRACT_ID",
		Short: "Show what was, what comes, and what did not happen and why",
		Long: "Show one onboarding: what was and what did not happen from the journal, what comes from the onboarding itself. While\n" +
			"Temporal is down the past is printed all the same and the exit code is 3. With --contract its contract is printed as it\n" +
			"reads now, as JSON: edit it and give it to amend.",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeContract(nil),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			row, err := a.row(ctx, args[0])
			if err != nil {
				return err
			}
			if contract {
				return a.print(row.Contract)
			}
			view, err := a.past(ctx, row)
			if err != nil {
				return err
			}
			var unasked error
			if row.Status.EndedAt.IsZero() {
				if unasked = a.ask(ctx, &view); unasked != nil {
					unasked = fmt.Errorf("this is the past; what comes cannot be asked: %w", unasked)
				}
			}
			if a.json() {
				err = a.print(view)
			} else {
				view.print(a.out)
			}
			if err != nil {
				return err
			}
			return unasked
		},
	}
	c.Flags().BoolVar(&contract, "contract", false, "print the contract as it reads now, with its names and addresses, and nothing else")
	return c
}

// view is one onboarding as show prints it. Promises and commitments are null where they could not be asked.
type view struct {
	standing
	Ended       *journey.Ending      `json:"ended"`
	Entries     []onboarding.Entry   `json:"entries"`
	Promises    []onboarding.Promise `json:"promises"`
	Commitments []journey.Commitment `json:"commitments"`
	NotHappened []notHappened        `json:"not_happened"`
	Sends       []send               `json:"sends"`
	Service     served               `json:"service"`
	moot        map[string]string    // why touches will not go
}

// notHappened is a touch that did not go: dropped for good, or held until its reason is gone.
type notHappened struct {
	Touch  string    `json:"touch"`
	At     time.Time `json:"at"`
	Day    int       `json:"day"`
	State  string    `json:"state"` // dropped, held
	Reason string    `json:"reason"`
}

// send is a row of the ledger, with the reached one's id in place of the address.
type send struct {
	Key     string               `json:"key"`
	Touch   string               `json:"touch"`
	To      string               `json:"to"`
	Channel onboarding.Channel   `json:"channel"`
	At      time.Time            `json:"at"`
	State   onboarding.SendState `json:"state"`
	Reason  string               `json:"reason,omitempty"`
}

// past reads what the journal holds of a run.
func (a *app) past(ctx context.Context, row journal.ContractRow) (view, error) {
	j, err := a.journal(ctx)
	if err != nil {
		return view{}, err
	}
	entries, err := facts(ctx, j, row.Contract.ID, row.Run)
	if err != nil {
		return view{}, err
	}
	sends, err := j.Sends(ctx, row.Contract.ID, row.Run)
	if err != nil {
		return view{}, err
	}
	people, err := j.People(ctx)
	if err != nil {
		return view{}, err
	}
	measured, err := serviceOf(ctx, j, row, entries, people)
	if err != nil {
		return view{}, err
	}
	var ended *journey.Ending
	if !row.Status.EndedAt.IsZero() {
		ended = &journey.Ending{At: row.Status.EndedAt, Reason: row.Status.EndedFor}
	}
	r := reportOf(row.Contract, entries, ended)
	v := view{standing: standingOf(row), Ended: r.Ended, Entries: r.Entries, NotHappened: missing(r.Entries), Sends: []send{},
		Service: servedBy(measured, "")}
	loc := zone(row.Contract)
	for _, s := range sends {
		to := s.Address // of an alert: a person's id
		if _, contact, ok := strings.Cut(s.Key, "#"); ok {
			to = contact
		}
		v.Sends = append(v.Sends, send{s.Key, s.Touch, to, s.Channel, s.At.In(loc), s.State, s.Reason})
	}
	return v, nil
}

// facts are the entries of a run by instant.
func facts(ctx context.Context, j *journal.Journal, contract string, run int) ([]onboarding.Entry, error) {
	recorded, err := j.Facts(ctx, contract, run)
	if err != nil {
		return nil, err
	}
	entries := make([]onboarding.Entry, len(recorded))
	for i, f := range recorded {
		entries[i] = f.Entry
	}
	slices.SortStableFunc(entries, func(x, y onboarding.Entry) int { return x.At.Compare(y.At) })
	return entries, nil
}

// ask gets what comes from the onboarding itself.
func (a *app) ask(ctx context.Context, v *view) error {
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	promises, err := eng.Promises(ctx, v.Contract)
	if err != nil {
		return err
	}
	state, err := eng.State(ctx, v.Contract)
	if err != nil {
		return err
	}
	v.Promises = append([]onboarding.Promise{}, promises...)
	v.Commitments = append([]journey.Commitment{}, state.Commitments...)
	if book, err := a.shelved(ctx, state.Start.Playbook); err == nil { // else the reasons are left out
		v.moot = journey.New(book.Plan()).Moot(state.Start.Contract)
	}
	return nil
}

// missing lists the touches whose last word is that they did not go.
func missing(entries []onboarding.Entry) []notHappened {
	out := []notHappened{}
	for _, e := range entries {
		state := map[onboarding.EntryKind]string{onboarding.EntryTouchDropped: "dropped", onboarding.EntryTouchHeld: "held"}[e.Kind]
		if state == "" && e.Kind != onboarding.EntryTouchSent {
			continue
		}
		out = slices.DeleteFunc(out, func(n notHappened) bool { return n.Touch == e.Touch && n.State == "held" })
		if state != "" {
			out = append(out, notHappened{e.Touch, e.At, e.Day, state, e.Reason})
		}
	}
	return out
}

// print writes the sections for people.
func (v view) print(w io.Writer) {
	head := fmt.Sprintf("%s, %s, run %d, owner %s", v.Contract, v.Company, v.Run, v.Owner)
	if v.Mode != "" {
		head += fmt.Sprintf(", mode %s at most", v.Mode)
	}
	fmt.Fprintln(w, head)
	state := fmt.Sprintf("day %s, phase %s, stage %s, health %s", v.day(), v.Phase, v.Stage, v.Health)
	if v.Paused {
		state += ", paused"
	}
	if v.Ended != nil {
		state += fmt.Sprintf("; ended %s: %s", v.Ended.At.Format("Mon 2 Jan 2006"), v.Ended.Reason)
	}
	fmt.Fprintf(w, "%s\n\nWhat was\n", state)
	was := slices.DeleteFunc(slices.Clone(v.Entries), func(e onboarding.Entry) bool { return e.Kind == onboarding.EntryTouchDropped })
	if len(was) == 0 {
		fmt.Fprintln(w, "nothing yet")
	}
	printEntries(w, was)
	if v.Promises != nil {
		fmt.Fprintln(w, "\nWhat comes")
		if v.Paused {
			fmt.Fprintln(w, "paused: until it is resumed nothing goes but confirmations")
		}
		printPromises(w, v.Promises, v.moot)
	}
	if len(v.Commitments) > 0 {
		fmt.Fprintln(w, "\nWhat was promised and is not kept yet")
		v.printCommitments(w)
	}
	fmt.Fprintln(w, "\nWhat did not happen")
	v.printMissing(w)
	fmt.Fprintln(w, "\nService")
	v.Service.print(w, "")
	if len(v.Sends) > 0 {
		fmt.Fprintln(w, "\nSends")
		v.printSends(w)
	}
}

func (v view) printMissing(w io.Writer) {
	if len(v.NotHappened) == 0 {
		fmt.Fprintln(w, "nothing")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, n := range v.NotHappened {
		fmt.Fprintf(t, "day %d\t%s\t%s\t%s\t%s\n", n.Day, n.At.Format(clockTime), n.Touch, n.State, n.Reason)
	}
	_ = t.Flush()
}

func (v view) printSends(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range v.Sends {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", s.At.Format(clockTime), s.Touch, s.To, s.Channel, s.State, s.Reason)
	}
	_ = t.Flush()
	said := false
	for _, s := range v.Sends {
		if s.State != onboarding.SendUnknown && s.State != onboarding.SendAttempting {
			continue
		}
		if !said {
			fmt.Fprintln(w, "\nIn doubt: find out whether they went, then say so, accepted or not-sent")
			said = true
		}
		fmt.Fprintf(w, "starter settle %s accepted\n", s.Key)
	}
}
