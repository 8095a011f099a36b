package slack

import (
	"fmt"
	"strings"

	api "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"github.com/centogiorni/centogiorni/onboarding"
)

// The metadata of each alert: readable by everybody in the workspace, so it holds the opaque key alone.
const (
	metadataType = "centogiorni_alert"
	metadataKey  = "key"
)

// Slack's limits, in characters; a longer text would be refused as a whole.
const (
	headerLimit  = 150
	sectionLimit = 3000
	textLimit    = 3500
	blockLimit   = 50
	buttonLimit  = 75 // of a button's label
	valueLimit   = 2000
	rowLimit     = 5  // buttons that stand beside each other on a screen; Slack takes 25 a block
	actionLimit  = 25 // buttons of a message, and of one of its facts
)

// message has the text beside the blocks: it is what notifications and screen readers show. To is whom it is for.
func message(a onboarding.Alert, to string) []api.MsgOption {
	body := a.Text
	for _, line := range a.Lines {
		body += "\n• " + line
	}
	if body = strings.TrimSpace(body); a.Mention && isUser(to) {
		body = strings.TrimSpace("<@" + to + "> " + body)
	}
	text := strings.TrimSpace(slackutilsx.EscapeMessage(a.Title) + "\n" + body)
	if text != "" {
		text = split(text, textLimit)[0]
	}
	return append(marked(a.Key), api.MsgOptionText(text, false), api.MsgOptionBlocks(layout(a, body)...))
}

// layout is the message as it is seen: title, body, each fact with its buttons, the message's own buttons last.
func layout(a onboarding.Alert, body string) []api.Block {
	var blocks []api.Block
	if title := strings.TrimSpace(a.Title); title != "" {
		blocks = append(blocks, api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, split(title, headerLimit)[0], false, false)))
	}
	draw := drawing{alert: a}
	rows := draw.buttons(a.Actions)
	for _, part := range split(body, sectionLimit) {
		if len(blocks)+len(rows) < blockLimit {
			blocks = append(blocks, section(part))
		}
	}
	for _, f := range a.Facts {
		own, shown := draw.buttons(f.Actions), false
		for _, part := range fact(f) {
			if len(blocks)+len(rows)+len(own) < blockLimit {
				blocks, shown = append(blocks, section(part)), true
			}
		}
		if shown {
			blocks = append(blocks, own...)
		}
	}
	return append(blocks, rows...)
}

// note is a line in a thread.
func note(a onboarding.Alert) []api.MsgOption {
	return append(marked(a.Key), api.MsgOptionText(split(a.Note, textLimit)[0], false))
}

// marked is what all messages have in common: the key by which Find knows them.
func marked(key string) []api.MsgOption {
	return []api.MsgOption{
		api.MsgOptionMetadata(api.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{metadataKey: key}}),
		// A preview would make Slack fetch the links, and fill the screen.
		api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl(),
	}
}

func section(text string) api.Block {
	return api.NewSectionBlock(api.NewTextBlockObject(api.MarkdownType, text, false, false), nil, nil)
}

// fact writes a fact under its label, in parts none longer than a section.
func fact(f onboarding.AlertFact) []string {
	text := strings.TrimSpace(f.Text)
	if label := strings.TrimSpace(f.Label); label != "" {
		text = "*" + slackutilsx.EscapeMessage(label) + "*\n" + text
	}
	return split(text, sectionLimit)
}

// drawing counts the buttons and rows of a message: no two may have the same id.
type drawing struct {
	alert          onboarding.Alert
	buttoned, rows int
}

// buttons are rows of buttons. One whose value does not fit is left out: it could do nothing.
func (d *drawing) buttons(actions []onboarding.AlertAction) []api.Block {
	a := d.alert
	var rows []api.Block
	var row []api.BlockElement
	flush := func() {
		if len(row) > 0 {
			rows = append(rows, api.NewActionBlock(fmt.Sprintf("actions-%d", d.rows), row...))
			row = nil
			d.rows++
		}
	}
	first := d.buttoned
	d.buttoned += len(actions)
	for i, action := range actions {
		n := first + i
		b := Button{Action: action.ID, Contract: a.Contract, Run: max(a.Run, 1), Case: a.Case, Alert: a.Touch, Value: action.Value, Language: a.Language}
		if action.Contract != "" {
			b.Contract, b.Run, b.Case = action.Contract, max(action.Run, 1), ""
		}
		value, err := b.value()
		label := strings.TrimSpace(action.Label)
		if err != nil || label == "" || i >= actionLimit {
			continue
		}
		e := api.NewButtonBlockElement(b.id(n), value, api.NewTextBlockObject(api.PlainTextType, split(label, buttonLimit)[0], false, false))
		if action.Style == string(api.StylePrimary) || action.Style == string(api.StyleDanger) {
			e.WithStyle(api.Style(action.Style))
		}
		if row = append(row, e); len(row) == rowLimit {
			flush()
		}
	}
	flush()
	return rows
}

// isUser tells a person's id from a conversation's.
func isUser(id string) bool { return strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") }

// split cuts a text into parts of at most limit characters, at the end of a line or else a word where there is one.
func split(s string, limit int) []string {
	var parts []string
	r := []rune(s)
	for len(r) > limit {
		at := limit
		for _, sep := range []string{"\n", " "} {
			if i := strings.LastIndex(string(r[:limit]), sep); i > 0 {
				at = len([]rune(string(r[:limit])[:i]))
				break
			}
		}
		parts = append(parts, string(r[:at]))
		r = []rune(strings.TrimLeft(string(r[at:]), "\n "))
	}
	if len(r) > 0 {
		parts = append(parts, string(r))
	}
	return parts
}
