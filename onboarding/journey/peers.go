package journey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// peerStatus is how far an introduction has come; "" while there is none.
type peerStatus string

const (
	peerSought  peerStatus = "sought"  // for an offer that is due
	peerMatched peerStatus = "matched" // a place is kept, the offer has not gone
	peerOffered peerStatus = "offered"
	peerWanted  peerStatus = "wanted"     // the customer said yes: a peer is sought or asked
	peerAgreed  peerStatus = "agreed"     // both have
	peerMet     peerStatus = "introduced" // at most once in a run
	peerClosed  peerStatus = "closed"
)

// offerStands is how long a customer has where the offer names no expiry.
const offerStands = 14 * 24 * time.Hour

// Introduction is the way of a customer and a peer to each other: the offer, the customer's yes, the peer's yes to this
// very introduction, and only then the names. The peer stands here by id alone.
type Introduction struct {
	Status  peerStatus `json:"status,omitempty"`
	Touch   string     `json:"touch,omitempty"` // that offers it
	Peer    string     `json:"peer,omitempty"`  // at whom a place is kept
	Reasons []string   `json:"reasons,omitempty"`
	Contact string     `json:"contact,omitempty"` // who is offered it, then who said yes
	Agreed  bool       `json:"agreed,omitempty"`  // the peer said yes
	Until   time.Time  `json:"until,omitzero"`    // when whoever must answer has had their time
	Asked   int        `json:"asked,omitempty"`   // peers who were asked
	Tried   []string   `json:"tried,omitempty"`   // peers who are out of the question
	// Seek numbers the searches; Seeking is set while one is under way.
	Seek    int  `json:"seek,omitempty"`
	Seeking bool `json:"seeking,omitempty"`
	// Candidate is set once the customer said that they want to be a peer themself.
	Candidate bool `json:"candidate,omitempty"`
}

func (i Introduction) clone() Introduction {
	i.Reasons, i.Tried = slices.Clone(i.Reasons), slices.Clone(i.Tried)
	return i
}

// open reports whether there is an introduction under way.
func (i *Introduction) open() bool {
	return i.Status != "" && i.Status != peerClosed && i.Status != peerMet
}

// PeerFound answers a search for a peer.
type PeerFound struct {
	Seek int                   `json:"seek"`
	Peer *onboarding.PeerMatch `json:"peer,omitempty"`
}

// offersPeer reports whether a touch offers an introduction: its condition that a peer is free makes it ask for one.
func offersPeer(t *onboarding.Touch) bool {
	return t.Audience == onboarding.AudienceCustomer && t.Anchor != onboarding.AnchorEvent && t.Anchor != onboarding.AnchorCase && !ofPeers(t) &&
		slices.Contains(conditionsOf(t, true), onboarding.FactFreePeer)
}

// conditionsOf lists the facts that must hold for a touch, or must not.
func conditionsOf(t *onboarding.Touch, is bool) []onboarding.Fact {
	var out []onboarding.Fact
	for _, c := range t.Conditions {
		if c.Is == is {
			out = append(out, c.Fact)
		}
	}
	return out
}

// ofPeers reports whether a touch is a step of an introduction.
func ofPeers(t *onboarding.Touch) bool {
	return t.Anchor == onboarding.AnchorPeerWanted || t.Anchor == onboarding.AnchorPeerAgreed || t.Anchor == onboarding.AnchorPeerIntroduced
}

// unoffered gives the place back where the offer does not go now.
func (j *run) unoffered(touch string) {
	in := &j.s.Introduction
	if in.Touch != touch || in.Status != peerMatched && in.Status != peerSought {
		return
	}
	j.settlePlace(onboarding.PlaceReleased)
	in.Status, in.Peer, in.Reasons, in.Seeking = "", "", nil, false
}

// offered notes that the customer has the offer, or that nobody can tell that they have not.
func (j *run) offered(t *onboarding.Touch, to []string) {
	in := &j.s.Introduction
	if in.Touch != t.ID || in.Status != peerMatched {
		return
	}
	stands := t.Expiry
	if stands == 0 {
		stands = offerStands
	}
	in.Status, in.Until = peerOffered, j.s.Now.Add(stands)
	if len(to) > 0 {
		in.Contact = to[0]
	}
	j.emit(onboarding.Entry{Kind: onboarding.EntryPeerOffered, Touch: t.ID, To: in.Peer, Reason: strings.Join(in.Reasons, ", ")})
}

// answerer is whose word a peer event is.
type answerer int

const (
	nobody      answerer = iota
	theCustomer          // to an offer
	thePeer              // to being asked
	theWisher            // a customer who was promised that we look for a peer
	theNewPeer           // a customer who was asked to be a peer themself
)

