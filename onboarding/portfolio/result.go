package portfolio

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// The rule by which a plan may go live: an owner of so many customers hears from it this often a week at most.
const (
	RuleCustomers = 40
	RuleMedian    = 3
	RuleP95       = 6
	// ruleWeeks is how many owner-weeks it takes to say anything about the rarest twentieth of them.
	ruleWeeks = 20
)

// Verdict on a plan.
type Verdict string

const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	Unknown Verdict = "not yet known" // too few customers to tell
)

// Spread is how a number is spread. Its quantiles are values that occurred.
type Spread struct {
	Mean   float64 `json:"mean"`
	Median int     `json:"median"`
	P95    int     `json:"p95"`
	Max    int     `json:"max"`
}

// Result is what a portfolio says of a plan.
type Result struct {
	Customers int    `json:"customers"`
	Seed      uint64 `json:"seed"`
	// OwnerWeeks is how many weeks of an owner with RuleCustomers customers were looked at.
	OwnerWeeks int `json:"owner_weeks"`
	// Alerts of an owner-week, those to who stands in included; of them Hard are of a stated will or a harm, Soft the others.
	Alerts Spread `json:"alerts_per_owner_week"`
	Hard   Spread `json:"hard_alerts_per_owner_week"`
	Soft   Spread `json:"soft_alerts_per_owner_week"`
	// Total counts all alerts, to owners and to those above them.
	Total     int          `json:"alerts"`
	ToOwner   int          `json:"alerts_to_owner"`
	ToManager int          `json:"alerts_to_manager"`
	ToOps     int          `json:"alerts_to_ops"`
	Steps     []Count      `json:"alerts_by_step"`
	Mails     Spread       `json:"mails_per_customer"`
	Cases     int          `json:"cases"`
	Reopened  int          `json:"cases_reopened"`
	WithCase  int          `json:"customers_with_case"`
	Share     float64      `json:"customers_with_case_percent"`
	Signals   []Count      `json:"cases_by_signal"` // a case can have several
	Ends      []Count      `json:"ends"`
	Rule      Rule         `json:"rule"`
	Assumed   []Assumption `json:"assumptions"`
	Weeks     []Week       `json:"weeks,omitempty"`
}

// Rule is the rule and what it says of the plan.
type Rule struct {
	Customers int     `json:"customers"`
	Median    int     `json:"median_at_most"`
	P95       int     `json:"p95_at_most"`
	Verdict   Verdict `json:"verdict"`
}

// Count is how often something occurred.
type Count struct {
	What string `json:"what"`
	N    int    `json:"n"`
}

// Week is a calendar week of the year that is played; who signed in its last weeks is still there in its first.
type Week struct {
	From      onboarding.Date `json:"from"`
	Customers int             `json:"customers"` // in their first 100 days
	Alerts    int             `json:"alerts"`    // to owners
	Hard      int             `json:"hard"`
	PerOwner  float64         `json:"per_owner"` // of RuleCustomers customers
}

// spell is one customer's week, and what their owner heard of them in it.
type spell struct{ alerts, hard int }

const weeksAYear = year / 7

// Sum says what the customers of a portfolio amount to.
func (in Input) Sum(customers []Customer) (Result, error) {
	if len(customers) == 0 {
		return Result{}, errors.New("no customer was played")
	}
	r := Result{Customers: len(customers), Seed: in.Seed, Assumed: in.throw(0).assumed}
	counts := map[string]map[string]int{"step": {}, "signal": {}, "end": {}}
	var mails []int
	for _, c := range customers {
		mails = append(mails, c.Mails)
		r.Cases, r.Reopened = r.Cases+len(c.Opened)-c.Reopened, r.Reopened+c.Reopened
		if len(c.Opened) > 0 {
			r.WithCase++
		}
		for _, signals := range c.Opened {
			for _, s := range signals {
				counts["signal"][s]++
			}
		}
		for _, a := range c.Alerts {
			r.Total++
			counts["step"][a.Step]++
			switch a.To {
			case onboarding.AudienceOwner:
				r.ToOwner++
			case onboarding.AudienceManager:
				r.ToManager++
			case onboarding.AudienceOps:
				r.ToOps++
			}
		}
		counts["end"][c.Reason]++
	}
	r.Mails, r.Share = spread(mails), tenths(float64(100*r.WithCase)/float64(len(customers)))
	r.Steps, r.Signals, r.Ends = sorted(counts["step"]), sorted(counts["signal"]), sorted(counts["end"])
	in.weeks(&r, customers)
	return r, nil
}

