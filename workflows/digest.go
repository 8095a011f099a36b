package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// digestsAtOnce is how many digests are under way at the same time.
	digestsAtOnce = 20
	// digestPatience is shorter than the time between two looks: what fails now is due again at the next one.
	digestPatience = 10 * time.Minute
)

// askedAfter is when the provider is asked about a digest whose result is not known, counted from the answer before:
// done before the next look begins.
var askedAfter = []time.Duration{time.Minute, 4 * time.Minute}

// Digest looks once whose digest is due and sends these. A Schedule starts it every quarter of an hour.
func (w Workflows) Digest(ctx workflow.Context, in onboarding.DigestInput) (onboarding.DigestResult, error) {
	now := in.Now
	if now.IsZero() {
		now = workflow.Now(ctx)
	}
	due, err := call[onboarding.DigestDueOutput](lookContext(ctx), "DigestDue", onboarding.DigestDueInput{Now: now}).get(ctx)
	if err != nil {
		return onboarding.DigestResult{}, err
	}
	out := onboarding.DigestResult{Due: len(due.Due)}
	slots := workflow.NewSemaphore(ctx, digestsAtOnce)
	done := workflow.NewWaitGroup(ctx)
	for _, order := range due.Due {
		if err := slots.Acquire(ctx, 1); err != nil {
			return out, err
		}
		done.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer done.Done()
			defer slots.Release(1)
			if digest(ctx, order) {
				out.Sent++
			}
		})
	}
	done.Wait(ctx)
	return out, nil
}

// digest sends one digest and reports whether it arrived. Where nobody knows, the provider is asked; where even that
// tells nothing, it goes a second time: twice is better than never, for a message to ours.
func digest(ctx workflow.Context, order onboarding.DigestOrder) bool {
	out, err := send(ctx, order)
	for n := 0; err == nil && out.Kind == onboarding.OutcomeUnknown && n < len(askedAfter); n++ {
		if workflow.Sleep(ctx, askedAfter[n]) != nil {
			return false
		}
		last := n == len(askedAfter)-1
		in := onboarding.ReconcileInput{Key: order.Key(), Channel: onboarding.ChannelSlack, Last: last}
		found, askErr := call[onboarding.ReconcileOutput](lookContext(ctx), "Reconcile", in).get(ctx)
		if askErr != nil {
			found.Found = onboarding.FoundCannotTell
		}
		switch {
		case found.Found == onboarding.FoundAccepted:
			return true
		case found.Found == onboarding.FoundNot || last:
			order.Resend, order.Last = true, last
			out, err = send(ctx, order)
		}
	}
	if err != nil {
		workflow.GetLogger(ctx).Warn("a digest did not go; it is due again at the next look", "code", "digest", "person", order.Person, "error", err)
	}
	return err == nil && out.Kind == onboarding.OutcomeSent
}

func send(ctx workflow.Context, order onboarding.DigestOrder) (onboarding.Outcome, error) {
	ctx = workflow.WithScheduleToCloseTimeout(sendContext(ctx, onboarding.ChannelSlack, onboarding.ClassInternal), digestPatience)
	return call[onboarding.Outcome](ctx, "Digest", order).get(ctx)
}

// lookContext is for questions to the journal and to providers.
func lookContext(ctx workflow.Context) workflow.Context {
	return workflow.WithScheduleToCloseTimeout(planContext(ctx), digestPatience)
}
