package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

const (
	forecastDays = 7
	// forecastMost is how many contracts are played; of more an even sample stands for the rest.
	forecastMost = 5_000
)

// forecast counts what the coming days bring if nothing else happens. It is played on the core as if in mode live, with
// every approval given: the most that can come.
type forecast struct {
	Days   int `json:"days"`
	Mails  int `json:"mails"`  // to customers
	Alerts int `json:"alerts"` // messages to our people
	Tasks  int `json:"tasks"`  // for our people
	// Sampled is the number of contracts that were played where not all were; the counts are extrapolated from it.
	Sampled int `json:"sampled,omitempty"`
	// Mode is how far they go; where they differ, how far the furthest of them, and Modes counts the contracts of each.
	Mode  onboarding.Mode         `json:"mode"`
	Modes map[onboarding.Mode]int `json:"modes,omitempty"`
}

// forecast plays the coming days of each start, or of an even sample of them, on every core of the machine.
func (h *house) forecast(ctx context.Context, starts []journey.Start, most int) (forecast, error) {
	sample := spread(starts, most)
	counts := make([]counter, len(sample))
	err := parallel(ctx, len(sample), runtime.GOMAXPROCS(0), func(_ context.Context, i int) error {
		counts[i].core = journey.New(h.book.Plan())
		return counts[i].play(sample[i], h.now)
	})
	if err != nil {
		return forecast{}, err
	}
	f := forecast{Days: forecastDays, Mode: onboarding.ModeShadow, Modes: map[onboarding.Mode]int{}}
	for _, s := range starts {
		m := h.modeOf(s)
		f.Modes[m]++
		if onboarding.Strictest(f.Mode, m) == f.Mode {
			f.Mode = m
		}
	}
	if len(f.Modes) == 1 {
		f.Modes = nil
	}
	for _, c := range counts {
		f.Mails, f.Alerts, f.Tasks = f.Mails+c.mails, f.Alerts+c.alerts, f.Tasks+c.tasks
	}
	if len(sample) < len(starts) {
		f.Sampled = len(sample)
		for _, n := range []*int{&f.Mails, &f.Alerts, &f.Tasks} {
			*n = (*n*len(starts) + len(sample)/2) / len(sample)
		}
	}
	return f, nil
}

// spread takes so many of a list at most, evenly over it.
func spread[T any](list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	out := make([]T, most)
	for i := range out {
		out[i] = list[i*len(list)/most]
	}
	return out
}

// parallel calls do for each number below n, so many at a time, until one fails.
func parallel(ctx context.Context, n, atOnce int, do func(context.Context, int) error) error {
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		if inner.Err() != nil {
			break
		}
		g.Go(func() error { return do(inner, i) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// counter plays one contract; every order is taken to succeed at once.
type counter struct {
	core                 journey.Journey
	mails, alerts, tasks int
}

func (c *counter) play(s journey.Start, now time.Time) error {
	until := now.Add(forecastDays * 24 * time.Hour)
	if now.Before(s.Contract.SignedAt) {
		now = s.Contract.SignedAt // it waits for its signature
	}
	if !now.Before(until) {
		return nil
	}
	s.Mode, s.Samples, s.AutoApprove, s.FeedsLive = onboarding.ModeLive, true, true, true
	cal, err := calendar.ForContract(journey.PlanInput(s.Contract, now))
	if err != nil {
		return err
	}
	state, step := c.core.Begin(s, cal, now)
	for {
		if state, err = c.take(state, step); err != nil {
			return err
		}
		next, ok := c.core.Next(state)
		if !ok || !next.Before(until) {
			return nil
		}
		state, step = c.core.Apply(state, next, journey.Message{})
	}
}

func (c *counter) take(s journey.State, step journey.Step) (journey.State, error) {
	for _, f := range step.Facts {
		if f.Entry.Kind == onboarding.EntryTaskRaised {
			c.tasks++
		}
	}
	var answers []journey.Message
	if step.Replan {
		cal, err := calendar.ForContract(journey.PlanInput(s.Start.Contract, s.Now))
		if err != nil {
			return s, err
		}
		answers = append(answers, journey.Message{Calendar: &cal})
	}
	for _, o := range step.Orders {
		if o.Audience == onboarding.AudienceCustomer {
			c.mails += len(o.To)
		} else {
			c.alerts += len(o.To)
		}
		answers = append(answers, journey.Message{Outcome: &journey.TouchOutcome{Touch: o.Touch,
			Outcome: onboarding.Outcome{Kind: onboarding.OutcomeSent, Sent: o.To}}})
	}
	for _, m := range answers {
		var err error
		next, step := c.core.Apply(s, s.Now, m)
		if s, err = c.take(next, step); err != nil {
			return s, err
		}
	}
	return s, nil
}

// print writes the forecast for people.
func (f forecast) print(w io.Writer) {
	fmt.Fprintf(w, "the next %d days, if nothing else happens: %s to customers, %s and %s for our people\n", f.Days,
		count(f.Mails, "mail"), count(f.Alerts, "alert"), count(f.Tasks, "task"))
	if f.Sampled > 0 {
		fmt.Fprintf(w, "(estimated: %s of them were played)\n", count(f.Sampled, "contract"))
	}
	for _, m := range onboarding.Modes {
		switch keeps, n := kept[m], f.Modes[m]; {
		case keeps == "":
		case n > 0:
			fmt.Fprintf(w, "mode %s, %s: %s\n", m, count(n, "contract"), keeps)
		case m == f.Mode && len(f.Modes) == 0:
			fmt.Fprintf(w, "mode %s: %s\n", m, keeps)
		}
	}
}

// kept says what a mode keeps of a forecast.
var kept = map[onboarding.Mode]string{
	onboarding.ModeShadow: "none of these mails reaches a customer, and none of these alerts our people",
	onboarding.ModeReview: "each of these mails waits for its owner's approval",
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
