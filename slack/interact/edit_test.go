package interact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack/interact"
)

var draft = interact.Draft{Subject: "Easy or hard?", Body: "Hello Giulia,\n\none\u00a0question only.\n\nMarco Bianchi", Recipients: 1}

// shown are the texts that a dialog holds already, by input, and their hints.
func shown(t *testing.T, view string) (values, hints map[string]string) {
	t.Helper()
	var v struct {
		Blocks []struct {
			BlockID string                `json:"block_id"`
			Hint    struct{ Text string } `json:"hint"`
			Element struct {
				Initial string `json:"initial_value"`
			} `json:"element"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal([]byte(view), &v); err != nil {
		t.Fatal(err)
	}
	values, hints = map[string]string{}, map[string]string{}
	for _, b := range v.Blocks {
		values[b.BlockID], hints[b.BlockID] = b.Element.Initial, b.Hint.Text
	}
	return values, hints
}

func editing(t *testing.T, d interact.Draft) *bench {
	t.Helper()
	b := newBench(t)
	b.drafts = map[string]interact.Draft{"C-1/pulse-ease": d}
	return b
}

func TestAnEditBeginsWithTheMailAsItWouldGo(t *testing.T) {
	values, hints := shown(t, editing(t, draft).dialog(t, "U0MARCO", onboarding.ActionEdit))
	if values["subject"] != draft.Subject || values["body"] != draft.Body {
		t.Errorf("the dialog shows %q", values)
	}
	if !strings.Contains(hints["body"], "how it goes now") {
		t.Errorf("the hint is %q", hints["body"])
	}
}

func TestOnlyWhatWasChangedIsAnEdit(t *testing.T) {
	for name, c := range map[string]struct {
		values        map[string]string // what is not named is left as the dialog shows it
		subject, body string            // told; nothing where both are empty
	}{
		"the subject":                    {map[string]string{"subject": "Easy?"}, "Easy?", ""},
		"the text":                       {map[string]string{"body": "Hello,\n\none question."}, "", "Hello,\n\none question."},
		"both":                           {map[string]string{"subject": "Easy?", "body": "One question."}, "Easy?", "One question."},
		"one emptied, the other changed": {map[string]string{"subject": "", "body": "One question."}, "", "One question."},
		"a paragraph more":               {map[string]string{"body": strings.Replace(draft.Body, " only", "\n\nonly", 1)}, "", strings.Replace(draft.Body, " only", "\n\nonly", 1)},
		"nothing":                        {nil, "", ""},
		"one emptied":                    {map[string]string{"body": ""}, "", ""},
		"nothing, as a browser gives it": {map[string]string{"body": "Hello Giulia,\r\n\r\none question only.\r\n\r\nMarco Bianchi\r\n"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := editing(t, draft)
			b.dialog(t, "U0MARCO", onboarding.ActionEdit)
			said, told := b.deliver(t, b.submit(t, "U0MARCO", c.values)), b.events()
			if c.subject+c.body == "" {
				if len(told) > 0 || said != "You changed nothing, so the mail stays as it is." {
					t.Errorf("the person heard %q, told %+v", said, told)
				}
				return
			}
			if len(told) != 1 || said != "Done." || told[0].Subject != c.subject || told[0].Body != c.body || told[0].Touch != "pulse-ease" {
				t.Errorf("the person heard %q, told %+v", said, told)
			}
		})
	}
}

func TestAMailThatADialogCannotShowIsNotShownAndWhyIsSaid(t *testing.T) {
	with := func(change func(*interact.Draft)) interact.Draft { d := draft; change(&d); return d }
	for name, c := range map[string]struct {
		draft interact.Draft
		body  bool
		hint  string
	}{
		"as long as Slack takes": {with(func(d *interact.Draft) { d.Body = strings.Repeat("è", 3000) }), true, "how it goes now"},
		"longer":                 {with(func(d *interact.Draft) { d.Body = strings.Repeat("è", 3001) }), false, "longer than the 3000 characters"},
		"to several":             {with(func(d *interact.Draft) { d.Recipients = 3 }), true, "each of the 3 recipients"},
		"with links of its own":  {with(func(d *interact.Draft) { d.Personal = true }), false, "links that belong to its recipient alone"},
	} {
		t.Run(name, func(t *testing.T) {
			values, hints := shown(t, editing(t, c.draft).dialog(t, "U0MARCO", onboarding.ActionEdit))
			if values["subject"] != draft.Subject || (values["body"] != "") != c.body || !strings.Contains(hints["body"], c.hint) {
				t.Errorf("the dialog shows %q with the hints %q", values, hints)
			}
		})
	}
}

func TestADialogOpensWithoutTheMailThatDoesNotComeInTime(t *testing.T) {
	b := editing(t, draft)
	b.mute, b.release = true, make(chan struct{})
	values, hints := shown(t, b.dialog(t, "U0MARCO", onboarding.ActionEdit))
	if values["subject"]+values["body"] != "" || !strings.Contains(hints["body"], "could not be read") {
		t.Errorf("the dialog shows %q with the hints %q", values, hints)
	}
	close(b.release)
	if said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"body": draft.Body})); said != "Done." || b.events()[0].Body != draft.Body {
		t.Errorf("what is written without a model: %q, told %+v", said, b.events())
	}
}

// A stand-in is in people.yaml and has no role in the contract.
func TestWhoStandsInPressesTheButtonsOfAMail(t *testing.T) {
	for action, kind := range map[onboarding.ActionID]onboarding.EventKind{
		onboarding.ActionSkip: onboarding.EventTouchSkipped, onboarding.ActionCallMyself: onboarding.EventTouchSkipped,
		onboarding.ActionApprove: onboarding.EventTouchHurried, onboarding.ActionEdit: onboarding.EventTouchEdited,
	} {
		b := editing(t, draft)
		said := ""
		if action == onboarding.ActionEdit {
			b.dialog(t, "U0ELENA", action)
			said = b.deliver(t, b.submit(t, "U0ELENA", map[string]string{"subject": "Facile?"}))
		} else {
			said = b.click(t, "U0ELENA", action)
		}
		if told := b.events(); said != "Fatto." || len(told) == 0 || told[0].Kind != kind || told[0].By != "o-8" {
			t.Errorf("%s: %q, told %+v", action, said, told)
		}
	}
}
