package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ImportState is how far a bulk import has come.
type ImportState struct {
	ID        string
	Total     int // lines of the file
	StartedAt time.Time
	Lines     []onboarding.ImportLine // those that were stored, by their number, without Start
}

const (
	// startImportSQL keeps an import unless it is there: then it is being resumed.
	startImportSQL = "INSERT INTO imports (id, total, started_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"

	importSQL = "SELECT total, started_at FROM imports WHERE id = $1"

	// putLineSQL stores a line to be started. Of those that are stored only one that failed is tried again.
	putLineSQL = `
		INSERT INTO import_lines (import, line, contract, outcome, payload) VALUES ($1, $2, $3, 'waiting', $4)
		ON CONFLICT (import, line) DO UPDATE SET contract = excluded.contract, outcome = 'waiting', reason = '', payload = excluded.payload
		WHERE import_lines.outcome = 'failed'`

	// doneLineSQL notes what became of a line that waited.
	doneLineSQL = `
		UPDATE import_lines SET outcome = $3, reason = $4, payload = NULL
		WHERE import = $1 AND line = $2 AND payload IS NOT NULL`

	importLinesSQL = "SELECT line, contract, outcome, reason FROM import_lines WHERE import = $1 ORDER BY line"

	waitingLinesSQL = "SELECT line, contract, payload FROM import_lines WHERE import = $1 AND payload IS NOT NULL ORDER BY line LIMIT $2"

	countLinesSQL = `
		SELECT COALESCE(sum(CASE outcome WHEN 'waiting' THEN 1 END), 0), COALESCE(sum(CASE outcome WHEN 'started' THEN 1 END), 0),
			COALESCE(sum(CASE outcome WHEN 'standing' THEN 1 END), 0), COALESCE(sum(CASE outcome WHEN 'failed' THEN 1 END), 0)
		FROM import_lines WHERE import = $1`
)

// ImportStore keeps lines to be started, all or none. The id is a hash of the file; another total of lines under the
// same id is ErrConflict. A line that waits already or was started stays as it is.
func (j *Journal) ImportStore(ctx context.Context, id string, total int, lines []onboarding.ImportLine) error {
	return j.change(ctx, "store import "+id, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, startImportSQL, id, total, micro(j.now())); err != nil {
			return err
		}
		var stands int
		var at time.Time
		if err := tx.QueryRowContext(ctx, importSQL, id).Scan(&stands, (*instant)(&at)); err != nil {
			return err
		}
		if stands != total {
			return fmt.Errorf("%w: it began with %d lines, not %d", ErrConflict, stands, total)
		}
		put, err := tx.PrepareContext(ctx, putLineSQL)
		if err != nil {
			return err
		}
		defer func() { _ = put.Close() }()
		for _, l := range lines {
			if _, err := put.ExecContext(ctx, id, l.Line, l.Contract, string(l.Start)); err != nil {
				return fmt.Errorf("line %d: %w", l.Line, err)
			}
		}
		return nil
	})
}

// ImportDone notes Outcome and Reason of a line that waited, and forgets its Start. A line that is done stays as it is.
func (j *Journal) ImportDone(ctx context.Context, id string, l onboarding.ImportLine) error {
	_, err := j.exec(ctx, fmt.Sprintf("note line %d of import %s", l.Line, id), doneLineSQL, id, l.Line, l.Outcome, clean(l.Reason))
	return err
}

// ImportWaiting lists the first lines that wait, with Start, at most so many.
func (j *Journal) ImportWaiting(ctx context.Context, id string, most int) ([]onboarding.ImportLine, error) {
	lines, err := list(ctx, j.read, func(row scanner) (onboarding.ImportLine, error) {
		l := onboarding.ImportLine{Outcome: onboarding.LineWaiting}
		err := row.Scan(&l.Line, &l.Contract, document{&l.Start})
		return l, err
	}, waitingLinesSQL, id, most)
	return lines, orNotFound(err, "lines of import %s", id)
}

// ImportCount counts the lines that were stored by what became of them.
func (j *Journal) ImportCount(ctx context.Context, id string) (n onboarding.ImportCount, err error) {
	err = j.read.QueryRowContext(ctx, countLinesSQL, id).Scan(&n.Waiting, &n.Started, &n.Standing, &n.Failed)
	return n, orNotFound(err, "lines of import %s", id)
}

// ImportState tells what became of the lines of an import, or ErrNotFound.
func (j *Journal) ImportState(ctx context.Context, id string) (ImportState, error) {
	s := ImportState{ID: id}
	err := j.read.QueryRowContext(ctx, importSQL, id).Scan(&s.Total, (*instant)(&s.StartedAt))
	if err != nil {
		return s, orNotFound(err, "import %s", id)
	}
	s.Lines, err = list(ctx, j.read, func(row scanner) (l onboarding.ImportLine, err error) {
		err = row.Scan(&l.Line, &l.Contract, &l.Outcome, &l.Reason)
		return l, err
	}, importLinesSQL, id)
	return s, orNotFound(err, "lines of import %s", id)
}
