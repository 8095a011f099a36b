package main

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jonreiter/govader"
	"go.yaml.in/yaml/v3"

	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// answers reads what classify printed, a JSON object a line.
func answers(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	lines := bufio.NewScanner(strings.NewReader(out))
	for lines.Scan() {
		var one map[string]any
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		var keys []string
		for key := range one {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if !slices.Equal(keys, []string{"confidence", "doubt", "evidence", "intent", "unsure"}) {
			t.Errorf("the line %q has the fields %v", lines.Text(), keys)
		}
		all = append(all, one)
	}
	return all
}

func TestClassifyAnswersEachLine(t *testing.T) {
	tests := []struct {
		name, stdin string
		args        []string
		intents     []string
	}{
		{"a reply a line", "Grazie mille!\nComplimenti, terza fattura sbagliata.\n", nil, []string{"thanks", "complaint"}},
		{"the last line needs no end", "Thanks a lot!\nRecedo dal contratto.", nil, []string{"thanks", "cancel"}},
		{"an empty line is an empty reply", "\n\nGrazie!\n", nil, []string{"none", "none", "thanks"}},
		{"nothing gives nothing", "", nil, nil},
		{"Windows' line ends", "Grazie mille!\r\nOk.\r\n", nil, []string{"thanks", "none"}},
		{`\n is a line break of the reply`, `Va bene.\n\nIl giorno lun 19 gen 2026 Marco ha scritto:\n> Vuole il rimborso?`, nil, []string{"none"}},
		{"bytes that are no text", "Grazie \xff mille\n", nil, []string{"thanks"}},
		{"a language given", "I would like to be reimbursed.\n", []string{"--language", "en"}, []string{"refund"}},
		{"a reply given is read in place of standard input", "Grazie!\n", []string{`Va bene.\n> Vuole il rimborso?`}, []string{"none"}},
		{"a reply given may have lines", "", []string{"Grazie mille!\nA presto"}, []string{"thanks"}},
		{"the other output is the same", "Grazie!\n", []string{"--output", "json"}, []string{"thanks"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			p := starter(t, tt.stdin, append([]string{"classify"}, tt.args...)...)
			p.says(t, exitDone)
			var intents []string
			for _, a := range answers(t, p.out) {
				intents = append(intents, a["intent"].(string))
				if _, ok := a["evidence"].([]any); !ok {
					t.Errorf("evidence is %v", a["evidence"])
				}
			}
			if !slices.Equal(intents, tt.intents) {
				t.Errorf("intents %v, want %v", intents, tt.intents)
			}
		})
	}
}

func TestClassifySaysNullWhereThereIsNoDoubt(t *testing.T) {
	alone(t)
	p := starter(t, "Ho paura di aver preso una fregatura.\nOk.\n", "classify")
	got := answers(t, p.out)
	if len(got) != 2 || got[0]["doubt"] != "value" || got[1]["doubt"] != nil {
		t.Errorf("%v", got)
	}
	if c := got[0]["confidence"].(float64); c < 0.8 || c > 1 {
		t.Errorf("confidence %v", c)
	}
}

func TestClassifyRefusesALanguageItDoesNotRead(t *testing.T) {
	alone(t)
	starter(t, "Merci\n", "classify", "--language", "fr").says(t, exitUsage, `--language "fr" is none of it, en`)
	starter(t, "", "classify", "--language", "fr", "Merci").says(t, exitUsage, `--language "fr"`)
}

// TestClassifyBesideASentimentLibrary prints how a library that tells good words from bad (jonreiter/govader, VADER for
// English) would do as an alarm on the labelled replies, beside classify: on those held out.
// An alarm is an alarm on grave replies and on harmless ones; what classify is unsure of and hands to a person is counted
// apart, since the library hands over nothing. It stands here and not beside the reader, since onboarding imports nothing of others but
// its few.
func TestClassifyBesideASentimentLibrary(t *testing.T) {
	vader := govader.NewSentimentIntensityAnalyzer()
	for _, language := range remorse.Languages {
		data, err := os.ReadFile("../onboarding/remorse/testdata/heldout." + language + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var set []struct {
			Text     string `yaml:"text"`
			Harmless bool   `yaml:"harmless"`
		}
		if err := yaml.Unmarshal(data, &set); err != nil {
			t.Fatal(err)
		}
		type count struct{ replies, classify, library, handed int }
		var grave, harmless count
		for _, l := range set {
			c := &grave
			if l.Harmless {
				c = &harmless
			}
			c.replies++
			r := remorse.Read(l.Text, "")
			switch {
			case r.Alarms():
				c.classify++
			case r.Unsure:
				c.handed++
			}
			if vader.PolarityScores(l.Text).Compound <= -0.05 {
				c.library++
			}
		}
		for _, of := range []struct {
			name string
			count
		}{{"grave", grave}, {"harmless", harmless}} {
			t.Logf("%s, %3d %-8s: classify alarms on %3d and hands %2d more to a person, govader alarms on %3d", language, of.replies, of.name, of.classify, of.handed, of.library)
		}
		if grave.classify <= grave.library {
			t.Errorf("%s: classify catches %d of %d grave replies, the library %d", language, grave.classify, grave.replies, grave.library)
		}
		if harmless.classify >= harmless.library {
			t.Errorf("%s: classify alarms on %d of %d harmless replies, the library on %d", language, harmless.classify, harmless.replies, harmless.library)
		}
	}
}
