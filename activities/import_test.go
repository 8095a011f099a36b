package activities_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/centogiorni/centogiorni/activities"
	"github.com/centogiorni/centogiorni/onboarding"
)

// register is a journal of one import and the engine beside it; start answers for a contract.
type register struct {
	mu      sync.Mutex
	lines   []onboarding.ImportLine
	started map[string]int
	start   func(contract string) (onboarding.LineOutcome, error)
	deaf    bool // takes no notes
}

func newRegister(n int) *register {
	r := &register{started: map[string]int{}}
	for i := range n {
		r.lines = append(r.lines, onboarding.ImportLine{Line: i + 1, Contract: fmt.Sprintf("C-%d", i+1), Outcome: onboarding.LineWaiting})
	}
	return r
}

func (r *register) ImportWaiting(_ context.Context, _ string, most int) (out []onboarding.ImportLine, err error) {
	for _, l := range r.lines {
		if l.Outcome == onboarding.LineWaiting && len(out) < most {
			out = append(out, l)
		}
	}
	return out, nil
}

func (r *register) ImportDone(ctx context.Context, _ string, l onboarding.ImportLine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.deaf || ctx.Err() != nil {
		return errors.New("the journal does not answer")
	}
	r.lines[l.Line-1] = l
	return nil
}

func (r *register) ImportCount(context.Context, string) (n onboarding.ImportCount, err error) {
	for _, l := range r.lines {
		switch l.Outcome {
		case onboarding.LineWaiting:
			n.Waiting++
		case onboarding.LineStarted:
			n.Started++
		case onboarding.LineFailed:
			n.Failed++
		}
	}
	return n, nil
}

func (r *register) StartLine(_ context.Context, l onboarding.ImportLine) (onboarding.ImportLine, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.Outcome = onboarding.LineStarted
	if r.start != nil {
		var err error
		if l.Outcome, err = r.start(l.Contract); err != nil {
			return l, err
		}
	}
	r.started[l.Contract]++
	return l, nil
}

// batch asks for a batch and checks the answer and that nothing was started twice.
func (r *register) batch(t *testing.T, last bool, want onboarding.ImportCount, fault string) {
	t.Helper()
	count, err := activities.Imports{Lines: r, Starter: r}.ImportBatch(t.Context(), onboarding.ImportBatchInput{Import: "sha", Most: 40, Last: last})
	if fault == "" && err != nil || fault != "" && (err == nil || !strings.Contains(err.Error(), fault)) {
		t.Fatalf("error %v, want %q", err, fault)
	}
	if now, _ := r.ImportCount(t.Context(), ""); now != want || err == nil && count != want {
		t.Fatalf("the journal has %+v and the answer is %+v, want %+v", now, count, want)
	}
	for contract, n := range r.started {
		if n > 1 {
			t.Errorf("%s was started %d times", contract, n)
		}
	}
}

func TestALineThatCannotBeStartedIsNotedAndStopsNoOther(t *testing.T) {
	r := newRegister(50)
	r.start = func(contract string) (onboarding.LineOutcome, error) {
		if contract == "C-3" {
			return onboarding.LineFailed, nil
		}
		return onboarding.LineStarted, nil
	}
	r.batch(t, false, onboarding.ImportCount{Waiting: 10, Started: 39, Failed: 1}, "")
	r.batch(t, false, onboarding.ImportCount{Started: 49, Failed: 1}, "")
}

func TestAnErrorThatMayPassFailsTheBatchAndLosesNothing(t *testing.T) {
	r := newRegister(50)
	r.start = func(contract string) (onboarding.LineOutcome, error) {
		if contract == "C-3" || contract == "C-30" {
			return "", errors.New("the engine cannot be reached")
		}
		return onboarding.LineStarted, nil
	}
	r.batch(t, false, onboarding.ImportCount{Waiting: 12, Started: 38}, "cannot be reached")
	r.batch(t, false, onboarding.ImportCount{Waiting: 2, Started: 48}, "cannot be reached")
	t.Run("until these are the last tries", func(t *testing.T) {
		r.batch(t, true, onboarding.ImportCount{Started: 48, Failed: 2}, "")
		if l := r.lines[2]; l.Reason != "the engine cannot be reached" {
			t.Errorf("noted %+v", l)
		}
	})
}

func TestAWorkerThatStopsNotesWhatItStartedAndGivesNothingUp(t *testing.T) {
	for name, cut := range map[string]bool{"after a start": false, "in a start": true} {
		t.Run(name, func(t *testing.T) {
			r := newRegister(50)
			ctx, stop := context.WithCancel(t.Context())
			r.start = func(contract string) (onboarding.LineOutcome, error) {
				if contract == "C-20" {
					stop()
					if cut {
						return "", ctx.Err()
					}
				}
				return onboarding.LineStarted, nil
			}
			_, err := activities.Imports{Lines: r, Starter: r}.ImportBatch(ctx, onboarding.ImportBatchInput{Import: "sha", Most: 40, Last: true})
			count, _ := r.ImportCount(ctx, "")
			if !errors.Is(err, context.Canceled) || count.Started != len(r.started) || count.Started < 1 || count.Failed > 0 {
				t.Errorf("%v: %+v, %d started", err, count, len(r.started))
			}
		})
	}
}

func TestAJournalThatTakesNoNotesFailsTheBatch(t *testing.T) {
	r := newRegister(5)
	r.deaf = true
	r.batch(t, true, onboarding.ImportCount{Waiting: 5}, "does not answer")
}
