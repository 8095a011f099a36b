package journey

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Outside is what the core needs of the world while it is played without a server.
type Outside interface {
	// Plan makes the calendar.
	Plan(onboarding.PlanInput) (onboarding.Calendar, error)
	// Carry carries an order out at once.
	Carry(onboarding.Order) onboarding.Outcome
	// Find answers about an order whose result is not known.
	Find(onboarding.ReconcileInput) onboarding.Found
	// Match seeks a peer.
	Match(onboarding.MatchInput) onboarding.MatchOutput
	// Feed tells when a feed was silent.
	Feed(onboarding.FeedInput) onboarding.FeedOutput
}

// Story is a played onboarding: its entries by instant, then by order of emission.
type Story struct {
	Entries []onboarding.Entry
	Final   State
}

// Play runs an onboarding from its signature to its end with the given events, sorted by instant. A timer that is due
// at the instant of an event comes first.
func (j Journey) Play(start Start, events []onboarding.Event, out Outside) (Story, error) {
	return j.PlayWith(start, events, out, func([]onboarding.Entry) []onboarding.Event { return nil })
}

// PlayWith is Play among people who react: after every step it is told the step's entries, and gives the events that
// follow from them, each later than the entry it follows from.
func (j Journey) PlayWith(start Start, events []onboarding.Event, out Outside, react func([]onboarding.Entry) []onboarding.Event) (Story, error) {
	signed := start.Contract.SignedAt
	cal, err := out.Plan(PlanInput(start.Contract, signed))
	if err != nil {
		return Story{}, err
	}
	p := player{j: j, out: out}
	s, step := j.Begin(start, cal, signed)
	if s, err = p.take(s, step); err != nil {
		return Story{}, err
	}
	told := 0
	for s.Ended == nil {
		if more := react(p.entries[told:]); len(more) > 0 {
			events = slices.SortedStableFunc(slices.Values(append(events[:len(events):len(events)], more...)),
				func(a, b onboarding.Event) int { return a.At.Compare(b.At) })
		}
		told = len(p.entries)
		next, ok := j.Next(s)
		switch {
		case len(events) > 0 && (!ok || events[0].At.Before(next)):
			e := events[0]
			events = events[1:]
			s, step = j.Apply(s, e.At, Message{Event: &e})
		case ok:
			s, step = j.Apply(s, next, Message{})
		default:
			return Story{}, fmt.Errorf("the onboarding stands still on %s with nothing to wait for", s.Now.Format(time.RFC3339))
		}
		if s, err = p.take(s, step); err != nil {
			return Story{}, err
		}
	}
	sort.SliceStable(p.entries, func(a, b int) bool { return p.entries[a].At.Before(p.entries[b].At) })
	return Story{Entries: p.entries, Final: s}, nil
}

// player carries the orders of each step out at once.
type player struct {
	j       Journey
	out     Outside
	entries []onboarding.Entry
}

func (p *player) take(s State, step Step) (State, error) {
	for _, f := range step.Facts {
		p.entries = append(p.entries, f.Entry)
	}
	if step.Replan {
		cal, err := p.out.Plan(PlanInput(s.Start.Contract, s.Now))
		if err != nil {
			return s, err
		}
		if s, err = p.apply(s, Message{Calendar: &cal}); err != nil {
			return s, err
		}
	}
	for _, m := range step.Matches {
		var err error
		if s, err = p.apply(s, Message{Match: &PeerFound{Seek: m.Seek, Peer: p.out.Match(m).Peer}}); err != nil {
			return s, err
		}
	}
	for _, f := range step.Feeds {
		var err error
		if s, err = p.apply(s, Message{Feed: &FeedHeard{f, p.out.Feed(f)}}); err != nil {
			return s, err
		}
	}
	for _, o := range step.Orders {
		var err error
		if s, err = p.apply(s, Message{Outcome: &TouchOutcome{Touch: o.Touch, Outcome: p.out.Carry(o)}}); err != nil {
			return s, err
		}
	}
	for _, a := range step.Asks {
		var err error
		if s, err = p.apply(s, Message{Found: &TouchFound{Touch: a.Touch, Found: p.out.Find(a.Input)}}); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (p *player) apply(s State, m Message) (State, error) {
	s, step := p.j.Apply(s, s.Now, m)
	return p.take(s, step)
}
