package journal

import (
	"errors"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestAStepIsRecordedWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		put(t, j, begun(1))
		id := contract(1).ID
		_, err := j.Receive(t.Context(), id, onboarding.Event{ID: "e-1", Kind: onboarding.EventUnsubscribed})
		must(t, err)
		clock.pass(time.Second)
		amended := contract(1)
		amended.Customer.Company = "Beta S.p.A."
		in := step(1, 7, noon)
		in.Suppress = []onboarding.Suppression{{Address: "giulia@acme.example", Reason: "unsubscribed", At: noon}}
		in.Settled, in.Amended = []string{"e-1", "never received"}, &amended
		last, err := j.LastFact(t.Context(), id, 1)
		must(t, err)
		equal(t, last, 0)
		must(t, j.Record(t.Context(), in))
		last, err = j.LastFact(t.Context(), id, 1)
		must(t, err)
		equal(t, last, 7)

		facts, err := j.Facts(t.Context(), id, 1)
		must(t, err)
		want := in.Facts[0]
		want.Entry.At, want.WallAt = micro(noon), wall.Add(time.Second)
		equal(t, facts, []onboarding.RecordedFact{want})
		row, err := j.Contract(t.Context(), id)
		must(t, err)
		status := in.Row
		status.At, status.NextAt = micro(status.At), micro(status.NextAt)
		equal(t, row.Status, status)
		equal(t, row.Contract, amended)
		original, err := j.OriginalContract(t.Context(), id)
		must(t, err)
		equal(t, original, contract(1))
		stands, err := j.Suppressions(t.Context(), "giulia@acme.example")
		must(t, err)
		equal(t, len(stands), 1)
		ev, err := j.InboxEvent(t.Context(), id, "e-1")
		must(t, err)
		equal(t, []string{string(ev.State), ev.Outcome}, []string{"settled", "applied"})
		for query, n := range map[string]int{"beta": 1, "acme-1": 1, "societa": 0} {
			rows, _, err := j.Contracts(t.Context(), Filter{Query: query})
			must(t, err)
			if len(rows) != n {
				t.Errorf("%q finds %d contracts", query, len(rows))
			}
		}
	})
}

func TestRecordingAStepAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		put(t, j, begun(1))
		must(t, j.Record(t.Context(), step(1, 1, noon)))
		before, err := j.Facts(t.Context(), contract(1).ID, 1)
		must(t, err)
		clock.pass(time.Hour)
		must(t, j.Record(t.Context(), step(1, 1, noon)))
		after, err := j.Facts(t.Context(), contract(1).ID, 1)
		must(t, err)
		equal(t, after, before)
	})
}

func TestAnotherFactUnderTheSameNumberIsAConflictAndNothingOfItsStepStays(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		put(t, j, begun(1))
		must(t, j.Record(t.Context(), step(1, 1, noon)))
		other := step(1, 2, noon.Add(time.Hour))
		clash := step(1, 1, noon.Add(time.Hour)).Facts[0]
		other.Facts = append(other.Facts, clash)
		other.Row.Health = "red"
		other.Suppress = []onboarding.Suppression{{Address: "giulia@acme.example", Reason: "bounced", All: true}}
		if err := j.Record(t.Context(), other); !errors.Is(err, ErrConflict) {
			t.Fatal(err)
		}
		facts, err := j.Facts(t.Context(), contract(1).ID, 1)
		must(t, err)
		equal(t, len(facts), 1)
		row, err := j.Contract(t.Context(), contract(1).ID)
		must(t, err)
		equal(t, row.Status.Health, "green")
		stands, err := j.Suppressions(t.Context(), "giulia@acme.example")
		must(t, err)
		equal(t, len(stands), 0)
	})
}

