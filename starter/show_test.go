package main

import (
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestShowPrintsWhatWasWhatComesAndWhatDidNotHappen(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	d.run("", "skip", "C-1", "peer-offer", "--reason", "they know each other").says(t, exitDone, "peer-offer will not go")
	p := d.run("", "show", "C-1")
	p.says(t, exitDone, "C-1, Acme S.r.l., run 1, owner o-7", "What was\n", "phase: admit", "touch_skipped peer-offer they know each other",
		"What comes\n", "refund-reminder", "What did not happen\n", "dropped  skipped")
	order := []string{"What was", "What comes", "What did not happen"}
	for i := 1; i < len(order); i++ {
		if strings.Index(p.out, order[i-1]) > strings.Index(p.out, order[i]) {
			t.Errorf("%s comes after %s", order[i-1], order[i])
		}
	}
	var v view
	d.run("", "show", "C-1", "--output", "json").read(t, &v)
	if len(v.Promises) == 0 || len(v.Entries) == 0 || len(v.NotHappened) != 1 || v.NotHappened[0].Touch != "peer-offer" || v.Ended != nil {
		t.Errorf("shown: %d promises, %d entries, not happened %v, ended %v", len(v.Promises), len(v.Entries), v.NotHappened, v.Ended)
	}
}

func TestShowPrintsThePastWhileTemporalIsDown(t *testing.T) {
	alone(t)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7", Phase: onboarding.PhaseAdmit, Health: "green"})
	recordEntry(t, "C-1", onboarding.Entry{At: clock(), Kind: onboarding.EntryPhaseEntered, Phase: onboarding.PhaseAdmit})
	doubt(t, "C-1")
	p := starter(t, "", "show", "C-1")
	p.says(t, exitUnreachable, "phase: admit", "What did not happen", "Sends", "welcome  giulia  email  unknown  no answer",
		"this is the past; what comes cannot be asked", "temporal cannot be reached")
	if strings.Contains(p.out+p.err, "@") {
		t.Errorf("it prints an address: %s%s", p.out, p.err)
	}
	var v struct {
		Promises *[]onboarding.Promise `json:"promises"`
		Entries  []onboarding.Entry    `json:"entries"`
	}
	starter(t, "", "show", "C-1", "--output", "json").read(t, &v)
	if v.Promises != nil || len(v.Entries) != 1 {
		t.Errorf("shown: promises %v, entries %v", v.Promises, v.Entries)
	}
}

func TestShowNeedsNoTemporalForWhatHasEnded(t *testing.T) {
	alone(t)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7", EndedAt: clock(), EndedFor: "voided"})
	starter(t, "", "show", "C-1").says(t, exitDone, "; ended", "voided", "nothing yet")
	starter(t, "", "show", "C-2").says(t, exitInput, "no onboarding of this contract: C-2")
}

// recordEntry appends one entry to a run that has none.
func recordEntry(t *testing.T, contract string, e onboarding.Entry) {
	t.Helper()
	err := openJournal(t).Record(t.Context(), onboarding.RecordInput{Contract: contract, Run: 1, Facts: []onboarding.RecordedFact{{Entry: e}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestATouchThatWasHeldAndWentDidHappen(t *testing.T) {
	at := func(kind onboarding.EntryKind, touch, reason string) onboarding.Entry {
		return onboarding.Entry{At: time.Unix(0, 0), Kind: kind, Touch: touch, Reason: reason}
	}
	got := missing([]onboarding.Entry{
		at(onboarding.EntryTouchHeld, "a", "complaint"), at(onboarding.EntryTouchSent, "a", ""),
		at(onboarding.EntryTouchHeld, "b", "complaint"), at(onboarding.EntryTouchDropped, "b", "held too long"),
		at(onboarding.EntryTouchHeld, "c", "complaint"), at(onboarding.EntryTouchHeld, "c", "spacing"),
		at(onboarding.EntryEvent, "", ""),
	})
	if len(got) != 2 || got[0].Touch != "b" || got[0].State != "dropped" || got[1].Touch != "c" || got[1].State != "held" || got[1].Reason != "spacing" {
		t.Errorf("did not happen: %+v", got)
	}
}

func TestTheContractThatIsShownCanBeEditedAndAmended(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0))
	text := d.run("", "show", "C-1", "--contract").out
	d.run(text, "amend", "C-1", "-", "--yes").says(t, exitDone, "C-1 reads so already; nothing was done")
	edited := strings.Replace(text, "Acme S.r.l.", "Acme S.p.A.", 1)
	d.run(edited, "amend", "C-1", "-", "--yes").says(t, exitDone, "customer.company: Acme S.r.l. -> Acme S.p.A.", "C-1: amended")
	if again := d.run("", "show", "C-1", "--contract").out; again != edited {
		t.Errorf("it reads %s\nwant %s", again, edited)
	}
	d.run("", "show", "C-9", "--contract").says(t, exitInput, "no onboarding of this contract: C-9")
}

func TestATouchThatTheContractRulesOutIsListedWithItsReason(t *testing.T) {
	d := begun(t, contract(t, "C-1", 0, func(c *onboarding.Contract) { c.Terms.Refund.Days = 9 }), contract(t, "C-2", 0, func(c *onboarding.Contract) { c.Terms = nil }))
	plain := file(t, contract(t, "C-3", 0, func(c *onboarding.Contract) { c.Terms = nil }))
	const short, none, training = "does not go refund-reminder service customer said in the welcome",
		"does not go refund-reminder service customer no refund in the contract", "does not go training-invitation service customer no training in the contract"
	for _, tt := range []struct {
		args       []string
		want, lack []string
	}{
		{[]string{"show", "C-1"}, []string{short}, []string{none, training}},
		{[]string{"show", "C-2"}, []string{none, training}, []string{short, "not dated yet refund"}},
		{[]string{"plan", plain}, []string{none, training}, []string{short, "not dated yet refund"}},
		{[]string{"plan", "../examples/acme.json"}, nil, []string{"does not go"}},
	} {
		p := d.run("", tt.args...)
		p.says(t, exitDone)
		out := strings.Join(strings.Fields(p.out), " ")
		for _, want := range tt.want {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not say %q:\n%s", tt.args, want, p.out)
			}
		}
		for _, lack := range tt.lack {
			if strings.Contains(out, lack) {
				t.Errorf("%v says %q:\n%s", tt.args, lack, p.out)
			}
		}
	}
}
