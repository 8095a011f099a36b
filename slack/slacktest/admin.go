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
func (s *Server) admin() {
	s.mux.HandleFunc("GET /test/messages", func(w http.ResponseWriter, _ *http.Request) { write(w, s.Messages()) })
	s.mux.HandleFunc("GET /test/views", func(w http.ResponseWriter, _ *http.Request) { write(w, s.Views()) })
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
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	add(in...)
	w.WriteHeader(http.StatusNoContent)
}
