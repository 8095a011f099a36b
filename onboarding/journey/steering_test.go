package journey_test

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestSteering(t *testing.T) {
	skipped, hurried, edited, parked := onboarding.EventTouchSkipped, onboarding.EventTouchHurried, onboarding.EventTouchEdited, onboarding.EventTouchParked
	asked := func(s *story) { s.start.AutoApprove = false }
	held := func(s *story) { asked(s); s.on("day 12 11:30", onboarding.EventKickoffHeld) }
	for _, c := range []struct {
		name   string
		change func(*story)
		touch  string
		want   []string // without the event's own entry
	}{
		{"skipped it does not go", func(s *story) { s.on("day 3 10:00", skipped, about("sales-handover")) },
			"sales-handover", []string{"3 10:00 touch_dropped sales-handover skipped"}},
		{"skipped twice it is dropped once", func(s *story) {
			s.on("day 3 10:00", skipped, about("sales-handover")).on("day 3 11:00", skipped, about("sales-handover"))
		}, "sales-handover", []string{"3 10:00 touch_dropped sales-handover skipped"}},
		{"hurried it goes at once", func(s *story) { s.on("day 1 13:00", hurried, about("sales-handover")) },
			"sales-handover", []string{"1 13:00 touch_sent sales-handover"}},
		{"hurried in the night it goes in the morning", func(s *story) { s.on("day 1 22:00", hurried, about("sales-handover")) },
			"sales-handover", []string{"4 09:00 touch_sent sales-handover"}},
		{"hurried too soon after another it keeps the spacing", func(s *story) { s.on("day 1 09:30", hurried, about("sales-handover")) },
			"sales-handover", []string{"1 12:20 touch_sent sales-handover"}},
		{"19 hours are no 20", func(s *story) { s.on("day 1 11:50", hurried, about("sales-handover")) },
			"sales-handover", []string{"1 12:20 touch_sent sales-handover"}},
		{"hurried it waits for no milestone", func(s *story) { s.on("day 8 11:00", hurried, about("goal-review")) },
			"goal-review", []string{"8 11:00 touch_sent goal-review", "8 11:00 task_raised goal-review hold the result against the customer's goal, or ask for the goal where none is on record"}},
		{"hurried it is held by no trouble", func(s *story) {
			s.on("day 7 11:00", onboarding.EventComplaint).on("day 13 11:00", hurried, about("case-history-1"))
		}, "case-history-1", []string{"12 09:00 touch_held case-history-1 complaint", "13 11:00 touch_sent case-history-1"}},
		{"hurried it goes before what was planned for today", func(s *story) {
			s.on("day 4 08:00", hurried, about("owner-introduction"))
		}, "sales-handover", []string{"5 09:00 touch_sent sales-handover"}},
		{"hurried it keeps the cap, and is dropped all the same where a condition does not hold", func(s *story) { s.on("day 8 11:00", hurried, about("peer-offer")) },
			"peer-offer", []string{"11 09:00 touch_dropped peer-offer no free peer"}},
		{"edited it goes on its day", func(s *story) {
			s.on("day 1 13:00", edited, about("sales-handover"), func(e *onboarding.Event) { e.Subject, e.Body = "S", "B" })
		}, "sales-handover", []string{"4 09:00 touch_sent sales-handover"}},
		{"parked it waits for its new day", func(s *story) { s.on("day 1 13:00", parked, about("sales-handover"), until("2026-01-23")) },
			"sales-handover", []string{"8 09:00 touch_sent sales-handover"}},
		{"parked beyond its expiry it goes: the new day counts", func(s *story) { s.on("day 1 13:00", parked, about("owner-introduction"), until("2026-02-05")) },
			"owner-introduction", []string{"21 09:00 touch_sent owner-introduction"}},
		{"parked to a weekend it goes on Monday", func(s *story) {
			s.on("day 1 13:00", parked, about("sales-handover"), until("2026-01-31T11:00:00+01:00"))
		},
			"sales-handover", []string{"18 09:00 touch_sent sales-handover"}},
		{"parked beyond its deadline it is late", func(s *story) { s.on("day 1 13:00", parked, about("refund-reminder"), until("2026-02-20")) },
			"refund-reminder", []string{"31 00:00 touch_dropped refund-reminder late"}},
		{"a confirmation cannot be steered", func(s *story) {
			s.on("day 1 13:00", skipped, about("withdrawal-received")).on("day 2 13:00", onboarding.EventWithdrawal)
		}, "withdrawal-received", []string{"2 13:00 touch_sent withdrawal-received"}},

		{"where the owner must approve, they are asked when it is due", held, "kickoff-recap", []string{
			"13 09:00 touch_held kickoff-recap awaiting_approval", "13 09:00 task_raised kickoff-recap approve",
			"14 18:00 touch_dropped kickoff-recap not_approved", "14 18:00 task_raised kickoff-recap the kickoff recap did not go: write down who does what by when"}},
		{"approved it goes", func(s *story) { held(s); s.on("day 14 16:00", hurried, about("kickoff-recap")) }, "kickoff-recap", []string{
			"13 09:00 touch_held kickoff-recap awaiting_approval", "13 09:00 task_raised kickoff-recap approve", "14 16:00 touch_sent kickoff-recap"}},
		{"where approval is given it goes without", func(s *story) { s.on("day 12 11:30", onboarding.EventKickoffHeld) },
			"kickoff-recap", []string{"13 09:00 touch_sent kickoff-recap"}},
		{"a mail that waits for approval keeps no other waiting", func(s *story) {
			asked(s)
			x := touch(t, s.plan, "owner-introduction")
			x.Approval, x.ApprovalDays, x.Window.Open = true, 3, 15*60
			touch(t, s.plan, "sales-handover").Latest.Offset.Days = 4
		}, "sales-handover", []string{"6 09:00 touch_sent sales-handover"}},

		{"what it stops on drops it at once", func(s *story) { s.on("day 4 10:20", onboarding.EventKickoffBooked, date("2026-01-30")) },
			"kickoff-nudge", []string{"4 10:20 touch_dropped kickoff-nudge kickoff_booked"}},
		{"and stops the task that would follow", func(s *story) { s.on("day 12 10:20", onboarding.EventKickoffBooked, date("2026-01-30")) },
			"kickoff-nudge", []string{"11 09:00 touch_sent kickoff-nudge"}},
		{"a task that was done before its day is not raised", func(s *story) { s.on("day 2 10:20", onboarding.EventContacted) },
			"owner-first-call", []string{"2 10:20 touch_dropped owner-first-call done: contacted"}},
		{"a task is sent and raised", func(*story) {}, "owner-first-call", []string{
			"5 09:00 touch_sent owner-first-call", "5 09:00 task_raised owner-first-call ten minutes on the phone; the discovery question: which doubt is it?"}},
		{"a moved kickoff moves its agenda", func(s *story) {
			s.on("day 4 10:20", onboarding.EventKickoffBooked, date("2026-01-30")).on("day 5 10:20", onboarding.EventKickoffBooked, date("2026-02-06T10:00:00+01:00"))
		}, "kickoff-agenda", []string{"21 09:00 touch_sent kickoff-agenda"}},
		{"a kickoff for tomorrow has its agenda at once", func(s *story) {
			s.on("day 7 10:20", onboarding.EventKickoffBooked, date("2026-01-23"))
		}, "kickoff-agenda", []string{"7 10:20 touch_sent kickoff-agenda"}},
		{"a kickoff for tomorrow that was booked on Sunday has its agenda before the others", func(s *story) {
			s.on("day 3 18:00", onboarding.EventKickoffBooked, date("2026-01-19T15:00:00+01:00"))
		}, "kickoff-agenda", []string{"4 09:00 touch_sent kickoff-agenda"}},
		{"a kickoff that is over has none", func(s *story) {
			s.on("day 7 18:20", onboarding.EventKickoffBooked, date("2026-01-22T19:00:00+01:00"))
		}, "kickoff-agenda", []string{"7 19:00 touch_dropped kickoff-agenda late"}},
		{"a latest that needs a milestone waits for it", func(s *story) {
			s.contract().Terms = nil
			s.on("day 40 11:00", onboarding.EventInstalled)
		},
			"pulse-ease", []string{"40 11:00 touch_sent pulse-ease"}},
		{"a latest that needs a milestone holds where it came", func(s *story) { s.on("day 30 11:00", onboarding.EventInstalled) },
			"pulse-ease", []string{"35 09:00 touch_sent pulse-ease"}},
		{"the anchor counts where it comes before the latest", func(s *story) {
			s.on("day 1 11:00", onboarding.EventHandoffAccepted)
		}, "sales-handover", []string{"1 12:20 touch_sent sales-handover"}},
		{"a milestone that was heard of late counts from when it happened", func(s *story) {
			s.on("day 12 11:00", onboarding.EventInstalled).on("day 15 08:00", onboarding.EventQuestion)
			s.events[0].At, s.events[1].At = s.events[1].At, s.events[0].At
			s.events[0].Kind, s.events[1].Kind = onboarding.EventQuestion, onboarding.EventInstalled
		}, "installation-call", []string{"15 09:00 touch_sent installation-call", "15 09:00 task_raised installation-call first use together, the first unclear thing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().lines(func(e onboarding.Entry) bool {
				return e.Touch == c.touch && e.Kind != onboarding.EntryEvent
			}), c.want...)
		})
	}
}

