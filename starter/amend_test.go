package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestAnAmendmentIsShownAskedAndDone(t *testing.T) {
	c := contract(t, "C-1", 0)
	d := begun(t, c)
	c.Customer.TimeZone, c.Customer.Contacts = "America/New_York", c.Customer.Contacts[:3]
	c.Terms.Refund.Days = 45
	path := file(t, c)

	p := d.run("", "amend", "C-1", path)
	p.says(t, exitUsage, "customer.time_zone: Europe/Rome -> America/New_York", "customer.contacts[davide].id: davide (gone)", "terms.refund.days: 30 -> 45",
		"touch", "before", "after", "refund-reminder", "give --yes")
	if strings.Contains(p.out, "contacts[giulia]") {
		t.Errorf("it names a contact that stays: %s", p.out)
	}
	d.run("", "amend", "C-1", path, "--dry-run").says(t, exitDone, "a dry run: nothing was changed")
	d.asks = true
	d.run("n\n", "amend", "C-1", path).says(t, exitInput, "Amend? [y/N]", "not confirmed")
	if d.temporal.state("onboarding/C-1/1").Start.Contract.Customer.TimeZone != "Europe/Rome" {
		t.Fatal("a preview amended it")
	}

	var report struct {
		Fields   []field `json:"fields"`
		Promises []moved `json:"promises"`
		Event    toldRef `json:"event"`
	}
	d.run("", "amend", "C-1", path, "--yes", "--reason", "a move", "--output", "json").read(t, &report)
	if len(report.Fields) < 3 || !report.Event.Fresh {
		t.Errorf("reports %+v", report)
	}
	s := d.temporal.state("onboarding/C-1/1")
	promises := d.temporal.plan(s.Start.Playbook).Promises(s)
	for _, m := range report.Promises {
		i := slices.IndexFunc(promises, func(p onboarding.Promise) bool { return p.Touch == m.Touch })
		if m.Change == changeMoved && (i < 0 || !sameInstant(promises[i].DueAt, m.After)) {
			t.Errorf("%s was said to move to %s", m.Touch, due(m.After))
		}
	}
	if row := rows(t)[0]; len(row.Contract.Customer.Contacts) != 3 {
		t.Errorf("the journal holds %d contacts", len(row.Contract.Customer.Contacts))
	}
	d.run("", "amend", "C-1", path, "--yes").says(t, exitDone, "C-1 reads so already; nothing was done")
}

func TestAnAmendmentThatIsWrongChangesNothing(t *testing.T) {
	c := contract(t, "C-1", 0)
	d := begun(t, c)
	change := func(do func(*onboarding.Contract)) string {
		other := contract(t, "C-1", 0)
		other.SignedAt = c.SignedAt
		do(&other)
		return file(t, other)
	}
	tests := []struct {
		name, contract, file, says string
	}{
		{"an unknown contract", "C-9", file(t, c), "no onboarding of this contract: C-9"},
		{"a file that is not there", "C-1", "nowhere.json", "nowhere.json: there is no such file"},
		{"another contract", "C-1", change(func(c *onboarding.Contract) { c.ID = "C-2" }), "contract_id: C-1 cannot become C-2"},
		{"another customer", "C-1", change(func(c *onboarding.Contract) { c.Customer.ID = "other" }), "customer.id: acme cannot become other"},
		{"another signature", "C-1", change(func(c *onboarding.Contract) { c.SignedAt = c.SignedAt.Add(time.Hour) }), "signed_at: "},
		{"a zone that is none", "C-1", change(func(c *onboarding.Contract) { c.Customer.TimeZone = "Rome" }), "customer.time_zone:"},
		{"a language without texts", "C-1", change(func(c *onboarding.Contract) { c.Customer.Language = "fr" }), `customer.language: the playbook has no texts in "fr"`},
		{"an owner whom nobody knows", "C-1", change(func(c *onboarding.Contract) { c.Owner = &onboarding.Person{ID: "o-99"} }), `owner.id: nobody has the id "o-99"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.run("", "amend", tt.contract, tt.file, "--yes").says(t, exitInput, tt.says)
		})
	}
	if seen := d.temporal.state("onboarding/C-1/1").Seen; len(seen) > 0 {
		t.Errorf("it saw %v", seen)
	}
}

func TestInstantsOfTwoZonesAreToldApartInAPreview(t *testing.T) {
	rome, newYork := time.FixedZone("", 3600), time.FixedZone("", -5*3600)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, rome)
	later := time.Date(2026, 3, 2, 9, 0, 0, 0, newYork)
	if before, after := besides(&at, &later); before == after || !strings.HasSuffix(after, "-05:00") {
		t.Errorf("%s and %s", before, after)
	}
	if before, after := besides(&at, nil); before != "Mon 2 Mar 2026 09:00" || after != "not dated yet" {
		t.Errorf("%s and %s", before, after)
	}
}
