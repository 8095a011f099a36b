package activities

import (
	"context"
	"fmt"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Peers is the part of the journal that knows who may be introduced; not ok for a peer it does not know.
type Peers interface {
	Match(ctx context.Context, in onboarding.MatchInput) (*onboarding.PeerMatch, error)
	Find(ctx context.Context, id string) (p onboarding.Peer, ok bool, err error)
}

// Match keeps a place at a peer for a customer, and settles places that were kept. The peers of a scenario take the
// place of the pool: that run alone knows them.
func (a *Activities) Match(ctx context.Context, in onboarding.MatchInput) (onboarding.MatchOutput, error) {
	if len(in.Pool) > 0 {
		return in.Played(), nil
	}
	if a.Peers == nil {
		return onboarding.MatchOutput{}, nil
	}
	m, err := a.Peers.Match(ctx, in)
	if err != nil {
		return onboarding.MatchOutput{}, fmt.Errorf("match a peer: %w", err)
	}
	return onboarding.MatchOutput{Peer: m}, nil
}

// introduced completes the order of a mail of an introduction: the run knows the peer by id alone. A peer who does not
// want to be asked any more is not written to.
func (a *Activities) introduced(ctx context.Context, o onboarding.Order) (onboarding.Order, onboarding.Outcome, error) {
	if o.Peer == nil || o.Peer.Company != "" {
		return o, onboarding.Outcome{}, nil
	}
	gone := onboarding.Outcome{Kind: onboarding.OutcomeDropped, Reason: "no such peer"}
	if a.Peers == nil {
		return o, gone, nil
	}
	p, ok, err := a.Peers.Find(ctx, o.Peer.ID)
	switch {
	case err != nil:
		return o, gone, fmt.Errorf("find the peer: %w", err)
	case !ok:
		return o, gone, nil
	case o.Audience == onboarding.AudiencePeer && !p.Consent:
		gone.Reason = "no consent"
		return o, gone, nil
	}
	o.Peer = &p
	return o, onboarding.Outcome{}, nil
}

// recipient finds whom an id among an order's recipients means: a contact of the customer, or the peer.
func recipient(o onboarding.Order, id string) (onboarding.Contact, bool) {
	if p := o.Peer; p != nil && (o.Audience == onboarding.AudiencePeer && id == p.ID || id == onboarding.PeerRecipient(p.ID)) {
		return p.AsContact(), p.Email != ""
	}
	for _, c := range o.Contract.Customer.Contacts {
		if c.ID == id {
			return c, true
		}
	}
	return onboarding.Contact{}, false
}

// rowClass is the class that the ledger holds a mail to: to ask a peer is a favour asked, which an opt-out stops.
func rowClass(o onboarding.Order) onboarding.Class {
	if o.Audience == onboarding.AudiencePeer {
		return onboarding.ClassRelationship
	}
	return o.Class
}

// limitsOf are the limits of one mail of an order: an introduction goes to a peer who just agreed to it, whatever they
// were sent before.
func limitsOf(o onboarding.Order, id string) onboarding.Limits {
	if o.Peer != nil && id == onboarding.PeerRecipient(o.Peer.ID) {
		return onboarding.Limits{}
	}
	return o.Limits
}
