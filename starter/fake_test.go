package main

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/taskqueue/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/workflows"
)

// fakeTemporal carries onboardings on the real core, inside the test: what is started begins at once, every mail goes,
// updates are applied or refused, queries answered, facts recorded. Time stands still. What no command of the starter
// uses panics.
type fakeTemporal struct {
	client.Client
	t       *testing.T
	journal *journal.Journal
	shelf   playbook.Registry

	mu      sync.Mutex
	running map[string]*journey.State
	started []string // workflow ids, in order
	most    int      // starts it takes until it cannot be reached; negative is no bound

	down   bool          // imports cannot be started
	asleep chan struct{} // no worker takes an import up until it is closed; nil is a worker that works
	stuck  func()        // called when the worker cannot finish a batch of an import
	fate   error         // of every import, without its worker

	asked   time.Time // when a worker last asked for work; zero is none
	hung    bool      // what is started stays under way for ever
	mute    bool      // queries are not answered
	virtual time.Time // the onboardings' own clock, where the server skips time
}

func newFakeTemporal(t *testing.T) *fakeTemporal {
	t.Helper()
	return &fakeTemporal{t: t, journal: openJournal(t), running: map[string]*journey.State{}, most: -1, asked: time.Now()}
}

func (f *fakeTemporal) Close() {}

func (f *fakeTemporal) plan(hash string) journey.Journey {
	if plan, ok := f.shelf.Plan(hash); ok {
		return journey.New(plan)
	}
	archive, err := f.journal.PlaybookArchive(f.t.Context(), hash)
	if err != nil {
		f.t.Error(err)
	}
	book, err := playbook.FromArchive(archive)
	if err != nil {
		f.t.Error(err)
	}
	f.shelf.Add(book)
	return journey.New(book.Plan())
}

func (f *fakeTemporal) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.most >= 0 && len(f.started) >= f.most {
		return nil, serviceerror.NewUnavailable("the fake is down")
	}
	if _, ok := f.running[o.ID]; ok {
		return nil, nil
	}
	in := args[0].(workflows.Input)
	now := latest(in.Start.Contract.SignedAt, clock())
	cal, err := calendar.ForContract(journey.PlanInput(in.Start.Contract, now))
	if err != nil {
		return nil, err
	}
	core := f.plan(in.Start.Playbook)
	s, step := core.Begin(in.Start, cal, now)
	f.started = append(f.started, o.ID)
	f.running[o.ID] = &s
	step.Orders = slices.DeleteFunc(step.Orders, func(o onboarding.Order) bool { return slices.Contains(in.Settled, o.Touch) })
	first := make([]onboarding.Event, 0, len(in.Settled)+1)
	if in.Paused {
		first = append(first, onboarding.Event{ID: "pause", Kind: onboarding.EventPaused})
	}
	for _, touch := range in.Settled {
		first = append(first, onboarding.Event{ID: touch, Kind: onboarding.EventTouchSkipped, Touch: touch})
	}
	for _, e := range first {
		next, more := core.Apply(s, s.Now, journey.Message{Event: &e})
		s = next
		step.Facts, step.Orders = append(step.Facts, more.Facts...), append(step.Orders, more.Orders...)
	}
	return nil, f.take(core, &s, step)
}

func (f *fakeTemporal) SignalWithStartWorkflow(_ context.Context, id, _ string, _ any, _ client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	if f.down {
		return nil, serviceerror.NewUnavailable("the fake is down")
	}
	in := args[0].(onboarding.ImportInput)
	if want := onboarding.ImportWorkflowID(in.Import); id != want {
		f.t.Errorf("the import is %s, want %s", id, want)
	}
	return fakeImport{f: f, id: in.Import}, nil
}

// fakeImport is an import with its worker, who works while somebody waits for its end.
type fakeImport struct {
	client.WorkflowRun
	f  *fakeTemporal
	id string
}