// whoAnswers tells whose word a peer event is, or why it fits nothing. A contact of the customer speaks for the
// customer; without one, who is named as the peer speaks for themself.
func (j *run) whoAnswers(e onboarding.Event) (answerer, error) {
	in := &j.s.Introduction
	yes := e.Kind == onboarding.EventPeerAccepted
	_, ours := j.contact(e.Contact)
	switch {
	case e.Peer != "" && in.open() && e.Peer != in.Peer:
		return nobody, fmt.Errorf("peer: %q is not the one of this introduction", e.Peer)
	case in.Status == peerMet:
		return nobody, fmt.Errorf("peer: the introduction to %s went already", in.Peer)
	case e.Peer != "" && !ours && (in.Status == peerOffered || in.Status == peerWanted):
		return thePeer, nil
	case in.Status == peerOffered, !yes && (in.Status == peerWanted || in.Status == peerAgreed):
		return theCustomer, nil
	case in.Status == peerWanted:
		return nobody, fmt.Errorf("peer: the customer has said yes already, and the peer is asked")
	case in.Status == peerAgreed:
		return nobody, fmt.Errorf("peer: both have said yes already")
	case yes && j.askedToBePeer() && !in.Candidate:
		return theNewPeer, nil
	case yes && !in.open() && j.promisedPeer():
		return theWisher, nil
	}
	return nobody, fmt.Errorf("peer: no introduction is offered to this customer")
}

// askedToBePeer reports whether the customer was asked to be a peer.
func (j *run) askedToBePeer() bool {
	return slices.ContainsFunc(j.plan.Touches, func(t onboarding.Touch) bool {
		return slices.Contains(conditionsOf(&t, true), onboarding.FactPeerConsent) && j.s.touch(t.ID).mayHaveGone()
	})
}

// promisedPeer reports whether an answer to the doubt of what others think has gone: it promises to look for a peer.
func (j *run) promisedPeer() bool {
	if _, agreed := j.s.happened(onboarding.Fact(onboarding.AnchorPeerAgreed)); agreed {
		return false
	}
	return slices.ContainsFunc(j.s.Touches, func(st TouchState) bool {
		t := j.planned(st.ID)
		return t.Anchor == onboarding.AnchorCase && t.Doubt == onboarding.DoubtApproval && st.mayHaveGone()
	})
}

// peerEvent takes a yes or a no to an introduction. What fits nothing changes nothing.
func (j *run) peerEvent(e onboarding.Event) {
	in := &j.s.Introduction
	yes := e.Kind == onboarding.EventPeerAccepted
	switch who, _ := j.whoAnswers(e); {
	case who == theNewPeer:
		j.becomePeer(e)
	case who == theCustomer && !yes:
		j.closeIntroduction("declined")
	case who == theCustomer, who == theWisher:
		j.wantPeer(e)
	case who == thePeer && yes:
		in.Agreed = true
		if in.Status == peerWanted {
			j.agree()
		}
	case who == thePeer && in.Status == peerWanted:
		j.nextPeer()
	case who == nobody && yes && in.Status == peerClosed && in.Touch != "" && !j.leaving():
		j.raise("", onboarding.AudienceOwner, "late_yes: "+or(or(e.Contact, e.Peer), in.Contact))
	case who == thePeer: // before the customer has answered: another takes their place
		j.settlePlace(onboarding.PlaceDeclined)
		j.seekPeer()
	}
}

// wantPeer takes the customer's yes.
func (j *run) wantPeer(e onboarding.Event) {
	in := &j.s.Introduction
	in.Status, in.Until = peerWanted, time.Time{}
	if c, ok := j.contact(e.Contact); ok {
		in.Contact = c.ID
	} else if _, ok := j.contact(in.Contact); !ok {
		if all := j.addressed(&onboarding.Touch{}); len(all) > 0 {
			in.Contact = all[0].ID
		}
	}
	switch {
	case in.Agreed:
		j.agree()
	case in.Peer != "":
		j.requestPeer()
	case !in.Seeking:
		j.seekPeer()
	}
}

// stepTouch finds the touch of the plan for a step of an introduction.
func (j *run) stepTouch(a onboarding.Anchor) (onboarding.Touch, bool) {
	for _, t := range j.plan.Touches {
		if t.Anchor == a {
			return t, true
		}
	}
	return onboarding.Touch{}, false
}

// requestPeer asks the peer, in the customer's window; where the plan has no mail for it, the owner does.
func (j *run) requestPeer() {
	in := &j.s.Introduction
	in.Asked++
	t, ok := j.stepTouch(onboarding.AnchorPeerWanted)
	if !ok {
		j.raise("", onboarding.AudienceOwner, "ask_peer: "+in.Peer)
		j.peerAsked(in.Peer)
		return
	}
	t.ID = requestTo(t.ID, in.Peer)
	st := TouchState{ID: t.ID, To: []string{in.Peer}}
	if st.NotBefore, _ = j.fitInstant(&t, j.s.Now); st.NotBefore.After(j.s.Now) {
		j.s.put(st)
		return
	}
	j.order(&t, st)
}

