package e2e

import (
	"context"
	"slices"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// run is one run of a workflow, from its start to its continue-as-new or its end.
type workflowRun struct {
	id     string
	events []*historypb.HistoryEvent
}

// runs are the runs of a workflow, the first one first.
func (s *system) runs(t testing.TB, workflow string) []workflowRun {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	d, err := s.engine.Temporal.DescribeWorkflowExecution(ctx, workflow, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []workflowRun
	for id := d.WorkflowExecutionInfo.Execution.RunId; id != ""; {
		r := workflowRun{id: id}
		it := s.engine.Temporal.GetWorkflowHistory(ctx, workflow, id, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for it.HasNext() {
			e, err := it.Next()
			if err != nil {
				t.Fatal(err)
			}
			r.events = append(r.events, e)
		}
		out = append(out, r)
		id = r.events[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId()
	}
	slices.Reverse(out)
	return out
}
