package journey

import (
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// endOfDay is the minute after midnight at which a run's last day closes: that of the default window.
const endOfDay = 17*60 + 30

// endsAt is when the run ends: the close of day 100, or of day 130 while something is unfinished.
func (j *run) endsAt() time.Time {
	days := j.plan.Days
	if j.unfinished() {
		days = j.plan.MaxDays
	}
	signed := j.s.contract().SignedAt
	day := j.shifted(j.customer().Date(signed), signed).AddDays(days)
	at, _ := j.customer().At(day, endOfDay)
	if at.Before(j.s.CalmSince) {
		return j.s.CalmSince
	}
	return at
}

// unfinished reports whether day 100 is not the end: something is wrong, or a pause moves the dates and nobody knows by
// how much.
func (j *run) unfinished() bool {
	p := j.s.Pause
	in := j.s.Introduction.Status
	return len(j.s.Troubles) > 0 || j.openCase() != nil || in == peerWanted || in == peerAgreed || p != nil && p.Shift && p.Until.IsZero()
}

// endOfRun ends the run by the calendar; what is still unfinished goes before the manager.
func (j *run) endOfRun() {
	for i := range j.plan.Touches {
		if t := &j.plan.Touches[i]; !j.s.touch(t.ID).settled() {
			j.beyondEnd(t)
		}
	}
	if j.unfinished() {
		j.raise("", onboarding.AudienceManager, "unfinished")
		j.end("unfinished")
		return
	}
	j.end("completed")
}

// end closes what is open and ends the run.
func (j *run) end(reason string) {
	j.closeIntroduction(reasonEnded)
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		st := j.s.touch(t.ID)
		if st.settled() || st.Status == touchSending || j.unplanned(t) && !st.busy() && !st.waits() {
			continue
		}
		j.drop(t, j.endReason(t, st))
	}
	for i := range j.s.Open {
		if c := &j.s.Open[i]; c.open() {
			j.closeCase(c, "", reasonEnded)
		}
	}
	for _, st := range slices.Clone(j.s.Touches) {
		if t := j.planned(st.ID); strings.Contains(st.ID, "/") && !st.settled() && st.Status != touchSending {
			j.drop(&t, j.endReason(&t, st))
		}
	}
	j.s.Ended = &Ending{At: j.s.Now, Reason: reason}
	j.emit(onboarding.Entry{Kind: onboarding.EntryEnded, Reason: reason})
}

// beyondEnd gives the owner what has a date after the end of the run.
func (j *run) beyondEnd(t *onboarding.Touch) {
	w, dated, ready := j.wish(t)
	if t.Deadline && toCustomer(t) && dated && ready && w.last.After(j.s.Now) && j.unwanted(t) == "" && !j.leaving() {
		j.raise(t.ID, onboarding.AudienceOwner, "deadline_after_end: "+j.customer().Date(w.last.Add(-time.Second)).String())
	}
}

// endReason is why a touch that is open at the end did not go.
func (j *run) endReason(t *onboarding.Touch, st TouchState) string {
	if st.busy() && st.Status != touchMatching {
		return reasonUnknown
	}
	if p := j.openTouch(t, st, j.quiet()); !p.ready && j.waitsFor(t) != "" {
		return reasonMilestone
	}
	if reason := j.unmet(t); reason != "" {
		return reason
	}
	return reasonEnded
}

// afterEnd takes the answers that were still under way when the run ended; an event changes nothing.
func (j *run) afterEnd(m Message) {
	if m.Event != nil {
		j.tooLate(*m.Event)
	}
	if m.Match != nil && m.Match.Peer != nil {
		j.places = append(j.places, onboarding.Place{Peer: m.Match.Peer.Peer, State: onboarding.PlaceReleased})
	}
	if m.Outcome == nil {
		return
	}
	t, st := j.planned(m.Outcome.Touch), j.s.touch(m.Outcome.Touch)
	switch o := m.Outcome.Outcome; {
	case st.Status != touchSending:
	case o.Kind == onboarding.OutcomeSent:
		j.settleSent(&t, st, o.Subject)
	case o.Kind == onboarding.OutcomeUnknown:
		j.drop(&t, reasonUnknown)
	case o.Kind == onboarding.OutcomeDropped:
		j.drop(&t, o.Reason)
	default:
		j.drop(&t, reasonEnded)
	}
}
