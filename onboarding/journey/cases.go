package journey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// keptCases is how many resolved cases a state remembers.
const keptCases = 5

// Case is remorse that a person must look at.
type Case struct {
	ID       string                `json:"id"`
	Status   onboarding.CaseStatus `json:"status"`
	OpenedAt time.Time             `json:"opened_at"`
	Hard     bool                  `json:"hard,omitempty"`
	Doubt    onboarding.Doubt      `json:"doubt,omitempty"`
	Sure     bool                  `json:"sure,omitempty"` // of the doubt
	Picked   bool                  `json:"picked,omitempty"`
	Signals  []string              `json:"signals"`
	// Since is when the ladder began: the first alert in the hours of the Actor, who must act. Rung counts the rungs climbed.
	Since time.Time           `json:"since"`
	Actor onboarding.Audience `json:"actor"`
	Rung  int                 `json:"rung,omitempty"`
	// BackAt is when it comes back: a snooze is over, or nothing was done.
	BackAt time.Time `json:"back_at,omitzero"`
	// Waiting are alerts that wait for somebody's hours.
	Waiting []waitingAlert `json:"waiting,omitempty"`
	// Posted are the messages that stand, which changes rewrite; Sent counts all orders, for their keys.
	Posted  []postedAlert `json:"posted,omitempty"`
	Sent    int           `json:"sent,omitempty"`
	By      string        `json:"by,omitempty"`
	Answers []string      `json:"answers,omitempty"` // sent
	Closed  time.Time     `json:"closed,omitzero"`
	Outcome string        `json:"outcome,omitempty"`
}

type waitingAlert struct {
	At   time.Time             `json:"at"`
	To   onboarding.Audience   `json:"to"`
	Step onboarding.NoticeStep `json:"step"`
}

type postedAlert struct {
	To string `json:"to"` // a person's id
	N  int    `json:"n"`
	// Due is the step of a rewrite that is owed and was not ordered yet.
	Due onboarding.NoticeStep `json:"due,omitempty"`
}

func (c Case) clone() Case {
	c.Signals, c.Waiting, c.Posted, c.Answers = slices.Clone(c.Signals), slices.Clone(c.Waiting), slices.Clone(c.Posted), slices.Clone(c.Answers)
	return c
}

func (c *Case) open() bool { return c.Status != onboarding.CaseResolved }

// openCase is the newest open case; nil where there is none.
func (j *run) openCase() *Case {
	for i := len(j.s.Open) - 1; i >= 0; i-- {
		if c := &j.s.Open[i]; c.open() {
			return c
		}
	}
	return nil
}

// meantCase is the case that an event is about: the named one, or the newest open one.
func (j *run) meantCase(e onboarding.Event) *Case {
	if e.Case == "" {
		return j.openCase()
	}
	for i := range j.s.Open {
		if j.s.Open[i].ID == e.Case && j.s.Open[i].open() {
			return &j.s.Open[i]
		}
	}
	return nil
}

// caseFor opens a case where the evidence of this step calls for one, or joins it to the open one.
func (j *run) caseFor(w remorse.Weighed) {
	var bad []remorse.Evidence
	hard, sure := false, false
	for _, e := range j.fresh {
		s, _ := j.plan.Remorse.Signal(e.Signal)
		if s.Weight <= 0 && !s.Hard {
			continue
		}
		bad = append(bad, e)
		hard = hard || s.Hard
		sure = sure || s.Doubtful && e.Share >= j.plan.Remorse.Sure
	}
	if len(bad) == 0 {
		if j.openCase() == nil && j.ripens(j.s.Now) {
			j.beginCase(false, w)
		}
		return
	}
	if c := j.openCase(); c != nil {
		j.joinCase(c, bad, hard, w)
		return
	}
	scored := j.scores(j.s.Now)
	switch {
	case !hard && !sure && j.s.Now.Before(j.talkQuiet()):
		j.s.Hushed = true // whoever spoke with them knows; if it still weighs when the quiet is over, it opens
	case hard, (scored || sure) && !j.joinedLately(j.s.Now):
		j.beginCase(hard, w)
	}
}

