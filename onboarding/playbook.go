package onboarding

import "time"

// Class says what holds a mail back: see the constants.
type Class string

const (
	// ClassConfirmation: the customer just did something. At once, exempt from window, spacing, tact and opt-out.
	ClassConfirmation Class = "confirmation"
	// ClassService: owed by the contract. Window and spacing; not stopped by an opt-out.
	ClassService Class = "service"
	// ClassRelationship: everything else to the customer. Window, spacing, cap, holds, one-click opt-out.
	ClassRelationship Class = "relationship"
	// ClassInternal: to one of ours.
	ClassInternal Class = "internal"
)

// Channel is how a touch goes out.
type Channel string

const (
	ChannelEmail Channel = "email"
	ChannelSlack Channel = "slack"
	ChannelTask  Channel = "task"
)

// Audience is whom a touch is for.
type Audience string

const (
	AudienceCustomer Audience = "customer"
	AudienceOwner    Audience = "owner"
	AudienceSales    Audience = "sales"
	AudienceManager  Audience = "manager"
	AudienceBackup   Audience = "backup" // stands in for the owner
	AudienceLead     Audience = "lead"   // of sales
	AudienceOps      Audience = "ops"    // everybody in the ops channel
	AudiencePeer     Audience = "peer"   // a customer of long standing, who may be introduced to this one
)

// Anchor is what an offset counts from.
type Anchor string

const (
	AnchorContract      Anchor = "contract"         // the signature
	AnchorHandoff       Anchor = "handoff_accepted" // the owner accepted the dossier
	AnchorKickoffDate   Anchor = "kickoff_date"     // the date the kickoff is booked for
	AnchorKickoffHeld   Anchor = "kickoff_held"
	AnchorInstalled     Anchor = "installed"
	AnchorFirstValue    Anchor = "first_value"
	AnchorGoalReached   Anchor = "goal_reached"
	AnchorRefundLastDay Anchor = "refund_last_day"
	AnchorInvoiceDue    Anchor = "invoice_due"
	AnchorEvent         Anchor = "event" // the event named by Touch.On, at once
	AnchorCase          Anchor = "case"  // an answer to a doubt: only when the owner chose it, or by Touch.Automatic
)

// The steps of a customer's introduction to a peer.
const (
	AnchorPeerWanted     Anchor = "peer_wanted"     // the customer said yes: the peer is asked
	AnchorPeerAgreed     Anchor = "peer_agreed"     // both have said yes
	AnchorPeerIntroduced Anchor = "peer_introduced" // the introduction went
)

// Fact is a yes-or-no about an onboarding that a condition may ask for; the list is closed.
type Fact string

const (
	FactDossier          Fact = "has_dossier"       // the contract or sales brought one
	FactHandoffAccepted  Fact = "handoff_accepted"  //
	FactOwnerIsSales     Fact = "owner_is_sales"    //
	FactContacted        Fact = "contacted"         // a person of ours spoke with them
	FactKickoffBooked    Fact = "kickoff_booked"    // also true once held
	FactKickoffHeld      Fact = "kickoff_held"      //
	FactInstalled        Fact = "installed"         //
	FactLogin            Fact = "login"             // somebody of theirs used it
	FactFirstValue       Fact = "first_value"       //
	FactGoalReached      Fact = "goal_reached"      //
	FactTrainingArranged Fact = "training_arranged" // booked or done
	FactTermRefund       Fact = "terms.refund"      //
	FactTermTraining     Fact = "terms.training"    //
	FactTermAssistance   Fact = "terms.assistance"  //
	FactTermReturn       Fact = "terms.return"      //
	FactShortRefund      Fact = "short_refund"      // a refund window under ten days: said in the welcome
	FactFreePeer         Fact = "free_peer"         // a peer with consent and capacity
	FactPeerConsent      Fact = "peer_consent"      // this customer may be asked to be a peer
	FactDoubtOpen        Fact = "doubt_open"        // a case is open or health is not green
	FactGoalToRepeat     Fact = "goal_to_repeat"    // a goal the recipient said and that may be repeated
)

