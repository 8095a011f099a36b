package journal

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// standSQL reads how far a run's row has come.
	standSQL = "SELECT status_at, last_seq, revision FROM contracts WHERE contract = $1 AND run = $2"

	// voidSQL takes back what a workflow task recorded that the server then refused.
	voidSQL = "DELETE FROM facts WHERE contract = $1 AND run = $2 AND seq >= $3"

	// revisionSQL notes the newest task that recorded.
	revisionSQL = "UPDATE contracts SET revision = $3 WHERE contract = $1 AND run = $2 AND revision < $3"

	// addFactSQL appends a fact unless its number is taken.
	addFactSQL = `
		INSERT INTO facts (contract, run, seq, at, kind, entry, wall_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (contract, run, seq) DO NOTHING`

	// factSQL reads one fact.
	factSQL = "SELECT seq, entry, wall_at FROM facts WHERE contract = $1 AND run = $2 AND seq = $3"

	// factsSQL lists the facts of one run.
	factsSQL = "SELECT seq, entry, wall_at FROM facts WHERE contract = $1 AND run = $2 ORDER BY seq"

	// caseFactsSQL lists the openings and closings of cases from an instant on. It does not sort: SQLite would then walk all
	// facts in their order.
	caseFactsSQL = "SELECT contract, run, seq, entry FROM facts WHERE kind IN ('case_opened', 'case_resolved') AND at >= $1"

	// statusSQL writes the state of a run as it is after a step.
	statusSQL = `
		UPDATE contracts SET phase = $3, stage = $4, health = $5, owner = $6, playbook_now = $7, paused = $8, next_at = $9,
			next_touch = $10, ended = $11, ended_at = $12, ended_for = $13, status_at = $14, last_seq = $15
		WHERE contract = $1 AND run = $2`

	// amendSQL replaces the contract itself.
	amendSQL = "UPDATE contracts SET body = $3 WHERE contract = $1 AND run = $2"
)

// Record appends the facts of one step, all of it or nothing: facts, suppressions, settled events, the state of the
// run's row and an amended contract. It may be repeated: a fact that stands is left alone, and is ErrConflict where its
// content differs, unless the step is of a higher revision: then those numbers were a refused task's, and its facts go. State and amendment are taken only from a step that is not older, by logical instant and then by fact
// number, than the newest recorded. A run that PutContract never stored is ErrNotFound.
func (j *Journal) Record(ctx context.Context, in onboarding.RecordInput) error {
	doing := fmt.Sprintf("record a step of %s/%d", in.Contract, in.Run)
	return j.change(ctx, doing, func(tx *sql.Tx) error {
		newer, seq, err := j.stands(ctx, tx, in)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, revisionSQL, in.Contract, in.Run, in.Revision); err != nil {
			return err
		}
		for _, fact := range in.Facts {
			if err := j.addFact(ctx, tx, in.Contract, in.Run, fact); err != nil {
				return err
			}
		}
		if err := j.suppress(ctx, tx, in.Suppress); err != nil {
			return err
		}
		for _, id := range in.Settled {
			if _, err := j.settleEvent(ctx, tx, in.Contract, id, OutcomeApplied, in.Run, first(in, seq)); err != nil {
				return err
			}
		}
		for _, id := range in.Late {
			if _, err := j.settleEvent(ctx, tx, in.Contract, id, OutcomeEnded, in.Run, 0); err != nil {
				return err
			}
		}
		if !newer {
			return nil
		}
		if err := putStatus(ctx, tx, in.Contract, in.Run, seq, in.Row); err != nil {
			return err
		}
		return amend(ctx, tx, in)
	})
}

// stands reports whether the step is at least as new as the run's row, and the highest fact number after it.
func (j *Journal) stands(ctx context.Context, tx *sql.Tx, in onboarding.RecordInput) (newer bool, seq int, err error) {
	var at time.Time
	var last int
	var revision int64
	row := tx.QueryRowContext(ctx, standSQL+j.dialect.forUpdate(), in.Contract, in.Run)
	if err := row.Scan((*instant)(&at), &last, &revision); err != nil {
		return false, 0, orNotFound(err, "no such run")
	}
	if len(in.Facts) > 0 && in.Revision > 0 && in.Revision >= revision && in.Facts[0].Seq <= last {
		return !in.Row.At.IsZero(), in.Facts[len(in.Facts)-1].Seq, j.void(ctx, tx, in, revision)
	}
	step := last
	if len(in.Facts) > 0 {
		step = in.Facts[0].Seq
		for _, fact := range in.Facts[1:] {
			step = max(step, fact.Seq)
		}
	}
	stepAt := micro(in.Row.At)
	newer = !in.Row.At.IsZero() && (stepAt.After(at) || stepAt.Equal(at) && step >= last)
	return newer, max(step, last), nil
}

// void takes back what stands under the step's numbers and after them, if it was a refused task's: one of a lower revision,
// or another try of the same task, which an update may have reached in another order.
func (j *Journal) void(ctx context.Context, tx *sql.Tx, in onboarding.RecordInput, revision int64) error {
	if in.Revision == revision {
		same, err := j.same(ctx, tx, in)
		if err != nil || same {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, voidSQL, in.Contract, in.Run, in.Facts[0].Seq); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, reopenSQL, in.Contract, in.Run, in.Facts[0].Seq)
	return err
}

