package activities

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
)

// AlarmFeed is the code of the alarm that a feed is dead; the feed follows it.
const AlarmFeed = "feed_dead_"

// Inbox is the part of the journal that knows when something was heard of any customer.
type Inbox interface {
	// Silences lists when none of the kinds came in for longer than lately, between two instants.
	Silences(ctx context.Context, kinds []onboarding.EventKind, lately time.Duration, from, to time.Time) ([]onboarding.Span, error)
	// Home is the country and the zone in which most customers are; "" where nobody is.
	Home(ctx context.Context) (country, zone string, err error)
}

// Feed tells when a feed was silent for every customer. The silences are by the calendar, days off too: while nobody is heard
// of, that one customer is not proves nothing. A feed that was silent as long as a customer was watched, and is dead, is an
// alarm: such silence means nothing until it speaks. (One that falls silent the worker's watch finds earlier.)
func (a *Activities) Feed(ctx context.Context, in onboarding.FeedInput) (onboarding.FeedOutput, error) {
	silences, err := a.Inbox.Silences(ctx, in.Feed.Reports(), in.Lately, in.From, in.At)
	if err != nil {
		return onboarding.FeedOutput{}, fmt.Errorf("find the silences of %s: %w", in.Feed, err)
	}
	if n := len(silences); n == 1 && !silences[0].From.After(in.From) && !silences[0].To.Before(in.At) && a.Alarm != nil {
		dead, err := FeedSilent(ctx, a.Inbox, in.From.Add(-in.Lately), in.At, in.Lately) // it spoke then, or earlier
		if err != nil {
			return onboarding.FeedOutput{}, err
		}
		if dead {
			a.Alarm(ctx, AlarmFeed+string(in.Feed), FeedDead(in.Feed, in.Lately))
		}
	}
	return onboarding.FeedOutput{Silences: silences}, nil
}

// feedYear is as far back as holidays and closures are looked up; before it weekends alone are days off.
const feedYear = 400

// FeedSilent reports whether a feed that was last heard then is dead now: silent for more working days than lately has days,
// on the calendar of the country in which most customers are. Over Christmas nobody logs in, and nothing is broken.
func FeedSilent(ctx context.Context, inbox Inbox, last, now time.Time, lately time.Duration) (bool, error) {
	if now.Sub(last) <= lately { // there are never more working days than days
		return false, nil
	}
	country, zone, err := inbox.Home(ctx)
	if err != nil {
		return false, err
	}
	var c onboarding.Contract
	c.Customer.Country, c.Customer.TimeZone = country, cmp.Or(zone, time.UTC.String())
	cal, err := calendar.Make(onboarding.PlanInput{Contract: c, From: onboarding.DateOf(now).AddDays(-feedYear), Days: feedYear + 2})
	if err != nil {
		return false, fmt.Errorf("count the working days of a silence: %w", err)
	}
	days := cal.Customer
	days.Open, days.Close = 0, 0 // whole days
	return days.WorkingTime(last, now) > lately, nil
}

// FeedDead says to ops that a feed is dead.
func FeedDead(feed onboarding.Fact, lately time.Duration) string {
	return fmt.Sprintf("no %s of any customer has come in for %d working days: what the silence of a customer would mean waits until one comes. "+
		"Mend what reports it, or take it out of the playbook's feeds", feed, int(lately.Hours()/24))
}
