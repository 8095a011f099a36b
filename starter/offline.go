package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

func planCommand(a *app) *cobra.Command {
	var o rehearsing
	c := &cobra.Command{
		Use:   "plan CONTRACT",
		Short: "Print every touch of a contract with its date, as of the signature",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := a.rehearsal(args[0], o)
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
			printPromises(a.out, promises, journey.New(r.world.Book.Plan()).Moot(r.start.Contract))
			return nil
		},
	}
	o.flags(c)
	return c
}

// rehearsing is what the flags of plan and rehearse say.
type rehearsing struct{ playbook, people, scenario, signedAt string }

func (o *rehearsing) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.playbook, "playbook", "", "folder of the playbook; the configured one without")
	c.Flags().StringVar(&o.people, "people", "", "people.yaml with those whom the contract names by id")
}

func rehearseCommand(a *app) *cobra.Command {
	var o rehearsing
	var onServer bool
	var many crowd
	c := &cobra.Command{
		Use:   "rehearse CONTRACT",
		Short: "Play the 100 days of a contract offline, in milliseconds",
		Long: "Play the 100 days of a contract on the engine's core, without a server. Nothing is sent. Without a scenario nothing\n" +
			"happens but the plan. It plays as live with the outbox: sample case histories count as approved, and what an owner\n" +
			"must approve is approved.\n\n" +
			"With --portfolio N it plays N made-up customers like this one, signed over a year: how often the plan wakes an owner of\n" +
			"40 customers a week, how many mails and cases it makes, and whether it may go live. What is assumed of the customers is\n" +
			"printed with it.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			crowded, err := many.check(cmd)
			if err != nil {
				return err
			}
			if onServer {
				if _, err := a.config(); err != nil { // a server needs all of it
					return err
				}
				o.signedAt = soon()
			}
			r, err := a.rehearsal(args[0], o)
			if err != nil {
				return err
			}
			if onServer {
				return a.compare(cmd.Context(), r)
			}
			if crowded {
				return a.portfolio(cmd.Context(), r, &many)
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
	o.flags(c)
	c.Flags().StringVar(&o.scenario, "scenario", "", "YAML file of what happens meanwhile")
	c.Flags().StringVar(&o.signedAt, "signed-at", "", "play as if signed at this instant, RFC 3339 or now")
	c.Flags().BoolVar(&onServer, "against-server", false, "play it on the real server too, by time skipping from now + 1 minute, and compare")
	many.flags(c)
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
	backup *onboarding.Person // of the owner; nil where nobody stands in
}

// rehearsal prepares a contract file. Its people stand inline, in the file of --people or in the scenario, since there
// is no journal here.
func (a *app) rehearsal(file string, o rehearsing) (*rehearsal, error) {
	cfg, err := a.offline()
	if err != nil {
		return nil, err
	}
	book, err := wiring.LoadPlaybook(cmp.Or(o.playbook, cfg.Engine.PlaybookDir))
	if err != nil {
		return nil, err
	}
	contract, err := a.parse(file)
	if err != nil {
		return nil, err
	}
	script, people, err := a.script(o)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(contract.ValidateAgainst(book.Plan().Languages), contract.Resolve(people)); err != nil {
		return nil, in(file, err)
	}
	if err := a.cast(script, o.scenario, contract, people); err != nil {
		return nil, err
	}
	if contract, err = redate(contract, o.signedAt); err != nil {
		return nil, err
	}
	settings, err := wiring.Settings(cfg)
	if err != nil {
		return nil, err
	}
	r := &rehearsal{
		core: journey.New(book.Plan()),
		start: journey.Start{Contract: contract, Run: 1, Rules: journey.Rules, Playbook: book.Hash,
			Mode: onboarding.ModeLive, Samples: true, AutoApprove: true, FeedsLive: true, Peers: script.Peers},
		world: activities.Rehearsal{Book: book, Settings: settings, Calendars: calendar.ForContract, Staff: people,
			Log: slog.New(slog.NewTextHandler(a.err, nil))},
		events: script.Events(contract.SignedAt, zone(contract)),
		backup: backupOf(contract, people),
	}
	for i, e := range r.events {
		r.events[i] = remorse.Hear(e, contract.Customer.Language)
	}
	return r, nil
}

// offlineSettings are the variables that a command without a server looks at.
var offlineSettings = []string{"CENTOGIORNI_PLAYBOOK_DIR", "CENTOGIORNI_BRAND"}

// offline is the configuration of a command that needs no server: the playbook's folder, and the name that a subject may
// print. Whatever else is wrong is said and left alone, for it is not this command's business. The faulty variables are
// taken out of the environment, since only package config reads it.
func (a *app) offline() (config.Config, error) {
	cfg, err := config.Load()
	var faults config.Faults
	if !errors.As(err, &faults) {
		return cfg, err
	}
	var wrong []string
	for _, f := range faults {
		if slices.Contains(offlineSettings, f.Variable) {
			return cfg, err
		}
		fmt.Fprintf(a.err, "warning: %s (not needed here)\n", f)
		wrong = append(wrong, f.Variable)
	}
	for _, v := range config.Variables() {
		if !slices.Contains(offlineSettings, v.Name) {
			wrong = append(wrong, v.Name, v.Name+"_FILE")
		}
	}
	for _, name := range wrong {
		if err := os.Unsetenv(name); err != nil {
			return cfg, err
		}
	}
	return config.Load()
}

// script reads the scenario, with the people it brings and those of --people. Whom its events name must be among them.
func (a *app) script(o rehearsing) (s scenario.Scenario, people []onboarding.Person, err error) {
	if o.people != "" {
		data, err := a.read(o.people)
		if err != nil {
			return s, nil, err
		}
		if people, err = scenario.ParsePeople(data, o.people); err != nil {
			return s, nil, err
		}
	}
	if o.scenario == "" {
		return s, people, nil
	}
	data, err := a.read(o.scenario)
	if err != nil {
		return s, nil, err
	}
	if s, err = scenario.Parse(data, o.scenario); err != nil {
		return s, nil, err
	}
	people = append(s.People, people...) // the scenario's own come first
	var errs []error
	for i := range s.Steps {
		step := &s.Steps[i]
		if err := step.Event.Resolve(people); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", o.scenario, step.Line, err))
		}
	}
	return s, people, errors.Join(errs...)
}

// cast refuses contacts and people of ours in a story whom nobody knows. A story that knows none of them was written for
// another contract: it is played, and that is said.
func (a *app) cast(s scenario.Scenario, file string, c onboarding.Contract, people []onboarding.Person) error {
	people = slices.Clone(people)
	for _, step := range s.Steps {
		if o := step.Event.Owner; o != nil {
			people = append(people, *o)
		}
	}
	checks := []struct {
		field string
		names func(onboarding.Event) bool
		check func(onboarding.Event) error
	}{
		{"contact", func(e onboarding.Event) bool { return e.Contact != "" }, func(e onboarding.Event) error { return theirs(e, c) }},
		{"by", func(e onboarding.Event) bool { return e.By != "" && !side(e) }, func(e onboarding.Event) error { return ours(e, c, people) }},
	}
	var all []error
	for _, of := range checks {
		var errs []error
		known := false
		for _, step := range s.Steps {
			if err := of.check(step.Event); err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: %w", file, step.Line, err))
			} else if of.names(step.Event) {
				known = true
			}
		}
		if !known && len(errs) > 0 {
			fmt.Fprintf(a.err, "warning: %s was written for another contract: nobody whom it names in %q is known to %s\n", file, of.field, c.ID)
			continue
		}
		all = append(all, errs...)
	}
	return errors.Join(all...)
}

// redate moves a contract to another signature, and what sales promised for a date with it.
func redate(c onboarding.Contract, signedAt string) (onboarding.Contract, error) {
	switch signedAt {
	case "":
		return c, nil
	case "now":
		return c.Redated(time.Now().In(zone(c)).Truncate(time.Second), zone(c)), nil
	}
	t, err := time.Parse(time.RFC3339, signedAt)
	if err != nil {
		return c, usagef("--signed-at: %q is neither now nor an instant such as 2026-01-15T16:20:00+01:00", signedAt)
	}
	return c.Redated(t, zone(c)), nil
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
