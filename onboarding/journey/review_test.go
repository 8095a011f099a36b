package journey_test

import (
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// review answers orders as Deliver does in mode review until an instant of the customer's clock, "" for all the time,
// and in mode live from then on.
func review(s *story, live string) func(string, int, onboarding.Order) onboarding.Outcome {
	s.start.AutoApprove = false
	var from time.Time
	if live != "" {
		from = local(s.t, *s.contract(), live)
	}
	return func(_ string, _ int, o onboarding.Order) onboarding.Outcome {
		if live != "" && !o.At.Before(from) {
			return onboarding.Outcome{}
		}
		return kept(o)
	}
}

// kept is Deliver's answer in mode review; the zero outcome for what goes all the same.
func kept(o onboarding.Order) onboarding.Outcome {
	if o.Approved || o.Audience != onboarding.AudienceCustomer || o.Class == onboarding.ClassConfirmation {
		return onboarding.Outcome{}
	}
	loc, err := time.LoadLocation(o.Contract.Customer.TimeZone)
	if err != nil {
		panic(err)
	}
	return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: onboarding.ReasonApproval,
		Until: onboarding.DateOf(o.At.In(loc)).AddDays(1).In(loc, 8*60)}
}

func TestReview(t *testing.T) {
	hurried := onboarding.EventTouchHurried
	all := func(s *story) { s.carry = review(s, "") }
	for _, c := range []struct {
		name   string
		change func(*story)
		touch  string
		want   []string // without the event's own entry
	}{
		{"a mail that waits is told once, and its owner asked once", all, "sales-handover", []string{
			"4 09:00 touch_held sales-handover awaiting_approval", "4 09:00 task_raised sales-handover approve", "100 17:30 touch_dropped sales-handover ended"}},
		{"approved it goes", func(s *story) { all(s); s.on("day 6 11:00", hurried, about("sales-handover")) }, "sales-handover", []string{
			"4 09:00 touch_held sales-handover awaiting_approval", "4 09:00 task_raised sales-handover approve", "6 11:00 touch_sent sales-handover"}},
		{"it goes on the morning after the mode has become live", func(s *story) { s.carry = review(s, "2026-01-21 15:00") }, "owner-introduction", []string{
			"5 09:00 touch_held owner-introduction awaiting_approval", "5 09:00 task_raised owner-introduction approve", "7 09:00 touch_sent owner-introduction"}},
		{"and others that waited as long keep their distance from it", func(s *story) { s.carry = review(s, "2026-01-21 15:00") }, "sales-handover", []string{
			"4 09:00 touch_held sales-handover awaiting_approval", "4 09:00 task_raised sales-handover approve", "8 09:00 touch_sent sales-handover"}},
		{"what nobody approves in its time is dropped", all, "owner-introduction", []string{
			"5 09:00 touch_held owner-introduction awaiting_approval", "5 09:00 task_raised owner-introduction approve",
			"10 09:00 touch_dropped owner-introduction held too long: awaiting_approval"}},
		{"a mail that waits keeps no other waiting", func(s *story) {
			s.start.AutoApprove = false
			s.carry = func(touch string, _ int, o onboarding.Order) onboarding.Outcome {
				if touch != "owner-introduction" { // asked for each afternoon, and the first to choose
					return onboarding.Outcome{}
				}
				return kept(o)
			}
			touch(t, s.plan, "owner-introduction").Window.Open = 15 * 60
			touch(t, s.plan, "sales-handover").Latest.Offset.Days = 4
		}, "sales-handover", []string{"6 09:00 touch_sent sales-handover"}},
		{"a reminder that was moved earlier and then put off is not asked for before its time", func(s *story) {
			s.start.AutoApprove = false
			touch(t, s.plan, "sales-handover").Latest.Offset = onboarding.Offset{Days: 25}
			s.carry = func(touch string, attempt int, o onboarding.Order) onboarding.Outcome {
				if touch != "refund-reminder" || attempt > 0 {
					return onboarding.Outcome{}
				}
				return kept(o)
			}
		}, "refund-reminder", []string{
			"22 09:00 touch_held refund-reminder awaiting_approval", "22 09:00 task_raised refund-reminder approve", "25 09:00 touch_sent refund-reminder"}},
		{"the owner is asked once whatever else puts it off in between", func(s *story) {
			s.start.AutoApprove = false
			s.carry = func(touch string, attempt int, o onboarding.Order) onboarding.Outcome {
				if touch == "sales-handover" && attempt == 1 {
					return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: "provider_failing", Until: o.At.Add(time.Hour)}
				}
				return kept(o)
			}
		}, "sales-handover", []string{
			"4 09:00 touch_held sales-handover awaiting_approval", "4 09:00 task_raised sales-handover approve",
			"5 09:00 touch_held sales-handover provider_failing", "5 10:00 touch_held sales-handover awaiting_approval",
			"100 17:30 touch_dropped sales-handover ended"}},
		{"a deadline nears: the owner has a task while it can still be said by hand", all, "refund-reminder", []string{
			"25 09:00 touch_held refund-reminder awaiting_approval", "25 09:00 task_raised refund-reminder approve",
			"29 17:30 touch_dropped refund-reminder held too long: awaiting_approval", "29 17:30 task_raised refund-reminder deadline_in_review"}},
		{"approved in the last hour it goes", func(s *story) { all(s); s.on("day 29 16:40", hurried, about("refund-reminder")) }, "refund-reminder", []string{
			"25 09:00 touch_held refund-reminder awaiting_approval", "25 09:00 task_raised refund-reminder approve", "29 16:40 touch_sent refund-reminder"}},
		{"a deadline at an hour before the day's first is that of the day before", func(s *story) {
			all(s)
			s.on("day 7 10:20", onboarding.EventKickoffBooked, date("2026-01-26T08:00:00+01:00"))
		}, "kickoff-agenda", []string{
			"8 09:00 touch_held kickoff-agenda awaiting_approval", "8 09:00 task_raised kickoff-agenda approve",
			"8 17:30 touch_dropped kickoff-agenda held too long: awaiting_approval", "8 17:30 task_raised kickoff-agenda deadline_in_review"}},
		{"a deadline within the hours is reached itself", func(s *story) {
			all(s)
			s.on("day 7 10:20", onboarding.EventKickoffBooked, date("2026-01-22T15:00:00+01:00"))
		}, "kickoff-agenda", []string{
			"7 10:20 touch_held kickoff-agenda awaiting_approval", "7 10:20 task_raised kickoff-agenda approve",
			"7 15:00 touch_dropped kickoff-agenda held too long: awaiting_approval", "7 15:00 task_raised kickoff-agenda deadline_in_review"}},
		{"a reminder whose approval the plan itself asks for is not passed over either", func(s *story) {
			s.start.AutoApprove = false
			x := touch(t, s.plan, "refund-reminder")
			x.Approval, x.ApprovalDays = true, 20
		}, "refund-reminder", []string{
			"25 09:00 touch_held refund-reminder awaiting_approval", "25 09:00 task_raised refund-reminder approve",
			"29 17:30 touch_dropped refund-reminder held too long: awaiting_approval", "29 17:30 task_raised refund-reminder deadline_in_review"}},
		{"a reminder that only comes too late raises no task", func(s *story) {
			s.on("day 1 13:00", onboarding.EventTouchParked, about("refund-reminder"), until("2026-02-20"))
		}, "refund-reminder", []string{"31 00:00 touch_dropped refund-reminder late"}},
		{"a mail that did leave once is no longer one that waits for approval", func(s *story) {
			s.start.AutoApprove = false
			touch(t, s.plan, "refund-reminder").Window.Close = 9*60 + 20
			s.carry = func(touch string, attempt int, o onboarding.Order) onboarding.Outcome {
				switch {
				case touch == "refund-reminder" && attempt < 4:
					return kept(o)
				case touch == "refund-reminder" && attempt == 4:
					return onboarding.Outcome{Kind: onboarding.OutcomeUnknown, Subject: "s"}
				}
				return onboarding.Outcome{}
			}
			s.find = found("cannot_tell", "cannot_tell", onboarding.FoundNot)
		}, "refund-reminder", []string{
			"25 09:00 touch_held refund-reminder awaiting_approval", "25 09:00 task_raised refund-reminder approve",
			"31 00:00 touch_dropped refund-reminder late"}},
		{"a confirmation goes at once", func(s *story) { all(s); s.on("day 3 02:00", onboarding.EventWithdrawal) },
			"withdrawal-received", []string{"3 02:00 touch_sent withdrawal-received"}},
		{"an answer that is owed less at once waits, and goes when it is approved", func(s *story) {
			all(s)
			touch(t, s.plan, "withdrawal-received").Class = onboarding.ClassService
			s.on("day 1 13:00", onboarding.EventWithdrawal).on("day 5 10:00", hurried, about("withdrawal-received"))
		}, "withdrawal-received", []string{
			"1 13:00 touch_held withdrawal-received awaiting_approval", "1 13:00 task_raised withdrawal-received approve",
			"5 10:00 touch_sent withdrawal-received"}},
		{"it asks within its hours, so that it goes in them when the mode is live", func(s *story) {
			s.carry = review(s, "2026-01-17 12:00")
			x := touch(t, s.plan, "withdrawal-received")
			x.Class, x.Window = onboarding.ClassService, &onboarding.Window{Open: 9*60 + 15, Close: 17 * 60}
			s.on("day 1 10:00", onboarding.EventWithdrawal)
		}, "withdrawal-received", []string{
			"1 10:00 touch_held withdrawal-received awaiting_approval", "1 10:00 task_raised withdrawal-received approve",
			"4 09:15 touch_sent withdrawal-received"}},
		{"such an answer may be refused too", func(s *story) {
			all(s)
			touch(t, s.plan, "withdrawal-received").Class = onboarding.ClassService
			s.on("day 1 13:00", onboarding.EventWithdrawal).on("day 5 10:00", onboarding.EventTouchSkipped, about("withdrawal-received"))
		}, "withdrawal-received", []string{
			"1 13:00 touch_held withdrawal-received awaiting_approval", "1 13:00 task_raised withdrawal-received approve",
			"5 10:00 touch_dropped withdrawal-received skipped"}},
		{"ours is not asked for", all, "owner-review", []string{
			"75 09:00 touch_sent owner-review", "75 09:00 task_raised owner-review twenty minutes, agree the next quarter"}},
		{"where approval is given every mail goes", func(s *story) { all(s); s.start.AutoApprove = true }, "sales-handover", []string{
			"4 09:00 touch_sent sales-handover"}},
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

func TestAMailThatWaitsForApprovalAsksOnceADay(t *testing.T) {
	s := newStory(t)
	s.carry = review(s, "")
	told := s.play()
	var asked []string
	for _, o := range told.orders {
		if o.Touch == "owner-introduction" {
			asked = append(asked, told.final.Calendar.Customer.Local(o.At).Format("Mon 15:04"))
		}
	}
	if want := []string{"Tue 09:00", "Wed 09:00", "Thu 09:00", "Fri 09:00"}; !slices.Equal(asked, want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
}

func TestTheModeOfTheRunRidesWithItsOrders(t *testing.T) {
	s := newStory(t)
	s.start.Mode = onboarding.ModeShadow
	if o := s.play().order("welcome"); o.Mode != onboarding.ModeShadow || !o.Approved {
		t.Errorf("%+v", o)
	}
}
