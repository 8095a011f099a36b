package journey_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// world plays a core as the workflow does: answers come when they come, calendars too, and nothing is applied before its
// time. What it answers is a hash of seed, touch and attempt, so that two worlds of one seed answer alike.
type world struct {
	core   journey.Journey
	plan   *onboarding.Playbook
	start  journey.Start
	late   time.Duration // by how much the engine begins after the signature
	events []onboarding.Event
	seed   uint64
	calm   bool // every mail goes at once
	dead   bool // no feed reports anything of other customers
	// reviewed is for how long after the signature customers' mails need an approval.
	reviewed time.Duration
	noise    []time.Time // empty ticks
	json     bool        // the state goes through JSON between all steps

	// between is called when the core rests, with the next instant.
	between func(s journey.State, next time.Time)

	state   journey.State
	pending []pending
	taken   []onboarding.Place
	tries   map[string]int
	place   onboarding.Customer // of the calendar in force
	told    told
}

// pending is an answer that has not come yet.
type pending struct {
	at  time.Time
	msg journey.Message
}

// told is all that a played world leaves behind.
type told struct {
	entries []onboarding.Entry
	sends   []*send
	// mostKept is the greatest number of places that were kept at one peer at once.
	mostKept int
	final    journey.State
}

// send is an order with what was known when it went out and what became of it.
type send struct {
	order onboarding.Order
	place onboarding.Customer
	final onboarding.OutcomeKind // sent, dropped or deferred; unknown while nobody could tell
	// answered is when its answer came, whatever it was.
	answered time.Time
}

func (w *world) chance(parts ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, append([]any{w.seed}, parts...)...)
	return h.Sum64() * 0x9E3779B97F4A7C15 >> 20
}

// play carries the onboarding to its end.
func (w *world) play() told {
	w.core, w.tries = journey.New(w.plan), map[string]int{}
	begin := w.start.Contract.SignedAt.Add(w.late)
	cal, err := calendar.ForContract(journey.PlanInput(w.start.Contract, begin))
	if err != nil {
		panic(err)
	}
	w.place = w.start.Contract.Customer
	w.take(w.core.Begin(w.start, cal, begin))
	events, noise := slices.Clone(w.events), slices.Clone(w.noise)
	for w.state.Ended == nil {
		next, _ := w.core.Next(w.state)
		if !next.After(w.state.Now) {
			panic(fmt.Sprintf("asked for a tick at %s, which is not after %s", next, w.state.Now))
		}
		if w.between != nil {
			w.between(w.state, next)
		}
		switch {
		case len(w.pending) > 0 && !w.pending[0].at.After(next):
			p := w.pending[0]
			w.pending = w.pending[1:]
			w.apply(p.at, p.msg)
		case len(noise) > 0 && noise[0].Before(next) && (len(events) == 0 || noise[0].Before(events[0].At)):
			w.apply(noise[0], journey.Message{})
			noise = noise[1:]
		case len(events) > 0 && events[0].At.Before(next):
			e := events[0]
			events = events[1:]
			w.apply(e.At, journey.Message{Event: &e})
		default:
			w.apply(next, journey.Message{})
		}
	}
	for len(w.pending) > 0 {
		p := w.pending[0]
		w.pending = w.pending[1:]
		w.apply(p.at, p.msg)
	}
	w.told.final = w.state
	return w.told
}

func (w *world) apply(at time.Time, m journey.Message) {
	if !w.json {
		w.take(w.core.Apply(w.state, at, m))
		return
	}
	before := text(w.state)
	w.state = journey.State{}
	if err := json.Unmarshal([]byte(before), &w.state); err != nil {
		panic(err)
	}
	s, step := w.core.Apply(w.state, at, m)
	then := text(s)
	w.core.Apply(w.state, at, otherwise)
	if is := text(w.state); is != before {
		panic(fmt.Sprintf("Apply changed the state it was given:\n%s\n%s", before, is))
	}
	if is := text(s); is != then {
		panic(fmt.Sprintf("Apply changed what it gave before:\n%s\n%s", then, is))
	}
	w.take(s, step)
}

// otherwise is what could have happened instead: it touches every list of the state.
var otherwise = journey.Message{Event: &onboarding.Event{ID: "otherwise", Kind: onboarding.EventBounced}}

