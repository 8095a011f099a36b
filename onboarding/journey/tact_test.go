package journey_test

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTact(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*story)
		touches []string
		want    []string
	}{
		{"a cheerful mail waits while something is wrong, and goes when it is over", func(s *story) {
			s.on("day 10 10:00", onboarding.EventMishap).on("day 15 15:00", onboarding.EventMishapSolved)
		}, []string{"case-history-1"}, []string{
			"12 09:00 touch_held case-history-1 mishap", "15 15:00 touch_sent case-history-1"}},
		{"a mail that is owed is never held", func(s *story) { s.on("day 3 10:00", onboarding.EventComplaint) },
			[]string{"sales-handover", "owner-introduction", "kickoff-nudge", "refund-reminder"}, []string{
				"4 09:00 touch_sent sales-handover", "5 09:00 touch_sent owner-introduction", "11 09:00 touch_sent kickoff-nudge",
				"13 09:00 task_raised kickoff-nudge the kickoff is still not booked: call and agree a time", "25 09:00 touch_sent refund-reminder"}},
		{"held longer than its expiry it is dropped for what held it", func(s *story) { s.on("day 10 10:00", onboarding.EventComplaint) },
			[]string{"case-history-1"}, []string{
				"12 09:00 touch_held case-history-1 complaint", "18 09:00 touch_dropped case-history-1 held too long: complaint"}},
		{"a mail that is due after the trouble is not held", func(s *story) {
			s.on("day 6 10:00", onboarding.EventComplaint).on("day 11 15:00", onboarding.EventResolved, outcome("fixed"))
		}, []string{"case-history-1"}, []string{"12 09:00 touch_sent case-history-1"}},
		{"two troubles hold until both are over", func(s *story) {
			s.on("day 10 10:00", onboarding.EventMishap).on("day 11 10:00", onboarding.EventRefundRequested).
				on("day 13 15:00", onboarding.EventMishapSolved).on("day 14 15:00", onboarding.EventResolved, outcome("reassured"))
		}, []string{"case-history-1"}, []string{
			"12 09:00 touch_held case-history-1 refund_requested", "14 15:00 touch_sent case-history-1"}},
		{"what is never held goes all the same", func(s *story) {
			touch(t, s.plan, "case-history-1").NeverHeld = true
			s.on("day 10 10:00", onboarding.EventMishap)
		}, []string{"case-history-1"}, []string{"12 09:00 touch_sent case-history-1"}},
		{"the survey waits until two weeks after the trouble", func(s *story) {
			s.on("day 70 10:00", onboarding.EventMishap).on("day 71 10:00", onboarding.EventMishapSolved)
		}, []string{"pulse-nps"}, []string{"85 09:00 touch_sent pulse-nps"}},
		{"but not beyond its own expiry", func(s *story) {
			s.on("day 70 10:00", onboarding.EventMishap).on("day 80 10:00", onboarding.EventMishapSolved)
		}, []string{"pulse-nps"}, []string{"89 09:00 touch_dropped pulse-nps late"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().of(c.touches...), c.want...)
		})
	}
}

func TestHeldMailsAreReleasedOneAtATime(t *testing.T) {
	s := newStory(t)
	s.plan.Caps.AnyWeek = 5
	for i := range s.plan.Touches {
		s.plan.Touches[i].Expiry = 0
	}
	s.on("day 15 12:00", onboarding.EventInstalled).on("day 20 17:40", onboarding.EventFirstValue).
		on("day 7 10:00", onboarding.EventMishap).on("day 40 15:00", onboarding.EventMishapSolved)
	sortEvents(s.events)
	want(t, s.play().of("case-history-1", "case-history-2", "pulse-ease"),
		"8 09:00 touch_held case-history-1 mishap",
		"26 09:00 touch_held pulse-ease mishap",
		"36 09:00 touch_held case-history-2 mishap",
		"40 15:00 touch_sent case-history-1",
		"41 11:00 touch_sent case-history-2",
		"42 09:00 touch_sent pulse-ease")
}

func TestAReleasedMailExceedsNoCap(t *testing.T) {
	s := newStory(t)
	touch(t, s.plan, "pulse-ease").Expiry = 0
	s.on("day 15 12:00", onboarding.EventInstalled).on("day 20 17:40", onboarding.EventFirstValue).
		on("day 20 18:00", onboarding.EventMishap).on("day 30 15:00", onboarding.EventMishapSolved)
	want(t, s.play().lines(func(e onboarding.Entry) bool {
		return e.Kind == onboarding.EntryTouchSent && e.Audience == onboarding.AudienceCustomer && e.Day > 20 && e.Day < 40
	}),
		"25 09:00 touch_sent refund-reminder",
		"27 09:00 touch_sent training-reminder-1",
		"32 09:00 touch_sent pulse-ease",
		"36 09:00 touch_sent case-history-2")
}
