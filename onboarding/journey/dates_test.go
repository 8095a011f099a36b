package journey_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/calendar"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

var update = flag.Bool("update", false, "write the golden files anew")

// promises are the dates of a story's plan as of the signature.
func (s *story) promises() []onboarding.Promise {
	s.t.Helper()
	cal, err := calendar.ForContract(journey.PlanInput(*s.contract(), s.contract().SignedAt))
	if err != nil {
		s.t.Fatal(err)
	}
	return journey.New(s.plan).Plan(s.start, cal)
}

func TestThePlanOfTheExampleContract(t *testing.T) {
	s := newStory(t)
	s.plan = defaultPlan(t)
	var got bytes.Buffer
	for _, p := range s.promises() {
		line, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		got.Write(append(line, '\n'))
	}
	const golden = "testdata/acme-plan.jsonl"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	wanted, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), wanted) {
		t.Errorf("the plan of acme changed; look at it, then run with -update:\n%s", got.String())
	}
}

// dated prints a promise as "2026-01-19 09:00 weekend spacing", "-" without a date, with what it waits for.
func dated(p onboarding.Promise) string {
	words := []string{"-"}
	if p.DueAt != nil {
		words[0] = p.DueAt.Format("2006-01-02 15:04")
	}
	for _, m := range p.Moved {
		words = append(words, string(m))
	}
	if p.WaitsFor != nil {
		words = append(words, "waits for", *p.WaitsFor)
	}
	return strings.Join(words, " ")
}

// only keeps some touches of a plan.
func only(ids ...string) func(*story) {
	return func(s *story) {
		s.plan.Touches = slices.DeleteFunc(s.plan.Touches, func(x onboarding.Touch) bool { return !slices.Contains(ids, x.ID) })
	}
}

func refund(days int) func(*story) {
	return func(s *story) { s.contract().Terms.Refund.Days = days }
}

