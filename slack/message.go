package slack

import (
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
)

// message has the text beside the blocks: it is what notifications and screen readers show.
func message(a onboarding.Alert) []api.MsgOption {
	body := a.Text
	for _, line := range a.Lines {
		body += "\n• " + line
	}
	body = strings.TrimSpace(body)
	var blocks []api.Block
	if title := strings.TrimSpace(a.Title); title != "" {
		blocks = append(blocks, api.NewHeaderBlock(api.NewTextBlockObject(api.PlainTextType, split(title, headerLimit)[0], false, false)))
	}
	if body != "" {
		for _, part := range split(body, sectionLimit) {
			if len(blocks) < blockLimit {
				blocks = append(blocks, api.NewSectionBlock(api.NewTextBlockObject(api.MarkdownType, part, false, false), nil, nil))
			}
		}
	}
	text := strings.TrimSpace(slackutilsx.EscapeMessage(a.Title) + "\n" + body)
	if text != "" {
		text = split(text, textLimit)[0]
	}
	return []api.MsgOption{
		api.MsgOptionText(text, false),
		api.MsgOptionBlocks(blocks...),
		api.MsgOptionMetadata(api.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{metadataKey: a.Key}}),
		// A preview would make Slack fetch the links, and fill the screen.
		api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl(),
	}
}

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
