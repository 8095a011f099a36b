package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/portfolio"
)

// watchful is the default playbook with a case for every little thing.
func watchful(t *testing.T) string {
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
	out := string(text)
	for setting, value := range map[string]string{"case": "12", "green": "5", "amber": "10", "kinds": "1"} {
		line := regexp.MustCompile(`(?m)^  ` + setting + `: \d+`)
		if !line.MatchString(out) {
			t.Fatalf("the default plan has no %s any more", setting)
		}
		out = line.ReplaceAllString(out, "  "+setting+": "+value)
	}
	if err := os.WriteFile(plan, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAPortfolioIsPlayedTheSameBySeed(t *testing.T) {
	alone(t)
	args := []string{"rehearse", "../examples/acme.json", "--people", "../examples/people.yaml", "--portfolio", "60"}
	p := starter(t, "", args...)
	p.says(t, exitDone, "alerts a week to an owner of 40 customers", "mails to a customer", "by signal:", "assumed, by judgement", "60 %  smooth", "nothing goes wrong",
		"to go live: median at most 3 and p95 at most 6", "60 customers played in ")
	if again := starter(t, "", args...); again.out != p.out {
		t.Errorf("the same seed prints\n%s, then\n%s", p.out, again.out)
	}
	if other := starter(t, "", append(args, "--seed", "2")...); other.out == p.out {
		t.Error("another seed prints the same")
	}
	if strings.Contains(p.out, "played in") || strings.Contains(p.out, "week from") {
		t.Errorf("it prints %s", p.out)
	}
	starter(t, "", append(args, "--weeks")...).says(t, exitDone, "week from", "2026-01-15")
}

func TestAWatchfulPlanWakesMore(t *testing.T) {
	alone(t)
	var usual, loud portfolio.Result
	args := []string{"rehearse", "../examples/acme.json", "--portfolio", "60", "--output", "json"}
	starter(t, "", args...).read(t, &usual)
	starter(t, "", append(args, "--playbook", watchful(t))...).read(t, &loud)
	if loud.Total <= usual.Total || loud.Alerts.Mean <= usual.Alerts.Mean || usual.Total == 0 {
		t.Errorf("with a low threshold %d alerts, %.1f a week; with the usual one %d, %.1f", loud.Total, loud.Alerts.Mean, usual.Total, usual.Alerts.Mean)
	}
	if usual.Customers != 60 || usual.Seed != 1 || usual.Rule.Customers != 40 || len(usual.Assumed) < 20 || usual.Weeks != nil {
		t.Errorf("reported %+v", usual)
	}
	var calm portfolio.Result
	starter(t, "", append(args, "--assume", "smooth=100")...).read(t, &calm)
	if calm.Cases > 0 || calm.Assumed[0].Percent != 100 {
		t.Errorf("smooth customers have %d cases, %+v", calm.Cases, calm.Assumed[0])
	}
}

func TestAPortfolioNeedsItsNumbers(t *testing.T) {
	tests := []struct {
		name, says string
		args       []string
	}{
		{"nobody", "--portfolio: 0 is out of range: write 1 to 10000", []string{"--portfolio", "0"}},
		{"fewer than nobody", "--portfolio: -3 is out of range", []string{"--portfolio", "-3"}},
		{"a whole country", "--portfolio: 1000000 is out of range", []string{"--portfolio", "1000000"}},
		{"a number that is none", `"many"`, []string{"--portfolio", "many"}},
		{"a seed that is none", `"luck"`, []string{"--portfolio", "5", "--seed", "luck"}},
		{"a seed below zero", `"-1"`, []string{"--portfolio", "5", "--seed", "-1"}},
		{"a seed for nothing", "go with --portfolio", []string{"--seed", "5"}},
		{"weeks of nothing", "go with --portfolio", []string{"--weeks"}},
		{"an assumption about nobody", "go with --portfolio", []string{"--assume", "smooth=1"}},
		{"an unknown assumption", `--assume: "joy" is not assumed`, []string{"--portfolio", "5", "--assume", "joy=3"}},
		{"more than all", "--assume: smooth: 101 is no percentage", []string{"--portfolio", "5", "--assume", "smooth=101"}},
		{"an assumption without its share", "smooth", []string{"--portfolio", "5", "--assume", "smooth"}},
		{"a story beside it", "leave --scenario and --against-server out", []string{"--portfolio", "5", "--scenario", "../examples/scenarios/quiet.yaml"}},
		{"a server beside it", "leave --scenario and --against-server out", []string{"--portfolio", "5", "--against-server"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			starter(t, "", append([]string{"rehearse", "../examples/acme.json"}, tt.args...)...).says(t, exitUsage, "starter: ", tt.says)
		})
	}
	alone(t)
	starter(t, "", "rehearse", "nowhere.json", "--portfolio", "5").says(t, exitInput, "nowhere.json: there is no such file")
}

func TestAPortfolioOfTheLeastContractIsPlayed(t *testing.T) {
	alone(t)
	least := file(t, contract(t, "C-1", 0, func(c *onboarding.Contract) {
		c.Terms, c.Dossier, c.Manager = nil, nil, nil
		c.Customer.Contacts = c.Customer.Contacts[:1]
	}))
	var r portfolio.Result
	p := starter(t, "", "rehearse", least, "--portfolio", "30", "--output", "json")
	p.read(t, &r)
	if r.Customers != 30 || r.Mails.Median < 5 || !json.Valid([]byte(p.out)) {
		t.Errorf("reported %+v", r)
	}
}
