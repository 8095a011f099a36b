package journey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// feels prints what a story told from a day on, of some kinds.
func (s tale) feels(day int, kinds ...onboarding.EntryKind) []string {
	var out []string
	for _, line := range s.feelings(kinds...) {
		var d int
		if _, err := fmt.Sscan(line, &d); err == nil && d >= day {
			out = append(out, line)
		}
	}
	return out
}

func TestQuestionsAndMissedCallsReachTheOwner(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryAlertSent, onboarding.EntryTaskRaised}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"a missed call at once, and again when nobody called back", func(s *story) { s.on("day 14 10:00", onboarding.EventContactAttempted) }, []string{
			"14 10:00 alert_sent o-7 answer", "14 10:30 alert_sent o-7 answer", "14 11:00 alert_sent m-1 answer"}},
		{"one in the evening in the morning", func(s *story) { s.on("day 14 20:00", onboarding.EventContactAttempted) }, []string{
			"15 09:00 alert_sent o-7 answer", "15 09:30 alert_sent o-7 answer", "15 10:00 alert_sent m-1 answer"}},
		{"one that was answered before the morning not at all", func(s *story) {
			s.on("day 14 20:00", onboarding.EventContactAttempted).on("day 14 20:10", onboarding.EventAnswered)
		}, nil},
		{"a question when its answer is late", func(s *story) { s.on("day 14 10:00", onboarding.EventQuestion) }, []string{
			"14 14:00 alert_sent o-7 answer", "15 09:00 alert_sent m-1 answer"}},
		{"while a case climbs its ladder its messages say it", func(s *story) {
			s.on("day 14 10:00", onboarding.EventComplaint).on("day 14 10:10", onboarding.EventContactAttempted).on("day 14 10:30", onboarding.EventResolved)
		}, []string{"14 10:00 alert_sent case-1 o-7 opened"}},
		{"a case that somebody has hushes its own clock and no other", func(s *story) {
			s.on("day 14 10:00", onboarding.EventComplaint).on("day 14 10:05", onboarding.EventAcknowledged).on("day 14 10:10", onboarding.EventContactAttempted).
				on("day 14 18:00", onboarding.EventResolved)
		}, []string{"14 10:00 alert_sent case-1 o-7 opened", "14 10:10 alert_sent o-7 answer", "14 10:40 alert_sent o-7 answer", "14 11:10 alert_sent m-1 answer"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 16 10:00", onboarding.EventEnded)
			want(t, s.play().feels(14, kinds...), c.want...)
		})
	}
}

func TestWhoSpeaksWithThemHasTakenTheCase(t *testing.T) {
	for _, kind := range []onboarding.EventKind{onboarding.EventContacted, onboarding.EventAnswered} {
		s := calm(t).on("day 19 10:30", onboarding.EventComplaint).on("day 19 10:50", kind, by("o-8")).on("day 20 09:00", onboarding.EventResolved)
		want(t, s.play().feels(19, onboarding.EntryAlertSent, onboarding.EntryCaseAcknowledged, onboarding.EntryCaseEscalated),
			"19 10:30 alert_sent case-1 o-7 opened", "19 10:50 case_acknowledged case-1 ability o-8")
	}
}

func TestAFaultIsAdmittedAfterItWasMended(t *testing.T) {
	s := calm(t)
	s.on("day 19 10:00", onboarding.EventMishap).on("day 19 12:00", onboarding.EventMishapSolved).on("day 19 12:10", onboarding.EventResolved, outcome("fixed")).
		on("day 20 10:00", onboarding.EventFaultAdmitted, func(e *onboarding.Event) { e.Case = "case-1" })
	want(t, s.play().of("apology"), "21 09:00 touch_sent apology") // the day's mail has gone
}

