package config

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"math"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// check finds what no variable shows alone, and fills what follows from others.
func (l *loader) check(c *Config) {
	if c.Engine.Mode == "" {
		c.Engine.Mode = ModeLive
		if c.Mail.Transport.Real() {
			c.Engine.Mode = ModeShadow
		}
	}
	l.checkEngine(c)
	l.checkMail(c)
	l.checkLinks(c)
	l.checkSlack(c)
	l.checkOps(c)
	l.checkWorker(c)
}

func (l *loader) checkEngine(c *Config) {
	journal := c.Engine.JournalURL.Reveal()
	scheme, rest, _ := strings.Cut(journal, ":")
	switch {
	case (scheme == "postgres" || scheme == "postgresql") && absolute(journal) != nil:
	case scheme == "sqlite" && rest != "":
	default:
		l.fault("JOURNAL_URL", "is no journal", "write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")
	}
}

func (l *loader) checkMail(c *Config) {
	m := c.Mail
	if m.FromService.IsSet() && strings.EqualFold(m.FromService.Email, m.FromRelationship.Email) {
		l.fault("MAIL_FROM_RELATIONSHIP", "is the address of MAIL_FROM_SERVICE", "use two addresses, so that an opt-out or complaint about one leaves the other alone")
	}
	if m.ReplyDomain != "" && !domain(m.ReplyDomain) {
		l.fault("MAIL_REPLY_DOMAIN", "is not a domain", "write a domain such as reply.vendor.example")
	}
	for _, d := range m.AllowDomains {
		if !domain(d) {
			l.fault("MAIL_ALLOW_DOMAINS", "holds something that is not a domain", "write domains such as vendor.example,acme.example")
		}
	}
	l.checkRate("MAIL_PER_SECOND", m.PerSecond)
	switch m.Transport {
	case TransportSendGrid:
		l.checkSendGrid(c.SendGrid)
	case TransportSMTP:
		l.checkSMTP(c.SMTP)
	}
}

func (l *loader) checkSendGrid(s SendGrid) {
	if !s.APIKey.IsSet() {
		l.fault("SENDGRID_API_KEY", "is missing", "MAIL_TRANSPORT=sendgrid needs it; the name without CENTOGIORNI_ is not read")
	}
	if absolute(s.Host) == nil {
		l.fault("SENDGRID_HOST", "is not a URL", "write https://api.sendgrid.com or https://api.eu.sendgrid.com")
	}
	if s.WebhookKey != "" && !publicKey(s.WebhookKey) {
		l.fault("SENDGRID_WEBHOOK_KEY", "is not an ECDSA public key", "copy the verification key from the Event Webhook's settings")
	}
}

func (l *loader) checkSMTP(s SMTP) {
	if s.Host == "" {
		l.fault("SMTP_HOST", "is missing", "MAIL_TRANSPORT=smtp needs it")
	} else if strings.ContainsAny(s.Host, ":/ ") && net.ParseIP(s.Host) == nil {
		l.fault("SMTP_HOST", "is more than a host", "write the host alone and its port into SMTP_PORT")
	}
	if s.Port < 1 || s.Port > 65535 {
		l.fault("SMTP_PORT", "is no port", "write a number from 1 to 65535, such as 587")
	}
	if s.Username != "" && !s.Password.IsSet() {
		l.fault("SMTP_PASSWORD", "is missing", "SMTP_USERNAME is set; set both or neither")
	}
	if s.Password.IsSet() && s.Username == "" {
		l.fault("SMTP_USERNAME", "is missing", "SMTP_PASSWORD is set; set both or neither")
	}
	if s.Password.IsSet() && s.TLS == NoTLS && !loopback(s.Host) {
		l.fault("SMTP_TLS", "would send the password in the clear", "use starttls or tls")
	}
}

func (l *loader) checkLinks(c *Config) {
	if base := absolute(c.Links.BaseURL); base == nil {
		l.fault("BASE_URL", "is not an absolute URL", "write scheme and host, such as https://onboarding.vendor.example")
	} else {
		switch {
		case strings.Trim(base.Path, "/") != "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil:
			l.fault("BASE_URL", "is more than scheme and host", "remove what follows the host; the server owns all paths")
		case base.Scheme != "https" && c.Mail.Transport.Real() && !(c.trial() && loopback(base.Hostname())):
			l.fault("BASE_URL", "is not https", "customers get these links; plain http is for loopback in a trial (MAIL_REDIRECT_TO or MAIL_ALLOW_DOMAINS)")
		}
		c.Links.BaseURL = base.Scheme + "://" + base.Host
	}
	if absolute(c.Footer.PrivacyURL) == nil {
		l.fault("PRIVACY_URL", "is not an absolute URL", "write the privacy notice's address, such as https://vendor.example/privacy")
	}
	keys := c.Links.LinkKeys.Keys()
	if len(keys) == 0 {
		l.fault("LINK_KEYS", "holds no key", "make one with: openssl rand -base64 32")
	}
	for _, key := range keys {
		switch {
		case guessable(key):
			l.fault("LINK_KEYS", "holds a key that can be guessed", "make keys of 32 random bytes with: openssl rand -base64 32")
		case string(key) == developmentKey && c.Mail.Transport.Real() && !c.trial():
			l.fault("LINK_KEYS", "holds the development key, which everybody knows", "make one with: openssl rand -base64 32")
		}
	}
}

