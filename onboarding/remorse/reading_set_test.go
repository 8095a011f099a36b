package remorse

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/centogiorni/centogiorni/onboarding"
)

// labelled is a reply with what a person reads in it.
type labelled struct {
	Text     string           `yaml:"text"`
	Intent   Intent           `yaml:"intent"`
	Doubt    onboarding.Doubt `yaml:"doubt"`
	Harmless bool             `yaml:"harmless"`
}

func labelledReplies(t testing.TB, file string) []labelled {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var set []labelled
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&set); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for i, l := range set {
		if !slices.Contains(Intents, l.Intent) || l.Doubt != DoubtNone && !slices.Contains(onboarding.Doubts, l.Doubt) || strings.TrimSpace(l.Text) == "" {
			t.Fatalf("%s: reply %d is labelled wrongly: %+v", file, i+1, l)
		}
		if l.Harmless && (l.Doubt != DoubtNone || l.Intent == IntentRefund || l.Intent == IntentCancel || l.Intent == IntentComplaint) {
			t.Fatalf("%s: reply %d cannot be harmless: %+v", file, i+1, l)
		}
	}
	return set
}

// tally counts how a part of the set was read.
type tally struct {
	replies, doubts, doubtRight, doubtSure int // of those that voice a doubt; sure = right and not unsure
	harmless, alarmed, bothered            int // bothered: alarmed or unsure
	grave, slept                           int // neither alarmed nor unsure, though somebody should act
	intentRight                            int
	optOuts                                int
	confusion                              [5][5]int // doubt: said by a person, read by us
	intents                                [7][7]int
	wrong                                  []string
}

var doubtNames = append(slices.Clone(onboarding.Doubts), DoubtNone)

func (c *tally) add(l labelled, r Reading) {
	c.replies++
	if r.OptOut {
		c.optOuts++
	}
	c.confusion[slices.Index(doubtNames, l.Doubt)][slices.Index(doubtNames, r.Doubt)]++
	c.intents[slices.Index(Intents, l.Intent)][slices.Index(Intents, r.Intent)]++
	bad := ""
	if r.Intent == l.Intent {
		c.intentRight++
	} else {
		bad = "intent"
	}
	if l.Doubt != DoubtNone {
		c.doubts++
		if r.Doubt == l.Doubt {
			c.doubtRight++
			if !r.Unsure {
				c.doubtSure++
			}
		} else {
			bad = "DOUBT"
		}
	}
	if l.Harmless {
		c.harmless++
		if r.Alarms() {
			c.alarmed++
			bad = "ALARM"
		}
		if r.Alarms() || r.Unsure {
			c.bothered++
			if bad != "ALARM" {
				bad = "unsure"
			}
		}
	} else {
		c.grave++
		if !r.Alarms() && !r.Unsure {
			c.slept++
			bad = "SLEPT"
		}
	}
	if bad != "" {
		c.wrong = append(c.wrong, fmt.Sprintf("%-6s want %s/%s got %s/%s %.2f unsure=%v %q\n         %q", bad, l.Intent, l.Doubt, r.Intent, r.Doubt, r.Confidence, r.Unsure, r.Evidence, l.Text))
	}
}

func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return 100 * float64(n) / float64(of)
}

func (c *tally) summary() string {
	return fmt.Sprintf("%d replies: doubt right %d of %d (%.1f %%), of these surely %d; harmless alarmed %d of %d (%.1f %%), alarmed or asked about %d (%.1f %%); slept through %d of %d (%.1f %%); intent right %.1f %%\n",
		c.replies, c.doubtRight, c.doubts, share(c.doubtRight, c.doubts), c.doubtSure, c.alarmed, c.harmless, share(c.alarmed, c.harmless),
		c.bothered, share(c.bothered, c.harmless), c.slept, c.grave, share(c.slept, c.grave), share(c.intentRight, c.replies))
}

func (c *tally) String() string {
	var b strings.Builder
	b.WriteString(c.summary())
	table(&b, "doubt", doubtNames, func(i, j int) int { return c.confusion[i][j] })
	table(&b, "intent", Intents, func(i, j int) int { return c.intents[i][j] })
	return b.String()
}

// table prints a confusion table: a row for what a person said, a column for what we read, and precision and recall.
func table[N ~string](b *strings.Builder, what string, names []N, at func(i, j int) int) {
	fmt.Fprintf(b, "  %-10s", what)
	for _, n := range names {
		fmt.Fprintf(b, "%10s", n)
	}
	fmt.Fprintf(b, "%10s%10s\n", "recall", "precision")
	for i, n := range names {
		fmt.Fprintf(b, "  %-10s", n)
		row, column := 0, 0
		for j := range names {
			fmt.Fprintf(b, "%10d", at(i, j))
			row += at(i, j)
			column += at(j, i)
		}
		fmt.Fprintf(b, "%9.0f%%%9.0f%%\n", share(at(i, i), row), share(at(i, i), column))
	}
}

// The parts of the labelled set: what the weights are learned from and the phrases were tuned on, and two that neither saw.
// The others are by other writers, who told of doubts in scenes and hid them among other matters.
var parts = []string{"examples/", "testdata/heldout.", "testdata/others."}

