package remorse

import (
	"math"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// How phrases and weights are brought together. The numbers were chosen on replies that the weights had not been learned
// from.
const (
	trustDoubt    = 1.0  // what a doubt that the phrases say adds to its logarithm, times their confidence
	trustSilence  = 0.3  // what it adds to that of harmless that they say none
	mayBeDoubt    = 0.17 // from this probability on there is a doubt,
	heardDoubt    = 0.85 // from this one on it is clear which,
	saidDoubt     = 0.7  // from this one where the phrases say the same without a doubt
	borne         = 0.01
	mayBeHarmless = 0.5 // under it a person reads a reply without a doubt
	saidToo       = 0.25
	saidPlainly   = 0.2 // an intent with plain words and this much is not outweighed by a harmless rest
	heardPlainly  = 0.6 // nor one with this much
)

// bar is from which probability on an intent holds: alone, and where phrases say it too.
type bar struct{ alone, said float64 }

var bars = map[Intent]bar{IntentCancel: {0.5, 0.08}, IntentRefund: {0.65, 0.08}, IntentComplaint: {0.45, 0.15}, IntentAuto: {0.6, 0.1}}

// settle brings together what the phrases say and what the weights hear. A will that is stated in explicit words is never
// talked away: what the weights doubt, a person reads.
func (s *scene) settle(said Reading, by []finding, sums [7]float64) Reading {
	h := s.l.learned.hear(s.text)
	if len(h.all) == 0 {
		return s.finish(said, by...)
	}
	place := func(i Intent) int { return slices.Index(Intents, i) }
	heard := func(i Intent) float64 { return h.intents[place(i)] }
	holds := func(i Intent) bool {
		return heard(i) > bars[i].alone || sums[place(i)] >= enough && heard(i) > bars[i].said
	}
	leaves := said.Intent == IntentCancel || said.Intent == IntentRefund
	if !leaves && (said.Intent == IntentAuto && holds(IntentAuto) || heard(IntentAuto) > bars[IntentAuto].alone) {
		auto := Reading{Intent: IntentAuto, Doubt: DoubtNone, Confidence: max(sure(sums[place(IntentAuto)]), round(heard(IntentAuto))), Until: s.l.returnDate(s.source)}
		return s.finish(auto, s.because(h, by, said.Intent == IntentAuto, meanings+place(IntentAuto), meanings+place(IntentNone))...)
	}
	means := h.means
	for i := range means {
		means[i] = math.Log(means[i] + 1e-9)
	}
	if i := slices.Index(onboarding.Doubts, said.Doubt); i >= 0 {
		means[i] += trustDoubt * said.Confidence
	} else if !said.Unsure && !grave(said.Intent) {
		means[meansHarmless] += trustSilence
	}
	softmax(means[:], slices.Clone(means[:]))

	r := Reading{Intent: s.friendly(said.Intent, sums, heard), Doubt: DoubtNone}
	var why []finding
	for _, i := range []Intent{IntentCancel, IntentRefund, IntentComplaint} {
		explicit := i == IntentCancel && said.Withdrawal
		if !explicit && !holds(i) {
			continue
		}
		plain := sums[place(i)] >= outright && heard(i) > saidPlainly || heard(i) > heardPlainly || explicit && s.heardThere(i) > bars[i].said
		if r.Unsure = means[meansHarmless] > mayBeHarmless && !plain; !r.Unsure {
			r.Intent, r.Withdrawal = i, explicit
		}
		_, hits := s.intent(i)
		why = append(why, s.because(h, []finding{{hits: hits}}, len(hits) > 0, meanings+place(i), meanings+place(IntentNone))...)
		break
	}
	if leaves && !grave(r.Intent) {
		r.Unsure = true
		why = append(why, by...)
	}
	doubt, doubted := 0, 0.0
	for i := range onboarding.Doubts {
		doubted += means[i]
		if means[i] > means[doubt] {
			doubt = i
		}
	}
	switch {
	case doubted >= mayBeDoubt:
		r.Doubt, r.Confidence = onboarding.Doubts[doubt], round(means[doubt])
		clear := h.means[doubt] > heardDoubt || said.Doubt == r.Doubt && !said.Unsure && means[doubt] > saidDoubt
		r.Unsure = r.Unsure || !clear
		if said.Intent == IntentComplaint && said.Doubt == r.Doubt && clear && heard(IntentComplaint) > borne && !grave(r.Intent) {
			r.Intent = IntentComplaint // a fault told plainly
		}
		why = append(why, s.because(h, by, said.Doubt == r.Doubt, doubt, meansHarmless)...)
	case grave(r.Intent):
		r.Confidence = max(sure(sums[place(r.Intent)]), round(heard(r.Intent)))
	default:
		r.Confidence = max(round(means[meansHarmless]), 0.5)
		if r.Unsure = r.Unsure || means[meansHarmless] < mayBeHarmless; r.Unsure {
			why = append(why, s.because(h, by, said.Unsure, meansUneasy, meansHarmless)...)
		} else if said.Intent == r.Intent {
			why = append(why, by...)
		}
	}
	if r.Unsure {
		r.Confidence = min(r.Confidence, 0.6)
	}
	return s.finish(r, why...)
}

// heardThere is how strongly the weights hear an intent where phrases say it, in the sentence and in the clause: what stands
// around them, thanks before all, must not drown it.
func (s *scene) heardThere(i Intent) (most float64) {
	_, hits := s.intent(i)
	for _, at := range hits {
		said := s.tokens[at.from]
		for _, same := range []func(token) bool{
			func(t token) bool { return t.sentence == said.sentence },
			func(t token) bool { return t.clause == said.clause },
		} {
			alone := text{source: s.source, question: s.question}
			for _, t := range s.tokens {
				if same(t) {
					alone.tokens = append(alone.tokens, t)
				}
			}
			if h := s.l.learned.hear(&alone); len(h.all) > 0 {
				most = max(most, h.intents[slices.Index(Intents, i)])
			}
		}
	}
	return most
}

// because is what shows a meaning: the phrases where they say it, else the words that were heard most.
func (s *scene) because(h hearing, by []finding, said bool, column, against int) []finding {
	if said && slices.ContainsFunc(by, func(f finding) bool { return len(f.hits) > 0 }) {
		return by
	}
	if at, ok := h.phrase(s.text, column, against); ok {
		return []finding{{hits: []hit{at}}}
	}
	return nil
}

// friendly is the likeliest of the intents that wake nobody.
func (s *scene) friendly(said Intent, sums [7]float64, heard func(Intent) float64) Intent {
	best, most := IntentNone, 0.0
	for _, i := range []Intent{IntentNone, IntentQuestion, IntentThanks} {
		p := heard(i)
		if i != IntentNone && sums[slices.Index(Intents, i)] >= enough || i == IntentQuestion && said == IntentQuestion {
			p += saidToo
		}
		if p > most {
			best, most = i, p
		}
	}
	return best
}

func grave(i Intent) bool { return i == IntentCancel || i == IntentRefund || i == IntentComplaint }

func round(p float64) float64 { return math.Round(100*p) / 100 }
