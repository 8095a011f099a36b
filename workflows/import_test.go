package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/workflows"
)

// depot holds the lines of one import; answer, where it is set, is asked before each batch.
type depot struct {
	count  onboarding.ImportCount
	asked  []onboarding.ImportBatchInput
	answer func(nth int, in onboarding.ImportBatchInput) error
}

func (d *depot) ImportBatch(_ context.Context, in onboarding.ImportBatchInput) (onboarding.ImportCount, error) {
	d.asked = append(d.asked, in)
	if d.answer != nil {
		if err := d.answer(len(d.asked), in); err != nil {
			return onboarding.ImportCount{}, err
		}
	}
	n := min(in.Most, d.count.Waiting)
	d.count.Waiting -= n
	d.count.Started += n
	return d.count, nil
}

var _ onboarding.ImportActivities = (*depot)(nil)

// environment is where the import of the depot's lines runs.
func (d *depot) environment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(morning)
	env.RegisterWorkflowWithOptions(workflows.Workflows{}.Import, workflow.RegisterOptions{Name: onboarding.WorkflowImport})
	env.RegisterActivityWithOptions(d.ImportBatch, activity.RegisterOptions{Name: "ImportBatch"})
	return env
}

// run carries the import to its end.
func (d *depot) run(t *testing.T, env *testsuite.TestWorkflowEnvironment) onboarding.ImportCount {
	t.Helper()
	env.ExecuteWorkflow(onboarding.WorkflowImport, onboarding.ImportInput{Import: "sha"})
	var out onboarding.ImportCount
	if err := env.GetWorkflowResult(&out); err != nil {
		t.Fatal(err)
	}
	for i, in := range d.asked {
		if in.Import != "sha" || in.Most < 1 {
			t.Fatalf("batch %d asks for %+v", i+1, in)
		}
	}
	return out
}

func TestAnImportStartsEveryLineBatchByBatch(t *testing.T) {
	for _, lines := range []int{0, 1, 99, 100, 101, 1050} {
		t.Run(fmt.Sprint(lines), func(t *testing.T) {
			d := &depot{count: onboarding.ImportCount{Waiting: lines, Standing: 3}}
			if out := d.run(t, d.environment()); out != (onboarding.ImportCount{Started: lines, Standing: 3}) {
				t.Errorf("%+v", out)
			}
			if want := max(1, (lines+99)/100); len(d.asked) != want {
				t.Errorf("%d lines in %d batches, want %d", lines, len(d.asked), want)
			}
		})
	}
}

func TestLinesThatAreStoredWhileAnImportEndsAreStarted(t *testing.T) {
	d := &depot{count: onboarding.ImportCount{Waiting: 10}}
	env := d.environment()
	d.answer = func(nth int, _ onboarding.ImportBatchInput) error {
		if nth == 1 {
			// After this batch has read the journal, and before its answer arrives.
			env.SignalWorkflow(onboarding.SignalStored, nil)
		}
		return nil
	}
	env.SetOnActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) {
		if len(d.asked) == 1 {
			d.count.Waiting = 5
		}
	})
	if out := d.run(t, env); out.Started != 15 || len(d.asked) != 2 {
		t.Errorf("%+v in %d batches", out, len(d.asked))
	}
}

func TestAnImportWhoseEngineIsGoneIsTriedUntilItIsBack(t *testing.T) {
	d := &depot{count: onboarding.ImportCount{Waiting: 150}}
	d.answer = func(nth int, _ onboarding.ImportBatchInput) error {
		if nth == 1 || nth > 10 {
			return nil
		}
		return errors.New("the engine cannot be reached")
	}
	if out := d.run(t, d.environment()); out.Started != 150 || len(d.asked) != 11 {
		t.Errorf("%+v in %d tries", out, len(d.asked))
	}
	if slices.ContainsFunc(d.asked, func(in onboarding.ImportBatchInput) bool { return in.Last }) {
		t.Error("it gave lines up")
	}
}

func TestABatchThatIsStuckForAnHourIsGoneThroughOnceMore(t *testing.T) {
	d := &depot{count: onboarding.ImportCount{Waiting: 150}}
	d.answer = func(_ int, in onboarding.ImportBatchInput) error {
		if in.Last || d.count.Waiting <= 50 {
			return nil
		}
		return errors.New("one line cannot be started, and nobody knows why")
	}
	env := d.environment()
	if out := d.run(t, env); out.Started != 150 {
		t.Errorf("%+v", out)
	}
	var last []bool
	for _, in := range d.asked {
		last = append(last, in.Last)
	}
	if want := append(slices.Repeat([]bool{false}, 20), true, false); !slices.Equal(last, want) {
		t.Errorf("the last tries are %v", last)
	}
	if took := env.Now().Sub(morning); took < 45*time.Minute || took > 75*time.Minute {
		t.Errorf("a stuck line kept the others back for %s, want about an hour", took)
	}
}

func TestALongImportContinuesAsNew(t *testing.T) {
	d := &depot{count: onboarding.ImportCount{Waiting: 250}}
	env := d.environment()
	env.SetContinueAsNewSuggested(true)
	env.ExecuteWorkflow(onboarding.WorkflowImport, onboarding.ImportInput{Import: "sha"})
	var next *workflow.ContinueAsNewError
	if err := env.GetWorkflowError(); !errors.As(err, &next) || len(d.asked) != 1 {
		t.Errorf("after %d batches: %v", len(d.asked), err)
	}
}
