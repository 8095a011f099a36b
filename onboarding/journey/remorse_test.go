package journey_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// heard is an onboarding of acme's that hears remorse and to which nothing happened yet.
func heard(t testing.TB) *story {
	s := newStory(t)
	s.plan = feelingPlan(t)
	return s
}

func TestSilence(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryScore, onboarding.EntryHealth, onboarding.EntryCaseOpened}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"of everybody turns amber and opens no case", func(*story) {}, []string{
			"4 17:30 score no_human_contact 15",
			"12 17:30 score ability kickoff_not_booked 25",
			"21 17:30 score ability kickoff_not_held 30",
			"21 17:30 health amber 30",
		}},
		{"ends with what was missing", func(s *story) {
			s.on("day 6 10:00", onboarding.EventContacted).on("day 14 10:00", onboarding.EventKickoffBooked, date("2026-02-05")).on("day 23 10:00", onboarding.EventKickoffHeld)
		}, []string{
			"4 17:30 score no_human_contact 15",
			"6 10:00 score contacted 0",
			"12 17:30 score ability kickoff_not_booked 4",
			"21 17:30 score ability kickoff_not_held 11",
		}},
		{"does not count while a pause lasts", func(s *story) {
			s.on("day 1 10:00", onboarding.EventPaused, until("2026-01-26")).on("day 12 10:00", onboarding.EventContacted)
		}, []string{
			"12 10:00 score contacted 0",
			"21 17:30 score ability kickoff_not_booked 5",
			"32 17:30 score ability kickoff_not_held 22",
		}},
		{"of log-ins means nothing where no feed tells of them", func(s *story) {
			s.plan.Feeds = slices.DeleteFunc(slices.Clone(s.plan.Feeds), func(f onboarding.Fact) bool { return f == onboarding.FactLogin })
			s.on("day 1 10:00", onboarding.EventContacted).on("day 5 10:00", onboarding.EventKickoffHeld).on("day 6 10:00", onboarding.EventInstalled)
		}, []string{
			"1 10:00 score contacted 0",
			"27 17:30 score ability training_not_booked 5",
		}},
		{"of log-ins after the installation, until the first", func(s *story) {
			s.on("day 1 10:00", onboarding.EventContacted).on("day 5 10:00", onboarding.EventKickoffHeld).on("day 6 10:00", onboarding.EventInstalled).
				on("day 19 10:00", onboarding.EventLogin)
		}, []string{
			"1 10:00 score contacted 0",
			"13 17:30 score no_login 14",
			"27 17:30 score ability training_not_booked 5",
			"33 17:30 score ability login_stopped 25",
		}},
		{"of log-ins does not count while the feed is silent, and counts on when it speaks", func(s *story) {
			s.on("day 1 10:00", onboarding.EventContacted).on("day 5 10:00", onboarding.EventKickoffHeld).on("day 6 10:00", onboarding.EventInstalled)
			s.silent("day 8 09:00", "day 14 12:00")
		}, []string{
			"1 10:00 score contacted 0",
			"19 17:30 score no_login 16",
			"33 17:30 score ability training_not_booked 25",
		}},
		{"of log-ins means nothing while the feed is dead", func(s *story) {
			s.on("day 1 10:00", onboarding.EventContacted).on("day 5 10:00", onboarding.EventKickoffHeld).on("day 6 10:00", onboarding.EventInstalled)
			s.silent("day 2 09:00", "day 99 09:00")
		}, []string{
			"1 10:00 score contacted 0",
		}},
		{"of log-ins ends with one while the feed is asked about", func(s *story) {
			s.on("day 1 10:00", onboarding.EventContacted).on("day 5 10:00", onboarding.EventKickoffHeld).on("day 6 10:00", onboarding.EventInstalled).
				on("day 14 10:00", onboarding.EventLogin).on("day 15 10:00", onboarding.EventTrainingBooked)
			s.silent("day 8 09:00", "day 14 09:00")
		}, []string{
			"1 10:00 score contacted 0",
			"28 17:30 score login_stopped 17",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := heard(t)
			c.change(s)
			s.on("day 40 10:00", onboarding.EventEnded)
			want(t, s.play().feelings(kinds...), c.want...)
		})
	}
}

