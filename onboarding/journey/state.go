package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Rules is the newest set of rules this code knows. A run keeps the rules it was started with; see docs/decisions.
const Rules = 1

// Start is all that an onboarding begins with.
type Start struct {
	Contract onboarding.Contract `json:"contract"`
	Run      int                 `json:"run"`
	Rules    int                 `json:"rules"`
	Playbook string              `json:"playbook"` // content hash
	Mode     onboarding.Mode     `json:"mode"`
	// Samples lets sample case histories count as approved: the outbox, the rehearsal.
	Samples bool `json:"samples,omitempty"`
	// AutoApprove takes the owner's approval as given: the outbox, the rehearsal.
	AutoApprove bool `json:"auto_approve,omitempty"`
	// FeedsLive takes it that every declared feed is alive: the outbox, the rehearsal.
	FeedsLive bool `json:"feeds_live,omitempty"`
	// Joined is when a customer already in mid-onboarding was taken over; zero for a fresh contract.
	Joined time.Time `json:"joined,omitzero"`
	// Milestones are imported with a joined customer.
	Milestones []Milestone `json:"milestones,omitempty"`
	// Peers take the place of the journal's pool: those of a scenario.
	Peers []onboarding.Peer `json:"pool,omitempty"`
}

// State is everything the core knows of one onboarding. It travels through continue-as-new, so it stays small.
type State struct {
	Start    Start               `json:"start"`
	Calendar onboarding.Calendar `json:"calendar"`
	// Replanning is set while a new calendar is being made.
	Replanning bool `json:"replanning,omitempty"`
	// Now is the last logical instant; Since is when the engine began or went on after a pause or a standstill.
	Now   time.Time        `json:"now"`
	Since time.Time        `json:"since"`
	Due   time.Time        `json:"due,omitzero"` // the next instant at which there is something to do
	Seq   int              `json:"seq"`          // entries emitted so far
	Phase onboarding.Phase `json:"phase"`
	Stage onboarding.Stage `json:"stage"`
	// Before is the stage to go back to after trouble; Until ends a reconsideration of itself.
	Before onboarding.Stage `json:"before,omitempty"`
	Until  time.Time        `json:"until,omitzero"`

	Milestones []Milestone        `json:"milestones,omitempty"`
	KickoffAt  string             `json:"kickoff_at,omitempty"` // a date or RFC 3339, as booked
	InvoiceAt  string             `json:"invoice_at,omitempty"`
	Touches    []TouchState       `json:"touches,omitempty"` // those that are no longer untouched
	Seen       Marks              `json:"seen,omitempty"`    // of event ids
	Troubles   []Trouble          `json:"troubles,omitempty"`
	CalmSince  time.Time          `json:"calm_since,omitzero"` // when the last trouble ended
	Pause      *Pause             `json:"pause,omitempty"`
	Shifts     []Shift            `json:"shifts,omitempty"`
	Closed     []Closed           `json:"closed,omitempty"` // addresses that get no mail, or no relationship mail
	LatePhases []onboarding.Phase `json:"late_phases,omitempty"`
	Told       []string           `json:"told,omitempty"` // case histories
	Feelings   `json:"feelings,omitzero"`
	// Missed are the watches that came true and whose fact has not come yet.
	Missed []string `json:"missed,omitempty"`
	// Feeds are the watches that have to know first whether their feed is alive.
	Feeds []FeedWatch `json:"feeds,omitempty"`
	// Open are the cases, the newest last, resolved ones too; CaseCount numbers them, Notices the other messages to ours.
	Open      []Case  `json:"cases,omitempty"`
	CaseCount int     `json:"case_count,omitempty"`
	Notices   int     `json:"notices,omitempty"`
	Clocks    []Clock `json:"clocks,omitempty"`
	// Commitments stand; Warned are those whose owner was warned, Done those that were kept or missed.
	Commitments []Commitment    `json:"commitments,omitempty"`
	Warned      []string        `json:"warned,omitempty"`
	Done        []string        `json:"done,omitempty"`
	Handoff     Handoff         `json:"handoff,omitzero"`
	RepayBy     onboarding.Date `json:"repay_by,omitzero"` // after a withdrawal
	// Withdrawn says that it was a withdrawal, and no request for a refund alone.
	Withdrawn bool `json:"withdrawn,omitempty"`
	// Gone is set once it is settled that the customer leaves: nobody persuades them any more.
	Gone bool `json:"gone,omitempty"`
	// Stayed counts the declared departures that came to nothing.
	Stayed     int       `json:"stayed,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"` // when one of ours last answered
	// ContactDue is set once the owner has the task to speak with them for the first time.
	ContactDue bool `json:"contact_due,omitempty"`
	// NewOwner is set until the calendar of a new owner is there; Hushed while soft evidence waits for the end of the quiet
	// after a talk.
	NewOwner bool `json:"new_owner,omitempty"`
	Hushed   bool `json:"hushed,omitempty"`
	// Introduction is the one to a peer.
	Introduction Introduction `json:"introduction,omitzero"`
	Ended        *Ending      `json:"ended,omitempty"`
}

