package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// importBatch is how many lines one activity starts: some seconds of work.
	importBatch = 100
	batchTry    = 5 * time.Minute
	// batchTries are about an hour's, by backoff.
	batchTries = 20
	// afterFailure keeps what fails at once from being tried without a pause.
	afterFailure = time.Minute
)

// Import starts the lines of a bulk import that wait in the journal, batch by batch, until none waits. A batch that
// could not be finished for an hour is gone through once more, and what still fails is noted, so that one line cannot
// keep back the others.
func (w Workflows) Import(ctx workflow.Context, in onboarding.ImportInput) (onboarding.ImportCount, error) {
	stored := workflow.GetSignalChannel(ctx, onboarding.SignalStored)
	batch := onboarding.ImportBatchInput{Import: in.Import, Most: importBatch}
	for {
		for stored.ReceiveAsync(nil) { // the next batch reads whatever was stored before
		}
		count, err := call[onboarding.ImportCount](batchContext(ctx), "ImportBatch", batch).get(ctx)
		switch {
		case ctx.Err() != nil:
			return count, ctx.Err()
		case err != nil:
			workflow.GetLogger(ctx).Error("a batch of an import cannot be finished", "code", "import", "import", in.Import, "error", err)
			batch.Last = !batch.Last
			if err := workflow.Sleep(ctx, afterFailure); err != nil {
				return count, err
			}
		case count.Waiting == 0 && stored.Len() == 0:
			return count, nil
		default:
			batch.Last = false
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return count, workflow.NewContinueAsNewError(ctx, onboarding.WorkflowImport, in)
		}
	}
}

func batchContext(ctx workflow.Context) workflow.Context {
	retries := *backoff
	retries.MaximumAttempts = batchTries
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: onboarding.QueueOnboarding, StartToCloseTimeout: batchTry, HeartbeatTimeout: heartbeat, RetryPolicy: &retries})
}
