package journey

import (
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Clock is a question of the customer's that waits for a person's answer.
type Clock struct {
	Kind    onboarding.EventKind `json:"kind"`
	Since   time.Time            `json:"since"`
	Minutes int                  `json:"minutes"` // working, of who must act
	Late    int                  `json:"late,omitempty"`
	Actor   onboarding.Audience  `json:"actor,omitempty"` // in whose hours it runs
	// Contact asked, in the words of Said as far as they are kept.
	Contact string `json:"contact,omitempty"`
	Said    string `json:"said,omitempty"`
}

// keptAsked is how many characters of a question a clock keeps.
const keptAsked = 160

// clockEvent starts and stops the clocks of answers.
func (j *run) clockEvent(e onboarding.Event) {
	switch e.Kind {
	case onboarding.EventAnswered, onboarding.EventContacted, onboarding.EventResolved:
		at := j.when(e)
		if at.After(j.s.AnsweredAt) {
			j.s.AnsweredAt = at
		}
		j.stopClocks(func(c Clock) bool { return !c.Since.After(at) })
		j.askByWhen(e)
		return
	case onboarding.EventSurveyAnswered:
		j.answerJudged(e)
		return
	}
	if !j.when(e).After(j.s.AnsweredAt) {
		return // it was answered before we heard of it
	}
	for _, c := range j.plan.Clocks.Answers {
		if slices.Contains(c.On, e.Kind) && (c.Channel == "" || c.Channel == e.Channel) {
			j.startClock(Clock{Kind: e.Kind, Since: j.when(e), Minutes: j.hurry(c.Minutes), Actor: j.actor(), Contact: e.Contact, Said: asked(e)})
			return
		}
	}
}

// startClock starts a clock. Asked again, the first counts, unless its answer is late already: then this is another one.
func (j *run) startClock(c Clock) {
	i := slices.IndexFunc(j.s.Clocks, func(x Clock) bool { return x.Kind == c.Kind })
	if i >= 0 && j.s.Clocks[i].Late == 0 {
		return
	}
	if i >= 0 {
		j.s.Clocks = slices.Delete(j.s.Clocks, i, i+1)
	}
	j.s.Clocks = append(j.s.Clocks, c)
	if c.Kind == onboarding.EventContactAttempted && !j.caseCalls(c.Kind) { // nobody of ours has seen it
		j.tellAsked(&c, onboarding.AudienceOwner, onboarding.StepOpened)
	}
}

// stopClocks stops clocks, and what waits to be said of them.
func (j *run) stopClocks(which func(Clock) bool) {
	j.s.Clocks = slices.DeleteFunc(j.s.Clocks, which)
	j.s.Touches = slices.DeleteFunc(j.s.Touches, func(st TouchState) bool {
		return base(st.ID) == string(onboarding.NoticeAnswer) && st.waits() && j.clockOf(st) == nil
	})
}

// clockOf is the clock that a message is about; nil where it has stopped.
func (j *run) clockOf(st TouchState) *Clock {
	for i := range j.s.Clocks {
		if string(j.s.Clocks[i].Kind) == st.Reason {
			return &j.s.Clocks[i]
		}
	}
	return nil
}

// caseCalls reports whether the messages of a case are enough for what was asked: it climbs its ladder, or was opened by
// this very thing.
func (j *run) caseCalls(asked onboarding.EventKind) bool {
	c := j.openCase()
	return c != nil && (c.Status == onboarding.CaseOpen || slices.ContainsFunc(c.Signals, func(id string) bool {
		s, _ := j.plan.Remorse.Signal(id)
		return s.Hard && slices.Contains(s.On, asked)
	}))
}

// asked is what an event asks, in the customer's words and cut short.
func asked(e onboarding.Event) string {
	text := strings.Join(strings.Fields(e.Text), " ")
	if e.Reading != nil {
		text = strings.Join(e.Reading.Evidence, " ")
	}
	if r := []rune(text); len(r) > keptAsked {
		text = strings.TrimSpace(string(r[:keptAsked])) + "…"
	}
	return text
}

// hurry halves a clock in a delicate stage, down to the least.
func (j *run) hurry(minutes int) int {
	if !j.s.Stage.Delicate() {
		return minutes
	}
	return min(minutes, max(minutes/2, j.plan.Clocks.Least))
}

// askByWhen asks the owner to name a day where a mishap was answered without one and goes on.
func (j *run) askByWhen(e onboarding.Event) {
	if e.Kind == onboarding.EventResolved || e.SaysByWhen() || j.solvesBy() {
		return
	}
	for i := range j.s.Troubles {
		if t := &j.s.Troubles[i]; t.Kind == onboarding.EventMishap && !t.AskedByWhen {
			t.AskedByWhen = true
			j.raise("", onboarding.AudienceOwner, "say_by_when")
		}
	}
}

// answerJudged takes what the customer says of our answer: an interim one starts the clock of the resolution, unless a day
// was promised for it, which is its clock then; a resolving one stops it. What they asked since that answer waits on: an
// answer stopped what was asked before it.
func (j *run) answerJudged(e onboarding.Event) {
	resolution := func(c Clock) bool { return c.Kind == onboarding.EventSurveyAnswered }
	switch {
	case e.Survey != "quality" || e.Value == "confusing":
	case e.Value == "resolving":
		j.stopClocks(resolution)
		j.endLateness()
	case j.plan.Clocks.Resolution > 0 && !j.solvesBy():
		j.s.Clocks = append(slices.DeleteFunc(j.s.Clocks, resolution),
			Clock{Kind: e.Kind, Since: j.s.Now, Minutes: j.hurry(j.plan.Clocks.Resolution), Actor: j.actor()})
	}
}

// endLateness ends the evidence of late answers for which no clock stands any more.
func (j *run) endLateness() {
	for n, id := range []string{j.plan.Clocks.Late, j.plan.Clocks.LateTwice} {
		if !slices.ContainsFunc(j.s.Clocks, func(c Clock) bool { return c.Late > n }) {
			j.endEvidence(id)
		}
	}
}

// askedNothing stops the clocks of what a false alarm was about. What was asked besides waits on, a resolution too.
func (j *run) askedNothing(c *Case, at time.Time) {
	for _, id := range c.Signals {
		s, _ := j.plan.Remorse.Signal(id)
		j.stopClocks(func(c Clock) bool {
			return c.Kind != onboarding.EventSurveyAnswered && slices.Contains(s.On, c.Kind) && !c.Since.After(at)
		})
	}
}

// when is the instant at which an event happened, as far as the onboarding had begun.
func (j *run) when(e onboarding.Event) time.Time {
	if at := e.At.UTC().Truncate(time.Second); !e.At.IsZero() && at.Before(j.s.Now) && at.After(j.s.contract().SignedAt) {
		return at
	}
	return j.s.Now
}

// lateAt is when a clock runs out, the first time or the second.
func (j *run) lateAt(c Clock) time.Time {
	return j.worked(c.Actor, c.Since, c.Minutes*(c.Late+1))
}

// dueAt is when the answer that a clock waits for is due.
func (j *run) dueAt(c Clock) time.Time {
	c.Late = 0
	return j.lateAt(c)
}

// firstAsked is the clock of the answer that is due first; nil where nobody waits for one.
func (j *run) firstAsked() *Clock {
	var first *Clock
	for i := range j.s.Clocks {
		if c := &j.s.Clocks[i]; first == nil || j.dueAt(*c).Before(j.dueAt(*first)) {
			first = c
		}
	}
	return first
}

// answerBy is when the next answer is due; zero where nobody waits for one.
func (j *run) answerBy() time.Time {
	if c := j.firstAsked(); c != nil {
		return j.dueAt(*c)
	}
	return time.Time{}
}

// clockItems are the instants at which an answer is late.
func (j *run) clockItems(add func(time.Time, int, func())) {
	for i := range j.s.Clocks {
		c := &j.s.Clocks[i]
		if c.Late < 2 {
			add(j.lateAt(*c), rankWatch, func() { j.late(c) })
		}
	}
	if at, ok := j.contactBy(); ok {
		add(at, rankAlert, func() {
			j.s.ContactDue = true
			j.raise("", onboarding.AudienceOwner, "first_contact_due")
		})
	}
}

// contactBy is by when the owner should have spoken with the customer who was handed to them; not ok where one of ours has,
// or it means nothing.
func (j *run) contactBy() (time.Time, bool) {
	minutes := j.plan.Clocks.Contact
	if minutes == 0 || j.s.ContactDue || !j.s.Start.Joined.IsZero() || j.fact(onboarding.FactContacted) || j.watchesRest() {
		return time.Time{}, false
	}
	if slices.ContainsFunc(j.s.Missed, func(id string) bool {
		s, ok := j.plan.Remorse.Signal(id)
		return ok && s.Watch != nil && s.Watch.Fact == onboarding.FactContacted
	}) {
		return time.Time{}, false // it is evidence already, and a task
	}
	from, accepted := j.s.happened(onboarding.FactHandoffAccepted)
	switch {
	case j.fact(onboarding.FactOwnerIsSales):
		from = j.s.contract().SignedAt
	case !accepted:
		return time.Time{}, false
	}
	return j.workedForOwner(from, minutes), true
}

func (j *run) late(c *Clock) {
	id := j.plan.Clocks.Late
	if c.Late++; c.Late == 2 {
		id = j.plan.Clocks.LateTwice
	}
	j.noteByItself(id, "", j.s.Now)
	switch manager := j.personOf(onboarding.AudienceManager); {
	case j.caseCalls(c.Kind):
	case c.Late == 1 && !j.telling(onboarding.NoticeAnswer):
		j.tellAsked(c, onboarding.AudienceOwner, onboarding.StepReminder)
	case c.Late == 2 && manager != j.personOf(j.acting(onboarding.AudienceOwner)):
		j.tellAsked(c, onboarding.AudienceManager, onboarding.StepEscalated)
	}
}
