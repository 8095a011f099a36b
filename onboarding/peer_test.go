package onboarding

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMatchPeer(t *testing.T) {
	now := time.Date(2026, 2, 2, 8, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	acme := Customer{ID: "acme", Company: "Acme S.r.l.", Language: "it", Industry: "manufacturing", Segment: "smb",
		Contacts: []Contact{{ID: "giulia", Email: "giulia@acme.example"}}}
	peer := func(id, industry, segment string) Peer {
		return Peer{ID: id, Company: "Peer " + id, Language: "it", Industry: industry, Segment: segment, Consent: true, Capacity: 2}
	}
	change := func(p Peer, f func(*Peer)) Peer { f(&p); return p }
	a := peer("a", "food", "large")
	for _, c := range []struct {
		name  string
		pool  []Peer
		taken []Place
		not   []string
		want  string
	}{
		{"nobody", nil, nil, nil, ""},
		{"the industry counts more than the segment", []Peer{peer("a", "food", "smb"), peer("b", "manufacturing", "large")}, nil, nil, "b industry language"},
		{"the segment more than nothing", []Peer{a, peer("b", "food", "smb")}, nil, nil, "b segment language"},
		{"both most", []Peer{peer("a", "manufacturing", "large"), peer("b", "manufacturing", "smb")}, nil, nil, "b industry segment language"},
		{"of equals the first by id, whatever the order", []Peer{peer("b", "", ""), peer("a", "", "")}, nil, nil, "a language"},
		{"not without consent", []Peer{change(a, func(p *Peer) { p.Consent = false })}, nil, nil, ""},
		{"not in another language", []Peer{change(a, func(p *Peer) { p.Language = "en" })}, nil, nil, ""},
		{"not the customer by its id", []Peer{change(a, func(p *Peer) { p.ID = "acme" })}, nil, nil, ""},
		{"nor by its name", []Peer{change(a, func(p *Peer) { p.Company = "ACME S.R.L." })}, nil, nil, ""},
		{"nor by an address", []Peer{change(a, func(p *Peer) { p.Email = "Giulia@acme.example" })}, nil, nil, ""},
		{"not who is out of the question", []Peer{a}, nil, []string{"a"}, ""},
		{"not who is being asked", []Peer{a}, []Place{{"a", PlaceKept, ago(3)}}, nil, ""},
		{"a place that nobody spoke of for two months keeps nobody away", []Peer{a}, []Place{{"a", PlaceKept, ago(61)}}, nil, "a language"},
		{"but was one", []Peer{a}, []Place{{"a", PlaceKept, ago(61)}, {"a", PlaceDeclined, ago(20)}}, nil, ""},
		{"not who was asked twice", []Peer{a}, []Place{{"a", PlaceDeclined, ago(10)}, {"a", PlaceIntroduced, ago(80)}}, nil, ""},
		{"what is long ago does not count", []Peer{a}, []Place{{"a", PlaceDeclined, ago(10)}, {"a", PlaceIntroduced, ago(91)}}, nil, "a language"},
		{"nor what was given back", []Peer{a}, []Place{{"a", PlaceReleased, ago(1)}, {"a", PlaceReleased, ago(2)}}, nil, "a language"},
		{"nor what another was asked", []Peer{a}, []Place{{"b", PlaceKept, ago(1)}}, nil, "a language"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if m := MatchPeer(acme, c.pool, c.taken, c.not, now); m != nil {
				got = strings.Join(slices.Concat([]string{m.Peer}, m.Reasons), " ")
			}
			if got != c.want {
				t.Errorf("%q; want %q", got, c.want)
			}
		})
	}
}
