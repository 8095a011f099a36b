package journey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// answering is a calm onboarding whose plan has one answer to the doubt of ability, a case history, and one that needs a
// term acme has not.
func answering(t testing.TB) *story {
	s := calm(t)
	window := &onboarding.Window{Open: 9 * 60, Close: 17*60 + 30}
	answer := onboarding.Touch{Class: onboarding.ClassService, Channel: onboarding.ChannelEmail, Audience: onboarding.AudienceCustomer,
		Anchor: onboarding.AnchorCase, Window: window, To: []onboarding.ContactRole{onboarding.RoleDecisionMaker}, From: onboarding.AudienceOwner}
	a, b := answer, answer
	a.ID, a.Doubt, a.CaseHistory = "answer-ability", onboarding.DoubtAbility, true
	b.ID, b.Doubt, b.Conditions = "answer-value-return", onboarding.DoubtValue, []onboarding.Condition{{Fact: onboarding.FactTermReturn, Is: true}}
	s.plan.Touches = slices.DeleteFunc(s.plan.Touches, func(t onboarding.Touch) bool { return t.Anchor == onboarding.AnchorCase })
	s.plan.Touches = append(s.plan.Touches, a, b)
	return s
}

func TestAnswers(t *testing.T) {
	doubt := func(s *story) { s.on("day 19 10:00", onboarding.EventEmailReply, says("ability", 0.9)) }
	chosen := func(s *story, when string) { s.on(when, onboarding.EventTouchHurried, about("answer-ability")) }
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"are not sent by themselves, and a case that nobody resolves closes when its evidence has faded", doubt, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"33 16:00 case_resolved case-1 ability o-7 faded",
		}},
		{"are sent when the owner chooses, and what came of it is written down against them", func(s *story) {
			doubt(s)
			chosen(s, "day 19 11:00")
			s.on("day 20 10:00", onboarding.EventResolved, outcome("reassured"))
		}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 11:00 answer_sent case-1 answer-ability ability giulia",
			"20 10:00 case_resolved case-1 answer-ability ability o-7 reassured",
		}},
		{"chosen in the night go in the morning, chosen twice go once", func(s *story) {
			doubt(s)
			chosen(s, "day 19 22:00")
			chosen(s, "day 19 22:01")
			s.on("day 20 10:00", onboarding.EventResolved, outcome("reassured"))
		}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"20 09:00 answer_sent case-1 answer-ability ability giulia",
			"20 10:00 case_resolved case-1 answer-ability ability o-7 reassured",
		}},
		{"go by themselves where the playbook says so", func(s *story) {
			touch(s.t, s.plan, "answer-ability").Automatic = true
			doubt(s)
			s.on("day 20 10:00", onboarding.EventResolved, outcome("reassured"))
		}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 10:00 answer_sent case-1 answer-ability ability giulia",
			"20 10:00 case_resolved case-1 answer-ability ability o-7 reassured",
		}},
		{"but not to who said that they want to go", func(s *story) {
			touch(s.t, s.plan, "answer-ability").Automatic = true
			s.on("day 19 09:00", onboarding.EventCancellation)
			doubt(s)
			s.on("day 20 10:00", onboarding.EventResolved, outcome("left"))
		}, []string{
			"19 09:00 case_opened case-1 ability cancellation 57",
			"20 10:00 case_resolved case-1 ability o-7 left",
		}},
		{"mean nothing while no case is open", func(s *story) { chosen(s, "day 19 11:00") }, []string{}},
		{"are sent again in another case", func(s *story) {
			doubt(s)
			chosen(s, "day 19 11:00")
			s.on("day 20 10:00", onboarding.EventResolved).on("day 40 10:00", onboarding.EventComplaint).on("day 40 11:00", onboarding.EventTouchHurried, about("answer-ability")).
				on("day 40 12:00", onboarding.EventResolved)
		}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 11:00 answer_sent case-1 answer-ability ability giulia",
			"20 10:00 case_resolved case-1 answer-ability ability o-7 resolved",
			"40 10:00 case_opened case-2 ability complaint 36",
			"40 11:00 answer_sent case-2 answer-ability ability giulia",
			"40 12:00 case_resolved case-2 answer-ability ability o-7 resolved",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t)
			c.change(s)
			s.on("day 45 10:00", onboarding.EventEnded)
			want(t, s.play().feelings(onboarding.EntryAnswerSent, onboarding.EntryCaseResolved, onboarding.EntryCaseOpened), c.want...)
		})
	}
}

