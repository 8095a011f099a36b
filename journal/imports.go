package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// ImportState is how far a bulk import has come.
type ImportState struct {
	ID        string
	Total     int // lines of the file
	StartedAt time.Time
	Lines     []ImportLine // those that are done, by their number
}

// ImportLine is one line that is done.
type ImportLine struct {
	Line     int
	Contract string
	Outcome  string
}

const (
	// startImportSQL keeps an import unless it is there: then it is being resumed.
	startImportSQL = "INSERT INTO imports (id, total, started_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"

	importSQL = "SELECT total, started_at FROM imports WHERE id = $1"

	// importLineSQL notes a line; one that is tried again takes its newest outcome.
	importLineSQL = `
		INSERT INTO import_lines (import, line, contract, outcome) VALUES ($1, $2, $3, $4)
		ON CONFLICT (import, line) DO UPDATE SET contract = excluded.contract, outcome = excluded.outcome`

	importLinesSQL = "SELECT line, contract, outcome FROM import_lines WHERE import = $1 ORDER BY line"
)

// ImportStart begins an import, or takes it up again. The id is a hash of the file; another number of lines under the
// same id is ErrConflict.
func (j *Journal) ImportStart(ctx context.Context, id string, total int) error {
	return j.change(ctx, "start import "+id, func(tx *sql.Tx) error {
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
		return nil
	})
}

// ImportDone notes what became of one line. ImportStart must have been called.
func (j *Journal) ImportDone(ctx context.Context, id string, line int, contract, outcome string) error {
	_, err := j.exec(ctx, fmt.Sprintf("note line %d of import %s", line, id), importLineSQL, id, line, contract, clean(outcome))
	return err
}

// ImportState tells what of an import is done, or ErrNotFound.
func (j *Journal) ImportState(ctx context.Context, id string) (ImportState, error) {
	s := ImportState{ID: id}
	err := j.read.QueryRowContext(ctx, importSQL, id).Scan(&s.Total, (*instant)(&s.StartedAt))
	if err != nil {
		return s, orNotFound(err, "import %s", id)
	}
	scan := func(row scanner) (l ImportLine, err error) {
		err = row.Scan(&l.Line, &l.Contract, &l.Outcome)
		return l, err
	}
	s.Lines, err = list(ctx, j.read, scan, importLinesSQL, id)
	return s, orNotFound(err, "lines of import %s", id)
}
