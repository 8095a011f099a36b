// Package workflows holds the durable shells around the core: Onboarding carries one contract through its 100 days.
// A shell waits, applies and carries out; what to do it asks the core.
package workflows

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// runDays is the longest one run lasts before it continues as new, so that a worker that meets a customer again replays
// a short history.
const runDays = 30 * 24 * time.Hour

// Plans finds compiled playbooks by content hash. It is read-only in a process and content-addressed, hence
// deterministic; a hash that is not there yet makes the workflow task fail and be retried.
type Plans interface {
	Plan(hash string) (*onboarding.Playbook, bool)
}

// Workflows are the workflows of the engine.
type Workflows struct {
	Plans Plans
}

// Input starts a run: a fresh onboarding, or the state that the run before it carried over.
type Input struct {
	Start journey.Start  `json:"start"`
	State *journey.State `json:"state,omitempty"`
	// Handovers counts the runs before this one.
	Handovers int64 `json:"handovers,omitempty"`
	// Attributes are the search attributes as last written.
	Attributes Attributes `json:"attributes"`
	// Settled are touches that an earlier run carried out or dropped, and Paused says that it was paused: this run is a
	// restart from the journal.
	Settled []string `json:"settled,omitempty"`
	Paused  bool     `json:"paused,omitempty"`
}

// Result is how an onboarding ended.
type Result struct {
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Answer is what the update `apply` returns for an accepted event.
type Answer struct {
	Phase onboarding.Phase `json:"phase"`
	Ended bool             `json:"ended,omitempty"`
}

// Onboarding carries one contract through its first 100 days: it waits for the next instant of the core or for a
// message, applies it, carries out what follows, and records it.
func (w Workflows) Onboarding(ctx workflow.Context, in Input) (Result, error) {
	o := newShell(w.Plans, in)
	if err := o.listen(ctx); err != nil {
		return Result{}, err
	}
	if err := o.open(ctx, in); err != nil {
		return Result{}, err
	}
	for {
		o.drain(ctx)
		o.carryOut(ctx)
		o.record(ctx)
		switch {
		case o.more():
			continue
		case !o.quiet(ctx):
		case o.state.Ended != nil:
			return Result{Reason: o.state.Ended.Reason, At: o.state.Ended.At}, nil
		case o.shouldContinue(ctx):
			return Result{}, o.continueAsNew(ctx)
		}
		o.wait(ctx)
	}
}

// shell is one run of an onboarding.
type shell struct {
	plans     Plans
	handovers int64
	core      journey.Journey
	state     journey.State
	ready     bool
	began     time.Time
	started   int              // activities begun, to tell them apart
	batch     int              // of activities begun together
	phase     onboarding.Phase // at the start of this run
	attrs     Attributes

	todo    journey.Step // what the core asked for and nobody began yet
	pending []pending    // what is under way
	wake    workflow.Channel
	signals workflow.ReceiveChannel

	timer  workflow.Future
	due    time.Time
	cancel workflow.CancelFunc
}

func newShell(plans Plans, in Input) *shell {
	if in.Start.Rules > journey.Rules {
		panic(fmt.Sprintf("this run needs rules %d and this worker knows %d: a newer worker will take it", in.Start.Rules, journey.Rules))
	}
	return &shell{plans: plans, attrs: in.Attributes, handovers: in.Handovers}
}

// listen sets the handlers before anything can block.
func (o *shell) listen(ctx workflow.Context) error {
	o.signals = workflow.GetSignalChannel(ctx, onboarding.SignalEvent)
	o.wake = workflow.NewBufferedChannel(ctx, 1)
	err := workflow.SetUpdateHandlerWithOptions(ctx, onboarding.UpdateApply, o.apply,
		workflow.UpdateHandlerOptions{Validator: o.refuse, Description: "an event whose sender waits for a yes or a no"})
	if err != nil {
		return err
	}
	err = workflow.SetQueryHandler(ctx, onboarding.QueryState, func() (journey.State, error) {
		if !o.ready {
			return o.state, errors.New("the onboarding has not begun yet: it waits for its signature's instant or for its playbook")
		}
		return o.state, nil
	})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandler(ctx, onboarding.QueryPromises, func() ([]onboarding.Promise, error) {
		if !o.ready {
			return nil, nil
		}
		return o.core.Promises(o.state), nil
	})
}

// open takes over the state of the run before, or begins, not before the signature: the calendar first, then the core.
func (o *shell) open(ctx workflow.Context, in Input) error {
	if in.State != nil {
		o.state = *in.State
		o.usePlan(o.state.Start.Playbook)
	} else {
		o.usePlan(in.Start.Playbook)
		begin := in.Start
		now := workflow.Now(ctx)
		if early := begin.Contract.SignedAt.Sub(now); early > 0 {
			if err := workflow.Sleep(ctx, early); err != nil {
				return err
			}
		}
		cal, err := call[onboarding.Calendar](planContext(ctx), "Plan", journey.PlanInput(begin.Contract, now)).get(ctx)
		if err != nil {
			return err
		}
		now = journey.Logical(time.Time{}, begin.Contract.SignedAt, workflow.Now(ctx))
		var step journey.Step
		o.state, step = o.core.Begin(begin, cal, now)
		o.todo = step
		o.resettle(in)
	}
	o.began, o.phase, o.ready = o.state.Now, o.state.Phase, true
	return nil
}

// resettle takes over what an earlier run settled, before anything is carried out: what is already being ordered is
// dropped unsent, the rest is skipped.
func (o *shell) resettle(in Input) {
	take := func(name string, e onboarding.Event) {
		e.ID, e.Reason = "from-journal/"+name, "taken over from an earlier run"
		o.step(o.state.Now, journey.Message{Event: &e})
	}
	if in.Paused {
		take("pause", onboarding.Event{Kind: onboarding.EventPaused, Dates: "keep"})
	}
	for _, touch := range in.Settled {
		take(touch, onboarding.Event{Kind: onboarding.EventTouchSkipped, Touch: touch})
	}
	for {
		i := slices.IndexFunc(o.todo.Orders, func(order onboarding.Order) bool { return slices.Contains(in.Settled, order.Touch) })
		if i < 0 {
			return
		}
		order := o.todo.Orders[i]
		o.todo.Orders = slices.Delete(o.todo.Orders, i, i+1)
		o.step(o.state.Now, journey.Message{Outcome: &journey.TouchOutcome{Touch: order.Touch,
			Outcome: onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "skipped"}}})
	}
}

