package onboarding

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Order is one outward act that the core asks for: a mail (activity Deliver) or a message to one of ours (Alert). It
// carries all that a text may print, and the contract without worries and notes.
type Order struct {
	Key      string    `json:"key"` // <contract>/<run>/<touch>
	At       time.Time `json:"at"`  // logical
	Run      int       `json:"run"`
	Playbook string    `json:"playbook"`
	Touch    string    `json:"touch"`
	// Variant selects the text: "" the normal one, "fallback" without facts, "late", or "merged" (owner = sales).
	Variant  string   `json:"variant,omitempty"`
	Class    Class    `json:"class"`
	Channel  Channel  `json:"channel"`
	Audience Audience `json:"audience"`
	// To lists contact ids (audience customer) or one person's id.
	To        []string `json:"to"`
	Cc        []string `json:"cc,omitempty"` // ids of ours
	From      Audience `json:"from,omitempty"`
	Doubt     Doubt    `json:"doubt,omitempty"`
	Case      string   `json:"case_history,omitempty"`
	Contract  Contract `json:"contract"`
	Facts     []Fact   `json:"facts,omitempty"`      // those that hold
	KickoffAt string   `json:"kickoff_at,omitempty"` // a date or RFC 3339, as booked
	InvoiceAt string   `json:"invoice_at,omitempty"`
	RefundDay Date     `json:"refund_day,omitzero"`  // the refund's last day
	RefundOff DayKind  `json:"refund_off,omitempty"` // set when that day is no working day
	// NextDates are the next things that will happen to the customer, for the welcome.
	NextDates []NextDate `json:"next_dates,omitempty"`
	// Peer is set in the mails of an introduction; with its id alone, the rest is looked up at the send.
	Peer *Peer `json:"peer,omitempty"`
	// Commitments lists those that stand, for the texts that name them.
	Commitments []Commitment `json:"commitments,omitempty"`
	// Notice is set for a message to one of ours that no touch of the plan describes.
	Notice  *Notice `json:"notice,omitempty"`
	Subject string  `json:"subject,omitempty"` // set when ops edited the mail
	Body    string  `json:"body,omitempty"`
	// Mode is the run's own; "" where it was started without one. What holds is judged at the send, see Strictest.
	Mode Mode `json:"mode"`
	// Approved says that somebody approved this mail, or that approval is taken as given: review does not keep it.
	Approved bool `json:"approved,omitempty"`
	// Resend says that the provider did not take the last attempt.
	Resend  bool   `json:"resend,omitempty"`
	Samples bool   `json:"samples,omitempty"`
	Limits  Limits `json:"limits"`
}

// NextDate is a coming date told to the customer: what is a touch id or a date's name.
type NextDate struct {
	What string    `json:"what"`
	At   time.Time `json:"at"`
}

// Limits are what the ledger enforces per address over all contracts.
type Limits struct {
	Spacing        time.Duration `json:"spacing"`
	FirstWeekUntil time.Time     `json:"first_week_until"`
	FirstWeek      int           `json:"first_week"`
	AnyWeek        int           `json:"any_week"`
	// PerDay and PerWeek are the budget of alerts of one person of ours: on their day, which began at DayStart, and in
	// any 168 hours; 0 is no limit. They hold for sends that count as alerts alone.
	PerDay   int       `json:"per_day,omitempty"`
	PerWeek  int       `json:"per_week,omitempty"`
	DayStart time.Time `json:"day_start,omitzero"`
}

// Mode says how far an installation, a playbook, an owner or a run may go; "" says nothing.
type Mode string

const (
	// ModeShadow sends nothing to customers, and no messages to our own people.
	ModeShadow Mode = "shadow"
	// ModeReview has the owner approve each mail but confirmations, which are owed at once.
	ModeReview Mode = "review"
	// ModeLive sends.
	ModeLive Mode = "live"
)

// Modes lists the modes, the strictest first.
var Modes = []Mode{ModeShadow, ModeReview, ModeLive}

// Strictest is the mode that holds where several have a say: the one that lets the least through, live where none says
// anything. A word that is no mode counts as shadow: what nobody understands sends nothing.
func Strictest(modes ...Mode) Mode {
	out := ModeLive
	for _, m := range modes {
		switch {
		case m == "" || m == ModeLive:
		case m == ModeReview && out == ModeLive:
			out = ModeReview
		case m != ModeReview:
			return ModeShadow
		}
	}
	return out
}

