package smtp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/smtp/smtptest"
)

func welcome(key string) onboarding.Mail {
	return onboarding.Mail{
		Key: key, Class: onboarding.ClassRelationship, At: time.Date(2027, 3, 1, 9, 0, 0, 0, time.FixedZone("", 3600)),
		From: onboarding.Address{Name: `Niccolò "Nico" Bianchi`, Email: "nico@azienda.example"}, ReplyTo: onboarding.Address{Email: "reply+t@in.azienda.example"},
		To: onboarding.Address{Name: "Perù, Anna", Email: "anna@cliente.example"}, Cc: []onboarding.Address{{Name: "Carla", Email: "carla@azienda.example"}},
		Subject: "Perché è già città: una riga d'oggetto abbastanza lunga da andare a capo, con l'euro €",
		Text:    "Gentile Anna,\n.\nè lunga " + strings.Repeat("à", 100) + " = fine", HTML: `<p>Gentile <b>Anna</b> è "qui"</p>`,
		Unsubscribe: "https://pagine.azienda.example/u/" + strings.Repeat("token", 40),
	}
}

func transport(t *testing.T, c Config) *Transport {
	t.Helper()
	tr, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func plain(srv *smtptest.Server) Config { return Config{Host: srv.Host, Port: srv.Port, TLS: TLSNone} }

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
	for _, secret := range []string{"@", "Anna", "hunter2", "Gentile"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q shows %q", err, secret)
		}
	}
}

