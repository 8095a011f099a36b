package playbook

import (
	"fmt"

	"github.com/centogiorni/centogiorni/onboarding"
)

var italian = locale{
	weekdays: [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
	months: [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
		"ottobre", "novembre", "dicembre"},
	day: func(weekday string, day int, month string) string {
		if day == 1 {
			return fmt.Sprintf("%s 1° %s", weekday, month)
		}
		return fmt.Sprintf("%s %d %s", weekday, day, month)
	},
	at:   "alle",
	days: [2]string{"1 giorno", "%d giorni"},
	rules: map[onboarding.CountsFrom]string{
		onboarding.FromSigned: "dalla firma", onboarding.FromKickoffHeld: "dall'incontro di avvio",
		onboarding.FromInstalled: "dall'installazione", onboarding.FromFirstValue: "dal primo risultato",
	},
	offDays: map[onboarding.DayKind]string{
		onboarding.DayWeekend: "che cade nel fine settimana", onboarding.DayHoliday: "che è un giorno festivo",
		onboarding.DayClosure: "che cade in un giorno di chiusura",
	},
	next: map[string]string{
		"welcome":             "il benvenuto",
		"sales-handover":      "il passaggio di consegne",
		"owner-introduction":  "la presentazione di %s",
		"case-history-1":      "la storia di chi è già partito",
		"peer-offer":          "la proposta di parlare con un altro cliente",
		"kickoff-nudge":       "due orari tra cui scegliere per l'incontro di avvio",
		"kickoff-agenda":      "l'ordine del giorno dell'incontro di avvio",
		"kickoff-recap":       "il riepilogo dell'incontro di avvio",
		"pulse-handoff":       "una domanda sul passaggio di consegne",
		"training-invitation": "l'invito alla formazione",
		"training-reminder-1": "altre date per la formazione",
		"case-history-2":      "una seconda storia",
		"refund-reminder":     "il promemoria della scadenza per il rimborso",
		"first-invoice":       "la spiegazione della prima fattura",
		"pulse-ease":          "una domanda su come va",
		"goal-review":         "il punto sul risultato atteso",
		"next-step":           "il passo successivo",
		"kickoff_date":        "l'incontro di avvio",
		"refund_last_day":     "l'ultimo giorno per il rimborso",
		"invoice_due":         "la prima fattura",
	},
	why: map[onboarding.Class]reasonWhy{
		onboarding.ClassService: {
			business:   "Riceve questa mail perché fa parte del contratto di %s per %s.",
			businessTu: "Ricevi questa mail perché fa parte del contratto di %s per %s.",
			consumer:   "Riceve questa mail perché fa parte del Suo contratto per %s.",
			consumerTu: "Ricevi questa mail perché fa parte del tuo contratto per %s."},
		onboarding.ClassRelationship: {
			business:   "Riceve questa mail perché %s utilizza %s. È facoltativa.",
			businessTu: "Ricevi questa mail perché %s utilizza %s. È facoltativa.",
			consumer:   "Riceve questa mail perché ha acquistato %s. È facoltativa.",
			consumerTu: "Ricevi questa mail perché hai acquistato %s. È facoltativa."},
		onboarding.ClassConfirmation: {
			business:   "Riceve questa mail come conferma di una comunicazione di %s sul contratto per %s.",
			businessTu: "Ricevi questa mail come conferma di una comunicazione di %s sul contratto per %s.",
			consumer:   "Riceve questa mail come conferma di una Sua comunicazione sul contratto per %s.",
			consumerTu: "Ricevi questa mail come conferma di una tua comunicazione sul contratto per %s."},
	},
	whyPeer: "Riceve questa mail perché ha accettato di parlare della Sua esperienza con altri clienti di %s. Può smettere quando vuole: basta rispondere.",
	words: map[string]string{
		"manufacturing": "manifattura", "retail": "commercio al dettaglio", "wholesale": "commercio all'ingrosso", "services": "servizi",
		"logistics": "logistica", "construction": "edilizia", "food": "alimentare", "hospitality": "ospitalità", "healthcare": "sanità",
		"finance": "finanza", "education": "istruzione", "energy": "energia", "agriculture": "agricoltura",
		"email": "mail", "phone": "telefono", "meeting": "di persona", "whatsapp": "WhatsApp", "pec": "PEC", "post": "lettera",
		"product": "nel prodotto", "crm": "CRM", "slack": "Slack",
		"smb": "piccola o media impresa", "micro": "microimpresa", "small": "piccola impresa", "medium": "media impresa",
		"mid-market": "media impresa", "enterprise": "grande impresa", "large": "grande impresa",
	},
	privacy:     "Informativa sulla privacy",
	unsubscribe: "Non ricevere più mail facoltative",
}
