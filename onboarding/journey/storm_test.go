package journey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// storm is a customer with an open case of which the owner was told, on day 19 at 10:00, and the orders about it.
type storm struct {
	*story
	core   journey.Journey
	state  journey.State
	orders []onboarding.Order // that nobody answered
	given  []string           // all of them, as "evidence > o-7"
}

func newStorm(t *testing.T, opened onboarding.OutcomeKind, change ...func(*story)) *storm {
	t.Helper()
	s := &storm{story: calm(t)}
	for _, f := range change {
		f(s.story)
	}
	s.on("day 19 10:00", onboarding.EventComplaint)
	s.core = journey.New(s.plan)
	cal, err := calendar.ForContract(journey.PlanInput(s.start.Contract, s.start.Contract.SignedAt))
	if err != nil {
		t.Fatal(err)
	}
	var step journey.Step
	s.state, step = s.core.Begin(s.start, cal, s.start.Contract.SignedAt)
	s.take(step)
	for _, e := range s.events {
		s.until(e.At)
		s.answer("")
		s.apply(e.At, journey.Message{Event: &e})
	}
	s.given = nil
	if opened != "" {
		s.answer(opened)
	}
	return s
}

// until lets time go by.
func (s *storm) until(at time.Time) {
	for next, _ := s.core.Next(s.state); next.Before(at); next, _ = s.core.Next(s.state) {
		s.apply(next, journey.Message{})
	}
}

func (s *storm) apply(at time.Time, m journey.Message) {
	var step journey.Step
	s.state, step = s.core.Apply(s.state, at, m)
	s.take(step)
}

func (s *storm) take(step journey.Step) {
	for _, o := range step.Orders {
		s.orders = append(s.orders, o)
		if o.Notice != nil {
			s.given = append(s.given, fmt.Sprintf("%s > %s", o.Notice.Step, o.To[0]))
		}
	}
	for _, m := range step.Matches {
		s.apply(s.state.Now, journey.Message{Match: &journey.PeerFound{Seek: m.Seek}})
	}
}

// happens is an event one second after the last.
func (s *storm) happens(k onboarding.EventKind, change ...func(*onboarding.Event)) {
	e := onboarding.Event{ID: fmt.Sprint("storm", s.state.Seq), Kind: k}
	for _, f := range change {
		f(&e)
	}
	s.apply(s.state.Now.Add(time.Second), journey.Message{Event: &e})
}

// answer answers all orders under way, in this way; "" is sent.
func (s *storm) answer(how onboarding.OutcomeKind) {
	orders := s.orders
	s.orders = nil
	for _, o := range orders {
		out := onboarding.Outcome{Kind: how, Sent: o.To, Until: s.state.Now.Add(30 * time.Minute)}
		if how == "" {
			out.Kind = onboarding.OutcomeSent
		}
		s.apply(s.state.Now, journey.Message{Outcome: &journey.TouchOutcome{Touch: o.Touch, Outcome: out}})
	}
}

// said wants these orders since the last call.
func (s *storm) said(step string, orders ...string) {
	s.t.Helper()
	if !slices.Equal(s.given, orders) {
		s.t.Errorf("%s: %q; want %q", step, s.given, orders)
	}
	s.given = nil
}

func TestSeveralPiecesOfEvidenceInOneStepAreOneRewrite(t *testing.T) {
	s := newStorm(t, onboarding.OutcomeSent, func(s *story) {
		for _, w := range []string{"import", "training plan", "report"} {
			s.on("day 13 12:30", onboarding.EventCommitmentMade, what(w), due("2026-02-03"))
		}
	})
	s.happens(onboarding.EventAcknowledged)
	s.answer("")
	s.happens(onboarding.EventAnswered)
	s.said("taken", "changed > o-7")
	s.until(s.state.Now.Add(17 * time.Hour)) // all three are missed at midnight
	s.said("missed", "evidence > o-7")
	reasons := s.orders[0].Notice.Reasons
	if last := reasons[len(reasons)-1]; last.Signal != "commitment_missed" {
		t.Errorf("%+v", reasons)
	}
}

func TestWhileARewriteIsUnderWayMoreEvidenceIsOneMoreAfterIt(t *testing.T) {
	low := func(s *storm) { s.happens(onboarding.EventSurveyAnswered, answer("csat", "1")) }
	s := newStorm(t, onboarding.OutcomeSent)
	low(s)
	s.said("the first", "evidence > o-7")
	low(s)
	low(s)
	s.happens(onboarding.EventChampionLeft)
	s.said("while it is under way")
	s.answer("")
	s.said("after it", "evidence > o-7")
	var signals []string
	for _, r := range s.orders[0].Notice.Reasons {
		signals = append(signals, r.Signal)
	}
	if got := strings.Join(signals, " "); !strings.Contains(got, "csat_low") || !strings.Contains(got, "champion_left") {
		t.Errorf("the rewrite says %s", got)
	}
	s.answer("")
	s.said("and no more")
	low(s)
	s.said("later", "evidence > o-7")
}

