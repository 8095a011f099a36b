package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

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

// printed is what a command left behind.
type printed struct {
	code     int
	out, err string
}

// alone points the programs at an empty journal and at a Temporal that nobody runs.
func alone(t *testing.T) (journalFile string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("CENTOGIORNI_STATE_DIR", dir)
	t.Setenv("CENTOGIORNI_JOURNAL_URL", "sqlite:"+filepath.Join(dir, "journal.db"))
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	return filepath.Join(dir, "journal.db")
}

// starter runs a command as the program would.
func starter(t *testing.T, stdin string, args ...string) printed {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &out, &err)
	return printed{code, out.String(), err.String()}
}

// says checks exit code and what is said; every word must be there.
func (p printed) says(t *testing.T, code int, words ...string) {
	t.Helper()
	if p.code != code {
		t.Errorf("exit code %d, want %d", p.code, code)
	}
	for _, word := range words {
		if !strings.Contains(p.out+p.err, word) {
			t.Errorf("%q is not said", word)
		}
	}
	if t.Failed() {
		t.Fatalf("out: %s\nerr: %s", p.out, p.err)
	}
}

// read reads what a command printed as JSON.
func (p printed) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(p.out), into); err != nil {
		t.Fatalf("%v\nout: %s\nerr: %s", err, p.out, p.err)
	}
}

// desk is a starter before a Temporal of the test.
type desk struct {
	t        *testing.T
	temporal *fakeTemporal
	asks     bool // somebody sits at the terminal
	ctx      context.Context
	takeUp   time.Duration
	stall    time.Duration
	hears    func(said string) // what goes to standard error
}

// ear passes on what is said.
type ear struct {
	bytes.Buffer
	hears func(string)
}

func (e *ear) Write(p []byte) (int, error) {
	if e.hears != nil {
		e.hears(string(p))
	}
	return e.Buffer.Write(p)
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	alone(t)
	d := &desk{t: t, temporal: newFakeTemporal(t), ctx: context.WithoutCancel(t.Context()), takeUp: takeUp, stall: stall}
	d.run("", "people", "import", "../examples/people.yaml").says(t, exitDone)
	return d
}

func (d *desk) run(stdin string, args ...string) printed {
	d.t.Helper()
	out, err := new(bytes.Buffer), &ear{hears: d.hears}
	a := newApp(strings.NewReader(stdin), out, err)
	a.asks, a.takeUp, a.stall = d.asks, d.takeUp, d.stall
	a.dial = func() (client.Client, client.Options, error) { return d.temporal, client.Options{}, nil }
	code := a.run(d.ctx, args)
	return printed{code, out.String(), err.String()}
}