func TestAMailArrivesWhole(t *testing.T) {
	srv := smtptest.Start(t, smtptest.Config{})
	m := welcome("c-1/1/welcome#anna")
	receipt, err := transport(t, plain(srv)).Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	got := srv.Mails()[0]
	if got.From != "nico@azienda.example" || strings.Join(got.To, " ") != "anna@cliente.example carla@azienda.example" || got.UTF8 {
		t.Errorf("envelope: %s -> %v, SMTPUTF8 %v", got.From, got.To, got.UTF8)
	}
	r, err := mail.CreateReader(bytes.NewReader(got.Body))
	if err != nil {
		t.Fatal(err)
	}
	subject, _ := r.Header.Subject()
	from, _ := r.Header.AddressList("From")
	to, _ := r.Header.AddressList("To")
	date, _ := r.Header.Date()
	id, _ := r.Header.MessageID()
	for what, pair := range map[string][2]string{
		"subject":     {subject, m.Subject},
		"from":        {from[0].Name, m.From.Name},
		"to":          {to[0].Name, m.To.Name},
		"cc":          {r.Header.Get("Cc"), `"Carla" <carla@azienda.example>`},
		"reply to":    {r.Header.Get("Reply-To"), "<reply+t@in.azienda.example>"},
		"date":        {date.Format(time.RFC3339), "2027-03-01T09:00:00+01:00"},
		"message id":  {id, receipt.MessageID},
		"unsubscribe": {r.Header.Get("List-Unsubscribe"), "<" + m.Unsubscribe + ">"},
		"one click":   {r.Header.Get("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click"},
		"user agent":  {r.Header.Get("User-Agent") + r.Header.Get("X-Mailer"), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	for _, want := range [][2]string{{"text/plain", strings.ReplaceAll(m.Text, "\n", "\r\n")}, {"text/html", m.HTML}} {
		p, err := r.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(p.Body)
		if kind := p.Header.Get("Content-Type"); !strings.HasPrefix(kind, want[0]) || string(body) != want[1] || err != nil {
			t.Errorf("%s: %q, %v; want %q", kind, body, err, want)
		}
	}
	again, err := transport(t, plain(srv)).Send(t.Context(), m)
	if err != nil || again != receipt || !strings.HasSuffix(receipt.MessageID, "@azienda.example") {
		t.Errorf("the same mail has the message ids %v and %v, %v", receipt, again, err)
	}
}

func TestOnlyAnAddressInUnicodeAsksForSMTPUTF8(t *testing.T) {
	srv := smtptest.Start(t, smtptest.Config{})
	m := welcome("k")
	m.To.Email = "josé@cliente.example"
	if _, err := transport(t, plain(srv)).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := srv.Mails()[0]; !got.UTF8 || got.To[0] != m.To.Email {
		t.Errorf("%+v", got.To)
	}
}

func TestEveryFailureIsAFaultOfItsKind(t *testing.T) {
	reply := smtptest.Reply
	for name, c := range map[string]struct {
		faults smtptest.Faults
		want   onboarding.FaultKind
		kept   int
		long   bool
	}{
		"an ordinary day":                             {kept: 1},
		"the sender is refused":                       {faults: smtptest.Faults{Mail: reply(553)}, want: onboarding.FaultConfiguration},
		"the mail is too large":                       {faults: smtptest.Faults{Mail: reply(552)}, want: onboarding.FaultRefused},
		"a login is needed":                           {faults: smtptest.Faults{Mail: reply(530)}, want: onboarding.FaultConfiguration},
		"the sender comes too often":                  {faults: smtptest.Faults{Mail: reply(450)}, want: onboarding.FaultThrottled},
		"the recipient is unknown":                    {faults: smtptest.Faults{Rcpt: reply(550)}, want: onboarding.FaultRefused},
		"the recipient is greylisted":                 {faults: smtptest.Faults{Rcpt: reply(451)}, want: onboarding.FaultThrottled},
		"one copy is unknown, then nobody gets it":    {faults: smtptest.Faults{Rcpt: reply(550), Only: "carla@azienda.example"}, want: onboarding.FaultRefused},
		"the content is refused":                      {faults: smtptest.Faults{Data: reply(554)}, want: onboarding.FaultRefused},
		"the server is full":                          {faults: smtptest.Faults{Data: reply(452)}, want: onboarding.FaultThrottled},
		"the connection breaks at the recipient":      {faults: smtptest.Faults{Stage: "rcpt"}, want: onboarding.FaultUnreached},
		"the connection breaks in the content":        {faults: smtptest.Faults{Stage: "data"}, want: onboarding.FaultUnreached, long: true},
		"the connection breaks when it was taken":     {faults: smtptest.Faults{Stage: "accepted"}, want: onboarding.FaultUnknown, kept: 1},
		"no answer comes though the mail was taken":   {faults: smtptest.Faults{Stage: "hang"}, want: onboarding.FaultUnknown, kept: 1},
		"a login is needed when the content is there": {faults: smtptest.Faults{Data: reply(535)}, want: onboarding.FaultConfiguration},
	} {
		t.Run(name, func(t *testing.T) {
			srv := smtptest.Start(t, smtptest.Config{})
			srv.Faults(c.faults)
			config := plain(srv)
			if c.faults.Stage == "hang" {
				config.Timeout = 300 * time.Millisecond
			}
			m := welcome("k")
			if c.long {
				m.Text = strings.Repeat("lunga riga\n", 400_000)
			}
			_, err := transport(t, config).Send(t.Context(), m)
			check(t, err, c.want)
			if n := len(srv.Mails()); n != c.kept {
				t.Errorf("the server kept %d mails, want %d", n, c.kept)
			}
		})
	}
}

// scripted is a server for one connection: a reply for each line, or for each content after a 354; "" hangs up and "-"
// closes the channel and says nothing more.
func scripted(t *testing.T, replies ...string) (Config, <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	silent := make(chan struct{})
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		lines := bufio.NewReader(conn)
		content := false
		for _, reply := range replies {
			switch reply {
			case "":
				return
			case "-":
				close(silent)
				_, _ = io.Copy(io.Discard, lines)
				return
			}
			_, _ = io.WriteString(conn, reply+"\r\n")
			content = strings.HasPrefix(reply, "354")
			for line, err := "x", error(nil); err == nil && line != ".\r\n"; {
				if line, err = lines.ReadString('\n'); !content {
					break
				}
			}
		}
	}()
	return Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: TLSNone}, silent
}

func TestWhatFailsBeforeTheMailNeverLeft(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := closed.Addr().(*net.TCPAddr).Port
	_ = closed.Close()
	_, err = transport(t, Config{Host: "127.0.0.1", Port: port, TLS: TLSNone}).Send(t.Context(), welcome("k"))
	check(t, err, onboarding.FaultUnreached)

	for name, c := range map[string]struct {
		replies []string
		want    onboarding.FaultKind
	}{
		"no greeting in time":             {[]string{"-"}, onboarding.FaultUnreached},
		"a hang-up instead of a greeting": {[]string{""}, onboarding.FaultUnreached},
		"a greeting that says busy":       {[]string{"421 too many connections"}, onboarding.FaultThrottled},
		"a greeting that says no":         {[]string{"554 no service for anna@cliente.example"}, onboarding.FaultConfiguration},
		"a server of another kind":        {[]string{"HTTP/1.1 400 Bad Request"}, onboarding.FaultConfiguration},
		"a hang-up at the hello":          {[]string{"220 hi", ""}, onboarding.FaultUnreached},
	} {
		t.Run(name, func(t *testing.T) {
			config, _ := scripted(t, c.replies...)
			config.Timeout = 300 * time.Millisecond
			_, err := transport(t, config).Send(t.Context(), welcome("k"))
			check(t, err, c.want)
		})
	}
}

func TestAGoodbyeThatFailsDoesNotUndoTheMail(t *testing.T) {
	config, _ := scripted(t, "220 hi", "250 hi", "250 sender", "250 to", "250 cc", "354 go on", "250 taken", "")
	if _, err := transport(t, config).Send(t.Context(), welcome("k")); err != nil {
		t.Error(err)
	}
}

func TestACallThatIsCancelledAfterTheWholeMailIsUnknown(t *testing.T) {
	config, silent := scripted(t, "220 hi", "250 hi", "250 sender", "250 to", "250 cc", "354 go on", "-")
	config.Timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-silent
		cancel()
	}()
	_, err := transport(t, config).Send(ctx, welcome("k"))
	check(t, err, onboarding.FaultUnknown)
}

