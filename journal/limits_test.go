package journal

import (
	"fmt"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// hours makes instants of hours since the signature.
func hours(hs ...float64) []time.Time {
	var at []time.Time
	for _, h := range hs {
		at = append(at, noon.UTC().Truncate(time.Microsecond).Add(time.Duration(h*float64(time.Hour))))
	}
	return at
}

func TestSpacingAndCap(t *testing.T) {
	plan := onboarding.Limits{Spacing: 20 * time.Hour, FirstWeekUntil: hours(168)[0], FirstWeek: 3, AnyWeek: 2}
	relaxed := onboarding.Limits{FirstWeekUntil: hours(10)[0], FirstWeek: 1, AnyWeek: 5}
	µs := 1.0 / 3600e6
	for _, c := range []struct {
		name   string
		sent   []time.Time
		at     float64
		class  onboarding.Class
		limits onboarding.Limits
		until  float64
		reason string
	}{
		{name: "the first mail goes", at: 0, limits: plan},
		{name: "a mail 20 h after another goes", sent: hours(0), at: 20, limits: plan},
		{name: "a mail a microsecond too early waits", sent: hours(0), at: 20 - µs, limits: plan, until: 20, reason: "spacing"},
		{name: "a service mail obeys spacing", sent: hours(0), at: 1, class: onboarding.ClassService, limits: plan, until: 20, reason: "spacing"},
		{name: "a mail at the same instant waits", sent: hours(0), at: 0, limits: plan, until: 20, reason: "spacing"},
		{name: "a mail waits for one that lies ahead", sent: hours(10), at: 0, limits: plan, until: 30, reason: "spacing"},
		{name: "the newest mail decides", sent: hours(0, 20), at: 10, limits: plan, until: 40, reason: "spacing"},
		{name: "without spacing all go", sent: hours(0), at: 0, limits: onboarding.Limits{}},
		{name: "three go in the first week", sent: hours(0, 20), at: 168, limits: plan},
		{name: "the fourth in the first week waits", sent: hours(0, 20, 40), at: 100, limits: plan, until: 168, reason: "cap"},
		{name: "what the first week holds up meets the stricter cap after it", sent: hours(10, 30, 50), at: 100, limits: plan, until: 198, reason: "cap"},
		{name: "a service mail obeys no cap", sent: hours(0, 20, 40), at: 100, class: onboarding.ClassService, limits: plan},
		{name: "a week reaching past day 7 holds two", sent: hours(20, 40), at: 168 + µs, limits: plan, until: 188, reason: "cap"},
		{name: "a mail leaves the week after 168 hours", sent: hours(20, 40), at: 188, limits: plan},
		{name: "a mail leaves the week not before", sent: hours(20, 40), at: 188 - µs, limits: plan, until: 188, reason: "cap"},
		{name: "over the cap by service mails, all of them must leave", sent: hours(100, 120, 140, 160), at: 200, limits: plan, until: 308, reason: "cap"},
		{name: "the looser cap after the first week lets it go then", sent: hours(0), at: 5, limits: relaxed, until: 10 + µs, reason: "cap"},
		{name: "no cap after the first week lets it go then", sent: hours(0), at: 5, limits: onboarding.Limits{FirstWeekUntil: hours(10)[0], FirstWeek: 1}, until: 10 + µs, reason: "cap"},
		{name: "mails ahead do not count for the cap", sent: hours(200, 220, 240), at: 170, limits: plan},
		{name: "without caps all go", sent: hours(0, 20, 40, 60), at: 80, limits: onboarding.Limits{Spacing: 20 * time.Hour}},
	} {
		t.Run(c.name, func(t *testing.T) {
			class := c.class
			if class == "" {
				class = onboarding.ClassRelationship
			}
			until, reason := defers(c.sent, hours(c.at)[0], class, c.limits)
			want := time.Time{}
			if c.reason != "" {
				want = hours(c.until)[0]
			}
			if reason != c.reason || !until.Round(time.Microsecond).Equal(want.Round(time.Microsecond)) {
				t.Fatalf("got %s %q, want %s %q", until, reason, want, c.reason)
			}
		})
	}
}

func TestWhatCountsAtAnAddress(t *testing.T) {
	cases := []struct {
		name   string
		change func(*onboarding.Send)
		settle onboarding.SendState
		counts bool
	}{
		{"an attempt counts", func(*onboarding.Send) {}, "", true},
		{"an accepted mail counts", func(*onboarding.Send) {}, onboarding.SendAccepted, true},
		{"an unknown mail counts", func(*onboarding.Send) {}, onboarding.SendUnknown, true},
		{"a rejected mail does not count", func(*onboarding.Send) {}, onboarding.SendRejected, false},
		{"a released mail does not count", func(*onboarding.Send) {}, onboarding.SendReleased, false},
		{"a service mail counts", func(s *onboarding.Send) { s.Class = onboarding.ClassService }, "", true},
		{"a confirmation does not count", func(s *onboarding.Send) { s.Class = onboarding.ClassConfirmation }, "", false},
		{"an internal mail does not count", func(s *onboarding.Send) { s.Class = onboarding.ClassInternal }, "", false},
		{"a Slack message does not count", func(s *onboarding.Send) { s.Channel = onboarding.ChannelSlack }, "", false},
		{"a mail of another contract counts", func(s *onboarding.Send) { s.Contract = "C-2" }, "", true},
		{"a mail to another address does not count", func(s *onboarding.Send) { s.Address = "paolo@acme.example" }, "", false},
		{"the address counts in any writing", func(s *onboarding.Send) { s.Address = "GIULIA@acme.example" }, "", true},
	}
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		for i, c := range cases {
			// Every case has a week of its own, far from the others'.
			at := noon.Add(time.Duration(i) * 1000 * time.Hour)
			first := mail(fmt.Sprint("first", i), at)
			c.change(&first)
			equal(t, reserve(t, j, first, onboarding.Limits{}).Outcome, onboarding.Reserved)
			if c.settle != "" {
				must(t, j.Settle(t.Context(), first.Key, c.settle, "", ""))
			}
			for _, limits := range []onboarding.Limits{{Spacing: 20 * time.Hour}, {AnyWeek: 1}} {
				for _, class := range []onboarding.Class{onboarding.ClassConfirmation, onboarding.ClassRelationship} {
					second := mail(fmt.Sprint("second", i, limits.AnyWeek, class), at.Add(time.Hour))
					second.Class = class
					r := reserve(t, j, second, limits)
					if waits := c.counts && class == onboarding.ClassRelationship; (r.Outcome == onboarding.Deferred) != waits {
						t.Errorf("%s: a %s with %+v: %+v", c.name, class, limits, r)
					}
					if r.Outcome == onboarding.Reserved {
						must(t, j.Settle(t.Context(), second.Key, onboarding.SendReleased, "", ""))
					}
				}
			}
		}
	})
}

