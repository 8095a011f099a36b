// Package config turns the environment into a Config, once, in main; nothing else reads the environment.
//
// It decodes with kelseyhightower/envconfig and mends what that library leaves to its users: every fault is reported
// and not the first alone, no message repeats a value, an empty variable counts as absent, whole numbers are decimal,
// a misspelt CENTOGIORNI_ variable is refused, and a secret may come from a file. The connection to Temporal is
// configured by Temporal's own TEMPORAL_ variables and profile files: see TemporalOptions.
package config

import "log/slog"

// Config is the whole configuration of an installation, for all three programs. Read it through its sections
// (cfg.Mail.Transport); they are embedded only because envconfig would otherwise put their names into the variables.
//
// Tags: envconfig is the name after CENTOGIORNI_; default holds everywhere; sample holds with the outbox alone and
// marks what a real mail transport requires; desc is what Describe and .env.example print.
type Config struct {
	Engine
	Mail
	SendGrid
	SMTP
	Links
	Footer
	Slack
	Ops
	Worker
	Server
}

// Engine says where the state lives and how far the engine may go.
type Engine struct {
	JournalURL  Secret `envconfig:"JOURNAL_URL" default:"sqlite:.state/journal.db" desc:"the journal: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"`
	PlaybookDir string `envconfig:"PLAYBOOK_DIR" desc:"folder of the playbook; empty is the one built in"`
	// Mode is never empty after Load: it is computed from the transport where it is not given.
	Mode     Mode   `envconfig:"MODE" desc:"how far this worker goes: shadow (neither mails to customers nor messages to our people), review (the owner approves each mail) or live; at each send the strictest of this, the playbook's, the owner's and the run's mode holds; by default shadow with a real mail transport, live with the outbox"`
	StateDir string `envconfig:"STATE_DIR" default:".state" desc:"folder for what the programs write themselves"`
}

// Mail is what every transport has in common.
type Mail struct {
	Transport        Transport `envconfig:"MAIL_TRANSPORT" default:"outbox" desc:"outbox (a folder, nothing is sent), sendgrid or smtp"`
	OutboxDir        string    `envconfig:"OUTBOX_DIR" default:".state/outbox" desc:"folder in which the outbox keeps mails and alerts"`
	FromService      Address   `envconfig:"MAIL_FROM_SERVICE" sample:"Centogiorni <service@centogiorni.example>" desc:"sender of service and confirmation mails, as Name <address>"`
	FromRelationship Address   `envconfig:"MAIL_FROM_RELATIONSHIP" sample:"Centogiorni <people@centogiorni.example>" desc:"sender of relationship mails; another address, so that an opt-out or complaint there leaves service mail alone"`
	ReplyDomain      string    `envconfig:"MAIL_REPLY_DOMAIN" desc:"domain whose incoming mail reaches us; empty leaves replies to the owner's mailbox"`
	RedirectTo       Address   `envconfig:"MAIL_REDIRECT_TO" desc:"for trials: every mail goes here instead, and says so"`
	AllowDomains     List      `envconfig:"MAIL_ALLOW_DOMAINS" desc:"for trials: mail to other domains is not sent; comma-separated"`
	// PerSecond limits the mail task queue as a whole, not one worker.
	PerSecond float64 `envconfig:"MAIL_PER_SECOND" default:"10" desc:"mails per second, all workers together"`
}

// SendGrid is used with MAIL_TRANSPORT=sendgrid.
type SendGrid struct {
	APIKey     Secret `envconfig:"SENDGRID_API_KEY" desc:"API key with the permission Mail Send"`
	Host       string `envconfig:"SENDGRID_HOST" default:"https://api.sendgrid.com" desc:"https://api.eu.sendgrid.com for an EU subuser, or a fake for tests"`
	WebhookKey string `envconfig:"SENDGRID_WEBHOOK_KEY" desc:"public key of the signed Event Webhook, base64; without it no event can settle an unknown send"`
}

// SMTP is used with MAIL_TRANSPORT=smtp.
type SMTP struct {
	Host     string  `envconfig:"SMTP_HOST" desc:"host of the relay, without the port"`
	Port     int     `envconfig:"SMTP_PORT" default:"587" desc:"port of the relay"`
	Username string  `envconfig:"SMTP_USERNAME" desc:"with SMTP_PASSWORD, or neither"`
	Password Secret  `envconfig:"SMTP_PASSWORD" desc:"with SMTP_USERNAME, or neither"`
	TLS      SMTPTLS `envconfig:"SMTP_TLS" default:"starttls" desc:"starttls, tls (from the first byte) or none (a mail catcher)"`
}

// Links are the customer's links in mails: pages and one-click opt-outs.
type Links struct {
	// BaseURL is scheme and host alone, without a trailing slash.
	BaseURL string `envconfig:"BASE_URL" sample:"http://127.0.0.1:8080" desc:"where the server is reached from outside, such as https://onboarding.vendor.example"`
	// LinkKeys sign the links: the first signs, all verify, so a key is rotated by putting the new one in front.
	LinkKeys Secrets `envconfig:"LINK_KEYS" sample:"development-only-key-that-everybody-knows" desc:"keys that sign the links, comma-separated, newest first; each 32 bytes or more, as text or base64 (openssl rand -base64 32)"`
}

