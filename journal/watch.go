package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// settlingIn is how long a run may take to record its first step before it is missed.
	settlingIn = 10 * time.Minute
	// overdueAfter, doubtAfter and shareOver are the bounds of the alarms, of plan.md.
	overdueAfter = 30 * time.Minute
	doubtAfter   = time.Hour
	shareOver    = 24 * time.Hour
	// watchLimit bounds the lists of the watchdog; Vitals counts without a bound.
	watchLimit = 500
)

const (
	// unpromised are open, unpaused runs with nothing ahead of them.
	unpromised = "FROM contracts WHERE latest AND NOT ended AND NOT paused AND next_at IS NULL AND started_at < $1"

	// overdue are open, unpaused runs whose next promise should have gone.
	overdue = "FROM contracts WHERE latest AND NOT ended AND NOT paused AND next_at < $1"

	unpromisedSQL = "SELECT " + contractColumns + " " + unpromised + " ORDER BY started_at LIMIT $2"
	overdueSQL    = "SELECT " + contractColumns + " " + overdue + " ORDER BY next_at LIMIT $2"

	countUnpromisedSQL = "SELECT count(*) " + unpromised
	countOverdueSQL    = "SELECT count(*) " + overdue

	// countDoubtSQL counts sends that have had no result since the instant.
	countDoubtSQL = "SELECT count(*) FROM sends WHERE state IN ('attempting', 'unknown') AND wall_at < $1"

	// countAcceptedSQL counts mails accepted since the instant.
	countAcceptedSQL = "SELECT count(*) FROM sends WHERE state = 'accepted' AND wall_at >= $1 AND channel = 'email'"

	// countSuppressedSQL counts addresses lost since the instant.
	countSuppressedSQL = "SELECT count(*) FROM suppressions WHERE wall_at >= $1 AND reason = $2"

	// countSinceSQL counts open runs that began at the instant or before.
	countSinceSQL = "SELECT count(*) FROM contracts WHERE latest AND ended = FALSE AND started_at <= $1"

	// countOrphansSQL counts events whose contract is not known.
	countOrphansSQL = "SELECT count(*) FROM inbox WHERE state = 'orphan'"
)

// WithoutPromise lists open, unpaused onboardings with no dated promise ahead, the longest running first, 500 at most.
// Those begun less than ten minutes before now are left out: their first step may still be on its way.
func (j *Journal) WithoutPromise(ctx context.Context, now time.Time) ([]ContractRow, error) {
	rows, err := list(ctx, j.read, scanContract, unpromisedSQL, moment(now.Add(-settlingIn)), watchLimit)
	if err != nil {
		return nil, fmt.Errorf("list the contracts without a promise: %w", err)
	}
	return rows, nil
}

// Overdue lists open, unpaused onboardings whose next promise lies before the instant, the longest overdue first, 500
// at most.
func (j *Journal) Overdue(ctx context.Context, before time.Time) ([]ContractRow, error) {
	rows, err := list(ctx, j.read, scanContract, overdueSQL, moment(before), watchLimit)
	if err != nil {
		return nil, fmt.Errorf("list the overdue contracts: %w", err)
	}
	return rows, nil
}

// Vitals are the counts that alarms are raised by.
type Vitals struct {
	Unknown        int // sends without a result for more than an hour
	Overdue        int // open, unpaused contracts whose next promise passed more than 30 minutes ago
	WithoutPromise int // open, unpaused contracts with nothing ahead
	// Accepted mails of the last day, and the addresses that bounced or reported spam in it.
	Accepted, Bounced, SpamReported int
	InboxLag                        time.Duration // age of the oldest event not forwarded; 0 when none waits
	Orphans                         int           // events of contracts that we do not know
}

// Vitals counts what alarms are raised by, as of now on the wall clock.
func (j *Journal) Vitals(ctx context.Context, now time.Time) (Vitals, error) {
	var v Vitals
	yesterday := moment(now.Add(-shareOver))
	for _, count := range []struct {
		into  *int
		query string
		args  []any
	}{
		{&v.Unknown, countDoubtSQL, []any{moment(now.Add(-doubtAfter))}},
		{&v.Overdue, countOverdueSQL, []any{moment(now.Add(-overdueAfter))}},
		{&v.WithoutPromise, countUnpromisedSQL, []any{moment(now.Add(-settlingIn))}},
		{&v.Accepted, countAcceptedSQL, []any{yesterday}},
		{&v.Bounced, countSuppressedSQL, []any{yesterday, string(onboarding.EventBounced)}},
		{&v.SpamReported, countSuppressedSQL, []any{yesterday, string(onboarding.EventSpamReported)}},
		{&v.Orphans, countOrphansSQL, nil},
	} {
		if err := j.read.QueryRowContext(ctx, count.query, count.args...).Scan(count.into); err != nil {
			return Vitals{}, fmt.Errorf("take the vitals: %w", err)
		}
	}
	lag, err := j.lag(ctx, now)
	v.InboxLag = lag
	return v, err
}

// OpenSince counts the open onboardings that began at an instant or before.
func (j *Journal) OpenSince(ctx context.Context, at time.Time) (n int, err error) {
	if err := j.read.QueryRowContext(ctx, countSinceSQL, moment(at)).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the open contracts: %w", err)
	}
	return n, nil
}

// Home is the country and the zone in which most customers are: of the open onboardings, the newest 500. Both are "" where
// none is open.
func (j *Journal) Home(ctx context.Context) (country, zone string, err error) {
	rows, _, err := j.Contracts(ctx, Filter{State: StateOpen, Limit: largestPage})
	if err != nil {
		return "", "", fmt.Errorf("find where most customers are: %w", err)
	}
	type place struct{ country, zone string }
	counts, most := map[place]int{}, 0
	for _, row := range rows {
		at := place{row.Contract.Customer.Country, row.Contract.Customer.TimeZone}
		if counts[at]++; counts[at] > most { // of two that are even, that which had so many in the newer rows
			most, country, zone = counts[at], at.country, at.zone
		}
	}
	return country, zone, nil
}

// InboxLag is the age of the oldest event that was not forwarded, by the journal's clock; 0 when none waits.
func (j *Journal) InboxLag(ctx context.Context) (time.Duration, error) { return j.lag(ctx, j.now()) }

func (j *Journal) lag(ctx context.Context, now time.Time) (time.Duration, error) {
	oldest, err := scanInstant(j.read.QueryRowContext(ctx, oldestWaitingSQL))
	if err != nil {
		return 0, fmt.Errorf("measure the inbox: %w", err)
	}
	if oldest.IsZero() {
		return 0, nil
	}
	return max(0, now.Sub(oldest)), nil
}
