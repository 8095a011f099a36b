package playbook

import (
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// drafted is a touch to Giulia as a draft, and its letter with the draft as its edit.
func drafted(t *testing.T, pb *Playbook, touch string, change func(*onboarding.Order, *onboarding.Contact)) (Draft, Letter, Letter) {
	t.Helper()
	as := mustCompose(t, pb, touch, change)
	var draft Draft
	edited := mustCompose(t, pb, touch, func(o *onboarding.Order, c *onboarding.Contact) {
		if change != nil {
			change(o, c)
		}
		var err error
		if draft, err = pb.Draft(*o, *c, testSettings(t)); err != nil {
			t.Fatal(err)
		}
		o.Subject, o.Body = draft.Subject, draft.Body
	})
	return draft, as, edited
}

func TestADraftGivenBackMakesTheSameLetter(t *testing.T) {
	same := func(t *testing.T, as, edited Letter) {
		t.Helper()
		_, was, _ := strings.Cut(as.HTML, `class="card"`) // after the preheader
		_, is, _ := strings.Cut(edited.HTML, `class="card"`)
		if edited.Subject != as.Subject || edited.Text != as.Text || is == "" || is != was {
			t.Errorf("it became\n%s\n%s\ninstead of\n%s\n%s", edited.Subject, edited.Text, as.Subject, as.Text)
		}
	}
	pb := loadDefault(t)
	n := 0
	for _, touch := range pb.Plan().Touches {
		if touch.Audience != onboarding.AudienceCustomer || touch.Channel != onboarding.ChannelEmail {
			continue
		}
		n++
		for _, language := range pb.Plan().Languages {
			t.Run(touch.ID+"."+language, func(t *testing.T) {
				draft, as, edited := drafted(t, pb, touch.ID, func(o *onboarding.Order, c *onboarding.Contact) {
					c.Language, o.Samples = language, true
					if touch.CaseHistory {
						o.Case = goldenCase[language]
					}
				})
				same(t, as, edited)
				if strings.Contains(draft.Body, `\`) {
					t.Errorf("it has backslashes:\n%s", draft.Body)
				}
			})
		}
	}
	if n < 10 {
		t.Errorf("only %d mails", n)
	}
	for _, evil := range hostile {
		_, as, edited := drafted(t, loadTiny(t), "hello", func(o *onboarding.Order, c *onboarding.Contact) {
			o.Contract.Customer.Company, o.Contract.Product, o.Contract.Owner.Name = evil, evil, evil
			o.Contract.Dossier.Goals[0].Text = evil
			c.Name, c.Language = evil, "en"
		})
		same(t, as, edited)
	}
}

func TestADraftSaysWhetherItsLinksAreItsRecipientsAlone(t *testing.T) {
	pb := loadDefault(t)
	for touch, want := range map[string]bool{"pulse-ease": true, "welcome": false, "training-invitation": false} {
		if draft, _, _ := drafted(t, pb, touch, nil); draft.Personal != want {
			t.Errorf("%s: %+v", touch, draft)
		}
	}
}

func TestADraftOfAnEditedMailIsTheEdit(t *testing.T) {
	draft, _, _ := drafted(t, loadDefault(t), "welcome", func(o *onboarding.Order, _ *onboarding.Contact) {
		o.Subject, o.Body = "Two dates", "Dear Giulia,\n\nhere they are."
	})
	if draft.Subject != "Two dates" || draft.Body != "Dear Giulia,\n\nhere they are." {
		t.Errorf("%+v", draft)
	}
}
