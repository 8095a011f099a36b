package playbook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// specified is the table of the default plan as it was agreed: id, phase, class, channel, audience and to, due, doubt.
var specified = []string{
	"welcome|admit|service|email|customer:decision_maker|contract +0 d||08:00-20:00",
	"dossier-request|admit|internal|slack|sales|contract +0 d||",
	"sales-handover|admit|service|email|customer:decision_maker|handoff_accepted +0 d, latest contract +2 wd|approval|09:00-17:30",
	"owner-introduction|affirm|service|email|customer:decision_maker,champion all|handoff_accepted +1 wd, latest contract +3 wd|ability|09:00-17:30",
	"owner-first-call|affirm|internal|task|owner|contract +3 wd||",
	"case-history-1|affirm|relationship|email|customer:decision_maker|contract +8 d|ability from dossier|09:00-17:30",
	"peer-offer|affirm|relationship|email|customer:decision_maker|contract +18 d|approval|09:00-17:30",
	"kickoff-nudge|activate|service|email|customer:champion|contract +7 wd|ability|09:00-17:30",
	"kickoff-agenda|activate|service|email|customer:decision_maker,champion,admin all|kickoff_date -1 wd|ability|09:00-17:30",
	"kickoff-recap|activate|service|email|customer:decision_maker,champion all|kickoff_held +1 wd|value|09:00-17:30",
	"pulse-handoff|activate|relationship|email|customer:champion|kickoff_held +6 wd||09:00-17:30",
	"installation-call|activate|internal|task|owner|installed +1 wd|product|",
	"training-invitation|acclimate|service|email|customer:user all|installed +3 wd|ability|09:00-17:30",
	"training-reminder-1|acclimate|service|email|customer:user all|installed +8 wd|ability|09:00-17:30",
	"case-history-2|acclimate|relationship|email|customer:champion|installed +15 wd|product from strongest|09:00-17:30",
	"refund-window-owner||internal|slack|owner|refund_last_day -8 wd|product|",
	"refund-reminder||service|email|customer:decision_maker|refund_last_day -5 wd|product|09:00-17:30",
	"first-invoice|acclimate|service|email|customer:billing|invoice_due -3 wd|value|09:00-17:30",
	"pulse-ease|acclimate|relationship|email|customer:user all|first_value +5 d, latest contract +35 d if installed|ability|09:00-17:30",
	"goal-review|accomplish|service|email|customer:decision_maker|contract +45 d, needs installed|value|09:00-17:30",
	"next-step|adopt|relationship|email|customer:champion|contract +65 d, needs first_value|value|09:00-17:30",
	"owner-review|adopt|internal|task|owner|contract +75 d||",
	"pulse-nps|adopt|relationship|email|customer:decision_maker|contract +82 d||09:00-17:30",
	"review-ask|advocate|relationship|email|customer:champion|contract +88 d, needs first_value||09:00-17:30",
	"referral-ask|advocate|relationship|email|customer:decision_maker|contract +96 d, needs goal_reached||09:00-17:30",
	"peer-ask|advocate|relationship|email|customer:decision_maker|contract +96 d, needs goal_reached||09:00-17:30",
	"peer-request||service|email|peer|peer_wanted +0 d||09:00-17:30",
	"peer-introduction||service|email|customer:decision_maker|peer_agreed +0 d|approval|09:00-17:30",
	"peer-follow-up||relationship|email|customer:decision_maker|peer_introduced +7 d|approval|09:00-17:30",
	"withdrawal-received||confirmation|email|customer:decision_maker|event withdrawal_declared +0 d||",
	"refund-request-received||confirmation|email|customer:decision_maker|event refund_requested +0 d||",
	"cancellation-received||confirmation|email|customer:decision_maker|event cancellation_requested +0 d||",
	"answer-ability||service|email|customer:decision_maker|case +0 d|ability|09:00-17:30",
	"answer-approval||service|email|customer:decision_maker|case +0 d|approval|09:00-17:30",
	"answer-product||service|email|customer:decision_maker|case +0 d|product|09:00-17:30",
	"answer-value-assistance||service|email|customer:decision_maker|case +0 d|value|09:00-17:30",
	"answer-value-training||service|email|customer:decision_maker|case +0 d|value|09:00-17:30",
	"answer-value-return||service|email|customer:decision_maker|case +0 d|value|09:00-17:30",
	"apology||service|email|customer:decision_maker|event fault_admitted +0 d||09:00-17:30",
}