func (i fakeImport) Get(ctx context.Context, _ any) error {
	if i.f.fate != nil {
		return i.f.fate
	}
	if i.f.asleep != nil {
		select {
		case <-i.f.asleep:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	acts := activities.Imports{Lines: i.f.journal, Starter: &engine.Engine{Temporal: i.f, Journal: i.f.journal}}
	for {
		count, err := acts.ImportBatch(ctx, onboarding.ImportBatchInput{Import: i.id, Most: 7})
		if err != nil {
			i.f.stuck()
			<-ctx.Done()
			return ctx.Err()
		}
		if count.Waiting == 0 {
			return nil
		}
	}
}

// take carries a step out and records it.
func (f *fakeTemporal) take(core journey.Journey, s *journey.State, step journey.Step) error {
	for _, o := range step.Orders {
		next, more := core.Apply(*s, s.Now, journey.Message{Outcome: &journey.TouchOutcome{Touch: o.Touch,
			Outcome: onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "a subject", Sent: o.To}}})
		*s = next
		step.Facts = append(step.Facts, more.Facts...)
	}
	if step.Replan {
		cal, err := calendar.ForContract(journey.PlanInput(s.Start.Contract, s.Now))
		if err != nil {
			return err
		}
		*s, _ = core.Apply(*s, s.Now, journey.Message{Calendar: &cal})
	}
	return f.journal.Record(context.Background(), onboarding.RecordInput{Contract: s.Start.Contract.ID, Run: s.Start.Run,
		Facts: step.Facts, Row: core.Status(*s), Settled: step.Settled, Amended: step.Amended})
}

func (f *fakeTemporal) tell(id string, e onboarding.Event, ask bool) (workflows.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.running[id]
	if s == nil || s.Ended != nil {
		return workflows.Answer{}, serviceerror.NewNotFound("workflow not found")
	}
	core := f.plan(s.Start.Playbook)
	if err := core.Refuse(*s, e); ask && err != nil {
		return workflows.Answer{}, temporal.NewApplicationError(err.Error(), "refused")
	}
	next, step := core.Apply(*s, latest(s.Now, clock()), journey.Message{Event: &e})
	*s = next
	if e.Kind == onboarding.EventAdopted {
		core = f.plan(s.Start.Playbook)
	}
	return workflows.Answer{Phase: s.Phase, Ended: s.Ended != nil}, f.take(core, s, step)
}

func (f *fakeTemporal) SignalWorkflow(_ context.Context, id, _, _ string, arg any) error {
	_, err := f.tell(id, arg.(onboarding.Event), false)
	return err
}

func (f *fakeTemporal) UpdateWorkflow(_ context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	answer, err := f.tell(o.WorkflowID, o.Args[0].(onboarding.Event), true)
	return fakeUpdate{answer: fakeValue{answer}}, err
}

func (f *fakeTemporal) QueryWorkflow(_ context.Context, id, _, name string, _ ...any) (converter.EncodedValue, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.running[id]
	if s == nil {
		return nil, serviceerror.NewNotFound("workflow not found")
	}
	if f.mute {
		return nil, serviceerror.NewUnavailable("the fake has no worker")
	}
	if name == onboarding.QueryState {
		return fakeValue{*s}, nil
	}
	return fakeValue{f.plan(s.Start.Playbook).Promises(*s)}, nil
}

func (f *fakeTemporal) DescribeWorkflowExecution(_ context.Context, id, _ string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running[id] == nil {
		return nil, serviceerror.NewNotFound("workflow not found")
	}
	d := &workflowservice.DescribeWorkflowExecutionResponse{}
	if f.hung {
		d.PendingWorkflowTask = &workflowpb.PendingWorkflowTaskInfo{}
	}
	if !f.virtual.IsZero() {
		d.WorkflowExtendedInfo = &workflowpb.WorkflowExecutionExtendedInfo{TimeSkippingInfo: &common.TimeSkippingInfo{CurrentTime: timestamppb.New(f.virtual)}}
	}
	return d, nil
}

func (f *fakeTemporal) DescribeTaskQueue(_ context.Context, name string, _ enums.TaskQueueType) (*workflowservice.DescribeTaskQueueResponse, error) {
	d := &workflowservice.DescribeTaskQueueResponse{}
	if name == onboarding.QueueOnboarding && !f.asked.IsZero() {
		d.Pollers = []*taskqueue.PollerInfo{{LastAccessTime: timestamppb.New(f.asked)}}
	}
	return d, nil
}

func (f *fakeTemporal) TerminateWorkflow(_ context.Context, id, _, _ string, _ ...any) error {
	f.lose(id)
	return nil
}

// lose forgets an onboarding, as a Temporal does whose database is gone.
func (f *fakeTemporal) lose(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.running, id)
}

// restore brings an onboarding back to an older state, as a backup does.
func (f *fakeTemporal) restore(id string, s journey.State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running[id] = &s
}

// state is what an onboarding knows.
func (f *fakeTemporal) state(id string) journey.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *f.running[id]
}

// fakeValue is the answer to a query, fakeUpdate that to an update; both travel as JSON.
type fakeValue struct{ value any }

func (v fakeValue) HasValue() bool { return true }

func (v fakeValue) Get(into any) error {
	text, err := json.Marshal(v.value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

type fakeUpdate struct {
	client.WorkflowUpdateHandle
	answer fakeValue
}

func (u fakeUpdate) Get(_ context.Context, into any) error { return u.answer.Get(into) }