func TestADeferralNamesTheInstant(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		limits := onboarding.Limits{Spacing: 20 * time.Hour, FirstWeekUntil: noon.Add(168 * time.Hour), FirstWeek: 2, AnyWeek: 2}
		reserve(t, j, mail("a", noon), limits)
		reserve(t, j, mail("b", noon.Add(20*time.Hour)), limits)
		equal(t, reserve(t, j, mail("c", noon.Add(21*time.Hour)), limits), onboarding.Reservation{
			Outcome: onboarding.Deferred, Reason: "spacing", Until: micro(noon.Add(40 * time.Hour))})
		c := mail("c", noon.Add(40*time.Hour))
		equal(t, reserve(t, j, c, limits), onboarding.Reservation{
			Outcome: onboarding.Deferred, Reason: "cap", Until: micro(noon.Add(168 * time.Hour))})
		c.At = micro(noon.Add(168 * time.Hour))
		equal(t, reserve(t, j, c, limits).Outcome, onboarding.Reserved)
	})
}

// alert is a message to one of ours that counts towards their budget.
func alert(key, to string, at time.Time) onboarding.Send {
	return onboarding.Send{Key: key, Contract: key[:3], Run: 1, Touch: "case-1/1", Class: onboarding.ClassInternal,
		Channel: onboarding.ChannelSlack, Address: to, At: at, Alert: true}
}

func TestAPersonsBudgetOfAlertsHoldsOverAllContracts(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		budget := func(at time.Time) onboarding.Limits {
			return onboarding.Limits{PerDay: 2, PerWeek: 6, DayStart: at.Truncate(24 * time.Hour)}
		}
		ask := func(row onboarding.Send, limits onboarding.Limits) string {
			r := reserve(t, j, row, limits)
			return string(r.Outcome) + r.Reason
		}
		expect := func(what string, row onboarding.Send, limits onboarding.Limits, want string) {
			t.Helper()
			if got := ask(row, limits); got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		const over = "suppressed" + onboarding.ReasonBudget
		at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		expect("the first of a day", alert("C-1", "o-7", at), budget(at), "reserved")
		expect("the second, of another contract", alert("C-2", "o-7", at.Add(time.Hour)), budget(at), "reserved")
		expect("the third", alert("C-3", "o-7", at.Add(2*time.Hour)), budget(at), over)
		expect("the third, ordered before the others", alert("C-3", "o-7", at.Add(-time.Hour)), budget(at), over)
		expect("the first once more", alert("C-1", "o-7", at), budget(at), "existing")
		expect("of another person", alert("C-4", "o-8", at), budget(at), "reserved")
		quiet := alert("C-5", "o-7", at.Add(3*time.Hour))
		quiet.Alert = false
		expect("what is no alert", quiet, budget(at), "reserved")
		expect("what may exceed it", alert("C-6", "o-7", at.Add(4*time.Hour)), onboarding.Limits{}, "reserved")

		// A row that never went gives its place back; that one was the third, above the two.
		must(t, j.Settle(t.Context(), "C-1", onboarding.SendReleased, "", ""))
		expect("the third, when one was released", alert("C-3", "o-7", at.Add(5*time.Hour)), budget(at), over)
		must(t, j.Settle(t.Context(), "C-6", onboarding.SendRejected, "", ""))
		expect("the third, when two did not go", alert("C-3", "o-7", at.Add(5*time.Hour)), budget(at), "reserved")

		// Two a day on the next days: the week holds six.
		for n := range 4 {
			later := at.Add(time.Duration(1+n/2) * 24 * time.Hour)
			expect("on the next days", alert(fmt.Sprintf("D-%d", n), "o-7", later.Add(time.Duration(n)*time.Minute)), budget(later), "reserved")
		}
		fourth := at.Add(3 * 24 * time.Hour)
		expect("the seventh of a week", alert("E-1", "o-7", fourth), budget(fourth), over)
		after := at.Add(7*24*time.Hour + 2*time.Hour)
		expect("after a week", alert("E-1", "o-7", after), budget(after), "reserved")
	})
}
