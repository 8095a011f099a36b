package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const inDoubtKey = "C-1/1/welcome#giulia"

func TestASendInDoubtIsSettledByHandAndTheAlarmEnds(t *testing.T) {
	entry := func(kind onboarding.EntryKind, reason string) onboarding.Entry {
		return onboarding.Entry{At: clock(), Kind: kind, Touch: "welcome", To: "luca", Reason: reason}
	}
	tests := []struct {
		name    string
		prepare func(t *testing.T)
		args    []string
		state   onboarding.SendState
		reason  string
		says    []string
	}{
		{"it went", func(*testing.T) {}, []string{inDoubtKey, "accepted", "--reason", "the customer has it"}, onboarding.SendAccepted,
			"settled by hand: the customer has it", []string{inDoubtKey + ": it counts as sent"}},
		{"it went, by the key of its touch", func(*testing.T) {}, []string{"C-1/1/welcome", "accepted"}, onboarding.SendAccepted, "settled by hand", nil},
		{"it did not, and the engine gave it up", func(t *testing.T) {
			recordEntry(t, "C-1", entry(onboarding.EntryTouchDropped, "unknown"))
		}, []string{inDoubtKey, "not-sent"}, onboarding.SendReleased, "settled by hand",
			[]string{"it counts as not sent; welcome was dropped (unknown) and does not go again: write it by hand"}},
		{"it did not, and others were reached", func(t *testing.T) {
			recordEntry(t, "C-1", entry(onboarding.EntryTouchSent, ""))
		}, []string{inDoubtKey, "not-sent"}, onboarding.SendReleased, "settled by hand", []string{"welcome went to luca and does not go again"}},
		{"it did not, and the engine still asks", func(*testing.T) {}, []string{inDoubtKey, "not-sent"}, onboarding.SendReleased, "settled by hand",
			[]string{"sends it again by itself"}},
		{"it did not, and the onboarding is over", func(t *testing.T) {
			in := onboarding.RecordInput{Contract: "C-1", Run: 1, Row: onboarding.ContractStatus{At: clock().Add(time.Second), EndedAt: clock(), EndedFor: "voided"}}
			if err := openJournal(t).Record(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}, []string{inDoubtKey, "not-sent"}, onboarding.SendReleased, "settled by hand", []string{"its onboarding is over"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7"})
			doubt(t, "C-1")
			tt.prepare(t)
			starter(t, "", "list", "--unknown").says(t, exitDone, "\n"+inDoubtKey+"\n", "starter settle KEY")
			p := starter(t, "", append([]string{"settle"}, tt.args...)...)
			p.says(t, exitDone, tt.says...)
			j := openJournal(t)
			row, err := j.Send(t.Context(), inDoubtKey)
			if err != nil || row.State != tt.state || row.Reason != tt.reason {
				t.Errorf("the row is %s %q, %v; want %s %q", row.State, row.Reason, err, tt.state, tt.reason)
			}
			v, err := j.Vitals(t.Context(), time.Now())
			if err != nil || v.Unknown != 0 {
				t.Errorf("%d sends ring the alarm, %v", v.Unknown, err)
			}
			starter(t, "", "settle", inDoubtKey, "accepted").says(t, exitInput, "already (settled by hand", "only a send in doubt is settled")
		})
	}
}

func TestASendThatCannotBeSettledIsLeftAlone(t *testing.T) {
	alone(t)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7"})
	doubt(t, "C-1")
	j := openJournal(t)
	reserve := func(contact string) {
		row := onboarding.Send{Key: "C-1/1/peer-offer#" + contact, Contract: "C-1", Run: 1, Touch: "peer-offer", Class: onboarding.ClassService,
			Channel: onboarding.ChannelEmail, Address: contact + "@acme.example", At: clock()}
		if _, err := j.Reserve(t.Context(), row, onboarding.Limits{}, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	reserve("luca")
	starter(t, "", "settle", "C-1/1/peer-offer", "accepted").says(t, exitInput, "is being sent right now")
	reserve("giulia")
	starter(t, "", "settle", "C-1/1/peer-offer", "accepted").says(t, exitInput, "has 2 sends in doubt: name one of C-1/1/peer-offer#giulia, C-1/1/peer-offer#luca")
	starter(t, "", "settle", "C-1/1/welcome#nobody", "accepted").says(t, exitInput, "no send has the key", "starter list --unknown")
	if row, err := j.Send(t.Context(), inDoubtKey); err != nil || row.State != onboarding.SendUnknown {
		t.Errorf("the row is %s, %v", row.State, err)
	}
}

func TestShowGivesTheKeyOfASendInDoubt(t *testing.T) {
	alone(t)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7"})
	recordEntry(t, "C-1", onboarding.Entry{At: clock(), Kind: onboarding.EntryTaskRaised, Touch: "welcome", To: "o-7", Reason: taskUnknown})
	doubt(t, "C-1")
	p := starter(t, "", "show", "C-1")
	p.says(t, exitUnreachable, "! task for o-7: send_unknown: find out whether welcome went", "In doubt", "starter settle "+inDoubtKey+" accepted\n")
	var v struct {
		Sends []send `json:"sends"`
	}
	starter(t, "", "show", "C-1", "--output", "json").read(t, &v)
	if !slices.ContainsFunc(v.Sends, func(s send) bool { return s.Key == inDoubtKey }) {
		t.Errorf("sends %+v", v.Sends)
	}
	starter(t, "", "settle", inDoubtKey, "accepted").says(t, exitDone)
	if p := starter(t, "", "show", "C-1"); strings.Contains(p.out, "In doubt") {
		t.Errorf("it is in doubt still: %s", p.out)
	}
}

func TestTheAnswerOfSettleInJSON(t *testing.T) {
	alone(t)
	stand(t, "C-1", onboarding.ContractStatus{Owner: "o-7"})
	doubt(t, "C-1")
	var answer struct {
		Key   string               `json:"key"`
		State onboarding.SendState `json:"state"`
		Goes  bool                 `json:"goes_again"`
	}
	starter(t, "", "settle", inDoubtKey, "not-sent", "--output", "json").read(t, &answer)
	if answer.Key != inDoubtKey || answer.State != onboarding.SendReleased || !answer.Goes {
		t.Errorf("answered %+v", answer)
	}
}
