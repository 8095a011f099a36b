package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not in the journal")
	// ErrConflict: something else stands under the same name already, and what stands stays.
	ErrConflict = errors.New("the journal holds something else under this name")
	// ErrSettled: the send has an end that cannot become the one asked for.
	ErrSettled = errors.New("the send is settled otherwise")
	// ErrOrphan: the event is stored, and waits for a contract that the journal does not know yet.
	ErrOrphan = errors.New("no such contract yet; the event is kept")
	// ErrCursor: the page cursor is none that Contracts gave out.
	ErrCursor = errors.New("this page cursor is not one of ours; start again from the first page")
	// ErrNewerSchema: a newer program has been at work on this database.
	ErrNewerSchema = errors.New("the journal was written by a newer version of this program")
)

// Journal is an open database, safe for concurrent use. Several processes may hold one database open.
type Journal struct {
	read    *sql.DB
	write   *sql.DB // the same as read on PostgreSQL; on SQLite a single connection, so that writers queue in order
	dialect dialect
	now     func() time.Time
}

// Option changes how a journal is opened.
type Option func(*Journal)

// WithClock replaces the wall clock that stamps rows and measures grace periods.
func WithClock(now func() time.Time) Option {
	return func(j *Journal) { j.now = now }
}

// Open opens the database at "sqlite:PATH", a plain path, or "postgres://user@host/name", and brings its schema up to
// date; two processes may do so at once. A missing SQLite file is made, with its folder, for the owner's eyes only. A
// schema newer than the program is ErrNewerSchema.
func Open(ctx context.Context, url string, options ...Option) (*Journal, error) {
	at, err := locate(url)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	j := &Journal{dialect: at.dialect, now: time.Now}
	for _, option := range options {
		option(j)
	}
	if j.read, j.write, err = at.connect(ctx); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if err := migrateUp(ctx, j.write, j.dialect); err != nil {
		return nil, errors.Join(fmt.Errorf("open the journal at %s: %w", at.label, err), j.Close())
	}
	return j, nil
}

// Ping reports whether the database answers.
func (j *Journal) Ping(ctx context.Context) error {
	var one int
	if err := j.read.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("the journal does not answer: %w", err)
	}
	return nil
}

// Close closes the database.
func (j *Journal) Close() error {
	if j.read == j.write {
		return j.write.Close()
	}
	return errors.Join(j.read.Close(), j.write.Close())
}

// change runs one write transaction; doing names it in errors. Nothing of it stays when do fails.
func (j *Journal) change(ctx context.Context, doing string, do func(tx *sql.Tx) error) error {
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", doing, err)
	}
	defer tx.Rollback() // does nothing once committed
	if err := do(tx); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", doing, err)
	}
	return nil
}

// exec runs one statement as its own transaction and tells how many rows it changed.
func (j *Journal) exec(ctx context.Context, doing, query string, args ...any) (int64, error) {
	result, err := j.write.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", doing, err)
	}
	return result.RowsAffected()
}

// execTx is exec inside a transaction.
func execTx(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// scanner is a row to read: *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// queryer is where to read: a pool or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// list reads every row of a query with scan.
func list[T any](ctx context.Context, from queryer, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
