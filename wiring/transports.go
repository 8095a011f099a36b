package wiring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
	"github.com/centogiorni/centogiorni/sendgrid"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/smtp"
)

// Transports are the outside world that the configuration names. Without Slack, alerts go where the mails go.
func Transports(cfg config.Config, j *journal.Journal) (activities.MailTransport, activities.AlertTransport, error) {
	box, err := outbox.New(cfg.Mail.OutboxDir)
	if err != nil {
		return nil, nil, err
	}
	mail, err := mailTransport(cfg, j, box)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case AlertsByMail(cfg):
		return mail, letters{mail, address(cfg.Mail.FromService)}, nil
	case cfg.Slack.Mode == config.SlackOff:
		return mail, box, nil
	}
	alerts, err := slack.New(slack.Config{Token: cfg.Slack.BotToken.Reveal(), APIURL: cfg.Slack.APIURL, Where: places{j, cfg.Slack.OpsChannel}.where})
	return mail, alerts, err
}

// AlertsByMail reports whether our own people are written to, for want of Slack: where real mail goes to customers, a
// folder that nobody looks into is no place for what is urgent.
func AlertsByMail(cfg config.Config) bool {
	return cfg.Slack.Mode == config.SlackOff && cfg.Mail.Transport.Real()
}

// letters is the transport of alerts without Slack: each is a mail to its person.
type letters struct {
	activities.MailTransport
	from onboarding.Address
}

// ByMail tells the activities that nothing is rewritten here.
func (letters) ByMail() bool { return true }

// Post writes an alert as a mail; one to somebody without an address is refused.
func (l letters) Post(ctx context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	if a.Email == "" {
		return onboarding.Receipt{}, &onboarding.DeliveryError{Kind: onboarding.FaultRefused,
			Err: fmt.Errorf("%s has no address, and there is no Slack", a.To)}
	}
	lines := append([]string{a.Text}, a.Lines...)
	for _, f := range a.Facts {
		lines = append(lines, "", f.Label, f.Text)
	}
	return l.Send(ctx, onboarding.Mail{Key: a.Key, Class: onboarding.ClassInternal, From: l.from, To: onboarding.Address{Email: a.Email},
		Subject: a.Title, Text: onboarding.Unescape(strings.Join(lines, "\n")) + "\n", At: a.At})
}

func mailTransport(cfg config.Config, j *journal.Journal, box *outbox.Outbox) (activities.MailTransport, error) {
	switch cfg.Mail.Transport {
	case config.TransportSendGrid:
		return sendgrid.New(sendgrid.Config{Key: cfg.SendGrid.APIKey.Reveal(), Host: cfg.SendGrid.Host, Events: events{j}})
	case config.TransportSMTP:
		return smtp.New(smtp.Config{Host: cfg.SMTP.Host, Port: cfg.SMTP.Port, Username: cfg.SMTP.Username,
			Password: cfg.SMTP.Password.Reveal(), TLS: string(cfg.SMTP.TLS)})
	}
	return box, nil
}

// events answers the SendGrid adapter from the stored events of the webhook.
type events struct{ journal *journal.Journal }

func (e events) MailEvents(ctx context.Context, key string) ([]string, error) {
	stored, err := e.journal.MailEvents(ctx, key)
	var names []string
	for _, ev := range stored {
		names = append(names, ev.Event)
	}
	return names, err
}

// places answers the Slack adapter from the ledger: to whom an alert went, and since when.
type places struct {
	journal *journal.Journal
	ops     string // the channel
}

func (p places) where(ctx context.Context, key string) (slack.Place, bool, error) {
	rows, err := p.journal.SendsOf(ctx, key)
	if err != nil || len(rows) == 0 {
		return slack.Place{}, false, err
	}
	person, err := p.journal.Person(ctx, rows[0].Address)
	if rows[0].Address == string(onboarding.AudienceOps) {
		person, err = onboarding.Person{SlackID: p.ops}, nil
	}
	if errors.Is(err, journal.ErrNotFound) {
		return slack.Place{}, false, nil
	}
	if err != nil {
		return slack.Place{}, false, fmt.Errorf("find whom an alert went to: %w", err)
	}
	thread, err := p.thread(ctx, rows[0])
	place := slack.Place{To: person.SlackID, Email: person.Email, Since: rows[0].WallAt, Thread: thread}
	return place, (place.To != "" || place.Email != "") && err == nil, err
}

// thread is the message in whose thread an alert may stand: the newest that its person got about the same case.
func (p places) thread(ctx context.Context, row onboarding.Send) (string, error) {
	sends, err := p.journal.Sends(ctx, row.Contract, row.Run)
	if err != nil {
		return "", fmt.Errorf("find an alert's thread: %w", err)
	}
	about, _, _ := strings.Cut(row.Touch, "/")
	for _, s := range slices.Backward(sends) {
		if is, _, _ := strings.Cut(s.Touch, "/"); is == about && s.Alert && s.Address == row.Address && s.MessageID != "" && s.Key != row.Key {
			return s.MessageID, nil
		}
	}
	return "", nil
}