func TestACaseOffersTheAnswersThatCouldGo(t *testing.T) {
	s := answering(t)
	s.on("day 19 10:00", onboarding.EventEmailReply, says("ability", 0.9)).on("day 19 12:00", onboarding.EventRefundRequested).
		on("day 19 12:30", onboarding.EventEnded)
	told := s.play()
	var notices []*onboarding.Notice
	for _, o := range told.orders {
		if o.Notice != nil && o.Notice.Kind == onboarding.NoticeCase {
			notices = append(notices, o.Notice)
		}
	}
	if n := notices[0]; n.Answer != "answer-ability" || !slices.Equal(n.Answers, []string{"answer-ability"}) || !n.Sure || n.Doubt != onboarding.DoubtAbility {
		t.Errorf("offers %q of %q for the doubt %s, sure: %t", n.Answer, n.Answers, n.Doubt, n.Sure)
	}
	if n := notices[len(notices)-1]; len(n.Answers) > 0 || n.Answer != "" {
		t.Errorf("who wants to go is offered %q", n.Answers)
	}
}

func TestTheOwnerPicksTheDoubt(t *testing.T) {
	s := answering(t)
	s.on("day 19 10:00", onboarding.EventComplaint).on("day 19 10:10", onboarding.EventAcknowledged, value("approval")).
		on("day 19 10:20", onboarding.EventEmailReply, says("ability", 0.9)).on("day 19 12:30", onboarding.EventResolved)
	told := s.play()
	want(t, told.feelings(onboarding.EntryCaseOpened, onboarding.EntryCaseAcknowledged, onboarding.EntryCaseResolved),
		"19 10:00 case_opened case-1 ability complaint 34", "19 10:10 case_acknowledged case-1 approval o-7",
		"19 12:30 case_resolved case-1 approval o-7 resolved")
	for _, o := range told.orders {
		if n := o.Notice; n != nil && n.Kind == onboarding.NoticeCase && n.Step == onboarding.StepOpened && n.Sure {
			t.Error("the worry of the dossier is taken for what the customer says now")
		}
	}
}

func TestWhoActsForTheOwner(t *testing.T) {
	leave := []onboarding.DateRange{{From: onboarding.Date{Year: 2026, Month: 2, Day: 2}, To: onboarding.Date{Year: 2026, Month: 2, Day: 6}}}
	backup := &onboarding.Person{ID: "o-8", Name: "Irene Costa", TimeZone: "Europe/Rome"}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"on leave the backup, then the manager", func(s *story) { s.contract().Owner.Leave, s.backup = leave, backup }, []string{
			"19 10:00 alert_sent case-1 o-8 opened",
			"19 11:00 alert_sent case-1 o-8 reminder",
			"19 13:00 case_escalated case-1 m-1 not_acknowledged",
			"19 13:00 alert_sent case-1 m-1 escalated",
			"19 16:00 case_escalated case-1 ops not_acknowledged",
			"19 16:00 alert_sent case-1 ops escalated",
			"20 10:00 case_resolved case-1 ability o-8 resolved",
		}},
		{"on leave without a backup the manager", func(s *story) { s.contract().Owner.Leave = leave }, []string{
			"19 10:00 alert_sent case-1 m-1 opened",
			"19 11:00 alert_sent case-1 m-1 reminder",
			"19 16:00 case_escalated case-1 ops not_acknowledged",
			"19 16:00 alert_sent case-1 ops escalated",
			"20 10:00 case_resolved case-1 ability m-1 resolved",
		}},
		{"on leave together with the backup the manager", func(s *story) {
			away := *backup
			away.Leave = leave[:1]
			s.contract().Owner.Leave, s.backup = leave, &away
		}, []string{
			"19 10:00 alert_sent case-1 m-1 opened",
			"19 11:00 alert_sent case-1 m-1 reminder",
			"19 16:00 case_escalated case-1 ops not_acknowledged",
			"19 16:00 alert_sent case-1 ops escalated",
			"20 10:00 case_resolved case-1 ability m-1 resolved",
		}},
		{"out of hours a backup who is there", func(s *story) {
			s.backup = &onboarding.Person{ID: "o-8", TimeZone: "America/New_York"}
			s.on("day 19 20:00", onboarding.EventComplaint).on("day 20 09:30", onboarding.EventResolved)
		}, []string{
			"19 20:00 alert_sent case-1 o-8 opened",
			"20 09:00 alert_sent case-1 o-7 opened",
			"20 09:30 case_resolved case-1 ability o-7 resolved",
		}},
		{"nobody else: the owner at any hour", func(s *story) {
			s.contract().Manager = nil
			s.on("day 19 23:00", onboarding.EventComplaint).on("day 20 09:30", onboarding.EventResolved)
		}, []string{
			"19 23:00 alert_sent case-1 o-7 opened",
			"20 09:30 case_resolved case-1 ability o-7 resolved",
		}},
		{"a new owner gets the dossier and the open case", func(s *story) {
			s.on("day 19 10:00", onboarding.EventComplaint).on("day 19 10:30", onboarding.EventOwnerChanged, func(e *onboarding.Event) {
				e.Owner = &onboarding.Person{ID: "o-9", Name: "Ada Riva", TimeZone: "Europe/Rome"}
			}).on("day 19 10:45", onboarding.EventResolved)
		}, []string{
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 alert_sent o-9 owner",
			"19 10:30 alert_sent case-1 o-9 opened",
			"19 10:45 case_resolved case-1 ability o-9 resolved",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			if len(s.events) == len(calm(t).events) {
				s.on("day 19 10:00", onboarding.EventComplaint).on("day 20 10:00", onboarding.EventResolved)
			}
			s.on("day 24 10:00", onboarding.EventEnded)
			want(t, s.play().feelings(onboarding.EntryAlertSent, onboarding.EntryCaseEscalated, onboarding.EntryCaseResolved), c.want...)
		})
	}
}