// peerAsked gives the peer their time to answer.
func (j *run) peerAsked(peer string) {
	in := &j.s.Introduction
	if in.Status == peerWanted && in.Peer == peer {
		w := j.customer()
		in.Until, _ = w.At(w.AddWorking(w.Date(j.s.Now), j.plan.Peers.AnswerDays), w.Close)
	}
}

// unasked goes on to the next peer where the one in hand could not be asked.
func (j *run) unasked(st TouchState) {
	in := &j.s.Introduction
	if in.Status == peerWanted && len(st.To) > 0 && st.To[0] == in.Peer && !in.Agreed {
		j.settlePlace(onboarding.PlaceReleased)
		j.nextSearch()
	}
}

// nextPeer goes on where the peer who was asked said no, or nothing.
func (j *run) nextPeer() {
	j.dropRequest()
	j.settlePlace(onboarding.PlaceDeclined)
	j.nextSearch()
}

func (j *run) nextSearch() {
	in := &j.s.Introduction
	in.Peer, in.Reasons, in.Until = "", nil, time.Time{}
	if in.Asked >= j.plan.Peers.Tries {
		j.noPeerLeft()
		return
	}
	j.seekPeer()
}

// noPeerLeft closes an introduction that the customer wants and nobody is left for: a person tells them.
func (j *run) noPeerLeft() {
	j.shut()
	j.raise(j.s.Introduction.Touch, onboarding.AudienceOwner, "no_peer_left")
}

// agree dates the introduction: both have said yes.
func (j *run) agree() {
	in := &j.s.Introduction
	in.Status, in.Until = peerAgreed, time.Time{}
	j.dropRequest()
	j.s.reach(onboarding.Fact(onboarding.AnchorPeerAgreed), j.s.Now)
	if _, ok := j.stepTouch(onboarding.AnchorPeerAgreed); !ok {
		j.byHand()
	}
}

// byHand has the owner make an introduction that no mail makes.
func (j *run) byHand() {
	peer := j.s.Introduction.Peer
	j.settlePlace(onboarding.PlaceIntroduced)
	j.shut()
	j.raise("", onboarding.AudienceOwner, "introduce_peer: "+peer)
}

// peerSettled takes the end of a mail of an introduction that went.
func (j *run) peerSettled(t *onboarding.Touch, st TouchState) {
	in := &j.s.Introduction
	switch {
	case t.Anchor == onboarding.AnchorPeerWanted && len(st.To) > 0:
		j.peerAsked(st.To[0])
	case t.Anchor == onboarding.AnchorPeerAgreed && in.Status == peerAgreed:
		in.Status = peerMet
		j.settlePlace(onboarding.PlaceIntroduced)
		j.s.reach(onboarding.Fact(onboarding.AnchorPeerIntroduced), j.s.Now)
		j.emit(onboarding.Entry{Kind: onboarding.EntryPeerIntroduced, Touch: t.ID, To: in.Peer, Reason: strings.Join(in.Reasons, ", ")})
	case offersPeer(t):
		j.offered(t, st.To)
	}
}

// peerDropped takes the end of a mail of an introduction that did not go, or of which nobody can tell.
func (j *run) peerDropped(t *onboarding.Touch, st TouchState, reason string) {
	switch {
	case t.Anchor == onboarding.AnchorPeerWanted && reason == reasonUnknown && len(st.To) > 0:
		j.peerAsked(st.To[0])
	case t.Anchor == onboarding.AnchorPeerWanted:
		j.unasked(st)
	case t.Anchor == onboarding.AnchorPeerAgreed && j.s.Introduction.Status == peerAgreed:
		j.byHand()
	case offersPeer(t) && reason == reasonUnknown:
		j.offered(t, st.To)
	case offersPeer(t):
		j.unoffered(t.ID)
	}
}

// dropRequest takes back a request that has not gone.
func (j *run) dropRequest() {
	for _, st := range slices.Clone(j.s.Touches) {
		if t := j.planned(st.ID); t.Anchor == onboarding.AnchorPeerWanted && st.waits() && !st.settled() && !st.busy() {
			j.forget(st.ID)
			j.emit(j.touchEntry(&t, onboarding.EntryTouchDropped, "not needed any more"))
		}
	}
}

// peerKnows reports whether the peer in hand was asked, or agreed: a person tells them how it ended.
func (j *run) peerKnows() bool {
	in := &j.s.Introduction
	if in.Agreed || in.Status == peerAgreed || in.Status == peerWanted && !in.Until.IsZero() {
		return true
	}
	return slices.ContainsFunc(j.s.Touches, func(st TouchState) bool {
		t := j.planned(st.ID)
		return t.Anchor == onboarding.AnchorPeerWanted && st.busy() && slices.Contains(st.To, in.Peer)
	})
}

