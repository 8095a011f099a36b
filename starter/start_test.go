package main

import (
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestAContractThatIsWrongStartsNothing(t *testing.T) {
	tests := []struct {
		name string
		file func(t *testing.T) string
		args []string
		says []string
	}{
		{"a file that is not there", func(*testing.T) string { return "nowhere.json" }, nil, []string{"nowhere.json: there is no such file"}},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, nil, []string{"is a directory"}},
		{"no JSON", func(t *testing.T) string { return text2file(t, "c.json", "{") }, nil, []string{"c.json:\nline 1, column 2: the JSON ends too early"}},
		{"all faults at once", func(t *testing.T) string {
			return file(t, contract(t, "C-1", 0, func(c *onboarding.Contract) {
				c.Customer.TimeZone, c.Value.Currency = "Europe/Roma", "EURO"
			}))
		}, nil, []string{"customer.time_zone:", "value.currency:"}},
		{"a language without texts", func(t *testing.T) string {
			return file(t, contract(t, "C-1", 0, func(c *onboarding.Contract) { c.Customer.Language = "fr" }))
		}, nil, []string{`customer.language: the playbook has no texts in "fr"`}},
		{"an owner whom nobody knows", func(t *testing.T) string {
			return file(t, contract(t, "C-1", 0, func(c *onboarding.Contract) { c.Owner = &onboarding.Person{ID: "o-99"} }))
		}, nil, []string{`owner.id: nobody has the id "o-99": add them to people.yaml (starter people import FILE; offline --people FILE)`}},
		{"an old signature without --join", func(t *testing.T) string { return file(t, contract(t, "C-1", 4)) }, nil, []string{"C-1: the contract was signed more than 3 days ago", "--join"}},
		{"100 days that are over", func(t *testing.T) string { return file(t, contract(t, "C-1", 120)) }, []string{"--join", "--yes"}, []string{"signed_at: its 100 days were over on"}},
		{"a preview that nobody can confirm", func(t *testing.T) string { return file(t, contract(t, "C-1", 10)) }, []string{"--join"}, []string{"give --yes"}},
		{"a folder without a playbook", func(t *testing.T) string { return file(t, contract(t, "C-1", 0)) }, []string{"--playbook", "nowhere"}, []string{"no playbook in nowhere"}},
		{"milestones that cannot be", func(t *testing.T) string { return file(t, contract(t, "C-1", 10)) },
			[]string{"--join", "--yes", "--milestone", "sold=2026-01-01", "--milestone", "installed=soon", "--milestone", "contacted=2001-01-01", "--milestone", "first_value=2100-01-01"},
			[]string{"--milestone sold: no such milestone: write one of handoff_accepted", `--milestone installed: "soon" is neither a date nor an instant`,
				"--milestone contacted: 2001-01-01 is before the signature", "--milestone first_value: 2100-01-01 is still to come"}},
		{"a milestone given twice", func(t *testing.T) string { return file(t, contract(t, "C-1", 10)) },
			[]string{"--join", "--yes", "--milestone", "installed=" + day(-2), "--milestone", "installed=" + day(-1)}, []string{"--milestone installed: given twice"}},
		{"a milestone without a date", func(t *testing.T) string { return file(t, contract(t, "C-1", 10)) },
			[]string{"--join", "--milestone", "installed"}, []string{"--milestone installed: write it as installed=2026-01-20"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			p := d.run("", append([]string{"start", tt.file(t)}, tt.args...)...)
			code := exitInput
			if p.code == exitUsage && (strings.Contains(p.err, "--yes") || strings.Contains(p.err, "write it as")) {
				code = exitUsage
			}
			p.says(t, code, tt.says...)
			if len(rows(t)) > 0 || len(d.temporal.started) > 0 {
				t.Error("something was begun")
			}
		})
	}
}

// day is so many days from today.
func day(n int) string { return today.AddDate(0, 0, n).Format(time.DateOnly) }

