package onboarding

// Phase is one of the eight phases of the first 100 days (Joey Coleman, "First 100 Days"). The current phase of an
// onboarding moves forwards only.
type Phase string

const (
	PhaseAssess     Phase = "assess"
	PhaseAdmit      Phase = "admit"
	PhaseAffirm     Phase = "affirm"
	PhaseActivate   Phase = "activate"
	PhaseAcclimate  Phase = "acclimate"
	PhaseAccomplish Phase = "accomplish"
	PhaseAdopt      Phase = "adopt"
	PhaseAdvocate   Phase = "advocate"
)

// Phases lists the phases in their order.
var Phases = []Phase{PhaseAssess, PhaseAdmit, PhaseAffirm, PhaseActivate, PhaseAcclimate, PhaseAccomplish, PhaseAdopt, PhaseAdvocate}

// Order is the phase's place in Phases, from 0; -1 for a name that is none.
func (p Phase) Order() int {
	for i, q := range Phases {
		if p == q {
			return i
		}
	}
	return -1
}

// Stage is one of the eleven stages of the customer's life cycle. Stages follow facts, not the calendar: a customer can
// go back.
type Stage string

const (
	StageUnaware         Stage = "unaware"
	StageAware           Stage = "aware"
	StageInterested      Stage = "interested"
	StagePurchase        Stage = "purchase"
	StageInstallation    Stage = "installation"
	StageFirstUse        Stage = "first_use"
	StageSteadyUse       Stage = "steady_use"
	StageChangeOfUse     Stage = "change_of_use"
	StageMishap          Stage = "mishap"
	StageReconsideration Stage = "reconsideration"
	StageDeparture       Stage = "departure"
)

// Stages lists the stages in the order of the life cycle.
var Stages = []Stage{StageUnaware, StageAware, StageInterested, StagePurchase, StageInstallation, StageFirstUse,
	StageSteadyUse, StageChangeOfUse, StageMishap, StageReconsideration, StageDeparture}

// Delicate reports whether expectations are highest and mood turns fastest here, so that clocks run tighter.
func (s Stage) Delicate() bool {
	return s == StageInstallation || s == StageFirstUse || s == StageMishap
}

// Doubt is one of the four doubts of buyer's remorse.
type Doubt string

const (
	DoubtAbility  Doubt = "ability"  // can I really do this?
	DoubtApproval Doubt = "approval" // what will others think of my choice?
	DoubtProduct  Doubt = "product"  // does it work well?
	DoubtValue    Doubt = "value"    // was I ripped off?
)

// Doubts lists the four doubts.
var Doubts = []Doubt{DoubtAbility, DoubtApproval, DoubtProduct, DoubtValue}
