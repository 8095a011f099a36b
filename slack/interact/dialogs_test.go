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
			got[0].ID, got[0].At, got[0].By, got[0].Channel = "", time.Time{}, "", ""
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
		"a date of today":          {onboarding.ActionSnooze, map[string]string{"until": "date", "date": "2026-03-02"}, "date"},
		"no date":                  {onboarding.ActionSnooze, map[string]string{"until": "date", "date": ""}, "date"},
		"nothing to edit":          {onboarding.ActionEdit, nil, "body"},
		"no question":              {onboarding.ActionReturn, map[string]string{"question": "  "}, "question"},
		"a promise with no date":   {onboarding.ActionDossier, map[string]string{"promises": "three sites\nan hour; 28/02"}, "promises"},
		"an empty dossier":         {onboarding.ActionDossier, nil, "goals"},
		"an owner nobody has":      {onboarding.ActionReassign, map[string]string{"owner": ""}, "owner"},
		"a false alarm for no one": {onboarding.ActionFalseAlarm, map[string]string{"reason": ""}, "reason"},
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
