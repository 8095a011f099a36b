package remorse

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestRead(t *testing.T) {
	const (
		ability, approval = onboarding.DoubtAbility, onboarding.DoubtApproval
		product, value    = onboarding.DoubtProduct, onboarding.DoubtValue
		none              = DoubtNone
	)
	tests := []struct {
		name, text string
		intent     Intent
		doubt      onboarding.Doubt
	}{
		{"the first doubt", "Non so se sono in grado di farlo veramente", IntentNone, ability},
		{"the second doubt", "Non so cosa penseranno gli altri della mia scelta", IntentNone, approval},
		{"the third doubt", "Non sono sicuro che il prodotto funzioni bene", IntentNone, product},
		{"the fourth doubt", "Ho paura di aver preso una fregatura", IntentNone, value},
		{"the first doubt in English", "I don't know if I can really do this", IntentNone, ability},
		{"the second doubt in English", "What will the others think of my choice", IntentNone, approval},
		{"the third doubt in English", "I'm not sure that it works well as a product", IntentNone, product},
		{"the fourth doubt in English", "I think I was ripped off", IntentNone, value},

		{"a problem denied is none", "Nessun problema, a domani.", IntentNone, none},
		{"a problem denied with an apostrophe for the accent", "non e' un problema", IntentNone, none},
		{"complication denied", "It wasn't complicated at all.", IntentNone, none},
		{"complication denied after a question", "Complicato? Macché.", IntentQuestion, none},
		{"a denial does not reach over a but", "Non è un problema di soldi, ma il gestionale si blocca di continuo.", IntentComplaint, product},
		{"a bad fact that is a denial itself", "La stampa non funziona.", IntentComplaint, product},

		{"praise with a bad fact inside", "Il supporto è ottimo, peccato che l'importazione abbia perso metà dei clienti.", IntentComplaint, product},
		{"praise with a bad fact inside, English", "Your engineer was lovely but the label printing doesn't work.", IntentComplaint, product},
		{"irony with a fact", "Complimenti, terza fattura sbagliata.", IntentComplaint, value},
		{"irony with a fact, English", "Great job guys, the tills are down again.", IntentComplaint, product},
		{"praise alone", "Complimenti a tutti!", IntentThanks, none},

		{"second thoughts said politely mean leaving", "Grazie di tutto, ma preferiamo non proseguire.", IntentCancel, none},
		{"asking whether it is too late", "Is it too late to change our mind?", IntentCancel, none},

		{"refund", "Come si chiede il rimborso?", IntentRefund, none},
		{"refund of travel expenses is none", "Allego la nota per il rimborso spese della trasferta.", IntentNone, none},
		{"refund of travel expenses is none, English", "Here are the receipts for the refund of my travel expenses.", IntentNone, none},
		{"a refund of their customers is none", "I nostri clienti possono chiedere il rimborso dal sito?", IntentQuestion, none},
		{"the old supplier's contract is none", "Abbiamo mandato la disdetta al vecchio fornitore.", IntentNone, none},
		{"an appointment called off is none", "Devo disdire l'appuntamento di lunedì.", IntentNone, none},
		{"an appointment called off is none, English", "I have to cancel Monday's call.", IntentNone, none},
		{"who stays away from a meeting leaves nothing", "Please remove me from the meeting", IntentNone, none},

		{"typos: letters doubled too little and too much", "vorei il rimborsso", IntentRefund, none},
		{"typos: letters swapped", "vogliamo il rimbosro", IntentRefund, none},
		{"typos: short forms", "nn so se ce la facciamo xke siamo in 2", IntentNone, ability},
		{"typos: no apostrophe in English", "we dont think were up to it", IntentNone, ability},
		{"a word near a key word is itself", "Le mando il contatto del tecnico.", IntentNone, none},
		{"business mail", "Con la presente si comunica la volontà di recedere. Distinti saluti", IntentCancel, none},

		{"what was wrong is mended", "Il problema della stampa è risolto.", IntentNone, none},
		{"a worry of before", "Avevo paura che fosse difficile, invece è andato tutto benissimo.", IntentNone, none},

		{"an empty reply", "", IntentNone, none},
		{"only white space", " \n\t\n ", IntentNone, none},
		{"only signs", "?!… :-)", IntentNone, none},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Read(tt.text, "")
			if r.Intent != tt.intent && (tt.intent != IntentNone || r.Intent.Grave()) || r.Doubt != tt.doubt {
				t.Errorf("%q reads as %s, %s (%.2f, unsure %v) by %q; want %s, %s", tt.text, r.Intent, r.Doubt, r.Confidence, r.Unsure, r.Evidence, tt.intent, tt.doubt)
			}
			if r.Confidence < 0 || r.Confidence > 1 {
				t.Errorf("confidence %v", r.Confidence)
			}
			if (r.Doubt != none || r.Alarms()) && len(r.Evidence) == 0 {
				t.Error("nothing shows why")
			}
			for _, e := range r.Evidence {
				if !strings.Contains(strings.Join(strings.Fields(tt.text), " "), e) {
					t.Errorf("the evidence %q is not in the text", e)
				}
			}
		})
	}
}

