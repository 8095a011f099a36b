package interact_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

func TestEveryDialogIsAnEvent(t *testing.T) {
	for name, c := range map[string]struct {
		action onboarding.ActionID
		values map[string]string
		want   onboarding.Event
	}{
		"snoozed until the morning": {onboarding.ActionSnooze, nil, onboarding.Event{Kind: onboarding.EventSnoozed, Case: "case-1"}},
		"snoozed for three days":    {onboarding.ActionSnooze, map[string]string{"until": "days3"}, onboarding.Event{Kind: onboarding.EventSnoozed, Case: "case-1", Until: "2026-03-05"}},
		"snoozed until a date": {onboarding.ActionSnooze, map[string]string{"until": "date", "date": "2026-03-09"},
			onboarding.Event{Kind: onboarding.EventSnoozed, Case: "case-1", Until: "2026-03-09"}},
		"a false alarm": {onboarding.ActionFalseAlarm, map[string]string{"reason": "usual"}, onboarding.Event{Kind: onboarding.EventFalseAlarm, Case: "case-1", Reason: "usual"}},
		"resolved":      {onboarding.ActionResolve, map[string]string{"outcome": "refunded"}, onboarding.Event{Kind: onboarding.EventResolved, Case: "case-1", Outcome: "refunded"}},
		"given back":    {onboarding.ActionReturn, map[string]string{"question": "Which sites?"}, onboarding.Event{Kind: onboarding.EventHandoffReturned, Reason: "Which sites?"}},
		"a mail edited": {onboarding.ActionEdit, map[string]string{"subject": "Three sites", "body": "Dear Giulia"},
			onboarding.Event{Kind: onboarding.EventTouchEdited, Touch: "pulse-ease", Subject: "Three sites", Body: "Dear Giulia"}},
		"a call": {onboarding.ActionCalled, nil, onboarding.Event{Kind: onboarding.EventContacted, Case: "case-1", Channel: "phone"}},
		"a call with a promise for today": {onboarding.ActionCalled, map[string]string{"due": "2026-03-02", "what": "import of the 2025 orders"},
			onboarding.Event{Kind: onboarding.EventContacted, Case: "case-1", Channel: "phone", Due: "2026-03-02", What: "import of the 2025 orders"}},
		"an answer":              {onboarding.ActionAnswered, nil, onboarding.Event{Kind: onboarding.EventAnswered, Case: "case-1", Channel: "email"}},
		"an answer in a meeting": {onboarding.ActionAnswered, map[string]string{"channel": "meeting"}, onboarding.Event{Kind: onboarding.EventAnswered, Case: "case-1", Channel: "meeting"}},
		"an answer with a promise": {onboarding.ActionAnswered, map[string]string{"channel": "chat", "due": "2026-03-09", "what": "a new report"},
			onboarding.Event{Kind: onboarding.EventAnswered, Case: "case-1", Channel: "chat", Due: "2026-03-09", What: "a new report"}},
		"a fault admitted without a mail": {onboarding.ActionAdmit, nil, onboarding.Event{Kind: onboarding.EventFaultAdmitted, Case: "case-1"}},
		"another owner": {onboarding.ActionReassign, map[string]string{"owner": "o-8"}, onboarding.Event{Kind: onboarding.EventOwnerChanged,
			Owner: &onboarding.Person{ID: "o-8", Name: "Elena <Verdi>", Email: "elena@vendor.example", Language: "it"}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.dialog(t, "U0MARCO", c.action)
			submission := b.submit(t, "U0MARCO", c.values)
			if said := b.deliver(t, submission); said != "Done." {
				t.Fatalf("the person heard %q", said)
			}
			if said := b.deliver(t, submission); !strings.Contains(said, "noted before") {
				t.Errorf("submitted twice: %q", said)
			}
			if said := b.deliver(t, b.submit(t, "U0MARCO", c.values)); !strings.Contains(said, "noted before") {
				t.Errorf("saved twice: %q", said)
			}
			got := b.events()
			if len(got) != 1 || got[0].By != "o-7" {
				t.Fatalf("told %+v", got)
			}
			got[0].ID, got[0].At, got[0].By = "", time.Time{}, ""
			if c.want.Channel == "" {
				c.want.Channel = "slack"
			}
			if !reflect.DeepEqual(got[0], c.want) {
				t.Errorf("told %+v, want %+v", got[0], c.want)
			}
		})
	}
}

