package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

func planCommand(a *app) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "plan CONTRACT",
		Short: "Print every touch of a contract with its date, as of the signature",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := a.rehearsal(args[0], dir, "")
			if err != nil {
				return err
			}
			cal, err := calendar.ForContract(journey.PlanInput(r.start.Contract, r.start.Contract.SignedAt))
			if err != nil {
				return err
			}
			for _, w := range cal.Warnings {
				fmt.Fprintln(a.err, "warning:", w)
			}
			promises := r.core.Plan(r.start, cal)
			if a.json() {
				return a.print(promises)
			}
			printPromises(a.out, promises)
			return nil
		},
	}
	c.Flags().StringVar(&dir, "playbook", "", "folder of the playbook; the configured one without")
	return c
}

func rehearseCommand(a *app) *cobra.Command {
	var dir, script, signedAt string
	var onServer bool
	c := &cobra.Command{
		Use:   "rehearse CONTRACT",
		Short: "Play the 100 days of a contract offline, in milliseconds",
		Long: "Play the 100 days of a contract on the engine's core, without a server. Nothing is sent. Without a scenario nothing\n" +
			"happens but the plan. It plays as live with the outbox: sample case histories count as approved, and what an owner\n" +
			"must approve is approved.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if onServer {
				signedAt = soon()
			}
			r, err := a.rehearsal(args[0], dir, signedAt)
			if err != nil {
				return err
			}
			if script != "" {
				if err := r.follow(a, script); err != nil {
					return err
				}
			}
			if onServer {
				return a.compare(cmd.Context(), r)
			}
			story, err := r.play()
			if err != nil {
				return err
			}
			if a.json() {
				return a.print(r.report(story))
			}
			printStory(a.out, r.report(story))
			return nil
		},
	}
	c.Flags().StringVar(&dir, "playbook", "", "folder of the playbook; the configured one without")
	c.Flags().StringVar(&script, "scenario", "", "YAML file of what happens meanwhile")
	c.Flags().StringVar(&signedAt, "signed-at", "", "play as if signed at this instant, RFC 3339 or now")
	c.Flags().BoolVar(&onServer, "against-server", false, "play it on the real server too, by time skipping from now + 1 minute, and compare")
	return c
}

func validateCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "validate DIR",
		Short: "Name every fault of a playbook, with file and line",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			book, err := playbook.LoadDir(args[0])
			if err != nil {
				return err
			}
			if a.json() {
				return a.print(map[string]any{"name": book.Plan().Name, "hash": book.Hash, "touches": len(book.Plan().Touches)})
			}
			fmt.Fprintf(a.out, "%s: no fault. %d touches, hash %s\n", args[0], len(book.Plan().Touches), book.Hash)
			return nil
		},
	}
}

// rehearsal is a contract with a playbook, ready to be played.
type rehearsal struct {
	core   journey.Journey
	start  journey.Start
	world  activities.Rehearsal
	events []onboarding.Event
}

// rehearsal prepares a contract file; its people must stand inline, since there is no journal here.
func (a *app) rehearsal(file, dir, signedAt string) (*rehearsal, error) {
	book, err := a.playbook(dir)
	if err != nil {
		return nil, err
	}
	contract, err := a.parse(file)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(contract.ValidateAgainst(book.Plan().Languages), contract.Resolve(nil)); err != nil {
		return nil, in(file, err)
	}
	if contract, err = redate(contract, signedAt); err != nil {
		return nil, err
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	settings, err := wiring.Settings(cfg)
	if err != nil {
		return nil, err
	}
	return &rehearsal{
		core: journey.New(book.Plan()),
		start: journey.Start{Contract: contract, Run: 1, Rules: journey.Rules, Playbook: book.Hash,
			Mode: onboarding.ModeLive, Samples: true, AutoApprove: true},
		world: activities.Rehearsal{Book: book, Settings: settings, Calendars: calendar.ForContract,
			Log: slog.New(slog.NewTextHandler(a.err, nil))},
	}, nil
}

// redate moves a contract to another signature; dates inside it stay.
func redate(c onboarding.Contract, signedAt string) (onboarding.Contract, error) {
	switch signedAt {
	case "":
	case "now":
		c.SignedAt = time.Now().In(zone(c)).Truncate(time.Second)
	default:
		t, err := time.Parse(time.RFC3339, signedAt)
		if err != nil {
			return c, usagef("--signed-at: %q is neither now nor an instant such as 2026-01-15T16:20:00+01:00", signedAt)
		}
		c.SignedAt = t
	}
	return c, nil
}

// follow reads the scenario.
func (r *rehearsal) follow(a *app, file string) error {
	data, err := a.read(file)
	if err != nil {
		return err
	}
	s, err := scenario.Parse(data, file)
	if err != nil {
		return err
	}
	r.events = s.Events(r.start.Contract.SignedAt, zone(r.start.Contract))
	r.start.Peers = len(s.Peers) > 0
	return nil
}

func (r *rehearsal) play() (journey.Story, error) {
	return r.core.Play(r.start, r.events, r.world)
}

// report is the JSON form of a rehearsal.
type report struct {
	Contract string             `json:"contract"`
	Ended    *journey.Ending    `json:"ended"`
	Entries  []onboarding.Entry `json:"entries"`
}

// report puts every instant into the customer's zone.
func (r *rehearsal) report(s journey.Story) report {
	return reportOf(r.start.Contract, s.Entries, s.Final.Ended)
}

func reportOf(c onboarding.Contract, entries []onboarding.Entry, ended *journey.Ending) report {
	loc := zone(c)
	out := report{Contract: c.ID, Entries: make([]onboarding.Entry, len(entries))}
	for i, e := range entries {
		e.At = e.At.In(loc)
		out.Entries[i] = e
	}
	if ended != nil {
		out.Ended = &journey.Ending{At: ended.At.In(loc), Reason: ended.Reason}
	}
	return out
}
