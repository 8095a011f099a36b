package playbook

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// specifiedSignals is the table of signals as it was agreed: id, what it is evidence of, weight and half-life, what ends
// it and leaves a tail, doubt.
var specifiedSignals = []string{
	"withdrawal|withdrawal_declared|60 hard||",
	"refund_requested|refund_requested|60 hard||",
	"cancellation|cancellation_requested|60 hard||",
	"refund_inquiry|refund_inquiry|40 hard||product",
	"complaint|complaint|30 hard|then 30 / 10 d|",
	"mishap|mishap|30 hard|mishap_solved, then 30 / 10 d|",
	"commitment_missed||40 / 10 d|commitment_kept, then 20 / 7 d|value",
	"meeting_missed_by_us|meeting_missed by us|30 / 10 d||",
	"meeting_missed_by_them|meeting_missed by them|12 / 7 d||",
	"doubt_in_reply|email_reply doubtful|30 / 10 d||",
	"champion_left|champion_left|40 / 30 d||approval",
	"invoice_disputed|invoice_disputed|35 / 14 d||value",
	"csat_low|survey_answered csat 1,2|35 / 14 d||",
	"nps_low|survey_answered nps 0,1,2,3,4,5,6|20 / 21 d||",
	"effort_high|survey_answered ces 1,2,3,hard|15 / 10 d||",
	"question_late||20|answered,contacted,resolved|",
	"question_late_twice||15|answered,contacted,resolved|",
	"contact_failed|contact_attempted|10 / 5 d||",
	"answer_confusing|survey_answered quality confusing|18 / 7 d||",
	"answer_interim|survey_answered quality interim|6 / 5 d||",
	"no_human_contact|no contacted 2 wd after contract|15||",
	"kickoff_not_booked|no kickoff_booked 8 wd after contract|10||ability",
	"kickoff_not_held|no kickoff_held 15 wd after contract|15||ability",
	"no_login|no login 5 wd after installed, feed login|15||",
	"login_stopped|no login 10 wd after the last, feed login|15||",
	"training_not_booked|no training_arranged 15 wd after installed, feed training_arranged, needs terms.training|6||ability",
	"spam_reported|spam_reported|25 / 21 d||",
	"unsubscribed|unsubscribed|5 / 14 d||",
	"first_value|first_value|-20 / 14 d||",
	"goal_reached|goal_reached|-30 / 14 d||",
	"answer_resolving|survey_answered quality resolving|-10 / 14 d||",
	"csat_high|survey_answered csat 5|-12 / 14 d||",
	"thanks|email_reply thanks|-5 / 14 d||",
	"contacted|contacted|-8 / 14 d||",
}

func TestTheSignalsOfTheDefaultPlanAreTheTableThatWasAgreed(t *testing.T) {
	var got []string
	for _, s := range loadDefault(t).Plan().Remorse.Signals {
		got = append(got, signalRow(s))
	}
	for i := range max(len(got), len(specifiedSignals)) {
		switch {
		case i >= len(got):
			t.Errorf("missing  %s", specifiedSignals[i])
		case i >= len(specifiedSignals):
			t.Errorf("unagreed %s", got[i])
		case got[i] != specifiedSignals[i]:
			t.Errorf("got  %s\nwant %s", got[i], specifiedSignals[i])
		}
	}
}

func days(d time.Duration) string { return fmt.Sprintf("%d d", int(d.Hours())/24) }

func signalRow(s onboarding.Signal) string {
	on := strings.Join(asWords(s.On), ",")
	for _, more := range []string{string(s.Intent), s.Survey, strings.Join(s.Values, ",")} {
		if more != "" {
			on += " " + more
		}
	}
	if s.By != "" {
		on += " by " + s.By
	}
	if s.Doubtful {
		on += " doubtful"
	}
	if w := s.Watch; w != nil {
		after := string(w.Anchor)
		if w.Stopped {
			after = "the last"
		}
		on = fmt.Sprintf("no %s %d wd after %s", w.Fact, w.Days, after)
		if w.Feed != "" {
			on += ", feed " + string(w.Feed)
		}
		if w.Needs != "" {
			on += ", needs " + string(w.Needs)
		}
	}
	weight := fmt.Sprint(s.Weight)
	if s.Hard {
		weight += " hard"
	}
	if s.HalfLife > 0 {
		weight += " / " + days(s.HalfLife)
	}
	ends := asWords(s.Ends)
	end := strings.Join(ends, ",")
	if s.TailWeight > 0 {
		end = strings.TrimPrefix(fmt.Sprintf("%s, then %d / %s", end, s.TailWeight, days(s.TailHalfLife)), ", ")
	}
	return strings.Join([]string{s.ID, on, weight, end, string(s.Doubt)}, "|")
}

