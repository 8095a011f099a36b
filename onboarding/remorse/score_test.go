package remorse

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/centogiorni/centogiorni/onboarding"
)

const days = 24 * time.Hour

var day0 = time.Date(2026, 1, 15, 15, 20, 0, 0, time.UTC)

// weighing is a small set of signals of every sort.
func weighing() *onboarding.Remorse {
	return &onboarding.Remorse{KindMost: 150, SilenceMost: 30, Delicate: 125, Mood: 40, MoodHalfLife: 14 * days, Signals: []onboarding.Signal{
		{ID: "complaint", Weight: 30, Hard: true, TailWeight: 30, TailHalfLife: 10 * days},
		{ID: "withdrawal", Weight: 60, Hard: true},
		{ID: "csat", Weight: 40, HalfLife: 10 * days},
		{ID: "promise", Weight: 40, HalfLife: 10 * days, TailWeight: 20, TailHalfLife: 7 * days},
		{ID: "invoice", Weight: 36, HalfLife: 14 * days, Doubt: onboarding.DoubtValue},
		{ID: "reply", Weight: 30, HalfLife: 10 * days},
		{ID: "no contact", Weight: 15, Watch: &onboarding.Watch{}},
		{ID: "no kickoff", Weight: 20, Watch: &onboarding.Watch{}, Doubt: onboarding.DoubtAbility},
		{ID: "first value", Weight: -20, HalfLife: 14 * days},
	}}
}

