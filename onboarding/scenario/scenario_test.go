package scenario_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := onboarding.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

var signed = time.Date(2026, 1, 15, 15, 20, 0, 0, time.UTC)

func TestTheExampleScenariosAreValid(t *testing.T) {
	files, err := filepath.Glob("../../examples/scenarios/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenario.Parse(data, filepath.Base(file))
		if err != nil {
			t.Error(err)
		}
		if s.Name == "" || s.Description == "" {
			t.Errorf("%s has no name or description", file)
		}
		ids := map[string]bool{}
		for _, e := range s.Events(signed, zone(t, "Europe/Rome")) {
			ids[e.ID] = true
		}
		if len(ids) != len(s.Steps) {
			t.Errorf("%s: %d ids for %d events", file, len(ids), len(s.Steps))
		}
	}
}

func TestAStoryIsRead(t *testing.T) {
	s, err := scenario.Parse([]byte(`
name: a story
people: [{id: o-8, name: Irene Costa, email: irene@vendor.example, alerts_a_day: 2}]
peers:
  - {id: borgo, company: Borgo, language: it, consent: true}
  - {id: full, company: Full, language: it, capacity: 0}
events:
  - {at: "day 9 10:30", kind: email_reply, text: "grazie", contact: giulia}
  - {at: day -3 10:00, kind: contacted}
  - {at: 2026-01-16T08:00:00Z, kind: login, id: mine}
  - {at: day 2 9:05, kind: survey_answered, survey: nps, value: 9}
  - {at: "day 2 09:05", kind: kickoff_booked, date: 2026-02-03}
  - {at: "day 3 09:00", kind: question, text: 42}
  - at: day 4 09:00
    kind: handoff_filled
    dossier: {goals: [{text: one list, may_repeat: true}], promises: [{text: the import, due: 2026-02-01}]}
  - {at: "day 5 09:00", kind: owner_changed, owner: {id: o-8}}
`), "story.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range s.Events(signed, zone(t, "Europe/Rome")) {
		got = append(got, fmt.Sprintf("%s %s", e.At.In(zone(t, "Europe/Rome")).Format(time.RFC3339), e.Kind))
		switch e.Kind {
		case onboarding.EventSurveyAnswered:
			if e.Value != "9" {
				t.Errorf("value %q", e.Value)
			}
		case onboarding.EventKickoffBooked:
			if e.Date != "2026-02-03" {
				t.Errorf("date %q", e.Date)
			}
		case onboarding.EventQuestion:
			if e.Text != "42" {
				t.Errorf("text %q", e.Text)
			}
		case onboarding.EventHandoffFilled:
			if !e.Dossier.Goals[0].MayRepeat || e.Dossier.Promises[0].Due.String() != "2026-02-01" {
				t.Errorf("dossier %+v", e.Dossier)
			}
		case onboarding.EventLogin:
			if e.ID != "mine" {
				t.Errorf("id %q", e.ID)
			}
		}
	}
	want := []string{
		"2026-01-12T10:00:00+01:00 contacted", "2026-01-16T09:00:00+01:00 login", "2026-01-17T09:05:00+01:00 survey_answered",
		"2026-01-17T09:05:00+01:00 kickoff_booked", "2026-01-18T09:00:00+01:00 question", "2026-01-19T09:00:00+01:00 handoff_filled",
		"2026-01-20T09:00:00+01:00 owner_changed", "2026-01-24T10:30:00+01:00 email_reply",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(s.People) != 1 || s.People[0].AlertsADay != 2 {
		t.Errorf("people %+v", s.People)
	}
	if len(s.Peers) != 2 || !s.Peers[0].Consent || s.Peers[0].Capacity != 1 || s.Peers[1].Capacity != 0 {
		t.Errorf("peers %+v", s.Peers)
	}
}

// TestEveryFaultStandsOnItsLine: a table of scenarios and all their faults, in order.
func TestEveryFaultStandsOnItsLine(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // file:line: field: the beginning of the problem
	}{
		{"an empty file", "", []string{"s.yaml:1: the file is empty"}},
		{"a file without events", "name: x\n", []string{"s.yaml:1: events: required"}},
		{"what is no YAML", "events:\n  - {at: [\n", []string{"s.yaml:2: not YAML"}},
		{"a list instead of keys", "- a\n", []string{"s.yaml:1: write keys and values"}},
		{"two documents", "events: []\n---\nevents: []\n", []string{"s.yaml:2: a second document"}},
		{"an unknown key", "events: []\nextra: 1\n", []string{"s.yaml:2: extra: no such key"}},
		{"a key written twice", "events: []\nevents: []\n", []string{"s.yaml:2: events: written twice"}},
		{"an unknown kind", "events:\n  - at: day 1 10:00\n    kind: party\n", []string{`s.yaml:3: events[0].kind: no such kind "party"`}},
		{"an unknown key of an event", "events:\n  - at: day 1 10:00\n    kind: login\n    who: giulia\n", []string{"s.yaml:4: events[0].who: no such field"}},
		{"a key of an event written twice", "events:\n  - at: day 1 10:00\n    kind: login\n    kind: login\n", []string{"s.yaml:4: events[0].kind: written twice, first on line 3"}},
		{"an event without a time", "events:\n  - {kind: login}\n", []string{"s.yaml:2: events[0].at: required"}},
		{"a time that is none", "events:\n  - {at: tomorrow, kind: login}\n", []string{`s.yaml:2: events[0].at: "tomorrow" is no time`}},
		{"a date without a time", "events:\n  - {at: 2026-01-20, kind: login}\n", []string{`s.yaml:2: events[0].at: "2026-01-20" is no time`}},
		{"an hour that no day has", "events:\n  - {at: day 1 24:00, kind: login}\n", []string{`s.yaml:2: events[0].at: "day 1 24:00" is no time of the day`}},
		{"a day too far", "events:\n  - {at: day 1001 10:00, kind: login}\n", []string{`s.yaml:2: events[0].at: "day 1001 10:00" is too far`}},
		{"a steering kind", "events:\n  - {at: day 1 10:00, kind: adopted}\n", []string{"s.yaml:2: events[0].kind: adopted can only be sent by ops", "s.yaml:2: events[0].playbook: required"}},
		{"an event that is no mapping", "events:\n  - login\n", []string{"s.yaml:2: events[0]: write an event as"}},
		{"an alias", "events:\n  - {at: &a day 1 10:00, kind: login, text: *a}\n", []string{"s.yaml:2: events[0].text: anchors"}},
		{"a fault deep inside", "events:\n  - at: day 1 10:00\n    kind: handoff_filled\n    dossier:\n      worries:\n        - doubt: price\n", []string{"s.yaml:6: events[0].dossier.worries[0].doubt: "}},
		{"a person's fault", "events: []\npeople:\n  - id: a\n    name: A\n    email: b\n", []string{`s.yaml:5: people[0].email: "b" is no bare address`}},
		{"a peer's faults", "events: []\npeers:\n  - {id: a, company: A}\n  - {id: a, company: A, language: it, capacity: -1}\n",
			[]string{"s.yaml:3: peers[0].language: required", `s.yaml:4: peers[1].id: "a" is the id of peers[0]`, "s.yaml:4: peers[1].capacity: "}},
		{"all at once, ordered by line", "events:\n  - {kind: login}\n  - {at: day 1 10:00, kind: party}\nextra: 1\nname: [x]\n",
			[]string{"s.yaml:2: events[0].at: ", "s.yaml:3: events[1].kind: ", "s.yaml:4: extra: ", "s.yaml:5: name: a list where text belongs"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := scenario.Parse([]byte(tt.text), "s.yaml")
			var faults scenario.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("not Faults: %v", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("%v\nwant %d faults", err, len(tt.want))
			}
			for i, want := range tt.want {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("%s\nwant %s", lines[i], want)
				}
			}
		})
	}
}