func TestStartingTwiceIsTheSameOnboarding(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	same := file(t, d.temporal.state("onboarding/C-1/1").Start.Contract)
	d.run("", "start", same).says(t, exitDone, "C-1 runs already as onboarding/C-1/1; nothing was done twice")
	d.run("", "start", same, "--dry-run").says(t, exitDone, "nothing was begun")
	other := contract(t, "C-1", 0, func(c *onboarding.Contract) { c.Product = "Gestionale Base" })
	d.run("", "start", file(t, other)).says(t, exitInput, "C-1: an onboarding of this contract exists with other content: amend it")
	d.run("", "end", "C-1", "--reason", "enough").says(t, exitDone)
	d.run("", "start", same).says(t, exitDone, "C-1 has ended already", "starter restart C-1")
	if len(d.temporal.started) != 1 {
		t.Errorf("started %v", d.temporal.started)
	}
}

func TestAStartThatIsRepeatedAfterAnAmendmentIsTheSameOnboarding(t *testing.T) {
	c := contract(t, "C-1", 0)
	d := begun(t, c)
	path := file(t, c)
	c.Product = "Gestionale Base"
	d.run("", "amend", "C-1", file(t, c), "--yes").says(t, exitDone, "C-1: amended")
	d.run("", "start", path).says(t, exitDone, "C-1 runs already as onboarding/C-1/1; nothing was done twice")
	d.run("", "start", file(t, c)).says(t, exitDone, "nothing was done twice")
	c.Product = "Gestionale Uno"
	d.run("", "start", file(t, c)).says(t, exitInput, "exists with other content")
}

func TestAStartThatWasCutInTwoIsFinishedByTheSameStart(t *testing.T) {
	d := newDesk(t)
	path := file(t, contract(t, "C-1", 2))
	d.temporal.most = 0 // the journal has it, Temporal does not
	d.run("", "start", path).says(t, exitUnreachable, "C-1: the engine cannot be reached")
	d.run("", "event", "C-1", "--kind", "login").says(t, exitInput, "Temporal does not run it: C-1: start it again")
	d.run("", "show", "C-1").says(t, exitInput, "nothing yet", "Temporal does not run it")
	d.temporal.most = -1
	d.run("", "start", path).says(t, exitDone, "C-1")
	d.run("", "show", "C-1").says(t, exitDone, "phase: admit")
	if len(d.temporal.started) != 1 {
		t.Errorf("started %v", d.temporal.started)
	}
}

func TestAStartFromStandardInputAnswersInJSON(t *testing.T) {
	d := newDesk(t)
	text := `{"contract_id":"C-7","signed_at":"` + clock().Format(time.RFC3339) + `","product":"P","value":{"amount":"1.00","currency":"EUR"},
		"customer":{"id":"x","company":"X","kind":"business","time_zone":"Europe/Rome","country":"IT","language":"it",
		"contacts":[{"id":"a","name":"A B","email":"a@x.example","role":"decision_maker"}]},"owner":{"id":"o-7"},"sales":{"id":"s-3"}}`
	var answer struct {
		Contract string `json:"contract_id"`
		Workflow string `json:"workflow_id"`
		Fresh    bool   `json:"fresh"`
	}
	d.run(text, "start", "-", "--output", "json", "--mode", "shadow").read(t, &answer)
	if answer.Contract != "C-7" || answer.Workflow != "onboarding/C-7/1" || !answer.Fresh {
		t.Errorf("answered %+v", answer)
	}
	if s := d.temporal.state("onboarding/C-7/1").Start; s.Mode != onboarding.ModeShadow || s.Contract.Owner.Name != "Marco Bianchi" {
		t.Errorf("started in mode %s for %s", s.Mode, s.Contract.Owner.Name)
	}
}

func TestARunHasAModeOfItsOwnOnlyWhereItIsGiven(t *testing.T) {
	d := newDesk(t)
	t.Setenv("CENTOGIORNI_MODE", "shadow")
	for id, flag := range map[string]string{"C-1": "", "C-2": "live", "C-3": "review"} {
		args := []string{"start", file(t, contract(t, id, 0))}
		says := ", owner o-7\n"
		if flag != "" {
			args, says = append(args, "--mode", flag), ", owner o-7, mode "+flag+" at most\n"
		}
		d.run("", args...).says(t, exitDone)
		if got := d.temporal.state("onboarding/" + id + "/1").Start.Mode; got != onboarding.Mode(flag) {
			t.Errorf("%s runs in mode %q; want %q: the configuration is the worker's and may change", id, got, flag)
		}
		d.run("", "show", id).says(t, exitDone, says)
	}
}

