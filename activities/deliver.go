package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// parkFor is how long a message waits when the provider refuses our key or sender: ops must act first.
const parkFor = 30 * time.Minute

// Deliver sends a touch by mail, one mail to each contact, each at most once: the row is reserved in the ledger before
// the provider is called, and settled after. Another try of the same order finds the rows and sends only what is open.
func (a *Activities) Deliver(ctx context.Context, o onboarding.Order) (onboarding.Outcome, error) {
	defer alive(ctx)()
	book, ok := a.Books.Get(o.Playbook)
	if !ok {
		return onboarding.Outcome{}, again("playbook "+o.Playbook+" is not loaded yet", TypeNoPlaybook, 5*time.Second, nil)
	}
	o, out, err := a.permitted(ctx, book, o)
	if err != nil || out.Kind != "" {
		return out, err
	}
	if o, out, err = a.introduced(ctx, o); err != nil || out.Kind != "" {
		return out, err
	}
	if o.Class == onboarding.ClassRelationship && a.HoldRelationship.Load() {
		return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: "too many bounces or spam reports", Until: o.At.Add(parkFor)}, nil
	}
	var all []onboarding.Outcome
	for _, id := range o.To {
		out, err := a.deliverTo(ctx, book, o, id)
		if err != nil {
			return onboarding.Outcome{}, err
		}
		all = append(all, out)
		if o.Peer != nil && out.Kind != onboarding.OutcomeSent && out.Kind != onboarding.OutcomeUnknown {
			break // no half of an introduction
		}
	}
	out = worst(all)
	a.count(o.Channel, string(out.Kind))
	return out, nil
}

// worst is the outcome of an order over its mails: unknown if one is, else sent if one went, else the first.
func worst(all []onboarding.Outcome) onboarding.Outcome {
	if len(all) == 0 {
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no recipient"}
	}
	out := all[0]
	var sent []string
	for _, o := range all {
		sent = append(sent, o.Sent...)
		switch {
		case o.Kind == onboarding.OutcomeUnknown,
			o.Kind == onboarding.OutcomeSent && out.Kind != onboarding.OutcomeUnknown && out.Kind != onboarding.OutcomeSent,
			o.Kind == onboarding.OutcomeDeferred && out.Kind == onboarding.OutcomeDropped:
			out = o
		}
	}
	out.Sent = sent
	return out
}

// deliverTo sends one mail of an order.
func (a *Activities) deliverTo(ctx context.Context, book *playbook.Playbook, o onboarding.Order, id string) (onboarding.Outcome, error) {
	contact, ok := recipient(o, id)
	if !ok {
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no recipient"}, nil
	}
	o.Limits = limitsOf(o, id)
	letter, err := book.Compose(o, contact, a.Settings)
	if out, done := a.textFault(o, err); done {
		return out, nil
	}
	mail, reason := a.address(mailOf(o, contact, letter))
	if reason != "" {
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: reason, Subject: letter.Subject}, nil
	}
	row := onboarding.Send{Key: mail.Key, Contract: o.Contract.ID, Run: o.Run, Touch: o.Touch, Class: rowClass(o),
		Channel: o.Channel, Address: strings.ToLower(contact.Email), At: o.At}
	out, err := a.atMostOnce(ctx, o, row, func(ctx context.Context) (onboarding.Receipt, error) { return a.Mail.Send(ctx, mail) })
	out.Subject = letter.Subject
	if out.Kind == onboarding.OutcomeSent {
		out.Sent = []string{id}
	}
	return out, err
}

// textFault turns a text that cannot be written into an outcome.
func (a *Activities) textFault(o onboarding.Order, err error) (onboarding.Outcome, bool) {
	switch {
	case err == nil:
		return onboarding.Outcome{}, false
	case errors.Is(err, playbook.ErrNoCaseHistory):
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no approved case history"}, true
	case errors.Is(err, playbook.ErrTermAbsent):
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "term absent"}, true
	}
	a.Log.Error("a text cannot be written: mend the playbook's template and adopt it", "code", "text_fault",
		"contract", o.Contract.ID, "touch", o.Touch, "error", err)
	return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "text_fault", Task: "text_fault"}, true
}

// local is the instant of an order on the customer's wall clock: what prints it prints their day and hour.
func local(o onboarding.Order) time.Time {
	zone, err := onboarding.LoadZone(o.Contract.Customer.TimeZone)
	if err != nil {
		return o.At
	}
	return o.At.In(zone)
}

func mailOf(o onboarding.Order, c onboarding.Contact, l playbook.Letter) onboarding.Mail {
	m := onboarding.Mail{Key: onboarding.MailKey(o.Key, c.ID), Class: o.Class, Language: l.Language, From: l.From,
		ReplyTo: l.ReplyTo, To: onboarding.Address{Name: c.Name, Email: c.Email}, Subject: l.Subject, Text: l.Text,
		HTML: l.HTML, Unsubscribe: l.Unsubscribe, At: local(o)}
	for _, id := range o.Cc {
		if p := o.Contract.Owner; p != nil && p.ID == id {
			m.Cc = append(m.Cc, onboarding.Address{Name: p.Name, Email: p.Email})
		}
	}
	return m
}