// Facts lists the facts a condition may ask for.
var Facts = []Fact{FactDossier, FactHandoffAccepted, FactOwnerIsSales, FactContacted, FactKickoffBooked, FactKickoffHeld,
	FactInstalled, FactLogin, FactFirstValue, FactGoalReached, FactTrainingArranged, FactTermRefund, FactTermTraining,
	FactTermAssistance, FactTermReturn, FactShortRefund, FactFreePeer, FactPeerConsent, FactDoubtOpen, FactGoalToRepeat}

// Condition must hold when a touch is due. A touch whose condition cannot hold any more is dropped with Reason.
type Condition struct {
	Fact   Fact   `json:"fact"`
	Is     bool   `json:"is"`
	Reason string `json:"reason,omitempty"` // the reason of the drop; "" = "<fact>" or "no <fact>"
}

// Offset counts calendar or working days of the customer; +0 days means at once for a milestone, the contract's instant
// for welcome and internal touches.
type Offset struct {
	Days    int  `json:"days"`
	Working bool `json:"working,omitempty"`
}

// Latest is the fallback date of a touch whose anchor is late.
type Latest struct {
	Anchor Anchor `json:"anchor"`
	Offset Offset `json:"offset"`
	// Needs, when set, must also have happened.
	Needs Fact `json:"needs,omitempty"`
}

// OnUnknown decides about a send whose result cannot be learnt.
type OnUnknown string

const (
	AskOnUnknown    OnUnknown = "ask"
	ResendOnUnknown OnUnknown = "resend"
	SkipOnUnknown   OnUnknown = "skip"
)

// Touch is one planned contact, as the playbook describes it.
type Touch struct {
	ID       string    `json:"id"`
	Phase    Phase     `json:"phase,omitempty"` // "" is any
	Class    Class     `json:"class"`
	Channel  Channel   `json:"channel"`
	Audience Audience  `json:"audience"`
	Purpose  string    `json:"purpose"`
	Anchor   Anchor    `json:"anchor"`
	On       EventKind `json:"on,omitempty"` // for AnchorEvent
	Offset   Offset    `json:"offset"`
	Latest   *Latest   `json:"latest,omitempty"`
	// Needs names milestones to wait for after the date has come.
	Needs []Fact `json:"needs,omitempty"`
	// Conditions are judged when the touch is due; the touch is dropped where one does not hold.
	Conditions []Condition `json:"conditions,omitempty"`
	// After names a touch that goes before this one: until that went or was dropped, this one waits.
	After string `json:"after,omitempty"`
	// StopOn drops the touch as soon as the fact holds.
	StopOn Fact `json:"stop_on,omitempty"`
	// Window is the open hours on a working day, minutes after midnight; nil for confirmations and internal touches.
	Window *Window `json:"window,omitempty"`
	// AnyDay lets the touch go on days that are no working days and at once: welcome.
	AnyDay bool `json:"any_day,omitempty"`
	// Deadline moves a clash earlier, never later: the anchor is a date that must not pass.
	Deadline bool `json:"deadline,omitempty"`
	// JoinsCase lets a message to one of ours join the open case, if there is one, instead of going by itself.
	JoinsCase bool `json:"joins_case,omitempty"`
	// NeverHeld exempts the touch from tact.
	NeverHeld bool `json:"never_held,omitempty"`
	// To lists the roles written to, first match first; the decision maker where none matches.
	To []ContactRole `json:"to,omitempty"`
	// ToAll writes to every contact of the roles (one mail an address), else to the first.
	ToAll bool `json:"to_all,omitempty"`
	// CopyOwner puts the owner in copy; From says in whose name ("", owner, sales).
	CopyOwner bool     `json:"copy_owner,omitempty"`
	From      Audience `json:"from,omitempty"`
	// Doubt is answered by the touch; DoubtFrom "dossier" or "strongest" takes it from there, Doubt being the fallback.
	Doubt     Doubt  `json:"doubt,omitempty"`
	DoubtFrom string `json:"doubt_from,omitempty"`
	// Automatic sends an answer when a case opens whose doubt is sure; else the owner chooses it.
	Automatic bool `json:"automatic,omitempty"`
	// CaseHistory asks for an approved case history, never the same one twice.
	CaseHistory bool `json:"case_history,omitempty"`
	// Expiry drops the touch this long after it was first due; 0 is never.
	Expiry time.Duration `json:"expiry,omitempty"`
	// LateAfter switches to the late text this long after it was first due; 0 is never.
	LateAfter time.Duration `json:"late_after,omitempty"`
	// Approval asks the owner before the mail goes; ApprovalDays working days later it is dropped not_approved.
	Approval     bool `json:"approval,omitempty"`
	ApprovalDays int  `json:"approval_days,omitempty"`
	// Veto lets the owner stop it from the digest.
	Veto      bool      `json:"veto,omitempty"`
	OnUnknown OnUnknown `json:"on_unknown,omitempty"`
	// Task raises an owner task with this reason together with the mail, TaskOnDrop when it is dropped or void.
	Task       string `json:"task,omitempty"`
	TaskOnDrop string `json:"task_on_drop,omitempty"`
	// TaskAfter raises an owner task with this reason after so many working days unless StopOn came.
	TaskAfter     string `json:"task_after,omitempty"`
	TaskAfterDays int    `json:"task_after_days,omitempty"`
	// DoneBy closes a task touch.
	DoneBy EventKind `json:"done_by,omitempty"`
	// Alternative names the touch that takes this one's place when it was sent: at most one of the two goes.
	Alternative string `json:"alternative,omitempty"`
	// FallbackUnless sends the text without facts unless each of these holds.
	FallbackUnless []Fact `json:"fallback_unless,omitempty"`
	// MergedIf sends the merged text when the fact holds, and Merges names the touch that is then dropped.
	MergedIf Fact   `json:"merged_if,omitempty"`
	Merges   string `json:"merges,omitempty"`
	// CalmDays is the number of days that must have passed since the last trouble ended.
	CalmDays int `json:"calm_days,omitempty"`
}

