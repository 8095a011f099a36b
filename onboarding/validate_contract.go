package onboarding

import (
	"reflect"
	"regexp"
	"slices"
	"time"
)

// ParseContract reads a contract from JSON as it comes from outside and validates it. The error is Faults.
func ParseContract(data []byte) (Contract, error) {
	var contract Contract
	c := &checker{}
	if n := c.parse(data); n != nil {
		c.fill(reflect.ValueOf(&contract).Elem(), n, "")
		c.contract("", contract)
	}
	return contract, c.err()
}

// Validate reports everything wrong with the contract, as Faults. Which languages exist is asked of ValidateAgainst,
// whom a person's lone id means of Resolve. It loads time zones, so workflow code must not call it.
func (contract Contract) Validate() error {
	c := &checker{}
	c.contract("", contract)
	return c.err()
}

// ValidateAgainst reports languages of the customer and the contacts that the playbook does not have, as Faults.
func (contract Contract) ValidateAgainst(languages []string) error {
	c := &checker{}
	c.spoken("customer.language", contract.Customer.Language, languages)
	for i, contact := range contract.Customer.Contacts {
		c.spoken(join(at("customer.contacts", i), "language"), contact.Language, languages)
	}
	return c.err()
}

func (c *checker) spoken(field, language string, languages []string) {
	if language != "" && !slices.Contains(languages, language) {
		c.add(field, "the playbook has no texts in %q: write one of %s", language, list(languages))
	}
}

// ValidateDossier reports everything wrong with a dossier that comes for this contract, as Faults with paths from
// "dossier".
func (contract Contract) ValidateDossier(d Dossier) error {
	c := &checker{}
	c.dossier("dossier", &d, contract.Customer.Contacts, contract.signingDay())
	return c.err()
}

// signingDay is the day of the signature in the customer's zone; zero while the signature is missing.
func (contract Contract) signingDay() Date {
	if contract.SignedAt.IsZero() {
		return Date{}
	}
	if loc, err := LoadZone(contract.Customer.TimeZone); err == nil {
		return DateOf(contract.SignedAt.In(loc))
	}
	return DateOf(contract.SignedAt)
}

func (c *checker) contract(path string, contract Contract) {
	c.id(join(path, "contract_id"), contract.ID)
	c.signedAt(join(path, "signed_at"), contract.SignedAt)
	c.requiredLine(join(path, "product"), contract.Product, "what was bought, as the customer calls it")
	c.money(join(path, "value"), contract.Value)
	signed := contract.signingDay()
	c.customer(join(path, "customer"), contract.Customer)
	c.terms(join(path, "terms"), contract.Terms, signed)
	c.role(join(path, "owner"), contract.Owner, true)
	c.role(join(path, "sales"), contract.Sales, true)
	c.role(join(path, "manager"), contract.Manager, false)
	c.samePerson(path, contract)
	c.dossier(join(path, "dossier"), contract.Dossier, contract.Customer.Contacts, signed)
}

func (c *checker) signedAt(field string, t time.Time) {
	if t.IsZero() {
		c.add(field, "required: when it was signed, such as 2026-01-15T16:20:00+01:00")
	} else {
		c.thisAge(field, t.Year())
	}
}

// thisAge refuses years that are a slip of the pen.
func (c *checker) thisAge(field string, year int) {
	if year < 2000 || year >= 2200 {
		c.add(field, "the year %d cannot be: write one from 2000 to 2199", year)
	}
}

var amountPattern = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$`)

func (c *checker) money(field string, m Money) {
	if m == (Money{}) {
		c.add(field, `required: the contract's value, such as {"amount":"12000.00","currency":"EUR"}`)
		return
	}
	if amount := join(field, "amount"); m.Amount == "" {
		c.add(amount, `required: write decimal text such as "12000.00"`)
	} else if !amountPattern.MatchString(m.Amount) {
		c.add(amount, `%q is no amount: write decimal text such as "12000.00", with a point and without sign, exponent or separators`, m.Amount)
	}
	if currency := join(field, "currency"); m.Currency == "" {
		c.add(currency, "required: write an ISO 4217 code such as EUR")
	} else if !listed(currencies, m.Currency) {
		c.add(currency, "%q is no currency: write ISO 4217 in three capital letters, such as EUR", m.Currency)
	}
}

func (c *checker) customer(path string, customer Customer) {
	if reflect.ValueOf(customer).IsZero() {
		c.add(path, "required: id, company, kind, time_zone, country, language and contacts")
		return
	}
	c.id(join(path, "id"), customer.ID)
	c.requiredLine(join(path, "company"), customer.Company, "the customer's name")
	oneOf(c, join(path, "kind"), customer.Kind, true, Business, Consumer)
	c.zone(join(path, "time_zone"), customer.TimeZone)
	c.country(join(path, "country"), customer.Country, true)
	c.language(join(path, "language"), customer.Language, true)
	c.line(join(path, "industry"), customer.Industry)
	c.line(join(path, "segment"), customer.Segment)
	c.contacts(join(path, "contacts"), customer.Contacts)
	c.ranges(join(path, "closures"), customer.Closures)
}

func (c *checker) contacts(path string, contacts []Contact) {
	if len(contacts) == 0 {
		c.add(path, "required: at least the decision maker")
		return
	}
	c.atMost(path, len(contacts))
	for i, contact := range contacts {
		c.contact(at(path, i), contact)
		first := slices.IndexFunc(contacts, func(other Contact) bool { return other.ID == contact.ID })
		if contact.ID != "" && first < i {
			c.add(join(at(path, i), "id"), "%q is the id of %s already: give each contact its own", contact.ID, at("contacts", first))
		}
	}
	if !slices.ContainsFunc(contacts, func(contact Contact) bool { return contact.Role == RoleDecisionMaker }) {
		c.addWhole(path, "nobody is decision_maker: give one contact the role decision_maker")
	}
}

