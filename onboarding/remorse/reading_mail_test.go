package remorse

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestOwnWords(t *testing.T) {
	tests := []struct{ name, mail, want string }{
		{"plain", "Va bene.", "Va bene."},
		{"quoted lines", "Va bene.\n> Vuole il rimborso?\n> Marco", "Va bene."},
		{"an attribution in Italian", "Va bene.\n\nIl giorno lun 19 gen 2026 alle ore 10:12 Marco <m@v.example> ha scritto:\n> Vuole il rimborso?", "Va bene."},
		{"an attribution folded over two lines", "Fine.\n\nOn Mon, 19 Jan 2026 at 10:12, Mark White\n<mark@vendor.example> wrote:\n\n> A refund?", "Fine."},
		{"an attribution without quote marks below", "Fine.\n\nOn 19 Jan 2026, Mark wrote:\nA refund?", "Fine."},
		{"an attribution in one line with the rest", "Va bene. Il giorno 19 gennaio 2026 Marco ha scritto: > Vuole il rimborso?", "Va bene."},
		{"an answer below the quote", "On 19 Jan 2026, Mark wrote:\n> A refund?\n\nYes, please.", "Yes, please."},
		{"answers between quotes", "> Vuole il rimborso?\nNo.\n> La fattura è giusta?\nSì.", "No.\nSì."},
		{"somebody who wrote is no attribution", "Il mio socio mi ha scritto: non va bene.", "Il mio socio mi ha scritto: non va bene."},
		{"Outlook in English", "Fine.\n\n-----Original Message-----\nFrom: Mark\nSent: Monday\n\nA refund?", "Fine."},
		{"Outlook in Italian", "Va bene.\n\nDa: Marco\nInviato: lunedì\nA: Giulia\nOggetto: rimborso\n\nVuole il rimborso?", "Va bene."},
		{"Outlook's line", "Va bene.\n________________________________\nDa: Marco\nVuole il rimborso?", "Va bene."},
		{"a signature after dashes", "Va bene.\n-- \nStudio Verdi\nDisdetta newsletter", "Va bene."},
		{"a mobile signature", "Va bene.\n\nInviato da iPhone", "Va bene."},
		{"a mobile signature in English", "Fine. Sent from my iPhone", "Fine."},
		{"a disclaimer", "Va bene.\n\nQuesto messaggio è riservato. Se lo avete ricevuto per errore cancellatelo.", "Va bene."},
		{"a complimentary close", "Va bene.\nCordiali saluti\nGiulia Rossi\nDirezione Acquisti\nTel. 06 1234", "Va bene."},
		{"a postscript is the writer's", "Va bene.\nCordiali saluti\nGiulia\nPS recediamo dal contratto", "Va bene.\nPS recediamo dal contratto"},
		{"words after the close", "Ok.\nSaluti\nMi ero dimenticata di dirle che vogliamo recedere dal contratto subito", "Ok.\nMi ero dimenticata di dirle che vogliamo recedere dal contratto subito"},
		{"a mail with its own head", "From: Giulia\nDate: 3 March 2026\nSubject: refund\n\nI want a refund.", "From: Giulia\nDate: 3 March 2026\nSubject: refund\n\nI want a refund."},
		{"Windows' line ends", "Va bene.\r\n> Vuole il rimborso?\r\n", "Va bene."},
		{"only a quote", "> Vuole il rimborso?", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ownWords(tt.mail, lexicons()); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAnAutomaticReplySaysWhenItsWriterIsBack(t *testing.T) {
	tests := []struct{ text, until string }{
		{"Sono in ferie e rientro il 2 settembre.", "0000-09-02"},
		{"Sono in ferie, rientrerò lunedì 24/08/2026.", "2026-08-24"},
		{"Sarò fuori ufficio fino al 24 agosto 2026.", "2026-08-24"},
		{"Sarò fuori ufficio fino al 24 agosto compreso.", "0000-08-25"},
		{"Risposta automatica: gli uffici resteranno chiusi dal 10 al 21 agosto.", "0000-08-22"},
		{"Risposta automatica: sono assente dal 3/8 al 21/8.", "0000-08-22"},
		{"Risposta automatica: dal 3/8 al 21/8 sono assente, torno operativo il 25/8.", "0000-08-25"},
		{"Risposta automatica: assente fino al 1° settembre.", "0000-09-01"},
		{"I am out of the office until August 24th, 2026.", "2026-08-24"},
		{"I am on annual leave and back on 2nd September.", "0000-09-02"},
		{"Automatic reply: out of office through 31 December.", "0000-01-01"},
		{"Automatic reply: our offices are closed from 10 to 21 August inclusive.", "0000-08-22"},
		{"Out of office. Returning 2026-09-01.", "2026-09-01"},
		{"I am out of the office until 8/24/2026.", "2026-08-24"},
		{"Questa è una risposta automatica. La ricontatteremo.", ""},
		{"Sono in ferie, rientro lunedì.", ""}, // a weekday is no date
		{"Risposta automatica: assente fino al 31 febbraio.", ""},
		{"Rientro il 2 settembre e poi vi chiamo.", ""}, // a person wrote
	}
	for _, tt := range tests {
		r := Read(tt.text, "")
		got := ""
		if !r.Until.IsZero() {
			got = r.Until.String()
		}
		if got != tt.until || tt.until != "" && r.Intent != IntentAuto {
			t.Errorf("%q: %s until %q, want %q", tt.text, r.Intent, got, tt.until)
		}
	}
}

func TestAReturnWithoutAYearIsTheNext(t *testing.T) {
	day := func(y, m, d int) onboarding.Date { return onboarding.DateOf(dayOfTest(y, m, d)) }
	tests := []struct{ until, received, want onboarding.Date }{
		{onboarding.Date{Month: 9, Day: 2}, day(2026, 8, 10), day(2026, 9, 2)},
		{onboarding.Date{Month: 1, Day: 7}, day(2026, 12, 23), day(2027, 1, 7)},
		{onboarding.Date{Month: 8, Day: 10}, day(2026, 8, 10), day(2026, 8, 10)},
		{onboarding.Date{Month: 2, Day: 29}, day(2026, 2, 10), day(2026, 3, 1)},
		{day(2027, 5, 1), day(2026, 8, 10), day(2027, 5, 1)},
	}
	for _, tt := range tests {
		if got, ok := (Reading{Until: tt.until}).Return(tt.received); !ok || got != tt.want {
			t.Errorf("%v received %v is %v, %v; want %v", tt.until, tt.received, got, ok, tt.want)
		}
	}
	if _, ok := (Reading{}).Return(day(2026, 8, 10)); ok {
		t.Error("a reply without a date has a return")
	}
}

func dayOfTest(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