func TestTheRefundsLastDay(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryAlertSent, onboarding.EntryTouchSent, onboarding.EntryTouchDropped, onboarding.EntryTaskRaised}
	day := func(d int) onboarding.Date { return onboarding.Date{Year: 2026, Month: 2, Day: d} }
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"in a case its thread is told", func(s *story) {
			s.on("day 19 10:00", onboarding.EventComplaint).on("day 19 10:10", onboarding.EventAcknowledged)
		}, []string{"20 09:00 touch_dropped refund-window-owner product joined: case-1", "20 09:00 alert_sent case-1 o-7 refund", "25 09:00 touch_sent refund-reminder product giulia"}},
		{"an owner on leave: who stands in hears of it in time", func(s *story) {
			s.contract().Owner.Leave = []onboarding.DateRange{{From: day(2), To: day(13)}}
			s.on("day 18 10:00", onboarding.EventSurveyAnswered, answer("csat", "1"))
		}, []string{"20 09:00 touch_sent refund-window-owner product m-1", "25 09:00 touch_sent refund-reminder product giulia"}},
		{"in a pause the owner has a task before it", func(s *story) {
			s.on("day 18 10:00", onboarding.EventSurveyAnswered, answer("csat", "1")).on("day 18 11:00", onboarding.EventPaused, func(e *onboarding.Event) { e.Until = "2026-02-25" })
		}, []string{"20 09:00 touch_dropped refund-window-owner product paused", "20 09:00 task_raised refund-window-owner o-7 deadline_in_pause",
			"25 09:00 touch_dropped refund-reminder product paused", "25 09:00 task_raised refund-reminder o-7 deadline_in_pause"}},
		{"the terms are amended after it was told", func(s *story) {
			c := *s.contract()
			terms, refund := *c.Terms, *c.Terms.Refund
			refund.Days += 30
			terms.Refund, c.Terms = &refund, &terms
			s.on("day 27 10:00", onboarding.EventAmended, func(e *onboarding.Event) { e.Amendment = &c })
		}, []string{"20 09:00 touch_dropped refund-window-owner product no doubt is open", "25 09:00 touch_sent refund-reminder product giulia",
			"27 10:00 task_raised o-7 refund_day_changed: 2026-03-16"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			s.plan = feelingPlan(t)
			c.change(s)
			s.on("day 28 10:00", onboarding.EventEnded)
			want(t, slices.DeleteFunc(s.play().feels(20, kinds...), func(line string) bool { return !aboutRefund(line) }), c.want...)
		})
	}
	t.Run("one after the end of the run is the owner's to say", func(t *testing.T) {
		s := newStory(t)
		s.contract().Terms.Refund.Days = 130
		want(t, slices.DeleteFunc(s.play().of("refund-reminder"), func(line string) bool { return !aboutRefund(line) }),
			"100 17:30 task_raised refund-reminder deadline_after_end: 2026-05-25", "100 17:30 touch_dropped refund-reminder ended")
	})
}

func aboutRefund(line string) bool {
	return strings.Contains(line, "refund") || strings.Contains(line, "deadline_after_end")
}

func TestAnOwnerOnLeaveIsStoodInFor(t *testing.T) {
	s := heard(t)
	s.contract().Owner.Leave = []onboarding.DateRange{{From: onboarding.Date{Year: 2026, Month: 1, Day: 16}, To: onboarding.Date{Year: 2026, Month: 1, Day: 30}}}
	s.backup = &onboarding.Person{ID: "o-8", Name: "Irene Costa", TimeZone: "Europe/Rome"}
	s.on("day 7 10:00", onboarding.EventEmailReply, func(e *onboarding.Event) { e.Reading = &onboarding.Reading{Unsure: true, Doubt: onboarding.DoubtNone} }).
		on("day 8 10:00", onboarding.EventEnded)
	want(t, s.play().feelings(onboarding.EntryTaskRaised, onboarding.EntryTouchSent, onboarding.EntryHandoffReminded),
		"0 16:20 task_raised o-7 accept_handoff", "0 16:20 touch_sent welcome giulia",
		"1 15:20 task_raised m-1 handoff_not_accepted", "1 15:20 handoff_reminded o-8 reminder",
		"4 09:00 touch_sent sales-handover approval giulia", "4 09:00 task_raised ops handoff_not_accepted",
		"4 17:30 task_raised o-8 call: no one of us has spoken with them since the signature",
		"5 09:00 touch_sent owner-first-call o-8", "5 09:00 task_raised owner-first-call o-8 ten minutes on the phone; the discovery question: which doubt is it?",
		"5 09:00 touch_sent owner-introduction ability giulia", "7 10:00 task_raised o-8 please_read")
}

