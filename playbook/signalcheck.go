package playbook

import (
	"fmt"
	"slices"

	"github.com/centogiorni/centogiorni/onboarding"
)

// remorse holds the thresholds, the signals and the clocks against each other.
func (c *planCheck) remorse() {
	r := &c.plan.Remorse
	if r.Amber > 0 && r.Amber <= r.Green {
		c.fault("/remorse/green", "make green smaller than amber, so that health does not flicker",
			"health turns amber at %d and green only below %d", r.Amber, r.Green)
	}
	if r.Case > 0 && r.Case < r.Amber && r.Amber <= 100 {
		c.fault("/remorse/case", "make it amber or more", "a case opens at %d, before health turns amber at %d", r.Case, r.Amber)
	}
	seen := map[string]int{}
	for i := range r.Signals {
		s := &r.Signals[i]
		if first, twice := seen[s.ID]; twice && s.ID != "" {
			c.fault(ofSignal(i, "id"), "give one of the two another id", "the signal %q stands at line %d already", s.ID, first)
		}
		seen[s.ID] = c.doc.line(ofSignal(i, "id"))
		c.source(i, s)
		c.narrowed(i, s)
		c.course(i, s)
		if s.Watch != nil {
			c.watch(i, s)
		}
	}
	c.clocks()
}

// ofSignal is the instance path of a key of a signal.
func ofSignal(signal int, key string) string { return fmt.Sprintf("/signals/%d/%s", signal, key) }

// written reports whether the plan says a key at all, so that what the schema refused is not named twice.
func (c *planCheck) written(path string) bool { return c.doc.lines[path] > 0 }

// source holds what a signal is evidence of against itself: events, a watch, or a clock that names it.
func (c *planCheck) source(i int, s *onboarding.Signal) {
	k := &c.plan.Clocks
	named := s.ID == k.Late || s.ID == k.LateTwice || s.ID == k.Missed
	on, watch := c.written(ofSignal(i, "on")), c.written(ofSignal(i, "watch"))
	switch {
	case on && watch:
		c.fault(ofSignal(i, "watch"), "make two signals of it", "%s is evidence that something happened and that something did not", s.ID)
	case !on && !watch && !named && s.ID != "":
		c.fault(ofSignal(i, "id"), "add on: [<event>] or watch, or name it in clocks", "nothing ever raises the signal %s", s.ID)
	}
}

// narrowed holds the keys that narrow an event against the events they can narrow.
func (c *planCheck) narrowed(i int, s *onboarding.Signal) {
	only := func(k onboarding.EventKind) bool { return len(s.On) == 1 && s.On[0] == k }
	for _, n := range []struct {
		key  string
		said bool
		kind onboarding.EventKind
	}{
		{"by", s.By != "", onboarding.EventMeetingMissed},
		{"survey", s.Survey != "", onboarding.EventSurveyAnswered},
		{"intent", s.Intent != "", onboarding.EventEmailReply},
		{"doubtful", s.Doubtful, onboarding.EventEmailReply},
	} {
		if n.said && !only(n.kind) {
			c.fault(ofSignal(i, n.key), fmt.Sprintf("write on: [%s], or take %s out", n.kind, n.key), "%s has %s, which only %s says", s.ID, n.key, n.kind)
		}
	}
	if (s.Survey != "") != (len(s.Values) > 0) && (c.written(ofSignal(i, "survey")) != c.written(ofSignal(i, "values"))) {
		c.fault(ofSignal(i, "survey"), "write survey and values together", "%s has one of survey and values without the other", s.ID)
	}
	for n, v := range s.Values {
		if what := badAnswer(s.Survey, v); what != "" {
			c.fault(ofSignal(i, fmt.Sprintf("values/%d", n)), "write "+what, "%q is no %s answer", v, s.Survey)
		}
	}
	if slices.Contains(s.On, onboarding.EventEmailReply) && s.Intent == "" && !s.Doubtful {
		c.fault(ofSignal(i, "on"), "add doubtful: true or intent: thanks", "%s takes a reply, whatever it says: a reply alone says nothing", s.ID)
	}
	if slices.Contains(s.On, onboarding.EventSurveyAnswered) && !c.written(ofSignal(i, "survey")) && s.Survey == "" && !c.written(ofSignal(i, "values")) {
		c.fault(ofSignal(i, "on"), "add survey: csat and values: [1, 2]", "%s takes an answer, whatever it says", s.ID)
	}
}

// badAnswer says what the answers of a survey are, for one that is none of them.
func badAnswer(survey, value string) string {
	number := func(from, to int) bool {
		for n := from; n <= to; n++ {
			if value == fmt.Sprint(n) {
				return true
			}
		}
		return false
	}
	switch {
	case survey == "csat" && !number(1, 5):
		return "1 to 5"
	case survey == "nps" && !number(0, 10):
		return "0 to 10"
	case survey == "ces" && !number(1, 7) && !slices.Contains(onboarding.EffortValues, value):
		return "1 (hard) to 7 (easy), or easy or hard"
	case survey == "quality" && !slices.Contains(onboarding.Qualities, value):
		return "resolving, confusing or interim"
	}
	return ""
}

