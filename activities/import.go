package activities

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/centogiorni/centogiorni/onboarding"
)

// importAtOnce is how many onboardings are started at a time: enough to keep a Temporal cluster busy from one worker,
// and no burst that would push aside what runs.
const importAtOnce = 16

// ImportLines is the part of the journal that keeps the lines of imports.
type ImportLines interface {
	ImportWaiting(ctx context.Context, id string, most int) ([]onboarding.ImportLine, error)
	ImportDone(ctx context.Context, id string, l onboarding.ImportLine) error
	ImportCount(ctx context.Context, id string) (onboarding.ImportCount, error)
}

// LineStarter starts the onboarding of a line and returns the line as it is to be noted. An error may pass.
type LineStarter interface {
	StartLine(ctx context.Context, l onboarding.ImportLine) (onboarding.ImportLine, error)
}

// Imports starts the lines of bulk imports. It implements onboarding.ImportActivities.
type Imports struct {
	Lines   ImportLines
	Starter LineStarter
}

var _ onboarding.ImportActivities = Imports{}

// ImportBatch starts the next lines and notes each. What one fails by stops no other; an error that may pass, unless
// these are the last tries, fails the batch in the end: the next try takes up the lines that it left.
func (a Imports) ImportBatch(ctx context.Context, in onboarding.ImportBatchInput) (onboarding.ImportCount, error) {
	defer alive(ctx)()
	lines, err := a.Lines.ImportWaiting(ctx, in.Import, in.Most)
	if err != nil {
		return onboarding.ImportCount{}, err
	}
	var g errgroup.Group
	g.SetLimit(importAtOnce)
	for _, l := range lines {
		g.Go(func() error { return a.start(ctx, in, l) })
	}
	if err := g.Wait(); err != nil {
		return onboarding.ImportCount{}, err
	}
	return a.Lines.ImportCount(ctx, in.Import)
}

// start starts one line and notes it.
func (a Imports) start(ctx context.Context, in onboarding.ImportBatchInput, l onboarding.ImportLine) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	done, err := a.Starter.StartLine(ctx, l)
	switch {
	case err != nil && (!in.Last || ctx.Err() != nil):
		return fmt.Errorf("line %d, %s: %w", l.Line, l.Contract, err)
	case err != nil:
		done.Outcome, done.Reason = onboarding.LineFailed, err.Error()
	}
	// A worker that stops must not part what happened from its note.
	return a.Lines.ImportDone(context.WithoutCancel(ctx), in.Import, done)
}
