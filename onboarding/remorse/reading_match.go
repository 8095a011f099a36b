package remorse

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A phrase of the lexicon is written as people say it, with a few signs:
//
//	funzion*         any word that begins so
//	(so|sappiamo)    one of these, of one word or several
//	[ci|mi]          may be there or not
//	...              up to four words, in the same sentence
//	@capable         one of a group's words
//	?                the question mark: what follows stands in the next sentence
//
// Fillers (articles, really, davvero) may stand between any two words and need not be written.

// maxGap is how many words, fillers apart, the three dots stand for; maxFillers how many fillers may come in a row.
const (
	maxGap     = 4
	maxFillers = 3
	maxForms   = 400 // of one phrase, once its alternatives of several words are written out
)

// alternative is a word or, with stem, the beginning of one.
type alternative struct {
	word  string
	loose string // with doubled letters made single; "" where the word is too short for that
	stem  bool
}

func (a alternative) matches(t *token) bool {
	if a.stem {
		return strings.HasPrefix(t.word, a.word) || t.loose != "" && a.loose != "" && strings.HasPrefix(t.loose, a.loose)
	}
	return t.word == a.word || t.loose != "" && t.loose == a.loose
}

// element is one place of a pattern.
type element struct {
	among    []alternative
	gap      bool
	optional bool
}

func (e element) matches(t *token) bool {
	for _, a := range e.among {
		if a.matches(t) {
			return true
		}
	}
	return false
}

// pattern is one form of a phrase.
type pattern struct {
	of       *phrase
	elements []element
	negative bool // "non funziona": its first word is a negation of its own
}

// match finds the pattern at a token: the index after its last word, or -1.
func (l *lexicon) match(p *pattern, t *text, at int) int {
	if !p.elements[0].matches(&t.tokens[at]) {
		return -1
	}
	return l.rest(p.elements[1:], t, at+1, 0)
}

func (l *lexicon) rest(es []element, t *text, at, fillers int) int {
	if len(es) == 0 {
		return at
	}
	e := es[0]
	if e.gap {
		return l.overGap(es[1:], t, at)
	}
	here := at < len(t.tokens) && (t.tokens[at].sentence == t.tokens[at-1].sentence || t.tokens[at-1].word == "?")
	if here && e.matches(&t.tokens[at]) {
		if end := l.rest(es[1:], t, at+1, 0); end >= 0 {
			return end
		}
	}
	if e.optional {
		if end := l.rest(es[1:], t, at, fillers); end >= 0 {
			return end
		}
	}
	if here && fillers < maxFillers && l.fillers[t.tokens[at].word] {
		return l.rest(es, t, at+1, fillers+1)
	}
	return -1
}

func (l *lexicon) overGap(es []element, t *text, at int) int {
	for skipped, i := 0, at; i < len(t.tokens) && t.tokens[i].sentence == t.tokens[at-1].sentence; i++ {
		if es[0].matches(&t.tokens[i]) {
			if end := l.rest(es[1:], t, i+1, 0); end >= 0 {
				return end
			}
		}
		if !l.fillers[t.tokens[i].word] {
			skipped++
		}
		if skipped > maxGap || l.turns[t.tokens[i].word] {
			break
		}
	}
	return -1
}

// compile makes patterns of a phrase as it stands in the lexicon.
func (l *lexicon) compile(say string) ([][]element, error) {
	parts, err := split(say)
	if err != nil {
		return nil, err
	}
	forms := [][]element{nil}
	for _, part := range parts {
		if len(parts) > 1 && part[0] != '(' && part[0] != '[' && strings.Contains(part, "|") {
			return nil, fmt.Errorf("%q: brackets around %s show where the choice ends", say, part)
		}
		options, err := l.options(part)
		if err != nil {
			return nil, err
		}
		var next [][]element
		for _, f := range forms {
			for _, o := range options {
				next = append(next, append(slices.Clone(f), o...))
			}
		}
		if forms = next; len(forms) > maxForms {
			return nil, fmt.Errorf("%q has too many forms: write it as two phrases", say)
		}
	}
	for _, f := range forms {
		switch {
		case len(f) == 0:
			return nil, errors.New("it is empty")
		case f[0].gap || f[0].optional || f[len(f)-1].gap || f[len(f)-1].optional:
			return nil, fmt.Errorf("%q must begin and end with a word that has to be there", say)
		}
		for i := 1; i < len(f); i++ {
			if f[i-1].gap && (f[i].gap || f[i].optional) {
				return nil, fmt.Errorf("%q: after ... comes a word that has to be there", say)
			}
		}
	}
	return forms, nil
}

