package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// digestEvery is how often somebody looks whose digest is due: no zone is off by less than a quarter of an hour.
	digestEvery = 15 * time.Minute
	// digestCatchup bounds what is made up for after Temporal was down: whose digest is due the next look finds as well.
	digestCatchup = time.Minute
	digestTimeout = time.Hour
)

// ScheduleDigest makes the Schedule that starts the digest, or changes the one that stands to what this program wants;
// every worker may do so at its start. A Schedule that somebody paused stays paused.
func (e *Engine) ScheduleDigest(ctx context.Context) error {
	spec := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: digestEvery}}}
	action := &client.ScheduleWorkflowAction{ID: onboarding.ScheduleDigest, Workflow: onboarding.WorkflowDigest,
		Args: []any{onboarding.DigestInput{}}, TaskQueue: onboarding.QueueOnboarding, WorkflowExecutionTimeout: digestTimeout}
	schedules := e.Temporal.ScheduleClient()
	_, err := schedules.Create(ctx, client.ScheduleOptions{ID: onboarding.ScheduleDigest, Spec: spec, Action: action,
		Overlap: enums.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: digestCatchup, Note: "looks whose morning digest is due"})
	if err == nil {
		return nil
	}
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return unreachable("schedule the digest", err)
	}
	handle := schedules.GetHandle(ctx, onboarding.ScheduleDigest)
	err = handle.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		s := in.Description.Schedule
		s.Spec, s.Action = &spec, action
		s.Policy = &client.SchedulePolicies{Overlap: enums.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: digestCatchup}
		return &client.ScheduleUpdate{Schedule: &s}, nil
	}})
	if err != nil {
		return fmt.Errorf("schedule the digest anew: %w", unreachable("change the schedule", err))
	}
	return nil
}

// UnscheduleDigest takes the Schedule of the digest away, if there is one.
func (e *Engine) UnscheduleDigest(ctx context.Context) error {
	err := e.Temporal.ScheduleClient().GetHandle(ctx, onboarding.ScheduleDigest).Delete(ctx)
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return nil
	}
	return unreachable("take the digest's schedule away", err)
}
