package e2e

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	historypb "go.temporal.io/api/history/v1"
	sdklog "go.temporal.io/sdk/log"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/workflows"
)

var update = flag.Bool("update", false, "record the histories of the newest rules anew; never after they were released")

// histories holds a folder for each set of rules: the runs of each story, and the playbook they followed.
const histories = "../workflows/testdata/histories"

// recorded are the stories whose histories are kept.
var recorded = stories[:5]

func TestTheNewestRulesHaveTheirHistories(t *testing.T) {
	dir := filepath.Join(histories, fmt.Sprintf("rules-%d", journey.Rules))
	if *update {
		record(t, dir)
	}
	for _, story := range recorded {
		if files := runFiles(t, dir, story.id()); len(files) == 0 {
			t.Errorf("%s holds no history of %q: go test ./e2e -run Histories -update", dir, story.name)
		}
	}
}

// record plays the stories on the server and keeps every run of each.
func record(t *testing.T, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := newSystem(t)
	s.startWorker()
	archive, err := s.book.Archive()
	if err != nil {
		t.Fatal(err)
	}
	keep(t, filepath.Join(dir, "playbook.zip"), archive)
	for _, story := range recorded {
		p := s.play(story.contract, story.scenario, story.id())
		if err := s.carry(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		for i, r := range s.runs(t, p.started.WorkflowID) {
			text, err := protojson.Marshal(&historypb.History{Events: r.events})
			if err != nil {
				t.Fatal(err)
			}
			keep(t, filepath.Join(dir, fmt.Sprintf("%s-%02d.json", story.id(), i+1)), append(text, '\n'))
		}
	}
}

func keep(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// runFiles are the recorded runs whose name begins so.
func runFiles(t *testing.T, dir, prefix string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, prefix+"*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestHistoriesOfEveryReleaseReplay(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(histories, "rules-*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no recorded histories in %s (%v)", histories, err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			replayer := newReplayer(t, filepath.Join(dir, "playbook.zip"))
			files := runFiles(t, dir, "")
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
					if err := replayer.ReplayWorkflowHistoryFromJSONFile(quietLog(), file); err != nil {
						t.Error(err)
					}
				})
			}
			if len(files) == 0 {
				t.Error("it holds no history")
			}
		})
	}
}

// newReplayer replays with the playbook that the histories were recorded with: its hash changes with every edit of a text.
func newReplayer(t *testing.T, archive string) sdkworker.WorkflowReplayer {
	t.Helper()
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	book, err := playbook.FromArchive(data)
	if err != nil {
		t.Fatal(err)
	}
	var shelf playbook.Registry
	shelf.Add(book)
	replayer, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{DataConverter: engine.DataConverter()})
	if err != nil {
		t.Fatal(err)
	}
	w := workflows.Workflows{Plans: &shelf}
	replayer.RegisterWorkflowWithOptions(w.Onboarding, workflow.RegisterOptions{Name: onboarding.WorkflowOnboarding})
	return replayer
}

func quietLog() sdklog.Logger { return sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)) }

func TestAHistoryInAnotherOrderDoesNotReplay(t *testing.T) {
	dir := filepath.Join(histories, fmt.Sprintf("rules-%d", journey.Rules))
	replayer := newReplayer(t, filepath.Join(dir, "playbook.zip"))
	file := runFiles(t, dir, recorded[0].id())[0]
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var h historypb.History
	if err := protojson.Unmarshal(data, &h); err != nil {
		t.Fatal(err)
	}
	// As if the code had once asked for another activity first.
	i := slices.IndexFunc(h.Events, func(e *historypb.HistoryEvent) bool { return e.GetActivityTaskScheduledEventAttributes() != nil })
	h.Events[i].GetActivityTaskScheduledEventAttributes().ActivityType.Name = "Deliver"
	if err := replayer.ReplayWorkflowHistory(quietLog(), &h); err == nil {
		t.Error("a history that this code could not have written replays")
	}
}