// Window is a span of the day in minutes after midnight, Close excluded.
type Window struct {
	Open  int `json:"open"`
	Close int `json:"close"`
}

// Caps are the limits on mails to one customer.
type Caps struct {
	SpacingHours int `json:"spacing_hours"` // 20
	FirstWeek    int `json:"first_week"`    // 3 in the first 7 days
	AnyWeek      int `json:"any_week"`      // 2 in any 168 hours reaching past day 7
	JitterMin    int `json:"jitter_minutes"`
}

// PhaseRule says when a phase is entered: at its milestone, or at its day where the milestone's source is no feed.
type PhaseRule struct {
	Phase     Phase `json:"phase"`
	Milestone Fact  `json:"milestone,omitempty"`
	Day       int   `json:"day"`
}

// CaseHistory is what the plan needs to know of a case history to choose one; its text stays in the playbook.
type CaseHistory struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Industry string `json:"industry,omitempty"`
	Segment  string `json:"segment,omitempty"`
	Doubt    Doubt  `json:"doubt,omitempty"`
	Sample   bool   `json:"sample,omitempty"`
	Approved bool   `json:"approved,omitempty"`
	Expires  Date   `json:"expires,omitzero"`
}

// Playbook is the compiled plan: data only, found by its content hash.
type Playbook struct {
	Hash          string        `json:"hash"`
	Name          string        `json:"name"`
	Languages     []string      `json:"languages"` // the first is the default
	Feeds         []Fact        `json:"feeds"`     // milestones whose source is declared
	Days          int           `json:"days"`      // 100
	MaxDays       int           `json:"max_days"`  // 130
	Mode          Mode          `json:"mode,omitempty"`
	Caps          Caps          `json:"caps"`
	Phases        []PhaseRule   `json:"phases"`
	Touches       []Touch       `json:"touches"`
	CaseHistories []CaseHistory `json:"case_histories"`
	Remorse       Remorse       `json:"remorse"`
	Clocks        Clocks        `json:"clocks"`
	Peers         Peers         `json:"peers"`
}

// Touch finds a touch by its id.
func (p *Playbook) Touch(id string) (Touch, bool) {
	for i := range p.Touches {
		if p.Touches[i].ID == id {
			return p.Touches[i], true
		}
	}
	return Touch{}, false
}

// HasFeed reports whether the milestone's source is declared.
func (p *Playbook) HasFeed(f Fact) bool {
	for _, g := range p.Feeds {
		if f == g {
			return true
		}
	}
	return false
}
