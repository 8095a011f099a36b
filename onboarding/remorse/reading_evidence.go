package remorse

import (
	"slices"
	"strings"
)

// Evidence is read by people and kept in the state of an onboarding, which is small.
const (
	mostQuotes   = 3
	longestQuote = 200 // bytes, the dots apart
)

// place is where something stands in a text: its sentences, and its words within them.
type place struct {
	first, last int // sentences
	from, to    int // bytes
}

func (t *text) place(h hit) place {
	first, last := t.tokens[h.from], t.tokens[h.to-1]
	return place{first: first.sentence, last: last.sentence, from: first.from, to: last.to}
}

// finish adds the evidence, the sentences that decided, and that the writer wants no more of our mails.
func (s *scene) finish(r Reading, by ...finding) Reading {
	r.OptOut = len(s.optOuts) > 0 && r.Intent != IntentAuto // a machine's footer asks for nothing
	var weighty, beside []place
	for _, f := range by {
		for _, h := range f.hits {
			if h.weight < hint/2 {
				continue
			}
			weighty = append(weighty, s.place(h))
			for _, i := range h.frames {
				beside = append(beside, s.place(s.frames[i]))
			}
		}
	}
	if r.OptOut {
		weighty = append(weighty, s.optOuts...)
	}
	r.Evidence = s.quotes(append(weighty, beside...))
	return r
}

// quotes are the sentences around some places, the weightiest of which come first: as many as may be, in the order of the text.
func (t *text) quotes(places []place) []string {
	type quote struct {
		place
		text string
	}
	var quotes []quote
	for _, p := range places {
		if slices.ContainsFunc(quotes, func(o quote) bool { return p.first <= o.last && o.first <= p.last }) {
			continue
		}
		q := quote{p, t.quote(p)}
		if slices.ContainsFunc(quotes, func(o quote) bool { return within(q.text, o.text) }) {
			continue
		}
		quotes = append(slices.DeleteFunc(quotes, func(o quote) bool { return within(o.text, q.text) }), q)
		if len(quotes) == mostQuotes {
			break
		}
	}
	slices.SortFunc(quotes, func(a, b quote) int { return a.from - b.from })
	var out []string
	for _, q := range quotes {
		out = append(out, q.text)
	}
	return out
}

// within reports whether a quote says nothing that another does not say.
func within(a, b string) bool {
	return strings.Contains(strings.ToLower(b), strings.ToLower(strings.TrimRight(a, ".!?… ")))
}

// quote is the sentence around a place, or its part around the place where it is long.
func (t *text) quote(p place) string {
	from, to := 0, t.pastClosers(t.ends[p.last])
	if p.first > 0 {
		from = t.pastClosers(t.ends[p.first-1])
	}
	from = p.from - len(strings.TrimLeft(t.source[from:p.from], " \t\n-*•–—>"))
	head, phrase := oneLine(t.source[from:p.from]), oneLine(t.source[p.from:p.to])
	if head != "" && strings.ContainsRune(" \t\n", rune(t.source[p.from-1])) {
		head += " "
	}
	all := strings.TrimRight(oneLine(t.source[from:to]), " ;,")
	return around(all, len(head), min(len(head)+len(phrase), len(all)))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pastClosers is the end of a sentence with the further signs that close it: ?!, quotation marks, brackets.
func (t *text) pastClosers(at int) int {
	return len(t.source) - len(strings.TrimLeft(t.source[at:], "!?.…\"')”»’"))
}

// around is a text where it is short, else as much around a phrase in it as may be, in whole words.
func around(s string, phrase, end int) string {
	if len(s) <= longestQuote {
		return s
	}
	from := 0
	if end > longestQuote {
		from = min(phrase, max(0, (phrase+end-longestQuote)/2), len(s)-longestQuote)
	}
	to := min(from+longestQuote, len(s))
	before, after := "", ""
	if from > 0 {
		before = "…"
		if next := strings.IndexByte(s[from:phrase], ' '); s[from-1] != ' ' && next >= 0 {
			from += next + 1
		} else if s[from-1] != ' ' {
			from = phrase
		}
	}
	if to < len(s) {
		after = "…"
		to = from + len(firstOf(s[from:], to-from))
		if last := strings.LastIndexByte(s[from:to+1], ' '); last > 0 {
			to = from + last
		}
	}
	return before + strings.TrimRight(s[from:to], " ,;:") + after
}
