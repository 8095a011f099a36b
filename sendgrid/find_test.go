package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/sendgrid"
)

type store struct {
	events map[string][]string
	err    error
}

func (s store) MailEvents(_ context.Context, key string) ([]string, error) {
	return s.events[key], s.err
}

func TestFindReadsTheStoredEvents(t *testing.T) {
	events := map[string][]string{}
	for _, name := range []string{"processed", "dropped", "delivered", "deferred", "bounce", "open", "click", "spamreport"} {
		events[name] = []string{name}
		got, err := transport(t, sendgrid.Config{Events: store{events: events}}).Find(t.Context(), name)
		if err != nil || got != onboarding.FoundAccepted {
			t.Errorf("an event %s: %s, %v", name, got, err)
		}
	}
	for name, c := range map[string]struct {
		events sendgrid.EventStore
		fails  bool
	}{
		"no event proves nothing":       {events: store{events: events}},
		"without a store nobody knows":  {},
		"a store that fails is no word": {events: store{err: errors.New("database is locked")}, fails: true},
	} {
		got, err := transport(t, sendgrid.Config{Events: c.events}).Find(t.Context(), "other")
		if got != onboarding.FoundCannotTell || (err != nil) != c.fails {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, c := range map[string]sendgrid.Config{
		"an empty key":        {},
		"a key with newline":  {Key: apiKey + "\n"},
		"a host with a path":  {Key: apiKey, Host: "https://api.sendgrid.com/v3"},
		"a host without http": {Key: apiKey, Host: "api.sendgrid.com"},
	} {
		if _, err := sendgrid.New(c); err == nil {
			t.Errorf("%s was accepted", name)
		} else if strings.Contains(err.Error(), apiKey) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

func TestAnErrorTellsTheCauseAndNothingPersonal(t *testing.T) {
	m := welcome("k")
	m.Text = "Il progetto segreto si chiama Girasole e comincia domani."
	for name, c := range map[string]struct {
		message, field string
		want           string
	}{
		"the cause is quoted":       {"Maximum credits exceeded", "", "Maximum credits exceeded"},
		"the field is named":        {"The from address does not match a verified Sender Identity.", "from", "field from"},
		"an address is masked":      {"bad recipient anna@cliente.example here", "personalizations.0.to", "bad recipient (address) here"},
		"a name drops the message":  {"Perù, Anna; Dott.ssa is no name", "to.name", "field to.name"},
		"the text is never quoted":  {"invalid content: segreto si chiama Girasole e", "content", "field content"},
		"the subject is not quoted": {"bad Benvenuti: perché è già città", "subject", "field subject"},
		"the key is never quoted":   {"key " + apiKey + " is revoked", "", "check the API key"},
		"a field is a field":        {"", "anna@cliente.example", ""},
	} {
		t.Run(name, func(t *testing.T) {
			hc := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				body := fmt.Sprintf(`{"errors":[{"message":%q,"field":%q}]}`, c.message, c.field)
				return &http.Response{StatusCode: 403, Body: readCloser{strings.NewReader(body)}}, nil
			})}
			_, err := transport(t, sendgrid.Config{HTTPClient: hc}).Send(t.Context(), m)
			check(t, err, onboarding.FaultConfiguration)
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q does not say %q", err, c.want)
			}
			for _, secret := range []string{apiKey, "@", "Anna", "Girasole", "perché"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q shows %q", err, secret)
				}
			}
		})
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
