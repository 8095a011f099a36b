package calendar

import (
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	daysBefore = 7   // the table begins this long before the signature, for offsets that count back
	daysAtOnce = 200 // the design's table
	daysAhead  = 120 // what a table made later still covers from its own day on
)

// ForContract is Make over the days that an onboarding needs: from a week before the signature, for 200 days at least
// and four months from in.Now. A given From or Days is kept.
func ForContract(in onboarding.PlanInput) (onboarding.Calendar, error) {
	loc, err := time.LoadLocation(in.Contract.Customer.TimeZone)
	if err != nil {
		return onboarding.Calendar{}, fmt.Errorf("customer.time_zone: %w", err)
	}
	signed := onboarding.DateOf(in.Contract.SignedAt.In(loc))
	if in.From.IsZero() {
		in.From = signed.AddDays(-daysBefore)
	}
	if in.Days == 0 {
		in.Days = max(daysAtOnce, onboarding.DateOf(in.Now.In(loc)).DaysSince(in.From)+daysAhead)
	}
	return Make(in)
}
