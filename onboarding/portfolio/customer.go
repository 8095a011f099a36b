package portfolio

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// dice are the throws for one customer: the same for the same seed and number.
type dice struct {
	*rand.Rand
	assumed []Assumption
}

func (in Input) throw(n int) dice {
	assumed := in.Assumptions
	if assumed == nil {
		assumed = assumptions
	}
	return dice{rand.New(rand.NewPCG(in.Seed, uint64(n))), assumed}
}

// falls reports whether an assumption comes true.
func (d dice) falls(id string) bool {
	i := slices.IndexFunc(d.assumed, func(a Assumption) bool { return a.ID == id })
	return d.IntN(100) < d.assumed[i].Percent
}

// between is a whole number from one to another, both included.
func (d dice) between(from, to int) int { return from + d.IntN(to-from+1) }

// hours is a time from one to another, in hours; it is thrown in whole minutes, so that no machine rounds it otherwise.
func (d dice) hours(from, to float64) float64 {
	return float64(d.between(int(from*60), int(to*60))) / 60
}

func one[T any](d dice, of []T) T { return of[d.IntN(len(of))] }

// place is where a customer lives.
type place struct{ zone, country, language string }

var places = []place{
	{"Europe/Rome", "IT", "it"}, {"Europe/Rome", "IT", "it"}, {"Europe/Berlin", "DE", "en"}, {"Europe/Dublin", "IE", "en"},
	{"Europe/Lisbon", "PT", "en"}, {"America/New_York", "US", "en"},
}

// year is how long the signatures are spread over, in days: whole weeks, so that the year can be read as a ring.
const year = 52 * 7

// signature is the n-th of so many signatures, evenly over a year from the day of the first: by day, seldom on a weekend.
func signature(d dice, from time.Time, n, of int, zone string) (time.Time, error) {
	loc, err := onboarding.LoadZone(zone)
	if err != nil {
		return time.Time{}, err
	}
	day := onboarding.DateOf(from.In(loc)).AddDays(n * year / of)
	if w := day.Weekday(); w == time.Saturday && d.IntN(10) > 0 {
		day = day.AddDays(2)
	} else if w == time.Sunday && d.IntN(10) > 0 {
		day = day.AddDays(1)
	}
	return day.In(loc, d.between(9*60, 18*60)), nil
}

// contract makes a customer like the given one, somewhere in the year after it.
func contract(d dice, given onboarding.Contract, languages []string, n, of int) (onboarding.Contract, error) {
	c := given
	if p := one(d, places); d.falls("elsewhere") && slices.Contains(languages, p.language) {
		c.Customer.TimeZone, c.Customer.Country, c.Customer.Language, c.Customer.Closures = p.zone, p.country, p.language, nil
	}
	signed, err := signature(d, given.SignedAt, n, of, c.Customer.TimeZone)
	if err != nil {
		return c, fmt.Errorf("customer.time_zone: %w", err)
	}
	c.ID, c.Customer.ID, c.SignedAt = fmt.Sprintf("%s-%d", given.ID, n+1), fmt.Sprintf("%s-%d", given.Customer.ID, n+1), signed
	terms := onboarding.Terms{}
	if given.Terms != nil {
		terms = *given.Terms
	}
	c.Customer.Kind, terms.Withdrawal = onboarding.Business, nil
	if d.falls("consumer") {
		c.Customer.Kind, terms.Withdrawal = onboarding.Consumer, &onboarding.Withdrawal{Days: 14, CountsFrom: onboarding.FromSigned}
	}
	c.Terms = &terms
	c.Dossier = dossier(d, given, signed)
	return c, nil
}

// promised is what sales promised by a date.
const promised = "what sales promised"

// dossier is what sales learned of one customer: the given one's, with a doubt of their own.
func dossier(d dice, given onboarding.Contract, signed time.Time) *onboarding.Dossier {
	out := onboarding.Dossier{}
	if given.Dossier != nil {
		out.Goals = given.Dossier.Goals
	}
	out.Worries = []onboarding.Worry{{Doubt: one(d, onboarding.Doubts)}}
	if d.falls("dated_promise") {
		due := onboarding.DateOf(signed).AddDays(d.between(10, 40))
		out.Promises = []onboarding.DossierPromise{{Text: promised, Due: &due}}
	}
	return &out
}
