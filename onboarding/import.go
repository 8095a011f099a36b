package onboarding

import (
	"context"
	"encoding/json"
)

// ImportActivities are what the workflow Import asks of the outside world.
type ImportActivities interface {
	// ImportBatch starts the next lines of an import that wait in the journal; it is idempotent.
	ImportBatch(ctx context.Context, in ImportBatchInput) (ImportCount, error)
}

// ImportInput starts the workflow Import. Import is the hash of the file.
type ImportInput struct {
	Import string `json:"import"`
}

// ImportBatchInput asks for the next lines of an import.
type ImportBatchInput struct {
	Import string `json:"import"`
	Most   int    `json:"most"` // lines
	// Last says that these lines were tried often enough: what fails now is noted as failed.
	Last bool `json:"last,omitempty"`
}

// ImportCount counts the stored lines of an import by what became of them.
type ImportCount struct {
	Waiting  int `json:"waiting"`
	Started  int `json:"started"`
	Standing int `json:"standing"`
	Failed   int `json:"failed"`
}

// LineOutcome is what became of a line of an import.
type LineOutcome string

// Every outcome; the journal keeps them.
const (
	LineWaiting  LineOutcome = "waiting"
	LineStarted  LineOutcome = "started"
	LineStanding LineOutcome = "standing" // its onboarding ran already
	LineFailed   LineOutcome = "failed"
)

// ImportLine is a line of an import as the journal keeps it.
type ImportLine struct {
	Line     int // of the file, from 1
	Contract string
	Outcome  LineOutcome
	Reason   string // why it failed
	// Start is what the engine needs to start it; it is gone when the line is done, since it is personal data.
	Start json.RawMessage
}

// ImportWorkflowID is the id of an import: import/<hash of its file>.
func ImportWorkflowID(hash string) string { return "import/" + hash }
