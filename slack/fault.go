package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// refusal is an error that Slack named.
type refusal struct{ code, text string }

func (r *refusal) Error() string { return r.text }

func fault(kind onboarding.FaultKind, format string, args ...any) *onboarding.DeliveryError {
	return &onboarding.DeliveryError{Kind: kind, Err: fmt.Errorf("slack: "+format, args...)}
}

// attempt is what is known of one call beside its error.
type attempt struct {
	left   atomic.Bool // it got a connection, so some of it may have left
	status atomic.Int32
}

type attemptKey struct{}

func watch(ctx context.Context) (*attempt, context.Context) {
	a := new(attempt)
	ctx = context.WithValue(ctx, attemptKey{}, a)
	// GetConn resets it: net/http starts over only when nothing was written.
	return a, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { a.left.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { a.left.Store(true) },
	})
}

// doer notes the status, which slack-go hides behind its own errors: a 429 whose Retry-After is a date comes as a
// failed conversion.
type doer struct{ client *http.Client }

func (d doer) Do(r *http.Request) (*http.Response, error) {
	resp, err := d.client.Do(r)
	if a, ok := r.Context().Value(attemptKey{}).(*attempt); ok && err == nil {
		a.status.Store(int32(resp.StatusCode))
	}
	return resp, err
}

// fault turns slack-go's error into what it means for the message.
func (a *attempt) fault(err error) *onboarding.DeliveryError {
	var limited *api.RateLimitedError
	var said api.SlackErrorResponse
	status := int(a.status.Load())
	switch {
	case errors.As(err, &limited):
		f := fault(onboarding.FaultThrottled, "rate limit reached (429)")
		f.RetryAfter = max(0, limited.RetryAfter)
		return f
	case status == http.StatusTooManyRequests:
		return fault(onboarding.FaultThrottled, "rate limit reached (429)")
	case errors.As(err, &said):
		return spoken(said)
	case status >= 500 || status == http.StatusRequestTimeout:
		return fault(onboarding.FaultUnknown, "failed with %d and may have posted the message", status)
	case status >= 400 && !slices.Contains(wrongDoor, status):
		return fault(onboarding.FaultRefused, "refused the message with %d", status)
	case status != 0 && status != http.StatusOK:
		return fault(onboarding.FaultConfiguration, "answered %d: a proxy or a wrong API address; check both", status)
	case a.left.Load():
		return fault(onboarding.FaultUnknown, "no answer that can be read: %w", err)
	default:
		return fault(onboarding.FaultUnreached, "reaching Slack: %w", err)
	}
}

// wrongDoor are statuses that no message of ours explains.
var wrongDoor = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired}

// The codes that Slack documents for chat.postMessage, chat.update, conversations.*, users.* and views.open.
var (
	forConfiguration = []string{
		"access_denied", "account_inactive", "accesslimited", "deprecated_endpoint", "ekm_access_denied", "enterprise_is_restricted",
		"invalid_auth", "messages_tab_disabled", "method_deprecated", "missing_scope", "no_permission", "not_allowed_token_type",
		"not_authed", "org_login_required", "team_access_not_granted", "team_not_found", "token_expired", "token_revoked",
		"two_factor_setup_required",
	}
	forRefused = []string{
		"block_mismatch", "cannot_dm_bot", "cannot_reply_to_message", "cant_update_message", "channel_not_found", "duplicate_external_id",
		"edit_window_closed", "exchanged_trigger_id", "expired_trigger_id", "is_archived", "is_inactive", "markdown_text_conflict",
		"message_not_found", "msg_blocks_too_long", "msg_too_long", "no_text", "not_found", "not_in_channel", "thread_not_found",
		"too_many_attachments", "user_disabled", "user_not_found", "user_not_visible", "users_not_found", "view_too_large",
	}
	// threadGone are refusals to post in the thread of a message that was deleted.
	threadGone   = []string{"cannot_reply_to_message", "message_not_found", "thread_not_found"}
	forThrottled = []string{"ratelimited", "rate_limited", "message_limit_exceeded"}
	// request_timeout says that the request came broken off, not that Slack was slow.
	forUnreached = []string{"request_timeout"}
	code         = regexp.MustCompile(`^[a-z0-9_]{1,60}$`)
	scopes       = regexp.MustCompile(`^[a-z0-9_:.,]{1,120}$`)
)

// spoken reads an error that Slack named. A code that is not documented may stand for anything: fatal_error, which is,
// says that "some aspect of the operation" may have succeeded.
func spoken(r api.SlackErrorResponse) *onboarding.DeliveryError {
	kind := onboarding.FaultUnknown
	switch {
	case slices.Contains(forConfiguration, r.Err):
		kind = onboarding.FaultConfiguration
	case slices.Contains(forThrottled, r.Err):
		kind = onboarding.FaultThrottled
	case slices.Contains(forUnreached, r.Err):
		kind = onboarding.FaultUnreached
	case slices.Contains(forRefused, r.Err), strings.HasPrefix(r.Err, "invalid_"), strings.HasPrefix(r.Err, "restricted_action"):
		kind = onboarding.FaultRefused
	}
	said := "an unreadable error"
	if code.MatchString(r.Err) {
		said = r.Err
	}
	if scopes.MatchString(r.Needed) {
		said += ", the app needs the scope " + r.Needed
	}
	if r.Err == "user_disabled" {
		return fault(kind, "%w: %w", &refusal{r.Err, "Slack says " + said}, onboarding.ErrNobodyThere)
	}
	return fault(kind, "%w", &refusal{r.Err, "Slack says " + said})
}

// asked is the fault of a call that only asks: whatever became of it, nothing was posted.
func (a *attempt) asked(err error) *onboarding.DeliveryError {
	f := a.fault(err)
	if f.Kind == onboarding.FaultUnknown {
		f.Kind = onboarding.FaultUnreached
	}
	return f
}
