package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

const countedFor = 100 * 24 * time.Hour

// Counted counts signals until its timer fires.
func Counted(ctx workflow.Context) (int, error) {
	signals := workflow.GetSignalChannel(ctx, "tick")
	timer := workflow.NewTimer(ctx, countedFor)
	n, fired := 0, false
	s := workflow.NewSelector(ctx)
	s.AddReceive(signals, func(c workflow.ReceiveChannel, _ bool) {
		c.Receive(ctx, nil)
		n++
	})
	s.AddFuture(timer, func(workflow.Future) { fired = true })
	for !fired || s.HasPending() {
		s.Select(ctx)
	}
	return n, nil
}

// fastForward skips the workflow's time; the API has no SDK wrapper yet.
func fastForward(ctx context.Context, c client.Client, id string, d time.Duration) error {
	const forward = "forward"
	execution := &commonpb.WorkflowExecution{WorkflowId: id}
	_, err := c.WorkflowService().UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace: "default", WorkflowExecution: execution,
		WorkflowExecutionOptions: &workflowpb.WorkflowExecutionOptions{TimeSkippingConfig: &commonpb.TimeSkippingConfig{
			Enabled: true, FastForwardConfig: &commonpb.FastForwardConfig{Id: forward, Duration: durationpb.New(d)}}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	})
	for err == nil {
		var r *workflowservice.PollWorkflowExecutionTimeSkippingResponse
		r, err = c.WorkflowService().PollWorkflowExecutionTimeSkipping(ctx, &workflowservice.PollWorkflowExecutionTimeSkippingRequest{
			Namespace: "default", WorkflowExecution: execution, FastForwardId: forward})
		switch r.GetFastForwardPollingResult() {
		case enumspb.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED:
			return nil
		case enumspb.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED:
			return fmt.Errorf("fast-forward: %s", r.FailedReason)
		}
	}
	return err
}

// signalled counts the signals in the workflow's history.
func signalled(ctx context.Context, c client.Client, id string) (n int, err error) {
	events := c.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return 0, err
		}
		if e.EventType == enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED {
			n++
		}
	}
	return n, nil
}

func TestStateSurvivesKillNine(t *testing.T) {
	args := []string{"--db", t.TempDir() + "/temporal.db", "--address", "127.0.0.1:0", "--no-ui", "--time-skipping"}
	ctx := deadline(t)
	register := func(r worker.Registry) { r.RegisterWorkflow(Counted) }

	p, ready := serving(t, args...)
	c := dial(t, ready["address"], "default")
	stopWorker := work(t, c, register)
	if _, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "counted", TaskQueue: taskQueue,
		WorkflowTaskTimeout: time.Second, // else the task that the kill cut off is given up after ten
	}, Counted); err != nil {
		t.Fatal(err)
	}
	// Four clients signal without a pause, so that the kill falls between an acknowledgement and the next commit.
	const senders, enough = 4, 200
	var acknowledged atomic.Int64
	sending, stopSending := context.WithCancel(ctx)
	unanswered := make(chan error, senders)
	for range senders {
		go func() {
			for {
				if err := c.SignalWorkflow(sending, "counted", "", "tick", nil); err != nil {
					unanswered <- err
					return
				}
				acknowledged.Add(1)
			}
		}()
	}
	await(t, "enough acknowledged signals", func() bool { return acknowledged.Load() >= enough || len(unanswered) > 0 })
	p.signal(syscall.SIGKILL)
	p.code()
	stopSending() // the SDK would go on trying
	for range senders {
		if err := <-unanswered; errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	stopWorker()
	before := int(acknowledged.Load())

	_, ready = serving(t, args...)
	c = dial(t, ready["address"], "default")
	work(t, c, register)
	// The poll ends with an error when the workflow does before it: what counts is the workflow's own result.
	forwardErr := fastForward(ctx, c, "counted", countedFor+time.Hour)
	var counted int
	if err := c.GetWorkflow(ctx, "counted", "").Get(ctx, &counted); err != nil {
		t.Fatalf("the timer that was set before the kill: %v (fast-forward: %v)", err, forwardErr)
	}
	// Only now is the history complete: signals that came during a workflow task are kept apart until it ends.
	kept, err := signalled(ctx, c, "counted")
	if err != nil {
		t.Fatal(err)
	}
	if counted != kept {
		t.Errorf("the workflow counted %d signals, its history holds %d", counted, kept)
	}
	// Each sender may have had one signal stored whose answer it did not get.
	if kept < before || kept > before+senders {
		t.Errorf("%d signals were acknowledged before the kill, %d are there after it", before, kept)
	}
}
