package journey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheEnd(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"at the close of day 100", func(*story) {}, []string{"100 17:30 ended completed"}},
		{"with what is wrong when it is resolved", func(s *story) {
			s.on("day 95 10:00", onboarding.EventComplaint).on("day 110 12:00", onboarding.EventResolved, outcome("fixed"))
		}, []string{"110 12:00 ended completed"}},
		{"on day 130 at the latest, put before the manager", func(s *story) { s.on("day 95 10:00", onboarding.EventMishap) },
			[]string{"130 17:30 task_raised unfinished", "130 17:30 ended unfinished"}},
		{"what was resolved before day 100 keeps it no longer", func(s *story) {
			s.on("day 95 10:00", onboarding.EventComplaint).on("day 98 12:00", onboarding.EventResolved, outcome("fixed"))
		}, []string{"100 17:30 ended completed"}},
		{"at once when ended, with its reason", func(s *story) { s.on("day 40 12:00", onboarding.EventEnded, because("refunded")) },
			[]string{"40 12:00 ended refunded"}},
		{"at once when void", func(s *story) { s.on("day 40 02:00", onboarding.EventVoided) }, []string{"40 02:00 ended voided"}},
		{"at once in a pause", func(s *story) { s.on("day 30 02:00", onboarding.EventPaused).on("day 40 02:00", onboarding.EventEnded) },
			[]string{"40 02:00 ended ended"}},
		{"what comes after the end changes nothing", func(s *story) {
			s.on("day 40 02:00", onboarding.EventEnded).on("day 41 02:00", onboarding.EventEnded)
		}, []string{"40 02:00 ended ended"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			played := s.play()
			want(t, played.lines(func(e onboarding.Entry) bool {
				return e.Kind == onboarding.EntryEnded || e.Kind == onboarding.EntryTaskRaised && e.Audience == onboarding.AudienceManager
			}), c.want...)
			if last := played.entries[len(played.entries)-1]; last.Kind != onboarding.EntryEnded {
				t.Errorf("the last entry is %s", line(last))
			}
		})
	}
}

func TestTheManagerHearsOfTheUnfinished(t *testing.T) {
	for _, manager := range []string{"m-1", "o-7"} {
		s := newStory(t).on("day 95 10:00", onboarding.EventMishap)
		if manager == "o-7" {
			s.contract().Manager = nil // the owner stands in
		}
		for _, e := range s.play().entries {
			if e.Reason == "unfinished" && e.Kind == onboarding.EntryTaskRaised && e.To != manager {
				t.Errorf("it goes to %s, want %s", e.To, manager)
			}
		}
	}
}

func TestTheEndClosesWhatIsOpen(t *testing.T) {
	played := newStory(t).on("day 3 12:00", onboarding.EventEnded).play()
	reasons := map[string][]string{}
	for _, e := range played.entries {
		if e.Kind == onboarding.EntryTouchDropped && e.Day == 3 {
			reasons[e.Reason] = append(reasons[e.Reason], e.Touch)
		}
	}
	for _, touches := range reasons {
		slices.Sort(touches)
	}
	for reason, wanted := range map[string]string{
		"ended": "case-history-1 kickoff-nudge owner-first-call owner-introduction owner-review peer-offer pulse-nps refund-reminder sales-handover",
		"milestone_not_reached": "case-history-2 first-invoice goal-review installation-call kickoff-agenda kickoff-recap next-step " +
			"peer-ask pulse-ease pulse-handoff referral-ask review-ask training-invitation training-reminder-1",
		"no doubt is open": "refund-window-owner",
	} {
		if got := strings.Join(reasons[reason], " "); got != wanted {
			t.Errorf("%s: %s, want %s", reason, got, wanted)
		}
	}
}

func TestWhatNobodyCouldTellAtTheEndStaysUnknown(t *testing.T) {
	s := newStory(t).on("day 4 09:10", onboarding.EventEnded)
	s.carry = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeUnknown})
	s.find = found()
	want(t, s.play().of("sales-handover"), "4 09:10 touch_dropped sales-handover unknown")
}

func TestNoTouchGoesAtTheEndOfAProlongedRun(t *testing.T) {
	s := newStory(t)
	touch(t, s.plan, "pulse-nps").Offset.Days = 99
	touch(t, s.plan, "pulse-nps").Expiry = 0
	touch(t, s.plan, "pulse-nps").CalmDays = 0
	s.on("day 95 10:00", onboarding.EventMishap).on("day 110 12:00", onboarding.EventMishapSolved)
	want(t, s.play().of("pulse-nps"), "99 09:00 touch_held pulse-nps mishap", "110 12:00 touch_dropped pulse-nps ended")
}

func TestStatus(t *testing.T) {
	core, state, _ := begun(t)
	st := core.Status(state)
	if st.Phase != onboarding.PhaseAdmit || st.Stage != onboarding.StagePurchase || st.Owner != "o-7" || st.Next != "sales-handover" ||
		!st.NextAt.Equal(local(t, state.Start.Contract, "2026-01-19 09:00")) || st.Paused {
		t.Errorf("%+v", st)
	}
	paused, _ := core.Apply(state, state.Now, event(onboarding.EventPaused))
	if st := core.Status(paused); !st.Paused || st.Next != "end" {
		t.Errorf("%+v", st)
	}
	ended, _ := core.Apply(state, state.Now.Add(time.Hour), event(onboarding.EventVoided))
	if st := core.Status(ended); st.EndedFor != "voided" || !st.EndedAt.Equal(state.Now.Add(time.Hour)) || !st.NextAt.IsZero() {
		t.Errorf("%+v", st)
	}
	if _, ok := core.Next(ended); ok {
		t.Error("an ended onboarding wants a tick")
	}
}

func TestTheHandoffIsRequestedOfSales(t *testing.T) {
	s := newStory(t)
	s.contract().Dossier = nil
	want(t, s.play().of("dossier-request"), "0 16:20 touch_sent dossier-request", "0 16:20 handoff_requested dossier-request")
	s = newStory(t).on("day 1 10:00", onboarding.EventHandoffAccepted)
	want(t, s.play().kinds(onboarding.EntryHandoffAccepted), "1 10:00 handoff_accepted")
}