// usePlan finds the compiled playbook; without it the task fails and is retried, and nothing is lost.
func (o *shell) usePlan(hash string) {
	plan, ok := o.plans.Plan(hash)
	if !ok {
		panic(fmt.Sprintf("playbook %s is not loaded here yet: it is read from the journal every few seconds", hash))
	}
	o.core = journey.New(plan)
}

// wait blocks until the next instant, a message or an answer, and applies it.
func (o *shell) wait(ctx workflow.Context) {
	o.rearm(ctx)
	sel := workflow.NewSelector(ctx)
	sel.AddReceive(o.signals, func(ch workflow.ReceiveChannel, _ bool) {
		var e onboarding.Event
		ch.Receive(ctx, &e)
		o.take(ctx, e)
	})
	sel.AddReceive(o.wake, func(ch workflow.ReceiveChannel, _ bool) { ch.Receive(ctx, nil) })
	if o.timer != nil {
		sel.AddFuture(o.timer, func(f workflow.Future) {
			if f.Get(ctx, nil) == nil {
				o.tick(ctx)
			}
			o.timer = nil
		})
	}
	for i := range o.pending {
		p := o.pending[i]
		if i > 0 && o.pending[i-1].batch == p.batch {
			continue
		}
		sel.AddFuture(p.future, func(workflow.Future) { o.answered(ctx, p) })
	}
	sel.Select(ctx)
}

// rearm keeps one timer, for the core's next instant; it is touched only when that instant changed.
func (o *shell) rearm(ctx workflow.Context) {
	due, ok := o.core.Next(o.state)
	if o.timer != nil && ok && due.Equal(o.due) {
		return
	}
	if o.timer != nil {
		o.cancel()
		o.timer = nil
	}
	if !ok {
		return
	}
	var timerCtx workflow.Context
	timerCtx, o.cancel = workflow.WithCancel(ctx)
	o.due = due
	o.timer = workflow.NewTimer(timerCtx, max(due.Sub(workflow.Now(ctx)), 0))
}

// tick applies the due instant.
func (o *shell) tick(ctx workflow.Context) {
	o.step(journey.Logical(o.state.Now, o.due, workflow.Now(ctx)), journey.Message{})
}

// take applies an event, after all that was due before it.
func (o *shell) take(ctx workflow.Context, e onboarding.Event) {
	real := workflow.Now(ctx)
	at := journey.Logical(o.state.Now, e.At, real)
	for o.state.Ended == nil {
		due, ok := o.core.Next(o.state)
		if !ok || due.After(at) {
			break
		}
		o.step(journey.Logical(o.state.Now, due, at), journey.Message{})
	}
	o.step(at, journey.Message{Event: &e})
	if e.Kind == onboarding.EventAdopted {
		o.usePlan(o.state.Start.Playbook)
	}
}