func TestANewOwnerIsAskedToAcceptTheHandoff(t *testing.T) {
	s := heard(t)
	s.on("day 1 10:00", onboarding.EventOwnerChanged, func(e *onboarding.Event) {
		e.Owner = &onboarding.Person{ID: "o-9", Name: "Ada Riva", TimeZone: "Europe/Rome"}
	}).on("day 6 10:00", onboarding.EventEnded)
	want(t, s.play().feels(0, onboarding.EntryTaskRaised, onboarding.EntryAlertSent, onboarding.EntryHandoffReminded),
		"0 16:20 task_raised o-7 accept_handoff", "1 10:00 task_raised o-9 accept_handoff", "1 18:00 task_raised m-1 handoff_not_accepted",
		"4 09:00 handoff_reminded o-9 reminder", "4 09:00 task_raised ops handoff_not_accepted",
		"4 17:30 task_raised o-9 call: no one of us has spoken with them since the signature",
		"5 09:00 task_raised owner-first-call o-9 ten minutes on the phone; the discovery question: which doubt is it?")
}

func TestAmendedPromisesAreFollowed(t *testing.T) {
	s := calm(t)
	amended := *s.contract()
	dossier := *amended.Dossier
	onDay := due
	due := func(m time.Month, d int) *onboarding.Date { return &onboarding.Date{Year: 2026, Month: m, Day: d} }
	s.contract().Dossier = &dossier
	dossier.Promises = []onboarding.DossierPromise{{Text: "import", Due: due(2, 10)}, {Text: "report", Due: due(2, 10)}, {Text: "training", Due: due(2, 10)}, {Text: "moved already", Due: due(2, 10)}}
	later := dossier
	later.Promises = []onboarding.DossierPromise{{Text: "import", Due: due(3, 15)}, {Text: "report", Due: due(2, 10)}, {Text: "moved already", Due: due(3, 1)}, {Text: "the new one", Due: due(2, 20)}}
	amended.Dossier = &later
	s.on("day 14 10:00", onboarding.EventCommitmentMoved, what("moved already"), onDay("2026-02-25")).
		on("day 15 10:00", onboarding.EventAmended, func(e *onboarding.Event) { e.Amendment = &amended }).on("day 16 10:00", onboarding.EventEnded)
	var got []string
	for _, c := range s.play().final.Commitments {
		got = append(got, c.What+" "+c.Due+c.By)
	}
	want(t, got, "import 2026-03-15", "report 2026-02-10", "moved already 2026-02-25", "the new one 2026-02-20")
}

func TestWhoWantsToGoIsNotTalkedAbout(t *testing.T) {
	s := calm(t)
	s.plan = feelingPlan(t)
	s.on("day 13 17:00", onboarding.EventCommitmentMade, what("the report"), due("2026-02-10")).on("day 14 09:00", onboarding.EventKickoffBooked, date("2026-02-09")).
		on("day 14 10:00", onboarding.EventWithdrawal).on("day 20 10:00", onboarding.EventResolved, outcome("left"))
	told := s.play()
	for _, e := range told.entries {
		late := e.Kind == onboarding.EntryTouchSent && e.Day > 14 && e.Audience != onboarding.AudienceSales
		if late || e.Kind == onboarding.EntryTaskRaised && e.Day > 20 && strings.HasPrefix(e.Reason, "commitment") || e.Kind == onboarding.EntryHealth && e.Day > 20 && e.Health == "amber" {
			t.Error(told.line(e))
		}
	}
	want(t, told.of("refund-window-owner"), "20 09:00 touch_held refund-window-owner leaving", "20 10:00 touch_dropped refund-window-owner no doubt is open")
	want(t, told.of("owner-review"), "75 09:00 touch_dropped owner-review leaving")
}

func TestAWithdrawalAfterARefundRequestIsToldToOps(t *testing.T) {
	s := calm(t)
	s.on("day 14 10:00", onboarding.EventRefundRequested).on("day 18 10:00", onboarding.EventWithdrawal).on("day 19 10:00", onboarding.EventWithdrawal).
		on("day 20 10:00", onboarding.EventEnded)
	var got []string
	for _, o := range s.play().orders {
		if strings.HasPrefix(o.Touch, "withdrawal/") {
			got = append(got, o.At.Format("2 ")+o.Notice.Day.String())
		}
	}
	want(t, got, "29 2026-02-12", "2 2026-02-12")
}

