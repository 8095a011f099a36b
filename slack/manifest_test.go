package slack_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	api "github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"
)

// needs is the scope of each call that this code makes; "" where Slack wants none of the bot's.
var needs = map[string]string{
	"PostMessageContext":            "chat:write",
	"UpdateMessageContext":          "chat:write",
	"PostEphemeralContext":          "chat:write",
	"OpenConversationContext":       "im:write",
	"GetConversationHistoryContext": "im:history",
	"GetConversationRepliesContext": "im:history",
	"GetUserByEmailContext":         "users:read.email",
	"GetUserInfoContext":            "users:read",
	"OpenViewContext":               "",
}

// called lists the methods of the API that the adapter's own code calls.
func called(t *testing.T) []string {
	t.Helper()
	call := regexp.MustCompile(`\b(?:t\.api|h\.slack)\.([A-Z]\w+)\(`)
	var names []string
	for _, pattern := range []string{"*.go", "interact/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllSubmatch(source, -1) {
				names = append(names, string(m[1]))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func manifest(t *testing.T) api.Manifest {
	t.Helper()
	text, err := os.ReadFile("manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var m api.Manifest
	d := json.NewDecoder(bytes.NewReader(plain))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheManifestAsksForWhatIsCalledAndNoMore(t *testing.T) {
	var want []string
	for _, name := range called(t) {
		scope, ok := needs[name]
		if !ok {
			t.Errorf("%s is called and needs lacks it: find its scope in Slack's documentation", name)
		}
		if scope != "" {
			want = append(want, scope)
		}
	}
	if len(want) < len(needs)-1 {
		t.Errorf("only %v are called: is the list of calls read?", want)
	}
	slices.Sort(want)
	m := manifest(t)
	got := slices.Clone(m.OAuthConfig.Scopes.Bot)
	slices.Sort(got)
	if want = slices.Compact(want); !slices.Equal(got, want) {
		t.Errorf("the manifest asks for %v, the code needs %v", got, want)
	}
	if m.Settings.Interactivity == nil || !m.Settings.Interactivity.IsEnabled || !m.Settings.SocketModeEnabled {
		t.Errorf("clicks would not arrive: %+v", m.Settings)
	}
}

func TestTheManifestsAddressIsThatOfTheServer(t *testing.T) {
	text, err := os.ReadFile("manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`# request_url: https://[a-z.]+/slack/interactive\n`).Match(text) {
		t.Error("the path is not the server's /slack/interactive")
	}
}
