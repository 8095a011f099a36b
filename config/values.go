package config

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mode is how far the engine may go towards customers.
type Mode string

// The modes, from the most careful.
const (
	ModeShadow Mode = "shadow"
	ModeReview Mode = "review"
	ModeLive   Mode = "live"
)

// Decode is called by envconfig.
func (m *Mode) Decode(text string) error { return oneOf(m, text, ModeShadow, ModeReview, ModeLive) }

// Transport is how mail leaves.
type Transport string

// The transports; all but the outbox are real.
const (
	TransportOutbox   Transport = "outbox"
	TransportSendGrid Transport = "sendgrid"
	TransportSMTP     Transport = "smtp"
)

// Decode is called by envconfig.
func (t *Transport) Decode(text string) error {
	return oneOf(t, text, TransportOutbox, TransportSendGrid, TransportSMTP)
}

// Real tells whether mail can reach people.
func (t Transport) Real() bool { return t != TransportOutbox }

// SMTPTLS is how the connection to the relay is protected.
type SMTPTLS string

// The protections of an SMTP connection.
const (
	StartTLS    SMTPTLS = "starttls"
	ImplicitTLS SMTPTLS = "tls"
	NoTLS       SMTPTLS = "none"
)

// Decode is called by envconfig.
func (t *SMTPTLS) Decode(text string) error { return oneOf(t, text, StartTLS, ImplicitTLS, NoTLS) }

// SlackMode is how Slack reaches us.
type SlackMode string

// The ways to be reached by Slack.
const (
	SlackHTTP   SlackMode = "http"
	SlackSocket SlackMode = "socket"
	SlackOff    SlackMode = "off"
)

// Decode is called by envconfig.
func (m *SlackMode) Decode(text string) error {
	return oneOf(m, text, SlackHTTP, SlackSocket, SlackOff)
}

// LogFormat is the shape of a log line.
type LogFormat string

// The log formats.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Decode is called by envconfig.
func (f *LogFormat) Decode(text string) error { return oneOf(f, text, LogText, LogJSON) }

func oneOf[T ~string](target *T, text string, allowed ...T) error {
	value := T(strings.ToLower(strings.TrimSpace(text)))
	if !slices.Contains(allowed, value) {
		names := make([]string, len(allowed))
		for i, a := range allowed {
			names[i] = string(a)
		}
		return Fault{Problem: "is none of the possible values", Remedy: "set it to one of " + strings.Join(names, ", ")}
	}
	*target = value
	return nil
}

// Duration is a time.Duration that is also written in days: "3d", "1d12h", "90m".
type Duration struct{ time.Duration }

var (
	days        = regexp.MustCompile(`^(\d{1,5})d`)
	badDuration = Fault{Problem: "is not a duration", Remedy: "write a number with its unit, such as 40s, 90m or 3d"}
)

// Decode is called by envconfig. A day is 24 hours; no duration of a configuration is negative.
func (d *Duration) Decode(text string) error {
	text = strings.TrimSpace(text)
	var total time.Duration
	if m := days.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return badDuration
		}
		total, text = time.Duration(n)*24*time.Hour, text[len(m[0]):]
		if text == "" {
			d.Duration = total
			return nil
		}
	}
	rest, err := time.ParseDuration(text)
	if err != nil || rest < 0 {
		return badDuration
	}
	d.Duration = total + rest
	return nil
}

// TimeOfDay is a time on somebody's clock, or off.
type TimeOfDay struct {
	Minute int // after midnight
	Off    bool
}

// Decode is called by envconfig.
func (t *TimeOfDay) Decode(text string) error {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "off") {
		*t = TimeOfDay{Off: true}
		return nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return Fault{Problem: "is no time of day", Remedy: "write it as 08:30, or off"}
	}
	*t = TimeOfDay{Minute: at.Hour()*60 + at.Minute()}
	return nil
}

// Address is a mailbox, with the name that a reader sees.
type Address struct{ Name, Email string }

// Decode is called by envconfig.
func (a *Address) Decode(text string) error {
	parsed, err := mail.ParseAddress(text)
	if err != nil {
		return Fault{Problem: "is not a mail address", Remedy: "write Name <name@domain.example>, or the address alone"}
	}
	*a = Address{parsed.Name, parsed.Address}
	return nil
}

// IsSet tells whether there is an address.
func (a Address) IsSet() bool { return a.Email != "" }

// String returns the address as a header carries it.
func (a Address) String() string {
	if !a.IsSet() {
		return ""
	}
	return (&mail.Address{Name: a.Name, Address: a.Email}).String()
}

// List is a list separated by commas; white space around an item and empty items are dropped.
type List []string

// Decode is called by envconfig.
func (l *List) Decode(text string) error {
	*l = split(text)
	return nil
}

// String joins the list as it was written.
func (l List) String() string { return strings.Join(l, ",") }

func split(text string) []string {
	var items []string
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
