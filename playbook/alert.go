package playbook

import (
	"fmt"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ComposeAlert writes the message of an order to one of ours. Text is Slack mrkdwn, escaped; Title is plain text, which
// the adapter escapes for where it puts it. Of the settings it needs the company's name alone.
func (p *Playbook) ComposeAlert(o onboarding.Order, to onboarding.Person, s Settings) (onboarding.Alert, error) {
	a, err := p.composeAlert(o, to, s)
	if err != nil {
		return onboarding.Alert{}, fmt.Errorf("composing %s of contract %s: %w", o.Touch, o.Contract.ID, err)
	}
	return a, nil
}

func (p *Playbook) composeAlert(o onboarding.Order, to onboarding.Person, s Settings) (onboarding.Alert, error) {
	touch, ok := p.plan.Touch(o.Touch)
	if !ok || outside(touch) {
		return onboarding.Alert{}, ErrNoText
	}
	n, a, err := p.message(o, &onboarding.Notice{}, to, s)
	if err != nil {
		return onboarding.Alert{}, err
	}
	t, ok := p.texts[textKey{touch.ID, "", a.Language}]
	if !ok {
		return onboarding.Alert{}, ErrNoText
	}
	out, err := t.run(n.data)
	if err != nil {
		return onboarding.Alert{}, err
	}
	out = edited(out, o)
	a.Title, a.Text, a.Mention = out[partSubject], readMarkdown(out[partBody]).mrkdwn(), true
	n.who(&a)
	a.Actions = n.touchActions(touch)
	return a, nil
}

// touchActions are the buttons of a planned message: sales fills in the dossier, the others say that they have spoken.
func (n *notice) touchActions(t onboarding.Touch) []onboarding.AlertAction {
	if t.Audience == onboarding.AudienceSales {
		return []onboarding.AlertAction{n.button(onboarding.ActionDossier, primary)}
	}
	return []onboarding.AlertAction{n.button(onboarding.ActionCalled, primary), n.button(onboarding.ActionAnswered, "")}
}

// decisionMaker is whom a message about a customer is about; the first contact where there is none.
func decisionMaker(c onboarding.Customer) onboarding.Contact {
	for _, k := range c.Contacts {
		if k.Role == onboarding.RoleDecisionMaker {
			return k
		}
	}
	if len(c.Contacts) > 0 {
		return c.Contacts[0]
	}
	return onboarding.Contact{}
}
