package onboarding

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMail is the longest text of an event, in characters: a long reply with what it quotes.
const maxMail = 32 << 10

// Values of an event's closed fields.
var (
	Surveys      = []string{"csat", "nps", "ces", "quality"}
	Qualities    = []string{"resolving", "confusing", "interim"}
	Outcomes     = []string{"reassured", "answered", "fixed", "refunded", "left"}
	PauseDates   = []string{"shift", "keep"}
	MissedBy     = []string{"us", "them"}
	EffortValues = []string{"easy", "hard"}
)

// ParseEvent reads an event from JSON as it comes in by a public door and validates it. The error is Faults. Steering
// kinds and their fields are refused. A survey's value may be a number.
func ParseEvent(data []byte) (Event, error) {
	var e Event
	c := &checker{}
	if n := c.parse(data); n != nil {
		if i := slices.Index(n.names, "value"); i >= 0 && n.items[i].kind == '0' {
			n.items[i].kind = '"'
		}
		c.fill(reflect.ValueOf(&e).Elem(), n, "")
		c.event(e, false)
	}
	return e, c.err()
}

// Validate reports everything wrong with an event from a public door, as Faults. What it means for a given contract,
// such as whether a contact or case exists, is not asked here.
func (e Event) Validate() error {
	c := &checker{}
	c.event(e, false)
	return c.err()
}

// ValidateSteering is Validate for events from ops: the steering kinds are allowed too.
func (e Event) ValidateSteering() error {
	c := &checker{}
	c.event(e, true)
	return c.err()
}

func (c *checker) event(e Event, steering bool) {
	c.kind(e.Kind, steering)
	if utf8.RuneCountInString(e.ID) > maxLine || strings.ContainsFunc(e.ID, unusableInID) {
		c.add("id", "%q is no event id: write at most %d visible characters without spaces", e.ID, maxLine)
	}
	if !e.At.IsZero() {
		c.thisAge("at", e.At.Year())
	}
	oneOf(c, "channel", e.Channel, false, Channels...)
	for _, f := range e.texts() {
		c.text(f.name, f.value, maxMail)
	}
	for _, f := range e.moments() {
		if _, err := ParseMoment(f.value); f.value != "" && err != nil {
			c.add(f.name, "%s", err.Error())
		}
	}
	c.survey(e)
	oneOf(c, "outcome", e.Outcome, false, Outcomes...)
	oneOf(c, "dates", e.Dates, false, PauseDates...)
	if e.Kind == EventMeetingMissed {
		oneOf(c, "by", e.By, false, MissedBy...)
	}
	c.requiredFields(e)
	c.carried(e, steering)
}

func (c *checker) kind(k EventKind, steering bool) {
	switch {
	case k == "":
		c.add("kind", "required: what happened, such as contacted or email_reply")
	case slices.Contains(EventKinds, k):
	case slices.Contains(SteeringKinds, k):
		if !steering {
			c.add("kind", "%s can only be sent by ops through the engine: leave it out", k)
		}
	case nearest(string(k), strings.Split(list(EventKinds), ", ")) != "":
		c.add("kind", "no such kind %q: did you mean %s?", k, nearest(string(k), strings.Split(list(EventKinds), ", ")))
	default:
		c.add("kind", "no such kind %q: write one of %s", k, list(EventKinds))
	}
}

func unusableInID(r rune) bool {
	return !unicode.IsPrint(r) || unicode.IsSpace(r) || r == utf8.RuneError
}

type namedValue struct{ name, value string }

func (e Event) texts() []namedValue {
	return []namedValue{{"by", e.By}, {"contact", e.Contact}, {"what", e.What}, {"text", e.Text}, {"case", e.Case},
		{"peer", e.Peer}, {"reason", e.Reason}, {"touch", e.Touch}, {"subject", e.Subject}, {"body", e.Body}, {"playbook", e.Playbook}}
}

func (e Event) moments() []namedValue {
	return []namedValue{{"date", e.Date}, {"due", e.Due}, {"until", e.Until}}
}

func (c *checker) need(name, value, what string) {
	if strings.TrimSpace(value) == "" {
		c.add(name, "required: %s", what)
	}
}

