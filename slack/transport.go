// Package slack carries alerts to people of ours through Slack's web API, as direct messages.
package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	name = "slack"
	// timeout bounds one call: slack-go has none.
	timeout = 10 * time.Second
)

// Place is where an alert went, for Find: a user's or a conversation's id, and the wall time of the first attempt.
type Place struct {
	To    string
	Since time.Time
}

// Config says how to reach Slack.
type Config struct {
	Token string // the bot's, xoxb-...
	// APIURL is Slack's own when empty; a stand-in's address ends before the method's name.
	APIURL string
	// Where looks up the place of an alert, by the ledger; ok is false when it is not known. Without Where, Find cannot
	// tell. The bot needs the scopes im:history and im:write for it.
	Where func(ctx context.Context, key string) (p Place, ok bool, err error)
	// HTTPClient replaces http.DefaultTransport and the time-out of ten seconds; it never follows a redirect.
	HTTPClient *http.Client
}

// Transport posts alerts. It is safe for concurrent use.
type Transport struct {
	api   *api.Client
	where func(context.Context, string) (Place, bool, error)

	mu    sync.Mutex
	users map[string]string // lower-case address -> user id
}

// New checks the configuration; it makes no call.
func New(c Config) (*Transport, error) {
	if c.Token == "" || strings.ContainsFunc(c.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("slack: the bot token is empty or holds characters that no token has: copy it anew (xoxb-...)")
	}
	hc := http.Client{}
	if c.HTTPClient != nil {
		hc = *c.HTTPClient
	}
	if hc.Timeout <= 0 {
		hc.Timeout = timeout
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	// No OptionRetry: it sleeps inside the call. No OptionDebug: it prints whole messages.
	options := []api.Option{api.OptionHTTPClient(doer{&hc})}
	if c.APIURL != "" {
		u, err := url.Parse(c.APIURL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
			return nil, errors.New("slack: the API address must look like https://slack.com/api")
		}
		// Without the slash at the end slack-go glues the method to the host.
		options = append(options, api.OptionAPIURL(strings.TrimRight(c.APIURL, "/")+"/"))
	}
	return &Transport{api: api.New(c.Token, options...), where: c.Where, users: map[string]string{}}, nil
}

// Name names the transport in the ledger.
func (t *Transport) Name() string { return name }

// Post sends one alert to a person's direct messages, once; without a SlackID the person is looked up by address.
// Text and Lines are mrkdwn that the caller has escaped; Title is plain text. The receipt's MessageID is "channel/ts",
// see ParseMessageID. Every error is an *onboarding.DeliveryError; a person whom Slack does not know is a refusal that
// wraps ErrNoUser or ErrUserDeactivated. No error holds the token, an address or the alert's text.
func (t *Transport) Post(ctx context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	to, err := t.recipient(ctx, a)
	if err != nil {
		return onboarding.Receipt{}, err
	}
	try, ctx := watch(ctx)
	channel, ts, err := t.api.PostMessageContext(ctx, to, message(a)...)
	if err != nil {
		f := try.fault(err)
		if f.Kind == onboarding.FaultRefused {
			t.forget(a.Email)
		}
		return onboarding.Receipt{}, f
	}
	// slack-go returns no error for {"ok": false} without one.
	if channel == "" || ts == "" {
		return onboarding.Receipt{}, fault(onboarding.FaultUnknown, "answered without a message")
	}
	return onboarding.Receipt{MessageID: channel + "/" + ts}, nil
}

// ParseMessageID reads a receipt's MessageID: the conversation and the timestamp, by which Slack names a message.
func ParseMessageID(id string) (channel, ts string, err error) {
	channel, ts, ok := strings.Cut(id, "/")
	if !ok || channel == "" || ts == "" {
		return "", "", fmt.Errorf("%q names no Slack message", id)
	}
	return channel, ts, nil
}

func (t *Transport) recipient(ctx context.Context, a onboarding.Alert) (string, error) {
	switch {
	case a.Key == "":
		return "", fault(onboarding.FaultRefused, "the alert has no key")
	case a.SlackID != "":
		return a.SlackID, nil
	case a.Email == "":
		return "", fault(onboarding.FaultRefused, "the person has neither a Slack id nor an address: add one to people.yaml")
	default:
		return t.UserByEmail(ctx, a.Email)
	}
}