func TestEvidence(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryScore, onboarding.EntryHealth, onboarding.EntryMood}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"halves with its half-life", func(s *story) {
			s.on("day 9 12:00", onboarding.EventInvoiceDisputed).on("day 23 12:00", onboarding.EventEmailReply, func(e *onboarding.Event) {
				e.Reading = &onboarding.Reading{Intent: onboarding.IntentThanks, Doubt: onboarding.DoubtNone}
			})
		}, []string{
			"0 16:20 mood 40",
			"1 10:00 score contacted 0",
			"1 10:00 mood 47",
			"9 12:00 score value invoice_disputed 30",
			"9 12:00 health amber 30",
			"9 12:00 mood -4",
			"11 13:00 score value question_late 47",
			"11 13:00 mood -24",
			"11 17:00 score value question_late_twice 62",
			"11 17:00 health red 62",
			"11 17:00 mood -39",
			"23 12:00 score value thanks 45",
			"23 12:00 mood -32",
		}},
		{"of one kind counts at most one and a half times", func(s *story) {
			for _, when := range []string{"day 9 12:00", "day 9 12:30", "day 9 13:00"} {
				s.on(when, onboarding.EventSurveyAnswered, answer("csat", "1"))
			}
		}, []string{
			"0 16:20 mood 40",
			"1 10:00 score contacted 0",
			"1 10:00 mood 47",
			"9 12:00 score csat_low 30",
			"9 12:00 health amber 30",
			"9 12:00 mood -4",
			"9 12:30 score csat_low 47",
			"9 12:30 mood -21",
			"9 13:00 score csat_low 47",
			"9 13:00 mood -21",
		}},
		{"weighs more in a delicate stage", func(s *story) {
			s.on("day 13 12:00", onboarding.EventSurveyAnswered, answer("csat", "1"))
		}, []string{
			"0 16:20 mood 40",
			"1 10:00 score contacted 0",
			"1 10:00 mood 47",
			"13 12:00 score csat_low 39",
			"13 12:00 health amber 39",
			"13 12:00 mood -18",
			"23 09:00 health green 24",
		}},
		{"that is soft counts, and wakes nobody, for two working days after a talk", func(s *story) {
			s.on("day 9 12:00", onboarding.EventContacted).on("day 10 12:00", onboarding.EventSurveyAnswered, answer("csat", "1")).
				on("day 12 12:00", onboarding.EventSurveyAnswered, answer("csat", "1"))
		}, []string{
			"0 16:20 mood 40",
			"1 10:00 score contacted 0",
			"1 10:00 mood 47",
			"9 12:00 score contacted 0",
			"9 12:00 mood 38",
			"10 12:00 score csat_low 23",
			"10 12:00 mood 2",
			"12 12:00 score csat_low 48",
			"12 12:00 health amber 48",
			"12 12:00 mood -26",
			"12 17:30 score csat_low 48",
			"12 17:30 mood -26",
		}},
		{"of the good kind weighs against it", func(s *story) {
			s.on("day 9 12:00", onboarding.EventSurveyAnswered, answer("csat", "1")).on("day 9 13:00", onboarding.EventFirstValue)
		}, []string{
			"0 16:20 mood 40",
			"1 10:00 score contacted 0",
			"1 10:00 mood 47",
			"9 12:00 score csat_low 30",
			"9 12:00 health amber 30",
			"9 12:00 mood -4",
			"9 13:00 score first_value 10",
			"9 13:00 health green 10",
			"9 13:00 mood 16",
		}},
		{"an opt-out is hardly any, opens and bounces are none", func(s *story) {
			s.on("day 9 12:00", onboarding.EventUnsubscribed, from("luca")).on("day 9 13:00", onboarding.EventBounced, from("luca"))
		}, []string{
			"0 16:20 mood 40",
			"1 10:00 score contacted 0",
			"1 10:00 mood 47",
			"9 12:00 score unsubscribed 0",
			"9 12:00 mood 26",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 24 10:00", onboarding.EventEnded)
			slices.SortStableFunc(s.events, func(a, b onboarding.Event) int { return a.At.Compare(b.At) })
			want(t, s.play().feelings(kinds...), c.want...)
		})
	}
}

