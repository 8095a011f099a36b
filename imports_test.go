package centogiorni_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/centogiorni/centogiorni"

// rule says what a folder may import and call. A pattern is a path, or a path and everything below it ("path/...").
type rule struct {
	folder string
	ours   []string // folders of this module; nil is none, {"..."} all
	theirs []string // the standard library and modules of others; nil is everything
	calls  []string // functions that may not be called, as "import/path.Name"
	reason string
}

// pure is what computes and nothing else: no file, network, clock, randomness, process or database.
var pure = []string{
	"bytes", "cmp", "context", "crypto/sha256", "embed", "encoding", "encoding/...", "errors", "fmt", "hash/...", "io", "iter", "maps",
	"math", "math/big", "math/bits", "net/mail", "net/url", "reflect", "regexp", "slices", "sort", "strconv", "strings", "sync",
	"text/template", "time", "unicode", "unicode/...",
	"github.com/rickar/cal/v2/...", "go.yaml.in/yaml/v3", "golang.org/x/text/...",
}

// clock is what even pure packages offer and a pure function may not use.
var clock = []string{
	"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.AfterFunc", "time.Tick", "time.NewTimer", "time.NewTicker",
	"fmt.Print", "fmt.Printf", "fmt.Println", "fmt.Scan", "fmt.Scanf", "fmt.Scanln",
}

// zones depend on the machine's zone database, which a replay on another machine does not have.
var zones = []string{"time.LoadLocation", module + "/onboarding.LoadZone"}

// thrown are the dice that nobody can throw again.
var thrown = []string{
	"math/rand/v2.Int", "math/rand/v2.IntN", "math/rand/v2.Float64", "math/rand/v2.N", "math/rand/v2.Perm", "math/rand/v2.Shuffle",
	"math/rand/v2.Uint32", "math/rand/v2.Uint64", "math/rand/v2.Uint64N",
}

var environment = []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "syscall.Getenv"}

// terminal is what tells of the screen and not of the installation: programs may ask for it.
var terminal = []string{`"NO_COLOR"`, `"TERM"`}

const (
	pureReason    = "the core runs in four places (workflow, rehearsal, back-test, property tests) and must give each the same answer: no clock, no randomness, no input or output, nothing of ours outside onboarding"
	adapterReason = "an adapter knows the vocabulary and its own outside world; if it knew another adapter, neither could be exchanged or tested alone"
	fakeReason    = "a fake is its outside world seen from the other side: it knows its adapter at most, and no other"
	wiringReason  = "only the programs wire: they read the configuration and put the parts together"
)

var rules = []rule{
	{folder: ".", ours: []string{"..."}, reason: "tests of the repository as a whole"},
	{folder: "onboarding", ours: []string{"onboarding/..."}, theirs: pure, calls: clock, reason: pureReason},
	{folder: "onboarding/journey", ours: []string{"onboarding/..."}, theirs: pure, calls: slices.Concat(clock, zones), reason: pureReason + "; zones and holidays come as promises and window tables"},
	{folder: "onboarding/remorse", ours: []string{"onboarding/..."}, theirs: pure, calls: clock, reason: pureReason},
	{folder: "onboarding/calendar", ours: []string{"onboarding/..."}, theirs: pure, calls: clock, reason: pureReason},
	{folder: "onboarding/portfolio", ours: []string{"onboarding/..."}, theirs: slices.Concat(pure, []string{"math/rand/v2"}), calls: slices.Concat(clock, thrown), reason: pureReason + "; its customers are made up by dice whose seed is given, so that the same seed gives the same portfolio"},
	{folder: "onboarding/service", ours: []string{"onboarding"}, theirs: pure, calls: slices.Concat(clock, zones), reason: pureReason + "; what is measured is read from facts alone, so that a report of last year reads as it did"},
	{folder: "onboarding/scenario", ours: []string{"onboarding/..."}, theirs: pure, calls: clock, reason: pureReason},
	{folder: "playbook", ours: []string{"onboarding/..."}, calls: environment, reason: "the playbook is data and its rendering: it knows the vocabulary, not who runs it"},
	{
		folder: "workflows", ours: []string{"onboarding/...", "playbook"},
		theirs: slices.Concat(pure, []string{"go.temporal.io/sdk/workflow", "go.temporal.io/sdk/temporal", "go.temporal.io/sdk/log", "go.temporal.io/sdk/converter"}),
		calls:  slices.Concat(clock, zones),
		reason: "a workflow is replayed: whatever is not the core, the playbook's registry or the SDK's workflow packages would be done again, or differently",
	},
	{folder: "activities", ours: []string{"onboarding/...", "playbook"}, calls: environment, reason: "activities declare the ports they need; the programs give them the adapters"},
	{folder: "engine", ours: []string{"onboarding/...", "playbook", "journal", "workflows"}, calls: environment, reason: "the door stores in the journal, forwards in the workflow's message types, and knows no provider and no program"},
	{folder: "journal", ours: []string{"onboarding"}, calls: environment, reason: adapterReason},
	{folder: "sendgrid", ours: []string{"onboarding"}, calls: environment, reason: adapterReason},
	{folder: "slack", ours: []string{"onboarding"}, calls: environment, reason: adapterReason},
	{folder: "outbox", ours: []string{"onboarding"}, calls: environment, reason: adapterReason},
	{folder: "smtp", ours: []string{"onboarding"}, calls: environment, reason: adapterReason},
	{folder: "journal/journaltest", ours: []string{"onboarding", "journal"}, reason: fakeReason},
	{folder: "sendgrid/sendgridtest", ours: []string{"onboarding", "sendgrid"}, reason: fakeReason},
	{folder: "slack/interact", ours: []string{"onboarding", "slack"}, calls: environment, reason: "the other half of the Slack adapter, what comes in: it reads the buttons that slack draws and tells through a port, so that it can be tried without an engine"},
	{folder: "slack/slacktest", ours: []string{"onboarding", "slack"}, reason: fakeReason},
	{folder: "smtp/smtptest", ours: []string{"onboarding", "smtp"}, reason: fakeReason},
	{folder: "config", reason: "the configuration is read before anything else exists, and knows none of it"},
	{folder: "wiring", ours: []string{"..."}, calls: environment, reason: wiringReason},
	{folder: "worker", ours: []string{"..."}, calls: environment, reason: wiringReason},
	{folder: "server", ours: []string{"..."}, calls: environment, reason: wiringReason},
	{folder: "starter", ours: []string{"..."}, calls: environment, reason: wiringReason},
	{folder: "e2e", ours: []string{"..."}, reason: "the whole system"},
}

