package journal

import (
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
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		if _, err := j.ImportState(t.Context(), "sha"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		must(t, j.ImportStart(t.Context(), "sha", 3))
		must(t, j.ImportDone(t.Context(), "sha", 2, "C-2", "started"))
		must(t, j.ImportDone(t.Context(), "sha", 1, "", "line 1: no owner"))
		clock.pass(1e9)
		must(t, j.ImportStart(t.Context(), "sha", 3))
		must(t, j.ImportDone(t.Context(), "sha", 1, "C-1", "started"))
		state, err := j.ImportState(t.Context(), "sha")
		must(t, err)
		equal(t, state, ImportState{ID: "sha", Total: 3, StartedAt: wall, Lines: []ImportLine{{1, "C-1", "started"}, {2, "C-2", "started"}}})
		if err := j.ImportStart(t.Context(), "sha", 4); !errors.Is(err, ErrConflict) {
			t.Error(err)
		}
		if err := j.ImportDone(t.Context(), "unknown", 1, "C-1", "started"); err == nil {
			t.Error("a line of no import passed")
		}
		must(t, j.ImportStart(t.Context(), "other", 1))
		state, err = j.ImportState(t.Context(), "other")
		must(t, err)
		equal(t, fmt.Sprint(state.Lines), "[]")
	})
}
