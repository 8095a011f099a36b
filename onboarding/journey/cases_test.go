package journey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// feelings prints what an onboarding made of remorse: "12 10:00 case_opened case-1 complaint", with the score and the
// person where there is one.
func (s tale) feelings(kinds ...onboarding.EntryKind) []string {
	var out []string
	for _, e := range s.entries {
		if !slices.Contains(kinds, e.Kind) {
			continue
		}
		at := s.final.Calendar.Customer.Local(e.At)
		words := []string{fmt.Sprint(e.Day), at.Format("15:04"), string(e.Kind)}
		for _, w := range []string{e.Case, e.Touch, string(e.Doubt), e.Health, e.To, e.Reason} {
			if w != "" {
				words = append(words, w)
			}
		}
		if e.Score != nil {
			words = append(words, fmt.Sprint(*e.Score))
		}
		if e.Mood != nil {
			words = append(words, fmt.Sprint(*e.Mood))
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// calm is acme's onboarding heard by the shipped signals, with all that the owner owes done in the first days: nothing
// is silent, and the case that follows is about what the test says.
func calm(t testing.TB) *story {
	s := newStory(t)
	s.plan = feelingPlan(t)
	s.plan.Touches = slices.DeleteFunc(s.plan.Touches, func(x onboarding.Touch) bool { return x.JoinsCase }) // TestTheRefundsLastDay is about it
	return s.on("day 0 16:30", onboarding.EventHandoffAccepted).on("day 1 10:00", onboarding.EventContacted).
		on("day 4 10:00", onboarding.EventKickoffBooked, date("2026-01-27")).on("day 12 11:30", onboarding.EventKickoffHeld).
		on("day 13 12:00", onboarding.EventCommitmentKept, what("il trasferimento delle anagrafiche articoli"))
}

func what(w string) func(*onboarding.Event)  { return func(e *onboarding.Event) { e.What = w } }
func due(d string) func(*onboarding.Event)   { return func(e *onboarding.Event) { e.Due = d } }
func by(who string) func(*onboarding.Event)  { return func(e *onboarding.Event) { e.By = who } }
func value(v string) func(*onboarding.Event) { return func(e *onboarding.Event) { e.Value = v } }
func says(d onboarding.Doubt, confidence float64) func(*onboarding.Event) {
	return func(e *onboarding.Event) {
		e.Reading = &onboarding.Reading{Intent: onboarding.IntentNone, Doubt: d, Confidence: confidence, Evidence: []string{"their words"}}
	}
}

var caseKinds = []onboarding.EntryKind{onboarding.EntryCaseOpened, onboarding.EntryAlertSent, onboarding.EntryCaseAcknowledged,
	onboarding.EntryCaseEscalated, onboarding.EntryCaseResolved, onboarding.EntryHealth, onboarding.EntryAnswerSent}

func TestCases(t *testing.T) {
	complaint := func(when string) func(*story) { return func(s *story) { s.on(when, onboarding.EventComplaint) } }
	reply := func(when string, confidence float64) func(*story) {
		return func(s *story) { s.on(when, onboarding.EventEmailReply, says("ability", confidence)) }
	}
	on := func(when string, k onboarding.EventKind, change ...func(*onboarding.Event)) func(*story) {
		return func(s *story) { s.on(when, k, change...) }
	}
	for _, c := range []struct {
		name   string
		change []func(*story)
		want   []string
	}{
		{"what is hard opens a case by itself; acknowledged and resolved it is quiet, and its tail fades", []func(*story){complaint("day 19 10:00"),
			on("day 19 10:20", onboarding.EventAcknowledged, by("o-7")), on("day 19 10:50", onboarding.EventAnswered),
			on("day 21 10:00", onboarding.EventResolved, outcome("fixed"), by("o-7"))}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:20 case_acknowledged case-1 ability o-7",
			"21 10:00 case_resolved case-1 ability o-7 fixed",
			"21 10:00 health amber 35",
			"26 09:00 health green 24",
		}},
		{"nobody acts: reminded, then the manager, then ops, and after a week again", []func(*story){complaint("day 19 10:00"),
			on("day 29 10:00", onboarding.EventResolved, outcome("fixed"))}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 11:00 alert_sent case-1 o-7 reminder",
			"19 13:00 case_escalated case-1 m-1 not_acknowledged",
			"19 13:00 alert_sent case-1 m-1 escalated",
			"19 16:00 case_escalated case-1 ops not_acknowledged",
			"19 16:00 alert_sent case-1 ops escalated",
			"26 11:00 alert_sent case-1 o-7 back",
			"26 12:00 alert_sent case-1 o-7 reminder",
			"26 14:00 case_escalated case-1 m-1 not_acknowledged",
			"26 14:00 alert_sent case-1 m-1 escalated",
			"26 17:00 case_escalated case-1 ops not_acknowledged",
			"26 17:00 alert_sent case-1 ops escalated",
			"29 10:00 case_resolved case-1 ability o-7 fixed",
			"29 10:00 health amber 36",
			"35 09:00 health green 23",
		}},
		{"what is hard in the night wakes who is there, and the owner in the morning", []func(*story){complaint("day 19 22:00"),
			on("day 20 09:30", onboarding.EventResolved, outcome("fixed"))}, []string{
			"19 22:00 case_opened case-1 ability complaint 34",
			"19 22:00 health red 34",
			"19 22:00 alert_sent case-1 m-1 opened",
			"20 09:00 alert_sent case-1 o-7 opened",
			"20 09:30 case_resolved case-1 ability o-7 fixed",
			"20 09:30 health amber 34",
			"25 09:00 health green 24",
		}},
		{"a doubt said clearly opens a case at once", []func(*story){reply("day 19 10:00", 0.9), on("day 19 10:30", onboarding.EventResolved, outcome("reassured"))}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 10:00 health red 30",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 case_resolved case-1 ability o-7 reassured",
			"19 10:30 health green 0",
		}},
		{"in the night it waits for the owner's day", []func(*story){reply("day 19 23:00", 0.9), on("day 20 09:30", onboarding.EventResolved, outcome("reassured"))}, []string{
			"19 23:00 case_opened case-1 ability doubt_in_reply 31",
			"19 23:00 health red 31",
			"20 09:00 alert_sent case-1 o-7 opened",
			"20 09:30 case_resolved case-1 ability o-7 reassured",
			"20 09:30 health green 0",
		}},
		{"a doubt said half clearly needs a second kind of evidence", []func(*story){reply("day 19 10:00", 0.7),
			on("day 20 10:00", onboarding.EventSurveyAnswered, answer("csat", "2")), on("day 20 10:30", onboarding.EventResolved, outcome("reassured"))}, []string{
			"20 10:00 case_opened case-1 ability csat_low 65",
			"20 10:00 health red 65",
			"20 10:00 alert_sent case-1 o-7 opened",
			"20 10:30 case_resolved case-1 ability o-7 reassured",
			"20 10:30 health green 0",
		}},
		{"the same kind twice is no second kind", []func(*story){reply("day 19 10:00", 0.7), reply("day 20 10:00", 0.7), reply("day 21 10:00", 0.7)}, []string{
			"20 10:00 health amber 48",
			"37 09:00 health green 23",
		}},
		{"a false alarm mutes its kind for this customer", []func(*story){reply("day 19 10:00", 0.9), on("day 20 10:00", onboarding.EventFalseAlarm, because("a joke")),
			reply("day 22 10:00", 0.9)}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 10:00 health red 30",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 14:00 alert_sent case-1 o-7 reminder",
			"20 10:00 case_resolved case-1 ability o-7 false_alarm: a joke",
			"20 10:00 health green 0",
		}},
		{"but not what is hard", []func(*story){complaint("day 19 10:00"), on("day 19 10:30", onboarding.EventFalseAlarm), complaint("day 22 10:00"),
			on("day 22 10:30", onboarding.EventResolved)}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 case_resolved case-1 ability o-7 false_alarm",
			"19 10:30 health green 0",
			"22 10:00 case_opened case-1 ability reopened: complaint 35",
			"22 10:00 health red 35",
			"22 10:00 alert_sent case-1 o-7 opened",
			"22 10:30 case_resolved case-1 ability o-7 resolved",
			"22 10:30 health amber 35",
			"27 09:00 health green 24",
		}},
		{"a snooze ends on its morning", []func(*story){reply("day 19 10:00", 0.9), on("day 19 11:00", onboarding.EventSnoozed, until("2026-02-06")),
			on("day 22 09:30", onboarding.EventResolved)}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 10:00 health red 30",
			"19 10:00 alert_sent case-1 o-7 opened",
			"22 09:00 alert_sent case-1 o-7 back",
			"22 09:30 case_resolved case-1 ability o-7 resolved",
			"22 09:30 health green 0",
		}},
		{"and early when something hard comes", []func(*story){reply("day 19 10:00", 0.9), on("day 19 11:00", onboarding.EventSnoozed, until("2026-02-12")), complaint("day 20 11:00"),
			on("day 20 11:30", onboarding.EventResolved)}, []string{
			"19 10:00 case_opened case-1 ability doubt_in_reply 30",
			"19 10:00 health red 30",
			"19 10:00 alert_sent case-1 o-7 opened",
			"20 11:00 alert_sent case-1 o-7 worse",
			"20 11:30 case_resolved case-1 ability o-7 resolved",
			"20 11:30 health amber 34",
			"25 09:00 health green 24",
		}},
		{"taken and not acted upon it comes back", []func(*story){complaint("day 19 10:00"), on("day 19 10:30", onboarding.EventAcknowledged),
			on("day 20 10:00", onboarding.EventResolved)}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 case_acknowledged case-1 ability o-7",
			"20 09:30 alert_sent case-1 o-7 back",
			"20 10:00 case_resolved case-1 ability o-7 resolved",
			"20 10:00 health amber 34",
			"25 09:00 health green 24",
		}},
		{"a case that was resolved a moment ago opens again", []func(*story){complaint("day 19 10:00"), on("day 19 10:30", onboarding.EventResolved), complaint("day 25 10:00"),
			on("day 25 10:30", onboarding.EventResolved)}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 case_resolved case-1 ability o-7 resolved",
			"19 10:30 health amber 34",
			"24 09:00 health green 24",
			"25 10:00 case_opened case-1 ability reopened: complaint 54",
			"25 10:00 health red 54",
			"25 10:00 alert_sent case-1 o-7 opened",
			"25 10:30 case_resolved case-1 ability o-7 resolved",
			"25 10:30 health amber 54",
			"38 09:00 health green 24",
		}},
		{"after two weeks it is another", []func(*story){complaint("day 19 10:00"), on("day 19 10:30", onboarding.EventResolved), complaint("day 39 10:00"),
			on("day 39 10:30", onboarding.EventResolved)}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 case_resolved case-1 ability o-7 resolved",
			"19 10:30 health amber 34",
			"24 09:00 health green 24",
			"39 10:00 case_opened case-2 ability complaint 46",
			"39 10:00 health red 46",
			"39 10:00 alert_sent case-2 o-7 opened",
			"39 10:30 case_resolved case-2 ability o-7 resolved",
			"39 10:30 health amber 46",
			"48 09:00 health green 24",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			for _, f := range c.change {
				f(s)
			}
			want(t, s.play().feelings(caseKinds...), c.want...)
		})
	}
}

