package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// lived is a desk with an onboarding that has a story: a mail that went early, one left out, milestones, a complaint.
func lived(t *testing.T) (d *desk, early journey.State) {
	t.Helper()
	d = begun(t, contract(t, "C-1", 1))
	early = d.temporal.state("onboarding/C-1/1")
	for _, args := range [][]string{
		{"event", "C-1", "--kind", "contacted"}, {"event", "C-1", "--kind", "kickoff_booked", "--date", day(9)},
		{"event", "C-1", "--kind", "complaint"}, {"skip", "C-1", "peer-offer"}, {"pause", "C-1"},
	} {
		d.run("", args...).says(t, exitDone)
	}
	return d, early
}

func TestAnOnboardingThatTemporalLostGoesOnFromTheJournal(t *testing.T) {
	for name, lose := range map[string]func(d *desk, early journey.State){
		"lost":     func(d *desk, _ journey.State) { d.temporal.lose("onboarding/C-1/1") },
		"restored": func(d *desk, early journey.State) { d.temporal.restore("onboarding/C-1/1", early) },
	} {
		t.Run(name, func(t *testing.T) {
			d, early := lived(t)
			lose(d, early)
			if name == "lost" {
				d.run("", "show", "C-1").says(t, exitInput, "Temporal does not run it", "starter restart C-1 --from-journal")
				d.run("", "restart", "C-1").says(t, exitInput, "--from-journal")
			}
			dry := d.run("", "restart", "C-1", "--from-journal", "--dry-run")
			dry.says(t, exitDone, "run 1 recorded", "taken over: ", "contacted, kickoff_booked", "peer-offer",
				"tell them again by starter event where they still matter: kickoff_booked (day 1), complaint (day 1)",
				"it was paused and stays so", "a dry run: nothing was changed")
			d.run("", "restart", "C-1", "--from-journal").says(t, exitUsage, "give --yes")
			if rows(t)[0].Run != 1 {
				t.Fatal("a preview restarted it")
			}
			var report struct {
				Run     int      `json:"run"`
				Settled []string `json:"not_again"`
			}
			d.run("", "restart", "C-1", "--from-journal", "--yes", "--milestone", "kickoff_held="+day(0), "--output", "json").read(t, &report)
			s := d.temporal.state("onboarding/C-1/2")
			var reached []onboarding.Fact
			for _, m := range s.Start.Milestones {
				if m.Fact != onboarding.FactDossier { // the contract's own
					reached = append(reached, m.Fact)
				}
			}
			if got := words(reached); report.Run != 2 || s.Pause == nil || got != "contacted, kickoff_booked, kickoff_held" {
				t.Errorf("run %d, paused %v, milestones %s", report.Run, s.Pause != nil, got)
			}
			var again []string
			for _, p := range d.temporal.plan(s.Start.Playbook).Promises(s) {
				if slices.Contains(report.Settled, p.Touch) {
					again = append(again, p.Touch)
				}
			}
			if len(report.Settled) < 2 || len(again) > 0 {
				t.Errorf("settled %v; of these promised again %v", report.Settled, again)
			}
			d.run("", "restart", "C-1", "--from-journal", "--yes").says(t, exitInput, "run 2 runs and is not behind the journal")
		})
	}
}

func TestAnOnboardingThatIsLostAfterItsDaysEndsByARestart(t *testing.T) {
	d := begun(t, contract(t, "C-1", 1))
	over := contract(t, "C-1", 150)
	in := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: clock(), Playbook: rows(t)[0].Playbook}, Amended: &over}
	if err := openJournal(t).Record(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	d.temporal.lose("onboarding/C-1/1")
	d.run("", "restart", "C-1", "--from-journal", "--yes").says(t, exitDone, "started C-1 as onboarding/C-1/2")
	if s := d.temporal.state("onboarding/C-1/2"); s.Ended == nil {
		t.Errorf("it goes on in phase %s", s.Phase)
	}
}

func TestARestartFromTheJournalThatIsWrongChangesNothing(t *testing.T) {
	d := begun(t, contract(t, "C-1", 1))
	for _, tt := range []struct {
		code int
		says string
		args []string
	}{
		{exitInput, "run 1 runs and is not behind the journal", []string{"C-1"}},
		{exitInput, "no onboarding of this contract: C-9", []string{"C-9"}},
		{exitUsage, "leave CONTRACT, --playbook and --join out", []string{"C-1", "x.json"}},
		{exitUsage, "leave CONTRACT, --playbook and --join out", []string{"C-1", "--join"}},
	} {
		d.run("", append([]string{"restart", "--from-journal", "--yes"}, tt.args...)...).says(t, tt.code, tt.says)
	}
	d.run("", "restart", "C-1", "--milestone", "installed="+day(0)).says(t, exitUsage, "--milestone goes with --from-journal")
	d.temporal.lose("onboarding/C-1/1")
	d.run("", "restart", "C-1", "--from-journal", "--yes", "--milestone", "sold="+day(0)).says(t, exitInput, "no such milestone")
	if got := strings.Join(d.temporal.started, " "); got != "onboarding/C-1/1" {
		t.Errorf("started %s", got)
	}
}
