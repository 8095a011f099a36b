package remorse

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

var learn = flag.Bool("learn", false, "learn the weights from the examples anew, and write them")

// What is learned with. More of anything brought nothing on writers left out.
const (
	keptRows = 40000 // features a language
	epochs   = 20
	pace     = 1.0  // the first step's
	decay    = 5e-6 // of the weights, a step
)

// TestTheWeightsAreLearnedFromTheExamplesAsTheyAre fails where the examples or the lexicon, which cuts them into words, have
// changed since, or somebody changed the weights by hand. Learn with
//
//	go test ./onboarding/remorse -run Weights -learn
func TestTheWeightsAreLearnedFromTheExamplesAsTheyAre(t *testing.T) {
	for _, language := range Languages {
		file := "learned/" + language + ".tsv"
		if *learn {
			if err := os.WriteFile(file, learnFrom(t, language).write(t, language), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		data := readFile(t, file)
		head, rows, _ := bytes.Cut(data, []byte("\n"))
		if want := provenance(t, language, rows); string(head) != want {
			t.Errorf("%s begins with\n%s\nwant\n%s\nrun this test with -learn", file, head, want)
		}
	}
}

// provenance is the first line of the weights: what they were learned from, and a sum of the rest.
func provenance(t *testing.T, language string, rows []byte) string {
	t.Helper()
	return fmt.Sprintf("# Learned from examples/%s.yaml (%x) with lexicon/%s.yaml (%x): do not change by hand (%x).", language,
		short(readFile(t, "examples/"+language+".yaml")), language, short(readFile(t, "lexicon/"+language+".yaml")), short(rows))
}

func short(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:8]
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// lesson is an example as the weights see it.
type lesson struct {
	rows    []int32
	values  []float64
	meaning int
	intent  int
}

// learnFrom learns the weights of a language: twice, the second time with the features alone that counted in the first.
func learnFrom(t *testing.T, language string) *learned {
	t.Helper()
	set := labelledReplies(t, "examples/"+language+".yaml")
	books := lexicons()
	book := books[slices.Index(Languages, language)]
	texts := make([]*text, len(set))
	common := map[string]int{}
	for i, r := range set {
		texts[i] = book.cut(ownWords(r.Text, books))
		mine := map[string]bool{}
		features(texts[i], func(f []byte, _, _ int) { mine[string(f)] = true })
		for f := range mine {
			common[f]++
		}
	}
	rows := map[string]float64{}
	for f, n := range common {
		if n > 1 {
			rows[f] = math.Round(100*(math.Log(float64(len(set)+1)/float64(n+1))+1)) / 100
		}
	}
	l := train(rows, texts, set)
	byWeight := slices.SortedFunc(maps.Keys(l.rows), func(a, b string) int {
		return cmp.Or(cmp.Compare(l.strength(b), l.strength(a)), strings.Compare(a, b))
	})
	for _, f := range byWeight[min(keptRows, len(byWeight)):] {
		delete(rows, f)
	}
	return train(rows, texts, set)
}

// strength is how much a row can say.
func (l *learned) strength(feature string) float64 {
	row := l.rows[feature]
	most := 0.0
	for _, w := range l.weights[row] {
		most = max(most, math.Abs(w))
	}
	return most * l.rarity[row]
}

func train(rows map[string]float64, texts []*text, set []labelled) *learned {
	l := &learned{rows: map[string]int32{}}
	l.add(noFeature, 1, [columns]float64{})
	for _, f := range slices.Sorted(maps.Keys(rows)) {
		if f != noFeature {
			l.add(f, rows[f], [columns]float64{})
		}
	}
	lessons := make([]lesson, len(set))
	for i, r := range set {
		x := lesson{rows: []int32{0}, values: []float64{1}, meaning: meaningOf(r), intent: slices.Index(Intents, r.Intent)}
		values := l.values(l.find(texts[i]))
		for _, row := range slices.Sorted(maps.Keys(values)) {
			x.rows, x.values = append(x.rows, row), append(x.values, values[row])
		}
		lessons[i] = x
	}
	l.fit(lessons, 0, meanings, func(x lesson) int { return x.meaning })
	l.fit(lessons, meanings, columns, func(x lesson) int { return x.intent })
	return l
}

func meaningOf(r labelled) int {
	switch i := slices.Index(onboarding.Doubts, r.Doubt); {
	case i >= 0:
		return i
	case r.Harmless:
		return meansHarmless
	}
	return meansUneasy
}

// fit learns a range of columns twice, and takes the mean: once from the values as they are, and once from values that count
// more where a feature is commoner with the column than without. The two err differently, and the mean of two tables is a table.
func (l *learned) fit(lessons []lesson, from, to int, column func(lesson) int) {
	n := to - from
	even := slices.Repeat([]float64{1}, len(l.family)*n)
	once, again := descend(lessons, n, even, pace, column), descend(lessons, n, ratios(lessons, len(l.family), n, column), pace/10, column)
	for row := range l.weights {
		for c := range n {
			l.weights[row][from+c] = (once[row*n+c] + again[row*n+c]) / 2
		}
	}
}

// ratios is of each row and column the logarithm of how much commoner the feature is with the column than without.
func ratios(lessons []lesson, rows, n int, column func(lesson) int) []float64 {
	count, total, all := make([]float64, rows*n), make([]float64, n), float64(len(lessons))
	for _, x := range lessons {
		total[column(x)]++
		for _, row := range x.rows {
			count[int(row)*n+column(x)]++
		}
	}
	out := make([]float64, rows*n)
	for row := range rows {
		sum := 0.0
		for _, v := range count[row*n : row*n+n] {
			sum += v
		}
		for c := range n {
			with, without := count[row*n+c], sum-count[row*n+c]
			out[row*n+c] = math.Log((with + 1) / (total[c] + 2) / ((without + 1) / (all - total[c] + 2)))
		}
	}
	return out
}

// descend is multinomial logistic regression by stochastic gradient descent with decay, averaged over the second half of the
// epochs. The share of a row and column is what the values of the feature are multiplied by there.
func descend(lessons []lesson, n int, share []float64, pace float64, column func(lesson) int) []float64 {
	w, mean := make([]float64, len(share)), make([]float64, len(share))
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	p := make([]float64, n)
	scale, steps := 1.0, 0.0
	for epoch := range epochs {
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(mixed(epoch, a), mixed(epoch, b)) })
		for _, i := range order {
			x := &lessons[i]
			clear(p)
			for k, row := range x.rows {
				for c := range p {
					at := int(row)*n + c
					p[c] += scale * w[at] * share[at] * x.values[k]
				}
			}
			softmax(p, slices.Clone(p))
			p[column(*x)]--
			step := pace / (1 + pace*decay*steps)
			steps++
			scale *= 1 - step*decay
			for k, row := range x.rows {
				for c := range p {
					at := int(row)*n + c
					w[at] -= step / scale * p[c] * share[at] * x.values[k]
				}
			}
		}
		if epoch >= epochs/2 {
			for i := range mean {
				mean[i] += scale * w[i] * share[i] / float64(epochs-epochs/2)
			}
		}
	}
	return mean
}

// mixed puts the lessons of each epoch into another order, the same at every run.
func mixed(epoch, lesson int) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, epoch, lesson)
	return h.Sum64()
}

// write is the file of the weights.
func (l *learned) write(t *testing.T, language string) []byte {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "# feature, rarity, then the weights of %s, uneasy, harmless; %s, in hundredths\n", join(onboarding.Doubts), join(Intents))
	hundredths := func(v float64) string {
		if n := int(math.Round(100 * v)); n != 0 {
			return strconv.Itoa(n)
		}
		return ""
	}
	for _, f := range slices.Sorted(maps.Keys(l.rows)) {
		row := l.rows[f]
		b.WriteString(f + "\t" + hundredths(l.rarity[row]))
		for _, w := range l.weights[row] {
			b.WriteString("\t" + hundredths(w))
		}
		b.WriteByte('\n')
	}
	return append([]byte(provenance(t, language, b.Bytes())+"\n"), b.Bytes()...)
}

func join[T ~string](names []T) string {
	var out []string
	for _, n := range names {
		out = append(out, string(n))
	}
	return strings.Join(out, ", ")
}
