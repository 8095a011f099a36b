package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// stand stores an onboarding with a status, as its steps would have recorded it.
func stand(t *testing.T, id string, s onboarding.ContractStatus) {
	t.Helper()
	seed(t, contract(t, id, 2))
	s.At = clock()
	if err := openJournal(t).Record(t.Context(), onboarding.RecordInput{Contract: id, Run: 1, Row: s}); err != nil {
		t.Fatal(err)
	}
}

// listed are the contracts that list prints.
func listed(t *testing.T, args ...string) (ids []string, next string) {
	t.Helper()
	var page struct {
		Contracts []standing `json:"contracts"`
		Next      string     `json:"next"`
	}
	starter(t, "", append([]string{"list", "--output", "json"}, args...)...).read(t, &page)
	for _, s := range page.Contracts {
		ids = append(ids, s.Contract)
	}
	return ids, page.Next
}

func TestTheListIsChosenByItsFilters(t *testing.T) {
	alone(t)
	late, soon := clock().Add(-time.Hour), clock().Add(time.Hour)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7", Phase: onboarding.PhaseAdmit, Health: "green", NextAt: late, Next: "welcome"})
	stand(t, "C-2", onboarding.ContractStatus{Owner: "o-8", Phase: onboarding.PhaseAffirm, Health: "amber", NextAt: soon})
	stand(t, "C-3", onboarding.ContractStatus{Owner: "o-7", Phase: onboarding.PhaseAffirm, Health: "red", NextAt: late, Paused: true})
	stand(t, "C-4", onboarding.ContractStatus{Owner: "o-7", Phase: onboarding.PhaseAdopt, Health: "green", EndedAt: late, EndedFor: "voided"})
	doubt(t, "C-2")
	doubt(t, "C-3")
	tests := []struct {
		args []string
		want string
	}{
		{nil, "C-4 C-3 C-2 C-1"},
		{[]string{"--owner", "o-8"}, "C-2"},
		{[]string{"--phase", "affirm"}, "C-3 C-2"},
		{[]string{"--health", "red"}, "C-3"},
		{[]string{"--state", "open"}, "C-3 C-2 C-1"},
		{[]string{"--state", "ended"}, "C-4"},
		{[]string{"--search", "ACM c-3"}, "C-3"},
		{[]string{"--overdue"}, "C-1"},
		{[]string{"--overdue", "--owner", "o-8"}, ""},
		{[]string{"--unknown"}, "C-2 C-3"},
		{[]string{"--unknown", "--health", "amber"}, "C-2"},
		{[]string{"--unknown", "--state", "ended"}, ""},
		{[]string{"--unknown", "--limit", "1"}, "C-2"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(append([]string{"list"}, tt.args...), " "), func(t *testing.T) {
			if ids, _ := listed(t, tt.args...); strings.Join(ids, " ") != tt.want {
				t.Errorf("lists %v, want %s", ids, tt.want)
			}
		})
	}
	starter(t, "", "list").says(t, exitDone, "contract  company", "Acme S.r.l.", "welcome", "paused", "ended", "voided")
}

// doubt leaves a send of a contract without a result, long ago.
func doubt(t *testing.T, contract string) {
	t.Helper()
	past := journal.WithClock(func() time.Time { return clock().Add(-2 * time.Hour) })
	j, err := journal.Open(t.Context(), os.Getenv("CENTOGIORNI_JOURNAL_URL"), past)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	row := onboarding.Send{Key: onboarding.MailKey(onboarding.TouchKey(contract, 1, "welcome"), "giulia"), Contract: contract, Run: 1,
		Touch: "welcome", Class: onboarding.ClassService, Channel: onboarding.ChannelEmail, Address: contract + "@acme.example", At: clock()}
	if _, err := j.Reserve(t.Context(), row, onboarding.Limits{}, time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := j.Settle(t.Context(), row.Key, onboarding.SendUnknown, "", "no answer"); err != nil {
		t.Fatal(err)
	}
}

func TestTheListTurnsItsPages(t *testing.T) {
	alone(t)
	for i := range 5 {
		seed(t, contract(t, fmt.Sprint("C-", i), 0))
	}
	var all []string
	for after, pages := "", 0; ; pages++ {
		ids, next := listed(t, "--limit", "2", "--after", after)
		all = append(all, ids...)
		if after = next; next == "" {
			break
		}
		if pages > 5 {
			t.Fatal("the pages do not end")
		}
	}
	if strings.Join(all, " ") != "C-4 C-3 C-2 C-1 C-0" {
		t.Errorf("all pages: %v", all)
	}
	starter(t, "", "list", "--limit", "2").says(t, exitDone, "more: --after ")
}

func TestCompletionProposesContractsAndTouchesAndMakesNoJournal(t *testing.T) {
	path := alone(t)
	starter(t, "", "__complete", "show", "C").says(t, exitDone)
	if _, err := os.Stat(path); err == nil {
		t.Fatal("a press of the tab key made " + filepath.Base(path))
	}
	seed(t, contract(t, "C-1", 0))
	seed(t, contract(t, "D-1", 0))
	p := starter(t, "", "__complete", "show", "C")
	p.says(t, exitDone, "C-1\tAcme S.r.l.")
	if strings.Contains(p.out, "D-1") {
		t.Errorf("it proposes %s", p.out)
	}
	starter(t, "", "__complete", "skip", "C-1", "wel").says(t, exitDone, "welcome")
	starter(t, "", "__complete", "event", "C-1", "--kind", "").says(t, exitDone, "kickoff_held")
}
