package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
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
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/workflows"
)

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
	for name, fn := range flows(&shelf) {
		replayer.RegisterWorkflowWithOptions(fn, workflow.RegisterOptions{Name: name})
	}
	return replayer
}

func quietLog() sdklog.Logger { return sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)) }

// flows are the workflows by their type.
func flows(plans workflows.Plans) map[string]any {
	w := workflows.Workflows{Plans: plans}
	return map[string]any{onboarding.WorkflowOnboarding: w.Onboarding, onboarding.WorkflowImport: w.Import, onboarding.WorkflowDigest: w.Digest}
}

// readHistory is a recorded run.
func readHistory(t *testing.T, file string) *historypb.History {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var h historypb.History
	if err := protojson.Unmarshal(data, &h); err != nil {
		t.Fatal(err)
	}
	return &h
}

func TestAHistoryInAnotherOrderDoesNotReplay(t *testing.T) {
	dir := newestHistories()
	replayer := newReplayer(t, filepath.Join(dir, "playbook.zip"))
	for _, name := range recordings() {
		files := runFiles(t, dir, name)
		if len(files) == 0 {
			t.Errorf("%s is not recorded", name)
			continue
		}
		h := readHistory(t, files[0])
		// As if the code had once asked for another activity first.
		i := slices.IndexFunc(h.Events, func(e *historypb.HistoryEvent) bool { return e.GetActivityTaskScheduledEventAttributes() != nil })
		h.Events[i].GetActivityTaskScheduledEventAttributes().ActivityType.Name = "Other"
		if err := replayer.ReplayWorkflowHistory(quietLog(), h); err == nil {
			t.Errorf("%s: a history that this code could not have written replays", name)
		}
	}
}

// TestTheNewestHistoriesHoldEveryWorkflowAndActivity: what is in none of them may change its commands unnoticed.
func TestTheNewestHistoriesHoldEveryWorkflowAndActivity(t *testing.T) {
	var heldFlows, heldActs []string
	for _, file := range runFiles(t, newestHistories(), "") {
		for _, e := range readHistory(t, file).Events {
			heldFlows = append(heldFlows, e.GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName())
			heldActs = append(heldActs, e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName(), localActivity(t, e))
		}
	}
	replayed := flows(nil)
	flowTypes, acts := registered(t)
	if len(flowTypes) == 0 || len(acts) == 0 {
		t.Fatalf("the worker registers the workflows %q and the activities %q", flowTypes, acts)
	}
	for _, name := range flowTypes {
		if _, ok := replayed[name]; !ok || !slices.Contains(heldFlows, name) {
			t.Errorf("the workflow %s is not recorded, or not replayed here: add to recordWhereProvidersFail and to flows", name)
		}
	}
	for _, name := range acts {
		if !slices.Contains(heldActs, name) {
			t.Errorf("no recorded history holds the activity %s: add to what recordWhereProvidersFail plays", name)
		}
	}
}

// localActivity is the type of the local activity whose result an event holds, "" for other events.
func localActivity(t *testing.T, e *historypb.HistoryEvent) string {
	t.Helper()
	var marker struct{ ActivityType string }
	if data, ok := e.GetMarkerRecordedEventAttributes().GetDetails()["data"]; ok {
		if err := engine.DataConverter().FromPayloads(data, &marker); err != nil {
			t.Fatal(err)
		}
	}
	return marker.ActivityType
}

// registered are the types that the worker program registers, as its source names them: in the options of a
// registration, or as the keys of the map that it registers from.
func registered(t *testing.T) (flowTypes, acts []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../worker/serve.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		of := types.ExprString(lit.Type)
		for _, elt := range lit.Elts {
			kv, ok := elt.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, value := types.ExprString(kv.Key), types.ExprString(kv.Value)
			switch {
			case of == "workflow.RegisterOptions" && key == "Name":
				flowTypes = append(flowTypes, strings.TrimPrefix(value, "onboarding.Workflow")) // each constant is called after its value
			case of == "activity.RegisterOptions" && key == "Name" && value != "name":
				acts = append(acts, strings.Trim(value, `"`))
			case of == "map[string]any":
				acts = append(acts, strings.Trim(key, `"`))
			}
		}
		return true
	})
	return flowTypes, acts
}
