package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// suppressSQL adds a reason to an address; what stops all mail never weakens.
	suppressSQL = `
		INSERT INTO suppressions (address, reason, all_mail, at, wall_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (address, reason) DO UPDATE SET all_mail = TRUE WHERE excluded.all_mail AND NOT suppressions.all_mail`

	// suppressionsSQL lists what stands against an address.
	suppressionsSQL = "SELECT address, reason, all_mail, at FROM suppressions WHERE address = $1 ORDER BY at, reason"

	// suppressedSQL finds the gravest reason against a mail; $2 says that an opt-out counts too.
	suppressedSQL = `
		SELECT reason FROM suppressions WHERE address = $1 AND (all_mail OR $2)
		ORDER BY all_mail DESC, at, reason LIMIT 1`
)

// Suppress stops mail to addresses on every contract, for good. Saying it again changes nothing.
func (j *Journal) Suppress(ctx context.Context, suppressions []onboarding.Suppression) error {
	return j.change(ctx, "suppress", func(tx *sql.Tx) error { return j.suppress(ctx, tx, suppressions) })
}

// suppress writes in the order of the addresses, so that two transactions never wait for each other. A suppression
// without an address stops nothing and is left out.
func (j *Journal) suppress(ctx context.Context, tx *sql.Tx, suppressions []onboarding.Suppression) error {
	sorted := slices.Clone(suppressions)
	for i := range sorted {
		sorted[i].Address = fold(sorted[i].Address)
	}
	slices.SortFunc(sorted, func(a, b onboarding.Suppression) int {
		return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.Reason, b.Reason))
	})
	for _, s := range sorted {
		if s.Address == "" {
			continue
		}
		now := j.now()
		if s.At.IsZero() {
			s.At = now
		}
		if _, err := tx.ExecContext(ctx, suppressSQL, s.Address, clean(s.Reason), s.All, moment(s.At), moment(now)); err != nil {
			return fmt.Errorf("suppress for %s: %w", s.Reason, err)
		}
	}
	return nil
}

// Suppressions lists what stands against an address, oldest first.
func (j *Journal) Suppressions(ctx context.Context, address string) ([]onboarding.Suppression, error) {
	scan := func(row scanner) (s onboarding.Suppression, err error) {
		err = row.Scan(&s.Address, &s.Reason, &s.All, (*instant)(&s.At))
		return s, err
	}
	suppressions, err := list(ctx, j.read, scan, suppressionsSQL, fold(address))
	if err != nil {
		return nil, fmt.Errorf("list the suppressions of an address: %w", err)
	}
	return suppressions, nil
}

// suppressed is the reason why this mail may not go, "" when it may.
func suppressed(ctx context.Context, tx *sql.Tx, row onboarding.Send) (reason string, err error) {
	err = tx.QueryRowContext(ctx, suppressedSQL, row.Address, row.Class == onboarding.ClassRelationship).Scan(&reason)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return reason, err
}

// MailEvent is what a mail provider reported about one send.
type MailEvent struct {
	ID    string // the provider's own id of the event
	Key   string // of the send
	Event string // the provider's word for it
	At    time.Time
	Raw   []byte // as received; holds an address
}

const (
	// addMailEventSQL keeps an event unless it is there.
	addMailEventSQL = `
		INSERT INTO mail_events (id, key, event, at, raw, wall_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`

	// mailEventsSQL lists the events of one send, in the provider's time.
	mailEventsSQL = "SELECT id, key, event, at, raw FROM mail_events WHERE key = $1 ORDER BY at, id"
)

// AddMailEvent keeps an event; providers repeat themselves, and fresh is false for one that is known.
func (j *Journal) AddMailEvent(ctx context.Context, ev MailEvent) (fresh bool, err error) {
	if ev.ID == "" {
		return false, errors.New("keep a mail event: it has no id")
	}
	raw := ev.Raw
	if raw == nil {
		raw = []byte{}
	}
	n, err := j.exec(ctx, "keep mail event "+ev.ID, addMailEventSQL,
		ev.ID, ev.Key, clean(ev.Event), micro(ev.At), raw, micro(j.now()))
	return n > 0, err
}

// MailEvents lists the events of one send by the provider's time; they come in no order.
func (j *Journal) MailEvents(ctx context.Context, key string) ([]MailEvent, error) {
	scan := func(row scanner) (ev MailEvent, err error) {
		err = row.Scan(&ev.ID, &ev.Key, &ev.Event, (*instant)(&ev.At), &ev.Raw)
		return ev, err
	}
	events, err := list(ctx, j.read, scan, mailEventsSQL, key)
	if err != nil {
		return nil, fmt.Errorf("list the mail events of %s: %w", key, err)
	}
	return events, nil
}