// course holds against each other how a signal weighs, fades and ends.
func (c *planCheck) course(i int, s *onboarding.Signal) {
	tail, life := c.written(ofSignal(i, "tail_weight")), c.written(ofSignal(i, "tail_half_life"))
	fades := c.written(ofSignal(i, "half_life"))
	switch {
	case s.Hard && s.Weight < 0:
		c.fault(ofSignal(i, "weight"), "write a positive weight, or take hard out", "%s opens a case and is good news", s.ID)
	case s.Hard && s.Weight == 0 && c.written(ofSignal(i, "weight")):
		c.fault(ofSignal(i, "weight"), "write a positive weight", "%s opens a case and the score does not show it", s.ID)
	}
	if s.Hard && fades {
		c.fault(ofSignal(i, "half_life"), "take it out; tail_half_life says how what is left fades",
			"%s is hard: it weighs in full until it ends", s.ID)
	}
	if tail != life {
		c.fault(ofSignal(i, "tail_weight"), "write tail_weight and tail_half_life together",
			"%s has one of tail_weight and tail_half_life without the other", s.ID)
	}
	if tail && !s.Hard && !c.written(ofSignal(i, "ends")) {
		c.fault(ofSignal(i, "tail_weight"), "add ends: [<event>], or take the tail out", "%s leaves a tail but nothing ends it", s.ID)
	}
	if !s.Hard && !fades && s.Weight != 0 && !c.written(ofSignal(i, "ends")) && !c.written(ofSignal(i, "watch")) {
		c.fault(ofSignal(i, "weight"), "add half_life: 10 d or ends: [<event>]", "%s weighs for ever: nothing ends it and it does not fade", s.ID)
	}
}

// watch holds a watch against what it counts from and what ends it.
func (c *planCheck) watch(i int, s *onboarding.Signal) {
	w := s.Watch
	if w.Anchor == onboarding.AnchorEvent || w.Anchor == onboarding.AnchorCase {
		c.fault(ofSignal(i, "watch/anchor"), "use an anchor that has a date, such as contract", "%s counts from %s, which has no date", s.ID, w.Anchor)
	}
	if s.Hard {
		c.fault(ofSignal(i, "hard"), "take it out", "%s is silence, which alone opens no case", s.ID)
	}
	if s.Weight < 0 {
		c.fault(ofSignal(i, "weight"), "write a positive weight", "%s is silence, which is no good news", s.ID)
	}
	if (w.Feed == "") != (w.Lately == 0) {
		c.fault(ofSignal(i, "watch"), "write feed: login, lately: 4 d together, or neither",
			"%s has one of feed and lately without the other: lately is for how long a feed counts as alive after an event of any customer", s.ID)
	}
	if w.Needs != "" && w.Needs == w.Fact {
		c.fault(ofSignal(i, "watch/needs"), "take it out", "%s needs what it watches for", s.ID)
	}
	if w.Stopped && w.Fact != onboarding.FactLogin && w.Fact != "" {
		c.fault(ofSignal(i, "watch/stopped"), "write fact: login and feed: login, or take stopped out",
			"%s watches since the last %s, but only log-ins come again", s.ID, w.Fact)
	}
}

// clocks holds the clocks against the signals they raise and against each other.
func (c *planCheck) clocks() {
	k := &c.plan.Clocks
	for _, n := range []struct{ key, signal string }{{"late", k.Late}, {"late_twice", k.LateTwice}, {"missed", k.Missed}} {
		s, ok := c.plan.Remorse.Signal(n.signal)
		path := "/clocks/" + n.key
		switch {
		case n.signal == "":
		case !ok:
			c.fault(path, oneOf(n.signal, c.signalIDs()), "%s names %q, which is no signal", n.key, n.signal)
		case s.Weight < 0:
			c.fault(path, "name another signal", "%s names %s, which is good news", n.key, n.signal)
		}
	}
	c.answers(k.Answers)
	c.ladder("/clocks/hard", k.Hard)
	c.ladder("/clocks/scored", k.Scored)
	before := 0
	for i, m := range append(slices.Clone(k.DossierReminders), k.DossierLead) {
		path := fmt.Sprintf("/clocks/dossier/reminders/%d", i)
		if i == len(k.DossierReminders) {
			path = "/clocks/dossier/lead"
		}
		if m > 0 && m <= before {
			c.fault(path, "write later times further down, the lead's last", "a reminder of the dossier is not later than the one before it")
		}
		before = max(before, m)
	}
}

// answers finds the rows that no question ever reaches.
func (c *planCheck) answers(rows []onboarding.Clock) {
	for i, row := range rows {
		for n, kind := range row.On {
			for j, above := range rows[:i] {
				if slices.Contains(above.On, kind) && (above.Channel == "" || above.Channel == row.Channel) {
					c.fault(fmt.Sprintf("/clocks/answers/%d/on/%d", i, n), "put the row for one channel above, or take the event out of one of them",
						"%s never comes to this row: row %d takes it", kind, j+1)
					break
				}
			}
		}
	}
}

// ladder wants the rungs one after the other.
func (c *planCheck) ladder(path string, l onboarding.Ladder) {
	before, from := 0, ""
	for _, r := range []struct {
		key     string
		minutes int
	}{{"reminder", l.Reminder}, {"backup", l.Backup}, {"manager", l.Manager}, {"ops", l.Ops}} {
		if r.minutes == 0 {
			continue
		}
		if r.minutes <= before {
			c.fault(path+"/"+r.key, "write a longer time than that of "+from, "%s hears of a case no later than %s", r.key, from)
		}
		before, from = r.minutes, r.key
	}
}

func (c *planCheck) signalIDs() []string {
	var out []string
	for _, s := range c.plan.Remorse.Signals {
		out = append(out, s.ID)
	}
	return out
}
