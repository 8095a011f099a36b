// Package sendgrid carries mails through SendGrid's v3 API and reads the signed events that SendGrid posts back.
package sendgrid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sendgrid/rest"
	api "github.com/sendgrid/sendgrid-go"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	name     = "sendgrid"
	endpoint = "/v3/mail/send"
	// timeout bounds one call, answer included: neither sendgrid-go nor rest has any.
	timeout = 10 * time.Second
)

// EventStore holds the events that the webhook received.
type EventStore interface {
	// MailEvents lists the names of the stored events that carry this mail's key; to have none is no error.
	MailEvents(ctx context.Context, key string) ([]string, error)
}

// Config says how to reach SendGrid.
type Config struct {
	Key string // an API key with the permission Mail Send
	// Host is https://api.sendgrid.com when empty; https://api.eu.sendgrid.com keeps mail in the European Union.
	Host string
	// Events resolves unknown results; without it Find cannot tell.
	Events EventStore
	// HTTPClient replaces http.DefaultTransport and the time-out of ten seconds; it never follows a redirect.
	HTTPClient *http.Client
}

// Transport sends mails through SendGrid. It is safe for concurrent use, which sendgrid.Client is not: that one keeps
// the body of a call in itself, so two concurrent sends may lose one mail and double the other.
type Transport struct {
	key, host string
	client    *rest.Client
	events    EventStore
}

// New checks the configuration; it makes no call.
func New(c Config) (*Transport, error) {
	if c.Key == "" || strings.ContainsFunc(c.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("sendgrid: the API key is empty or holds characters that no key has: copy it anew")
	}
	if c.Host != "" {
		u, err := url.Parse(c.Host)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || strings.Trim(u.Path, "/") != "" {
			return nil, errors.New("sendgrid: the host must look like https://api.eu.sendgrid.com, without a path")
		}
	}
	hc := http.Client{}
	if c.HTTPClient != nil {
		hc = *c.HTTPClient
	}
	if hc.Timeout <= 0 {
		hc.Timeout = timeout
	}
	// The default follows a 302 with a GET and returns its 200: a success that sent nothing.
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Transport{
		key: c.Key, host: strings.TrimRight(c.Host, "/"), client: &rest.Client{HTTPClient: &hc}, events: c.Events,
	}, nil
}

// Name names the transport in the ledger.
func (t *Transport) Name() string { return name }

// Send posts one mail, once: retrying is the caller's decision. A nil error means that SendGrid took it (202), not that
// it was delivered. Every error is an *onboarding.DeliveryError, and none holds the key, an address or a mail's text.
func (t *Transport) Send(ctx context.Context, m onboarding.Mail) (onboarding.Receipt, error) {
	body, err := encode(m)
	if err != nil {
		return onboarding.Receipt{}, fault(onboarding.FaultRefused, "composing the mail: %w", err)
	}
	// A fresh request per call, and never an Idempotency-Key: SendGrid knows none, and net/http takes that header as
	// leave to send a POST again by itself.
	req := api.GetRequest(t.key, endpoint, t.host)
	req.Method, req.Body = rest.Post, body
	left, ctx := watch(ctx)
	resp, err := t.client.SendWithContext(ctx, req)
	if resp == nil {
		if left.Load() {
			return onboarding.Receipt{}, fault(onboarding.FaultUnknown, "no answer from SendGrid: %w", err)
		}
		return onboarding.Receipt{}, fault(onboarding.FaultUnreached, "reaching SendGrid: %w", err)
	}
	// A response with an error is one whose body broke off; its status counts all the same.
	if resp.StatusCode == http.StatusAccepted {
		return onboarding.Receipt{MessageID: http.Header(resp.Headers).Get("X-Message-Id")}, nil
	}
	return onboarding.Receipt{}, t.answered(resp, m)
}

// Find tells from the stored events whether SendGrid took a mail. Every event proves that it did: "dropped" too, by
// which SendGrid says that it took the mail and will not deliver it, so sending it again is useless. No event proves
// nothing, since events come late and are lost when the webhook is down for a day.
func (t *Transport) Find(ctx context.Context, key string) (onboarding.Found, error) {
	if t.events == nil {
		return onboarding.FoundCannotTell, nil
	}
	events, err := t.events.MailEvents(ctx, key)
	if err != nil {
		return onboarding.FoundCannotTell, fmt.Errorf("reading the stored events of a mail: %w", err)
	}
	if len(events) > 0 {
		return onboarding.FoundAccepted, nil
	}
	return onboarding.FoundCannotTell, nil
}

// watch tells whether the request got a connection, that is, whether any of it may have left. Without a connection
// (name, dial, TLS, proxy) nothing did. GetConn resets it: net/http starts over only when nothing was written.
func watch(ctx context.Context) (*atomic.Bool, context.Context) {
	left := new(atomic.Bool)
	return left, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { left.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { left.Store(true) },
	})
}
