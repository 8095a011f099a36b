package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestPeopleAreAddedOrReplaced(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		marco := onboarding.Person{ID: "o-7", Name: "Marco Bianchi", Email: "marco@vendor.example", Backup: "o-8",
			Leave: []onboarding.DateRange{{From: onboarding.Date{Year: 2026, Month: 8, Day: 8}, To: onboarding.Date{Year: 2026, Month: 8, Day: 23}}}}
		sara := onboarding.Person{ID: "s-3", Name: "Sara Neri"}
		must(t, j.PutPeople(t.Context(), []onboarding.Person{sara, marco}))
		marco.Backup = ""
		must(t, j.PutPeople(t.Context(), []onboarding.Person{marco}))
		people, err := j.People(t.Context())
		must(t, err)
		equal(t, people, []onboarding.Person{marco, sara})
		found, err := j.Person(t.Context(), "o-7")
		must(t, err)
		equal(t, found, marco)
		if _, err := j.Person(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		sara.Name = "Sara Verdi"
		if err := j.PutPeople(t.Context(), []onboarding.Person{sara, {}}); err == nil {
			t.Error("a person without an id passed")
		}
		found, err = j.Person(t.Context(), "s-3")
		must(t, err)
		equal(t, found.Name, "Sara Neri")
	})
}

func TestAPlaybookIsKeptUnderItsHash(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		archive := []byte{0, 1, 2, 0xff, 0}
		must(t, j.PutPlaybook(t.Context(), "h-2", "default", archive))
		clock.pass(1e9)
		must(t, j.PutPlaybook(t.Context(), "h-1", "default", []byte("x")))
		must(t, j.PutPlaybook(t.Context(), "h-2", "renamed", []byte("y")))
		got, err := j.PlaybookArchive(t.Context(), "h-2")
		must(t, err)
		equal(t, got, archive)
		rows, err := j.Playbooks(t.Context())
		must(t, err)
		equal(t, rows, []PlaybookRow{{"h-2", "default", wall}, {"h-1", "default", wall.Add(1e9)}})
		if _, err := j.PlaybookArchive(t.Context(), "h-3"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if err := j.PutPlaybook(t.Context(), "h-3", "empty", nil); err == nil {
			t.Error("an empty playbook passed")
		}
	})
}

func TestAnImportIsTakenUpWhereItStopped(t *testing.T) {
	line := func(n int, outcome onboarding.LineOutcome, reason string) onboarding.ImportLine {
		return onboarding.ImportLine{Line: n, Contract: fmt.Sprintf("C-%d", n), Outcome: outcome, Reason: reason}
	}
	waiting := func(n int, start string) onboarding.ImportLine {
		l := line(n, onboarding.LineWaiting, "")
		l.Start = json.RawMessage(start)
		return l
	}
	first := []onboarding.ImportLine{waiting(1, `{"n": 1}`), waiting(2, `{"n": 2}`), waiting(3, `{"n": "\u0000"}`)}
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		left := func(want ...onboarding.ImportLine) {
			t.Helper()
			got, err := j.ImportWaiting(t.Context(), "sha", 9)
			must(t, err)
			equal(t, got, want)
			n, err := j.ImportCount(t.Context(), "sha")
			must(t, err)
			equal(t, n.Waiting, len(want))
		}
		if _, err := j.ImportState(t.Context(), "sha"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		left()
		must(t, j.ImportStore(t.Context(), "sha", 3, first))
		left(first...)
		two, err := j.ImportWaiting(t.Context(), "sha", 2)
		must(t, err)
		equal(t, two, first[:2])

		must(t, j.ImportDone(t.Context(), "sha", line(2, onboarding.LineStarted, "")))
		must(t, j.ImportDone(t.Context(), "sha", line(1, onboarding.LineFailed, "it differs\x00")))
		must(t, j.ImportDone(t.Context(), "sha", line(2, onboarding.LineStanding, "a second note")))
		left(first[2])
		clock.pass(1e9)
		again := []onboarding.ImportLine{waiting(1, `{"n": 10}`), waiting(2, `{"n": 20}`), waiting(3, `{"n": 30}`)}
		must(t, j.ImportStore(t.Context(), "sha", 3, again))
		left(again[0], first[2])
		must(t, j.ImportDone(t.Context(), "sha", line(1, onboarding.LineStanding, "")))
		must(t, j.ImportDone(t.Context(), "sha", line(3, onboarding.LineFailed, "\x00")))
		left()

		state, err := j.ImportState(t.Context(), "sha")
		must(t, err)
		equal(t, state, ImportState{ID: "sha", Total: 3, StartedAt: wall, Lines: []onboarding.ImportLine{
			line(1, onboarding.LineStanding, ""), line(2, onboarding.LineStarted, ""), line(3, onboarding.LineFailed, "\uFFFD")}})
		n, err := j.ImportCount(t.Context(), "sha")
		must(t, err)
		equal(t, n, onboarding.ImportCount{Started: 1, Standing: 1, Failed: 1})
		if err := j.ImportStore(t.Context(), "sha", 4, first); !errors.Is(err, ErrConflict) {
			t.Error(err)
		}
	})
}
