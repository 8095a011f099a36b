package remorse

import (
	"strings"
	"testing"
)

// smallLexicon has all that a lexicon must have, on lines that the test knows.
const smallLexicon = `language: en
negation_window: 3
dates: {months: [january, february, march, april, may, june, july, august, september, october, november, december]}
frames:
  - {name: worry, say: [worried]}
  - {name: past, say: [was worried]}
  - {name: before, say: [formerly]}
  - {name: good, say: [fine]}
  - {name: settled, say: [solved]}
  - {name: then, say: [i will call]}
  - {name: practical, say: [monday]}
  - {name: asking, say: [where]}
  - {name: will, say: [i want]}
  - {name: inquiry, say: [is it possible]}
`

func TestFaultsOfALexiconAreNamedWithTheirLine(t *testing.T) {
	tests := []struct{ name, lines, says string }{
		{"a doubt nobody knows", "phrases:\n  - {doubt: price, weight: 1, say: [dear]}", `l.yaml:16: doubt "price" is none of`},
		{"an intent nobody knows", "phrases:\n  - {intent: praise, weight: 1, say: [dear]}", `l.yaml:16: intent "praise" is none of`},
		{"a phrase that means nothing", "phrases:\n  - {weight: 1, say: [dear]}", "l.yaml:16: these phrases mean nothing"},
		{"no weight", "phrases:\n  - {doubt: value, say: [dear]}", "l.yaml:16: weight 0"},
		{"a weight too great", "phrases:\n  - {doubt: value, weight: 9, say: [dear]}", "l.yaml:16: weight 9"},
		{"a key nobody reads", "phrases:\n  - {doubt: value, wieght: 1, say: [dear]}", `l.yaml:16: "wieght" is no key here`},
		{"a section nobody reads", "phrase: []", "l.yaml:15: field phrase not found"},
		{"no phrases", "phrases:\n  - {doubt: value, weight: 1}", "l.yaml:16: these phrases are none"},
		{"a phrase twice", "phrases:\n  - doubt: value\n    weight: 1\n    say:\n      - dear\n      - dear", `l.yaml:20: "dear" stands already on line 19`},
		{"a frame nobody defined", "phrases:\n  - {doubt: value, weight: 1, with: [money], say: [dear]}", `l.yaml:16: there is no frame "money"`},
		{"a group nobody defined", "neutral: ['no @trouble']", `l.yaml:15: there is no group "trouble"`},
		{"a choice without brackets", "neutral: [no trouble|problem at all]", "l.yaml:15: \"no trouble|problem at all\": brackets around trouble|problem"},
		{"a bracket left open", "neutral: [no (trouble]", "l.yaml:15: \"no (trouble\" leaves a bracket open"},
		{"brackets in brackets", "neutral: [no (real (big|small) trouble)]", "brackets in brackets"},
		{"an end that may be missing", "neutral: ['no trouble [really]']", "must begin and end with a word that has to be there"},
		{"dots at the end", "neutral: [no trouble ...]", "must begin and end with a word that has to be there"},
		{"a star in the middle", "neutral: [tr*ble]", "a star ends a word"},
		{"a star after too little", "neutral: [no tr*]", "at least three letters before a star"},
		{"an empty alternative", "neutral: [no (trouble|)]", "an alternative is empty"},
		{"a slip without a meaning", "slips: [dont]", `l.yaml:15: "dont": write`},
		{"a slip twice", "slips: [dont = do not, dont = did not]", `the slip "dont" comes twice`},
		{"a key too short", "keys: [dear]", `l.yaml:15: key "dear": six letters`},
		{"a topic nobody knows", "topics:\n  - {topic: weather, weight: 1, say: [rain]}", `l.yaml:16: topic "weather" is none of`},
		{"trouble with a doubt", "trouble:\n  - {doubt: value, weight: 1, say: [rain]}", "l.yaml:16: trouble has no doubt of its own"},
		{"a cut nobody knows", "cuts:\n  - {kind: tail, say: [Regards]}", `l.yaml:16: cut "tail" is none of`},
		{"a withdrawal that is no cancellation", "phrases:\n  - {intent: refund, withdrawal: true, weight: 1, say: [dear]}", "withdrawal: true goes with intent: cancel"},
		{"an opt-out that is a doubt", "phrases:\n  - {doubt: value, opt_out: true, weight: 1, say: [dear]}", "l.yaml:16: opt_out: true stands alone"},
		{"a doubt that is one only alone", "phrases:\n  - {doubt: value, alone: true, weight: 1, say: [dear]}", "l.yaml:16: alone: true goes with opt_out: true"},
		{"no YAML", "neutral: [", "l.yaml:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseLexicon("l.yaml", []byte(smallLexicon+tt.lines+"\n"))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("the fault is %v, want %q", err, tt.says)
			}
		})
	}
	if _, err := parseLexicon("l.yaml", []byte(smallLexicon)); err != nil {
		t.Error(err)
	}
}

func TestAFrameThatTheReaderNeedsIsMissed(t *testing.T) {
	_, err := parseLexicon("l.yaml", []byte(strings.Replace(smallLexicon, "name: settled", "name: setled", 1)))
	if err == nil || !strings.Contains(err.Error(), `the frame "settled" is missing`) {
		t.Error(err)
	}
}

func TestTheShippedLexiconsHaveNoFault(t *testing.T) {
	if got := len(lexicons()); got != len(Languages) {
		t.Errorf("%d lexicons", got)
	}
}

func TestPhrasesMatch(t *testing.T) {
	tests := []struct {
		phrase, text string
		matches      bool
	}{
		{"does not work", "It does not work", true},
		{"does not work", "It doesn't work", true},
		{"does not work", "It does not really work", true}, // a filler
		{"does not work", "It does not. Work is hard", false},
		{"funzion*", "they are funzionali", true},
		{"too (dear|much money)", "that is too much money", true},
		{"too (dear|much money)", "that is too much fun", false},
		{"no [big] problem", "no big problem", true},
		{"no [big] problem", "no problem", true},
		{"afraid ... price", "afraid of what they want as price", true},
		{"afraid ... price", "afraid of something that nobody here ever told anybody: price", false},
		{"hard ? no", "Hard? No!", true},
		{"expensive", "too expensiive", true}, // letters doubled
		{"(rip-off|con)", "what a rip-off", true},
	}
	for _, tt := range tests {
		file := strings.Replace(smallLexicon, "frames:", "fillers: [really, the, a, of]\nstopwords: [dear]\nslips: [\"doesn't = does not\"]\nneutral: ['"+tt.phrase+"']\nframes:", 1)
		l, err := parseLexicon("l.yaml", []byte(file))
		if err != nil {
			t.Fatalf("%s: %v", tt.phrase, err)
		}
		if got := len(l.look(l.cut(tt.text)).neutral) > 0; got != tt.matches {
			t.Errorf("%q in %q: %v", tt.phrase, tt.text, got)
		}
	}
}