func TestWhatLastsUntilItIsDoneOutlivesTheCase(t *testing.T) {
	s := heard(t)
	s.on("day 0 17:30", onboarding.EventHandoffAccepted).on("day 1 10:00", onboarding.EventContacted).on("day 14 10:00", onboarding.EventComplaint).
		on("day 14 11:00", onboarding.EventResolved, outcome("fixed")).on("day 18 10:00", onboarding.EventKickoffBooked, date("2026-02-10")).on("day 19 10:00", onboarding.EventEnded)
	s.plan = feelingPlan(t)
	told := s.play()
	at := func(day string) string {
		var signals []string
		for _, e := range told.final.Evidence {
			signals = append(signals, e.Signal)
		}
		return day + strings.Join(signals, " ")
	}
	if got := at(""); strings.Contains(got, "kickoff_not_booked") {
		t.Errorf("booked, and still evidence: %s", got)
	}
	s.events = s.events[:len(s.events)-2]
	s.on("day 19 10:00", onboarding.EventEnded)
	s.orders, s.tries = nil, map[string]int{}
	told = s.play()
	if got := at(""); !strings.Contains(got, "kickoff_not_booked") {
		t.Errorf("not booked, and no evidence any more: %s", got)
	}
}

func TestACaseOpensWhenWhatWasGoodHasFaded(t *testing.T) {
	s := calm(t)
	for i := range s.plan.Remorse.Signals {
		if x := &s.plan.Remorse.Signals[i]; x.ID == "champion_left" || x.ID == "meeting_missed_by_us" {
			x.HalfLife = 0
		}
	}
	s.on("day 14 10:00", onboarding.EventFirstValue).on("day 14 11:00", onboarding.EventGoalReached).on("day 14 12:00", onboarding.EventMeetingMissed, by("us")).
		on("day 14 12:01", onboarding.EventChampionLeft).on("day 60 10:00", onboarding.EventEnded)
	want(t, s.play().feels(14, onboarding.EntryCaseOpened, onboarding.EntryHealth), "20 09:00 health amber 30",
		"40 09:00 case_opened case-1 approval champion_left, meeting_missed_by_us 55", "40 09:00 health red 55")
}

func TestAReceiptToSomebodyElseIsLookedInto(t *testing.T) {
	s := calm(t)
	s.on("day 14 10:00", onboarding.EventWithdrawal, from("nobody-we-know")).on("day 15 10:00", onboarding.EventEnded)
	want(t, s.play().of("withdrawal-received"), "14 10:00 task_raised withdrawal-received writer_unknown: nobody-we-know", "14 10:00 touch_sent withdrawal-received")
}

func TestOurOwnPromiseIsOursThoughSalesMadeItBefore(t *testing.T) {
	s := heard(t)
	s.on("day 1 10:00", onboarding.EventCommitmentMade, what("il trasferimento delle anagrafiche articoli"), due("2026-01-20")).on("day 6 10:00", onboarding.EventEnded)
	want(t, s.play().feels(6, onboarding.EntryScore), "6 00:00 score value commitment_missed 55")
}

func TestAMessageIsAboutWhatItWasCausedBy(t *testing.T) {
	s := calm(t)
	said := func(text string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Text = text } }
	s.on("day 14 10:00", onboarding.EventQuestion, said("Can two  warehouses\nshare one list?"), from("luca")).
		on("day 14 14:30", onboarding.EventContactAttempted, from("giulia")).on("day 14 15:10", onboarding.EventContactAttempted).on("day 16 10:00", onboarding.EventEnded)
	var got []string
	for _, o := range s.play().orders {
		if n := o.Notice; n != nil && n.Kind == onboarding.NoticeAnswer {
			got = append(got, o.At.Format("15:04 ")+string(n.Step)+" "+o.To[0]+" "+string(n.Asked)+n.AskedAt.Format(" 15:04 ")+n.AskedBy+" "+n.Text)
		}
	}
	want(t, got, "13:00 reminder o-7 question 09:00 luca Can two warehouses share one list?",
		"13:30 opened o-7 contact_attempted 13:30 giulia ", "14:00 reminder o-7 contact_attempted 13:30 giulia ",
		"14:10 opened o-7 contact_attempted 14:10  ", "14:40 reminder o-7 contact_attempted 14:10  ") // then a case opens
}

