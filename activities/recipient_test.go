package activities

import (
	"context"
	"errors"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// noPeople is a journal that does not answer.
type noPeople struct{}

func (noPeople) Find(context.Context, string) (onboarding.Person, bool, error) {
	return onboarding.Person{}, false, errors.New("down")
}

func TestAMessageToOursFindsItsRecipient(t *testing.T) {
	c := onboarding.Contract{Owner: &onboarding.Person{ID: "o-7", Name: "Marco"}, Sales: &onboarding.Person{ID: "s-3"}}
	for name, want := range map[string]struct {
		to     []string
		person onboarding.Person
		ok     bool
	}{
		"the contract's owner":                 {[]string{"o-7"}, onboarding.Person{ID: "o-7", Name: "Marco"}, true},
		"who stands in, of people.yaml":        {[]string{"o-8"}, onboarding.Person{ID: "o-8", Name: "Irene"}, true},
		"the ops channel":                      {[]string{"ops"}, onboarding.Person{ID: "ops", SlackID: "C0OPS", Email: "ops@vendor.example"}, true},
		"somebody whom nobody knows is no one": {[]string{"x-1"}, onboarding.Person{}, false},
		"an order to nobody has none":          {nil, onboarding.Person{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := &Activities{People: nobodyBut{ID: "o-8", Name: "Irene"}, Ops: onboarding.Person{SlackID: "C0OPS", Email: "ops@vendor.example"}}
			p, ok, err := a.recipient(t.Context(), onboarding.Order{Contract: c, To: want.to})
			if err != nil || ok != want.ok || ok && (p.ID != want.person.ID || p.Name != want.person.Name || p.SlackID != want.person.SlackID || p.Email != want.person.Email) {
				t.Errorf("got %+v, %v, %v", p, ok, err)
			}
		})
	}
	a := &Activities{People: noPeople{}}
	if _, _, err := a.recipient(t.Context(), onboarding.Order{Contract: c, To: []string{"o-8"}}); err == nil {
		t.Error("a journal that does not answer was taken for nobody")
	}
}

func TestAnAlertByMailSaysItsFactsToo(t *testing.T) {
	got := mailText(onboarding.Alert{Text: "Call them.", Lines: []string{"first"}, Facts: []onboarding.AlertFact{{Label: "The doubt", Text: "Does it work?"}}})
	if want := "Call them.\nfirst\n\nThe doubt\nDoes it work?\n"; got != want {
		t.Errorf("got %q", got)
	}
}
