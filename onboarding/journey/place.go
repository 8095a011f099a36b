package journey

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const week = 168 * time.Hour

// placed is an open touch with its date. Only a ready one goes when its time comes; the others are shown.
type placed struct {
	touch *onboarding.Touch
	state TouchState
	wish  wish
	first time.Time // where the calendar alone puts it: expiry and the late text count from it
	own   time.Time // first, or later where something delays it
	from  time.Time // own, or later where it follows another touch
	at    time.Time
	why   []onboarding.MoveReason // of first
	moved []onboarding.MoveReason // of at
	dated bool                    // what it counts from has happened
	ready bool                    // and what it needs
	held  bool                    // tact or approval holds it
	late  bool                    // it was due before the engine began or went on
	stays bool                    // a mail before a deadline that cannot go earlier: it goes as soon as it can, and others choose around it
}

// hurried reports whether ops want it at once.
func (p *placed) hurried() bool { return !p.state.HurriedAt.IsZero() }

// unapproved reports whether all it waits for is the owner's approval.
func (p *placed) unapproved() bool {
	return p.state.Reason == reasonApproval && !p.hurried()
}

// place dates every open touch: the promises. Each chooses its time among the mails that went or are in flight and
// those planned ones that chose before it, whether or not their milestones have come. Nothing here looks at the clock
// but for what is overdue, and which mails stay is decided only when something happens, so that a promise stands still
// while nothing does.
func (j *run) place() []*placed { return j.placeOn(new(desk)) }

func (j *run) placeOn(d *desk) []*placed {
	ps, mails := j.open(d)
	slices.SortStableFunc(ps, choosesFirst)
	for j.behind(ps); !j.choose(ps, d.again(mails)); j.behind(ps) {
		slices.SortStableFunc(ps, choosesFirst)
	}
	for _, p := range ps {
		if !j.idle && p.stays != p.state.Stays {
			p.state.Stays = p.stays
			j.s.put(p.state)
		}
	}
	return ps
}

// desk is room to place touches on: placing on it again overwrites what lay there.
type desk struct {
	all    []placed
	ps     []*placed
	mails  []time.Time
	chosen []time.Time // room for the mails that choose their time
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// again is a copy of the mails with room for all that may choose their time.
func (d *desk) again(mails []time.Time) []time.Time {
	d.chosen = append(slices.Grow(d.chosen[:0], len(mails)+len(d.ps)), mails...)
	return d.chosen
}

// open lists the open touches, and the mails that may have gone in order.
func (j *run) open(d *desk) (ps []*placed, mails []time.Time) {
	all := slices.Grow(d.all[:0], len(j.plan.Touches)) // does not grow further, so that the pointers hold
	ps, mails = d.ps[:0], d.mails[:0]
	quiet := j.quiet()
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		if j.unplanned(t) {
			mails = j.answered(t, mails)
			continue
		}
		st := j.s.touch(t.ID)
		if st.mayHaveGone() && counted(t) {
			mails = append(mails, st.At)
		}
		if !st.settled() && !st.busy() {
			all = append(all, j.openTouch(t, st, quiet))
			ps = append(ps, &all[len(all)-1])
		}
	}
	slices.SortFunc(mails, time.Time.Compare)
	d.all, d.ps, d.mails = all, ps, mails
	return ps, mails
}

// answered adds the mails of a touch that answers events or doubts: those that may have gone, and those that wait for
// their time.
func (j *run) answered(t *onboarding.Touch, mails []time.Time) []time.Time {
	for i := range j.s.Touches {
		st := &j.s.Touches[i]
		if !counted(t) || !strings.HasPrefix(st.ID, t.ID) || len(st.ID) > len(t.ID) && st.ID[len(t.ID)] != '/' {
			continue
		}
		switch {
		case st.waits():
			mails = append(mails, st.NotBefore)
		case st.mayHaveGone():
			mails = append(mails, st.At)
		}
	}
	return mails
}

// counted reports whether a touch is a mail that spacing and cap look at.
func counted(t *onboarding.Touch) bool {
	return t.Audience == onboarding.AudienceCustomer &&
		(t.Class == onboarding.ClassService || t.Class == onboarding.ClassRelationship)
}

// quiet is until when relationship mails wait after a talk or while the customer is away.
func (j *run) quiet() time.Time {
	quiet := j.talkQuiet()
	if j.s.AwayUntil.After(quiet) {
		return j.s.AwayUntil
	}
	return quiet
}

