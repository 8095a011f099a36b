package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"github.com/centogiorni/centogiorni/onboarding"
)

// customers is an import file of contracts to be signed tomorrow, with its hash: until then each is one run that waits.
func (s *system) customers(t *testing.T, n int) (path, hash string) {
	t.Helper()
	c := s.contract("../examples/acme.json", "x", nil)
	zone, err := time.LoadLocation(c.Customer.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	c = c.Redated(c.SignedAt.Add(24*time.Hour), zone)
	var text strings.Builder
	for i := range n {
		c.ID = fmt.Sprintf("IMPORT-%05d", i)
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "%s\n", line)
	}
	path = s.file("customers.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text.String()))
	return path, hex.EncodeToString(sum[:16])
}

// onboardings are those that Temporal knows, by workflow id, with how many runs each has.
func (s *system) onboardings(t *testing.T) map[string]int {
	t.Helper()
	found := map[string]int{}
	in := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = '" + onboarding.WorkflowOnboarding + "'", PageSize: 1000}
	for {
		page, err := s.engine.Temporal.ListWorkflow(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Executions {
			found[e.Execution.WorkflowId]++
		}
		if in.NextPageToken = page.NextPageToken; len(in.NextPageToken) == 0 {
			return found
		}
	}
}

func TestAnImportLosesAndDoublesNoCustomerWhenItsTerminalAndItsWorkersAreKilled(t *testing.T) {
	t.Parallel()
	const customers = 800
	s := newSystem(t)
	w := s.startWorker()
	path, hash := s.customers(t, customers)
	terminal := launch(t, s.env, "starter", "import", path, "--yes")
	var count onboarding.ImportCount
	until := func(what string, holds func() bool) {
		t.Helper()
		await(t, what, func() bool {
			var err error
			if count, err = s.journal.ImportCount(t.Context(), hash); err != nil {
				t.Fatal(err)
			}
			return holds()
		})
	}
	done := func(n int) func() bool { return func() bool { return count.Started+count.Standing >= n } }
	until("the first lines", done(50))
	terminal.kill9()
	for _, n := range []int{150, 400} {
		until("some more lines", done(n))
		w.kill9()
		if until("the journal", func() bool { return true }); count.Waiting == 0 {
			t.Fatal("every line was started before the worker was killed: this test shows nothing")
		}
		t.Logf("killed the worker with %+v", count)
		w.restart()
	}
	until("the end of the import", func() bool { return count.Waiting == 0 })
	t.Logf("without a terminal and over 2 dead workers: %+v", count)
	if count.Started+count.Standing != customers || count.Failed > 0 {
		t.Errorf("the journal has %+v", count)
	}

	var found map[string]int
	await(t, "every onboarding", func() bool { found = s.onboardings(t); return len(found) >= customers })
	if len(found) != customers {
		t.Errorf("%d onboardings, want %d", len(found), customers)
	}
	for id, runs := range found {
		if runs != 1 {
			t.Errorf("%s has %d runs", id, runs)
		}
	}
	again := s.starter(t.Context(), "import", path)
	if want := fmt.Sprintf("all %d contracts of %s are done already", customers, path); again.code != 0 || !strings.Contains(again.out, want) {
		t.Errorf("the same command says %+v", again)
	}
}
