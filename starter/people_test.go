package main

import (
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestPeopleAreAddedOrReplacedAndListed(t *testing.T) {
	alone(t)
	starter(t, "", "people", "list").says(t, exitDone, "id  name")
	starter(t, "", "people", "import", "../examples/people.yaml").says(t, exitDone, "4 people stored: o-7, o-8, s-3, m-1")
	starter(t, "people: [{id: o-8, name: Irene Costa Neri, email: irene@vendor.example}]", "people", "import", "-").says(t, exitDone, "1 people stored: o-8")
	starter(t, "", "people", "list").says(t, exitDone, "Marco Bianchi", "2026-08-10 to 2026-08-21", "Irene Costa Neri", "s-3", "m-1")
	var people []onboarding.Person
	starter(t, "", "people", "list", "--output", "json").read(t, &people)
	if len(people) != 4 {
		t.Errorf("%d people", len(people))
	}
}

func TestAnOwnersModeIsStoredAndListed(t *testing.T) {
	alone(t)
	starter(t, "people: [{id: o-8, name: Irene Costa, email: irene@vendor.example, mode: review}]", "people", "import", "-").says(t, exitDone)
	starter(t, "", "people", "list").says(t, exitDone, "mode", "review")
}

func TestAListOfPeopleThatIsWrongChangesNobody(t *testing.T) {
	tests := []struct{ name, text, says string }{
		{"no YAML", "people: [", "people.yaml:1: not YAML"},
		{"nobody", "people: []", "people: the list is empty"},
		{"another key", "persons: []", "people.yaml:1: persons: no such key: write people"},
		{"all faults with their lines", "people:\n  - {id: a, name: A, email: nonsense}\n  - {id: a, name: B, email: b@x.example, time_zone: Rome, backup: z}\n",
			`people.yaml:2: people[0].email: "nonsense" is no bare address`},
		{"an id twice", "people:\n  - {id: a, name: A, email: a@x.example}\n  - {id: a, name: B, email: b@x.example}\n", `people.yaml:3: people[1].id: "a" is the id of people[0] already`},
		{"a mode that is none", "people:\n  - {id: a, name: A, email: a@x.example, mode: loud}\n", `people.yaml:2: people[0].mode: "loud" is not known: write one of shadow, review, live`},
		{"a backup whom nobody knows", "people:\n  - {id: a, name: A, email: a@x.example, backup: z}\n", `people.yaml:2: people[0].backup: nobody has the id "z"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			starter(t, "", "people", "import", text2file(t, "people.yaml", tt.text)).says(t, exitInput, tt.says)
			if people, err := openJournal(t).People(t.Context()); err != nil || len(people) > 0 {
				t.Errorf("%v are stored, %v", people, err)
			}
		})
	}
	t.Run("a file that is not there", func(t *testing.T) {
		alone(t)
		starter(t, "", "people", "import", "nowhere.yaml").says(t, exitInput, "nowhere.yaml: there is no such file")
	})
}
