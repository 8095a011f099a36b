package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// A notice is a message to one of ours that no touch of the plan describes. It goes the way of a touch, under an id of its
// own, "case-1/3": what it is about, and the how manieth. An answer to a doubt is an instance of its touch in the same
// way, "answer-value/case-1".

// instance is the id of a touch or notice that is sent for something.
func instance(what, of string) string { return what + "/" + of }

// planned is a touch of the plan, an instance of one, or the touch that a notice is sent as; with its id alone where ops
// moved the run to a plan without it.
func (j *run) planned(id string) onboarding.Touch {
	if t, ok := j.plan.Touch(base(id)); ok {
		t.ID = id
		return t
	}
	if !isNotice(id) {
		return onboarding.Touch{ID: id}
	}
	return onboarding.Touch{ID: id, Class: onboarding.ClassInternal, Channel: onboarding.ChannelSlack,
		Audience: onboarding.AudienceOwner, OnUnknown: onboarding.ResendOnUnknown}
}

// base is the touch that an id is an instance of, or what a notice is about.
func base(id string) string {
	of, _, _ := strings.Cut(id, "/")
	return of
}

// isNotice tells a notice, which ends in a number, from a touch.
func isNotice(id string) bool {
	_, number, cut := strings.Cut(id, "/")
	_, err := strconv.Atoi(number)
	return cut && err == nil
}

// alert orders a new message about a case.
func (j *run) alert(c *Case, to onboarding.Audience, step onboarding.NoticeStep) {
	id := j.personOf(to)
	c.Sent++
	if !slices.ContainsFunc(c.Posted, func(p postedAlert) bool { return p.To == id }) {
		c.Posted = append(c.Posted, postedAlert{To: id, N: c.Sent})
	}
	j.notify(instance(c.ID, strconv.Itoa(c.Sent)), id, step)
}

// rewrite changes the messages about a case that stand, at the end of this step and once for all that it brings.
func (j *run) rewrite(c *Case, step onboarding.NoticeStep) {
	for i := range c.Posted {
		c.Posted[i].Due = graver(c.Posted[i].Due, step)
	}
}

// rewrites are the steps that change a message, the one that says most last.
var rewrites = []onboarding.NoticeStep{onboarding.StepEvidence, onboarding.StepGrave, onboarding.StepChanged}

// graver is the one of two rewrites that says more.
func graver(a, b onboarding.NoticeStep) onboarding.NoticeStep {
	if slices.Index(rewrites, a) > slices.Index(rewrites, b) {
		return a
	}
	return b
}

// remindOfRefund says in the thread of a case that the refund's last day nears, unless its message goes this very moment.
func (j *run) remindOfRefund(c *Case) {
	for i := range c.Posted {
		if sending, _ := j.underWay(c, &c.Posted[i]); sending && c.Posted[i].To == j.personOf(c.Actor) {
			return
		}
	}
	j.alert(c, c.Actor, onboarding.StepRefund)
}

// rewriteDue orders the rewrites that are owed. A message that is on its way, itself or rewritten, is rewritten after the
// answer, once for all that came meanwhile; one that was put off says what there is when it goes.
func (j *run) rewriteDue() {
	for i := range j.s.Open {
		c := &j.s.Open[i]
		for n := range c.Posted {
			p := &c.Posted[n]
			if p.Due == "" {
				continue
			}
			sending, waiting := j.underWay(c, p)
			if sending {
				continue
			}
			due := p.Due
			p.Due = ""
			if waiting != nil {
				if step := onboarding.NoticeStep(waiting.Variant); step.Rewrites() {
					waiting.Variant = string(graver(step, due))
				}
				continue
			}
			c.Sent++
			j.notify(instance(c.ID, strconv.Itoa(c.Sent)), p.To, due)
		}
	}
}

// underWay looks for what will show a message, or is about to change it: whether it was ordered and not answered, or
// waits to go.
func (j *run) underWay(c *Case, p *postedAlert) (sending bool, waiting *TouchState) {
	for i := range j.s.Touches {
		st := &j.s.Touches[i]
		if !isNotice(st.ID) || base(st.ID) != c.ID || !slices.Contains(st.To, p.To) {
			continue
		}
		if first := instance(c.ID, strconv.Itoa(p.N)); st.ID != first && !onboarding.NoticeStep(st.Variant).Rewrites() {
			continue // a reminder in its thread
		}
		sending = sending || st.Status == touchSending
		if st.waits() {
			waiting = st
		}
	}
	return sending, waiting
}

// tellOurs orders a message that is about no case, for the hours of whom it is for, or who stands in for them; ops are
// always there.
func (j *run) tellOurs(kind onboarding.NoticeKind, to onboarding.Audience, step onboarding.NoticeStep) {
	j.tellAbout(kind, "", to, step)
}

// tellAsked orders a message about a clock that runs.
func (j *run) tellAsked(c *Clock, to onboarding.Audience, step onboarding.NoticeStep) {
	j.tellAbout(onboarding.NoticeAnswer, string(c.Kind), to, step)
}

func (j *run) tellAbout(kind onboarding.NoticeKind, about string, to onboarding.Audience, step onboarding.NoticeStep) {
	to = j.acting(to)
	j.s.Notices++
	id, at := instance(string(kind), strconv.Itoa(j.s.Notices)), j.s.Now
	if to != onboarding.AudienceOps {
		at = j.hoursOf(to).NextOpen(at)
	}
	st := TouchState{ID: id, To: []string{j.personOf(to)}, Variant: string(step), Reason: about}
	if at.After(j.s.Now) {
		st.NotBefore = at
		j.s.put(st)
		return
	}
	t := j.planned(id)
	j.order(&t, st)
}