func TestRewrites(t *testing.T) {
	low := func(s *storm) { s.happens(onboarding.EventSurveyAnswered, answer("csat", "1")) }
	t.Run("of a message that is on its way wait for it", func(t *testing.T) {
		s := newStorm(t, "")
		s.said("the message was ordered before")
		low(s)
		low(s)
		s.said("on its way")
		s.answer("")
		s.said("there", "evidence > o-7")
	})
	t.Run("are needless where the message was put off", func(t *testing.T) {
		s := newStorm(t, onboarding.OutcomeDeferred)
		low(s)
		low(s)
		s.said("put off")
		s.until(s.state.Now.Add(31 * time.Minute))
		s.said("it goes", "opened > o-7")
		if n := len(s.orders[0].Notice.Reasons); n != 2 {
			t.Errorf("%+v", s.orders[0].Notice.Reasons)
		}
		s.answer("")
		s.said("and no more")
	})
	t.Run("that were put off say all that came", func(t *testing.T) {
		s := newStorm(t, onboarding.OutcomeSent)
		low(s)
		s.answer(onboarding.OutcomeDeferred)
		low(s)
		s.happens(onboarding.EventSnoozed, until("2026-02-12"))
		s.said("before", "evidence > o-7")
		s.until(s.state.Now.Add(31 * time.Minute))
		s.said("then", "changed > o-7")
	})
	t.Run("go after an answer that failed", func(t *testing.T) {
		for _, how := range []onboarding.OutcomeKind{onboarding.OutcomeDropped, onboarding.OutcomeUnknown} {
			s := newStorm(t, onboarding.OutcomeSent)
			low(s)
			low(s)
			s.answer(how)
			s.said(string(how), "evidence > o-7", "evidence > o-7")
		}
	})
	t.Run("say what somebody did rather than what came", func(t *testing.T) {
		s := newStorm(t, onboarding.OutcomeSent)
		low(s)
		low(s)
		s.happens(onboarding.EventResolved, outcome("fixed"))
		s.answer("")
		s.said("resolved", "evidence > o-7", "changed > o-7")
	})
	t.Run("that are owed at the end go all the same", func(t *testing.T) {
		s := newStorm(t, onboarding.OutcomeSent)
		low(s)
		s.happens(onboarding.EventEnded)
		s.said("ended", "evidence > o-7")
		s.answer("")
		s.said("after it", "changed > o-7")
	})
	t.Run("of hard evidence say so", func(t *testing.T) {
		s := newStorm(t, onboarding.OutcomeSent)
		s.happens(onboarding.EventComplaint)
		s.said("again", "grave > o-7")
		s.happens(onboarding.EventMishap)
		s.said("worse", "worse > o-7")
	})
	t.Run("do not wait for a reminder, nor a reminder for them", func(t *testing.T) {
		s := newStorm(t, onboarding.OutcomeSent)
		s.happens(onboarding.EventMishap)
		low(s)
		s.happens(onboarding.EventRefundInquiry)
		s.said("all at once", "worse > o-7", "evidence > o-7", "worse > o-7")
	})
}

func TestNoRewriteIsForgottenAndNoneOvertakesAnother(t *testing.T) {
	shipped := defaultPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t, shipped)
		w.calm = false
		at := w.start.Contract.SignedAt.Add(time.Duration(below(t, 60*24, "hour")) * time.Hour)
		for i := range 12 {
			k := onboarding.EventChampionLeft
			if i%6 == 0 {
				k = onboarding.EventComplaint
			}
			at = at.Add(time.Duration(below(t, 15, "minutes")) * time.Minute)
			w.events = append(w.events, onboarding.Event{ID: fmt.Sprint("storm", i), Kind: k, At: at})
		}
		sortEvents(w.events)
		told := w.play()
		for _, c := range told.final.Open {
			for _, p := range c.Posted {
				if p.Due != "" {
					t.Fatalf("%s owes %s a rewrite: %s", c.ID, p.To, p.Due)
				}
			}
		}
		type card struct{ about, to string }
		last, again := map[card]time.Time{}, map[string]bool{}
		for _, s := range told.sends {
			n := s.order.Notice
			if n == nil || !n.Step.Rewrites() || s.order.At.Equal(told.final.Ended.At) { // after the end no clock runs
				continue
			}
			about, _, _ := strings.Cut(s.order.Touch, "/")
			c := card{about, s.order.To[0]}
			if s.order.At.Before(last[c]) && !again[s.order.Touch] { // one that was put off, or is not known to have gone, comes again
				t.Fatalf("%s to %s was ordered at %s, and the one before it answered at %s", s.order.Touch, c.to, s.order.At, last[c])
			}
			again[s.order.Touch] = true
			if s.answered.After(last[c]) {
				last[c] = s.answered
			}
		}
	})
}

func TestAReasonQuotesTheLastTwoRepliesTheNewestFirst(t *testing.T) {
	s := newStorm(t, onboarding.OutcomeSent)
	quote := func(texts ...string) func(*onboarding.Event) {
		return func(e *onboarding.Event) {
			says("ability", 0.9)(e)
			e.Reading.Evidence = texts
		}
	}
	s.happens(onboarding.EventEmailReply, quote("It is too much.", "We are three.", "And one is ill."))
	s.answer("")
	s.happens(onboarding.EventEmailReply, quote("We are two now.", "It is too much."))
	s.answer("")
	s.happens(onboarding.EventEmailReply, quote("Now I am alone."))
	for _, r := range s.orders[0].Notice.Reasons {
		if r.Signal == "doubt_in_reply" {
			want(t, r.Said, "Now I am alone.", "We are two now.", "It is too much.")
			return
		}
	}
	t.Errorf("%+v", s.orders[0].Notice.Reasons)
}