func TestWhatIsWrongInADialogIsShownInIt(t *testing.T) {
	for name, c := range map[string]struct {
		action onboarding.ActionID
		values map[string]string
		field  string
	}{
		"a date of today":           {onboarding.ActionSnooze, map[string]string{"until": "date", "date": "2026-03-02"}, "date"},
		"no date":                   {onboarding.ActionSnooze, map[string]string{"until": "date", "date": ""}, "date"},
		"nothing to edit":           {onboarding.ActionEdit, nil, "body"},
		"a promise for yesterday":   {onboarding.ActionCalled, map[string]string{"due": "2026-03-01", "what": "a new report"}, "due"},
		"a promise without a day":   {onboarding.ActionAnswered, map[string]string{"what": "a new report"}, "due"},
		"a day without a promise":   {onboarding.ActionAnswered, map[string]string{"due": "2026-03-09", "what": " "}, "what"},
		"no question":               {onboarding.ActionReturn, map[string]string{"question": "  "}, "question"},
		"a promise with no date":    {onboarding.ActionDossier, map[string]string{"promises": "three sites\nan hour; 28/02"}, "promises"},
		"an empty dossier":          {onboarding.ActionDossier, nil, "goals"},
		"a dossier of nothing said": {onboarding.ActionDossier, map[string]string{"said_by": "giulia", "may_repeat": "yes"}, "goals"},
		"an owner nobody has":       {onboarding.ActionReassign, map[string]string{"owner": ""}, "owner"},
		"a false alarm for no one":  {onboarding.ActionFalseAlarm, map[string]string{"reason": ""}, "reason"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.dialog(t, "U0MARCO", c.action)
			r, err := b.Deliver(b.submit(t, "U0MARCO", c.values))
			var said struct {
				Action string            `json:"response_action"`
				Errors map[string]string `json:"errors"`
			}
			if err != nil || json.Unmarshal(r.Body, &said) != nil || said.Action != "errors" || said.Errors[c.field] == "" {
				t.Errorf("%s, %v", r.Body, err)
			}
			if err := b.handler.Close(t.Context()); err != nil || len(b.events()) > 0 {
				t.Errorf("%v, told %+v", err, b.events())
			}
		})
	}
}

func TestWhoPressesWhileSlackOpensNoDialogIsAskedToPressAgain(t *testing.T) {
	for _, action := range []onboarding.ActionID{onboarding.ActionCalled, onboarding.ActionAnswered, onboarding.ActionAdmit} {
		b := newBench(t)
		i := b.press(t, "U0MARCO", action)
		if _, err := b.Deliver(i); err != nil {
			t.Fatal(err)
		}
		eventually(t, "a dialog", func() bool { return len(b.Views()) > 0 })
		if said := b.deliver(t, i); !strings.Contains(said, "press the button again") { // Slack opens one a click
			t.Errorf("%s: %q", action, said)
		}
		if len(b.events()) > 0 {
			t.Errorf("%s: told %+v", action, b.events())
		}
	}
}

func TestADialogSpeaksTheAlertsLanguage(t *testing.T) {
	for language, want := range map[string]string{"it": "Com'è finita?", "en": "How did it end?", "": "How did it end?", "de": "How did it end?"} {
		b := newBench(t)
		b.ts = b.post(t, alert(language))
		if view := b.dialog(t, "U0MARCO", onboarding.ActionResolve); !strings.Contains(view, want) {
			t.Errorf("%q: %s", language, view)
		}
	}
	b := newBench(t) // an alert without a language: the person's
	if view := b.dialog(t, "U0ELENA", onboarding.ActionResolve); !strings.Contains(view, "Com'è finita?") {
		t.Error(view)
	}
}

