package onboarding

import "time"

// EventKind names something that happened; the same names serve `starter event`, the API and scenarios.
type EventKind string

const (
	EventLogin             EventKind = "login"
	EventKickoffBooked     EventKind = "kickoff_booked"
	EventKickoffHeld       EventKind = "kickoff_held"
	EventInstalled         EventKind = "installed"
	EventFirstValue        EventKind = "first_value"
	EventGoalReached       EventKind = "goal_reached"
	EventTrainingBooked    EventKind = "training_booked"
	EventTrainingCompleted EventKind = "training_completed"
	EventInvoiceDue        EventKind = "invoice_due"
	EventQuestion          EventKind = "question"
	EventAnswered          EventKind = "answered"
	EventComplaint         EventKind = "complaint"
	EventMishap            EventKind = "mishap"
	EventMishapSolved      EventKind = "mishap_solved"
	EventFaultAdmitted     EventKind = "fault_admitted"
	EventCommitmentMade    EventKind = "commitment_made"
	EventCommitmentMoved   EventKind = "commitment_moved"
	EventCommitmentKept    EventKind = "commitment_kept"
	EventMeetingMissed     EventKind = "meeting_missed"
	EventContactAttempted  EventKind = "contact_attempted"
	EventContacted         EventKind = "contacted"
	EventInvoiceDisputed   EventKind = "invoice_disputed"
	EventChampionLeft      EventKind = "champion_left"
	EventRefundInquiry     EventKind = "refund_inquiry"
	EventRefundRequested   EventKind = "refund_requested"
	EventWithdrawal        EventKind = "withdrawal_declared"
	EventCancellation      EventKind = "cancellation_requested"
	EventUpgradeRequested  EventKind = "upgrade_requested"
	EventUpgradeCompleted  EventKind = "upgrade_completed"
	EventEmailReply        EventKind = "email_reply"
	EventSurveyAnswered    EventKind = "survey_answered"
	EventUnsubscribed      EventKind = "unsubscribed"
	EventBounced           EventKind = "bounced"
	EventSpamReported      EventKind = "spam_reported"
	EventHandoffFilled     EventKind = "handoff_filled"
	EventHandoffAccepted   EventKind = "handoff_accepted"
	EventHandoffReturned   EventKind = "handoff_returned"
	EventAcknowledged      EventKind = "acknowledged"
	EventSnoozed           EventKind = "snoozed"
	EventFalseAlarm        EventKind = "false_alarm"
	EventResolved          EventKind = "resolved"
	EventPeerAccepted      EventKind = "peer_accepted"
	EventPeerDeclined      EventKind = "peer_declined"
	EventPaused            EventKind = "paused"
	EventResumed           EventKind = "resumed"
	EventOwnerChanged      EventKind = "owner_changed"
	EventAmended           EventKind = "amended"
	EventVoided            EventKind = "voided"
	EventEnded             EventKind = "ended"
)

// Steering events come from ops through the engine only; a scenario or webhook cannot send them.
const (
	EventTouchSkipped EventKind = "touch_skipped" // this touch will not go
	EventTouchHurried EventKind = "touch_hurried" // this touch goes at once, and counts as approved
	EventTouchEdited  EventKind = "touch_edited"  // this mail goes with another subject or text
	EventTouchParked  EventKind = "touch_parked"  // this mail waits until a given instant
	EventAdopted      EventKind = "adopted"       // the run moves to another playbook
)

// EventKinds lists every public kind.
var EventKinds = []EventKind{
	EventLogin, EventKickoffBooked, EventKickoffHeld, EventInstalled, EventFirstValue, EventGoalReached,
	EventTrainingBooked, EventTrainingCompleted, EventInvoiceDue, EventQuestion, EventAnswered, EventComplaint,
	EventMishap, EventMishapSolved, EventFaultAdmitted, EventCommitmentMade, EventCommitmentMoved, EventCommitmentKept,
	EventMeetingMissed, EventContactAttempted, EventContacted, EventInvoiceDisputed, EventChampionLeft,
	EventRefundInquiry, EventRefundRequested, EventWithdrawal, EventCancellation, EventUpgradeRequested,
	EventUpgradeCompleted, EventEmailReply, EventSurveyAnswered, EventUnsubscribed, EventBounced, EventSpamReported,
	EventHandoffFilled, EventHandoffAccepted, EventHandoffReturned, EventAcknowledged, EventSnoozed, EventFalseAlarm,
	EventResolved, EventPeerAccepted, EventPeerDeclined, EventPaused, EventResumed, EventOwnerChanged, EventAmended,
	EventVoided, EventEnded,
}

