package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// twins are two contracts of one customer, hence of the same addresses, signed two hours apart.
func (s *system) twins(t *testing.T) (first, second *play) {
	t.Helper()
	a := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", "TWIN-A")
	b := s.play("../examples/acme.json", "../examples/scenarios/quiet.yaml", "TWIN-B")
	b.start.Contract.Customer = a.start.Contract.Customer
	b.start.Contract.SignedAt = a.start.Contract.SignedAt.Add(2 * time.Hour)
	return a, b
}

func TestTwoContractsOfOneAddressKeepTheSpacingBetweenThem(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.startWorker()
	first, second := s.twins(t)
	// Side by side, a day at a time, so that each finds the other's mails in the ledger.
	for _, p := range []*play{first, second} {
		started, err := s.engine.Start(t.Context(), p.start, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		p.started = started
	}
	for day := range 105 {
		for _, p := range []*play{first, second} {
			if err := s.skipper.To(t.Context(), p.started.WorkflowID, first.start.Contract.SignedAt.Add(time.Duration(day)*24*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
	spacing := time.Duration(s.book.Plan().Caps.SpacingHours) * time.Hour
	sent := map[string][]onboarding.Send{}
	contracts := map[string]bool{}
	for _, p := range []*play{first, second} {
		rows, err := s.journal.Sends(t.Context(), p.contract(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.State == onboarding.SendAccepted && r.Channel == onboarding.ChannelEmail {
				sent[r.Address] = append(sent[r.Address], r)
				contracts[r.Contract] = true
			}
		}
	}
	if len(contracts) != 2 {
		t.Fatalf("only %v sent anything", contracts)
	}
	for address, rows := range sent {
		slices.SortFunc(rows, func(a, b onboarding.Send) int { return a.At.Compare(b.At) })
		for i := range rows[1:] {
			if apart := rows[i+1].At.Sub(rows[i].At); apart < spacing {
				t.Errorf("%s: %s and %s are %s apart, want %s", address, rows[i].Key, rows[i+1].Key, apart, spacing)
			}
		}
	}
	held := only(slices.Concat(s.entries("TWIN-A", 1), s.entries("TWIN-B", 1)), onboarding.EntryTouchHeld)
	if !slices.ContainsFunc(held, func(e onboarding.Entry) bool { return e.Reason == "spacing" }) {
		t.Error("no mail was held for the other contract's: this test shows nothing")
	}
}

func TestAnOptOutOnOneContractStopsRelationshipMailOnTheOther(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	first, second := s.twins(t)
	second.start.Contract.SignedAt = first.start.Contract.SignedAt
	first.events = []onboarding.Event{{ID: "out", Kind: onboarding.EventUnsubscribed, At: first.start.Contract.SignedAt.Add(3 * time.Hour),
		Channel: "email", Contact: "giulia"}}
	for _, p := range []*play{first, second} {
		if err := s.carry(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	address := first.start.Contract.Customer.Contacts[0].Email
	rows, err := s.journal.Sends(t.Context(), "TWIN-B", 1)
	if err != nil {
		t.Fatal(err)
	}
	toHer := slices.DeleteFunc(rows, func(r onboarding.Send) bool { return r.Address != address })
	if !slices.ContainsFunc(toHer, func(r onboarding.Send) bool { return r.Class == onboarding.ClassService }) {
		t.Error("the other contract owes her service mails, and none went")
	}
	for _, r := range toHer {
		if r.Class == onboarding.ClassRelationship {
			t.Errorf("%s went to somebody who opted out", r.Key)
		}
	}
	dropped := only(s.entries("TWIN-B", 1), onboarding.EntryTouchDropped)
	if !slices.ContainsFunc(dropped, func(e onboarding.Entry) bool {
		return e.Class == onboarding.ClassRelationship && e.Reason == "unsubscribed"
	}) {
		t.Error("no relationship mail of the other contract was dropped for the opt-out")
	}
}