func TestCasesInTheDetail(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryAlertSent, onboarding.EntryCaseOpened, onboarding.EntryTouchSent}
	newOwner := func(e *onboarding.Event) {
		e.Owner = &onboarding.Person{ID: "o-9", Name: "Ada Riva", TimeZone: "Europe/Rome"}
	}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"who names the doubt after a call keeps the rest that the call gave", func(s *story) {
			s.on("day 14 10:00", onboarding.EventComplaint).on("day 14 10:10", onboarding.EventContacted).on("day 14 10:12", onboarding.EventAcknowledged, value("ability"))
		}, []string{"14 10:00 case_opened case-1 ability complaint 33", "14 10:00 alert_sent case-1 o-7 opened"}},
		{"an answer from before it takes no case", func(s *story) {
			s.on("day 14 10:00", onboarding.EventComplaint).on("day 14 10:30", onboarding.EventLogin).on("day 13 10:00", onboarding.EventAnswered).on("day 14 11:30", onboarding.EventResolved)
		}, []string{"14 10:00 case_opened case-1 ability complaint 33", "14 10:00 alert_sent case-1 o-7 opened", "14 11:00 alert_sent case-1 o-7 reminder"}},
		{"what was settled opens none again with a trifle", func(s *story) {
			s.on("day 14 10:00", onboarding.EventComplaint).on("day 14 10:30", onboarding.EventMishap).on("day 14 11:00", onboarding.EventAnswered).
				on("day 14 12:00", onboarding.EventMishapSolved).on("day 14 12:10", onboarding.EventResolved, outcome("fixed")).on("day 15 10:00", onboarding.EventUnsubscribed, from("luca"))
		}, []string{"14 10:00 case_opened case-1 ability complaint 33", "14 10:00 alert_sent case-1 o-7 opened", "14 10:30 alert_sent case-1 o-7 worse"}},
		{"what came in the night is one message in the morning", func(s *story) {
			s.on("day 14 20:00", onboarding.EventComplaint).on("day 14 21:00", onboarding.EventMishap).on("day 15 09:30", onboarding.EventResolved)
		}, []string{"14 20:00 case_opened case-1 ability complaint 33", "14 20:00 alert_sent case-1 m-1 opened", "14 21:00 alert_sent case-1 m-1 worse", "15 09:00 alert_sent case-1 o-7 opened"}},
		{"what waits for an owner goes to the new one", func(s *story) {
			s.on("day 14 20:00", onboarding.EventContactAttempted).on("day 14 21:00", onboarding.EventOwnerChanged, newOwner).on("day 15 09:10", onboarding.EventAnswered)
		}, []string{"15 09:00 alert_sent o-9 owner", "15 09:00 alert_sent o-9 answer"}},
		{"a case that somebody had wakes nobody in the night for its new owner", func(s *story) {
			s.on("day 14 10:00", onboarding.EventComplaint).on("day 14 10:10", onboarding.EventAnswered).on("day 14 20:00", onboarding.EventOwnerChanged, newOwner).on("day 15 09:10", onboarding.EventResolved)
		}, []string{"14 10:00 case_opened case-1 ability complaint 33", "14 10:00 alert_sent case-1 o-7 opened", "15 09:00 alert_sent case-1 o-9 back", "15 09:00 alert_sent o-9 owner"}},
		{"each mishap has its apology", func(s *story) {
			for i, day := range []string{"day 14 ", "day 15 "} {
				s.on(day+"10:00", onboarding.EventMishap).on(day+"10:10", onboarding.EventContacted).on(day+"11:00", onboarding.EventMishapSolved).on(day+"11:10", onboarding.EventResolved, outcome("fixed")).
					on(day+"11:30", onboarding.EventFaultAdmitted, func(e *onboarding.Event) { e.Case = fmt.Sprint("case-", i+1) })
			}
			s.plan.Remorse.ReopenDays = 0
		}, []string{"14 10:00 case_opened case-1 ability mishap 33", "14 10:00 alert_sent case-1 o-7 opened", "14 11:30 touch_sent apology giulia",
			"15 10:00 case_opened case-2 ability mishap 45", "15 10:00 alert_sent case-2 o-7 opened", "15 11:30 touch_sent apology giulia"}},
		{"each cancellation its receipt", func(s *story) {
			s.on("day 14 10:00", onboarding.EventCancellation).on("day 14 10:30", onboarding.EventResolved, outcome("reassured")).on("day 15 12:00", onboarding.EventCancellation).
				on("day 15 12:30", onboarding.EventResolved, outcome("reassured"))
		}, []string{"14 10:00 case_opened case-1 ability cancellation 56", "14 10:00 touch_sent cancellation-received giulia", "14 10:00 alert_sent case-1 o-7 opened",
			"15 12:00 case_opened case-1 ability reopened: cancellation 56", "15 12:00 touch_sent cancellation-received giulia", "15 12:00 alert_sent case-1 o-7 opened"}},
		{"with both on leave over a weekend the manager has it", func(s *story) {
			leave := []onboarding.DateRange{{From: onboarding.Date{Year: 2026, Month: 1, Day: 26}, To: onboarding.Date{Year: 2026, Month: 2, Day: 13}}}
			s.contract().Owner.Leave, s.backup = leave, &onboarding.Person{ID: "o-8", TimeZone: "Europe/Rome", Leave: leave}
			s.on("day 16 12:00", onboarding.EventEmailReply, says("ability", 0.9)).on("day 18 12:00", onboarding.EventResolved)
		}, []string{"16 12:00 case_opened case-1 ability doubt_in_reply 30", "18 09:00 alert_sent case-1 m-1 opened"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 18 15:00", onboarding.EventEnded)
			got := slices.DeleteFunc(s.play().feels(14, kinds...), func(l string) bool {
				return strings.Contains(l, "pulse-handoff") || strings.Contains(l, "case-history")
			})
			want(t, got, c.want...)
		})
	}
}

