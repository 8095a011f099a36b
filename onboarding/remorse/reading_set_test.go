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
	HeldOut  bool             `yaml:"heldout"`
}

func labelledReplies(t testing.TB, language string) []labelled {
	t.Helper()
	file := "testdata/replies." + language + ".yaml"
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
	confusion                              [5][5]int // doubt: said by a person, read by us
	intents                                [7][7]int
	wrong                                  []string
}

var doubtNames = append(slices.Clone(onboarding.Doubts), DoubtNone)

func (c *tally) add(l labelled, r Reading) {
	c.replies++
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

func (c *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d replies: doubt right %d of %d (%.1f %%), of these surely %d; harmless alarmed %d of %d (%.1f %%), alarmed or asked about %d (%.1f %%); slept through %d of %d (%.1f %%); intent right %.1f %%\n",
		c.replies, c.doubtRight, c.doubts, share(c.doubtRight, c.doubts), c.doubtSure, c.alarmed, c.harmless, share(c.alarmed, c.harmless),
		c.bothered, share(c.bothered, c.harmless), c.slept, c.grave, share(c.slept, c.grave), share(c.intentRight, c.replies))
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

// TestLabelledReplies prints how the labelled replies are read, and fails where a held-out part is read worse than it was.
// Replies of the tuned part that are read wrongly are printed too: `go test -v -run LabelledReplies ./onboarding/remorse`.
func TestLabelledReplies(t *testing.T) {
	var tuned, heldOut tally
	for _, language := range Languages {
		for _, l := range labelledReplies(t, language) {
			if l.HeldOut {
				heldOut.add(l, Read(l.Text, ""))
			} else {
				tuned.add(l, Read(l.Text, ""))
			}
		}
	}
	t.Logf("tuned: %v", &tuned)
	t.Logf("held out: %v", &heldOut)
	for _, w := range tuned.wrong {
		t.Log(w)
	}
	for _, limit := range []struct {
		what      string
		got       float64
		low, high float64
	}{
		{"tuned: doubt right", share(tuned.doubtRight, tuned.doubts), 90, 100},
		{"tuned: harmless alarmed", share(tuned.alarmed, tuned.harmless), 0, 2},
		{"held out: doubt right", share(heldOut.doubtRight, heldOut.doubts), 80, 100},
		{"held out: harmless alarmed", share(heldOut.alarmed, heldOut.harmless), 0, 5},
		{"held out: slept through", share(heldOut.slept, heldOut.grave), 0, 15},
	} {
		if limit.got < limit.low || limit.got > limit.high {
			t.Errorf("%s: %.1f %%, not between %v and %v", limit.what, limit.got, limit.low, limit.high)
		}
	}
}

func TestTheLabelledSetIsWhatItClaims(t *testing.T) {
	replies, heldOut := 0, 0
	for _, language := range Languages {
		seen := map[string]bool{}
		kinds := map[string]bool{}
		for _, l := range labelledReplies(t, language) {
			if seen[l.Text] {
				t.Errorf("%s: %q stands twice", language, l.Text)
			}
			seen[l.Text], kinds[string(l.Intent)], kinds["doubt "+string(l.Doubt)] = true, true, true
			replies++
			if l.HeldOut {
				heldOut++
			}
		}
		if len(kinds) != len(Intents)+len(doubtNames) {
			t.Errorf("%s: an intent or a doubt is missing: %v", language, kinds)
		}
	}
	if replies < 400 || heldOut < 100 {
		t.Errorf("%d replies, %d held out", replies, heldOut)
	}
}
