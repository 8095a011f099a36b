// Package engine is the typed door to running onboardings: start one, tell it what happened, ask what it will do. Every
// inward fact is stored in the journal before it is forwarded to Temporal, and swept up if a crash came between.
package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
	"github.com/centogiorni/centogiorni/workflows"
)

// joinAfter is the age of a signature beyond which a start must say that the customer is joined in mid-onboarding.
const joinAfter = 3 * 24 * time.Hour

// queryPatience is how long a worker may take to answer a question.
const queryPatience = 10 * time.Second

var (
	// ErrTooOld: the signature is over three days old and the start did not say --join.
	ErrTooOld = errors.New("the contract was signed more than 3 days ago: start it with --join, so that earlier mails are left out")
	// ErrDiffers: an onboarding of this contract runs with other content.
	ErrDiffers = errors.New("an onboarding of this contract exists with other content: amend it, or void and restart it")
	// ErrUnknown: there is no onboarding of this contract.
	ErrUnknown = errors.New("no onboarding of this contract")
	// ErrEnded: the onboarding has ended; the event is kept and changes nothing.
	ErrEnded = errors.New("the onboarding has ended; the event is kept and changes nothing")
	// ErrLost: the journal knows the onboarding as open, and Temporal does not run it.
	ErrLost = errors.New("the journal knows this onboarding and Temporal does not run it")
	// ErrUnreachable: Temporal does not answer.
	ErrUnreachable = errors.New("the engine cannot be reached")
)

// Refused is an event that the running onboarding answered with no.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "refused: " + r.Reason }

// Engine starts, tells and asks. It is safe for concurrent use.
type Engine struct {
	Temporal client.Client
	Journal  *journal.Journal
}

// DataConverter is how payloads travel: JSON, compressed. Worker and clients must use the same.
func DataConverter() converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), converter.NewZlibCodec(converter.ZlibCodecOptions{}))
}

// Started is the answer to a start.
type Started struct {
	WorkflowID string    `json:"workflow_id"`
	Run        int       `json:"run"`
	Fresh      bool      `json:"fresh"`           // false: this onboarding stood already, nothing was done twice
	Ended      bool      `json:"ended,omitempty"` // it stood already and has ended
	SignedAt   time.Time `json:"signed_at"`
}

// Check reports what Start would refuse, by the journal alone: ErrTooOld, ErrDiffers. An onboarding that stands already
// with this content is given, whatever its age; Contract.ID of the row is empty where there is none.
func (e *Engine) Check(ctx context.Context, s journey.Start, now time.Time) (journal.ContractRow, error) {
	row, err := e.Journal.Contract(ctx, s.Contract.ID)
	switch {
	case errors.Is(err, journal.ErrNotFound):
		return journal.ContractRow{}, tooOld(s, now)
	case err != nil:
		return row, err
	}
	return row, e.differs(ctx, row, s.Contract)
}

// differs is ErrDiffers unless a contract is the one that stands: as it was started, or as it reads now.
func (e *Engine) differs(ctx context.Context, row journal.ContractRow, c onboarding.Contract) error {
	if same(row.Contract, c) {
		return nil
	}
	original, err := e.Journal.OriginalContract(ctx, c.ID)
	if err == nil && !same(original, c) {
		err = ErrDiffers
	}
	return err
}

// lost is ErrLost with its remedy: what has recorded nothing yet was cut in two while it began.
func lost(row journal.ContractRow) error {
	remedy := "start it again with the same contract"
	if !row.Status.At.IsZero() || row.Run > 1 {
		remedy = "starter restart " + row.Contract.ID + " --from-journal"
	}
	return fmt.Errorf("%w: %s: %s", ErrLost, row.Contract.ID, remedy)
}

func tooOld(s journey.Start, now time.Time) error {
	if s.Joined.IsZero() && now.Sub(s.Contract.SignedAt) > joinAfter {
		return ErrTooOld
	}
	return nil
}

// Start begins an onboarding. Starting twice is the same onboarding: the journal's row guards beyond Temporal's
// retention, and a start that a crash cut in two is finished. The contract must be valid and its people resolved.
func (e *Engine) Start(ctx context.Context, s journey.Start, now time.Time) (Started, error) {
	row, err := e.Check(ctx, s, now)
	if err != nil {
		return Started{}, err
	}
	if cut, err := e.cut(ctx, row); err != nil || cut {
		return Started{}, errors.Join(err, lost(row))
	}
	s.Run, s.Rules = max(s.Run, row.Run, 1), journey.Rules
	return e.begin(ctx, workflows.Input{Start: s}, now)
}

// cut reports whether a row is the run after one that never ended: a restart from the journal that was cut in two, which
// nothing but another one may finish.
func (e *Engine) cut(ctx context.Context, row journal.ContractRow) (bool, error) {
	if row.Run < 2 || !row.Status.At.IsZero() {
		return false, nil
	}
	older, err := e.Journal.ContractRun(ctx, row.Contract.ID, row.Run-1)
	if err != nil || !older.Status.EndedAt.IsZero() {
		return false, err
	}
	standing, err := e.standing(ctx, onboarding.WorkflowID(row.Contract.ID, row.Run))
	return standing != runs, err
}

