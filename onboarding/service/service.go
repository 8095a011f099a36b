// Package service measures how customers are served: how long until they reach a person, how long until they are
// answered, and what the answer was worth to them; and it judges the signals by what became of the cases they opened. It
// reads the facts of an onboarding and nothing else.
package service

import (
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Kind says what a measure is of.
type Kind string

const (
	// FirstContact runs from the signature to the first time that a person of ours spoke with them.
	FirstContact Kind = "first_contact"
	// Contact runs from each failed attempt to reach us to the next time that a person of ours spoke with them or answered.
	Contact Kind = "contact"
	// Response runs from whatever wants an answer to the first one of a person.
	Response Kind = "response"
	// Resolution runs from an answer that the customer called interim to one that they call resolving.
	Resolution Kind = "resolution"
)

// Kinds lists the kinds in the order of a report.
var Kinds = []Kind{FirstContact, Contact, Response, Resolution}

// Asks lists the events that want the answer of a person.
var Asks = []onboarding.EventKind{onboarding.EventQuestion, onboarding.EventComplaint, onboarding.EventMishap,
	onboarding.EventRefundInquiry, onboarding.EventInvoiceDisputed, onboarding.EventEmailReply}

// unasking are the reasons of replies that want no answer: a machine wrote them, or they thank or merely tell.
var unasking = []string{"automatic", "asks_nothing", "opt_out"}

// Setting is where a measure began: the channel it came by, the customer's phase and stage, the owner's id.
type Setting struct {
	Channel onboarding.Channel `json:"channel,omitempty"`
	Phase   onboarding.Phase   `json:"phase,omitempty"`
	Stage   onboarding.Stage   `json:"stage,omitempty"`
	Owner   string             `json:"owner,omitempty"`
}

// Measure is one clock: from what began it to what ended it.
type Measure struct {
	Kind Kind `json:"kind"`
	// Event began it; "" is the signature.
	Event onboarding.EventKind `json:"event,omitempty"`
	From  time.Time            `json:"from"`
	To    time.Time            `json:"to,omitzero"` // zero while it is open
	// Elapsed is the time by the clock on the wall, nights included; of an open one so far.
	Elapsed time.Duration `json:"-"`
	// Working is what of it fell into the owner's hours; negative where these are not known.
	Working time.Duration `json:"-"`
	Setting
}

// Open reports whether nobody ended it.
func (m Measure) Open() bool { return m.To.IsZero() }

// Judgement is what a customer said of an answer: resolving, confusing or interim.
type Judgement struct {
	At    time.Time `json:"at"`
	Value string    `json:"value"`
	Setting
}

// Facts are what is known of one onboarding.
type Facts struct {
	SignedAt time.Time
	// Owner is the id of who owned it at the start.
	Owner string
	// Joined is set for a customer who was taken over in mid-onboarding: their first contact was before our time.
	Joined bool
	// Entries, the oldest first; what precedes the signature is history and measures nothing.
	Entries []onboarding.Entry
	// Until is when open measures are looked at: now, or the end of the run.
	Until time.Time
	// Hours finds the table of an owner by their id, nil where it is not known; the function may be nil.
	Hours func(owner string) *onboarding.Windows
}

// Record is how one customer was served, or many.
type Record struct {
	Measures   []Measure   `json:"measures"`
	Judgements []Judgement `json:"judgements"`
}

// Add takes another's record in.
func (r *Record) Add(o Record) {
	r.Measures = append(r.Measures, o.Measures...)
	r.Judgements = append(r.Judgements, o.Judgements...)
}

// Of measures one onboarding. The measures are in the order in which they began; each ends at most once.
func Of(f Facts) Record {
	k := keeper{at: Setting{Owner: f.Owner}}
	if !f.Joined {
		k.begin(FirstContact, onboarding.Entry{At: f.SignedAt}, Setting{Phase: onboarding.PhaseAdmit, Stage: onboarding.StagePurchase, Owner: f.Owner})
	}
	for _, e := range f.Entries {
		if !e.At.Before(f.SignedAt) {
			k.take(e)
		}
	}
	for i := range k.r.Measures {
		k.r.Measures[i].reckon(f)
	}
	return k.r
}

// keeper goes through the entries of one onboarding.
type keeper struct {
	r  Record
	at Setting
}

func (k *keeper) take(e onboarding.Entry) {
	switch e.Kind {
	case onboarding.EntryPhaseEntered:
		k.at.Phase = e.Phase
	case onboarding.EntryStageEntered:
		k.at.Stage = e.Stage
	case onboarding.EntryEvent:
		k.event(e)
	}
}

func (k *keeper) event(e onboarding.Entry) {
	here := k.at
	here.Channel = e.Channel
	switch {
	case e.Event == onboarding.EventContacted:
		k.end(e.At, FirstContact, Contact, Response)
	case e.Event == onboarding.EventAnswered && (e.Channel == "phone" || e.Channel == "meeting"):
		k.end(e.At, FirstContact, Contact, Response)
	case e.Event == onboarding.EventAnswered, e.Event == onboarding.EventResolved:
		k.end(e.At, Contact, Response)
	case e.Event == onboarding.EventKickoffHeld:
		k.end(e.At, FirstContact)
	case e.Event == onboarding.EventContactAttempted:
		k.begin(Contact, e, here)
	case e.Event == onboarding.EventSurveyAnswered:
		k.judged(e, here)
	case e.Event == onboarding.EventOwnerChanged && e.To != "":
		k.at.Owner = e.To
	case slices.Contains(Asks, e.Event) && !(e.Event == onboarding.EventEmailReply && slices.Contains(unasking, e.Reason)):
		k.begin(Response, e, here)
	}
}

// judged takes what the customer said of an answer. A second interim answer prolongs the wait for the resolving one.
func (k *keeper) judged(e onboarding.Entry, here Setting) {
	value, ok := strings.CutPrefix(e.Reason, "quality: ")
	if !ok || !slices.Contains(onboarding.Qualities, value) {
		return
	}
	k.r.Judgements = append(k.r.Judgements, Judgement{e.At, value, here})
	waits := func(m Measure) bool { return m.Kind == Resolution && m.Open() }
	switch {
	case value == "resolving":
		k.end(e.At, Resolution)
	case value == "interim" && !slices.ContainsFunc(k.r.Measures, waits):
		k.begin(Resolution, e, here)
	}
}

func (k *keeper) begin(kind Kind, e onboarding.Entry, here Setting) {
	k.r.Measures = append(k.r.Measures, Measure{Kind: kind, Event: e.Event, From: e.At, Setting: here})
}

// end ends the open measures of these kinds.
func (k *keeper) end(at time.Time, kinds ...Kind) {
	for i := range k.r.Measures {
		if m := &k.r.Measures[i]; m.Open() && slices.Contains(kinds, m.Kind) {
			m.To = at
		}
	}
}

// reckon works out how long a measure took, or takes so far.
func (m *Measure) reckon(f Facts) {
	to := m.To
	if m.Open() {
		to = f.Until
	}
	m.Elapsed, m.Working = max(0, to.Sub(m.From)), -1
	if f.Hours == nil {
		return
	}
	if w := f.Hours(m.Owner); w != nil {
		m.Working = w.WorkingTime(m.From, to)
	}
}