// openTouch is one open touch with all that does not depend on the others. A relationship mail waits for the end of the quiet.
func (j *run) openTouch(t *onboarding.Touch, st TouchState, quiet time.Time) placed {
	p := placed{touch: t, state: st, stays: j.idle && st.Stays}
	p.wish, p.dated, p.ready = j.wish(t)
	if st.ParkedTo.After(p.wish.at) {
		p.wish.become(st.ParkedTo, j.customer())
	}
	if p.hurried() {
		p.wish.become(st.HurriedAt, j.customer())
		p.dated, p.ready = true, true
	}
	if !p.dated {
		return p
	}
	p.held = st.Status == touchHeld && j.holdReason(t, st) != ""
	p.first, p.why = j.fit(t, p.wish)
	p.late = p.first.Before(j.s.Since)
	p.from = p.first
	if st.NotBefore.After(p.from) {
		p.from, _ = j.fitInstant(t, st.NotBefore)
	}
	if calm := j.s.CalmSince; t.CalmDays > 0 && !calm.IsZero() {
		day := j.customer().Date(calm).AddDays(t.CalmDays)
		if at, _ := j.fitDay(t, day, j.openDay(t, day, 1)); at.After(p.from) {
			p.from = at
		}
	}
	if t.Class == onboarding.ClassRelationship && quiet.After(p.from) && !p.hurried() {
		p.from, _ = j.fitInstant(t, quiet)
	}
	if j.s.Since.After(p.from) && j.free(&p) {
		p.from, _ = j.fitInstant(t, j.s.Since)
	}
	if before := j.s.touch(t.After); before.busy() && !p.hurried() {
		p.ready = false
	}
	p.own = p.from
	return p
}

// behind lets each touch that follows another choose its time behind that one. It comes to an end since a playbook has no
// touch that follows a follower.
func (j *run) behind(ps []*placed) {
	for i := 0; i < len(ps); i++ {
		p := ps[i]
		if p.touch.After == "" || p.hurried() {
			continue
		}
		if n := slices.IndexFunc(ps[i+1:], func(o *placed) bool { return o.touch.ID == p.touch.After }); n >= 0 {
			copy(ps[i:], ps[i+1:i+n+2])
			ps[i+n+1] = p
			i--
		}
	}
}

// inTurn moves a touch behind the one that goes before it, which has chosen, and lets it wait where that one waits. A
// mail that only the mode keeps waiting for approval does not: its follower is shown to the owner beside it.
func (j *run) inTurn(p *placed, ps []*placed) {
	p.from = p.own
	if p.touch.After == "" || p.hurried() || !p.dated {
		return
	}
	i := slices.IndexFunc(ps, func(o *placed) bool { return o.touch.ID == p.touch.After })
	if i < 0 {
		return
	}
	o := ps[i]
	switch {
	case o.unapproved() && !o.touch.Approval:
	case !o.dated || !o.ready || o.held || o.unapproved():
		p.ready = false
	case o.at.After(p.from):
		p.from, _ = j.fitInstant(p.touch, o.at)
	}
}

// become makes a wish an instant.
func (w *wish) become(at time.Time, customer *onboarding.Windows) {
	w.at, w.date, w.atOnce = at, customer.Date(at), true
}

// free reports whether nothing but time keeps a touch from going.
func (j *run) free(p *placed) bool {
	return p.ready && !p.held && (j.s.Pause == nil || p.hurried())
}

// choosesFirst is the order in which touches choose their time: what ops hurried, service before relationship, the
// welcome, the newest of what was due before the engine began or went on (so that a late customer gets what matters
// today and no burst), then the earlier anchor, then the id.
func choosesFirst(a, b *placed) int {
	before := func(x, y bool) int {
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	}
	order := cmp.Or(
		before(a.dated, b.dated),
		before(a.hurried(), b.hurried()),
		before(a.touch.Class != onboarding.ClassRelationship, b.touch.Class != onboarding.ClassRelationship),
		before(a.touch.AnyDay, b.touch.AnyDay),
		before(a.stays, b.stays),
		before(a.late, b.late))
	if order == 0 && a.late {
		order = b.first.Compare(a.first)
	}
	return cmp.Or(order, a.wish.anchor.Compare(b.wish.anchor), strings.Compare(a.touch.ID, b.touch.ID))
}

// choose lets each touch choose its time in turn; mails are those that stand. It reports false where they must choose
// again because of a mail before a deadline.
func (j *run) choose(ps []*placed, mails []time.Time) bool {
	for _, p := range ps {
		j.inTurn(p, ps)
		switch {
		case !p.dated:
		case !counted(p.touch):
			p.at, p.moved = p.from, p.why
			if floor := j.floor(p); p.at.Before(floor) {
				p.at, _ = j.fitAgain(p.touch, floor)
			}
		case !j.placeMail(p, mails):
			p.stays = true
			return false // never while idle
		case !p.held && !p.unapproved() && !j.moot(p.touch): // what may wait for weeks keeps no other waiting
			at, _ := slices.BinarySearchFunc(mails, p.at, time.Time.Compare)
			mails = slices.Insert(mails, at, p.at)
		}
	}
	return true
}

