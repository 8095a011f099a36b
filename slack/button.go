package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Button is what a button of a message carries to whoever answers the click; see ParseButton.
type Button struct {
	Action   onboarding.ActionID `json:"-"` // of the action's own id
	Contract string              `json:"c"`
	Run      int                 `json:"r"`
	Case     string              `json:"k,omitempty"`
	// Alert is the touch of the alert that drew the button: a rewritten message has others, so that a click on it is
	// another click.
	Alert    string `json:"a,omitempty"`
	Value    string `json:"v,omitempty"`
	Language string `json:"l,omitempty"`
}

// errTooLong: Slack takes no button with such a value.
var errTooLong = errors.New("the value of a button is too long")

// id is the button's action id: Slack wants them different within a message, and two may ask for the same with
// different values.
func (b Button) id(n int) string { return fmt.Sprintf("%s/%d", b.Action, n) }

func (b Button) value() (string, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("write the value of a button: %w", err)
	}
	if len(text) > valueLimit {
		return "", errTooLong
	}
	return string(text), nil
}

// ParseButton reads a button from its action id and value. The error says that the button is none of ours.
func ParseButton(actionID, value string) (Button, error) {
	action, _, ok := strings.Cut(actionID, "/")
	var b Button
	if err := json.Unmarshal([]byte(value), &b); !ok || err != nil || b.Contract == "" || b.Run < 1 {
		return Button{}, fmt.Errorf("action %.40q is no button of ours", actionID)
	}
	b.Action = onboarding.ActionID(action)
	return b, nil
}