func TestReplies(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryScore, onboarding.EntryCaseOpened, onboarding.EntryTaskRaised, onboarding.EntryTouchSent, onboarding.EntryAlertSent}
	reads := func(r onboarding.Reading) func(*story) {
		return func(s *story) {
			if r.Doubt == "" {
				r.Doubt = onboarding.DoubtNone
			}
			s.on("day 13 16:00", onboarding.EventEmailReply, func(e *onboarding.Event) { e.Reading = &r })
		}
	}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"an explicit withdrawal is one, and is acknowledged at once", reads(onboarding.Reading{Intent: onboarding.IntentCancel, Withdrawal: true}), []string{
			"13 09:00 touch_sent kickoff-recap value giulia",
			"13 16:00 task_raised ops repay_by: 2026-02-11",
			"13 16:00 score withdrawal 56",
			"13 16:00 case_opened case-1 ability withdrawal 56",
			"13 16:00 alert_sent ops withdrawal",
			"13 16:00 touch_sent withdrawal-received giulia",
			"13 16:00 alert_sent case-1 o-7 opened",
			"13 17:00 alert_sent case-1 o-7 reminder",
			"14 10:00 alert_sent case-1 m-1 escalated",
			"14 13:00 alert_sent case-1 ops escalated",
			"20 17:00 alert_sent case-1 o-7 back",
			"20 18:00 alert_sent case-1 o-7 reminder",
			"21 11:00 alert_sent case-1 m-1 escalated",
			"21 14:00 alert_sent case-1 ops escalated",
			"25 09:00 touch_sent refund-reminder product giulia",
			"28 09:00 alert_sent case-1 o-7 back",
			"28 10:00 alert_sent case-1 o-7 reminder",
			"28 12:00 alert_sent case-1 m-1 escalated",
			"28 15:00 alert_sent case-1 ops escalated",
		}},
		{"a question about leaving or money is a refund inquiry", reads(onboarding.Reading{Intent: onboarding.IntentCancel}), []string{
			"13 09:00 touch_sent kickoff-recap value giulia",
			"13 16:00 score product refund_inquiry 46",
			"13 16:00 case_opened case-1 product refund_inquiry 46",
			"13 16:00 alert_sent case-1 o-7 opened",
			"13 17:00 alert_sent case-1 o-7 reminder",
			"13 18:00 score product question_late 71",
			"14 10:00 alert_sent case-1 m-1 escalated",
			"14 11:00 score product question_late_twice 90",
			"14 13:00 alert_sent case-1 ops escalated",
			"20 17:00 alert_sent case-1 o-7 back",
			"20 18:00 alert_sent case-1 o-7 reminder",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"21 11:00 alert_sent case-1 m-1 escalated",
			"21 14:00 alert_sent case-1 ops escalated",
			"25 09:00 touch_sent refund-reminder product giulia",
			"28 09:00 alert_sent case-1 o-7 back",
			"28 10:00 alert_sent case-1 o-7 reminder",
			"28 12:00 alert_sent case-1 m-1 escalated",
			"28 15:00 alert_sent case-1 ops escalated",
		}},
		{"a complaint is one", reads(onboarding.Reading{Intent: onboarding.IntentComplaint}), []string{
			"13 09:00 touch_sent kickoff-recap value giulia",
			"13 16:00 score complaint 33",
			"13 16:00 case_opened case-1 ability complaint 33",
			"13 16:00 alert_sent case-1 o-7 opened",
			"13 17:00 score question_late 58",
			"13 17:00 alert_sent case-1 o-7 reminder",
			"13 18:00 score question_late_twice 77",
			"14 10:00 alert_sent case-1 m-1 escalated",
			"14 13:00 alert_sent case-1 ops escalated",
			"20 17:00 alert_sent case-1 o-7 back",
			"20 18:00 alert_sent case-1 o-7 reminder",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"21 11:00 alert_sent case-1 m-1 escalated",
			"21 14:00 alert_sent case-1 ops escalated",
			"25 09:00 touch_sent refund-reminder product giulia",
			"28 09:00 alert_sent case-1 o-7 back",
			"28 10:00 alert_sent case-1 o-7 reminder",
			"28 12:00 alert_sent case-1 m-1 escalated",
			"28 15:00 alert_sent case-1 ops escalated",
		}},
		{"a question starts the clock of questions", reads(onboarding.Reading{Intent: onboarding.IntentQuestion}), []string{
			"13 09:00 touch_sent kickoff-recap value giulia",
			"14 11:00 score question_late 21",
			"14 11:00 alert_sent o-7 answer",
			"14 15:00 score question_late_twice 40",
			"14 15:00 alert_sent m-1 answer",
			"20 09:00 touch_sent pulse-handoff luca",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"25 09:00 touch_sent refund-reminder product giulia",
		}},
		{"an unsure one goes to a person and alarms nobody", reads(onboarding.Reading{Intent: onboarding.IntentNone, Doubt: onboarding.DoubtValue, Confidence: 0.5, Unsure: true}), []string{
			"13 09:00 touch_sent kickoff-recap value giulia",
			"13 16:00 task_raised o-7 please_read",
			"20 09:00 touch_sent pulse-handoff luca",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"25 09:00 touch_sent refund-reminder product giulia",
		}},
		{"an automatic one puts cheerful mails off until its writer is back", reads(onboarding.Reading{Intent: onboarding.IntentAuto, Until: onboarding.Date{Month: 2, Day: 9}}), []string{
			"13 09:00 touch_sent kickoff-recap value giulia",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"25 09:00 touch_sent refund-reminder product giulia",
			"26 09:00 touch_sent pulse-handoff luca",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 30 10:00", onboarding.EventEnded)
			got := s.play().feelings(kinds...)
			from := slices.IndexFunc(got, func(l string) bool { return l >= "13 " && l[:2] >= "13" && l[2] == ' ' })
			want(t, got[from:], c.want...)
		})
	}
}

