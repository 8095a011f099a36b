package activities_test

import (
	"testing"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

func TestARehearsalTellsWhoStandsIn(t *testing.T) {
	book, err := playbook.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	o := b.order
	o.Touch, o.Channel, o.Class, o.Audience = "refund-window-owner", onboarding.ChannelSlack, onboarding.ClassInternal, onboarding.AudienceOwner
	world := activities.Rehearsal{Book: book, Settings: b.Settings, Staff: []onboarding.Person{{ID: "o-8", Name: "Irene Costa"}}}
	for to, want := range map[string]onboarding.OutcomeKind{"o-8": onboarding.OutcomeSent, "o-99": onboarding.OutcomeDropped} {
		o.To = []string{to}
		if out := world.Carry(o); out.Kind != want {
			t.Errorf("to %s: %+v", to, out)
		}
	}
}
