package main

import (
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// promising has two commitments that stand, one of them the customer's.
func promising(t *testing.T) *desk {
	t.Helper()
	d := begun(t, contract(t, "C-1", 0))
	d.run("", "event", "C-1", "--kind", "commitment_made", "--what", "Il listino nuovo", "--due", day(3)).says(t, exitDone)
	d.run("", "event", "C-1", "--kind", "commitment_made", "--what", "i dati", "--due", day(4)+"T10:00:00Z", "--by", "them").says(t, exitDone)
	return d
}

func TestACommitmentThatNobodyMadeIsNeitherKeptNorMoved(t *testing.T) {
	list := "write one of these that stand:\n  \"Il listino nuovo\", due " + day(3) + "\n  \"i dati\", due " + day(4) + "T10:00:00Z"
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"a name that fits none", []string{"commitment_kept", "--what", "la fattura"}, exitInput, "the flags:\nwhat: nothing that was promised is \"la fattura\": " + list},
		{"moved", []string{"commitment_moved", "--what", "la fattura", "--due", day(9)}, exitInput, list},
		{"no name where two stand", []string{"commitment_kept"}, exitInput, "what: required: say which: " + list},
		{"a name in other letters", []string{"commitment_kept", "--what", "listino NUOVO"}, exitDone, "told C-1: commitment_kept (Il listino nuovo)"},
		{"moved, by a part of its name", []string{"commitment_moved", "--what", "listino", "--due", day(9)}, exitDone, "told C-1: commitment_moved (Il listino nuovo)"},
		{"made again", []string{"commitment_made", "--what", "listino nuovo", "--due", day(9)}, exitDone, "told C-1: commitment_made (moves \"Il listino nuovo\", which was due " + day(3) + ")"},
		{"made again with an answer", []string{"answered", "--what", "i dati", "--due", day(9)}, exitDone, "told C-1: answered (moves \"i dati\""},
		{"a longer name", []string{"commitment_made", "--what", "Il listino nuovo in PDF", "--due", day(9)}, exitDone, "told C-1: commitment_made\n"},
		{"a shorter name", []string{"commitment_made", "--what", "listino", "--due", day(9)}, exitDone, "told C-1: commitment_made\n"},
		{"another kind", []string{"answered", "--what", "la fattura", "--due", day(9)}, exitDone, "told C-1: answered"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := promising(t)
			d.run("", append([]string{"event", "C-1", "--kind"}, tt.args...)...).says(t, tt.code, tt.says)
		})
	}
	t.Run("where none stands", func(t *testing.T) {
		d := begun(t, contract(t, "C-1", 0))
		kept := []string{"event", "C-1", "--kind", "commitment_kept"}
		d.run("", append(kept, "--what", "la fattura")...).says(t, exitInput, `what: nothing that was promised is "la fattura"; no commitment stands`)
		d.run("", kept...).says(t, exitDone, "told C-1") // what was missed may be meant
	})
	t.Run("the only one, without its name", func(t *testing.T) {
		d := begun(t, contract(t, "C-1", 0))
		d.run("", "event", "C-1", "--kind", "commitment_made", "--what", "i dati", "--due", day(3)).says(t, exitDone, "told C-1: commitment_made\n")
		d.run("", "event", "C-1", "--kind", "commitment_kept").says(t, exitDone, "told C-1: commitment_kept (i dati)")
	})
	t.Run("one that was kept", func(t *testing.T) {
		d := promising(t)
		kept := []string{"event", "C-1", "--kind", "commitment_kept", "--what", "i dati"}
		d.run("", kept...).says(t, exitDone, "told C-1")
		d.run("", kept...).says(t, exitDone, "told C-1")
	})
	t.Run("while nobody can be asked", func(t *testing.T) {
		d := promising(t)
		d.temporal.mute = true
		d.run("", "event", "C-1", "--kind", "commitment_kept", "--what", "la fattura").says(t, exitDone, "told C-1")
	})
	t.Run("after the end", func(t *testing.T) {
		d := promising(t)
		d.run("", "void", "C-1", "--reason", "a slip").says(t, exitDone)
		d.run("", "event", "C-1", "--kind", "commitment_kept", "--what", "la fattura").says(t, exitDone, "the onboarding has ended")
	})
}

func TestShowListsWhatWasPromised(t *testing.T) {
	d := promising(t)
	p := d.run("", "show", "C-1")
	p.says(t, exitDone, "What was promised and is not kept yet\n")
	_, rows, _ := strings.Cut(p.out, "What was promised")
	for _, row := range []string{"o-7           Il listino nuovo", "the customer  i dati"} {
		if !strings.Contains(rows, row) {
			t.Errorf("%q is not among\n%s", row, rows)
		}
	}
	var v struct {
		Commitments []onboarding.Commitment `json:"commitments"`
	}
	d.run("", "show", "C-1", "--output", "json").read(t, &v)
	if len(v.Commitments) != 2 || v.Commitments[0] != (onboarding.Commitment{What: "Il listino nuovo", Due: day(3)}) || v.Commitments[1].By != "them" {
		t.Errorf("commitments: %+v", v.Commitments)
	}
}

func TestAMomentIsPrintedInTheCustomersZone(t *testing.T) {
	rome := zone(contract(t, "C-1", 0))
	for text, want := range map[string]string{
		"2026-02-03": "Tue 3 Feb 2026", "2026-02-03T23:30:00Z": "Wed 4 Feb 2026 00:30", "soon": "soon",
	} {
		if got := moment(text, rome); got != want {
			t.Errorf("%s is printed %s, want %s", text, got, want)
		}
	}
}
