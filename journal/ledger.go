package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// sendColumns are the columns of scanSend, in its order.
const sendColumns = "key, contract, run, touch, class, channel, address, at, wall_at, state, message_id, reason, alert"

func scanSend(row scanner) (s onboarding.Send, err error) {
	err = row.Scan(&s.Key, &s.Contract, &s.Run, &s.Touch, &s.Class, &s.Channel, &s.Address,
		(*instant)(&s.At), (*instant)(&s.WallAt), &s.State, &s.MessageID, &s.Reason, &s.Alert)
	return s, err
}

const (
	// sendSQL finds one send.
	sendSQL = "SELECT " + sendColumns + " FROM sends WHERE key = $1"

	// doubtSQL gives up on an attempt that has not come back.
	doubtSQL = "UPDATE sends SET state = 'unknown', reason = $2 WHERE key = $1"

	// attemptSQL writes a reservation, anew or over a released one; any other row that got there first stands.
	attemptSQL = `
		INSERT INTO sends (key, contract, run, touch, class, channel, address, at, wall_at, state, attempts, message_id, reason, alert)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'attempting', 1, '', '', $10)
		ON CONFLICT (key) DO UPDATE SET touch = excluded.touch, class = excluded.class, channel = excluded.channel,
			address = excluded.address, at = excluded.at, wall_at = excluded.wall_at, state = excluded.state,
			attempts = sends.attempts + 1, message_id = excluded.message_id, reason = excluded.reason,
			alert = excluded.alert
		WHERE sends.state = 'released'`

	// countedSQL reads the instants of the mails that spacing and cap count at an address. The mail asked about is not
	// among them: it has no row, or a released one.
	countedSQL = `
		SELECT at FROM sends
		WHERE address = $1 AND at > $2 AND at < $3 AND channel = 'email'
			AND class IN ('service', 'relationship') AND state IN ('attempting', 'accepted', 'unknown')
		ORDER BY at`

	// alertedSQL reads the instants of the alerts that count towards a person's budget. The one asked about is not among
	// them, as with countedSQL.
	alertedSQL = `
		SELECT at FROM sends
		WHERE address = $1 AND at > $2 AND at < $3 AND alert AND state IN ('attempting', 'accepted', 'unknown')
		ORDER BY at`

	// settleSQL ends an attempt; the first message id that a provider gave stays.
	settleSQL = `
		UPDATE sends SET state = $2, message_id = CASE WHEN message_id = '' THEN $3 ELSE message_id END, reason = $4
		WHERE key = $1`

	// acknowledgeSQL adds the message id to a send that is settled so already.
	acknowledgeSQL = "UPDATE sends SET message_id = $2 WHERE key = $1 AND message_id = ''"
)

// noAnswer is the reason of a send whose attempt ended without a word.
const noAnswer = "the attempt was never finished"

// Reserve asks to send one message, in one transaction that no other reservation for the same address runs beside. Only
// on Reserved may the caller send, and it must Settle afterwards.
//
// A row that stands under the key is Existing, with its state; one that has been attempting for the grace period or
// longer becomes unknown first. A released row is attempted anew, under the same checks as a new one. Mail is then held
// against suppressions and limits: an opt-out stops relationship mails, a hard bounce or spam report every mail,
// confirmations too; spacing holds for service and relationship mails, the cap for relationship mails, both counted by
// the logical At over all contracts. An alert that is one too many for its person is Suppressed with ReasonBudget. The
// row's WallAt and State are the journal's to set.
func (j *Journal) Reserve(ctx context.Context, row onboarding.Send, limits onboarding.Limits, grace time.Duration) (onboarding.Reservation, error) {
	var r onboarding.Reservation
	if row.Key == "" || row.Address == "" || row.At.IsZero() {
		return r, fmt.Errorf("reserve %q: a send needs a key, an address and an instant", row.Key)
	}
	if row.Channel == onboarding.ChannelEmail {
		row.Address = fold(row.Address)
	}
	row.At, row.WallAt, row.State = micro(row.At), micro(j.now()), onboarding.SendAttempting
	row.MessageID, row.Reason = "", ""
	err := j.change(ctx, "reserve "+row.Key, func(tx *sql.Tx) (err error) {
		r, err = j.reserve(ctx, tx, row, limits, grace)
		return err
	})
	return r, err
}

