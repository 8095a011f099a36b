package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
)

func amendCommand(a *app) *cobra.Command {
	var id, reason string
	var yes, dryRun bool
	c := &cobra.Command{
		Use:   "amend CONTRACT_ID CONTRACT.json|-",
		Short: "Change the contract of a running onboarding: contacts, dates, terms, language, zone",
		Long: "Change the contract of a running onboarding. The file is the whole contract as it reads from now on; contract_id,\n" +
			"signed_at and customer.id cannot change. What moves is shown first. " + steeringHelp,
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: a.completeContract(nil),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			row, err := a.row(ctx, args[0])
			if err == nil && !row.Status.EndedAt.IsZero() {
				err = engine.ErrEnded
			}
			if err != nil {
				return err
			}
			contract, err := a.amended(cmd, args[1], row.Contract)
			if err != nil {
				return in(args[1], err)
			}
			t, err := a.running(ctx, args[0])
			if err != nil {
				return err
			}
			if err := contract.ValidateAgainst(t.plan.Languages); err != nil {
				return in(args[1], err)
			}
			ev := onboarding.Event{Kind: onboarding.EventAmended, ID: id, Reason: reason, Amendment: &contract}
			return a.amend(cmd, t, ev, yes, dryRun)
		},
	}
	c.Flags().StringVar(&id, "id", "", "the event's own id: given twice it counts once; a new one without")
	c.Flags().StringVar(&reason, "reason", "", "why")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask after the preview")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "show what would change; change nothing")
	return c
}

// amended reads the contract as it shall read, with its people looked up.
func (a *app) amended(cmd *cobra.Command, file string, was onboarding.Contract) (onboarding.Contract, error) {
	data, err := a.read(file)
	if err != nil {
		return was, err
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		return c, err
	}
	j, err := a.journal(cmd.Context())
	if err != nil {
		return c, err
	}
	people, err := j.People(cmd.Context())
	if err != nil {
		return c, err
	}
	return c, errors.Join(stays(was, c, true), c.Resolve(people))
}

// amend shows what the amendment changes, asks, and tells it.
func (a *app) amend(cmd *cobra.Command, t trial, ev onboarding.Event, yes, dryRun bool) error {
	contract := t.state.Start.Contract.ID
	preview := struct {
		Contract string   `json:"contract_id"`
		DryRun   bool     `json:"dry_run,omitempty"`
		Fields   []field  `json:"fields"`
		Promises []moved  `json:"promises"`
		Event    *toldRef `json:"event,omitempty"`
	}{Contract: contract, DryRun: dryRun, Fields: differences(t.state.Start.Contract, *ev.Amendment), Promises: []moved{}}
	if len(preview.Fields) == 0 {
		return a.say(preview, "%s reads so already; nothing was done", contract)
	}
	moves, err := t.moves(ev)
	if err != nil {
		return err
	}
	preview.Promises = append(preview.Promises, moves...)
	if dryRun && a.json() {
		return a.print(preview)
	}
	w := a.previews()
	printFields(w, preview.Fields)
	fmt.Fprintln(w)
	printMoves(w, moves)
	if dryRun {
		return a.say(preview, "\na dry run: nothing was changed")
	}
	if err := a.confirm(yes, "Amend?"); err != nil {
		return err
	}
	told, err := a.send(cmd, contract, ev, "")
	if err != nil {
		return err
	}
	preview.Event = &toldRef{told.ID, told.Fresh}
	return a.say(preview, "%s: amended", contract)
}

// toldRef names the event that carried a change.
type toldRef struct {
	ID    string `json:"id"`
	Fresh bool   `json:"fresh"`
}

// field is one field of a contract that changes, by its JSON path; null where it is absent.
type field struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// differences lists the fields in which two contracts differ, by path.
func differences(was, now onboarding.Contract) []field {
	before, after := flat(was), flat(now)
	var paths []string
	for p := range before {
		paths = append(paths, p)
	}
	for p := range after {
		if _, ok := before[p]; !ok {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	out := []field{}
	for _, p := range paths {
		if before[p] != after[p] {
			out = append(out, field{p, before[p], after[p]})
		}
	}
	return out
}

// flat is a contract as its JSON values by path.
func flat(c onboarding.Contract) map[string]any {
	text, err := json.Marshal(c)
	var tree any
	if err == nil {
		err = json.Unmarshal(text, &tree)
	}
	if err != nil {
		return nil // a contract that was read is writable
	}
	out := map[string]any{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, item := range v {
				if path != "" {
					name = path + "." + name
				}
				walk(name, item)
			}
		case []any:
			for i, item := range v {
				walk(fmt.Sprintf("%s[%s]", path, nameOf(item, i)), item)
			}
		default:
			out[path] = v
		}
	}
	walk("", tree)
	return out
}

// nameOf is the id of an entry of a list, so that one that goes does not move the others; its place where it has none.
func nameOf(item any, place int) string {
	if object, ok := item.(map[string]any); ok {
		if id, ok := object["id"].(string); ok {
			return id
		}
	}
	return strconv.Itoa(place)
}

func printFields(w io.Writer, fields []field) {
	for _, f := range fields {
		switch {
		case f.Before == nil:
			fmt.Fprintf(w, "%s: %v (new)\n", f.Field, f.After)
		case f.After == nil:
			fmt.Fprintf(w, "%s: %v (gone)\n", f.Field, f.Before)
		default:
			fmt.Fprintf(w, "%s: %v -> %v\n", f.Field, f.Before, f.After)
		}
	}
}