func TestPromisesInTheDetail(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"one that is made again is warned of again", func(s *story) {
			s.on("day 14 10:00", onboarding.EventCommitmentMade, what("weekly report"), due("2026-02-03")).on("day 18 12:00", onboarding.EventCommitmentKept, what("weekly report")).
				on("day 18 13:00", onboarding.EventCommitmentMade, what("weekly report"), due("2026-02-06"))
		}, []string{"18 09:00 task_raised o-7 commitment_due: weekly report", "21 09:00 task_raised o-7 commitment_due: weekly report"}},
		{"a part of a name means the one that stands", func(s *story) {
			s.on("day 14 10:00", onboarding.EventCommitmentMade, what("import of customers"), due("2026-02-10")).on("day 14 11:00", onboarding.EventCommitmentKept, what("import of customers")).
				on("day 14 12:00", onboarding.EventCommitmentMade, what("import of articles"), due("2026-02-06")).on("day 15 10:00", onboarding.EventCommitmentKept, what("import"))
		}, nil},
		{"one that was moved is no past one to an amendment", func(s *story) {
			c := *s.contract()
			dossier := *c.Dossier
			dossier.Promises = append(slices.Clone(dossier.Promises), onboarding.DossierPromise{Text: "import", Due: &onboarding.Date{Year: 2026, Month: 1, Day: 30}})
			s.contract().Dossier = &dossier
			c = *s.contract()
			s.on("day 14 10:00", onboarding.EventCommitmentMoved, what("import"), due("2026-02-25")).on("day 20 10:00", onboarding.EventAmended, func(e *onboarding.Event) { e.Amendment = &c })
		}, []string{"14 09:00 task_raised o-7 commitment_due: import"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 21 10:00", onboarding.EventEnded)
			got := slices.DeleteFunc(s.play().feels(14, onboarding.EntryTaskRaised), func(l string) bool { return strings.Contains(l, "phase_late") })
			want(t, got, c.want...)
		})
	}
}

func TestPromisesThatAreOverAreForgotten(t *testing.T) {
	s := calm(t)
	for i := range 40 {
		w := fmt.Sprint("promise ", i)
		s.on("day 14 10:00", onboarding.EventCommitmentMade, what(w), due("2026-02-10")).on("day 14 11:00", onboarding.EventCommitmentKept, what(w))
	}
	final := s.on("day 15 10:00", onboarding.EventEnded).play().final
	if n := len(final.Done); n > 11 || len(final.Warned) > 0 || !slices.Contains(final.Done, "promise 39") || !slices.Contains(final.Done, "il trasferimento delle anagrafiche articoli") {
		t.Errorf("%d are kept: %q; warned of %q", n, final.Done, final.Warned)
	}
}
