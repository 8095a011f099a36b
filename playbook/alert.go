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
	language := p.ours(to)
	d, err := newData(o, decisionMaker(o.Contract.Customer), language, s)
	if err != nil {
		return onboarding.Alert{}, err
	}
	t, ok := p.texts[textKey{touch.ID, "", language}]
	if !ok {
		return onboarding.Alert{}, ErrNoText
	}
	out, err := t.run(d)
	if err != nil {
		return onboarding.Alert{}, err
	}
	out = edited(out, o)
	return onboarding.Alert{Key: o.Key, Contract: o.Contract.ID, Touch: o.Touch, To: to.ID, SlackID: to.SlackID,
		Email: to.Email, Title: out[partSubject], Text: readMarkdown(out[partBody]).mrkdwn(), At: o.At}, nil
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
