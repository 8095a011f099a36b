package config_test

import (
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/config"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestMain gives every test an environment without our variables, whatever the developer's shell holds.
func TestMain(m *testing.M) {
	flag.Parse()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "CENTOGIORNI_") || strings.HasPrefix(name, "TEMPORAL_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

const goodKey = "q0Ck1DkTzQ4mO0m5d4m5cV7y0Y3x2jv8m1nP9sLrWkE="

// realMail is a complete installation that sends through SendGrid.
var realMail = map[string]string{
	"MAIL_TRANSPORT":         "sendgrid",
	"SENDGRID_API_KEY":       "SG.abc",
	"MAIL_FROM_SERVICE":      "Vendor <service@vendor.test>",
	"MAIL_FROM_RELATIONSHIP": "Vendor <people@vendor.test>",
	"BASE_URL":               "https://onboarding.vendor.test",
	"LINK_KEYS":              goodKey,
	"LEGAL_NAME":             "Vendor S.p.A.",
	"LEGAL_SEAT":             "Via Roma 1, Milano",
	"LEGAL_REGISTRATION":     "P. IVA 01234567890",
	"PRIVACY_URL":            "https://vendor.test/privacy",
}

// setenv sets CENTOGIORNI_ variables, later maps over earlier ones; "-" removes one.
func setenv(t *testing.T, sets ...map[string]string) {
	t.Helper()
	all := map[string]string{}
	for _, set := range sets {
		for name, value := range set {
			all[name] = value
		}
	}
	for name, value := range all {
		if value != "-" {
			t.Setenv("CENTOGIORNI_"+name, value)
		}
	}
}

func load(t *testing.T) config.Config {
	t.Helper()
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func faults(t *testing.T, err error) config.Faults {
	t.Helper()
	var f config.Faults
	if err == nil || !errors.As(err, &f) {
		t.Fatalf("want Faults, got %v", err)
	}
	return f
}

func TestAMachineWithoutAnyVariableGetsAnOutboxThatWorks(t *testing.T) {
	c := load(t)
	if c.Mail.Transport != config.TransportOutbox || c.Engine.Mode != config.ModeLive {
		t.Errorf("transport %q, mode %q; want outbox, live", c.Mail.Transport, c.Engine.Mode)
	}
	if c.Engine.JournalURL.Reveal() != "sqlite:.state/journal.db" || c.Mail.OutboxDir != ".state/outbox" || c.Engine.StateDir != ".state" {
		t.Error("the state is not where .env.example says")
	}
	if c.Links.BaseURL != "http://127.0.0.1:8080" || c.Ops.MetricsAddress != "127.0.0.1:9090" {
		t.Errorf("addresses %q %q", c.Links.BaseURL, c.Ops.MetricsAddress)
	}
	if c.Mail.FromService.Email == "" || c.Mail.FromService.Email == c.Mail.FromRelationship.Email || c.Footer.LegalName == "" {
		t.Error("the outbox has no sample senders or footer")
	}
	if len(c.Links.LinkKeys.Keys()) != 1 || len(c.Links.LinkKeys.Keys()[0]) < 32 {
		t.Error("the outbox has no development key")
	}
	want := config.Worker{WorkflowCache: 2000, StopTimeout: seconds(40), SendGrace: seconds(60), SweepEvery: seconds(15),
		DigestAt: config.TimeOfDay{Minute: 8*60 + 30}}
	if c.Worker != want {
		t.Errorf("worker %+v, want %+v", c.Worker, want)
	}
	if c.Ops.LogLevel != slog.LevelInfo || c.Ops.LogFormat != config.LogText || c.Mail.PerSecond != 10 || c.Slack.PerSecond != 1 || c.SMTP.Port != 587 {
		t.Error("a default is not what .env.example says")
	}
	if len(c.Warnings()) == 0 {
		t.Error("no warning about the development key")
	}
}

func seconds(n int) config.Duration { return config.Duration{Duration: time.Duration(n) * time.Second} }

func TestARealTransportIsShadowUnlessAskedForMore(t *testing.T) {
	setenv(t, realMail)
	if c := load(t); c.Engine.Mode != config.ModeShadow {
		t.Errorf("mode %q, want shadow", c.Engine.Mode)
	}
	t.Setenv("CENTOGIORNI_MODE", "live")
	if c := load(t); c.Engine.Mode != config.ModeLive {
		t.Errorf("mode %q, want live", c.Engine.Mode)
	}
}

func TestValuesAreDecodedAsTheirDescriptionsSay(t *testing.T) {
	setenv(t, realMail, map[string]string{
		"MAIL_ALLOW_DOMAINS": " a.example, b.example ,,",
		"STOP_TIMEOUT":       "90m",
		"SEND_GRACE":         "3d",
		"SWEEP_EVERY":        "1d12h",
		"LOG_LEVEL":          "debug",
		"MODE":               " Review ",
		"BASE_URL":           "https://onboarding.vendor.test/",
		"SLACK_API_URL":      "http://127.0.0.1:1/api",
		"MAIL_PER_SECOND":    "0.5",
		"LEGAL_NAME":         "  Vendor S.p.A. ",
		"LINK_KEYS":          goodKey + ", an-older-key-of-more-than-32-bytes!",
		"MAIL_REDIRECT_TO":   "trial@vendor.test",
	})
	c := load(t)
	checks := []struct{ got, want any }{
		{c.Mail.AllowDomains, config.List{"a.example", "b.example"}},
		{c.Worker.StopTimeout.Duration, 90 * time.Minute},
		{c.Worker.SendGrace.Duration, 72 * time.Hour},
		{c.Worker.SweepEvery.Duration, 36 * time.Hour},
		{c.Ops.LogLevel, slog.LevelDebug},
		{c.Engine.Mode, config.ModeReview},
		{c.Links.BaseURL, "https://onboarding.vendor.test"},
		{c.Slack.APIURL, "http://127.0.0.1:1/api/"},
		{c.Mail.PerSecond, 0.5},
		{c.Footer.LegalName, "Vendor S.p.A."},
		{c.Mail.FromService, config.Address{Name: "Vendor", Email: "service@vendor.test"}},
		{c.Mail.FromService.String(), `"Vendor" <service@vendor.test>`},
		{c.Mail.RedirectTo.String(), "<trial@vendor.test>"},
		{len(c.Links.LinkKeys.Keys()[0]), 32},
		{string(c.Links.LinkKeys.Keys()[1]), "an-older-key-of-more-than-32-bytes!"},
	}
	for i, check := range checks {
		if !reflect.DeepEqual(check.got, check.want) {
			t.Errorf("check %d: got %v, want %v", i, check.got, check.want)
		}
	}
}

func TestEveryFaultIsReportedAtOnceInTheOrderOfTheVariablesAndWithoutValues(t *testing.T) {
	setenv(t, realMail, map[string]string{
		"SMTP_PORT":          "canary-port",
		"MODE":               "canary-mode",
		"STOP_TIMEOUT":       "canary-duration",
		"MAIL_PER_SECOND":    "canary-rate",
		"TIME_SKIPPING":      "canary-bool",
		"LOG_LEVEL":          "canary-level",
		"MAIL_FROM_SERVICE":  "canary-address",
		"BASE_URL":           "canary-url",
		"JOURNAL_URL":        "canary-journal",
		"SENDGRID_API_KEY":   "",
		"LEGAL_SEAT":         " ",
		"SENDGRID_API_KEYS":  "canary-unknown",
		"MAIL_ALLOW_DOMAINS": "canary@domain",
	})
	_, err := config.Load()
	var names []string
	for _, f := range faults(t, err) {
		names = append(names, strings.TrimPrefix(f.Variable, "CENTOGIORNI_"))
		if f.Problem == "" || f.Remedy == "" {
			t.Errorf("%s has no remedy", f.Variable)
		}
	}
	want := []string{
		"SENDGRID_API_KEYS", "JOURNAL_URL", "MODE", "MAIL_FROM_SERVICE", "MAIL_ALLOW_DOMAINS", "MAIL_PER_SECOND", "SENDGRID_API_KEY",
		"SMTP_PORT", "BASE_URL", "LEGAL_SEAT", "LOG_LEVEL", "STOP_TIMEOUT", "TIME_SKIPPING",
	}
	if !slices.Equal(names, want) {
		t.Errorf("faults of\n%v, want\n%v", names, want)
	}
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("a message repeats a value:\n%v", err)
	}
}

func TestEachIncoherenceIsOneFault(t *testing.T) {
	smtp := map[string]string{"MAIL_TRANSPORT": "smtp", "SMTP_HOST": "relay.vendor.test"}
	slack := map[string]string{"SLACK_MODE": "socket", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_OPS_CHANNEL": "C1"}
	tests := []struct {
		name string
		base map[string]string
		set  map[string]string
		want string
	}{
		{"a transport nobody knows", nil, map[string]string{"MAIL_TRANSPORT": "pigeon"}, "MAIL_TRANSPORT"},
		{"sendgrid without a key", nil, map[string]string{"SENDGRID_API_KEY": "-"}, "SENDGRID_API_KEY"},
		{"an empty key is no key", nil, map[string]string{"SENDGRID_API_KEY": " "}, "SENDGRID_API_KEY"},
		{"a webhook key that is none", nil, map[string]string{"SENDGRID_WEBHOOK_KEY": "bm90IGEga2V5"}, "SENDGRID_WEBHOOK_KEY"},
		{"smtp without a host", smtp, map[string]string{"SMTP_HOST": "-"}, "SMTP_HOST"},
		{"a host with its port", smtp, map[string]string{"SMTP_HOST": "relay.vendor.test:25"}, "SMTP_HOST"},
		{"port 0", smtp, map[string]string{"SMTP_PORT": "0"}, "SMTP_PORT"},
		{"an octal port", smtp, map[string]string{"SMTP_PORT": "010"}, "SMTP_PORT"},
		{"a hexadecimal port", smtp, map[string]string{"SMTP_PORT": "0x19"}, "SMTP_PORT"},
		{"a port beyond every integer", smtp, map[string]string{"SMTP_PORT": "99999999999999999999"}, "SMTP_PORT"},
		{"a user without a password", smtp, map[string]string{"SMTP_USERNAME": "u"}, "SMTP_PASSWORD"},
		{"a password without a user", smtp, map[string]string{"SMTP_PASSWORD": "p"}, "SMTP_USERNAME"},
		{"a password in the clear", smtp, map[string]string{"SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "SMTP_TLS": "none"}, "SMTP_TLS"},
		{"no sender", nil, map[string]string{"MAIL_FROM_SERVICE": "-"}, "MAIL_FROM_SERVICE"},
		{"one sender for both", nil, map[string]string{"MAIL_FROM_RELATIONSHIP": "Other <SERVICE@vendor.test>"}, "MAIL_FROM_RELATIONSHIP"},
		{"a reply address instead of a domain", nil, map[string]string{"MAIL_REPLY_DOMAIN": "r@vendor.test"}, "MAIL_REPLY_DOMAIN"},
		{"mail at no rate", nil, map[string]string{"MAIL_PER_SECOND": "0"}, "MAIL_PER_SECOND"},
		{"mail at NaN a second", nil, map[string]string{"MAIL_PER_SECOND": "NaN"}, "MAIL_PER_SECOND"},
		{"no links", nil, map[string]string{"BASE_URL": "-"}, "BASE_URL"},
		{"relative links", nil, map[string]string{"BASE_URL": "onboarding.vendor.test"}, "BASE_URL"},
		{"links with a path", nil, map[string]string{"BASE_URL": "https://vendor.test/onboarding"}, "BASE_URL"},
		{"plain http links", nil, map[string]string{"BASE_URL": "http://onboarding.vendor.test"}, "BASE_URL"},
		{"loopback links outside a trial", nil, map[string]string{"BASE_URL": "http://localhost:8080"}, "BASE_URL"},
		{"no signing key", nil, map[string]string{"LINK_KEYS": ""}, "LINK_KEYS"},
		{"a short signing key", nil, map[string]string{"LINK_KEYS": goodKey + ",short"}, "LINK_KEYS"},
		{"a signing key of one letter", nil, map[string]string{"LINK_KEYS": strings.Repeat("a", 40)}, "LINK_KEYS"},
		{"a signing key that repeats itself", nil, map[string]string{"LINK_KEYS": strings.Repeat("abcdefgh-", 4)}, "LINK_KEYS"},
		{"the development key with real mail", nil, map[string]string{"LINK_KEYS": goodKey + ",development-only-key-that-everybody-knows"}, "LINK_KEYS"},
		{"a sample footer with real mail", nil, map[string]string{"LEGAL_NAME": "Centogiorni Esempio S.r.l."}, "LEGAL_NAME"},
		{"live without a legal footer", nil, map[string]string{"MODE": "live", "LEGAL_REGISTRATION": "-"}, "LEGAL_REGISTRATION"},
		{"a privacy notice nowhere", nil, map[string]string{"PRIVACY_URL": "privacy.html"}, "PRIVACY_URL"},
		{"slack without a token", slack, map[string]string{"SLACK_BOT_TOKEN": "-"}, "SLACK_BOT_TOKEN"},
		{"socket without an app token", slack, map[string]string{"SLACK_APP_TOKEN": "-"}, "SLACK_APP_TOKEN"},
		{"tokens changed round", slack, map[string]string{"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"},
		{"http without a signing secret", slack, map[string]string{"SLACK_MODE": "http"}, "SLACK_SIGNING_SECRET"},
		{"slack without a channel for ops", slack, map[string]string{"SLACK_OPS_CHANNEL": "-"}, "SLACK_OPS_CHANNEL"},
		{"a server without a port", nil, map[string]string{"HTTP_ADDRESS": "127.0.0.1"}, "HTTP_ADDRESS"},
		{"metrics without a port", nil, map[string]string{"METRICS_ADDRESS": "127.0.0.1"}, "METRICS_ADDRESS"},
		{"a heartbeat nowhere", nil, map[string]string{"HEARTBEAT_URL": "heartbeat"}, "HEARTBEAT_URL"},
		{"a negative cache", nil, map[string]string{"WORKFLOW_CACHE": "-1"}, "WORKFLOW_CACHE"},
		{"a duration without a unit", nil, map[string]string{"SEND_GRACE": "72"}, "SEND_GRACE"},
		{"no duration", nil, map[string]string{"SWEEP_EVERY": "0d"}, "SWEEP_EVERY"},
		{"a negative duration", nil, map[string]string{"SWEEP_EVERY": "-5s"}, "SWEEP_EVERY"},
		{"a build without a deployment", nil, map[string]string{"BUILD_ID": "1"}, "DEPLOYMENT_NAME"},
		{"a deployment without a build", nil, map[string]string{"DEPLOYMENT_NAME": "d"}, "BUILD_ID"},
		{"skipped time with real mail", nil, map[string]string{"TIME_SKIPPING": "true"}, "TIME_SKIPPING"},
		{"a journal nobody knows", nil, map[string]string{"JOURNAL_URL": "mysql://h/d"}, "JOURNAL_URL"},
		{"a journal without a path", nil, map[string]string{"JOURNAL_URL": "sqlite:"}, "JOURNAL_URL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			setenv(t, realMail, tt.base, tt.set)
			_, err := config.Load()
			found := faults(t, err)
			if len(found) != 1 || found[0].Variable != "CENTOGIORNI_"+tt.want {
				t.Errorf("got %v, want one fault of CENTOGIORNI_%s", err, tt.want)
			}
		})
	}
}

func TestATrialMayUseLoopbackLinksAndSamples(t *testing.T) {
	setenv(t, realMail, map[string]string{
		"MAIL_ALLOW_DOMAINS": "acme.example",
		"BASE_URL":           "http://127.0.0.1:8080",
		"LEGAL_NAME":         "Centogiorni Esempio S.r.l.",
		"LINK_KEYS":          "development-only-key-that-everybody-knows",
	})
	load(t)
}

func TestAMisspeltVariableIsRefusedWithWhatWasMeant(t *testing.T) {
	tests := map[string]string{
		"MAIL_TRANSPRT":      "did you mean CENTOGIORNI_MAIL_TRANSPORT?",
		"SENDGRID_KEY":       "did you mean CENTOGIORNI_SENDGRID_API_KEY?",
		"SMTP_PASWORD_FILE":  "did you mean CENTOGIORNI_SMTP_PASSWORD_FILE?",
		"SMTP_HOST_FILE":     "only secrets may come from a file, set CENTOGIORNI_SMTP_HOST",
		"FAVOURITE_ICECREAM": "remove it",
	}
	for name := range tests {
		t.Setenv("CENTOGIORNI_"+name, "canary")
	}
	_, err := config.Load()
	found := faults(t, err)
	if len(found) != len(tests) {
		t.Errorf("%d faults, want %d: %v", len(found), len(tests), err)
	}
	for _, f := range found {
		if want := tests[strings.TrimPrefix(f.Variable, "CENTOGIORNI_")]; f.Remedy != want {
			t.Errorf("%s: remedy %q, want %q", f.Variable, f.Remedy, want)
		}
	}
}

func TestANameWithoutThePrefixIsNeverRead(t *testing.T) {
	for _, v := range config.Variables() {
		if bare, ours := strings.CutPrefix(v.Name, "CENTOGIORNI_"); ours {
			t.Setenv(bare, "canary")
		}
	}
	c := load(t) // "canary" is no number, mode or address: reading any of the typed ones fails
	if c.SendGrid.APIKey.IsSet() || c.SMTP.Host != "" || c.Engine.PlaybookDir != "" || c.Links.LinkKeys[0].Reveal() == "canary" {
		t.Error("envconfig fell back to a bare name")
	}
}

func TestASecretMayComeFromAFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	setenv(t, realMail, map[string]string{
		"SENDGRID_API_KEY":      "-",
		"SENDGRID_API_KEY_FILE": write("key", "SG.from-file\n"),
		"LINK_KEYS":             "-",
		"LINK_KEYS_FILE":        write("keys", goodKey+"\nan-older-key-of-more-than-32-bytes!\n"),
	})
	c := load(t)
	if c.SendGrid.APIKey.Reveal() != "SG.from-file" || len(c.Links.LinkKeys) != 2 {
		t.Errorf("read %q and %d keys", c.SendGrid.APIKey.Reveal(), len(c.Links.LinkKeys))
	}

	for name, path := range map[string]string{"missing": dir + "/canary", "a folder": dir, "empty": write("empty", " \n"), "endless": "/dev/zero"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CENTOGIORNI_SENDGRID_API_KEY_FILE", path)
			_, err := config.Load()
			if found := faults(t, err); found[0].Variable != "CENTOGIORNI_SENDGRID_API_KEY_FILE" || strings.Contains(err.Error(), dir) {
				t.Errorf("got %v; want the _FILE variable and no path", err)
			}
		})
	}
	t.Run("both", func(t *testing.T) {
		t.Setenv("CENTOGIORNI_SENDGRID_API_KEY", "SG.canary")
		_, err := config.Load()
		if found := faults(t, err); len(found) != 1 || found[0].Variable != "CENTOGIORNI_SENDGRID_API_KEY" {
			t.Errorf("got %v, want one fault of the variable that is set twice", err)
		}
	})
}
