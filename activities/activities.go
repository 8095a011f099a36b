// Package activities does in the outside world what the workflows ask for: it makes calendars, sends mails and alerts
// at most once, asks providers what became of them, and records facts. It declares the small interfaces it needs.
package activities

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// Ledger is the part of the journal that keeps sends at most once.
type Ledger interface {
	Reserve(ctx context.Context, row onboarding.Send, limits onboarding.Limits, grace time.Duration) (onboarding.Reservation, error)
	Settle(ctx context.Context, key string, state onboarding.SendState, messageID, reason string) error
	SendsOf(ctx context.Context, orderKey string) ([]onboarding.Send, error)
	Sends(ctx context.Context, contract string, run int) ([]onboarding.Send, error)
}

// Recorder is the part of the journal that takes facts.
type Recorder interface {
	Record(ctx context.Context, in onboarding.RecordInput) error
}

// People is the part of the journal that knows our people as they are now; not ok for somebody it does not know.
type People interface {
	Find(ctx context.Context, id string) (p onboarding.Person, ok bool, err error)
}

// Books finds playbooks by content hash.
type Books interface {
	Get(hash string) (*playbook.Playbook, bool)
}

// MailTransport takes mails. Every error of Send is an *onboarding.DeliveryError.
type MailTransport interface {
	Name() string
	Send(ctx context.Context, m onboarding.Mail) (onboarding.Receipt, error)
	Find(ctx context.Context, key string) (onboarding.Found, error)
}

// AlertTransport takes messages to our own people, likewise.
type AlertTransport interface {
	Name() string
	Post(ctx context.Context, a onboarding.Alert) (onboarding.Receipt, error)
	Find(ctx context.Context, key string) (onboarding.Found, error)
}

// Calendars makes a contract's calendar.
type Calendars func(onboarding.PlanInput) (onboarding.Calendar, error)

// Activities implements onboarding.Activities.
type Activities struct {
	Books     Books
	Ledger    Ledger
	People    People
	Peers     Peers
	Inbox     Inbox
	Recorder  Recorder
	Mail      MailTransport
	Alerts    AlertTransport
	Calendars Calendars
	Settings  playbook.Settings
	// Ops is where messages to ops go: the channel is its SlackID.
	Ops onboarding.Person
	// Mode is the installation's; "" says nothing.
	Mode onboarding.Mode
	// Grace is how long a ledger row may stay attempting before it counts as unknown.
	Grace time.Duration
	// RedirectTo, when set, gets every customer mail instead of the customer; AllowDomains, when not empty, are the only
	// domains that mail may go to. Both are for trials.
	RedirectTo   string
	AllowDomains []string
	Log          *slog.Logger
	// HoldRelationship puts relationship mails off while bounces or spam reports are too many; ops alarms set it.
	HoldRelationship atomic.Bool
	// Alarm, when set, tells ops that nothing goes until they act.
	Alarm func(ctx context.Context, code, text string)
	// Count, when set, counts outcomes for the metrics.
	Count func(channel onboarding.Channel, outcome string)
}

var _ onboarding.Activities = (*Activities)(nil)

// Plan makes the calendar of a contract, with the hours of who stands in for the owner.
func (a *Activities) Plan(ctx context.Context, in onboarding.PlanInput) (onboarding.Calendar, error) {
	if o := in.Contract.Owner; o != nil && o.Backup != "" && a.People != nil {
		backup, ok, err := a.People.Find(ctx, o.Backup)
		if err != nil {
			return onboarding.Calendar{}, fmt.Errorf("read the owner's backup: %w", err)
		}
		if ok {
			in.Backup = &backup
		}
	}
	cal, err := a.Calendars(in)
	if err != nil {
		return cal, permanent("calendar", err)
	}
	for _, w := range cal.Warnings {
		a.Log.Warn("calendar", "contract", in.Contract.ID, "warning", w)
	}
	return cal, nil
}

// Record appends a step's facts to the journal.
func (a *Activities) Record(ctx context.Context, in onboarding.RecordInput) (onboarding.RecordOutput, error) {
	return onboarding.RecordOutput{}, a.Recorder.Record(ctx, in)
}

func (a *Activities) count(c onboarding.Channel, outcome string) {
	if a.Count != nil {
		a.Count(c, outcome)
	}
}
