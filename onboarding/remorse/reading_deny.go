package remorse

import "slices"

// deniedGood is good news denied: "not happy", "non è chiaro".
var deniedGood = phrase{doubt: DoubtNone, intent: IntentNone, weight: 2, frame: -1, topic: -1, trouble: true}

// forget drops what is denied, explained away or only wished for, and makes bad news of good ones that are denied.
func (s *scene) forget() {
	good := s.bit(frameGood)
	spent := s.spentDenials()
	denied := func(h hit) bool {
		if h.of.frame == good || h.of.intent == IntentThanks {
			return s.denied(h, nil) // "not happy" is no praise, whatever else the "not" belongs to
		}
		return s.denied(h, spent)
	}
	for _, f := range s.frames {
		if f.of.frame == good && denied(f) && !s.explained(f) {
			f.of, f.weight, f.negative = &deniedGood, deniedGood.weight, true
			s.hits = append(s.hits, f)
		}
	}
	gone := func(h hit) bool { return s.explained(h) || denied(h) }
	s.hits = slices.DeleteFunc(s.hits, gone)
	s.frames = slices.DeleteFunc(s.frames, gone)

	worry := s.bit(frameWorry)
	doubted := func(h hit) bool { // "I am not sure that it works" is no praise
		return (h.of.frame == good || h.of.intent == IntentThanks) && slices.ContainsFunc(s.frames, func(f hit) bool {
			return f.of.frame == worry && f.from < h.from && s.tokens[f.from].clause == s.tokens[h.from].clause
		})
	}
	s.hits = slices.DeleteFunc(s.hits, doubted)
	s.frames = slices.DeleteFunc(s.frames, doubted)
}

// explained reports whether a neutral wording covers a phrase. A longer phrase that holds the neutral one whole means more than it.
func (s *scene) explained(h hit) bool {
	return slices.ContainsFunc(s.neutral, func(n hit) bool {
		return h.overlaps(n) && !(h.from <= n.from && h.to >= n.to && h.to-h.from > n.to-n.from)
	})
}

// spentDenials marks the words that belong to a phrase of several words: a negation among them ("I do not know", "non
// riesco") denies nothing after it.
func (s *scene) spentDenials() []bool {
	spent := make([]bool, len(s.tokens))
	for _, h := range slices.Concat(s.hits, s.frames) {
		for i := h.from; i < h.to && h.to-h.from > 1; i++ {
			spent[i] = true
		}
	}
	return spent
}

// denied reports whether a negation that is not spent stands before a phrase, in its clause and near enough.
func (s *scene) denied(h hit, spent []bool) bool {
	if h.negative {
		return false
	}
	for i, reach := h.from-1, 0; i >= 0 && reach < s.l.window && s.tokens[i].clause == s.tokens[h.from].clause; i-- {
		if s.l.negators[s.tokens[i].word] {
			return spent == nil || !spent[i]
		}
		if !s.l.fillers[s.tokens[i].word] {
			reach++
		}
	}
	return false
}