func TestTimesOverTheClocksShifts(t *testing.T) {
	tests := []struct {
		name, zone, signed string
		when               string
		want               string
	}{
		{"day 0 is the customer's day, not UTC's", "Pacific/Kiritimati", "2026-01-15T20:00:00Z", "day 0 10:00", "2026-01-16T10:00:00+14:00"},
		{"summer time does not move the hour", "Europe/Rome", "2026-01-15T16:20:00+01:00", "day 80 10:00", "2026-04-05T10:00:00+02:00"},
		{"a skipped hour ends with the skip", "Europe/Rome", "2026-03-28T10:00:00+01:00", "day 1 02:30", "2026-03-29T03:00:00+02:00"},
		{"west of Greenwich too", "America/New_York", "2026-03-07T10:00:00-05:00", "day 1 02:30", "2026-03-08T03:00:00-04:00"},
		{"of an hour that comes twice it is the first", "Europe/Rome", "2026-10-24T10:00:00+02:00", "day 1 02:30", "2026-10-25T02:30:00+02:00"},
		{"an instant is itself", "Europe/Rome", "2026-10-24T10:00:00+02:00", "2026-10-26T02:30:00+01:00", "2026-10-26T02:30:00+01:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.signed)
			if err != nil {
				t.Fatal(err)
			}
			w, err := scenario.ParseWhen(tt.when)
			if err != nil {
				t.Fatal(err)
			}
			loc := zone(t, tt.zone)
			if got := w.Instant(at, loc).In(loc).Format(time.RFC3339); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestDatesInsideAnEventMayCountFromTheSignature(t *testing.T) {
	s, err := scenario.Parse([]byte(`events:
  - {at: day 4 10:00, kind: kickoff_booked, date: day 12}
  - {at: day 4 10:01, kind: kickoff_booked, date: day 80 10:30}
  - {at: day 4 10:02, kind: kickoff_booked, date: 2026-02-03}
`), "s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-01-27", "2026-04-05T10:30:00+02:00", "2026-02-03"}
	for i, e := range s.Events(signed, zone(t, "Europe/Rome")) {
		if e.Date != want[i] {
			t.Errorf("%s, want %s", e.Date, want[i])
		}
	}
	_, err = scenario.Parse([]byte("events:\n  - {at: day 4 10:00, kind: kickoff_booked, date: day twelve}\n"), "s.yaml")
	if err == nil || !strings.HasPrefix(err.Error(), "s.yaml:2: events[0].date: ") {
		t.Error(err)
	}
}

// TestEventsComeInOrder: by time, equal times as written, whatever the order of the file, and the same ids each time.
func TestEventsComeInOrder(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(-3, 3), 0, 40).Draw(t, "days")
		var text strings.Builder
		text.WriteString("events:\n")
		for i, day := range days {
			fmt.Fprintf(&text, "  - {at: day %d 10:00, kind: question, text: \"%d\"}\n", day, i)
		}
		if len(days) == 0 {
			text.WriteString("  []\n")
		}
		s, err := scenario.Parse([]byte(text.String()), "s.yaml")
		if err != nil {
			t.Fatal(err)
		}
		events, again := s.Events(signed, rome), s.Events(signed, rome)
		place := func(e onboarding.Event) (n int) { fmt.Sscan(e.Text, &n); return n }
		for i := 1; i < len(events); i++ {
			a, b := events[i-1], events[i]
			if b.At.Before(a.At) || a.At.Equal(b.At) && place(b) < place(a) {
				t.Fatalf("%s (%s) comes before %s (%s)", a.At, a.Text, b.At, b.Text)
			}
			if a.ID == b.ID || b.ID != again[i].ID {
				t.Fatalf("ids %s, %s, again %s", a.ID, b.ID, again[i].ID)
			}
		}
	})
}

