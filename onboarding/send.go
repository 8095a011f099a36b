package onboarding

import (
	"errors"
	"fmt"
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
	Subject   string     `json:"subject,omitempty"` // set when ops edited the mail
	Body      string     `json:"body,omitempty"`
	// Mode and Resend: see the constants of Mode; Resend says that the provider did not take the last attempt.
	Mode    Mode   `json:"mode"`
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
}

// Mode says how far an installation, owner or playbook may go towards customers.
type Mode string

const (
	// ModeShadow sends nothing to customers; alerts only in the digest.
	ModeShadow Mode = "shadow"
	// ModeReview has the owner approve each mail.
	ModeReview Mode = "review"
	// ModeLive sends.
	ModeLive Mode = "live"
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
