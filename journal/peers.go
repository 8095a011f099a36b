package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

const (
	// putPeerSQL adds a peer or replaces them.
	putPeerSQL = "INSERT INTO peers (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body"

	// addPeerSQL adds a candidate; who is in the pool stays as they are.
	addPeerSQL = "INSERT INTO peers (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING"

	peersSQL = "SELECT body FROM peers ORDER BY id"
	peerSQL  = "SELECT body FROM peers WHERE id = $1"

	// placesSQL lists the places of all peers since an instant.
	placesSQL = "SELECT peer, state, at FROM peer_introductions WHERE at >= $1"

	// placesOfRunSQL lists those of one run.
	placesOfRunSQL = "SELECT peer, state, at FROM peer_introductions WHERE contract = $1 AND run = $2 ORDER BY peer"

	// keepPlaceSQL keeps a place, or one again that was given back.
	keepPlaceSQL = `
		INSERT INTO peer_introductions (contract, run, peer, state, at) VALUES ($1, $2, $3, 'kept', $4)
		ON CONFLICT (contract, run, peer) DO UPDATE SET state = excluded.state, at = excluded.at`

	// settlePlaceSQL ends a place that is kept; the first end stays.
	settlePlaceSQL = "UPDATE peer_introductions SET state = $4 WHERE contract = $1 AND run = $2 AND peer = $3 AND state = 'kept'"
)

func scanPeer(row scanner) (p onboarding.Peer, err error) {
	err = row.Scan(document{&p})
	return p, err
}

func scanPlace(row scanner) (p onboarding.Place, err error) {
	err = row.Scan(&p.Peer, &p.State, (*instant)(&p.At))
	return p, err
}

// PutPeers adds peers or replaces those with the same id, all of them or none; who is not named stays as they are.
func (j *Journal) PutPeers(ctx context.Context, peers []onboarding.Peer) error {
	// In the order of the ids, so that two imports never wait for each other.
	sorted := slices.SortedFunc(slices.Values(peers), func(a, b onboarding.Peer) int { return cmp.Compare(a.ID, b.ID) })
	return j.change(ctx, "store peers", func(tx *sql.Tx) error {
		for _, p := range sorted {
			if err := putPeer(ctx, tx, putPeerSQL, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func putPeer(ctx context.Context, tx *sql.Tx, query string, p onboarding.Peer) error {
	if p.ID == "" {
		return errors.New("a peer needs an id")
	}
	body, err := toJSON(p)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, query, p.ID, body); err != nil {
		return fmt.Errorf("peer %s: %w", p.ID, err)
	}
	return nil
}

// ConsentPeer notes that a peer agreed to be asked, or does not any more; ErrNotFound where there is none.
func (j *Journal) ConsentPeer(ctx context.Context, id string, consent bool) error {
	return j.change(ctx, "note the consent of "+id, func(tx *sql.Tx) error {
		p, err := scanPeer(tx.QueryRowContext(ctx, peerSQL+j.dialect.forUpdate(), id))
		if err != nil {
			return orNotFound(err, "peer %s", id)
		}
		p.Consent = consent
		return putPeer(ctx, tx, putPeerSQL, p)
	})
}

// Peers lists the pool by id.
func (j *Journal) Peers(ctx context.Context) ([]onboarding.Peer, error) {
	peers, err := list(ctx, j.read, scanPeer, peersSQL)
	if err != nil {
		return nil, fmt.Errorf("list the peers: %w", err)
	}
	return peers, nil
}

// Peer finds one peer, or ErrNotFound.
func (j *Journal) Peer(ctx context.Context, id string) (onboarding.Peer, error) {
	p, err := scanPeer(j.read.QueryRowContext(ctx, peerSQL, id))
	return p, orNotFound(err, "peer %s", id)
}

// Places lists the places that were kept since an instant, over all contracts.
func (j *Journal) Places(ctx context.Context, since time.Time) ([]onboarding.Place, error) {
	places, err := list(ctx, j.read, scanPlace, placesSQL, micro(since))
	if err != nil {
		return nil, fmt.Errorf("list the places at peers: %w", err)
	}
	return places, nil
}

// MatchPeer settles places of a run, takes a candidate into the pool, and keeps a place for who seeks one; nil where no
// peer is free. A run holds one place at most: asked again, it is given the same. One match at a time, so that no peer
// is promised twice.
func (j *Journal) MatchPeer(ctx context.Context, in onboarding.MatchInput) (match *onboarding.PeerMatch, err error) {
	err = j.change(ctx, "match a peer for "+in.Contract, func(tx *sql.Tx) error {
		match = nil
		if err := j.dialect.lock(ctx, tx, lockSQL, "peers"); err != nil {
			return err
		}
		for _, p := range in.Settle {
			if _, err := tx.ExecContext(ctx, settlePlaceSQL, in.Contract, in.Run, p.Peer, p.State); err != nil {
				return fmt.Errorf("settle the place at %s: %w", p.Peer, err)
			}
		}
		if in.Candidate != nil {
			if err := putPeer(ctx, tx, addPeerSQL, *in.Candidate); err != nil {
				return err
			}
		}
		if in.Seek == 0 {
			return nil
		}
		match, err = keepPlace(ctx, tx, in)
		return err
	})
	return match, err
}

// keepPlace is the place that the run holds, or one that is kept now.
func keepPlace(ctx context.Context, tx *sql.Tx, in onboarding.MatchInput) (*onboarding.PeerMatch, error) {
	held, err := list(ctx, tx, scanPlace, placesOfRunSQL, in.Contract, in.Run)
	if err != nil {
		return nil, err
	}
	for _, p := range held {
		if p.State == onboarding.PlaceKept && !slices.Contains(in.Not, p.Peer) {
			peer, err := scanPeer(tx.QueryRowContext(ctx, peerSQL, p.Peer))
			if err != nil {
				return nil, orNotFound(err, "peer %s", p.Peer)
			}
			m := peer.Match(in.Customer)
			return &m, nil
		}
	}
	pool, err := list(ctx, tx, scanPeer, peersSQL)
	if err != nil {
		return nil, err
	}
	taken, err := list(ctx, tx, scanPlace, placesSQL, micro(in.At.AddDate(0, 0, -onboarding.PeerDays)))
	if err != nil {
		return nil, err
	}
	not := slices.Clone(in.Not)
	for _, p := range pool {
		// To ask a peer is a favour asked, so an opt-out counts.
		why, err := suppressed(ctx, tx, onboarding.Send{Address: fold(p.Email), Class: onboarding.ClassRelationship})
		if err != nil {
			return nil, err
		}
		if why != "" {
			not = append(not, p.ID)
		}
	}
	m := onboarding.MatchPeer(in.Customer, pool, taken, not, in.At)
	if m == nil {
		return nil, nil
	}
	_, err = tx.ExecContext(ctx, keepPlaceSQL, in.Contract, in.Run, m.Peer, micro(in.At))
	return m, err
}