// What a reviewer saw go wrong stays right.
func TestCasesInOddCompany(t *testing.T) {
	leave := []onboarding.DateRange{{From: onboarding.Date{Year: 2026, Month: 2, Day: 4}, To: onboarding.Date{Year: 2026, Month: 2, Day: 13}}}
	for _, c := range []struct {
		name   string
		change func(*story)
		want   []string
	}{
		{"the owner goes on leave with a case open: the manager has it", func(s *story) {
			s.contract().Owner.Leave = leave
			s.on("day 19 17:30", onboarding.EventMishap).on("day 21 12:00", onboarding.EventResolved, outcome("fixed"))
		}, []string{
			"19 17:30 case_opened case-1 ability mishap 34",
			"19 17:30 health red 34",
			"19 17:30 alert_sent case-1 o-7 opened",
			"20 09:00 alert_sent case-1 m-1 back",
			"20 10:00 alert_sent case-1 m-1 reminder",
			"20 15:00 case_escalated case-1 ops not_acknowledged",
			"20 15:00 alert_sent case-1 ops escalated",
			"21 12:00 case_resolved case-1 ability m-1 fixed",
			"21 12:00 health amber 35",
			"26 09:00 health green 24",
		}},
		{"soft evidence in the quiet after a talk opens its case when the quiet is over", func(s *story) {
			s.on("day 19 10:00", onboarding.EventContacted).on("day 19 16:00", onboarding.EventSurveyAnswered, answer("csat", "1")).
				on("day 20 10:00", onboarding.EventChampionLeft).on("day 22 10:00", onboarding.EventResolved)
		}, []string{
			"19 16:00 health amber 33",
			"21 17:30 case_opened case-1 approval csat_low, champion_left 78",
			"21 17:30 health red 78",
			"21 17:30 alert_sent case-1 o-7 opened",
			"22 10:00 case_resolved case-1 approval o-7 resolved",
			"22 10:00 health green 0",
		}},
		{"a second mishap after the first was solved wakes again", func(s *story) {
			s.on("day 19 10:00", onboarding.EventMishap).on("day 19 10:10", onboarding.EventAcknowledged).on("day 19 12:00", onboarding.EventMishapSolved).
				on("day 20 10:00", onboarding.EventMishap).on("day 20 10:30", onboarding.EventResolved)
		}, []string{
			"19 10:00 case_opened case-1 ability mishap 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:10 case_acknowledged case-1 ability o-7",
			"20 10:00 alert_sent case-1 o-7 worse",
			"20 10:30 case_resolved case-1 ability o-7 resolved",
			"20 10:30 health amber 53",
		}},
		{"what somebody says of a case that is none changes nothing", func(s *story) {
			s.on("day 19 10:00", onboarding.EventComplaint).on("day 19 10:10", onboarding.EventResolved, func(e *onboarding.Event) { e.Case, e.Outcome = "case-9", "fixed" }).
				on("day 19 10:30", onboarding.EventResolved)
		}, []string{
			"19 10:00 case_opened case-1 ability complaint 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:30 case_resolved case-1 ability o-7 resolved",
			"19 10:30 health amber 34",
			"24 09:00 health green 24",
		}},
		{"without a manager the next is ops", func(s *story) {
			s.contract().Manager = nil
			s.on("day 19 10:00", onboarding.EventMishap).on("day 19 17:30", onboarding.EventResolved)
		}, []string{
			"19 10:00 case_opened case-1 ability mishap 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 11:00 alert_sent case-1 o-7 reminder",
			"19 16:00 case_escalated case-1 ops not_acknowledged",
			"19 16:00 alert_sent case-1 ops escalated",
			"19 17:30 case_resolved case-1 ability o-7 resolved",
			"19 17:30 health amber 34",
			"25 09:00 health green 23",
		}},
		{"the end closes it", func(s *story) { s.on("day 19 10:00", onboarding.EventMishap).on("day 19 10:10", onboarding.EventEnded) }, []string{
			"19 10:00 case_opened case-1 ability mishap 34",
			"19 10:00 health red 34",
			"19 10:00 alert_sent case-1 o-7 opened",
			"19 10:10 case_resolved case-1 ability o-7 ended",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := calm(t)
			c.change(s)
			s.on("day 26 10:00", onboarding.EventEnded)
			want(t, s.play().feelings(caseKinds...), c.want...)
		})
	}
}

