package sendgrid

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"
)

// The headers of an event batch that ParseEvents wants.
const (
	HeaderSignature = eventwebhook.VerificationHTTPHeader
	HeaderTimestamp = eventwebhook.TimestampHTTPHeader
)

// ErrSignature says that a batch was not signed by the holder of the key: answer 401 and keep nothing.
var ErrSignature = errors.New("sendgrid: the event batch is not signed by this webhook's key")

// Event is one of SendGrid's reports about a mail. Names come as SendGrid sends them (processed, dropped, delivered,
// deferred, bounce, open, click, spamreport, unsubscribe, group_unsubscribe, group_resubscribe), unknown ones too; an
// element that is no event has an empty Name. Whatever SendGrid left out is zero.
type Event struct {
	// ID is unique; SendGrid posts the same event many times, so store by it.
	ID         string
	Name       string
	Key        string // the mail's key, as given to Send
	MessageID  string // the receipt's, a dot and the filter's name; absent from some late bounces
	Email      string
	At         time.Time
	Categories []string
	Type       string // of a bounce: bounce (for good) or blocked
	Class      string // of a bounce: SendGrid's classification
	Reason     string
	Status     string // the enhanced SMTP status, such as 5.1.1
	Response   string
	Attempt    int
	URL        string
	// MachineOpen marks an open by a mail program's prefetch. No open is evidence of anything.
	MachineOpen bool
	Raw         json.RawMessage
}

// HardBounce tells whether the address is not to be written to again.
func (e Event) HardBounce() bool { return e.Name == "bounce" && e.Type != "blocked" }

// ParsePublicKey reads the webhook's verification key as SendGrid shows it. Call it at the start: SendGrid's own
// function panics on a key of another kind.
func ParsePublicKey(b64 string) (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(b64))
	if err != nil {
		return nil, fmt.Errorf("sendgrid: the webhook's verification key is no base64: %w", err)
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("sendgrid: the webhook's verification key is no public key: %w", err)
	}
	ec, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("sendgrid: the webhook's verification key is %T, not ECDSA: copy it from the webhook's settings", key)
	}
	return ec, nil
}

// ParseEvents verifies a batch and reads it. body is the request's raw bytes, trailing CRLF included; sig and ts are the
// two headers. The signature says nothing about age, so a batch may come again: Event.ID tells. An element that cannot
// be read comes with its Raw alone, since an error would make SendGrid send the whole batch for a day and then lose it.
func ParseEvents(body []byte, sig, ts string, key *ecdsa.PublicKey) ([]Event, error) {
	if key == nil {
		return nil, errors.New("sendgrid: no verification key is configured")
	}
	if ok, err := eventwebhook.VerifySignature(key, body, sig, ts); err != nil || !ok {
		return nil, ErrSignature
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(body, &elements); err != nil {
		return nil, fmt.Errorf("sendgrid: the event batch is no JSON array: %w", err)
	}
	events := make([]Event, len(elements))
	for i, raw := range elements {
		events[i] = parseEvent(raw)
	}
	return events, nil
}

func parseEvent(raw json.RawMessage) Event {
	var w struct {
		ID        text            `json:"sg_event_id"`
		Name      text            `json:"event"`
		Key       text            `json:"send_id"`
		MessageID text            `json:"sg_message_id"`
		Email     text            `json:"email"`
		At        text            `json:"timestamp"`
		Category  json.RawMessage `json:"category"`
		Type      text            `json:"type"`
		Class     text            `json:"bounce_classification"`
		Reason    text            `json:"reason"`
		Status    text            `json:"status"`
		Response  text            `json:"response"`
		Attempt   text            `json:"attempt"`
		URL       text            `json:"url"`
		Machine   text            `json:"sg_machine_open"`
	}
	if json.Unmarshal(raw, &w) != nil {
		return Event{Raw: raw}
	}
	e := Event{
		ID: string(w.ID), Name: string(w.Name), Key: string(w.Key), MessageID: string(w.MessageID), Email: string(w.Email),
		Type: string(w.Type), Class: string(w.Class), Reason: string(w.Reason), Status: string(w.Status),
		Response: string(w.Response), URL: string(w.URL), MachineOpen: w.Machine == "true", Raw: raw,
	}
	if seconds, err := strconv.ParseFloat(string(w.At), 64); err == nil && seconds > 0 {
		e.At = time.Unix(int64(seconds), 0).UTC()
	}
	e.Attempt, _ = strconv.Atoi(string(w.Attempt))
	e.Categories = categories(w.Category)
	return e
}

// text is a field that SendGrid sends as text, number or truth value: attempt is "5", a timestamp may be either.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
		return nil
	}
	if len(b) > 0 && b[0] != '{' && b[0] != '[' {
		*t = text(b)
	}
	return nil
}

// categories reads one category as text or several as an array.
func categories(raw json.RawMessage) []string {
	var many []text
	if json.Unmarshal(raw, &many) != nil {
		var one text
		if json.Unmarshal(raw, &one) != nil || one == "" {
			return nil
		}
		many = []text{one}
	}
	out := make([]string, len(many))
	for i, c := range many {
		out[i] = string(c)
	}
	return out
}
