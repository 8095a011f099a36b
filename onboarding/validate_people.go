package onboarding

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// DefaultHours is when a person of ours works who names no hours: 09:00-18:00.
var DefaultHours = Window{Open: 9 * 60, Close: 18 * 60}

var hoursPattern = regexp.MustCompile(`^([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])$`)

// ParseHours reads working hours such as "09:00-18:00". They lie within one day, 24:00 being its end.
func ParseHours(s string) (Window, error) {
	m := hoursPattern.FindStringSubmatch(s)
	if m == nil {
		return Window{}, fmt.Errorf("%q are no hours: write them as 09:00-18:00", s)
	}
	minute := func(hour, minute string) int {
		h, _ := strconv.Atoi(hour)
		n, _ := strconv.Atoi(minute)
		return h*60 + n
	}
	w := Window{Open: minute(m[1], m[2]), Close: minute(m[3], m[4])}
	if w.Open >= w.Close || w.Close > 24*60 {
		return Window{}, fmt.Errorf("%q are no hours: write the start before the end, within one day, as 09:00-18:00", s)
	}
	return w, nil
}

// ValidatePeople reports everything wrong with a list of our people, as Faults with paths such as people[2].email.
func ValidatePeople(people []Person) error {
	c := &checker{}
	for i := range people {
		field, p := at("people", i), &people[i]
		c.inline(field, p)
		same := func(other Person) bool { return other.ID == p.ID }
		if first := slices.IndexFunc(people, same); p.ID != "" && first < i {
			c.add(join(field, "id"), "%q is the id of %s already: give each person their own", p.ID, at("people", first))
		}
		c.knows(join(field, "backup"), p.Backup, people)
		c.knows(join(field, "lead"), p.Lead, people)
	}
	return c.err()
}

// Resolve replaces the roles that give an id alone by the person with that id, from the list (people.yaml) or written
// out in another role of this contract. It faults the ids that nobody has.
func (contract *Contract) Resolve(people []Person) error {
	c := &checker{}
	c.resolve("", contract, people)
	return c.err()
}

// Resolve does the same for the new owner and the new contract an event may carry.
func (e *Event) Resolve(people []Person) error {
	c := &checker{}
	if e.Owner != nil && e.Owner.reference() {
		e.Owner = c.find("owner", e.Owner.ID, people)
	}
	if e.Amendment != nil {
		amendment := *e.Amendment
		c.resolve("contract", &amendment, people)
		e.Amendment = &amendment
	}
	return c.err()
}

func (c *checker) resolve(path string, contract *Contract, people []Person) {
	roles := []**Person{&contract.Owner, &contract.Sales, &contract.Manager}
	known := slices.Clone(people)
	for _, role := range roles {
		if *role != nil && !(*role).reference() {
			known = append(known, **role)
		}
	}
	for i, role := range roles {
		if *role == nil {
			continue
		}
		field := join(path, []string{"owner", "sales", "manager"}[i])
		if (*role).reference() {
			*role = c.find(field, (*role).ID, known)
			continue
		}
		c.knows(join(field, "backup"), (*role).Backup, known)
		c.knows(join(field, "lead"), (*role).Lead, known)
	}
}

// find gives a copy of the person with the id; the lone id again, with a fault, where there is none.
func (c *checker) find(field, id string, people []Person) *Person {
	c.knows(join(field, "id"), id, people)
	if p, ok := PersonByID(people, id); ok {
		return &p
	}
	return &Person{ID: id}
}

// PersonByID finds somebody among people; nobody has the id "".
func PersonByID(people []Person, id string) (Person, bool) {
	i := slices.IndexFunc(people, func(p Person) bool { return id != "" && p.ID == id })
	if i < 0 {
		return Person{}, false
	}
	return people[i], true
}

func (c *checker) knows(field, id string, people []Person) {
	if _, ok := PersonByID(people, id); id != "" && !ok {
		c.add(field, "nobody has the id %q: add them to people.yaml (starter people import FILE; offline --people FILE), or write the person out with name and email", id)
	}
}

// reference reports whether the person is an id alone.
func (p *Person) reference() bool {
	return p.Name == "" && p.Email == "" && p.Phone == "" && p.SlackID == "" && p.TimeZone == "" && p.Country == "" &&
		p.Hours == "" && len(p.Leave) == 0 && p.Backup == "" && p.Lead == "" && p.Language == "" && p.AlertsADay == 0 && p.Mode == ""
}

// role checks a person of a contract: written out, or an id alone.
func (c *checker) role(path string, p *Person, required bool) {
	switch {
	case p == nil && required:
		c.add(path, "required: write id, name and email, or the id alone of somebody in people.yaml")
	case p == nil:
	case p.reference():
		c.id(join(path, "id"), p.ID)
	default:
		c.inline(path, p)
	}
}

// inline checks a person written out.
func (c *checker) inline(path string, p *Person) {
	c.id(join(path, "id"), p.ID)
	c.requiredLine(join(path, "name"), p.Name, "first and last name")
	c.email(join(path, "email"), p.Email)
	c.line(join(path, "phone"), p.Phone)
	c.line(join(path, "slack_id"), p.SlackID)
	if p.TimeZone != "" {
		c.zone(join(path, "time_zone"), p.TimeZone)
	}
	c.country(join(path, "country"), p.Country, false)
	if _, err := ParseHours(p.Hours); p.Hours != "" && err != nil {
		c.add(join(path, "hours"), "%s", err.Error())
	}
	c.ranges(join(path, "leave"), p.Leave)
	for _, field := range []struct{ name, id string }{{"backup", p.Backup}, {"lead", p.Lead}} {
		if field.id != "" && field.id == p.ID {
			c.add(join(path, field.name), "%q is this person: name somebody else", field.id)
		} else if field.id != "" {
			c.id(join(path, field.name), field.id)
		}
	}
	c.language(join(path, "language"), p.Language, false)
	c.between(join(path, "alerts_a_day"), p.AlertsADay, 0, 100)
	oneOf(c, join(path, "mode"), p.Mode, false, Modes...)
}