func TestUnsureIsAnAnswer(t *testing.T) {
	tests := []struct {
		name, text string
		unsure     bool
	}{
		{"second thoughts without a reason", "Stiamo ripensando un po' a tutto.", true},
		{"second thoughts without a reason, English", "We're having second thoughts.", true},
		{"a language nobody taught us", "Wir möchten den Vertrag bitte sofort kündigen und das Geld zurück.", true},
		{"a clear doubt", "Il mio socio dice che ho sbagliato a firmare.", false},
		{"thanks", "Grazie mille!", false},
		{"an appointment", "Ci vediamo martedì alle 9.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Read(tt.text, "")
			if r.Unsure != tt.unsure {
				t.Errorf("unsure is %v: %+v", r.Unsure, r)
			}
			if r.Unsure && r.Confidence >= 0.8 {
				t.Errorf("unsure with a confidence of %v", r.Confidence)
			}
		})
	}
}

// TestAStatedWillIsNeverTalkedAway holds that thanks and chat around a plain will to leave drown it in no case: it is taken
// for what it is, or at the least a person reads it the same day.
func TestAStatedWillIsNeverTalkedAway(t *testing.T) {
	const chat = "Grazie della bella sessione di ieri, il team era contento. Ci siamo trovati molto bene con Marco. La sala era comoda. Il pranzo anche. A presto. "
	for text, declared := range map[string]bool{
		"Disdetta, grazie mille.": true,
		"Recedo, grazie.":         true,
		"Recedo.":                 true,
		"Io recedo":               true,
		"Con la presente esercito il diritto di recesso. Grazie per la formazione, siete stati gentilissimi.":                     true,
		"Gentile Marco, grazie della bella sessione di ieri. Invio disdetta del contratto.":                                       true,
		chat + "Con la presente recedo dal contratto.":                                                                            true,
		"Messaggio di posta certificata. Il giorno 3 marzo comunico il recesso dal contratto.":                                    true,
		"Risposta automatica: sono fuori sede. Con la presente recedo dal contratto C-42.":                                        true,
		"Sono fuori ufficio fino a lunedì, intanto recedo dal contratto.":                                                         true,
		"Thank you all, you have been lovely. I hereby withdraw from the contract. See you at the fair, best wishes to the team.": true,
		"Con la presente recedo dal contratto chiedendo la cancellazione dalla vostra mailing list.":                              true,
		chat + "Chiedo il rimborso.": false,
		"Lovely session yesterday, thanks. The team enjoyed it. The room was fine. Lunch too. I want my money back.": false,
	} {
		r := Read(text, "")
		if !r.Alarms() && !r.Unsure || r.Intent == IntentAuto {
			t.Errorf("%q is slept through: %+v", text, r)
		}
		if r.Withdrawal != declared {
			t.Errorf("%q: withdrawal is %v: %+v", text, r.Withdrawal, r)
		}
	}
}

