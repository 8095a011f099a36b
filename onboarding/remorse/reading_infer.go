package remorse

import (
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// What no phrase says outright is inferred from two things in the same breath: that something is wrong (trouble), and
// what the sentence is about (its topic). The topics are the four doubts and practical matters, which need nobody.

const topicPractical = "practical"

// topicNames are the four doubts in their order, then practical matters.
var topicNames = func() (names []string) {
	for _, d := range onboarding.Doubts {
		names = append(names, string(d))
	}
	return append(names, topicPractical)
}()

const (
	worryTrouble = 2.2 // the trouble of a worry
	otherTrouble = 0.7 // of a complaint's or a regret's weight
	moreTrouble  = 0.7 // what each further trouble of a sentence adds of the one before
	beside       = 0.6 // what a topic of the next sentence counts
	elsewhere    = 0.25
	doubtTopic   = 0.5 // of the weight of a phrase that voices a doubt, for that topic
	topicAtMost  = 3.0 // what one topic can come to in a sentence
	nowhere      = 0.6 // the topic of a sentence about none
	suspicion    = 1.4 // the trouble of a sentence that is about a doubt's topic and has nothing to explain why
	inferAtMost  = 2.6 // what is inferred never wakes anybody on its own confidence
)

// inference is how strongly each doubt is meant though not said, with what shows it.
type inference struct {
	doubts [4]float64
	hits   [4][]hit // the trouble, and the topic of that doubt near it
	worst  finding  // the worst trouble, whatever it is about; less what practical matters explain
}

func (s *scene) infer() inference {
	var out inference
	var topics [][5]float64 // by sentence
	for range s.question {
		topics = append(topics, [5]float64{})
	}
	add := func(h hit, topic int, weight float64) {
		at := &topics[s.tokens[h.from].sentence][topic]
		*at = min(*at+weight, topicAtMost)
	}
	about := apart(s.topics)
	for _, h := range about {
		add(h, h.of.topic, h.weight)
	}
	for _, h := range s.hits {
		if i := slices.Index(onboarding.Doubts, h.of.doubt); i >= 0 {
			add(h, i, doubtTopic*h.weight)
		}
	}
	share := 1.0
	for _, t := range s.troubled(topics) {
		var near [5]float64
		total := nowhere
		for i := range near {
			for sentence := range topics {
				near[i] += topics[sentence][i] * reach(sentence-t.sentence)
			}
			total += near[i]
		}
		for i := range out.doubts {
			out.doubts[i] = min(out.doubts[i]+share*t.sum*near[i]/total, inferAtMost)
			out.hits[i] = append(out.hits[i], t.hits...)
			for _, h := range about {
				if h.of.topic == i && s.tokens[h.from].sentence == t.sentence {
					out.hits[i] = append(out.hits[i], h)
				}
			}
		}
		share *= second
		if rest := t.sum * (1 - near[len(near)-1]/total); len(t.hits) > 0 && rest > out.worst.sum {
			out.worst = finding{sum: rest, hits: t.hits}
		}
	}
	return out
}

func reach(distance int) float64 {
	switch distance {
	case 0:
		return 1
	case 1, -1:
		return beside
	}
	return elsewhere
}

// apart keeps of overlapping phrases the weightiest.
func apart(hits []hit) []hit {
	sorted := slices.Clone(hits)
	slices.SortStableFunc(sorted, heavier)
	var out []hit
	for _, h := range sorted {
		if !slices.ContainsFunc(out, func(o hit) bool { return o.overlaps(h) && o.of.topic == h.of.topic }) {
			out = append(out, h)
		}
	}
	return out
}

// heavier orders phrases by weight, then length.
func heavier(a, b hit) int {
	switch {
	case a.weight > b.weight:
		return -1
	case a.weight < b.weight:
		return 1
	}
	return (b.to - b.from) - (a.to - a.from)
}

// troubledSentence is a sentence in which something is wrong.
type troubledSentence struct {
	finding
	sentence int
}

// troubled lists the sentences in which something is wrong, the worst first, given what each is about.
func (s *scene) troubled(topics [][5]float64) []troubledSentence {
	worry := s.bit(frameWorry)
	var signs []hit
	for _, h := range s.hits {
		switch {
		case h.of.trouble:
			signs = append(signs, h)
		case h.of.regret || h.of.intent == IntentComplaint && h.of.doubt == DoubtNone:
			h.weight *= otherTrouble
			signs = append(signs, h)
		}
	}
	for _, f := range s.frames {
		if f.of.frame == worry {
			f.weight = worryTrouble
			signs = append(signs, s.weakened(f))
		}
	}
	out := make([]troubledSentence, len(s.question))
	var shares []float64
	for range s.question {
		shares = append(shares, 1)
	}
	for _, h := range apart(signs) {
		if h.weight <= 0 {
			continue
		}
		i := s.tokens[h.from].sentence
		out[i].sentence = i
		out[i].sum += shares[i] * h.weight
		shares[i] *= moreTrouble
		out[i].hits = append(out[i].hits, h)
	}
	for i := range out {
		out[i].sentence = i
		if out[i].sum < suspicion && slices.Max(topics[i][:4]) >= enough && s.unexplained(i) {
			out[i].sum = suspicion
		}
	}
	out = slices.DeleteFunc(out, func(t troubledSentence) bool { return t.sum == 0 })
	slices.SortStableFunc(out, func(a, b troubledSentence) int {
		switch {
		case a.sum > b.sum:
			return -1
		case a.sum < b.sum:
			return 1
		}
		return 0
	})
	return out
}

// unexplained reports whether nothing in a sentence shows an everyday reason for it: no question, thanks, good news or
// practical matter.
func (s *scene) unexplained(sentence int) bool {
	if s.question[sentence] {
		return false
	}
	in := func(h hit) bool { return s.tokens[h.from].sentence == sentence }
	for _, name := range []string{frameGood, frameSettled, framePractical, frameInquiry, frameThen} {
		if s.frame(s.bit(name), sentence, hit{}) >= 0 {
			return false
		}
	}
	for _, h := range s.hits {
		if in(h) && (h.of.intent == IntentThanks || h.of.intent == IntentQuestion || h.of.intent == IntentAuto) {
			return false
		}
	}
	return !slices.ContainsFunc(s.neutral, in) && !slices.ContainsFunc(s.topics, func(h hit) bool { return in(h) && topicNames[h.of.topic] == topicPractical })
}
