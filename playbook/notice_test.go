package playbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const noticeDir = "testdata/notices"

// noticeAt is an instant of the notices' day, Tuesday 20 January, in UTC; it is an hour later in Rome.
func noticeAt(hour, minute int) time.Time {
	return time.Date(2026, 1, 20, hour, minute, 0, 0, time.UTC)
}

// noticeOrder is the order of a notice about acme.
func noticeOrder(n onboarding.Notice) onboarding.Order {
	c := acme()
	c.Customer.Contacts[0].Phone = "+39 011 555 0199"
	c.Value = onboarding.Money{Amount: "12000.00", Currency: "EUR"}
	c.Manager = &onboarding.Person{ID: "m-1", Name: "Paola Verdi", Email: "paola@vendor.example"}
	c.Dossier.People = []onboarding.DossierPerson{{Contact: "luca", Cares: "che i magazzinieri non perdano tempo"}}
	c.Dossier.Channel = "phone"
	touch := string(n.Kind) + "/1"
	if n.Case != "" {
		touch = n.Case + "/1"
	}
	return onboarding.Order{Key: onboarding.TouchKey(c.ID, 1, touch), At: noticeAt(9, 12), Run: 1, Touch: touch,
		RefundDay: onboarding.Date{Year: 2026, Month: 2, Day: 14},
		Class:     onboarding.ClassInternal, Channel: onboarding.ChannelSlack, Audience: onboarding.AudienceOwner, Contract: c, Notice: &n}
}

// caseNotice is a case with two reasons and no doubt that is sure.
func caseNotice(change func(*onboarding.Notice)) onboarding.Notice {
	n := onboarding.Notice{Kind: onboarding.NoticeCase, Step: onboarding.StepOpened, Case: "case-1", Status: onboarding.CaseOpen,
		Score: 62, Mood: -24, Health: onboarding.HealthRed, Stage: onboarding.StagePurchase, Phase: onboarding.PhaseAffirm,
		Doubt: onboarding.DoubtAbility,
		Reasons: []onboarding.NoticeReason{
			{Signal: "doubt_in_reply", At: noticeAt(9, 2), Said: []string{"non so se i miei ce la fanno", "è tutto <nuovo> & difficile"}},
			{Signal: "no_human_contact", At: noticeAt(8, 0).AddDate(0, 0, -1)}},
		Answers:  []string{"answer-ability", "answer-approval", "answer-product", "answer-value-assistance", "answer-value-training"},
		AnswerBy: noticeAt(15, 2),
		Open: []onboarding.Commitment{{What: "importazione dell'anagrafica clienti", Due: "2026-02-01"},
			{What: "mandare il listino aggiornato", Due: "2026-01-29", By: onboarding.ByThem}}}
	if change != nil {
		change(&n)
	}
	return n
}

