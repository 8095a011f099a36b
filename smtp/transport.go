// Package smtp carries mails through any SMTP server. A server can never be asked whether it took a mail, so an unknown
// result stays one.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	name    = "smtp"
	timeout = 30 * time.Second
)

// The ways to encrypt.
const (
	TLSNone     = "none"     // a server on this machine or in a test
	TLSStart    = "starttls" // demanded, never merely tried
	TLSImplicit = "tls"
)

// Config says how to reach the server.
type Config struct {
	Host     string
	Port     int // 0 is 25, 587 or 465, by TLS
	Username string
	Password string
	TLS      string // "" is starttls
	// Timeout bounds each half of a call: up to the login, and the mail itself. 0 is 30 seconds.
	Timeout time.Duration
}

// Transport sends mails, each over a connection of its own. It is safe for concurrent use.
type Transport struct {
	config Config
	roots  *x509.CertPool // nil: the system's
}

// New checks the configuration; it makes no call.
func New(c Config) (*Transport, error) {
	ports := map[string]int{TLSNone: 25, TLSStart: 587, TLSImplicit: 465}
	if c.TLS == "" {
		c.TLS = TLSStart
	}
	port, ok := ports[c.TLS]
	if c.Port == 0 {
		c.Port = port
	}
	if c.Timeout <= 0 {
		c.Timeout = timeout
	}
	switch {
	case !ok:
		return nil, errors.New("smtp: TLS is one of none, starttls and tls")
	case c.Host == "" || strings.ContainsAny(c.Host, ":/ "):
		return nil, errors.New("smtp: the host is a name or an IPv4 address alone; the port has a setting of its own")
	case c.Port < 1 || c.Port > 65535:
		return nil, errors.New("smtp: the port is a number from 1 to 65535")
	case (c.Username == "") != (c.Password == ""):
		return nil, errors.New("smtp: a user name needs a password and the other way round")
	case c.Username != "" && c.TLS == TLSNone:
		return nil, errors.New("smtp: a password would travel in the clear: set TLS to starttls or tls")
	}
	return &Transport{config: c}, nil
}

// Name names the transport in the ledger.
func (t *Transport) Name() string { return name }

// Find cannot tell: SMTP has no such question.
func (t *Transport) Find(context.Context, string) (onboarding.Found, error) {
	return onboarding.FoundCannotTell, nil
}

// Send hands one mail to the server, once. A nil error means that the server answered 250 to the whole mail. Every error
// is an *onboarding.DeliveryError, and none holds the password, an address or a mail's text. The receipt's MessageID is
// the mail's Message-ID, the same at every attempt.
func (t *Transport) Send(ctx context.Context, m onboarding.Mail) (onboarding.Receipt, error) {
	msg, id, err := compose(m)
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultRefused, "composing the mail: %w", err)
	}
	var conn net.Conn
	client, err := t.client(m, func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		conn, err = t.dial(ctx, network, address)
		return conn, err
	})
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultConfiguration, "the settings do not make a client: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if conn != nil {
		// The hard close is meant: go-mail leaves the connection open after a failed login, and a QUIT after a mail
		// that broke off would first end that mail with a dot, and the server would deliver half of it.
		defer func() { _ = conn.Close() }()
	}
	if err != nil {
		return onboarding.Receipt{}, t.opening(err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	err = client.SendWithSMTPClient(session, msg)
	// Whatever went wrong after the server took the mail does not count.
	if msg.IsDelivered() {
		_ = session.Quit()
		return onboarding.Receipt{MessageID: id}, nil
	}
	return onboarding.Receipt{}, sending(err)
}

func (t *Transport) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: t.config.Host, MinVersion: tls.VersionTLS12, RootCAs: t.roots}
}

func (t *Transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if t.config.TLS == TLSImplicit {
		return (&tls.Dialer{Config: t.tlsConfig()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (t *Transport) client(m onboarding.Mail, dial gomail.DialContextFunc) (*gomail.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(t.config.Port), gomail.WithTimeout(t.config.Timeout), gomail.WithDialContextFunc(dial), gomail.WithTLSConfig(t.tlsConfig()),
		// One mail a connection: there is nothing to probe and nothing to reset.
		gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	if t.config.TLS == TLSStart {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	} else {
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if t.config.Username != "" {
		options = append(options, gomail.WithUsername(t.config.Username), gomail.WithPassword(t.config.Password), gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	// Asked for without need, SMTPUTF8 makes a mail bounce at the first server on its way that lacks it.
	if ascii(m) {
		options = append(options, gomail.WithoutSMTPUTF8())
	}
	client, err := gomail.NewClient(t.config.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", t.config.Host, t.config.Port, err)
	}
	return client, nil
}

func ascii(m onboarding.Mail) bool {
	all := m.From.Email + m.To.Email
	for _, cc := range m.Cc {
		all += cc.Email
	}
	return !strings.ContainsFunc(all, func(r rune) bool { return r > unicode.MaxASCII })
}
