package interact_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

func TestOnlySlackGetsIn(t *testing.T) {
	b := newBench(t)
	old := b.press(t, "U0MARCO", onboarding.ActionAcknowledge)
	old.At = time.Now().Add(-6 * time.Minute)
	ahead := b.press(t, "U0MARCO", onboarding.ActionAcknowledge)
	ahead.At = time.Now().Add(6 * time.Minute)
	forged := b.press(t, "U0MARCO", onboarding.ActionAcknowledge)
	forged.Secret = "another"
	for name, i := range map[string]struct {
		status int
		do     func() (int, error)
	}{
		"a replay of six minutes ago": {401, func() (int, error) { r, err := b.Deliver(old); return r.Status, err }},
		"a signature of the future":   {401, func() (int, error) { r, err := b.Deliver(ahead); return r.Status, err }},
		"another's signature":         {401, func() (int, error) { r, err := b.Deliver(forged); return r.Status, err }},
		"no signature": {401, func() (int, error) {
			resp, err := http.PostForm(b.url, url.Values{"payload": {string(forged.Payload)}})
			if err != nil {
				return 0, err
			}
			return resp.StatusCode, resp.Body.Close()
		}},
		"a page of it": {405, func() (int, error) {
			resp, err := http.Get(b.url)
			if err != nil {
				return 0, err
			}
			return resp.StatusCode, resp.Body.Close()
		}},
		"a body without end": {413, func() (int, error) {
			resp, err := http.Post(b.url, "application/x-www-form-urlencoded", strings.NewReader(strings.Repeat("x", 2<<20)))
			if err != nil {
				return 0, err
			}
			return resp.StatusCode, resp.Body.Close()
		}},
		"what is no interaction, signed": {400, func() (int, error) {
			broken := forged
			broken.Secret, broken.Payload = "", []byte("{")
			r, err := b.Deliver(broken)
			return r.Status, err
		}},
	} {
		if got, err := i.do(); got != i.status || err != nil {
			t.Errorf("%s: %d, %v; want %d", name, got, err, i.status)
		}
	}
	if err := b.handler.Close(t.Context()); err != nil || len(b.events()) > 0 || len(b.Ephemerals()) > 0 {
		t.Errorf("%v, told %+v", err, b.events())
	}
}

func TestBySocketModeItIsTheSame(t *testing.T) {
	b := newBench(t)
	b.Interactions("", "")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.handler.Listen(ctx) }()
	connected := func(ever int) func() bool {
		return func() bool { now, n := b.Connections(); return now > 0 && n >= ever && b.handler.Connected() }
	}
	eventually(t, "the connection", connected(1))
	if said := b.click(t, "U0MARCO", onboarding.ActionAcknowledge); said != "Done." {
		t.Errorf("%q", said)
	}
	b.dialog(t, "U0MARCO", onboarding.ActionEdit)
	if r, err := b.Deliver(b.submit(t, "U0MARCO", nil)); err != nil || !strings.Contains(string(r.Body), `"errors"`) {
		t.Errorf("a fault of the dialog: %s, %v", r.Body, err)
	}
	for n, polite := range []bool{true, false} {
		b.Disconnect(polite)
		eventually(t, "another connection", connected(n+2))
		if said := b.click(t, "U0MARCO", onboarding.ActionAcknowledge); !strings.Contains(said, "noted before") {
			t.Errorf("after a reconnect: %q", said)
		}
	}
	stop()
	if err := <-ended; err != nil || len(b.events()) != 1 {
		t.Errorf("%v, told %+v", err, b.events())
	}
}

func TestATokenThatSlackRefusesEndsSocketMode(t *testing.T) {
	b := newBench(t)
	b.Faults(func(_ int, method, _ string) (f slacktest.Fault) {
		if method == "apps.connections.open" {
			f.Error = "invalid_auth"
		}
		return f
	})
	if err := b.handler.Listen(t.Context()); err == nil || !strings.Contains(err.Error(), "APP_TOKEN") {
		t.Errorf("%v", err)
	}
}
