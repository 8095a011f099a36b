package scenario

import (
	"regexp"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/centogiorni/centogiorni/onboarding"
)

// relative is a date inside an event that is written in days of the story, so that a scenario can be played from any
// signature: "day 12", or "day 12 10:30".
type relative struct {
	field string
	when  When
	whole bool // a calendar day, not an instant
}

var wholeDay = regexp.MustCompile(`^day (-?[0-9]{1,3})$`)

// relatives takes the dates written in days out of an event and leaves stand-ins, so that the event is checked as any
// other.
func relatives(item *yaml.Node) []relative {
	var out []relative
	for _, field := range []string{"date", "due", "until"} {
		node := child(item, field)
		if node == nil {
			continue
		}
		if m := wholeDay.FindStringSubmatch(node.Value); m != nil {
			day, _ := strconv.Atoi(m[1])
			out = append(out, relative{field, When{Day: day}, true})
			node.Value = "2000-01-01"
		} else if dayPattern.MatchString(node.Value) {
			when, err := ParseWhen(node.Value)
			if err != nil {
				continue // the event's own check names it
			}
			out = append(out, relative{field, when, false})
			node.Value = "2000-01-01T00:00:00Z"
		}
	}
	return out
}

// dated puts the dates of the story into an event, for a signature in a zone.
func dated(e onboarding.Event, rs []relative, signedAt time.Time, loc *time.Location) onboarding.Event {
	for _, r := range rs {
		text := onboarding.DateOf(signedAt.In(loc)).AddDays(r.when.Day).String()
		if !r.whole {
			text = r.when.Instant(signedAt, loc).In(loc).Format(time.RFC3339)
		}
		switch r.field {
		case "date":
			e.Date = text
		case "due":
			e.Due = text
		case "until":
			e.Until = text
		}
	}
	return e
}
