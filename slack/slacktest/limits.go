package slacktest

import (
	"encoding/json"
	"net/url"
	"unicode/utf8"
)

// block is what the limits look at.
type block struct {
	Type     string `json:"type"`
	BlockID  string `json:"block_id"`
	Text     text   `json:"text"`
	Label    text   `json:"label"`
	Elements []struct {
		Type     string          `json:"type"`
		ActionID string          `json:"action_id"`
		Text     json.RawMessage `json:"text"`
		Value    string          `json:"value"`
	} `json:"elements"`
	Element map[string]any `json:"element"`
}

type text struct {
	Text string `json:"text"`
}

// badMessage checks Slack's limits on blocks.
func badMessage(form url.Values) string {
	if form.Get("text") == "" && form.Get("blocks") == "" {
		return "no_text"
	}
	if form.Get("blocks") == "" {
		return ""
	}
	var blocks []block
	if json.Unmarshal([]byte(form.Get("blocks")), &blocks) != nil {
		return "invalid_blocks_format"
	}
	return badBlocks(blocks, 50)
}

func badBlocks(blocks []block, most int) string {
	limits := map[string]int{"header": 150, "section": 3000}
	blockIDs, actionIDs := map[string]bool{}, map[string]bool{}
	for _, b := range blocks {
		n := length(b.Text.Text)
		if limit := limits[b.Type]; limit > 0 && (n == 0 || n > limit) || b.BlockID != "" && blockIDs[b.BlockID] {
			return "invalid_blocks"
		}
		blockIDs[b.BlockID] = true
		if b.Type != "actions" {
			continue
		}
		if len(b.Elements) == 0 || len(b.Elements) > 25 {
			return "invalid_blocks"
		}
		for _, e := range b.Elements {
			var label text
			_ = json.Unmarshal(e.Text, &label)
			if label.Text == "" || length(label.Text) > 75 || length(e.Value) > 2000 || length(e.ActionID) > 255 || actionIDs[e.ActionID] {
				return "invalid_blocks"
			}
			actionIDs[e.ActionID] = true
		}
	}
	if len(blocks) > most {
		return "invalid_blocks"
	}
	return ""
}

// badView checks Slack's limits on modals.
func badView(view string) string {
	var v struct {
		Type     string  `json:"type"`
		Title    text    `json:"title"`
		Submit   text    `json:"submit"`
		Close    text    `json:"close"`
		Metadata string  `json:"private_metadata"`
		Blocks   []block `json:"blocks"`
	}
	if json.Unmarshal([]byte(view), &v) != nil || v.Type != "modal" && v.Type != "home" {
		return "invalid_arguments"
	}
	if v.Title.Text == "" || max(length(v.Title.Text), length(v.Submit.Text), length(v.Close.Text)) > 24 || length(v.Metadata) > 3000 {
		return "invalid_arguments"
	}
	for _, b := range v.Blocks {
		options, _ := b.Element["options"].([]any)
		if b.Type == "input" && (b.Label.Text == "" || v.Submit.Text == "" || len(options) > 100 || badElement(b.Element)) {
			return "invalid_arguments"
		}
	}
	return badBlocks(v.Blocks, 100)
}

// badElement finds options and texts that Slack refuses.
func badElement(e map[string]any) bool {
	initial, _ := e["initial_value"].(string)
	if length(initial) > 3000 {
		return true
	}
	options, _ := e["options"].([]any)
	for _, o := range options {
		option, _ := o.(map[string]any)
		label, _ := option["text"].(map[string]any)
		shown, _ := label["text"].(string)
		value, _ := option["value"].(string)
		if shown == "" || length(shown) > 75 || value == "" || length(value) > 150 {
			return true
		}
	}
	kind, _ := e["type"].(string)
	return len(options) == 0 && e["option_groups"] == nil && (kind == "static_select" || kind == "radio_buttons" || kind == "checkboxes")
}

func length(s string) int { return utf8.RuneCountInString(s) }
