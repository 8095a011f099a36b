package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// owners are the owners of the onboardings as these know it themselves.
func (d *desk) owners(contracts ...string) []string {
	var out []string
	for _, id := range contracts {
		out = append(out, d.temporal.state(onboarding.WorkflowID(id, 1)).Start.Contract.Owner.ID)
	}
	return out
}

func TestAReassignmentIsShownAskedAndDone(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0), contract(t, "C-2", 1), contract(t, "C-3", 1, func(c *onboarding.Contract) { c.Owner = &onboarding.Person{ID: "o-8"} }),
		contract(t, "C-4", 2))
	d.run("", "end", "C-4", "--reason", "gone").says(t, exitDone)
	d.run("", "event", "C-2", "--kind", "complaint").says(t, exitDone)

	d.run("", "reassign", "--from", "o-7", "--to", "o-8", "--dry-run").says(t, exitDone, "C-1", "Acme S.r.l.", "case-1", "from o-7 to o-8: 2 onboardings, 1 open case", "a dry run")
	d.run("", "reassign", "--from", "o-7", "--to", "o-8").says(t, exitUsage, "give --yes")
	d.asks = true
	d.run("n\n", "reassign", "--from", "o-7", "--to", "o-8").says(t, exitInput, "Reassign? [y/N]", "nothing was done")
	if got := d.owners("C-1", "C-2"); !slices.Equal(got, []string{"o-7", "o-7"}) {
		t.Fatalf("a preview gave them to %v", got)
	}

	var r reassigned
	d.run("", "reassign", "--from", "o-7", "--to", "o-8", "--reason", "new territory", "--yes", "--output", "json").read(t, &r)
	if got := d.owners("C-1", "C-2", "C-3", "C-4"); !slices.Equal(got, []string{"o-8", "o-8", "o-8", "o-7"}) {
		t.Errorf("the owners are %v", got)
	}
	if len(r.Onboardings) != 2 || r.Onboardings[0].Contract != "C-2" || len(r.Onboardings[0].Cases) != 1 || r.Onboardings[1].Event == nil || !r.Onboardings[1].Event.Fresh {
		t.Errorf("reported %+v", r)
	}
	d.run("", "reassign", "--from", "o-7", "--to", "o-8", "--yes").says(t, exitDone, "o-7 owns no running onboarding; nothing was done")
	d.run("", "show", "C-1").says(t, exitDone, "owner o-8", "owner_changed new territory")
}

func TestAReassignmentThatWasCutOffGoesOn(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0), contract(t, "C-2", 0), contract(t, "C-3", 0))
	lost := d.temporal.state("onboarding/C-2/1")
	d.temporal.lose("onboarding/C-2/1")
	d.run("", "reassign", "--from", "o-7", "--to", "o-8", "--yes").says(t, exitInput, "2 onboardings of 3 given", "C-2: the journal knows this onboarding and Temporal does not run it")
	d.temporal.restore("onboarding/C-2/1", lost)
	var r reassigned
	d.run("", "reassign", "--from", "o-7", "--to", "o-8", "--yes", "--output", "json").read(t, &r)
	if len(r.Onboardings) != 1 || r.Onboardings[0].Contract != "C-2" || r.Onboardings[0].Event == nil || r.Onboardings[0].Event.Fresh || r.Onboardings[0].Problem != "" {
		t.Errorf("reported %+v", r)
	}
	if got := d.owners("C-1", "C-2", "C-3"); !slices.Equal(got, []string{"o-8", "o-8", "o-8"}) {
		t.Errorf("the owners are %v", got)
	}
}

func TestAReassignmentWithoutAnEngineTellsNothing(t *testing.T) {
	alone(t)
	starter(t, "", "people", "import", "../examples/people.yaml").says(t, exitDone)
	seed(t, contract(t, "C-1", 0))
	args := []string{"reassign", "--from", "o-7", "--to", "o-8"}
	starter(t, "", append(args, "--dry-run")...).says(t, exitDone, "1 onboarding, 0 open cases")
	starter(t, "", append(args, "--yes")...).says(t, exitUnreachable, "temporal cannot be reached")
	waiting, err := openJournal(t).Pending(t.Context(), clock().Add(time.Hour), 10)
	if err != nil || len(waiting) > 0 {
		t.Errorf("it left events behind: %v, %v", waiting, err)
	}
}

func TestOnboardingsCanComeBack(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	for i, to := range []string{"o-8", "o-7", "o-8"} {
		from := []string{"o-7", "o-8", "o-7"}[i]
		d.run("", "reassign", "--from", from, "--to", to, "--yes").says(t, exitDone, fmt.Sprintf("1 onboarding of 1 given from %s to %s", from, to))
		if got := d.owners("C-1"); got[0] != to {
			t.Fatalf("the owner is %s, want %s", got[0], to)
		}
	}
}

func TestAReassignmentThatIsWrongIsNamed(t *testing.T) {
	tests := []struct {
		name, says string
		code       int
		args       []string
	}{
		{"nobody gives", "--from and --to are both needed", exitUsage, []string{"--to", "o-8"}},
		{"nobody gets", "--from and --to are both needed", exitUsage, []string{"--from", "o-7"}},
		{"one gives to themself", "--from and --to are both o-7", exitUsage, []string{"--from", "o-7", "--to", "o-7"}},
		{"an heir whom nobody knows", `--to: nobody has the id "o-99"`, exitInput, []string{"--from", "o-7", "--to", "o-99"}},
		{"an owner whom nobody knows", `--from: nobody has the id "o-77"`, exitInput, []string{"--from", "o-77", "--to", "o-8"}},
		{"a reason that is no line", "reason: ", exitInput, []string{"--from", "o-7", "--to", "o-8", "--reason", "a\x00b"}},
		{"an argument where none belongs", `unknown command "C-1"`, exitUsage, []string{"C-1"}},
	}
	d := begun(t, contract(t, "C-1", 0))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.run("", append([]string{"reassign", "--yes"}, tt.args...)...).says(t, tt.code, "starter: ", tt.says)
		})
	}
	if got := d.owners("C-1"); got[0] != "o-7" {
		t.Errorf("it was given to %s", got[0])
	}
}
