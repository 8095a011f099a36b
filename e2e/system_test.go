package e2e

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

// system is an installation of its own: a Temporal server, a journal, an outbox, and a door to it from the test.
type system struct {
	t       testing.TB
	dir     string
	env     []string
	address string // of Temporal
	server  *server
	journal *journal.Journal
	engine  *engine.Engine
	skipper engine.Skipper
	book    *playbook.Playbook
}

// newSystem starts a server; the worker is the test's to start. More is environment beyond the defaults.
func newSystem(t testing.TB, more ...string) *system {
	t.Helper()
	s := startServer(t)
	sys := newSystemAt(t, s.address, more...)
	sys.server = s
	return sys
}

// newSystemAt is an installation on a server that runs already.
func newSystemAt(t testing.TB, address string, more ...string) *system {
	t.Helper()
	s := &system{t: t, dir: t.TempDir(), address: address}
	s.env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "CENTOGIORNI_") || strings.HasPrefix(entry, "TEMPORAL_")
	}),
		"TEMPORAL_ADDRESS="+address, "TEMPORAL_NAMESPACE="+client.DefaultNamespace,
		"CENTOGIORNI_STATE_DIR="+s.dir, "CENTOGIORNI_JOURNAL_URL=sqlite:"+s.file("journal.db"),
		"CENTOGIORNI_OUTBOX_DIR="+s.file("outbox"), "CENTOGIORNI_MODE=live", "CENTOGIORNI_SLACK_MODE=off",
		"CENTOGIORNI_MAIL_PER_SECOND=1000", "CENTOGIORNI_SLACK_PER_SECOND=1000",
		"CENTOGIORNI_SEND_GRACE=2s", "CENTOGIORNI_SWEEP_EVERY=1s", "CENTOGIORNI_DIGEST_AT=off")
	s.env = append(s.env, more...)
	var err error
	if s.journal, err = journal.Open(t.Context(), "sqlite:"+s.file("journal.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.journal.Close() })
	c, err := client.Dial(client.Options{HostPort: address, DataConverter: engine.DataConverter(),
		Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	s.engine = &engine.Engine{Temporal: c, Journal: s.journal}
	s.skipper = engine.Skipper{Engine: s.engine, Namespace: client.DefaultNamespace}
	if s.book, err = playbook.Default(); err != nil {
		t.Fatal(err)
	}
	if err := wiring.Store(t.Context(), s.journal, s.book); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *system) file(name string) string { return filepath.Join(s.dir, name) }

func (s *system) startWorker(more ...string) *worker {
	s.t.Helper()
	w := &worker{t: s.t, env: append(slices.Clone(s.env), more...)}
	w.restart()
	return w
}

// printed is what a run of the starter left behind.
type printed struct {
	out, err string
	code     int
}

// starter runs the starter program to its end.
func (s *system) starter(ctx context.Context, args ...string) printed {
	s.t.Helper()
	dir, err := built()
	if err != nil {
		s.t.Fatal(err)
	}
	var out, fault bytes.Buffer
	c := exec.CommandContext(ctx, filepath.Join(dir, "starter"), args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = "..", s.env, &out, &fault
	c.SysProcAttr = dieWithUs()
	err = c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatalf("starter %v: %v", args, err)
	}
	return printed{out.String(), fault.String(), c.ProcessState.ExitCode()}
}

// contract is a file's contract under another id, with its own mail addresses, signed a minute from now: virtual time only
// runs forward.
func (s *system) contract(file, id string, people []onboarding.Person) onboarding.Contract {
	s.t.Helper()
	c, err := onboarding.ParseContract(copyOf(s.t, file, id))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.Resolve(people); err != nil {
		s.t.Fatal(err)
	}
	zone, err := time.LoadLocation(c.Customer.TimeZone)
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Redated(time.Now().Add(time.Minute).UTC().Truncate(time.Second), zone)
}

// copyOf is a contract file with another contract_id and another domain in the customer's addresses: spacing, cap and
// opt-outs hold by address, and plays that share a journal must not delay each other.
func copyOf(t testing.TB, file, id string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := onboarding.ParseContract(data)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), c.ID, id, 1)
	for _, contact := range c.Customer.Contacts {
		_, domain, _ := strings.Cut(contact.Email, "@")
		text = strings.ReplaceAll(text, "@"+domain, "@"+strings.ToLower(id)+".example")
	}
	return []byte(text)
}

// begin is a start of a contract as the outbox has it.
func (s *system) begin(c onboarding.Contract) journey.Start {
	return journey.Start{Contract: c, Run: 1, Playbook: s.book.Hash, Mode: onboarding.ModeLive, Samples: true, AutoApprove: true, FeedsLive: true}
}
