package sendgridtest

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// admin adds the doors for other processes:
//
//	GET    /test/accepted  the mails taken, as []Mail
//	POST   /test/faults    []Rule, added
//	DELETE /test/faults    ends all rules
//	POST   /test/events    {"url", "events": [{"event", "key", "times", "extra"}]}: one signed batch to a webhook
//	GET    /test/key       the webhook's verification key
func (s *Server) admin() {
	s.mux.HandleFunc("GET /test/accepted", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.Accepted())
	})
	s.mux.HandleFunc("POST /test/faults", func(w http.ResponseWriter, r *http.Request) {
		var rules []Rule
		if err := json.NewDecoder(r.Body).Decode(&rules); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.AddRules(rules...)
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("DELETE /test/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rules = nil
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("POST /test/events", s.postEvents)
	s.mux.HandleFunc("GET /test/key", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(s.PublicKey()))
	})
}

func (s *Server) postEvents(w http.ResponseWriter, r *http.Request) {
	var in struct {
		URL    string `json:"url"`
		Events []struct {
			Event string         `json:"event"`
			Key   string         `json:"key"`
			Times int            `json:"times"` // 0 is once
			Extra map[string]any `json:"extra"`
		} `json:"events"`
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	if err == nil {
		_, err = url.ParseRequestURI(in.URL)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var batch []map[string]any
	for _, e := range in.Events {
		for range max(1, e.Times) {
			batch = append(batch, s.Event(e.Event, e.Key, e.Extra))
		}
	}
	if err := s.PostEvents(r.Context(), in.URL, batch...); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