// scores reports whether the score opens a case at an instant: it is high enough, and not of one kind alone. What is left
// of things that were settled opens none.
func (j *run) scores(at time.Time) bool {
	live := slices.DeleteFunc(slices.Clone(j.s.Evidence), func(e remorse.Evidence) bool { return !e.Ended.IsZero() })
	w := remorse.Weigh(&j.plan.Remorse, live, at)
	return w.Score >= j.plan.Remorse.Case && w.Kinds >= j.plan.Remorse.Kinds
}

// unhush looks again at what came in the quiet after a talk.
func (j *run) unhush() {
	j.s.Hushed = false
	for _, e := range j.s.Evidence {
		if s, _ := j.plan.Remorse.Signal(e.Signal); e.At.After(j.s.TalkedAt) && s.Weight > 0 && e.Ended.IsZero() {
			j.fresh = append(j.fresh, e)
		}
	}
	j.judge()
}

// joinedLately reports whether the customer was taken over a moment before: what is heard then is mostly old.
func (j *run) joinedLately(at time.Time) bool {
	joined := j.s.Start.Joined
	return !joined.IsZero() && at.Before(joined.AddDate(0, 0, j.plan.Remorse.JoinQuietDays))
}

// beginCase opens a case, or opens again the one that was resolved a moment ago.
func (j *run) beginCase(hard bool, w remorse.Weighed) {
	reason, again := or(names(j.fresh), strings.Join(w.Reasons, ", ")), false
	if n := len(j.s.Open); n > 0 && j.s.Now.Before(j.s.Open[n-1].Closed.AddDate(0, 0, j.plan.Remorse.ReopenDays)) {
		last := &j.s.Open[n-1]
		last.Status, last.Closed, last.Outcome, last.Hard, again = onboarding.CaseOpen, time.Time{}, "", hard, true
	} else {
		j.s.CaseCount++
		if n >= keptCases {
			j.s.Open = slices.Clone(j.s.Open[1:])
		}
		j.s.Open = append(j.s.Open, Case{ID: fmt.Sprintf("case-%d", j.s.CaseCount), Status: onboarding.CaseOpen, Hard: hard})
	}
	c := &j.s.Open[len(j.s.Open)-1]
	c.OpenedAt, c.BackAt, c.Waiting, j.s.Hushed = j.s.Now, time.Time{}, nil, false
	c.Signals = addNames(nil, w.Reasons, j.fresh)
	j.doubtOf(c, w)
	if again {
		reason = "reopened: " + reason
	}
	j.emit(onboarding.Entry{Kind: onboarding.EntryCaseOpened, Case: c.ID, Doubt: c.Doubt, Score: &w.Score, Reason: reason})
	j.wake(c, onboarding.StepOpened)
	j.answerByItself(c)
}

func addNames(names, reasons []string, fresh []remorse.Evidence) []string {
	for _, r := range reasons {
		if !slices.Contains(names, r) {
			names = append(names, r)
		}
	}
	for _, e := range fresh {
		if !slices.Contains(names, e.Signal) {
			names = append(names, e.Signal)
		}
	}
	return names
}

// doubtOf notes which doubt a case is about: that of the evidence; where none was voiced, what the customer worried
// about before they signed, which is never sure.
func (j *run) doubtOf(c *Case, w remorse.Weighed) {
	if c.Picked {
		return
	}
	c.Doubt, c.Sure = cmp.Or(w.Doubt, j.worry()), w.Sure
}

// joinCase adds evidence to the open case. What is hard ends a snooze; hard evidence of a new kind wakes again whoever has
// the case.
func (j *run) joinCase(c *Case, bad []remorse.Evidence, hard bool, w remorse.Weighed) {
	graver := hard && slices.ContainsFunc(bad, j.newHarm)
	c.Signals = addNames(c.Signals, nil, bad)
	j.doubtOf(c, w)
	if graver || hard && c.Status == onboarding.CaseSnoozed {
		c.Hard, c.Status, c.BackAt = true, onboarding.CaseOpen, time.Time{}
		j.wake(c, onboarding.StepWorse)
		return
	}
	if hard {
		j.rewrite(c, onboarding.StepGrave)
		return
	}
	j.rewrite(c, onboarding.StepEvidence)
}

