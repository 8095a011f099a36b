// Package slacktest is a stand-in for Slack: the web API keeps messages and views, knows a table of users, refuses what
// Slack documents as refused, and fails on demand; its people click buttons and submit modals, which go to an HTTP door
// or by Socket Mode. It serves a test in its own process, and over HTTP any other one.
package slacktest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// User is a member of the workspace.
type User struct {
	ID      string `json:"id"`
	Email   string `json:"email"`
	Name    string `json:"name,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`
}

// Message is a message as it stands now.
type Message struct {
	Key      string          `json:"key"`     // metadata.event_payload.key
	Channel  string          `json:"channel"` // D... for a direct message
	To       string          `json:"to"`      // as the caller addressed it
	TS       string          `json:"ts"`
	Thread   string          `json:"thread_ts,omitempty"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	Edits    int             `json:"edits,omitempty"`
}

// View is an opened modal.
type View struct {
	ID      string          `json:"id"`
	Trigger string          `json:"trigger_id"`
	View    json.RawMessage `json:"view"`
}

// Fault is what the server does wrong with one call; the zero Fault is none. With Accept the call takes effect first.
type Fault struct {
	Accept bool `json:"accept,omitempty"`
	Status int  `json:"status,omitempty"`
	// RetryAfter is the header of a 429, as it stands on the wire.
	RetryAfter string `json:"retry_after,omitempty"`
	Error      string `json:"error,omitempty"` // {"ok": false, "error": ...}
	Body       string `json:"body,omitempty"`  // instead of JSON of ours, with status 200 unless set
	Hang       bool   `json:"hang,omitempty"`  // no answer until the client leaves
	Drop       bool   `json:"drop,omitempty"`  // the connection is reset
}

// Throttled answers 429; 0 sends no Retry-After.
func Throttled(seconds int) Fault {
	f := Fault{Status: http.StatusTooManyRequests}
	if seconds > 0 {
		f.RetryAfter = strconv.Itoa(seconds)
	}
	return f
}

// Answer answers with a status and an HTML body, as Slack's 5xx do.
func Answer(status int) Fault { return Fault{Status: status, Body: "<html>" + http.StatusText(status)} }

// Says answers 200 with an error code.
func Says(code string) Fault { return Fault{Error: code} }

// Body answers 200 with this body, such as {"ok":false} or HTML.
func Body(body string) Fault { return Fault{Body: body} }

// Hang never answers.
func Hang() Fault { return Fault{Hang: true} }

// Drop resets the connection.
func Drop() Fault { return Fault{Drop: true} }

// AcceptedThen does what was asked and then goes wrong.
func AcceptedThen(f Fault) Fault { f.Accept = true; return f }

// Rule puts a fault on the next calls of a method whose key contains Key; Times 0 means all of them.
type Rule struct {
	Method string `json:"method"` // chat.postMessage
	Key    string `json:"key,omitempty"`
	Times  int    `json:"times,omitempty"`
	Fault  Fault  `json:"fault"`
}

// Server is an http.Handler; a program serves it on a port of its own, a test uses Start.
type Server struct {
	URL string // of the API, set by Start or by the first call

	mux *http.ServeMux

	mu       sync.Mutex
	users    []User
	messages []*Message
	views    []View
	stamps   int
	attempts map[string]int
	faults   func(n int, method, key string) Fault
	rules    []Rule

	ephemerals []Ephemeral
	triggers   map[string]bool // given to clicks; true when a view was opened with it
	responses  map[string]*response
	clicks     int
	door       door
	sockets    sockets
}

// New makes a workspace with these users.
func New(users ...User) *Server {
	s := &Server{mux: http.NewServeMux(), users: users, attempts: map[string]int{}, triggers: map[string]bool{}, responses: map[string]*response{}}
	for method, h := range map[string]handler{
		"chat.postMessage": s.postMessage, "chat.update": s.update, "conversations.open": s.open,
		"conversations.history": s.history, "conversations.replies": s.replies, "chat.postEphemeral": s.postEphemeral,
		"users.lookupByEmail": s.lookup, "users.info": s.userInfo, "views.open": s.openView, "auth.test": s.authTest,
		"apps.connections.open": s.openSocket,
	} {
		s.mux.HandleFunc("/api/"+method, s.serve(method, h))
	}
	// Whoever follows a redirect finds what looks like a success.
	s.mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"ok":true,"channel":"D0ELSEWHERE","ts":"1.1"}`))
	})
	s.mux.HandleFunc("POST /response/{id}", s.respond)
	s.mux.HandleFunc("GET /socket", s.socket)
	s.admin()
	return s
}

// Start serves on a loopback port until the test ends.
func Start(t interface{ Cleanup(func()) }, users ...User) *Server {
	s := New(users...)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.URL = srv.URL + "/api"
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.URL == "" { // a program serves it: the first caller says under which name
		s.URL = "http://" + r.Host + "/api"
	}
	s.mu.Unlock()
	s.mux.ServeHTTP(w, r)
}

// AddUsers adds members, replacing those with the same id.
func (s *Server) AddUsers(users ...User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range users {
		for i := range s.users {
			if s.users[i].ID == u.ID {
				s.users = append(s.users[:i], s.users[i+1:]...)
				break
			}
		}
		s.users = append(s.users, u)
	}
}

// Messages lists all messages in the order they came.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Message, len(s.messages))
	for i, m := range s.messages {
		out[i] = *m
	}
	return out
}

// Counts tells how often each key was posted: more than once is a doubled alert.
func (s *Server) Counts() map[string]int {
	counts := map[string]int{}
	for _, m := range s.Messages() {
		counts[m.Key]++
	}
	return counts
}

// Calls tells how often a method was called, whatever became of it.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for call, times := range s.attempts {
		if strings.HasPrefix(call, method+" ") {
			n += times
		}
	}
	return n
}

// Views lists the opened modals.
func (s *Server) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]View{}, s.views...)
}

// Faults sets what goes wrong: n is 1 at the first call of a method with a key. A matching Rule goes first.
func (s *Server) Faults(f func(n int, method, key string) Fault) {
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

func (s *Server) fault(method, key string) Fault {
	s.mu.Lock()
	s.attempts[method+" "+key]++
	n, faults := s.attempts[method+" "+key], s.faults
	for i := range s.rules {
		rule := &s.rules[i]
		if rule.Times >= 0 && rule.Method == method && strings.Contains(key, rule.Key) {
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
	return faults(n, method, key)
}

// stamp makes the next message's name; times grow with the clock, as Find asks by them.
func (s *Server) stamp() string {
	s.stamps++
	return fmt.Sprintf("%d.%06d", time.Now().Unix(), s.stamps)
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