func TestAFalseAlarmLeavesNothingBehind(t *testing.T) {
	s := calm(t)
	s.on("day 13 16:00", onboarding.EventWithdrawal, from("giulia")).on("day 13 17:00", onboarding.EventFalseAlarm).
		on("day 20 10:00", onboarding.EventWithdrawal, from("giulia")).on("day 20 12:00", onboarding.EventEnded)
	told := s.play()
	want(t, told.feelings(onboarding.EntryTouchSent)[6:], "13 16:00 touch_sent withdrawal-received giulia", "20 09:00 touch_sent pulse-handoff luca",
		"20 10:00 touch_sent withdrawal-received giulia")
	var due []string
	for _, l := range told.feelings(onboarding.EntryTaskRaised) {
		if strings.Contains(l, "repay_by") {
			due = append(due, l)
		}
	}
	want(t, due, "13 16:00 task_raised ops repay_by: 2026-02-11", "20 10:00 task_raised ops repay_by: 2026-02-18")
}

func TestNobodyPersuadesWhoLeaves(t *testing.T) {
	s := calm(t)
	s.on("day 13 16:00", onboarding.EventWithdrawal).on("day 18 12:00", onboarding.EventResolved, outcome("left")).on("day 60 12:00", onboarding.EventEnded)
	got := s.play().feelings(onboarding.EntryTouchSent)
	want(t, got[6:], "13 16:00 touch_sent withdrawal-received giulia")
}
