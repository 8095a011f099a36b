package journal_test

import (
	"errors"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheFactsOfARefusedTaskGiveWayToThoseOfItsSuccessor(t *testing.T) {
	j, err := journal.Open(t.Context(), t.TempDir()+"/journal.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	at := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	if _, _, err := j.PutContract(t.Context(), journal.ContractRow{Contract: onboarding.Contract{ID: "C"}, Run: 1}); err != nil {
		t.Fatal(err)
	}
	record := func(revision int64, first int, kinds ...onboarding.EntryKind) error {
		in := onboarding.RecordInput{Contract: "C", Run: 1, Revision: revision, Row: onboarding.ContractStatus{At: at, EndedFor: string(kinds[len(kinds)-1])}}
		for i, k := range kinds {
			in.Facts = append(in.Facts, onboarding.RecordedFact{Seq: first + i, Entry: onboarding.Entry{At: at, Kind: k}})
		}
		return j.Record(t.Context(), in)
	}
	for _, step := range []struct {
		revision int64
		first    int
		kinds    []onboarding.EntryKind
	}{
		{10, 1, []onboarding.EntryKind{"a", "b"}},
		{20, 3, []onboarding.EntryKind{"c", "d", "e"}}, // refused by the server
		{25, 3, []onboarding.EntryKind{"x", "c"}},      // run again with a message before the rest
		{25, 5, []onboarding.EntryKind{"d"}},           // and on, in the same task
		{25, 5, []onboarding.EntryKind{"d"}},           // a try whose answer was lost
		{30, 6, []onboarding.EntryKind{"e", "f"}},      // lost with its worker
		{30, 6, []onboarding.EntryKind{"g", "e"}},      // the same task again, an update before the rest
	} {
		if err := record(step.revision, step.first, step.kinds...); err != nil {
			t.Fatal(err)
		}
	}
	if err := record(20, 3, "c", "d", "e"); !errors.Is(err, journal.ErrConflict) {
		t.Fatalf("a late try of the refused task: %v; want ErrConflict", err)
	}
	facts, err := j.Facts(t.Context(), "C", 1)
	got := ""
	for _, f := range facts {
		got += string(f.Entry.Kind)
	}
	if err != nil || got != "abxcdge" {
		t.Fatalf("facts %q, %v; want abxcdge", got, err)
	}
	row, err := j.Contract(t.Context(), "C")
	if err != nil || row.Status.EndedFor != "e" {
		t.Fatalf("the row is of step %q, %v; want e", row.Status.EndedFor, err)
	}
}
