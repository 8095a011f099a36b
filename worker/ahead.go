package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// A task that the server refused may contradict the journal once, when it is late; a run that Temporal knows only as it
// was contradicts it at every try, twice a minute, for ever.
const (
	contradictsFor = time.Minute
	forgetAfter    = 2 * time.Minute
	namedAhead     = 5 // contracts that the alarm names
)

// recorder is the journal as the activities write facts into it; it remembers which runs contradict what stands there.
type recorder struct {
	*journal.Journal
	now func() time.Time

	mu    sync.Mutex
	ahead []contradiction
}

// contradiction is a run whose facts the journal does not take.
type contradiction struct {
	contract    string
	run         int
	first, last time.Time
}

func newRecorder(j *journal.Journal) *recorder { return &recorder{Journal: j, now: time.Now} }

// Record appends the facts of one step.
func (r *recorder) Record(ctx context.Context, in onboarding.RecordInput) error {
	err := r.Journal.Record(ctx, in)
	if err == nil || errors.Is(err, journal.ErrConflict) {
		r.note(in.Contract, in.Run, err != nil)
	}
	return err
}

func (r *recorder) note(contract string, run int, contradicts bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.ahead, func(c contradiction) bool { return c.contract == contract && c.run == run })
	switch {
	case !contradicts && i >= 0:
		r.ahead = slices.Delete(r.ahead, i, i+1)
	case !contradicts:
	case i < 0:
		r.ahead = append(r.ahead, contradiction{contract, run, r.now(), r.now()})
	default:
		r.ahead[i].last = r.now()
	}
}

// behind is the alarm of the runs that are older in Temporal than in the journal.
func (r *recorder) behind() alarm {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ahead = slices.DeleteFunc(r.ahead, func(c contradiction) bool { return r.now().Sub(c.last) > forgetAfter })
	var names []string
	for _, c := range r.ahead {
		if c.last.Sub(c.first) >= contradictsFor {
			names = append(names, c.contract)
		}
	}
	slices.SortFunc(names, cmp.Compare[string])
	if len(names) == 0 {
		return alarm{code: "journal_ahead"}
	}
	text := strings.Join(names[:min(len(names), namedAhead)], ", ")
	if more := len(names) - namedAhead; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return alarm{"journal_ahead", "the journal knows more than Temporal of " + text +
		": was Temporal restored from a backup? For each: starter restart CONTRACT_ID --from-journal", true}
}
