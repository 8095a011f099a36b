package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/slack/interact"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

// scripted is an engine that answers as it is told to, and remembers what it was told.
type scripted struct {
	mu    sync.Mutex
	told  []onboarding.Event
	err   error
	state journey.State
	wait  chan struct{} // where set, Tell waits for it
}

func (s *scripted) Tell(ctx context.Context, _ string, e onboarding.Event) (engine.Told, error) {
	if s.wait != nil {
		select {
		case <-s.wait:
		case <-ctx.Done():
			return engine.Told{}, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, e)
	return engine.Told{ID: e.ID, Fresh: true}, s.err
}

func (s *scripted) State(context.Context, string) (journey.State, error) { return s.state, nil }

func (s *scripted) events() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.told)
}

var quiet = slog.New(slog.DiscardHandler)

// newDesk has the sample contract and its people in a journal.
func newDesk(t *testing.T) (desk, *scripted) {
	t.Helper()
	j, err := journal.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	data, err := os.ReadFile("../examples/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = j.PutContract(t.Context(), journal.ContractRow{Contract: c, Run: 1, Playbook: "p", WorkflowID: "w", StartedAt: c.SignedAt})
	if err == nil {
		err = j.PutPeople(t.Context(), []onboarding.Person{{ID: c.Owner.ID, Name: "Marco", Email: "marco@vendor.example", SlackID: "U0MARCO"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{state: journey.State{Open: []journey.Case{{ID: "case-1", Status: onboarding.CaseOpen},
		{ID: "case-2", Status: onboarding.CaseResolved, By: "o-7", Outcome: "fixed"}}}}
	return desk{engine: s, journal: j}, s
}

const sample = "C-2026-0042"

func TestTheDeskTellsTheEnginesAnswersApart(t *testing.T) {
	d, s := newDesk(t)
	ctx := t.Context()
	var no *interact.Refused
	if fresh, err := d.Tell(ctx, sample, onboarding.Event{ID: "e"}); !fresh || err != nil {
		t.Errorf("told: %v, %v", fresh, err)
	}
	s.err = &engine.Refused{Reason: "touch: gone"}
	if _, err := d.Tell(ctx, sample, onboarding.Event{}); !errors.As(err, &no) || no.Reason != "touch: gone" {
		t.Errorf("refused: %v", err)
	}
	s.err = engine.ErrEnded
	if _, err := d.Tell(ctx, sample, onboarding.Event{}); !errors.As(err, &no) || !strings.Contains(no.Reason, "ended") {
		t.Errorf("ended: %v", err)
	}
	s.err = engine.ErrUnreachable
	if _, err := d.Tell(ctx, sample, onboarding.Event{}); err == nil || errors.As(err, new(*interact.Refused)) {
		t.Errorf("unreachable: %v", err)
	}
	if standing, err := d.Standing(ctx, sample); err != nil || standing.Run != 1 || standing.Contract.ID != sample || !standing.EndedAt.IsZero() {
		t.Errorf("%+v, %v", standing, err)
	}
	if _, err := d.Standing(ctx, "C-0"); !errors.Is(err, interact.ErrUnknown) {
		t.Errorf("a contract that is not there: %v", err)
	}
	if c, ok, err := d.Case(ctx, sample, "case-2"); !ok || err != nil || c != (interact.Case{Status: onboarding.CaseResolved, By: "o-7", Outcome: "fixed"}) {
		t.Errorf("%+v %v %v", c, ok, err)
	}
	if _, ok, err := d.Case(ctx, sample, "case-9"); ok || err != nil {
		t.Errorf("a case that is not there: %v, %v", ok, err)
	}
}

func TestOnAVirtualClockTheOnboardingSaysWhenAClickWas(t *testing.T) {
	d, s := newDesk(t)
	for _, d.virtual = range []bool{false, true} {
		if _, err := d.Tell(t.Context(), sample, onboarding.Event{At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if at := s.told[len(s.told)-1].At; at.IsZero() != d.virtual {
			t.Errorf("virtual %v: told of %s", d.virtual, at)
		}
	}
}

func TestSlacksDoorIsThereOnlyWithItsSecret(t *testing.T) {
	door := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	secret := func(cfg *config.Config) { _ = cfg.Slack.SigningSecret.Decode("s") }
	var down error
	for name, c := range map[string]struct {
		change func(*config.Config)
		path   string
		want   int
	}{
		"with its secret":       {func(cfg *config.Config) { cfg.Slack.Mode = config.SlackHTTP; secret(cfg) }, "/slack/interactive", http.StatusTeapot},
		"without":               {func(cfg *config.Config) { cfg.Slack.Mode = config.SlackSocket }, "/slack/interactive", http.StatusNotFound},
		"Slack is off":          {func(cfg *config.Config) { cfg.Slack.Mode = config.SlackOff; secret(cfg) }, "/slack/interactive", http.StatusNotFound},
		"it lives":              {func(*config.Config) {}, "/healthz", http.StatusOK},
		"it lives and is ready": {func(*config.Config) {}, "/readyz", http.StatusOK},
		"not ready":             {func(*config.Config) { down = errors.New("no Temporal") }, "/readyz", http.StatusServiceUnavailable},
	} {
		var cfg config.Config
		down = nil
		c.change(&cfg)
		w := httptest.NewRecorder()
		doors(cfg, door, func(context.Context) error { return down }, quiet).ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, nil))
		if w.Code != c.want || strings.Contains(w.Body.String(), "Temporal") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// started is a server with Slack, until cancel or its own end.
func started(t *testing.T, mode config.SlackMode, s *slacktest.Server, d desk) (address string, end <-chan error, cancel func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	_ = l.Close()
	var cfg config.Config
	cfg.Slack.Mode, cfg.Server.HTTPAddress, cfg.Worker.StopTimeout.Duration = mode, address, 10*time.Second
	_ = cfg.Slack.SigningSecret.Decode("signing")
	clicks := interact.New(interact.Config{Token: "xoxb-x", AppToken: "xapp-x", SigningSecret: "signing", APIURL: s.URL, Teller: d, Office: d, Log: quiet})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	ended := make(chan error, 1)
	go func() {
		ended <- listen(ctx, cfg, doors(cfg, clicks, func(context.Context) error { return nil }, quiet), clicks, quiet)
	}()
	return address, ended, cancel
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !is(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

// button posts an alert and gives its timestamp.
func button(t *testing.T, s *slacktest.Server) string {
	t.Helper()
	tr, err := slack.New(slack.Config{Token: "xoxb-x", APIURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	r, err := tr.Post(t.Context(), onboarding.Alert{Key: "k", Contract: sample, Run: 1, Case: "case-1", Touch: "case-1/1", SlackID: "U0MARCO", Title: "t", Text: "x",
		Actions: []onboarding.AlertAction{{ID: onboarding.ActionAcknowledge, Label: "I'm on it"}}})
	if err != nil {
		t.Fatal(err)
	}
	_, ts, _ := slack.ParseMessageID(r.MessageID)
	return ts
}

func TestAClickReachesTheEngineByEitherWayAndIsFinishedBeforeTheServerStops(t *testing.T) {
	for _, mode := range []config.SlackMode{config.SlackHTTP, config.SlackSocket} {
		t.Run(string(mode), func(t *testing.T) {
			d, engine := newDesk(t)
			engine.wait = make(chan struct{})
			s := slacktest.Start(t, slacktest.User{ID: "U0MARCO", Email: "marco@vendor.example"})
			address, ended, stop := started(t, mode, s, d)
			if mode == config.SlackHTTP {
				s.Interactions("http://"+address+"/slack/interactive", "signing")
				eventually(t, "the server", func() bool {
					resp, err := http.Get("http://" + address + "/healthz")
					if err == nil {
						_ = resp.Body.Close()
					}
					return err == nil
				})
			} else {
				eventually(t, "the connection", func() bool { n, _ := s.Connections(); return n > 0 })
			}
			i, err := s.Click("U0MARCO", button(t, s), "acknowledge/")
			if err != nil {
				t.Fatal(err)
			}
			if r, err := s.Deliver(i); err != nil || r.Status != http.StatusOK {
				t.Fatalf("%+v, %v", r, err)
			}
			stop()
			close(engine.wait)
			if err := <-ended; err != nil || engine.events() != 1 || len(s.Ephemerals()) != 1 {
				t.Errorf("%v, %d events, %+v", err, engine.events(), s.Ephemerals())
			}
		})
	}
}

func TestATokenThatSlackRefusesEndsTheServer(t *testing.T) {
	d, _ := newDesk(t)
	s := slacktest.Start(t)
	s.AddRules(slacktest.Rule{Method: "apps.connections.open", Fault: slacktest.Says("token_revoked")})
	_, ended, _ := started(t, config.SlackSocket, s, d)
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "token_revoked") {
		t.Errorf("%v", err)
	}
}

func TestExitCodes(t *testing.T) {
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "CENTOGIORNI_") || strings.HasPrefix(name, "TEMPORAL_") {
			t.Setenv(name, "")
		}
	}
	dir := t.TempDir()
	t.Setenv("CENTOGIORNI_JOURNAL_URL", "sqlite:"+filepath.Join(dir, "journal.db"))
	t.Setenv("CENTOGIORNI_HTTP_ADDRESS", "127.0.0.1:1")
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	t.Setenv("XDG_CONFIG_HOME", dir)
	for name, c := range map[string]struct {
		args []string
		env  string
		want int
		says string
	}{
		"an argument":             {[]string{"now"}, "", 2, "usage"},
		"a wrong configuration":   {nil, "loud", 1, "CENTOGIORNI_SLACK_MODE"},
		"nobody to ask":           {[]string{"-health"}, "", 1, "server:"},
		"Temporal is not reached": {nil, "", 3, "TEMPORAL_ADDRESS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CENTOGIORNI_SLACK_MODE", c.env)
			var said bytes.Buffer
			if got := run(t.Context(), c.args, &said); got != c.want || !strings.Contains(said.String(), c.says) {
				t.Errorf("exit code %d, want %d: %s", got, c.want, &said)
			}
		})
	}
}
