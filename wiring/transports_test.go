package wiring

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/outbox"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/smtp/smtptest"
)

// settings are those of an installation without Slack.
func settings(t *testing.T, mail config.Transport) config.Config {
	t.Helper()
	var cfg config.Config
	cfg.Mail.Transport, cfg.Mail.OutboxDir = mail, t.TempDir()
	cfg.Mail.FromService = config.Address{Name: "Vendor", Email: "service@vendor.example"}
	cfg.Slack.Mode = config.SlackOff
	return cfg
}

var alert = onboarding.Alert{Key: "C-1/1/owner-first-call", Contract: "C-1", Touch: "owner-first-call", To: "o-7",
	Email: "marco@vendor.example", Title: "Call Acme", Text: "Rossi &amp; figli", Lines: []string{"a line"}, At: time.Now()}

func TestWithoutSlackAnAlertGoesByMailWhereMailIsReal(t *testing.T) {
	server := smtptest.Start(t, smtptest.Config{})
	cfg := settings(t, config.TransportSMTP)
	cfg.SMTP.Host, cfg.SMTP.Port, cfg.SMTP.TLS = server.Host, server.Port, config.NoTLS
	_, alerts, err := Transports(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := alerts.(interface{ ByMail() bool }); !ok || !l.ByMail() {
		t.Error("the activities cannot tell that alerts are mails")
	}
	if _, err := alerts.Post(t.Context(), alert); err != nil {
		t.Fatal(err)
	}
	mails := server.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails went", len(mails))
	}
	for _, want := range []string{"marco@vendor.example", "service@vendor.example", "Call Acme", "Rossi & figli", "a line"} {
		if !strings.Contains(string(mails[0].Body), want) {
			t.Errorf("%q is not in the mail:\n%s", want, mails[0].Body)
		}
	}
	nobody := alert
	nobody.Email = ""
	if _, err := alerts.Post(t.Context(), nobody); onboarding.Fault(err) != onboarding.FaultRefused || !strings.Contains(err.Error(), "o-7 has no address") {
		t.Errorf("to somebody without an address: %v", err)
	}
	if found, err := alerts.Find(t.Context(), alert.Key); err != nil || found != onboarding.FoundCannotTell {
		t.Errorf("the relay was asked and said %s, %v", found, err)
	}
}

func TestWithoutSlackAnAlertLiesInTheOutboxWhereTheMailsDo(t *testing.T) {
	_, alerts, err := Transports(settings(t, config.TransportOutbox), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, isBox := alerts.(*outbox.Outbox); !isBox {
		t.Errorf("alerts go by %T", alerts)
	}
}

func TestAnAlertsPlaceIsKnownByAddressWhereThereIsNoSlackID(t *testing.T) {
	j, err := journal.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	people := []onboarding.Person{{ID: "o-7", Email: "marco@vendor.example"}, {ID: "o-8", SlackID: "U08", Email: "irene@vendor.example"}, {ID: "o-9"}}
	if err := j.PutPeople(t.Context(), people); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]slack.Place{"o-7": {Email: "marco@vendor.example"}, "o-8": {To: "U08", Email: "irene@vendor.example"}, "o-9": {}} {
		row := onboarding.Send{Key: "C-1/1/case-1/1#" + id, Contract: "C-1", Run: 1, Touch: "case-1/1", Class: onboarding.ClassInternal, Channel: onboarding.ChannelSlack, Address: id, At: time.Now()}
		if _, err := j.Reserve(t.Context(), row, onboarding.Limits{}, time.Hour); err != nil {
			t.Fatal(err)
		}
		got, ok, err := places{journal: j}.where(t.Context(), row.Key)
		if got.Since = (time.Time{}); err != nil || ok != (want != slack.Place{}) || ok && got != want {
			t.Errorf("%s: %+v, %t, %v", id, got, ok, err)
		}
	}
}