// Footer is what the law wants at the end of a mail.
type Footer struct {
	LegalName         string `envconfig:"LEGAL_NAME" sample:"Centogiorni Esempio S.r.l." desc:"legal name of the sender"`
	LegalSeat         string `envconfig:"LEGAL_SEAT" sample:"Via Esempio 1, 20100 Milano (MI), Italia" desc:"registered seat"`
	LegalRegistration string `envconfig:"LEGAL_REGISTRATION" sample:"P. IVA 00000000000, REA MI-0000000" desc:"VAT and company register numbers"`
	PrivacyURL        string `envconfig:"PRIVACY_URL" sample:"http://127.0.0.1:8080/privacy" desc:"the privacy notice"`
	Brand             string `envconfig:"BRAND" default:"Centogiorni" desc:"name that customers know you by"`
}

// Slack carries alerts to owners and their answers back.
type Slack struct {
	Mode          SlackMode `envconfig:"SLACK_MODE" default:"off" desc:"http (Slack calls the server), socket (no public URL needed) or off"`
	BotToken      Secret    `envconfig:"SLACK_BOT_TOKEN" desc:"xoxb-..., needed unless off"`
	AppToken      Secret    `envconfig:"SLACK_APP_TOKEN" desc:"xapp-..., needed by socket"`
	SigningSecret Secret    `envconfig:"SLACK_SIGNING_SECRET" desc:"needed by http"`
	// APIURL ends with a slash: slack-go joins it without one.
	APIURL     string  `envconfig:"SLACK_API_URL" default:"https://slack.com/api/" desc:"another Slack, for tests"`
	OpsChannel string  `envconfig:"SLACK_OPS_CHANNEL" desc:"channel id (C...) for escalations nobody took and for ops; needed unless off"`
	PerSecond  float64 `envconfig:"SLACK_PER_SECOND" default:"1" desc:"messages per second, all workers together"`
}

// Ops is how operators watch.
type Ops struct {
	Email Address `envconfig:"OPS_EMAIL" desc:"who hears by mail that something stopped, besides Slack"`
	// HeartbeatURL is a secret: who knows it can pretend that we live.
	HeartbeatURL   Secret `envconfig:"HEARTBEAT_URL" desc:"called every minute by a healthy worker, so that silence is noticed outside"`
	MetricsAddress string `envconfig:"METRICS_ADDRESS" default:"127.0.0.1:9090" desc:"host:port of /metrics and /healthz"`
	// OwnerReports is off because figures per person are monitoring of workers in some countries.
	OwnerReports bool       `envconfig:"OWNER_REPORTS" default:"false" desc:"true lets reports be divided by owner; figures per person are monitoring of workers in some countries: ask counsel and the works council first"`
	LogFormat    LogFormat  `envconfig:"LOG_FORMAT" default:"text" desc:"text or json"`
	LogLevel     slog.Level `envconfig:"LOG_LEVEL" default:"info" desc:"debug, info, warn or error"`
}

// Worker is how the worker runs.
type Worker struct {
	WorkflowCache int      `envconfig:"WORKFLOW_CACHE" default:"2000" desc:"customers a worker keeps in memory; decides its size"`
	StopTimeout   Duration `envconfig:"STOP_TIMEOUT" default:"40s" desc:"how long a stopping worker waits for sends in flight; the orchestrator must wait longer"`
	SendGrace     Duration `envconfig:"SEND_GRACE" default:"60s" desc:"after this a send still being attempted counts as unknown; longer than any call to a provider"`
	SweepEvery    Duration `envconfig:"SWEEP_EVERY" default:"15s" desc:"how often facts that a crash left behind are forwarded"`
	// DigestAt is on the clock of each reader; with TimeSkipping nobody gets one by itself, for the schedule runs in real time.
	DigestAt       TimeOfDay `envconfig:"DIGEST_AT" default:"08:30" desc:"when our people get their morning digest, on the clock of each one's zone and on their working days, or half an hour before their hours begin where that is later; off for none; always off with TIME_SKIPPING"`
	DeploymentName string    `envconfig:"DEPLOYMENT_NAME" desc:"worker versioning: the deployment; with BUILD_ID, or neither for an unversioned worker"`
	BuildID        string    `envconfig:"BUILD_ID" desc:"worker versioning: this build"`
	TimeSkipping   bool      `envconfig:"TIME_SKIPPING" default:"false" desc:"development and tests only: the server skips idle time"`
}

// Server is how the server is reached.
type Server struct {
	HTTPAddress string `envconfig:"HTTP_ADDRESS" default:"127.0.0.1:8080" desc:"host:port on which the server takes what Slack sends, and shows its health"`
}