// ReasonCallInstead is why a mail was skipped whose owner wants to call instead: it raises that as a task. Only when they
// have called is the customer contacted.
const ReasonCallInstead = "call_instead"

// SteeringKinds lists the kinds only ops can send.
var SteeringKinds = []EventKind{EventTouchSkipped, EventTouchHurried, EventTouchEdited, EventTouchParked, EventAdopted}

// Answered reports whether the sender waits for a yes or a no: such an event travels as the Temporal update `apply`,
// every other as the Temporal signal SignalEvent.
func (k EventKind) Answered() bool {
	switch k {
	case EventAcknowledged, EventSnoozed, EventFalseAlarm, EventResolved, EventHandoffAccepted, EventPaused, EventResumed,
		EventOwnerChanged, EventEnded, EventPeerAccepted, EventPeerDeclined, EventAmended, EventVoided,
		EventTouchSkipped, EventTouchHurried, EventTouchEdited, EventTouchParked, EventAdopted:
		return true
	}
	return false
}

// OfPeers tells an answer to an introduction. One that fits nothing is recorded like any event, as in a rehearsal, and its
// sender is told no all the same.
func (k EventKind) OfPeers() bool { return k == EventPeerAccepted || k == EventPeerDeclined }

// OfCase tells what somebody did about a case, and says nothing else.
func (k EventKind) OfCase() bool {
	return k == EventAcknowledged || k == EventSnoozed || k == EventFalseAlarm || k == EventResolved
}

// OfCommitment tells what became of a commitment.
func (k EventKind) OfCommitment() bool {
	return k == EventCommitmentMade || k == EventCommitmentMoved || k == EventCommitmentKept
}

// Event is one thing that happened, from any channel. At is when it happened, not when we heard of it.
type Event struct {
	ID      string    `json:"id,omitempty" yaml:"id,omitempty"`
	Kind    EventKind `json:"kind" yaml:"kind"`
	At      time.Time `json:"at,omitzero" yaml:"-"`
	Channel string    `json:"channel,omitempty" yaml:"channel,omitempty"`
	By      string    `json:"by,omitempty" yaml:"by,omitempty"`
	Contact string    `json:"contact,omitempty" yaml:"contact,omitempty"`

	Date    string   `json:"date,omitempty" yaml:"date,omitempty"` // a date or RFC 3339
	What    string   `json:"what,omitempty" yaml:"what,omitempty"`
	Due     string   `json:"due,omitempty" yaml:"due,omitempty"` // a date or RFC 3339
	Text    string   `json:"text,omitempty" yaml:"text,omitempty"`
	Survey  string   `json:"survey,omitempty" yaml:"survey,omitempty"` // csat, nps, ces, quality
	Value   string   `json:"value,omitempty" yaml:"value,omitempty"`
	Case    string   `json:"case,omitempty" yaml:"case,omitempty"`
	Until   string   `json:"until,omitempty" yaml:"until,omitempty"` // a date or RFC 3339
	Outcome string   `json:"outcome,omitempty" yaml:"outcome,omitempty"`
	Peer    string   `json:"peer,omitempty" yaml:"peer,omitempty"`
	Dates   string   `json:"dates,omitempty" yaml:"dates,omitempty"` // shift, keep
	Reason  string   `json:"reason,omitempty" yaml:"reason,omitempty"`
	Dossier *Dossier `json:"dossier,omitempty" yaml:"dossier,omitempty"`
	Owner   *Person  `json:"owner,omitempty" yaml:"owner,omitempty"`

	// Reading is what the text of an email_reply says; whoever takes the event in reads it, so that it is read once.
	Reading *Reading `json:"reading,omitempty" yaml:"-"`
	// Amendment is the whole contract as it reads from now on; for amended.
	Amendment *Contract `json:"contract,omitempty" yaml:"-"`
	// Touch, Subject and Body belong to the steering events; Playbook to adopted.
	Touch    string `json:"touch,omitempty" yaml:"-"`
	Subject  string `json:"subject,omitempty" yaml:"-"`
	Body     string `json:"body,omitempty" yaml:"-"`
	Playbook string `json:"playbook,omitempty" yaml:"-"`
}

// SaysByWhen reports whether an answer promises something for a day.
func (e Event) SaysByWhen() bool {
	return e.Due != "" && (e.Kind == EventAnswered || e.Kind == EventContacted)
}

// Channels lists the channels an event may come by; product is the default.
var Channels = []string{"email", "phone", "chat", "social", "whatsapp", "meeting", "pec", "post", "product", "crm", "slack"}
