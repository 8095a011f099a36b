package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// lookEvery is how often an import is looked at while it runs.
	lookEvery = 250 * time.Millisecond
	// takeUp is how long a worker may take to begin with work before that is said.
	takeUp = 15 * time.Second
)

// startAll hands the fresh lines to the workflow Import, and follows it until none of todo waits. The report takes what
// became of them so far, whatever error is returned.
func (a *app) startAll(ctx context.Context, eng *engine.Engine, h *house, b batch, fresh, todo []*record, report *imported) error {
	wait, err := putToWork(ctx, eng, h, b, fresh, report.Import)
	if err != nil {
		return fmt.Errorf("stopped in the middle: %w; the same command goes on from here", err)
	}
	err = a.follow(ctx, eng, report.Import, len(todo), wait)
	const alone = "the import goes on by itself; the same command shows how it went"
	switch {
	case err == nil:
	case ctx.Err() != nil:
		err = errors.New(alone)
	case errors.Is(err, engine.ErrUnreachable):
		err = fmt.Errorf("%w\n%s when the engine is back", err, alone)
	default:
		err = fmt.Errorf("stopped in the middle: %w; the same command goes on from here", err)
	}
	return errors.Join(report.tally(context.WithoutCancel(ctx), h, todo), err)
}

// putToWork stores the lines and has them started.
func putToWork(ctx context.Context, eng *engine.Engine, h *house, b batch, fresh []*record, id string) (wait func(context.Context) error, err error) {
	lines := make([]onboarding.ImportLine, len(fresh))
	for i, r := range fresh {
		if lines[i], err = engine.Line(r.line, r.start, h.now); err != nil {
			return nil, err
		}
	}
	if err := h.journal.ImportStore(ctx, id, len(b.records), lines); err != nil {
		return nil, err
	}
	return eng.Import(ctx, id)
}

// follow shows how far an import has come until wait returns.
func (a *app) follow(ctx context.Context, eng *engine.Engine, id string, lines int, wait func(context.Context) error) error {
	bar := progressbar.DefaultSilent(int64(lines))
	if terminal(a.err) && !a.json() {
		bar = progressbar.NewOptions(lines, progressbar.OptionSetWriter(a.err), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString("contracts"), progressbar.OptionClearOnFinish())
	}
	defer func() { _ = bar.Finish() }()
	ended := make(chan error, 1)
	go func() { ended <- wait(ctx) }()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	idle, first := time.After(a.takeUp), -1
	for {
		select {
		case err := <-ended:
			return err
		case <-idle:
			fmt.Fprintln(a.err, "the worker seems not to be running; the import goes on when it is")
		case <-look.C:
			count, err := eng.Journal.ImportCount(ctx, id)
			if err != nil {
				return err
			}
			if first < 0 {
				first = count.Waiting
			}
			if count.Waiting < first {
				idle = nil
			}
			if err := bar.Set(lines - count.Waiting); err != nil {
				return err
			}
		}
	}
}

// tally reports what became of the lines; the error names those that failed.
func (r *imported) tally(ctx context.Context, h *house, todo []*record) error {
	state, err := h.journal.ImportState(ctx, r.Import)
	if err != nil {
		return err
	}
	asked := map[int]bool{}
	for _, record := range todo {
		asked[record.line] = true
	}
	var errs []error
	for _, l := range state.Lines {
		switch {
		case !asked[l.Line]:
		case l.Outcome == onboarding.LineStarted:
			r.Started++
		case l.Outcome == onboarding.LineStanding:
			r.Standing++
		case l.Outcome == onboarding.LineFailed:
			r.Failed = append(r.Failed, failure{l.Line, l.Contract, l.Reason})
			errs = append(errs, fmt.Errorf("line %d, %s: %s", l.Line, l.Contract, l.Reason))
		}
	}
	if len(errs) > 0 {
		errs = append(errs, errors.New("the same command tries the failed lines again"))
	}
	return errors.Join(errs...)
}
