package onboarding

import "time"

// MoveReason says why a promise does not stand where its anchor and offset put it.
type MoveReason string

const (
	MovedWeekend    MoveReason = "weekend"
	MovedHoliday    MoveReason = "holiday"
	MovedDST        MoveReason = "dst"
	MovedQuietHours MoveReason = "quiet_hours"
	MovedSpacing    MoveReason = "spacing"
	MovedCap        MoveReason = "cap"
	MovedClosure    MoveReason = "closure"
)

// Promise is a touch with its date. Its JSON form, printed by `starter plan`, is a public interface: due_at is RFC 3339
// in the customer's zone or null, day counts the customer's calendar days from the signature.
type Promise struct {
	Touch    string       `json:"touch"`
	Phase    *Phase       `json:"phase"`
	Class    Class        `json:"class"`
	Day      *int         `json:"day"`
	DueAt    *time.Time   `json:"due_at"`
	Window   *string      `json:"window"`
	Channel  Channel      `json:"channel"`
	Audience Audience     `json:"audience"`
	Doubt    *Doubt       `json:"doubt"`
	Moved    []MoveReason `json:"moved"`
	WaitsFor *string      `json:"waits_for"`
}