func TestPasswordsTravelEncryptedAndOnlyToTheRightServer(t *testing.T) {
	donor := httptest.NewTLSServer(nil)
	defer donor.Close()
	roots := x509.NewCertPool()
	roots.AddCert(donor.Certificate())
	keys := &tls.Config{Certificates: donor.TLS.Certificates}
	for name, c := range map[string]struct {
		server         smtptest.Config
		tls            string
		user, password string
		unknown        bool // the certificate
		want           onboarding.FaultKind
	}{
		"STARTTLS and a login":     {server: smtptest.Config{TLS: keys, Username: "me", Password: "hunter2"}, tls: TLSStart, user: "me", password: "hunter2"},
		"TLS from the start":       {server: smtptest.Config{TLS: keys, Implicit: true, Username: "me", Password: "hunter2"}, tls: TLSImplicit, user: "me", password: "hunter2"},
		"a wrong password":         {server: smtptest.Config{TLS: keys, Username: "me", Password: "hunter2"}, tls: TLSStart, user: "me", password: "hunter2!", want: onboarding.FaultConfiguration},
		"no password":              {server: smtptest.Config{TLS: keys}, tls: TLSStart},
		"a login nobody asked for": {server: smtptest.Config{TLS: keys}, tls: TLSStart, user: "me", password: "hunter2", want: onboarding.FaultConfiguration},
		"no STARTTLS, no login":    {server: smtptest.Config{}, tls: TLSStart, want: onboarding.FaultConfiguration},
		"no STARTTLS":              {server: smtptest.Config{}, tls: TLSStart, user: "me", password: "hunter2", want: onboarding.FaultConfiguration},
		"an unknown certificate":   {server: smtptest.Config{TLS: keys}, tls: TLSStart, unknown: true, want: onboarding.FaultConfiguration},
		"likewise from the start":  {server: smtptest.Config{TLS: keys, Implicit: true}, tls: TLSImplicit, unknown: true, want: onboarding.FaultConfiguration},
		"TLS to a plain server":    {server: smtptest.Config{}, tls: TLSImplicit, want: onboarding.FaultConfiguration},
	} {
		t.Run(name, func(t *testing.T) {
			srv := smtptest.Start(t, c.server)
			tr := transport(t, Config{Host: srv.Host, Port: srv.Port, TLS: c.tls, Username: c.user, Password: c.password})
			if !c.unknown {
				tr.roots = roots
			}
			_, err := tr.Send(t.Context(), welcome("k"))
			check(t, err, c.want)
			if n := len(srv.Mails()); (n == 1) != (c.want == "") {
				t.Errorf("%d mails", n)
			}
		})
	}
}

func TestAMailThatCannotBeComposedIsRefused(t *testing.T) {
	srv := smtptest.Start(t, smtptest.Config{})
	for name, spoil := range map[string]func(*onboarding.Mail){
		"no key":            func(m *onboarding.Mail) { m.Key = "" },
		"no recipient":      func(m *onboarding.Mail) { m.To.Email = "" },
		"a broken copy":     func(m *onboarding.Mail) { m.Cc[0].Email = "carla" },
		"an address's trap": func(m *onboarding.Mail) { m.To.Email = "a@b.example>\r\nBcc: <c@d.example" },
		"a link's trap":     func(m *onboarding.Mail) { m.Unsubscribe = "https://x.example/>\r\nBcc: c@d.example" },
		"no text":           func(m *onboarding.Mail) { m.Text, m.HTML = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			m := welcome("k")
			spoil(&m)
			_, err := transport(t, plain(srv)).Send(t.Context(), m)
			check(t, err, onboarding.FaultRefused)
		})
	}
	m := welcome("k")
	m.Subject, m.To.Name = "ciao\r\nBcc: tutti@x.example", "Anna\r\nBcc: tutti@x.example"
	if _, err := transport(t, plain(srv)).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if body := string(srv.Mails()[0].Body); strings.Contains(body, "\nBcc:") {
		t.Error(body)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, c := range map[string]Config{
		"no host":                   {},
		"a host with a port":        {Host: "mail.example:25"},
		"a port out of range":       {Host: "mail.example", Port: 70000},
		"an unknown encryption":     {Host: "mail.example", TLS: "ssl"},
		"a password in the clear":   {Host: "mail.example", TLS: TLSNone, Username: "me", Password: "hunter2"},
		"a user without a password": {Host: "mail.example", Username: "me"},
	} {
		if _, err := New(c); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	tr := transport(t, Config{Host: "mail.example"})
	if tr.config.TLS != TLSStart || tr.config.Port != 587 || tr.config.Timeout != timeout {
		t.Errorf("the defaults are %+v", tr.config)
	}
	if found, err := tr.Find(t.Context(), "k"); found != onboarding.FoundCannotTell || err != nil {
		t.Error(found, err)
	}
}
