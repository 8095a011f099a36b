package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/schollz/progressbar/v3"

	"github.com/centogiorni/centogiorni/engine"
)

// importAtOnce is how many onboardings are started at a time: enough to keep a Temporal cluster busy from one machine,
// and no burst that would push aside what runs.
const importAtOnce = 16

// Outcomes of a line in the journal.
const (
	lineStarted  = "started"
	lineStanding = "standing"
)

// loader starts the lines of an import.
type loader struct {
	eng *engine.Engine
	h   *house
	bar *progressbar.ProgressBar

	mu     sync.Mutex
	report *imported
}

// startAll starts every line. What one line alone fails by does not stop the others; an engine that is gone, or Ctrl-C,
// does. What is started is noted in the journal, so that the same command goes on from there.
func (a *app) startAll(ctx context.Context, eng *engine.Engine, h *house, todo []*record, report *imported) error {
	l := &loader{eng: eng, h: h, report: report, bar: progressbar.DefaultSilent(int64(len(todo)))}
	if terminal(a.err) && !a.json() {
		l.bar = progressbar.NewOptions(len(todo), progressbar.OptionSetWriter(a.err), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString("contracts"), progressbar.OptionClearOnFinish())
	}
	err := parallel(ctx, len(todo), importAtOnce, func(ctx context.Context, i int) error { return l.start(ctx, todo[i]) })
	_ = l.bar.Finish()
	slices.SortFunc(report.Failed, func(x, y failure) int { return x.Line - y.Line })
	var errs []error
	for _, f := range report.Failed {
		errs = append(errs, fmt.Errorf("line %d, %s: %s", f.Line, f.Contract, f.Problem))
	}
	switch {
	case err != nil:
		errs = append(errs, fmt.Errorf("stopped in the middle: %w; the same command goes on from here", err))
	case len(errs) > 0:
		errs = append(errs, errors.New("the same command tries the failed lines again"))
	}
	return errors.Join(errs...)
}

// start starts one line and notes it.
func (l *loader) start(ctx context.Context, r *record) error {
	started, err := l.eng.Start(ctx, r.start, l.h.now)
	switch {
	case err != nil && (ctx.Err() != nil || errors.Is(err, engine.ErrUnreachable)):
		return err
	case err != nil:
		l.mu.Lock()
		l.report.Failed = append(l.report.Failed, failure{r.line, r.contract.ID, err.Error()})
		l.mu.Unlock()
		return l.bar.Add(1)
	}
	outcome := lineStarted
	if !started.Fresh {
		outcome = lineStanding
	}
	// Ctrl-C must not part what happened from its note.
	err = l.h.journal.ImportDone(context.WithoutCancel(ctx), l.report.Import, r.line, r.contract.ID, outcome)
	l.mu.Lock()
	defer l.mu.Unlock()
	if started.Fresh {
		l.report.Started++
	} else {
		l.report.Standing++
	}
	return errors.Join(err, l.bar.Add(1))
}