// notices are every kind and step as the core gives them.
var notices = []struct {
	name   string
	notice onboarding.Notice
	to     string
}{
	{"case-opened-unsure", caseNotice(nil), "o-7"},
	{"case-opened-no-doubt", caseNotice(func(n *onboarding.Notice) { n.Doubt, n.Reasons = "", n.Reasons[1:] }), "o-7"},
	{"case-opened-sure", caseNotice(func(n *onboarding.Notice) {
		n.Doubt, n.Sure, n.Answer = onboarding.DoubtValue, true, "answer-value-assistance"
	}), "o-7"},
	{"case-opened-mishap", caseNotice(func(n *onboarding.Notice) {
		n.Hard, n.Doubt, n.Stage = true, "", onboarding.StageMishap
		n.Reasons = []onboarding.NoticeReason{{Signal: "mishap", At: noticeAt(9, 12)}}
	}), "o-7"},
	{"case-opened-leaving", caseNotice(func(n *onboarding.Notice) {
		n.Hard, n.Answers, n.Stage, n.Day = true, nil, onboarding.StageReconsideration, *day(2026, 2, 3)
		n.Reasons = []onboarding.NoticeReason{{Signal: "withdrawal", At: noticeAt(9, 12), Said: []string{"con la presente recedo dal contratto"}}}
	}), "o-7"},
	{"case-evidence", caseNotice(func(n *onboarding.Notice) {
		n.Step = onboarding.StepEvidence
		n.Reasons = append(n.Reasons, onboarding.NoticeReason{Signal: "contact_failed", At: noticeAt(9, 12)})
	}), "o-7"},
	{"case-changed-acknowledged", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By, n.Until = onboarding.StepChanged, onboarding.CaseAcknowledged, "o-7", noticeAt(9, 0).AddDate(0, 0, 2)
	}), "o-7"},
	{"case-changed-acknowledged-sure", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By = onboarding.StepChanged, onboarding.CaseAcknowledged, "m-1"
		n.Doubt, n.Sure, n.Answer = onboarding.DoubtAbility, true, "answer-ability"
	}), "o-7"},
	{"case-changed-snoozed", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By, n.Until = onboarding.StepChanged, onboarding.CaseSnoozed, "o-7", noticeAt(8, 0).AddDate(0, 0, 1)
	}), "o-7"},
	{"case-changed-resolved", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By, n.Outcome = onboarding.StepChanged, onboarding.CaseResolved, "o-7", "reassured"
	}), "o-7"},
	{"case-changed-false-alarm", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By, n.Outcome = onboarding.StepChanged, onboarding.CaseResolved, "o-8", "false_alarm: scherzava"
	}), "o-7"},
	{"case-worse", caseNotice(func(n *onboarding.Notice) { n.Step, n.Hard = onboarding.StepWorse, true }), "o-7"},
	{"case-refund", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By = onboarding.StepRefund, onboarding.CaseAcknowledged, "o-7"
	}), "o-7"},
	{"case-changed-resolved-mishap", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By, n.Outcome = onboarding.StepChanged, onboarding.CaseResolved, "o-7", "fixed"
		n.Reasons = []onboarding.NoticeReason{{Signal: "mishap", At: noticeAt(9, 12)}}
	}), "o-7"},
	{"case-changed-resolved-admitted", caseNotice(func(n *onboarding.Notice) {
		n.Step, n.Status, n.By, n.Outcome, n.Admitted = onboarding.StepChanged, onboarding.CaseResolved, "o-7", "fixed", true
		n.Reasons = []onboarding.NoticeReason{{Signal: "mishap", At: noticeAt(9, 12)}}
	}), "o-7"},
	{"case-reminder", caseNotice(func(n *onboarding.Notice) { n.Step = onboarding.StepReminder }), "o-7"},
	{"case-escalated", caseNotice(func(n *onboarding.Notice) { n.Step, n.Hard = onboarding.StepEscalated, true }), "m-1"},
	{"case-escalated-ops", caseNotice(func(n *onboarding.Notice) { n.Step, n.Hard = onboarding.StepEscalated, true }), "ops"},
	{"case-back", caseNotice(func(n *onboarding.Notice) { n.Step = onboarding.StepBack }), "o-7"},
	{"dossier-reminder", onboarding.Notice{Kind: onboarding.NoticeDossier, Step: onboarding.StepReminder}, "s-3"},
	{"dossier-escalated", onboarding.Notice{Kind: onboarding.NoticeDossier, Step: onboarding.StepEscalated}, "m-1"},
	{"dossier-back", onboarding.Notice{Kind: onboarding.NoticeDossier, Step: onboarding.StepBack, Text: "chi decide il budget?"}, "s-3"},
	{"accept-opened", caseNotice(func(n *onboarding.Notice) { *n = handoffNotice(*n, onboarding.NoticeAccept) }), "o-7"},
	{"accept-reminder", caseNotice(func(n *onboarding.Notice) {
		*n = handoffNotice(*n, onboarding.NoticeAccept)
		n.Step = onboarding.StepReminder
	}), "o-7"},
	{"owner-opened", caseNotice(func(n *onboarding.Notice) { *n = handoffNotice(*n, onboarding.NoticeOwner) }), "o-7"},
	{"answer-opened", onboarding.Notice{Kind: onboarding.NoticeAnswer, Step: onboarding.StepOpened, Asked: onboarding.EventContactAttempted,
		AskedAt: noticeAt(8, 40), AnswerBy: noticeAt(9, 40), Stage: onboarding.StagePurchase, Phase: onboarding.PhaseAffirm, Mood: 12}, "o-7"},
	{"answer-reminder", onboarding.Notice{Kind: onboarding.NoticeAnswer, Step: onboarding.StepReminder, Asked: onboarding.EventQuestion,
		AskedAt: noticeAt(8, 40).AddDate(0, 0, -1), AnswerBy: noticeAt(8, 40), Stage: onboarding.StagePurchase, Phase: onboarding.PhaseAffirm, Mood: 12}, "o-7"},
	{"answer-escalated", onboarding.Notice{Kind: onboarding.NoticeAnswer, Step: onboarding.StepEscalated, Asked: onboarding.EventQuestion, AskedBy: "luca",
		Text: "I due magazzini possono avere <una> lista sola?", AskedAt: noticeAt(8, 40).AddDate(0, 0, -1), AnswerBy: noticeAt(8, 40), Stage: onboarding.StagePurchase, Phase: onboarding.PhaseAffirm, Mood: 12}, "m-1"},
	{"withdrawal-opened", onboarding.Notice{Kind: onboarding.NoticeWithdrawal, Step: onboarding.StepOpened, Day: *day(2026, 2, 3)}, "ops"},
}

