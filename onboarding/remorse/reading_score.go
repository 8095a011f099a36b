package remorse

import (
	"math"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// What a phrase's weight becomes where its surroundings weaken it, and the sums from which something is said.
const (
	hint     = 1.0 // the sum from which a person should read it
	enough   = 2.0 // the sum from which a doubt or an intent is said
	outright = 2.5 // the sum from which a doubt said outright, or a complaint, wakes somebody by itself
	beyond   = 3.0 // likewise of a doubt said and inferred

	farFrame     = 0.6  // the frame it needs stands in the sentence before or after
	conditional  = 0.7  // "if something does not work"
	promised     = 0.2  // "if something does not work I shall call"
	afterWorry   = 0.4  // of a complaint: feared, not met
	overcome     = 0.12 // mended since, or a worry of before with good news after it
	outweighed   = 0.35 // but good news follow in the sentence
	besidePraise = 0.5
	asked        = 0.4 // in a question of how or where
	everyday     = 0.6 // the only bad news of a reply, beside everyday matters
	second       = 0.5 // of what the second phrase of the same meaning adds; a third adds a quarter
)

// hit is a phrase found in a text.
type hit struct {
	of       *phrase
	negative bool
	from, to int // tokens, the last excluded
	weight   float64
	frames   []int // hits of the frames it needed, as evidence
}

func (h hit) overlaps(o hit) bool { return h.from < o.to && o.from < h.to }

// scene is a text with what was found in it.
type scene struct {
	*text
	l       *lexicon
	hits    []hit // phrases
	frames  []hit // signs of frames
	topics  []hit
	neutral []hit
	optOuts []place // where the writer asks for no more of our mails; these words are left out
	bare    bool    // the text is such a request and nothing else
}

func (l *lexicon) read(body string) Reading { return l.readText(l.cut(body)) }

func (l *lexicon) readText(t *text) Reading {
	s := l.look(t)
	if requests := s.requests(); len(requests) > 0 {
		s = l.look(s.without(requests))
		for _, h := range requests {
			s.optOuts = append(s.optOuts, t.place(h))
		}
	}
	return s.conclude()
}

// look finds every phrase, forgets those that are denied or explained away, and weighs the others.
func (l *lexicon) look(t *text) *scene {
	s := &scene{text: t, l: l}
	for at := range t.tokens {
		for _, i := range l.candidates(t.tokens[at]) {
			p := &l.patterns[i]
			end := l.match(p, t, at)
			if end < 0 {
				continue
			}
			h := hit{of: p.of, negative: p.negative, from: at, to: end, weight: p.of.weight}
			switch {
			case p.of.neutral:
				s.neutral = append(s.neutral, h)
			case p.of.frame >= 0:
				s.frames = append(s.frames, h)
			case p.of.topic >= 0:
				s.topics = append(s.topics, h)
			default:
				s.hits = append(s.hits, h)
			}
		}
	}
	if s.bare = s.asksAlone(); !s.bare {
		s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return h.of.alone })
	}
	s.forget()
	s.weigh()
	return s
}

