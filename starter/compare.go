package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/wiring"
)

const (
	// pollLasts is longer than a worker's question for work is kept open.
	pollLasts = 90 * time.Second
	// stall is how long a play may stand still.
	stall = 2 * time.Minute
)

// soon is the signature of a play on the server: a minute ahead, since virtual time only runs forward.
func soon() string {
	return time.Now().Add(time.Minute).UTC().Truncate(time.Second).Format(time.RFC3339)
}

// compare plays a rehearsal on the server as well and prints the server's story; a difference is an error that names
// the first one.
func (a *app) compare(ctx context.Context, r *rehearsal) error {
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	if err := a.storePlaybook(ctx, r); err != nil {
		return err
	}
	if err := a.storePeople(ctx, r); err != nil {
		return err
	}
	r.start.Contract.ID = fmt.Sprintf("%s-%d", r.start.Contract.ID, r.start.Contract.SignedAt.Unix())
	want, err := r.play()
	if err != nil {
		return err
	}
	if err := a.staffed(ctx, eng); err != nil {
		return err
	}
	started, err := a.playThere(ctx, eng, r)
	if err != nil {
		return err
	}
	got, err := a.story(ctx, started)
	if err != nil {
		return err
	}
	out := reportOf(r.start.Contract, got, want.Final.Ended)
	if a.json() {
		err = a.print(out)
	} else {
		printStory(a.out, out)
	}
	if err != nil {
		return err
	}
	return differ(want.Entries, got)
}

// staffed waits until a worker asks for work.
func (a *app) staffed(ctx context.Context, eng *engine.Engine) error {
	for deadline := time.Now().Add(a.takeUp); ; {
		queue, err := eng.Temporal.DescribeTaskQueue(ctx, onboarding.QueueOnboarding, enums.TASK_QUEUE_TYPE_WORKFLOW)
		if err != nil {
			return fmt.Errorf("%w: look for a worker: %w", engine.ErrUnreachable, err)
		}
		for _, p := range queue.GetPollers() {
			if time.Since(p.GetLastAccessTime().AsTime()) < pollLasts {
				return nil
			}
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: no worker takes work from the task queue %s: start one with the same environment, and read what it prints",
				engine.ErrUnreachable, onboarding.QueueOnboarding)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// playThere plays a rehearsal on the server, and gives it up where it stands still: the server would wait for a worker for ever.
func (a *app) playThere(ctx context.Context, eng *engine.Engine, r *rehearsal) (engine.Started, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		if a.standsStill(ctx, eng, onboarding.WorkflowID(r.start.Contract.ID, r.start.Run)) {
			stop(fmt.Errorf("%w: nothing has happened for %s: read what the worker prints; does it run, and on the same journal?", engine.ErrUnreachable, a.stall))
		}
	}()
	skipper := engine.Skipper{Engine: eng, Namespace: a.temp.Namespace}
	started, err := skipper.Play(ctx, r.start, r.events)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return started, err
}

// standsStill watches a workflow and reports that nothing was added to its history for too long; false where the watch ends before.
func (a *app) standsStill(ctx context.Context, eng *engine.Engine, id string) bool {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var last string
	for since := time.Now(); time.Since(since) < a.stall; {
		select {
		case <-ctx.Done():
			return false
		case <-look.C:
		}
		d, err := eng.Temporal.DescribeWorkflowExecution(ctx, id, "")
		info := d.GetWorkflowExecutionInfo()
		if now := fmt.Sprint(info.GetExecution().GetRunId(), info.GetHistoryLength(), err); now != last {
			last, since = now, time.Now()
		}
	}
	return true
}

// story is what the journal holds of a run, by instant.
func (a *app) story(ctx context.Context, s engine.Started) ([]onboarding.Entry, error) {
	contract, run, err := onboarding.ParseWorkflowID(s.WorkflowID)
	if err != nil {
		return nil, err
	}
	j, err := a.journal(ctx)
	if err != nil {
		return nil, err
	}
	return facts(ctx, j, contract, run)
}

// differ names the first entry in which two stories differ.
func differ(want, got []onboarding.Entry) error {
	line := func(es []onboarding.Entry, i int) string {
		if i >= len(es) {
			return "nothing"
		}
		e := es[i]
		e.At = e.At.UTC()
		b, err := json.Marshal(e)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	for i := range max(len(want), len(got)) {
		if w, g := line(want, i), line(got, i); w != g {
			return fmt.Errorf("the server and the rehearsal differ at entry %d:\n  rehearsal: %s\n  server:    %s", i, w, g)
		}
	}
	return nil
}

// storePeople puts the people of the rehearsal where the worker finds who stands in for an owner.
func (a *app) storePeople(ctx context.Context, r *rehearsal) error {
	if len(r.world.Staff) == 0 {
		return nil
	}
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	return j.PutPeople(ctx, r.world.Staff)
}

// storePlaybook puts the rehearsed playbook where the workers find it.
func (a *app) storePlaybook(ctx context.Context, r *rehearsal) error {
	j, err := a.journal(ctx)
	if err != nil {
		return err
	}
	return wiring.Store(ctx, j, r.world.Book)
}
