package wiring

import (
	"context"
	"errors"

	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/onboarding"
)

// Peers answers the activities from the journal's pool, as it stands now.
type Peers struct{ Journal *journal.Journal }

// Match keeps and settles places at peers.
func (p Peers) Match(ctx context.Context, in onboarding.MatchInput) (*onboarding.PeerMatch, error) {
	return p.Journal.MatchPeer(ctx, in)
}

// Find looks a peer up by id; not ok where the pool does not know them.
func (p Peers) Find(ctx context.Context, id string) (peer onboarding.Peer, ok bool, err error) {
	peer, err = p.Journal.Peer(ctx, id)
	if errors.Is(err, journal.ErrNotFound) {
		return peer, false, nil
	}
	return peer, err == nil, err
}