func TestAJoinIsShownAskedAndTakesTheMilestonesOver(t *testing.T) {
	d := newDesk(t)
	d.asks = true
	path := file(t, contract(t, "C-1", 20))
	args := []string{"start", path, "--join", "--milestone", "installed=" + day(-3), "--milestone", "kickoff_held=" + day(-9)}
	d.run("n\n", args...).says(t, exitInput, "the next 7 days", "mails to customers", "Begin? [y/N]", "not confirmed: nothing was done")
	d.run("", args...).says(t, exitInput, "not confirmed")
	d.run("", append(args, "--dry-run")...).says(t, exitDone, "a dry run: nothing was begun")
	if len(rows(t)) > 0 {
		t.Fatal("a preview began it")
	}
	d.run("y\n", args...).says(t, exitDone, "started C-1")
	s := d.temporal.state("onboarding/C-1/1")
	if s.Start.Joined.IsZero() || len(s.Start.Milestones) != 2 || s.Stage != onboarding.StageInstallation {
		t.Errorf("joined %s with %v in stage %s", s.Start.Joined, s.Start.Milestones, s.Stage)
	}
}

func TestAMilestoneOnTheDayOfTheSignatureIsNotBeforeIt(t *testing.T) {
	c := contract(t, "C-1", 10)
	signed := onboarding.DateOf(c.SignedAt.In(zone(c))).String()
	m, err := milestone("contacted", signed, c, clock())
	if err != nil || !m.At.Equal(c.SignedAt) {
		t.Errorf("it is at %s, %v; want the signature's instant", m.At, err)
	}
}

func TestAnotherPlaybookAndItsHashAreStored(t *testing.T) {
	d := newDesk(t)
	d.run("", "start", file(t, contract(t, "C-1", 0)), "--playbook", otherPlaybook(t)).says(t, exitDone, "started")
	stored, err := openJournal(t).Playbooks(t.Context())
	if err != nil || len(stored) != 1 || stored[0].Hash != d.temporal.state("onboarding/C-1/1").Start.Playbook {
		t.Errorf("stored %v, %v", stored, err)
	}
}

func TestARestartBeginsTheNextRun(t *testing.T) {
	c := contract(t, "C-1", 1)
	d := begun(t, c)
	d.run("", "restart", "C-1").says(t, exitInput, "refused: run 1 has not ended: end or void it first")
	d.run("", "void", "C-1", "--reason", "a slip").says(t, exitDone, "C-1: void: a slip")
	d.run("", "restart", "C-9").says(t, exitInput, "no onboarding of this contract: C-9")
	d.run("", "restart", "C-1", "--dry-run").says(t, exitDone, "the next 7 days", "nothing was begun")

	other := func(id, customer string) string {
		return file(t, contract(t, id, 0, func(c *onboarding.Contract) { c.Customer.ID = customer }))
	}
	d.run("", "restart", "C-1", other("C-2", "acme")).says(t, exitInput, "contract_id: C-1 cannot become C-2")
	d.run("", "restart", "C-1", other("C-1", "other")).says(t, exitInput, "customer.id: acme cannot become other")
	d.run("", "restart", "C-1", file(t, contract(t, "C-1", 5))).says(t, exitInput, "--join")
	d.run("", "restart", "C-1", file(t, contract(t, "C-1", 200)), "--join", "--yes").says(t, exitInput, "were over on")

	next := other("C-1", "acme")
	d.temporal.most = 1 // the journal has the next run, Temporal does not
	d.run("", "restart", "C-1", next).says(t, exitUnreachable, "the engine cannot be reached")
	d.temporal.most = -1
	d.run("", "restart", "C-1", next).says(t, exitDone, "C-1 runs already as onboarding/C-1/2")
	d.run("", "restart", "C-1", next).says(t, exitInput, "refused: run 2 has not ended")
	if got := strings.Join(d.temporal.started, " "); got != "onboarding/C-1/1 onboarding/C-1/2" {
		t.Errorf("started %s", got)
	}
}
