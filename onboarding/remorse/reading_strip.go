package remorse

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutRule is a wording after which a reply holds nothing of the writer's own.
type cutRule struct {
	kind  string
	words []cutWord
}

type cutWord struct {
	word  string // "..." stands for up to maxCutGap words
	colon bool   // a colon follows
}

const maxCutGap = 25

// Kinds of cuts.
const (
	cutQuote      = "quote"      // an attribution: begins with a capital, has a digit or an @ in it and a colon at its end
	cutForward    = "forward"    // the head of a quoted mail
	cutSignature  = "signature"  // "Sent from my iPhone"
	cutDisclaimer = "disclaimer" // "This message is confidential"
	cutClosing    = "closing"    // "Cordiali saluti": the short lines after it are a signature
	cutPostscript = "postscript" // "P.S.": the writer's own words again
)

var cutKinds = []string{cutQuote, cutForward, cutSignature, cutDisclaimer, cutClosing, cutPostscript}

type cutFile struct {
	Kind line   `yaml:"kind"`
	Say  []line `yaml:"say"`
}

func (b *builder) cuts(files []cutFile) {
	for _, f := range files {
		if !slices.Contains(cutKinds, f.Kind.text) {
			b.fault(f.Kind.line, "cut %q is none of %s", f.Kind.text, strings.Join(cutKinds, ", "))
		}
		for _, say := range f.Say {
			rule := cutRule{kind: f.Kind.text}
			for _, w := range strings.Fields(say.text) {
				word, colon := strings.CutSuffix(plain(w), ":")
				rule.words = append(rule.words, cutWord{word, colon})
			}
			if n := len(rule.words); n == 0 || rule.words[0].word == "..." || rule.words[n-1].word == "..." {
				b.fault(say.line, "%q must begin and end with a word", say.text)
				continue
			}
			b.l.cuts = append(b.l.cuts, rule)
		}
	}
}

// span is a word of a raw mail.
type span struct {
	word     string
	from, to int
	colon    bool
	capital  bool
}

func spans(s string) []span {
	var out []span
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '@' {
			i += size
			continue
		}
		from, capital := i, unicode.IsUpper(r)
		for i < len(s) {
			r, size = utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '@' && !apostrophe(r) && r != '.' && r != '-' {
				break
			}
			i += size
		}
		to := from + len(strings.TrimRight(s[from:i], "'’`´.-"))
		out = append(out, span{plain(s[from:to]), from, to, strings.HasPrefix(strings.TrimLeft(s[to:], " "), ":"), capital})
	}
	return out
}

// ends reports where a rule that begins at a word ends: the index after it, or -1.
func (c cutRule) ends(words []span, at int) int {
	if c.kind == cutQuote && !words[at].capital {
		return -1
	}
	i := at
	for k := 0; k < len(c.words); k++ {
		if c.words[k].word == "..." {
			k++
			limit := min(len(words), i+maxCutGap)
			for i < limit && !c.words[k].is(words[i]) {
				i++
			}
			if i == limit {
				return -1
			}
		} else if i >= len(words) || !c.words[k].is(words[i]) {
			return -1
		}
		i++
	}
	if c.kind == cutQuote && !slices.ContainsFunc(words[at:i], func(w span) bool { return strings.ContainsAny(w.word, "0123456789@") }) {
		return -1
	}
	return i
}

func (c cutWord) is(w span) bool { return c.word == w.word && (!c.colon || w.colon) }

// ownWords leaves of a mail what its writer wrote: no quotes, no signature, no disclaimer, no head of the mail itself
// but its subject.
func ownWords(mail string, books []*lexicon) string {
	mail = strings.ReplaceAll(mail, "\r\n", "\n")
	mail = strings.ReplaceAll(mail, "\u00a0", " ")
	mail = withoutClosing(withoutQuoted(mail, books), books)
	words := spans(mail)
	for i := range words {
		for _, b := range books {
			for _, c := range b.cuts {
				if c.kind == cutClosing || c.kind == cutPostscript || c.words[0].word != words[i].word || c.ends(words, i) < 0 {
					continue
				}
				if i > 0 || c.kind == cutQuote {
					return strings.TrimSpace(strings.TrimRight(mail[:words[i].from], " \n\t-_*>|<("))
				}
			}
		}
	}
	return strings.TrimSpace(mail)
}

// withoutQuoted drops lines that quote, with the attribution above them, and all below a signature's dashes. What is
// written below or between quotes stays.
func withoutQuoted(mail string, books []*lexicon) string {
	lines := strings.Split(mail, "\n")
	var out []string
	for i, l := range lines {
		trimmed := strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(trimmed, ">"):
			out = withoutAttribution(out, books)
			continue
		case l == "-- " || trimmed == "--" && i > 0, len(trimmed) >= 10 && strings.Trim(trimmed, "_") == "" && i > 0:
			return strings.Join(out, "\n")
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}

// withoutAttribution drops "On Monday ... wrote:", folded over two lines or not, at the end of what was read so far.
func withoutAttribution(lines []string, books []*lexicon) []string {
	last := len(lines) - 1
	for last >= 0 && strings.TrimSpace(lines[last]) == "" {
		last--
	}
	for first := last; first >= max(0, last-1); first-- {
		words := spans(strings.Join(lines[first:last+1], "\n"))
		for _, b := range books {
			for _, c := range b.cuts {
				if c.kind == cutQuote && len(words) > 0 && c.words[0].word == words[0].word && c.ends(words, 0) == len(words) {
					return lines[:first]
				}
			}
		}
	}
	return lines
}

// withoutClosing drops the short lines after a complimentary close: names, offices, telephones.
func withoutClosing(mail string, books []*lexicon) string {
	lines := strings.Split(mail, "\n")
	for i, l := range lines {
		if i == 0 || !closes(l, cutClosing, books) {
			continue
		}
		kept := slices.Clone(lines[:i])
		for k, rest := range lines[i+1:] {
			if n := len(strings.Fields(rest)); n > 7 || n > 0 && closes(rest, cutPostscript, books) || strings.Contains(rest, "?") {
				return strings.Join(append(kept, lines[i+1+k:]...), "\n")
			}
		}
		return strings.Join(kept, "\n")
	}
	return mail
}

// closes reports whether a line begins with a wording of the kind; a closing is hardly longer than its wording.
func closes(l, kind string, books []*lexicon) bool {
	if l == "" || len(l) > 60 && kind == cutClosing {
		return false
	}
	words := spans(l)
	for _, b := range books {
		for _, c := range b.cuts {
			if c.kind != kind || len(words) == 0 || c.words[0].word != words[0].word {
				continue
			}
			if end := c.ends(words, 0); end >= 0 && (kind != cutClosing || len(words)-end <= 3) {
				return true
			}
		}
	}
	return false
}