// telling reports whether a message of a kind is about to go.
func (j *run) telling(kind onboarding.NoticeKind) bool {
	return slices.ContainsFunc(j.s.Touches, func(st TouchState) bool {
		return isNotice(st.ID) && base(st.ID) == string(kind) && (st.Status == touchSending || st.waits())
	})
}

func (j *run) notify(id, to string, step onboarding.NoticeStep) {
	t := j.planned(id)
	j.order(&t, TouchState{ID: id, To: []string{to}, Variant: string(step)})
}

// notice writes what a message says as things stand now.
func (j *run) notice(st TouchState) *onboarding.Notice {
	if !isNotice(st.ID) {
		return nil
	}
	about := base(st.ID)
	w := remorse.Weigh(&j.plan.Remorse, j.s.Evidence, j.s.Now)
	n := &onboarding.Notice{Kind: onboarding.NoticeKind(about), Step: onboarding.NoticeStep(st.Variant), Score: w.Score, Mood: j.mood(w),
		Health: j.healthAt(w.Score), Stage: j.s.Stage, Phase: j.s.Phase, Open: slices.Clone(j.s.Commitments), AnswerBy: j.answerBy()}
	i := slices.IndexFunc(j.s.Open, func(c Case) bool { return c.ID == about })
	if i < 0 {
		n.Day, n.Text = j.s.RepayBy, j.s.Handoff.Question
		if c := j.clockOf(st); c != nil && n.Kind == onboarding.NoticeAnswer {
			n.Asked, n.AskedAt, n.AskedBy, n.Text, n.AnswerBy = c.Kind, c.Since, c.Contact, c.Said, j.dueAt(*c)
		}
		return n
	}
	j.noticeCase(n, &j.s.Open[i], st)
	return n
}

// mostSaid is how much of what the customer wrote a reason quotes, the newest first.
const mostSaid = 3

func (j *run) noticeCase(n *onboarding.Notice, c *Case, st TouchState) {
	n.Kind, n.Case, n.Status, n.Hard, n.Doubt, n.Sure = onboarding.NoticeCase, c.ID, c.Status, c.Hard, c.Doubt, c.Sure
	n.By, n.Outcome, n.Until, n.Day = c.By, c.Outcome, c.BackAt, j.s.RepayBy
	for _, p := range c.Posted {
		if key := instance(c.ID, strconv.Itoa(p.N)); p.To == st.To[0] && key != st.ID {
			n.Message = onboarding.TouchKey(j.s.contract().ID, j.s.Start.Run, key)
		}
	}
	for _, id := range c.Signals {
		r := onboarding.NoticeReason{Signal: id, At: c.OpenedAt}
		for _, e := range j.s.Evidence { // the newest comes last
			if e.Signal == id {
				r.At = e.At
				r.Said = append(slices.Clone(e.Said), slices.DeleteFunc(r.Said, func(s string) bool { return slices.Contains(e.Said, s) })...)
			}
		}
		r.Said = r.Said[:min(len(r.Said), mostSaid)]
		n.Reasons = append(n.Reasons, r)
	}
	if !j.leaving() {
		n.Answers = j.answersThere()
	}
	n.Admitted = j.admitted(c)
	if c.Sure {
		n.Answer = j.answerTo(c.Doubt, n.Answers)
	}
}

// admitted reports whether the mail that admits a fault has gone, or is about to, since a case opened.
func (j *run) admitted(c *Case) bool {
	return slices.ContainsFunc(j.s.Touches, func(st TouchState) bool {
		t := j.planned(st.ID)
		return t.Anchor == onboarding.AnchorEvent && t.On == onboarding.EventFaultAdmitted &&
			(st.waits() || st.mayHaveGone() && !st.At.Before(c.OpenedAt))
	})
}

// settleNotice ends a message to one of ours that went.
func (j *run) settleNotice(st TouchState) {
	j.forget(st.ID)
	about := base(st.ID)
	step := onboarding.NoticeStep(st.Variant)
	if step.Rewrites() {
		return
	}
	e := onboarding.Entry{Kind: onboarding.EntryAlertSent, Channel: onboarding.ChannelSlack, To: st.To[0], Reason: string(step)}
	switch onboarding.NoticeKind(about) {
	case onboarding.NoticeDossier:
		e.Kind = onboarding.EntryHandoffReminded
	case onboarding.NoticeAccept:
		if step == onboarding.StepOpened {
			e.Kind, e.Reason = onboarding.EntryTaskRaised, "accept_handoff"
		} else {
			e.Kind = onboarding.EntryHandoffReminded
		}
	case onboarding.NoticeOwner, onboarding.NoticeWithdrawal, onboarding.NoticeAnswer:
		e.Reason = about
	default:
		e.Case = about
	}
	j.emit(e)
}

// dropNotice ends a message to one of ours that will not go: the digest shows what it would have said.
func (j *run) dropNotice(st TouchState, reason string) {
	j.forget(st.ID)
	if step := onboarding.NoticeStep(st.Variant); step.Rewrites() || len(st.To) == 0 {
		return
	}
	about := base(st.ID)
	j.emit(onboarding.Entry{Kind: onboarding.EntryTaskRaised, Channel: onboarding.ChannelTask, Case: about, To: st.To[0],
		Reason: fmt.Sprintf("not_alerted: %s", reason)})
}

// forgetWaiting withdraws what waits to be said about something.
func (j *run) forgetWaiting(about string) {
	j.s.Touches = slices.DeleteFunc(j.s.Touches, func(t TouchState) bool { return isNotice(t.ID) && base(t.ID) == about && t.waits() })
}

// forget removes a state that nothing asks for any more.
func (j *run) forget(id string) {
	j.s.Touches = slices.DeleteFunc(j.s.Touches, func(t TouchState) bool { return t.ID == id })
}
