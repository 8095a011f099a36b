package remorse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// maxWeight bounds a phrase's weight. 3 says it clearly enough to wake somebody, 2 says it, 1 hints.
const maxWeight = 5

// builder makes a lexicon of its file and collects the faults.
type builder struct {
	file   string
	l      *lexicon
	faults []error
	seen   map[string]int // phrases of one meaning -> their line
}

func (b *builder) fault(line int, format string, args ...any) {
	b.faults = append(b.faults, fmt.Errorf("%s:%d: %s", b.file, max(line, 1), fmt.Sprintf(format, args...)))
}

func (b *builder) build(f lexiconFile) {
	l := b.l
	if !slices.Contains(Languages, l.Language) {
		b.fault(f.Language.line, "language %q is none of %s", l.Language, strings.Join(Languages, ", "))
	}
	if l.window < 1 || l.window > 8 {
		b.fault(1, "negation_window is %d: how many words a negation reaches, 1 to 8", l.window)
	}
	l.slips, l.starts, l.known = map[string][]string{}, map[string][]int{}, map[string]bool{"?": true}
	b.slips(f.Endings, f.Slips)
	l.stop, l.fillers, l.negators = b.set(f.Stopwords), b.set(f.Fillers), b.set(f.Negators)
	l.conditionals, l.turns, l.joins, l.abbreviations, l.courtesies = b.set(f.Conditionals), b.set(f.Turns), b.set(f.Joins), b.set(f.Abbreviations), b.set(f.Courtesies)
	b.set(f.Plain)
	for _, g := range f.Groups {
		b.group(g)
	}
	b.frames(f.Frames)
	for _, say := range f.Neutral {
		b.phrase(say, &phrase{doubt: DoubtNone, intent: IntentNone, frame: -1, topic: -1, neutral: true}, "neutral")
	}
	for _, e := range f.Phrases {
		b.entry(e, false)
	}
	for _, e := range f.Trouble {
		b.entry(e, true)
	}
	for _, t := range f.Topics {
		b.topic(t)
	}
	b.cuts(f.Cuts)
	b.dates(f.Dates)
	for _, k := range f.Keys { // last: no word of the lexicon itself is mended
		if len(k.text) < 6 || plain(k.text) != k.text {
			b.fault(k.line, "key %q: six letters at least, without accents, so that a slip of one letter still tells it", k.text)
			continue
		}
		l.known[k.text] = true
		l.keysBy[k.text[0]] = append(l.keysBy[k.text[0]], k.text)
	}
}

// set makes a set of words; each is known from then on.
func (b *builder) set(lines []line) map[string]bool {
	out := map[string]bool{}
	for _, w := range lines {
		p := plain(w.text)
		if p == "" || strings.ContainsAny(p, " *|") {
			b.fault(w.line, "%q: one plain word an entry", w.text)
			continue
		}
		out[p], b.l.known[p] = true, true
	}
	return out
}

func (b *builder) slips(endings, slips []line) {
	pair := func(s line) (string, []string) {
		from, to, ok := strings.Cut(s.text, "=")
		from, words := plain(strings.TrimSpace(from)), strings.Fields(plain(to))
		if !ok || from == "" || len(words) == 0 || strings.Contains(from, " ") {
			b.fault(s.line, `%q: write "nn = non": the slip, an equals sign, what it means`, s.text)
			return "", nil
		}
		for _, w := range words {
			b.l.known[w] = true
		}
		return from, words
	}
	for _, s := range endings {
		if from, to := pair(s); from != "" {
			b.l.endings = append(b.l.endings, ending{from, to})
		}
	}
	for _, s := range slips {
		from, to := pair(s)
		if _, twice := b.l.slips[from]; twice {
			b.fault(s.line, "the slip %q comes twice", from)
		}
		if from != "" {
			b.l.slips[from] = to
		}
	}
}

func (b *builder) group(g namedFile) {
	switch {
	case g.Name.text == "":
		b.fault(g.Name.line, "a group has no name")
	case b.l.group(g.Name.text) != nil:
		b.fault(g.Name.line, "the group %q comes twice", g.Name.text)
	case len(g.Say) == 0:
		b.fault(g.Name.line, "the group %q says nothing", g.Name.text)
	}
	made := group{name: g.Name.text}
	for _, say := range g.Say {
		forms, err := b.l.compile(say.text)
		if err != nil {
			b.fault(say.line, "%v", err)
			continue
		}
		for _, form := range forms {
			b.learn(form)
			if len(form) == 1 {
				made.words = append(made.words, form[0].among...)
			} else {
				made.phrases = append(made.phrases, form)
			}
		}
	}
	b.l.groups = append(b.l.groups, made)
}

func (b *builder) frames(frames []namedFile) {
	for _, fr := range frames {
		if fr.Name.text == "" || slices.Contains(b.l.frames, fr.Name.text) || len(fr.Say) == 0 {
			b.fault(fr.Name.line, "a frame has a name of its own and says something (%q)", fr.Name.text)
		}
		b.l.frames = append(b.l.frames, fr.Name.text)
		for _, say := range fr.Say {
			b.phrase(say, &phrase{doubt: DoubtNone, intent: IntentNone, frame: len(b.l.frames) - 1, topic: -1}, "frame "+fr.Name.text)
		}
	}
	if len(b.l.frames) > 64 {
		b.fault(1, "%d frames: 64 at most", len(b.l.frames))
	}
	for _, name := range knownFrames {
		if !slices.Contains(b.l.frames, name) {
			b.fault(1, "the frame %q is missing: the reader needs it", name)
		}
	}
}

