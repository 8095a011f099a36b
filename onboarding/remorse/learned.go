package remorse

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Beside the phrases of the lexicon stand weights that are learned from labelled replies. They know no grammar: only with
// which meanings each word, pair of words and part of a word comes. The phrases are sure of what people say outright, the
// weights hear what they tell in words that nobody foresaw; see docs/decisions/0010.

//go:embed learned
var learnedFiles embed.FS

// What a reply may mean, as the columns of the weights: one of the four doubts, uneasiness or anger without one, nothing
// that needs a person; then, apart from these, the intents.
const (
	meansUneasy   = 4
	meansHarmless = 5
	meanings      = 6
	columns       = meanings + 7
)

// family is a kind of feature. The features of a family share one weight, however many a reply has.
type family int

const (
	ofStems family = iota // a word's stem, two in a row
	ofPairs               // two stems with one or two words between
	ofParts               // three to five letters in a row
	families
)

var familyWeight = [families]float64{1, 0.7, 1}

// learned are the weights of one language.
type learned struct {
	rows    map[string]int32
	family  []family
	rarity  []float64          // of each row: the rarer, the more it says
	weights [][columns]float64 // of each row
}

// seen is a feature of a text, with the words it is made of.
type seen struct {
	row      int32
	from, to int // tokens, the last excluded
}

// readLearned reads the weights of a language.
func readLearned(language string) (*learned, error) {
	file := "learned/" + language + ".tsv"
	data, err := learnedFiles.ReadFile(file)
	if err != nil {
		return nil, err
	}
	l, err := parseLearned(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return l, nil
}

// parseLearned reads weights: a line is a feature, its rarity and its columns in hundredths, separated by tabs.
func parseLearned(data []byte) (*learned, error) {
	l := &learned{rows: map[string]int32{}}
	for n, line := range bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n")) {
		if bytes.HasPrefix(line, []byte("#")) {
			continue
		}
		cells := strings.Split(string(line), "\t")
		if len(cells) != 2+columns || cells[0] == "" {
			return nil, fmt.Errorf("line %d: %d cells, want %d", n+1, len(cells), 2+columns)
		}
		numbers := make([]float64, 1+columns)
		for i, c := range cells[1:] {
			if c == "" {
				continue
			}
			hundredths, err := strconv.Atoi(c)
			if err != nil {
				return nil, fmt.Errorf("line %d: %q is no number", n+1, c)
			}
			numbers[i] = float64(hundredths) / 100
		}
		l.add(cells[0], numbers[0], [columns]float64(numbers[1:]))
	}
	return l, nil
}

func (l *learned) add(feature string, rarity float64, weights [columns]float64) {
	l.rows[feature] = int32(len(l.family))
	l.family = append(l.family, familyOf(feature))
	l.rarity = append(l.rarity, rarity)
	l.weights = append(l.weights, weights)
}

// A feature is written as its words with a blank between, with a dot between where words were left out, or as letters
// after a tilde. noFeature stands for the reply as such.
const noFeature = "*"

func familyOf(feature string) family {
	switch {
	case feature[0] == '~':
		return ofParts
	case strings.Contains(feature, " . "):
		return ofPairs
	}
	return ofStems
}

// stemOf is the beginning of a word that its endings leave alone.
func stemOf(word string) string {
	switch n := len(word); {
	case n > 6:
		return word[:6]
	case n > 4:
		return word[:n-1]
	}
	return word
}

// features calls with every feature of a text, more than once where it stands more than once.
func features(t *text, call func(feature []byte, from, to int)) {
	var b []byte
	for i, tok := range t.tokens {
		stem := stemOf(tok.word)
		call(append(b[:0], stem...), i, i+1)
		for back := 1; back <= 3 && back <= i && t.tokens[i-back].sentence == tok.sentence; back++ {
			b = append(b[:0], stemOf(t.tokens[i-back].word)...)
			if back > 1 {
				b = append(b, " ."...)
			}
			call(append(append(b, ' '), stem...), i-back, i+1)
		}
		for n := 3; n <= 5; n++ {
			for at := -1; at+n <= len(tok.word)+1; at++ {
				b = append(b[:0], '~')
				for j := at; j < at+n; j++ {
					if j < 0 || j == len(tok.word) {
						b = append(b, '_')
					} else {
						b = append(b, tok.word[j])
					}
				}
				call(b, i, i+1)
			}
		}
	}
}

