// Package wiring puts together what the programs have in common: the Temporal client, the playbooks on the shelf, the
// settings of the mails, the transports. Only main packages use it.
package wiring

import (
	"errors"
	"fmt"
	"log/slog"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/playbook"
)

// ErrTemporal: Temporal cannot be reached; programs exit with 3.
var ErrTemporal = errors.New("temporal cannot be reached")

// Dial connects to the Temporal that the environment names.
func Dial(log *slog.Logger, metrics client.MetricsHandler) (client.Client, client.Options, error) {
	options, err := config.TemporalOptions()
	if err != nil {
		return nil, options, err
	}
	options.DataConverter = engine.DataConverter()
	options.Logger = sdklog.NewStructuredLogger(log)
	options.MetricsHandler = metrics
	c, err := client.Dial(options)
	if err != nil {
		return nil, options, fmt.Errorf("%w at %s: %w: start it, or set TEMPORAL_ADDRESS", ErrTemporal, options.HostPort, err)
	}
	return c, options, nil
}

// Settings is what an installation puts into every mail.
func Settings(cfg config.Config) (playbook.Settings, error) {
	links, err := playbook.NewLinks(cfg.Links.LinkKeys.Keys()...)
	if err != nil {
		return playbook.Settings{}, fmt.Errorf("CENTOGIORNI_LINK_KEYS: %w", err)
	}
	s := playbook.Settings{
		BaseURL: cfg.Links.BaseURL, Links: links, ReplyDomain: cfg.Mail.ReplyDomain,
		FromService: address(cfg.Mail.FromService), FromRelationship: address(cfg.Mail.FromRelationship),
		Company: playbook.Company{Brand: cfg.Footer.Brand, LegalName: cfg.Footer.LegalName, Seat: cfg.Footer.LegalSeat,
			Registration: cfg.Footer.LegalRegistration, PrivacyURL: cfg.Footer.PrivacyURL},
	}
	return s, s.Validate()
}

func address(a config.Address) onboarding.Address {
	return onboarding.Address{Name: a.Name, Email: a.Email}
}