// Milestone is a fact that happened.
type Milestone struct {
	Fact onboarding.Fact `json:"fact"`
	At   time.Time       `json:"at"`
}

// TouchStatus is what became of a touch; an untouched one has no TouchState.
type TouchStatus string

const (
	touchHeld     TouchStatus = "held"     // due, but tact, approval or ops hold it
	touchMatching TouchStatus = "matching" // due, and a peer is sought for it
	touchSending  TouchStatus = "sending"  // an order is out
	touchUnknown  TouchStatus = "unknown"  // the provider may or may not have it
	touchAsking   TouchStatus = "asking"   // a reconciliation is out
	touchSent     TouchStatus = "sent"
	touchDropped  TouchStatus = "dropped"
)

// TouchState is a touch that something happened to.
type TouchState struct {
	ID     string      `json:"id"`
	Status TouchStatus `json:"status,omitempty"`
	// At is when it got its status; of a mail that may have gone it is the instant of its order, for spacing and cap.
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"`
	// NotBefore delays it: the provider or the ledger said so. ParkedTo is the date that ops gave it instead of its own.
	NotBefore time.Time `json:"not_before,omitzero"`
	ParkedTo  time.Time `json:"parked_to,omitzero"`
	// Stays is set for a mail before a deadline that cannot go earlier: the others choose their time around it.
	Stays bool `json:"stays,omitempty"`
	// HurriedAt is when ops wanted it at once; it also counts as approved.
	HurriedAt time.Time `json:"hurried_at,omitzero"`
	Subject   string    `json:"subject,omitempty"` // edited, or of a mail whose result is unknown
	Body      string    `json:"body,omitempty"`
	// ApprovalAsked is set once the owner has the task to approve it.
	ApprovalAsked bool `json:"approval_asked,omitempty"`
	// Resend is set when the provider did not take the last attempt. Asked counts reconciliations; AskAt is the next.
	Resend bool      `json:"resend,omitempty"`
	Asked  int       `json:"asked,omitempty"`
	AskAt  time.Time `json:"ask_at,omitzero"`
	// FollowAt raises the owner task that follows an unanswered mail, or ends the wait for an approval.
	FollowAt time.Time `json:"follow_at,omitzero"`
	Case     string    `json:"case_history,omitempty"`
	Variant  string    `json:"variant,omitempty"`
	To       []string  `json:"to,omitempty"`
}

func (t TouchState) settled() bool { return t.Status == touchSent || t.Status == touchDropped }

// busy reports whether an act for the touch is under way outside.
func (t TouchState) busy() bool {
	return t.Status == touchSending || t.Status == touchUnknown || t.Status == touchAsking || t.Status == touchMatching
}

// mayHaveGone reports whether the customer has it, or nobody can tell that they have not.
func (t TouchState) mayHaveGone() bool {
	return t.busy() || t.Status == touchSent || t.Status == touchDropped && t.Reason == reasonUnknown
}

// waits reports whether an order was put off.
func (t TouchState) waits() bool {
	return t.Status == "" && len(t.To) > 0 && !t.NotBefore.IsZero()
}

// Trouble is something wrong for the customer that makes cheerful mails wait.
type Trouble struct {
	Kind onboarding.EventKind `json:"kind"`
	At   time.Time            `json:"at"`
	// AskedByWhen is set once the owner has the task to name the day by which it will be over.
	AskedByWhen bool `json:"asked_by_when,omitempty"`
}

