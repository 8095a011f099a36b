package playbook

import (
	"slices"
	"time"

	"github.com/centogiorni/centogiorni/onboarding"
)

// sample is an order that a text is tried on while the playbook loads: with all that a contract can bring, or with
// the least that the touch is sure of.
type sample struct {
	name    string
	full    bool
	odd     bool // a consumer, a short refund that ends on a weekend
	form    onboarding.Form
	variant string
}

func samples(variant string) []sample {
	return []sample{
		{"a full contract", true, false, onboarding.Lei, variant},
		{"a full contract, tu", true, false, onboarding.Tu, variant},
		{"a consumer's contract", true, true, onboarding.Lei, variant},
		{"a bare contract", false, false, onboarding.Lei, variant},
	}
}

var sampleKey = []byte("a key for samples alone, of no use")

// sampleSettings make links that nobody can open.
func sampleSettings() Settings {
	links, err := NewLinks(sampleKey)
	if err != nil {
		panic(err)
	}
	return Settings{BaseURL: "https://onboarding.example", Links: links,
		Company: Company{Brand: "Vendor", LegalName: "Vendor S.r.l.", Seat: "Via Roma 1, Torino", Registration: "P. IVA 01234567890",
			PrivacyURL: "https://vendor.example/privacy"},
		FromService: onboarding.Address{Email: "service@vendor.example"}, FromRelationship: onboarding.Address{Email: "news@vendor.example"}}
}

// data makes what a touch's text would see of the sample.
func (s sample) data(t onboarding.Touch, language string) (*data, error) {
	contact := onboarding.Contact{ID: "giulia", Name: "Giulia Rossi", Email: "giulia@acme.example", Role: onboarding.RoleDecisionMaker, Form: s.form}
	o := onboarding.Order{Key: "C-1/1/" + t.ID, At: time.Date(2026, 1, 15, 15, 20, 0, 0, time.UTC), Run: 1, Touch: t.ID,
		Variant: s.variant, Class: t.Class, Channel: t.Channel, Audience: t.Audience, To: []string{"giulia"}, From: t.From,
		Doubt: onboarding.DoubtAbility, Contract: s.contract(t, contact)}
	s.dates(t, &o)
	if t.Anchor == onboarding.AnchorPeerWanted || t.Anchor == onboarding.AnchorPeerAgreed || t.Anchor == onboarding.AnchorPeerIntroduced {
		o.Peer = &onboarding.Peer{ID: "borgo", Company: "Borgo S.p.A.", Contact: "Rita Fontana", Email: "rita@borgo.example", Language: language}
	}
	if t.Audience == onboarding.AudiencePeer {
		o.Contract, contact = o.Contract.ForPeer(), o.Peer.AsContact()
		contact.Form = s.form
	}
	settings := sampleSettings()
	d, err := newData(o, contact, language, settings)
	if err != nil {
		return nil, err
	}
	if outside(t) {
		d.settings = &settings
	}
	if s.full || t.CaseHistory {
		d.CaseHistory = &caseData{Title: "Title", Company: "Beta", Sector: "trade", URL: "https://beta.example", Body: "A story."}
	}
	return d, nil
}

func (s sample) contract(t onboarding.Touch, contact onboarding.Contact) onboarding.Contract {
	c := onboarding.Contract{ID: "C-1", SignedAt: time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC), Product: "Gestionale",
		Customer: onboarding.Customer{ID: "acme", Company: "Acme S.r.l.", Kind: onboarding.Business, TimeZone: "Europe/Rome",
			Country: "IT", Contacts: []onboarding.Contact{contact}},
		Owner: &onboarding.Person{ID: "o-1", Name: "Marco Bianchi", Email: "marco@vendor.example"},
		Sales: &onboarding.Person{ID: "s-1", Name: "Sara Neri", Email: "sara@vendor.example"},
		Terms: &onboarding.Terms{}}
	if s.variant == variantMerged {
		c.Sales = c.Owner
	}
	if s.odd {
		c.Customer.Kind = onboarding.Consumer
	}
	sure := func(f onboarding.Fact) bool {
		return s.full || slices.ContainsFunc(t.Conditions, func(k onboarding.Condition) bool { return k.Fact == f && k.Is })
	}
	if sure(onboarding.FactTermRefund) {
		c.Terms.Refund = &onboarding.Refund{Days: 30, CountsFrom: onboarding.FromSigned, How: "by mail", URL: "https://vendor.example/refund"}
		if s.odd {
			c.Terms.Refund.Days = 7
		}
	}
	if sure(onboarding.FactTermTraining) {
		c.Terms.Training = &onboarding.Training{Sessions: 3}
	}
	if sure(onboarding.FactTermAssistance) {
		c.Terms.Assistance = &onboarding.Assistance{Kind: "included", Until: &onboarding.Date{Year: 2027, Month: 1, Day: 15}}
	}
	if sure(onboarding.FactTermReturn) {
		c.Terms.Return = &onboarding.Return{Days: 30, How: "by post"}
	}
	if sure(onboarding.FactGoalToRepeat) {
		c.Dossier = &onboarding.Dossier{Goals: []onboarding.Goal{{Text: "a goal", SaidBy: contact.ID, MayRepeat: true}}}
	}
	if s.full {
		c.Dossier.Promises = []onboarding.DossierPromise{{Text: "a promise", MayRepeat: true, Due: &onboarding.Date{Year: 2026, Month: 2, Day: 1}}}
		c.Customer.Industry = "manufacturing"
		c.Owner.Phone, c.Sales.Phone = "+39 011 0000000", "+39 011 0000001"
	}
	return c
}

// dates sets the dates a touch is sure of, or all of them.
func (s sample) dates(t onboarding.Touch, o *onboarding.Order) {
	if s.full || t.Anchor == onboarding.AnchorKickoffDate {
		o.KickoffAt = "2026-01-20T10:30:00+01:00"
	}
	if s.full || t.Anchor == onboarding.AnchorInvoiceDue {
		o.InvoiceAt = "2026-02-15"
	}
	if s.full || t.Anchor == onboarding.AnchorRefundLastDay {
		o.RefundDay = onboarding.Date{Year: 2026, Month: 2, Day: 14}
	}
	if s.odd {
		o.RefundOff = onboarding.DayWeekend
	}
	if s.full {
		o.Commitments = []onboarding.Commitment{{What: "import the data", Due: "2026-02-01"}, {What: "name a room", Due: "2026-02-02T10:00:00+01:00", By: onboarding.ByThem}}
		for _, what := range []string{"sales-handover", "owner-introduction", "kickoff-nudge"} {
			o.NextDates = append(o.NextDates, onboarding.NextDate{What: what, At: o.At.AddDate(0, 0, 3)})
		}
	}
}