func (b *builder) topic(t topicFile) {
	i := slices.Index(topicNames, t.Topic.text)
	if i < 0 {
		b.fault(t.Topic.line, "topic %q is none of %s", t.Topic.text, strings.Join(topicNames, ", "))
	}
	if t.Weight <= 0 || t.Weight > maxWeight {
		b.fault(t.Topic.line, "weight %v: more than 0, at most %d", t.Weight, maxWeight)
	}
	for _, say := range t.Say {
		b.phrase(say, &phrase{doubt: DoubtNone, intent: IntentNone, weight: t.Weight, frame: -1, topic: i}, "topic "+t.Topic.text)
	}
}

func (b *builder) entry(e entryFile, trouble bool) {
	p := phrase{doubt: DoubtNone, intent: IntentNone, weight: e.Weight, frame: -1, topic: -1, regret: e.Regret, withdrawal: e.Withdrawal, optOut: e.OptOut, alone: e.Alone, trouble: trouble}
	if e.Doubt.text != "" {
		if p.doubt = onboarding.Doubt(e.Doubt.text); !slices.Contains(onboarding.Doubts, p.doubt) {
			b.fault(e.Doubt.line, "doubt %q is none of %v", e.Doubt.text, onboarding.Doubts)
		}
	}
	if e.Intent.text != "" {
		if p.intent = Intent(e.Intent.text); !slices.Contains(Intents, p.intent) {
			b.fault(e.Intent.line, "intent %q is none of %v", e.Intent.text, Intents)
		}
	}
	if trouble && p.doubt != DoubtNone {
		b.fault(e.line, "trouble has no doubt of its own: the topic near it tells which")
	}
	if p.doubt == DoubtNone && p.intent == IntentNone && !p.regret && !p.optOut && !trouble {
		b.fault(e.line, "these phrases mean nothing: give them a doubt, an intent, regret: true or opt_out: true")
	}
	if p.optOut && (p.doubt != DoubtNone || p.intent != IntentNone || p.regret || trouble) {
		b.fault(e.line, "opt_out: true stands alone: who wants no more mails neither doubts nor leaves")
	}
	if p.alone && !p.optOut {
		b.fault(e.line, "alone: true goes with opt_out: true")
	}
	if p.withdrawal && p.intent != IntentCancel {
		b.fault(e.line, "withdrawal: true goes with intent: cancel")
	}
	if e.Weight <= 0 || e.Weight > maxWeight {
		b.fault(e.line, "weight %v: more than 0 (3 says it clearly, 2 says it, 1 hints), at most %d", e.Weight, maxWeight)
	}
	if len(e.Say) == 0 {
		b.fault(e.line, "these phrases are none: write them under say")
	}
	p.with, p.without = b.mask(e.With), b.mask(e.Without)
	meaning := fmt.Sprint(p.doubt, p.intent, p.regret, p.withdrawal, p.optOut, p.alone, p.with, p.without, trouble)
	for _, say := range e.Say {
		made := p
		b.phrase(say, &made, meaning)
	}
}

func (b *builder) mask(frames []line) uint64 {
	var bits uint64
	for _, f := range frames {
		i := slices.Index(b.l.frames, f.text)
		if i < 0 {
			b.fault(f.line, "there is no frame %q: one of %s", f.text, strings.Join(b.l.frames, ", "))
			continue
		}
		bits |= 1 << i
	}
	return bits
}

// phrase compiles one line and files it under its first letters.
func (b *builder) phrase(say line, p *phrase, meaning string) {
	if b.seen == nil {
		b.seen = map[string]int{}
	}
	key := meaning + "\x00" + say.text
	if first, twice := b.seen[key]; twice {
		b.fault(say.line, "%q stands already on line %d", say.text, first)
		return
	}
	b.seen[key] = say.line
	forms, err := b.l.compile(say.text)
	if err != nil {
		b.fault(say.line, "%v", err)
		return
	}
	for _, form := range forms {
		b.learn(form)
		index := len(b.l.patterns)
		b.l.patterns = append(b.l.patterns, pattern{of: p, elements: form, negative: b.negative(form[0])})
		for _, a := range form[0].among {
			keys := []string{a.word, looseMark + a.loose}
			if a.stem {
				keys = []string{stemKey(a.word), stemKey(a.loose)}
			}
			for _, key := range keys {
				if at := b.l.starts[key]; len(at) == 0 || at[len(at)-1] != index {
					b.l.starts[key] = append(at, index)
				}
			}
		}
	}
}

func (b *builder) negative(e element) bool {
	return slices.ContainsFunc(e.among, func(a alternative) bool { return b.l.negators[a.word] })
}

// learn makes the words of a pattern known, so that none of them is taken for a slip of another.
func (b *builder) learn(form []element) {
	for _, e := range form {
		for _, a := range e.among {
			if !a.stem {
				b.l.known[a.word] = true
			}
		}
	}
}

// Keys under which patterns are filed that do not begin with one certain word.
const (
	looseMark = "~" // before a word with its doubled letters made single
	stemMark  = "*" // before the first letters of a stem
)

func stemKey(w string) string { return stemMark + w[:min(len(w), 3)] }