func handoffNotice(n onboarding.Notice, k onboarding.NoticeKind) onboarding.Notice {
	return onboarding.Notice{Kind: k, Step: onboarding.StepOpened, Stage: n.Stage, Phase: n.Phase, Mood: 38, Open: n.Open}
}

func composeNotice(t *testing.T, pb *Playbook, n onboarding.Notice, to, language string) onboarding.Alert {
	t.Helper()
	o := noticeOrder(n)
	person := onboarding.Person{ID: to, SlackID: "C0OPS"}
	for _, p := range []*onboarding.Person{o.Contract.Owner, o.Contract.Sales, o.Contract.Manager} {
		if p.ID == to {
			person = *p
		}
	}
	person.Language = language
	a, err := pb.ComposeNotice(o, person, testSettings(t))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// readable writes an alert for people.
func readable(a onboarding.Alert) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Title: %s\n\n%s\n", a.Title, a.Text)
	for _, f := range a.Facts {
		fmt.Fprintf(&b, "\n%s:\n%s\n", f.Label, f.Text)
	}
	if a.Note != "" {
		fmt.Fprintf(&b, "\n--- in the thread ---\n%s\n", a.Note)
	}
	b.WriteString("\n")
	for _, x := range a.Actions {
		fmt.Fprintf(&b, "[ %s ] %s %s\n", x.Label, strings.TrimSpace(string(x.ID)+" "+x.Value), x.Style)
	}
	if a.Mention {
		b.WriteString("mentions them\n")
	}
	var lines []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

func TestEveryNoticeReadsAsItsGoldenFile(t *testing.T) {
	pb := loadDefault(t)
	written := map[string]bool{}
	for _, n := range notices {
		for _, language := range pb.Plan().Languages {
			name := n.name + "." + language + ".txt"
			written[name] = true
			compareGolden(t, noticeDir, name, readable(composeNotice(t, pb, n.notice, n.to, language)))
		}
	}
	noOtherGolden(t, noticeDir, written)
}

func actions(a onboarding.Alert) string {
	var out []string
	for _, x := range a.Actions {
		out = append(out, strings.TrimSuffix(string(x.ID)+":"+x.Value, ":"))
	}
	return strings.Join(out, " ")
}

func TestTheButtonsOfACaseAreThoseThatCanBeMeant(t *testing.T) {
	pb := loadDefault(t)
	want := map[string]string{
		"case-opened-unsure": "acknowledge called answered snooze resolve reassign false_alarm doubt:ability doubt:approval doubt:product doubt:value",
		"case-opened-sure":   "acknowledge called answered snooze resolve reassign false_alarm answer:answer-value-assistance answer:answer-value-training",
		"case-opened-mishap": "acknowledge called answered snooze resolve reassign false_alarm doubt:ability doubt:approval doubt:product doubt:value admit",
		// who wants to go is persuaded by nobody
		"case-opened-leaving":            "acknowledge called answered snooze resolve reassign false_alarm",
		"case-changed-acknowledged":      "called answered resolve snooze doubt:ability doubt:approval doubt:product doubt:value",
		"case-changed-acknowledged-sure": "called answered resolve snooze answer:answer-ability",
		"case-changed-snoozed":           "called answered resolve", "case-changed-resolved": "", "case-changed-resolved-mishap": "admit", "case-changed-resolved-admitted": "",
		"answer-opened": "called answered", "answer-reminder": "called answered", "case-changed-false-alarm": "",
		"dossier-reminder": "dossier", "accept-opened": "accept return", "accept-reminder": "accept return",
		"owner-opened": "", "withdrawal-opened": "",
	}
	for _, n := range notices {
		if w, ok := want[n.name]; ok {
			if got := actions(composeNotice(t, pb, n.notice, n.to, "en")); got != w {
				t.Errorf("%s has %q, want %q", n.name, got, w)
			}
		}
	}
}

func TestOnlyANewMessageMentionsAPersonAndOnlyNewsGoToTheThread(t *testing.T) {
	pb := loadDefault(t)
	for _, n := range notices {
		a := composeNotice(t, pb, n.notice, n.to, "en")
		if want := !n.notice.Step.Rewrites() && n.to != "ops"; a.Mention != want {
			t.Errorf("%s mentions: %v", n.name, a.Mention)
		}
		if want := n.notice.Step == onboarding.StepEvidence; (a.Note != "") != want {
			t.Errorf("%s tells the thread %q", n.name, a.Note)
		}
		if a.Rewrite != "" || a.Thread != "" || a.Language != "en" || a.Run != 1 || a.Case != n.notice.Case {
			t.Errorf("%s is addressed as %+v", n.name, a)
		}
	}
}

func TestANoticeIsOnTheClockOfItsReader(t *testing.T) {
	pb := loadDefault(t)
	o := noticeOrder(caseNotice(nil))
	to := *o.Contract.Owner
	to.Language = "en"
	for zone, want := range map[string]string{"": "Tuesday 20 January at 16:02", "America/New_York": "Tuesday 20 January at 10:02"} {
		to.TimeZone = zone
		a, err := pb.ComposeNotice(o, to, testSettings(t))
		if err != nil {
			t.Fatal(err)
		}
		due := func(f onboarding.AlertFact) bool { return f.Label == "First answer due" && f.Text == want }
		if !slices.ContainsFunc(a.Facts, due) {
			t.Errorf("in %q: no %q in %+v", zone, want, a.Facts)
		}
	}
}

func TestNothingACustomerWroteReachesBeyondItsLine(t *testing.T) {
	pb := loadDefault(t)
	o := noticeOrder(caseNotice(func(n *onboarding.Notice) {
		n.Reasons[0].Said = []string{"<!channel> see <https://evil.example|here>\n*all* of you", strings.Repeat("x", 1000)}
	}))
	o.Contract.Customer.Company = "{owner} <!here>"
	a, err := pb.ComposeNotice(o, *o.Contract.Owner, testSettings(t))
	if err != nil {
		t.Fatal(err)
	}
	all := readable(a)
	for _, bad := range []string{"<!", "<https", strings.Repeat("x", 301)} {
		if strings.Contains(strings.ReplaceAll(all, "Title: "+a.Title, ""), bad) {
			t.Errorf("%q passed: %s", bad, all)
		}
	}
	if !strings.HasPrefix(a.Title, "{owner} <!here>") {
		t.Errorf("the company's name was filled in again: %s", a.Title)
	}
}

func TestWhatNoPlanKnowsIsStillSaid(t *testing.T) {
	pb := loadDefault(t)
	n := caseNotice(func(n *onboarding.Notice) {
		n.Reasons = []onboarding.NoticeReason{{Signal: "old_signal", At: noticeAt(9, 0)}}
	})
	if a := composeNotice(t, pb, n, "o-7", "en"); !strings.Contains(a.Text, "• old signal (") {
		t.Errorf("got %s", a.Text)
	}
}

func TestWhoWantsToGoIsPersuadedByNobody(t *testing.T) {
	pb := loadDefault(t)
	for _, signal := range []string{"withdrawal", "refund_requested", "cancellation"} {
		a := composeNotice(t, pb, caseNotice(func(n *onboarding.Notice) {
			n.Hard, n.Sure, n.Answer = true, true, "answer-ability"
			n.Reasons = append(n.Reasons, onboarding.NoticeReason{Signal: signal, At: noticeAt(9, 12)})
		}), "o-7", "en")
		all, buttons := readable(a), actions(a)
		if strings.Contains(buttons, "answer:") || strings.Contains(buttons, "doubt:") || strings.Contains(all, "What helps") || !strings.Contains(all, "No persuasion") {
			t.Errorf("%s:\n%s", signal, all)
		}
	}
}

func TestANoticeOfNothingHasNoText(t *testing.T) {
	pb := loadDefault(t)
	for _, n := range []*onboarding.Notice{nil, {Kind: "lunch"}} {
		o := noticeOrder(onboarding.Notice{Kind: onboarding.NoticeCase})
		o.Notice = n
		if _, err := pb.ComposeNotice(o, *o.Contract.Owner, testSettings(t)); !errors.Is(err, ErrNoText) {
			t.Errorf("%+v: %v", n, err)
		}
	}
}

func TestTheOwnerSeesWhatTheDossierLeavesOut(t *testing.T) {
	pb := loadDefault(t)
	o := noticeOrder(handoffNotice(caseNotice(nil), onboarding.NoticeAccept))
	for _, c := range []struct {
		dossier onboarding.Dossier
		want    string
	}{
		{onboarding.Dossier{Goals: o.Contract.Dossier.Goals, Worries: o.Contract.Dossier.Worries, Channel: "telefono"},
			"• Che cosa ha promesso la vendita\n• Chi tiene a che cosa"},
		{*o.Contract.Dossier, ""},
	} {
		o.Contract.Dossier = &c.dossier
		a, err := pb.ComposeNotice(o, *o.Contract.Owner, testSettings(t))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range a.Facts {
			if f.Label == "Nel dossier manca ancora" {
				got = f.Text
			}
		}
		if got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestTheAdviceNamesNothingThatTheContractDoesNotGrant(t *testing.T) {
	pb := loadDefault(t)
	for doubt, helps := range map[onboarding.Doubt][2]string{
		onboarding.DoubtProduct: {"refund promise", "one case of theirs and show"},
		onboarding.DoubtValue:   {"included help", "the next result"},
		onboarding.DoubtAbility: {"a customer who started", "a customer who started"},
	} {
		for i, answers := range [][]string{{"answer-product", "answer-value-training", "answer-ability"}, {"answer-approval"}} {
			n := caseNotice(func(n *onboarding.Notice) { n.Doubt, n.Sure, n.Answers = doubt, true, answers })
			text := readable(composeNotice(t, pb, n, "o-7", "en"))
			if !strings.Contains(text, helps[i]) {
				t.Errorf("%s with %v does not say %q:\n%s", doubt, answers, helps[i], text)
			}
		}
	}
}