func TestNoFileMakesTheParserPanic(t *testing.T) {
	bumpy, err := os.ReadFile("../../examples/scenarios/bumpy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(bumpy)).Draw(t, "from")
		to := rapid.IntRange(from, len(bumpy)).Draw(t, "to")
		put := rapid.SampledFrom([]string{"", "&a", "*a", "[]", "{}", ": ", "\n", "- ", "<<: ", "!!binary x", "? ", "\xff", "null"}).Draw(t, "put")
		mangled := []byte(string(bumpy[:from]) + put + string(bumpy[to:]))
		_, _ = scenario.Parse(mangled, "s.yaml")
		_, _ = scenario.ParsePeople(mangled, "s.yaml")
	})
}

func TestPeopleYAML(t *testing.T) {
	people, err := scenario.ParsePeople([]byte("people:\n  - {id: o-8, name: Irene Costa, email: irene@vendor.example, hours: 08:30-17:00, leave: [{from: 2026-08-03, to: 2026-08-07}]}\n"), "people.yaml")
	if err != nil || len(people) != 1 || people[0].Hours != "08:30-17:00" || people[0].Leave[0].To.String() != "2026-08-07" {
		t.Errorf("%+v, %v", people, err)
	}
	_, err = scenario.ParsePeople([]byte("people:\n  - {id: o-8, name: Irene Costa, email: irene@vendor.example, backup: o-9}\nevents: []\n"), "people.yaml")
	want := "people.yaml:2: people[0].backup: nobody has the id"
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "people.yaml:3: events: no such key") {
		t.Errorf("%v", err)
	}
}