// newHarm reports whether evidence of this step is hard and nothing of its kind was going on before.
func (j *run) newHarm(e remorse.Evidence) bool {
	s, _ := j.plan.Remorse.Signal(e.Signal)
	before := slices.ContainsFunc(j.s.Evidence, func(x remorse.Evidence) bool {
		return x.Signal == e.Signal && x.Ended.IsZero() && x.At.Before(j.s.Now)
	})
	return s.Hard && !before
}

// wake begins the ladder of a case: who must act hears of it in their hours; what is hard at once, whoever is on duty,
// and who must act again when their day starts.
func (j *run) wake(c *Case, step onboarding.NoticeStep) {
	c.Actor, c.Rung = j.actor(), 0
	c.Since = j.hoursOf(c.Actor).NextOpen(j.s.Now)
	own := step
	if i := slices.IndexFunc(c.Waiting, func(w waitingAlert) bool { return w.To == c.Actor }); i >= 0 { // one message tells all that came meanwhile
		own = c.Waiting[i].Step
		c.Waiting = slices.DeleteFunc(slices.Clone(c.Waiting), func(w waitingAlert) bool { return w.To == c.Actor })
	}
	c.Waiting = append(c.Waiting, waitingAlert{c.Since, c.Actor, own})
	if !c.Hard || step == onboarding.StepBack || !c.Since.After(j.s.Now) {
		return
	}
	if duty := j.onDuty(c.Actor); j.personOf(duty) != j.personOf(c.Actor) {
		c.Waiting = append(c.Waiting, waitingAlert{j.s.Now, duty, step})
	} else { // there is nobody else
		c.Waiting[len(c.Waiting)-1].At = j.s.Now
	}
}

// actor is who must act for the owner: the owner, on leave the backup, without one or with one on leave too the manager.
func (j *run) actor() onboarding.Audience { return j.actorAt(j.s.Now) }

func (j *run) actorAt(at time.Time) onboarding.Audience {
	switch {
	case !onLeave(&j.s.Calendar.Owner, at):
		return onboarding.AudienceOwner
	case j.backupAt(at):
		return onboarding.AudienceBackup
	}
	return onboarding.AudienceManager
}

// onLeave reports whether somebody is on leave on the day of an instant, or on a day before they work again.
func onLeave(w *onboarding.Windows, at time.Time) bool {
	_, on := leaveDay(w, w.Date(at), w.Date(w.NextOpen(at)))
	return on
}

// leaveDay is somebody's first day of leave between two days, both included.
func leaveDay(w *onboarding.Windows, d, last onboarding.Date) (onboarding.Date, bool) {
	for ; !last.Before(d); d = d.AddDays(1) {
		if w.Kind(d) == onboarding.DayLeave {
			return d, true
		}
	}
	return d, false
}

// backupAt reports whether the owner has a backup who is not on leave.
func (j *run) backupAt(at time.Time) bool {
	return j.s.Calendar.BackupID != "" && !onLeave(&j.s.Calendar.Backup, at)
}

// stoodIn reports whether a day is one of the owner's leave on which somebody acts for them.
func (j *run) stoodIn(d onboarding.Date) bool {
	return j.s.Calendar.Owner.Kind(d) == onboarding.DayLeave && (j.s.Calendar.BackupID != "" || j.s.contract().Manager != nil)
}

// acting is who acts in a role: for an owner on leave who must act for them, for any other role whoever is in it.
func (j *run) acting(a onboarding.Audience) onboarding.Audience {
	if a == onboarding.AudienceOwner {
		return j.actor()
	}
	return a
}

