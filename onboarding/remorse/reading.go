// Package remorse tells buyer's remorse from what a customer does and says: it reads replies and weighs signals.
package remorse

import (
	"slices"
	"unicode/utf8"

	"github.com/centogiorni/centogiorni/onboarding"
)

type (
	// Reading is what a reply says. It travels with the event, so onboarding keeps it.
	Reading = onboarding.Reading
	// Intent is what the writer of a reply wants.
	Intent = onboarding.Intent
)

const (
	IntentRefund    = onboarding.IntentRefund
	IntentCancel    = onboarding.IntentCancel
	IntentComplaint = onboarding.IntentComplaint
	IntentQuestion  = onboarding.IntentQuestion
	IntentThanks    = onboarding.IntentThanks
	IntentAuto      = onboarding.IntentAuto
	IntentNone      = onboarding.IntentNone

	DoubtNone = onboarding.DoubtNone
)

// Intents lists the intents, the gravest first.
var Intents = onboarding.Intents

// Languages lists the languages that replies are read in.
var Languages = []string{"it", "en"}

// Read reads a reply as it came: quotes, signatures and disclaimers are left out first. The language is that of the
// customer, a presumption that a text clearly in the other language overrules; "" finds it by the text alone.
//
// The answer depends on the text and the lexicon in this program alone. A new release may read the same reply differently,
// so whoever needs the same answer twice keeps the Reading, not the text.
func Read(text, language string) Reading {
	books := lexicons()
	body := firstOf(ownWords(text, books), longest)
	i, foreign := vote(body, language, books)
	i = bareIn(body, i, books)
	var r Reading
	if i < 0 {
		r = readInAny(body, books)
	} else {
		t := books[i].cut(body)
		r = books[i].readText(t)
		r.Language = books[i].Language
		foreign = foreign || books[i].strange(t)
	}
	if foreign && !r.Intent.Grave() && r.Intent != IntentAuto {
		r.Unsure, r.Confidence, r.Language = true, min(r.Confidence, 0.4), ""
	}
	return r
}

// longest is how many bytes of a reply are read: a book is no reply.
const longest = 16 << 10

// firstOf is the beginning of a text, cut between two characters.
func firstOf(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// readInAny reads a text too short to tell its language, in the language that sees more in it.
func readInAny(body string, books []*lexicon) Reading {
	best := books[0].read(body)
	for _, b := range books[1:] {
		r := b.read(body)
		better := len(r.Evidence) > 0 && (len(best.Evidence) == 0 || r.Confidence > best.Confidence)
		if r.Intent.Grave() != best.Intent.Grave() {
			better = r.Intent.Grave()
		}
		if better {
			best = r
		}
	}
	return best
}

// vote finds the language by counting stopwords: its index, -1 when the text does not tell. Foreign says that the text
// is long enough to tell and hardly a word of it is known.
func vote(body, language string, books []*lexicon) (index int, foreign bool) {
	given := slices.Index(Languages, language)
	words := plainWords(body)
	counts := make([]int, len(books))
	for _, w := range words {
		for i, b := range books {
			if b.stop[w] {
				counts[i]++
			}
		}
	}
	best := 0
	for i := range counts {
		if counts[i] > counts[best] {
			best = i
		}
	}
	foreign = len(words) >= 6 && counts[best]*7 < len(words)
	switch {
	case given >= 0 && (best == given || counts[best] < 3 || counts[best] <= 2*counts[given]):
		return given, foreign
	case counts[best] == 0 || slices.Index(counts, counts[best]) != lastIndex(counts, counts[best]):
		return -1, foreign
	}
	return best, foreign
}

func lastIndex(counts []int, n int) int {
	for i := len(counts) - 1; i >= 0; i-- {
		if counts[i] == n {
			return i
		}
	}
	return -1
}
