package onboarding

import (
	"slices"
	"time"
)

// Contract is what was signed and with whom: the input of an onboarding. Its JSON form is a public interface.
type Contract struct {
	ID       string    `json:"contract_id"`
	SignedAt time.Time `json:"signed_at"`
	Product  string    `json:"product"`
	Value    Money     `json:"value"`
	Customer Customer  `json:"customer"`
	Terms    *Terms    `json:"terms,omitempty"`
	Owner    *Person   `json:"owner"`
	Sales    *Person   `json:"sales"`
	Manager  *Person   `json:"manager,omitempty"`
	Dossier  *Dossier  `json:"dossier,omitempty"`
}

// Money is an amount as decimal text with its ISO 4217 currency; never a float.
type Money struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// CustomerKind tells a business from a consumer: consumers have a right of withdrawal.
type CustomerKind string

const (
	Business CustomerKind = "business"
	Consumer CustomerKind = "consumer"
)

// Customer is the company or person that signed. TimeZone is an IANA name, Country ISO 3166-1 alpha-2.
type Customer struct {
	ID       string       `json:"id"`
	Company  string       `json:"company"`
	Kind     CustomerKind `json:"kind"`
	TimeZone string       `json:"time_zone"`
	Country  string       `json:"country"`
	Language string       `json:"language"`
	Industry string       `json:"industry,omitempty"`
	Segment  string       `json:"segment,omitempty"`
	Contacts []Contact    `json:"contacts"`
	// Closures are days on which this customer works for nobody; they replace the country's default closures.
	Closures []DateRange `json:"closures,omitzero"`
}

// DateRange is a span of calendar days, both ends included.
type DateRange struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// ContactRole is what a contact is to the purchase.
type ContactRole string

const (
	RoleDecisionMaker ContactRole = "decision_maker"
	RoleChampion      ContactRole = "champion"
	RoleUser          ContactRole = "user"
	RoleAdmin         ContactRole = "admin"
	RoleBilling       ContactRole = "billing"
)

// Form is how Italian addresses the contact: the courteous "lei" (the default) or "tu".
type Form string

const (
	Lei Form = "lei"
	Tu  Form = "tu"
)

// Contact is a person at the customer.
type Contact struct {
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	Email string      `json:"email"`
	Phone string      `json:"phone,omitempty"`
	Role  ContactRole `json:"role"`
	Form  Form        `json:"form,omitempty"`
	// Language overrides the customer's for this person.
	Language string `json:"language,omitempty"`
}

// Person is one of ours: account owner, salesperson, manager. With ID alone it refers to people.yaml.
type Person struct {
	ID       string      `json:"id" yaml:"id"`
	Name     string      `json:"name,omitempty" yaml:"name,omitempty"`
	Email    string      `json:"email,omitempty" yaml:"email,omitempty"`
	Phone    string      `json:"phone,omitempty" yaml:"phone,omitempty"`
	SlackID  string      `json:"slack_id,omitempty" yaml:"slack_id,omitempty"`
	TimeZone string      `json:"time_zone,omitempty" yaml:"time_zone,omitempty"` // IANA; absent: the customer's
	Country  string      `json:"country,omitempty" yaml:"country,omitempty"`     // absent: the customer's
	Hours    string      `json:"hours,omitempty" yaml:"hours,omitempty"`         // "09:00-18:00" when absent
	Leave    []DateRange `json:"leave,omitempty" yaml:"leave,omitempty"`
	Backup   string      `json:"backup,omitempty" yaml:"backup,omitempty"` // a person's id
	Lead     string      `json:"lead,omitempty" yaml:"lead,omitempty"`     // a person's id
	Language string      `json:"language,omitempty" yaml:"language,omitempty"`
	// AlertsADay is the budget of Slack alerts; 0 means the playbook's.
	AlertsADay int `json:"alerts_a_day,omitempty" yaml:"alerts_a_day,omitempty"`
	// Mode is how far the onboardings that this person owns may go; judged at each send, as people.yaml has it then.
	Mode Mode `json:"mode,omitempty" yaml:"mode,omitempty"`
}

