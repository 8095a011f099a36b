package wiring

import (
	"context"
	"errors"
	"fmt"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/outbox"
	"github.com/centogiorni/centogiorni/sendgrid"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/smtp"
)

// Transports are the outside world that the configuration names. Without Slack, alerts lie in the outbox.
func Transports(cfg config.Config, j *journal.Journal) (activities.MailTransport, activities.AlertTransport, error) {
	box, err := outbox.New(cfg.Mail.OutboxDir)
	if err != nil {
		return nil, nil, err
	}
	mail, err := mailTransport(cfg, j, box)
	if err != nil {
		return nil, nil, err
	}
	if cfg.Slack.Mode == config.SlackOff {
		return mail, box, nil
	}
	alerts, err := slack.New(slack.Config{Token: cfg.Slack.BotToken.Reveal(), APIURL: cfg.Slack.APIURL, Where: places{j}.where})
	return mail, alerts, err
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
type places struct{ journal *journal.Journal }

func (p places) where(ctx context.Context, key string) (slack.Place, bool, error) {
	rows, err := p.journal.SendsOf(ctx, key)
	if err != nil || len(rows) == 0 {
		return slack.Place{}, false, err
	}
	person, err := p.journal.Person(ctx, rows[0].Address)
	if errors.Is(err, journal.ErrNotFound) {
		return slack.Place{}, false, nil
	}
	if err != nil {
		return slack.Place{}, false, fmt.Errorf("find whom an alert went to: %w", err)
	}
	return slack.Place{To: person.SlackID, Since: rows[0].WallAt}, person.SlackID != "", nil
}