// Reasons of outcomes that the core or a report knows by name.
const (
	// ReasonShadow drops what the mode keeps from going.
	ReasonShadow = "shadow"
	// ReasonBudget drops an alert that is one too many for its person: the digest shows it.
	ReasonBudget = "budget"
	// ReasonNothing drops a digest that has nothing to say.
	ReasonNothing = "nothing_to_say"
	// ReasonApproval holds a mail that the owner must approve.
	ReasonApproval = "awaiting_approval"
)

// OutcomeKind is how an order ended.
type OutcomeKind string

const (
	OutcomeSent     OutcomeKind = "sent"
	OutcomeDropped  OutcomeKind = "dropped"  // it will never go; Reason says why
	OutcomeDeferred OutcomeKind = "deferred" // not before Until
	OutcomeUnknown  OutcomeKind = "unknown"  // the provider may or may not have taken it
)

// Outcome answers an order.
type Outcome struct {
	Kind    OutcomeKind `json:"kind"`
	Subject string      `json:"subject,omitempty"`
	Reason  string      `json:"reason,omitempty"`
	Until   time.Time   `json:"until,omitzero"`
	// Task asks for an owner task with this reason.
	Task string `json:"task,omitempty"`
	// Sent lists the ids that were reached.
	Sent []string `json:"sent,omitempty"`
}

// Address is a mail address with its display name.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

// Mail is a rendered message, ready for a transport.
type Mail struct {
	Key      string // unique a mail: the order's key, "#" and the contact's id
	Class    Class
	Language string
	From     Address
	ReplyTo  Address
	To       Address
	Cc       []Address
	Subject  string
	Text     string
	HTML     string
	// Unsubscribe is the one-click URL (RFC 8058); empty but on relationship mails.
	Unsubscribe string
	// RedirectedFrom is the address this mail was meant for, when a trial redirects it.
	RedirectedFrom string
	At             time.Time // logical
}

// Alert is a rendered message to one of ours.
type Alert struct {
	Key      string    `json:"key"`
	Contract string    `json:"contract"`
	Touch    string    `json:"touch,omitempty"`
	To       string    `json:"to"` // a person's id
	SlackID  string    `json:"slack_id,omitempty"`
	Email    string    `json:"email,omitempty"`
	Title    string    `json:"title"`
	Text     string    `json:"text"` // Slack mrkdwn, already escaped
	Lines    []string  `json:"lines,omitempty"`
	At       time.Time `json:"at"`
	Run      int       `json:"run,omitempty"`
	Case     string    `json:"case,omitempty"`
	Language string    `json:"language,omitempty"` // of the buttons' dialogs
	// Facts are shown below the text, each under its label; Text is mrkdwn, escaped.
	Facts []AlertFact `json:"facts,omitempty"`
	// Actions are the buttons; none on a message that was decided.
	Actions []AlertAction `json:"actions,omitempty"`
	// Rewrite is the id of the message that this one takes the place of, Thread that of the one whose thread it goes to;
	// Note is told to the thread of a rewritten message.
	Rewrite string `json:"rewrite,omitempty"`
	Thread  string `json:"thread,omitempty"`
	Note    string `json:"note,omitempty"`
	// NoMail says that it only adds to what its person was told: where it would have to be a mail it stands in the digest.
	NoMail bool `json:"no_mail,omitempty"`
	// Mention calls the person by name, so that Slack rings.
	Mention bool `json:"mention,omitempty"`
}

// Unescape takes Slack's escapes out of a text.
var Unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace

// AlertFact is a labelled piece of a message.
type AlertFact struct {
	Label string `json:"label"`
	Text  string `json:"text"`
	// Actions are buttons that belong to this piece and stand right below it.
	Actions []AlertAction `json:"actions,omitempty"`
}

// ActionID is what a button asks for.
type ActionID string

const (
	ActionAcknowledge ActionID = "acknowledge" // I'm on it
	ActionSnooze      ActionID = "snooze"
	ActionFalseAlarm  ActionID = "false_alarm"
	ActionResolve     ActionID = "resolve"
	ActionReassign    ActionID = "reassign"
	ActionCalled      ActionID = "called"       // I called: contacted
	ActionAnswered    ActionID = "answered"     // I answered
	ActionDoubt       ActionID = "doubt"        // the owner picks the doubt, which is the action's Value
	ActionAnswer      ActionID = "answer"       // send the answer whose touch is the action's Value
	ActionAdmit       ActionID = "admit"        // admit the fault: fault_admitted
	ActionDossier     ActionID = "dossier"      // fill in the dossier
	ActionAccept      ActionID = "accept"       // accept the dossier
	ActionReturn      ActionID = "return"       // give it back with a question
	ActionSkip        ActionID = "touch_skip"   // of the digest: the touch is the action's Value
	ActionEdit        ActionID = "touch_edit"   //
	ActionCallMyself  ActionID = "touch_called" // I'll call instead of the mail
	ActionApprove     ActionID = "touch_approve"
)

