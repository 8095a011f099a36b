package journey

import "github.com/centogiorni/centogiorni/onboarding"

// answersThere lists the answers to doubts that could go: those whose term, case history or peer exists.
func (j *run) answersThere() []string {
	var out []string
	for i := range j.plan.Touches {
		t := &j.plan.Touches[i]
		if t.Anchor == onboarding.AnchorCase && j.unmet(t) == "" && (!t.CaseHistory || j.chooseCase(t) != "") {
			out = append(out, t.ID)
		}
	}
	return out
}

// answerTo is the first of the answers that is for a doubt.
func (j *run) answerTo(d onboarding.Doubt, answers []string) string {
	for _, id := range answers {
		if t, _ := j.plan.Touch(id); t.Doubt == d {
			return id
		}
	}
	return ""
}

// answer sends an answer to the doubt of a case, in the customer's window; the same one once a case.
func (j *run) answer(c *Case, t onboarding.Touch, st TouchState) {
	t.ID = instance(t.ID, c.ID)
	if j.noAnswer(&t) != "" || j.unmet(&t) != "" {
		return
	}
	if was := j.s.touch(t.ID); was.settled() || was.busy() || was.waits() {
		return
	}
	st.ID, st.To = t.ID, j.recipients(&t)
	if t.CaseHistory {
		st.Case = j.chooseCase(&t)
	}
	j.inTime(&t, st)
	c.Answers = append(c.Answers, t.ID)
	j.acted(c)
}

// noAnswer is why an answer to a doubt may not go any more: nobody persuades who wants to go, and what was chosen for a
// case goes while it is open.
func (j *run) noAnswer(t *onboarding.Touch) string {
	switch {
	case t.Anchor != onboarding.AnchorCase:
		return ""
	case j.leaving() || j.s.Gone:
		return reasonGone
	case j.openCase() == nil:
		return "case_closed"
	}
	return ""
}

// answerByItself sends the answer to a sure doubt where the playbook says so.
func (j *run) answerByItself(c *Case) {
	if !c.Sure {
		return
	}
	if t, ok := j.plan.Touch(j.answerTo(c.Doubt, j.answersThere())); ok && t.Automatic {
		j.answer(c, t, TouchState{})
	}
}
