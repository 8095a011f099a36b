package journey_test

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestPause(t *testing.T) {
	paused, resumed := onboarding.EventPaused, onboarding.EventResumed
	for _, c := range []struct {
		name    string
		change  func(*story)
		touches []string
		want    []string
	}{
		{"a pause that keeps the dates: what fell in goes after it, unless it is too late", func(s *story) {
			s.on("day 3 10:00", paused).on("day 13 10:00", resumed)
		}, []string{"sales-handover", "owner-introduction", "kickoff-nudge"}, []string{
			"13 10:00 touch_dropped owner-introduction late", // its five days ended in the pause
			"13 10:00 touch_sent kickoff-nudge",
			"14 09:00 touch_sent sales-handover",
			"15 09:00 task_raised kickoff-nudge the kickoff is still not booked: call and agree a time"}},
		{"a pause that shifts moves the dates by its length", func(s *story) {
			s.on("day 3 10:00", paused, shift).on("day 17 10:00", resumed)
			s.contract().Terms.Refund = nil
		}, []string{"sales-handover", "owner-introduction", "kickoff-nudge", "pulse-nps"}, []string{
			"18 09:00 touch_sent sales-handover", "19 09:00 touch_sent owner-introduction", "25 09:00 touch_sent kickoff-nudge",
			"27 09:00 task_raised kickoff-nudge the kickoff is still not booked: call and agree a time", "96 09:00 touch_sent pulse-nps"}},
		{"a pause ends by itself at the start of its day", func(s *story) {
			s.on("day 3 10:00", paused, until("2026-01-21"))
		}, []string{"sales-handover", "owner-introduction"}, []string{
			"6 09:00 touch_sent owner-introduction", "7 09:00 touch_sent sales-handover"}},
		{"a pause can end within the day", func(s *story) {
			s.on("day 3 10:00", paused, until("2026-01-21T11:30:00+01:00"))
		}, []string{"sales-handover", "owner-introduction"}, []string{
			"6 11:30 touch_sent owner-introduction", "7 09:00 touch_sent sales-handover"}},
		{"a second pause prolongs the first", func(s *story) {
			s.on("day 3 10:00", paused, until("2026-01-21"), shift).on("day 5 10:00", paused, until("2026-02-01"), shift)
		}, []string{"sales-handover"}, []string{"18 09:00 touch_sent sales-handover"}},
		{"two pauses one after the other both shift", func(s *story) {
			s.on("day 3 10:00", paused, until("2026-01-25"), shift).on("day 10 10:00", paused, until("2026-02-01"), shift)
		}, []string{"sales-handover"}, []string{"18 09:00 touch_sent sales-handover"}},
		{"a pause moves nothing that counts from what came after its start", func(s *story) {
			s.on("day 3 10:00", paused, shift).on("day 12 10:00", onboarding.EventInstalled).on("day 17 10:00", resumed)
		}, []string{"training-invitation"}, []string{"18 09:00 touch_sent training-invitation"}},
		{"no pause moves the refund's last day", func(s *story) {
			s.on("day 3 10:00", paused, shift).on("day 13 10:00", resumed)
		}, []string{"refund-reminder"}, []string{"25 09:00 touch_sent refund-reminder"}},
		{"a deadline inside a pause becomes an owner task on the reminder's day", func(s *story) {
			s.on("day 20 10:00", paused, until("2026-03-01"))
		}, []string{"refund-reminder"}, []string{
			"25 09:00 touch_dropped refund-reminder paused", "25 09:00 task_raised refund-reminder deadline_in_pause"}},
		{"so it does in a pause without an end", func(s *story) { s.on("day 20 10:00", paused).on("day 60 10:00", resumed) },
			[]string{"refund-reminder"}, []string{
				"25 09:00 touch_dropped refund-reminder paused", "25 09:00 task_raised refund-reminder deadline_in_pause"}},
		{"and at once where its day has passed", func(s *story) {
			s.on("day 20 10:00", paused, until("2026-02-12")).on("day 27 11:00", paused, until("2026-03-01"))
		}, []string{"refund-reminder"}, []string{
			"27 11:00 touch_dropped refund-reminder paused", "27 11:00 task_raised refund-reminder deadline_in_pause"}},
		{"a deadline after the pause is reminded of after the pause", func(s *story) {
			s.on("day 20 10:00", paused, until("2026-02-11T10:00:00+01:00"))
		}, []string{"refund-reminder"}, []string{"27 10:00 touch_sent refund-reminder"}},
		{"a reminder that nobody wants raises no task", func(s *story) {
			refund(9)(s)
			s.on("day 0 17:00", paused, until("2026-03-01"))
		}, []string{"refund-reminder"}, []string{"4 09:00 touch_dropped refund-reminder said in the welcome"}},
		{"a task that follows a mail waits for the end of the pause", func(s *story) {
			s.on("day 12 10:00", paused).on("day 20 10:00", resumed)
		}, []string{"kickoff-nudge"}, []string{
			"11 09:00 touch_sent kickoff-nudge", "20 10:00 task_raised kickoff-nudge the kickoff is still not booked: call and agree a time"}},
		{"what ops hurry goes in a pause too", func(s *story) {
			s.on("day 3 10:00", paused).on("day 4 11:00", onboarding.EventTouchHurried, about("sales-handover")).on("day 40 10:00", resumed)
		}, []string{"sales-handover"}, []string{"4 11:00 event sales-handover touch_hurried", "4 11:00 touch_sent sales-handover"}},
		{"a confirmation goes in a pause, at night, at once", func(s *story) {
			s.on("day 3 10:00", paused).on("day 10 03:00", onboarding.EventWithdrawal)
		}, []string{"withdrawal-received"}, []string{"10 03:00 touch_sent withdrawal-received"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().of(c.touches...), c.want...)
		})
	}
}

func TestPausesAreTold(t *testing.T) {
	s := newStory(t).on("day 3 10:00", onboarding.EventPaused, until("2026-01-28")).on("day 5 10:00", onboarding.EventPaused, until("2026-01-21")).
		on("day 7 10:00", onboarding.EventResumed)
	want(t, s.play().lines(func(e onboarding.Entry) bool { return e.Touch == "" && e.Day > 1 && e.Day < 8 }),
		"3 10:00 event paused", "3 10:00 paused", "5 10:00 event paused", "5 10:00 paused", "6 00:00 resumed", "7 10:00 event resumed")
}

func TestTheEndOfAPausedRun(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"a pause that keeps the dates keeps the end", func(s *story) { s.on("day 90 10:00", onboarding.EventPaused) },
			[]string{"100 17:30 ended completed"}},
		{"a pause that shifts moves the end", func(s *story) {
			s.on("day 10 10:00", onboarding.EventPaused, shift).on("day 30 10:00", onboarding.EventResumed)
		}, []string{"120 17:30 ended completed"}},
		{"a pause over day 100 that shifts and has an end moves the end", func(s *story) {
			s.on("day 95 10:00", onboarding.EventPaused, shift, until("2026-05-05"))
		}, []string{"115 17:30 ended completed"}},
		{"a pause over day 100 that shifts and has no end ends on day 130, before the manager", func(s *story) {
			s.on("day 95 10:00", onboarding.EventPaused, shift)
		}, []string{"130 17:30 task_raised unfinished", "130 17:30 ended unfinished"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			c.change(s)
			want(t, s.play().lines(func(e onboarding.Entry) bool {
				return e.Kind == onboarding.EntryEnded || e.Kind == onboarding.EntryTaskRaised && e.Reason == "unfinished"
			}), c.want...)
		})
	}
}
