package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

func (s *scripted) SignalWithStartWorkflow(_ context.Context, id, signal string, _ any, o client.StartWorkflowOptions, _ any, _ ...any) (client.WorkflowRun, error) {
	if o.WorkflowIDConflictPolicy != enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING || o.WorkflowIDReusePolicy != enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE {
		return nil, errors.New("an import that ran before could not be begun again")
	}
	return ending{scripted: s}, s.next("signal with start "+signal, id)
}

// ending is a workflow whose end is the next answer.
type ending struct {
	client.WorkflowRun
	*scripted
}

func (e ending) Get(context.Context, any) error { return e.next("wait", "") }

func TestALineIsStartedAsItWasStored(t *testing.T) {
	other := func(s *journey.Start) { s.Contract.Product = "another product" }
	old := func(s *journey.Start) { s.Contract.SignedAt = signed.AddDate(0, 0, -9) }
	long := func(s *journey.Start) { s.Contract.ID = "C-2" }
	for _, c := range []struct {
		name    string
		answers []error
		change  func(*journey.Start)
		want    onboarding.LineOutcome
		reason  string
		fault   error
	}{
		{name: "a contract that runs already", change: func(*journey.Start) {}, want: onboarding.LineStanding},
		{name: "another contract", change: long, want: onboarding.LineStarted},
		{name: "a contract with other content", change: other, want: onboarding.LineFailed, reason: "exists with other content"},
		{name: "an old signature", change: func(s *journey.Start) { long(s); old(s) }, want: onboarding.LineFailed, reason: "more than 3 days ago"},
		{name: "what Temporal refuses", change: long, answers: []error{serviceerror.NewInvalidArgument("too long")}, want: onboarding.LineFailed, reason: "too long"},
		{name: "an engine that is gone", change: long, answers: []error{down}, fault: engine.ErrUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, temporal := newEngine(t)
			if _, err := e.Start(t.Context(), start(), soon); err != nil {
				t.Fatal(err)
			}
			temporal.answers = c.answers
			l, err := engine.Line(7, start(c.change), soon)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.StartLine(t.Context(), l)
			if !errors.Is(err, c.fault) || err == nil && (got.Outcome != c.want || got.Line != 7) || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("%+v, %v", got, err)
			}
			if c.want == onboarding.LineStarted {
				row, err := e.Row(t.Context(), "C-2")
				in := temporal.begun[len(temporal.begun)-1]
				if err != nil || !row.StartedAt.Equal(soon) || in.Start.Rules != journey.Rules || in.Start.Playbook != "hash" || in.Start.Contract.ID != "C-2" {
					t.Errorf("started %+v, %v", in, err)
				}
			}
		})
	}
}

func TestALineThatCannotBeReadHasFailed(t *testing.T) {
	e, temporal := newEngine(t)
	l, err := e.StartLine(t.Context(), onboarding.ImportLine{Line: 1, Contract: "C-1", Start: []byte("{")})
	if err != nil || l.Outcome != onboarding.LineFailed || len(temporal.asked) > 0 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestAnImportIsBegunOrToldThatThereIsMore(t *testing.T) {
	e, temporal := newEngine(t, nil, down)
	wait, err := e.Import(t.Context(), "sha")
	if err != nil || temporal.asked[0] != "signal with start stored import/sha" {
		t.Fatalf("%v: %v", temporal.asked, err)
	}
	if err := wait(t.Context()); !errors.Is(err, engine.ErrUnreachable) {
		t.Error(err)
	}
	if err := wait(t.Context()); err != nil {
		t.Error(err)
	}
	temporal.answers = []error{down}
	if _, err := e.Import(t.Context(), "sha"); !errors.Is(err, engine.ErrUnreachable) {
		t.Error(err)
	}
}
