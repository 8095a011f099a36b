package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// maxSkips is how many jumps one onboarding may make; the server's own bound is the same.
const maxSkips = 2000

// errCut: the server gave a fast-forward up, as it does when messages come while a run continues as new. From where it
// stopped another one goes on.
var errCut = errors.New("the fast-forward was cut short")

const forwardTries = 20

// lookAgain is after how long an onboarding is looked at again.
const lookAgain = 5 * time.Millisecond

// Skipper moves the virtual clock of onboardings on a development server with time skipping. It is for demonstrations
// and tests; virtual time only runs forward.
type Skipper struct {
	Engine    *Engine
	Namespace string
}

// Now is the virtual instant of an onboarding.
func (s Skipper) Now(ctx context.Context, id string) (time.Time, error) {
	d, err := s.describe(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	info := d.GetWorkflowExtendedInfo().GetTimeSkippingInfo()
	if info == nil || info.CurrentTime == nil {
		return time.Now(), nil
	}
	return info.CurrentTime.AsTime(), nil
}

// To fast-forwards an onboarding to an instant, unless its clock is past it already or it has ended.
func (s Skipper) To(ctx context.Context, id string, at time.Time) error {
	var err error
	for range forwardTries {
		if err = s.Quiet(ctx, id); err != nil {
			return err
		}
		now, nowErr := s.Now(ctx, id)
		if nowErr != nil || !at.After(now) {
			return nowErr
		}
		if ended, endErr := s.Ended(ctx, id); ended || endErr != nil {
			return endErr
		}
		if err = s.forward(ctx, id, at.Sub(now)); err == nil || !errors.Is(err, errCut) {
			return err
		}
	}
	return err
}

func (s Skipper) forward(ctx context.Context, id string, d time.Duration) error {
	run := uuid.NewString()
	svc := s.Engine.Temporal.WorkflowService()
	_, err := svc.UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace: s.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id},
		WorkflowExecutionOptions: &workflowpb.WorkflowExecutionOptions{TimeSkippingConfig: &commonpb.TimeSkippingConfig{
			Enabled: true, MaxSessionSkipCount: maxSkips,
			FastForwardConfig: &commonpb.FastForwardConfig{Id: run, Duration: durationpb.New(d)}}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	})
	if err != nil {
		return fmt.Errorf("fast-forward %s: %w", id, err)
	}
	for {
		r, err := svc.PollWorkflowExecutionTimeSkipping(ctx, &workflowservice.PollWorkflowExecutionTimeSkippingRequest{
			Namespace: s.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id}, FastForwardId: run})
		if err != nil {
			if ended, endErr := s.Ended(ctx, id); endErr == nil && ended {
				return nil
			}
			return fmt.Errorf("fast-forward %s: %w", id, err)
		}
		switch r.FastForwardPollingResult {
		case enums.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED:
			return s.Quiet(ctx, id)
		case enums.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED:
			if ended, err := s.Ended(ctx, id); err == nil && ended {
				return nil
			}
			return fmt.Errorf("%w: %s: %s", errCut, id, r.FailedReason)
		}
	}
}

// Quiet waits until nothing of an onboarding is under way: no task, no activity.
func (s Skipper) Quiet(ctx context.Context, id string) error {
	for {
		d, err := s.describe(ctx, id)
		if err != nil {
			return err
		}
		if len(d.GetPendingActivities()) == 0 && d.GetPendingWorkflowTask() == nil {
			return nil
		}
		pause(ctx, lookAgain)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Ended reports whether an onboarding's workflow has closed.
func (s Skipper) Ended(ctx context.Context, id string) (bool, error) {
	d, err := s.describe(ctx, id)
	if err != nil {
		return false, err
	}
	status := d.GetWorkflowExecutionInfo().GetStatus()
	return status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING && status != enums.WORKFLOW_EXECUTION_STATUS_PAUSED, nil
}

func (s Skipper) describe(ctx context.Context, id string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	d, err := s.Engine.Temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return nil, unreachable("describe "+id, err)
	}
	return d, nil
}
