package centogiorni_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/config"
	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// composeProject loads docker-compose.yml with every profile, without the developer's environment and .env.
func composeProject(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"docker-compose.yml"},
		cli.WithProfiles([]string{"*"}), cli.WithoutEnvironmentResolution)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(context.Background()) // refuses keys that the specification does not have
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// isJob tells a service that ends by itself: others wait until it has.
func isJob(project *types.Project, name string) bool {
	for _, service := range project.Services {
		if on, ok := service.DependsOn[name]; ok && on.Condition == types.ServiceConditionCompletedSuccessfully {
			return true
		}
	}
	return false
}

func TestComposeServicesArePinnedCheckedAndLoopbackOnly(t *testing.T) {
	project := composeProject(t)
	want := []string{"mailpit", "postgres", "server", "temporal", "temporal-schema", "temporal-setup", "temporal-ui", "worker"}
	if names := project.ServiceNames(); !slices.Equal(names, want) {
		t.Errorf("services %v, want %v", names, want)
	}
	for name, service := range project.Services {
		if service.Build == nil && !pinned(service.Image) {
			t.Errorf("%s: image %q is not pinned to a version", name, service.Image)
		}
		if service.HealthCheck == nil && !isJob(project, name) {
			t.Errorf("%s has no health check and nobody waits for its end", name)
		}
		if isJob(project, name) != strings.HasPrefix(service.Restart, "on-failure") {
			t.Errorf("%s: restart %q; a job is retried on failure, a service always", name, service.Restart)
		}
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %s to the network, not to loopback alone", name, port.Published)
			}
		}
		for on, dependency := range service.DependsOn {
			if _, ok := project.Services[on]; !ok {
				t.Errorf("%s waits for %s, which does not exist", name, on)
			}
			if dependency.Condition == types.ServiceConditionStarted {
				t.Errorf("%s waits for %s to start only: say service_healthy or service_completed_successfully", name, on)
			}
		}
		for _, mount := range service.Volumes {
			if _, ok := project.Volumes[mount.Source]; mount.Type != types.VolumeTypeVolume || !ok {
				t.Errorf("%s mounts %s, which is no declared volume: state outlives its container there alone", name, mount.Source)
			}
		}
	}
}

// ours are the services that are built from this checkout.
var ours = []string{"worker", "server"}

func TestComposeStartsOurProgramsAfterTheSearchAttributes(t *testing.T) {
	project := composeProject(t)
	setup := project.Services["temporal-setup"]
	for _, name := range ours {
		service := project.Services[name]
		if !slices.Equal(service.Profiles, []string{"worker"}) {
			t.Errorf("the %s has the profiles %v", name, service.Profiles)
		}
		if service.DependsOn["temporal-setup"].Condition != types.ServiceConditionCompletedSuccessfully {
			t.Errorf("the %s does not wait for the namespace and the search attributes", name)
		}
	}
	script := strings.Join(setup.Command, " ")
	for _, attribute := range []string{"Owner --type Keyword", "Phase --type Keyword", "Stage --type Keyword", "Health --type Keyword", "Playbook --type Keyword", "Rules --type Int"} {
		if !strings.Contains(script, "--name "+attribute) {
			t.Errorf("no search attribute %s: an onboarding could not start", attribute)
		}
	}
}

// The defaults of docker-compose.yml must be a configuration that our programs take.
func TestComposeGivesOurProgramsAValidConfiguration(t *testing.T) {
	for _, name := range ours {
		t.Run(name, func(t *testing.T) { checkConfiguration(t, composeProject(t).Services[name]) })
	}
}

func checkConfiguration(t *testing.T, service types.ServiceConfig) {
	withoutOurEnvironment(t)
	for name, value := range service.Environment {
		if !config.Known(name) {
			t.Errorf("%s is not a variable of ours", name)
		}
		if value == nil {
			t.Errorf("%s takes its value from the shell: it has no default", name)
			continue
		}
		t.Setenv(name, *value)
	}
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Mail.Transport != config.TransportSMTP || c.SMTP.Host != "mailpit" || len(c.Mail.AllowDomains) == 0 {
		t.Error("mail would not be caught")
	}
	if grace := service.StopGracePeriod; grace == nil || time.Duration(*grace) <= c.Worker.StopTimeout.Duration {
		t.Error("Docker kills it before STOP_TIMEOUT")
	}
	address := c.Ops.MetricsAddress
	if service.Name == "server" {
		address = c.Server.HTTPAddress
	}
	if _, port, err := net.SplitHostPort(address); err != nil || len(service.Ports) != 1 || fmt.Sprint(service.Ports[0].Target) != port {
		t.Errorf("it listens on %s, and %v is published", address, service.Ports)
	}
	if _, err := config.TemporalOptions(); err != nil {
		t.Error(err)
	}
}

// withoutOurEnvironment hides what the developer's shell holds of our variables and of Temporal's.
func withoutOurEnvironment(t *testing.T) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "CENTOGIORNI_") || strings.HasPrefix(name, "TEMPORAL_") {
			t.Setenv(name, "") // so that the old value comes back
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir()) // where a temporal.toml would be
}

func TestComposeHoldsNoSecret(t *testing.T) {
	for number, line := range lines(t, "docker-compose.yml") {
		name, value, _ := strings.Cut(line, ":")
		secret := regexp.MustCompile(`(?i)(password|pwd|token|secret|_key|keys|url)$`).MatchString(strings.TrimSpace(name))
		if secret && !strings.Contains(value, "${") {
			t.Errorf("docker-compose.yml:%d: %s is written out: take it from the environment", number+1, strings.TrimSpace(name))
		}
	}
}

func TestDockerfileIsPinnedStaticAndNotRoot(t *testing.T) {
	stages := map[string]bool{"scratch": true}
	var base, user string
	var text []string
	for number, line := range lines(t, "Dockerfile") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		text = append(text, line)
		switch words[0] {
		case "FROM":
			if base, user = words[1], ""; !stages[base] && !pinned(base) {
				t.Errorf("Dockerfile:%d: base image %q is not pinned to a version", number+1, base)
			}
			if len(words) == 4 {
				stages[words[3]] = true
			}
		case "USER":
			user = words[1]
		}
	}
	if user == "" || strings.HasPrefix(user, "0") || strings.HasPrefix(user, "root") {
		t.Errorf("the last stage runs as %q, not as a user without rights", user)
	}
	all := strings.Join(text, "\n")
	for _, want := range []string{"CGO_ENABLED=0", "HEALTHCHECK ", `ENTRYPOINT ["/bin/worker"]`, "./worker ./server ./starter", "ca-certificates.crt"} {
		if !strings.Contains(all, want) {
			t.Errorf("the Dockerfile has no %s", want)
		}
	}
	for _, line := range lines(t, "go.mod") {
		if version, ok := strings.CutPrefix(line, "go "); ok && !strings.Contains(all, "FROM golang:"+version+"-") {
			t.Errorf("go.mod asks for Go %s, the Dockerfile builds with another", version)
		}
	}
}

// pinned tells whether an image has a tag with a full version, or a digest.
func pinned(image string) bool {
	return regexp.MustCompile(`^[a-z0-9./-]+(:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?|@sha256:[0-9a-f]{64})$`).MatchString(image)
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(content), "\n")
}
