package onboarding

import "time"

// EntryKind names what happened inside an onboarding.
type EntryKind string

const (
	EntryPhaseEntered     EntryKind = "phase_entered"
	EntryStageEntered     EntryKind = "stage_entered"
	EntryTouchSent        EntryKind = "touch_sent"
	EntryTouchHeld        EntryKind = "touch_held"
	EntryTouchDropped     EntryKind = "touch_dropped"
	EntryEvent            EntryKind = "event"
	EntryScore            EntryKind = "score"
	EntryHealth           EntryKind = "health"
	EntryTaskRaised       EntryKind = "task_raised"
	EntryHandoffRequested EntryKind = "handoff_requested"
	EntryHandoffReminded  EntryKind = "handoff_reminded"
	EntryHandoffAccepted  EntryKind = "handoff_accepted"
	EntryCaseOpened       EntryKind = "case_opened"
	EntryAlertSent        EntryKind = "alert_sent"
	EntryCaseAcknowledged EntryKind = "case_acknowledged"
	EntryCaseEscalated    EntryKind = "case_escalated"
	EntryCaseResolved     EntryKind = "case_resolved"
	EntryAnswerSent       EntryKind = "answer_sent"
	EntryPeerOffered      EntryKind = "peer_offered"
	EntryPeerIntroduced   EntryKind = "peer_introduced"
	EntryMood             EntryKind = "mood"
	EntryPaused           EntryKind = "paused"
	EntryResumed          EntryKind = "resumed"
	EntryEnded            EntryKind = "ended"
)

// Entry is one line of an onboarding's story, printed by `starter rehearse` and kept in the journal as a fact. Its JSON
// form is a public interface; At is logical, in UTC inside the engine and in the customer's zone when printed. It holds
// ids, never an address.
type Entry struct {
	At       time.Time `json:"at"`
	Day      int       `json:"day"`
	Kind     EntryKind `json:"kind"`
	Touch    string    `json:"touch,omitempty"`
	Phase    Phase     `json:"phase,omitempty"`
	Class    Class     `json:"class,omitempty"`
	Stage    Stage     `json:"stage,omitempty"`
	Audience Audience  `json:"audience,omitempty"`
	Channel  Channel   `json:"channel,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Event    EventKind `json:"event,omitempty"`
	Doubt    Doubt     `json:"doubt,omitempty"`
	Score    *int      `json:"score,omitempty"`
	Mood     *int      `json:"mood,omitempty"`
	Health   string    `json:"health,omitempty"`
	Case     string    `json:"case,omitempty"`
	To       string    `json:"to,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

// RecordedFact is an entry with its number within the run; (contract, run, seq) is unique in the journal.
type RecordedFact struct {
	Seq    int       `json:"seq"`
	Entry  Entry     `json:"entry"`
	WallAt time.Time `json:"wall_at,omitzero"` // when the journal took it; serves latency and service clocks only
}