func TestOneMessageACaseIsRewritten(t *testing.T) {
	s := calm(t)
	s.on("day 19 10:00", onboarding.EventEmailReply, says("ability", 0.9)).on("day 19 10:30", onboarding.EventSurveyAnswered, answer("csat", "1")).
		on("day 19 11:00", onboarding.EventAcknowledged, by("o-7")).on("day 19 12:00", onboarding.EventResolved, outcome("reassured"))
	var got []string
	for _, o := range s.play().orders {
		if n := o.Notice; n != nil && n.Kind == onboarding.NoticeCase {
			got = append(got, o.Key+" "+string(n.Step)+" "+string(n.Status)+" "+n.Message)
		}
	}
	first := "C-2026-0042/1/case-1/1"
	want(t, got, first+" opened open ", "C-2026-0042/1/case-1/2 evidence open "+first, "C-2026-0042/1/case-1/3 changed acknowledged "+first,
		"C-2026-0042/1/case-1/4 changed resolved "+first)
}

func TestAnAlertThatCannotGoIsInTheDigest(t *testing.T) {
	s := calm(t)
	s.carry = func(touch string, _ int, o onboarding.Order) onboarding.Outcome {
		if o.Notice != nil && o.Notice.Kind == onboarding.NoticeCase {
			return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "budget"}
		}
		return onboarding.Outcome{}
	}
	s.on("day 19 10:00", onboarding.EventEmailReply, says("ability", 0.9)).on("day 19 12:00", onboarding.EventResolved)
	want(t, s.play().feelings(onboarding.EntryTaskRaised)[1:2], "19 10:00 task_raised case-1 o-7 not_alerted: budget")
}

func TestAnAlertThatIsPutOffGoesLater(t *testing.T) {
	s := calm(t)
	s.carry = func(touch string, attempt int, o onboarding.Order) onboarding.Outcome {
		if o.Notice != nil && o.Notice.Kind == onboarding.NoticeCase && attempt == 0 {
			return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: "provider_failing", Until: o.At.Add(30 * time.Minute)}
		}
		return onboarding.Outcome{}
	}
	s.on("day 19 10:00", onboarding.EventEmailReply, says("ability", 0.9)).on("day 19 12:00", onboarding.EventResolved)
	want(t, s.play().feelings(onboarding.EntryAlertSent), "19 10:30 alert_sent case-1 o-7 opened")
}

