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
	mayBeHarmless = 0.5  // under it a person reads a reply without a doubt
	saidToo       = 0.25 // what phrases add to a friendly intent
	saidPlainly   = 0.2  // a grave intent with plain words and this much is not outweighed by a harmless rest,
	heardPlainly  = 0.6  // nor one with this much
	plainFault    = 0.01 // with this much a fault told plainly is a complaint
	leastHeard    = 3    // of fewer words the weights know too little: only the phrases count
)

// bar is from which probability on an intent holds: alone, and where phrases say it too.
type bar struct{ alone, said float64 }

var bars = map[Intent]bar{IntentCancel: {0.5, 0.08}, IntentRefund: {0.65, 0.08}, IntentComplaint: {0.45, 0.15}, IntentAuto: {0.6, 0.1}}

// settling is what the phrases say and the weights hear of one reply.
type settling struct {
	*scene
	said  saying
	heard hearing
}

// settle brings together what the phrases say and what the weights hear. A will that is stated in explicit words is never
// talked away: what the weights doubt, a person reads.
func (s *scene) settle(said saying) Reading {
	x := settling{scene: s, said: said, heard: s.l.learned.hear(s.text)}
	if len(x.heard.all) == 0 || s.words() < leastHeard {
		return s.finish(said.Reading, said.by...)
	}
	if x.automatic() {
		auto := Reading{Intent: IntentAuto, Doubt: DoubtNone, Confidence: x.confidenceOf(IntentAuto), Until: s.l.returnDate(s.source)}
		return s.finish(auto, x.because(said.by, said.Intent == IntentAuto, columnOf(IntentAuto), columnOf(IntentNone))...)
	}
	means := x.means()
	r, why := x.wish(means)
	r, because := x.doubtful(r, means)
	if x.tired(r) {
		r, why, because = Reading{Intent: x.friendly(), Doubt: DoubtNone, Confidence: 0.5}, nil, nil
	}
	if r.Unsure {
		r.Confidence = min(r.Confidence, 0.6)
	}
	return s.finish(r, append(why, because...)...)
}

func columnOf(i Intent) int { return meanings + slices.Index(Intents, i) }

// heardAs is how strongly the weights hear an intent in the whole reply.
func (x settling) heardAs(i Intent) float64 { return x.heard.intents[slices.Index(Intents, i)] }

// holds reports whether an intent is heard well enough, alone or with phrases.
func (x settling) holds(i Intent) bool {
	return x.heardAs(i) > bars[i].alone || x.said.of(i).sum >= enough && x.heardAs(i) > bars[i].said
}

// leaves reports whether the phrases state a will to leave.
func (x settling) leaves() bool {
	return x.said.Intent == IntentCancel || x.said.Intent == IntentRefund
}

// automatic reports whether a machine wrote the reply.
func (x settling) automatic() bool {
	return !x.leaves() && (x.said.Intent == IntentAuto && x.holds(IntentAuto) || x.heardAs(IntentAuto) > bars[IntentAuto].alone)
}

func (x settling) confidenceOf(i Intent) float64 {
	return max(sure(x.said.of(i).sum), round(x.heardAs(i)))
}

// silent reports whether no phrase gives a reason to look at the reply.
func (x settling) silent() bool {
	return x.said.Doubt == DoubtNone && !x.said.Unsure && !x.said.Intent.Grave()
}

// tired reports whether a reading beside a request for no more mails is only heard, and not plainly: then it is why they are
// tired of mails.
func (x settling) tired(r Reading) bool {
	faint := r.Unsure || r.Intent.Grave() && r.Doubt == DoubtNone && x.heardAs(r.Intent) < heardPlainly
	return len(x.optOuts) > 0 && x.silent() && faint
}

// means are the probabilities of the meanings once the phrases have had their say.
func (x settling) means() [meanings]float64 {
	means := x.heard.means
	for i := range means {
		means[i] = math.Log(means[i] + 1e-9)
	}
	if i := slices.Index(onboarding.Doubts, x.said.Doubt); i >= 0 {
		means[i] += trustDoubt * x.said.Confidence
	} else if x.silent() {
		means[meansHarmless] += trustSilence
	}
	softmax(means[:], slices.Clone(means[:]))
	return means
}

