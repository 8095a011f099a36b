package slacktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Ephemeral is a message that one user alone sees.
type Ephemeral struct {
	User    string `json:"user"`
	Channel string `json:"channel"`
	Text    string `json:"text"`
}

// response is where an interaction may be answered: five times within half an hour.
type response struct {
	user, channel string
	uses          int
}

// door is where interactions go by HTTP.
type door struct{ url, secret string }

// Interaction is what a user did, as Slack will tell the app. Deliver it once, twice, or again later.
type Interaction struct {
	Payload json.RawMessage
	// At is the instant of the signature, now when zero; Secret signs it instead of the door's.
	At     time.Time
	Secret string
}

// Reply is what the app said to an interaction at once.
type Reply struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body,omitempty"`
}

// Interactions says where interactions go: a URL and the secret that signs them. Without it they go by Socket Mode.
func (s *Server) Interactions(url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.door = door{url, secret}
}

// Ephemerals lists what users were told alone.
func (s *Server) Ephemerals() []Ephemeral {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Ephemeral{}, s.ephemerals...)
}

// ExpireResponses makes every response URL given so far a thing of the past.
func (s *Server) ExpireResponses() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.responses {
		r.uses = 5
	}
}

// Delete removes a message, as a user may.
func (s *Server) Delete(ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, m := range s.messages {
		if m.TS == ts {
			s.messages = append(s.messages[:i:i], s.messages[i+1:]...)
			return
		}
	}
}

// Click is a user's click on a button of a message: the first whose action id begins with action. Every click has a
// trigger and an instant of its own.
func (s *Server) Click(user, ts, action string) (Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		var blocks []block
		if m.TS != ts || len(m.Blocks) == 0 {
			continue
		}
		if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
			return Interaction{}, err
		}
		for _, b := range blocks {
			for _, e := range b.Elements {
				if b.Type == "actions" && strings.HasPrefix(e.ActionID, action) {
					return s.click(user, m.Channel, ts, b.BlockID, e.ActionID, e.Value)
				}
			}
		}
	}
	return Interaction{}, fmt.Errorf("message %s has no button %s", ts, action)
}

// Press is a click on a button that no message here has.
func (s *Server) Press(user, channel, ts, action, value string) (Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.click(user, channel, ts, "actions-0", action, value)
}

func (s *Server) click(user, channel, ts, blockID, action, value string) (Interaction, error) {
	s.clicks++
	trigger, responseID := fmt.Sprintf("trigger.%d", s.clicks), fmt.Sprintf("R%04d", s.clicks)
	s.triggers[trigger] = false
	s.responses[responseID] = &response{user: user, channel: channel}
	payload, err := json.Marshal(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user}, "trigger_id": trigger, "api_app_id": "A0FAKE",
		"container": map[string]any{"type": "message", "message_ts": ts, "channel_id": channel},
		"channel":   map[string]any{"id": channel}, "message": map[string]any{"ts": ts, "type": "message"},
		"response_url": strings.TrimSuffix(s.URL, "/api") + "/response/" + responseID,
		"actions": []map[string]any{{"type": "button", "action_id": action, "block_id": blockID, "value": value,
			"action_ts": fmt.Sprintf("%d.%06d", time.Now().Unix(), s.clicks)}},
	})
	return Interaction{Payload: payload}, err
}

// Submit is a user's submission of the newest view, with values by action id; several are separated by commas where
// several may be chosen. What is not named is left as the view shows it.
func (s *Server) Submit(user string, values map[string]string) (Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.views) == 0 {
		return Interaction{}, errors.New("no view is open")
	}
	v := s.views[len(s.views)-1]
	var view map[string]any
	if err := json.Unmarshal(v.View, &view); err != nil {
		return Interaction{}, err
	}
	state, left := map[string]any{}, map[string]bool{}
	for id := range values {
		left[id] = true
	}
	blocks, _ := view["blocks"].([]any)
	for _, b := range blocks {
		input, _ := b.(map[string]any)
		element, _ := input["element"].(map[string]any)
		id, _ := element["action_id"].(string)
		blockID, _ := input["block_id"].(string)
		if id == "" {
			continue
		}
		value, given := values[id]
		delete(left, id)
		state[blockID] = map[string]any{id: filled(element, value, given)}
	}
	if len(left) > 0 {
		return Interaction{}, fmt.Errorf("the view has no input for %v", left)
	}
	s.clicks++
	view["id"], view["state"] = v.ID, map[string]any{"values": state}
	payload, err := json.Marshal(map[string]any{"type": "view_submission", "user": map[string]any{"id": user}, "view": view, "api_app_id": "A0FAKE",
		"trigger_id": fmt.Sprintf("trigger.%d", s.clicks)})
	return Interaction{Payload: payload}, err
}

// filled is the state of an input.
func filled(element map[string]any, value string, given bool) map[string]any {
	out := map[string]any{"type": element["type"]}
	option := func(v string) map[string]any { return map[string]any{"value": v} }
	switch kind, _ := element["type"].(string); kind {
	case "static_select", "radio_buttons":
		out["selected_option"] = element["initial_option"]
		if given {
			out["selected_option"] = option(value)
		}
	case "checkboxes":
		out["selected_options"] = element["initial_options"]
		if given {
			chosen := []any{}
			for _, v := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' }) {
				chosen = append(chosen, option(v))
			}
			out["selected_options"] = chosen
		}
	case "datepicker":
		out["selected_date"] = element["initial_date"]
		if given {
			out["selected_date"] = value
		}
	default:
		out["value"] = element["initial_value"]
		if given {
			out["value"] = value
		}
	}
	return out
}

// Deliver tells the app of an interaction, by HTTP or by Socket Mode, and gives its answer.
func (s *Server) Deliver(i Interaction) (Reply, error) {
	s.mu.Lock()
	door := s.door
	s.mu.Unlock()
	if door.url == "" {
		return s.sockets.deliver(i.Payload)
	}
	if i.At.IsZero() {
		i.At = time.Now()
	}
	if i.Secret != "" {
		door.secret = i.Secret
	}
	body := []byte(url.Values{"payload": {string(i.Payload)}}.Encode())
	r, err := http.NewRequest(http.MethodPost, door.url, bytes.NewReader(body))
	if err != nil {
		return Reply{}, err
	}
	at := strconv.FormatInt(i.At.Unix(), 10)
	sign := hmac.New(sha256.New, []byte(door.secret))
	fmt.Fprintf(sign, "v0:%s:%s", at, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(sign.Sum(nil)))
	client := http.Client{Timeout: 3 * time.Second} // as long as Slack waits
	resp, err := client.Do(r)
	if err != nil {
		return Reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	said, err := io.ReadAll(resp.Body)
	if !json.Valid(said) {
		said = nil
	}
	return Reply{resp.StatusCode, said}, err
}

// respond takes what an app says by a response URL.
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	var m struct {
		Type    string `json:"response_type"`
		Text    string `json:"text"`
		Replace bool   `json:"replace_original"`
	}
	err := json.NewDecoder(r.Body).Decode(&m)
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.responses[r.PathValue("id")]
	switch {
	case err != nil || m.Text == "":
		http.Error(w, "no_text", http.StatusBadRequest)
	case to == nil || to.uses >= 5:
		http.Error(w, "expired_url", http.StatusNotFound)
	case m.Replace:
		http.Error(w, "this stand-in lets nobody replace a message here", http.StatusBadRequest)
	default:
		to.uses++
		s.ephemerals = append(s.ephemerals, Ephemeral{User: to.user, Channel: to.channel, Text: m.Text})
		_, _ = io.WriteString(w, "ok")
	}
}
