package sendgridtest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"
)

// PublicKey is the verification key as SendGrid's settings page shows it.
func (s *Server) PublicKey() string {
	der, err := x509.MarshalPKIXPublicKey(&s.signing.PublicKey)
	if err != nil {
		panic(err) // a P-256 key always has this form
	}
	return base64.StdEncoding.EncodeToString(der)
}

// Sign signs a batch's raw bytes: the values of the two headers.
func (s *Server) Sign(body []byte, at time.Time) (sig, ts string) {
	ts = strconv.FormatInt(at.Unix(), 10)
	sum := sha256.Sum256(append([]byte(ts), body...))
	der, err := ecdsa.SignASN1(rand.Reader, s.signing, sum[:])
	if err != nil {
		panic(err) // the system has no randomness
	}
	return base64.StdEncoding.EncodeToString(der), ts
}

// Event is one event as SendGrid words it, about the mail with this key. Its sg_event_id derives from key and name, so
// the same event made twice is a duplicate; extra adds fields and replaces them.
func (s *Server) Event(name, key string, extra map[string]any) map[string]any {
	id := sha256.Sum256([]byte(name + "\x00" + key))
	e := map[string]any{
		"event": name, "send_id": key, "timestamp": time.Now().Unix(), "sg_event_id": hex.EncodeToString(id[:12]),
		"category": []string{}, "smtp-id": "<fake@sendgrid.invalid>",
	}
	for _, m := range s.Accepted() {
		if m.Key == key {
			e["email"], e["category"] = m.To, m.Request.Categories
			e["sg_message_id"] = m.MessageID + ".filter0001"
		}
	}
	switch name {
	case "bounce":
		e["type"], e["status"], e["reason"] = "bounce", "5.1.1", "550 5.1.1 unknown user"
	case "deferred":
		e["attempt"], e["response"] = "5", "450 try again later"
	case "open":
		e["sg_machine_open"] = true
	}
	maps.Copy(e, extra)
	return e
}

// PostEvents posts one signed batch to a webhook and fails unless the answer is 2xx.
func (s *Server) PostEvents(ctx context.Context, url string, events ...map[string]any) error {
	body, err := json.Marshal(events)
	if err != nil {
		return fmt.Errorf("encoding events: %w", err)
	}
	body = append(body, "\r\n"...) // as SendGrid does; the signature covers it
	sig, ts := s.Sign(body, time.Now())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("posting events: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(eventwebhook.VerificationHTTPHeader, sig)
	req.Header.Set(eventwebhook.TimestampHTTPHeader, ts)
	resp, err := s.events.Do(req)
	if err != nil {
		return fmt.Errorf("posting events: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("posting events: the webhook answered %s", resp.Status)
	}
	return nil
}
