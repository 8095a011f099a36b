package playbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// ErrNoText: the playbook has no text for this touch.
var ErrNoText = errors.New("the playbook has no text for this touch")

// Letter is one mail to one contact, ready for an envelope.
type Letter struct {
	Subject   string
	Preheader string // the line an inbox shows after the subject; it is in HTML already
	Text      string
	HTML      string
	// Unsubscribe is the one-click URL of a relationship mail; it is also in both bodies.
	Unsubscribe string
	From        onboarding.Address
	ReplyTo     onboarding.Address
	Language    string
	body        string // the Markdown that both bodies are made of, without layout and button
}

// Compose writes the mail of an order to one contact. The same order gives the same letter, to the byte. Branch on
// ErrTermAbsent, ErrNoCaseHistory and ErrNoText: such a mail will never go.
func (p *Playbook) Compose(o onboarding.Order, contact onboarding.Contact, s Settings) (Letter, error) {
	l, err := p.compose(o, contact, s)
	if err != nil {
		return Letter{}, fmt.Errorf("composing %s of contract %s: %w", o.Touch, o.Contract.ID, err)
	}
	return l, nil
}

func (p *Playbook) compose(o onboarding.Order, contact onboarding.Contact, s Settings) (Letter, error) {
	if err := s.Validate(); err != nil {
		return Letter{}, err
	}
	touch, ok := p.touchOf(o.Touch)
	if !ok || !outside(touch) {
		return Letter{}, ErrNoText
	}
	if touch.Audience == onboarding.AudiencePeer {
		o.Contract = o.Contract.ForPeer()
	}
	if err := granted(touch, o.Contract.Terms); err != nil {
		return Letter{}, err
	}
	language := p.language(touch, o, contact)
	d, err := newData(o, contact, language, s)
	if err != nil {
		return Letter{}, err
	}
	d.settings = &s
	if touch.CaseHistory {
		c, ok := p.cases[caseKey{o.Case, language}]
		if !ok || !c.usable(o) {
			return Letter{}, ErrNoCaseHistory
		}
		d.CaseHistory = c.data()
	}
	t, ok := p.text(touch, o.Variant, language, d)
	if !ok {
		return Letter{}, ErrNoText
	}
	out, err := t.run(d)
	if err != nil {
		return Letter{}, err
	}
	return d.letter(touch, language, edited(out, o))
}

// touchOf is the touch of an order, or of one of its instances: an answer goes as "answer-value-return/case-1".
func (p *Playbook) touchOf(id string) (onboarding.Touch, bool) {
	id, _, _ = strings.Cut(id, "/")
	return p.plan.Touch(id)
}

// outside reports whether a touch is a mail to somebody who is none of ours.
func outside(t onboarding.Touch) bool {
	return t.Audience == onboarding.AudienceCustomer || t.Audience == onboarding.AudiencePeer
}

// edited puts what ops wrote in the place of the template's words; the action stays.
func edited(out parts, o onboarding.Order) parts {
	if o.Subject != "" {
		out[partSubject] = oneLine(o.Subject)
	}
	if o.Body != "" {
		out[partBody] = unix([]byte(o.Body))
		delete(out, partPreheader) // it announced another text
	}
	return out
}

// granted holds a touch's terms against the contract's.
func granted(t onboarding.Touch, terms *onboarding.Terms) error {
	if terms == nil {
		terms = &onboarding.Terms{}
	}
	has := map[onboarding.Fact]bool{onboarding.FactTermRefund: terms.Refund != nil, onboarding.FactTermTraining: terms.Training != nil,
		onboarding.FactTermAssistance: terms.Assistance != nil, onboarding.FactTermReturn: terms.Return != nil}
	for _, c := range t.Conditions {
		if is, term := has[c.Fact]; term && c.Is && !is {
			return fmt.Errorf("%s: %w", c.Fact, ErrTermAbsent)
		}
	}
	return nil
}

// language is the contact's, else the customer's, else the playbook's first. A mail with a case history is written in
// the first of these that the case history speaks.
func (p *Playbook) language(t onboarding.Touch, o onboarding.Order, contact onboarding.Contact) string {
	speaks := func(language string) bool {
		if !slices.Contains(p.plan.Languages, language) {
			return false
		}
		_, ok := p.cases[caseKey{o.Case, language}]
		return ok || !t.CaseHistory
	}
	for _, l := range []string{contact.Language, o.Contract.Customer.Language} {
		if speaks(l) {
			return l
		}
	}
	return p.plan.Languages[0]
}

