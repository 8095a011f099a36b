// Package slack carries alerts to people of ours through Slack's web API, as direct messages.
package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
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

// Place is where an alert went, for Find: a user's or a conversation's id, or a person's address where it went by that;
// the wall time of the first attempt, and the MessageID of the message in whose thread it may stand.
type Place struct {
	To     string
	Email  string
	Since  time.Time
	Thread string
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
// With Rewrite it changes a message that stands instead, and tells Note to its thread; with Thread it goes to the thread of
// one. Text, Lines, Note and the facts' texts are mrkdwn that the caller has escaped; Title and the labels are plain
// text. The receipt's MessageID is "channel/ts", see ParseMessageID. Every error is an *onboarding.DeliveryError; a person
// whom Slack does not know is a refusal that wraps ErrNoUser or ErrUserDeactivated. No error holds the token, an address
// or the alert's text.
func (t *Transport) Post(ctx context.Context, a onboarding.Alert) (onboarding.Receipt, error) {
	if channel, ts, err := ParseMessageID(a.Rewrite); err == nil {
		return t.rewrite(ctx, a, channel, ts)
	}
	to, err := t.recipient(ctx, a)
	if err != nil {
		return onboarding.Receipt{}, err
	}
	channel, thread, err := ParseMessageID(a.Thread)
	if err != nil { // none, or it went by mail
		return t.send(ctx, a, to, message(a, to))
	}
	receipt, err := t.send(ctx, a, channel, append(message(a, to), api.MsgOptionTS(thread)))
	var gone *refusal
	if errors.As(err, &gone) && slices.Contains(threadGone, gone.code) {
		return t.send(ctx, a, to, message(a, to)) // a reminder must not be lost with the message it is about
	}
	return receipt, err
}

// send posts a message.
func (t *Transport) send(ctx context.Context, a onboarding.Alert, channel string, options []api.MsgOption) (onboarding.Receipt, error) {
	try, ctx := watch(ctx)
	channel, ts, err := t.api.PostMessageContext(ctx, channel, options...)
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

// rewrite changes a message that stands. Done twice it is the same, so no result of it is unknown: what may have gone
// wrong is tried again. Its note is told at most once, and one that may have been told counts as told, since the message
// itself shows what is new.
func (t *Transport) rewrite(ctx context.Context, a onboarding.Alert, channel, ts string) (onboarding.Receipt, error) {
	to := a.SlackID
	if to == "" && a.Mention && a.Email != "" {
		to, _ = t.UserByEmail(ctx, a.Email) // a mention less is no reason to leave old buttons standing
	}
	try, asking := watch(ctx)
	_, answered, _, err := t.api.UpdateMessageContext(asking, channel, ts, message(a, to)...)
	if err != nil {
		return onboarding.Receipt{}, try.asked(err)
	}
	if answered == "" {
		return onboarding.Receipt{}, fault(onboarding.FaultUnreached, "answered without a message")
	}
	receipt := onboarding.Receipt{MessageID: channel + "/" + ts}
	if strings.TrimSpace(a.Note) == "" {
		return receipt, nil
	}
	_, err = t.send(ctx, a, channel, append(note(a), api.MsgOptionTS(ts)))
	if kind := onboarding.Fault(err); err != nil && kind != onboarding.FaultUnknown && kind != onboarding.FaultRefused {
		return onboarding.Receipt{}, err
	}
	return receipt, nil
}

// ParseMessageID reads a receipt's MessageID: the conversation and the timestamp, by which Slack names a message. The id
// of a mail, by which an alert may have gone as well, is none.
func ParseMessageID(id string) (channel, ts string, err error) {
	m := messageID.FindStringSubmatch(id)
	if m == nil {
		return "", "", fmt.Errorf("%q names no Slack message", id)
	}
	return m[1], m[2], nil
}

var messageID = regexp.MustCompile(`^([CDG][A-Z0-9]+)/([0-9]+\.[0-9]+)$`)

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
