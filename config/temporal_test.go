package config_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/config"
)

// noProfile keeps the developer's own temporal.toml out of a test.
func noProfile(t *testing.T) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
}

func profileFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temporal.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTemporalIsOnThisMachineUnlessTold(t *testing.T) {
	noProfile(t)
	t.Setenv("TEMPORAL_NAMESPACE", "") // as Docker Compose passes what is not set
	o, err := config.TemporalOptions()
	if err != nil {
		t.Fatal(err)
	}
	if o.HostPort != "localhost:7233" || o.Namespace != "default" || o.ConnectionOptions.TLS != nil || o.Credentials != nil {
		t.Errorf("got %s %s", o.HostPort, o.Namespace)
	}
}

func TestTemporalCloudIsAMatterOfVariablesAlone(t *testing.T) {
	noProfile(t)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("canary-key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, variable := range map[string][2]string{"key": {"TEMPORAL_API_KEY", "canary-key"}, "file": {"TEMPORAL_API_KEY_FILE", key}} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TEMPORAL_ADDRESS", "eu-west-1.aws.api.temporal.io:7233")
			t.Setenv("TEMPORAL_NAMESPACE", "onboarding.a1b2c")
			t.Setenv(variable[0], variable[1])
			o, err := config.TemporalOptions()
			if err != nil {
				t.Fatal(err)
			}
			if o.ConnectionOptions.TLS == nil || o.Credentials == nil || o.Namespace != "onboarding.a1b2c" {
				t.Error("no TLS, key or namespace")
			}
		})
	}
}

func TestAProfileFileIsReadAndVariablesWinOverIt(t *testing.T) {
	t.Setenv("TEMPORAL_CONFIG_FILE", profileFile(t, "[profile.prod]\naddress = \"t.vendor.test:7233\"\nnamespace = \"onboarding\"\n[profile.prod.grpc_meta]\nteam = \"a\"\n"))
	t.Setenv("TEMPORAL_PROFILE", "prod")
	t.Setenv("TEMPORAL_NAMESPACE", "trial")
	o, err := config.TemporalOptions()
	if err != nil {
		t.Fatal(err)
	}
	headers, err := o.HeadersProvider.GetHeaders(context.Background())
	if err != nil || headers["team"] != "a" {
		t.Errorf("headers %v, %v", headers, err)
	}
	if o.HostPort != "t.vendor.test:7233" || o.Namespace != "trial" {
		t.Errorf("got %s %s", o.HostPort, o.Namespace)
	}
}

func TestEachFaultOfTheTemporalVariablesNamesItAndNoValue(t *testing.T) {
	canaryFile := profileFile(t, "canary")
	cloud := map[string]string{"TEMPORAL_ADDRESS": "ns.acct.tmprl.cloud:7233", "TEMPORAL_NAMESPACE": "ns.acct"}
	tests := []struct {
		name string
		base map[string]string
		set  map[string]string
		want string
	}{
		{"no port", nil, map[string]string{"TEMPORAL_ADDRESS": "canary"}, "TEMPORAL_ADDRESS"},
		{"a scheme", nil, map[string]string{"TEMPORAL_ADDRESS": "https://canary:7233"}, "TEMPORAL_ADDRESS"},
		{"a truth the library would ignore", nil, map[string]string{"TEMPORAL_TLS": "canary"}, "TEMPORAL_TLS"},
		{"a certificate that is not there", nil, map[string]string{"TEMPORAL_TLS_CLIENT_CERT_PATH": "/canary"}, "TEMPORAL_TLS_CLIENT_CERT_PATH"},
		{"a certificate without its key", nil, map[string]string{"TEMPORAL_TLS_CLIENT_CERT_PATH": canaryFile}, "TEMPORAL_TLS_CLIENT_CERT_PATH"},
		{"a certificate that is none", nil, map[string]string{"TEMPORAL_TLS_CLIENT_CERT_DATA": "canary", "TEMPORAL_TLS_CLIENT_KEY_DATA": "canary"}, "TEMPORAL_TLS_CLIENT_CERT_PATH"},
		{"a profile file that is not there", nil, map[string]string{"TEMPORAL_CONFIG_FILE": "/canary"}, "TEMPORAL_CONFIG_FILE"},
		{"a profile file that is not TOML", nil, map[string]string{"TEMPORAL_CONFIG_FILE": canaryFile}, "TEMPORAL_CONFIG_FILE"},
		{"a key that does not exist", nil, map[string]string{"TEMPORAL_CONFIG_FILE": profileFile(t, "[canary]\na = 1\n")}, "TEMPORAL_CONFIG_FILE"},
		{"a profile that does not exist", nil, map[string]string{"TEMPORAL_PROFILE": "canary"}, "TEMPORAL_PROFILE"},
		{"a misspelt variable", nil, map[string]string{"TEMPORAL_NAMESPCE": "canary"}, "TEMPORAL_NAMESPCE"},
		{"cloud without credentials", cloud, nil, "TEMPORAL_API_KEY"},
		{"cloud without the account", cloud, map[string]string{"TEMPORAL_NAMESPACE": "canary", "TEMPORAL_API_KEY": "canary"}, "TEMPORAL_NAMESPACE"},
		{"a key in the clear", nil, map[string]string{"TEMPORAL_API_KEY": "canary", "TEMPORAL_TLS": "false"}, "TEMPORAL_TLS"},
		{"a key twice", nil, map[string]string{"TEMPORAL_API_KEY": "canary", "TEMPORAL_API_KEY_FILE": canaryFile}, "TEMPORAL_API_KEY"},
		{"a key file that is not there", nil, map[string]string{"TEMPORAL_API_KEY_FILE": "/canary"}, "TEMPORAL_API_KEY_FILE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			noProfile(t)
			for _, set := range []map[string]string{tt.base, tt.set} {
				for name, value := range set {
					t.Setenv(name, value)
				}
			}
			_, err := config.TemporalOptions()
			found := faults(t, err)
			if len(found) != 1 || found[0].Variable != tt.want {
				t.Errorf("got %v, want one fault of %s", err, tt.want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("a message repeats a value: %v", err)
			}
		})
	}
}