// tallies counts how each part of the set is read in each language, and in both, without a hint at the language.
func tallies(t testing.TB) (of map[string]*tally) {
	t.Helper()
	of = map[string]*tally{}
	for _, part := range parts {
		of[part] = &tally{}
		for _, language := range Languages {
			of[part+language] = &tally{}
			for _, l := range labelledReplies(t, part+language+".yaml") {
				r := Read(l.Text, "")
				of[part].add(l, r)
				of[part+language].add(l, r)
			}
		}
	}
	return of
}

// TestLabelledReplies fails where the replies are read worse than they may be. The figures come from BenchmarkReading.
//
// The aims are 85 % and less than 3 %. The replies held out meet both: 95.5 % (189 of 198) and 2.4 % (5 of 212). So do those by
// others, who made it hard: 85.6 % (1653 of 1932) and 2.3 % (27 of 1176). But the last of these writers is plainer and read
// right in 93.7 %; without that one it is 84.1 % (1384 of 1645) and 2.5 %, and of all held out 85.3 % (1573 of 1843) and 2.5 %.
func TestLabelledReplies(t *testing.T) {
	of := tallies(t)
	learned, heldOut, others := of[parts[0]], of[parts[1]], of[parts[2]]
	doubtRight := func(of ...*tally) float64 {
		right, doubts := 0, 0
		for _, c := range of {
			right, doubts = right+c.doubtRight, doubts+c.doubts
		}
		return share(right, doubts)
	}
	for _, limit := range []struct {
		what string
		got  float64
		low  float64 // at least
		high float64 // less than
	}{
		{"examples: doubt right", doubtRight(learned), 90, 101},
		{"examples: harmless alarmed", share(learned.alarmed, learned.harmless), 0, 2},
		{"examples: hardly any asks for no more mails", share(learned.optOuts, learned.replies), 0, 0.1},
		{"held out: doubt right", doubtRight(heldOut), 94, 101},
		{"held out: harmless alarmed", share(heldOut.alarmed, heldOut.harmless), 0, 3},
		{"held out: slept through", share(heldOut.slept, heldOut.grave), 0, 2},
		{"others: doubt right", doubtRight(others), 85, 101},
		{"others: harmless alarmed", share(others.alarmed, others.harmless), 0, 3},
		{"others: slept through", share(others.slept, others.grave), 0, 3.5},
		{"all held out: doubt right", doubtRight(heldOut, others), 86, 101},
		{"all held out, Italian: doubt right", doubtRight(of[parts[1]+"it"], of[parts[2]+"it"]), 87, 101},
		{"all held out, English: doubt right", doubtRight(of[parts[1]+"en"], of[parts[2]+"en"]), 85, 101},
	} {
		if limit.got < limit.low || limit.got >= limit.high {
			t.Errorf("%s: %.1f %%, not from %v to less than %v", limit.what, limit.got, limit.low, limit.high)
		}
	}
}

func TestTheLabelledSetIsWhatItClaims(t *testing.T) {
	replies, heldOut := map[string]int{}, 0
	for _, language := range Languages {
		seen := map[string]bool{}
		for _, part := range parts {
			kinds := map[string]bool{}
			for _, l := range labelledReplies(t, part+language+".yaml") {
				if seen[l.Text] {
					t.Errorf("%s: %q stands twice", language, l.Text)
				}
				seen[l.Text], kinds[string(l.Intent)], kinds["doubt "+string(l.Doubt)] = true, true, true
				replies[language]++
				if part != parts[0] {
					heldOut++
				}
			}
			if len(kinds) != len(Intents)+len(doubtNames) {
				t.Errorf("%s%s: an intent or a doubt is missing: %v", part, language, kinds)
			}
		}
	}
	all := replies["it"] + replies["en"]
	if all < 400 {
		t.Errorf("%d replies: 400 at least", all)
	}
	for language, n := range replies {
		if share(n, all) < 40 {
			t.Errorf("%s: %d of %d replies: 40 %% at least", language, n, all)
		}
	}
	if share(heldOut, all) < 20 {
		t.Errorf("%d of %d replies are held out: 20 %% at least", heldOut, all)
	}
}

// BenchmarkReading prints how well the labelled replies are read: precision, recall and the confusion tables of each part, and
// the sums of each language. ns/op is one reply; the two other figures are those of the held-out part.
//
// A sentiment library (govader) stands beside it in starter, where tests may import one:
// `go test -v -run BesideASentimentLibrary ./starter`.
func BenchmarkReading(b *testing.B) {
	of := tallies(b)
	for _, part := range parts { // printed, since the log of a benchmark is cut after ten lines
		fmt.Printf("\n%s %v", part, of[part])
		for _, language := range Languages {
			fmt.Printf("%s%s %s", part, language, of[part+language].summary())
		}
	}
	heldOut := of[parts[1]]
	var texts []string
	for _, language := range Languages {
		for _, l := range labelledReplies(b, "testdata/others."+language+".yaml") {
			texts = append(texts, l.Text)
		}
	}
	for i := 0; b.Loop(); i++ {
		Read(texts[i%len(texts)], "")
	}
	b.ReportMetric(share(heldOut.doubtRight, heldOut.doubts), "%doubt-right")
	b.ReportMetric(share(heldOut.alarmed, heldOut.harmless), "%harmless-alarmed")
}