func (c *checker) contact(path string, contact Contact) {
	c.id(join(path, "id"), contact.ID)
	c.requiredLine(join(path, "name"), contact.Name, "first and last name")
	c.email(join(path, "email"), contact.Email)
	c.line(join(path, "phone"), contact.Phone)
	oneOf(c, join(path, "role"), contact.Role, true, RoleDecisionMaker, RoleChampion, RoleUser, RoleAdmin, RoleBilling)
	oneOf(c, join(path, "form"), contact.Form, false, Lei, Tu)
	c.language(join(path, "language"), contact.Language, false)
}

func (c *checker) terms(path string, t *Terms, signed Date) {
	if t == nil {
		return
	}
	if r := t.Refund; r != nil {
		field := join(path, "refund")
		c.between(join(field, "days"), r.Days, 1, 400)
		c.countsFrom(join(field, "counts_from"), r.CountsFrom)
		c.requiredText(join(field, "how"), r.How, "how the customer asks for the refund, in their language")
		c.webAddress(join(field, "url"), r.URL)
	}
	if w := t.Withdrawal; w != nil {
		field := join(path, "withdrawal")
		c.between(join(field, "days"), w.Days, 1, 400)
		c.countsFrom(join(field, "counts_from"), w.CountsFrom)
	}
	if a := t.Assistance; a != nil {
		field := join(path, "assistance")
		oneOf(c, join(field, "kind"), a.Kind, true, "unlimited", "included")
		if a.Until != nil && a.Until.Before(signed) {
			c.add(join(field, "until"), "%s is before the signature on %s: write the last day of the assistance", a.Until, signed)
		}
	}
	if t.Training != nil {
		c.between(join(join(path, "training"), "sessions"), t.Training.Sessions, 1, 1000)
	}
	if r := t.Return; r != nil {
		field := join(path, "return")
		c.between(join(field, "days"), r.Days, 1, 400)
		c.requiredText(join(field, "how"), r.How, "how the customer gives the product back, in their language")
	}
}

func (c *checker) countsFrom(field string, from CountsFrom) {
	oneOf(c, field, from, true, FromSigned, FromKickoffHeld, FromInstalled, FromFirstValue)
}

// dossier checks a dossier; contacts is empty where the contract is not at hand, signed is zero likewise.
func (c *checker) dossier(path string, d *Dossier, contacts []Contact, signed Date) {
	if d == nil {
		return
	}
	c.atMost(join(path, "goals"), len(d.Goals))
	for i, goal := range d.Goals {
		field := at(join(path, "goals"), i)
		c.requiredText(join(field, "text"), goal.Text, "the goal in the customer's words")
		c.names(join(field, "said_by"), goal.SaidBy, contacts)
	}
	c.atMost(join(path, "promises"), len(d.Promises))
	for i, promise := range d.Promises {
		field := at(join(path, "promises"), i)
		c.requiredText(join(field, "text"), promise.Text, "what was promised")
		c.names(join(field, "said_to"), promise.SaidTo, contacts)
		if promise.Due != nil && promise.Due.Before(signed) {
			c.add(join(field, "due"), "%s is before the signature on %s: write the day it is due, or leave it out", promise.Due, signed)
		}
	}
	c.atMost(join(path, "worries"), len(d.Worries))
	for i, worry := range d.Worries {
		field := at(join(path, "worries"), i)
		oneOf(c, join(field, "doubt"), worry.Doubt, true, Doubts...)
		c.text(join(field, "note"), worry.Note, maxText)
	}
	c.atMost(join(path, "people"), len(d.People))
	for i, person := range d.People {
		field := at(join(path, "people"), i)
		if person.Contact == "" {
			c.add(join(field, "contact"), "required: the id of a contact")
		}
		c.names(join(field, "contact"), person.Contact, contacts)
		c.text(join(field, "cares_about"), person.Cares, maxText)
	}
	oneOf(c, join(path, "preferred_channel"), d.Channel, false, Channels...)
	c.text(join(path, "notes"), d.Notes, maxText)
}

// names checks that an id is one of the contacts'.
func (c *checker) names(field, id string, contacts []Contact) {
	if id == "" || len(contacts) == 0 || slices.ContainsFunc(contacts, func(contact Contact) bool { return contact.ID == id }) {
		return
	}
	ids := make([]string, len(contacts))
	for i, contact := range contacts {
		ids[i] = contact.ID
	}
	c.add(field, "%q is no contact of this contract: write one of %s", id, list(ids))
}

// samePerson checks that one id is one person, whatever roles they have.
func (c *checker) samePerson(path string, contract Contract) {
	roles := []struct {
		name   string
		person *Person
	}{{"owner", contract.Owner}, {"sales", contract.Sales}, {"manager", contract.Manager}}
	for i, role := range roles {
		p := role.person
		if p == nil || p.ID == "" || p.reference() {
			continue
		}
		for _, other := range roles[:i] {
			q := other.person
			if q != nil && q.ID == p.ID && !q.reference() && q.Email != p.Email {
				c.add(join(join(path, role.name), "id"), "%q is the id of the %s already, who has another address: give each person their own", p.ID, other.name)
				break
			}
		}
	}
}