func openJournal(t *testing.T) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), os.Getenv("CENTOGIORNI_JOURNAL_URL"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// today is the instant of these tests.
var today = clock()

// contract is the example's, signed so many days ago, after the changes.
func contract(t *testing.T, id string, daysAgo int, changes ...func(*onboarding.Contract)) onboarding.Contract {
	t.Helper()
	text, err := os.ReadFile("../examples/acme.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(text)
	if err != nil {
		t.Fatal(err)
	}
	c.ID, c.SignedAt = id, today.AddDate(0, 0, -daysAgo).Add(-time.Minute)
	c.Dossier.Promises, c.Terms.Assistance.Until = nil, nil
	for _, change := range changes {
		change(&c)
	}
	return c
}

// file writes a contract, or any other value, as JSON.
func file(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text2file(t, "contract.json", string(text))
}

func text2file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rows are the onboardings that the journal holds.
func rows(t *testing.T) []journal.ContractRow {
	t.Helper()
	found, _, err := openJournal(t).Contracts(t.Context(), journal.Filter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAWrongCommandLineIsUsage(t *testing.T) {
	tests := []struct {
		name, says string
		args       []string
	}{
		{"an unknown command", `unknown command "begin"`, []string{"begin"}},
		{"an unknown command of a group", `unknown command "eat" for "starter people"`, []string{"people", "eat"}},
		{"a group without a command", "starter report needs a command: clocks, signals", []string{"report"}},
		{"an unknown shell", `unknown command "csh"`, []string{"completion", "csh"}},
		{"help on nothing", "there is no such command", []string{"help", "begin"}},
		{"an unknown flag", "unknown flag: --fast", []string{"list", "--fast"}},
		{"a flag without its value", "flag needs an argument", []string{"list", "--owner"}},
		{"a number that is none", `"many"`, []string{"list", "--limit", "many"}},
		{"an unknown output", `"xml" is neither text nor json`, []string{"list", "--output", "xml"}},
		{"too few arguments", "accepts 1 arg(s), received 0", []string{"show"}},
		{"too many arguments", "accepts 1 arg(s), received 2", []string{"show", "a", "b"}},
		{"an argument where none belongs", `unknown command "a" for "starter list"`, []string{"list", "a"}},
		{"a reply in several words", "accepts at most 1 arg(s), received 2", []string{"classify", "non", "va"}},
		{"an unknown mode", `"loud" is no mode: write shadow, review or live`, []string{"start", "x.json", "--mode", "loud"}},
		{"milestones without --join", "--milestone goes with --join", []string{"start", "x.json", "--milestone", "installed=2026-01-20"}},
		{"a signature that is no instant", "neither now nor an instant", []string{"rehearse", "../examples/acme.json", "--signed-at", "Monday"}},
		{"an unknown phase", `"bored" is no phase`, []string{"list", "--phase", "bored"}},
		{"an unknown health", `"blue" is no health: write one of green, amber, red`, []string{"list", "--health", "blue"}},
		{"an unknown state", `"shut" is no state: write open or ended`, []string{"list", "--state", "shut"}},
		{"a page of nothing", "--limit: 0 is out of range: write 1 to 500", []string{"list", "--limit", "0"}},
		{"a page of everything", "--limit: 501 is out of range", []string{"list", "--limit", "501"}},
		{"a page of a list that has one", "they have one page", []string{"list", "--overdue", "--after", "x"}},
		{"a search in the watchdog's lists", "--search does not go with", []string{"list", "--unknown", "--search", "acme"}},
		{"a cursor that is none", "--after: this page cursor is not one of ours", []string{"list", "--after", "%%"}},
		{"an event neither in a file nor by flags", "one of the two", []string{"event", "C-1"}},
		{"an event both in a file and by flags", "one of the two", []string{"event", "C-1", "-", "--kind", "login"}},
		{"a hold without an end", "--until is missing", []string{"hold", "C-1", "welcome"}},
		{"an edit of nothing", "nothing to change", []string{"edit", "C-1", "welcome"}},
		{"an end without a reason", "--reason is missing", []string{"end", "C-1"}},
		{"a void contract without a reason", "--reason is missing", []string{"void", "C-1"}},
		{"an adoption by nobody", "name one CONTRACT_ID, or give --all", []string{"adopt"}},
		{"an adoption by one and all", "name one CONTRACT_ID, or give --all", []string{"adopt", "C-1", "--all"}},
		{"one event for all", "--id names one event", []string{"adopt", "--all", "--id", "e-1"}},
		{"an import of nothing", "name one FILE to import", []string{"import"}},
		{"an import and an example at once", "name one FILE to import", []string{"import", "x.csv", "--example", "csv"}},
		{"an example of an unknown format", `"xlsx" is no format: write csv or jsonl`, []string{"import", "--example", "xlsx"}},
		{"a result that is none", `"lost" is no result: write accepted (it went) or not-sent`, []string{"settle", "C-1/1/welcome#giulia", "lost"}},
		{"a send settled without a result", "accepts 2 arg(s), received 1", []string{"settle", "C-1/1/welcome#giulia"}},
		{"a file of an unknown format", "give --format", []string{"import", "customers.xlsx"}},
		{"an unknown format", `"xlsx" is no format: write csv or jsonl`, []string{"import", "customers.csv", "--format", "xlsx"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			starter(t, "", tt.args...).says(t, exitUsage, "starter: ", tt.says)
		})
	}
}

func TestTheHelpNamesEveryCommand(t *testing.T) {
	alone(t)
	p := starter(t, "", "--help")
	p.says(t, exitDone, "plan", "rehearse", "validate", "start", "import", "restart", "people", "demo", "list", "show", "report", "event", "pause",
		"resume", "skip", "send-now", "edit", "hold", "owner", "reassign", "amend", "adopt", "end", "void", "settle", "Exit codes: 0 done")
	starter(t, "", "help", "import").says(t, exitDone, "--skip-invalid")
}

func TestAWrongEnvironmentIsNamed(t *testing.T) {
	tests := []struct {
		name, variable, value, says string
		args                        []string
	}{
		{"a database of an unknown kind", "CENTOGIORNI_JOURNAL_URL", "mysql://x/y", "CENTOGIORNI_JOURNAL_URL is no journal", []string{"list"}},
		{"a mode that is none", "CENTOGIORNI_MODE", "loud", "CENTOGIORNI_MODE", []string{"start", "../examples/acme.json"}},
		{"a variable with a slip", "CENTOGIORNI_JOURNAL_UR", "x", "CENTOGIORNI_JOURNAL_UR", []string{"list"}},
		{"a folder without a playbook", "CENTOGIORNI_PLAYBOOK_DIR", "nowhere", "no playbook in nowhere", []string{"plan", "../examples/acme.json"}},
		{"an address of Temporal that is none", "TEMPORAL_ADDRESS", "temporal", "TEMPORAL_ADDRESS is not host:port", []string{"resume", "C-1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			seed(t, contract(t, "C-1", 0))
			t.Setenv(tt.variable, tt.value)
			starter(t, "", tt.args...).says(t, exitInput, "starter: ", tt.says)
		})
	}
}

// seed stores an onboarding as the engine would, without its workflow.
func seed(t *testing.T, c onboarding.Contract) {
	t.Helper()
	a := newApp(strings.NewReader(""), os.Stderr, os.Stderr)
	defer a.close()
	h, err := a.house(t.Context(), opening{})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.journal.PutContract(t.Context(), journal.ContractRow{Contract: c, Run: 1, Playbook: h.book.Hash, Mode: h.mode})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnEngineThatCannotBeReachedIsExitCode3(t *testing.T) {
	c := func(t *testing.T) string { return file(t, contract(t, "C-1", 0)) }
	tests := []struct {
		name string
		args func(t *testing.T) []string
	}{
		{"start", func(t *testing.T) []string { return []string{"start", file(t, contract(t, "C-2", 0))} }},
		{"import", func(t *testing.T) []string {
			text, _ := json.Marshal(contract(t, "C-2", 0))
			return []string{"import", text2file(t, "c.jsonl", string(text)), "--yes"}
		}},
		{"restart", func(*testing.T) []string { return []string{"restart", "C-1"} }},
		{"event", func(*testing.T) []string { return []string{"event", "C-1", "--kind", "login"} }},
		{"pause", func(*testing.T) []string { return []string{"pause", "C-1"} }},
		{"resume", func(*testing.T) []string { return []string{"resume", "C-1"} }},
		{"skip", func(*testing.T) []string { return []string{"skip", "C-1", "welcome"} }},
		{"send-now", func(*testing.T) []string { return []string{"send-now", "C-1", "welcome"} }},
		{"edit", func(*testing.T) []string { return []string{"edit", "C-1", "welcome", "--subject", "s"} }},
		{"hold", func(*testing.T) []string { return []string{"hold", "C-1", "welcome", "--until", "2100-01-01"} }},
		{"amend", func(t *testing.T) []string { return []string{"amend", "C-1", c(t)} }},
		{"adopt", func(t *testing.T) []string { return []string{"adopt", "C-1", "--playbook", otherPlaybook(t)} }},
		{"end", func(*testing.T) []string { return []string{"end", "C-1", "--reason", "r"} }},
		{"void", func(*testing.T) []string { return []string{"void", "C-1", "--reason", "r"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			alone(t)
			stored := contract(t, "C-1", 0)
			seed(t, stored)
			args := tt.args(t)
			if tt.name == "amend" {
				args[2] = file(t, stored)
			}
			starter(t, "", args...).says(t, exitUnreachable, "temporal cannot be reached at 127.0.0.1:1", "TEMPORAL_ADDRESS")
			if found := rows(t); len(found) != 1 || found[0].Run != 1 {
				t.Errorf("it left %d onboardings behind", len(found))
			}
			waiting, err := openJournal(t).Pending(t.Context(), clock().Add(time.Hour), 10)
			kept := 0
			if tt.name == "event" {
				kept = 1 // see TestAnEventIsKeptWhereTemporalCannotBeReached
			}
			if err != nil || len(waiting) != kept {
				t.Errorf("it left events behind: %v, %v", waiting, err)
			}
		})
	}
}

func TestAJournalThatCannotBeReachedIsExitCode3(t *testing.T) {
	alone(t)
	t.Setenv("CENTOGIORNI_JOURNAL_URL", "postgres://nobody@127.0.0.1:1/none")
	starter(t, "", "list").says(t, exitUnreachable, "open the journal")
}
