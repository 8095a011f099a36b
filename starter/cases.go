package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/journey"
)

// caseStands refuses what is told of a case that is closed or that nobody opened. Without a case, resolved still ends a
// trouble or a question that waits.
func caseStands(s journey.State, ev onboarding.Event, loc *time.Location) error {
	var open []string
	for _, c := range s.Open {
		if c.Status != onboarding.CaseResolved {
			open = append(open, c.ID)
		}
	}
	waits := ev.Kind == onboarding.EventResolved && len(s.Troubles)+len(s.Clocks) > 0
	switch named := slices.IndexFunc(s.Open, func(c journey.Case) bool { return c.ID == ev.Case }); {
	case ev.Case == "" && (len(open) > 0 || waits), slices.Contains(open, ev.Case):
		return nil
	case ev.Case == "":
		return errors.New("no case is open")
	case named >= 0:
		c := s.Open[named]
		return fmt.Errorf("case: %s is closed: resolved by %s on %s (%s)", c.ID, c.By, c.Closed.In(loc).Format(yearTime), c.Outcome)
	case len(open) > 0:
		return fmt.Errorf("case: there is no %q: open is %s", ev.Case, strings.Join(open, ", "))
	}
	return fmt.Errorf("case: there is no %q, and no case is open", ev.Case)
}