func TestOnlyANewerStepMovesTheRow(t *testing.T) {
	cases := []struct {
		name   string
		seq    int
		at     time.Duration
		nofact bool
		moves  bool
	}{
		{"a later instant is newer", 11, time.Minute, false, true},
		{"a later instant without facts is newer", 0, time.Minute, true, true},
		{"at the same instant a higher number is newer", 11, 0, false, true},
		{"at the same instant a lower number is older", 9, 0, false, false},
		{"at the same instant a step without facts is taken", 0, 0, true, true},
		{"an earlier instant is older", 9, -time.Minute, false, false},
	}
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		for i, c := range cases {
			put(t, j, begun(i))
			// The first step may lie well before the start on the wall clock.
			must(t, j.Record(t.Context(), step(i, 10, noon.Add(-72*time.Hour))))
			in := step(i, c.seq, noon.Add(-72*time.Hour+c.at))
			in.Row.Health = "amber"
			if c.nofact {
				in.Facts = nil
			}
			must(t, j.Record(t.Context(), in))
			row, err := j.Contract(t.Context(), contract(i).ID)
			must(t, err)
			if moved := row.Status.Health == "amber"; moved != c.moves {
				t.Errorf("%s: moved is %v", c.name, moved)
			}
			facts, err := j.Facts(t.Context(), contract(i).ID, 1)
			must(t, err)
			equal(t, len(facts), 1+len(in.Facts))
		}
	})
}

func TestAStepWithoutAnInstantLeavesTheRow(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		put(t, j, begun(1))
		in := step(1, 1, noon)
		in.Row = onboarding.ContractStatus{}
		must(t, j.Record(t.Context(), in))
		row, err := j.Contract(t.Context(), contract(1).ID)
		must(t, err)
		equal(t, row.Status, onboarding.ContractStatus{Owner: "o-7", Playbook: "hash-1"})
	})
}

func TestAStepOfAnUnknownRunIsNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		if err := j.Record(t.Context(), step(1, 1, noon)); !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
	})
}

func TestAnAmendmentKeepsTheContractsID(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		put(t, j, begun(1))
		other := contract(2)
		in := step(1, 1, noon)
		in.Amended = &other
		if err := j.Record(t.Context(), in); err == nil {
			t.Fatal("it passed")
		}
	})
}

func TestWhatBecameOfCasesIsListedRunByRun(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		case1 := func(kind onboarding.EntryKind, at time.Duration, reason string) onboarding.Entry {
			return onboarding.Entry{At: noon.Add(at), Kind: kind, Case: "case-1", Reason: reason}
		}
		story := func(n, run int, entries ...onboarding.Entry) {
			row := begun(n)
			row.Run = run
			put(t, j, row)
			in := onboarding.RecordInput{Contract: row.Contract.ID, Run: run, Row: step(n, 1, noon).Row}
			if in.Row.EndedAt = noon; run > 1 {
				in.Row.EndedAt = time.Time{}
			}
			for i, e := range entries {
				in.Facts = append(in.Facts, onboarding.RecordedFact{Seq: i + 1, Entry: e})
			}
			must(t, j.Record(t.Context(), in))
		}
		opened, resolved := onboarding.EntryCaseOpened, onboarding.EntryCaseResolved
		story(1, 1, case1(opened, -time.Hour, "before"), case1(opened, 0, "no_login, csat_low"), case1(onboarding.EntryCaseAcknowledged, time.Hour, ""),
			case1(resolved, time.Hour, "false_alarm"), case1(opened, 2*time.Hour, "reopened: complaint"))
		story(1, 2, case1(opened, time.Hour, "mishap"), case1(resolved, 2*time.Hour, "fixed"))
		story(2, 1, case1(opened, 3*time.Hour, "complaint"), case1(resolved, 4*time.Hour, "ended"))
		story(3, 1, case1(opened, -time.Microsecond, "before"))
		runs, err := j.CaseFacts(t.Context(), noon)
		must(t, err)
		var got []string
		for _, run := range runs {
			line := ""
			for _, e := range run {
				line += string(e.Kind) + " " + e.Reason + "; "
			}
			got = append(got, line)
		}
		equal(t, got, []string{
			"case_opened no_login, csat_low; case_resolved false_alarm; case_opened reopened: complaint; ",
			"case_opened mishap; case_resolved fixed; ",
			"case_opened complaint; case_resolved ended; "})
	})
}
