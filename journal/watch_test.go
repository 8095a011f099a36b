package journal

import (
	"errors"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestTheWatchdogSeesWhoIsForgotten(t *testing.T) {
	now := noon.Add(time.Hour)
	cases := []struct {
		name                string
		startedAgo          time.Duration
		unrecorded          bool
		change              func(*onboarding.ContractStatus)
		unpromised, overdue bool
	}{
		{name: "a promise ahead", startedAgo: time.Hour, change: func(*onboarding.ContractStatus) {}},
		{name: "no promise", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt = time.Time{} }, unpromised: true},
		{name: "never recorded", startedAgo: time.Hour, unrecorded: true, unpromised: true},
		{name: "only just begun", startedAgo: 10 * time.Minute, unrecorded: true},
		{name: "paused without a promise", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt, s.Paused = time.Time{}, true }},
		{name: "ended without a promise", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt, s.EndedAt = time.Time{}, noon }},
		{name: "a promise broken", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt = now.Add(-31 * time.Minute) }, overdue: true},
		{name: "a promise broken long ago", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt = now.Add(-time.Hour) }, overdue: true},
		{name: "a promise just passed", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt = now.Add(-30 * time.Minute) }},
		{name: "paused over a promise", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt, s.Paused = now.Add(-time.Hour), true }},
		{name: "ended before a promise", startedAgo: time.Hour, change: func(s *onboarding.ContractStatus) { s.NextAt, s.EndedAt = now.Add(-time.Hour), noon }},
	}
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		want := Vitals{}
		for i, c := range cases {
			row := begun(i)
			row.Contract.Product, row.StartedAt = c.name, now.Add(-c.startedAgo)
			put(t, j, row)
			if !c.unrecorded {
				in := step(i, 1, noon)
				c.change(&in.Row)
				must(t, j.Record(t.Context(), in))
			}
			if c.unpromised {
				want.WithoutPromise++
			}
			if c.overdue {
				want.Overdue++
			}
		}
		unpromised, err := j.WithoutPromise(t.Context(), now)
		must(t, err)
		overdue, err := j.Overdue(t.Context(), now.Add(-30*time.Minute))
		must(t, err)
		listed := map[string]bool{}
		for _, row := range unpromised {
			listed["unpromised "+row.Contract.Product] = true
		}
		for _, row := range overdue {
			listed["overdue "+row.Contract.Product] = true
		}
		for _, c := range cases {
			equal(t, []any{c.name, listed["unpromised "+c.name], listed["overdue "+c.name]}, []any{c.name, c.unpromised, c.overdue})
		}
		equal(t, overdue[0].Contract.Product, "a promise broken long ago")
		vitals, err := j.Vitals(t.Context(), now)
		must(t, err)
		equal(t, vitals, want)
	})
}

func TestTheVitalsCountWhatAlarmsNeed(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, clock := open(t, url)
		send := func(key string, channel onboarding.Channel, state onboarding.SendState) {
			row := mail(key, noon)
			row.Address, row.Channel = key+"@acme.example", channel
			reserve(t, j, row, roomy)
			if state != onboarding.SendAttempting {
				must(t, j.Settle(t.Context(), key, state, "", ""))
			}
		}
		send("yesterday", onboarding.ChannelEmail, onboarding.SendAccepted)
		must(t, j.Suppress(t.Context(), []onboarding.Suppression{{Address: "old@acme.example", Reason: "bounced", All: true, At: noon}}))
		clock.pass(23 * time.Hour)
		send("stuck", onboarding.ChannelEmail, onboarding.SendAttempting)
		send("doubtful", onboarding.ChannelSlack, onboarding.SendUnknown)
		send("today", onboarding.ChannelEmail, onboarding.SendAccepted)
		send("alert", onboarding.ChannelSlack, onboarding.SendAccepted)
		send("refused", onboarding.ChannelEmail, onboarding.SendRejected)
		must(t, j.Suppress(t.Context(), []onboarding.Suppression{
			{Address: "a@acme.example", Reason: "bounced", All: true, At: noon}, {Address: "b@acme.example", Reason: "bounced", All: true, At: noon},
			{Address: "c@acme.example", Reason: "spam_reported", All: true, At: noon}, {Address: "d@acme.example", Reason: "unsubscribed", At: noon}}))
		put(t, j, begun(1))
		must(t, j.Record(t.Context(), step(1, 1, noon.Add(100*time.Hour))))
		_, err := j.Receive(t.Context(), contract(1).ID, reply("e-1"))
		must(t, err)
		if _, err := j.Receive(t.Context(), "C-0", reply("e-2")); !errors.Is(err, ErrOrphan) {
			t.Fatal(err)
		}
		clock.pass(time.Hour + time.Microsecond)
		send("young", onboarding.ChannelEmail, onboarding.SendUnknown)
		vitals, err := j.Vitals(t.Context(), clock.Now())
		must(t, err)
		equal(t, vitals, Vitals{Unknown: 2, Accepted: 1, Bounced: 2, SpamReported: 1, InboxLag: time.Hour + time.Microsecond, Orphans: 1})
	})
}

func TestHomeIsWhereMostCustomersAre(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		home := func(wantCountry, wantZone string) {
			t.Helper()
			country, zone, err := j.Home(t.Context())
			must(t, err)
			equal(t, []string{country, zone}, []string{wantCountry, wantZone})
		}
		home("", "")
		for i, at := range []onboarding.Customer{{Country: "DE", TimeZone: "Europe/Berlin"}, {Country: "DE", TimeZone: "Europe/Berlin"},
			{Country: "DE", TimeZone: "Europe/Berlin"}, {Country: "US", TimeZone: "America/Chicago"}, {Country: "IT", TimeZone: "Europe/Rome"},
			{Country: "IT", TimeZone: "Europe/Rome"}} {
			row := begun(i)
			row.Contract.Customer.Country, row.Contract.Customer.TimeZone = at.Country, at.TimeZone
			put(t, j, row)
		}
		home("DE", "Europe/Berlin")
		for i := range 2 {
			in := step(i, 1, noon)
			in.Row.EndedAt = noon
			must(t, j.Record(t.Context(), in))
		}
		home("IT", "Europe/Rome")
	})
}
