package calendar

import (
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/nc"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"

	"github.com/centogiorni/centogiorni/onboarding"
)

// library is what rickar/cal knows, by ISO 3166-1 code: the days the whole country keeps. Of Switzerland and Australia
// it knows cantons and states, from which the common days are taken. Left out are Russia, where its list lacks most of
// January, and Ukraine, whose holidays are working days under martial law.
func library(country string) []*cal.Holiday {
	switch country {
	case "AU":
		return []*cal.Holiday{au.NewYear, au.AustraliaDay, au.GoodFriday, au.EasterMonday, au.AnzacDay, au.ChristmasDay, au.BoxingDay}
	case "CH":
		return []*cal.Holiday{ch.Neujahr, ch.Karfreitag, ch.Ostermontag, ch.Auffahrt, ch.Pfingstmontag, ch.Bundesfeiertag,
			ch.Weihnachtstag, ch.ZweiterWeihnachtsfeiertag}
	}
	return libraries[country]
}

var libraries = map[string][]*cal.Holiday{
	"AR": ar.Holidays, "AT": at.Holidays, "BE": be.Holidays, "BG": bg.Holidays, "BR": br.Holidays, "CA": ca.Holidays,
	"CZ": cz.Holidays, "DE": de.Holidays, "DK": dk.Holidays, "ES": es.Holidays, "FR": fr.Holidays, "GB": gb.Holidays,
	"GR": gr.Holidays, "HR": hr.Holidays, "IE": ie.Holidays, "IT": it.Holidays, "JP": jp.Holidays, "LT": lt.Holidays,
	"LV": lv.Holidays, "MW": mw.Holidays, "NC": nc.Holidays, "NL": nl.Holidays, "NO": no.Holidays, "NZ": nz.Holidays,
	"PL": pl.Holidays, "RO": ro.Holidays, "SE": se.Holidays, "SI": si.Holidays, "SK": sk.Holidays, "US": us.Holidays,
	"ZA": za.Holidays,
}

// The library computes in the machine's zone, where a midnight can be missing; our days have no zone.
func init() { cal.DefaultLoc = time.UTC }

// known reports whether the country's holidays are.
func known(country string) bool {
	return len(library(country)) > 0 || len(dates()[country].Add) > 0
}

// Holiday reports whether the country keeps the day: a holiday, or the day on which one that falls on a weekend is
// observed. Never for a country whose holidays are not known. Regional and patron days are not in it.
func Holiday(country string, d onboarding.Date) bool {
	key := countryYear{country, d.Year}
	kept, ok := cache.Load(key)
	if !ok {
		kept, _ = cache.LoadOrStore(key, keptDays(country, d.Year))
	}
	return kept.(yearDays).has(d)
}

// cache holds a yearDays for each country and year asked for; the days of a year never change while a process runs.
var cache sync.Map

type countryYear struct {
	country string
	year    int
}

// yearDays has a bit for each day of each month, both counted from 1.
type yearDays [13]uint32

func (y yearDays) has(d onboarding.Date) bool { return y[d.Month]>>d.Day&1 == 1 }

func (y *yearDays) mark(d onboarding.Date)  { y[d.Month] |= 1 << d.Day }
func (y *yearDays) clear(d onboarding.Date) { y[d.Month] &^= 1 << d.Day }

func keptDays(country string, year int) yearDays {
	var kept yearDays
	extra := dates()[country]
	// A holiday of the neighbour year can be observed in this one: 1 January 2028 on 31 December 2027 in the USA.
	for y := year - 1; y <= year+1; y++ {
		observed(library(country), y, func(d onboarding.Date) {
			if d.Year == year {
				kept.mark(d)
			}
		})
	}
	observed(holidays(extra.Drop), year, kept.clear)
	observed(holidays(extra.Add), year, kept.mark)
	return kept
}

// observed calls with each day of a year on which one of the holidays is kept.
func observed(holidays []*cal.Holiday, year int, f func(onboarding.Date)) {
	for _, h := range holidays {
		if _, t := h.Calc(year); !t.IsZero() {
			f(onboarding.DateOf(t))
		}
	}
}
