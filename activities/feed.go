package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// AlarmFeed is the code of the alarm that a feed is dead; the feed follows it.
const AlarmFeed = "feed_dead_"

// Inbox is the part of the journal that knows when something was heard of any customer.
type Inbox interface {
	// Silences lists when none of the kinds came in for longer than lately, between two instants.
	Silences(ctx context.Context, kinds []onboarding.EventKind, lately time.Duration, from, to time.Time) ([]onboarding.Span, error)
}

// Feed tells when a feed was silent for every customer. One that was silent as long as a customer was watched is an alarm:
// such silence means nothing until it speaks. (One that falls silent the worker's watch finds earlier.)
func (a *Activities) Feed(ctx context.Context, in onboarding.FeedInput) (onboarding.FeedOutput, error) {
	silences, err := a.Inbox.Silences(ctx, in.Feed.Reports(), in.Lately, in.From, in.At)
	if err != nil {
		return onboarding.FeedOutput{}, fmt.Errorf("find the silences of %s: %w", in.Feed, err)
	}
	if n := len(silences); n == 1 && !silences[0].From.After(in.From) && !silences[0].To.Before(in.At) && a.Alarm != nil {
		a.Alarm(ctx, AlarmFeed+string(in.Feed), FeedDead(in.Feed, in.Lately))
	}
	return onboarding.FeedOutput{Silences: silences}, nil
}

// FeedDead says to ops that a feed is dead.
func FeedDead(feed onboarding.Fact, lately time.Duration) string {
	return fmt.Sprintf("no %s of any customer has come in for %d days: what the silence of a customer would mean waits until one comes. "+
		"Mend what reports it, or take it out of the playbook's feeds", feed, int(lately.Hours()/24))
}