func TestDates(t *testing.T) {
	day := func(s string) onboarding.Date { d, _ := onboarding.ParseDate(s); return d }
	closed := func(spans ...onboarding.DateRange) func(*story) {
		return func(s *story) { s.contract().Customer.Closures = append([]onboarding.DateRange{}, spans...) }
	}
	noTerms := func(s *story) { s.contract().Terms = nil }
	fromInstalled := func(s *story) { s.contract().Terms.Refund.CountsFrom = onboarding.FromInstalled }
	inCairo := func(s *story) {
		s.contract().Customer.TimeZone, s.contract().Customer.Country = "Africa/Cairo", "EG"
		touch(t, s.plan, "case-history-1").Window = &onboarding.Window{Open: 10, Close: 120}
	}
	for _, c := range []struct {
		name, signed string
		change       []func(*story)
		touch, want  string
	}{
		{"the welcome goes at once between 08:00 and 20:00", "2026-01-15 16:20", nil, "welcome", "2026-01-15 16:20"},
		{"the welcome goes at once at 08:00", "2026-01-15 08:00", nil, "welcome", "2026-01-15 08:00"},
		{"the welcome goes at once at 19:59", "2026-01-15 19:59", nil, "welcome", "2026-01-15 19:59"},
		{"before 08:00 the welcome waits for 09:00", "2026-01-15 07:59", nil, "welcome", "2026-01-15 09:00 quiet_hours"},
		{"from 20:00 on the welcome waits for the next 09:00", "2026-01-15 20:00", nil, "welcome", "2026-01-16 09:00 quiet_hours"},
		{"on a Saturday night the welcome waits for Sunday 09:00", "2026-01-17 23:30", nil, "welcome", "2026-01-18 09:00 quiet_hours"},
		{"the welcome goes at once on a Sunday", "2026-01-18 12:00", nil, "welcome", "2026-01-18 12:00"},
		{"the welcome goes at once on a holiday", "2026-01-06 12:00", nil, "welcome", "2026-01-06 12:00"},
		{"the welcome has no jitter and no fraction of a second", "2026-01-15 16:20:01.7", nil, "welcome", "2026-01-15 16:20"},

		{"+8 d is the date 8 days on at 09:00", "2026-01-15 16:20", []func(*story){only("case-history-1")}, "case-history-1", "2026-01-23 09:00"},
		{"+8 d on a Saturday is Monday", "2026-02-06 10:00", []func(*story){only("case-history-1")}, "case-history-1", "2026-02-16 09:00 weekend"},
		{"+8 d on a holiday is the day after", "2026-03-29 10:00", []func(*story){only("case-history-1")}, "case-history-1", "2026-04-07 09:00 holiday"},
		{"+8 d in the country's closure is the day after it", "2026-08-01 10:00", []func(*story){only("case-history-1")}, "case-history-1", "2026-08-24 09:00 weekend closure"},
		{"the customer's own closures replace the country's", "2026-08-02 10:00", []func(*story){only("case-history-1"), closed()}, "case-history-1", "2026-08-10 09:00"},
		{"+8 d in a closure of the customer", "2026-01-15 10:00", []func(*story){only("case-history-1"),
			closed(onboarding.DateRange{From: day("2026-01-23"), To: day("2026-01-23")})}, "case-history-1", "2026-01-26 09:00 closure weekend"},
		{"+2 wd counts neither weekend nor closure", "2026-08-07 10:00", nil, "sales-handover", "2026-08-25 09:00 waits for handoff_accepted"},
		{"a date across the shift of the clock stays at 09:00", "2026-03-27 10:00", nil, "owner-introduction", "2026-04-01 09:00 waits for handoff_accepted"},
		{"an hour that the clock skips is moved to its end", "2026-04-16 10:00", []func(*story){only("case-history-1"), inCairo}, "case-history-1", "2026-04-24 01:00 dst"},

		{"5 wd before the refund's last day", "2026-01-15 16:20", nil, "refund-reminder", "2026-02-09 09:00"},
		{"a reminder that clashes goes earlier, never later", "2026-01-15 16:20", []func(*story){refund(18)}, "refund-reminder", "2026-01-23 09:00 spacing weekend"},
		{"the other mail of that clash stays", "2026-01-15 16:20", []func(*story){refund(18)}, "kickoff-nudge", "2026-01-26 09:00"},
		{"a reminder that cannot go earlier keeps its day", "2026-01-15 16:20", []func(*story){refund(10)}, "refund-reminder", "2026-01-19 09:00"},
		{"the others make way for it", "2026-01-15 16:20", []func(*story){refund(10)}, "sales-handover", "2026-01-21 09:00 spacing waits for handoff_accepted"},
		{"a window under 10 days is said in the welcome instead", "2026-01-15 16:20", []func(*story){refund(9)}, "refund-reminder", "-"},
		{"nothing makes way for a reminder that is said in the welcome", "2026-01-15 16:20", []func(*story){refund(9)}, "sales-handover", "2026-01-19 09:00 waits for handoff_accepted"},
		{"without a refund there is no date to remind of", "2026-01-15 16:20", []func(*story){noTerms}, "refund-reminder", "-"},
		{"nor for the owner", "2026-01-15 16:20", []func(*story){noTerms}, "refund-window-owner", "-"},
		{"a refund that counts from the installation waits for it", "2026-01-15 16:20", []func(*story){fromInstalled}, "refund-reminder", "- waits for installed"},

		{"latest +2 wd while the handoff is not accepted", "2026-01-15 16:20", nil, "sales-handover", "2026-01-19 09:00 waits for handoff_accepted"},
		{"a latest that needs a milestone is dated all the same", "2026-01-15 16:20", nil, "pulse-ease", "2026-02-19 09:00 waits for first_value"},
		{"a date that needs a milestone is dated all the same", "2026-01-15 16:20", nil, "goal-review", "2026-03-02 09:00 weekend waits for installed"},
		{"what counts from a milestone has no date yet", "2026-01-15 16:20", nil, "kickoff-recap", "- waits for kickoff_held"},
		{"what counts from a named date has no date yet", "2026-01-15 16:20", nil, "kickoff-agenda", "- waits for kickoff_booked"},
		{"nor what counts from the invoice", "2026-01-15 16:20", nil, "first-invoice", "- waits for invoice_due"},

		{"the cap delays a relationship mail", "2026-01-15 16:20", nil, "case-history-1", "2026-01-27 09:00 cap spacing"},
		{"at a clash of equals the id decides", "2026-01-15 16:20", nil, "peer-ask", "2026-04-21 09:00 waits for goal_reached"},
		{"and the other goes 20 hours later, in its window", "2026-01-15 16:20", nil, "referral-ask", "2026-04-22 09:00 spacing waits for goal_reached"},
		{"the owner's touch is in the owner's hours", "2026-01-15 16:20", []func(*story){func(s *story) { s.contract().Owner.Hours = "07:30-12:00" }},
			"owner-first-call", "2026-01-20 07:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t)
			for _, change := range c.change {
				change(s)
			}
			s.contract().SignedAt = local(t, *s.contract(), c.signed)
			for _, p := range s.promises() {
				if p.Touch == c.touch {
					if got := dated(p); got != c.want {
						t.Errorf("%s is due %s, want %s", c.touch, got, c.want)
					}
					return
				}
			}
			t.Errorf("%s is not listed", c.touch)
		})
	}
}

func TestThePlanIsSortedAndWhole(t *testing.T) {
	s := refunded(newStory(t), 9)
	got := s.promises()
	planned := 0
	for _, x := range s.plan.Touches {
		if x.Anchor != onboarding.AnchorEvent && x.Anchor != onboarding.AnchorCase && !strings.HasPrefix(string(x.Anchor), "peer_") {
			planned++
		}
	}
	if len(got) != planned {
		t.Errorf("%d promises for %d touches", len(got), planned)
	}
	for i, p := range got[1:] {
		switch before := got[i]; {
		case before.DueAt == nil && p.DueAt != nil:
			t.Errorf("%s without a date comes before %s", before.Touch, p.Touch)
		case before.DueAt != nil && p.DueAt != nil && p.DueAt.Before(*before.DueAt):
			t.Errorf("%s comes before %s", before.Touch, p.Touch)
		}
	}
}

func refunded(s *story, days int) *story {
	refund(days)(s)
	return s
}

func TestJitterIsAHashInsideTheWindow(t *testing.T) {
	s := newStory(t)
	s.plan.Caps.JitterMin = 120
	seen := map[string]bool{}
	for _, id := range []string{"C-1", "C-2", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8"} {
		s.contract().ID = id
		for _, p := range s.promises() {
			if p.Touch != "sales-handover" {
				continue
			}
			clock := p.DueAt.Format("15:04:05")
			if clock < "09:00:00" || clock >= "11:00:00" || len(p.Moved) > 0 {
				t.Errorf("%s: %s %v", id, clock, p.Moved)
			}
			seen[clock] = true
		}
	}
	if len(seen) < 7 {
		t.Errorf("eight customers share %d times", len(seen))
	}
}