// testOnly is what tests of pure code may use besides: files for golden answers, generators for properties.
var testOnly = []string{
	"bufio", "compress/zlib", "flag", "io/fs", "os", "path", "path/filepath", "runtime", "testing", "testing/...", "go.temporal.io/...",
	"github.com/stretchr/testify/...", "pgregory.net/rapid",
}

// source is one parsed file with what the rules need to know of it.
type source struct {
	folder string
	set    *token.FileSet
	file   *ast.File
	test   bool // _test.go
}

// at says where in the file a breach is, and what.
func (s source) at(node ast.Node, format string, args ...any) string {
	return fmt.Sprintf("%d: ", s.set.Position(node.Pos()).Line) + fmt.Sprintf(format, args...)
}

// external tells a test package beside the package (foo_test): it is linked into nothing.
func (s source) external() bool { return s.test && strings.HasSuffix(s.file.Name.Name, "_test") }

// breaches lists what a file imports or calls against its rule.
func breaches(s source) []string {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.folder == s.folder })
	if i < 0 {
		return []string{"1: folder " + s.folder + " has no import rule: every folder says what it may know; add it to rules in imports_test.go, with the reason"}
	}
	r := rules[i]
	var found []string
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return []string{err.Error()}
		}
		if !allowed(r, s, imported) {
			found = append(found, s.at(spec, "imports %s: %s", imported, r.reason))
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			found = append(found, s.at(spec, "imports %s without a name: what is called could not be seen", imported))
		}
		names[name] = imported
	}
	if s.test {
		return found
	}
	ast.Inspect(s.file, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok && len(call.Args) == 1 {
			if text, ok := call.Args[0].(*ast.BasicLit); ok && slices.Contains(terminal, text.Value) {
				return false
			}
		}
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && slices.Contains(r.calls, names[pkg.Name]+"."+selector.Sel.Name) {
			reason := r.reason
			if slices.Contains(environment, names[pkg.Name]+"."+selector.Sel.Name) {
				reason = "config alone reads the environment, so that every variable is known, checked and described"
			}
			found = append(found, s.at(node, "uses %s.%s: %s", pkg.Name, selector.Sel.Name, reason))
		}
		return true
	})
	return found
}

// allowed tells whether a file may import a package.
func allowed(r rule, s source, imported string) bool {
	folder, ours := strings.CutPrefix(imported, module+"/")
	if !ours {
		return r.theirs == nil || matches(r.theirs, imported) || s.test && matches(testOnly, imported)
	}
	fake := strings.HasSuffix(folder, "test")
	switch {
	case folder == s.folder && s.external():
		return true
	case matches(r.ours, folder) && (!fake || s.test || s.folder == "e2e"):
		return true
	case fake:
		return s.test // production code never links a fake
	default: // an external test may put the package into its surroundings: the core is tried with the real playbook
		return s.external()
	}
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		tree, below := strings.CutSuffix(pattern, "...")
		return pattern == path || below && (strings.HasPrefix(path, tree) || path+"/" == tree)
	})
}

