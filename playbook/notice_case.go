package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// What a message about a case says: why now, the doubt or the question, what helps, and its buttons.

// aboutCase writes that remorse shows, or what became of it.
func (n *notice) aboutCase(a *onboarding.Alert) {
	key := "case"
	if n.Hard {
		key = "case_hard"
	}
	a.Title = n.title(key)
	if key == "case" && len(n.Reasons) == 1 {
		key = "case_one"
	}
	a.Text = strings.Join(slices.DeleteFunc([]string{n.caseLine(key), n.why(n.Reasons)}, func(s string) bool { return s == "" }), "\n\n")
	if n.Step == onboarding.StepEvidence || n.Step == onboarding.StepGrave {
		a.Note = n.news()
	}
	n.who(a)
	if n.Status == onboarding.CaseResolved {
		a.Actions = n.admitAction()
		return
	}
	n.doubtAndAnswer(a)
	n.fact(a, "refund_by", n.refundDay())
	if !n.AnswerBy.IsZero() {
		n.fact(a, "answer_by", n.time(n.AnswerBy))
	}
	if n.leaving() && !n.Day.IsZero() {
		n.fact(a, "repay_by", n.cal.date(n.Day, n.cal.today))
	}
	n.known(a)
	n.where(a)
	a.Actions = n.caseActions()
}

// caseLine is the first line of a case: what became of it, else why this message comes now.
func (n *notice) caseLine(opened string) string {
	if n.Step == onboarding.StepRefund && n.Status != onboarding.CaseResolved {
		return "*" + n.line("refund", "day", n.refundDay()) + "*\n" + n.standing(opened)
	}
	return n.standing(opened)
}

// refundDay is the refund's last day, "" where there is none or it is past.
func (n *notice) refundDay() string {
	if r := n.data.Refund; r != nil && !r.Over && !n.leaving() {
		return escaped(r.LastDay)
	}
	return ""
}

// standing is how a case stands.
func (n *notice) standing(opened string) string {
	by := escaped(n.person(n.By))
	switch n.Status {
	case onboarding.CaseAcknowledged:
		if n.Until.IsZero() {
			return n.line("acknowledged", "person", by)
		}
		return n.line("acknowledged", "person", by) + " " + n.line("comes_back", "until", n.time(n.Until))
	case onboarding.CaseSnoozed:
		return n.line("snoozed", "person", by, "until", n.time(n.Until))
	case onboarding.CaseResolved:
		outcome, why, _ := strings.Cut(n.Outcome, ": ")
		outcome = n.words.called("outcomes", outcome)
		if why != "" {
			outcome += ", " + why
		}
		return n.line("resolved", "person", by, "outcome", escaped(outcome))
	}
	lines := []string{n.line(opened)}
	switch n.Step {
	case onboarding.StepReminder, onboarding.StepEscalated, onboarding.StepBack, onboarding.StepWorse:
		lines = append([]string{"*" + n.line(string(n.Step)) + "*"}, lines...)
	}
	if n.leaving() {
		lines[len(lines)-1] = n.line("leaving")
	}
	return strings.Join(lines, "\n")
}

// why lists reasons in words, with what the customer wrote.
func (n *notice) why(reasons []onboarding.NoticeReason) string {
	if len(reasons) == 0 {
		return ""
	}
	lines := []string{"*" + n.words.say("labels", "why") + "*"}
	return strings.Join(append(lines, n.reasons(reasons)...), "\n")
}

func (n *notice) reasons(reasons []onboarding.NoticeReason) []string {
	var lines []string
	for _, r := range reasons[:min(len(reasons), mostItems)] {
		lines = append(lines, fmt.Sprintf("• %s (%s)", escaped(n.words.called("signals", r.Signal)), n.time(r.At)))
		for _, said := range r.Said {
			lines = append(lines, "> "+escaped(said))
		}
	}
	return lines
}