func TestOnlyOneOfTwoAlternativesGoes(t *testing.T) {
	unknown := onboarding.Outcome{Kind: onboarding.OutcomeUnknown}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"the second where the first has no consent", func(*story) {}, []string{
			"96 09:00 touch_dropped peer-ask no consent to be asked as a peer", "96 09:00 touch_sent referral-ask"}},
		{"the first where it has", func(s *story) { touch(t, s.plan, "peer-ask").Conditions = nil }, []string{
			"96 09:00 touch_sent peer-ask", "97 09:00 touch_dropped referral-ask alternative: peer-ask"}},
		{"not both where nobody can tell", func(s *story) {
			touch(t, s.plan, "peer-ask").Conditions = nil
			s.carry, s.find = answers("peer-ask", unknown), found()
		}, []string{"96 09:30 touch_dropped peer-ask unknown", "96 09:30 task_raised peer-ask send_unknown",
			"97 09:00 touch_dropped referral-ask alternative: peer-ask"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t).on("day 30 10:00", onboarding.EventGoalReached)
			c.change(s)
			want(t, s.play().of("peer-ask", "referral-ask"), c.want...)
		})
	}
}

func TestAnEditedMailCarriesItsText(t *testing.T) {
	s := newStory(t).on("day 1 13:00", onboarding.EventTouchEdited, about("sales-handover"),
		func(e *onboarding.Event) { e.Subject, e.Body = "S", "B" })
	s.carry = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeUnknown})
	s.find = found(onboarding.FoundNot)
	if o := s.play().order("sales-handover"); o.Subject != "S" || o.Body != "B" || !o.Resend {
		t.Errorf("%+v", o)
	}
}

