package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/slack"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

const token = "xoxb-test-token"

var giulia = slacktest.User{ID: "U0GIULIA", Email: "giulia@azienda.example", Name: "giulia"}

func alert(key string) onboarding.Alert {
	return onboarding.Alert{
		Key: key, Contract: "c-1", To: "giulia", SlackID: giulia.ID, Email: giulia.Email, Title: "Rossi & Figli <rimorso>",
		Text: "*Rossi &amp; Figli* ha chiesto del rimborso.", Lines: []string{"\u201cfunziona?\u201d", "promesso: tre sedi"},
	}
}

func transport(t *testing.T, c slack.Config) *slack.Transport {
	t.Helper()
	if c.Token == "" {
		c.Token = token
	}
	tr, err := slack.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func check(t *testing.T, err error, want onboarding.FaultKind) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("unexpected: %v", err)
		}
		return
	}
	var d *onboarding.DeliveryError
	if !errors.As(err, &d) || d.Kind != want {
		t.Errorf("%v is not of kind %s", err, want)
	}
	for _, secret := range []string{token, "Rossi", "rimborso", "giulia@"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q shows %q", err, secret)
		}
	}
}

type block struct {
	Type string
	Text struct{ Type, Text string }
}

func blocks(t *testing.T, m slacktest.Message) (out []block) {
	t.Helper()
	if err := json.Unmarshal(m.Blocks, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnAlertIsADirectMessageWithTextBlocksAndItsKey(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	for _, url := range []string{srv.URL, srv.URL + "/"} {
		receipt, err := transport(t, slack.Config{APIURL: url}).Post(t.Context(), alert("c-1/1/case-1"))
		if err != nil {
			t.Fatal(err)
		}
		m := srv.Messages()[len(srv.Messages())-1]
		channel, ts, err := slack.ParseMessageID(receipt.MessageID)
		if err != nil || channel != m.Channel || ts != m.TS || channel != "D0GIULIA" {
			t.Errorf("receipt %q for %s %s: %v", receipt.MessageID, m.Channel, m.TS, err)
		}
		body := "*Rossi &amp; Figli* ha chiesto del rimborso.\n• \u201cfunziona?\u201d\n• promesso: tre sedi"
		if want := "Rossi &amp; Figli &lt;rimorso&gt;\n" + body; m.Text != want {
			t.Errorf("text %q, want %q", m.Text, want)
		}
		if string(m.Metadata) != `{"event_type":"centogiorni_alert","event_payload":{"key":"c-1/1/case-1"}}` {
			t.Errorf("metadata %s", m.Metadata)
		}
		b := blocks(t, m)
		if len(b) != 2 || b[0].Text.Type != "plain_text" || b[0].Text.Text != "Rossi & Figli <rimorso>" || b[1].Text.Type != "mrkdwn" || b[1].Text.Text != body {
			t.Errorf("blocks %+v", b)
		}
	}
}

func TestALongAlertIsCutIntoBlocksThatSlackTakes(t *testing.T) {
	srv := slacktest.Start(t, giulia)
	a := alert("k")
	a.Title = strings.Repeat("è", 400)
	a.Text = strings.Repeat(strings.Repeat("perché ", 60)+"\n", 30) + strings.Repeat("x", 7000)
	a.Lines = nil
	if _, err := transport(t, slack.Config{APIURL: srv.URL}).Post(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	var whole strings.Builder
	for _, b := range blocks(t, srv.Messages()[0])[1:] {
		whole.WriteString(b.Text.Text)
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if squeeze(whole.String()) != squeeze(a.Text) {
		t.Error("the blocks do not hold the whole text")
	}
	a.Text = strings.Repeat(strings.Repeat("x", 2900)+"\n", 80)
	if _, err := transport(t, slack.Config{APIURL: srv.URL}).Post(t.Context(), a); err != nil {
		t.Errorf("a text of 80 blocks: %v", err)
	}
}

func TestEveryAnswerIsAFaultOfItsKind(t *testing.T) {
	then := slacktest.AcceptedThen
	const (
		config, refused, throttled = onboarding.FaultConfiguration, onboarding.FaultRefused, onboarding.FaultThrottled
		unknown, unreached, none   = onboarding.FaultUnknown, onboarding.FaultUnreached, onboarding.FaultKind("")
	)
	for name, c := range map[string]struct {
		fault  slacktest.Fault
		want   onboarding.FaultKind
		posted int
		wait   time.Duration
	}{
		"429 says how long":              {fault: slacktest.Throttled(30), want: throttled, wait: 30 * time.Second},
		"429 without Retry-After":        {fault: slacktest.Throttled(0), want: throttled},
		"429 with a date":                {fault: slacktest.Fault{Status: 429, RetryAfter: "Mon, 01 Mar 2027 09:00:00 GMT"}, want: throttled},
		"ratelimited in the body":        {fault: slacktest.Says("ratelimited"), want: throttled},
		"ok false without an error":      {fault: slacktest.Body(`{"ok":false}`), want: unknown},
		"ok true without a message":      {fault: slacktest.Body(`{"ok":true}`), want: unknown},
		"HTML instead of JSON":           {fault: slacktest.Body("<html>proxy</html>"), want: unknown},
		"half an answer, message posted": {fault: then(slacktest.Body(`{"ok":tr`)), want: unknown, posted: 1},
		"500":                            {fault: slacktest.Answer(500), want: unknown},
		"503 after posting":              {fault: then(slacktest.Answer(503)), want: unknown, posted: 1},
		"fatal_error may have posted":    {fault: then(slacktest.Says("fatal_error")), want: unknown, posted: 1},
		"internal_error":                 {fault: slacktest.Says("internal_error"), want: unknown},
		"a code that nobody knows yet":   {fault: slacktest.Says("brand_new_thing"), want: unknown},
		"a code that is text":            {fault: slacktest.Says("Rossi rimborso " + token), want: unknown},
		"a token that is wrong":          {fault: slacktest.Says("invalid_auth"), want: config},
		"a token that was revoked":       {fault: slacktest.Says("token_revoked"), want: config},
		"an account that is inactive":    {fault: slacktest.Says("account_inactive"), want: config},
		"a scope that is missing":        {fault: slacktest.Body(`{"ok":false,"error":"missing_scope","needed":"chat:write"}`), want: config},
		"no token":                       {fault: slacktest.Says("not_authed"), want: config},
		"a channel that is unknown":      {fault: slacktest.Says("channel_not_found"), want: refused},
		"a user who is deactivated":      {fault: slacktest.Says("user_disabled"), want: refused},
		"a message too long":             {fault: slacktest.Says("msg_too_long"), want: refused},
		"blocks that are wrong":          {fault: slacktest.Says("invalid_blocks"), want: refused},
		"413":                            {fault: slacktest.Answer(413), want: refused},
		"404 is a wrong address":         {fault: slacktest.Answer(404), want: config},
		"a redirect is followed nowhere": {fault: slacktest.Answer(302), want: config},
		"a request that came broken off": {fault: slacktest.Says("request_timeout"), want: unreached},
		"a reset":                        {fault: slacktest.Drop(), want: unknown},
		"a reset after posting":          {fault: then(slacktest.Drop()), want: unknown, posted: 1},
		"a time-out":                     {fault: slacktest.Hang(), want: unknown},
		"a time-out after posting":       {fault: then(slacktest.Hang()), want: unknown, posted: 1},
		"an ordinary day":                {want: none, posted: 1},
	} {
		t.Run(name, func(t *testing.T) {
			srv := slacktest.Start(t, giulia)
			srv.Faults(func(int, string, string) slacktest.Fault { return c.fault })
			hc := &http.Client{}
			if c.fault.Hang {
				hc.Timeout = 300 * time.Millisecond
			}
			_, err := transport(t, slack.Config{APIURL: srv.URL, HTTPClient: hc}).Post(t.Context(), alert("k"))
			check(t, err, c.want)
			if d := new(onboarding.DeliveryError); errors.As(err, &d) && d.RetryAfter != c.wait {
				t.Errorf("wait %s, want %s", d.RetryAfter, c.wait)
			}
			if strings.Contains(name, "scope") && !strings.Contains(fmt.Sprint(err), "chat:write") {
				t.Errorf("%v does not name the scope", err)
			}
			if n := srv.Counts()["k"]; n != c.posted {
				t.Errorf("posted %d times, want %d", n, c.posted)
			}
		})
	}
}

func TestWhatNeverLeftIsUnreached(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	waits := &http.Client{Timeout: 50 * time.Millisecond, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() },
	}}
	for name, c := range map[string]slack.Config{
		"nobody listens":             {APIURL: closed.URL},
		"the certificate is unknown": {APIURL: secure.URL},
		"the dial times out":         {HTTPClient: waits},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := transport(t, c).Post(t.Context(), alert("k"))
			check(t, err, onboarding.FaultUnreached)
		})
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, c := range map[string]slack.Config{
		"an empty token":        {},
		"a token with newline":  {Token: token + "\n"},
		"an address without //": {Token: token, APIURL: "slack.com/api"},
	} {
		if _, err := slack.New(c); err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := slack.ParseMessageID("D1"); err == nil {
		t.Error("half a message id was read")
	}
}
