package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/centogiorni/centogiorni/onboarding"
)

// drawn are the blocks of a message as Slack gets them.
func drawn(t *testing.T, a onboarding.Alert) []map[string]any {
	t.Helper()
	text, err := json.Marshal(layout(a, a.Text))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []map[string]any
	if err := json.Unmarshal(text, &blocks); err != nil {
		t.Fatal(err)
	}
	return blocks
}

func digestOf(mails int) onboarding.Alert {
	a := onboarding.Alert{Key: "digest/o-7/2026-03-02", Touch: "digest", Title: "Monday", Text: "mails", Language: "it"}
	for i := range mails {
		f := onboarding.AlertFact{Text: fmt.Sprint("mail ", i)}
		for _, id := range []onboarding.ActionID{onboarding.ActionSkip, onboarding.ActionEdit} {
			f.Actions = append(f.Actions, onboarding.AlertAction{ID: id, Label: string(id), Value: "welcome", Contract: fmt.Sprint("C-", i), Run: 2})
		}
		a.Facts = append(a.Facts, f)
	}
	return a
}

func TestButtonsOfAFactStandBelowItAndNameTheirOwnContract(t *testing.T) {
	blocks := drawn(t, digestOf(2))
	var kinds []string
	seen := map[string]bool{}
	for _, b := range blocks {
		kinds = append(kinds, b["type"].(string))
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			e := e.(map[string]any)
			id := e["action_id"].(string)
			if seen[id] {
				t.Errorf("two buttons have the id %s", id)
			}
			seen[id] = true
			button, err := ParseButton(id, e["value"].(string))
			if err != nil || button.Run != 2 || button.Value != "welcome" || button.Alert != "digest" || button.Language != "it" {
				t.Errorf("%s carries %+v, %v", id, button, err)
			}
			if want := fmt.Sprint("C-", (len(seen)-1)/2); button.Contract != want {
				t.Errorf("%s is a button of %s, want %s", id, button.Contract, want)
			}
		}
	}
	if got := strings.Join(kinds, " "); got != "header section section actions section actions" {
		t.Errorf("the blocks are %s", got)
	}
	if len(seen) != 4 {
		t.Errorf("%d buttons", len(seen))
	}
}

func TestAMessageWithManyButtonsStaysWithinSlacksLimit(t *testing.T) {
	for _, text := range []string{"mails", ""} { // an even and an odd number of blocks before the first
		a := digestOf(40)
		a.Text = text
		blocks := drawn(t, a)
		if len(blocks) > blockLimit {
			t.Errorf("%d blocks", len(blocks))
		}
		for i, b := range blocks {
			if b["type"] == "actions" && blocks[i-1]["type"] != "section" {
				t.Errorf("the buttons of block %d belong to nothing", i)
			}
		}
	}
}
