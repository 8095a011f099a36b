package playbook

import (
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// planCheck looks at what a plan means; what a schema can say is said there. A value the schema refused is zero here
// and is not named twice.
type planCheck struct {
	doc    *document
	plan   *onboarding.Playbook
	faults *Faults
}

func (c *planCheck) fault(path, remedy, problem string, args ...any) {
	c.faults.add(c.doc.file, c.doc.line(path), remedy, problem, args...)
}

func (c *planCheck) all() {
	if c.plan.MaxDays > 0 && c.plan.MaxDays < c.plan.Days {
		c.fault("/max_days", fmt.Sprintf("write %d or more", c.plan.Days), "max_days is before days")
	}
	c.phases()
	seen := map[string]int{}
	for i := range c.plan.Touches {
		t := &c.plan.Touches[i]
		if first, twice := seen[t.ID]; twice && t.ID != "" {
			c.fault(at(i, "id"), "give one of the two another id", "the touch %q stands at line %d already", t.ID, first)
		}
		seen[t.ID] = c.doc.line(at(i, "id"))
		c.addressing(i, t)
		c.time(i, t)
		c.variants(i, t)
		c.pairs(i, t)
		c.answer(i, t)
		c.introduction(i, t)
	}
	c.remorse()
}

// raw is a touch's value as written.
func (c *planCheck) raw(touch int, key string) string {
	plan, _ := c.doc.value.(map[string]any)
	touches, _ := plan["touches"].([]any)
	if touch >= len(touches) {
		return ""
	}
	t, _ := touches[touch].(map[string]any)
	s, _ := t[key].(string)
	return s
}

// at is the instance path of a key of a touch.
func at(touch int, key string) string { return fmt.Sprintf("/touches/%d/%s", touch, key) }

// phases must be the eight in their order, on days that never go back, with a day 0 to begin on.
func (c *planCheck) phases() {
	const remedy = "list assess, admit, affirm, activate, acclimate, accomplish, adopt and advocate, once each, in this order"
	if got := len(c.plan.Phases); got != len(onboarding.Phases) && got > 0 {
		c.fault("/phases", remedy, "there are %d phases, not %d", got, len(onboarding.Phases))
	}
	for i, r := range c.plan.Phases {
		path := fmt.Sprintf("/phases/%d", i)
		if i < len(onboarding.Phases) && r.Phase.Order() >= 0 && r.Phase != onboarding.Phases[i] {
			c.fault(path, remedy, "the phase %s stands where %s should", r.Phase, onboarding.Phases[i])
		}
		if i > 0 && r.Day < c.plan.Phases[i-1].Day {
			c.fault(path+"/day", "write the days in ascending order", "the phase %s is on day %d, before the one above it (%d)",
				r.Phase, r.Day, c.plan.Phases[i-1].Day)
		}
	}
}

// addressing holds who a touch goes to against what it is.
func (c *planCheck) addressing(i int, t *onboarding.Touch) {
	customer := t.Audience == onboarding.AudienceCustomer
	switch {
	case t.Class == "" || t.Channel == "" || t.Audience == "":
		return
	case customer && t.Class == onboarding.ClassInternal:
		c.fault(at(i, "class"), "use confirmation, service or relationship, or another audience",
			"%s goes to the customer but is internal", t.ID)
	case customer && t.Channel != onboarding.ChannelEmail:
		c.fault(at(i, "channel"), "use email; slack and task are for ours", "%s goes to the customer by %s", t.ID, t.Channel)
	case t.Audience == onboarding.AudiencePeer:
		c.peer(i, t)
	case !customer && t.Class != onboarding.ClassInternal:
		c.fault(at(i, "class"), "use internal", "%s goes to %s but is no internal touch", t.ID, t.Audience)
	case !customer && t.Channel == onboarding.ChannelEmail:
		c.fault(at(i, "channel"), "use slack or task", "%s goes to %s by email", t.ID, t.Audience)
	}
	if customer && len(t.To) == 0 {
		c.fault(at(i, "to"), "list the roles, as to: [decision_maker]", "%s does not say to whom", t.ID)
	}
	if t.Audience == onboarding.AudiencePeer {
		return
	}
	if !customer && (len(t.To) > 0 || t.From != "" || t.CopyOwner || t.CaseHistory) {
		c.fault(at(i, "audience"), "take out to, from, copy_owner and case_history",
			"%s goes to %s, not to the customer", t.ID, t.Audience)
	}
	if t.Channel == onboarding.ChannelTask && t.Task != "" {
		c.fault(at(i, "task"), "say it in purpose: a task is raised with its purpose", "%s is a task already", t.ID)
	}
	if t.Channel != onboarding.ChannelTask && t.DoneBy != "" {
		c.fault(at(i, "done_by"), "use stop_on", "%s is no task that could be done", t.ID)
	}
}

// peer holds a mail to a peer against what it must be: the question whether they want this introduction.
func (c *planCheck) peer(i int, t *onboarding.Touch) {
	if t.Anchor != onboarding.AnchorPeerWanted || t.Channel != onboarding.ChannelEmail || t.Class != onboarding.ClassService {
		c.fault(at(i, "audience"), "write anchor: peer_wanted, channel: email and class: service", "%s goes to a peer, who is asked for an introduction alone", t.ID)
	}
	if len(t.To) > 0 || t.CopyOwner || t.CaseHistory || t.Doubt != "" || t.Latest != nil || len(t.Needs) > 0 || t.StopOn != "" ||
		t.Expiry > 0 || t.Offset != (onboarding.Offset{}) {
		c.fault(at(i, "audience"), "write offset +0 and take out to, copy_owner, case_history, doubt, latest, needs, stop_on and expiry",
			"%s goes to a peer, who knows nothing of the customer", t.ID)
	}
}

// introduction holds a step of an introduction against the others.
func (c *planCheck) introduction(i int, t *onboarding.Touch) {
	switch t.Anchor {
	case onboarding.AnchorPeerWanted:
		if t.Audience != onboarding.AudiencePeer && t.Audience != "" {
			c.fault(at(i, "audience"), "use peer", "%s asks a peer, and goes to %s", t.ID, t.Audience)
		}
	case onboarding.AnchorPeerAgreed:
	default:
		return
	}
	for n := range i {
		if other := &c.plan.Touches[n]; other.Anchor == t.Anchor {
			c.fault(at(i, "anchor"), "keep one of the two", "%s and %s are the same step of an introduction", other.ID, t.ID)
		}
	}
}

// time holds a touch's dates, windows and clocks against each other.
func (c *planCheck) time(i int, t *onboarding.Touch) {
	c.window(i, t)
	if (t.Anchor == onboarding.AnchorEvent) != (t.On != "") {
		c.fault(at(i, "event"), "write anchor: event and event: <kind> together",
			"%s has one of anchor: event and event without the other", t.ID)
	}
	if t.Anchor == onboarding.AnchorEvent && (t.Offset != (onboarding.Offset{}) || t.Latest != nil) {
		c.fault(at(i, "offset"), "write +0 and no latest", "%s answers an event, which is done at once", t.ID)
	}
	if t.Class == onboarding.ClassConfirmation && t.Anchor != onboarding.AnchorEvent && t.Anchor != "" {
		c.fault(at(i, "anchor"), "use anchor: event, or the class service", "%s confirms no event", t.ID)
	}
	if t.Latest != nil && (t.Latest.Anchor == onboarding.AnchorEvent || t.Latest.Anchor == onboarding.AnchorCase) {
		c.fault(at(i, "latest/anchor"), "use an anchor that has a date", "%s has no date to be late for", nouns[t.Latest.Anchor])
	}
	if t.Anchor == onboarding.AnchorContract && !t.Offset.Working && t.Offset.Days >= c.plan.Days && c.plan.Days > 0 {
		c.fault(at(i, "offset"), fmt.Sprintf("bring it before day %d", c.plan.Days), "%s is due on day %d, when the onboarding is over", t.ID, t.Offset.Days)
	}
	if t.Anchor == onboarding.AnchorContract && t.Offset.Days < 0 {
		c.fault(at(i, "offset"), "write a + offset", "%s is due before the signature", t.ID)
	}
	_, unread := parseOffset(c.raw(i, "offset"))
	if t.Deadline && unread == nil && slices.Contains(anchors, t.Anchor) && (!isDate(t.Anchor) || t.Offset.Days >= 0) {
		c.fault(at(i, "deadline"), "count backwards from refund_last_day, kickoff_date or invoice_due, or take deadline out",
			"%s is before no deadline", t.ID)
	}
	if t.LateAfter > 0 && t.Expiry > 0 && t.LateAfter >= t.Expiry {
		c.fault(at(i, "late_after"), "make it shorter than expiry", "%s is dropped before its late text could go", t.ID)
	}
	if t.Expiry > time.Duration(c.plan.MaxDays)*24*time.Hour && c.plan.MaxDays > 0 {
		c.fault(at(i, "expiry"), "make it shorter, or take it out", "%s expires after the onboarding's last day", t.ID)
	}
}

var anchors = []onboarding.Anchor{onboarding.AnchorContract, onboarding.AnchorHandoff, onboarding.AnchorKickoffDate,
	onboarding.AnchorKickoffHeld, onboarding.AnchorInstalled, onboarding.AnchorFirstValue, onboarding.AnchorGoalReached,
	onboarding.AnchorRefundLastDay, onboarding.AnchorInvoiceDue, onboarding.AnchorEvent, onboarding.AnchorCase, onboarding.AnchorPeerWanted,
	onboarding.AnchorPeerAgreed, onboarding.AnchorPeerIntroduced}

var nouns = map[onboarding.Anchor]string{onboarding.AnchorEvent: "an event", onboarding.AnchorCase: "a case"}

func isDate(a onboarding.Anchor) bool {
	return a == onboarding.AnchorRefundLastDay || a == onboarding.AnchorKickoffDate || a == onboarding.AnchorInvoiceDue
}

func (c *planCheck) window(i int, t *onboarding.Touch) {
	written := c.doc.lines[at(i, "window")] > 0
	held := t.Class == onboarding.ClassService || t.Class == onboarding.ClassRelationship
	switch {
	case held && !written:
		c.fault(at(i, "window"), `add window: "09:00-17:30"`, "the %s touch %s has no window", t.Class, t.ID)
	case written && !held && t.Class != "":
		c.fault(at(i, "window"), "take it out", "%s has a window, but its class (%s) goes at any hour", t.ID, t.Class)
	case written && t.Window == nil && windowForm.MatchString(c.raw(i, "window")):
		c.fault(at(i, "window"), `write it as "09:00-17:30"`, "the window of %s does not open before it closes", t.ID)
	}
	if t.AnyDay && t.Anchor != onboarding.AnchorContract {
		c.fault(at(i, "any_day"), "take it out", "only a touch at the signature may go on any day, not %s", t.ID)
	}
}

// answer holds an answer to a doubt against what it must be: the mail of a case, for one doubt, by nobody's calendar.
func (c *planCheck) answer(i int, t *onboarding.Touch) {
	if t.Anchor != onboarding.AnchorCase {
		if t.Automatic {
			c.fault(at(i, "automatic"), "take it out; any other touch goes by itself", "%s is no answer to a doubt: its anchor is not case", t.ID)
		}
		return
	}
	if t.Class != onboarding.ClassService && t.Class != "" {
		c.fault(at(i, "class"), "use service", "%s is an answer to a doubt, which tact does not hold", t.ID)
	}
	if t.Audience != onboarding.AudienceCustomer && t.Audience != "" {
		c.fault(at(i, "audience"), "use customer", "%s is an answer to the customer's doubt", t.ID)
	}
	if t.Doubt == "" && !c.written(at(i, "doubt")) {
		c.fault(at(i, "anchor"), "add doubt: the one it answers", "%s answers a case, but no doubt", t.ID)
	}
	if t.Offset != (onboarding.Offset{}) || t.Latest != nil || len(t.Needs) > 0 || t.Expiry > 0 || t.StopOn != "" {
		c.fault(at(i, "offset"), "write +0 and no latest, needs, stop_on or expiry", "%s is an answer, which goes when it is chosen", t.ID)
	}
}

// variants holds together what selects a text.
func (c *planCheck) variants(i int, t *onboarding.Touch) {
	if (t.MergedIf != "") != (t.Merges != "") {
		c.fault(at(i, "merges"), "write merged_if and merges together",
			"%s has one of merged_if and merges without the other", t.ID)
	}
	if t.DoubtFrom != "" && t.Doubt == "" {
		c.fault(at(i, "doubt_from"), "add doubt: the one answered where none is known", "%s has doubt_from without doubt", t.ID)
	}
	if t.Audience != onboarding.AudienceCustomer && (t.LateAfter > 0 || len(t.FallbackUnless) > 0 || t.MergedIf != "") {
		c.fault(at(i, "audience"), "take out late_after, fallback_unless and merged_if",
			"%s has variants, but only customers get one", t.ID)
	}
}

// pairs looks at keys that name another touch, that need another key, or that contradict each other.
func (c *planCheck) pairs(i int, t *onboarding.Touch) {
	for key, other := range map[string]string{"after": t.After, "alternative": t.Alternative, "merges": t.Merges} {
		if _, ok := c.plan.Touch(other); other != "" && (!ok || other == t.ID) {
			c.fault(at(i, key), oneOf(other, c.ids(t.ID)), "%s names %q, which is no other touch", key, other)
		}
	}
	if o, ok := c.plan.Touch(t.After); ok && o.ID != t.ID && o.After != "" {
		c.fault(at(i, "after"), "name one that comes after no other", "%s comes after %s, which comes after %s", t.ID, o.ID, o.After)
	}
	if o, ok := c.plan.Touch(t.Alternative); ok && o.ID != t.ID && o.Alternative != t.ID {
		c.fault(at(i, "alternative"), fmt.Sprintf("add alternative: %s to %s", t.ID, o.ID), "%s is no alternative to %s the other way round", o.ID, t.ID)
	}
	if t.Approval != (t.ApprovalDays > 0) {
		c.fault(at(i, "approval"), "write approval: true and approval_days together",
			"%s has one of approval and approval_days without the other", t.ID)
	}
	if (t.TaskAfter != "") != (t.TaskAfterDays > 0) {
		c.fault(at(i, "task_after"), "write task_after and task_after_days together",
			"%s has one of task_after and task_after_days without the other", t.ID)
	}
	if t.StopOn != "" && slices.Contains(t.Needs, t.StopOn) {
		c.fault(at(i, "stop_on"), "take out one of the two", "%s needs %s and stops on it", t.ID, t.StopOn)
	}
	asked := map[onboarding.Fact]bool{}
	for n, cond := range t.Conditions {
		if was, twice := asked[cond.Fact]; twice && cond.Fact != "" {
			remedy := "keep one of the two"
			if was != cond.Is {
				remedy = "keep one of the two: together they never hold"
			}
			c.fault(at(i, fmt.Sprintf("conditions/%d", n)), remedy, "%s asks for %s twice", t.ID, cond.Fact)
		}
		asked[cond.Fact] = cond.Is
	}
}

func (c *planCheck) ids(but string) []string {
	var out []string
	for _, t := range c.plan.Touches {
		if t.ID != but {
			out = append(out, t.ID)
		}
	}
	return out
}