func TestHandoff(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryHandoffRequested, onboarding.EntryHandoffReminded, onboarding.EntryHandoffAccepted, onboarding.EntryTaskRaised, onboarding.EntryTouchSent}
	none := func(s *story) { s.contract().Dossier = nil }
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"nobody fills it: sales is reminded, then who leads them, and the customer is written to without it", none, []string{
			"0 16:20 touch_sent welcome giulia",
			"0 16:20 touch_sent dossier-request s-3",
			"0 16:20 handoff_requested dossier-request s-3",
			"1 11:20 handoff_reminded s-3 reminder",
			"1 16:20 handoff_reminded s-3 reminder",
			"4 09:00 touch_sent sales-handover approval giulia",
			"4 09:00 task_raised ops handoff_not_made",
			"4 17:30 task_raised o-7 call: no one of us has spoken with them since the signature",
			"5 09:00 touch_sent owner-first-call o-7",
			"5 09:00 task_raised owner-first-call o-7 ten minutes on the phone; the discovery question: which doubt is it?",
			"5 09:00 touch_sent owner-introduction ability giulia",
		}},
		{"filled it goes to the owner, who accepts", func(s *story) {
			none(s)
			s.on("day 1 09:30", onboarding.EventHandoffFilled, func(e *onboarding.Event) {
				e.Dossier = &onboarding.Dossier{Goals: []onboarding.Goal{{Text: "meno carta", SaidBy: "giulia", MayRepeat: true}}}
			}).on("day 1 11:00", onboarding.EventHandoffAccepted)
		}, []string{
			"0 16:20 touch_sent welcome giulia",
			"0 16:20 touch_sent dossier-request s-3",
			"0 16:20 handoff_requested dossier-request s-3",
			"1 09:30 task_raised o-7 accept_handoff",
			"1 11:00 handoff_accepted o-7",
			"1 12:20 touch_sent sales-handover approval giulia",
			"4 09:00 touch_sent owner-introduction ability giulia",
			"4 10:00 task_raised o-7 first_contact_due",
			"5 09:00 touch_sent owner-first-call o-7",
			"5 09:00 task_raised owner-first-call o-7 ten minutes on the phone; the discovery question: which doubt is it?",
		}},
		{"returned it goes back to sales, whose clock starts again", func(s *story) {
			s.on("day 1 09:30", onboarding.EventHandoffReturned, because("chi decide?")).on("day 1 17:00", onboarding.EventHandoffFilled).on("day 4 09:30", onboarding.EventHandoffAccepted)
		}, []string{
			"0 16:20 task_raised o-7 accept_handoff",
			"0 16:20 touch_sent welcome giulia",
			"1 09:30 handoff_reminded s-3 back",
			"1 13:30 handoff_reminded s-3 reminder",
			"1 17:00 task_raised o-7 accept_handoff",
			"4 09:00 touch_sent sales-handover approval giulia",
			"4 09:30 handoff_accepted o-7",
			"4 17:30 task_raised o-7 call: no one of us has spoken with them since the signature",
			"5 09:00 touch_sent owner-first-call o-7",
			"5 09:00 task_raised owner-first-call o-7 ten minutes on the phone; the discovery question: which doubt is it?",
			"5 09:00 touch_sent owner-introduction ability giulia",
		}},
		{"not accepted in time the manager hears of it", func(s *story) {}, []string{
			"0 16:20 task_raised o-7 accept_handoff",
			"0 16:20 touch_sent welcome giulia",
			"1 15:20 task_raised m-1 handoff_not_accepted",
			"1 15:20 handoff_reminded o-7 reminder",
			"4 09:00 touch_sent sales-handover approval giulia",
			"4 09:00 task_raised ops handoff_not_accepted",
			"4 17:30 task_raised o-7 call: no one of us has spoken with them since the signature",
			"5 09:00 touch_sent owner-first-call o-7",
			"5 09:00 task_raised owner-first-call o-7 ten minutes on the phone; the discovery question: which doubt is it?",
			"5 09:00 touch_sent owner-introduction ability giulia",
		}},
		{"who sold it themself has nothing to accept", func(s *story) { s.contract().Sales = s.contract().Owner }, []string{
			"0 16:20 touch_sent welcome giulia",
			"1 15:20 task_raised o-7 first_contact_due",
			"4 09:00 touch_sent sales-handover approval giulia",
			"5 09:00 touch_sent owner-first-call o-7",
			"5 09:00 task_raised owner-first-call o-7 ten minutes on the phone; the discovery question: which doubt is it?",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := heard(t)
			c.change(s)
			s.on("day 6 10:00", onboarding.EventEnded)
			want(t, s.play().feelings(kinds...), c.want...)
		})
	}
}

