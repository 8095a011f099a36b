package journey_test

import (
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheOwnerIsIntroducedAfterTheHandover(t *testing.T) {
	plan := defaultPlan(t)
	for _, signed := range []string{"2026-01-14 08:10", "2026-01-15 11:00", "2026-01-15 19:40", "2026-01-16 17:45", "2026-01-17 23:30", "2026-01-18 06:00"} {
		for hours := 0; hours < 120; hours += 3 {
			s := newStory(t)
			s.plan = plan
			s.contract().SignedAt = local(t, *s.contract(), signed)
			accepted := s.contract().SignedAt.Add(time.Duration(hours)*time.Hour + 7*time.Minute)
			s.events = append(s.events, onboarding.Event{ID: "accepted", Kind: onboarding.EventHandoffAccepted, At: accepted})
			var gone []string
			for _, e := range s.play().entries {
				if e.Kind == onboarding.EntryTouchSent && (e.Touch == "welcome" || e.Touch == "sales-handover" || e.Touch == "owner-introduction") {
					gone = append(gone, e.Touch)
				}
			}
			if want := []string{"welcome", "sales-handover", "owner-introduction"}; !slices.Equal(gone, want) {
				t.Errorf("signed %s, accepted %d hours later: %v went", signed, hours, gone)
			}
		}
	}
}

func TestATouchInTurn(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"goes when the one before it was put off and went", func(s *story) {
			s.carry = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), "2026-01-21 11:00"), Reason: "provider_failing"})
		}, []string{"4 09:00 touch_held sales-handover provider_failing", "6 11:00 touch_sent sales-handover", "7 09:00 touch_sent owner-introduction"}},
		{"goes when the one before it was dropped", func(s *story) {
			s.on("day 1 10:00", onboarding.EventTouchSkipped, about("sales-handover"))
		}, []string{"1 10:00 touch_dropped sales-handover skipped", "5 09:00 touch_sent owner-introduction"}},
		{"waits while nobody knows whether the one before it went", func(s *story) {
			touch(t, s.plan, "owner-introduction").Latest.Offset.Days = 2
			s.plan.Caps.SpacingHours = 0
			s.carry, s.find = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeUnknown, Subject: "s"}), found("cannot_tell", "cannot_tell", onboarding.FoundAccepted)
		}, []string{"4 09:30 touch_sent sales-handover", "4 09:30 touch_sent owner-introduction"}},
		{"waits for the approval that the one before it needs", func(s *story) {
			x := touch(t, s.plan, "sales-handover")
			x.Approval, x.ApprovalDays, s.start.AutoApprove = true, 3, false
			s.on("day 5 15:00", onboarding.EventTouchHurried, about("sales-handover"))
		}, []string{"4 09:00 touch_held sales-handover awaiting_approval", "5 15:00 touch_sent sales-handover", "6 11:00 touch_sent owner-introduction"}},
		{"goes at once where ops want it so", func(s *story) {
			s.on("day 1 10:00", onboarding.EventTouchHurried, about("owner-introduction"))
		}, []string{"1 12:20 touch_sent owner-introduction", "4 09:00 touch_sent sales-handover"}},
		{"is too late all the same where the one before it took too long", func(s *story) {
			s.carry = answers("sales-handover", onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: local(t, *s.contract(), "2026-01-26 11:00"), Reason: "provider_failing"})
		}, []string{"4 09:00 touch_held sales-handover provider_failing", "10 09:00 touch_dropped owner-introduction late", "12 09:00 touch_sent sales-handover"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			touch(t, s.plan, "owner-introduction").After = "sales-handover"
			c.change(s)
			want(t, s.play().lines(func(e onboarding.Entry) bool {
				return (e.Touch == "sales-handover" || e.Touch == "owner-introduction") && e.Kind != onboarding.EntryTaskRaised && e.Kind != onboarding.EntryEvent
			}), c.want...)
		})
	}
}