func TestTheThresholdsAndClocksOfTheDefaultPlan(t *testing.T) {
	pb := loadDefault(t)
	r, c := pb.Plan().Remorse, pb.Plan().Clocks
	r.Signals = nil
	type kinds = []onboarding.EventKind
	want := []any{
		onboarding.Remorse{Amber: 30, Green: 25, Case: 55, Kinds: 2, KindMost: 150, SilenceMost: 30, Delicate: 125, Sure: 80, ContactQuiet: 2,
			FalseAlarmDays: 14, JoinQuietDays: 7, Mood: 40, MoodHalfLife: 14 * 24 * time.Hour, ReopenDays: 14, RepayDays: 14},
		onboarding.Clocks{
			Answers: []onboarding.Clock{
				{On: kinds{"question", "complaint", "mishap", "refund_inquiry", "invoice_disputed", "contact_attempted"}, Channel: "chat", Minutes: 15},
				{On: kinds{"contact_attempted"}, Minutes: 60},
				{On: kinds{"complaint", "mishap"}, Minutes: 120},
				{On: kinds{"refund_inquiry", "invoice_disputed"}, Minutes: 240},
				{On: kinds{"question"}, Minutes: 480},
			},
			Resolution: 960, Least: 30,
			Hard:             onboarding.Ladder{Reminder: 60, Backup: 120, Manager: 180, Ops: 360, Back: 480},
			Scored:           onboarding.Ladder{Reminder: 240, Backup: 480, Manager: 720, Ops: 960, Back: 960},
			DossierReminders: []int{240, 540}, DossierLead: 1080, Accept: 480, Contact: 480,
			Late: "question_late", LateTwice: "question_late_twice", Missed: "commitment_missed"},
	}
	for i, got := range []any{r, c} {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want[i])
		if string(g) != string(w) {
			t.Errorf("got  %s\nwant %s", g, w)
		}
	}
}

func TestEverySilenceRaisesATask(t *testing.T) {
	for _, s := range loadDefault(t).Plan().Remorse.Signals {
		if s.Silence() != (s.Task != "") {
			t.Errorf("%s: the task is %q", s.ID, s.Task)
		}
	}
}

func TestAllSilenceTogetherOpensNoCase(t *testing.T) {
	r := loadDefault(t).Plan().Remorse
	if r.SilenceMost*r.Delicate/100 >= r.Case {
		t.Errorf("all silence weighs %d of %d", r.SilenceMost, r.Case)
	}
}

func TestEachDoubtHasItsAnswerAndEachAnswerItsTerm(t *testing.T) {
	terms := map[string]onboarding.Fact{"answer-product": onboarding.FactTermRefund, "answer-value-assistance": onboarding.FactTermAssistance,
		"answer-value-training": onboarding.FactTermTraining, "answer-value-return": onboarding.FactTermReturn}
	answered := map[onboarding.Doubt]bool{}
	for _, touch := range loadDefault(t).Plan().Touches {
		if touch.Anchor != onboarding.AnchorCase {
			continue
		}
		answered[touch.Doubt] = true
		if touch.From != onboarding.AudienceOwner || touch.Class != onboarding.ClassService || touch.Automatic {
			t.Errorf("%s is %+v", touch.ID, touch)
		}
		term, needs := terms[touch.ID]
		if got := slices.ContainsFunc(touch.Conditions, func(c onboarding.Condition) bool { return c.Fact == term && c.Is }); got != needs {
			t.Errorf("%s needs its term %q: %v", touch.ID, term, got)
		}
	}
	if len(answered) != len(onboarding.Doubts) {
		t.Errorf("answers are there for %v alone", answered)
	}
}

func TestEveryKeyOfSignalsAndClocksIsRead(t *testing.T) {
	var schema struct {
		Defs map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(PlanSchema, &schema); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("signals.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range []string{"remorse", "signal", "watch", "clocks", "answer", "ladder"} {
		if len(schema.Defs[def].Properties) == 0 {
			t.Errorf("the schema has no %s", def)
		}
		for key := range schema.Defs[def].Properties {
			if !strings.Contains(string(src), "`yaml:\""+key+"\"`") {
				t.Errorf("the schema allows %q in %s and nothing reads it", key, def)
			}
		}
	}
}

func TestWorkingTime(t *testing.T) {
	for s, want := range map[string]int{"15 min": 15, "8 wh": 480, "16 wh": 960} {
		if got, err := parseSpan(s); err != nil || got != want {
			t.Errorf("%s: %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "8", "8 h", "8wh", "-1 wh", "1 wd"} {
		if got, err := parseSpan(s); err == nil {
			t.Errorf("%q was read as %d", s, got)
		}
	}
}

func TestAnAnswerWhoseRefundIsOverNamesNoDate(t *testing.T) {
	pb := loadDefault(t)
	write := func(today time.Time) string {
		l := mustCompose(t, pb, "answer-product", func(o *onboarding.Order, c *onboarding.Contact) {
			o.Touch, o.At, c.Language = "answer-product/case-2", today, "en"
		})
		return l.Preheader + "\n" + l.Text
	}
	if text := write(noticeAt(9, 0)); !strings.Contains(text, "Last day to claim: Saturday 14 February") || !strings.Contains(text, "about a refund") {
		t.Errorf("the last day is missing:\n%s", text)
	}
	if text := write(noticeAt(9, 0).AddDate(0, 1, 0)); strings.Contains(text, "February") || strings.Contains(text, "refund") {
		t.Errorf("a refund that is over is promised:\n%s", text)
	}
}

func TestARecapRepeatsNoPromiseThatMayNotBeRepeated(t *testing.T) {
	pb := loadDefault(t)
	for _, id := range []string{"kickoff-recap", "apology"} {
		text := mustCompose(t, pb, id, func(o *onboarding.Order, _ *onboarding.Contact) {
			o.Commitments = []onboarding.Commitment{{What: "uno sconto sul secondo anno", Due: "2026-03-01"}, {What: "un collaudo insieme", Due: "2026-02-02"}}
		}).Text
		if strings.Contains(text, "sconto") || !strings.Contains(text, "un collaudo insieme") {
			t.Errorf("%s says\n%s", id, text)
		}
	}
}
