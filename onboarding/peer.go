package onboarding

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Peer is a customer of long standing who may be introduced to a new one.
type Peer struct {
	ID       string `json:"id"`
	Company  string `json:"company"`
	Contact  string `json:"contact,omitempty"` // a person's name
	Email    string `json:"email,omitempty"`
	Language string `json:"language"`
	Industry string `json:"industry,omitempty"`
	Segment  string `json:"segment,omitempty"`
	// Consent says that they agreed to be asked; to each single introduction they are asked again.
	Consent bool `json:"consent,omitempty"`
	// Capacity is how often they may be asked in any 90 days; 1 where not said.
	Capacity int `json:"capacity,omitempty"`
}

// Peers is how a playbook goes about an introduction.
type Peers struct {
	AnswerDays int `json:"answer_days"` // working days of the customer that a peer has to answer
	Tries      int `json:"tries"`       // peers who are asked for one customer, at most
	// CalmDays is how many days a customer must have been content to be asked to be a peer.
	CalmDays int `json:"calm_days"`
}

// PeerDays is the span that a peer's capacity counts over, openPeerDays for how long a place whose run never said what
// became of it keeps the peer from other customers.
const (
	PeerDays     = 90
	openPeerDays = 60
)

// PlaceState is what became of a place that was kept at a peer.
type PlaceState string

const (
	// PlaceKept: a customer was or will be offered the introduction; nobody else is meanwhile.
	PlaceKept PlaceState = "kept"
	// PlaceReleased: the peer was never asked, so it does not count.
	PlaceReleased PlaceState = "released"
	// PlaceDeclined: the peer was asked, and did not want to or did not answer. It counts.
	PlaceDeclined PlaceState = "declined"
	// PlaceIntroduced: the two were introduced. It counts.
	PlaceIntroduced PlaceState = "introduced"
)

// Place is one peer's part in the introductions of a run.
type Place struct {
	Peer  string     `json:"peer"`
	State PlaceState `json:"state"`
	At    time.Time  `json:"at,omitzero"` // when it was kept, logical
}

// PeerMatch is a peer for a customer and why: industry, segment, language.
type PeerMatch struct {
	Peer    string   `json:"peer"`
	Reasons []string `json:"reasons"`
}

// MatchPeer chooses a peer for a customer at an instant: one who agreed to be asked, speaks their language, is not
// being asked already and was not asked too often; of these the one most like them by industry, then by segment, then
// the first by id. Never the customer itself. Taken are the places at all these peers.
func MatchPeer(c Customer, pool []Peer, taken []Place, not []string, now time.Time) *PeerMatch {
	var best *PeerMatch
	most := -1
	for _, p := range pool {
		if !p.Consent || p.Language != c.Language || slices.Contains(not, p.ID) || p.is(c) || !p.free(taken, now) {
			continue
		}
		m := p.Match(c)
		score := 0
		if slices.Contains(m.Reasons, "industry") {
			score += 2
		}
		if slices.Contains(m.Reasons, "segment") {
			score++
		}
		if score > most || score == most && p.ID < best.Peer {
			best, most = &m, score
		}
	}
	return best
}

// Played is the answer of a rehearsal, from the peers of its scenario. A run asks each of them once at the most, so none
// is asked too often.
func (in MatchInput) Played() MatchOutput {
	if in.Seek == 0 {
		return MatchOutput{}
	}
	return MatchOutput{Peer: MatchPeer(in.Customer, in.Pool, nil, in.Not, in.At)}
}

// Match says what a peer has in common with a customer.
func (p Peer) Match(c Customer) PeerMatch {
	m := PeerMatch{Peer: p.ID}
	for _, common := range []struct{ word, a, b string }{
		{"industry", p.Industry, c.Industry}, {"segment", p.Segment, c.Segment}, {"language", p.Language, c.Language}} {
		if common.a != "" && common.a == common.b {
			m.Reasons = append(m.Reasons, common.word)
		}
	}
	return m
}

// is reports whether a peer is this very customer.
func (p Peer) is(c Customer) bool {
	return p.ID == c.ID || strings.EqualFold(p.Company, c.Company) ||
		slices.ContainsFunc(c.Contacts, func(k Contact) bool { return strings.EqualFold(k.Email, p.Email) && p.Email != "" })
}

// free reports whether a peer may be asked: nobody else is waiting for them, and their capacity is not used up.
func (p Peer) free(taken []Place, now time.Time) bool {
	n := 0
	for _, t := range taken {
		switch {
		case t.Peer != p.ID || t.State == PlaceReleased || t.At.Before(now.AddDate(0, 0, -PeerDays)):
		case t.State == PlaceKept && !t.At.Before(now.AddDate(0, 0, -openPeerDays)):
			return false
		default:
			n++
		}
	}
	return n < max(p.Capacity, 1)
}

// ValidatePeers reports everything wrong with a list of peers, as Faults with paths such as peers[2].email. A scenario's
// peers get no mail and may do without address and contact.
func ValidatePeers(peers []Peer, scenario bool) error {
	c := &checker{}
	for i, p := range peers {
		field := at("peers", i)
		c.id(join(field, "id"), p.ID)
		first := slices.IndexFunc(peers, func(other Peer) bool { return other.ID == p.ID })
		if p.ID != "" && first < i {
			c.add(join(field, "id"), "%q is the id of %s already: give each peer its own", p.ID, at("peers", first))
		}
		c.requiredLine(join(field, "company"), p.Company, "the peer's name")
		if !scenario || p.Email != "" {
			c.email(join(field, "email"), p.Email)
		}
		if scenario {
			c.line(join(field, "contact"), p.Contact)
		} else {
			c.requiredLine(join(field, "contact"), p.Contact, "first and last name of who is written to")
		}
		c.language(join(field, "language"), p.Language, true)
		c.line(join(field, "industry"), p.Industry)
		c.line(join(field, "segment"), p.Segment)
		c.between(join(field, "capacity"), p.Capacity, 0, 100)
	}
	return c.err()
}

// ForPeer is what a peer may know of a contract before both have said yes: the product, who of ours writes, and of the
// customer what they do and how big they are. No name, no address, no value.
func (contract Contract) ForPeer() Contract {
	c := contract.Customer
	return Contract{ID: contract.ID, SignedAt: contract.SignedAt, Product: contract.Product, Owner: contract.Owner, Sales: contract.Sales,
		Customer: Customer{ID: "customer", Kind: c.Kind, TimeZone: c.TimeZone, Country: c.Country, Language: c.Language,
			Industry: c.Industry, Segment: c.Segment}}
}

// PeerRecipient is how an order names a peer among its recipients, which are contacts otherwise.
func PeerRecipient(id string) string { return "peer:" + id }

// AsContact is a peer as a recipient of a mail.
func (p Peer) AsContact() Contact {
	return Contact{ID: PeerRecipient(p.ID), Name: p.Contact, Email: p.Email, Language: p.Language}
}

// String is a place for logs: ids only.
func (p Place) String() string { return fmt.Sprintf("%s %s", p.Peer, p.State) }
