package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// openOwnersSQL lists whoever owns an onboarding that has not ended; %s is the owner, by whose index it must not walk:
	// that holds the ended ones too.
	openOwnersSQL = "SELECT DISTINCT %s AS owner FROM contracts WHERE latest AND ended = FALSE"

	// addressedSQL lists what one of ours must hear of, by when the journal took it.
	addressedSQL = `
		SELECT contracts.body, facts.run, facts.entry FROM facts
		JOIN contracts ON contracts.contract = facts.contract AND contracts.run = facts.run
		WHERE facts.kind IN ('task_raised', 'case_escalated') AND facts.entry ->> 'to' = $1
			AND facts.wall_at >= $2 AND facts.wall_at < $3
		ORDER BY facts.wall_at, facts.contract, facts.seq LIMIT $4`

	// digestedSQL finds when somebody's newest digest was written that got there, or that had nothing to say.
	digestedSQL = `
		SELECT at FROM sends
		WHERE address = $1 AND at < $2 AND touch = 'digest' AND contract = '' AND (state = 'accepted' OR state = 'rejected' AND reason = $3)
		ORDER BY at DESC LIMIT 1`
)

// addressedMost bounds what one digest reads; nobody reads so many lines.
const addressedMost = 200

// OpenOwners lists the ids of those who own an onboarding that has not ended, sorted.
func (j *Journal) OpenOwners(ctx context.Context) ([]string, error) {
	ids, err := list(ctx, j.read, func(row scanner) (s string, err error) { err = row.Scan(&s); return s, err }, openOwnersQuery(j.dialect))
	if err != nil {
		return nil, fmt.Errorf("list the owners: %w", err)
	}
	slices.Sort(ids)
	return ids, nil
}

func openOwnersQuery(d dialect) string { return fmt.Sprintf(openOwnersSQL, d.filterOnly("owner")) }

// Running lists at most so many of an owner's onboardings that have not ended, the latest started first; all where most
// is 0.
func (j *Journal) Running(ctx context.Context, owner string, most int) ([]onboarding.Running, error) {
	var out []onboarding.Running
	f := Filter{Owner: owner, State: StateOpen, Limit: largestPage}
	if most > 0 {
		f.Limit = most
	}
	for {
		rows, next, err := j.Contracts(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out = append(out, onboarding.Running{Contract: row.Contract, Run: row.Run})
		}
		if f.After = next; next == "" || most > 0 && len(out) >= most {
			return out, nil
		}
	}
}

// Addressed lists the tasks of one of ours, and the cases that came to them, which the journal took from one instant on
// and before another, by its own clock; the oldest first, 200 at most.
func (j *Journal) Addressed(ctx context.Context, person string, from, until time.Time) ([]onboarding.Addressed, error) {
	scan := func(row scanner) (a onboarding.Addressed, err error) {
		err = row.Scan(document{&a.Contract}, &a.Run, document{&a.Entry})
		return a, err
	}
	all, err := list(ctx, j.read, scan, addressedSQL, person, micro(from), micro(until), addressedMost)
	if err != nil {
		return nil, fmt.Errorf("list what %s must hear of: %w", person, err)
	}
	return all, nil
}

// Digested is when the newest digest before an instant was written that reached its person, or that had nothing to say;
// the zero time where there was none.
func (j *Journal) Digested(ctx context.Context, person string, before time.Time) (time.Time, error) {
	at, err := scanInstant(j.read.QueryRowContext(ctx, digestedSQL, person, micro(before), onboarding.ReasonNothing))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return at, fmt.Errorf("find the digest before: %w", err)
	}
	return at, nil
}
