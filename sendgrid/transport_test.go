package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/sendgrid"
	"github.com/centogiorni/centogiorni/sendgrid/sendgridtest"
)

const apiKey = "SG.test-key"

func welcome(key string) onboarding.Mail {
	return onboarding.Mail{
		Key: key, Class: onboarding.ClassRelationship, Language: "it",
		From:    onboarding.Address{Name: "Niccolò Bianchi; Vendite", Email: "niccolo@azienda.example"},
		ReplyTo: onboarding.Address{Name: "Niccolò Bianchi", Email: "reply+token@in.azienda.example"},
		To:      onboarding.Address{Name: "Perù, Anna; Dott.ssa", Email: "anna@cliente.example"},
		Cc: []onboarding.Address{{Name: "Carla", Email: "carla@azienda.example"}, {Name: "Carla di nuovo", Email: "Carla@azienda.example"},
			{Name: "Anna", Email: "anna@cliente.example"}},
		Subject: "Benvenuti: perché è già città", Text: "Gentile Anna,\nil suo percorso comincia.", HTML: "<p>Gentile Anna</p>",
		Unsubscribe: "https://pagine.azienda.example/u/TOKEN", At: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC),
	}
}

func transport(t *testing.T, c sendgrid.Config) *sendgrid.Transport {
	t.Helper()
	if c.Key == "" {
		c.Key = apiKey
	}
	tr, err := sendgrid.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestAMailReachesSendGridWhole(t *testing.T) {
	srv := sendgridtest.Start(t)
	tr := transport(t, sendgrid.Config{Host: srv.URL + "/"})
	receipt, err := tr.Send(t.Context(), welcome("c-1/1/welcome#anna"))
	if err != nil {
		t.Fatal(err)
	}
	got := srv.Accepted()[0]
	if receipt.MessageID != got.MessageID || receipt.MessageID == "" {
		t.Errorf("receipt %q, server gave %q", receipt.MessageID, got.MessageID)
	}
	r, p := got.Request, got.Request.Personalizations[0]
	for what, pair := range map[string][2]string{
		"key":                   {got.Key, "c-1/1/welcome#anna"},
		"subject":               {got.Subject, "Benvenuti: perché è già città"},
		"text":                  {got.Text, "Gentile Anna,\nil suo percorso comincia."},
		"html":                  {got.HTML, "<p>Gentile Anna</p>"},
		"first part":            {r.Content[0].Type, "text/plain"},
		"sender without accent": {r.From.Name, "Niccolo Bianchi Vendite"},
		"recipient's name":      {p.To[0].Name, "Perù Anna Dott.ssa"},
		"reply to":              {r.ReplyTo.Name + r.ReplyTo.Address, "Niccolò Bianchireply+token@in.azienda.example"},
		"copies, each once":     {strings.Join(got.Cc, " "), "carla@azienda.example"},
		"categories":            {strings.Join(r.Categories, " "), "relationship"},
		"list-unsubscribe":      {got.Headers["List-Unsubscribe"], "<https://pagine.azienda.example/u/TOKEN>"},
		"one click":             {got.Headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click"},
		"number of custom args": {fmt.Sprint(len(r.CustomArgs)), "1"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	ts := r.TrackingSettings
	if ts == nil || *ts.ClickTracking.Enable || *ts.ClickTracking.EnableText || *ts.OpenTracking.Enable || *ts.SubscriptionTracking.Enable ||
		*ts.GoogleAnalytics.Enable {
		t.Errorf("some tracking is on or left to the account: %+v", ts)
	}
	for h := range got.HTTP {
		if strings.Contains(strings.ToLower(h), "idempotency") {
			t.Errorf("header %s lets net/http send a POST twice", h)
		}
	}
}

func TestAServiceMailHasNoUnsubscribeHeaders(t *testing.T) {
	srv := sendgridtest.Start(t)
	m := welcome("c-1/1/refund-reminder#anna")
	m.Class, m.Unsubscribe, m.HTML, m.From.Name = onboarding.ClassService, "", "", "Άννα"
	if _, err := transport(t, sendgrid.Config{Host: srv.URL}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := srv.Accepted()[0]
	if len(got.Headers) != 0 || len(got.Request.Content) != 1 || got.Request.From.Name != "" {
		t.Errorf("headers %v, %d parts, sender %q", got.Headers, len(got.Request.Content), got.Request.From.Name)
	}
}

func TestEveryAnswerIsAFaultOfItsKind(t *testing.T) {
	then := sendgridtest.AcceptedThen
	for name, c := range map[string]struct {
		fault    sendgridtest.Fault
		want     onboarding.FaultKind
		accepted int
		wait     time.Duration
	}{
		"400 is refused":                                 {fault: sendgridtest.Answer(400), want: onboarding.FaultRefused},
		"404 is refused":                                 {fault: sendgridtest.Answer(404), want: onboarding.FaultRefused},
		"405 is refused":                                 {fault: sendgridtest.Answer(405), want: onboarding.FaultRefused},
		"413 is refused":                                 {fault: sendgridtest.Answer(413), want: onboarding.FaultRefused},
		"415 is refused":                                 {fault: sendgridtest.Answer(415), want: onboarding.FaultRefused},
		"401 is a matter of the key":                     {fault: sendgridtest.Answer(401), want: onboarding.FaultConfiguration},
		"403 is a matter of the sender":                  {fault: sendgridtest.Answer(403), want: onboarding.FaultConfiguration},
		"429 waits for the reset":                        {fault: sendgridtest.Throttled(40), want: onboarding.FaultThrottled, wait: 40 * time.Second},
		"429 without a reset leaves the wait to us":      {fault: sendgridtest.Throttled(0), want: onboarding.FaultThrottled},
		"500 says nothing":                               {fault: sendgridtest.Answer(500), want: onboarding.FaultUnknown},
		"503 may have taken the mail":                    {fault: then(sendgridtest.Answer(503)), want: onboarding.FaultUnknown, accepted: 1},
		"408 says nothing":                               {fault: sendgridtest.Answer(408), want: onboarding.FaultUnknown},
		"a redirect is followed nowhere":                 {fault: sendgridtest.Answer(302), want: onboarding.FaultConfiguration},
		"200 comes from a sandbox or a proxy":            {fault: sendgridtest.Answer(200), want: onboarding.FaultConfiguration},
		"204 comes from a proxy":                         {fault: sendgridtest.Answer(204), want: onboarding.FaultConfiguration},
		"a reset says nothing":                           {fault: sendgridtest.Drop(), want: onboarding.FaultUnknown},
		"a reset may come after the mail was taken":      {fault: then(sendgridtest.Drop()), want: onboarding.FaultUnknown, accepted: 1},
		"a time-out says nothing":                        {fault: sendgridtest.Hang(), want: onboarding.FaultUnknown},
		"a time-out may come after the mail was taken":   {fault: then(sendgridtest.Hang()), want: onboarding.FaultUnknown, accepted: 1},
		"an ordinary day has no fault and takes it once": {accepted: 1},
	} {
		t.Run(name, func(t *testing.T) {
			srv := sendgridtest.Start(t)
			srv.Faults(func(int, string) sendgridtest.Fault { return c.fault })
			hc := &http.Client{}
			if c.fault.Hang {
				hc.Timeout = 300 * time.Millisecond
			}
			_, err := transport(t, sendgrid.Config{Host: srv.URL, HTTPClient: hc}).Send(t.Context(), welcome("k"))
			check(t, err, c.want)
			if d := new(onboarding.DeliveryError); errors.As(err, &d) && d.RetryAfter != c.wait {
				t.Errorf("wait %s, want %s", d.RetryAfter, c.wait)
			}
			if n := srv.Counts()["k"]; n != c.accepted {
				t.Errorf("the server took the mail %d times, want %d", n, c.accepted)
			}
		})
	}
}

// check asserts an error's kind; the empty kind is success.
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
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
func (brokenBody) Close() error             { return nil }

func TestTheStatusCountsEvenWhenTheBodyBreaksOff(t *testing.T) {
	for status, want := range map[int]onboarding.FaultKind{202: "", 400: onboarding.FaultRefused, 500: onboarding.FaultUnknown} {
		hc := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"X-Message-Id": {"m"}}, Body: brokenBody{}}, nil
		})}
		_, err := transport(t, sendgrid.Config{HTTPClient: hc}).Send(t.Context(), welcome("k"))
		check(t, err, want)
	}
}