func TestALanguageThatNobodyTaughtUsWakesNobodyByItsSound(t *testing.T) {
	for _, text := range []string{
		"Multumim frumos pentru instruirea de ieri, echipa este foarte multumita. Ne vedem joi.",
		"Vielen Dank für die gute Schulung gestern, das Team war begeistert. Bis Donnerstag.",
		"Hartelijk dank voor de training van gisteren, iedereen was erg tevreden. Tot donderdag.",
	} {
		if r := Read(text, "it"); r.Alarms() {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func TestABookIsReadInItsBeginningAndQuotedInShort(t *testing.T) {
	r := Read(strings.Repeat("La stampa non funziona e il gestionale si blocca. ", 4000), "it")
	if r.Doubt != onboarding.DoubtProduct || len(r.Evidence) > mostQuotes {
		t.Errorf("%+v", r)
	}
	for _, e := range r.Evidence {
		if len(e) > longestQuote+2*len("…") {
			t.Errorf("a quote has %d bytes", len(e))
		}
	}
}

func TestWhatOnlySoundsBadWakesNobody(t *testing.T) {
	for _, text := range []string{
		"Se qualcosa non funziona vi chiamo.", "Non siamo affatto pentiti.", "Il rimborso spese del tecnico a chi lo mando?",
		"Please.", "Per favore.", "If anything breaks I'll give you a ring.", "No regrets on our side.", "Who do I send the engineer's expenses to for a refund?",
	} {
		if r := Read(text, ""); r.Alarms() {
			t.Errorf("%q alarms: %+v", text, r)
		}
	}
}

func TestAWithdrawalIsDeclaredNotAskedAbout(t *testing.T) {
	tests := []struct {
		text     string
		declared bool
	}{
		{"Recedo dal contratto.", true},
		{"Con la presente esercito il diritto di recesso.", true},
		{"Invio disdetta.", true},
		{"Vorremmo disdire, a chi mandiamo la disdetta?", true},
		{"I hereby withdraw from the contract.", true},
		{"Please accept this as notice of termination.", true},
		{"Disdetta.", true},
		{"Si può recedere dopo l'installazione?", false},
		{"Entro quando va mandata la disdetta?", false},
		{"Volevo sapere come funziona il recesso.", false},
		{"Can one withdraw after the installation?", false},
		{"Non intendo esercitare il recesso.", false},
		{"Abbiamo mandato la disdetta al vecchio fornitore.", false},
		{"Ho letto le condizioni di recesso.", false},
		{"Grazie mille!", false},
		{"Ok.\n\nIl giorno 3 marzo 2026 Marco ha scritto:\n> Recedo dal contratto.", false},
	}
	for _, tt := range tests {
		if r := Read(tt.text, ""); r.Withdrawal != tt.declared {
			t.Errorf("%q: withdrawal is %v: %+v", tt.text, r.Withdrawal, r)
		}
	}
}

func TestTheLanguageIsFound(t *testing.T) {
	tests := []struct{ text, given, want string }{
		{"Il mio socio dice che ho sbagliato a firmare", "", "it"},
		{"My partner says that I should not have signed", "", "en"},
		{"My partner says that I should not have signed this", "it", "en"}, // clearly the other: the presumption yields
		{"Ok", "en", "en"},
		{"Ok", "", "it"},
		{"4412", "", ""},
		{"Wir möchten den Vertrag bitte sofort kündigen und das Geld zurück.", "", ""},
		{"Refund!", "", ""},
	}
	for _, tt := range tests {
		if r := Read(tt.text, tt.given); r.Language != tt.want {
			t.Errorf("%q given %q is %q, want %q", tt.text, tt.given, r.Language, tt.want)
		}
	}
	if r := Read("Refund!", ""); r.Intent != IntentRefund {
		t.Errorf("a word of no certain language is read as %+v", r)
	}
}

func TestReadingTheSameTextAgainIsTheSame(t *testing.T) {
	for _, language := range Languages {
		for _, l := range labelledReplies(t, "testdata/heldout."+language+".yaml")[:40] {
			first := fmt.Sprintf("%+v", Read(l.Text, ""))
			for range 3 {
				if again := fmt.Sprintf("%+v", Read(l.Text, "")); again != first {
					t.Fatalf("%q: %s, then %s", l.Text, first, again)
				}
			}
		}
	}
}

func TestIntentsAreDistinct(t *testing.T) {
	if len(slices.Compact(slices.Sorted(slices.Values(Intents)))) != len(Intents) {
		t.Error(Intents)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "non so se ... ?", "Il ... ha scritto:", "\xff\xfe", "> > >", "a'a'a'", "1.2.3", "dal 31/2 al 99/99", "-- \n--", strings.Repeat("non ", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r := Read(text, ""); r.Confidence < 0 || r.Confidence > 1 || r.Intent == "" || r.Doubt == "" {
			t.Errorf("%+v", r)
		}
	})
}
