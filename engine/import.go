package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// stored is a start that waits in the journal: what Start takes.
type stored struct {
	Start journey.Start `json:"start"`
	Now   time.Time     `json:"now"`
}

// Line makes the line of an import that StartLine starts as Start would now.
func Line(number int, s journey.Start, now time.Time) (onboarding.ImportLine, error) {
	text, err := json.Marshal(stored{s, now})
	return onboarding.ImportLine{Line: number, Contract: s.Contract.ID, Outcome: onboarding.LineWaiting, Start: text}, err
}

// StartLine starts the onboarding of a line and returns the line as it is to be noted: what Start refuses is a line that
// failed. An error may pass: try again.
func (e *Engine) StartLine(ctx context.Context, l onboarding.ImportLine) (onboarding.ImportLine, error) {
	var s stored
	err := json.Unmarshal(l.Start, &s)
	if err != nil {
		l.Outcome, l.Reason = onboarding.LineFailed, fmt.Sprintf("read what the line starts: %s", err)
		return l, nil
	}
	started, err := e.Start(ctx, s.Start, s.Now)
	var invalid *serviceerror.InvalidArgument
	switch {
	case errors.Is(err, ErrTooOld), errors.Is(err, ErrDiffers), errors.Is(err, ErrLost), errors.As(err, &invalid):
		l.Outcome, l.Reason = onboarding.LineFailed, err.Error()
	case err != nil:
		return l, err
	case started.Fresh:
		l.Outcome = onboarding.LineStarted
	default:
		l.Outcome = onboarding.LineStanding
	}
	return l, nil
}

// Import starts the workflow that starts the stored lines of an import, or tells the one that runs of more lines. Wait
// returns when it has ended: nil when no line waits any more.
func (e *Engine) Import(ctx context.Context, id string) (wait func(context.Context) error, err error) {
	run, err := e.Temporal.SignalWithStartWorkflow(ctx, onboarding.ImportWorkflowID(id), onboarding.SignalStored, nil,
		client.StartWorkflowOptions{
			TaskQueue:                onboarding.QueueOnboarding,
			WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
			WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		}, onboarding.WorkflowImport, onboarding.ImportInput{Import: id})
	if err != nil {
		return nil, unreachable("start the import", err)
	}
	return func(ctx context.Context) error { return unreachable("follow the import", run.Get(ctx, nil)) }, nil
}
