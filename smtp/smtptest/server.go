// Package smtptest is an SMTP server for tests: it keeps what it takes and fails where it is told.
package smtptest

import (
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"sync"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// Mail is one message that the server confirmed, or took and then failed.
type Mail struct {
	From string
	To   []string
	Body []byte // with its header
	UTF8 bool   // SMTPUTF8 was asked for
}

// Faults says what goes wrong, for every mail; a nil error is none.
type Faults struct {
	Mail, Rcpt, Data error
	// Only is the recipient that Rcpt is about; empty means all.
	Only string
	// Stage is where the connection breaks: "" nowhere, "rcpt", "data" before the content, "accepted" after the mail was
	// kept, "hang" likewise but with silence.
	Stage string
}

// Reply is a refusal with this code.
func Reply(code int) error {
	return &gosmtp.SMTPError{Code: code, EnhancedCode: gosmtp.EnhancedCode{code / 100, 7, 1}, Message: "no, anna@cliente.example, not so"}
}

// Config is the kind of server.
type Config struct {
	TLS      *tls.Config // offers STARTTLS, or with Implicit speaks TLS from the start
	Implicit bool
	// Username and Password, when set, are asked for over TLS.
	Username, Password string
}

// Server is one server.
type Server struct {
	Host string
	Port int

	config Config
	done   chan struct{}
	mu     sync.Mutex
	faults Faults
	mails  []Mail
}

// Start serves on a loopback port until the test ends.
func Start(t interface {
	Cleanup(func())
	Fatal(...any)
}, c Config) *Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{config: c, done: make(chan struct{})}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	s.Host = host
	s.Port, _ = strconv.Atoi(port)
	srv := gosmtp.NewServer(gosmtp.BackendFunc(func(conn *gosmtp.Conn) (gosmtp.Session, error) {
		plain := &session{server: s, conn: conn}
		if c.Username != "" {
			return &authSession{plain}, nil
		}
		return plain, nil
	}))
	srv.Domain, srv.EnableSMTPUTF8, srv.ErrorLog = "localhost", true, silent{}
	if c.TLS != nil && c.Implicit {
		l = tls.NewListener(l, c.TLS)
	} else {
		srv.TLSConfig = c.TLS
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() {
		close(s.done)
		_ = srv.Close()
	})
	return s
}

// Faults sets what goes wrong from now on.
func (s *Server) Faults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Mails lists what was kept.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail{}, s.mails...)
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type session struct {
	server *Server
	conn   *gosmtp.Conn
	mail   Mail
}

func (s *session) now() Faults {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	return s.server.faults
}

func (s *session) Mail(from string, o *gosmtp.MailOptions) error {
	s.mail = Mail{From: from, UTF8: o.UTF8}
	return s.now().Mail
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	f := s.now()
	if f.Stage == "rcpt" {
		_ = s.conn.Conn().Close()
		return io.ErrUnexpectedEOF
	}
	if f.Rcpt != nil && (f.Only == "" || f.Only == to) {
		return f.Rcpt
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	f := s.now()
	if f.Stage == "data" {
		_ = s.conn.Conn().Close()
		return io.ErrUnexpectedEOF
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if f.Data != nil {
		return f.Data
	}
	s.mail.Body = body
	s.server.mu.Lock()
	s.server.mails = append(s.server.mails, s.mail)
	s.server.mu.Unlock()
	switch f.Stage {
	case "accepted":
		_ = s.conn.Conn().Close()
	case "hang":
		<-s.server.done
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

type authSession struct{ *session }

func (s *authSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *authSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if c := s.server.config; username != c.Username || password != c.Password {
			return gosmtp.ErrAuthFailed
		}
		return nil
	}), nil
}