func TestTheDefaultPlanIsTheTableThatWasAgreed(t *testing.T) {
	plan := loadDefault(t).Plan()
	var got []string
	for _, touch := range plan.Touches {
		got = append(got, row(touch))
	}
	for _, want := range specified {
		if !slices.Contains(got, want) {
			t.Errorf("missing  %s", want)
		}
	}
	for _, g := range got {
		if !slices.Contains(specified, g) {
			t.Errorf("unagreed %s", g)
		}
	}
}

func row(t onboarding.Touch) string {
	to := string(t.Audience)
	if len(t.To) > 0 {
		to += ":" + strings.Join(asWords(t.To), ",")
	}
	if t.ToAll {
		to += " all"
	}
	due := string(t.Anchor)
	if t.On != "" {
		due += " " + string(t.On)
	}
	due += " " + offset(t.Offset)
	if l := t.Latest; l != nil {
		due += fmt.Sprintf(", latest %s %s", l.Anchor, offset(l.Offset))
		if l.Needs != "" {
			due += " if " + string(l.Needs)
		}
	}
	if len(t.Needs) > 0 {
		due += ", needs " + strings.Join(asWords(t.Needs), ", ")
	}
	doubt := string(t.Doubt)
	if t.DoubtFrom != "" {
		doubt += " from " + t.DoubtFrom
	}
	window := ""
	if w := t.Window; w != nil {
		window = fmt.Sprintf("%02d:%02d-%02d:%02d", w.Open/60, w.Open%60, w.Close/60, w.Close%60)
	}
	return strings.Join([]string{t.ID, string(t.Phase), string(t.Class), string(t.Channel), to, due, doubt, window}, "|")
}

func offset(o onboarding.Offset) string {
	unit := "d"
	if o.Working {
		unit = "wd"
	}
	return fmt.Sprintf("%+d %s", o.Days, unit)
}

func TestAPlanMaySayHowFarItGoes(t *testing.T) {
	for line, want := range map[string]onboarding.Mode{"": "", "mode: review\n": onboarding.ModeReview} {
		fsys := tiny(t)
		fsys[planFile].Data = append([]byte(line), fsys[planFile].Data...)
		pb, err := Load(fsys, "tiny")
		if err != nil {
			t.Fatal(err)
		}
		if got := pb.Plan().Mode; got != want {
			t.Errorf("%q is mode %q, want %q", line, got, want)
		}
	}
}