// step applies one message and keeps what the core asks for.
func (o *shell) step(at time.Time, m journey.Message) {
	var s journey.Step
	o.state, s = o.core.Apply(o.state, at, m)
	o.todo.Facts = append(o.todo.Facts, s.Facts...)
	o.todo.Orders = append(o.todo.Orders, s.Orders...)
	o.todo.Asks = append(o.todo.Asks, s.Asks...)
	o.todo.Matches = append(o.todo.Matches, s.Matches...)
	o.todo.Feeds = append(o.todo.Feeds, s.Feeds...)
	o.todo.Suppress = append(o.todo.Suppress, s.Suppress...)
	o.todo.Settled = append(o.todo.Settled, s.Settled...)
	o.todo.Late = append(o.todo.Late, s.Late...)
	o.todo.Replan = o.todo.Replan || s.Replan
	if s.Amended != nil {
		o.todo.Amended = s.Amended
	}
}

// NotOnShelf is the type of the error by which an adoption is put off, not refused: the worker that was asked has not
// read the playbook from the journal yet. Offered again under the same id it is taken.
const NotOnShelf = "PlaybookNotOnShelf"

// NothingOffered is the type of the error that answers a yes or no to an introduction which is not under way: it is in
// the story, and changes nothing.
const NothingOffered = "NothingOffered"

// refuse is the validator of the update: no with a reason costs nothing and leaves no trace. It is not replayed, so it
// may look at what this worker happens to hold: were an adoption taken here without its playbook, the task would fail
// until the playbook came.
func (o *shell) refuse(e onboarding.Event) error {
	if e.Kind == onboarding.EventAdopted {
		if _, ok := o.plans.Plan(e.Playbook); !ok {
			return temporal.NewApplicationError(fmt.Sprintf("playbook %s is not on this worker's shelf yet", e.Playbook), NotOnShelf)
		}
	}
	if !o.ready || e.Kind.OfPeers() && o.state.Ended == nil {
		return nil
	}
	return o.core.Refuse(o.state, e)
}

// apply is the handler of the update; it never blocks once the run is open.
func (o *shell) apply(ctx workflow.Context, e onboarding.Event) (Answer, error) {
	if err := workflow.Await(ctx, func() bool { return o.ready }); err != nil {
		return Answer{}, err
	}
	var no error
	if e.Kind.OfPeers() {
		no = o.core.Refuse(o.state, e)
	}
	o.take(ctx, e)
	o.wake.SendAsync(nil)
	if no != nil {
		return Answer{}, temporal.NewApplicationError(no.Error(), NothingOffered)
	}
	return Answer{Phase: o.state.Phase, Ended: o.state.Ended != nil}, nil
}

// drain applies every signal that waits.
func (o *shell) drain(ctx workflow.Context) {
	var e onboarding.Event
	for o.signals.ReceiveAsync(&e) {
		o.take(ctx, e)
		e = onboarding.Event{}
	}
}

// more reports whether something came while the last step was being recorded.
func (o *shell) more() bool {
	return o.signals.Len() > 0 || o.todo.Replan || len(o.todo.Orders)+len(o.todo.Asks)+len(o.todo.Matches)+len(o.todo.Feeds)+len(o.todo.Facts)+len(o.todo.Settled)+len(o.todo.Late) > 0
}

// quiet reports whether nothing is under way, so that the run may end or hand over. A signal that comes later makes the
// server refuse the completion and run the task again: none is lost.
func (o *shell) quiet(ctx workflow.Context) bool {
	return len(o.pending) == 0 && workflow.AllHandlersFinished(ctx)
}

// shouldContinue says when a run hands over: at every phase, after 30 days, or when the server suggests it.
func (o *shell) shouldContinue(ctx workflow.Context) bool {
	return o.state.Phase != o.phase || o.state.Now.Sub(o.began) >= runDays || workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

// continueAsNew hands the state to the next run, with the newest rules this worker knows.
func (o *shell) continueAsNew(ctx workflow.Context) error {
	s := o.state
	s.Start.Rules = journey.Rules
	return workflow.NewContinueAsNewError(ctx, onboarding.WorkflowOnboarding, Input{Start: s.Start, State: &s, Handovers: o.handovers + 1, Attributes: o.attrs})
}
