package onboarding

import "time"

// NoticeKind is what a message to one of ours is about.
type NoticeKind string

const (
	NoticeCase       NoticeKind = "case"       // remorse shows: who, why now, the doubt, the answer
	NoticeDossier    NoticeKind = "dossier"    // sales is reminded of the dossier, or it came back with a question
	NoticeAccept     NoticeKind = "accept"     // the owner is asked to accept the dossier
	NoticeOwner      NoticeKind = "owner"      // a new owner gets what there is to know
	NoticeWithdrawal NoticeKind = "withdrawal" // ops must pay back by a date
	NoticeAnswer     NoticeKind = "answer"     // the customer did not get through, or waits too long for an answer
)

// NoticeStep is why a message goes now.
type NoticeStep string

const (
	StepOpened    NoticeStep = "opened"
	StepEvidence  NoticeStep = "evidence"  // more came: the message is rewritten and its thread told
	StepGrave     NoticeStep = "grave"     // likewise, and it is hard or has a date: where the message was a mail, this is one too
	StepChanged   NoticeStep = "changed"   // somebody acted: the message is rewritten, its buttons go
	StepWorse     NoticeStep = "worse"     // new and hard, about a case that stands: whoever has it is woken again
	StepRefund    NoticeStep = "refund"    // the refund's last day nears
	StepReminder  NoticeStep = "reminder"  // nobody acted
	StepEscalated NoticeStep = "escalated" // nobody acted: this one is told
	StepBack      NoticeStep = "back"      // a snooze is over, or nothing was done
)

// Rewrites reports whether the step changes a message that stands instead of posting one.
func (s NoticeStep) Rewrites() bool { return s == StepEvidence || s == StepGrave || s == StepChanged }

// Notice is what a message to one of ours says. The contract travels in the order; worries do not.
type Notice struct {
	Kind NoticeKind `json:"kind"`
	Step NoticeStep `json:"step"`
	// Message is the key of the message that a rewrite changes and to whose thread a reminder goes.
	Message string     `json:"message,omitempty"`
	Case    string     `json:"case,omitempty"`
	Status  CaseStatus `json:"status,omitempty"`
	Hard    bool       `json:"hard,omitempty"`
	Score   int        `json:"score,omitempty"`
	Health  Health     `json:"health,omitempty"`
	Stage   Stage      `json:"stage,omitempty"`
	Phase   Phase      `json:"phase,omitempty"`
	Mood    int        `json:"mood,omitempty"`
	// Doubt is the likeliest; where it is not Sure the message suggests a question instead of an answer.
	Doubt Doubt `json:"doubt,omitempty"`
	Sure  bool  `json:"sure,omitempty"`
	// Reasons are the signals that count, the heaviest first.
	Reasons []NoticeReason `json:"reasons,omitempty"`
	// Answer is the touch suggested; Answers those whose term or case history exists.
	Answer  string   `json:"answer,omitempty"`
	Answers []string `json:"answers,omitempty"`
	// AnswerBy is when the first human answer is due; Asked and AskedAt are what it is due to, of NoticeAnswer.
	AnswerBy time.Time `json:"answer_by,omitzero"`
	Asked    EventKind `json:"asked,omitempty"`
	AskedAt  time.Time `json:"asked_at,omitzero"`
	AskedBy  string    `json:"asked_by,omitempty"` // a contact's id
	// Admitted says that the fault was admitted already.
	Admitted bool      `json:"admitted,omitempty"`
	By       string    `json:"by,omitempty"`      // who acted last, a person's id
	Outcome  string    `json:"outcome,omitempty"` // of a resolved case
	Until    time.Time `json:"until,omitzero"`    // of a snooze
	Day      Date      `json:"day,omitzero"`      // by which money must be back
	Text     string    `json:"text,omitempty"`    // the question a dossier came back with, or what the customer asked
	// Open lists the commitments that stand.
	Open []Commitment `json:"open,omitempty"`
}

// NoticeReason is a signal in a notice, with what the customer wrote where they did.
type NoticeReason struct {
	Signal string    `json:"signal"`
	At     time.Time `json:"at"`
	Said   []string  `json:"said,omitempty"`
}

// CaseStatus is where a case stands.
type CaseStatus string

const (
	CaseOpen         CaseStatus = "open"
	CaseAcknowledged CaseStatus = "acknowledged"
	CaseSnoozed      CaseStatus = "snoozed"
	CaseResolved     CaseStatus = "resolved"
)
