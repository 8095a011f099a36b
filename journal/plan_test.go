package journal

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// portfolio fills the tables with many rows, without the journal's methods: a planner needs a reason to use an index.
// The newest tenth of the contracts is open.
func portfolio(t testing.TB, j *Journal, n int) {
	t.Helper()
	series := "WITH RECURSIVE series (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series WHERE i < %d - 1) "
	instant, json := "1768474800000000 + i * 1000000", "'%s'"
	if j.dialect == onPostgres {
		instant, json = "TIMESTAMPTZ '2026-01-15 11:00:00Z' + i * INTERVAL '1 second'", "'%s'::json"
	}
	body, err := toJSON(contract(1))
	must(t, err)
	json = fmt.Sprintf(json, strings.ReplaceAll(body, "'", "''"))
	open := fmt.Sprintf("(i >= %d)", n-n/10)
	for _, fill := range []string{
		`INSERT INTO contracts (contract, run, latest, workflow_id, playbook, mode, joined, started_at, body, original, last_seq, phase, stage,
			health, owner, playbook_now, paused, next_touch, ended, ended_for, next_at)
		SELECT 'C-' || i, 1, TRUE, '', '', 'live', FALSE, ` + instant + `, ` + json + `, ` + json + `, 1, 'phase-' || (i % 8), '', 'health-' || (i % 3),
			'o-' || (i % 10), '', FALSE, '', NOT ` + open + `, '', ` + instant + ` FROM series`,
		`INSERT INTO contract_words (word, contract) SELECT 'w' || i, 'C-' || i FROM series`,
		`INSERT INTO sends (key, contract, run, touch, class, channel, address, at, wall_at, state, attempts, message_id, reason)
		SELECT 'C-' || i || '/1/welcome#g', 'C-' || i, 1, 'welcome', 'service', 'email', i || '@acme.example', ` + instant + `,
			` + instant + `, CASE i % 100 WHEN 0 THEN 'unknown' WHEN 1 THEN 'accepted' ELSE 'rejected' END, 1, '', '' FROM series`,
		`INSERT INTO inbox (contract, id, kind, payload, state, outcome, received_at)
		SELECT 'C-' || i, 'e', 'kind-' || (i % 9), '{}', CASE i % 100 WHEN 0 THEN 'received' WHEN 1 THEN 'orphan' ELSE 'settled' END, '', ` + instant + ` FROM series`,
		`INSERT INTO suppressions (address, reason, all_mail, at, wall_at) SELECT i || '@acme.example', 'bounced', TRUE, ` + instant + `, ` + instant + ` FROM series`,
		`INSERT INTO mail_events (id, key, event, at, raw, wall_at) SELECT 'e-' || i, 'k-' || i, 'bounce', ` + instant + `, '', ` + instant + ` FROM series`,
		`INSERT INTO peer_introductions (contract, run, peer, state, at) SELECT 'C-' || i, 1, 'borgo', 'released', ` + instant + ` FROM series`,
		`INSERT INTO imports (id, total, started_at) SELECT 'sha' || i, 1, ` + instant + ` FROM series`,
		`INSERT INTO import_lines (import, line, contract, outcome, payload) SELECT 'sha' || (i / 100), i, 'C-' || i, 'waiting', CASE i % 10 WHEN 0 THEN ` + json + ` END FROM series`,
		`INSERT INTO facts (contract, run, seq, at, kind, entry, wall_at) SELECT 'C-' || i, 1, 1, ` + instant + `, 'score', '{}', ` + instant + ` FROM series`,
	} {
		if j.dialect == onSQLite {
			fill = strings.Replace(fill, "'bounce', "+instant+", ''", "'bounce', "+instant+", x''", 1)
		}
		into, rows, _ := strings.Cut(fill, "SELECT ")
		_, err := j.write.ExecContext(t.Context(), fmt.Sprintf(series, n)+into+"SELECT "+rows)
		must(t, err)
	}
	if j.dialect == onPostgres {
		_, err := j.write.ExecContext(t.Context(), "ANALYZE")
		must(t, err)
	}
}

// explain is the database's plan for a query, a line a step.
func explain(ctx context.Context, t testing.TB, j *Journal, query string, args []any) string {
	t.Helper()
	if j.dialect == onPostgres {
		lines, err := list(ctx, j.read, func(row scanner) (s string, err error) { return s, row.Scan(&s) }, "EXPLAIN "+query, args...)
		must(t, err)
		return strings.Join(lines, "\n")
	}
	step := func(row scanner) (s string, err error) {
		var skip int
		return s, row.Scan(&skip, &skip, &skip, &s)
	}
	lines, err := list(ctx, j.read, step, "EXPLAIN QUERY PLAN "+query, args...)
	must(t, err)
	return strings.Join(lines, "\n")
}

// wholeTable finds a step that reads a table from one end to the other; sorted, one that sorts what it read.
var (
	wholeTable = regexp.MustCompile(`Seq Scan on (contracts|contract_words|sends|inbox|suppressions|mail_events|facts|peer_introductions|import_lines)|SCAN (contracts|contract_words|sends|inbox|suppressions|mail_events|facts|peer_introductions|import_lines)\b( USING|$)`)
	sorted     = regexp.MustCompile(`\bSort\b|TEMP B-TREE FOR ORDER BY`)
)