// find lists the known features of a text.
func (l *learned) find(t *text) []seen {
	var out []seen
	features(t, func(feature []byte, from, to int) {
		if row, ok := l.rows[string(feature)]; ok {
			out = append(out, seen{row, from, to})
		}
	})
	return out
}

// strange reports whether a text of some length has hardly a word that the examples of this language know: of the labelled
// replies every one has a third at the least, of other tongues next to none.
func (l *lexicon) strange(t *text) bool {
	words, known := 0, 0
	for _, tok := range t.tokens {
		if len(tok.word) < 3 {
			continue
		}
		words++
		if _, ok := l.learned.rows[stemOf(tok.word)]; ok {
			known++
		}
	}
	return words >= 5 && known*100 < 32*words
}

// values is how much each row counts: by its rarity, each once, and each family together as much as its weight.
func (l *learned) values(all []seen) map[int32]float64 {
	var sums [families]float64
	out := make(map[int32]float64, len(all))
	for _, f := range all {
		if _, seen := out[f.row]; !seen {
			out[f.row] = l.rarity[f.row]
			sums[l.family[f.row]] += float64(l.rarity[f.row] * l.rarity[f.row]) // rounded, lest a machine fuse it with the sum
		}
	}
	for row := range out {
		fam := l.family[row]
		out[row] *= familyWeight[fam] / math.Sqrt(sums[fam])
	}
	return out
}

// hearing is what the weights hear in a text.
type hearing struct {
	means   [meanings]float64 // probabilities
	intents [7]float64        // likewise
	l       *learned
	all     []seen
	values  map[int32]float64
}

func (l *learned) hear(t *text) hearing {
	h := hearing{l: l, all: l.find(t)}
	h.values = l.values(h.all)
	var sums [columns]float64
	if row, ok := l.rows[noFeature]; ok {
		sums = l.weights[row]
	}
	for _, row := range slices.Sorted(maps.Keys(h.values)) { // in one order, so that the sum is always the same
		for c, w := range l.weights[row] {
			sums[c] += float64(w * h.values[row])
		}
	}
	softmax(h.means[:], sums[:meanings])
	softmax(h.intents[:], sums[meanings:])
	return h
}

// softmax makes probabilities of logarithms.
func softmax(out, sums []float64) {
	most, total := slices.Max(sums), 0.0
	for i, s := range sums {
		out[i] = math.Exp(s - most)
		total += out[i]
	}
	for i := range out {
		out[i] = math.Round(1e9*out[i]/total) / 1e9 // no two machines differ by more than the last digits
	}
}

// longestPhrase is how many words are held to decide together, at most.
const longestPhrase = 9

// alsoDecides is how much of what the sentence that decided most speaks another must speak to have decided too.
const alsoDecides = 0.5

// phrases finds the words that speak most for one column against another, in each sentence that decided; the strongest first.
func (h hearing) phrases(t *text, column, against int) []hit {
	speaks := h.speaks(t, column, against)
	type window struct {
		hit
		sum float64
	}
	best := make([]window, len(t.question))
	for from := range t.tokens {
		sum, sentence := 0.0, t.tokens[from].sentence
		for to := from; to < len(t.tokens) && to-from < longestPhrase && t.tokens[to].sentence == sentence; to++ {
			if sum += speaks[to]; sum > best[sentence].sum {
				best[sentence] = window{hit{of: &phrase{weight: hint}, weight: hint, from: from, to: to + 1}, sum}
			}
		}
	}
	slices.SortStableFunc(best, func(a, b window) int { return cmp.Compare(b.sum, a.sum) })
	var out []hit
	for _, w := range best {
		if w.sum > 0 && w.sum >= alsoDecides*best[0].sum {
			out = append(out, w.hit)
		}
	}
	return out
}

// speaks is how much each word speaks for one column against another.
func (h hearing) speaks(t *text, column, against int) []float64 {
	out := make([]float64, len(t.tokens))
	times := map[int32]float64{}
	for _, f := range h.all {
		times[f.row]++
	}
	for _, f := range h.all {
		w := h.l.weights[f.row]
		each := (w[column] - w[against]) * h.values[f.row] / times[f.row] / float64(f.to-f.from)
		for i := f.from; i < f.to; i++ {
			out[i] += each
		}
	}
	return out
}
