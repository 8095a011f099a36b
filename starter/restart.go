package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/onboarding"
)

func restartCommand(a *app) *cobra.Command {
	var o opening
	var fromJournal bool
	var milestones []string
	c := &cobra.Command{
		Use:   "restart CONTRACT_ID [CONTRACT|-]",
		Short: "Begin the next run of an onboarding that has ended, or that Temporal lost",
		Long: "Begin the next run of an onboarding that has ended: everything from the first day again, counted from the signature.\n" +
			"The contract stays as it read at the end of the last run, or reads as in the file from now on; its contract_id and\n" +
			"customer.id cannot change, its signed_at can. A signature over 3 days old is refused without --join.\n\n" +
			"With --from-journal it is the run that Temporal lost, or knows only as it was before the journal's newest facts (it was\n" +
			"restored from a backup): the next run begins where the journal ends. What went or was dropped does not go again, and what\n" +
			"was due meanwhile is left out; both are shown first.",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case fromJournal && (len(args) > 1 || o.playbook != "" || o.join):
				return usagef("--from-journal goes on with the contract and the playbook that the journal holds: leave CONTRACT, --playbook and --join out")
			case len(milestones) > 0 && !fromJournal:
				return usagef("--milestone goes with --from-journal")
			case fromJournal:
				return a.recover(cmd, o, args[0], milestones)
			}
			h, err := a.house(cmd.Context(), o)
			if err != nil {
				return err
			}
			contract, file, err := a.nextContract(cmd, args)
			if err != nil {
				return err
			}
			start, err := h.start(contract, nil)
			if err := errors.Join(err, h.over(contract)); err != nil {
				return in(file, err)
			}
			return a.launch(cmd, h, o, launch{start: start, next: true, preview: o.join || o.dryRun})
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&fromJournal, "from-journal", false, "Temporal lost it, or is older than the journal: go on from what the journal holds")
	c.Flags().StringArrayVar(&milestones, "milestone", nil, "with --from-journal, what the journal does not know, as installed=2026-01-20; may be repeated: "+words(importable))
	c.ValidArgsFunction = a.completeContract(nil)
	return c
}

// nextContract is the contract of the next run: that of the last, or that of the file.
func (a *app) nextContract(cmd *cobra.Command, args []string) (c onboarding.Contract, file string, err error) {
	row, err := a.row(cmd.Context(), args[0])
	if err != nil {
		return c, "", err
	}
	if len(args) == 1 {
		return row.Contract, args[0], nil
	}
	c, err = a.parse(args[1])
	if err == nil {
		err = in(args[1], stays(row.Contract, c, false))
	}
	return c, args[1], err
}

// stays refuses a change of what an onboarding is known by; of the signature only where it must stay too.
func stays(was, now onboarding.Contract, signature bool) error {
	var errs []error
	refuse := func(field, old, given string) {
		if old != given {
			errs = append(errs, fmt.Errorf("%s: %s cannot become %s: it would be another onboarding", field, old, given))
		}
	}
	refuse("contract_id", was.ID, now.ID)
	refuse("customer.id", was.Customer.ID, now.Customer.ID)
	if signature && !was.SignedAt.Equal(now.SignedAt) {
		refuse("signed_at", was.SignedAt.Format(rfc3339), now.SignedAt.Format(rfc3339))
	}
	return errors.Join(errs...)
}