// AlertAction is a button.
type AlertAction struct {
	ID    ActionID `json:"id"`
	Label string   `json:"label"`
	Value string   `json:"value,omitempty"`
	// Style is "primary", "danger" or "".
	Style string `json:"style,omitempty"`
	// Contract and Run say whose button it is where the message is about several; else the alert's.
	Contract string `json:"contract,omitempty"`
	Run      int    `json:"run,omitempty"`
}

// Receipt is what a transport says of an accepted message.
type Receipt struct {
	MessageID string `json:"message_id,omitempty"`
}

// Found answers "did you take the message with this key?".
type Found string

const (
	FoundAccepted   Found = "accepted"
	FoundNot        Found = "not_found"
	FoundCannotTell Found = "cannot_tell"
)

// FaultKind tells what a transport's failure means for the message.
type FaultKind string

const (
	// FaultRefused: this message is wrong and will never go (400, 413, unknown user).
	FaultRefused FaultKind = "refused"
	// FaultConfiguration: key, sender or permission; nothing goes until ops act (401, 403).
	FaultConfiguration FaultKind = "configuration"
	// FaultThrottled: not taken; try again after RetryAfter (429).
	FaultThrottled FaultKind = "throttled"
	// FaultUnreached: it never left; try again (no connection).
	FaultUnreached FaultKind = "unreached"
	// FaultUnknown: it left and no answer came, or the provider failed (5xx, time-out after the write).
	FaultUnknown FaultKind = "unknown"
)

// DeliveryError is how every transport reports a message that it did not surely accept.
type DeliveryError struct {
	Kind       FaultKind
	RetryAfter time.Duration // for FaultThrottled; 0 when the provider named none
	Err        error
}

// ErrNobodyThere says that the account of one of ours was closed: what goes there reaches nobody.
var ErrNobodyThere = errors.New("the account of this person is closed")

func (e *DeliveryError) Error() string { return fmt.Sprintf("%s: %v", e.Kind, e.Err) }
func (e *DeliveryError) Unwrap() error { return e.Err }

// Fault is the kind of a transport's error; anything a transport did not classify is unknown, the careful reading.
func Fault(err error) FaultKind {
	var d *DeliveryError
	if errors.As(err, &d) {
		return d.Kind
	}
	return FaultUnknown
}

// SendState is the state of a ledger row.
type SendState string

const (
	SendAttempting SendState = "attempting" // committed before the provider is called
	SendAccepted   SendState = "accepted"
	SendRejected   SendState = "rejected"
	SendUnknown    SendState = "unknown"
	SendReleased   SendState = "released" // surely not taken; may be attempted again
)

// Send is a row of the ledger: one delivery to one address.
type Send struct {
	Key       string // primary key
	Contract  string
	Run       int
	Touch     string
	Class     Class
	Channel   Channel
	Address   string    // lower-case e-mail address, or a person's id for alerts
	At        time.Time // logical; spacing and caps count by it
	WallAt    time.Time // of the newest attempt
	State     SendState
	MessageID string
	Reason    string
	// Alert counts the send towards its person's budget, see Limits.PerDay; it is a message of its own, which later ones rewrite.
	Alert bool
}

// ReserveOutcome is the ledger's answer to a reservation.
type ReserveOutcome string

const (
	Reserved   ReserveOutcome = "reserved"   // the caller must send, then settle
	Existing   ReserveOutcome = "existing"   // a row stands already: see its state
	Suppressed ReserveOutcome = "suppressed" // this address gets no such mail
	Deferred   ReserveOutcome = "deferred"   // spacing or cap over all contracts
)

// Reservation answers a request to send.
type Reservation struct {
	Outcome ReserveOutcome
	Row     Send // for Existing
	Reason  string
	Until   time.Time // for Deferred, logical
}

// Suppression stops mail to an address on every contract.
type Suppression struct {
	Address string
	Reason  string // unsubscribed, bounced, spam_reported
	// All stops every mail; otherwise relationship mails only (an opt-out).
	All bool
	At  time.Time
}
