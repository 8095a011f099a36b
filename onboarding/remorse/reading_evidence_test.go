package remorse

import (
	"slices"
	"strings"
	"testing"
)

func TestEvidenceIsTheCustomersSentence(t *testing.T) {
	long := strings.Repeat("we came in on the Monday and put the kettle on and ", 6) + "the label printing does not work " + strings.Repeat("and so we wrote them by hand again ", 6)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"of several the one that decided", "Rispondo solo oggi. Il mio socio dice che ho sbagliato a firmare. La sala è al primo piano.",
			[]string{"Il mio socio dice che ho sbagliato a firmare."}},
		{"with the signs that end it", "Thanks for the call! He said: \"I was ripped off!\" See you on Tuesday.",
			[]string{"He said: \"I was ripped off!\""}},
		{"on one line, without the mark of a list", "Due cose:\n\n- la stampa\n  non funziona\n  ancora;\n- martedì va bene.",
			[]string{"la stampa non funziona ancora"}},
		{"those that decided, in their order", "La stampa non funziona. Domani è martedì. Vogliamo il rimborso.",
			[]string{"La stampa non funziona.", "Vogliamo il rimborso."}},
		{"three at most", "La stampa non funziona. Il gestionale si blocca. L'importazione si pianta. Recediamo dal contratto.",
			[]string{"La stampa non funziona.", "Il gestionale si blocca.", "Recediamo dal contratto."}},
		{"a sentence said twice once", "La stampa non funziona. Domani è martedì. La stampa non funziona!",
			[]string{"La stampa non funziona."}},
		{"nothing below the fold", "La stampa non funziona.\nCordiali saluti\nGiulia Rossi\n\nIl giorno 3 marzo 2026 Marco ha scritto:\n> Vuole il rimborso? La stampa si blocca ancora?",
			[]string{"La stampa non funziona."}},
		{"a long one around what decided, in whole words", "Hello Mark. " + long + ". Bye.",
			[]string{"…came in on the Monday and put the kettle on and the label printing does not work and so we wrote them by hand again and so we wrote them by hand again and so we wrote them by hand again and so we…"}},
		{"a long one that decides early, from its beginning", "The label printing does not work " + strings.Repeat("and so we wrote them by hand again ", 9),
			[]string{"The label printing does not work" + strings.Repeat(" and so we wrote them by hand again", 4) + " and so we wrote them by…"}},
		{"none of an empty reply", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Read(tt.text, "").Evidence; !slices.Equal(got, tt.want) {
				t.Errorf("%q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestASentenceWithinAnotherIsNoEvidenceOfItsOwn(t *testing.T) {
	reply := lexicons()[0].cut("Si blocca. Domani si blocca tutto il giorno.")
	short, long := reply.place(hit{from: 0, to: 2}), reply.place(hit{from: 3, to: 5})
	for _, places := range [][]place{{short, long}, {long, short}} {
		if got := reply.quotes(places); !slices.Equal(got, []string{"Domani si blocca tutto il giorno."}) {
			t.Errorf("%q", got)
		}
	}
}

func TestEachSentenceThatDecidedByItsWordsIsFound(t *testing.T) {
	l := &learned{rows: map[string]int32{}}
	for word, weight := range map[string]float64{"slow": 1, "odd": 0.7, "fine": 0.2} {
		l.add(word, 1, [columns]float64{weight})
	}
	reply := lexicons()[1].cut("It is fine. It is odd. It is slow.")
	var got []int
	for _, h := range l.hear(reply).phrases(reply, 0, meansHarmless) {
		got = append(got, reply.tokens[h.from].sentence)
	}
	if !slices.Equal(got, []int{2, 1}) {
		t.Errorf("sentences %v", got)
	}
}

// TestEvidenceIsQuoted holds what is true of the evidence of every reply.
func TestEvidenceIsQuoted(t *testing.T) {
	quoted := 0
	for _, language := range Languages {
		for _, l := range labelledReplies(t, "testdata/others."+language+".yaml") {
			own := oneLine(ownWords(l.Text, lexicons()))
			quotes := Read(l.Text, language).Evidence
			if len(quotes) > 3 {
				t.Errorf("%q: %d quotes", l.Text, len(quotes))
			}
			quoted += len(quotes)
			for i, q := range quotes {
				bare := strings.Trim(q, "…")
				switch at := strings.Index(own, bare); {
				case at < 0 || bare == "" || q != strings.TrimSpace(q):
					t.Errorf("%q is not in %q", q, own)
				case len(bare) > longestQuote:
					t.Errorf("%q has %d bytes", q, len(bare))
				case bare != q && (!wordsEnd(own, at) || !wordsEnd(own, at+len(bare))):
					t.Errorf("%q is cut within a word of %q", q, own)
				case i > 0 && at < strings.Index(own, strings.Trim(quotes[i-1], "…")):
					t.Errorf("%q stands before %q in %q", q, quotes[i-1], own)
				}
				for _, o := range slices.Delete(slices.Clone(quotes), i, i+1) {
					if strings.Contains(o, bare) {
						t.Errorf("%q holds %q", o, q)
					}
				}
			}
		}
	}
	if quoted == 0 {
		t.Error("nothing is quoted")
	}
}

// wordsEnd reports whether no word goes on over a place in a text.
func wordsEnd(s string, at int) bool {
	return at == 0 || at == len(s) || strings.ContainsAny(s[at-1:at+1], " ,;:.!?\"()'’…-")
}
