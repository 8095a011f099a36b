package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ContractRow is one run of an onboarding as the journal knows it.
type ContractRow struct {
	// Contract as it reads now, amendments included.
	Contract onboarding.Contract
	Run      int
	// Playbook is the hash the run started with; Status.Playbook the one it follows now.
	Playbook   string
	Mode       onboarding.Mode
	WorkflowID string    // when empty, PutContract derives it
	StartedAt  time.Time // wall clock; when zero, PutContract stamps it
	Joined     bool      // the customer was already in mid-onboarding
	// Status is zero but for Owner and Playbook until the first step is recorded.
	Status onboarding.ContractStatus
}

// contractColumns are the columns of scanContract, in its order.
const contractColumns = `body, run, playbook, mode, workflow_id, started_at, joined, phase, stage, health, owner,
	playbook_now, paused, next_at, next_touch, ended_at, ended_for, status_at`

func scanContract(row scanner) (c ContractRow, err error) {
	s := &c.Status
	err = row.Scan(document{&c.Contract}, &c.Run, &c.Playbook, &c.Mode, &c.WorkflowID, (*instant)(&c.StartedAt), &c.Joined,
		&s.Phase, &s.Stage, &s.Health, &s.Owner, &s.Playbook, &s.Paused, (*instant)(&s.NextAt), &s.Next,
		(*instant)(&s.EndedAt), &s.EndedFor, (*instant)(&s.At))
	return c, err
}

const (
	// contractSQL finds the newest run of a contract.
	contractSQL = "SELECT " + contractColumns + " FROM contracts WHERE contract = $1 AND latest"

	// contractRunSQL finds one run of a contract, be it the newest or not.
	contractRunSQL = "SELECT " + contractColumns + " FROM contracts WHERE contract = $1 AND run = $2"

	// supersedeSQL takes the older runs of a contract out of the lists.
	supersedeSQL = "UPDATE contracts SET latest = FALSE WHERE contract = $1 AND latest"

	// putContractSQL adds a run with no step yet.
	putContractSQL = `
		INSERT INTO contracts (contract, run, latest, workflow_id, playbook, mode, joined, started_at, body, original, last_seq,
			phase, stage, health, owner, playbook_now, paused, next_touch, ended, ended_for)
		VALUES ($1, $2, TRUE, $3, $4, $5, $6, $7, $8, $8, -1, '', '', '', $9, $10, FALSE, '', FALSE, '')`

	// originalSQL finds what the newest run of a contract was started with.
	originalSQL = "SELECT original FROM contracts WHERE contract = $1 AND latest"

	// lastFactSQL finds the number of a run's newest fact.
	lastFactSQL = "SELECT max(seq) FROM facts WHERE contract = $1 AND run = $2"

	// newestRunSQL finds the number of a contract's newest run.
	newestRunSQL = "SELECT run FROM contracts WHERE contract = $1 AND latest"

	// forgetWordsSQL and putWordSQL replace the words a contract is found by.
	forgetWordsSQL = "DELETE FROM contract_words WHERE contract = $1"
	putWordSQL     = "INSERT INTO contract_words (word, contract) VALUES ($1, $2) ON CONFLICT (word, contract) DO NOTHING"

	// adoptOrphansSQL hands events that came before their contract to the sweeper.
	adoptOrphansSQL = "UPDATE inbox SET state = 'received' WHERE contract = $1 AND state = 'orphan'"
)

