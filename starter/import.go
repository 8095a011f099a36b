package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// importing is what the flags of import ask for.
type importing struct {
	opening
	format      string
	skipInvalid bool
}

func importCommand(a *app) *cobra.Command {
	var o importing
	var example string
	c := &cobra.Command{
		Use:   "import FILE|- | import --example csv|jsonl",
		Short: "Start the onboardings of many contracts, from CSV or JSON Lines",
		Long: `Start the onboardings of many contracts. Every line is checked first and each bad one named; with one of them nothing is
started, or with --skip-invalid the others, and the lines left out lie in FILE.rejected.csv (.jsonl) to be mended and
imported. Then what the next 7 days bring is shown, and asked about.

The worker starts them, and goes on when this terminal is gone: the same command then shows how it went, and tries again
what failed. What is started already is not started twice.

JSON Lines holds a contract a line, as start reads it. CSV is separated by commas or semicolons; its first line names the
columns by the paths of the contract's fields, such as customer.company or customer.contacts[0].email; an empty cell is an
absent field. With --join, which then holds for every line, milestones.installed and the like say what a customer has
reached (in JSON: "milestones":{"installed":"2026-01-20"}).`,
		Example: "  starter import --example csv > customers.csv\n  starter import customers.csv --join",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case (example != "") == (len(args) > 0):
				return usagef("name one FILE to import, or give --example to see one\nusage: %s", cmd.UseLine())
			case example != "":
				return a.printExample(example)
			}
			return a.importFile(cmd.Context(), o, args[0])
		},
	}
	c.Flags().StringVar(&example, "example", "", "csv or jsonl: print a file to begin from, of customers signed in the last weeks")
	complete(c, "example", fileFormats...)
	o.flags(c)
	c.Flags().StringVar(&o.format, "format", "", "csv or jsonl; by the file's name without")
	c.Flags().BoolVar(&o.skipInvalid, "skip-invalid", false, "leave bad lines out instead of starting nothing")
	complete(c, "format", fileFormats...)
	return c
}

// imported is the report of an import.
type imported struct {
	Import     string    `json:"import"` // hash of the file
	Contracts  int       `json:"contracts"`
	Started    int       `json:"started"`
	Standing   int       `json:"standing"`    // ran already
	DoneBefore int       `json:"done_before"` // by an import of the same file
	LeftOut    int       `json:"left_out"`
	Rejected   string    `json:"rejected,omitempty"` // file of the lines left out
	DryRun     bool      `json:"dry_run,omitempty"`
	Failed     []failure `json:"failed"`
	Preview    *forecast `json:"preview,omitempty"`
}

// failure is a line whose onboarding could not be started.
type failure struct {
	Line     int    `json:"line"`
	Contract string `json:"contract_id"`
	Problem  string `json:"problem"`
}

