package interact_test

import (
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack/interact"
)

// admitting has an apology that would go.
func admitting(t *testing.T, d interact.Draft) *bench {
	t.Helper()
	b := newBench(t)
	b.drafts = map[string]interact.Draft{"C-1/fault_admitted": d}
	return b
}

func TestWhoAdmitsTheFaultDecidesHow(t *testing.T) {
	for name, c := range map[string]struct {
		values        map[string]string // what is not named is left as the dialog shows it
		subject, body string
	}{
		"as the playbook has it":   {nil, "", ""},
		"emptied":                  {map[string]string{"subject": "", "body": ""}, "", ""},
		"as a browser gives it":    {map[string]string{"body": "Hello Giulia,\r\n\r\none question only.\r\n\r\nMarco Bianchi\r\n"}, "", ""},
		"with words of their own":  {map[string]string{"body": "I was wrong."}, "", "I was wrong."},
		"with a subject and words": {map[string]string{"subject": "My fault", "body": "I was wrong."}, "My fault", "I was wrong."},
	} {
		t.Run(name, func(t *testing.T) {
			b := admitting(t, draft)
			values, hints := shown(t, b.dialog(t, "U0MARCO", onboarding.ActionAdmit))
			if values["subject"] != draft.Subject || values["body"] != draft.Body || !strings.Contains(hints["body"], "how it goes now") {
				t.Errorf("the dialog shows %q with the hints %q", values, hints)
			}
			said, told := b.deliver(t, b.submit(t, "U0MARCO", c.values)), b.events()
			if said != "Done." || len(told) != 1 || told[0].Kind != onboarding.EventFaultAdmitted || told[0].Case != "case-1" || told[0].Subject != c.subject || told[0].Body != c.body {
				t.Errorf("the person heard %q, told %+v", said, told)
			}
		})
	}
}

func TestAnApologyWithLinksOfItsRecipientIsNotShown(t *testing.T) {
	personal := draft
	personal.Personal = true
	values, hints := shown(t, admitting(t, personal).dialog(t, "U0MARCO", onboarding.ActionAdmit))
	if values["body"] != "" || !strings.Contains(hints["body"], "links that belong to its recipient alone") {
		t.Errorf("the dialog shows %q with the hints %q", values, hints)
	}
}

func TestAFaultIsAdmittedWithoutTheMailThatDoesNotComeInTime(t *testing.T) {
	b := admitting(t, draft)
	b.mute, b.release = true, make(chan struct{})
	values, hints := shown(t, b.dialog(t, "U0MARCO", onboarding.ActionAdmit))
	if text, asked := values["body"]; text != "" || !asked || !strings.Contains(hints["body"], "left empty, the playbook's text goes") {
		t.Errorf("the dialog shows %q with the hints %q", values, hints)
	}
	close(b.release)
	if said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"body": draft.Body})); said != "Done." || b.events()[0].Body != draft.Body {
		t.Errorf("what is written without a model: %q, told %+v", said, b.events())
	}
}

func TestWhereNoApologyWouldGoOnlyTheDecisionIsAsked(t *testing.T) {
	b := newBench(t)
	view := b.dialog(t, "U0MARCO", onboarding.ActionAdmit)
	if values, _ := shown(t, view); len(values) != 1 || !strings.Contains(view, "no mail goes by itself") || !strings.Contains(view, "Admit it") {
		t.Errorf("the dialog is %s", view)
	}
}

func TestAnApologyThatNoMailCanHoldIsRefusedInWords(t *testing.T) {
	b := admitting(t, draft)
	b.dialog(t, "U0MARCO", onboarding.ActionAdmit)
	if said := b.deliver(t, b.submit(t, "U0MARCO", map[string]string{"body": "I was\x07 wrong."})); !strings.Contains(said, "body") || len(b.events()) > 0 {
		t.Errorf("the person heard %q, told %+v", said, b.events())
	}
}
