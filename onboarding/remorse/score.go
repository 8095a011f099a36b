package remorse

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Evidence is one sign of remorse, or of its opposite, as it came.
type Evidence struct {
	Signal string    `json:"signal"`
	At     time.Time `json:"at"`
	// Ended is when what it stands for was mended; from then on only the signal's tail counts.
	Ended    time.Time        `json:"ended,omitzero"`
	Delicate bool             `json:"delicate,omitempty"` // it came in a delicate stage
	Share    int              `json:"share,omitempty"`    // percent of the weight; 0 is all of it
	Doubt    onboarding.Doubt `json:"doubt,omitempty"`    // where it is not the signal's own
	Said     []string         `json:"said,omitempty"`     // what the customer wrote
	What     string           `json:"what,omitempty"`     // the commitment that it is about
}

// Weighed is what all evidence amounts to at an instant.
type Weighed struct {
	Score int // 0 to 100; high is bad
	Mood  int // -100 to +100; without the euphoria of the signature
	Kinds int // of evidence that counts, all silence being one
	Hard  bool
	// Doubt is the heaviest, "" where none was voiced; Sure says that no other comes near.
	Doubt onboarding.Doubt
	Sure  bool
	// Reasons are the signals that count, the heaviest first.
	Reasons []string
}

// The score is reckoned in thousandths of a point, in whole numbers.
const point = 1000

// near is how much of the heaviest doubt another may weigh before it is not sure any more, in percent.
const near = 80

// Weigh adds up the evidence at an instant. Each kind counts at most rules.KindMost percent of its weight, all silence
// at most rules.SilenceMost; evidence of a delicate stage then weighs more.
func Weigh(rules *onboarding.Remorse, all []Evidence, at time.Time) Weighed {
	var w Weighed
	var against, silence, good int
	weights := make([]weight, 0, len(rules.Signals))
	for i := range rules.Signals {
		s := &rules.Signals[i]
		points, doubts, hard := kind(rules, s, all, at)
		w.Hard = w.Hard || hard
		switch {
		case points < 0:
			good -= points
		case points > 0 && s.Silence():
			silence += points
		default:
			against += points
		}
		if points >= point {
			weights = append(weights, weight{s.ID, points, doubts, s.Silence()})
		}
	}
	silence = min(silence, rules.SilenceMost*point)
	slices.SortStableFunc(weights, func(a, b weight) int { return cmp.Or(b.points-a.points, strings.Compare(a.signal, b.signal)) })
	silent := 0
	for _, x := range weights {
		w.Reasons = append(w.Reasons, x.signal)
		if x.silence {
			silent = 1
		} else {
			w.Kinds++
		}
	}
	w.Kinds += silent
	w.Score = max(0, rounded(min(100*point, against+silence)-good))
	w.Mood = max(-100, min(100, rounded(good-against-silence)))
	w.Doubt, w.Sure = heaviest(weights)
	return w
}

// weight is what one kind of evidence counts.
type weight struct {
	signal  string
	points  int
	doubts  [4]int // of which in the order of onboarding.Doubts
	silence bool
}

// kind adds up one kind of evidence.
func kind(rules *onboarding.Remorse, s *onboarding.Signal, all []Evidence, at time.Time) (points int, doubts [4]int, hard bool) {
	sum := 0
	for i := range all {
		if e := &all[i]; e.Signal == s.ID {
			sum += counts(s, e, at)
			hard = hard || s.Hard && e.Ended.IsZero()
		}
	}
	if sum == 0 {
		return 0, doubts, hard
	}
	most := s.Weight * point * rules.KindMost / 100
	for i := range all {
		e := &all[i]
		if e.Signal != s.ID {
			continue
		}
		n := counts(s, e, at)
		if sum > most && most > 0 || sum < most && most < 0 {
			n = int(int64(n) * int64(most) / int64(sum))
		}
		if e.Delicate && n > 0 {
			n = n * rules.Delicate / 100
		}
		points += n
		if i := slices.Index(onboarding.Doubts, doubtOf(s, e)); i >= 0 {
			doubts[i] += n
		}
	}
	return points, doubts, hard
}

func doubtOf(s *onboarding.Signal, e *Evidence) onboarding.Doubt {
	if e.Doubt != "" {
		return e.Doubt
	}
	return s.Doubt
}

// counts is what one piece of evidence weighs by itself, in thousandths of a point.
func counts(s *onboarding.Signal, e *Evidence, at time.Time) int {
	if e.Ended.IsZero() {
		return shareOf(faded(s, at.Sub(e.At)), e)
	}
	if s.TailHalfLife <= 0 {
		return 0
	}
	tail := s.TailWeight * point
	if s.Weight > 0 { // what has ended never weighs more than it did until then
		tail = min(tail, faded(s, e.Ended.Sub(e.At)))
	}
	return shareOf(decayed(tail, at.Sub(e.Ended), s.TailHalfLife), e)
}

// faded is what a signal's weight has come to at an age, as long as nothing ends it.
func faded(s *onboarding.Signal, age time.Duration) int {
	if s.Hard || s.HalfLife <= 0 {
		return s.Weight * point
	}
	return decayed(s.Weight*point, age, s.HalfLife)
}

func shareOf(points int, e *Evidence) int {
	if e.Share > 0 {
		return points * e.Share / 100
	}
	return points
}

// halves are 2^(-1/2), 2^(-1/4), ...: their products alone give every power, so that each machine finds the same one
// (math.Exp2, and additions that a compiler fuses, need not).
var halves = [...]float64{0.70710678118654757, 0.84089641525371454, 0.91700404320467121, 0.95760328069857365, 0.97857206208770013,
	0.98922801319397544, 0.99459942348363317, 0.99729605608547012, 0.99864711289097016, 0.99932332750265075, 0.99966160649624374,
	0.99983078893192905}

// decayed is points x 2^(-age/half).
func decayed(points int, age, half time.Duration) int {
	if age <= 0 {
		return points
	}
	whole := age / half
	if whole > 40 {
		return 0
	}
	x, rest := float64(points), age%half
	for range whole {
		x *= 0.5
	}
	for _, h := range halves {
		if rest *= 2; rest >= half {
			rest -= half
			x *= h
		}
	}
	return int(x)
}

// Spent reports whether evidence weighs less than half a point and opens nothing any more, so that it can be forgotten.
func Spent(s onboarding.Signal, e Evidence, at time.Time) bool {
	n := counts(&s, &e, at)
	return n < point/2 && n > -point/2 && !(s.Hard && e.Ended.IsZero()) && (s.HalfLife > 0 || !e.Ended.IsZero())
}

// Euphoria is what is left of the mood of the signature.
func Euphoria(rules *onboarding.Remorse, signed, at time.Time) int {
	if rules.MoodHalfLife <= 0 {
		return rules.Mood
	}
	return rounded(decayed(rules.Mood*point, at.Sub(signed), rules.MoodHalfLife))
}

func rounded(points int) int {
	if points < 0 {
		return -rounded(-points)
	}
	return (points + point/2) / point
}

// heaviest is the doubt that most of the evidence speaks of.
func heaviest(weights []weight) (onboarding.Doubt, bool) {
	var sums [4]int
	for _, w := range weights {
		for i, n := range w.doubts {
			sums[i] += n
		}
	}
	best, second := 0, -1
	for i := 1; i < len(sums); i++ {
		switch {
		case sums[i] > sums[best]:
			best, second = i, best
		case second < 0 || sums[i] > sums[second]:
			second = i
		}
	}
	if sums[best] == 0 {
		return "", false
	}
	return onboarding.Doubts[best], sums[second]*100 < sums[best]*near
}
