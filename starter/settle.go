package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// What somebody who looked may say of a send.
const (
	wentOut = "accepted"
	notSent = "not-sent"
)

// handSettled begins the ledger's reason for a send that a person settled.
const handSettled = "settled by hand"

func settleCommand(a *app) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:   "settle KEY accepted|not-sent",
		Short: "Say what became of a send whose result nobody could tell",
		Long: "Settle a send whose result is not known, after somebody looked: accepted (it went) or not-sent (it surely did not). KEY is\n" +
			"what show and list --unknown print, such as C-2026-0042/1/welcome#giulia; without the # and the contact it means the\n" +
			"touch's one send in doubt. The alarm send_unknown ends with the last of them. It writes to the journal's ledger alone: a\n" +
			"touch that was dropped meanwhile does not go again.",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[1] != wentOut && args[1] != notSent {
				return usagef("%q is no result: write %s (it went) or %s (it surely did not)", args[1], wentOut, notSent)
			}
			return a.settle(cmd.Context(), args[0], args[1], reason)
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "how it was found out")
	c.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return []string{wentOut, notSent}, cobra.ShellCompDirectiveNoFileComp
		}
		return a.keysInDoubt(cmd, begun), cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

// settle writes a person's word into the ledger. Not sent is released and not rejected: the provider's own word, should
// it still come, beats it; and a touch that the engine still asks about goes again.
func (a *app) settle(ctx context.Context, key, result, reason string) error {
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	row, err := a.sendInDoubt(ctx, j, key)
	if err != nil {
		return err
	}
	state := onboarding.SendAccepted
	if result == notSent {
		state = onboarding.SendReleased
	}
	why := strings.TrimSuffix(handSettled+": "+reason, ": ")
	if err := j.Settle(ctx, row.Key, state, "", why); err != nil {
		return err
	}
	report := struct {
		Key    string               `json:"key"`
		State  onboarding.SendState `json:"state"`
		Reason string               `json:"reason"`
		Goes   bool                 `json:"goes_again"`
	}{row.Key, state, why, false}
	if result == wentOut {
		return a.say(report, "%s: it counts as sent", row.Key)
	}
	next, goes, err := whatNow(ctx, j, row)
	if err != nil {
		return err
	}
	report.Goes = goes
	return a.say(report, "%s: it counts as not sent; %s", row.Key, next)
}

// sendInDoubt finds the send that a key, or the key of its touch, means.
func (a *app) sendInDoubt(ctx context.Context, j *journal.Journal, key string) (onboarding.Send, error) {
	cfg, err := a.config()
	if err != nil {
		return onboarding.Send{}, err
	}
	rows, err := j.SendsOf(ctx, key)
	if err != nil {
		return onboarding.Send{}, err
	}
	if len(rows) == 0 {
		return onboarding.Send{}, fmt.Errorf("KEY: no send has the key %q: starter list --unknown and starter show print the keys of those in doubt", key)
	}
	open := slices.DeleteFunc(slices.Clone(rows), func(s onboarding.Send) bool { return !doubtful(s) })
	switch {
	case len(open) == 0:
		return rows[0], fmt.Errorf("KEY: %s is %s already%s: only a send in doubt is settled", rows[0].Key, rows[0].State, because(rows[0].Reason))
	case len(open) > 1:
		keys := make([]string, len(open))
		for i, s := range open {
			keys[i] = s.Key
		}
		return open[0], fmt.Errorf("KEY: %s has %d sends in doubt: name one of %s", key, len(open), strings.Join(keys, ", "))
	}
	row := open[0]
	if grace := cfg.Worker.SendGrace.Duration; row.State == onboarding.SendAttempting && time.Since(row.WallAt) < grace {
		return row, fmt.Errorf("KEY: %s is being sent right now: look again in %s", row.Key, grace)
	}
	return row, nil
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// doubtful reports whether a send has no result.
func doubtful(s onboarding.Send) bool {
	return s.State == onboarding.SendUnknown || s.State == onboarding.SendAttempting
}

// whatNow says whether a touch goes again by itself, by the journal: the engine asks about it until it is dropped.
func whatNow(ctx context.Context, j *journal.Journal, s onboarding.Send) (next string, goes bool, err error) {
	byHand := "write it by hand if it is still wanted"
	row, err := j.Contract(ctx, s.Contract)
	if err != nil && !errors.Is(err, journal.ErrNotFound) {
		return "", false, err
	}
	if errors.Is(err, journal.ErrNotFound) || row.Run != s.Run || !row.Status.EndedAt.IsZero() {
		return "its onboarding is over, so it does not go again: " + byHand, false, nil
	}
	entries, err := facts(ctx, j, s.Contract, s.Run)
	if err != nil {
		return "", false, err
	}
	for _, e := range slices.Backward(entries) {
		switch {
		case e.Touch != s.Touch:
		case e.Kind == onboarding.EntryTouchDropped:
			return fmt.Sprintf("%s was dropped (%s) and does not go again: %s", s.Touch, cmp.Or(e.Reason, "no reason"), byHand), false, nil
		case e.Kind == onboarding.EntryTouchSent:
			return fmt.Sprintf("%s went to %s and does not go again: %s", s.Touch, e.To, byHand), false, nil
		}
	}
	return "the engine has not given it up and sends it again by itself", true, nil
}

// keysInDoubt are the keys that begin so, for the tab key.
func (a *app) keysInDoubt(cmd *cobra.Command, begun string) []string {
	if !a.hasJournal() {
		return nil
	}
	j, err := a.journal(cmd.Context())
	if err != nil {
		return nil
	}
	sends, err := j.Unknowns(cmd.Context(), time.Now(), completeMost)
	if err != nil {
		return nil
	}
	var out []string
	for _, s := range sends {
		if strings.HasPrefix(s.Key, begun) {
			out = append(out, s.Key)
		}
	}
	return out
}