// weeks lays the customers' weeks out over the year and gives each owner RuleCustomers of those that fall together.
func (in Input) weeks(r *Result, customers []Customer) {
	var ring [weeksAYear][]spell
	from := in.Start.Contract.SignedAt
	for _, c := range customers {
		first := int(c.SignedAt.Sub(from) / (7 * 24 * time.Hour))
		for n, s := range c.spells() {
			week := (first + n + weeksAYear) % weeksAYear
			ring[week] = append(ring[week], s)
		}
	}
	deal := rand.New(rand.NewPCG(in.Seed, 1<<63))
	var alerts, hard, soft []int
	var waiting []spell // fewer than an owner's customers: they are put with those of the week after
	for week, spells := range ring {
		r.Weeks = append(r.Weeks, weekOf(onboarding.DateOf(from).AddDays(7*week), spells))
		deal.Shuffle(len(spells), func(i, j int) { spells[i], spells[j] = spells[j], spells[i] })
		for waiting = append(waiting, spells...); len(waiting) >= RuleCustomers; waiting = waiting[RuleCustomers:] {
			var sum spell
			for _, s := range waiting[:RuleCustomers] {
				sum.alerts, sum.hard = sum.alerts+s.alerts, sum.hard+s.hard
			}
			alerts, hard, soft = append(alerts, sum.alerts), append(hard, sum.hard), append(soft, sum.alerts-sum.hard)
		}
	}
	r.OwnerWeeks, r.Alerts, r.Hard, r.Soft = len(alerts), spread(alerts), spread(hard), spread(soft)
	r.Rule = Rule{RuleCustomers, RuleMedian, RuleP95, Fail}
	switch {
	case len(alerts) < ruleWeeks:
		r.Rule.Verdict = Unknown
	case r.Alerts.Median <= RuleMedian && r.Alerts.P95 <= RuleP95:
		r.Rule.Verdict = Pass
	}
}

// spells are the weeks of one onboarding, counted from its signature. A rest of less than half a week belongs to the week
// before it.
func (c Customer) spells() []spell {
	week := 7 * 24 * time.Hour
	out := make([]spell, max(1, int((c.EndedAt.Sub(c.SignedAt)+week/2)/week)))
	for _, a := range c.Alerts {
		if !a.Owner {
			continue
		}
		s := &out[min(len(out)-1, max(0, int(a.At.Sub(c.SignedAt)/week)))]
		s.alerts++
		if a.Hard {
			s.hard++
		}
	}
	return out
}

func weekOf(from onboarding.Date, spells []spell) Week {
	w := Week{From: from, Customers: len(spells)}
	for _, s := range spells {
		w.Alerts, w.Hard = w.Alerts+s.alerts, w.Hard+s.hard
	}
	if len(spells) > 0 {
		w.PerOwner = tenths(float64(w.Alerts*RuleCustomers) / float64(len(spells)))
	}
	return w
}

func spread(all []int) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	all = slices.Sorted(slices.Values(all))
	sum := 0
	for _, n := range all {
		sum += n
	}
	at := func(percent int) int { return all[(len(all)*percent+99)/100-1] }
	return Spread{Mean: tenths(float64(sum) / float64(len(all))), Median: at(50), P95: at(95), Max: all[len(all)-1]}
}

// tenths rounds to one digit after the point.
func tenths(x float64) float64 { return math.Round(x*10) / 10 }

// sorted lists counts, the most frequent first.
func sorted(counts map[string]int) []Count {
	out := []Count{}
	for what, n := range counts {
		out = append(out, Count{what, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(b.N-a.N, cmp.Compare(a.What, b.What)) })
	return out
}
