package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// InboxState is how far an event has come.
type InboxState string

const (
	InboxReceived  InboxState = "received"  // stored; the sweeper forwards it unless its receiver does
	InboxOrphan    InboxState = "orphan"    // its contract is not known yet; PutContract makes it received
	InboxForwarded InboxState = "forwarded" // Temporal has it
	InboxSettled   InboxState = "settled"   // the onboarding has answered: see the outcome
)

// Outcomes of an event. A refusal is OutcomeRefused and its reason.
const (
	OutcomeApplied = "applied"
	OutcomeEnded   = "ended" // the onboarding was over
	OutcomeRefused = "refused: "
)

// InboxEvent is an event as it was received.
type InboxEvent struct {
	Contract   string
	Event      onboarding.Event
	State      InboxState
	Outcome    string
	ReceivedAt time.Time
}

const inboxColumns = "contract, payload, state, outcome, received_at"

func scanInboxEvent(row scanner) (ev InboxEvent, err error) {
	err = row.Scan(&ev.Contract, document{&ev.Event}, &ev.State, &ev.Outcome, (*instant)(&ev.ReceivedAt))
	return ev, err
}

const (
	// knownSQL finds out whether there is an onboarding for an event.
	knownSQL = "SELECT count(*) FROM contracts WHERE contract = $1 AND latest"

	// receiveSQL keeps an event unless it is there.
	receiveSQL = `
		INSERT INTO inbox (contract, id, kind, payload, state, outcome, received_at) VALUES ($1, $2, $3, $4, $5, '', $6)
		ON CONFLICT (contract, id) DO NOTHING`

	// forwardedSQL notes that Temporal has an event; one that is settled stays so.
	forwardedSQL = `
		UPDATE inbox SET state = 'forwarded', forwarded_at = $3
		WHERE contract = $1 AND id = $2 AND state IN ('received', 'orphan')`

	// settleEventSQL notes the answer to an event; the first one stays, unless the onboarding applied after all what
	// seemed to come after its end: a task that ended it was refused and run again.
	settleEventSQL = `
		UPDATE inbox SET state = 'settled', outcome = $3, settled_at = $4, settled_run = $5, settled_seq = $6
		WHERE contract = $1 AND id = $2 AND (state <> 'settled' OR outcome = 'ended' AND $3 = 'applied')`

	// reopenSQL hands events to the sweeper again that a refused task had applied: an update of it may be lost.
	reopenSQL = `
		UPDATE inbox SET state = 'received', outcome = '', settled_at = NULL
		WHERE contract = $1 AND settled_run = $2 AND settled_seq >= $3 AND state = 'settled' AND outcome = 'applied'`

	// offerAgainSQL hands events to the sweeper again that Temporal had and no step recorded.
	offerAgainSQL = `
		UPDATE inbox SET state = 'received', forwarded_at = NULL WHERE contract = $1 AND state = 'forwarded'`

	// inboxEventSQL finds one event.
	inboxEventSQL = "SELECT " + inboxColumns + " FROM inbox WHERE contract = $1 AND id = $2"

	// pendingSQL lists what a crash left behind, oldest first.
	pendingSQL = "SELECT " + inboxColumns + ` FROM inbox WHERE state = 'received' AND received_at < $1
		ORDER BY received_at LIMIT $2`

	// oldestWaitingSQL finds when the oldest event that was not forwarded came in.
	oldestWaitingSQL = "SELECT min(received_at) FROM inbox WHERE state = 'received'"

	// lastHeardSQL and nextHeardSQL find when an event of a kind last came in up to an instant, and first after one.
	lastHeardSQL = "SELECT max(received_at) FROM inbox WHERE kind = $1 AND received_at <= $2"
	nextHeardSQL = "SELECT min(received_at) FROM inbox WHERE kind = $1 AND received_at > $2"
)

// Receive keeps an event under its own id before anybody acts on it; fresh is false when it is there already. An event
// of a contract that the journal does not know is kept too and reported as ErrOrphan: it is forwarded once the contract
// is stored.
func (j *Journal) Receive(ctx context.Context, contract string, ev onboarding.Event) (fresh bool, err error) {
	if contract == "" || ev.ID == "" {
		return false, errors.New("receive an event: it needs a contract and an id")
	}
	payload, err := toJSON(ev)
	if err != nil {
		return false, fmt.Errorf("receive event %s: %w", ev.ID, err)
	}
	state := InboxReceived
	err = j.change(ctx, "receive event "+ev.ID+" of "+contract, func(tx *sql.Tx) error {
		if err := j.dialect.lock(ctx, tx, lockSharedSQL, "contract/"+contract); err != nil {
			return err
		}
		var known int
		if err := tx.QueryRowContext(ctx, knownSQL, contract).Scan(&known); err != nil {
			return err
		}
		if known == 0 {
			state = InboxOrphan
		}
		n, err := execTx(ctx, tx, receiveSQL, contract, ev.ID, ev.Kind, payload, state, micro(j.now()))
		fresh = n > 0
		return err
	})
	if err == nil && state == InboxOrphan {
		err = fmt.Errorf("contract %s: %w", contract, ErrOrphan)
	}
	return fresh, err
}

