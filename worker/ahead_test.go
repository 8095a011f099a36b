package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

func TestOpsHearThatTheJournalIsAheadOfTemporal(t *testing.T) {
	w, heard := newTestWatch(t, io.Discard)
	now := time.Now()
	w.facts.now = func() time.Time { return now }
	for i := range 7 {
		row := journal.ContractRow{Contract: onboarding.Contract{ID: fmt.Sprint("C-", i)}, Run: 1}
		if _, _, err := w.journal.PutContract(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	record := func(contract string, seq int, kind onboarding.EntryKind) error {
		return w.facts.Record(t.Context(), onboarding.RecordInput{Contract: contract, Run: 1,
			Facts: []onboarding.RecordedFact{{Seq: seq, Entry: onboarding.Entry{At: now, Kind: kind}}}})
	}
	contradict := func(contracts ...string) {
		t.Helper()
		for _, c := range contracts {
			if err := record(c, 1, "other"); !errors.Is(err, journal.ErrConflict) {
				t.Fatalf("%s: %v; want a conflict", c, err)
			}
		}
	}
	told := func(says string) {
		t.Helper()
		if a := w.facts.behind(); a.on != (says != "") || !strings.Contains(a.text, says) {
			t.Fatalf("on %v, %q; want %q", a.on, a.text, says)
		}
	}
	at := now
	for i := range 7 {
		if err := record(fmt.Sprint("C-", i), 1, "first"); err != nil {
			t.Fatal(err)
		}
	}
	contradict("C-0")
	told("") // once: a late try of a refused task
	now = at.Add(time.Minute)
	contradict("C-0")
	told("of C-0: was Temporal restored from a backup?")
	w.look(t.Context())
	if len(heard.codes) != 2 || heard.codes[0] != "alert Centogiorni: journal_ahead" {
		t.Fatalf("ops heard %q", heard.codes)
	}
	if err := record("C-0", 2, "next"); err != nil {
		t.Fatal(err)
	}
	told("") // it was taken: the run goes on
	for range 2 {
		now = now.Add(time.Minute)
		contradict("C-0", "C-1", "C-2", "C-3", "C-4", "C-5", "C-6")
	}
	told("of C-0, C-1, C-2, C-3, C-4 and 2 more:")
	now = now.Add(3 * time.Minute)
	told("") // it was restarted, or another worker has it
}