// news is what the thread is told of a message that was rewritten: the reasons that came last.
func (n *notice) news() string {
	var last time.Time
	for _, r := range n.Reasons {
		if r.At.After(last) {
			last = r.At
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(n.Reasons), func(r onboarding.NoticeReason) bool { return !r.At.Equal(last) })
	if len(fresh) == 0 {
		return ""
	}
	return strings.Join(append([]string{"*" + n.line("new") + "*"}, n.reasons(fresh)...), "\n")
}

// leaving reports whether the customer said that they want to go: then nobody persuades them.
func (n *notice) leaving() bool {
	return n.reason(onboarding.EventWithdrawal, onboarding.EventRefundRequested, onboarding.EventCancellation)
}

// reason reports whether one of the reasons is evidence by one of these events.
func (n *notice) reason(kinds ...onboarding.EventKind) bool {
	return slices.ContainsFunc(n.Reasons, func(r onboarding.NoticeReason) bool {
		s, _ := n.plan.Remorse.Signal(r.Signal)
		return slices.ContainsFunc(s.On, func(k onboarding.EventKind) bool { return slices.Contains(kinds, k) })
	})
}

// doubtAndAnswer writes the doubt and what helps against it where it is sure, else the question to ask.
func (n *notice) doubtAndAnswer(a *onboarding.Alert) {
	doubt := string(n.Doubt)
	switch {
	case n.leaving():
	case n.Sure && doubt != "":
		n.fact(a, "doubt", escaped(n.words.say("doubts", doubt)))
		n.fact(a, "helps", escaped(n.words.say("advice", n.advice())))
	default:
		if doubt != "" {
			n.fact(a, "perhaps", escaped(n.words.say("doubts", doubt)))
		}
		n.fact(a, "ask", "_"+escaped(n.words.say("questions", cmp.Or(doubt, "any")))+"_")
	}
}

// advice is the key of what helps against a doubt that is sure: of two doubts another one where the contract grants nothing
// that an answer could offer.
func (n *notice) advice() string {
	d := string(n.Doubt)
	if n.words["advice"][d+withoutAnswer] != "" && !slices.ContainsFunc(n.answerActions(), func(x onboarding.AlertAction) bool { return x.ID == onboarding.ActionAnswer }) {
		return d + withoutAnswer
	}
	return d
}

const withoutAnswer = "_alone"

// alone are the keys of the advice that stands where there is no answer to send.
var alone = []string{string(onboarding.DoubtProduct) + withoutAnswer, string(onboarding.DoubtValue) + withoutAnswer}

// admitAction is the button of the fault that may be admitted after a mishap, when it was solved too; none once it was.
func (n *notice) admitAction() []onboarding.AlertAction {
	if !n.reason(onboarding.EventMishap) || n.Admitted {
		return nil
	}
	return []onboarding.AlertAction{n.button(onboarding.ActionAdmit, "")}
}

// caseActions are the buttons of a case that was not decided.
func (n *notice) caseActions() []onboarding.AlertAction {
	answers := append(n.answerActions(), n.admitAction()...)
	own := []onboarding.AlertAction{n.button(onboarding.ActionCalled, ""), n.button(onboarding.ActionAnswered, "")}
	switch n.Status {
	case onboarding.CaseAcknowledged:
		return append(append(own, n.button(onboarding.ActionResolve, primary), n.button(onboarding.ActionSnooze, "")), answers...)
	case onboarding.CaseOpen, "":
		first := append([]onboarding.AlertAction{n.button(onboarding.ActionAcknowledge, primary)}, own...)
		return append(append(first, n.button(onboarding.ActionSnooze, ""), n.button(onboarding.ActionResolve, ""),
			n.button(onboarding.ActionReassign, ""), n.button(onboarding.ActionFalseAlarm, "")), answers...)
	}
	return append(append(own, n.button(onboarding.ActionResolve, "")), n.admitAction()...) // put off
}

// answerActions are the suggested answers to a sure doubt, the best first; of an unsure one the owner says which it is.
// Where no answer is listed there is nothing to send: the customer said that they want to go.
func (n *notice) answerActions() []onboarding.AlertAction {
	var out []onboarding.AlertAction
	switch {
	case len(n.Answers) == 0 || n.leaving():
	case n.Sure && n.Doubt != "":
		for _, id := range n.Answers {
			if t, _ := n.plan.Touch(id); t.Doubt == n.Doubt {
				out = append(out, onboarding.AlertAction{ID: onboarding.ActionAnswer, Label: n.words.called("answers", id), Value: id})
			}
		}
		slices.SortStableFunc(out, func(x, y onboarding.AlertAction) int {
			return cmp.Compare(boolInt(x.Value != n.Answer), boolInt(y.Value != n.Answer))
		})
	default:
		for _, d := range onboarding.Doubts {
			out = append(out, onboarding.AlertAction{ID: onboarding.ActionDoubt, Label: n.words.say("buttons", string(d)), Value: string(d)})
		}
	}
	return out
}
