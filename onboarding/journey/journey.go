package journey

import (
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// Journey plays one playbook.
type Journey struct {
	plan *onboarding.Playbook
}

// New makes the core for a compiled playbook, which it only reads.
func New(plan *onboarding.Playbook) Journey { return Journey{plan} }

// Message is what happened. The zero Message is the tick of a due instant.
type Message struct {
	Event    *onboarding.Event
	Outcome  *TouchOutcome
	Found    *TouchFound
	Calendar *onboarding.Calendar
	Match    *PeerFound
	Feed     *FeedHeard
}

// TouchOutcome answers an order.
type TouchOutcome struct {
	Touch   string             `json:"touch"`
	Outcome onboarding.Outcome `json:"outcome"`
}

// TouchFound answers a question about a send whose result is not known.
type TouchFound struct {
	Touch string           `json:"touch"`
	Found onboarding.Found `json:"found"`
}

// Step is what an Apply asks of its runner: facts to record, orders to carry out, questions to ask.
type Step struct {
	Facts    []onboarding.RecordedFact
	Orders   []onboarding.Order
	Asks     []Ask
	Matches  []onboarding.MatchInput // what became of places at peers, and the search for one
	Feeds    []onboarding.FeedInput  // which feeds a watch has to know of
	Suppress []onboarding.Suppression
	Settled  []string // inbox events that were consumed
	Late     []string // inbox events that came after the end
	Replan   bool     // the calendar must be made anew
	Amended  *onboarding.Contract
}

// Ask is a question about the send of a touch.
type Ask struct {
	Touch string
	Input onboarding.ReconcileInput
}

// run is one Apply in progress.
type run struct {
	plan *onboarding.Playbook
	s    *State
	step Step
	idle bool // nothing has happened
	// fresh is the evidence of this step that was not judged yet.
	fresh []remorse.Evidence
	// seek, places and candidate are what the step asks and tells of peers.
	seek      int
	places    []onboarding.Place
	candidate *onboarding.Peer
}

// Begin starts an onboarding at a logical instant, with the calendar already made.
func (j Journey) Begin(start Start, cal onboarding.Calendar, now time.Time) (State, Step) {
	start.Contract.SignedAt = start.Contract.SignedAt.Truncate(time.Second)
	now = now.UTC().Truncate(time.Second)
	s := State{Start: start, Calendar: cal, Now: now, Since: now, Stage: onboarding.StageInterested}
	r := &run{plan: j.plan, s: &s}
	r.begin()
	r.advance()
	r.askOutside()
	return s, r.step
}

// Apply takes what happened at a logical instant; the given state stays as it was.
func (j Journey) Apply(s State, now time.Time, m Message) (State, Step) {
	s = s.clone()
	r := &run{plan: j.plan, s: &s, idle: m == (Message{})}
	if s.Ended != nil {
		r.afterEnd(m)
		r.rewriteDue()
		r.askOutside()
		return s, r.step
	}
	if now.After(s.Now) {
		s.Now = now.UTC().Truncate(time.Second)
	}
	if r.idle && s.Now.Sub(s.Due) > lateTick {
		s.Since, r.idle = s.Now, false // a standstill: what fell into it goes newest first, as after a late start
	}
	switch {
	case m.Event != nil:
		r.event(*m.Event)
	case m.Outcome != nil:
		r.outcome(*m.Outcome)
	case m.Found != nil:
		r.found(*m.Found)
	case m.Calendar != nil:
		r.recalendar(*m.Calendar)
	case m.Match != nil:
		r.matched(*m.Match)
	case m.Feed != nil:
		r.heardFeed(*m.Feed)
	}
	r.advance()
	r.rewriteDue()
	r.askOutside()
	return s, r.step
}

// lateTick is by how much a tick may be late without anything being overdue.
const lateTick = time.Minute

// Next is the instant at which the state wants a tick, always after the last one; not ok when only a message can move
// it.
func (j Journey) Next(s State) (at time.Time, ok bool) {
	return s.Due, s.Ended == nil
}

// calendarMargin is how many days before the table's end a new one is asked for.
const calendarMargin = 7

func (j *run) calendarEnds() time.Time {
	at, _ := j.customer().At(j.customer().End().AddDays(-calendarMargin), 0)
	return at
}

// replan asks for a new calendar; the old one serves until it is here.
func (j *run) replan() {
	j.s.Replanning, j.step.Replan = true, true
}

// recalendar takes a new calendar. One that ends no later than the old asks for no other, else a calendar that cannot be
// made would be asked for without end.
func (j *run) recalendar(c onboarding.Calendar) {
	j.s.Calendar = c
	if j.s.NewOwner {
		j.welcomeOwner()
	}
	j.s.Replanning = !j.calendarEnds().After(j.s.Now)
}

// PlanInput asks for the calendar a contract needs now.
func PlanInput(c onboarding.Contract, now time.Time) onboarding.PlanInput {
	return onboarding.PlanInput{Contract: Public(c), Now: now}
}

// Public is the contract without what never leaves our own people: worries and notes.
func Public(c onboarding.Contract) onboarding.Contract {
	if c.Dossier != nil {
		d := *c.Dossier
		d.Worries, d.Notes, d.People = nil, "", nil
		c.Dossier = &d
	}
	return c
}

// emit numbers an entry and stamps it with the logical instant.
func (j *run) emit(e onboarding.Entry) {
	if e.At.IsZero() {
		e.At = j.s.Now
	}
	e.Day = j.s.day(e.At)
	j.s.Seq++
	j.step.Facts = append(j.step.Facts, onboarding.RecordedFact{Seq: j.s.Seq, Entry: e})
}

// raise emits a task for one of ours.
func (j *run) raise(touch string, to onboarding.Audience, reason string) {
	to = j.acting(to)
	touch, _, _ = strings.Cut(touch, "/") // of an instance
	j.emit(onboarding.Entry{Kind: onboarding.EntryTaskRaised, Touch: touch, Channel: onboarding.ChannelTask,
		Audience: to, To: j.personOf(to), Reason: reason})
}

// personOf is the id of the one of ours in a role; the owner stands in for a missing manager, the manager for who leads
// sales.
func (j *run) personOf(a onboarding.Audience) string {
	c := j.s.contract()
	switch {
	case a == onboarding.AudienceOps:
		return string(onboarding.AudienceOps)
	case a == onboarding.AudienceBackup && j.s.Calendar.BackupID != "":
		return j.s.Calendar.BackupID
	case a == onboarding.AudienceSales && c.Sales != nil:
		return c.Sales.ID
	case a == onboarding.AudienceLead && c.Sales != nil && c.Sales.Lead != "":
		return c.Sales.Lead
	case (a == onboarding.AudienceManager || a == onboarding.AudienceLead) && c.Manager != nil:
		return c.Manager.ID
	case c.Owner != nil:
		return c.Owner.ID
	}
	return ""
}
