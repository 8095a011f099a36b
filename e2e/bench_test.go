package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
)

// bench is an installation on the server that `devserver exec --time-skipping` started around the benchmarks, or on one of
// its own.
func bench(b *testing.B, more ...string) *system {
	b.Helper()
	address := os.Getenv("TEMPORAL_ADDRESS")
	if address == "" || os.Getenv("CENTOGIORNI_TIME_SKIPPING") != "true" {
		return newSystem(b, more...)
	}
	return newSystemAt(b, address, more...)
}

// The bare control: what Temporal itself costs, with an activity that does nothing.
const (
	bareQueue = "bare"
	bareMail  = "bare-mail" // for an activity on a queue of its own, as mails need one for the provider's rate
)

// bareInput is about 200 bytes of JSON.
type bareInput struct {
	Touches int           `json:"touches"`
	Every   time.Duration `json:"every"`
	Text    string        `json:"text"`
}

func bareOf(touches int, every time.Duration) bareInput {
	return bareInput{Touches: touches, Every: every, Text: strings.Repeat("x", 150)}
}

// BareLoop is timer -> activity, again and again.
func BareLoop(ctx workflow.Context, in bareInput) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	for range in.Touches {
		if err := workflow.Sleep(ctx, in.Every); err != nil {
			return err
		}
		if err := workflow.ExecuteActivity(ctx, BareTouch, in).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// BareAnswer is signal -> activity on a queue.
func BareAnswer(ctx workflow.Context, queue string) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{TaskQueue: queue, StartToCloseTimeout: time.Minute})
	var in bareInput
	workflow.GetSignalChannel(ctx, "signal").Receive(ctx, &in)
	return workflow.ExecuteActivity(ctx, BareNotice, in).Get(ctx, nil)
}

// BareTouch does nothing.
func BareTouch(context.Context, bareInput) error { return nil }

// bareNoticed gets a word from every BareNotice.
var bareNoticed = make(chan struct{}, 1)

// BareNotice says that it ran.
func BareNotice(context.Context, bareInput) error {
	bareNoticed <- struct{}{}
	return nil
}

// bareWorker works for the controls in the test's own process.
func (s *system) bareWorker() {
	s.t.Helper()
	for _, queue := range []string{bareQueue, bareMail} {
		w := sdkworker.New(s.engine.Temporal, queue, sdkworker.Options{})
		w.RegisterWorkflow(BareLoop)
		w.RegisterWorkflow(BareAnswer)
		w.RegisterActivity(BareTouch)
		w.RegisterActivity(BareNotice)
		if err := w.Start(); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(w.Stop)
	}
}

// weight is what a workflow leaves in the server: events and bytes of all its runs.
func (s *system) weight(id string) (runs, events, bytes int) {
	s.t.Helper()
	for _, r := range s.runs(s.t, id) {
		d, err := s.engine.Temporal.WorkflowService().DescribeWorkflowExecution(s.t.Context(), &workflowservice.DescribeWorkflowExecutionRequest{
			Namespace: client.DefaultNamespace, Execution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: r.id}})
		if err != nil {
			s.t.Fatal(err)
		}
		runs++
		events += int(d.WorkflowExecutionInfo.HistoryLength)
		bytes += int(d.WorkflowExecutionInfo.HistorySizeBytes)
	}
	return runs, events, bytes
}

// BenchmarkAQuietCustomersHistory weighs 100 days without trouble, a touch that was sent or dropped, everything included:
// starts, calendars, facts, search attributes, states carried over. Nothing happens but the plan, so that most touches are
// dropped, or all goes well, so that most go. Hold: 14 events and 3.5 kB a touch.
func BenchmarkAQuietCustomersHistory(b *testing.B) {
	for _, scenario := range []string{"quiet", "good-path"} {
		b.Run(scenario, func(b *testing.B) { weighHistory(b, scenario) })
	}
}

func weighHistory(b *testing.B, scenario string) {
	s := bench(b)
	s.startWorker()
	s.bareWorker()
	for n := range b.N {
		p := s.play("../examples/acme.json", "../examples/scenarios/"+scenario+".yaml", fmt.Sprintf("WEIGHT-%s-%d-%d", strings.ToUpper(scenario), n, time.Now().Unix()))
		if err := s.carry(b.Context(), p); err != nil {
			b.Fatal(err)
		}
		entries := s.entries(p.contract(), 1)
		sent, dropped := len(only(entries, onboarding.EntryTouchSent)), len(only(entries, onboarding.EntryTouchDropped))
		touches := sent + dropped
		runs, events, bytes := s.weight(p.started.WorkflowID)

		bare := "bare/" + p.contract()
		_, err := s.engine.Temporal.ExecuteWorkflow(b.Context(), client.StartWorkflowOptions{ID: bare, TaskQueue: bareQueue}, BareLoop, bareOf(touches, 4*24*time.Hour))
		if err != nil {
			b.Fatal(err)
		}
		if err := s.skipper.To(b.Context(), bare, time.Now().Add(longest)); err != nil {
			b.Fatal(err)
		}
		_, bareEvents, bareBytes := s.weight(bare)

		per := func(n int) float64 { return float64(n) / float64(touches) }
		b.ReportMetric(per(events), "events/touch")
		b.ReportMetric(per(bytes), "B/touch")
		b.ReportMetric(per(bareEvents), "bare-events/touch")
		b.ReportMetric(per(bareBytes), "bare-B/touch")
		b.ReportMetric(float64(events)/float64(sent), "events/sent")
		b.ReportMetric(float64(bytes)/float64(sent), "B/sent")
		b.Logf("%d touches (%d sent, %d dropped) in %d runs: %d events, %d B; bare loop of as many touches: %d events, %d B",
			touches, sent, dropped, runs, events, bytes, bareEvents, bareBytes)
	}
}

