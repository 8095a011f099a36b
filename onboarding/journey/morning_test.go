package journey_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// mornings carries a customer on the core from morning to morning, and gives at each what is leaving and what then left.
func mornings(t *testing.T, start journey.Start, events []onboarding.Event, carry func(onboarding.Order) onboarding.Outcome,
	look func(day onboarding.Date, s journey.State, leaving []journey.Leaving, went []string)) {
	t.Helper()
	core := journey.New(defaultPlan(t))
	c := start.Contract
	cal, err := calendar.ForContract(journey.PlanInput(c, c.SignedAt))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(c.Customer.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	s, step := core.Begin(start, cal, c.SignedAt)
	var went []string
	settle := func() {
		for ; len(step.Matches) > 0; step.Matches = step.Matches[1:] {
			var more journey.Step
			in := step.Matches[0]
			s, more = core.Apply(s, s.Now, journey.Message{Match: &journey.PeerFound{Seek: in.Seek, Peer: in.Played().Peer}})
			step.Matches, step.Orders = append(step.Matches, more.Matches...), append(step.Orders, more.Orders...)
		}
		for ; len(step.Orders) > 0; step.Orders = step.Orders[1:] {
			o := step.Orders[0]
			out := carry(o)
			if out.Kind == onboarding.OutcomeSent && o.Channel == onboarding.ChannelEmail && o.Audience == onboarding.AudienceCustomer && o.Class != onboarding.ClassConfirmation {
				went = append(went, o.Touch)
			}
			var more journey.Step
			s, more = core.Apply(s, s.Now, journey.Message{Outcome: &journey.TouchOutcome{Touch: o.Touch, Outcome: out}})
			step.Orders, step.Matches = append(step.Orders, more.Orders...), append(step.Matches, more.Matches...)
		}
	}
	until := func(at time.Time) {
		for settle(); ; settle() {
			next, ok := core.Next(s)
			if len(events) > 0 && events[0].At.Before(at) && (!ok || events[0].At.Before(next)) {
				s, step = core.Apply(s, events[0].At, journey.Message{Event: &events[0]})
				events = events[1:]
				continue
			}
			if !ok || !next.Before(at) {
				return
			}
			s, step = core.Apply(s, next, journey.Message{})
		}
	}
	for day := onboarding.DateOf(c.SignedAt.In(zone)).AddDays(1); s.Ended == nil; day = day.AddDays(1) {
		until(day.In(zone, 8*60+30))
		was, midnight := s, day.AddDays(1).In(zone, 0)
		leaving := core.Leaving(was, midnight)
		went = nil
		until(midnight)
		look(day, was, leaving, went)
	}
}

func sent(o onboarding.Order) onboarding.Outcome {
	return onboarding.Outcome{Kind: onboarding.OutcomeSent, Sent: o.To}
}

func touchIDs(leaving []journey.Leaving) (ids []string) {
	for _, l := range leaving {
		ids = append(ids, l.Touch)
	}
	return ids
}

func TestWhatLeavesTodayIsWhatThenLeft(t *testing.T) {
	for _, name := range []string{"acme", "harbor"} {
		t.Run(name, func(t *testing.T) {
			c := acme(t)
			all := 0
			start := journey.Start{Contract: c, Run: 1, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true, Peers: asking}
			events := []onboarding.Event{{ID: "k", Kind: onboarding.EventKickoffBooked, Date: "2026-01-27", At: c.SignedAt.AddDate(0, 0, 5).UTC()},
				{ID: "h", Kind: onboarding.EventKickoffHeld, At: c.SignedAt.AddDate(0, 0, 12).UTC()},
				{ID: "i", Kind: onboarding.EventInstalled, At: c.SignedAt.AddDate(0, 0, 18).UTC().Add(2 * time.Hour)}}
			if name == "harbor" { // quiet: nothing happens
				events = nil
			}
			core := journey.New(defaultPlan(t))
			mornings(t, start, events, sent, func(day onboarding.Date, s journey.State, leaving []journey.Leaving, went []string) {
				all += len(went)
				if got := touchIDs(leaving); !slices.Equal(got, went) {
					t.Errorf("on %s %v were to leave and %v left", day, got, went)
				}
				for _, l := range leaving {
					if l.Waits || l.Order.Touch != l.Touch || len(l.Order.To) == 0 || !l.Order.At.Equal(l.At) {
						t.Errorf("%s: %+v", l.Touch, l)
					}
					if o, ok := core.Draft(s, l.Touch); !ok || !reflect.DeepEqual(o, l.Order) {
						t.Errorf("%s would be written as %+v, %v, and leave as %+v", l.Touch, o, ok, l.Order)
					}
				}
			})
			if all < 5 {
				t.Errorf("only %d mails left", all)
			}
		})
	}
}

func TestWhatWaitsForAYesIsThereEachMorningUntilItIsSaid(t *testing.T) {
	start := journey.Start{Contract: acme(t), Run: 1, Mode: onboarding.ModeReview, Samples: true}
	days := 0
	mornings(t, start, nil, func(o onboarding.Order) onboarding.Outcome {
		if out := kept(o); out.Kind != "" {
			return out
		}
		return sent(o)
	}, func(day onboarding.Date, s journey.State, leaving []journey.Leaving, _ []string) {
		i := slices.IndexFunc(s.Touches, func(x journey.TouchState) bool {
			return x.ID == "sales-handover" && x.Reason == onboarding.ReasonApproval
		})
		if i < 0 || s.Touches[i].Status == "dropped" {
			return
		}
		days++
		j := slices.IndexFunc(leaving, func(l journey.Leaving) bool { return l.Touch == "sales-handover" })
		if j < 0 || !leaving[j].Waits {
			t.Errorf("on %s it waits and %+v are leaving", day, touchIDs(leaving))
		}
	})
	if days < 3 {
		t.Errorf("it waited on %d mornings", days)
	}
}

func TestAPausedOrEndedOnboardingHasNothingLeaving(t *testing.T) {
	c := acme(t)
	start := journey.Start{Contract: c, Run: 1, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true}
	events := []onboarding.Event{{ID: "p", Kind: onboarding.EventPaused, At: c.SignedAt.Add(time.Hour).UTC()},
		{ID: "e", Kind: onboarding.EventEnded, Reason: "x", At: c.SignedAt.AddDate(0, 0, 20).UTC()}}
	mornings(t, start, events, sent, func(day onboarding.Date, _ journey.State, leaving []journey.Leaving, _ []string) {
		if len(leaving) > 0 {
			t.Errorf("on %s %v were to leave", day, touchIDs(leaving))
		}
	})
}

func TestADraftIsThereUntilItsMailHasGoneWhateverHoldsIt(t *testing.T) {
	c := acme(t)
	start := journey.Start{Contract: c, Run: 1, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true}
	events := []onboarding.Event{{ID: "p", Kind: onboarding.EventPaused, At: c.SignedAt.Add(time.Hour).UTC()},
		{ID: "e", Kind: onboarding.EventEnded, Reason: "x", At: c.SignedAt.AddDate(0, 0, 20).UTC()}}
	core := journey.New(defaultPlan(t))
	days := 0
	mornings(t, start, events, sent, func(day onboarding.Date, s journey.State, _ []journey.Leaving, _ []string) {
		if s.Ended != nil {
			return
		}
		days++
		if o, ok := core.Draft(s, "case-history-1"); !ok || o.Touch != "case-history-1" || len(o.To) == 0 {
			t.Errorf("on %s there is no draft of what the pause holds: %+v", day, o)
		}
		for _, touch := range []string{"welcome", "owner-first-call", "no-such-touch"} { // gone, no mail, nothing
			if o, ok := core.Draft(s, touch); ok {
				t.Errorf("on %s there is a draft of %s: %+v", day, touch, o)
			}
		}
		if o, ok := core.Draft(s, "apology"); !ok || len(o.To) == 0 {
			t.Errorf("on %s there is no draft of what would answer a fault that is admitted: %+v", day, o)
		}
		s.Ended = &journey.Ending{}
		if _, ok := core.Draft(s, "case-history-1"); ok {
			t.Error("an ended onboarding has a draft")
		}
	})
	if days < 5 {
		t.Errorf("looked on %d days", days)
	}
}
