package main

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/grpc"
)

// skippingTime makes every workflow that a client starts skip its time. The SDK has no wrapper for it, and the product's code
// stays as it is.
func skippingTime(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	skip := &commonpb.TimeSkippingConfig{Enabled: true}
	switch r := req.(type) {
	case *workflowservice.StartWorkflowExecutionRequest:
		r.TimeSkippingConfig = skip
	case *workflowservice.SignalWithStartWorkflowExecutionRequest:
		r.TimeSkippingConfig = skip
	case *workflowservice.ExecuteMultiOperationRequest:
		for _, op := range r.Operations {
			if s := op.GetStartWorkflow(); s != nil {
				s.TimeSkippingConfig = skip
			}
		}
	}
	return invoke(ctx, method, req, reply, cc, opts...)
}

const (
	day             = 24 * time.Hour
	touchesPerPhase = 3
	touchEvery      = 5 * day
)

// phaseDays are the days on which the phases must begin: fifteen days each, after a first one of twenty.
var phaseDays = []int{0, 20, 35, 50, 65, 80, 95, 110}

// Phased is what the workflow carries from phase to phase.
type Phased struct {
	SignedAt time.Time
	Begun    []time.Time
}

// Phases runs one phase of touches and continues as new for the next, like the onboarding. It returns when each phase began.
func Phases(ctx workflow.Context, s Phased) (Phased, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: patience})
	s.Begun = append(s.Begun, workflow.Now(ctx))
	if len(s.Begun) == 1 {
		s.SignedAt = workflow.Now(ctx)
		if err := workflow.Sleep(ctx, touchEvery); err != nil {
			return s, err
		}
	}
	for range touchesPerPhase {
		if err := workflow.Sleep(ctx, touchEvery); err != nil {
			return s, err
		}
		if err := workflow.ExecuteActivity(ctx, Touch).Get(ctx, nil); err != nil {
			return s, err
		}
	}
	if len(s.Begun) < len(phaseDays) {
		return s, workflow.NewContinueAsNewError(ctx, Phases, s)
	}
	return s, nil
}

// Touch is an activity: while it runs, no time is skipped.
func Touch(context.Context) error { return nil }

func TestTimeSkippingKeepsTheDays(t *testing.T) {
	_, ready := serving(t, "--db", "", "--address", "127.0.0.1:0", "--no-ui", "--time-skipping")
	ctx := deadline(t)
	c := dial(t, ready["address"], "default", skippingTime)
	work(t, c, func(r worker.Registry) {
		r.RegisterWorkflow(Phases)
		r.RegisterActivity(Touch)
	})
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "phases", TaskQueue: taskQueue}, Phases, Phased{})
	if err != nil {
		t.Fatal(err)
	}
	is, err := c.WorkflowService().DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: "default", Execution: &commonpb.WorkflowExecution{WorkflowId: run.GetID(), RunId: run.GetRunID()}})
	if err != nil {
		t.Fatal(err)
	}
	if skips := is.WorkflowExtendedInfo.GetTimeSkippingInfo().GetEffectiveConfig().GetMaxSessionSkipCount(); skips != 2000 {
		t.Errorf("the workflow may skip %d times, want 2000", skips)
	}
	var got Phased
	if err := run.Get(ctx, &got); err != nil {
		t.Fatal(err)
	}
	var days []int
	for _, at := range got.Begun {
		since := at.Sub(got.SignedAt)
		days = append(days, int(since/day))
		// Wall time goes on beside the skipped time: seconds, or minutes on a machine under load.
		if late := since % day; late > patience {
			t.Errorf("phase %d begins %s after its day did", len(days), late)
		}
	}
	if !slices.Equal(days, phaseDays) {
		t.Errorf("the phases begin on days %s, want %s", fmt.Sprint(days), fmt.Sprint(phaseDays))
	}
}
