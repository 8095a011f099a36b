package onboarding

import (
	"fmt"
	"strconv"
	"strings"
)

// Wire names; never changed after a release.
const (
	WorkflowOnboarding = "Onboarding"
	WorkflowImport     = "Import"
	WorkflowDigest     = "Digest"

	// ScheduleDigest is the id of the Temporal Schedule that starts the digest, TouchDigest its touch in the ledger.
	ScheduleDigest = "digest"
	TouchDigest    = "digest"

	SignalEvent   = "event"
	SignalStored  = "stored" // lines were added to an import
	UpdateApply   = "apply"
	QueryState    = "state"
	QueryPromises = "promises"
	QueryPreview  = "preview"

	QueueOnboarding = "onboarding"
	QueueMail       = "mail"
	QueueSlack      = "slack"
)

// Search attributes of an onboarding; ids only.
const (
	AttributeOwner    = "Owner"
	AttributePhase    = "Phase"
	AttributeStage    = "Stage"
	AttributeHealth   = "Health"
	AttributeRules    = "Rules"
	AttributePlaybook = "Playbook"
)

// WorkflowID is the id of an onboarding: onboarding/<contract>/<run>.
func WorkflowID(contract string, run int) string {
	return fmt.Sprintf("onboarding/%s/%d", contract, run)
}

// ParseWorkflowID is the inverse of WorkflowID.
func ParseWorkflowID(id string) (contract string, run int, err error) {
	rest, ok := strings.CutPrefix(id, "onboarding/")
	i := strings.LastIndexByte(rest, '/')
	if !ok || i <= 0 {
		return "", 0, fmt.Errorf("%q is no onboarding's workflow id", id)
	}
	run, err = strconv.Atoi(rest[i+1:])
	if err != nil || run < 1 {
		return "", 0, fmt.Errorf("%q is no onboarding's workflow id", id)
	}
	return rest[:i], run, nil
}

// TouchKey is the key of a touch's order: <contract>/<run>/<touch>.
func TouchKey(contract string, run int, touch string) string {
	return fmt.Sprintf("%s/%d/%s", contract, run, touch)
}

// MailKey is the key of one mail of an order, to one contact.
func MailKey(order, contact string) string { return order + "#" + contact }
