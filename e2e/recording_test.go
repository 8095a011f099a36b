package e2e

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/sendgrid/sendgridtest"
	"github.com/centogiorni/centogiorni/slack/slacktest"
)

var update = flag.Bool("update", false, "record the histories of the newest rules anew; never after they were released")

// histories holds a folder for each set of rules: the runs of each recording, and the playbook they followed.
const histories = "../workflows/testdata/histories"

// told are the stories whose histories are kept, played with the outbox.
var told = stories[:5]

// What is recorded beside the stories, where providers answer badly: an onboarding, a look for digests and an import.
const (
	recordedFaults = "PROVIDERS-FAIL"
	recordedDigest = "A-DIGEST"
	recordedImport = "AN-IMPORT"
)

// recordings are the names that the files of recorded histories begin with.
func recordings() []string {
	names := []string{recordedFaults, recordedDigest, recordedImport}
	for _, story := range told {
		names = append(names, story.id())
	}
	return names
}

// newestHistories is the folder of the newest rules.
func newestHistories() string {
	return filepath.Join(histories, fmt.Sprintf("rules-%d", journey.Rules))
}

func TestTheNewestRulesHaveTheirHistories(t *testing.T) {
	dir := newestHistories()
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		recordStories(t, dir)
		recordWhereProvidersFail(t, dir)
	}
	for _, name := range recordings() {
		if files := runFiles(t, dir, name); len(files) == 0 {
			t.Errorf("%s holds no history of %s: go test ./e2e -run Histories -update", dir, name)
		}
	}
}

// recordStories plays the stories on the server.
func recordStories(t *testing.T, dir string) {
	t.Helper()
	s := newSystem(t)
	s.startWorker()
	archive, err := s.book.Archive()
	if err != nil {
		t.Fatal(err)
	}
	keep(t, filepath.Join(dir, "playbook.zip"), archive)
	for _, story := range told {
		p := s.play(story.contract, story.scenario, story.id())
		if err := s.carry(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		s.keepRuns(t, dir, story.id(), p.started.WorkflowID)
	}
}

// recordWhereProvidersFail records what the stories have not: of each message the first try ends without an answer, so the
// provider is asked, and the feeds are as alive as the journal says.
func recordWhereProvidersFail(t *testing.T, dir string) {
	t.Helper()
	mails := sendgridtest.Start(t)
	mails.Faults(func(n int, _ string) (f sendgridtest.Fault) {
		if n == 1 {
			f = sendgridtest.AcceptedThen(sendgridtest.Answer(http.StatusInternalServerError))
		}
		return f
	})
	w := newWorkspaceOn(t, func(more ...string) *system {
		more = append(more, sendGrid(mails)...)
		return newSystem(t, append(more, "CENTOGIORNI_TIME_SKIPPING=false", "CENTOGIORNI_DIGEST_AT=08:30")...)
	})
	w.slack.Faults(func(n int, method, _ string) (f slacktest.Fault) {
		if n == 1 && method == "chat.postMessage" {
			f = slacktest.Answer(http.StatusInternalServerError)
		}
		return f
	})
	w.keepRuns(t, dir, recordedDigest, w.digested())
	w.keepRuns(t, dir, recordedFaults, w.failing())
	w.keepRuns(t, dir, recordedImport, w.imported(t))
}

// failing is a customer whose owner and manager are in Slack, carried to the end.
func (w *workspace) failing() (workflow string) {
	w.t.Helper()
	p := w.play("../examples/acme.json", "testdata/silent.yaml", recordedFaults)
	owner, manager := w.hire("owner", "failing"), w.hire("manager", "failing")
	p.start.Contract.Owner, p.start.Contract.Manager = &owner, &manager
	p.start.Contract.Customer.Country = "FR"                                      // without weeks of closure, in which no silence is watched
	p.start.Samples, p.start.AutoApprove, p.start.FeedsLive = false, false, false // as the starter has it with real mail
	if err := w.carry(w.t.Context(), p); err != nil {
		w.t.Fatal(err)
	}
	return p.started.WorkflowID
}

// digested is a look for digests on a morning on which an owner has a case.
func (w *workspace) digested() (workflow string) {
	w.t.Helper()
	c := w.customer("MORNING")
	c.complains()
	if err := c.skipper.Quiet(w.t.Context(), c.started.WorkflowID); err != nil {
		w.t.Fatal(err)
	}
	run, err := w.engine.Temporal.ExecuteWorkflow(w.t.Context(), client.StartWorkflowOptions{ID: recordedDigest, TaskQueue: onboarding.QueueOnboarding},
		onboarding.WorkflowDigest, onboarding.DigestInput{Now: c.morning})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.skipper.To(w.t.Context(), recordedDigest, time.Now().Add(longest)); err != nil { // it asks Slack after a minute
		w.t.Fatal(err)
	}
	var out onboarding.DigestResult
	if err := run.Get(w.t.Context(), &out); err != nil || out.Sent == 0 {
		w.t.Fatalf("the look for digests: %+v, %v", out, err)
	}
	return recordedDigest
}

// imported is an import of two batches.
func (w *workspace) imported(t *testing.T) (workflow string) {
	w.t.Helper()
	path, hash := w.customers(t, 101)
	if p := w.starter(w.t.Context(), "import", path, "--yes"); p.code != 0 {
		w.t.Fatalf("the import: %+v", p)
	}
	return onboarding.ImportWorkflowID(hash)
}

// keepRuns keeps every run of a workflow.
func (s *system) keepRuns(t *testing.T, dir, name, workflow string) {
	t.Helper()
	for i, r := range s.runs(t, workflow) {
		text, err := protojson.Marshal(&historypb.History{Events: r.events})
		if err != nil {
			t.Fatal(err)
		}
		keep(t, filepath.Join(dir, fmt.Sprintf("%s-%02d.json", name, i+1)), append(text, '\n'))
	}
}

func keep(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
