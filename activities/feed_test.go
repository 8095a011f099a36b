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

// quiet is an inbox with the given silences, of customers in one country.
type quiet struct {
	spans         []onboarding.Span
	err           error
	kinds         []onboarding.EventKind
	country, zone string
	lost          error // of the country
}

func (q *quiet) Home(context.Context) (country, zone string, err error) {
	return q.country, q.zone, q.lost
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
			"feed_dead_training_arranged: no training_arranged of any customer has come in for 4 working days: what the silence of a customer would mean " +
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

func TestAFeedIsDeadAfterWorkingDays(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	noon := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 12, 0, 0, 0, rome)
	}
	for _, c := range []struct {
		name, country string
		last, dead    time.Time // dead after this instant
	}{
		{"over a weekend", "IT", noon(2026, 3, 5), noon(2026, 3, 11)},
		{"over Easter", "IT", noon(2026, 4, 2), noon(2026, 4, 9)},
		{"over the closures at Christmas", "IT", noon(2025, 12, 19), noon(2026, 1, 8)},
		{"over the closures in August", "IT", noon(2026, 8, 6), noon(2026, 8, 26)},
		{"where Christmas is holidays alone", "DE", noon(2025, 12, 19), noon(2025, 12, 29)},
		{"where no customer is", "", noon(2025, 12, 19), noon(2025, 12, 25)},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := &quiet{country: c.country, zone: "Europe/Rome"}
			for at, want := range map[time.Time]bool{c.dead: false, c.dead.Add(time.Second): true, noon(2026, 12, 1): true} {
				got, err := activities.FeedSilent(t.Context(), home, c.last, at, 96*time.Hour)
				if err != nil || got != want {
					t.Errorf("last heard %s it is dead at %s: %v, %v; want %v", c.last, at, got, err, want)
				}
			}
		})
	}
	for name, home := range map[string]*quiet{"nobody knows the country": {lost: errors.New("down")}, "the zone is none": {zone: "Rome"}} {
		if _, err := activities.FeedSilent(t.Context(), home, noon(2026, 3, 5), noon(2026, 4, 5), 96*time.Hour); err == nil {
			t.Errorf("%s: it is dead or alive", name)
		}
	}
}

func TestASilenceOfDaysOffIsNoAlarm(t *testing.T) {
	from, to := time.Date(2025, 12, 24, 9, 0, 0, 0, time.UTC), time.Date(2026, 1, 7, 9, 0, 0, 0, time.UTC)
	for country, want := range map[string]int{"IT": 0, "DE": 1} {
		rung := 0
		a := &activities.Activities{Inbox: &quiet{country: country, zone: "Europe/Rome", spans: []onboarding.Span{{From: from, To: to}}},
			Alarm: func(context.Context, string, string) { rung++ }}
		out, err := a.Feed(t.Context(), onboarding.FeedInput{Feed: onboarding.FactLogin, Lately: 96 * time.Hour, From: from, At: to})
		if err != nil || len(out.Silences) != 1 || rung != want {
			t.Errorf("%s: %+v, %v, %d alarms; want %d", country, out, err, rung, want)
		}
	}
}