func TestTheRulesOfTheDefaultPlan(t *testing.T) {
	pb := loadDefault(t)
	plan := pb.Plan()
	touch := func(id string) onboarding.Touch { return touchOf(t, pb, id) }
	const day = 24 * time.Hour
	holds := func(id string, fact onboarding.Fact, is bool) bool {
		return slices.ContainsFunc(touch(id).Conditions, func(c onboarding.Condition) bool { return c.Fact == fact && c.Is == is && c.Reason != "" })
	}
	for name, ok := range map[string]bool{
		"the run has 100 days, 130 at most":                           plan.Days == 100 && plan.MaxDays == 130,
		"20 hours apart, 3 in the first week, 2 in any":               plan.Caps == onboarding.Caps{SpacingHours: 20, FirstWeek: 3, AnyWeek: 2, JitterMin: 120},
		"Italian is the default, English the other":                   slices.Equal(plan.Languages, []string{"it", "en"}),
		"every milestone of a phase has its feed":                     !slices.ContainsFunc(plan.Phases, func(r onboarding.PhaseRule) bool { return r.Milestone != "" && !plan.HasFeed(r.Milestone) }),
		"log-ins and invoices are feeds":                              plan.HasFeed("login") && plan.HasFeed("invoice_due"),
		"the welcome goes on any day, is late after 1, drops at 5":    touch("welcome").AnyDay && touch("welcome").LateAfter == day && touch("welcome").Expiry == 5*day,
		"an unknown welcome is sent again":                            touch("welcome").OnUnknown == onboarding.ResendOnUnknown,
		"an unknown withdrawal receipt is sent again":                 touch("withdrawal-received").OnUnknown == onboarding.ResendOnUnknown,
		"any other unknown mail asks a person":                        touch("case-history-1").OnUnknown == onboarding.AskOnUnknown,
		"a contract with a dossier skips the request":                 holds("dossier-request", onboarding.FactDossier, false),
		"sales hands over in copy to the owner":                       touch("sales-handover").From == onboarding.AudienceSales && touch("sales-handover").CopyOwner,
		"handover and introduction merge where owner is sales":        touch("sales-handover").MergedIf == onboarding.FactOwnerIsSales && touch("sales-handover").Merges == "owner-introduction",
		"without facts the handover falls back":                       slices.Equal(touch("sales-handover").FallbackUnless, []onboarding.Fact{onboarding.FactGoalToRepeat}),
		"the first call is done by a contact":                         touch("owner-first-call").DoneBy == onboarding.EventContacted,
		"the nudge stops on a booking, then a task":                   touch("kickoff-nudge").StopOn == onboarding.FactKickoffBooked && touch("kickoff-nudge").TaskAfter != "",
		"the agenda never comes after the kickoff":                    touch("kickoff-agenda").Deadline && touch("kickoff-agenda").StopOn == onboarding.FactKickoffHeld,
		"the recap waits a day for the owner, else a task":            touch("kickoff-recap").Approval && touch("kickoff-recap").ApprovalDays == 1 && touch("kickoff-recap").TaskOnDrop != "",
		"training only where granted, until arranged":                 holds("training-invitation", onboarding.FactTermTraining, true) && touch("training-invitation").StopOn == onboarding.FactTrainingArranged,
		"the training reminder likewise, then a task":                 holds("training-reminder-1", onboarding.FactTermTraining, true) && touch("training-reminder-1").StopOn == onboarding.FactTrainingArranged && touch("training-reminder-1").TaskAfter != "",
		"both case histories ask for one that is approved":            touch("case-history-1").CaseHistory && touch("case-history-2").CaseHistory,
		"case histories drop after 10 days":                           touch("case-history-1").Expiry == 10*day && touch("case-history-2").Expiry == 10*day,
		"a peer is offered only where one is free, for 14 days":       holds("peer-offer", onboarding.FactFreePeer, true) && touch("peer-offer").Expiry == 14*day,
		"the owner speaks before the refund's day if a doubt is open": holds("refund-window-owner", onboarding.FactDoubtOpen, true),
		"the refund reminder is never held and never late":            touch("refund-reminder").NeverHeld && touch("refund-reminder").Deadline,
		"the refund window is told in the open case":                  touch("refund-window-owner").JoinsCase,
		"it needs a refund, and no short one":                         holds("refund-reminder", onboarding.FactTermRefund, true) && holds("refund-reminder", onboarding.FactShortRefund, false),
		"the first invoice is explained before it is due":             touch("first-invoice").Deadline,
		"pulses drop after 10, 7 and 7 days":                          touch("pulse-handoff").Expiry == 10*day && touch("pulse-ease").Expiry == 7*day && touch("pulse-nps").Expiry == 7*day,
		"the goal review raises a task too":                           touch("goal-review").Task != "",
		"NPS and review wait 14 days after trouble":                   touch("pulse-nps").CalmDays == 14 && touch("review-ask").CalmDays == 14,
		"the review drops after 30 days":                              touch("review-ask").Expiry == 30*day,
		"referral and peer ask are one of the two":                    touch("referral-ask").Alternative == "peer-ask" && touch("peer-ask").Alternative == "referral-ask",
		"a peer has 5 days, 3 are asked, a fortnight's calm":          plan.Peers == onboarding.Peers{AnswerDays: 5, Tries: 3, CalmDays: 14},
		"the owner may veto both":                                     touch("referral-ask").Veto && touch("peer-ask").Veto,
		"a peer must have consented":                                  holds("peer-ask", onboarding.FactPeerConsent, true),
	} {
		if !ok {
			t.Errorf("not so: %s", name)
		}
	}
	days := map[onboarding.Phase]int{"assess": 0, "admit": 0, "affirm": 1, "activate": 14, "acclimate": 21, "accomplish": 45, "adopt": 70, "advocate": 85}
	for _, r := range plan.Phases {
		if r.Day != days[r.Phase] {
			t.Errorf("the phase %s is on day %d, not %d", r.Phase, r.Day, days[r.Phase])
		}
	}
}

func TestOffsetsDurationsAndWindows(t *testing.T) {
	for s, want := range map[string]onboarding.Offset{"+3 wd": {Days: 3, Working: true}, "-5 wd": {Days: -5, Working: true}, "+0": {}, "+45 d": {Days: 45}, "-1 d": {Days: -1}} {
		if got, err := parseOffset(s); err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "3 wd", "+3", "+3wd", "+3 w", "+1000 d", "soon"} {
		if got, err := parseOffset(s); err == nil {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
	for s, want := range map[string]time.Duration{"10 d": 240 * time.Hour, "20 h": 20 * time.Hour} {
		if got, err := parseDuration(s); err != nil || got != want {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for s, want := range map[string]onboarding.Window{"09:00-17:30": {Open: 540, Close: 1050}, "00:00-24:00": {Open: 0, Close: 1440}} {
		if got, err := parseWindow(s); err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "9-17", "17:30-09:00", "09:00-09:00", "09:60-10:00", "09:00-24:30"} {
		if got, err := parseWindow(s); err == nil {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
}
