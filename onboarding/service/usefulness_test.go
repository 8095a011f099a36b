package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/service"
)

var judged = []onboarding.Signal{{ID: "no_login", Weight: 15}, {ID: "csat_low", Weight: 35}, {ID: "complaint", Weight: 30, Hard: true},
	{ID: "weak", Weight: 1}, {ID: "thanks", Weight: -5}}

func opens(id, reason string) onboarding.Entry {
	return onboarding.Entry{Kind: onboarding.EntryCaseOpened, Case: id, Reason: reason}
}

func closes(id, reason string) onboarding.Entry {
	return onboarding.Entry{Kind: onboarding.EntryCaseResolved, Case: id, Reason: reason}
}

// cases are runs of one case each, so many of each outcome.
func cases(reason string, outcomes map[string]int) (runs [][]onboarding.Entry) {
	for outcome, n := range outcomes {
		for range n {
			runs = append(runs, []onboarding.Entry{opens("case-1", reason), closes("case-1", outcome)})
		}
	}
	return runs
}

// judgements are those of some runs as text.
func judgements(runs [][]onboarding.Entry) []string {
	var out []string
	for _, u := range service.Judge(runs, judged) {
		percent := "too few"
		if u.Percent != nil {
			percent = fmt.Sprintf("%d %%", *u.Percent)
		}
		out = append(out, fmt.Sprintf("%s %d/%d %s: %d -> %d", u.Signal, u.Useful, u.Decided, percent, u.Weight, u.Proposed))
	}
	return out
}

func TestASignalIsJudgedByTheCasesItOpened(t *testing.T) {
	run := func(entries ...onboarding.Entry) [][]onboarding.Entry { return [][]onboarding.Entry{entries} }
	for _, c := range []struct {
		name string
		runs [][]onboarding.Entry
		want string
	}{
		{"nothing happened", nil, ""},
		{"a case is open", run(opens("case-1", "no_login")), ""},
		{"it was resolved", run(opens("case-1", "no_login"), closes("case-1", "fixed")), "no_login 1/1 too few: 15 -> 0"},
		{"it was resolved without a word", run(opens("case-1", "no_login"), closes("case-1", "resolved")), "no_login 1/1 too few: 15 -> 0"},
		{"they left, as it said", run(opens("case-1", "no_login"), closes("case-1", "left")), "no_login 1/1 too few: 15 -> 0"},
		{"a false alarm", run(opens("case-1", "no_login"), closes("case-1", "false_alarm")), "no_login 0/1 too few: 15 -> 0"},
		{"a false alarm with a reason", run(opens("case-1", "no_login"), closes("case-1", "false_alarm: known")), "no_login 0/1 too few: 15 -> 0"},
		{"it faded", run(opens("case-1", "no_login"), closes("case-1", "faded")), ""},
		{"the run ended over it", run(opens("case-1", "no_login"), closes("case-1", "ended")), ""},
		{"it opened before what is told", run(closes("case-1", "fixed")), ""},
		{"two signals opened it, the least useful stands first", slices.Concat(run(opens("case-1", "csat_low, no_login"), closes("case-1", "fixed")),
			cases("no_login", map[string]int{"false_alarm": 1})), "no_login 1/2 too few: 15 -> 0; csat_low 1/1 too few: 35 -> 0"},
		{"good news in the same step opened nothing, nor did what is no signal", run(opens("case-1", "thanks, gone, complaint"), closes("case-1", "fixed")),
			"complaint 1/1 too few: 30 -> 0"},
		{"opened again it counts again, for what opened it then", run(opens("case-1", "no_login"), closes("case-1", "false_alarm"),
			opens("case-1", "reopened: csat_low"), closes("case-1", "answered")), "no_login 0/1 too few: 15 -> 0; csat_low 1/1 too few: 35 -> 0"},
		{"cases side by side", run(opens("case-1", "no_login"), opens("case-2", "csat_low"), closes("case-1", "false_alarm"), closes("case-2", "fixed")),
			"no_login 0/1 too few: 15 -> 0; csat_low 1/1 too few: 35 -> 0"},
		{"one too few", cases("no_login", map[string]int{"false_alarm": 19}), "no_login 0/19 too few: 15 -> 0"},
		{"enough, and none was useful", cases("no_login", map[string]int{"false_alarm": 20}), "no_login 0/20 0 %: 15 -> 1"},
		{"half were useful", cases("no_login", map[string]int{"false_alarm": 10, "fixed": 10}), "no_login 10/20 50 %: 15 -> 0"},
		{"nearly half were", cases("no_login", map[string]int{"false_alarm": 11, "fixed": 10}), "no_login 10/21 47 %: 15 -> 7"},
		{"the weight is rounded", cases("no_login", map[string]int{"false_alarm": 20, "fixed": 5, "answered": 5}), "no_login 10/30 33 %: 15 -> 5"},
		{"and rounded up", cases("csat_low", map[string]int{"false_alarm": 12, "fixed": 8}), "csat_low 8/20 40 %: 35 -> 14"},
		{"a half is rounded up", cases("no_login", map[string]int{"false_alarm": 14, "fixed": 6}), "no_login 6/20 30 %: 15 -> 5"},
		{"what is hard keeps its weight", cases("complaint", map[string]int{"false_alarm": 25}), "complaint 0/25 0 %: 30 -> 0"},
		{"what weighs least keeps it too", cases("weak", map[string]int{"false_alarm": 25}), "weak 0/25 0 %: 1 -> 0"},
		{"those of too few come last, however bad", slices.Concat(cases("no_login", map[string]int{"fixed": 20}), cases("csat_low", map[string]int{"false_alarm": 5}),
			cases("complaint", map[string]int{"false_alarm": 5, "fixed": 15})), "complaint 15/20 75 %: 30 -> 0; no_login 20/20 100 %: 15 -> 0; csat_low 0/5 too few: 35 -> 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(judgements(c.runs), "; "); got != c.want {
				t.Errorf("judged\n%s, want\n%s", got, c.want)
			}
		})
	}
}