// Restart begins the next run of an onboarding that has ended; its contract may read otherwise than the last run's.
func (e *Engine) Restart(ctx context.Context, s journey.Start, now time.Time) (Started, error) {
	row, err := e.Row(ctx, s.Contract.ID)
	if err != nil {
		return Started{}, err
	}
	if err := tooOld(s, now); err != nil {
		return Started{}, err
	}
	s.Run, s.Rules = row.Run+1, journey.Rules
	if row.Status.EndedAt.IsZero() {
		standing, err := e.standing(ctx, onboarding.WorkflowID(s.Contract.ID, row.Run))
		switch {
		case err != nil:
			return Started{}, err
		case standing == runs:
			return Started{}, &Refused{Reason: fmt.Sprintf("run %d has not ended: end or void it first", row.Run)}
		case !row.Status.At.IsZero():
			return Started{}, lost(row)
		}
		if cut, err := e.cut(ctx, row); err != nil || cut {
			return Started{}, errors.Join(err, lost(row))
		}
		s.Run = row.Run // a crash came between the journal and Temporal
	}
	return e.begin(ctx, workflows.Input{Start: s}, now)
}

// execution is what Temporal knows of a workflow.
type execution int

const (
	unknown execution = iota // nothing: it never began, or was lost
	runs
	closed // by an end, or by hand
)

func (e *Engine) standing(ctx context.Context, id string) (execution, error) {
	d, err := e.Temporal.DescribeWorkflowExecution(ctx, id, "")
	var gone *serviceerror.NotFound
	switch status := d.GetWorkflowExecutionInfo().GetStatus(); {
	case errors.As(err, &gone):
		return unknown, nil
	case err != nil:
		return unknown, unreachable("describe the workflow", err)
	case status == enums.WORKFLOW_EXECUTION_STATUS_UNSPECIFIED, status == enums.WORKFLOW_EXECUTION_STATUS_RUNNING,
		status == enums.WORKFLOW_EXECUTION_STATUS_PAUSED:
		return runs, nil
	}
	return closed, nil
}

func (e *Engine) begin(ctx context.Context, in workflows.Input, now time.Time) (Started, error) {
	s := in.Start
	id := onboarding.WorkflowID(s.Contract.ID, s.Run)
	stored, created, err := e.Journal.PutContract(ctx, journal.ContractRow{
		Contract: s.Contract, Run: s.Run, Playbook: s.Playbook, Mode: s.Mode, WorkflowID: id, StartedAt: now, Joined: !s.Joined.IsZero(),
		Status: onboarding.ContractStatus{Phase: onboarding.PhaseAssess, Stage: onboarding.StagePurchase, Health: "green",
			Owner: s.Contract.Owner.ID, Playbook: s.Playbook, At: s.Contract.SignedAt},
	})
	if err != nil {
		return Started{}, fmt.Errorf("store the contract: %w", err)
	}
	out := Started{WorkflowID: id, Run: s.Run, Fresh: created, SignedAt: s.Contract.SignedAt}
	if !created {
		if err := e.differs(ctx, stored, s.Contract); err != nil {
			return out, err
		}
		out.Run, out.Ended = stored.Run, !stored.Status.EndedAt.IsZero()
		if out.Ended || stored.Run > s.Run {
			return out, nil
		}
		if !stored.Status.At.IsZero() {
			// It has recorded steps: begun anew under its number it would contradict them for ever.
			standing, err := e.standing(ctx, id)
			if err == nil && standing != runs {
				err = lost(stored)
			}
			return out, err
		}
		s.Playbook, s.Mode = stored.Playbook, stored.Mode
	}
	in.Start, in.Attributes = s, workflows.First(s)
	_, err = e.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: onboarding.QueueOnboarding, TypedSearchAttributes: in.Attributes.Typed(),
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		Priority:                 temporal.Priority{PriorityKey: 3},
	}, onboarding.WorkflowOnboarding, in)
	var already *serviceerror.WorkflowExecutionAlreadyStarted
	if err != nil && !errors.As(err, &already) {
		return out, unreachable("start the workflow", err)
	}
	return out, nil
}

// same reports whether two contracts say the same.
func same(a, b onboarding.Contract) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Row is the newest run of a contract.
func (e *Engine) Row(ctx context.Context, contract string) (journal.ContractRow, error) {
	row, err := e.Journal.Contract(ctx, contract)
	if errors.Is(err, journal.ErrNotFound) {
		return row, fmt.Errorf("%w: %s", ErrUnknown, contract)
	}
	return row, err
}

// State asks a running or ended onboarding for its state.
func (e *Engine) State(ctx context.Context, contract string) (journey.State, error) {
	var s journey.State
	return s, e.query(ctx, contract, onboarding.QueryState, &s)
}

// Promises asks a running onboarding what it will do.
func (e *Engine) Promises(ctx context.Context, contract string) ([]onboarding.Promise, error) {
	var ps []onboarding.Promise
	return ps, e.query(ctx, contract, onboarding.QueryPromises, &ps)
}

func (e *Engine) query(ctx context.Context, contract, name string, into any) error {
	row, err := e.Row(ctx, contract)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, queryPatience)
	defer cancel()
	v, err := e.Temporal.QueryWorkflow(ctx, onboarding.WorkflowID(contract, row.Run), "", name)
	var gone *serviceerror.NotFound
	switch {
	case errors.As(err, &gone):
		return lost(row)
	case err != nil:
		return unreachable("ask the workflow", err)
	}
	return v.Get(into)
}

// unreachable marks errors that mean that Temporal, or a worker that answers, cannot be reached.
func unreachable(doing string, err error) error {
	var down *serviceerror.Unavailable
	var late *serviceerror.DeadlineExceeded
	switch {
	case err == nil:
		return nil
	case errors.As(err, &late), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %s: no answer in time: does a worker run? (%w)", ErrUnreachable, doing, err)
	case errors.As(err, &down):
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
