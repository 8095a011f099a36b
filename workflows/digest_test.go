package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/workflows"
)

// newsroom is the outside world of digests; deliver answers the nth try of a person's.
type newsroom struct {
	mu      sync.Mutex
	due     []string
	asked   []time.Time // of DigestDue
	orders  []onboarding.DigestOrder
	keys    []string // reconciled
	found   onboarding.Found
	deliver func(o onboarding.DigestOrder, nth int) (onboarding.Outcome, error)
}

func (n *newsroom) DigestDue(_ context.Context, in onboarding.DigestDueInput) (out onboarding.DigestDueOutput, err error) {
	n.asked = append(n.asked, in.Now)
	for _, p := range n.due {
		out.Due = append(out.Due, onboarding.DigestOrder{Person: p, Day: onboarding.DateOf(in.Now), Now: in.Now})
	}
	return out, nil
}

func (n *newsroom) Digest(_ context.Context, o onboarding.DigestOrder) (onboarding.Outcome, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.orders = append(n.orders, o)
	nth := 0
	for _, p := range n.orders {
		if p.Person == o.Person {
			nth++
		}
	}
	if n.deliver != nil {
		return n.deliver(o, nth)
	}
	return onboarding.Outcome{Kind: onboarding.OutcomeSent}, nil
}

func (n *newsroom) Reconcile(_ context.Context, in onboarding.ReconcileInput) (onboarding.ReconcileOutput, error) {
	n.keys = append(n.keys, in.Key)
	return onboarding.ReconcileOutput{Found: n.found}, nil
}

var _ onboarding.DigestActivities = (*newsroom)(nil)

var morning = time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)

func (n *newsroom) run(t *testing.T, in onboarding.DigestInput) onboarding.DigestResult {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(morning)
	env.RegisterWorkflowWithOptions(workflows.Workflows{}.Digest, workflow.RegisterOptions{Name: onboarding.WorkflowDigest})
	for name, fn := range map[string]any{"DigestDue": n.DigestDue, "Digest": n.Digest, "Reconcile": n.Reconcile} {
		env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
	}
	env.ExecuteWorkflow(onboarding.WorkflowDigest, in)
	var out onboarding.DigestResult
	if err := env.GetWorkflowResult(&out); err != nil {
		t.Fatal(err)
	}
	if took := env.Now().Sub(morning); took > 15*time.Minute {
		t.Errorf("one look took %s: the next begins after 15 minutes", took)
	}
	return out
}

func TestEveryDigestThatIsDueIsSentOnce(t *testing.T) {
	n := &newsroom{}
	for i := range 50 {
		n.due = append(n.due, fmt.Sprintf("o-%02d", i))
	}
	if out := n.run(t, onboarding.DigestInput{}); out != (onboarding.DigestResult{Due: 50, Sent: 50}) {
		t.Errorf("%+v", out)
	}
	var people []string
	for _, o := range n.orders {
		people = append(people, o.Person)
	}
	slices.Sort(people)
	if !slices.Equal(people, n.due) {
		t.Errorf("digests went to %v", people)
	}
	if !n.asked[0].Equal(morning) {
		t.Errorf("it looked at %s", n.asked[0])
	}
}

func TestALookAtAnotherInstantUsesThat(t *testing.T) {
	n, at := &newsroom{due: []string{"o-7"}}, time.Date(2026, 5, 4, 6, 30, 0, 0, time.UTC)
	n.run(t, onboarding.DigestInput{Now: at})
	if !n.asked[0].Equal(at) || !n.orders[0].Now.Equal(at) {
		t.Errorf("it looked at %s", n.asked[0])
	}
}

func TestADigestWhoseResultIsNotKnownIsAskedAbout(t *testing.T) {
	unknown := onboarding.Outcome{Kind: onboarding.OutcomeUnknown}
	for name, c := range map[string]struct {
		found         onboarding.Found
		asked, tries  int
		resend, last  bool
		stillNotKnown bool
		sent          int
	}{
		"it arrived":                           {found: onboarding.FoundAccepted, asked: 1, tries: 1, sent: 1},
		"it did not arrive: it goes again":     {found: onboarding.FoundNot, asked: 1, tries: 2, resend: true, sent: 1},
		"nobody can tell: it goes once more":   {found: onboarding.FoundCannotTell, asked: 2, tries: 2, resend: true, last: true, sent: 1},
		"the second is not known either: lost": {found: onboarding.FoundCannotTell, asked: 2, tries: 2, resend: true, last: true, stillNotKnown: true},
	} {
		t.Run(name, func(t *testing.T) {
			n := &newsroom{due: []string{"o-7"}, found: c.found}
			n.deliver = func(o onboarding.DigestOrder, nth int) (onboarding.Outcome, error) {
				if nth == 1 {
					return unknown, nil
				}
				if c.stillNotKnown {
					return onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "unknown"}, nil
				}
				return onboarding.Outcome{Kind: onboarding.OutcomeSent}, nil
			}
			out := n.run(t, onboarding.DigestInput{})
			last := n.orders[len(n.orders)-1]
			if len(n.keys) != c.asked || len(n.orders) != c.tries || last.Resend != c.resend || last.Last != c.last || out.Sent != c.sent {
				t.Errorf("asked %d times, tried %d times, the last %+v, sent %d; want %+v", len(n.keys), len(n.orders), last, out.Sent, c)
			}
			if n.keys[0] != "digest/o-7/2026-03-02" {
				t.Errorf("asked about %s", n.keys[0])
			}
		})
	}
}

func TestADigestThatFailsKeepsNoOtherBack(t *testing.T) {
	n := &newsroom{due: []string{"o-1", "o-2", "o-3"}}
	n.deliver = func(o onboarding.DigestOrder, _ int) (onboarding.Outcome, error) {
		if o.Person == "o-2" {
			return onboarding.Outcome{}, temporal.NewNonRetryableApplicationError("broken", "Permanent", errors.New("broken"))
		}
		return onboarding.Outcome{Kind: onboarding.OutcomeSent}, nil
	}
	if out := n.run(t, onboarding.DigestInput{}); out != (onboarding.DigestResult{Due: 3, Sent: 2}) {
		t.Errorf("%+v", out)
	}
}
