package main

import (
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheOfflineCommandsNeedNoEngine(t *testing.T) {
	alone(t)
	var promises []onboarding.Promise
	starter(t, "", "plan", "../examples/acme.json", "--output", "json").read(t, &promises)
	if len(promises) < 20 {
		t.Errorf("%d promises", len(promises))
	}
	starter(t, "", "plan", "../examples/acme.json").says(t, exitDone, "welcome", "waits for")
	var story report
	starter(t, "", "rehearse", "../examples/acme.json", "--scenario", "../examples/scenarios/bumpy.yaml", "--output", "json").read(t, &story)
	if story.Contract != "C-2026-0042" || story.Ended == nil || len(story.Entries) < 50 {
		t.Errorf("the story of %s has %d entries", story.Contract, len(story.Entries))
	}
	starter(t, "", "rehearse", "../examples/harbor.json", "--people", "../examples/people.yaml").says(t, exitDone, "welcome", "ended")
	starter(t, "", "validate", "../playbook/default").says(t, exitDone, "no fault")
}

func TestTheOfflineCommandsNeedNoConfiguration(t *testing.T) {
	for name, set := range map[string]map[string]string{
		"a transport without its key":      {"MAIL_TRANSPORT": "sendgrid"},
		"a mode that is none":              {"MODE": "loud"},
		"a database of an unknown kind":    {"JOURNAL_URL": "mysql://x/y"},
		"a variable with a slip":           {"JOURNAL_UR": "x"},
		"half a deployment":                {"BUILD_ID": "b"},
		"a secret from a file that is not": {"SENDGRID_API_KEY_FILE": "/nowhere/key"},
	} {
		for _, args := range [][]string{
			{"plan", "../examples/acme.json"}, {"rehearse", "../examples/acme.json"}, {"validate", "../playbook/default"},
		} {
			t.Run(name+", "+args[0], func(t *testing.T) {
				alone(t)
				for variable, value := range set {
					t.Setenv("CENTOGIORNI_"+variable, value)
				}
				starter(t, "", args...).says(t, exitDone)
				if args[0] != "validate" {
					t.Setenv("CENTOGIORNI_PLAYBOOK_DIR", "nowhere")
					starter(t, "", args...).says(t, exitInput, "no playbook in nowhere")
				}
			})
		}
	}
	t.Run("what is wrong is said", func(t *testing.T) {
		alone(t)
		t.Setenv("CENTOGIORNI_MODE", "loud")
		p := starter(t, "", "plan", "../examples/acme.json")
		p.says(t, exitDone, "warning: CENTOGIORNI_MODE", "not needed here")
		if strings.Contains(p.out, "warning") {
			t.Errorf("it stands among the answers: %s", p.out)
		}
		t.Setenv("CENTOGIORNI_MODE", "loud")
		starter(t, "", "rehearse", "../examples/acme.json", "--against-server").says(t, exitInput, "CENTOGIORNI_MODE")
	})
}

func TestOfflineInputThatIsWrongIsNamed(t *testing.T) {
	scenario := func(t *testing.T, text string) []string {
		return []string{"rehearse", "../examples/acme.json", "--scenario", text2file(t, "s.yaml", text)}
	}
	tests := []struct {
		name, says string
		args       func(t *testing.T) []string
	}{
		{"a contract that is not there", "nowhere.json: there is no such file", func(*testing.T) []string { return []string{"plan", "nowhere.json"} }},
		{"a contract with a fault", "customer.country:", func(t *testing.T) []string {
			return []string{"plan", file(t, contract(t, "C-1", 0, func(c *onboarding.Contract) { c.Customer.Country = "Italy" }))}
		}},
		{"people by id alone", `owner.id: nobody has the id "o-7"`, func(t *testing.T) []string {
			return []string{"rehearse", file(t, contract(t, "C-1", 0, func(c *onboarding.Contract) { c.Owner = &onboarding.Person{ID: "o-7"} }))}
		}},
		{"a file of people that is not there", "nowhere.yaml: there is no such file", func(*testing.T) []string {
			return []string{"plan", "../examples/acme.json", "--people", "nowhere.yaml"}
		}},
		{"an event with a person whom nobody knows", `s.yaml:1: owner.id: nobody has the id "o-99"`, func(t *testing.T) []string {
			return scenario(t, "events: [{at: day 9 10:30, kind: owner_changed, owner: {id: o-99}}]")
		}},
		{"a scenario that is not there", "nowhere.yaml: there is no such file", func(*testing.T) []string {
			return []string{"rehearse", "../examples/acme.json", "--scenario", "nowhere.yaml"}
		}},
		{"a scenario with an unknown kind", "s.yaml:1: events[0].kind:", func(t *testing.T) []string { return scenario(t, "events: [{at: day 9 10:30, kind: log_in}]") }},
		{"a scenario without events", "s.yaml:1: events: required", func(t *testing.T) []string { return scenario(t, "name: x") }},
		{"a folder without a playbook", "no playbook in nowhere", func(*testing.T) []string { return []string{"plan", "../examples/acme.json", "--playbook", "nowhere"} }},
		{"a playbook of nothing", "no playbook in", func(t *testing.T) []string { return []string{"validate", t.TempDir()} }},
		{"a demonstration without time skipping", "run it by `make demo`", func(*testing.T) []string { return []string{"demo"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			starter(t, "", tt.args(t)...).says(t, exitInput, "starter: ", tt.says)
		})
	}
}

func TestAStoryNamesPeopleWhomSomebodyKnows(t *testing.T) {
	const acme, people = "../examples/acme.json", "../examples/people.yaml"
	story := func(events string) string { return text2file(t, "story.yaml", "name: s\nevents:\n"+events) }
	known := "  - {at: \"day 1 10:00\", kind: contacted, by: o-7, contact: giulia}\n"
	tests := []struct {
		name, events string
		flags        []string
		code         int
		says         string
	}{
		{"a contact whom nobody has", known + "  - {at: \"day 2 10:00\", kind: login, contact: guilia}\n", nil, exitInput, `story.yaml:4: contact: "guilia" is no contact of C-2026-0042`},
		{"one of ours whom nobody has", known + "  - {at: \"day 2 10:00\", kind: contacted, by: o-8}\n", nil, exitInput, `story.yaml:4: by: nobody has the id "o-8"`},
		{"one of ours from people.yaml", known + "  - {at: \"day 2 10:00\", kind: contacted, by: o-8}\n", []string{"--people", people}, exitDone, "ended"},
		{"the owner whom an event brings", known + "  - {at: \"day 2 10:00\", kind: owner_changed, owner: {id: o-20, name: Ada Riva, email: ada@vendor.example}}\n" +
			"  - {at: \"day 3 10:00\", kind: contacted, by: o-20}\n", nil, exitDone, "ended"},
		{"a side", known + "  - {at: \"day 2 10:00\", kind: meeting_missed, by: us}\n", nil, exitDone, "ended"},
		{"a story of another contract", "  - {at: \"day 1 10:00\", kind: contacted, by: o-9, contact: nora}\n", nil, exitDone,
			`was written for another contract: nobody whom it names in "contact" is known`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			starter(t, "", append([]string{"rehearse", acme, "--scenario", story(tt.events)}, tt.flags...)...).says(t, tt.code, tt.says)
		})
	}
	p := starter(t, "", "rehearse", acme, "--scenario", "../examples/scenarios/good-path.yaml")
	if p.says(t, exitDone); p.err != "" {
		t.Errorf("of the contract it was written for it says %s", p.err)
	}
}
