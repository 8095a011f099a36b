package onboarding

import (
	"context"
	"time"
)

// DigestActivities are what the workflow Digest asks of the outside world.
type DigestActivities interface {
	// DigestDue lists the digests whose time has come and that did not go yet.
	DigestDue(ctx context.Context, in DigestDueInput) (DigestDueOutput, error)
	// Digest writes and sends one digest, at most once.
	Digest(ctx context.Context, in DigestOrder) (Outcome, error)
	// Reconcile asks the provider about a send whose result is not known.
	Reconcile(ctx context.Context, in ReconcileInput) (ReconcileOutput, error)
}

// DigestInput starts the workflow Digest. Now is the instant it looks at; when zero, that at which it runs.
type DigestInput struct {
	Now time.Time `json:"now,omitzero"`
}

// DigestResult is what became of the digests of one look.
type DigestResult struct {
	Due  int `json:"due"`
	Sent int `json:"sent"`
}

// DigestDueInput asks whose digest is due.
type DigestDueInput struct {
	Now time.Time `json:"now"`
}

// DigestDueOutput lists the digests that are due, by person.
type DigestDueOutput struct {
	Due []DigestOrder `json:"due,omitempty"`
}

// DigestOrder is the digest of one person, or of ops, for one day of theirs.
type DigestOrder struct {
	Person string    `json:"person"`
	Day    Date      `json:"day"`
	Now    time.Time `json:"now"`
	// Resend says that the provider did not take the last attempt, or that nobody can tell.
	Resend bool `json:"resend,omitempty"`
	// Last says that nobody asks any more: a result that is not known counts as lost, and the next digest says the same again.
	Last bool `json:"last,omitempty"`
}

// Key names the digest in the ledger: digest/<person>/<day>. No touch has such a key, for a run is a number and a day is
// no touch.
func (o DigestOrder) Key() string { return TouchDigest + "/" + o.Person + "/" + o.Day.String() }

// Running is an onboarding that has not ended, as the journal lists it.
type Running struct {
	Contract Contract
	Run      int
}

// Addressed is a fact that one of ours must hear of: a task for them, or a case that came to them.
type Addressed struct {
	Contract Contract
	Run      int
	Entry    Entry
}