// closeIntroduction ends an introduction that will not come about.
func (j *run) closeIntroduction(reason string) {
	in := &j.s.Introduction
	switch {
	case !in.open():
		return
	case in.Status == peerSought || in.Status == peerMatched:
		return // the offer itself is held or dropped, and gives its place back
	}
	knows, peer, wanted := j.peerKnows(), in.Peer, in.Status == peerWanted || in.Status == peerAgreed
	place := onboarding.PlaceReleased
	if knows {
		place = onboarding.PlaceDeclined
	}
	j.settlePlace(place)
	j.shut()
	j.dropRequest()
	if t, ok := j.stepTouch(onboarding.AnchorPeerAgreed); ok {
		if st := j.s.touch(t.ID); !j.unplanned(&t) && !st.settled() && !st.busy() {
			j.drop(&t, reason)
		}
	}
	if knows && peer != "" {
		j.raise("", onboarding.AudienceOwner, fmt.Sprintf("tell_peer: %s (%s)", peer, reason))
	}
	if wanted && reason != "declined" && reason != reasonEnded && !j.leaving() {
		j.raise("", onboarding.AudienceOwner, "introduction_stopped: "+reason)
	}
}

// shut ends an introduction; its place was settled.
func (j *run) shut() {
	in := &j.s.Introduction
	in.Status, in.Until, in.Seeking, in.Peer, in.Reasons, in.Agreed = peerClosed, time.Time{}, false, "", nil, false
}

// peerItems are the ends of the time that customer and peer have for their answers.
func (j *run) peerItems(add func(time.Time, int, func())) {
	in := &j.s.Introduction
	if in.Until.IsZero() || j.s.Pause != nil {
		return
	}
	add(in.Until, rankFollow, func() {
		if in.Status == peerWanted {
			j.nextPeer()
			return
		}
		j.closeIntroduction("no answer")
	})
}

// becomePeer proposes the customer for the pool; ops confirm it.
func (j *run) becomePeer(e onboarding.Event) {
	c := j.s.contract().Customer
	who, ok := j.contact(e.Contact)
	if all := j.addressed(&onboarding.Touch{}); !ok && len(all) > 0 {
		who = all[0]
	}
	j.candidate = &onboarding.Peer{ID: c.ID, Company: c.Company, Contact: who.Name, Email: who.Email, Language: c.Language,
		Industry: c.Industry, Segment: c.Segment, Capacity: 1}
	j.s.Introduction.Candidate = true
	j.raise("", onboarding.AudienceOps, "peer_candidate: "+c.ID)
}

// mayBeAsked reports whether this customer may be asked to be a peer: they had their first value, and nothing was wrong
// for a while.
func (j *run) mayBeAsked() bool {
	if _, reached := j.s.happened(onboarding.FactFirstValue); !reached || len(j.s.Troubles) > 0 || j.openCase() != nil || j.leaving() {
		return false
	}
	calm := j.s.Now.AddDate(0, 0, -j.plan.Peers.CalmDays)
	return !j.s.CalmSince.After(calm) && !slices.ContainsFunc(j.s.Open, func(c Case) bool { return c.Closed.After(calm) })
}

// peerOf is the peer that a mail names or goes to; nil for every other.
func (j *run) peerOf(t *onboarding.Touch, st TouchState) *onboarding.Peer {
	if !ofPeers(t) {
		return nil
	}
	id := j.s.Introduction.Peer
	if t.Anchor == onboarding.AnchorPeerWanted && len(st.To) > 0 {
		id = st.To[0]
	}
	for _, p := range j.s.Start.Peers {
		if p.ID == id {
			return &p
		}
	}
	return &onboarding.Peer{ID: id}
}

// requested is the request that is under way, where a touch of the plan is the request to a peer: ops name it by the plan.
func (s *State) requested(t onboarding.Touch) onboarding.Touch {
	if t.Anchor == onboarding.AnchorPeerWanted {
		t.ID = requestTo(t.ID, s.Introduction.Peer)
	}
	return t
}

// requestTo is the instance of a request that goes to one peer.
func requestTo(touch, peer string) string { return instance(touch, "peer-"+peer) }

// unplanned reports whether a touch has no date of its own: it answers an event or a doubt, or is a step of an
// introduction that has not come so far.
func (j *run) unplanned(t *onboarding.Touch) bool {
	if t.Anchor == onboarding.AnchorPeerAgreed || t.Anchor == onboarding.AnchorPeerIntroduced {
		_, came := j.s.happened(onboarding.Fact(t.Anchor))
		return !came
	}
	return t.Anchor == onboarding.AnchorEvent || t.Anchor == onboarding.AnchorCase || t.Anchor == onboarding.AnchorPeerWanted
}
