package main

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// alarmed has a case that was closed and one that is open.
func alarmed(t *testing.T) *desk {
	t.Helper()
	d := begun(t, contract(t, "C-1", 0))
	for _, flags := range [][]string{{"complaint"}, {"resolved", "--by", "o-8", "--outcome", "fixed", "--id", "r-1"}} {
		d.run("", append([]string{"event", "C-1", "--kind"}, flags...)...).says(t, exitDone)
	}
	s := d.temporal.state("onboarding/C-1/1")
	second := s.Open[0] // in earnest it comes weeks later
	second.ID, second.Status = "case-2", onboarding.CaseOpen
	s.Open = append(s.Open, second)
	d.temporal.restore("onboarding/C-1/1", s)
	return d
}

func TestWhatIsToldOfACaseFindsItOpen(t *testing.T) {
	tests := []struct {
		name  string
		begin func(*testing.T) *desk
		args  []string
		code  int
		says  string
	}{
		{"the newest open one", alarmed, []string{"acknowledged"}, exitDone, "told C-1: acknowledged"},
		{"one that is open", alarmed, []string{"snoozed", "--case", "case-2"}, exitDone, "told C-1: snoozed"},
		{"one that is closed", alarmed, []string{"resolved", "--case", "case-1"}, exitInput, "the flags:\ncase: case-1 is closed: resolved by o-8 on "},
		{"its outcome", alarmed, []string{"snoozed", "--case", "case-1"}, exitInput, "(fixed)"},
		{"one that never was", alarmed, []string{"false_alarm", "--case", "case-9"}, exitInput, `case: there is no "case-9": open is case-2`},
		{"told twice", alarmed, []string{"resolved", "--case", "case-1", "--id", "r-1"}, exitDone, "r-1 was told before"},
		{"none, acknowledged", promising, []string{"acknowledged"}, exitInput, "no case is open"},
		{"none, snoozed", promising, []string{"snoozed"}, exitInput, "no case is open"},
		{"none, a false alarm", promising, []string{"false_alarm"}, exitInput, "no case is open"},
		{"none, resolved", promising, []string{"resolved"}, exitInput, "no case is open"},
		{"none, by an id", promising, []string{"resolved", "--case", "case-1"}, exitInput, `case: there is no "case-1", and no case is open`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.begin(t).run("", append([]string{"event", "C-1", "--kind"}, tt.args...)...).says(t, tt.code, tt.says)
		})
	}
	t.Run("a question that waits is resolved without a case", func(t *testing.T) {
		d := promising(t)
		d.run("", "event", "C-1", "--kind", "question").says(t, exitDone)
		d.run("", "event", "C-1", "--kind", "resolved").says(t, exitDone, "told C-1: resolved")
	})
	t.Run("while nobody can be asked", func(t *testing.T) {
		d := promising(t)
		d.temporal.mute = true
		d.run("", "event", "C-1", "--kind", "acknowledged").says(t, exitDone, "told C-1: acknowledged")
	})
}