func TestTheSecondCaseHistoryAnswersTheStrongestDoubt(t *testing.T) {
	reply := func(s *story, d onboarding.Doubt) *story {
		return s.on("day 13 12:10", onboarding.EventInstalled).on("day 15 10:00", onboarding.EventEmailReply, says(d, 0.9))
	}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   onboarding.Doubt
	}{
		{"none was voiced", func(s *story) { s.on("day 13 12:10", onboarding.EventInstalled) }, onboarding.DoubtProduct},
		{"one was, and was answered", func(s *story) {
			reply(s, onboarding.DoubtValue).on("day 15 12:00", onboarding.EventResolved, outcome("reassured"))
		}, onboarding.DoubtValue},
		{"one was, by mistake", func(s *story) {
			reply(s, onboarding.DoubtValue).on("day 15 12:00", onboarding.EventFalseAlarm, because("colleague"))
		}, onboarding.DoubtProduct},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			var got []onboarding.Doubt
			for _, e := range s.play().entries {
				if e.Kind == onboarding.EntryTouchSent && e.Touch == "case-history-2" {
					got = append(got, e.Doubt)
				}
			}
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("it answers %v; want %v", got, c.want)
			}
		})
	}
}

func TestWhoWantsToCallInsteadHasNotCalledYet(t *testing.T) {
	s := calm(t)
	s.on("day 13 12:10", onboarding.EventTouchSkipped, about("pulse-nps"), because(onboarding.ReasonCallInstead))
	for _, e := range s.play().entries {
		if e.Kind == onboarding.EntryTaskRaised && e.Reason == onboarding.ReasonCallInstead && e.Touch == "pulse-nps" && e.Day == 13 {
			return
		}
	}
	t.Error("nobody was asked to call")
}

func TestATalkAboutACaseThatIsClosedIsATalkAllTheSame(t *testing.T) {
	s := calm(t)
	s.on("day 15 10:00", onboarding.EventEmailReply, says(onboarding.DoubtValue, 0.9)).on("day 15 12:00", onboarding.EventResolved, outcome("reassured")).
		on("day 19 09:30", onboarding.EventQuestion).on("day 19 10:00", onboarding.EventAnswered, func(e *onboarding.Event) { e.Case = "case-1" })
	for _, e := range s.play().entries {
		if e.Kind == onboarding.EntryScore && e.Day >= 19 && strings.Contains(e.Reason, "question_late") {
			t.Errorf("the question counts as unanswered: %+v", e)
		}
	}
}

func TestAnApologyGoesInTheOwnersWords(t *testing.T) {
	s := calm(t)
	s.on("day 19 10:00", onboarding.EventMishap).on("day 19 22:00", onboarding.EventFaultAdmitted, func(e *onboarding.Event) {
		e.Subject, e.Body = "The lost orders", "It was our import."
	})
	o := s.play().order("apology/case-1")
	if o.Subject != "The lost orders" || o.Body != "It was our import." || !o.At.Equal(local(t, *s.contract(), "2026-02-04 09:00")) {
		t.Errorf("%s at %s: %q, %q", o.Touch, o.At, o.Subject, o.Body)
	}
}

func TestWhatIsAdmittedAgainBeforeTheApologyGoesIsSaidInTheLastWords(t *testing.T) {
	s := calm(t)
	words := func(body string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Body = body } }
	s.on("day 19 10:00", onboarding.EventMishap).on("day 19 22:00", onboarding.EventFaultAdmitted, words("It was our import.")).
		on("day 19 22:30", onboarding.EventFaultAdmitted, words("It was our import, and we are sorry.")).
		on("day 19 22:40", onboarding.EventFaultAdmitted)
	var drafts []string
	mornings(t, s.start, s.events, sent, func(day onboarding.Date, state journey.State, _ []journey.Leaving, _ []string) {
		if o, ok := journey.New(defaultPlan(t)).Draft(state, "apology"); day.Month == 2 && day.Day < 6 && day.Day > 2 {
			drafts = append(drafts, strings.TrimRight(fmt.Sprintf("%s %t %s: %s", day, ok, o.Touch, o.Body), ": "))
		}
	})
	want(t, drafts, "2026-02-03 true apology", "2026-02-04 true apology/case-1: It was our import, and we are sorry.", "2026-02-05 false")
	if o := s.play().order("apology/case-1"); o.Body != "It was our import, and we are sorry." || s.tries["apology/case-1"] != 1 {
		t.Errorf("%d times, at last %q", s.tries["apology/case-1"], o.Body)
	}
}

func TestWhoAsksForTheirMoneyOrTheEndHasAReceiptAtOnce(t *testing.T) {
	for kind, receipt := range map[onboarding.EventKind]string{onboarding.EventRefundRequested: "refund-request-received",
		onboarding.EventCancellation: "cancellation-received", onboarding.EventWithdrawal: "withdrawal-received"} {
		s := calm(t)
		want(t, s.on("day 19 22:00", kind).play().of(receipt), "19 22:00 touch_sent "+receipt)
	}
}