// floor is the instant before which a touch cannot go any more: now, or the end of a pause. A touch that waits for
// something else stands where it was due.
func (j *run) floor(p *placed) time.Time {
	switch {
	case j.free(p):
		return j.s.Now
	case p.ready && !p.held:
		return j.s.Pause.Until
	}
	return time.Time{}
}

// placeMail finds the time of a mail among the mails that stand. It reports false where a mail before a deadline can go
// neither at its own time nor earlier.
func (j *run) placeMail(p *placed, mails []time.Time) bool {
	t, floor := p.touch, j.floor(p)
	if t.Deadline && !p.stays {
		at, why, ok := j.earlier(p, floor, mails)
		if p.at, p.moved = at, addReasons(slices.Clone(p.why), why); ok || !j.idle {
			return ok
		}
	}
	at, why := j.later(t, p.from, mails)
	if at.Before(floor) {
		again, _ := j.fitAgain(t, floor)
		at, _ = j.later(t, again, mails)
	}
	p.at, p.moved = at, addReasons(slices.Clone(p.why), why)
	return true
}

// earlier finds the last free time of a mail before a deadline that is not after its own.
func (j *run) earlier(p *placed, floor time.Time, mails []time.Time) (time.Time, []onboarding.MoveReason, bool) {
	var moved []onboarding.MoveReason
	if signed := j.s.contract().SignedAt; floor.Before(signed) {
		floor = signed
	}
	if floor.Before(p.state.NotBefore) {
		floor = p.state.NotBefore
	}
	for at := p.from; p.from.Equal(p.first) && !at.Before(floor); {
		why := j.clash(p.touch, at, mails)
		if why == "" {
			return at, moved, true
		}
		day := j.customer().Date(at).AddDays(-1)
		free := j.openDay(p.touch, day, -1)
		moved = addReasons(addReasons(moved, []onboarding.MoveReason{why}), reasonsOf(j.customer(), day, free))
		at, _ = j.morning(p.touch, free)
	}
	return time.Time{}, nil, false
}

// later moves a mail to the next free time, from the given one on. It comes to an end: a week after the last mail
// nothing clashes.
func (j *run) later(t *onboarding.Touch, at time.Time, mails []time.Time) (time.Time, []onboarding.MoveReason) {
	var moved []onboarding.MoveReason
	for {
		why := j.clash(t, at, mails)
		if why == "" {
			return at, moved
		}
		gap := week
		if why == onboarding.MovedSpacing {
			gap = j.spacing()
		}
		var more []onboarding.MoveReason
		at, more = j.fitAgain(t, nextChance(at, mails, gap))
		more = slices.DeleteFunc(more, func(r onboarding.MoveReason) bool { return r == onboarding.MovedQuietHours })
		moved = addReasons(moved, append([]onboarding.MoveReason{why}, more...))
	}
}

func (j *run) spacing() time.Duration { return time.Duration(j.plan.Caps.SpacingHours) * time.Hour }

// clash is why a mail may not go at this time; "" where it keeps spacing and, if it is a relationship mail, the cap.
func (j *run) clash(t *onboarding.Touch, at time.Time, mails []time.Time) onboarding.MoveReason {
	for _, m := range mails {
		if at.Sub(m).Abs() < j.spacing() {
			return onboarding.MovedSpacing
		}
	}
	if t.Class == onboarding.ClassRelationship && !j.underCap(at, mails) {
		return onboarding.MovedCap
	}
	return ""
}

// underCap looks at every 168-hour window that holds the mail: one that begins at the signature may hold the first
// week's number, one that reaches past day 7 the smaller one. It is enough to look at windows that begin with a mail.
func (j *run) underCap(at time.Time, mails []time.Time) bool {
	near := mails
	for len(near) > 0 && at.Sub(near[0]) >= week {
		near = near[1:]
	}
	for len(near) > 0 && near[len(near)-1].Sub(at) >= week {
		near = near[:len(near)-1]
	}
	fits := func(from time.Time) bool {
		n, most, end := 1, j.plan.Caps.AnyWeek, from.Add(week)
		if !from.After(j.s.contract().SignedAt) {
			most = j.plan.Caps.FirstWeek
		}
		for _, m := range near {
			if !m.Before(from) && m.Before(end) {
				n++
			}
		}
		return n <= most
	}
	for _, m := range near {
		if !m.After(at) && !fits(m) {
			return false
		}
	}
	return fits(at)
}

// nextChance is the next time at which a clash may be over: the given gap after one of the mails.
func nextChance(at time.Time, mails []time.Time, gap time.Duration) time.Time {
	next := at.Add(week)
	for _, m := range mails {
		if c := m.Add(gap); c.After(at) && c.Before(next) {
			next = c
		}
	}
	return next
}
