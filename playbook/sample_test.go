package playbook

import (
	"testing"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// testSettings are an installation's, with a fixed key so that links are the same at every run.
func testSettings(t testing.TB) Settings {
	t.Helper()
	links, err := NewLinks([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return Settings{BaseURL: "https://onboarding.vendor.example/", Links: links,
		Company: Company{Brand: "Vendor", LegalName: "Vendor S.r.l.", Seat: "Via Garibaldi 10, 10122 Torino",
			Registration: "P. IVA 01234567890", PrivacyURL: "https://vendor.example/privacy"},
		FromService:      onboarding.Address{Email: "onboarding@vendor.example"},
		FromRelationship: onboarding.Address{Email: "community@vendor.example"},
		ReplyDomain:      "in.vendor.example"}
}

func day(y int, m time.Month, d int) *onboarding.Date {
	return &onboarding.Date{Year: y, Month: m, Day: d}
}

// acme is the contract of the design, with everything a contract can bring.
func acme() onboarding.Contract {
	return onboarding.Contract{
		ID: "C-2026-0042", SignedAt: time.Date(2026, 1, 15, 15, 20, 0, 0, time.UTC), Product: "Gestionale Pro",
		Customer: onboarding.Customer{ID: "acme", Company: "Acme S.r.l.", Kind: onboarding.Business, TimeZone: "Europe/Rome",
			Country: "IT", Language: "it", Industry: "manufacturing", Segment: "smb",
			Contacts: []onboarding.Contact{
				{ID: "giulia", Name: "Giulia Rossi", Email: "giulia@acme.example", Role: onboarding.RoleDecisionMaker, Form: onboarding.Lei},
				{ID: "luca", Name: "Luca Verdi", Email: "luca@acme.example", Role: onboarding.RoleChampion, Form: onboarding.Tu},
			}},
		Terms: &onboarding.Terms{
			Refund: &onboarding.Refund{Days: 30, CountsFrom: onboarding.FromSigned, How: "una mail a rimborsi@vendor.example",
				URL: "https://vendor.example/refund"},
			Assistance: &onboarding.Assistance{Kind: "unlimited", Until: day(2027, 1, 15)},
			Training:   &onboarding.Training{Sessions: 3},
			Return:     &onboarding.Return{Days: 45, How: "ritiro a nostro carico, su richiesta"}},
		Owner: &onboarding.Person{ID: "o-7", Name: "Marco Bianchi", Email: "marco@vendor.example", Phone: "+39 011 555 0101"},
		Sales: &onboarding.Person{ID: "s-3", Name: "Sara Neri", Email: "sara@vendor.example", Phone: "+39 011 555 0102"},
		Dossier: &onboarding.Dossier{
			Goals: []onboarding.Goal{
				{Text: "chiudere il mese in tre giorni invece di dieci", SaidBy: "giulia", MayRepeat: true},
				{Text: "non stampare più i DDT", SaidBy: "luca", MayRepeat: true},
				{Text: "liberarsi del vecchio fornitore", SaidBy: "giulia"},
			},
			Promises: []onboarding.DossierPromise{
				{Text: "importazione dell'anagrafica clienti", Due: day(2026, 2, 1), MayRepeat: true},
				{Text: "uno sconto sul secondo anno"},
			},
			Worries: []onboarding.Worry{{Doubt: onboarding.DoubtAbility, Note: "teme che i suoi non ce la facciano"}},
			Notes:   "il socio era contrario"},
	}
}

// orderOf is the order of a touch as the core would give it on the contract's fifth day.
func orderOf(t onboarding.Touch, c onboarding.Contract) onboarding.Order {
	o := onboarding.Order{Key: onboarding.TouchKey(c.ID, 1, t.ID), At: time.Date(2026, 1, 20, 9, 12, 0, 0, time.UTC), Run: 1,
		Touch: t.ID, Class: t.Class, Channel: t.Channel, Audience: t.Audience, From: t.From, Doubt: t.Doubt, Contract: c,
		KickoffAt: "2026-01-27T10:30:00+01:00", InvoiceAt: "2026-02-16", Samples: true, RefundDay: *day(2026, 2, 14),
		RefundOff: onboarding.DayWeekend,
		Commitments: []onboarding.Commitment{{What: "importazione dell'anagrafica clienti", Due: "2026-02-01"},
			{What: "mandare il listino aggiornato", Due: "2026-01-29", By: onboarding.ByThem}}}
	for i, what := range []string{"sales-handover", "owner-introduction", "kickoff-nudge"} {
		o.NextDates = append(o.NextDates, onboarding.NextDate{What: what, At: o.At.AddDate(0, 0, i+1)})
	}
	switch t.Anchor {
	case onboarding.AnchorPeerWanted, onboarding.AnchorPeerAgreed, onboarding.AnchorPeerIntroduced:
		o.Peer = &onboarding.Peer{ID: "borgo", Company: "Officine Borgo S.p.A.", Contact: "Rita Fontana", Email: "rita@borgo.example", Language: "it"}
	}
	return o
}

func giulia(c onboarding.Contract) onboarding.Contact { return c.Customer.Contacts[0] }