// BenchmarkStarts starts onboardings and bare workflows by turns, eight at a time, with nobody working on either. Hold: 0.7
// of the bare rate.
func BenchmarkStarts(b *testing.B) {
	const rounds, batch, atOnce = 6, 40, 8
	s := bench(b)
	var ids []string
	defer func() { s.terminate(ids) }()
	var ours, bare time.Duration
	stamp := time.Now().UnixNano()
	for range b.N {
		for round := range rounds {
			plays := make([]*play, batch)
			for i := range plays {
				plays[i] = s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", fmt.Sprintf("START-%d-%d-%d", stamp, round, i))
				ids = append(ids, onboarding.WorkflowID(plays[i].contract(), 1), fmt.Sprintf("bare/start/%d/%d/%d", stamp, round, i))
			}
			ours += inParallel(b, batch, atOnce, func(i int) error {
				_, err := s.engine.Start(b.Context(), plays[i].start, time.Now())
				return err
			})
			bare += inParallel(b, batch, atOnce, func(i int) error {
				_, err := s.engine.Temporal.ExecuteWorkflow(b.Context(), client.StartWorkflowOptions{
					ID: fmt.Sprintf("bare/start/%d/%d/%d", stamp, round, i), TaskQueue: bareQueue + "-unserved"}, BareLoop, bareOf(1, time.Hour))
				return err
			})
		}
	}
	n := float64(b.N * rounds * batch)
	b.ReportMetric(n/ours.Seconds(), "starts/s")
	b.ReportMetric(n/bare.Seconds(), "bare-starts/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "x-bare")
	b.Logf("%.0f onboardings started per second, %.0f bare workflows: %.2f of the bare rate", n/ours.Seconds(), n/bare.Seconds(), bare.Seconds()/ours.Seconds())
}

// inParallel does something n times, so many at once, and measures how long all of it takes.
func inParallel(b *testing.B, n, atOnce int, do func(i int) error) time.Duration {
	b.Helper()
	var wg sync.WaitGroup
	turn := make(chan int)
	begun := time.Now()
	for range atOnce {
		wg.Go(func() {
			for i := range turn {
				if err := do(i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range n {
		turn <- i
	}
	close(turn)
	wg.Wait()
	return time.Since(begun)
}

// terminate ends workflows that nobody works on, since the server may serve the next benchmark too.
func (s *system) terminate(ids []string) {
	for _, id := range ids {
		if err := s.engine.Temporal.TerminateWorkflow(context.WithoutCancel(s.t.Context()), id, "", "the benchmark is over"); err != nil {
			s.t.Logf("%s: %v", id, err)
		}
	}
}

// BenchmarkFromSignalToMail measures from the telling of a withdrawal until its confirmation lies in the outbox. Hold: 1.3
// times the bare time.
func BenchmarkFromSignalToMail(b *testing.B) {
	s := bench(b)
	s.startWorker()
	box, err := outbox.New(s.file("outbox"))
	if err != nil {
		b.Fatal(err)
	}
	s.besideBare(b, "signal", "told -> mail in the outbox", func(id string) time.Duration { return s.untilMail(b, box, id) })
}

// BenchmarkFromSignalToAlert measures from the telling of a complaint until the owner's message stands in Slack. Hold: 1.3
// times the bare time.
func BenchmarkFromSignalToAlert(b *testing.B) {
	w := newWorkspaceOn(b, func(more ...string) *system { return bench(b, more...) })
	w.besideBare(b, "alert", "told -> message in Slack", func(id string) time.Duration { return w.untilAlert(b, id) })
}

// besideBare measures beside a bare signal until its activity runs, by turns. The SDK hands a bare activity to its worker
// together with the workflow task; one on a queue of its own, where mails and alerts are, it cannot: that is the second
// control.
func (s *system) besideBare(b *testing.B, unit, what string, measure func(id string) time.Duration) {
	b.Helper()
	const rounds = 20
	s.bareWorker()
	stamp := time.Now().UnixNano()
	var ours, bare, queued []time.Duration
	for n := range b.N * rounds {
		ours = append(ours, measure(fmt.Sprintf("SIGNAL-%d-%d", stamp, n)))
		bare = append(bare, s.untilNoticed(b, bareQueue, fmt.Sprintf("bare/signal/%d/%d", stamp, n)))
		queued = append(queued, s.untilNoticed(b, bareMail, fmt.Sprintf("bare/queued/%d/%d", stamp, n)))
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(median(ours)), "ms/"+unit)
	b.ReportMetric(ms(median(bare)), "bare-ms/signal")
	b.ReportMetric(ms(median(queued)), "bare-queued-ms/signal")
	b.ReportMetric(ms(median(ours))/ms(median(bare)), "x-bare")
	b.ReportMetric(ms(median(ours))/ms(median(queued)), "x-bare-queued")
	b.Logf("medians of %d: %s %.1f ms, bare signal -> activity %.1f ms, the same on a queue of its own %.1f ms",
		len(ours), what, ms(median(ours)), ms(median(bare)), ms(median(queued)))
}

// untilAlert measures one complaint.
func (w *workspace) untilAlert(b *testing.B, id string) time.Duration {
	b.Helper()
	c := w.customer(id)
	defer w.terminate([]string{c.started.WorkflowID})
	begun := time.Now()
	c.complains()
	awaitClosely(b, func() bool { return len(c.to(c.owner.SlackID)) > 0 })
	return time.Since(begun)
}

// untilMail measures one withdrawal.
func (s *system) untilMail(b *testing.B, box *outbox.Outbox, id string) time.Duration {
	b.Helper()
	p := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", id)
	started, err := s.engine.Start(b.Context(), p.start, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	defer s.terminate([]string{started.WorkflowID})
	if err := s.skipper.To(b.Context(), started.WorkflowID, started.SignedAt.Add(24*time.Hour)); err != nil {
		b.Fatal(err)
	}
	key := onboarding.MailKey(onboarding.TouchKey(id, 1, "withdrawal-received"), "giulia")
	begun := time.Now()
	if _, err := s.engine.Tell(b.Context(), id, onboarding.Event{Kind: onboarding.EventWithdrawal, Contact: "giulia", Channel: "email"}); err != nil {
		b.Fatal(err)
	}
	awaitClosely(b, func() bool {
		found, err := box.Find(b.Context(), key)
		if err != nil {
			b.Fatal(err)
		}
		return found == onboarding.FoundAccepted
	})
	return time.Since(begun)
}

// untilNoticed measures one bare signal.
func (s *system) untilNoticed(b *testing.B, queue, id string) time.Duration {
	b.Helper()
	_, err := s.engine.Temporal.ExecuteWorkflow(b.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: bareQueue}, BareAnswer, queue)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.skipper.Quiet(b.Context(), id); err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	if err := s.engine.Temporal.SignalWorkflow(b.Context(), id, "", "signal", bareOf(1, 0)); err != nil {
		b.Fatal(err)
	}
	<-bareNoticed
	return time.Since(begun)
}

// awaitClosely is await for what is measured.
func awaitClosely(b *testing.B, holds func() bool) {
	b.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			b.Fatal("waited in vain")
		}
		time.Sleep(200 * time.Microsecond)
	}
}

func median(ds []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(ds))[len(ds)/2]
}

// BenchmarkStateAtItsLargest carries a customer to whom nearly everything happens and weighs the state after each event, as
// it travels through continue-as-new. Hold: 3 kB.
func BenchmarkStateAtItsLargest(b *testing.B) {
	s := bench(b)
	s.startWorker()
	for n := range b.N {
		p := s.play("../examples/acme.json", "testdata/everything.yaml", fmt.Sprintf("STATE-%d-%d", n, time.Now().Unix()))
		started, err := s.engine.Start(b.Context(), p.start, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		var largest, plain int
		var when onboarding.Event
		for i, e := range p.events {
			if err := s.skipper.Follow(b.Context(), started, p.events[i:i+1], e.At); err != nil {
				b.Fatal(err)
			}
			if e.At.Before(started.SignedAt) {
				continue // there is no state yet
			}
			state, err := s.engine.State(b.Context(), p.contract())
			if err != nil {
				b.Fatal(err)
			}
			payload, err := engine.DataConverter().ToPayload(state)
			if err != nil {
				b.Fatal(err)
			}
			if size := len(payload.Data); size > largest {
				text, err := json.Marshal(state)
				if err != nil {
					b.Fatal(err)
				}
				largest, plain, when = size, len(text), e
			}
		}
		b.ReportMetric(float64(largest), "B")
		b.ReportMetric(float64(plain), "B-plain")
		b.Logf("largest after %s at %s: %d B compressed, %d B as JSON", when.Kind, when.At.Format(time.DateOnly), largest, plain)
	}
}
