package activities_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/onboarding"
)

// quiet is an inbox with the given silences.
type quiet struct {
	spans []onboarding.Span
	err   error
	kinds []onboarding.EventKind
}

func (q *quiet) Silences(_ context.Context, kinds []onboarding.EventKind, _ time.Duration, _, _ time.Time) ([]onboarding.Span, error) {
	q.kinds = kinds
	return q.spans, q.err
}

func TestAFeedThatNeverSpokeWhileACustomerWasWatchedIsAnAlarm(t *testing.T) {
	now := time.Date(2026, 2, 2, 17, 30, 0, 0, time.UTC)
	ask := onboarding.FeedInput{Signal: "no_training", Feed: onboarding.FactTrainingArranged, Lately: 96 * time.Hour, From: now.AddDate(0, 0, -9), At: now}
	past := onboarding.Span{From: now.AddDate(0, 0, -8), To: now.AddDate(0, 0, -7)}
	for _, c := range []struct {
		name  string
		spans []onboarding.Span
		want  string
	}{
		{"alive", nil, ""},
		{"silent once", []onboarding.Span{past}, ""},
		{"silent since a while", []onboarding.Span{past, {From: now.AddDate(0, 0, -1), To: now}}, ""},
		{"silent all the time", []onboarding.Span{{From: now.AddDate(0, 0, -9), To: now}},
			"feed_dead_training_arranged: no training_arranged of any customer has come in for 4 days: what the silence of a customer would mean " +
				"waits until one comes. Mend what reports it, or take it out of the playbook's feeds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said string
			q := &quiet{spans: c.spans}
			a := &activities.Activities{Inbox: q, Alarm: func(_ context.Context, code, text string) { said = code + ": " + text }}
			out, err := a.Feed(t.Context(), ask)
			if err != nil || !slices.Equal(out.Silences, c.spans) || out.Unknown {
				t.Fatalf("heard %+v, %v", out, err)
			}
			if said != c.want {
				t.Errorf("the alarm is %q; want %q", said, c.want)
			}
			if want := []onboarding.EventKind{onboarding.EventTrainingBooked, onboarding.EventTrainingCompleted}; !slices.Equal(q.kinds, want) {
				t.Errorf("asked about %v; want %v", q.kinds, want)
			}
		})
	}
	a := &activities.Activities{Inbox: &quiet{err: errors.New("down")}}
	if _, err := a.Feed(t.Context(), ask); err == nil {
		t.Error("a journal that is down means silence")
	}
}
