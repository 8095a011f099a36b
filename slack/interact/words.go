package interact

import (
	"fmt"

	"github.com/centogiorni/centogiorni/onboarding"
)

// words are what our people read here, in one language, by key.
type words map[string]string

// speak chooses the first of the languages there is, else English.
func speak(languages ...string) words {
	for _, l := range languages {
		if w, ok := spoken[l]; ok {
			return w
		}
	}
	return spoken["en"]
}

func (w words) say(key string, args ...any) string {
	if len(args) == 0 {
		return w[key]
	}
	return fmt.Sprintf(w[key], args...)
}

// doubt is the key of a doubt's name.
func doubt(d onboarding.Doubt) string { return "doubt_" + string(d) }

// spoken holds every key in every language; titles have at most 24 characters, as Slack wants it.
var spoken = map[string]words{
	"en": {
		"done":             "Done.",
		"again":            "This was noted before; nothing was done twice.",
		"refused":          "Nothing was done: %s",
		"failed":           "It could not be confirmed. Look at the message in a minute; if nothing has changed, try again: nothing is done twice.",
		"stranger":         "Nothing was done: your Slack account is none of those who look after customers here. Ask whoever runs Centogiorni to add you to people.yaml.",
		"ended":            "Nothing was done: the onboarding ended on %s (%s).",
		"other_run":        "Nothing was done: this message is about an earlier onboarding of the same contract, which is over.",
		"unknown_contract": "Nothing was done: there is no onboarding of this contract any more.",
		"unknown_action":   "Nothing was done: this button is of another version. Look for a newer message.",
		"resolved_by":      "Nothing was done: the case was resolved already, by %s (%s).",
		"taken_by":         "Nothing was done: %s is on it already.",
		"case_gone":        "Nothing was done: the case is closed.",
		"unchanged":        "You changed nothing, so the mail stays as it is.",
		"no_dialog":        "The dialog could not be opened: please press the button again.",
		"submit":           "Save",
		"close":            "Cancel",

		"snooze_title": "Later", "until": "Remind me", "until_tomorrow": "The next working morning", "until_days3": "In three days",
		"until_date": "On a date", "date": "Which date", "date_missing": "Choose a date after today.",
		"false_alarm_title": "False alarm", "reason": "Why was it none?", "reason_misread": "What they wrote was misread",
		"reason_known": "I knew, and it is being taken care of", "reason_usual": "That is how this customer is", "reason_wrong_data": "The data were wrong",
		"resolve_title": "Resolve", "outcome": "How did it end?", "outcome_reassured": "They are reassured", "outcome_answered": "Their question is answered",
		"outcome_fixed": "What was wrong is put right", "outcome_refunded": "They got their money back", "outcome_left": "They left",
		"reassign_title": "Another owner", "owner": "Who looks after this customer from now on?",
		"return_title": "A question to sales", "question": "What is missing?",
		"called_title": "I called", "answered_title": "I answered", "channel": "How did you answer?",
		"due": "Solved by", "due_hint": "Only if you promised a day; else just save.", "due_past": "Choose today or a later day.",
		"due_missing": "Choose the day it is promised for, or empty the line below.", "what": "What we promised for that day",
		"what_hint": "Such as: import of the 2025 orders", "what_missing": "Write what we promised for that day.",
		"channel_email": "Email", "channel_phone": "Phone", "channel_chat": "Chat", "channel_meeting": "Meeting", "channel_whatsapp": "WhatsApp",
		"channel_social": "Social media", "channel_slack": "Slack", "channel_pec": "Certified mail (PEC)", "channel_post": "Letter",
		"admit_title": "Admit the fault", "admit_submit": "Admit it",
		"admit_mail":       "Do you admit the fault to the customer? Then this mail goes: change what you would say differently.",
		"admit_no_mail":    "Do you admit the fault to the customer? It is noted, but no mail goes by itself: tell them in person.",
		"admit_late":       "The mail could not be read just now, so it is not shown here. What you write takes the place of the whole text; left empty, the playbook's text goes.",
		"touch_edit_title": "Edit the mail", "subject": "Subject", "body": "Text", "edit_hint": "What is left empty stays as it is.",
		"edit_shown":    "This is how it goes now, in Markdown. What you leave as it is, or empty, stays as it is.",
		"edit_several":  "This is how it goes now, in Markdown. If you change it, each of the %d recipients gets your text word for word: mind the name in the greeting.",
		"edit_personal": "Not shown, since it holds links that belong to its recipient alone. What you write takes the place of the whole text; left empty, it stays as it is.",
		"edit_long":     "Not shown, since it is longer than the %d characters that Slack takes. What you write takes the place of the whole text; left empty, it stays as it is.",
		"edit_late":     "The mail could not be read just now, so it is not shown here. What you write takes the place of the whole text; left empty, it stays as it is.",
		"edit_missing":  "Write a subject or a text.",
		"dossier_title": "The dossier", "goals": "Their goals, one a line", "promises": "What we promised, one a line",
		"promises_hint": "With its date, where it has one: three sites connected; 2026-02-28", "promises_date": "Line %d: write the date as 2026-02-28, after a semicolon.",
		"said_by": "Who said so?", "may_repeat": "May our mails remind them of it?", "may_repeat_yes": "Yes, in their own words",
		"notes": "Notes for us", "cares": "What does %s care about?", "preferred": "How do they like to be reached?", "worries_hint": "In their words; never shown to the customer. Empty: none.",
		"doubt_ability": "Worry: can I really do this?", "doubt_approval": "Worry: what will others say?", "doubt_product": "Worry: does it work?",
		"doubt_value": "Worry: is it worth the money?", "dossier_missing": "Write down at least one thing, such as a goal.",
	},
	"it": {
		"done":             "Fatto.",
		"again":            "Era già registrato: nulla è stato fatto due volte.",
		"refused":          "Non è stato fatto nulla: %s",
		"failed":           "Non c'è conferma. Guarda il messaggio tra un minuto; se non è cambiato, riprova: nulla viene fatto due volte.",
		"stranger":         "Non è stato fatto nulla: il tuo account Slack non è tra quelli che qui seguono i clienti. Chiedi a chi gestisce Centogiorni di aggiungerti a people.yaml.",
		"ended":            "Non è stato fatto nulla: l'onboarding è finito il %s (%s).",
		"other_run":        "Non è stato fatto nulla: il messaggio riguarda un onboarding precedente dello stesso contratto, ormai concluso.",
		"unknown_contract": "Non è stato fatto nulla: non esiste più un onboarding di questo contratto.",
		"unknown_action":   "Non è stato fatto nulla: questo pulsante è di un'altra versione. Cerca un messaggio più recente.",
		"resolved_by":      "Non è stato fatto nulla: il caso è già stato risolto da %s (%s).",
		"taken_by":         "Non è stato fatto nulla: se ne occupa già %s.",
		"case_gone":        "Non è stato fatto nulla: il caso è chiuso.",
		"unchanged":        "Non hai cambiato nulla: la mail resta com'è.",
		"no_dialog":        "Non è stato possibile aprire la finestra: premi di nuovo il pulsante.",
		"submit":           "Salva",
		"close":            "Annulla",

		"snooze_title": "Più tardi", "until": "Ricordamelo", "until_tomorrow": "La prossima mattina lavorativa", "until_days3": "Tra tre giorni",
		"until_date": "In una data", "date": "Quale data", "date_missing": "Scegli una data dopo oggi.",
		"false_alarm_title": "Falso allarme", "reason": "Perché non lo era?", "reason_misread": "Il messaggio è stato frainteso",
		"reason_known": "Lo sapevo, ce ne stiamo occupando", "reason_usual": "Questo cliente fa così", "reason_wrong_data": "I dati erano sbagliati",
		"resolve_title": "Risolvi", "outcome": "Com'è finita?", "outcome_reassured": "È rassicurato", "outcome_answered": "La domanda ha avuto risposta",
		"outcome_fixed": "Il problema è risolto", "outcome_refunded": "È stato rimborsato", "outcome_left": "Se n'è andato",
		"reassign_title": "Un altro referente", "owner": "Chi segue questo cliente da ora in poi?",
		"return_title": "Domanda alle vendite", "question": "Che cosa manca?",
		"called_title": "Ho chiamato", "answered_title": "Ho risposto", "channel": "Come hai risposto?",
		"due": "Risolto entro", "due_hint": "Solo se hai promesso una data; altrimenti salva e basta.", "due_past": "Scegli oggi o un giorno successivo.",
		"due_missing": "Scegli il giorno promesso, oppure svuota la riga sotto.", "what": "Che cosa abbiamo promesso per quel giorno",
		"what_hint": "Per esempio: importazione degli ordini 2025", "what_missing": "Scrivi che cosa abbiamo promesso per quel giorno.",
		"channel_email": "Email", "channel_phone": "Telefono", "channel_chat": "Chat", "channel_meeting": "Incontro", "channel_whatsapp": "WhatsApp",
		"channel_social": "Social", "channel_slack": "Slack", "channel_pec": "PEC", "channel_post": "Lettera",
		"admit_title": "Ammetti l'errore", "admit_submit": "Ammetti",
		"admit_mail":       "Ammetti l'errore con il cliente? Allora parte questa mail: cambia ciò che diresti in un altro modo.",
		"admit_no_mail":    "Ammetti l'errore con il cliente? Resta annotato, ma nessuna mail parte da sola: dillo di persona.",
		"admit_late":       "Adesso non è stato possibile leggere la mail, perciò qui non si vede. Ciò che scrivi prende il posto di tutto il testo; se resta vuoto, parte il testo del playbook.",
		"touch_edit_title": "Modifica la mail", "subject": "Oggetto", "body": "Testo", "edit_hint": "Ciò che resta vuoto non cambia.",
		"edit_shown":    "Così parte adesso, in Markdown. Ciò che lasci com'è, o vuoto, non cambia.",
		"edit_several":  "Così parte adesso, in Markdown. Se lo cambi, ciascuno dei %d destinatari riceve il tuo testo parola per parola: attenzione al nome nel saluto.",
		"edit_personal": "Non si può mostrare: contiene link che valgono solo per chi lo riceve. Ciò che scrivi prende il posto di tutto il testo; se resta vuoto, il testo non cambia.",
		"edit_long":     "Non si può mostrare: supera i %d caratteri che Slack accetta. Ciò che scrivi prende il posto di tutto il testo; se resta vuoto, il testo non cambia.",
		"edit_late":     "Adesso non è stato possibile leggere la mail, perciò qui non si vede. Ciò che scrivi prende il posto di tutto il testo; se resta vuoto, il testo non cambia.",
		"edit_missing":  "Scrivi un oggetto o un testo.",
		"dossier_title": "Il dossier", "goals": "I suoi obiettivi, uno per riga", "promises": "Che cosa abbiamo promesso, una per riga",
		"promises_hint": "Con la data, se c'è: tre sedi collegate; 2026-02-28", "promises_date": "Riga %d: scrivi la data come 2026-02-28, dopo un punto e virgola.",
		"said_by": "Chi l'ha detto?", "may_repeat": "Le nostre mail possono ricordarglielo?", "may_repeat_yes": "Sì, con le sue parole",
		"notes": "Note per noi", "cares": "Che cosa sta a cuore a %s?", "preferred": "Quale canale preferisce?", "worries_hint": "Con le sue parole; il cliente non lo vede mai. Vuoto: nessuno.",
		"doubt_ability": "Dubbio: ce la farò davvero?", "doubt_approval": "Dubbio: che cosa diranno gli altri?", "doubt_product": "Dubbio: funziona?",
		"doubt_value": "Dubbio: vale quel che costa?", "dossier_missing": "Scrivi almeno una cosa, per esempio un obiettivo.",
	},
}
