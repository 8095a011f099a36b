package remorse

import (
	"slices"
	"strings"
)

// Who asks for no more of our mails wants neither to leave nor complains by that, though the words are much alike ("cancel",
// "remove", "withdraw my consent"). So the request is found first, and the rest of the reply is read without it.

// leftOut stands where words were left out of a text: a word that nobody writes and no phrase has.
const leftOut = "."

// mostBare is how many words a bare request has at most: "STOP", "Remove me please".
const mostBare = 10

// asksAlone reports whether phrases that ask for no more mails, and courtesies, are all that a text says.
func (s *scene) asksAlone() bool {
	said := make([]bool, len(s.tokens))
	for _, h := range s.hits {
		for i := h.from; i < h.to && h.of.optOut; i++ {
			said[i] = true
		}
	}
	for i, t := range s.tokens {
		if !said[i] && !s.l.courtesies[t.word] {
			return false
		}
	}
	return slices.Contains(said, true)
}

// bareIn is the language in which a short reply is a bare request, since Italians write "Remove me" too; else the language given.
func bareIn(body string, given int, books []*lexicon) int {
	if len(strings.Fields(body)) > mostBare {
		return given
	}
	var in []int
	for i, b := range books {
		if s := b.look(b.cut(body)); s.bare && len(s.requests()) > 0 {
			in = append(in, i)
		}
	}
	if len(in) == 0 || len(in) == len(books) || slices.Contains(in, given) {
		return given
	}
	return in[0]
}

// requests lists the phrases that ask for no more of our mails. A longer phrase of another meaning takes one into itself:
// "unsubscribe from the service".
func (s *scene) requests() (out []hit) {
	for _, h := range s.hits {
		within := func(o hit) bool {
			return !o.of.optOut && o.overlaps(h) && o.to-o.from > h.to-h.from && o.weight >= enough
		}
		if h.of.optOut && h.weight >= enough && !slices.ContainsFunc(s.hits, within) {
			out = append(out, h)
		}
	}
	return out
}

// without is the text without some requests: without their clauses, up to a joining word or a phrase of another meaning.
func (s *scene) without(requests []hit) *text {
	rest := *s.text
	rest.tokens = slices.Clone(s.tokens)
	apart := s.speaks(requests)
	drop := func(i int) { rest.tokens[i].word, rest.tokens[i].loose = leftOut, "" }
	for _, r := range requests {
		goesOn := func(i int) bool {
			return i >= 0 && i < len(apart) && s.tokens[i].clause == s.tokens[r.from].clause && !s.l.joins[s.tokens[i].word] && !apart[i] && rest.tokens[i].word != leftOut
		}
		for i := r.from; i < r.to; i++ {
			drop(i)
		}
		for i := r.from - 1; goesOn(i); i-- {
			drop(i)
		}
		for i := r.to; goesOn(i); i++ {
			drop(i)
		}
	}
	return &rest
}

// speaks marks the words of phrases that say a doubt or a grave intent apart from some requests.
func (s *scene) speaks(requests []hit) []bool {
	out := make([]bool, len(s.tokens))
	for _, h := range s.hits {
		if h.weight >= enough && (h.of.doubt != DoubtNone || h.of.intent.Grave()) && !slices.ContainsFunc(requests, h.overlaps) {
			for i := h.from; i < h.to; i++ {
				out[i] = true
			}
		}
	}
	return out
}

// words counts the words that were not left out.
func (t *text) words() (n int) {
	for _, tok := range t.tokens {
		if tok.word != leftOut && tok.word != "?" {
			n++
		}
	}
	return n
}