// onDuty is who is there now: who must act, their backup, or else the manager at any hour.
func (j *run) onDuty(actor onboarding.Audience) onboarding.Audience {
	for _, a := range []onboarding.Audience{actor, onboarding.AudienceBackup} {
		if a == onboarding.AudienceBackup && j.s.Calendar.BackupID == "" {
			continue
		}
		if j.hoursOf(a).NextOpen(j.s.Now).Equal(j.s.Now) {
			return a
		}
	}
	return onboarding.AudienceManager
}

// worked is when one of ours has worked that many minutes from an instant on.
func (j *run) worked(a onboarding.Audience, from time.Time, minutes int) time.Time {
	return j.hoursOf(a).AddHours(from, float64(minutes)/60)
}

// workedForOwner is when the owner has worked that many minutes from an instant on, or, if they go on leave meanwhile, who
// stands in. It does not depend on who is there now.
func (j *run) workedForOwner(from time.Time, minutes int) time.Time {
	w, due := &j.s.Calendar.Owner, j.worked(onboarding.AudienceOwner, from, minutes)
	if d, ok := leaveDay(w, w.Date(from), w.Date(due)); ok {
		away, _ := w.At(d, 0)
		return j.worked(j.actorAt(away), from, minutes)
	}
	return due
}

// hoursOf are the working hours of one of ours.
func (j *run) hoursOf(a onboarding.Audience) *onboarding.Windows {
	c := &j.s.Calendar
	switch {
	case a == onboarding.AudienceSales:
		return &c.Sales
	case a == onboarding.AudienceManager, a == onboarding.AudienceLead, a == onboarding.AudienceOps:
		return &c.Manager
	case a == onboarding.AudienceBackup && c.BackupID != "":
		return &c.Backup
	}
	return &c.Owner
}

// rung is a step of the ladder.
type rung struct {
	minutes int
	to      onboarding.Audience
}

func (j *run) ladder(c *Case) []rung {
	l := j.plan.Clocks.Scored
	if c.Hard {
		l = j.plan.Clocks.Hard
	}
	return []rung{{l.Reminder, c.Actor}, {l.Backup, onboarding.AudienceBackup}, {l.Manager, onboarding.AudienceManager}, {l.Ops, onboarding.AudienceOps}}
}

// caseItems are what is due about the open cases.
func (j *run) caseItems(add func(time.Time, int, func())) {
	if at := j.s.ReviewAt; !at.IsZero() {
		add(at, rankWatch, j.judge)
	}
	if j.s.Hushed {
		add(j.talkQuiet(), rankWatch, j.unhush)
	}
	for i := range j.s.Open {
		c := &j.s.Open[i]
		if !c.open() {
			continue
		}
		if at, ok := j.leaveStarts(c); ok {
			add(at, rankAlert, func() { j.handOver(c) })
		}
		for n, w := range c.Waiting {
			add(w.At, rankAlert, func() {
				c.Waiting = slices.Delete(slices.Clone(c.Waiting), n, n+1)
				j.alert(c, w.To, w.Step)
			})
		}
		if !c.BackAt.IsZero() {
			add(c.BackAt, rankAlert, func() { j.back(c) })
		}
		if ladder := j.ladder(c); c.Status == onboarding.CaseOpen && c.Rung < len(ladder) {
			add(j.worked(c.Actor, c.Since, ladder[c.Rung].minutes), rankAlert, func() { j.climb(c, ladder[c.Rung]) })
		}
	}
}

// leaveStarts is when the owner or backup who has a case goes on leave; not ok where the manager has it, or it rests.
func (j *run) leaveStarts(c *Case) (time.Time, bool) {
	if c.Actor != onboarding.AudienceOwner && c.Actor != onboarding.AudienceBackup || c.Status == onboarding.CaseSnoozed {
		return time.Time{}, false
	}
	w := j.hoursOf(c.Actor)
	d, ok := leaveDay(w, w.Date(j.s.Now), w.End().AddDays(-1))
	if !ok {
		return time.Time{}, false
	}
	at, _ := w.At(d, 0)
	return at, true
}

// handOver gives a case whose owner goes on leave to who stands in for them.
func (j *run) handOver(c *Case) {
	c.Status, c.BackAt, c.Waiting = onboarding.CaseOpen, time.Time{}, nil
	j.wake(c, onboarding.StepBack)
}