func TestEveryPageOfTheListWalksAnIndex(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		portfolio(t, j, 20_000)
		after := cursor(ContractRow{Contract: onboarding.Contract{ID: "C-19900"}, StartedAt: noon.Add(19_900 * time.Second)})
		for _, c := range []struct {
			filter Filter
			index  string
		}{
			{Filter{State: StateOpen}, "contracts_by_start"},
			{Filter{State: StateEnded}, "contracts_by_start"},
			{Filter{State: StateOpen, Owner: "o-7"}, "contracts_by_owner"},
			{Filter{State: StateEnded, Owner: "o-7"}, "contracts_by_owner"},
			{Filter{State: StateOpen, Phase: "phase-3"}, "contracts_by_phase"},
			{Filter{State: StateOpen, Health: "health-2"}, "contracts_by_health"},
			{Filter{}, "contracts_by_start"},
			{Filter{Owner: "o-7"}, "contracts_by_owner"},
			{Filter{Owner: "o-7", Health: "health-2", Phase: "phase-3", State: StateOpen}, "contracts_by_owner"},
			{Filter{Query: "w471", State: StateOpen}, "contract_words"},
		} {
			for _, at := range []string{"", after} {
				f := c.filter
				f.After = at
				query, args, err := contractsQuery(j.dialect, f, 51)
				must(t, err)
				plan := explain(t.Context(), t, j, query, args)
				if !strings.Contains(plan, c.index) || wholeTable.MatchString(plan) {
					t.Errorf("%+v does not walk %s:\n%s", f, c.index, plan)
				}
				few := f.Query != "" || (f.Owner != "" && f.Health != "") // so few that sorting them is cheaper
				if f.State != "" && !few && sorted.MatchString(plan) {
					t.Errorf("%+v sorts:\n%s", f, plan)
				}
			}
		}
	})
}

func TestEveryOtherQueryUsesAnIndex(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		portfolio(t, j, 20_000)
		early, late := micro(noon.Add(10*time.Second)), micro(noon.Add(19_990*time.Second))
		for _, c := range []struct {
			index string
			query string
			args  []any
		}{
			{"contracts_latest", contractSQL, []any{"C-1"}},
			{"contracts_latest", newestRunSQL, []any{"C-1"}},
			{"contracts_by_next", overdueSQL, []any{early, watchLimit}},
			{"contracts_by_next", countOverdueSQL, []any{early}},
			{"contracts_by_next", unpromisedSQL, []any{early, watchLimit}},
			{"contracts_by_next", countUnpromisedSQL, []any{early}},
			{"", factsSQL, []any{"C-1", 1}},
			{"", sendSQL, []any{"C-1/1/welcome#g"}},
			{"", sendsOfSQL, []any{"C-1/1/welcome", "C-1/1/welcome#", "C-1/1/welcome$"}},
			{"sends_by_run", sendsSQL, []any{"C-1", 1}},
			{"sends_by_address", countedSQL, []any{"1@acme.example", early, late}},
			{"sends_by_alert", alertedSQL, []any{"1@acme.example", early, late}},
			{"facts_to_ours", addressedSQL, []any{"o-7", early, late, 200}},
			{"contracts_by_start", openOwnersQuery(j.dialect), nil},
			{"sends_by_address", digestedSQL, []any{"o-7", late, "nothing_to_say"}},
			{"sends_by_state", unknownsSQL, []any{early, 10}},
			{"sends_by_state", countDoubtSQL, []any{early}},
			{"sends_by_state", countAcceptedSQL, []any{late}},
			{"", suppressionsSQL, []any{"1@acme.example"}},
			{"peer_introductions_by_time", placesSQL, []any{late}},
			{"", placesOfRunSQL, []any{"C-1", 1}},
			{"", suppressedSQL, []any{"1@acme.example", true}},
			{"suppressions_by_wall", countSuppressedSQL, []any{late, "bounced"}},
			{"mail_events_by_key", mailEventsSQL, []any{"k-1"}},
			{"", inboxEventSQL, []any{"C-1", "e"}},
			{"inbox_waiting", pendingSQL, []any{early, 10}},
			{"inbox_waiting", oldestWaitingSQL, nil},
			{"inbox_orphans", countOrphansSQL, nil},
			{"", importLinesSQL, []any{"sha"}},
			{"", waitingLinesSQL, []any{"sha", 100}},
			{"", countLinesSQL, []any{"sha"}},
			{"inbox_by_kind", lastHeardSQL, []any{"kind-1", late}},
			{"inbox_by_kind", nextHeardSQL, []any{"kind-1", early}},
			{"contracts_by_start", countSinceSQL, []any{early}},
			{"facts_of_cases", caseFactsSQL, []any{early}},
		} {
			plan := explain(t.Context(), t, j, c.query, c.args)
			// A partial index may be read as a whole: it holds nothing else.
			if scanned := wholeTable.FindString(plan); scanned != "" && !strings.HasPrefix(c.index, "inbox_") || !strings.Contains(plan, c.index) {
				t.Errorf("%s\ndoes not use %s:\n%s", c.query, c.index, plan)
			}
		}
	})
}
