package config_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/config"
	"github.com/kelseyhightower/envconfig"
)

const exampleFile = "../.env.example"

func TestExampleFile(t *testing.T) {
	var b bytes.Buffer
	if err := config.Example(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(exampleFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not what config.Example prints: run go test ./config -run TestExampleFile -update", exampleFile)
	}
}

func TestTheExampleUncommentedIsAValidConfiguration(t *testing.T) {
	content, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(content)) {
		name, value, ok := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "# ")), "=")
		if ok && config.Known(name) {
			t.Setenv(name, strings.Trim(value, `"`))
			n++
		}
	}
	if n != len(config.Variables()) {
		t.Errorf("%d lines, %d variables", n, len(config.Variables()))
	}
	load(t)
	if _, err := config.TemporalOptions(); err != nil {
		t.Error(err)
	}
}

func TestDescribeShowsEveryVariableAndNoValue(t *testing.T) {
	t.Setenv("CENTOGIORNI_SMTP_HOST", "canary")
	var b bytes.Buffer
	if err := config.Describe(&b); err != nil {
		t.Fatal(err)
	}
	for _, v := range config.Variables() {
		if !strings.Contains(b.String(), v.Name) || !strings.Contains(b.String(), v.Description) {
			t.Errorf("%s is not described", v.Name)
		}
	}
	if strings.Contains(b.String(), "canary") {
		t.Error("a value is shown")
	}
}

// Our names must be those that envconfig derives from Config, prefix and all: anybody may point its tools at Config.
func TestTheVariablesAreThoseThatEnvconfigSees(t *testing.T) {
	for _, v := range config.Variables() {
		if strings.HasPrefix(v.Name, "CENTOGIORNI_") {
			t.Setenv(v.Name, "")
		}
	}
	if err := envconfig.CheckDisallowed("CENTOGIORNI", &config.Config{}); err != nil {
		t.Error(err)
	}
	var names bytes.Buffer
	if err := envconfig.Usagef("CENTOGIORNI", &config.Config{}, &names, "{{range .}}{{usage_key .}}\n{{end}}"); err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(names.String()) {
		if !config.Known(strings.TrimSpace(name)) {
			t.Errorf("envconfig reads %s, Known does not know it", name)
		}
	}
}
