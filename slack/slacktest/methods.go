package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// handler answers one method; the map is the body beside "ok", the text an error code.
type handler func(form url.Values) (map[string]any, string)

func (s *Server) serve(method string, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		form, code := read(r, tokenOf(method))
		key := form.Get("email")
		if m := form.Get("metadata"); m != "" {
			key = keyOf(json.RawMessage(m))
		}
		f := s.fault(method, key)
		answer := map[string]any{}
		if code == "" && (f.Accept || f == (Fault{})) {
			s.mu.Lock()
			answer, code = h(form)
			s.mu.Unlock()
		}
		switch {
		case f.Hang:
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		case f.Drop:
			reset(w)
			return
		case f.Status >= 300 && f.Status < 400:
			w.Header().Set("Location", "/elsewhere")
		case f.RetryAfter != "":
			w.Header().Set("Retry-After", f.RetryAfter)
		}
		if f.Error != "" {
			code = f.Error
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if f.Status != 0 {
			w.WriteHeader(f.Status)
		}
		if f.Body != "" {
			_, _ = w.Write([]byte(f.Body))
			return
		}
		if answer == nil || code != "" {
			answer = map[string]any{"error": code}
		}
		answer["ok"] = code == ""
		_ = json.NewEncoder(w).Encode(answer)
	}
}

// tokenOf is the kind of token that a method takes.
func tokenOf(method string) string {
	if method == "apps.connections.open" {
		return "xapp-"
	}
	return "xoxb-"
}

// read takes the form or JSON of a call and checks the token.
func read(r *http.Request, kind string) (url.Values, string) {
	form := url.Values{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var fields map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&fields); err != nil && !errors.Is(err, io.EOF) { // a call without arguments has no body
			return form, "invalid_json"
		}
		for k, raw := range fields {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			form.Set(k, text)
		}
	} else if r.ParseForm() != nil {
		return form, "invalid_form_data"
	} else {
		form = r.Form
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		token = form.Get("token")
	}
	switch {
	case token == "":
		return form, "not_authed"
	case !strings.HasPrefix(token, kind):
		return form, "invalid_auth"
	}
	return form, ""
}

func keyOf(metadata json.RawMessage) string {
	var m struct {
		Payload struct {
			Key string `json:"key"`
		} `json:"event_payload"`
	}
	_ = json.Unmarshal(metadata, &m)
	return m.Payload.Key
}

// channel finds the conversation of an address: a user's id means the direct one.
func (s *Server) channel(to string) (string, string) {
	if to != "" && strings.ContainsRune("CGD", rune(to[0])) {
		return to, ""
	}
	for _, u := range s.users {
		if u.ID == to && u.Deleted {
			return "", "user_disabled"
		} else if u.ID == to {
			return "D" + u.ID[1:], ""
		}
	}
	return "", "channel_not_found"
}

func (s *Server) postMessage(form url.Values) (map[string]any, string) {
	channel, code := s.channel(form.Get("channel"))
	if code == "" {
		code = badMessage(form)
	}
	if code != "" {
		return nil, code
	}
	if thread := form.Get("thread_ts"); thread != "" && s.message(channel, thread) == nil {
		return nil, "thread_not_found"
	}
	m := &Message{Channel: channel, To: form.Get("channel"), TS: s.stamp(), Thread: form.Get("thread_ts"), Text: form.Get("text"),
		Blocks: json.RawMessage(form.Get("blocks")), Metadata: json.RawMessage(form.Get("metadata"))}
	m.Key = keyOf(m.Metadata)
	s.messages = append(s.messages, m)
	return map[string]any{"channel": channel, "ts": m.TS, "message": map[string]any{"text": m.Text, "ts": m.TS}}, ""
}

func (s *Server) update(form url.Values) (map[string]any, string) {
	m := s.message(form.Get("channel"), form.Get("ts"))
	if m == nil {
		return nil, "message_not_found"
	}
	if code := badMessage(form); code != "" {
		return nil, code
	}
	// Text alone takes the blocks away, as at Slack.
	m.Text, m.Blocks, m.Edits = form.Get("text"), json.RawMessage(form.Get("blocks")), m.Edits+1
	if meta := form.Get("metadata"); meta != "" {
		m.Metadata = json.RawMessage(meta)
	}
	return map[string]any{"channel": m.Channel, "ts": m.TS, "text": m.Text}, ""
}

