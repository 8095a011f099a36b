package journey

import (
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// item is one thing to do at an instant; of several at one instant the lowest rank goes first.
type item struct {
	at   time.Time
	rank int
	act  func()
}

// The ranks of what falls on one instant. At the run's end nothing else goes any more.
const (
	rankEnd = iota
	rankResume
	rankStage
	rankAsk
	rankFollow
	rankWatch
	rankAlert
	rankPhase
	rankTouch
	rankCalendar
)

// mostAtOnce is how many things one message may set off; more can only be a fault of the core that would never end.
const mostAtOnce = 500

// advance does all that is due now, the earliest first, and notes what comes next.
func (j *run) advance() {
	d := desks.Get().(*desk)
	defer desks.Put(d)
	for range mostAtOnce {
		if j.s.Ended != nil {
			j.s.Due = time.Time{}
			return
		}
		n := j.next(d)
		if n.at.After(j.s.Now) {
			j.s.Due = wholeSecond(n.at)
			return
		}
		j.idle = false
		n.act()
	}
	panic(fmt.Sprintf("journey: %s does not come to rest at %s", j.s.contract().ID, j.s.Now.Format(time.RFC3339)))
}

// next is the earliest thing to do. There is always one, the end at the latest. It holds until the desk is used again.
func (j *run) next(d *desk) item {
	first := item{j.endsAt(), rankEnd, j.endOfRun}
	add := func(at time.Time, rank int, act func()) {
		if at.Before(first.at) || at.Equal(first.at) && rank < first.rank {
			first = item{at, rank, act}
		}
	}
	if p := j.s.Pause; p != nil && !p.Until.IsZero() {
		add(p.Until, rankResume, j.resume)
	}
	if u := j.s.Until; !u.IsZero() {
		add(u, rankStage, j.stageBack)
	}
	for i := range j.s.Touches {
		j.stateItems(&j.s.Touches[i], add)
	}
	var sends []time.Time
	for _, p := range j.placeOn(d) {
		if at, act, ok := j.touchItem(p); ok {
			sends = append(sends, at)
			add(at, rankTouch, act)
		}
	}
	j.phaseItems(sends, add)
	j.watchItems(add)
	j.clockItems(add)
	j.commitmentItems(add)
	j.handoffItems(add)
	j.caseItems(add)
	j.peerItems(add)
	if !j.s.Replanning {
		add(j.calendarEnds(), rankCalendar, j.replan)
	}
	return first
}

// stateItems are what is due about a touch that something happened to: a question to the provider, a confirmation that
// was put off, the task that follows.
func (j *run) stateItems(st *TouchState, add func(time.Time, int, func())) {
	if st.Status == touchUnknown {
		add(st.AskAt, rankAsk, func() { j.ask(*st) })
	}
	if st.waits() {
		t := j.planned(st.ID)
		if paused := j.s.Pause != nil && counted(&t); !paused && (j.unplanned(&t) || isNotice(st.ID)) {
			add(st.NotBefore, rankTouch, func() { j.reconfirm(&t, *st) })
		}
	}
	if !st.FollowAt.IsZero() && j.s.Pause == nil {
		add(st.FollowAt, rankFollow, func() { j.follow(*st) })
	}
}

// touchItem is when something must be done about an open touch, and what.
func (j *run) touchItem(p *placed) (time.Time, func(), bool) {
	t := p.touch
	switch {
	case !p.ready:
		return time.Time{}, nil, false
	case j.s.Pause != nil && !p.hurried():
		at, inside := p.first, t.Deadline && (j.s.Pause.holds(p.wish.last) || j.pausedPast(p))
		return at, func() { j.deadlineInPause(t) }, inside
	}
	if end, ok := j.lastChance(p); ok && (p.held || !p.at.Before(end)) {
		if t.Deadline && p.unapproved() {
			return j.lastOpen(t, end), func() { j.deadlineInReview(p) }, true
		}
		return end, func() { j.expire(p) }, true
	}
	return p.at, func() { j.send(p) }, !p.held
}

// pausedPast reports whether a pause leaves a touch no hours before its deadline.
func (j *run) pausedPast(p *placed) bool {
	if j.s.Pause.Until.IsZero() || p.wish.last.IsZero() {
		return false
	}
	at, _ := j.fitInstant(p.touch, j.s.Pause.Until)
	return !at.Before(p.wish.last)
}

// lastChance is the instant from which a touch will not go any more: its expiry, or the date it should precede.
func (j *run) lastChance(p *placed) (end time.Time, ok bool) {
	if p.touch.Expiry > 0 && !p.hurried() {
		end = p.first.Add(p.touch.Expiry)
	}
	if last := p.wish.last; p.touch.Deadline && !last.IsZero() && (end.IsZero() || last.Before(end)) {
		end = last
	}
	return end, !end.IsZero()
}

// lastOpen is until when a touch could go before the end of its time: the close of its hours on the last day with any.
func (j *run) lastOpen(t *onboarding.Touch, end time.Time) time.Time {
	day := j.openDay(t, j.windows(t).Date(end), -1)
	opens, closes, _ := j.opening(t, day)
	if !opens.Before(end) {
		_, closes, _ = j.opening(t, j.openDay(t, day.AddDays(-1), -1))
	}
	if closes.Before(end) {
		return closes
	}
	return end
}
