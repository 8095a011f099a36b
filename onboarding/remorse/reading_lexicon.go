package remorse

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/centogiorni/centogiorni/onboarding"
)

//go:embed lexicon
var lexiconFiles embed.FS

// lexicons are the embedded lexicons, in the order of Languages. A fault in one is a fault of the program, and a test reads them.
var lexicons = sync.OnceValue(func() []*lexicon {
	var out []*lexicon
	for _, language := range Languages {
		file := "lexicon/" + language + ".yaml"
		data, err := lexiconFiles.ReadFile(file)
		if err != nil {
			panic("remorse: " + err.Error())
		}
		l, err := parseLexicon(file, data)
		if err != nil {
			panic("remorse: " + err.Error())
		}
		if l.learned, err = readLearned(language); err != nil {
			panic("remorse: " + err.Error())
		}
		out = append(out, l)
	}
	return out
})

// Frames that the scorer knows by name; a lexicon must have them. All others serve a phrase's with and without alone.
const (
	frameWorry     = "worry"     // fear, doubt: what follows is no complaint yet
	framePast      = "past"      // a worry of before: forgotten where good news follow
	frameBefore    = "before"    // how it was with somebody or something else, before us
	frameGood      = "good"      // good news
	frameSettled   = "settled"   // what was wrong is mended
	frameThen      = "then"      // what the writer will do if something happens
	framePractical = "practical" // everyday matters: times, papers, who comes
	frameAsking    = "asking"    // a question of how or where, not of why
	frameWill      = "will"      // the writer wants something done
	frameInquiry   = "inquiry"   // the writer asks how it would be
)

var knownFrames = []string{frameWorry, framePast, frameBefore, frameGood, frameSettled, frameThen, framePractical, frameAsking, frameWill, frameInquiry}

// lexicon is one language's words and rules, ready to read with.
type lexicon struct {
	Language string

	stop, fillers, negators, conditionals, turns, joins, abbreviations, known map[string]bool
	courtesies                                                                map[string]bool // words that leave a bare request bare
	window                                                                    int
	slips                                                                     map[string][]string
	endings                                                                   []ending
	keysBy                                                                    [256][]string
	groups                                                                    []group
	frames                                                                    []string
	patterns                                                                  []pattern
	starts                                                                    map[string][]int // patterns by their first word, see stemKey
	cuts                                                                      []cutRule
	dates                                                                     dateWords
	learned                                                                   *learned // nil in a lexicon that stands alone
}

// ending is what a contraction's end stands for.
type ending struct {
	from string
	to   []string
}

// group is words that may stand for each other.
type group struct {
	name    string
	words   []alternative
	phrases [][]element
}

// phrase is what a line of the lexicon means.
type phrase struct {
	doubt         onboarding.Doubt // DoubtNone where it voices none
	intent        Intent           // IntentNone where it wants nothing
	weight        float64
	with, without uint64 // frames, as bits
	frame         int    // the frame it is a sign of, else -1
	neutral       bool   // what it covers means nothing
	regret        bool
	withdrawal    bool
	optOut        bool // no more of our mails
	alone         bool // means that only where it is the whole reply
	trouble       bool // bad news of any kind: with a topic near it, it voices that topic's doubt
	topic         int  // what it is about: an index into topicNames, else -1
}

func (l *lexicon) group(name string) *group {
	for i := range l.groups {
		if l.groups[i].name == name {
			return &l.groups[i]
		}
	}
	return nil
}

// line is a text of the lexicon and where it stands.
type line struct {
	text string
	line int
}

func (s *line) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: write a text here", n.Line)
	}
	s.text, s.line = strings.TrimSpace(n.Value), n.Line
	return nil
}

// lexiconFile is the YAML of a lexicon.
type lexiconFile struct {
	Language       line        `yaml:"language"`
	Stopwords      []line      `yaml:"stopwords"`
	Fillers        []line      `yaml:"fillers"`
	Negators       []line      `yaml:"negators"`
	NegationWindow int         `yaml:"negation_window"`
	Conditionals   []line      `yaml:"conditionals"`
	Turns          []line      `yaml:"turns"`
	Joins          []line      `yaml:"joins"`
	Abbreviations  []line      `yaml:"abbreviations"`
	Courtesies     []line      `yaml:"courtesies"`
	Plain          []line      `yaml:"plain"`
	Keys           []line      `yaml:"keys"`
	Slips          []line      `yaml:"slips"`
	Endings        []line      `yaml:"endings"`
	Groups         []namedFile `yaml:"groups"`
	Frames         []namedFile `yaml:"frames"`
	Neutral        []line      `yaml:"neutral"`
	Phrases        []entryFile `yaml:"phrases"`
	Trouble        []entryFile `yaml:"trouble"`
	Topics         []topicFile `yaml:"topics"`
	Cuts           []cutFile   `yaml:"cuts"`
	Dates          dateFile    `yaml:"dates"`
}

type namedFile struct {
	Name line   `yaml:"name"`
	Say  []line `yaml:"say"`
}

// topicFile is words that tell what a sentence is about.
type topicFile struct {
	Topic  line    `yaml:"topic"`
	Weight float64 `yaml:"weight"`
	Say    []line  `yaml:"say"`
}

type entryFile struct {
	Doubt      line    `yaml:"doubt"`
	Intent     line    `yaml:"intent"`
	Regret     bool    `yaml:"regret"`
	Withdrawal bool    `yaml:"withdrawal"`
	OptOut     bool    `yaml:"opt_out"`
	Alone      bool    `yaml:"alone"`
	Weight     float64 `yaml:"weight"`
	With       []line  `yaml:"with"`
	Without    []line  `yaml:"without"`
	Say        []line  `yaml:"say"`
	line       int
}

func (e *entryFile) UnmarshalYAML(n *yaml.Node) error {
	type fields entryFile
	if err := knownKeys(n, "doubt", "intent", "regret", "withdrawal", "opt_out", "alone", "weight", "with", "without", "say"); err != nil {
		return err
	}
	e.line = n.Line
	err := n.Decode((*fields)(e))
	e.line = n.Line
	return err
}

// knownKeys refuses a key that nobody reads: the YAML library forgets that below a type that decodes itself.
func knownKeys(n *yaml.Node, keys ...string) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := n.Content[i]; !slices.Contains(keys, k.Value) {
			return fmt.Errorf("line %d: %q is no key here: one of %s", k.Line, k.Value, strings.Join(keys, ", "))
		}
	}
	return nil
}

// parseLexicon reads a lexicon and reports every fault in it as file:line.
func parseLexicon(file string, data []byte) (*lexicon, error) {
	var f lexiconFile
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return nil, yamlFaults(file, err)
	}
	b := builder{file: file, l: &lexicon{Language: f.Language.text, window: f.NegationWindow}}
	b.build(f)
	if len(b.faults) > 0 {
		return nil, errors.Join(b.faults...)
	}
	return b.l, nil
}

var faultLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

func yamlFaults(file string, err error) error {
	var typed *yaml.TypeError
	messages := []string{err.Error()}
	if errors.As(err, &typed) {
		messages = typed.Errors
	}
	var out []error
	for _, m := range messages {
		found := faultLine.FindStringSubmatch(m)
		n, _ := strconv.Atoi(found[1])
		out = append(out, fmt.Errorf("%s:%d: %s", file, max(n, 1), m[len(found[0]):]))
	}
	return errors.Join(out...)
}