// Terms is what the contract grants after the signature. A message whose term is absent cannot be sent.
type Terms struct {
	Refund     *Refund     `json:"refund,omitempty"`
	Withdrawal *Withdrawal `json:"withdrawal,omitempty"`
	Assistance *Assistance `json:"assistance,omitempty"`
	Training   *Training   `json:"training,omitempty"`
	Return     *Return     `json:"return,omitempty"`
}

// CountsFrom is the fact from which a term's days run.
type CountsFrom string

const (
	FromSigned      CountsFrom = "signed"
	FromKickoffHeld CountsFrom = "kickoff_held"
	FromInstalled   CountsFrom = "installed"
	FromFirstValue  CountsFrom = "first_value"
)

// Refund is the contractual refund, which is what it says and nothing else.
type Refund struct {
	Days       int        `json:"days"`
	CountsFrom CountsFrom `json:"counts_from"`
	How        string     `json:"how"`
	URL        string     `json:"url,omitempty"`
}

// Withdrawal is a consumer's statutory right of withdrawal, separate from any contractual refund. Italy: 14 days, 30
// after an unsolicited home visit (Codice del consumo, art. 52).
type Withdrawal struct {
	Days       int        `json:"days"`
	CountsFrom CountsFrom `json:"counts_from"`
}

// Assistance is help included after the purchase; Until is the last day, absent when unlimited in time.
type Assistance struct {
	Kind  string `json:"kind"` // unlimited, included
	Until *Date  `json:"until,omitempty"`
}

// Training is the number of sessions included.
type Training struct {
	Sessions int `json:"sessions"`
}

// Return is the right to give the product back.
type Return struct {
	Days int    `json:"days"`
	How  string `json:"how"`
}

// Ours are those of ours whom the contract writes out: owner, sales and manager, as far as there are any.
func (contract Contract) Ours() []Person {
	var ours []Person
	for _, p := range []*Person{contract.Owner, contract.Sales, contract.Manager} {
		if p != nil {
			ours = append(ours, *p)
		}
	}
	return ours
}

// Dossier is what sales learned: the handoff. Worries and Notes never reach a customer.
type Dossier struct {
	Goals    []Goal           `json:"goals,omitempty"`
	Promises []DossierPromise `json:"promises,omitempty"`
	Worries  []Worry          `json:"worries,omitempty"`
	People   []DossierPerson  `json:"people,omitempty"`
	Channel  string           `json:"preferred_channel,omitempty"`
	Notes    string           `json:"notes,omitempty"`
}

// Goal is what the customer wants, in their words; SaidBy names a contact. It is printed only where MayRepeat, and only
// to the contact who said it.
type Goal struct {
	Text      string `json:"text"`
	SaidBy    string `json:"said_by,omitempty"`
	MayRepeat bool   `json:"may_repeat,omitempty"`
}

// DossierPromise is what sales promised before the signature.
type DossierPromise struct {
	Text      string `json:"text"`
	Due       *Date  `json:"due,omitempty"`
	SaidTo    string `json:"said_to,omitempty"`
	MayRepeat bool   `json:"may_repeat,omitempty"`
}

// Worry is a doubt voiced during the discovery: a prior for the doubt, never evidence, never shown to the customer.
type Worry struct {
	Doubt Doubt  `json:"doubt"`
	Note  string `json:"note,omitempty"`
}

// DossierPerson is somebody at the customer and what they care about.
type DossierPerson struct {
	Contact string `json:"contact"`
	Cares   string `json:"cares_about,omitempty"`
}

// Redated is the contract as if it had been signed at another instant: what sales promised for a date moves along.
func (contract Contract) Redated(at time.Time, zone *time.Location) Contract {
	days := DateOf(at.In(zone)).DaysSince(DateOf(contract.SignedAt.In(zone)))
	contract.SignedAt = at
	if contract.Dossier == nil {
		return contract
	}
	d := *contract.Dossier
	d.Promises = slices.Clone(d.Promises)
	for i, p := range d.Promises {
		if p.Due != nil {
			due := p.Due.AddDays(days)
			d.Promises[i].Due = &due
		}
	}
	contract.Dossier = &d
	return contract
}
