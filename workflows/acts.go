package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// Tries and patience of the activities. A mail or alert that cannot be settled within an hour goes back to the core,
// which finds it another time in the window or drops it by its own rule.
const (
	oneTry     = 90 * time.Second
	heartbeat  = 9 * time.Second // three times what the activities beat at
	patience   = time.Hour
	askTry     = 30 * time.Second
	putOff     = 30 * time.Minute
	recordTry  = 10 * time.Second
	recordWait = 30 * time.Second
)

// result is an activity under way, with its type.
type result[T any] struct{ future workflow.Future }

func (r result[T]) get(ctx workflow.Context) (T, error) {
	var out T
	err := r.future.Get(ctx, &out)
	return out, err
}

// call is the one place that starts an activity: workflow.ExecuteActivity takes any argument and checks none. The
// method values of the interface keep name and argument type in one line at each caller.
func call[Out, In any](ctx workflow.Context, name string, in In) result[Out] {
	return result[Out]{workflow.ExecuteActivity(ctx, name, in)}
}

// pending is an activity under way and what its answer belongs to.
type pending struct {
	future workflow.Future
	order  *onboarding.Order
	ask    *journey.Ask
	match  *onboarding.MatchInput
	feed   *onboarding.FeedInput
	id     int
	// batch is that of the orders which were given together: their answers are taken in the order of the orders, whichever
	// comes first, so that the story does not depend on how fast a provider is.
	batch int
}

var backoff = &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute}

func planContext(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: onboarding.QueueOnboarding, StartToCloseTimeout: 30 * time.Second, RetryPolicy: backoff})
}

// sendContext puts mails and alerts on the queue that is limited to what the provider takes; cases and confirmations
// overtake the rest.
func sendContext(ctx workflow.Context, c onboarding.Channel, class onboarding.Class) workflow.Context {
	queue, priority := onboarding.QueueMail, 3
	if c == onboarding.ChannelSlack {
		queue, priority = onboarding.QueueSlack, 2
	}
	switch class {
	case onboarding.ClassConfirmation:
		priority = 1
	case onboarding.ClassRelationship:
		priority = 4
	}
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, StartToCloseTimeout: oneTry, HeartbeatTimeout: heartbeat, ScheduleToCloseTimeout: patience, RetryPolicy: backoff,
		Priority: temporal.Priority{PriorityKey: priority}})
}

// carryOut begins what the core asked for.
func (o *shell) carryOut(ctx workflow.Context) {
	o.batch++
	orders, asks, matches, feeds, replan := o.todo.Orders, o.todo.Asks, o.todo.Matches, o.todo.Feeds, o.todo.Replan
	o.todo.Orders, o.todo.Asks, o.todo.Matches, o.todo.Feeds, o.todo.Replan = nil, nil, nil, nil, false
	for _, order := range orders {
		name := "Deliver"
		if order.Channel == onboarding.ChannelSlack {
			name = "Alert"
		}
		r := call[onboarding.Outcome](sendContext(ctx, order.Channel, order.Class), name, order)
		o.await(pending{future: r.future, order: &order})
	}
	for _, a := range asks {
		c := workflow.WithStartToCloseTimeout(planContext(ctx), askTry)
		o.await(pending{future: call[onboarding.ReconcileOutput](c, "Reconcile", a.Input).future, ask: &a})
	}
	for _, m := range matches {
		o.await(pending{future: call[onboarding.MatchOutput](planContext(ctx), "Match", m).future, match: &m})
	}
	for _, f := range feeds {
		o.await(pending{future: call[onboarding.FeedOutput](planContext(ctx), "Feed", f).future, feed: &f})
	}
	if replan {
		in := journey.PlanInput(o.state.Start.Contract, o.state.Now)
		o.await(pending{future: call[onboarding.Calendar](planContext(ctx), "Plan", in).future})
	}
}

func (o *shell) await(p pending) {
	o.started++
	p.id, p.batch = o.started, o.batch
	o.pending = append(o.pending, p)
}

// answered applies an activity's answer at the logical instant of the step that asked.
func (o *shell) answered(ctx workflow.Context, p pending) {
	for i := range o.pending {
		if o.pending[i].id == p.id {
			o.pending = append(o.pending[:i:i], o.pending[i+1:]...)
			break
		}
	}
	now := workflow.Now(ctx)
	switch {
	case p.order != nil:
		out, err := result[onboarding.Outcome]{p.future}.get(ctx)
		if err != nil {
			out = onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: now.Add(putOff), Reason: "provider_failing"}
		}
		o.step(journey.Logical(o.state.Now, p.order.At, now),
			journey.Message{Outcome: &journey.TouchOutcome{Touch: p.order.Touch, Outcome: out}})
	case p.ask != nil:
		out, err := result[onboarding.ReconcileOutput]{p.future}.get(ctx)
		if err != nil {
			out.Found = onboarding.FoundCannotTell
		}
		o.step(journey.Logical(o.state.Now, o.state.Now, now),
			journey.Message{Found: &journey.TouchFound{Touch: p.ask.Touch, Found: out.Found}})
	case p.match != nil:
		out, err := result[onboarding.MatchOutput]{p.future}.get(ctx)
		if err != nil {
			out.Peer = nil // as where nobody is free
		}
		o.step(journey.Logical(o.state.Now, p.match.At, now), journey.Message{Match: &journey.PeerFound{Seek: p.match.Seek, Peer: out.Peer}})
	case p.feed != nil:
		out, err := result[onboarding.FeedOutput]{p.future}.get(ctx)
		if err != nil {
			out = onboarding.FeedOutput{Unknown: true}
		}
		o.step(journey.Logical(o.state.Now, p.feed.At, now), journey.Message{Feed: &journey.FeedHeard{Input: *p.feed, Output: out}})
	default:
		cal, err := result[onboarding.Calendar]{p.future}.get(ctx)
		if err != nil {
			cal = o.state.Calendar // the old table serves on; the next change asks again
		}
		o.step(journey.Logical(o.state.Now, o.state.Now, now), journey.Message{Calendar: &cal})
	}
}

// record appends the step's facts to the journal, by a local activity: one event in the history. It does not give up,
// since the run must not go on without its past. A task that the server refuses (a message came while it ended or handed
// over) has recorded already: its successor has a higher revision, and its facts replace them.
func (o *shell) record(ctx workflow.Context) {
	if len(o.todo.Facts) == 0 && len(o.todo.Settled)+len(o.todo.Late) == 0 && o.todo.Amended == nil {
		return
	}
	in := onboarding.RecordInput{
		Contract: o.state.Start.Contract.ID, Run: o.state.Start.Run, Facts: o.todo.Facts,
		Revision: o.handovers<<32 | int64(workflow.GetInfo(ctx).GetCurrentHistoryLength()),
		Row:      o.core.Status(o.state), Suppress: o.todo.Suppress, Settled: o.todo.Settled, Late: o.todo.Late, Amended: o.todo.Amended,
	}
	o.todo.Facts, o.todo.Suppress, o.todo.Settled, o.todo.Late, o.todo.Amended = nil, nil, nil, nil, nil
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: recordTry, ScheduleToCloseTimeout: recordWait, RetryPolicy: backoff})
	for {
		err := workflow.ExecuteLocalActivity(local, "Record", in).Get(ctx, nil)
		if err == nil || ctx.Err() != nil {
			break
		}
		workflow.GetLogger(ctx).Error("the journal does not take facts", "code", "journal_down", "error", err)
		if workflow.Sleep(ctx, recordWait) != nil {
			break
		}
	}
	o.attrs.upsert(ctx, o.state, in.Row)
}