func TestWhatNeverLeftIsUnreached(t *testing.T) {
	dial := func(err error) *http.Client {
		return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}}
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	plain, secure := httptest.NewServer(nil), httptest.NewTLSServer(nil)
	defer plain.Close()
	defer secure.Close()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	waits := &http.Client{Timeout: 50 * time.Millisecond, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() },
	}}
	for name, c := range map[string]struct {
		ctx    context.Context
		config sendgrid.Config
	}{
		"nobody listens":              {config: sendgrid.Config{Host: closed.URL}},
		"the name is unknown":         {config: sendgrid.Config{HTTPClient: dial(&net.DNSError{Err: "no such host", Name: "api.sendgrid.com"})}},
		"the network is down":         {config: sendgrid.Config{HTTPClient: dial(&net.OpError{Op: "dial", Err: errors.New("unreachable")})}},
		"the dial times out":          {config: sendgrid.Config{HTTPClient: waits}},
		"the certificate is unknown":  {config: sendgrid.Config{Host: secure.URL}},
		"the server speaks no TLS":    {config: sendgrid.Config{Host: strings.Replace(plain.URL, "http:", "https:", 1)}},
		"we were stopped before that": {ctx: cancelled, config: sendgrid.Config{Host: plain.URL}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.ctx == nil {
				c.ctx = t.Context()
			}
			_, err := transport(t, c.config).Send(c.ctx, welcome("k"))
			check(t, err, onboarding.FaultUnreached)
		})
	}
}

