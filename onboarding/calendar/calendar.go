// Package calendar turns a contract into everybody's open windows: working days, holidays, closures, leave, hours and
// the shifts of the clock, as tables on which the core does arithmetic. It reads no clock and nothing from outside but
// the zone database; the activity Plan and the rehearsal call it, workflow code never does.
package calendar

import (
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// maxDays bounds a table: two years and a margin. The engine asks for 200.
const maxDays = 800

// customerHours is the default window for mails to a customer.
var customerHours = onboarding.Window{Open: 9 * 60, Close: 17*60 + 30}

// Make builds the windows of the customer and of our people, from in.From on for in.Days days. A role that the contract
// leaves open, and a person that is still an id alone, work 09:00-18:00 in the customer's zone and country. It fails on
// a zone or hours that ParseContract would have refused, and on a number of days outside 1 to 800.
func Make(in onboarding.PlanInput) (onboarding.Calendar, error) {
	if in.Days < 1 || in.Days > maxDays {
		return onboarding.Calendar{}, fmt.Errorf("days: %d is out of range: ask for 1 to %d", in.Days, maxDays)
	}
	m := maker{in: in}
	customer := in.Contract.Customer
	out := onboarding.Calendar{
		Customer: m.windows("customer", customer.TimeZone, customer.Country, customerHours, m.closures(), onboarding.DayClosure),
		Owner:    m.person("owner", in.Contract.Owner),
		Sales:    m.person("sales", in.Contract.Sales),
		Manager:  m.person("manager", in.Contract.Manager),
		Warnings: m.warnings,
	}
	if b := in.Backup; b != nil {
		out.Backup, out.BackupID = m.person("backup", b), b.ID
	}
	if m.err != nil {
		return onboarding.Calendar{}, fmt.Errorf("make the calendar of %s: %w", in.Contract.ID, m.err)
	}
	return out, nil
}

// maker keeps what one Make finds out: the zones already loaded, the warnings and the first error.
type maker struct {
	in       onboarding.PlanInput
	zones    []zoneTable
	warned   []string
	warnings []string
	err      error
}

type zoneTable struct {
	name   string
	shifts []onboarding.ZoneShift
}

// closures are the customer's own, or where the contract names none those of the country.
func (m *maker) closures() []onboarding.DateRange {
	if m.in.Contract.Customer.Closures != nil {
		return m.in.Contract.Customer.Closures
	}
	return countryClosures(m.in.Contract.Customer.Country, m.in.From, m.in.Days)
}

func (m *maker) person(role string, p *onboarding.Person) onboarding.Windows {
	if p == nil {
		p = &onboarding.Person{}
	}
	zone, country, hours := p.TimeZone, p.Country, onboarding.DefaultHours
	if zone == "" {
		zone = m.in.Contract.Customer.TimeZone
	}
	if country == "" {
		country = m.in.Contract.Customer.Country
	}
	if p.Hours != "" {
		parsed, err := onboarding.ParseHours(p.Hours)
		if err != nil {
			m.fail(role+".hours", err)
		}
		hours = parsed
	}
	return m.windows(role, zone, country, hours, p.Leave, onboarding.DayLeave)
}

func (m *maker) windows(role, zone, country string, hours onboarding.Window, off []onboarding.DateRange, as onboarding.DayKind) onboarding.Windows {
	return onboarding.Windows{
		Start: m.in.From,
		Days:  m.days(role, country, off, as),
		Zone:  m.zone(role, zone),
		Open:  hours.Open,
		Close: hours.Close,
	}
}

// days marks each day: a weekend or holiday stays what it is inside a closure or a leave.
func (m *maker) days(role, country string, off []onboarding.DateRange, as onboarding.DayKind) string {
	if !known(country) && !slices.Contains(m.warned, country) {
		m.warned = append(m.warned, country)
		m.warnings = append(m.warnings, fmt.Sprintf("%s: no holidays are known for country %q: only weekends, closures and leave count as days off", role, country))
	}
	days := make([]byte, m.in.Days)
	for i := range days {
		d := m.in.From.AddDays(i)
		switch wd := d.Weekday(); {
		case wd == time.Saturday || wd == time.Sunday:
			days[i] = byte(onboarding.DayWeekend)
		case Holiday(country, d):
			days[i] = byte(onboarding.DayHoliday)
		case slices.ContainsFunc(off, func(r onboarding.DateRange) bool { return !d.Before(r.From) && !r.To.Before(d) }):
			days[i] = byte(as)
		default:
			days[i] = byte(onboarding.DayWorking)
		}
	}
	return string(days)
}

func (m *maker) zone(role, name string) []onboarding.ZoneShift {
	for _, z := range m.zones {
		if z.name == name {
			return z.shifts
		}
	}
	loc, err := onboarding.LoadZone(name)
	if err != nil {
		m.fail(role+".time_zone", err)
		return nil
	}
	shifts := Shifts(loc, m.in.From.AddDays(-margin), m.in.From.AddDays(m.in.Days+margin))
	m.zones = append(m.zones, zoneTable{name, shifts})
	return shifts
}

func (m *maker) fail(field string, err error) {
	if m.err == nil {
		m.err = fmt.Errorf("%s: %w", field, err)
	}
}

// margin is by how many days the table of offsets outreaches the days on both sides: a day begins up to 14 hours from
// UTC's, and an instant of the last day can lie in the next.
const margin = 4

// Shifts lists the offsets of a zone from one day to another, each with the second from which it holds. Changes of
// name alone are left out.
func Shifts(loc *time.Location, from, to onboarding.Date) []onboarding.ZoneShift {
	t, end := from.In(time.UTC, 0).In(loc), to.In(time.UTC, 0)
	_, offset := t.Zone()
	shifts := []onboarding.ZoneShift{{From: t.Unix(), Offset: offset}}
	for {
		_, t = t.ZoneBounds()
		if t.IsZero() || !t.Before(end) {
			return shifts
		}
		if _, offset := t.Zone(); offset != shifts[len(shifts)-1].Offset {
			shifts = append(shifts, onboarding.ZoneShift{From: t.Unix(), Offset: offset})
		}
	}
}
