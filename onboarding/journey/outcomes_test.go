package journey_test

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// answers gives the outcomes of one touch in turn; after the last one it is sent.
func answers(id string, outcomes ...onboarding.Outcome) func(string, int, onboarding.Order) onboarding.Outcome {
	return func(touch string, attempt int, _ onboarding.Order) onboarding.Outcome {
		if touch != id || attempt >= len(outcomes) {
			return onboarding.Outcome{}
		}
		return outcomes[attempt]
	}
}

// found gives the provider's answers about one touch in turn; after the last one it cannot tell.
func found(answers ...onboarding.Found) func(string, int) onboarding.Found {
	return func(_ string, attempt int) onboarding.Found {
		if attempt >= len(answers) {
			return onboarding.FoundCannotTell
		}
		return answers[attempt]
	}
}

func TestOutcomes(t *testing.T) {
	unknown := onboarding.Outcome{Kind: onboarding.OutcomeUnknown, Subject: "a subject"}
	deferred := func(s *story, until string) onboarding.Outcome {
		return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), until), Reason: "spacing"}
	}
	accepted, not := onboarding.FoundAccepted, onboarding.FoundNot
	for _, c := range []struct {
		name   string
		change func(*story)
		touch  string
		want   []string
	}{
		{"sent", func(*story) {}, "sales-handover", []string{"4 09:00 touch_sent sales-handover"}},
		{"dropped, with the reason and the task", func(s *story) {
			s.carry = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "term absent", Task: "text_fault"})
		}, "sales-handover", []string{
			"4 09:00 touch_dropped sales-handover term absent", "4 09:00 task_raised sales-handover text_fault"}},
		{"deferred until an instant, said once for each reason", func(s *story) {
			s.carry = answers("sales-handover", deferred(s, "2026-01-19 12:00"), deferred(s, "2026-01-19 12:50"))
		}, "sales-handover", []string{
			"4 09:00 touch_held sales-handover spacing", "4 12:50 touch_sent sales-handover"}},
		{"deferred into the night it goes in the morning", func(s *story) {
			s.carry = answers("sales-handover", deferred(s, "2026-01-19 22:00"))
		}, "sales-handover", []string{"4 09:00 touch_held sales-handover spacing", "6 09:00 touch_sent sales-handover"}},
		{"deferred into the past it is tried again after a minute", func(s *story) {
			s.carry = answers("sales-handover", deferred(s, "2026-01-12 22:00"))
		}, "sales-handover", []string{"4 09:00 touch_held sales-handover spacing", "4 09:01 touch_sent sales-handover"}},
		{"deferred beyond its expiry it is dropped, counted from its first date", func(s *story) {
			s.carry = answers("owner-introduction", deferred(s, "2026-01-23 10:00"), deferred(s, "2026-01-26 10:00"))
		}, "owner-introduction", []string{
			"5 09:00 touch_held owner-introduction spacing", "10 09:00 touch_dropped owner-introduction late"}},
		{"unknown, and accepted when asked after a minute", func(s *story) {
			s.carry, s.find = answers("sales-handover", unknown), found(accepted)
		}, "sales-handover", []string{"4 09:01 touch_sent sales-handover"}},
		{"asked after 1, 5 and 30 minutes", func(s *story) {
			s.carry, s.find = answers("sales-handover", unknown), found("cannot_tell", "cannot_tell", accepted)
		}, "sales-handover", []string{"4 09:30 touch_sent sales-handover"}},
		{"not found it is sent again", func(s *story) {
			s.carry, s.find = answers("sales-handover", unknown), found("cannot_tell", not)
		}, "sales-handover", []string{"4 09:05 touch_sent sales-handover"}},
		{"not found after its window has closed it is sent in the next", func(s *story) {
			touch(t, s.plan, "sales-handover").Window.Close = 9*60 + 20
			s.carry, s.find = answers("sales-handover", unknown), found("cannot_tell", "cannot_tell", not)
		}, "sales-handover", []string{"6 09:00 touch_sent sales-handover"}},
		{"not found again and again it is asked every half an hour", func(s *story) {
			s.carry, s.find = answers("sales-handover", unknown, unknown, unknown, unknown), found(not, not, not, not)
		}, "sales-handover", []string{"4 10:06 touch_sent sales-handover"}},
		{"when nobody can tell a person is asked, and it is not sent again", func(s *story) {
			s.carry, s.find = answers("sales-handover", unknown), found()
		}, "sales-handover", []string{
			"4 09:30 touch_dropped sales-handover unknown", "4 09:30 task_raised sales-handover send_unknown"}},
		{"when nobody can tell the welcome is sent again, once", func(s *story) {
			s.carry, s.find = answers("welcome", unknown, unknown), found()
		}, "welcome", []string{"0 17:20 touch_dropped welcome unknown", "0 17:20 task_raised welcome send_unknown"}},
		{"sent again it went", func(s *story) {
			s.carry, s.find = answers("welcome", unknown), found()
		}, "welcome", []string{"0 16:50 touch_sent welcome"}},
		{"when nobody can tell what may be skipped is skipped", func(s *story) {
			touch(t, s.plan, "sales-handover").OnUnknown = onboarding.SkipOnUnknown
			s.carry, s.find = answers("sales-handover", unknown), found()
		}, "sales-handover", []string{"4 09:30 touch_dropped sales-handover unknown"}},
		{"a confirmation that was put off goes later, at any hour", func(s *story) {
			s.on("day 3 02:00", onboarding.EventWithdrawal)
			s.carry = answers("withdrawal-received", onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), "2026-01-18 02:30"), Reason: "provider_failing"})
		}, "withdrawal-received", []string{
			"3 02:00 touch_held withdrawal-received provider_failing", "3 02:30 touch_sent withdrawal-received"}},
		{"a confirmation that the provider does not have goes again at once", func(s *story) {
			s.on("day 3 02:00", onboarding.EventWithdrawal)
			s.carry, s.find = answers("withdrawal-received", unknown), found(not)
		}, "withdrawal-received", []string{"3 02:01 touch_sent withdrawal-received"}},
		{"a confirmation that was put off beyond the end is dropped", func(s *story) {
			s.on("day 3 02:00", onboarding.EventWithdrawal).on("day 3 02:10", onboarding.EventEnded)
			s.carry = answers("withdrawal-received", onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), "2026-01-18 02:30"), Reason: "provider_failing"})
		}, "withdrawal-received", []string{
			"3 02:00 touch_held withdrawal-received provider_failing", "3 02:10 touch_dropped withdrawal-received ended"}},
		{"a confirmation is not sent for the same thing twice", func(s *story) {
			s.on("day 3 02:00", onboarding.EventWithdrawal).on("day 4 02:00", onboarding.EventWithdrawal)
		}, "withdrawal-received", []string{"3 02:00 touch_sent withdrawal-received"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().of(c.touch), c.want...)
		})
	}
}

