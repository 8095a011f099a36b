package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Commitment is a promise with a date that stands.
type Commitment = onboarding.Commitment

// commitmentOf is which commitment an event is about; "" of every other event. One that names none means the only one
// that stands; kept where none stands, the only one that was missed.
func (j *run) commitmentOf(e onboarding.Event) string {
	switch {
	case !ofCommitment(e.Kind):
		return ""
	case e.What != "" || len(j.s.Commitments) > 1:
		return e.What
	case len(j.s.Commitments) == 1:
		return j.s.Commitments[0].What
	case e.Kind != onboarding.EventCommitmentKept:
		return ""
	}
	var missed []string
	for _, x := range j.s.Evidence {
		if x.What != "" && x.Ended.IsZero() && !slices.Contains(missed, x.What) {
			missed = append(missed, x.What)
		}
	}
	if len(missed) != 1 {
		return ""
	}
	return missed[0]
}

func ofCommitment(k onboarding.EventKind) bool {
	return k == onboarding.EventCommitmentMade || k == onboarding.EventCommitmentMoved || k == onboarding.EventCommitmentKept
}

// commitmentEvent takes what was promised, moved and kept.
func (j *run) commitmentEvent(e onboarding.Event) {
	if e.What == "" || e.Due == "" && e.Kind == onboarding.EventCommitmentMoved {
		return
	}
	i := slices.IndexFunc(j.s.Commitments, func(c Commitment) bool { return c.What == e.What })
	switch e.Kind {
	case onboarding.EventCommitmentMade, onboarding.EventCommitmentMoved:
		c := Commitment{What: e.What, Due: e.Due}
		if e.By == onboarding.ByThem {
			c.By = e.By
		}
		if i >= 0 {
			c.By = or(c.By, j.s.Commitments[i].By)
			j.s.Commitments[i] = c
			j.s.Warned = slices.DeleteFunc(j.s.Warned, func(what string) bool { return what == c.What })
		} else {
			j.s.Commitments = append(j.s.Commitments, c)
		}
		if warn, _, ok := j.commitmentDates(c); ok && !warn.After(j.s.Now) {
			j.s.Warned = append(j.s.Warned, c.What) // who promises for tomorrow needs no warning today
		}
	case onboarding.EventCommitmentKept:
		if i >= 0 {
			j.s.Commitments = slices.Delete(j.s.Commitments, i, i+1)
			j.s.Done = append(j.s.Done, e.What)
		}
	}
}

// importCommitments takes the dated promises of the dossier: sales' until the owner accepts it.
func (j *run) importCommitments() {
	d := j.s.contract().Dossier
	if d == nil {
		return
	}
	past := false
	for _, p := range d.Promises {
		if p.Due != nil && p.Due.Before(j.customer().Date(j.s.Since)) {
			past = past || !slices.Contains(j.s.Done, p.Text)
			j.s.Done = append(j.s.Done, p.Text)
			continue
		}
		known := slices.ContainsFunc(j.s.Commitments, func(c Commitment) bool { return c.What == p.Text })
		if p.Due != nil && !known && !slices.Contains(j.s.Done, p.Text) {
			j.s.Commitments = append(j.s.Commitments, Commitment{What: p.Text, Due: p.Due.String(), By: onboarding.BySales})
		}
	}
	if past {
		j.raise("", onboarding.AudienceOwner, "ask_promises_kept")
	}
}

// acceptCommitments makes what sales promised the owner's.
func (j *run) acceptCommitments() {
	for i, c := range j.s.Commitments {
		if c.By == onboarding.BySales {
			j.s.Commitments[i].By = ""
		}
	}
}

// commitmentItems are the warning on the working day before, and the instant at which a commitment is missed.
func (j *run) commitmentItems(add func(time.Time, int, func())) {
	for i := range j.s.Commitments {
		c := j.s.Commitments[i]
		warn, last, ok := j.commitmentDates(c)
		if !ok {
			continue
		}
		add(last, rankWatch, func() { j.missCommitment(c, last) })
		if !slices.Contains(j.s.Warned, c.What) {
			add(warn, rankFollow, func() {
				j.s.Warned = append(j.s.Warned, c.What)
				j.raise("", onboarding.AudienceOwner, "commitment_due: "+c.What)
			})
		}
	}
}

// commitmentDates are when the owner is warned, at the opening of the working day before, and when a commitment is missed.
func (j *run) commitmentDates(c Commitment) (warn, last time.Time, ok bool) {
	day, _, last, ok := j.namedDay(c.Due)
	if !ok {
		return warn, last, false
	}
	w := &j.s.Calendar.Owner
	warn, _ = w.At(w.AddWorking(day, -1), w.Open)
	return warn, last, true
}

// missCommitment takes a commitment whose day is over: ours is a broken promise; of theirs, and of what sales promised
// and nobody took over, one of ours must find out. It dates from the end of its day, however late that is noticed.
func (j *run) missCommitment(c Commitment, last time.Time) {
	j.s.Commitments = slices.DeleteFunc(j.s.Commitments, func(x Commitment) bool { return x == c })
	j.s.Done = append(j.s.Done, c.What)
	j.raise("", onboarding.AudienceOwner, "commitment_missed: "+c.What)
	if c.By == onboarding.BySales {
		j.raise("", onboarding.AudienceManager, "commitment_missed: "+c.What)
	}
	if c.By == "" {
		j.noteByItself(j.plan.Clocks.Missed, c.What, last)
	}
}