func TestTheDossierIsFilledInOverWhatStands(t *testing.T) {
	due := onboarding.Date{Year: 2026, Month: 4, Day: 1}
	b := newBench(t)
	b.standing.Contract.Dossier = &onboarding.Dossier{
		Goals:    []onboarding.Goal{{Text: "close  in a day", SaidBy: "giulia", MayRepeat: true}, {Text: "to be dropped"}},
		Promises: []onboarding.DossierPromise{{Text: "three sites", Due: &due, SaidTo: "giulia"}},
		Worries:  []onboarding.Worry{{Doubt: onboarding.DoubtValue}, {Doubt: onboarding.DoubtProduct, Note: "is it slow?"}},
		Notes:    strings.Repeat("n", 4000), Channel: "phone",
	}
	view := b.dialog(t, "U0MARCO", onboarding.ActionDossier)
	if !strings.Contains(view, "three sites; 2026-04-01") || strings.Contains(view, "nnn") {
		t.Errorf("the dialog is %s", view)
	}
	said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{
		"goals": "close in a day\nless paper\n\n", "promises": "three sites; 2026-05-01\na manual", "said_by": "giulia", "may_repeat": "yes",
		"doubt_product": "", "doubt_ability": "too hard?",
	}))
	if said != "Done." {
		t.Fatalf("the person heard %q", said)
	}
	later := onboarding.Date{Year: 2026, Month: 5, Day: 1}
	want := onboarding.Dossier{
		Goals:    []onboarding.Goal{{Text: "close  in a day", SaidBy: "giulia", MayRepeat: true}, {Text: "less paper", SaidBy: "giulia", MayRepeat: true}},
		Promises: []onboarding.DossierPromise{{Text: "three sites", Due: &later, SaidTo: "giulia"}, {Text: "a manual", SaidTo: "giulia", MayRepeat: true}},
		Worries:  []onboarding.Worry{{Doubt: onboarding.DoubtAbility, Note: "too hard?"}, {Doubt: onboarding.DoubtValue}},
		Notes:    strings.Repeat("n", 4000), Channel: "phone",
	}
	e := b.events()[0]
	if e.Kind != onboarding.EventHandoffFilled || !reflect.DeepEqual(*e.Dossier, want) {
		t.Errorf("told %s %+v", e.Kind, e.Dossier)
	}
}

func TestTheDossierAsksByNameWhoCaresAboutWhatAndHowTheyAreReached(t *testing.T) {
	b := newBench(t)
	b.standing.Contract.Customer.Contacts = append(b.standing.Contract.Customer.Contacts, onboarding.Contact{ID: "luca", Name: "Luca Neri"},
		onboarding.Contact{ID: "ada", Name: "Ada Riva"}, onboarding.Contact{ID: "ugo", Name: "Ugo Sala"}, onboarding.Contact{ID: "ivo", Name: "Ivo Testa"})
	long := strings.Repeat("l", 3500)
	b.standing.Contract.Dossier = &onboarding.Dossier{Channel: "crm", People: []onboarding.DossierPerson{
		{Contact: "luca", Cares: "the warehouse\n and its people"}, {Contact: "giulia", Cares: "the board"}, {Contact: "ada"}, {Contact: "ugo", Cares: long}}}
	view := b.dialog(t, "U0MARCO", onboarding.ActionDossier)
	values, _ := shown(t, view)
	if values["cares_luca"] != "the warehouse and its people" || !strings.Contains(view, "What does Ivo Testa care about?") || strings.Contains(view, "lll") {
		t.Errorf("the dialog shows %q", values)
	}
	said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"cares_giulia": "", "cares_ivo": "no downtime"}))
	if said != "Done." {
		t.Fatalf("the person heard %q", said)
	}
	b.dialog(t, "U0MARCO", onboarding.ActionDossier)
	b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"preferred": "whatsapp", "cares_luca": "time"}))
	for n, want := range []onboarding.Dossier{
		{Channel: "crm", People: []onboarding.DossierPerson{{Contact: "luca", Cares: "the warehouse\n and its people"}, {Contact: "ada"}, {Contact: "ugo", Cares: long}, {Contact: "ivo", Cares: "no downtime"}}},
		{Channel: "whatsapp", People: []onboarding.DossierPerson{{Contact: "luca", Cares: "time"}, {Contact: "giulia", Cares: "the board"}, {Contact: "ada"}, {Contact: "ugo", Cares: long}}},
	} {
		if got := b.events()[n].Dossier; !reflect.DeepEqual(*got, want) {
			t.Errorf("told %+v, want %+v", got, want)
		}
	}
}

func TestADossierThatIsWrongIsRefusedInWords(t *testing.T) {
	b := newBench(t)
	b.dialog(t, "U0MARCO", onboarding.ActionDossier)
	// A due date before the signature.
	if said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"promises": "three sites; 2020-01-01"})); !strings.Contains(said, "promises[0]") || len(b.events()) > 0 {
		t.Errorf("%q, %+v", said, b.events())
	}
}

func TestALargeTeamFitsTheDialog(t *testing.T) {
	b := newBench(t)
	for n := range 250 {
		b.people = append(b.people, onboarding.Person{ID: fmt.Sprintf("p-%03d", n), Name: fmt.Sprintf("Name %03d", n) + strings.Repeat("x", 90), Email: "p@vendor.example"})
	}
	if view := b.dialog(t, "U0MARCO", onboarding.ActionReassign); !strings.Contains(view, "option_groups") || strings.Contains(view, `"o-7"`) {
		t.Error("no groups, or the owner among them")
	}
	if said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"owner": "p-249"})); said != "Done." || b.events()[0].Owner.ID != "p-249" {
		t.Errorf("%q, %+v", said, b.events())
	}
}
