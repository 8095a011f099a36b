package interact

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	api "github.com/slack-go/slack"
)

// bodyLimit is far beyond what Slack sends: a message with its blocks, twice.
const bodyLimit = 1 << 20

// ServeHTTP takes an interaction from Slack. Whoever cannot sign it is refused before it is read, and so is a request
// whose signature is more than five minutes old.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "not read", http.StatusBadRequest)
		return
	}
	if err := h.verify(r.Header, body); err != nil {
		h.Log.Warn("a request to Slack's door is not signed by Slack, or too old", "code", "slack_signature", "error", err)
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	ic, err := api.InteractionCallbackParse(r)
	if err != nil {
		h.Log.Warn("an interaction from Slack cannot be read", "code", "slack_payload")
		http.Error(w, "not understood", http.StatusBadRequest)
		return
	}
	answer := h.Interact(ic)
	if answer == nil {
		return // 200 and nothing else: a text would be shown
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		h.Log.Warn("an answer did not reach Slack", "code", "slack_answer", "error", err)
	}
}

func (h *Handler) verify(header http.Header, body []byte) error {
	v, err := api.NewSecretsVerifier(header, h.SigningSecret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}