func TestImportRules(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, nested := os.Stat(filepath.Join(name, "go.mod"))
			if name != "." && (nested == nil || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed while we looked
		}
		if err != nil {
			return err
		}
		files++
		for _, breach := range breaches(source{filepath.ToSlash(filepath.Dir(name)), set, file, strings.HasSuffix(name, "_test.go")}) {
			t.Errorf("%s:%s", name, breach)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
}

func TestImportRulesCatchWhatTheyAreFor(t *testing.T) {
	ours := func(folder string) string { return `import _ "` + module + "/" + folder + `"` }
	tests := []struct {
		name, folder, file, code string
		caught                   bool
	}{
		{"the core reads a file", "onboarding", "a.go", `import "os"`, true},
		{"the core's test reads a golden file", "onboarding", "a_test.go", `import "os"`, false},
		{"the core asks the network", "onboarding/journey", "a.go", `import "net/http"`, true},
		{"the core's test asks the network", "onboarding/journey", "a_test.go", `import "net/http"`, true},
		{"the core throws dice", "onboarding/remorse", "a.go", `import "math/rand/v2"`, true},
		{"the core knows Temporal", "onboarding/journey", "a.go", `import "go.temporal.io/sdk/workflow"`, true},
		{"the core looks at the clock", "onboarding/journey", "a.go", `import clock "time"; var now = clock.Now`, true},
		{"the core hides the clock", "onboarding/journey", "a.go", `import . "time"; var now = Now`, true},
		{"the core adds an hour", "onboarding/journey", "a.go", `import "time"; var hour = time.Hour`, false},
		{"the core loads a zone", "onboarding/journey", "a.go", `import "` + module + `/onboarding"; var _, _ = onboarding.LoadZone("Europe/Rome")`, true},
		{"the calendar loads a zone", "onboarding/calendar", "a.go", `import "time"; var _, _ = time.LoadLocation("Europe/Rome")`, false},
		{"the core knows the playbook's folder", "onboarding", "a.go", ours("playbook"), true},
		{"the core's external test plays the real playbook", "onboarding", "a_test.go", ours("playbook"), false},
		{"the core's own test knows the playbook's folder", "onboarding", "in_test.go", ours("playbook"), true},
		{"the core knows its parts", "onboarding/scenario", "a.go", ours("onboarding/calendar"), false},
		{"a workflow asks the journal", "workflows", "a.go", ours("journal"), true},
		{"a workflow sends", "workflows", "a.go", `import "net/http"`, true},
		{"a workflow uses the client", "workflows", "a.go", `import "go.temporal.io/sdk/client"`, true},
		{"a workflow's test replays", "workflows", "a_test.go", `import "go.temporal.io/sdk/worker"`, false},
		{"an activity knows an adapter", "activities", "a.go", ours("sendgrid"), true},
		{"an activity's own test knows an adapter", "activities", "in_test.go", ours("sendgrid"), true},
		{"an external test puts it together", "activities", "a_test.go", ours("sendgrid"), false},
		{"an adapter knows another", "slack", "a.go", ours("outbox"), true},
		{"an adapter knows the core", "sendgrid", "a.go", ours("onboarding/journey"), true},
		{"an adapter's test uses its fake", "sendgrid", "in_test.go", ours("sendgrid/sendgridtest"), false},
		{"a program links a fake", "worker", "a.go", ours("sendgrid/sendgridtest"), true},
		{"the configuration knows the vocabulary", "config", "a.go", ours("onboarding"), true},
		{"a program reads the environment", "worker", "a.go", `import "os"; var home = os.Getenv("HOME")`, true},
		{"a program asks for colours", "starter", "a.go", `import "os"; var plain = os.Getenv("NO_COLOR")`, false},
		{"the engine knows a provider", "engine", "a.go", ours("slack"), true},
		{"a folder nobody listed", "helpers", "a.go", `import "fmt"`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := "a"
			if tt.file == "a_test.go" {
				name = "a_test" // in_test.go is a test inside the package
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, tt.file, "package "+name+"; "+tt.code, 0)
			if err != nil {
				t.Fatal(err)
			}
			found := breaches(source{tt.folder, set, file, strings.HasSuffix(tt.file, "_test.go")})
			if (len(found) > 0) != tt.caught {
				t.Errorf("breaches %q, want caught %v", found, tt.caught)
			}
			for _, breach := range found {
				if strings.Count(breach, ": ") < 2 {
					t.Errorf("%q gives no reason", breach)
				}
			}
		})
	}
}