func TestASendThatMayHaveGoneKeepsItsPlace(t *testing.T) {
	for _, c := range []struct {
		name  string
		found []onboarding.Found
		want  string
	}{
		{"nobody can tell", nil, "5 12:00 touch_sent sales-handover"},
		{"it was accepted", []onboarding.Found{"cannot_tell", "cannot_tell", onboarding.FoundAccepted}, "5 12:00 touch_sent sales-handover"},
		{"it was sent again half an hour later", []onboarding.Found{"cannot_tell", "cannot_tell", onboarding.FoundNot}, "5 12:30 touch_sent sales-handover"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			touch(t, s.plan, "owner-introduction").Window.Open = 16 * 60
			touch(t, s.plan, "owner-introduction").Latest.Offset.Days = 2
			touch(t, s.plan, "sales-handover").Latest.Offset.Days = 3
			s.carry = answers("owner-introduction", onboarding.Outcome{Kind: onboarding.OutcomeUnknown, Subject: "a subject"})
			s.find = found(c.found...)
			want(t, s.play().of("sales-handover"), c.want)
		})
	}
}

func TestTheOrderOfAResendSaysSo(t *testing.T) {
	s := newStory(t)
	s.carry = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeUnknown})
	s.find = found(onboarding.FoundNot)
	s.play()
	var resend []bool
	keys := map[string]bool{}
	for _, o := range s.orders {
		if o.Touch == "sales-handover" {
			resend, keys[o.Key] = append(resend, o.Resend), true
		}
	}
	if len(resend) != 2 || resend[0] || !resend[1] || !keys["C-2026-0042/1/sales-handover"] || len(keys) != 1 {
		t.Errorf("resend %v under %v", resend, keys)
	}
}

func TestALateAnswerAfterTheEnd(t *testing.T) {
	unknown := onboarding.OutcomeUnknown
	for _, c := range []struct {
		answer onboarding.Outcome
		want   string
	}{
		{onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "s"}, "touch_sent welcome"},
		{onboarding.Outcome{Kind: unknown}, "touch_dropped welcome unknown"},
		{onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "shadow"}, "touch_dropped welcome shadow"},
		{onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: time.Now()}, "touch_dropped welcome ended"},
	} {
		core, state, step := begun(t)
		if len(step.Orders) != 1 {
			t.Fatalf("%d orders", len(step.Orders))
		}
		state, _ = core.Apply(state, state.Now, event(onboarding.EventVoided))
		state, step = core.Apply(state, state.Now, outcomeOf("welcome", c.answer))
		if len(step.Facts) != 1 || line(step.Facts[0].Entry) != c.want {
			t.Errorf("%s: %v", c.want, step.Facts)
		}
		if _, step = core.Apply(state, state.Now, outcomeOf("welcome", c.answer)); len(step.Facts) > 0 {
			t.Errorf("%s: told twice", c.want)
		}
	}
}

func TestAnAnswerForATouchThatTheNewPlanLacks(t *testing.T) {
	_, state, _ := begun(t)
	plan := plainPlan(t)
	plan.Touches = plan.Touches[1:]
	core := journey.New(plan)
	state, _ = core.Apply(state, state.Now, event(onboarding.EventAdopted))
	_, step := core.Apply(state, state.Now, outcomeOf("welcome", onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "s"}))
	if len(step.Facts) != 1 || line(step.Facts[0].Entry) != "touch_sent welcome" {
		t.Errorf("%+v", step.Facts)
	}
}

func TestANewPlanFindsWhatHasHappened(t *testing.T) {
	core, state, _ := begun(t)
	state, _ = core.Apply(state, state.Now, event(onboarding.EventContacted))
	plan := plainPlan(t)
	touch(t, plan, "sales-handover").StopOn = onboarding.FactContacted
	state, _ = core.Apply(state, state.Now, event(onboarding.EventAdopted))
	_, step := journey.New(plan).Apply(state, local(t, state.Start.Contract, "2026-01-19 09:00"), journey.Message{})
	if n := len(step.Facts); n == 0 || line(step.Facts[n-1].Entry) != "touch_dropped sales-handover contacted" {
		t.Errorf("%+v", step.Facts)
	}
}