// candidates lists the patterns whose first word may be this one, each once.
func (l *lexicon) candidates(t token) []int {
	out := slices.Clone(l.starts[t.word])
	more := func(key string) {
		for _, i := range l.starts[key] {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	more(stemKey(t.word))
	if t.loose != "" {
		more(looseMark + t.loose)
		if key := stemKey(t.loose); key != stemKey(t.word) {
			more(key)
		}
	}
	return out
}

// frame finds a sign of a frame in a sentence: its index, or -1.
func (s *scene) frame(bit int, sentence int, but hit) int {
	for i, f := range s.frames {
		if f.of.frame == bit && s.tokens[f.from].sentence == sentence && !(but.from <= f.from && f.to <= but.to) {
			return i
		}
	}
	return -1
}

// bit is a known frame's number.
func (s *scene) bit(name string) int { return slices.Index(s.l.frames, name) }

// weigh lowers the weight of each phrase by its surroundings, to nothing where a frame it needs is missing.
func (s *scene) weigh() {
	for i := range s.hits {
		h := &s.hits[i]
		sentence := s.tokens[h.from].sentence
		for bit := range s.l.frames {
			switch {
			case h.of.with&(1<<bit) != 0:
				if f := s.frame(bit, sentence, *h); f >= 0 {
					h.frames = append(h.frames, f)
				} else if f := max(s.frame(bit, sentence-1, *h), s.frame(bit, sentence+1, *h)); f >= 0 {
					h.weight *= farFrame
					h.frames = append(h.frames, f)
				} else {
					h.weight = 0
				}
			case h.of.without&(1<<bit) != 0 && s.frame(bit, sentence, *h) >= 0:
				h.weight = 0
			}
		}
		if h.bad() {
			*h = s.weakened(*h)
		}
	}
	var alone []int
	for i, h := range s.hits {
		if s.amongEveryday(h) {
			alone = append(alone, i)
		}
	}
	for _, i := range alone {
		s.hits[i].weight *= everyday
	}
}

// amongEveryday reports whether a doubt or a complaint rests on this phrase alone and its sentence is about practical matters
// or asks how something is done: so people write of trouble that they do not have.
func (s *scene) amongEveryday(h hit) bool {
	if h.of.intent != IntentComplaint && (h.of.intent != IntentNone || h.of.doubt == DoubtNone) {
		return false
	}
	sentence := s.tokens[h.from].sentence
	practical := s.frame(s.bit(framePractical), sentence, h) >= 0 || slices.ContainsFunc(s.topics, func(t hit) bool {
		return topicNames[t.of.topic] == topicPractical && s.tokens[t.from].sentence == sentence && !t.overlaps(h)
	})
	if !practical && !(s.question[sentence] && s.frame(s.bit(frameAsking), sentence, h) >= 0) {
		return false
	}
	worry := s.bit(frameWorry)
	return !slices.ContainsFunc(s.frames, func(f hit) bool { return f.of.frame == worry }) &&
		!slices.ContainsFunc(s.hits, func(o hit) bool { return o.bad() && o.weight >= outright && !o.overlaps(h) })
}

// bad reports whether a phrase is no friendly or neutral one.
func (h hit) bad() bool {
	return h.of.intent != IntentThanks && h.of.intent != IntentQuestion && h.of.intent != IntentAuto
}

// weakened is a phrase of bad news with the weight its surroundings leave it.
func (s *scene) weakened(h hit) hit {
	past, good, settled, then := s.bit(framePast), s.bit(frameGood), s.bit(frameSettled), s.bit(frameThen)
	sentence := s.tokens[h.from].sentence
	if s.conditionalAt(h) {
		if s.frame(then, sentence, hit{}) >= 0 {
			h.weight *= promised
		} else {
			h.weight *= conditional
		}
	}
	switch {
	case h.of.optOut: // good news beside it take nothing back
	case s.mended(h, settled), s.frame(past, sentence, hit{}) >= 0 && (s.later(h.from, good, settled) || s.turnedAway(h)):
		h.weight *= overcome
	case s.before(h):
		h.weight *= overcome
	case h.of.intent != IntentCancel && h.of.intent != IntentRefund && s.later(h.from, good, settled) && s.turnedAway(h):
		h.weight *= outweighed
	case h.of.trouble && s.praised(h, good):
		h.weight *= besidePraise
	case h.of.trouble && s.question[sentence] && s.frame(s.bit(frameAsking), sentence, hit{}) >= 0:
		h.weight *= asked
	}
	return h
}

// praised reports whether praise stands in the same sentence with no turning word between.
func (s *scene) praised(h hit, good int) bool {
	for _, f := range s.frames {
		if f.of.frame != good || f.overlaps(h) || s.tokens[f.from].sentence != s.tokens[h.from].sentence {
			continue
		}
		turned := false
		for i := min(f.to, h.to); i < max(f.from, h.from); i++ {
			turned = turned || s.l.turns[s.tokens[i].word]
		}
		if !turned {
			return true
		}
	}
	return false
}

// conditionalAt reports whether a phrase stands after an if that no phrase or frame made its own ("not sure if").
func (s *scene) conditionalAt(h hit) bool {
	for i := h.from - 1; i >= 0 && s.tokens[i].clause == s.tokens[h.from].clause; i-- {
		if s.l.conditionals[s.tokens[i].word] {
			owns := func(o hit) bool { return o.from <= i && i < o.to }
			return !slices.ContainsFunc(s.frames, owns) && !slices.ContainsFunc(s.hits, owns)
		}
	}
	return false
}

// mended reports whether a later word of the same sentence or the next, or one of the same clause, says it is solved.
func (s *scene) mended(h hit, settled int) bool {
	for _, f := range s.frames {
		if f.of.frame != settled {
			continue
		}
		apart := s.tokens[f.from].sentence - s.tokens[h.from].sentence
		if f.overlaps(h) || f.from >= h.to && apart <= 1 || s.tokens[f.from].clause == s.tokens[h.from].clause {
			return true
		}
	}
	return false
}

// later reports whether a sign of one of two frames stands after a token.
func (s *scene) later(at, a, b int) bool {
	return slices.ContainsFunc(s.frames, func(f hit) bool { return f.from > at && (f.of.frame == a || f.of.frame == b) })
}

// before reports whether a phrase tells of the time before us: a sign of that stands ahead of it with no turning word between.
func (s *scene) before(h hit) bool {
	bit := s.bit(frameBefore)
	for _, f := range s.frames {
		if f.of.frame != bit || f.to > h.from || s.tokens[f.from].sentence != s.tokens[h.from].sentence {
			continue
		}
		turned := false
		for i := f.to; i < h.from; i++ {
			turned = turned || s.l.turns[s.tokens[i].word]
		}
		if !turned {
			return true
		}
	}
	return false
}

// turnedAway reports whether a turning word follows a phrase in its sentence, and no bad news after that.
func (s *scene) turnedAway(h hit) bool {
	for i := h.to; i < len(s.tokens) && s.tokens[i].sentence == s.tokens[h.from].sentence; i++ {
		if s.l.turns[s.tokens[i].word] {
			return !slices.ContainsFunc(s.hits, func(o hit) bool {
				return o.from > i && s.tokens[o.from].sentence == s.tokens[i].sentence && o.of.intent != IntentThanks && o.of.weight >= enough
			})
		}
	}
	return false
}

// sum adds the weights of phrases of one meaning: overlapping ones count once, more of the same ever less.
func (s *scene) sum(counts func(hit) float64) (total float64, used []hit) {
	var found []hit
	for _, h := range s.hits {
		if w := counts(h); w > 0 {
			h.weight = w
			found = append(found, h)
		}
	}
	slices.SortStableFunc(found, heavier)
	share := 1.0
	for _, h := range found {
		if slices.ContainsFunc(used, h.overlaps) {
			continue
		}
		total += share * h.weight
		share *= second
		used = append(used, h)
	}
	return total, used
}

// sure makes a confidence of a sum: 1 is 0.42, 2 is 0.67, 3 is 0.81, 4 is 0.89.
func sure(sum float64) float64 {
	return math.Round(100*(1-math.Exp(-0.55*max(sum, 0)))) / 100
}

func (s *scene) intent(i Intent) (float64, []hit) {
	worry := s.bit(frameWorry)
	return s.sum(func(h hit) float64 {
		if h.of.intent != i {
			return 0
		}
		if h.of.trouble {
			h.weight *= otherTrouble
		}
		if i == IntentComplaint && s.frame(worry, s.tokens[h.from].sentence, h) >= 0 {
			return h.weight * afterWorry
		}
		return h.weight
	})
}

func (s *scene) doubt(d onboarding.Doubt) (float64, []hit) {
	return s.sum(func(h hit) float64 {
		if h.of.doubt != d {
			return 0
		}
		return h.weight
	})
}
