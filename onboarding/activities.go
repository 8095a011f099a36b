package onboarding

import (
	"context"
	"time"
)

// Activities is everything the workflow asks of the outside world. The activities package implements it; the workflow
// calls it through one generic helper, since workflow.ExecuteActivity checks no argument types.
type Activities interface {
	// Plan makes the calendar of a contract: everybody's windows for 200 days.
	Plan(ctx context.Context, in PlanInput) (Calendar, error)
	// Deliver sends one touch by mail, at most once to each address.
	Deliver(ctx context.Context, in Order) (Outcome, error)
	// Alert sends one message to one of ours, by Slack, by the outbox, or by mail where Slack is down.
	Alert(ctx context.Context, in Order) (Outcome, error)
	// Reconcile asks the provider about a send whose result is not known.
	Reconcile(ctx context.Context, in ReconcileInput) (ReconcileOutput, error)
	// Match keeps a place at a peer for a customer, and settles places that were kept; it is idempotent.
	Match(ctx context.Context, in MatchInput) (MatchOutput, error)
	// Feed tells when a feed was silent for every customer.
	Feed(ctx context.Context, in FeedInput) (FeedOutput, error)
	// Record appends the facts of a step to the journal; it is idempotent.
	Record(ctx context.Context, in RecordInput) (RecordOutput, error)
}

// PlanInput asks for a calendar. Without From and Days it covers the run: from a week before the signature, for 200 days
// at least and four months from Now.
type PlanInput struct {
	Contract Contract  `json:"contract"`
	Now      time.Time `json:"now,omitzero"`
	From     Date      `json:"from,omitzero"` // the first day of the table, in the customer's zone
	Days     int       `json:"days,omitempty"`
	// Backup stands in for the owner; the activity finds them among our people.
	Backup *Person `json:"backup,omitempty"`
}

// ReconcileInput asks about the mails or the alert of one order.
type ReconcileInput struct {
	Key     string  `json:"key"`
	Channel Channel `json:"channel"`
	// Last says that no further question follows: a row that cannot be told stays unknown for good.
	Last bool `json:"last,omitempty"`
}

// ReconcileOutput is the worst answer over the order's mails.
type ReconcileOutput struct {
	Found Found `json:"found"`
}

// MatchInput tells what became of places at peers, and seeks a peer.
type MatchInput struct {
	Contract string   `json:"contract"`
	Run      int      `json:"run"`
	Customer Customer `json:"customer"`
	// At is logical: capacity counts back from it.
	At time.Time `json:"at"`
	// Seek numbers the search within the run; 0 seeks nobody. Not lists peers who are out of the question.
	Seek int      `json:"seek,omitempty"`
	Not  []string `json:"not,omitempty"`
	// Settle ends places of this run, before the search.
	Settle []Place `json:"settle,omitempty"`
	// Candidate is a customer who wants to be a peer: they join the pool, to be asked once ops have confirmed it.
	Candidate *Peer `json:"candidate,omitempty"`
	// Pool are the peers of a rehearsal; without it they are the journal's.
	Pool []Peer `json:"pool,omitempty"`
}

// MatchOutput is the peer at whom a place is kept; nil where none is free.
type MatchOutput struct {
	Peer *PeerMatch `json:"peer,omitempty"`
}

// RecordInput is one step's facts with the contract's row as it stands after it.
type RecordInput struct {
	Contract string         `json:"contract"`
	Run      int            `json:"run"`
	Facts    []RecordedFact `json:"facts"`
	// Revision grows with each workflow task of the run. A task that the server refused is run again, perhaps with
	// other facts under the same numbers: those of the higher revision stand.
	Revision int64          `json:"revision,omitempty"`
	Row      ContractStatus `json:"row"`
	// Suppress lists contacts whose address gets no more mail, by the step's events.
	Suppress []Suppression `json:"suppress,omitempty"`
	// Settled lists inbox events this step consumed.
	Settled []string `json:"settled,omitempty"`
	// Late lists inbox events that came after the end and changed nothing.
	Late []string `json:"late,omitempty"`
	// Amended is set when the contract itself changed.
	Amended *Contract `json:"amended,omitempty"`
}

// RecordOutput is empty; a struct so that fields can be added.
type RecordOutput struct{}

// ContractStatus is the part of a contract's journal row that the workflow keeps up to date.
type ContractStatus struct {
	Phase    Phase     `json:"phase"`
	Stage    Stage     `json:"stage"`
	Health   string    `json:"health"`
	Owner    string    `json:"owner"`
	Playbook string    `json:"playbook"`
	Paused   bool      `json:"paused,omitempty"`
	NextAt   time.Time `json:"next_at,omitzero"` // of the next promise, the end at the latest; zero once ended
	Next     string    `json:"next,omitempty"`   // its touch
	EndedAt  time.Time `json:"ended_at,omitzero"`
	EndedFor string    `json:"ended_for,omitempty"`
	At       time.Time `json:"at"` // logical
}