// climb tells the next one that nobody acknowledged a case.
func (j *run) climb(c *Case, r rung) {
	if c.Rung++; c.Rung == len(j.ladder(c)) {
		c.BackAt = j.backAt(c, doneFor) // nobody at all: it comes back
	}
	switch {
	case r.minutes == 0: // this playbook leaves the rung out
	case r.to == c.Actor && c.Rung == 1:
		j.alert(c, c.Actor, onboarding.StepReminder)
	case j.personOf(r.to) == j.personOf(c.Actor), r.to == onboarding.AudienceBackup && !j.backupAt(j.s.Now):
	default:
		j.emit(onboarding.Entry{Kind: onboarding.EntryCaseEscalated, Case: c.ID, To: j.personOf(r.to), Audience: r.to, Reason: "not_acknowledged"})
		if r.to != onboarding.AudienceOps || c.Hard {
			j.alert(c, r.to, onboarding.StepEscalated)
		}
	}
}

// back opens a case again whose snooze is over, or about which nothing was done. One whose evidence has faded meanwhile
// closes: the manager hears that nobody resolved it.
func (j *run) back(c *Case) {
	if w := remorse.Weigh(&j.plan.Remorse, j.s.Evidence, j.s.Now); !w.Hard && w.Score < j.plan.Remorse.Green {
		j.raise("", onboarding.AudienceManager, "case_faded: "+c.ID)
		j.closeCase(c, "", "faded")
		j.judge()
		return
	}
	c.Status, c.BackAt = onboarding.CaseOpen, time.Time{}
	j.wake(c, onboarding.StepBack)
}

// caseEvent carries out what somebody did about a case.
func (j *run) caseEvent(e onboarding.Event) {
	c := j.meantCase(e)
	if c == nil {
		return
	}
	switch e.Kind {
	case onboarding.EventAcknowledged:
		j.acknowledgeCase(c, e)
	case onboarding.EventSnoozed:
		c.Status, c.By, c.Waiting = onboarding.CaseSnoozed, e.By, nil
		c.BackAt = j.snoozeEnd(e.Until, c)
		j.rewrite(c, onboarding.StepChanged)
	case onboarding.EventFalseAlarm:
		j.falseAlarm(c, e)
	case onboarding.EventResolved:
		j.resolve(c, e)
	case onboarding.EventAnswered, onboarding.EventContacted:
		if j.when(e).Before(c.OpenedAt) {
			return
		}
		if c.Status == onboarding.CaseOpen { // who speaks with them has taken it
			j.acknowledgeCase(c, onboarding.Event{By: e.By})
		}
		j.acted(c)
	case onboarding.EventMishapSolved, onboarding.EventCommitmentMade:
		j.acted(c)
	}
}

func (j *run) acknowledgeCase(c *Case, e onboarding.Event) {
	c.By = or(e.By, j.personOf(c.Actor))
	if d := onboarding.Doubt(e.Value); slices.Contains(onboarding.Doubts, d) {
		c.Doubt, c.Sure, c.Picked = d, true, true
	}
	j.forgetWaiting(c.ID)
	if c.Status != onboarding.CaseAcknowledged {
		j.emit(onboarding.Entry{Kind: onboarding.EntryCaseAcknowledged, Case: c.ID, To: c.By, Doubt: c.Doubt})
		c.BackAt = j.backAt(c, 1)
	}
	c.Status, c.Waiting = onboarding.CaseAcknowledged, nil
	j.rewrite(c, onboarding.StepChanged)
}

// backAt is when a case comes back that somebody has taken and not resolved, some times the ladder's patience on.
func (j *run) backAt(c *Case, times int) time.Time {
	back := j.plan.Clocks.Scored.Back
	if c.Hard {
		back = j.plan.Clocks.Hard.Back
	}
	if back == 0 {
		return time.Time{}
	}
	return j.worked(c.Actor, j.s.Now, times*back)
}

// doneFor is how many times the patience a case rests after something was done about it, or the ladder ended.
const doneFor = 5

