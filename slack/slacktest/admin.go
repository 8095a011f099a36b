package slacktest

import (
	"encoding/json"
	"net/http"
)

// admin adds the doors for other processes:
//
//	GET    /test/messages  []Message
//	GET    /test/views     []View
//	POST   /test/users     []User, added or replaced
//	POST   /test/faults    []Rule, added
//	DELETE /test/faults    ends all rules
//	GET    /test/ephemerals []Ephemeral
//	POST   /test/door      {"url", "secret"}: where clicks go
//	POST   /test/click     {"user", "ts", "action", "times"}: each click an event of its own
//	POST   /test/submit    {"user", "values", "times"}: the newest view; the same submission again
func (s *Server) admin() {
	s.mux.HandleFunc("GET /test/messages", func(w http.ResponseWriter, _ *http.Request) { write(w, s.Messages()) })
	s.mux.HandleFunc("GET /test/views", func(w http.ResponseWriter, _ *http.Request) { write(w, s.Views()) })
	s.mux.HandleFunc("GET /test/ephemerals", func(w http.ResponseWriter, _ *http.Request) { write(w, s.Ephemerals()) })
	s.mux.HandleFunc("POST /test/door", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ URL, Secret string }
		if receive(w, r, &in) {
			s.Interactions(in.URL, in.Secret)
			w.WriteHeader(http.StatusNoContent)
		}
	})
	s.mux.HandleFunc("POST /test/click", s.adminClick)
	s.mux.HandleFunc("POST /test/submit", s.adminSubmit)
	s.mux.HandleFunc("POST /test/users", func(w http.ResponseWriter, r *http.Request) { take(w, r, s.AddUsers) })
	s.mux.HandleFunc("POST /test/faults", func(w http.ResponseWriter, r *http.Request) { take(w, r, s.AddRules) })
	s.mux.HandleFunc("DELETE /test/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rules = nil
		w.WriteHeader(http.StatusNoContent)
	})
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func take[T any](w http.ResponseWriter, r *http.Request, add func(...T)) {
	var in []T
	if receive(w, r, &in) {
		add(in...)
		w.WriteHeader(http.StatusNoContent)
	}
}

// receive reads a body; where it cannot, it has answered.
func receive(w http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(r.Body).Decode(into)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
	return err == nil
}

// deed is a click or a submission that another process asks for.
type deed struct {
	User, TS, Action string
	Values           map[string]string
	Times            int
}

func (s *Server) adminClick(w http.ResponseWriter, r *http.Request) {
	var in deed
	if receive(w, r, &in) {
		s.perform(w, in.Times, func() (Interaction, error) { return s.Click(in.User, in.TS, in.Action) })
	}
}

func (s *Server) adminSubmit(w http.ResponseWriter, r *http.Request) {
	var in deed
	if !receive(w, r, &in) {
		return
	}
	i, err := s.Submit(in.User, in.Values)
	s.perform(w, in.Times, func() (Interaction, error) { return i, err })
}

// perform delivers what a user does, as often as asked, and answers with what the app said.
func (s *Server) perform(w http.ResponseWriter, times int, do func() (Interaction, error)) {
	answers := []Reply{}
	for range max(times, 1) {
		i, err := do()
		var a Reply
		if err == nil {
			a, err = s.Deliver(i)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		answers = append(answers, a)
	}
	write(w, answers)
}
