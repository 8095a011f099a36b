package sendgrid

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sendgrid/rest"

	"github.com/centogiorni/centogiorni/onboarding"
)

func fault(kind onboarding.FaultKind, format string, args ...any) *onboarding.DeliveryError {
	return &onboarding.DeliveryError{Kind: kind, Err: fmt.Errorf("sendgrid: "+format, args...)}
}

// answered turns an answer other than 202 into what it means for the mail.
func (t *Transport) answered(resp *rest.Response, m onboarding.Mail) error {
	status, said := resp.StatusCode, t.quote(resp.Body, m)
	switch {
	case status == http.StatusTooManyRequests:
		f := fault(onboarding.FaultThrottled, "rate limit reached (429)")
		f.RetryAfter = retryAfter(resp.Headers)
		return f
	case status < 400:
		return fault(onboarding.FaultConfiguration,
			"answered %d instead of 202, so nothing was sent: a proxy, a wrong host or sandbox mode; check the host", status)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fault(onboarding.FaultConfiguration,
			"answered %d%s; check the API key, its permission Mail Send and the verified sender", status, said)
	case status == http.StatusPaymentRequired, status == http.StatusProxyAuthRequired:
		return fault(onboarding.FaultConfiguration, "answered %d%s", status, said)
	case status >= 500, status == http.StatusRequestTimeout:
		return fault(onboarding.FaultUnknown, "failed with %d and may have taken the mail", status)
	default:
		return fault(onboarding.FaultRefused, "refused the mail with %d%s", status, said)
	}
}

// retryAfter reads when the limit resets. SendGrid names the second, so the answer's own Date is the clock to measure
// by: a skewed one of ours would wait too long or not at all.
func retryAfter(headers map[string][]string) time.Duration {
	h := http.Header(headers)
	now := time.Now()
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	var wait time.Duration
	if reset, err := strconv.ParseInt(h.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
		wait = time.Unix(reset, 0).Sub(now)
	} else if seconds, err := strconv.ParseInt(h.Get("Retry-After"), 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		wait = at.Sub(now)
	}
	return max(0, wait)
}

var (
	address = regexp.MustCompile(`\S+@\S+`)
	field   = regexp.MustCompile(`^[a-z0-9_.\[\]-]{1,80}$`)
)

// quote takes from SendGrid's error body what helps an operator: the field's name, and the message unless it repeats a
// part of the mail or the key.
func (t *Transport) quote(body string, m onboarding.Mail) string {
	var answer struct {
		Errors []struct {
			Message string `json:"message"`
			Field   string `json:"field"`
		} `json:"errors"`
	}
	if json.Unmarshal([]byte(body), &answer) != nil {
		return ""
	}
	var said []string
	for _, e := range answer.Errors {
		if field.MatchString(e.Field) {
			said = append(said, "field "+e.Field)
		}
		if message := short(e.Message); !t.repeats(message, m) {
			said = append(said, strconv.Quote(address.ReplaceAllString(message, "(address)")))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return " (" + strings.Join(said, ", ") + ")"
}

// window is the length in bytes from which a common run is a quotation.
const window = 16

// repeats tells whether a message holds the key, a name or a run of the mail's text.
func (t *Transport) repeats(message string, m onboarding.Mail) bool {
	names := []string{t.key, m.From.Name, m.ReplyTo.Name, m.To.Name, m.Subject}
	for _, cc := range m.Cc {
		names = append(names, cc.Name)
	}
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" && strings.Contains(message, n) {
			return true
		}
	}
	text := m.Subject + "\n" + m.Text + "\n" + m.HTML
	for i := 0; i+window <= len(message); i++ {
		if strings.Contains(text, message[i:i+window]) {
			return true
		}
	}
	return message == ""
}

func short(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
