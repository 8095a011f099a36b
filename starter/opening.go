package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

// opening is what the flags of start, restart and import say about how onboardings begin.
type opening struct {
	playbook    string // folder; "" is the configured one
	mode        mode
	join        bool
	yes, dryRun bool
}

// mode is the value of --mode; "" leaves it to installation, playbook and owner.
type mode onboarding.Mode

func (m *mode) String() string { return string(*m) }
func (m *mode) Type() string   { return "mode" }
func (m *mode) Set(s string) error {
	if !slices.Contains(onboarding.Modes, onboarding.Mode(s)) {
		return fmt.Errorf("%q is no mode: write shadow, review or live", s)
	}
	*m = mode(s)
	return nil
}

func (o *opening) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.playbook, "playbook", "", "folder of the playbook to follow; the configured one without")
	f.Var(&o.mode, "mode", "how far it may go at most: shadow, review or live; without, installation, playbook and owner decide")
	f.BoolVar(&o.join, "join", false, "the customer is in mid-onboarding already: leave out what lies behind")
	f.BoolVar(&o.yes, "yes", false, "do not ask after the preview")
	f.BoolVar(&o.dryRun, "dry-run", false, "check and preview; begin nothing")
	complete(c, "mode", "shadow", "review", "live")
}

// house is what all onboardings that one command begins have in common.
type house struct {
	book    *playbook.Playbook
	mode    onboarding.Mode // of the runs; "" where --mode is not given
	worker  onboarding.Mode // the configured one: that of the worker, if it is configured as this program
	outbox  bool
	people  []onboarding.Person
	now     time.Time
	join    bool
	journal *journal.Journal
}

func (a *app) house(ctx context.Context, o opening) (*house, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	book, err := a.playbook(o.playbook)
	if err != nil {
		return nil, err
	}
	j, err := a.journal(ctx)
	if err != nil {
		return nil, err
	}
	people, err := j.People(ctx)
	if err != nil {
		return nil, err
	}
	return &house{book: book, mode: onboarding.Mode(o.mode), worker: onboarding.Mode(cfg.Engine.Mode),
		outbox: cfg.Mail.Transport == config.TransportOutbox, people: people, now: clock(), join: o.join, journal: j}, nil
}

// modeOf is how far an onboarding would go as everything stands now; each send judges anew. Where approval is taken as
// given, review keeps nothing.
func (h *house) modeOf(s journey.Start) onboarding.Mode {
	owner := s.Contract.Owner.Mode
	if p, ok := onboarding.PersonByID(h.people, s.Contract.Owner.ID); ok {
		owner = p.Mode
	}
	m := onboarding.Strictest(h.worker, h.book.Plan().Mode, owner, s.Mode)
	if m == onboarding.ModeReview && s.AutoApprove {
		return onboarding.ModeLive
	}
	return m
}

// start makes a start of a contract that was read: its people are looked up, its languages asked of the playbook. The
// error is onboarding.Faults.
func (h *house) start(c onboarding.Contract, milestones []journey.Milestone) (journey.Start, error) {
	if err := c.ValidateAgainst(h.book.Plan().Languages); err != nil {
		return journey.Start{}, err
	}
	if err := c.Resolve(h.people); err != nil {
		return journey.Start{}, err
	}
	s := journey.Start{Contract: c, Run: 1, Playbook: h.book.Hash, Mode: h.mode, Samples: h.outbox, AutoApprove: h.outbox, FeedsLive: h.outbox}
	if h.join {
		s.Joined, s.Milestones = h.now, milestones
	}
	return s, nil
}

// over refuses a contract whose days lie behind, so that a slip in a date or an old file begins nothing.
func (h *house) over(c onboarding.Contract) error {
	days := h.book.Plan().Days
	last := onboarding.DateOf(c.SignedAt.In(zone(c))).AddDays(days)
	if !last.Before(onboarding.DateOf(h.now.In(zone(c)))) {
		return nil
	}
	return onboarding.Faults{{Field: "signed_at", Problem: fmt.Sprintf("its %d days were over on %s: there is nothing left to carry out", days, last)}}
}

// store puts the playbook where the workers find it.
func (h *house) store(ctx context.Context) error { return wiring.Store(ctx, h.journal, h.book) }

// importable are the milestones that a joined customer may bring along.
var importable = []onboarding.Fact{onboarding.FactHandoffAccepted, onboarding.FactContacted, onboarding.FactKickoffHeld,
	onboarding.FactInstalled, onboarding.FactTrainingArranged, onboarding.FactFirstValue, onboarding.FactGoalReached}

// milestone reads when a milestone happened: a day of the customer's or an instant, from the signature to now.
func milestone(name, when string, c onboarding.Contract, now time.Time) (journey.Milestone, error) {
	if !slices.Contains(importable, onboarding.Fact(name)) {
		return journey.Milestone{}, fmt.Errorf("no such milestone: write one of %s", words(importable))
	}
	m, err := onboarding.ParseMoment(when)
	if err != nil {
		return journey.Milestone{}, err
	}
	at, signed := m.At, c.SignedAt.UTC()
	if at.IsZero() {
		loc := zone(c)
		at = m.Date.In(loc, 0).UTC()
		if m.Date == onboarding.DateOf(signed.In(loc)) {
			at = signed
		}
	}
	switch {
	case at.Before(signed):
		return journey.Milestone{}, fmt.Errorf("%s is before the signature on %s", when, c.SignedAt.Format(time.DateOnly))
	case at.After(now):
		return journey.Milestone{}, fmt.Errorf("%s is still to come: write when it happened", when)
	}
	return journey.Milestone{Fact: onboarding.Fact(name), At: at.Truncate(time.Second)}, nil
}

func words[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

// playbook loads the one of a folder, or the configured one.
func (a *app) playbook(dir string) (*playbook.Playbook, error) {
	if dir != "" {
		return wiring.LoadPlaybook(dir)
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	return wiring.LoadPlaybook(cfg.Engine.PlaybookDir)
}

// shelved is a playbook that the journal keeps, unpacked once.
func (a *app) shelved(ctx context.Context, hash string) (*playbook.Playbook, error) {
	if book, ok := a.shelf.Get(hash); ok {
		return book, nil
	}
	j, err := a.journal(ctx)
	if err != nil {
		return nil, err
	}
	archive, err := j.PlaybookArchive(ctx, hash)
	if err != nil {
		return nil, err
	}
	book, err := playbook.FromArchive(archive)
	if err == nil {
		a.shelf.Add(book)
	}
	return book, err
}

// parse reads and checks a contract file; whom its people's ids mean is not asked yet.
func (a *app) parse(name string) (onboarding.Contract, error) {
	data, err := a.read(name)
	if err != nil {
		return onboarding.Contract{}, err
	}
	c, err := onboarding.ParseContract(data)
	return c, in(name, err)
}

// in puts the name of a file before its faults.
func in(name string, err error) error {
	if err == nil || name == "" {
		return err
	}
	if name == "-" {
		name = "standard input"
	}
	return fmt.Errorf("%s:\n%w", name, err)
}

// zone is the customer's; the contract's check has found it already.
func zone(c onboarding.Contract) *time.Location {
	loc, err := time.LoadLocation(c.Customer.TimeZone)
	if err != nil {
		return time.UTC
	}
	return loc
}
