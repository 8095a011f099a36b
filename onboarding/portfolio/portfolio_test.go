package portfolio_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/onboarding/portfolio"
	"github.com/centogiorni/centogiorni/playbook"
)

// input is a portfolio like the example's contract, on the default plan after the changes.
func input(t testing.TB, customers int, changes ...func(*onboarding.Playbook)) portfolio.Input {
	t.Helper()
	data, err := os.ReadFile("../../examples/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	plan := *book.Plan()
	for _, change := range changes {
		change(&plan)
	}
	return portfolio.Input{Core: journey.New(&plan), Languages: plan.Languages, Customers: customers, Seed: 1, Calendars: calendar.ForContract,
		Start: journey.Start{Contract: c, Run: 1, Rules: journey.Rules, Playbook: plan.Hash, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true}}
}

// played is what a portfolio says of a plan.
func played(t testing.TB, in portfolio.Input) portfolio.Result {
	t.Helper()
	all := make([]portfolio.Customer, in.Customers)
	for i := range all {
		var err error
		if all[i], err = in.Play(i); err != nil {
			t.Fatal(err)
		}
	}
	r, err := in.Sum(all)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func assumed(t *testing.T, percents map[string]int) []portfolio.Assumption {
	t.Helper()
	out, err := portfolio.Assume(percents)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSameSeedGivesTheSamePortfolio(t *testing.T) {
	in := input(t, 40)
	first := played(t, in)
	if again := played(t, in); !reflect.DeepEqual(first, again) {
		t.Errorf("the same seed gave\n%+v, then\n%+v", first, again)
	}
	alone, err := in.Play(17)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := in.Play(3); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := in.Play(17); err != nil || !reflect.DeepEqual(alone, again) {
		t.Errorf("a customer depends on those played before: %v", err)
	}
	if in.Seed = 2; reflect.DeepEqual(first, played(t, in)) {
		t.Error("another seed gave the same portfolio")
	}
}

func TestALowerThresholdWakesMore(t *testing.T) {
	low := played(t, input(t, 80, func(p *onboarding.Playbook) { p.Remorse.Case, p.Remorse.Kinds, p.Remorse.Sure = 15, 1, 30 }))
	high := played(t, input(t, 80, func(p *onboarding.Playbook) { p.Remorse.Case, p.Remorse.Sure = 100, 101 }))
	if low.Total <= high.Total || low.Cases <= high.Cases || low.WithCase <= high.WithCase {
		t.Errorf("low thresholds: %d alerts, %d cases of %d; high ones: %d, %d of %d", low.Total, low.Cases, low.WithCase, high.Total, high.Cases, high.WithCase)
	}
	if high.Total == 0 {
		t.Error("what is hard wakes nobody")
	}
}

func TestWhoseDaysGoWellWakesNobody(t *testing.T) {
	in := input(t, 60)
	in.Assumptions = assumed(t, map[string]int{"smooth": 100})
	if r := played(t, in); r.Cases > 0 || r.Mails.Median < 12 || r.Ends[0] != (portfolio.Count{What: "completed", N: 60}) {
		t.Errorf("%d cases by %v, %d mails, ends %v", r.Cases, r.Signals, r.Mails.Median, r.Ends)
	}
	in.Assumptions = assumed(t, map[string]int{"smooth": 0, "refund_requested": 100, "leaves": 100})
	if r := played(t, in); r.WithCase != 60 || r.Ends[0] != (portfolio.Count{What: "left", N: 60}) {
		t.Errorf("%d with a case, ends %v", r.WithCase, r.Ends)
	}
}

func TestAPlanIsJudgedByItsOwnersWeeks(t *testing.T) {
	in := input(t, 60)
	if r := played(t, in); r.Rule.Verdict != portfolio.Pass {
		t.Errorf("%+v: %s", r.Alerts, r.Rule.Verdict)
	}
	in.Assumptions = assumed(t, map[string]int{"smooth": 0, "mishap": 100, "complaint": 100, "doubt_value": 100, "doubt_ability": 100})
	if r := played(t, in); r.Rule.Verdict != portfolio.Fail {
		t.Errorf("%+v: %s", r.Alerts, r.Rule.Verdict)
	}
	if r := played(t, input(t, 10)); r.Rule.Verdict != portfolio.Unknown {
		t.Errorf("%d owner-weeks of 10 customers: %s", r.OwnerWeeks, r.Rule.Verdict)
	}
}

func TestIgnoredCasesClimb(t *testing.T) {
	in := input(t, 60)
	in.Assumptions = assumed(t, map[string]int{"ignored": 0})
	prompt := played(t, in)
	in.Assumptions = assumed(t, map[string]int{"ignored": 100})
	if ignored := played(t, in); ignored.ToManager <= prompt.ToManager {
		t.Errorf("ignored: %d alerts to managers, prompt: %d", ignored.ToManager, prompt.ToManager)
	}
}

func TestTheFiguresAddUp(t *testing.T) {
	in := input(t, 120)
	r := played(t, in)
	weeks, alerts := 0, 0
	for _, w := range r.Weeks {
		weeks, alerts = weeks+w.Customers, alerts+w.Alerts
	}
	if alerts != r.ToOwner || len(r.Weeks) != 52 || r.OwnerWeeks != weeks/portfolio.RuleCustomers {
		t.Errorf("%d alerts in the weeks, %d to owners; %d customers' weeks for %d owner-weeks", alerts, r.ToOwner, weeks, r.OwnerWeeks)
	}
	steps, ends := 0, 0
	for _, c := range r.Steps {
		steps += c.N
	}
	for _, c := range r.Ends {
		ends += c.N
	}
	if steps != r.Total || r.ToOwner+r.ToManager+r.ToOps > r.Total || ends != 120 || r.WithCase > r.Cases {
		t.Errorf("%d alerts by step of %d, %d ends, %d with %d cases", steps, r.Total, ends, r.WithCase, r.Cases)
	}
}

func TestAnAssumptionThatIsWrongIsNamed(t *testing.T) {
	for _, wrong := range []map[string]int{{"joy": 1}, {"smooth": 101}, {"smooth": -1}} {
		if _, err := portfolio.Assume(wrong); err == nil {
			t.Errorf("%v is assumed", wrong)
		}
	}
}
