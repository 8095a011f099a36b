package journal

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// rita is a peer who may be asked once in ninety days.
var rita = onboarding.Peer{ID: "borgo", Company: "Officine Borgo", Contact: "Rita Fontana", Email: "Rita@borgo.example", Language: "it", Consent: true, Capacity: 1}

// seek asks for a peer for a contract, on a day after noon.
func seek(n, day int) onboarding.MatchInput {
	return onboarding.MatchInput{Contract: contract(n).ID, Run: 1, Customer: contract(n).Customer, At: noon.AddDate(0, 0, day), Seek: 1}
}

// settle tells what became of the place at Rita.
func settle(n int, state onboarding.PlaceState) onboarding.MatchInput {
	in := seek(n, 0)
	in.Seek, in.Settle = 0, []onboarding.Place{{Peer: rita.ID, State: state}}
	return in
}

func TestPeersAreAddedOrReplaced(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		other := onboarding.Peer{ID: "alba", Company: "Alba", Language: "en"}
		must(t, j.PutPeers(t.Context(), []onboarding.Peer{rita, other}))
		other.Capacity = 3
		must(t, j.PutPeers(t.Context(), []onboarding.Peer{other}))
		peers, err := j.Peers(t.Context())
		must(t, err)
		equal(t, peers, []onboarding.Peer{other, rita})
		must(t, j.ConsentPeer(t.Context(), "borgo", false))
		found, err := j.Peer(t.Context(), "borgo")
		must(t, err)
		if found.Consent || found.Email != rita.Email {
			t.Errorf("%+v; want the same without consent", found)
		}
		if err := j.ConsentPeer(t.Context(), "nobody", true); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if err := j.PutPeers(t.Context(), []onboarding.Peer{{}}); err == nil {
			t.Error("a peer without an id passed")
		}
	})
}

// TestAPlaceIsKept tells, step by step, which peer each search is given.
func TestAPlaceIsKept(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []onboarding.MatchInput
		want  string
	}{
		{"the same run asked again is given the same place", []onboarding.MatchInput{seek(1, 0), seek(1, 1)}, "borgo borgo"},
		{"a peer is promised to one customer at a time", []onboarding.MatchInput{seek(1, 0), seek(2, 1)}, "borgo -"},
		{"a place given back is free at once", []onboarding.MatchInput{seek(1, 0), settle(1, onboarding.PlaceReleased), seek(2, 1)}, "borgo - borgo"},
		{"who was asked and said no was asked", []onboarding.MatchInput{seek(1, 0), settle(1, onboarding.PlaceDeclined), seek(2, 89)}, "borgo - -"},
		{"and may be asked again after ninety days", []onboarding.MatchInput{seek(1, 0), settle(1, onboarding.PlaceIntroduced), seek(2, 91)}, "borgo - borgo"},
		{"the first end of a place stays", []onboarding.MatchInput{seek(1, 0), settle(1, onboarding.PlaceDeclined), settle(1, onboarding.PlaceReleased), seek(2, 1)}, "borgo - - -"},
		{"another run settles nothing of this one", []onboarding.MatchInput{seek(1, 0), settle(2, onboarding.PlaceReleased), seek(2, 1)}, "borgo - -"},
		{"a place that was given back can be kept again", []onboarding.MatchInput{seek(1, 0), settle(1, onboarding.PlaceReleased), seek(1, 3)}, "borgo - borgo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, url string) {
				j, _ := open(t, url)
				must(t, j.PutPeers(t.Context(), []onboarding.Peer{rita}))
				var got []string
				for _, in := range c.steps {
					m, err := j.MatchPeer(t.Context(), in)
					must(t, err)
					word := "-"
					if m != nil {
						word = m.Peer
					}
					got = append(got, word)
				}
				if got := strings.Join(got, " "); got != c.want {
					t.Errorf("given %s; want %s", got, c.want)
				}
			})
		})
	}
}

func TestWhoOptedOutIsNotMatched(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		must(t, j.PutPeers(t.Context(), []onboarding.Peer{rita}))
		must(t, j.Suppress(t.Context(), []onboarding.Suppression{{Address: "rita@borgo.example", Reason: "unsubscribed"}}))
		if m, err := j.MatchPeer(t.Context(), seek(1, 0)); err != nil || m != nil {
			t.Errorf("matched %+v, %v", m, err)
		}
	})
}

func TestACandidateWaitsForConsent(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		in := seek(1, 0)
		in.Seek, in.Candidate = 0, &onboarding.Peer{ID: "acme-1", Company: "Acme", Language: "it", Capacity: 1}
		for range 2 {
			_, err := j.MatchPeer(t.Context(), in)
			must(t, err)
		}
		if m, err := j.MatchPeer(t.Context(), seek(2, 0)); err != nil || m != nil {
			t.Errorf("a candidate was matched: %+v, %v", m, err)
		}
		must(t, j.ConsentPeer(t.Context(), "acme-1", true))
		_, err := j.MatchPeer(t.Context(), in)
		must(t, err)
		if p, err := j.Peer(t.Context(), "acme-1"); err != nil || !p.Consent {
			t.Errorf("told again the candidate lost their consent: %+v, %v", p, err)
		}
	})
}

func TestManyCustomersAtOnceNeverShareAPeer(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		j, _ := open(t, url)
		pool := []onboarding.Peer{rita}
		for i := range 3 {
			p := rita
			p.ID, p.Company, p.Email = fmt.Sprint("p", i), fmt.Sprint("P", i), fmt.Sprintf("p%d@x.example", i)
			pool = append(pool, p)
		}
		must(t, j.PutPeers(t.Context(), pool))
		var wg sync.WaitGroup
		for n := range 12 {
			wg.Go(func() {
				if _, err := j.MatchPeer(t.Context(), seek(n, 0)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		places, err := j.Places(t.Context(), noon.Add(-time.Hour))
		must(t, err)
		at := map[string]int{}
		for _, p := range places {
			at[p.Peer]++
		}
		if len(places) != len(pool) || len(at) != len(pool) {
			t.Errorf("places %v; want one at each of %d peers", places, len(pool))
		}
	})
}