// text finds the template. A contact about whom there is nothing to repeat gets the text without facts, even where
// another recipient of the same order gets the one with them.
func (p *Playbook) text(t onboarding.Touch, variant, language string, d *data) (*text, bool) {
	if variant == "" && slices.Contains(t.FallbackUnless, onboarding.FactGoalToRepeat) && len(d.Goals) == 0 && len(d.Promises) == 0 {
		variant = variantFallback
	}
	found, ok := p.texts[textKey{t.ID, variant, language}]
	if !ok {
		found, ok = p.texts[textKey{t.ID, "", language}]
	}
	return found, ok
}

// letter puts the parts into the layout.
func (d *data) letter(t onboarding.Touch, language string, out parts) (Letter, error) {
	s := d.settings
	l := Letter{Subject: out[partSubject], Preheader: out[partPreheader], Language: language,
		From: d.from(t), ReplyTo: d.replyTo(), body: out[partBody]}
	if out[partLink] != "" && !isWebAddress(out[partLink]) {
		return Letter{}, fmt.Errorf("the action leads to %q, which is no web address", out[partLink])
	}
	if t.Class == onboarding.ClassRelationship {
		url, err := d.link(string(PurposeUnsubscribe))
		if err != nil {
			return Letter{}, err
		}
		l.Unsubscribe = url
	}
	loc := locales[language]
	frame := frame{
		Language: language, Subject: l.Subject, Preheader: l.Preheader, Brand: s.Company.brand(),
		Label: out[partLabel], Link: out[partLink],
		Why:     d.why(loc, t.Class),
		Legal:   []string{s.Company.LegalName, s.Company.Seat, s.Company.Registration},
		Privacy: loc.privacy, PrivacyURL: s.Company.PrivacyURL,
		Unsubscribe: loc.unsubscribe, UnsubscribeURL: l.Unsubscribe,
	}
	body, signature := d.signed(out[partBody])
	l.Text = frame.text(body, signature)
	var err error
	l.HTML, err = frame.html(body, signature)
	return l, err
}

// why is the footer's "why you get this"; a peer's tells nothing of the customer.
func (d *data) why(l *locale, class onboarding.Class) string {
	if d.toPeer() {
		return fmt.Sprintf(l.whyPeer, d.Brand)
	}
	return l.reason(class, d.order.Contract.Customer, d.Product, d.contact.Form)
}

// signed parts a text from the line with the writer's name at its end: the action stands between the two.
func (d *data) signed(body string) (text, signature *page) {
	if i := strings.LastIndex(body, "\n\n"); i > 0 {
		last := strings.TrimSpace(body[i:])
		for _, p := range []personData{d.Owner, d.Sales} {
			if p.Name != "" && (strings.HasPrefix(last, escapeMarkdown(p.Name)) || strings.HasPrefix(last, oneLine(p.Name))) {
				return readMarkdown(body[:i]), readMarkdown(last)
			}
		}
	}
	return readMarkdown(body), readMarkdown("")
}

// from is the sender's address for the class, in the name of the person who writes.
func (d *data) from(t onboarding.Touch) onboarding.Address {
	a := d.settings.FromService
	if t.Class == onboarding.ClassRelationship {
		a = d.settings.FromRelationship
	}
	if p := d.writer(); d.order.From != "" && p.Name != "" {
		a.Name = fmt.Sprintf("%s (%s)", p.Name, d.Brand)
	} else if a.Name == "" {
		a.Name = d.Brand
	}
	a.Name = oneLine(a.Name)
	return a
}

// writer is who answers: sales where they wrote, else the owner.
func (d *data) writer() personData {
	if d.order.From == onboarding.AudienceSales {
		return d.Sales
	}
	return d.Owner
}

func (d *data) replyTo() onboarding.Address {
	p := d.writer()
	a := onboarding.Address{Name: oneLine(p.Name), Email: p.Email}
	if d.settings.ReplyDomain != "" && !d.toPeer() {
		a.Email = d.settings.Links.ReplyAddress(d.order.Contract.ID, d.contact.ID, d.settings.ReplyDomain)
	}
	return a
}
