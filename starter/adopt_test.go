package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// otherPlaybook is the default playbook with another date, one touch less and one more.
func otherPlaybook(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../playbook/default")); err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(dir, "plan.yaml")
	text, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	touch := func(id, next string) string {
		_, rest, found := strings.Cut(string(text), "  - id: "+id+"\n")
		body, _, ended := strings.Cut(rest, "  - id: "+next+"\n")
		if !found || !ended {
			t.Fatalf("the default plan has no %s before %s any more", id, next)
		}
		return "  - id: " + id + "\n" + body
	}
	review, step, pulse := touch("goal-review", "next-step"), touch("next-step", "owner-review"), touch("pulse-nps", "review-ask")
	out := strings.NewReplacer(
		review, strings.Replace(review, "+45 d", "+52 d", 1),
		step, step+strings.NewReplacer("next-step", "last-step", "+65 d", "+93 d").Replace(step),
		pulse, "").Replace(string(text))
	if err := os.WriteFile(plan, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	texts, err := filepath.Glob(filepath.Join(dir, "templates", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range texts {
		switch base := filepath.Base(name); {
		case strings.HasPrefix(base, "pulse-nps."):
			err = os.Remove(name)
		case strings.HasPrefix(base, "next-step."):
			err = os.Link(name, filepath.Join(dir, "templates", strings.Replace(base, "next", "last", 1)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// begun is a desk at which onboardings run.
func begun(t *testing.T, contracts ...onboarding.Contract) *desk {
	t.Helper()
	d := newDesk(t)
	for _, c := range contracts {
		d.run("", "start", file(t, c)).says(t, exitDone, "started "+c.ID)
	}
	return d
}

func TestAnAdoptionIsPreviewedAndDone(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	other := otherPlaybook(t)
	was := d.temporal.state("onboarding/C-1/1").Start.Playbook

	d.run("", "adopt", "C-1").says(t, exitDone, "follow playbook "+was+" already; nothing was done")
	d.run("", "adopt", "C-1", "--playbook", other, "--dry-run").says(t, exitDone, "goal-review", "pulse-nps", "does not go", "last-step", "a dry run")
	d.run("", "adopt", "C-1", "--playbook", other).says(t, exitUsage, "give --yes")
	if now := d.temporal.state("onboarding/C-1/1").Start.Playbook; now != was {
		t.Fatal("a preview moved the onboarding")
	}

	var report struct {
		Onboardings []adopted `json:"onboardings"`
	}
	d.run("", "adopt", "C-1", "--playbook", other, "--yes", "--output", "json").read(t, &report)
	changes := map[string]string{}
	for _, m := range report.Onboardings[0].Promises {
		changes[m.Touch] = m.Change
	}
	if changes["goal-review"] != changeMoved || changes["pulse-nps"] != changeRemoved || changes["last-step"] != changeAdded {
		t.Errorf("the preview says %v", changes)
	}
	if now := d.temporal.state("onboarding/C-1/1").Start.Playbook; now == was {
		t.Error("the onboarding did not move")
	}
}

func TestAllOlderOnboardingsAdoptTogether(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0), contract(t, "C-2", 1), contract(t, "C-3", 2))
	other := otherPlaybook(t)
	d.run("", "end", "C-3", "--reason", "gone").says(t, exitDone)
	d.run("", "adopt", "--all", "--playbook", other, "--yes").says(t, exitDone, "2 onboardings to playbook", "touch", "added", "last-step", "2 onboardings moved")
	d.run("", "adopt", "--all", "--playbook", other, "--yes").says(t, exitDone, "nobody is to move")
	d.run("", "adopt", "C-3", "--playbook", other, "--yes").says(t, exitInput, "C-3: the onboarding has ended")
}

func TestAPlaybookWithAFaultIsNotAdopted(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	dir := otherPlaybook(t)
	if err := os.Remove(filepath.Join(dir, "templates", "last-step.it.md")); err != nil {
		t.Fatal(err)
	}
	d.run("", "adopt", "C-1", "--playbook", dir, "--yes").says(t, exitInput, "last-step", "it")
	d.run("", "adopt", "C-1", "--playbook", "nowhere", "--yes").says(t, exitInput, "no playbook in nowhere")
	d.run("", "adopt", "C-9", "--playbook", otherPlaybook(t), "--yes").says(t, exitInput, "no onboarding of this contract: C-9")
	stored, err := openJournal(t).Playbooks(t.Context())
	if err != nil || len(stored) != 1 {
		t.Errorf("%d playbooks are stored, %v", len(stored), err)
	}
}

func TestAnAdoptionWhereNobodyIsOnTheWaySaysSo(t *testing.T) {
	newDesk(t).run("", "adopt", "--all", "--dry-run").says(t, exitDone, "nobody is on the way; nothing was done")
	begun(t, contract(t, "C-1", 0)).run("", "adopt", "--all").says(t, exitDone, "nobody is to move: all follow playbook")
}
