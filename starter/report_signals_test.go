package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/service"
)

// decided records cases of a customer, a minute each, of which the first so many were false alarms.
func decided(t *testing.T, contract, signal string, cases, falseAlarms int) {
	t.Helper()
	var entries []onboarding.Entry
	for i := range cases {
		outcome := "fixed"
		if i < falseAlarms {
			outcome = "false_alarm: known"
		}
		id := fmt.Sprintf("case-%d", i+1)
		entries = append(entries, onboarding.Entry{Kind: onboarding.EntryCaseOpened, Case: id, Reason: signal},
			onboarding.Entry{Kind: onboarding.EntryCaseResolved, Case: id, Reason: outcome})
	}
	told(t, contract, time.Second, entries...)
}

func TestSignalsAreReportedByTheCasesTheyOpened(t *testing.T) {
	alone(t)
	for _, id := range []string{"C-1", "C-2", "C-3"} {
		seed(t, contract(t, id, 0))
	}
	decided(t, "C-1", "no_login", 30, 20)
	decided(t, "C-2", "complaint", 20, 15)
	decided(t, "C-3", "csat_low", 3, 3)
	var all struct {
		AsOf    time.Time `json:"as_of"`
		Since   time.Time `json:"since"`
		Signals []service.Usefulness
	}
	starter(t, "", "report", "signals", "--output", "json").read(t, &all)
	if all.AsOf.Sub(all.Since) != 180*24*time.Hour || len(all.Signals) != 3 {
		t.Fatalf("reported %+v", all)
	}
	if s := all.Signals[1]; s.Signal != "no_login" || s.Decided != 30 || s.Useful != 10 || *s.Percent != 33 || s.Weight != 15 || s.Proposed != 5 {
		t.Errorf("no_login %+v", s)
	}
	p := starter(t, "", "report", "signals")
	p.says(t, exitDone, "cases from ", "signal")
	var lines []string
	for line := range strings.Lines(p.out) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	if got, want := strings.Join(lines[3:], "\n"), "complaint 20 25 % 30 hard -\nno_login 30 33 % 15 5\ncsat_low 3 too few 35 -"; got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

func TestWithoutDecidedCasesNoSignalIsReported(t *testing.T) {
	alone(t)
	starter(t, "", "report", "signals").says(t, exitDone, "nobody has decided a case yet")
	if p := starter(t, "", "report", "signals", "--output", "json"); !strings.Contains(p.out, `"signals": []`) {
		t.Errorf("it prints %s", p.out)
	}
}
