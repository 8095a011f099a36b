package config_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/config"
)

func TestNoWayOfPrintingShowsASecret(t *testing.T) {
	const canary = "canary-4f1b-never-print-this-secret"
	setenv(t, realMail, map[string]string{
		"SENDGRID_API_KEY":     canary,
		"SMTP_PASSWORD":        canary,
		"LINK_KEYS":            canary,
		"SLACK_BOT_TOKEN":      canary,
		"SLACK_APP_TOKEN":      canary,
		"SLACK_SIGNING_SECRET": canary,
		"JOURNAL_URL":          "postgres://u:" + canary + "@h/d",
		"HEARTBEAT_URL":        "https://monitor.test/" + canary,
	})
	c := load(t)
	for _, v := range config.Variables() {
		if v.Secret && strings.HasPrefix(v.Name, "CENTOGIORNI_") && !reveals(c, canary, v.Name) {
			t.Errorf("%s holds no canary: this test would miss its leak", v.Name)
		}
	}

	outputs := map[string]string{}
	values := map[string]any{"config": c, "pointer": &c, "secret": c.SendGrid.APIKey, "secrets": c.Links.LinkKeys}
	for name, value := range values {
		for _, verb := range "vTtbcdoOqxXUeEfFgGspwz" {
			for _, flags := range []string{"", "+", "#", "-20", "+#", ".3"} {
				format := "%" + flags + string(verb)
				outputs[name+" "+format] = fmt.Sprintf(format, value) + fmt.Errorf(format, value).Error()
			}
		}
		careless := strings.Repeat("nothing", 1) // not a constant, or vet would see it
		outputs[name+" extra"] = fmt.Sprintf(careless, value)
		outputs[name+" println"] = fmt.Sprintln(value)
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		outputs[name+" json"] = string(text)
		for _, handler := range []string{"text", "json"} {
			var b bytes.Buffer
			log := slog.New(slog.NewTextHandler(&b, nil))
			if handler == "json" {
				log = slog.New(slog.NewJSONHandler(&b, nil))
			}
			log.Info("loaded", "value", value, slog.Group("g", "value", value))
			log.With("value", value).Info(fmt.Sprint(value))
			outputs[name+" slog "+handler] = b.String()
		}
	}
	for how, output := range outputs {
		for _, form := range []string{canary, hex.EncodeToString([]byte(canary)), strings.ToUpper(hex.EncodeToString([]byte(canary)))} {
			if strings.Contains(output, form) || strings.Contains(output, form[:16]) {
				t.Errorf("%s leaks: %s", how, output)
			}
		}
	}
	if got := outputs["secret json"]; got != `"[redacted]"` {
		t.Errorf("JSON is %s: that a secret is set may be seen", got)
	}
	if got := outputs["secret slog text"]; strings.Count(got, "value=[redacted]") != 3 {
		t.Errorf("slog wrote %s", got)
	}
	if got := fmt.Sprintf("%v|%q|%#v|%s", c.SendGrid.APIKey, c.SendGrid.APIKey, c.SendGrid.APIKey, config.Secret{}); got != `[redacted]|"[redacted]"|config.Secret("[redacted]")|` {
		t.Errorf("printed %s", got)
	}
}

// reveals tells whether the secret of a variable holds the canary.
func reveals(c config.Config, canary, variable string) bool {
	name := strings.TrimPrefix(variable, "CENTOGIORNI_")
	found := false
	walk(reflect.ValueOf(c), func(f reflect.StructField, v reflect.Value) {
		if f.Tag.Get("envconfig") != name {
			return
		}
		switch s := v.Interface().(type) {
		case config.Secret:
			found = strings.Contains(s.Reveal(), canary)
		case config.Secrets:
			found = strings.Contains(s[0].Reveal(), canary)
		}
	})
	return found
}

// walk visits every field of every section.
func walk(v reflect.Value, visit func(reflect.StructField, reflect.Value)) {
	for i := range v.NumField() {
		section := v.Field(i)
		for j := range section.NumField() {
			visit(section.Type().Field(j), section.Field(j))
		}
	}
}

// fmt cannot call the methods of an unexported field: a secret in one would be printed.
func TestEveryFieldIsExportedAndOfAKindThatEnvconfigDecodes(t *testing.T) {
	walk(reflect.ValueOf(config.Config{}), func(f reflect.StructField, v reflect.Value) {
		if !f.IsExported() {
			t.Errorf("%s is not exported", f.Name)
		}
		if f.Tag.Get("envconfig") == "" || f.Tag.Get("desc") == "" {
			t.Errorf("%s has no name or description", f.Name)
		}
		switch f.Type.Kind() {
		case reflect.Interface, reflect.Chan, reflect.Func, reflect.Map, reflect.Pointer:
			t.Errorf("%s is a %s, which envconfig leaves nil without a word or cannot hold our values", f.Name, f.Type.Kind())
		}
		if (f.Type.Kind() == reflect.Int64 || f.Type.Kind() == reflect.Uint) && f.Type.PkgPath() != "log/slog" {
			t.Errorf("%s: only int is checked for base 10", f.Name)
		}
	})
}
