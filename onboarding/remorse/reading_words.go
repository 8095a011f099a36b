package remorse

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word of a reply, as the lexicon sees it.
type token struct {
	word     string // lower case, no accents, slips mended
	loose    string // doubled letters made single, for a word the lexicon does not know; else ""
	from, to int    // where it stands in the text, in bytes
	sentence int
	clause   int
}

// text is a reply cut into words.
type text struct {
	source   string
	tokens   []token
	question []bool // of each sentence: it ends in a question mark
	ends     []int  // of each sentence: where it ends in the source, in bytes
}

// cut makes words of a text: sentences end at . ! ? ; and blank lines, clauses also at , : ( ) and the lexicon's turning words.
func (l *lexicon) cut(source string) *text {
	t := &text{source: source, question: []bool{false}}
	sentence, clause := 0, 0
	filled := false // the current sentence has a word
	end := func(at int) {
		clause++
		if filled {
			sentence++
			t.question, t.ends = append(t.question, false), append(t.ends, at)
			filled = false
		}
	}
	for i := 0; i < len(source); {
		r, size := utf8.DecodeRuneInString(source[i:])
		if wordRune(r) {
			from := i
			for i < len(source) {
				r, size = utf8.DecodeRuneInString(source[i:])
				if !wordRune(r) && !(apostrophe(r) && i > from) && !(r == '.' && digitsAround(source, i)) {
					break
				}
				i += size
			}
			first := len(t.tokens)
			t.tokens = l.appendWords(t.tokens, source[from:i], from, i)
			for j := first; j < len(t.tokens); j++ {
				if l.turns[t.tokens[j].word] {
					clause++
				}
				t.tokens[j].sentence, t.tokens[j].clause = sentence, clause
			}
			filled = true
			continue
		}
		switch r {
		case '?':
			if filled {
				t.question[sentence] = true
				t.tokens = append(t.tokens, token{word: "?", from: i, to: i + 1, sentence: sentence, clause: clause})
			}
			end(i + size)
		case '!', ';':
			end(i + size)
		case '.', '…':
			if l.stops(t, source, i, size) {
				end(i + size)
			} else {
				clause++
			}
		case ',', ':', '(', ')', '–', '—':
			clause++
		case '\n':
			if lineEnds(source, i) {
				end(i)
			} else {
				clause++
			}
		}
		i += size
	}
	t.ends = append(t.ends, len(source))
	return t
}

// stops tells a full stop from that of an abbreviation or an ellipsis.
func (l *lexicon) stops(t *text, source string, i, size int) bool {
	rest := source[i+size:]
	if rest != "" && !unicode.IsSpace(rune(rest[0])) && rest[0] != '"' && rest[0] != ')' && rest[0] != '\'' {
		return false
	}
	if n := len(t.tokens); n > 0 && t.tokens[n-1].to == i && l.abbreviations[t.tokens[n-1].word] {
		return false
	}
	if i > 0 && source[i-1] == '.' || source[i] != '.' { // an ellipsis ends a sentence only before a capital
		next, _ := utf8.DecodeRuneInString(strings.TrimSpace(rest))
		return unicode.IsUpper(next)
	}
	return true
}

// lineEnds tells the end of a paragraph, or of a line such as a greeting, from the fold of a long line.
func lineEnds(source string, i int) bool {
	rest := strings.TrimLeft(source[i+1:], " \t\r")
	if rest == "" || rest[0] == '\n' {
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return !unicode.IsLower(next)
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' || r == '€' || r == '$' || r == '£' || r == '@' || r == '/' || r == '_'
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == '`' || r == '´' || r == 'ʼ' }

func digitsAround(s string, i int) bool {
	return i > 0 && i+1 < len(s) && s[i-1] >= '0' && s[i-1] <= '9' && s[i+1] >= '0' && s[i+1] <= '9'
}

// appendWords adds what a written word means: slips mended, contractions opened, elisions split.
func (l *lexicon) appendWords(tokens []token, written string, from, to int) []token {
	w := plain(written)
	if strings.ContainsRune(w, '/') && !strings.ContainsAny(w, "0123456789") {
		for part := range strings.SplitSeq(w, "/") { // and/or
			tokens = l.appendWord(tokens, part, from, to)
		}
		return tokens
	}
	if fixed, ok := l.slips[w]; ok {
		return l.appendFixed(tokens, fixed, from, to)
	}
	if !strings.Contains(w, "'") {
		return l.appendWord(tokens, w, from, to)
	}
	for _, e := range l.endings {
		if stem, ok := strings.CutSuffix(w, e.from); ok && stem != "" {
			tokens = l.appendWord(tokens, stem, from, to)
			return l.appendFixed(tokens, e.to, from, to)
		}
	}
	for part := range strings.SplitSeq(w, "'") {
		if fixed, ok := l.slips[part]; ok {
			tokens = l.appendFixed(tokens, fixed, from, to)
		} else {
			tokens = l.appendWord(tokens, part, from, to)
		}
	}
	return tokens
}

func (l *lexicon) appendFixed(tokens []token, words []string, from, to int) []token {
	for _, w := range words {
		tokens = append(tokens, token{word: w, from: from, to: to})
	}
	return tokens
}

// appendWord adds one word, mended where the lexicon does not know it and knows one that is a slip away.
func (l *lexicon) appendWord(tokens []token, w string, from, to int) []token {
	if w == "" {
		return tokens
	}
	tok := token{word: w, from: from, to: to}
	if !l.known[w] && len(w) >= 5 {
		if key := l.keyNear(w); key != "" {
			tok.word = key
		} else {
			tok.loose = squash(w)
		}
	}
	return append(tokens, tok)
}

// keyNear is the key word that a misspelt word is one slip away from: a letter changed, missing, too many, or two swapped.
func (l *lexicon) keyNear(w string) string {
	if len(w) < 6 {
		return ""
	}
	for _, key := range l.keysBy[w[0]] {
		if oneSlip(w, key) {
			return key
		}
	}
	return ""
}

func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i >= len(a)-1 {
		return true
	}
	return a[i+1:] == b[i+1:] || a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// squash makes doubled letters single: people double too many or too few.
func squash(w string) string {
	var b strings.Builder
	for i := range len(w) {
		if i == 0 || w[i] != w[i-1] {
			b.WriteByte(w[i])
		}
	}
	return b.String()
}

// plain is a word in lower case without accents, with one kind of apostrophe.
func plain(w string) string {
	ascii := true
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf || w[i] >= 'A' && w[i] <= 'Z' || w[i] == '`' {
			ascii = false
			break
		}
	}
	if ascii {
		return w
	}
	var b strings.Builder
	b.Grow(len(w))
	for _, r := range w {
		r = unicode.ToLower(r)
		switch r {
		case 'à', 'á', 'â', 'ä', 'ã', 'å':
			r = 'a'
		case 'è', 'é', 'ê', 'ë':
			r = 'e'
		case 'ì', 'í', 'î', 'ï':
			r = 'i'
		case 'ò', 'ó', 'ô', 'ö', 'õ':
			r = 'o'
		case 'ù', 'ú', 'û', 'ü':
			r = 'u'
		case 'ç':
			r = 'c'
		case 'ñ':
			r = 'n'
		}
		switch {
		case apostrophe(r):
			b.WriteByte('\'')
		case unicode.Is(unicode.Mn, r): // an accent written apart
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plainWords is a text in plain words without mending, for the language vote.
func plainWords(s string) []string {
	words := strings.FieldsFunc(plain(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return words
}