// text is a value as JSON.
func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// take carries a step out.
func (w *world) take(s journey.State, step journey.Step) {
	w.state = s
	place := w.place
	for _, f := range step.Facts {
		if f.Seq != len(w.told.entries)+1 {
			panic(fmt.Sprintf("fact %d has the number %d", len(w.told.entries)+1, f.Seq))
		}
		w.told.entries = append(w.told.entries, f.Entry)
	}
	if step.Replan {
		cal, err := calendar.ForContract(journey.PlanInput(s.Start.Contract, s.Now))
		if err != nil {
			panic(err)
		}
		w.place = s.Start.Contract.Customer
		w.apply(s.Now, journey.Message{Calendar: &cal})
	}
	for _, m := range step.Matches {
		var found *onboarding.PeerMatch
		w.taken, found = keep(w.taken, m)
		w.openPlaces()
		after := time.Duration(w.chance("matched", m.Seek)%20) * time.Minute
		if w.calm {
			after = 0
		}
		w.later(w.state.Now.Add(after), journey.Message{Match: &journey.PeerFound{Seek: m.Seek, Peer: found}})
	}
	for _, f := range step.Feeds {
		after := time.Duration(w.chance("heard", f.Signal, f.At.Unix())%20) * time.Minute
		if w.calm {
			after = 0
		}
		w.later(w.state.Now.Add(after), journey.Message{Feed: &journey.FeedHeard{Input: f, Output: w.hear(f)}})
	}
	for _, o := range step.Orders {
		out, after := w.carry(o)
		w.told.sends = append(w.told.sends, &send{order: o, place: place, final: out.Kind, answered: o.At.Add(after)})
		w.later(o.At.Add(after), journey.Message{Outcome: &journey.TouchOutcome{Touch: o.Touch, Outcome: out}})
	}
	for _, a := range step.Asks {
		found, after := w.find(a)
		w.later(w.state.Now.Add(after), journey.Message{Found: &journey.TouchFound{Touch: a.Touch, Found: found}})
	}
}

// hear tells when a feed was silent: always where it is dead, else for a part of the time.
func (w *world) hear(f onboarding.FeedInput) onboarding.FeedOutput {
	silence := onboarding.Span{From: f.From, To: f.At}
	if !w.dead {
		silence.To = f.From.Add(f.At.Sub(f.From) * time.Duration(w.chance("silence", f.Signal)%3) / 3)
	}
	return onboarding.FeedOutput{Silences: []onboarding.Span{silence}, Unknown: !w.dead && w.chance("unheard", f.Signal, f.At.Unix())%4 == 0}
}

// openPlaces counts the places that are kept, the most there ever were at one peer.
func (w *world) openPlaces() {
	kept := map[string]int{}
	for _, p := range w.taken {
		if p.State == onboarding.PlaceKept {
			kept[p.Peer]++
			w.told.mostKept = max(w.told.mostKept, kept[p.Peer])
		}
	}
}

func (w *world) later(at time.Time, m journey.Message) {
	w.pending = append(w.pending, pending{at, m})
	slices.SortStableFunc(w.pending, func(a, b pending) int { return a.at.Compare(b.at) })
}

// carry decides what becomes of an order, and when the answer comes.
func (w *world) carry(o onboarding.Order) (onboarding.Outcome, time.Duration) {
	attempt := w.tries[o.Touch]
	w.tries[o.Touch]++
	sent := onboarding.Outcome{Kind: onboarding.OutcomeSent, Subject: "about " + o.Touch, Sent: o.To}
	if w.reviewed > 0 && o.At.Before(w.start.Contract.SignedAt.Add(w.reviewed)) {
		if out := kept(o); out.Kind != "" {
			return out, 0
		}
	}
	if w.calm {
		return sent, 0
	}
	after := time.Duration(w.chance("after", o.Touch, attempt)%50) * time.Minute
	switch n := w.chance("carry", o.Touch, attempt) % 100; {
	case n < 60:
		return sent, 0
	case n < 72:
		return sent, after
	case n < 84 && attempt < 5:
		wait := time.Duration(w.chance("until", o.Touch, attempt)%uint64(40*time.Hour)) - time.Hour
		return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Until: o.At.Add(wait), Reason: "spacing"}, after / 2
	case n < 96:
		return onboarding.Outcome{Kind: onboarding.OutcomeUnknown, Subject: "about " + o.Touch}, after
	}
	return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "text_fault", Task: "text_fault"}, 0
}

// find decides what the provider says of an unknown send, which is then its outcome.
func (w *world) find(a journey.Ask) (onboarding.Found, time.Duration) {
	attempt := w.tries["find "+a.Touch]
	w.tries["find "+a.Touch]++
	after := time.Duration(w.chance("asked", a.Touch, attempt)%90) * time.Second
	for _, s := range slices.Backward(w.told.sends) {
		if s.order.Touch != a.Touch {
			continue
		}
		switch n := w.chance("find", a.Touch, attempt) % 10; {
		case n < 3:
			s.final = onboarding.OutcomeSent
			return onboarding.FoundAccepted, after
		case n < 6 && attempt < 5:
			s.final = onboarding.OutcomeDropped
			return onboarding.FoundNot, after
		}
		break
	}
	return onboarding.FoundCannotTell, after
}