func TestAnEditKeepsTheWordsItDoesNotName(t *testing.T) {
	edit := func(subject, body string) func(*onboarding.Event) {
		return func(e *onboarding.Event) { e.Subject, e.Body = subject, body }
	}
	for _, c := range []struct{ name, subject, body, wantSubject, wantBody string }{
		{"the subject alone", "S2", "", "S2", "B"},
		{"the text alone", "", "B2", "S", "B2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t).on("day 1 13:00", onboarding.EventTouchEdited, about("sales-handover"), edit("S", "B")).
				on("day 1 14:00", onboarding.EventTouchEdited, about("sales-handover"), edit(c.subject, c.body))
			if o := s.play().order("sales-handover"); o.Subject != c.wantSubject || o.Body != c.wantBody {
				t.Errorf("subject %q, body %q; want %q, %q", o.Subject, o.Body, c.wantSubject, c.wantBody)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	core, state, _ := begun(t)
	state, _ = core.Apply(state, state.Now, outcomeOf("welcome", onboarding.Outcome{Kind: onboarding.OutcomeSent}))
	steer := func(kind onboarding.EventKind, touch string) onboarding.Event {
		return onboarding.Event{ID: "s" + touch, Kind: kind, Touch: touch, Until: "2026-02-01"}
	}
	state, _ = core.Apply(state, state.Now, event(onboarding.EventPaused))
	for _, c := range []struct {
		event onboarding.Event
		want  string
	}{
		{onboarding.Event{Kind: onboarding.EventResumed}, ""},
		{onboarding.Event{Kind: onboarding.EventVoided}, ""},
		{steer(onboarding.EventTouchSkipped, "sales-handover"), ""},
		{steer(onboarding.EventTouchSkipped, "nothing"), `touch: "nothing" is not in the playbook`},
		{steer(onboarding.EventTouchEdited, "welcome"), "touch: welcome went on 2026-01-15T16:20:00+01:00 already"},
		{steer(onboarding.EventTouchParked, "dossier-request"), "touch: dossier-request was dropped on 2026-01-15T16:20:00+01:00 (the contract brings a dossier)"},
		{steer(onboarding.EventTouchHurried, "withdrawal-received"), "touch: withdrawal-received answers an event at once and is not planned"},
	} {
		got := ""
		if err := core.Refuse(state, c.event); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s %s: %q, want %q", c.event.Kind, c.event.Touch, got, c.want)
		}
	}
	state, _ = core.Apply(state, state.Now, event(onboarding.EventResumed))
	state, _ = core.Apply(state, state.Now, event(onboarding.EventTouchHurried))
	state, _ = core.Apply(state, state.Now, event(onboarding.EventEnded))
	if err := core.Refuse(state, steer(onboarding.EventTouchSkipped, "sales-handover")); err == nil {
		t.Error("an ended onboarding was steered")
	}
}

func TestAMailInFlightCannotBeSteered(t *testing.T) {
	core, state, _ := begun(t)
	skip := onboarding.Event{ID: "s", Kind: onboarding.EventTouchSkipped, Touch: "welcome"}
	if err := core.Refuse(state, skip); err == nil || err.Error() != "touch: welcome is being sent right now" {
		t.Errorf("%v", err)
	}
	state, _ = core.Apply(state, state.Now, event(onboarding.EventQuestion))
	_, step := core.Apply(state, state.Now, outcomeOf("welcome", onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "s"}))
	if len(step.Facts) != 1 || line(step.Facts[0].Entry) != "touch_sent welcome" {
		t.Errorf("%+v", step.Facts)
	}
}
