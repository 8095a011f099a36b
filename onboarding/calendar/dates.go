package calendar

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"go.yaml.in/yaml/v3"

	"github.com/centogiorni/centogiorni/onboarding"
)

//go:embed dates.yaml
var datesYAML []byte

// country is what dates.yaml says of one country.
type country struct {
	Add      []rule    `yaml:"add"`
	Drop     []rule    `yaml:"drop"`
	Closures []closure `yaml:"closures"`
}

// rule is a day of each year from From to Until, 0 being open.
type rule struct {
	On     string `yaml:"on"`
	Name   string `yaml:"name"`
	From   int    `yaml:"from"`
	Until  int    `yaml:"until"`
	Source string `yaml:"source"`

	holiday *cal.Holiday
}

// closure is a span of days of each year, written 08-08; a span that ends before it begins ends in the next year.
type closure struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// dates is the embedded file. A fault in it is a fault of the program, and a test reads it.
var dates = sync.OnceValue(func() map[string]country {
	parsed, err := parseDates(datesYAML)
	if err != nil {
		panic("calendar: dates.yaml: " + err.Error())
	}
	return parsed
})

func parseDates(data []byte) (map[string]country, error) {
	var parsed map[string]country
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&parsed); err != nil {
		return nil, err
	}
	for code, c := range parsed {
		for _, rules := range [][]rule{c.Add, c.Drop} {
			for i := range rules {
				h, err := rules[i].parse()
				if err != nil {
					return nil, fmt.Errorf("%s: %w", code, err)
				}
				rules[i].holiday = h
			}
		}
		for _, span := range c.Closures {
			for _, day := range []string{span.From, span.To} {
				if _, err := time.Parse("01-02", day); err != nil {
					return nil, fmt.Errorf("%s: closure %q is no day: write it as 08-08", code, day)
				}
			}
		}
	}
	return parsed, nil
}

var (
	yearlyRule  = regexp.MustCompile(`^(\d\d)-(\d\d)$`)
	onceRule    = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)$`)
	easterRule  = regexp.MustCompile(`^easter([+-]\d+)?$`)
	weekdayRule = regexp.MustCompile(`^(\w+day) from (\d\d)-(\d\d)$`)
)

// parse reads the forms "10-04", "2026-07-10", "easter+39" (days after Easter Sunday) and "friday from 06-19" (the
// first such weekday on or after the day).
func (r rule) parse() (*cal.Holiday, error) {
	h := &cal.Holiday{Name: r.Name, StartYear: r.From, EndYear: r.Until}
	if m := onceRule.FindStringSubmatch(r.On); m != nil {
		year := number(m[1])
		h.StartYear, h.EndYear, h.Month, h.Day, h.Func = year, year, time.Month(number(m[2])), number(m[3]), cal.CalcDayOfMonth
	} else if m := yearlyRule.FindStringSubmatch(r.On); m != nil {
		h.Month, h.Day, h.Func = time.Month(number(m[1])), number(m[2]), cal.CalcDayOfMonth
	} else if m := easterRule.FindStringSubmatch(r.On); m != nil {
		h.Offset, h.Func = number(m[1]), cal.CalcEasterOffset
	} else if m := weekdayRule.FindStringSubmatch(r.On); m != nil {
		h.Month, h.Day, h.Offset, h.Func = time.Month(number(m[2])), number(m[3]), 1, cal.CalcWeekdayFrom
		for h.Weekday = time.Sunday; !strings.EqualFold(h.Weekday.String(), m[1]); h.Weekday++ {
			if h.Weekday == time.Saturday {
				return nil, fmt.Errorf("%q is no weekday", m[1])
			}
		}
	} else {
		return nil, fmt.Errorf("%q is no day: write 10-04, 2026-07-10, easter+39 or friday from 06-19", r.On)
	}
	if h.Month != 0 && (h.Month > 12 || h.Day < 1 || h.Day > 31) {
		return nil, fmt.Errorf("%q is no day of the calendar", r.On)
	}
	return h, nil
}

// number reads digits that a pattern has let through.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func holidays(rules []rule) []*cal.Holiday {
	out := make([]*cal.Holiday, len(rules))
	for i, r := range rules {
		out[i] = r.holiday
	}
	return out
}

// countryClosures are the country's default closures that touch the table.
func countryClosures(code string, from onboarding.Date, days int) []onboarding.DateRange {
	var out []onboarding.DateRange
	for year := from.Year - 1; year <= from.AddDays(days).Year; year++ {
		for _, span := range dates()[code].Closures {
			first, last := dayOf(year, span.From), dayOf(year, span.To)
			if last.Before(first) {
				last = dayOf(year+1, span.To)
			}
			out = append(out, onboarding.DateRange{From: first, To: last})
		}
	}
	return out
}

func dayOf(year int, day string) onboarding.Date {
	t, _ := time.Parse("01-02", day)
	return onboarding.Date{Year: year, Month: t.Month(), Day: t.Day()}
}