func (j *Journal) reserve(ctx context.Context, tx *sql.Tx, row onboarding.Send, limits onboarding.Limits, grace time.Duration) (onboarding.Reservation, error) {
	if err := j.dialect.lock(ctx, tx, lockSQL, "address/"+row.Address); err != nil {
		return onboarding.Reservation{}, err
	}
	standing, err := scanSend(tx.QueryRowContext(ctx, sendSQL+j.dialect.forUpdate(), row.Key))
	if err == nil && standing.State != onboarding.SendReleased {
		return j.existing(ctx, tx, standing, row.WallAt.Add(-grace))
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return onboarding.Reservation{}, err
	}
	if row.Channel == onboarding.ChannelEmail {
		if refusal, refused, err := j.refused(ctx, tx, row, limits); refused || err != nil {
			return refusal, err
		}
	}
	if row.Alert {
		if over, err := overBudget(ctx, tx, row, limits); over || err != nil {
			return onboarding.Reservation{Outcome: onboarding.Suppressed, Reason: onboarding.ReasonBudget}, err
		}
	}
	written, err := execTx(ctx, tx, attemptSQL, row.Key, row.Contract, row.Run, row.Touch, row.Class, row.Channel,
		row.Address, row.At, row.WallAt, row.Alert)
	if err != nil {
		return onboarding.Reservation{}, err
	}
	if written == 0 { // another process reserved the key a moment ago, for another address
		standing, err := scanSend(tx.QueryRowContext(ctx, sendSQL, row.Key))
		return onboarding.Reservation{Outcome: onboarding.Existing, Row: standing}, err
	}
	return onboarding.Reservation{Outcome: onboarding.Reserved, Row: row}, nil
}

// existing answers with the row that stands; an attempt begun at giveUp or before is unknown from now on.
func (j *Journal) existing(ctx context.Context, tx *sql.Tx, row onboarding.Send, giveUp time.Time) (onboarding.Reservation, error) {
	if row.State == onboarding.SendAttempting && !row.WallAt.After(giveUp) {
		row.State, row.Reason = onboarding.SendUnknown, noAnswer
		if _, err := tx.ExecContext(ctx, doubtSQL, row.Key, row.Reason); err != nil {
			return onboarding.Reservation{}, err
		}
	}
	return onboarding.Reservation{Outcome: onboarding.Existing, Row: row}, nil
}

// refused holds a mail against the suppressions and the limits of its address.
func (j *Journal) refused(ctx context.Context, tx *sql.Tx, row onboarding.Send, limits onboarding.Limits) (onboarding.Reservation, bool, error) {
	reason, err := suppressed(ctx, tx, row)
	if err != nil || reason != "" {
		return onboarding.Reservation{Outcome: onboarding.Suppressed, Reason: reason}, reason != "", err
	}
	if row.Class != onboarding.ClassService && row.Class != onboarding.ClassRelationship {
		return onboarding.Reservation{}, false, nil
	}
	back, ahead := max(week, limits.Spacing), max(time.Microsecond, limits.Spacing)
	sent, err := list(ctx, tx, scanInstant, countedSQL, row.Address, row.At.Add(-back), row.At.Add(ahead))
	if err != nil {
		return onboarding.Reservation{}, false, err
	}
	until, reason := defers(sent, row.At, row.Class, limits)
	return onboarding.Reservation{Outcome: onboarding.Deferred, Until: until, Reason: reason}, reason != "", nil
}

// overBudget reports whether a person has had as many alerts as they may, on their day or in the week before it ends.
func overBudget(ctx context.Context, tx *sql.Tx, row onboarding.Send, limits onboarding.Limits) (bool, error) {
	if limits.PerDay <= 0 && limits.PerWeek <= 0 {
		return false, nil
	}
	ends := dayEnd(row.At, limits)
	had, err := list(ctx, tx, scanInstant, alertedSQL, row.Address, row.At.Add(-week), ends)
	if err != nil {
		return false, err
	}
	return tooMany(had, limits), nil
}

func scanInstant(row scanner) (t time.Time, err error) {
	err = row.Scan((*instant)(&t))
	return t, err
}

// Settle ends an attempt. A send that is attempting or unknown becomes accepted, rejected, unknown or released; a
// released one may still become accepted, for the provider's word that it took the mail beats our belief that it had
// not. Settling to the state that stands changes nothing; anything else is ErrSettled. Reason and message id may be
// empty, and the first message id stays.
func (j *Journal) Settle(ctx context.Context, key string, state onboarding.SendState, messageID, reason string) error {
	return j.change(ctx, "settle "+key, func(tx *sql.Tx) error {
		row, err := scanSend(tx.QueryRowContext(ctx, sendSQL+j.dialect.forUpdate(), key))
		if err != nil {
			return orNotFound(err, "no such send")
		}
		if row.State == state && state != onboarding.SendAttempting {
			_, err = tx.ExecContext(ctx, acknowledgeSQL, key, clean(messageID))
			return err
		}
		if !mayBecome(row.State, state) {
			return fmt.Errorf("%w: it is %s and cannot become %s", ErrSettled, row.State, state)
		}
		_, err = tx.ExecContext(ctx, settleSQL, key, state, clean(messageID), clean(reason))
		return err
	})
}

// mayBecome reports whether a send may go from one state to another by an answer.
func mayBecome(from, to onboarding.SendState) bool {
	switch to {
	case onboarding.SendAccepted:
		return from != onboarding.SendRejected
	case onboarding.SendRejected, onboarding.SendUnknown, onboarding.SendReleased:
		return from == onboarding.SendAttempting || from == onboarding.SendUnknown
	}
	return false
}
