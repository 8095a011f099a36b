package journey

import (
	"cmp"
	"slices"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
	"github.com/centogiorni/centogiorni/onboarding/remorse"
)

// recipients lists the ids a touch goes to: contacts whose address may be written to, or one of ours.
func (j *run) recipients(t *onboarding.Touch) []string {
	if t.Audience == onboarding.AudiencePeer {
		return []string{j.s.Introduction.Peer}
	}
	if t.Audience != onboarding.AudienceCustomer {
		return []string{j.personOf(j.acting(t.Audience))}
	}
	var out, seen []string
	for _, c := range j.addressed(t) {
		if a := address(c); j.closedTo(t, c) == "" && !slices.Contains(seen, a) {
			out, seen = append(out, c.ID), append(seen, a)
		}
	}
	if t.Anchor == onboarding.AnchorPeerAgreed && len(out) > 0 {
		out = append(out, onboarding.PeerRecipient(j.s.Introduction.Peer))
	}
	return out
}

// address is a contact's address as it is compared: in small letters.
func address(c onboarding.Contact) string { return strings.ToLower(c.Email) }

// contact finds a contact of the customer.
func (j *run) contact(id string) (onboarding.Contact, bool) {
	for _, c := range j.s.contract().Customer.Contacts {
		if c.ID == id {
			return c, true
		}
	}
	return onboarding.Contact{}, false
}

