// Package remorse tells buyer's remorse from what a customer does and says: it reads replies and weighs signals.
package remorse

import (
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Intent is what the writer of a reply wants.
type Intent string

const (
	IntentRefund    Intent = "refund"    // money back, or how to get it
	IntentCancel    Intent = "cancel"    // out of the contract, or how to get out
	IntentComplaint Intent = "complaint" // something went wrong: a person must answer
	IntentQuestion  Intent = "question"
	IntentThanks    Intent = "thanks"
	IntentAuto      Intent = "auto" // a machine wrote: out of office, a bounce, a receipt
	IntentNone      Intent = "none"
)

// Intents lists the intents, the gravest first.
var Intents = []Intent{IntentCancel, IntentRefund, IntentComplaint, IntentQuestion, IntentThanks, IntentAuto, IntentNone}

// DoubtNone is the doubt of a reply that voices none of the four.
const DoubtNone onboarding.Doubt = "none"

// Reading is what a reply says, and how sure that is.
type Reading struct {
	Intent Intent           `json:"intent"`
	Doubt  onboarding.Doubt `json:"doubt"` // one of the four, or DoubtNone
	// Confidence, 0 to 1, is that of the doubt where there is one, else that of the intent. From 0.8 on the words stand by themselves.
	Confidence float64 `json:"confidence"`
	// Evidence holds the phrases that decided, as the customer wrote them and in their order.
	Evidence []string `json:"evidence,omitempty"`
	// Unsure asks a person to read it: the words hint at remorse and do not say it, or speak of two doubts alike, or are in
	// a language nobody taught us. Doubt is then the best guess.
	Unsure bool `json:"unsure,omitempty"`
	// Withdrawal is a declared will to end the contract in explicit words (recedo, disdetta, notice of termination). A
	// question about withdrawal is IntentCancel without it.
	Withdrawal bool `json:"withdrawal,omitempty"`
	// Until is the day on which the writer of an automatic reply is back, zero if it names none. Its year is 0 where the
	// reply names no year: Return then finds it.
	Until onboarding.Date `json:"until,omitzero"`
	// Language is "it" or "en", "" where the text does not tell.
	Language string `json:"language,omitempty"`
}

// Alarms reports whether the reading wakes somebody by itself: a will to leave, a complaint or a clear doubt.
func (r Reading) Alarms() bool {
	switch r.Intent {
	case IntentRefund, IntentCancel, IntentComplaint:
		return true
	}
	return r.Doubt != DoubtNone && !r.Unsure
}

// Return is the day on which the writer of an automatic reply is back, for a reply received on the given day: a day
// without a year is the first one from then on.
func (r Reading) Return(received onboarding.Date) (onboarding.Date, bool) {
	if r.Until.IsZero() || r.Until.Year != 0 {
		return r.Until, !r.Until.IsZero()
	}
	back := onboarding.Date{Year: received.Year, Month: r.Until.Month, Day: r.Until.Day}
	if back.Before(received) {
		back.Year++
	}
	return back.AddDays(0), true // the 29th of February of another year is the 1st of March
}

// Languages lists the languages that replies are read in.
var Languages = []string{"it", "en"}

// Read reads a reply as it came: quotes, signatures and disclaimers are left out first. The language is that of the
// customer, a presumption that a text clearly in the other language overrules; "" finds it by the text alone.
//
// The answer depends on the text and the lexicon in this program alone. A new release may read the same reply differently,
// so whoever needs the same answer twice keeps the Reading, not the text.
func Read(text, language string) Reading {
	books := lexicons()
	body := ownWords(text, books)
	i, foreign := vote(body, language, books)
	var r Reading
	if i < 0 {
		r = readInAny(body, books)
	} else {
		r = books[i].read(body)
		r.Language = books[i].Language
	}
	if foreign && !r.Alarms() && r.Intent != IntentAuto {
		r.Unsure, r.Confidence, r.Language = true, min(r.Confidence, 0.4), ""
	}
	return r
}

// readInAny reads a text too short to tell its language, in the language that sees more in it.
func readInAny(body string, books []*lexicon) Reading {
	best := books[0].read(body)
	for _, b := range books[1:] {
		if r := b.read(body); len(r.Evidence) > 0 && (len(best.Evidence) == 0 || r.Confidence > best.Confidence) {
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