// requiredFields asks for what a kind cannot do without.
func (c *checker) requiredFields(e Event) {
	switch e.Kind {
	case EventEmailReply:
		c.need("text", e.Text, "what the customer wrote")
	case EventCommitmentMade:
		c.need("what", e.What, "what was promised")
		c.need("due", e.Due, "by when, as 2026-01-31 or 2026-01-31T10:30:00+01:00")
	case EventAnswered, EventContacted:
		if e.Due != "" {
			c.need("what", e.What, "what was promised for that day")
		}
	case EventSurveyAnswered:
		c.need("survey", e.Survey, "write one of "+list(Surveys))
		c.need("value", e.Value, "the answer")
	case EventOwnerChanged:
		if e.Owner == nil {
			c.add("owner", "required: the new owner, written out or by the id alone of somebody in people.yaml")
		}
	case EventTouchSkipped, EventTouchHurried:
		c.need("touch", e.Touch, "which touch")
	case EventTouchEdited:
		c.need("touch", e.Touch, "which touch")
		if e.Subject == "" && e.Body == "" {
			c.add("body", "required: the new text, or the new subject")
		}
	case EventTouchParked:
		c.need("touch", e.Touch, "which touch")
		c.need("until", e.Until, "not before when, as 2026-01-31 or 2026-01-31T10:30:00+01:00")
	case EventAdopted:
		c.need("playbook", e.Playbook, "the hash of the playbook to move to")
	}
}

// survey checks the answer to a survey: csat 1 (bad) to 5, nps 0 to 10, ces 1 (hard) to 7 (easy) or in a word, quality
// in a word.
func (c *checker) survey(e Event) {
	oneOf(c, "survey", e.Survey, false, Surveys...)
	if e.Value == "" {
		return
	}
	n, err := strconv.Atoi(e.Value)
	number := err == nil && strconv.Itoa(n) == e.Value
	switch {
	case e.Survey == "csat" && (!number || n < 1 || n > 5):
		c.add("value", "%q is no csat answer: write 1 to 5", e.Value)
	case e.Survey == "nps" && (!number || n < 0 || n > 10):
		c.add("value", "%q is no nps answer: write 0 to 10", e.Value)
	case e.Survey == "ces" && (!number || n < 1 || n > 7) && !slices.Contains(EffortValues, e.Value):
		c.add("value", "%q is no ces answer: write 1 (hard) to 7 (easy), or easy or hard", e.Value)
	case e.Survey == "quality" && !slices.Contains(Qualities, e.Value):
		c.add("value", "%q is no quality answer: write one of %s", e.Value, list(Qualities))
	}
}

// carried checks the objects inside an event, which would be lost on a kind that does not use them.
func (c *checker) carried(e Event, steering bool) {
	if e.Dossier != nil && e.Kind != EventHandoffFilled {
		c.add("dossier", "belongs to %s alone: leave it out", EventHandoffFilled)
	} else {
		c.dossier("dossier", e.Dossier, nil, Date{})
	}
	if e.Owner != nil && e.Kind != EventOwnerChanged {
		c.add("owner", "belongs to %s alone: leave it out", EventOwnerChanged)
	} else {
		c.role("owner", e.Owner, false)
	}
	if e.Amendment != nil && e.Kind != EventAmended {
		c.add("contract", "belongs to %s alone: leave it out", EventAmended)
	} else if e.Amendment != nil {
		c.contract("contract", *e.Amendment)
	}
	if e.Reading != nil {
		c.add("reading", "the engine reads replies itself: leave it out")
	}
	if steering && slices.Contains(SteeringKinds, e.Kind) {
		return
	}
	foreign := []namedValue{{"touch", e.Touch}, {"playbook", e.Playbook}}
	if !steering || e.Kind != EventFaultAdmitted { // the owner says how in their own words
		foreign = append(foreign, namedValue{"subject", e.Subject}, namedValue{"body", e.Body})
	}
	for _, f := range foreign {
		if f.value != "" {
			c.add(f.name, "belongs to the kinds only ops can send: leave it out")
		}
	}
}