// trial tells whether mail cannot reach customers at large.
func (c *Config) trial() bool { return c.Mail.RedirectTo.IsSet() || len(c.Mail.AllowDomains) > 0 }

func (l *loader) checkSlack(c *Config) {
	s := &c.Slack
	l.checkRate("SLACK_PER_SECOND", s.PerSecond)
	if absolute(s.APIURL) == nil {
		l.fault("SLACK_API_URL", "is not an absolute URL", "remove it, or write the address of a fake Slack")
	} else if !strings.HasSuffix(s.APIURL, "/") {
		s.APIURL += "/"
	}
	if s.Mode == SlackOff {
		return
	}
	l.checkToken("SLACK_BOT_TOKEN", s.BotToken, "xoxb-")
	switch {
	case s.Mode == SlackSocket:
		l.checkToken("SLACK_APP_TOKEN", s.AppToken, "xapp-")
	case !s.SigningSecret.IsSet():
		l.fault("SLACK_SIGNING_SECRET", "is missing", "SLACK_MODE=http needs it to tell Slack's requests from others")
	}
	if s.OpsChannel == "" {
		l.fault("SLACK_OPS_CHANNEL", "is missing", "give the channel id (C...) for what nobody took")
	}
}

func (l *loader) checkToken(name string, token Secret, kind string) {
	switch {
	case !token.IsSet():
		l.fault(name, "is missing", "set the "+kind+"... token of the Slack app, or SLACK_MODE=off")
	case !strings.HasPrefix(token.Reveal(), kind):
		l.fault(name, "is another kind of token", "use the one that begins with "+kind)
	}
}

func (l *loader) checkOps(c *Config) {
	if host, port, err := net.SplitHostPort(c.Ops.MetricsAddress); err != nil || !port16(port) || strings.Contains(host, "/") {
		l.fault("METRICS_ADDRESS", "is not host:port", "write an address such as 127.0.0.1:9090")
	}
	if host, port, err := net.SplitHostPort(c.Server.HTTPAddress); err != nil || !port16(port) || strings.Contains(host, "/") {
		l.fault("HTTP_ADDRESS", "is not host:port", "write an address such as 127.0.0.1:8080")
	}
	if c.Ops.HeartbeatURL.IsSet() && absolute(c.Ops.HeartbeatURL.Reveal()) == nil {
		l.fault("HEARTBEAT_URL", "is not an absolute URL", "write the address that the monitor gave you")
	}
}

func (l *loader) checkWorker(c *Config) {
	w := c.Worker
	if w.WorkflowCache < 0 {
		l.fault("WORKFLOW_CACHE", "is negative", "write 0 or more")
	}
	for name, d := range map[string]Duration{"STOP_TIMEOUT": w.StopTimeout, "SEND_GRACE": w.SendGrace, "SWEEP_EVERY": w.SweepEvery} {
		if d.Duration <= 0 {
			l.fault(name, "is zero", "write a duration such as 40s")
		}
	}
	if w.BuildID != "" && w.DeploymentName == "" {
		l.fault("DEPLOYMENT_NAME", "is missing", "BUILD_ID is set; worker versioning needs both")
	}
	if w.DeploymentName != "" && w.BuildID == "" {
		l.fault("BUILD_ID", "is missing", "DEPLOYMENT_NAME is set; worker versioning needs both")
	}
	if w.TimeSkipping && c.Mail.Transport.Real() {
		l.fault("TIME_SKIPPING", "is on with real mail", "turn it off, or use MAIL_TRANSPORT=outbox: a hundred days of mail would leave in minutes")
	}
}

// checkRate refuses what ParseFloat takes and a limiter cannot: zero, negative, NaN, infinite.
func (l *loader) checkRate(name string, perSecond float64) {
	if !(perSecond > 0) || math.IsInf(perSecond, 0) {
		l.fault(name, "is no rate", "write a number above 0")
	}
}

// Warnings are what is allowed and should be seen at the start of a program; no values.
func (c Config) Warnings() []string {
	var warnings []string
	if !c.Mail.Transport.Real() {
		warnings = append(warnings, "MAIL_TRANSPORT=outbox: nothing is sent, and the links are signed with a key that everybody knows unless LINK_KEYS is set")
		return warnings
	}
	if c.Engine.Mode != ModeShadow && c.trial() {
		warnings = append(warnings, "a trial: MAIL_REDIRECT_TO or MAIL_ALLOW_DOMAINS keeps mail from customers")
	}
	if c.Mail.Transport == TransportSendGrid && c.SendGrid.WebhookKey == "" {
		warnings = append(warnings, "SENDGRID_WEBHOOK_KEY is not set: no bounce, complaint or unknown send can be seen")
	}
	if !c.Ops.Email.IsSet() {
		warnings = append(warnings, "OPS_EMAIL is not set: nobody hears by mail that something stopped")
	}
	if c.Slack.Mode == SlackOff {
		warnings = append(warnings, "SLACK_MODE=off: alerts go by mail alone")
	}
	return warnings
}

// absolute parses an http, https or database URL with a host, nil if it is none.
func absolute(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Hostname() == "" {
		return nil
	}
	return u
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func domain(text string) bool {
	return strings.Contains(text, ".") && !strings.ContainsAny(text, "@/: \t*") && !strings.HasPrefix(text, ".") && !strings.HasSuffix(text, ".")
}

func port16(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n <= math.MaxUint16
}

func publicKey(text string) bool {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	_, ok := parsed.(*ecdsa.PublicKey)
	return err == nil && ok
}
