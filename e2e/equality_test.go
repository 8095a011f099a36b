package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/scenario"
)

// story is a contract and what happens to its customer.
type story struct{ name, contract, scenario string }

var stories = []story{
	{"nothing happens", "../examples/acme.json", "../examples/scenarios/quiet.yaml"},
	{"it goes well", "../examples/acme.json", "../examples/scenarios/good-path.yaml"},
	{"nearly everything goes wrong", "../examples/acme.json", "../examples/scenarios/bumpy.yaml"},
	{"every kind of event", "../examples/acme.json", "testdata/everything.yaml"},
	{"the contract is void", "../examples/acme.json", "testdata/voided.yaml"},
	{"a zone at a quarter past, an owner at half past", "testdata/kathmandu.json", "../examples/scenarios/good-path.yaml"},
	{"a refund counted from the kickoff", "../examples/harbor.json", "testdata/backup.yaml"},
	{"eleven steps", "../examples/acme.json", "../examples/scenarios/eleven-steps.yaml"},
	{"a doubt whether they can", "../examples/acme.json", "../examples/scenarios/doubt-ability.yaml"},
	{"a doubt what others say", "../examples/acme.json", "../examples/scenarios/doubt-approval.yaml"},
	{"a doubt of the product", "../examples/acme.json", "../examples/scenarios/doubt-product.yaml"},
	{"a doubt of its worth", "../examples/acme.json", "../examples/scenarios/doubt-value.yaml"},
	{"a refund", "../examples/acme.json", "../examples/scenarios/refund.yaml"},
	{"a consumer withdraws", "../examples/consumer.json", "../examples/scenarios/withdrawal.yaml"},
	{"a mishap handled well", "../examples/acme.json", "../examples/scenarios/mishap-well.yaml"},
	{"and badly", "../examples/acme.json", "../examples/scenarios/mishap-badly.yaml"},
	{"the owner is on leave", "../examples/harbor.json", "../examples/scenarios/owner-on-leave.yaml"},
	{"nobody hands over", "../examples/consumer.json", "../examples/scenarios/handoff-never-filled.yaml"},
	{"a promise is missed", "../examples/acme.json", "../examples/scenarios/promise-missed.yaml"},
	{"they want more", "../examples/acme.json", "../examples/scenarios/upgrade.yaml"},
	{"a peer says no", "../examples/acme.json", "../examples/scenarios/peer-says-no.yaml"},
}

// id is the story's contract_id, which tells it from the others in a shared journal.
func (s story) id() string {
	return strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(s.name, ",", ""), " ", "-"))
}

func TestThePlanOnTheServerIsTheRehearsalToTheSecond(t *testing.T) {
	s := newSystem(t)
	s.startWorker()
	t.Run("where", func(t *testing.T) {
		for _, story := range stories {
			t.Run(story.name, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "contract.json")
				if err := os.WriteFile(file, copyOf(t, story.contract, story.id()), 0o600); err != nil {
					t.Fatal(err)
				}
				path, err := filepath.Abs(story.scenario)
				if err != nil {
					t.Fatal(err)
				}
				p := s.starter(t.Context(), "rehearse", file, "--scenario", path, "--against-server")
				if p.code != 0 {
					t.Errorf("exit code %d\n%s%s", p.code, p.out, p.err)
				}
			})
		}
	})
}

func TestTheStoriesHoldEveryKindOfEvent(t *testing.T) {
	var seen []onboarding.EventKind
	for _, story := range stories {
		for _, step := range readScenario(t, story.scenario).Steps {
			seen = append(seen, step.Event.Kind)
		}
	}
	for _, kind := range onboarding.EventKinds {
		if !slices.Contains(seen, kind) {
			t.Errorf("no story has a %s", kind)
		}
	}
}

func readScenario(t testing.TB, file string) scenario.Scenario {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse(data, file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