// message finds a message by its conversation and timestamp.
func (s *Server) message(channel, ts string) *Message {
	for _, m := range s.messages {
		if m.Channel == channel && m.TS == ts {
			return m
		}
	}
	return nil
}

func (s *Server) open(form url.Values) (map[string]any, string) {
	channel, code := s.channel(form.Get("users"))
	if code != "" {
		return nil, "user_not_found"
	}
	return map[string]any{"channel": map[string]any{"id": channel}}, ""
}

// history lists a conversation, the newest first, with metadata only when asked for, in pages of at most limit.
func (s *Server) history(form url.Values) (map[string]any, string) {
	var all []*Message
	for _, m := range slices.Backward(s.messages) {
		if m.Channel == form.Get("channel") && m.Thread == "" && m.TS >= form.Get("oldest") {
			all = append(all, m)
		}
	}
	return page(all, form), ""
}

// replies lists a thread, the oldest first: the message that began it is there however old it is.
func (s *Server) replies(form url.Values) (map[string]any, string) {
	first := s.message(form.Get("channel"), form.Get("ts"))
	if first == nil {
		return nil, "thread_not_found"
	}
	all := []*Message{first}
	for _, m := range s.messages {
		if m.Channel == first.Channel && m.Thread == first.TS && m.TS >= form.Get("oldest") {
			all = append(all, m)
		}
	}
	return page(all, form), ""
}

func page(all []*Message, form url.Values) map[string]any {
	limit, err := strconv.Atoi(form.Get("limit"))
	if err != nil || limit < 1 {
		limit = 100
	}
	skip, _ := strconv.Atoi(form.Get("cursor"))
	out := []map[string]any{}
	for _, m := range all[min(skip, len(all)):min(skip+limit, len(all))] {
		e := map[string]any{"type": "message", "ts": m.TS, "text": m.Text}
		if asked := form.Get("include_all_metadata"); len(m.Metadata) > 0 && (asked == "1" || asked == "true") {
			e["metadata"] = m.Metadata
		}
		out = append(out, e)
	}
	answer := map[string]any{"messages": out, "has_more": skip+limit < len(all)}
	if skip+limit < len(all) {
		answer["response_metadata"] = map[string]any{"next_cursor": strconv.Itoa(skip + limit)}
	}
	return answer
}

func (s *Server) lookup(form url.Values) (map[string]any, string) {
	for _, u := range s.users {
		if strings.EqualFold(u.Email, form.Get("email")) {
			return map[string]any{"user": map[string]any{"id": u.ID, "name": u.Name, "deleted": u.Deleted}}, ""
		}
	}
	return nil, "users_not_found"
}

// userInfo answers with the address, as the scope users:read.email grants it.
func (s *Server) userInfo(form url.Values) (map[string]any, string) {
	for _, u := range s.users {
		if u.ID == form.Get("user") {
			return map[string]any{"user": map[string]any{"id": u.ID, "name": u.Name, "deleted": u.Deleted, "profile": map[string]any{"email": u.Email}}}, ""
		}
	}
	return nil, "user_not_found"
}

// openView keeps a modal. What a click gave as trigger opens one view, once.
func (s *Server) openView(form url.Values) (map[string]any, string) {
	trigger := form.Get("trigger_id")
	used, known := s.triggers[trigger]
	switch {
	case trigger == "":
		return nil, "invalid_trigger_id"
	case known && used:
		return nil, "exchanged_trigger_id"
	}
	if code := badView(form.Get("view")); code != "" {
		return nil, code
	}
	s.triggers[trigger] = true
	v := View{ID: fmt.Sprintf("V%04d", len(s.views)+1), Trigger: trigger, View: json.RawMessage(form.Get("view"))}
	s.views = append(s.views, v)
	return map[string]any{"view": map[string]any{"id": v.ID}}, ""
}

func (s *Server) postEphemeral(form url.Values) (map[string]any, string) {
	s.ephemerals = append(s.ephemerals, Ephemeral{User: form.Get("user"), Channel: form.Get("channel"), Text: form.Get("text")})
	return map[string]any{"message_ts": s.stamp()}, ""
}

func (s *Server) authTest(url.Values) (map[string]any, string) {
	return map[string]any{"team": "Fake", "team_id": "T0FAKE", "user": "centogiorni", "user_id": "U0BOT", "bot_id": "B0BOT"}, ""
}