// split cuts a phrase at its spaces, those in brackets apart.
func split(say string) ([]string, error) {
	var parts []string
	depth, from := 0, -1
	for i, r := range say {
		switch r {
		case '(', '[':
			if depth++; depth > 1 {
				return nil, fmt.Errorf("%q has brackets in brackets: write it as two phrases", say)
			}
		case ')', ']':
			if depth--; depth < 0 {
				return nil, fmt.Errorf("%q closes a bracket it did not open", say)
			}
		}
		if r == ' ' && depth == 0 {
			if from >= 0 {
				parts = append(parts, say[from:i])
			}
			from = -1
		} else if from < 0 {
			from = i
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("%q leaves a bracket open", say)
	}
	if from >= 0 {
		parts = append(parts, say[from:])
	}
	return parts, nil
}

// options are the sequences of elements one part of a phrase may stand for.
func (l *lexicon) options(part string) ([][]element, error) {
	if part == "..." {
		return [][]element{{{gap: true}}}, nil
	}
	inner, optional := part, false
	switch {
	case part[0] == '(' && strings.HasSuffix(part, ")"):
		inner = part[1 : len(part)-1]
	case part[0] == '[' && strings.HasSuffix(part, "]"):
		inner, optional = part[1:len(part)-1], true
	}
	if strings.ContainsAny(inner, "()[]") {
		return nil, fmt.Errorf("%q: a bracket stands apart from other words", part)
	}
	var single element
	single.optional = optional
	var out [][]element
	for choice := range strings.SplitSeq(inner, "|") {
		if name, ok := strings.CutPrefix(choice, "@"); ok {
			g := l.group(name)
			if g == nil {
				return nil, fmt.Errorf("there is no group %q", name)
			}
			single.among = append(single.among, g.words...)
			out = append(out, g.phrases...)
			continue
		}
		words, err := l.words(choice)
		switch {
		case err != nil:
			return nil, err
		case len(words) == 1:
			single.among = append(single.among, words[0])
		default:
			var seq []element
			for _, w := range words {
				seq = append(seq, element{among: []alternative{w}})
			}
			out = append(out, seq)
		}
	}
	if optional && len(out) > 0 {
		out = append(out, nil) // nothing at all
	}
	if len(single.among) > 0 {
		out = append(out, []element{single})
	}
	return out, nil
}

// words are the words of a choice, as the reader will see them.
func (l *lexicon) words(choice string) ([]alternative, error) {
	var out []alternative
	for _, w := range strings.Fields(strings.ReplaceAll(choice, "-", " ")) {
		w, stem := strings.CutSuffix(w, "*")
		if strings.ContainsAny(w, "*@.") && w != "?" {
			return nil, fmt.Errorf("%q: a star ends a word, an @ begins one, three dots stand alone", choice)
		}
		tokens := l.appendWords(nil, w, 0, 0)
		if w == "?" {
			tokens = []token{{word: "?"}}
		}
		for i, t := range tokens {
			a := alternative{word: t.word, stem: stem && i == len(tokens)-1}
			if a.stem && len(a.word) < 3 {
				return nil, fmt.Errorf("%q: at least three letters before a star", choice)
			}
			if len(a.word) >= 5 {
				a.loose = squash(a.word)
			}
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("an alternative is empty")
	}
	return out, nil
}