// wish is the gravest intent that holds, else the likeliest friendly one; unsure where a harmless rest outweighs what is
// not said plainly.
func (x settling) wish(means [meanings]float64) (r Reading, why []finding) {
	r = Reading{Intent: x.friendly(), Doubt: DoubtNone}
	for _, i := range []Intent{IntentCancel, IntentRefund, IntentComplaint} {
		explicit := i == IntentCancel && x.said.Withdrawal
		if !explicit && !x.holds(i) {
			continue
		}
		said := x.said.of(i)
		plain := said.sum >= outright && x.heardAs(i) > saidPlainly || x.heardAs(i) > heardPlainly || explicit && x.heardThere(i) > bars[i].said
		if r.Unsure = means[meansHarmless] > mayBeHarmless && !plain; !r.Unsure {
			r.Intent, r.Withdrawal = i, explicit
		}
		why = x.because([]finding{said}, len(said.hits) > 0, columnOf(i), columnOf(IntentNone))
		break
	}
	if x.leaves() && !r.Intent.Grave() {
		r.Unsure = true
		why = append(why, x.said.by...)
	}
	return r, why
}

// friendly is the likeliest of the intents that wake nobody.
func (x settling) friendly() Intent {
	best, most := IntentNone, 0.0
	for _, i := range []Intent{IntentNone, IntentQuestion, IntentThanks} {
		p := x.heardAs(i)
		if i != IntentNone && x.said.of(i).sum >= enough || i == IntentQuestion && x.said.Intent == IntentQuestion {
			p += saidToo
		}
		if p > most {
			best, most = i, p
		}
	}
	return best
}

// doubtful adds to a reading the doubt, if there is one, and how sure the whole is.
func (x settling) doubtful(r Reading, means [meanings]float64) (Reading, []finding) {
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
		same := x.said.Doubt == r.Doubt
		clear := x.heard.means[doubt] > heardDoubt || same && !x.said.Unsure && means[doubt] > saidDoubt
		r.Unsure = r.Unsure || !clear
		if x.said.Intent == IntentComplaint && same && clear && x.heardAs(IntentComplaint) > plainFault && !r.Intent.Grave() {
			r.Intent = IntentComplaint
		}
		return r, x.because(x.said.by, same, doubt, meansHarmless)
	case r.Intent.Grave():
		r.Confidence = x.confidenceOf(r.Intent)
		return r, nil
	}
	r.Confidence = max(round(means[meansHarmless]), 0.5)
	r.Unsure = r.Unsure || means[meansHarmless] < mayBeHarmless
	switch {
	case r.Unsure:
		return r, x.because(x.said.by, x.said.Unsure, meansUneasy, meansHarmless)
	case x.said.Intent == r.Intent:
		return r, x.said.by
	}
	return r, nil
}

// heardThere is how strongly the weights hear an intent where phrases say it, in the sentence and in the clause: what stands
// around them, thanks before all, must not drown it.
func (x settling) heardThere(i Intent) (most float64) {
	for _, at := range x.said.of(i).hits {
		said := x.tokens[at.from]
		for _, same := range []func(token) bool{
			func(t token) bool { return t.sentence == said.sentence },
			func(t token) bool { return t.clause == said.clause },
		} {
			alone := text{source: x.source, question: x.question}
			for _, t := range x.tokens {
				if same(t) {
					alone.tokens = append(alone.tokens, t)
				}
			}
			if h := x.l.learned.hear(&alone); len(h.all) > 0 {
				most = max(most, h.intents[slices.Index(Intents, i)])
			}
		}
	}
	return most
}

// because is what shows a meaning: the phrases where they say it, else the words that were heard most.
func (x settling) because(by []finding, said bool, column, against int) []finding {
	if said && slices.ContainsFunc(by, func(f finding) bool { return len(f.hits) > 0 }) {
		return by
	}
	return []finding{{hits: x.heard.phrases(x.text, column, against)}}
}

func round(p float64) float64 { return math.Round(100*p) / 100 }