// Forwarded notes that Temporal has the event. Saying it twice, or after the event was settled, changes nothing.
func (j *Journal) Forwarded(ctx context.Context, contract, id string) error {
	n, err := j.exec(ctx, "note event "+id+" as forwarded", forwardedSQL, contract, id, micro(j.now()))
	if err != nil || n > 0 {
		return err
	}
	_, err = j.InboxEvent(ctx, contract, id)
	return err
}

// SettleEvent notes the onboarding's answer to an event: OutcomeApplied, OutcomeEnded, or OutcomeRefused and a reason.
// The first answer stays.
func (j *Journal) SettleEvent(ctx context.Context, contract, id, outcome string) error {
	var n int64
	err := j.change(ctx, "settle event "+id, func(tx *sql.Tx) (err error) {
		n, err = j.settleEvent(ctx, tx, contract, id, outcome, 0, 0)
		return err
	})
	if err != nil || n > 0 {
		return err
	}
	_, err = j.InboxEvent(ctx, contract, id)
	return err
}

func (j *Journal) settleEvent(ctx context.Context, tx *sql.Tx, contract, id, outcome string, run, seq int) (int64, error) {
	return execTx(ctx, tx, settleEventSQL, contract, id, clean(outcome), micro(j.now()), run, seq)
}

// OfferAgain hands the events of a contract to the sweeper again that Temporal had and no step recorded: their run is lost.
func (j *Journal) OfferAgain(ctx context.Context, contract string) (int64, error) {
	return j.exec(ctx, "offer the events of "+contract+" again", offerAgainSQL, contract)
}

// InboxEvent finds one event with its answer, or ErrNotFound.
func (j *Journal) InboxEvent(ctx context.Context, contract, id string) (InboxEvent, error) {
	ev, err := scanInboxEvent(j.read.QueryRowContext(ctx, inboxEventSQL, contract, id))
	return ev, orNotFound(err, "event %s of %s", id, contract)
}

// Pending lists events received before the instant and not forwarded, oldest first: what the sweeper takes up. Two
// sweepers may get the same events; forwarding twice does no harm.
func (j *Journal) Pending(ctx context.Context, olderThan time.Time, limit int) ([]InboxEvent, error) {
	events, err := list(ctx, j.read, scanInboxEvent, pendingSQL, moment(olderThan), limit)
	if err != nil {
		return nil, fmt.Errorf("list the pending events: %w", err)
	}
	return events, nil
}

// LastHeard is when an event of the kinds last came in for any customer, up to an instant; zero for never.
func (j *Journal) LastHeard(ctx context.Context, kinds []onboarding.EventKind, until time.Time) (time.Time, error) {
	return j.heard(ctx, lastHeardSQL, kinds, until, time.Time.After)
}

// heard is the best answer over the kinds to a query for an instant beside another; zero for none.
func (j *Journal) heard(ctx context.Context, query string, kinds []onboarding.EventKind, beside time.Time, better func(a, b time.Time) bool) (best time.Time, err error) {
	for _, k := range kinds {
		at, err := scanInstant(j.read.QueryRowContext(ctx, query, k, micro(beside)))
		if err != nil {
			return best, fmt.Errorf("find when a %s was heard of: %w", k, err)
		}
		if !at.IsZero() && (best.IsZero() || better(at, best)) {
			best = at
		}
	}
	return best, nil
}

// Silences lists, in their order, when no event of the kinds had come in for any customer for longer than lately, as far
// as it lies between two instants. It goes by when events were received.
func (j *Journal) Silences(ctx context.Context, kinds []onboarding.EventKind, lately time.Duration, from, to time.Time) ([]onboarding.Span, error) {
	var out []onboarding.Span
	last, err := j.LastHeard(ctx, kinds, from)
	for err == nil && last.Add(lately).Before(to) {
		alive := last.Add(lately)
		later, err := j.LastHeard(ctx, kinds, alive)
		if err != nil {
			return nil, err
		}
		if later.After(last) {
			last = later
			continue
		}
		next, err := j.heard(ctx, nextHeardSQL, kinds, alive, time.Time.Before)
		if err != nil {
			return nil, err
		}
		silence := onboarding.Span{From: alive, To: next}
		if alive.Before(from) {
			silence.From = from
		}
		if next.IsZero() || next.After(to) {
			silence.To = to
		}
		if !silence.From.After(silence.To) {
			out = append(out, silence)
		}
		if next.IsZero() {
			break
		}
		last = next
	}
	return out, err
}