func TestConcurrentSendsAreAllDistinct(t *testing.T) {
	const mails = 400
	srv := sendgridtest.Start(t)
	tr := transport(t, sendgrid.Config{Host: srv.URL})
	var wg sync.WaitGroup
	for i := range mails {
		wg.Go(func() {
			key := fmt.Sprintf("c-%d/1/welcome#anna", i)
			m := welcome(key)
			m.Subject = key
			if _, err := tr.Send(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for key, n := range srv.Counts() {
		if n != 1 {
			t.Errorf("%s was sent %d times", key, n)
		}
	}
	for _, m := range srv.Accepted() {
		if m.Key != m.Subject {
			t.Errorf("mail %s carries the subject of %s", m.Key, m.Subject)
		}
	}
	if n := len(srv.Counts()); n != mails {
		t.Errorf("%d mails arrived, want %d", n, mails)
	}
}

func TestAMailThatCannotBeComposedIsRefusedWithoutACall(t *testing.T) {
	srv := sendgridtest.Start(t)
	tr := transport(t, sendgrid.Config{Host: srv.URL})
	for _, spoil := range []func(*onboarding.Mail){
		func(m *onboarding.Mail) { m.Key = "" },
		func(m *onboarding.Mail) { m.Unsubscribe = "https://x.example/u>\r\nBcc: all@x.example" },
		func(m *onboarding.Mail) { m.Unsubscribe = "/u/TOKEN" },
	} {
		m := welcome("k")
		spoil(&m)
		_, err := tr.Send(t.Context(), m)
		check(t, err, onboarding.FaultRefused)
	}
	if n := len(srv.Accepted()); n != 0 {
		t.Errorf("%d mails left", n)
	}
}
