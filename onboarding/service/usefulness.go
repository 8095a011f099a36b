package service

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// JudgedOver is how far back cases tell of signals: a playbook, and the people who work by it, change within half a year.
	JudgedOver = 180 * 24 * time.Hour
	// judgedFrom is how many decided cases a share needs before it says anything.
	judgedFrom = 20
)

// verdict is what a person made of a case: the signals that opened it, and whether there was something to do.
type verdict struct {
	signals []string
	useful  bool
}

// verdicts reads the cases of one run that a person decided, from its entries. Useful is a case that was resolved, with any
// outcome: that they left is one. A false alarm is not. A case that faded, or that the end of the run closed, was decided by
// nobody. One that opened again counts again.
func verdicts(entries []onboarding.Entry) []verdict {
	var out []verdict
	open := map[string][]string{}
	for _, e := range entries {
		switch e.Kind {
		case onboarding.EntryCaseOpened:
			open[e.Case] = strings.Split(strings.TrimPrefix(e.Reason, "reopened: "), ", ")
		case onboarding.EntryCaseResolved:
			outcome, _, _ := strings.Cut(e.Reason, ":")
			useful := outcome == "resolved" || slices.Contains(onboarding.Outcomes, outcome)
			if signals := open[e.Case]; signals != nil && (useful || outcome == string(onboarding.EventFalseAlarm)) {
				out = append(out, verdict{signals, useful})
			}
		}
	}
	return out
}

// Usefulness is what the cases that a signal opened were worth to those who looked at them.
type Usefulness struct {
	Signal  string `json:"signal"`
	Hard    bool   `json:"hard,omitempty"`
	Decided int    `json:"decided"` // cases it opened, alone or with others, that a person decided
	Useful  int    `json:"useful"`
	// Percent is how many of the decided were useful, rounded down; absent where too few were decided to tell.
	Percent *int `json:"useful_percent,omitempty"`
	Weight  int  `json:"weight"` // today's
	// Proposed is a lower weight for a signal of which over half the cases were false alarms; else absent.
	Proposed int `json:"proposed_weight,omitempty"`
}

// Judge counts for each signal that speaks of remorse what became of the cases it opened, the least useful first; signals
// of fewer than 20 decided cases come last, those of none not at all. Each of runs is the entries of one run, in their order;
// those of cases suffice. What opened a case and is no signal any more is left out.
//
// For a signal that is useful in under half of its cases the proposed weight is today's times the share of the useful ones,
// rounded to a whole number, at least 1. That rule is our judgement: what is right one time in three counts a third, and to
// take a signal out is for a person to decide. A hard signal is a stated will or a harm that somebody must hear of each
// time: it keeps its weight.
func Judge(runs [][]onboarding.Entry, signals []onboarding.Signal) []Usefulness {
	decided, useful := map[string]int{}, map[string]int{}
	for _, entries := range runs {
		for _, v := range verdicts(entries) {
			for _, id := range v.signals {
				if decided[id]++; v.useful {
					useful[id]++
				}
			}
		}
	}
	out := []Usefulness{}
	for _, s := range signals {
		if s.Weight <= 0 && !s.Hard {
			continue
		}
		if n := decided[s.ID]; n > 0 {
			out = append(out, Usefulness{Signal: s.ID, Hard: s.Hard, Weight: s.Weight, Decided: n, Useful: useful[s.ID]}.judged())
		}
	}
	few := func(u Usefulness) int {
		if u.Percent == nil {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b Usefulness) int {
		return cmp.Or(few(a)-few(b), cmp.Compare(a.Useful*b.Decided, b.Useful*a.Decided))
	})
	return out
}

// judged adds the share, and the weight it speaks for.
func (u Usefulness) judged() Usefulness {
	if u.Decided < judgedFrom {
		return u
	}
	percent := 100 * u.Useful / u.Decided
	u.Percent = &percent
	if lower := max(1, (2*u.Weight*u.Useful+u.Decided)/(2*u.Decided)); !u.Hard && 2*u.Useful < u.Decided && lower < u.Weight {
		u.Proposed = lower
	}
	return u
}
