package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// sendsSQL lists the sends of one run, oldest first.
	sendsSQL = "SELECT " + sendColumns + " FROM sends WHERE contract = $1 AND run = $2 ORDER BY at, key"

	// sendsOfSQL lists the sends of one order: its own key, and the keys of its mails, which begin with it and a "#".
	sendsOfSQL = "SELECT " + sendColumns + " FROM sends WHERE key = $1 OR (key >= $2 AND key < $3) ORDER BY key"

	// unknownsSQL lists sends without a result, the longest waiting first.
	unknownsSQL = "SELECT " + sendColumns + ` FROM sends
		WHERE state IN ('attempting', 'unknown') AND wall_at < $1 ORDER BY wall_at, key LIMIT $2`
)

// Sends lists the sends of one run by their logical instant.
func (j *Journal) Sends(ctx context.Context, contract string, run int) ([]onboarding.Send, error) {
	sends, err := list(ctx, j.read, scanSend, sendsSQL, contract, run)
	if err != nil {
		return nil, fmt.Errorf("list the sends of %s/%d: %w", contract, run, err)
	}
	return sends, nil
}

// Send finds one send by its key, or ErrNotFound.
func (j *Journal) Send(ctx context.Context, key string) (onboarding.Send, error) {
	row, err := scanSend(j.read.QueryRowContext(ctx, sendSQL, key))
	return row, orNotFound(err, "send %s", key)
}

// SendsOf lists the sends of one order: the row with its key (an alert), or one a contact (a mail).
func (j *Journal) SendsOf(ctx context.Context, order string) ([]onboarding.Send, error) {
	// "$" is the byte after "#", so the half-open range holds every key that begins with the order and a "#".
	sends, err := list(ctx, j.read, scanSend, sendsOfSQL, order, order+"#", order+"$")
	if err != nil {
		return nil, fmt.Errorf("list the sends of order %s: %w", order, err)
	}
	return sends, nil
}

// Unknowns lists sends whose newest attempt began before the instant (by the wall clock) and has no result: unknown, or
// still attempting because the process that attempted is gone.
func (j *Journal) Unknowns(ctx context.Context, olderThan time.Time, limit int) ([]onboarding.Send, error) {
	sends, err := list(ctx, j.read, scanSend, unknownsSQL, moment(olderThan), limit)
	if err != nil {
		return nil, fmt.Errorf("list the sends in doubt: %w", err)
	}
	return sends, nil
}