// addressed lists the contacts in the touch's roles: all of them, or the first; the decision maker where a role is
// filled by nobody.
func (j *run) addressed(t *onboarding.Touch) []onboarding.Contact {
	if c, ok := j.contact(j.s.Introduction.Contact); ok && ofPeers(t) {
		return []onboarding.Contact{c} // who said yes
	}
	var out []onboarding.Contact
	for _, role := range t.To {
		for _, c := range j.s.contract().Customer.Contacts {
			if c.Role == role && !slices.Contains(j.s.Closed, Closed{address(c), onboarding.EventChampionLeft}) {
				out = append(out, c)
				if !t.ToAll {
					return out
				}
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, c := range j.s.contract().Customer.Contacts {
		if c.Role == onboarding.RoleDecisionMaker {
			return []onboarding.Contact{c}
		}
	}
	return nil
}

// closedTo is the reason why a contact gets no such mail; "" when they do.
func (j *run) closedTo(t *onboarding.Touch, contact onboarding.Contact) string {
	for _, c := range j.s.Closed {
		if c.Address == address(contact) && (c.Kind != onboarding.EventUnsubscribed || t.Class == onboarding.ClassRelationship) {
			return string(c.Kind)
		}
	}
	return ""
}

// unreachable is why a touch has nobody left to go to.
func (j *run) unreachable(t *onboarding.Touch) string {
	for _, c := range j.addressed(t) {
		if why := j.closedTo(t, c); why != "" {
			return why
		}
	}
	return "no recipient"
}

// meant lists the addresses an event is about: that of the named contact, else everybody's at the customer, the careful
// reading.
func (j *run) meant(e onboarding.Event) []string {
	var out []string
	for _, c := range j.s.contract().Customer.Contacts {
		if (e.Contact == "" || e.Contact == c.ID) && !slices.Contains(out, address(c)) {
			out = append(out, address(c))
		}
	}
	return out
}

// doubt is the doubt a touch answers when it goes: the planned one, or the strongest that was voiced.
func (j *run) doubt(t *onboarding.Touch) onboarding.Doubt {
	if t.DoubtFrom == "strongest" {
		return cmp.Or(j.strongest(), t.Doubt)
	}
	return j.plannedDoubt(t)
}

// plannedDoubt is what a promise says that a touch answers: its own doubt, or the one the dossier names first. It does not
// change while nothing happens.
func (j *run) plannedDoubt(t *onboarding.Touch) onboarding.Doubt {
	if t.DoubtFrom == "dossier" {
		return cmp.Or(j.worry(), t.Doubt)
	}
	return t.Doubt
}

// worry is the doubt that the dossier names first; "" where it names none.
func (j *run) worry() onboarding.Doubt {
	if d := j.s.contract().Dossier; d != nil && len(d.Worries) > 0 {
		return d.Worries[0].Doubt
	}
	return ""
}

// strongest is the doubt that the evidence speaks for most, silence left out, or once it has faded that of the newest case
// that was none by mistake; "" where none was voiced.
func (j *run) strongest() onboarding.Doubt {
	voiced := slices.DeleteFunc(slices.Clone(j.s.Evidence), func(e remorse.Evidence) bool {
		s, ok := j.plan.Remorse.Signal(e.Signal)
		return !ok || s.Silence()
	})
	if w := remorse.Weigh(&j.plan.Remorse, voiced, j.s.Now); w.Doubt != "" {
		return w.Doubt
	}
	for _, c := range slices.Backward(j.s.Open) {
		if c.Doubt != "" && !strings.HasPrefix(c.Outcome, string(onboarding.EventFalseAlarm)) {
			return c.Doubt
		}
	}
	return ""
}

// chooseCase picks the case history most like the customer: first the doubt, then the industry, then the segment, the
// id last. Never one that was told, is not approved or has expired.
func (j *run) chooseCase(t *onboarding.Touch) string {
	best, most := "", -1
	cust := j.s.contract().Customer
	today := j.customer().Date(j.s.Now)
	for _, c := range j.plan.CaseHistories {
		if c.Language != cust.Language || slices.Contains(j.s.Told, c.ID) || !(c.Approved || c.Sample && j.s.Start.Samples) ||
			(!c.Expires.IsZero() && c.Expires.Before(today)) {
			continue
		}
		score := 0
		if c.Doubt == j.doubt(t) {
			score += 4
		}
		if c.Industry != "" && c.Industry == cust.Industry {
			score += 2
		}
		if c.Segment != "" && c.Segment == cust.Segment {
			score++
		}
		if score > most || score == most && c.ID < best {
			best, most = c.ID, score
		}
	}
	return best
}

// The texts of a touch beside its normal one.
const (
	variantMerged   = "merged"
	variantLate     = "late"
	variantFallback = "fallback"
)

// variant selects the text of a touch.
func (j *run) variant(t *onboarding.Touch, p *placed) string {
	if t.MergedIf != "" && j.fact(t.MergedIf) {
		return variantMerged
	}
	if t.LateAfter > 0 && j.s.Now.Sub(p.first) > t.LateAfter {
		return variantLate
	}
	for _, f := range t.FallbackUnless {
		if !j.fact(f) {
			return variantFallback
		}
	}
	return ""
}

// fact answers a condition.
func (j *run) fact(f onboarding.Fact) bool {
	c := j.s.contract()
	terms := c.Terms
	if terms == nil {
		terms = &onboarding.Terms{}
	}
	switch f {
	case onboarding.FactOwnerIsSales:
		return c.Owner != nil && c.Sales != nil && c.Owner.ID == c.Sales.ID
	case onboarding.FactTermRefund:
		return terms.Refund != nil
	case onboarding.FactTermTraining:
		return terms.Training != nil
	case onboarding.FactTermAssistance:
		return terms.Assistance != nil
	case onboarding.FactTermReturn:
		return terms.Return != nil
	case onboarding.FactShortRefund:
		return terms.Refund != nil && terms.Refund.Days < 10
	case onboarding.FactFreePeer:
		return j.s.Introduction.Status == peerMatched
	case onboarding.FactPeerConsent:
		return j.mayBeAsked()
	case onboarding.FactDoubtOpen:
		return len(j.s.Troubles) > 0 || j.health() != onboarding.HealthGreen
	case onboarding.FactGoalToRepeat:
		return j.goalToRepeat()
	case onboarding.FactKickoffBooked:
		if _, held := j.s.happened(onboarding.FactKickoffHeld); held {
			return true
		}
	}
	_, ok := j.s.happened(f)
	return ok
}

// contractFacts are the facts that stand in the contract: only an amendment changes them.
var contractFacts = []onboarding.Fact{onboarding.FactTermRefund, onboarding.FactTermTraining, onboarding.FactTermAssistance,
	onboarding.FactTermReturn, onboarding.FactShortRefund, onboarding.FactOwnerIsSales}

// moot reports whether the contract itself says that a touch will not go.
func (j *run) moot(t *onboarding.Touch) bool { return j.mootBy(t) >= 0 }

// mootBy is the first of its conditions that says so, -1 where none does.
func (j *run) mootBy(t *onboarding.Touch) int {
	return slices.IndexFunc(t.Conditions, func(c onboarding.Condition) bool {
		return slices.Contains(contractFacts, c.Fact) && j.fact(c.Fact) != c.Is
	})
}

// goalToRepeat reports whether a goal may be repeated to whoever said it; each mail's text looks whose goals there are.
func (j *run) goalToRepeat() bool {
	d := j.s.contract().Dossier
	if d == nil {
		return false
	}
	for _, g := range d.Goals {
		if g.MayRepeat && g.SaidBy != "" {
			return true
		}
	}
	return false
}
