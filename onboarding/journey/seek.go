package journey

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// maySeek reports whether a peer can be sought, or was found, for a touch: one introduction at a time.
func (j *run) maySeek(t *onboarding.Touch) bool {
	in := &j.s.Introduction
	if _, agreed := j.s.happened(onboarding.Fact(onboarding.AnchorPeerAgreed)); agreed {
		return false
	}
	return offersPeer(t) && (!in.open() || in.Touch == t.ID)
}

// seekFor asks for a peer before an offer goes. The touch keeps its place among the mails meanwhile.
func (j *run) seekFor(t *onboarding.Touch, st TouchState) {
	st.Status, st.At = touchMatching, j.s.Now
	j.s.put(st)
	in := &j.s.Introduction
	in.Status, in.Touch = peerSought, t.ID
	j.seekPeer()
}

func (j *run) seekPeer() {
	in := &j.s.Introduction
	in.Seek++
	in.Seeking, in.Peer, in.Reasons, in.Agreed = true, "", nil, false
	j.seek = in.Seek
}

// settlePlace tells what became of the place at the peer in hand, who is not matched again unless nobody asked them.
func (j *run) settlePlace(state onboarding.PlaceState) {
	in := &j.s.Introduction
	if in.Peer == "" {
		return
	}
	j.places = append(j.places, onboarding.Place{Peer: in.Peer, State: state})
	if in.Status != peerMatched {
		in.Tried = append(in.Tried, in.Peer)
	}
}

// askOutside is the one question about peers that a step has.
func (j *run) askOutside() {
	if j.seek == 0 && len(j.places) == 0 && j.candidate == nil {
		return
	}
	c := j.s.contract()
	j.step.Matches = append(j.step.Matches, onboarding.MatchInput{Contract: c.ID, Run: j.s.Start.Run, Customer: c.Customer, At: j.s.Now,
		Seek: j.seek, Not: slices.Clone(j.s.Introduction.Tried), Settle: j.places, Candidate: j.candidate, Pool: j.s.Start.Peers})
	j.seek, j.places, j.candidate = 0, nil, nil
}

// matched takes the answer to a search. One that nobody waits for any more is given back.
func (j *run) matched(f PeerFound) {
	in := &j.s.Introduction
	if f.Seek != in.Seek || !in.Seeking {
		if f.Peer != nil && f.Seek > 0 {
			j.places = append(j.places, onboarding.Place{Peer: f.Peer.Peer, State: onboarding.PlaceReleased})
		}
		return
	}
	in.Seeking = false
	if f.Peer != nil {
		in.Peer, in.Reasons = f.Peer.Peer, f.Peer.Reasons
	}
	switch {
	case in.Status == peerSought:
		j.matchedOffer(f.Peer != nil)
	case in.Status == peerWanted && f.Peer == nil:
		j.noPeerLeft()
	case in.Status == peerWanted:
		j.requestPeer()
	}
}

// matchedOffer lets an offer go now that a place is kept, or drops it.
func (j *run) matchedOffer(found bool) {
	in := &j.s.Introduction
	t, st := j.planned(in.Touch), j.s.touch(in.Touch)
	if !found {
		in.Status = ""
		j.drop(&t, conditionReason(freePeer(&t)))
		return
	}
	in.Status = peerMatched
	st.Status, st.At = "", time.Time{}
	j.s.put(st)
}

// freePeer is a touch's condition that a peer is free.
func freePeer(t *onboarding.Touch) onboarding.Condition {
	for _, c := range t.Conditions {
		if c.Fact == onboarding.FactFreePeer {
			return c
		}
	}
	return onboarding.Condition{Fact: onboarding.FactFreePeer, Is: true}
}