// address applies the trial settings: a redirected mail says whom it was meant for.
func (a *Activities) address(m onboarding.Mail) (onboarding.Mail, string) {
	_, domain, _ := strings.Cut(m.To.Email, "@")
	allowed := len(a.AllowDomains) == 0 || slices.ContainsFunc(a.AllowDomains, func(d string) bool { return strings.EqualFold(d, domain) })
	switch {
	case a.RedirectTo != "" && (!allowed || len(a.AllowDomains) == 0):
		m.RedirectedFrom = m.To.Email
		m.Subject = fmt.Sprintf("[%s] %s", m.To.Email, m.Subject)
		m.To = onboarding.Address{Email: a.RedirectTo}
		m.Cc = nil
	case !allowed:
		return m, "domain_not_allowed"
	}
	return m, ""
}

// atMostOnce reserves, sends and settles one ledger row.
func (a *Activities) atMostOnce(ctx context.Context, o onboarding.Order, row onboarding.Send,
	send func(context.Context) (onboarding.Receipt, error)) (onboarding.Outcome, error) {
	res, err := a.Ledger.Reserve(ctx, row, o.Limits, a.Grace)
	if err == nil && res.Outcome == onboarding.Existing && res.Row.State == onboarding.SendUnknown && o.Resend {
		if err = a.Ledger.Settle(ctx, row.Key, onboarding.SendReleased, "", "resend"); err == nil {
			res, err = a.Ledger.Reserve(ctx, row, o.Limits, a.Grace)
		}
	}
	if err != nil {
		return onboarding.Outcome{}, fmt.Errorf("reserve in the ledger: %w", err)
	}
	switch res.Outcome {
	case onboarding.Suppressed:
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: res.Reason}, nil
	case onboarding.Deferred:
		return onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: res.Reason, Until: res.Until}, nil
	case onboarding.Existing:
		return a.existing(res.Row)
	}
	receipt, err := send(ctx)
	// The provider has answered: the row must be settled even when the activity's time is up.
	settleCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return a.settle(settleCtx, o, row, receipt, err)
}

// existing answers for a row that stood before this try.
func (a *Activities) existing(row onboarding.Send) (onboarding.Outcome, error) {
	switch row.State {
	case onboarding.SendAccepted:
		return onboarding.Outcome{Kind: onboarding.OutcomeSent}, nil
	case onboarding.SendRejected:
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: row.Reason}, nil
	case onboarding.SendUnknown:
		return onboarding.Outcome{Kind: onboarding.OutcomeUnknown}, nil
	}
	return onboarding.Outcome{}, again("another try of this send may be under way", TypeUnderWay, a.Grace, nil)
}

// settle writes what the provider answered.
func (a *Activities) settle(ctx context.Context, o onboarding.Order, row onboarding.Send, r onboarding.Receipt, sendErr error) (onboarding.Outcome, error) {
	if sendErr == nil {
		if err := a.Ledger.Settle(ctx, row.Key, onboarding.SendAccepted, r.MessageID, ""); err != nil {
			return onboarding.Outcome{}, fmt.Errorf("settle in the ledger: %w", err)
		}
		return onboarding.Outcome{Kind: onboarding.OutcomeSent}, nil
	}
	state, out, retry := a.judge(ctx, o, sendErr)
	if err := a.Ledger.Settle(ctx, row.Key, state, "", out.Reason); err != nil {
		return onboarding.Outcome{}, fmt.Errorf("settle in the ledger: %w", err)
	}
	return out, retry
}

// judge says what a transport's failure means: for the row, for the order, and whether to try again at once.
func (a *Activities) judge(ctx context.Context, o onboarding.Order, err error) (onboarding.SendState, onboarding.Outcome, error) {
	if errors.Is(err, errInDigest) {
		return onboarding.SendReleased, onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "in_digest"}, nil
	}
	log := a.Log.With("contract", o.Contract.ID, "touch", o.Touch, "error", err)
	switch onboarding.Fault(err) {
	case onboarding.FaultRefused:
		log.Error("the provider refused a message", "code", "message_refused")
		return onboarding.SendRejected, onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "refused_by_provider", Task: "message_refused"}, nil
	case onboarding.FaultConfiguration:
		log.Error("the provider refuses our key or sender: mend the configuration; messages are parked, none is lost", "code", "provider_configuration")
		if a.Alarm != nil {
			a.Alarm(ctx, "provider_configuration", "a provider refuses our key or sender; messages are parked until the configuration is mended")
		}
		return onboarding.SendReleased, onboarding.Outcome{Kind: onboarding.OutcomeDeferred, Reason: "provider_configuration", Until: o.At.Add(parkFor)}, nil
	case onboarding.FaultThrottled:
		return onboarding.SendReleased, onboarding.Outcome{}, again("throttled by the provider", TypeThrottled, throttleDelay(err), err)
	case onboarding.FaultUnreached:
		return onboarding.SendReleased, onboarding.Outcome{}, again("the provider was not reached", TypeUnreached, 0, err)
	}
	log.Warn("a send's result is not known", "code", "send_unknown")
	return onboarding.SendUnknown, onboarding.Outcome{Kind: onboarding.OutcomeUnknown}, nil
}
