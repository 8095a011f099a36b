package playbook

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// mails writes what leaves today in the reader's name.
func (w *digestWriter) mails() {
	if len(w.Digest.Mails) == 0 {
		return
	}
	label := "mails" + inShadow(w.Digest.Mails)
	w.count(label, len(w.Digest.Mails))
	w.drawMails(w.say(label), w.Digest.Mails, w.To.ID)
}

// standIns writes what leaves today in the names of others.
func (w *digestWriter) standIns() {
	for _, s := range w.Digest.StandIns {
		if len(s.Mails) == 0 {
			continue
		}
		label, name := "standin"+inShadow(s.Mails), cmp.Or(s.Name, s.ID)
		w.count(label, len(s.Mails), "person", escaped(name))
		w.drawMails(w.say(label, "person", name, "day", w.cal.date(s.Until, w.cal.today)), s.Mails, s.ID)
	}
}

// inShadow is the ending of the label of mails none of which will go.
func inShadow(mails []DigestMail) string {
	if slices.ContainsFunc(mails, func(m DigestMail) bool { return !m.Shadow }) {
		return ""
	}
	return "_shadow"
}

// drawMails writes each mail with its buttons; in shadow none, for there is nothing to stop.
func (w *digestWriter) drawMails(label string, all []DigestMail, owner string) {
	most := min(len(all), mostDigestMails, mostDigestDrawn-w.drawn)
	w.drawn += most
	var facts []onboarding.AlertFact
	for _, m := range all[:most] {
		f := onboarding.AlertFact{Text: w.mail(m)}
		if !m.Shadow {
			f.Actions = w.mailActions(m)
		}
		facts = append(facts, f)
	}
	if n := len(all) - most; n > 0 {
		facts = append(facts, onboarding.AlertFact{Text: w.more(n, owner)})
	}
	facts[0].Label = label
	w.alert.Facts = append(w.alert.Facts, facts...)
}

func (w *digestWriter) mail(m DigestMail) string {
	at := m.At.In(w.cal.zone)
	when := at.Format("15:04")
	if onboarding.DateOf(at) != w.cal.today {
		when = w.cal.dateTime(at, w.cal.today)
	}
	if m.Waits {
		when = w.say("waits")
	}
	line := fmt.Sprintf("%s · %s · %s", when, customerOf(m.DigestCustomer), escaped(cmp.Or(m.Subject, m.Touch)))
	if m.Shadow {
		line += " (" + w.say("shadow") + ")"
	}
	return line
}

func (w *digestWriter) mailActions(m DigestMail) []onboarding.AlertAction {
	ids := []onboarding.ActionID{onboarding.ActionSkip, onboarding.ActionEdit, onboarding.ActionCallMyself}
	if m.Waits {
		ids = append([]onboarding.ActionID{onboarding.ActionApprove}, ids...)
	}
	var out []onboarding.AlertAction
	for _, id := range ids {
		a := onboarding.AlertAction{ID: id, Label: w.say("button_" + string(id)), Value: m.Touch, Contract: m.Contract, Run: m.Run}
		if id == onboarding.ActionApprove {
			a.Style = primary
		}
		out = append(out, a)
	}
	return out
}
