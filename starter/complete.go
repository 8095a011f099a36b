package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/journal"
)

// completeMost bounds what a press of the tab key lists.
const completeMost = 50

// completer proposes the next argument.
type completer = func(cmd *cobra.Command, args []string, begun string) []string

// complete proposes the values of a flag.
func complete(c *cobra.Command, flag string, values ...string) {
	err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag is not there, or has a completion: a slip in this program
	}
}

// completeContract proposes contracts for the first argument, what next proposes for the second, and files after that.
func (a *app) completeContract(next completer) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0:
			return a.contracts(cmd, begun), cobra.ShellCompDirectiveNoFileComp
		case next != nil && len(args) == 1:
			return next(cmd, args, begun), cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}

// contracts lists contract ids that begin so. A journal that is not there yet is not made for it.
func (a *app) contracts(cmd *cobra.Command, begun string) []string {
	if !a.hasJournal() {
		return nil
	}
	j, err := a.journal(cmd.Context())
	if err != nil {
		return nil
	}
	rows, _, err := j.Contracts(cmd.Context(), journal.Filter{Query: begun, Limit: completeMost})
	if err != nil {
		return nil
	}
	var out []string
	for _, r := range rows {
		if strings.HasPrefix(r.Contract.ID, begun) {
			out = append(out, r.Contract.ID+"\t"+r.Contract.Customer.Company)
		}
	}
	return out
}

// completeTouch lists the touches of a contract's playbook.
func (a *app) completeTouch(cmd *cobra.Command, args []string, begun string) []string {
	if !a.hasJournal() {
		return nil
	}
	row, err := a.row(cmd.Context(), args[0])
	if err != nil {
		return nil
	}
	book, err := a.shelved(cmd.Context(), row.Status.Playbook)
	if err != nil {
		return nil
	}
	var out []string
	for _, t := range book.Plan().Touches {
		if strings.HasPrefix(t.ID, begun) {
			out = append(out, t.ID)
		}
	}
	return out
}

func (a *app) hasJournal() bool {
	cfg, err := a.config()
	if err != nil {
		return false
	}
	url := cfg.Engine.JournalURL.Reveal()
	if strings.HasPrefix(url, "postgres") {
		return true
	}
	_, err = os.Stat(strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//"))
	return !errors.Is(err, os.ErrNotExist)
}
