package onboarding

import "time"

// FeedInput asks when a feed was silent for every customer while one customer's silence was watched.
type FeedInput struct {
	Signal string        `json:"signal"` // whose watch asks
	Feed   Fact          `json:"feed"`
	Lately time.Duration `json:"lately"` // a feed is alive for so long after each of its events
	From   time.Time     `json:"from"`   // the watch counts from here
	At     time.Time     `json:"at"`     // logical
}

// FeedOutput lists the silences between From and At, in their order. Unknown says that nobody could tell.
type FeedOutput struct {
	Silences []Span `json:"silences,omitempty"`
	Unknown  bool   `json:"unknown,omitempty"`
}

// Span is a stretch of time.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"` // inclusive
}

// Holds reports whether an instant lies in the span.
func (s Span) Holds(t time.Time) bool { return !t.Before(s.From) && !t.After(s.To) }

// milestones says which fact an event makes true.
var milestones = map[EventKind]Fact{
	EventKickoffBooked:     FactKickoffBooked,
	EventKickoffHeld:       FactKickoffHeld,
	EventInstalled:         FactInstalled,
	EventLogin:             FactLogin,
	EventFirstValue:        FactFirstValue,
	EventGoalReached:       FactGoalReached,
	EventTrainingBooked:    FactTrainingArranged,
	EventTrainingCompleted: FactTrainingArranged,
	EventContacted:         FactContacted,
	EventHandoffFilled:     FactDossier,
	EventHandoffAccepted:   FactHandoffAccepted,
	EventInvoiceDue:        Fact(AnchorInvoiceDue),
}

// Milestone is the fact that an event of this kind makes true; not ok for most kinds.
func (k EventKind) Milestone() (Fact, bool) {
	f, ok := milestones[k]
	return f, ok
}

// Reports lists the kinds of events that make the fact true, in the order of EventKinds.
func (f Fact) Reports() []EventKind {
	var out []EventKind
	for _, k := range EventKinds {
		if milestones[k] == f {
			out = append(out, k)
		}
	}
	return out
}