// PutContract stores a new run, unless this run or a newer one of the contract is stored: then nothing changes, created
// is false and stored is the newest run, whose body the caller compares. So starting twice is the same onboarding, also
// long after Temporal forgot it. A newer run takes its predecessor out of the lists. Row.Status is read only for Owner
// (when empty, the contract's) and Playbook (when empty, Row.Playbook).
func (j *Journal) PutContract(ctx context.Context, row ContractRow) (stored ContractRow, created bool, err error) {
	id := row.Contract.ID
	if id == "" || row.Run < 1 {
		return stored, false, errors.New("store a contract: it needs an id, and a run from 1")
	}
	if row.StartedAt.IsZero() {
		row.StartedAt = j.now()
	}
	row.WorkflowID = cmp.Or(row.WorkflowID, onboarding.WorkflowID(id, row.Run))
	row.Status.Playbook = cmp.Or(row.Status.Playbook, row.Playbook)
	if row.Status.Owner == "" && row.Contract.Owner != nil {
		row.Status.Owner = row.Contract.Owner.ID
	}
	err = j.change(ctx, "store contract "+id, func(tx *sql.Tx) error {
		if err := j.dialect.lock(ctx, tx, lockSQL, "contract/"+id); err != nil {
			return err
		}
		stored, err = scanContract(tx.QueryRowContext(ctx, contractSQL, id))
		switch {
		case err == nil && stored.Run >= row.Run:
			return nil
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if err := putRun(ctx, tx, row); err != nil {
			return err
		}
		created = true
		stored, err = scanContract(tx.QueryRowContext(ctx, contractSQL, id))
		return err
	})
	return stored, created && err == nil, err
}

func putRun(ctx context.Context, tx *sql.Tx, row ContractRow) error {
	id := row.Contract.ID
	body, err := toJSON(row.Contract)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, supersedeSQL, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, putContractSQL, id, row.Run, row.WorkflowID, row.Playbook, row.Mode, row.Joined,
		moment(row.StartedAt), body, row.Status.Owner, row.Status.Playbook); err != nil {
		return err
	}
	if err := putWords(ctx, tx, row.Contract); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, adoptOrphansSQL, id)
	return err
}

func putWords(ctx context.Context, tx *sql.Tx, c onboarding.Contract) error {
	if _, err := tx.ExecContext(ctx, forgetWordsSQL, c.ID); err != nil {
		return err
	}
	for _, word := range words(c.ID, c.Customer.ID, c.Customer.Company) {
		if _, err := tx.ExecContext(ctx, putWordSQL, word, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// Contract finds the newest run of a contract, or ErrNotFound.
func (j *Journal) Contract(ctx context.Context, id string) (ContractRow, error) {
	row, err := scanContract(j.read.QueryRowContext(ctx, contractSQL, id))
	return row, orNotFound(err, "contract %s", id)
}

// ContractRun finds one run of a contract, be it the newest or not, or ErrNotFound.
func (j *Journal) ContractRun(ctx context.Context, id string, run int) (ContractRow, error) {
	row, err := scanContract(j.read.QueryRowContext(ctx, contractRunSQL, id, run))
	return row, orNotFound(err, "run %d of contract %s", run, id)
}

// OriginalContract is the contract as the newest run was started with it, before every amendment, or ErrNotFound.
func (j *Journal) OriginalContract(ctx context.Context, id string) (c onboarding.Contract, err error) {
	err = j.read.QueryRowContext(ctx, originalSQL, id).Scan(document{&c})
	return c, orNotFound(err, "contract %s", id)
}

// LastFact is the number of a run's newest fact, 0 where it has none.
func (j *Journal) LastFact(ctx context.Context, contract string, run int) (int, error) {
	var seq sql.NullInt64
	if err := j.read.QueryRowContext(ctx, lastFactSQL, contract, run).Scan(&seq); err != nil {
		return 0, fmt.Errorf("find the newest fact of %s/%d: %w", contract, run, err)
	}
	return int(seq.Int64), nil
}

// NextRun is the number that a restart of the contract takes: 1 where there is none yet. Two restarts at once get the
// same number, and PutContract lets one of them pass.
func (j *Journal) NextRun(ctx context.Context, contract string) (int, error) {
	var newest int
	err := j.read.QueryRowContext(ctx, newestRunSQL, contract).Scan(&newest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("number the next run of %s: %w", contract, err)
	}
	return newest + 1, nil
}
