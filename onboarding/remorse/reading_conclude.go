package remorse

import (
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// tied is how near the second doubt may come before a person has to tell which it is.
const tied = 0.6

// finding is a sum with the phrases that made it.
type finding struct {
	sum  float64
	said float64 // the part of the sum that is not inferred
	hits []hit
}

// conclude makes a reading of what the phrases say, and of what the weights hear where the lexicon has any.
func (s *scene) conclude() Reading {
	said := s.said()
	if s.l.learned == nil {
		return s.finish(said.Reading, said.by...)
	}
	return s.settle(said)
}

// saying is what the phrases say: a reading, what decided it, and what speaks for each intent.
type saying struct {
	Reading
	by      []finding
	intents [7]finding
}

func (s saying) of(i Intent) finding { return s.intents[slices.Index(Intents, i)] }

// said finds what the phrases say: the gravest intent that is enough, the strongest doubt, and whether a person must read
// it.
func (s *scene) said() saying {
	var out saying
	for i, name := range Intents {
		out.intents[i].sum, out.intents[i].hits = s.intent(name)
	}
	out.Reading, out.by = s.sayingOf(out.of)
	return out
}

func (s *scene) sayingOf(of func(Intent) finding) (r Reading, by []finding) {
	r = Reading{Intent: IntentNone, Doubt: DoubtNone}
	cancel, refund, complaint := of(IntentCancel), of(IntentRefund), of(IntentComplaint)
	auto := of(IntentAuto)
	if auto.sum >= enough && cancel.sum < enough+1 && refund.sum < enough+1 {
		return Reading{Intent: IntentAuto, Doubt: DoubtNone, Confidence: sure(auto.sum), Until: s.l.returnDate(s.source)}, []finding{auto}
	}

	inferred := s.infer()
	best, rival, first := s.doubts(inferred)
	if first.sum >= hint {
		r.Doubt, r.Confidence = best, sure(first.sum-rival*second)
	}
	regret, regrets := s.sum(func(h hit) float64 {
		if !h.of.regret {
			return 0
		}
		return h.weight
	})

	by = []finding{first}
	switch question := of(IntentQuestion); {
	case cancel.sum >= enough && cancel.sum >= refund.sum-1:
		r.Intent, r.Withdrawal = IntentCancel, s.declared(cancel.hits)
		by = append(by, cancel)
	case refund.sum >= enough:
		r.Intent = IntentRefund
		by = append(by, refund)
	case complaint.sum >= outright:
		r.Intent = IntentComplaint
		by = append(by, complaint)
	case question.sum >= enough || s.asks():
		r.Intent = IntentQuestion
		if len(question.hits) > 0 && r.Doubt == DoubtNone {
			by = append(by, question)
		}
	case of(IntentThanks).sum >= enough:
		r.Intent = IntentThanks
		if r.Doubt == DoubtNone {
			by = append(by, of(IntentThanks))
		}
	}
	if r.Doubt == DoubtNone {
		r.Confidence = s.confidence(r.Intent, of(r.Intent).sum)
	}
	weak := max(cancel.sum, refund.sum, complaint.sum, regret, otherTrouble*inferred.worst.sum)
	switch {
	case r.Doubt != DoubtNone && (first.said < outright && first.sum < beyond || first.sum-rival < tied && rival >= hint):
		r.Unsure = true
		r.Confidence = min(r.Confidence, 0.6)
	case r.Doubt == DoubtNone && !r.Intent.Grave() && weak >= hint:
		r.Unsure = true
		r.Confidence = min(sure(weak), 0.6)
		by = append(by, finding{sum: regret, hits: regrets}, cancel, refund, complaint, inferred.worst)
	}
	return r, by
}

// doubts finds the strongest doubt, and how strong the second is. Of two alike the one said later counts: people come to
// the point at the end.
func (s *scene) doubts(inferred inference) (best onboarding.Doubt, rival float64, first finding) {
	best = DoubtNone
	for i, d := range onboarding.Doubts {
		said, hits := s.doubt(d)
		sum := said
		if sum < maxWeight {
			sum += inferred.doubts[i]
		}
		if len(hits) == 0 {
			hits = inferred.hits[i]
		}
		if sum > first.sum || sum == first.sum && sum > 0 && last(hits) > last(first.hits) {
			best, rival, first = d, first.sum, finding{sum: sum, said: said, hits: hits}
		} else {
			rival = max(rival, sum)
		}
	}
	return best, rival, first
}

// last is where the last of some phrases begins, -1 of none.
func last(hits []hit) int {
	at := -1
	for _, h := range hits {
		at = max(at, h.from)
	}
	return at
}

// confidence of an intent that stands without a doubt. That nothing at all was found is a fair sign, not a proof.
func (s *scene) confidence(i Intent, sum float64) float64 {
	switch {
	case i == IntentNone && len(s.tokens) == 0:
		return 1
	case i == IntentNone:
		return 0.7
	case i == IntentQuestion && sum < enough:
		return 0.75
	}
	return sure(sum)
}

// asks reports whether a sentence ends in a question mark.
func (s *scene) asks() bool { return slices.Contains(s.question, true) }

// declared reports whether explicit words of withdrawal are said as a will, not asked about.
func (s *scene) declared(hits []hit) bool {
	will, inquiry := s.bit(frameWill), s.bit(frameInquiry)
	for _, h := range hits {
		if !h.of.withdrawal || h.weight < enough {
			continue
		}
		sentence := s.tokens[h.from].sentence
		switch {
		case s.frame(inquiry, sentence, hit{}) >= 0:
		case s.question[sentence] && s.frame(will, sentence, hit{}) < 0:
		default:
			return true
		}
	}
	return false
}
