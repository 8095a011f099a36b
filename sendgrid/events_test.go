package sendgrid_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/sendgrid"
	"github.com/centogiorni/centogiorni/sendgrid/sendgridtest"
)

func verificationKey(t *testing.T, srv *sendgridtest.Server) *ecdsa.PublicKey {
	t.Helper()
	key, err := sendgrid.ParsePublicKey(srv.PublicKey() + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const batch = `[
{"email":"anna@cliente.example","timestamp":1803891600,"event":"processed","category":["service"],"sg_event_id":"e1","sg_message_id":"m1.f","send_id":"k1"},
{"email":"anna@cliente.example","timestamp":"1803891601","event":"deferred","category":"service","attempt":"5","sg_event_id":"e2","send_id":"k1"},
{"timestamp":1803891602,"event":"bounce","type":"bounce","status":"5.1.1","reason":"550 unknown","bounce_classification":"Invalid Address","sg_event_id":"e3"},
{"timestamp":1803891603,"event":"bounce","type":"blocked","attempt":2,"sg_event_id":"e4"},
{"timestamp":1803891604,"event":"open","sg_machine_open":true,"sg_event_id":"e5","category":[]},
{"timestamp":1803891605,"event":"account_status_change","type":"compliance_suspend","sg_event_id":"e6","category":{"odd":1}},
{"timestamp":"soon","event":"click","sg_event_id":"e7"},
"no object",
null]` + "\r\n"

func TestEventsAreReadWhateverTheirShape(t *testing.T) {
	srv := sendgridtest.Start(t)
	sig, ts := srv.Sign([]byte(batch), time.Now())
	events, err := sendgrid.ParseEvents([]byte(batch), sig, ts, verificationKey(t, srv))
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 9 {
		t.Fatalf("%d events", len(events))
	}
	e := events[0]
	if e.ID != "e1" || e.Name != "processed" || e.Key != "k1" || e.MessageID != "m1.f" || e.Email != "anna@cliente.example" ||
		!e.At.Equal(time.Unix(1803891600, 0)) || !reflect.DeepEqual(e.Categories, []string{"service"}) {
		t.Errorf("processed: %+v", e)
	}
	if e = events[1]; e.Attempt != 5 || !e.At.Equal(time.Unix(1803891601, 0)) || !reflect.DeepEqual(e.Categories, []string{"service"}) {
		t.Errorf("deferred: %+v", e)
	}
	if e = events[2]; !e.HardBounce() || e.Status != "5.1.1" || e.Class != "Invalid Address" || e.Key != "" {
		t.Errorf("bounce: %+v", e)
	}
	if e = events[3]; e.HardBounce() || e.Attempt != 2 {
		t.Errorf("blocked: %+v", e)
	}
	if !events[4].MachineOpen || events[5].Name != "account_status_change" {
		t.Errorf("open and unknown: %+v %+v", events[4], events[5])
	}
	if e = events[6]; e.ID != "e7" || e.Name != "click" || !e.At.IsZero() {
		t.Errorf("a time that is none: %+v", e)
	}
	for _, e := range events[7:] {
		if e.Name != "" || len(e.Raw) == 0 {
			t.Errorf("what is no event keeps its raw form alone: %+v", e)
		}
	}
}

func TestOnlyAnUntouchedBatchOfTheRightKeyIsBelieved(t *testing.T) {
	srv, other := sendgridtest.Start(t), sendgridtest.Start(t)
	body := []byte(batch)
	sig, ts := srv.Sign(body, time.Now())
	foreign, _ := other.Sign(body, time.Now())
	for name, c := range map[string]struct {
		body    []byte
		sig, ts string
	}{
		"the trailing CRLF was trimmed": {body[:len(body)-2], sig, ts},
		"the time was changed":          {body, sig, ts + "0"},
		"another key signed it":         {body, foreign, ts},
		"the signature is no base64":    {body, "%", ts},
		"the signature is no ASN.1":     {body, "AAAA", ts},
		"there is no signature":         {body, "", ts},
	} {
		if events, err := sendgrid.ParseEvents(c.body, c.sig, c.ts, verificationKey(t, srv)); !errors.Is(err, sendgrid.ErrSignature) || events != nil {
			t.Errorf("%s: %d events, %v", name, len(events), err)
		}
	}
	if _, err := sendgrid.ParseEvents(body, sig, ts, nil); err == nil {
		t.Error("without a key a batch was believed")
	}
	object := []byte(`{"event":"processed"}`)
	sig, ts = srv.Sign(object, time.Now())
	if _, err := sendgrid.ParseEvents(object, sig, ts, verificationKey(t, srv)); err == nil {
		t.Error("a batch that is no array was read")
	}
}

func TestAKeyOfAnotherKindIsAnErrorAndNoPanic(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	edKey, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]any{"RSA": &rsaKey.PublicKey, "Ed25519": edKey} {
		der, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sendgrid.ParsePublicKey(base64.StdEncoding.EncodeToString(der)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	for _, junk := range []string{"", "no base64!", "AAAA"} {
		if _, err := sendgrid.ParsePublicKey(junk); err == nil {
			t.Errorf("%q was accepted", junk)
		}
	}
}

func TestTheFakePostsDuplicatesThatTheEventIDReveals(t *testing.T) {
	srv := sendgridtest.Start(t)
	if _, err := transport(t, sendgrid.Config{Host: srv.URL}).Send(t.Context(), welcome("k1")); err != nil {
		t.Fatal(err)
	}
	key := verificationKey(t, srv)
	got := make(chan sendgrid.Event, 8)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		events, err := sendgrid.ParseEvents(body, r.Header.Get(sendgrid.HeaderSignature), r.Header.Get(sendgrid.HeaderTimestamp), key)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		for _, e := range events {
			got <- e
		}
	}))
	defer hook.Close()
	e := srv.Event("delivered", "k1", nil)
	if err := srv.PostEvents(t.Context(), hook.URL, e, e, srv.Event("click", "k1", nil)); err != nil {
		t.Fatal(err)
	}
	a, b, c := <-got, <-got, <-got
	if a.ID != b.ID || a.ID == c.ID || a.Key != "k1" || a.MessageID == "" || a.Email != "anna@cliente.example" || a.Categories[0] != "relationship" {
		t.Errorf("%+v\n%+v\n%+v", a, b, c)
	}
}