// first is the number of a step's first fact, or of the newest there is where it has none.
func first(in onboarding.RecordInput, newest int) int {
	if len(in.Facts) > 0 {
		return in.Facts[0].Seq
	}
	return newest
}

// same reports whether every fact of a step stands already, as it is.
func (j *Journal) same(ctx context.Context, tx *sql.Tx, in onboarding.RecordInput) (bool, error) {
	for _, fact := range in.Facts {
		standing, err := scanFact(tx.QueryRowContext(ctx, factSQL, in.Contract, in.Run, fact.Seq))
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if equal, err := equalEntries(standing.Entry, fact.Entry); err != nil || !equal {
			return false, err
		}
	}
	return true, nil
}

// equalEntries compares what came back from JSON with what would come back from JSON.
func equalEntries(standing, entry onboarding.Entry) (bool, error) {
	entry.At = micro(entry.At)
	text, err := toJSON(entry)
	if err != nil {
		return false, err
	}
	var again onboarding.Entry
	if err := json.Unmarshal([]byte(text), &again); err != nil {
		return false, err
	}
	return reflect.DeepEqual(standing, again), nil
}

func (j *Journal) addFact(ctx context.Context, tx *sql.Tx, contract string, run int, fact onboarding.RecordedFact) error {
	fact.Entry.At = micro(fact.Entry.At)
	entry, err := toJSON(fact.Entry)
	if err != nil {
		return fmt.Errorf("fact %d: %w", fact.Seq, err)
	}
	added, err := execTx(ctx, tx, addFactSQL, contract, run, fact.Seq, fact.Entry.At, fact.Entry.Kind, entry, micro(j.now()))
	if err != nil || added > 0 {
		return err
	}
	standing, err := scanFact(tx.QueryRowContext(ctx, factSQL, contract, run, fact.Seq))
	if err != nil {
		return err
	}
	equal, err := equalEntries(standing.Entry, fact.Entry)
	if err != nil {
		return err
	}
	if !equal {
		return fmt.Errorf("fact %d: %w: a %s stands where a %s should", fact.Seq, ErrConflict, standing.Entry.Kind, fact.Entry.Kind)
	}
	return nil
}

func scanFact(row scanner) (f onboarding.RecordedFact, err error) {
	err = row.Scan(&f.Seq, document{&f.Entry}, (*instant)(&f.WallAt))
	f.Entry.At = f.Entry.At.UTC()
	return f, err
}

// Facts lists the facts of one run by their number, with the wall-clock instant at which the journal took each.
func (j *Journal) Facts(ctx context.Context, contract string, run int) ([]onboarding.RecordedFact, error) {
	facts, err := list(ctx, j.read, scanFact, factsSQL, contract, run)
	if err != nil {
		return nil, fmt.Errorf("list the facts of %s/%d: %w", contract, run, err)
	}
	return facts, nil
}

// CaseFacts lists when cases opened and closed from a logical instant on: those entries of each run, ended and older runs
// too, in their order.
func (j *Journal) CaseFacts(ctx context.Context, since time.Time) ([][]onboarding.Entry, error) {
	type fact struct {
		contract string
		run, seq int
		entry    onboarding.Entry
	}
	scan := func(row scanner) (f fact, err error) {
		err = row.Scan(&f.contract, &f.run, &f.seq, document{&f.entry})
		return f, err
	}
	facts, err := list(ctx, j.read, scan, caseFactsSQL, micro(since))
	if err != nil {
		return nil, fmt.Errorf("list what became of cases: %w", err)
	}
	slices.SortFunc(facts, func(a, b fact) int {
		return cmp.Or(cmp.Compare(a.contract, b.contract), a.run-b.run, a.seq-b.seq)
	})
	var runs [][]onboarding.Entry
	for i, f := range facts {
		if i == 0 || facts[i-1].contract != f.contract || facts[i-1].run != f.run {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], f.entry)
	}
	return runs, nil
}

func putStatus(ctx context.Context, tx *sql.Tx, contract string, run, seq int, s onboarding.ContractStatus) error {
	_, err := tx.ExecContext(ctx, statusSQL, contract, run, s.Phase, s.Stage, s.Health, s.Owner, s.Playbook, s.Paused,
		moment(s.NextAt), s.Next, !s.EndedAt.IsZero(), moment(s.EndedAt), clean(s.EndedFor), moment(s.At), seq)
	return err
}

func amend(ctx context.Context, tx *sql.Tx, in onboarding.RecordInput) error {
	if in.Amended == nil {
		return nil
	}
	if in.Amended.ID != in.Contract {
		return errors.New("an amendment cannot change the contract's id")
	}
	body, err := toJSON(in.Amended)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, amendSQL, in.Contract, in.Run, body); err != nil {
		return err
	}
	return putWords(ctx, tx, *in.Amended)
}
