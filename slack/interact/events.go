package interact

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// plain are the events of a button without a dialog; not ok for one that is not known.
func plain(c click) ([]onboarding.Event, bool) {
	about := onboarding.Event{Case: c.Case}
	of := func(k onboarding.EventKind, change func(*onboarding.Event)) []onboarding.Event {
		e := about
		e.Kind = k
		if change != nil {
			change(&e)
		}
		return []onboarding.Event{e}
	}
	touch := func(e *onboarding.Event) { e.Touch = c.Value }
	switch c.Action {
	case onboarding.ActionAcknowledge:
		return of(onboarding.EventAcknowledged, nil), true
	case onboarding.ActionDoubt:
		return of(onboarding.EventAcknowledged, func(e *onboarding.Event) { e.Value = c.Value }), true
	case onboarding.ActionAccept:
		return of(onboarding.EventHandoffAccepted, nil), true
	case onboarding.ActionAnswer, onboarding.ActionApprove:
		return of(onboarding.EventTouchHurried, touch), true
	case onboarding.ActionSkip:
		return of(onboarding.EventTouchSkipped, touch), true
	case onboarding.ActionCallMyself:
		return of(onboarding.EventTouchSkipped, func(e *onboarding.Event) { touch(e); e.Reason = onboarding.ReasonCallInstead }), true
	}
	return nil, false
}

// clickID names what a click means: the message as it was drawn, the button, who pressed it. A double click has two
// triggers and one such id; a message that was rewritten since has buttons of its own.
func clickID(c click) string {
	return digest("click", c.Contract, strconv.Itoa(c.Run), c.Channel, c.TS, c.Alert, c.Case, string(c.Action), c.Value, c.User)
}

// viewID names the submission of one dialog, however often it is delivered.
func viewID(id string, c click) string { return digest("view", id, string(c.Action), c.User) }

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "slack-" + hex.EncodeToString(sum[:12])
}