// Pause stops all but confirmations.
type Pause struct {
	At    time.Time `json:"at"`
	Until time.Time `json:"until,omitzero"`
	Shift bool      `json:"shift,omitempty"` // the dates move by the length of the pause
}

// holds reports whether an instant falls into the pause, as far as its end is known.
func (p *Pause) holds(at time.Time) bool {
	return !at.IsZero() && (p.Until.IsZero() || !p.Until.Before(at))
}

// Shift moves every anchor that is earlier than Before by Days.
type Shift struct {
	Before time.Time `json:"before"`
	Days   int       `json:"days"`
}

// Closed is an address that takes no mail any more, with the event that told us; after an opt-out no relationship mail.
type Closed struct {
	Address string               `json:"address"` // in small letters
	Kind    onboarding.EventKind `json:"kind"`
}

// Ending is how the run ended.
type Ending struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// touch is the state of a touch, the zero one where nothing happened to it yet.
func (s *State) touch(id string) TouchState {
	for i := range s.Touches {
		if s.Touches[i].ID == id {
			return s.Touches[i]
		}
	}
	return TouchState{ID: id}
}

// put stores a touch's state.
func (s *State) put(t TouchState) {
	for i := range s.Touches {
		if s.Touches[i].ID == t.ID {
			s.Touches[i] = t
			return
		}
	}
	s.Touches = append(s.Touches, t)
}

// happened is the instant of a milestone.
func (s *State) happened(f onboarding.Fact) (time.Time, bool) {
	for _, m := range s.Milestones {
		if m.Fact == f {
			return m.At, true
		}
	}
	return time.Time{}, false
}

// reach notes a milestone; the first time counts.
func (s *State) reach(f onboarding.Fact, at time.Time) {
	if _, ok := s.happened(f); !ok {
		s.Milestones = append(s.Milestones, Milestone{f, at})
	}
}

// clone copies what Apply changes in place, so that the caller's state stays as it was.
func (s State) clone() State {
	s.Milestones = slices.Clone(s.Milestones)
	s.Touches = slices.Clone(s.Touches)
	s.Seen = slices.Clone(s.Seen)
	s.Troubles = slices.Clone(s.Troubles)
	s.Shifts = slices.Clone(s.Shifts)
	s.Closed = slices.Clone(s.Closed)
	s.LatePhases = slices.Clone(s.LatePhases)
	s.Told = slices.Clone(s.Told)
	s.Feelings = s.Feelings.clone()
	s.Missed, s.Feeds = slices.Clone(s.Missed), slices.Clone(s.Feeds)
	s.Open = slices.Clone(s.Open)
	for i := range s.Open {
		s.Open[i] = s.Open[i].clone()
	}
	s.Clocks = slices.Clone(s.Clocks)
	s.Commitments, s.Warned, s.Done = slices.Clone(s.Commitments), slices.Clone(s.Warned), slices.Clone(s.Done)
	s.Introduction = s.Introduction.clone()
	if s.Pause != nil {
		p := *s.Pause
		s.Pause = &p
	}
	return s
}

// contract is the contract as it reads now.
func (s *State) contract() *onboarding.Contract { return &s.Start.Contract }

// day is the number of calendar days of the customer from the signature to an instant.
func (s *State) day(at time.Time) int {
	w := &s.Calendar.Customer
	return w.Date(at).DaysSince(w.Date(s.contract().SignedAt))
}

// Logical is the instant to reckon with: the due one while the real clock is at most a minute past it, else the real
// one, in whole seconds and never before the last.
func Logical(last, due, real time.Time) time.Time {
	at := real
	if !due.IsZero() && !real.Before(due) && real.Sub(due) <= time.Minute {
		at = due
	}
	at = at.UTC().Truncate(time.Second)
	if at.Before(last) {
		return last
	}
	return at
}

// wholeSecond is the first whole second not before an instant: a tick comes on whole seconds.
func wholeSecond(t time.Time) time.Time {
	return t.UTC().Add(time.Second - 1).Truncate(time.Second)
}