// acted notes that somebody did something about a case that was acknowledged.
func (j *run) acted(c *Case) {
	if c.Status == onboarding.CaseAcknowledged {
		c.BackAt = j.backAt(c, doneFor)
	}
}

// snoozeEnd is until when a case rests: the named day or instant, else the next morning of who must act.
func (j *run) snoozeEnd(until string, c *Case) time.Time {
	w := j.hoursOf(c.Actor)
	if _, at, _, ok := j.namedDay(until); ok && at.After(j.s.Now) {
		return w.NextOpen(at)
	}
	at, _ := w.At(w.AddWorking(w.Date(j.s.Now), 1), w.Open)
	return at
}

// falseAlarm closes a case whose evidence means nothing, and mutes its kinds for this customer.
func (j *run) falseAlarm(c *Case, e onboarding.Event) {
	until := j.s.Now.AddDate(0, 0, j.plan.Remorse.FalseAlarmDays)
	for _, id := range c.Signals {
		s, _ := j.plan.Remorse.Signal(id)
		j.s.Evidence = slices.DeleteFunc(j.s.Evidence, func(x remorse.Evidence) bool { return x.Signal == id })
		if !s.Hard {
			j.s.Mutes = slices.DeleteFunc(j.s.Mutes, func(m mute) bool { return m.Signal == id || !j.s.Now.Before(m.Until) })
			j.s.Mutes = append(j.s.Mutes, mute{id, until})
		}
	}
	j.askedNothing(c, j.when(e))
	j.nothingWrong(c)
	reason := string(onboarding.EventFalseAlarm)
	if e.Reason != "" {
		reason += ": " + e.Reason
	}
	j.closeCase(c, e.By, reason)
}

// nothingWrong ends the troubles and the stage that a false alarm brought.
func (j *run) nothingWrong(c *Case) {
	for _, id := range c.Signals {
		if s, ok := j.plan.Remorse.Signal(id); ok && len(s.On) > 0 {
			j.calm(s.On...)
		}
	}
	if j.inTrouble() && len(j.s.Troubles) == 0 {
		j.stageBack()
	}
}

// resolve closes a case with its outcome and ends its evidence; what has a tail goes on weighing a little, and silence
// lasts until it ends.
func (j *run) resolve(c *Case, e onboarding.Event) {
	for _, id := range c.Signals {
		if s, _ := j.plan.Remorse.Signal(id); s.Watch == nil {
			j.endEvidence(id)
		}
	}
	j.s.Gone = e.Outcome == "refunded" || e.Outcome == "left"
	j.closeCase(c, e.By, or(e.Outcome, "resolved"))
}

// ofLeaving reports whether a case is about a customer who said that they want to go.
func (j *run) ofLeaving(c *Case) bool {
	return slices.ContainsFunc(c.Signals, func(id string) bool {
		s, _ := j.plan.Remorse.Signal(id)
		return slices.ContainsFunc(s.On, toLeave)
	})
}

func (j *run) closeCase(c *Case, by, reason string) {
	c.Status, c.Closed, c.Outcome, c.By = onboarding.CaseResolved, j.s.Now, reason, or(by, or(c.By, j.personOf(c.Actor)))
	c.BackAt, c.Waiting = time.Time{}, nil
	j.forgetWaiting(c.ID)
	if !j.s.Gone && (!j.s.RepayBy.IsZero() || j.ofLeaving(c)) { // they stay: another declaration is another one
		j.s.RepayBy, j.s.Stayed = onboarding.Date{}, j.s.Stayed+1
	}
	entry := onboarding.Entry{Kind: onboarding.EntryCaseResolved, Case: c.ID, Doubt: c.Doubt, To: c.By, Reason: reason}
	if n := len(c.Answers); n > 0 {
		entry.Touch = base(c.Answers[n-1]) // did it help?
	}
	j.emit(entry)
	if j.openCase() == nil && len(j.s.Troubles) == 0 {
		j.s.CalmSince = j.s.Now
	}
	j.rewrite(c, onboarding.StepChanged)
}