func (a *app) importFile(ctx context.Context, o importing, file string) error {
	format, err := formatOf(file, o.format)
	if err != nil {
		return err
	}
	h, err := a.house(ctx, o.opening)
	if err != nil {
		return err
	}
	data, err := a.read(file)
	if err != nil {
		return err
	}
	b, err := readBatch(data, format)
	if err != nil {
		return in(file, err)
	}
	id := hash(data)
	if err := b.check(ctx, h, id); err != nil {
		return err
	}
	report := imported{Import: id, Contracts: len(b.records), DryRun: o.dryRun, Failed: []failure{}}
	if err := a.sift(b, o, file, &report); err != nil {
		return err
	}
	todo, fresh := b.todo()
	if len(todo) == 0 {
		return a.say(report, "all %d contracts of %s are done already; nothing was done twice", report.DoneBefore, file)
	}
	return a.carryOut(ctx, o, h, b, todo, fresh, file, &report)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// check holds every line that is not done yet and does not wait for the worker against the house and the journal.
func (b batch) check(ctx context.Context, h *house, id string) error {
	state, err := h.journal.ImportState(ctx, id)
	if err != nil && !errors.Is(err, journal.ErrNotFound) {
		return err
	}
	stands := map[int]onboarding.LineOutcome{}
	for _, l := range state.Lines {
		stands[l.Line] = l.Outcome
	}
	eng := &engine.Engine{Journal: h.journal}
	return parallel(ctx, len(b.records), runtime.GOMAXPROCS(0), func(ctx context.Context, i int) error {
		r := b.records[i]
		switch stands[r.line] {
		case onboarding.LineStarted, onboarding.LineStanding:
			r.done, r.faults = true, nil
			return nil
		case onboarding.LineWaiting:
			r.waits, r.faults = true, nil
			return nil
		}
		r.prepare(h)
		if len(r.faults) > 0 {
			return nil
		}
		return r.hold(ctx, eng, h)
	})
}

// hold holds a line against what the journal knows.
func (r *record) hold(ctx context.Context, eng *engine.Engine, h *house) error {
	row, err := eng.Check(ctx, r.start, h.now)
	switch {
	case errors.Is(err, engine.ErrTooOld):
		r.faulty("signed_at", err)
	case errors.Is(err, engine.ErrDiffers):
		r.faulty("contract_id", err)
	case err != nil:
		return err
	case row.Contract.ID == "":
		r.faulty("", h.over(r.contract))
	}
	return nil
}

// sift names the bad lines, and refuses the file unless they may be left out.
func (a *app) sift(b batch, o importing, file string, report *imported) error {
	var faults []string
	for _, r := range b.records {
		for _, f := range r.faults {
			faults = append(faults, fmt.Sprintf("line %d: %s", r.line, f))
		}
		if len(r.faults) > 0 {
			report.LeftOut++
		}
		if r.done {
			report.DoneBefore++
		}
	}
	if report.LeftOut == 0 {
		return nil
	}
	said := fmt.Sprintf("%s: %s cannot be started:\n%s", file, count(report.LeftOut, "line"), strings.Join(faults, "\n"))
	if !o.skipInvalid || report.LeftOut == len(b.records) {
		return fmt.Errorf("%s\nnothing was started; mend the lines, or leave them out with --skip-invalid", said)
	}
	fmt.Fprintln(a.err, said)
	return nil
}

// todo lists what is not started yet, and fresh what of it the worker was not given yet.
func (b batch) todo() (todo, fresh []*record) {
	for _, r := range b.records {
		if len(r.faults) > 0 || r.done {
			continue
		}
		todo = append(todo, r)
		if !r.waits {
			fresh = append(fresh, r)
		}
	}
	return todo, fresh
}

// carryOut previews and asks about the fresh lines, has them started, and reports. What waits already was asked about.
func (a *app) carryOut(ctx context.Context, o importing, h *house, b batch, todo, fresh []*record, file string, report *imported) error {
	if len(fresh) > 0 || o.dryRun {
		if done, err := a.preview(ctx, o, h, todo, fresh, report); done || err != nil {
			return err
		}
	}
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	if len(fresh) > 0 {
		if err := a.confirm(o.yes, "Start them?"); err != nil {
			return err
		}
		if report.Rejected, err = reject(b, file, report.LeftOut); err != nil {
			return err
		}
		if err := h.store(ctx); err != nil {
			return err
		}
	}
	err = a.startAll(ctx, eng, h, b, fresh, todo, report)
	return errors.Join(a.say(report, "%s", report.sentence()), err)
}

// preview shows what the fresh lines would bring; done after a dry run.
func (a *app) preview(ctx context.Context, o importing, h *house, todo, fresh []*record, report *imported) (done bool, err error) {
	starts := make([]journey.Start, len(fresh))
	for i, r := range fresh {
		starts[i] = r.start
	}
	f, err := h.forecast(ctx, starts, forecastMost)
	if err != nil {
		return true, err
	}
	report.Preview = &f
	if o.dryRun && a.json() {
		return true, a.print(report)
	}
	w := a.previews()
	fmt.Fprintf(w, "%s to start, %d done before, %d left out\n", count(len(fresh), "contract"), report.DoneBefore, report.LeftOut)
	if n := len(todo) - len(fresh); n > 0 {
		fmt.Fprintf(w, "besides %s of this file that the worker is to start already\n", count(n, "contract"))
	}
	f.print(w)
	if o.dryRun {
		return true, a.say(report, "a dry run: nothing was started")
	}
	return false, nil
}

// reject writes the lines that are left out beside the file they came in.
func reject(b batch, file string, lines int) (string, error) {
	if lines == 0 || file == "-" {
		return "", nil
	}
	extension := filepath.Ext(file)
	name := strings.TrimSuffix(file, extension) + ".rejected" + extension
	if err := os.WriteFile(name, b.rejected(), 0o600); err != nil {
		return "", fmt.Errorf("write the lines that are left out: %w", err)
	}
	return name, nil
}

func (r imported) sentence() string {
	parts := []string{fmt.Sprintf("started %d", r.Started)}
	for _, p := range []struct {
		n    int
		what string
	}{{r.Standing, "ran already"}, {r.DoneBefore, "were done before"}, {r.LeftOut, "were left out"}, {len(r.Failed), "failed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	out := fmt.Sprintf("of %s: %s", count(r.Contracts, "contract"), strings.Join(parts, ", "))
	if r.Rejected != "" {
		out += "\nthe lines left out: " + r.Rejected
	}
	return out
}
