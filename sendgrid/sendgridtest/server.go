// Package sendgridtest is a stand-in for SendGrid that refuses what SendGrid documents as refused, keeps what it takes,
// fails on demand and posts signed events. It serves a test in its own process, and over HTTP any other one.
package sendgridtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/mail"
)

// Mail is one accepted call.
type Mail struct {
	Key       string            `json:"key"` // the custom argument send_id
	MessageID string            `json:"message_id"`
	From      string            `json:"from"`
	To        string            `json:"to"`
	Cc        []string          `json:"cc,omitempty"`
	Subject   string            `json:"subject"`
	Text      string            `json:"text"`
	HTML      string            `json:"html,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"` // of the mail
	Request   mail.SGMailV3     `json:"request"`
	// HTTP is the call's header without its Authorization.
	HTTP http.Header `json:"http"`
}

// Fault is what the server does wrong with one call; the zero Fault is none. With Accept the mail is kept first.
type Fault struct {
	Accept bool `json:"accept,omitempty"`
	Status int  `json:"status,omitempty"`
	// Reset is the second of X-RateLimit-Reset counted from the answer's Date, for status 429.
	Reset int  `json:"reset,omitempty"`
	Hang  bool `json:"hang,omitempty"` // no answer until the client leaves
	Drop  bool `json:"drop,omitempty"` // the connection is reset
}

// Throttled answers 429 with a reset so many seconds away; 0 sends no header.
func Throttled(seconds int) Fault { return Fault{Status: http.StatusTooManyRequests, Reset: seconds} }

// Answer answers with a status, taking nothing.
func Answer(status int) Fault { return Fault{Status: status} }

// AcceptedThen takes the mail and then goes wrong.
func AcceptedThen(f Fault) Fault { f.Accept = true; return f }

// Hang never answers.
func Hang() Fault { return Fault{Hang: true} }

// Drop resets the connection.
func Drop() Fault { return Fault{Drop: true} }

// Rule puts a fault on the next calls whose key contains Key; Times 0 means all of them.
type Rule struct {
	Key   string `json:"key,omitempty"`
	Times int    `json:"times,omitempty"`
	Fault Fault  `json:"fault"`
}

// Server is an http.Handler; a program serves it on a port of its own, a test uses Start.
type Server struct {
	URL string // set by Start

	mux     *http.ServeMux
	signing *ecdsa.PrivateKey
	events  *http.Client

	mu       sync.Mutex
	accepted []Mail
	attempts map[string]int
	faults   func(n int, key string) Fault
	rules    []Rule
}

// New makes a server that takes every sound mail.
func New() *Server {
	signing, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // the system has no randomness
	}
	s := &Server{
		mux: http.NewServeMux(), signing: signing, events: &http.Client{Timeout: 10 * time.Second}, attempts: map[string]int{},
	}
	s.mux.HandleFunc("POST /v3/mail/send", s.send)
	// Whoever follows a redirect finds what looks like a success.
	s.mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	s.admin()
	return s
}

// Start serves on a loopback port until the test ends.
func Start(t interface{ Cleanup(func()) }) *Server {
	s := New()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Accepted lists the mails taken, in their order.
func (s *Server) Accepted() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail{}, s.accepted...)
}

// Counts tells how often each key was taken: more than once is a doubled mail.
func (s *Server) Counts() map[string]int {
	counts := map[string]int{}
	for _, m := range s.Accepted() {
		counts[m.Key]++
	}
	return counts
}

// Faults sets what goes wrong: n is 1 at a key's first call, 2 at its second. A matching Rule goes first; nil ends it.
func (s *Server) Faults(f func(n int, key string) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// AddRules puts rules after those that stand; the first that matches is used.
func (s *Server) AddRules(rules ...Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, rules...)
}

func (s *Server) fault(key string) Fault {
	s.mu.Lock()
	s.attempts[key]++
	n, faults := s.attempts[key], s.faults
	for i := range s.rules {
		rule := &s.rules[i]
		if rule.Times >= 0 && strings.Contains(key, rule.Key) {
			if rule.Times > 0 {
				if rule.Times--; rule.Times == 0 {
					rule.Times = -1
				}
			}
			defer s.mu.Unlock()
			return rule.Fault
		}
	}
	s.mu.Unlock()
	if faults == nil {
		return Fault{}
	}
	return faults(n, key)
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		answer(w, http.StatusUnauthorized, problem{"The provided authorization grant is invalid, expired, or revoked", ""})
		return
	}
	var m mail.SGMailV3
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 30<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		answer(w, http.StatusBadRequest, problem{"Bad Request: " + err.Error(), ""})
		return
	}
	if p := problems(m); len(p) > 0 {
		answer(w, http.StatusBadRequest, p...)
		return
	}
	key := m.CustomArgs["send_id"]
	f := s.fault(key)
	if f.Accept || f == (Fault{}) {
		id := s.keep(key, m, r.Header)
		w.Header().Set("X-Message-Id", id)
	}
	switch {
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Drop:
		reset(w)
	case f.Status == http.StatusTooManyRequests:
		now := time.Now()
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		if f.Reset > 0 {
			w.Header().Set("X-RateLimit-Reset", fmt.Sprint(now.Unix()+int64(f.Reset)))
		}
		answer(w, f.Status, problem{"too many requests", ""})
	case f.Status >= 300 && f.Status < 400:
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(f.Status)
	case f.Status != 0:
		answer(w, f.Status, problem{http.StatusText(f.Status), ""})
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

func (s *Server) keep(key string, m mail.SGMailV3, header http.Header) string {
	kept := Mail{Key: key, From: m.From.Address, Subject: m.Subject, Headers: m.Headers, Request: m, HTTP: header.Clone()}
	kept.HTTP.Del("Authorization")
	p := m.Personalizations[0]
	kept.To = p.To[0].Address
	for _, cc := range p.CC {
		kept.Cc = append(kept.Cc, cc.Address)
	}
	for _, c := range m.Content {
		switch c.Type {
		case "text/plain":
			kept.Text = c.Value
		case "text/html":
			kept.HTML = c.Value
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept.MessageID = fmt.Sprintf("fake-%06d", len(s.accepted)+1)
	s.accepted = append(s.accepted, kept)
	return kept.MessageID
}

// reset closes the connection the hard way, so that the client sees a reset.
func reset(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