func TestWeigh(t *testing.T) {
	ev := func(signal string, at time.Duration, change ...func(*Evidence)) Evidence {
		e := Evidence{Signal: signal, At: day0.Add(at)}
		for _, c := range change {
			c(&e)
		}
		return e
	}
	delicate := func(e *Evidence) { e.Delicate = true }
	ended := func(at time.Duration) func(*Evidence) { return func(e *Evidence) { e.Ended = day0.Add(at) } }
	share := func(n int) func(*Evidence) { return func(e *Evidence) { e.Share = n } }
	says := func(d onboarding.Doubt) func(*Evidence) { return func(e *Evidence) { e.Doubt = d } }
	for _, c := range []struct {
		name     string
		evidence []Evidence
		at       time.Duration
		want     Weighed
	}{
		{"nothing is nothing", nil, 0, Weighed{}},
		{"fresh evidence weighs its weight", []Evidence{ev("csat", 0)}, 0, Weighed{Score: 40, Mood: -40, Kinds: 1, Reasons: []string{"csat"}}},
		{"after its half-life half of it", []Evidence{ev("csat", 0)}, 10 * days, Weighed{Score: 20, Mood: -20, Kinds: 1, Reasons: []string{"csat"}}},
		{"after two a quarter", []Evidence{ev("csat", 0)}, 20 * days, Weighed{Score: 10, Mood: -10, Kinds: 1, Reasons: []string{"csat"}}},
		{"one kind at most one and a half times", []Evidence{ev("csat", 0), ev("csat", 0), ev("csat", 0)}, 0, Weighed{Score: 60, Mood: -60, Kinds: 1, Reasons: []string{"csat"}}},
		{"in a delicate stage more, after that limit", []Evidence{ev("csat", 0, delicate), ev("csat", 0, delicate)}, 0, Weighed{Score: 75, Mood: -75, Kinds: 1, Reasons: []string{"csat"}}},
		{"all silence together no more than its limit, and one kind", []Evidence{ev("no contact", 0), ev("no kickoff", 0)}, 90 * days,
			Weighed{Score: 30, Mood: -30, Kinds: 1, Doubt: onboarding.DoubtAbility, Sure: true, Reasons: []string{"no kickoff", "no contact"}}},
		{"what is hard does not fade until it ends", []Evidence{ev("complaint", 0)}, 90 * days, Weighed{Score: 30, Mood: -30, Kinds: 1, Hard: true, Reasons: []string{"complaint"}}},
		{"then its tail does", []Evidence{ev("complaint", 0, ended(5*days))}, 15 * days, Weighed{Score: 15, Mood: -15, Kinds: 1, Reasons: []string{"complaint"}}},
		{"a tail begins where the weight has come to, if that is less", []Evidence{ev("promise", 0, ended(20*days))}, 20 * days, Weighed{Score: 10, Mood: -10, Kinds: 1, Reasons: []string{"promise"}}},
		{"else at its own weight", []Evidence{ev("promise", 0, ended(1*days))}, 8 * days, Weighed{Score: 10, Mood: -10, Kinds: 1, Reasons: []string{"promise"}}},
		{"without a tail nothing is left", []Evidence{ev("withdrawal", 0, ended(5*days))}, 5 * days, Weighed{}},
		{"what is good weighs against it, not below nothing", []Evidence{ev("reply", 0, share(50)), ev("first value", 0)}, 0,
			Weighed{Score: 0, Mood: 5, Kinds: 1, Reasons: []string{"reply"}}},
		{"the heaviest doubt is sure where no other comes near", []Evidence{ev("reply", 0, says(onboarding.DoubtAbility), share(80)), ev("invoice", 0)}, 0,
			Weighed{Score: 60, Mood: -60, Kinds: 2, Doubt: onboarding.DoubtValue, Sure: true, Reasons: []string{"invoice", "reply"}}},
		{"and unsure where one does", []Evidence{ev("reply", 0, says(onboarding.DoubtAbility)), ev("invoice", 0)}, 0,
			Weighed{Score: 66, Mood: -66, Kinds: 2, Doubt: onboarding.DoubtValue, Reasons: []string{"invoice", "reply"}}},
		{"a hundred is the most", []Evidence{ev("withdrawal", 0), ev("csat", 0), ev("csat", 0), ev("invoice", 0)}, 0,
			Weighed{Score: 100, Mood: -100, Kinds: 3, Hard: true, Doubt: onboarding.DoubtValue, Sure: true, Reasons: []string{"csat", "withdrawal", "invoice"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Weigh(weighing(), c.evidence, day0.Add(c.at))
			if got.Score != c.want.Score || got.Mood != c.want.Mood || got.Kinds != c.want.Kinds || got.Hard != c.want.Hard ||
				got.Doubt != c.want.Doubt || got.Sure != c.want.Sure || !slices.Equal(got.Reasons, c.want.Reasons) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestDecayedIsThePowerOfTwo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.IntRange(-100_000, 100_000).Draw(t, "points")
		half := time.Duration(rapid.IntRange(1, 60*24).Draw(t, "half")) * time.Hour
		age := time.Duration(rapid.IntRange(0, 200*24*3600).Draw(t, "age")) * time.Second
		want := float64(points) * math.Exp2(-float64(age)/float64(half))
		if got := decayed(points, age, half); math.Abs(float64(got)-want) > math.Abs(want)*0.0003+1 {
			t.Errorf("%d after %s at %s is %d, want %.1f", points, age, half, got, want)
		}
	})
}

func TestMoreEvidenceIsNeverLessRemorseAndTimeHealsIt(t *testing.T) {
	rules := weighing()
	bad := rules.Signals[:len(rules.Signals)-1]
	rapid.Check(t, func(t *rapid.T) {
		var all []Evidence
		for range rapid.IntRange(0, 12).Draw(t, "evidence") {
			all = append(all, Evidence{Signal: rapid.SampledFrom(bad).Draw(t, "signal").ID, At: day0.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "hours")) * time.Hour),
				Delicate: rapid.Bool().Draw(t, "delicate"), Share: rapid.IntRange(0, 100).Draw(t, "share")})
		}
		at := day0.Add(500 * time.Hour)
		before := 0
		for i := range all {
			w := Weigh(rules, all[:i+1], at)
			// A kind that is full takes its share from older, delicate evidence too: a point of rounding and a fifth of the weight.
			if w.Score < 0 || w.Score > 100 || w.Score < before-12 {
				t.Fatalf("from %d to %d with %+v", before, w.Score, all[i])
			}
			before = w.Score
		}
		if later := Weigh(rules, all, at.Add(30*days)).Score; later > before {
			t.Errorf("from %d it rose to %d with time alone", before, later)
		}
	})
}
