package onboarding_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

var ours = []onboarding.Person{
	{ID: "o-7", Name: "Marco Bianchi", Email: "marco@vendor.example", Backup: "o-8", Lead: "m-1"},
	{ID: "o-8", Name: "Irene Costa", Email: "irene@vendor.example"},
	{ID: "m-1", Name: "Paola Verdi", Email: "paola@vendor.example"},
}

func TestALoneIDIsResolvedFromThePeople(t *testing.T) {
	c := onboarding.Contract{Owner: &onboarding.Person{ID: "o-7"}, Sales: &onboarding.Person{ID: "o-8"}}
	if err := c.Resolve(ours); err != nil {
		t.Fatal(err)
	}
	if c.Owner.Name != "Marco Bianchi" || c.Sales.Email != "irene@vendor.example" || c.Manager != nil {
		t.Errorf("owner %+v, sales %+v, manager %+v", c.Owner, c.Sales, c.Manager)
	}
	c.Owner.Name = "changed"
	if ours[0].Name != "Marco Bianchi" {
		t.Error("the contract's owner is the list's entry, not a copy")
	}
}

func TestALoneIDIsResolvedFromTheOtherRoles(t *testing.T) {
	c := onboarding.Contract{Owner: &onboarding.Person{ID: "s-3", Name: "Sara Neri", Email: "sara@vendor.example"}, Sales: &onboarding.Person{ID: "s-3"}}
	if err := c.Resolve(nil); err != nil || c.Sales.Name != "Sara Neri" {
		t.Errorf("%v, sales %+v", err, c.Sales)
	}
}

func TestAnIDThatNobodyHasIsFaultedByItsField(t *testing.T) {
	c := onboarding.Contract{
		Owner:   &onboarding.Person{ID: "o-99"},
		Sales:   &onboarding.Person{ID: "s-3", Name: "Sara Neri", Email: "sara@vendor.example", Backup: "s-99"},
		Manager: &onboarding.Person{ID: "m-1"},
	}
	err := c.Resolve(ours)
	if got := fields(t, err); !slices.Equal(got, []string{"owner.id", "sales.backup"}) {
		t.Errorf("faults at %v:\n%v", got, err)
	}
	if !strings.Contains(err.Error(), "people.yaml") {
		t.Errorf("says nothing of people.yaml: %v", err)
	}
}

func TestAnEventsOwnerAndContractAreResolved(t *testing.T) {
	amendment := onboarding.Contract{Owner: &onboarding.Person{ID: "o-99"}, Sales: &onboarding.Person{ID: "o-8"}}
	e := onboarding.Event{Owner: &onboarding.Person{ID: "o-8"}, Amendment: &amendment}
	err := e.Resolve(ours)
	if got := fields(t, err); !slices.Equal(got, []string{"contract.owner.id"}) {
		t.Errorf("faults at %v", got)
	}
	if e.Owner.Name != "Irene Costa" || e.Amendment.Sales.Name != "Irene Costa" {
		t.Errorf("owner %+v, sales %+v", e.Owner, e.Amendment.Sales)
	}
	if amendment.Sales.Name != "" {
		t.Error("the caller's contract was changed")
	}
}

func TestPeopleAreCheckedAsAList(t *testing.T) {
	if err := onboarding.ValidatePeople(ours); err != nil {
		t.Fatal(err)
	}
	bad := []onboarding.Person{
		{ID: "a", Name: "A", Email: "a@vendor.example", Backup: "zz"},
		{ID: "a", Name: "B", Email: "b@vendor.example", Hours: "25:00-26:00", AlertsADay: -1},
		{ID: "c"},
		{ID: "d", Name: "D", Email: "d@vendor.example", Mode: "loud"},
	}
	got := fields(t, onboarding.ValidatePeople(bad))
	want := []string{"people[0].backup", "people[1].hours", "people[1].alerts_a_day", "people[1].id", "people[2].name", "people[2].email", "people[3].mode"}
	if !slices.Equal(got, want) {
		t.Errorf("faults at %v\nwant %v", got, want)
	}
}

func TestHoursAreReadInMinutes(t *testing.T) {
	tests := map[string]onboarding.Window{
		"09:00-18:00": {Open: 540, Close: 1080}, "00:00-24:00": {Open: 0, Close: 1440}, "08:30-12:15": {Open: 510, Close: 735},
		"": {}, "9:00-18:00": {}, "09:00-09:00": {}, "09:00-24:30": {}, "09:60-18:00": {}, "09:00 - 18:00": {}, "22:00-06:00": {},
	}
	for text, want := range tests {
		got, err := onboarding.ParseHours(text)
		if got != want || (err == nil) != (want.Close > 0) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}
