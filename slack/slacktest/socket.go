package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// sockets are the connections of Socket Mode.
type sockets struct {
	mu       sync.Mutex
	open     []*socket
	sent     int
	opened   int
	waiting  map[string]chan json.RawMessage // by envelope
	upgrader websocket.Upgrader
}

type socket struct {
	mu   sync.Mutex // gorilla takes one writer at a time
	conn *websocket.Conn
}

func (c *socket) write(v any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn.WriteJSON(v)
}

// beat pings, as Slack does: an app takes a connection without pings for dead.
func (c *socket) beat(done <-chan struct{}) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case at := <-tick.C:
			_ = c.conn.WriteControl(websocket.PingMessage, nil, at.Add(time.Second))
		}
	}
}

// openSocket gives the address of a connection.
func (s *Server) openSocket(url.Values) (map[string]any, string) {
	return map[string]any{"url": "ws" + strings.TrimSuffix(strings.TrimPrefix(s.URL, "http"), "/api") + "/socket"}, ""
}

// socket is one connection of an app, until it or we close it.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	all := &s.sockets
	upgrader := all.upgrader
	upgrader.CheckOrigin = func(*http.Request) bool { return true } // slack-go says that it comes from api.slack.com
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	c := &socket{conn: conn}
	if c.write(map[string]any{"type": "hello", "num_connections": 1, "connection_info": map[string]any{"app_id": "A0FAKE"}}) != nil {
		return
	}
	all.mu.Lock()
	all.open, all.opened = append(all.open, c), all.opened+1
	all.mu.Unlock()
	defer all.remove(c)
	done := make(chan struct{})
	defer close(done)
	go c.beat(done)
	for {
		var ack struct {
			Envelope string          `json:"envelope_id"`
			Payload  json.RawMessage `json:"payload"`
		}
		if conn.ReadJSON(&ack) != nil {
			return
		}
		all.mu.Lock()
		if wait := all.waiting[ack.Envelope]; wait != nil {
			wait <- ack.Payload
			delete(all.waiting, ack.Envelope)
		}
		all.mu.Unlock()
	}
}

func (a *sockets) remove(c *socket) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.open {
		if a.open[i] == c {
			a.open = append(a.open[:i:i], a.open[i+1:]...)
			return
		}
	}
}

// deliver sends an interaction to the newest connection and waits for its acknowledgement, as long as Slack does.
func (a *sockets) deliver(payload json.RawMessage) (Reply, error) {
	a.mu.Lock()
	if len(a.open) == 0 {
		a.mu.Unlock()
		return Reply{}, errors.New("no app is connected")
	}
	a.sent++
	id, wait, c := fmt.Sprintf("E%04d", a.sent), make(chan json.RawMessage, 1), a.open[len(a.open)-1]
	if a.waiting == nil {
		a.waiting = map[string]chan json.RawMessage{}
	}
	a.waiting[id] = wait
	a.mu.Unlock()
	err := c.write(map[string]any{"type": "interactive", "envelope_id": id, "accepts_response_payload": true, "payload": payload})
	if err != nil {
		return Reply{}, err
	}
	select {
	case body := <-wait:
		return Reply{http.StatusOK, body}, nil
	case <-time.After(3 * time.Second):
		return Reply{}, errors.New("not acknowledged within 3 seconds")
	}
}

// Connections counts the apps that are connected, and the connections that ever were.
func (s *Server) Connections() (now, ever int) {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	return len(s.sockets.open), s.sockets.opened
}

// Disconnect ends every connection: asking the app to come back, as Slack does every few hours, or without a word.
func (s *Server) Disconnect(polite bool) {
	s.sockets.mu.Lock()
	open := append([]*socket{}, s.sockets.open...)
	s.sockets.mu.Unlock()
	for _, c := range open {
		if polite {
			_ = c.write(map[string]any{"type": "disconnect", "reason": "refresh_requested"})
		} else {
			_ = c.conn.Close()
		}
	}
}
