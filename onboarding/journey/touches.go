package journey

import (
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Reasons of holds and drops that are not a fact's name.
const (
	reasonApproval  = onboarding.ReasonApproval
	reasonNoCase    = "no approved case history"
	reasonLate      = "late"
	reasonEnded     = "ended"
	reasonMilestone = "milestone_not_reached"
	reasonUnknown   = "unknown"
	reasonSkipped   = "skipped"
	reasonPaused    = "paused"
	reasonMerged    = "merged"
	reasonBefore    = "before_engine"
	reasonGone      = "leaving"
)

// askAfter is when the provider is asked about a send whose result is not known, counted from the attempt.
var askAfter = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

// send lets a due touch go, or says why not.
func (j *run) send(p *placed) {
	t, st := p.touch, p.state
	if reason := j.unwanted(t); reason != "" {
		j.drop(t, reason)
		return
	}
	if reason := j.holdReason(t, st); reason != "" {
		j.hold(t, st, reason)
		return
	}
	if c := j.openCase(); c != nil && t.JoinsCase {
		j.drop(t, "joined: "+c.ID)
		j.remindOfRefund(c)
		return
	}
	st.To = j.recipients(t)
	if len(st.To) == 0 {
		j.drop(t, j.unreachable(t))
		if t.Class == onboarding.ClassService {
			j.raise(t.ID, onboarding.AudienceOwner, "unreachable")
		}
		return
	}
	if t.CaseHistory {
		st.Case = j.chooseCase(t)
		if st.Case == "" {
			j.drop(t, reasonNoCase)
			return
		}
	}
	if offersPeer(t) && j.s.Introduction.Status != peerMatched {
		j.seekFor(t, st)
		return
	}
	st.Variant = j.variant(t, p)
	st.Status, st.At = touchSending, j.s.Now
	if t.Channel == onboarding.ChannelTask {
		j.settleSent(t, st, "")
		return
	}
	j.order(t, st)
}

// unwanted is the reason why a due touch will never go.
func (j *run) unwanted(t *onboarding.Touch) string {
	if reason := j.unmet(t); reason != "" {
		return reason
	}
	if t.StopOn != "" && j.fact(t.StopOn) {
		return string(t.StopOn)
	}
	if j.s.Gone && t.Class != onboarding.ClassConfirmation && t.Anchor != onboarding.AnchorInvoiceDue {
		return reasonGone
	}
	if t.Alternative != "" && j.s.touch(t.Alternative).mayHaveGone() {
		return "alternative: " + t.Alternative
	}
	return ""
}

// unmet is the reason of the first condition that does not hold.
func (j *run) unmet(t *onboarding.Touch) string {
	for _, c := range t.Conditions {
		if c.Fact == onboarding.FactFreePeer && c.Is && j.maySeek(t) {
			continue // asked outside, when all else lets it go
		}
		if j.fact(c.Fact) != c.Is {
			return conditionReason(c)
		}
	}
	return ""
}

func conditionReason(c onboarding.Condition) string {
	switch {
	case c.Reason != "":
		return c.Reason
	case c.Is:
		return "no " + string(c.Fact)
	}
	return string(c.Fact)
}

// holdReason is why a due touch must wait; tact holds cheerful mails, approval those the owner must see first. The mode
// is not asked here: it may change, so it is judged at the send, whose answer stands in the history.
func (j *run) holdReason(t *onboarding.Touch, st TouchState) string {
	if !st.HurriedAt.IsZero() {
		return ""
	}
	if t.Class == onboarding.ClassRelationship && !t.NeverHeld && len(j.s.Troubles) > 0 {
		return string(j.s.Troubles[len(j.s.Troubles)-1].Kind)
	}
	if j.leaving() && !owedAnyway(t) {
		return reasonGone
	}
	if c := j.openCase(); c != nil && t.Class == onboarding.ClassRelationship && !t.NeverHeld {
		return c.ID
	}
	if t.Approval && !j.s.Start.AutoApprove {
		return reasonApproval
	}
	return ""
}

// owedAnyway reports whether a touch goes though the customer wants to go: a mail that they are owed, an invoice, the
// welcome, and what sales is asked. Tact alone holds relationship mails.
func owedAnyway(t *onboarding.Touch) bool {
	switch {
	case t.Audience == onboarding.AudienceOwner:
		return false // to agree the next quarter is none of their owner's tasks
	case t.Audience != onboarding.AudienceCustomer || t.Class != onboarding.ClassService:
		return true
	}
	return t.NeverHeld || t.AnyDay || t.Anchor == onboarding.AnchorInvoiceDue
}

// hold keeps a touch back and says so, and asks the owner where their approval is what it waits for.
func (j *run) hold(t *onboarding.Touch, st TouchState, reason string) {
	j.unoffered(t.ID)
	st.Status, st.At, st.Reason = touchHeld, j.s.Now, reason
	if reason == reasonApproval && t.ApprovalDays > 0 {
		w := &j.s.Calendar.Owner
		st.FollowAt, _ = w.At(w.AddWorking(w.Date(j.s.Now), t.ApprovalDays), w.Close)
	}
	j.emit(j.touchEntry(t, onboarding.EntryTouchHeld, reason))
	j.askApproval(t, &st)
	j.s.put(st)
}

// askApproval gives the owner the task to approve a mail, once.
func (j *run) askApproval(t *onboarding.Touch, st *TouchState) {
	if st.Reason == reasonApproval && !st.ApprovalAsked {
		st.ApprovalAsked = true
		j.raise(t.ID, onboarding.AudienceOwner, "approve")
	}
}

// drop ends a touch that will not go.
func (j *run) drop(t *onboarding.Touch, reason string) {
	st := j.s.touch(t.ID)
	if isNotice(t.ID) {
		j.dropNotice(st, reason)
		return
	}
	at := j.s.Now
	if reason == reasonUnknown { // it may have gone: spacing, cap and the choice of case histories reckon with it
		at = st.At
		j.tell(st.Case)
	}
	j.s.put(TouchState{ID: t.ID, Status: touchDropped, At: at, Reason: reason})
	j.emit(j.touchEntry(t, onboarding.EntryTouchDropped, reason))
	if t.TaskOnDrop != "" && !slices.Contains(needless, reason) {
		j.raise(t.ID, onboarding.AudienceOwner, t.TaskOnDrop)
	}
	j.peerDropped(t, st, reason)
}

// tell notes a case history that a mail told.
func (j *run) tell(caseHistory string) {
	if caseHistory != "" {
		j.s.Told = append(j.s.Told, caseHistory)
	}
}

// needless are the reasons of drops that leave the owner nothing to do.
var needless = []string{reasonSkipped, reasonMilestone, reasonEnded, reasonMerged, reasonBefore, reasonGone}

// expire drops a touch whose time is over: for what holds it, or as late.
func (j *run) expire(p *placed) {
	if p.held || p.unapproved() {
		j.drop(p.touch, "held too long: "+p.state.Reason)
		return
	}
	j.drop(p.touch, reasonLate)
}

func (j *run) touchEntry(t *onboarding.Touch, kind onboarding.EntryKind, reason string) onboarding.Entry {
	return onboarding.Entry{Kind: kind, Touch: base(t.ID), Phase: t.Phase, Class: t.Class, Audience: t.Audience,
		Channel: t.Channel, Doubt: j.doubt(t), Reason: reason}
}

// order asks the outside to carry a touch out.
func (j *run) order(t *onboarding.Touch, st TouchState) {
	c := j.s.contract()
	o := onboarding.Order{
		Key: onboarding.TouchKey(c.ID, j.s.Start.Run, t.ID), At: j.s.Now, Run: j.s.Start.Run,
		Playbook: j.s.Start.Playbook, Touch: t.ID, Variant: st.Variant, Class: t.Class, Channel: t.Channel,
		Audience: t.Audience, To: st.To, From: t.From, Doubt: j.doubt(t), Case: st.Case, Contract: Public(*c),
		KickoffAt: j.s.KickoffAt, InvoiceAt: j.s.InvoiceAt, Subject: st.Subject, Body: st.Body,
		Mode: j.s.Start.Mode, Approved: !st.HurriedAt.IsZero() || j.s.Start.AutoApprove,
		Resend: st.Resend, Samples: j.s.Start.Samples, Limits: j.limits(t),
	}
	if t.CopyOwner && c.Owner != nil {
		o.Cc = []string{c.Owner.ID}
	}
	if d, ok := j.refundDay(); ok {
		o.RefundDay = d
		if k := j.customer().Kind(d); k != onboarding.DayWorking {
			o.RefundOff = k
		}
	}
	if t.AnyDay {
		o.NextDates = j.nextDates()
	}
	o.Commitments = slices.Clone(j.s.Commitments)
	o.Peer = j.peerOf(t, st)
	if t.Audience == onboarding.AudiencePeer {
		o.Contract, o.KickoffAt, o.InvoiceAt = c.ForPeer(), "", ""
		o.RefundDay, o.RefundOff, o.Commitments = onboarding.Date{}, 0, nil
	}
	if n := j.notice(st); n != nil {
		o.Notice, o.Contract = n, *c // to ours, who may read the worries
	}
	for _, f := range onboarding.Facts {
		if t.Audience != onboarding.AudiencePeer && j.fact(f) {
			o.Facts = append(o.Facts, f)
		}
	}
	st.Status, st.At, st.Resend, st.NotBefore, st.AskAt = touchSending, j.s.Now, false, time.Time{}, time.Time{}
	j.s.put(st)
	j.step.Orders = append(j.step.Orders, o)
}

// limits is what the ledger holds an address to over all contracts.
func (j *run) limits(t *onboarding.Touch) onboarding.Limits {
	if !counted(t) && t.Audience != onboarding.AudiencePeer {
		return onboarding.Limits{}
	}
	l := onboarding.Limits{Spacing: time.Duration(j.plan.Caps.SpacingHours) * time.Hour}
	if t.Audience == onboarding.AudiencePeer { // to ask a peer is a favour asked: the cap counts
		l.FirstWeek, l.AnyWeek = j.plan.Caps.AnyWeek, j.plan.Caps.AnyWeek
	}
	if t.Class == onboarding.ClassRelationship {
		l.FirstWeekUntil = j.s.contract().SignedAt.UTC().Add(week)
		l.FirstWeek, l.AnyWeek = j.plan.Caps.FirstWeek, j.plan.Caps.AnyWeek
	}
	return l
}

// outcome takes the answer to an order.
func (j *run) outcome(o TouchOutcome) {
	t, st := j.planned(o.Touch), j.s.touch(o.Touch)
	if !st.busy() {
		return
	}
	switch o.Outcome.Kind {
	case onboarding.OutcomeSent:
		if len(o.Outcome.Sent) > 0 {
			st.To = o.Outcome.Sent
		}
		j.settleSent(&t, st, o.Outcome.Subject)
	case onboarding.OutcomeDropped:
		j.drop(&t, o.Outcome.Reason)
		if o.Outcome.Task != "" {
			j.raise(t.ID, onboarding.AudienceOwner, o.Outcome.Task)
		}
	case onboarding.OutcomeDeferred:
		j.putOff(&t, st, o.Outcome)
	case onboarding.OutcomeUnknown:
		st.Status, st.AskAt = touchUnknown, st.At.Add(askAfter[min(st.Asked, len(askAfter)-1)])
		st.Subject = or(o.Outcome.Subject, st.Subject)
		j.s.put(st)
	}
}

// leastDelay is by how much an order is put off at the least: one that is put off until a past instant would be repeated
// at once, for ever.
const leastDelay = time.Minute

// putOff lets an order go later, and says so once for each reason.
func (j *run) putOff(t *onboarding.Touch, st TouchState, o onboarding.Outcome) {
	st.Status, st.NotBefore = "", wholeSecond(o.Until)
	if soon := j.s.Now.Add(leastDelay); st.NotBefore.Before(soon) {
		st.NotBefore = soon
	}
	if t.Window != nil && j.unplanned(t) { // a planned one finds its hours when it is placed
		st.NotBefore, _ = j.fitInstant(t, st.NotBefore)
	}
	if isNotice(t.ID) {
		j.s.put(st)
		return
	}
	if st.Reason != o.Reason {
		st.Reason = o.Reason
		j.emit(j.touchEntry(t, onboarding.EntryTouchHeld, o.Reason))
	}
	j.askApproval(t, &st)
	j.s.put(st)
}

// settleSent ends a touch that went.
func (j *run) settleSent(t *onboarding.Touch, st TouchState, subject string) {
	if isNotice(t.ID) {
		j.settleNotice(st)
		return
	}
	e := j.touchEntry(t, onboarding.EntryTouchSent, "")
	if t.Anchor == onboarding.AnchorCase {
		e.Kind = onboarding.EntryAnswerSent
		_, e.Case, _ = strings.Cut(t.ID, "/")
	}
	e.Subject = subject
	if len(st.To) > 0 {
		e.To = st.To[0]
	}
	j.emit(e)
	j.tell(st.Case)
	sent := TouchState{ID: t.ID, Status: touchSent, At: st.At}
	if t.TaskAfter != "" {
		w := &j.s.Calendar.Owner
		sent.FollowAt, _ = w.At(w.AddWorking(w.Date(j.s.Now), max(t.TaskAfterDays, 1)), w.Open)
	}
	j.s.put(sent)
	switch {
	case t.Channel == onboarding.ChannelTask:
		j.raise(t.ID, t.Audience, or(t.Task, t.Purpose))
	case t.Task != "":
		j.raise(t.ID, onboarding.AudienceOwner, t.Task)
	}
	j.peerSettled(t, st)
	if t.Anchor == onboarding.AnchorContract && t.Audience == onboarding.AudienceSales {
		j.emit(onboarding.Entry{Kind: onboarding.EntryHandoffRequested, Touch: t.ID, To: e.To})
		if h := &j.s.Handoff; !h.Closed && h.AcceptAt.IsZero() {
			h.AskedAt = j.s.Now
		}
	}
	if t.From == onboarding.AudienceSales && (st.Variant == variantFallback || !j.s.Handoff.AcceptAt.IsZero() && j.s.Handoff.Rung > 0) {
		j.handoffFallback()
	}
	if m, ok := j.plan.Touch(t.Merges); ok && st.Variant == variantMerged {
		if other := j.s.touch(m.ID); !other.settled() && !other.busy() {
			j.drop(&m, reasonMerged)
		}
	}
}

// ask asks the provider about an unknown send.
func (j *run) ask(st TouchState) {
	st.Status, st.AskAt = touchAsking, time.Time{}
	st.Asked++
	j.s.put(st)
	j.step.Asks = append(j.step.Asks, Ask{Touch: st.ID, Input: onboarding.ReconcileInput{
		Key:     onboarding.TouchKey(j.s.contract().ID, j.s.Start.Run, st.ID),
		Channel: j.planned(st.ID).Channel, Last: st.Asked >= len(askAfter)}})
}

// found takes the provider's answer; when nobody can tell, the touch's own rule decides.
func (j *run) found(f TouchFound) {
	t, st := j.planned(f.Touch), j.s.touch(f.Touch)
	if st.Status != touchAsking {
		return
	}
	switch {
	case f.Found == onboarding.FoundAccepted:
		j.settleSent(&t, st, st.Subject)
	case f.Found == onboarding.FoundNot:
		j.again(&t, st)
	case st.Asked < len(askAfter):
		st.Status, st.AskAt = touchUnknown, st.At.Add(askAfter[st.Asked])
		j.s.put(st)
	case t.OnUnknown == onboarding.ResendOnUnknown && st.Asked == len(askAfter):
		st.Asked++
		j.again(&t, st)
	default:
		j.drop(&t, reasonUnknown)
		if t.OnUnknown != onboarding.SkipOnUnknown {
			j.raise(t.ID, onboarding.AudienceOwner, "send_unknown")
		}
	}
}

// again orders a mail that the provider does not have. A confirmation goes at once; any other finds its time anew, since
// its window may have closed in the meantime.
func (j *run) again(t *onboarding.Touch, st TouchState) {
	st.Status, st.Reason, st.Resend, st.NotBefore = "", "", true, j.s.Now
	j.s.put(st)
}

// follow raises the task that follows a mail nobody reacted to, or ends the wait for an approval.
func (j *run) follow(st TouchState) {
	t := j.planned(st.ID)
	if st.Status == touchHeld {
		j.drop(&t, "not_approved")
		return
	}
	st.FollowAt = time.Time{}
	j.s.put(st)
	if t.TaskAfter != "" && (t.StopOn == "" || !j.fact(t.StopOn)) {
		j.raise(t.ID, onboarding.AudienceOwner, t.TaskAfter)
	}
}

// deadlineInPause gives the owner what a paused engine does not say to the customer.
func (j *run) deadlineInPause(t *onboarding.Touch) {
	if reason := j.unwanted(t); reason != "" {
		j.drop(t, reason)
		return
	}
	j.drop(t, reasonPaused)
	j.raise(t.ID, onboarding.AudienceOwner, "deadline_in_pause")
}

// deadlineInReview gives the owner what nobody approved in time, while there is still time to say it by hand.
func (j *run) deadlineInReview(p *placed) {
	if reason := j.unwanted(p.touch); reason != "" {
		j.drop(p.touch, reason)
		return
	}
	j.expire(p)
	j.raise(p.touch.ID, onboarding.AudienceOwner, "deadline_in_review")
}

// stops drops the touches whose reason to be is gone with an event.
func (j *run) stops(k onboarding.EventKind) {
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		st := j.s.touch(t.ID)
		switch {
		case st.settled() || st.busy():
		case t.StopOn != "" && j.fact(t.StopOn):
			j.drop(t, string(t.StopOn))
		case t.DoneBy == k && k != "":
			j.drop(t, "done: "+string(t.DoneBy))
		}
	}
}
