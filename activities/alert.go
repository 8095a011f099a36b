package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Alert sends a touch to one of ours.
func (a *Activities) Alert(ctx context.Context, o onboarding.Order) (onboarding.Outcome, error) {
	defer alive(ctx)()
	book, ok := a.Books.Get(o.Playbook)
	if !ok {
		return onboarding.Outcome{}, again("playbook "+o.Playbook+" is not loaded yet", TypeNoPlaybook, 5*time.Second, nil)
	}
	o, out, err := a.permitted(ctx, book, o)
	if err != nil || out.Kind != "" {
		return out, err
	}
	person, ok, err := a.recipient(ctx, o)
	if err != nil {
		return onboarding.Outcome{}, err
	}
	if !ok {
		return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no recipient"}, nil
	}
	alert, err := a.compose(book, o, person)
	if out, done := a.textFault(o, err); done {
		return out, nil
	}
	alert.At = local(o)
	row := onboarding.Send{Key: o.Key, Contract: o.Contract.ID, Run: o.Run, Touch: o.Touch, Class: o.Class,
		Channel: o.Channel, Address: person.ID, At: o.At}
	if out, err = a.place(ctx, &o, person, &alert, &row); err != nil || out.Kind != "" {
		return out, err
	}
	out, err = a.atMostOnce(ctx, o, row, func(ctx context.Context) (onboarding.Receipt, error) {
		return a.post(ctx, alert, standIn(o.Contract, person))
	})
	if out.Kind == onboarding.OutcomeSent {
		out.Sent = []string{person.ID}
	}
	a.count(o.Channel, string(out.Kind))
	return out, err
}

// standIn is who gets the alerts of somebody whose account is closed: the manager, with their name before the title; nobody
// where they are the manager.
func standIn(c onboarding.Contract, gone onboarding.Person) func(onboarding.Alert) (onboarding.Alert, bool) {
	return func(a onboarding.Alert) (onboarding.Alert, bool) {
		m := c.Manager
		if m == nil || m.ID == gone.ID || a.Rewrite != "" {
			return a, false
		}
		a.To, a.SlackID, a.Email, a.Title = m.ID, m.SlackID, m.Email, gone.Name+": "+a.Title
		return a, true
	}
}

// nobody stands in: whose account is closed needs no digest.
func nobody(a onboarding.Alert) (onboarding.Alert, bool) { return a, false }

// mailer is a transport of alerts whose every alert is a mail.
type mailer interface{ ByMail() bool }

// errInDigest: an alert is not worth a mail, and there is no other way.
var errInDigest = errors.New("it stands in the digest")

// post posts an alert; to who stands in where the person's account is closed; and where it surely did not go and the person
// has an address, it goes by mail: an alert must not wait for Slack. What only adds to an alert is no mail.
func (a *Activities) post(ctx context.Context, alert onboarding.Alert, standIn func(onboarding.Alert) (onboarding.Alert, bool)) (onboarding.Receipt, error) {
	if m, ok := a.Alerts.(mailer); ok && m.ByMail() && alert.NoMail {
		return onboarding.Receipt{}, errInDigest
	}
	receipt, err := a.Alerts.Post(ctx, alert)
	if errors.Is(err, onboarding.ErrNobodyThere) {
		if other, ok := standIn(alert); ok {
			a.Log.Warn("an alert goes to the manager, since the account of who should get it is closed", "code", "alert_to_manager",
				"contract", alert.Contract, "touch", alert.Touch, "person", alert.To)
			alert = other
			receipt, err = a.Alerts.Post(ctx, alert)
		}
	}
	if err == nil || alert.Email == "" || alert.Rewrite != "" { // a mail cannot change a message
		return receipt, err
	}
	if kind := onboarding.Fault(err); kind == onboarding.FaultUnknown || kind == onboarding.FaultThrottled {
		return receipt, err
	}
	if alert.NoMail {
		return onboarding.Receipt{}, errInDigest
	}
	a.Log.Warn("an alert goes by mail, since "+a.Alerts.Name()+" did not take it", "code", "alert_by_mail",
		"contract", alert.Contract, "touch", alert.Touch, "error", err)
	_, err = a.Mail.Send(ctx, onboarding.Mail{
		Key: alert.Key, Class: onboarding.ClassInternal, From: a.Settings.FromService, To: onboarding.Address{Email: alert.Email},
		Subject: alert.Title, Text: mailText(alert), At: alert.At})
	return onboarding.Receipt{}, err // without an id: there is no message to rewrite
}

// personIn finds the one of ours whom an order goes to.
func personIn(c onboarding.Contract, to []string) (onboarding.Person, bool) {
	if len(to) == 0 {
		return onboarding.Person{}, false
	}
	return onboarding.PersonByID(c.Ours(), to[0])
}

// Reconcile asks the provider about the rows of an order whose result is not known, and settles what it can tell.
func (a *Activities) Reconcile(ctx context.Context, in onboarding.ReconcileInput) (onboarding.ReconcileOutput, error) {
	rows, err := a.Ledger.SendsOf(ctx, in.Key)
	if err != nil {
		return onboarding.ReconcileOutput{}, fmt.Errorf("read the ledger: %w", err)
	}
	out := onboarding.ReconcileOutput{Found: onboarding.FoundAccepted}
	for _, row := range rows {
		if row.State == onboarding.SendReleased {
			out.Found = lesser(out.Found, onboarding.FoundNot)
		}
		if row.State != onboarding.SendUnknown && row.State != onboarding.SendAttempting {
			continue
		}
		found, err := a.find(ctx, in.Channel, row.Key)
		if err != nil {
			a.Log.Warn("the provider could not be asked", "code", "reconcile", "touch", row.Touch, "contract", row.Contract, "error", err)
			found = onboarding.FoundCannotTell
		}
		if err := a.settleFound(ctx, row.Key, found); err != nil {
			return onboarding.ReconcileOutput{}, err
		}
		out.Found = lesser(out.Found, found)
	}
	return out, nil
}

func (a *Activities) find(ctx context.Context, c onboarding.Channel, key string) (onboarding.Found, error) {
	if c == onboarding.ChannelSlack {
		return a.Alerts.Find(ctx, key)
	}
	return a.Mail.Find(ctx, key)
}

func (a *Activities) settleFound(ctx context.Context, key string, f onboarding.Found) error {
	state := onboarding.SendUnknown
	switch f {
	case onboarding.FoundAccepted:
		state = onboarding.SendAccepted
	case onboarding.FoundNot:
		state = onboarding.SendReleased
	}
	if err := a.Ledger.Settle(ctx, key, state, "", "reconciled: "+string(f)); err != nil {
		return fmt.Errorf("settle in the ledger: %w", err)
	}
	return nil
}

// lesser is the worse of two answers: cannot tell, then not found, then accepted.
func lesser(a, b onboarding.Found) onboarding.Found {
	for _, f := range []onboarding.Found{onboarding.FoundCannotTell, onboarding.FoundNot} {
		if a == f || b == f {
			return f
		}
	}
	return a
}