func TestCommitments(t *testing.T) {
	kinds := []onboarding.EntryKind{onboarding.EntryTaskRaised, onboarding.EntryScore, onboarding.EntryHealth}
	made := func(s *story) {
		s.on("day 13 12:30", onboarding.EventCommitmentMade, what("import"), due("2026-02-03"))
	}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"missed it weighs, from the end of its day", made, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"20 00:00 task_raised o-7 commitment_missed: import",
			"20 00:00 score value commitment_missed 47",
			"20 00:00 health amber 47",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"kept it weighs nothing", func(s *story) {
			made(s)
			s.on("day 18 10:00", onboarding.EventCommitmentKept, what("import"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"moved its new day counts, and the owner is warned again", func(s *story) {
			made(s)
			s.on("day 18 15:00", onboarding.EventCommitmentMoved, what("import"), due("2026-02-06"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"21 09:00 task_raised o-7 commitment_due: import",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"23 00:00 task_raised o-7 commitment_missed: import",
			"23 00:00 score value commitment_missed 47",
			"23 00:00 health amber 47",
		}},
		{"kept too late it was broken all the same, and weighs as what was mended", func(s *story) {
			made(s)
			s.on("day 20 10:00", onboarding.EventCommitmentKept, what("import"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"20 00:00 task_raised o-7 commitment_missed: import",
			"20 00:00 score value commitment_missed 47",
			"20 00:00 health amber 47",
			"20 10:00 health green 22",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"kept in time and told too late it was never broken", func(s *story) {
			made(s)
			s.on("day 20 10:00", onboarding.EventLogin).on("day 19 17:00", onboarding.EventCommitmentKept, what("import"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"20 00:00 task_raised o-7 commitment_missed: import",
			"20 00:00 score value commitment_missed 47",
			"20 00:00 health amber 47",
			"20 10:00 health green 0",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"kept by another spelling of its name it weighs nothing", func(s *story) {
			made(s)
			s.on("day 18 10:00", onboarding.EventCommitmentKept, what("The Import."))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"kept by a part of its name that no other has it weighs nothing", func(s *story) {
			s.on("day 13 12:30", onboarding.EventCommitmentMade, what("Importazione degli ordini 2025"), due("2026-02-03")).
				on("day 13 12:31", onboarding.EventCommitmentMade, what("Importazione delle anagrafiche"), due("2026-03-03")).
				on("day 18 10:00", onboarding.EventCommitmentKept, what("ordini 2025"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: Importazione degli ordini 2025",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"made again in another spelling it has another day", func(s *story) {
			made(s)
			s.on("day 18 15:00", onboarding.EventCommitmentMade, what("The import"), due("2026-02-20"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"a name that two have is asked about", func(s *story) {
			s.on("day 13 12:30", onboarding.EventCommitmentMade, what("Importazione degli ordini"), due("2026-02-13")).
				on("day 13 12:31", onboarding.EventCommitmentMade, what("Importazione delle anagrafiche"), due("2026-03-03")).
				on("day 18 10:00", onboarding.EventCommitmentKept, what("importazione"))
		}, []string{
			"18 10:00 task_raised o-7 commitment_unknown: importazione",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"moved by a name that nobody made stands, and is asked about", func(s *story) {
			s.on("day 18 10:00", onboarding.EventCommitmentMoved, what("corso"), due("2026-02-20"))
		}, []string{
			"18 10:00 task_raised o-7 commitment_unknown: corso",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"made with an answer it is one of ours", func(s *story) {
			s.on("day 13 12:30", onboarding.EventAnswered, what("import"), due("2026-02-03"))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"20 00:00 task_raised o-7 commitment_missed: import",
			"20 00:00 score value commitment_missed 47",
			"20 00:00 health amber 47",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"a mishap that was answered without a day asks for one, once", func(s *story) {
			s.on("day 13 12:30", onboarding.EventMishap).on("day 13 13:00", onboarding.EventAnswered).on("day 13 14:00", onboarding.EventContacted).
				on("day 13 15:00", onboarding.EventMishapSolved)
		}, []string{
			"13 12:30 score mishap 33",
			"13 12:30 health red 33",
			"13 13:00 task_raised o-7 say_by_when",
			"13 14:00 score contacted 26",
			"20 10:00 task_raised m-1 case_faded: case-1",
			"20 10:00 health green 15",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
		{"one that was answered with a day does not", func(s *story) {
			s.on("day 13 12:30", onboarding.EventMishap).on("day 13 13:00", onboarding.EventAnswered, what("the repair"), due("2026-02-10")).
				on("day 13 14:00", onboarding.EventContacted).on("day 14 15:00", onboarding.EventMishapSolved).on("day 14 15:00", onboarding.EventCommitmentKept, what("repair"))
		}, []string{
			"13 12:30 score mishap 33",
			"13 12:30 health red 33",
			"13 14:00 score contacted 26",
			"21 09:00 task_raised o-7 phase_late: acclimate",
			"21 10:00 task_raised m-1 case_faded: case-1",
			"21 10:00 health green 15",
		}},
		{"theirs is a task", func(s *story) {
			s.on("day 13 12:30", onboarding.EventCommitmentMade, what("import"), due("2026-02-03T12:00:00+01:00"), by(onboarding.ByThem))
		}, []string{
			"18 09:00 task_raised o-7 commitment_due: import",
			"19 12:00 task_raised o-7 commitment_missed: import",
			"21 09:00 task_raised o-7 phase_late: acclimate",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 23 10:00", onboarding.EventEnded)
			got := s.play().feelings(kinds...)
			want(t, got[2:], c.want...)
		})
	}
	t.Run("of sales, which nobody took over, are told the manager and weigh nothing", func(t *testing.T) {
		s := heard(t)
		s.on("day 1 10:00", onboarding.EventContacted).on("day 19 10:00", onboarding.EventEnded)
		got := s.play().feelings(kinds...)
		want(t, got[len(got)-2:], "18 00:00 task_raised o-7 commitment_missed: il trasferimento delle anagrafiche articoli",
			"18 00:00 task_raised m-1 commitment_missed: il trasferimento delle anagrafiche articoli")
	})
}

func TestACommitmentThatIsKeptLateMendsNoOther(t *testing.T) {
	for _, c := range []struct {
		name string
		kept []string // on day 21, in this order; "" names none
		want string   // what is still broken, and what was mended
	}{
		{"none", nil, "broken: import, broken: training plan"},
		{"one of two", []string{"training plan"}, "broken: import, mended: training plan"},
		{"both", []string{"training plan", "import"}, "mended: import, mended: training plan"},
		{"one that nobody promised", []string{"cake"}, "broken: import, broken: training plan"},
		{"one of two, nobody says which", []string{""}, "broken: import, broken: training plan"},
		{"the only one that is left, nobody says which", []string{"import", ""}, "mended: import, mended: training plan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			for _, w := range []string{"import", "training plan"} {
				s.on("day 13 12:30", onboarding.EventCommitmentMade, what(w), due("2026-02-03"))
			}
			for _, w := range c.kept {
				s.on("day 21 10:00", onboarding.EventCommitmentKept, what(w))
			}
			s.on("day 22 10:00", onboarding.EventEnded)
			var got []string
			for _, e := range s.play().final.Evidence {
				if e.Signal == "commitment_missed" {
					is := "broken: "
					if !e.Ended.IsZero() {
						is = "mended: "
					}
					got = append(got, is+e.What)
				}
			}
			if got := strings.Join(got, ", "); got != c.want {
				t.Errorf("%s; want %s", got, c.want)
			}
		})
	}
	t.Run("one that was broken before anybody told us, and kept a day late, was kept late", func(t *testing.T) {
		for kept, mended := range map[string]int{"day 17 10:00": 0, "day 18 10:00": 1} { // due on day 17
			s := calm(t)
			s.on("day 19 12:30", onboarding.EventCommitmentMade, what("import"), due("2026-02-01"))
			s.on("day 20 10:00", onboarding.EventLogin).on(kept, onboarding.EventCommitmentKept, what("import")).on("day 22 10:00", onboarding.EventEnded)
			n := 0
			for _, e := range s.play().final.Evidence {
				if e.Signal == "commitment_missed" {
					n++
				}
			}
			if n != mended {
				t.Errorf("kept on %s: %d pieces of evidence; want %d", kept, n, mended)
			}
		}
	})
	t.Run("of two the one that stands is meant, where nobody says which", func(t *testing.T) {
		s := calm(t)
		s.on("day 13 12:30", onboarding.EventCommitmentMade, what("import"), due("2026-02-03"))
		s.on("day 20 12:30", onboarding.EventCommitmentMade, what("training plan"), due("2026-02-09"))
		s.on("day 21 10:00", onboarding.EventCommitmentKept).on("day 22 10:00", onboarding.EventEnded)
		final := s.play().final
		if len(final.Commitments) != 0 || len(final.Evidence) == 0 || !final.Evidence[len(final.Evidence)-1].Ended.IsZero() {
			t.Errorf("%+v, %+v", final.Commitments, final.Evidence)
		}
	})
}

func TestTheEntryOfAPromiseSaysWhatAndByWhen(t *testing.T) {
	s := calm(t)
	s.on("day 13 12:30", onboarding.EventAnswered, what("the import"), due("2026-02-03")).on("day 14 12:30", onboarding.EventCommitmentMoved, what("import"), due("2026-02-05")).
		on("day 15 09:00", onboarding.EventCommitmentKept, what("import"))
	want(t, s.play().lines(func(e onboarding.Entry) bool { return e.Kind == onboarding.EntryEvent && e.Day >= 12 && e.Day < 16 }),
		"12 11:30 event kickoff_held", "13 12:00 event commitment_kept il trasferimento delle anagrafiche articoli",
		"13 12:30 event answered the import, by 2026-02-03", "14 12:30 event commitment_moved import, by 2026-02-05", "15 09:00 event commitment_kept import")
}
