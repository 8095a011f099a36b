package slack

import (
	"context"
	"fmt"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Find looks for an alert by its metadata in the conversation that Config.Where names, from the first attempt on. It
// answers not_found only after it read the history to its end.
func (t *Transport) Find(ctx context.Context, key string) (onboarding.Found, error) {
	if t.where == nil {
		return onboarding.FoundCannotTell, nil
	}
	place, ok, err := t.where(ctx, key)
	if err != nil {
		return onboarding.FoundCannotTell, fmt.Errorf("slack: looking up where an alert went: %w", err)
	}
	if !ok || place.To == "" {
		return onboarding.FoundCannotTell, nil
	}
	channel, err := t.conversation(ctx, place.To)
	if err != nil {
		return onboarding.FoundCannotTell, err
	}
	query := api.GetConversationHistoryParameters{
		ChannelID: channel, Limit: 200, Inclusive: true, IncludeAllMetadata: true,
		Oldest: fmt.Sprintf("%d.000000", place.Since.Add(-margin).Unix()),
	}
	for {
		page, err := t.history(ctx, &query)
		if err != nil {
			return onboarding.FoundCannotTell, err
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload[metadataKey] == key {
				return onboarding.FoundAccepted, nil
			}
		}
		if !page.HasMore {
			return onboarding.FoundNot, nil
		}
		next := page.ResponseMetaData.NextCursor
		if next == "" || next == query.Cursor {
			return onboarding.FoundCannotTell, nil
		}
		query.Cursor = next
	}
}

func (t *Transport) history(ctx context.Context, query *api.GetConversationHistoryParameters) (*api.GetConversationHistoryResponse, error) {
	try, ctx := watch(ctx)
	page, err := t.api.GetConversationHistoryContext(ctx, query)
	if err != nil {
		return nil, try.asked(err)
	}
	// {"ok": false} without an error would read as an empty history, and the alert would go twice.
	if !page.Ok {
		return nil, fault(onboarding.FaultUnreached, "the answer holds no history")
	}
	return page, nil
}

// conversation is the direct conversation with a user; any other id stands for itself.
func (t *Transport) conversation(ctx context.Context, to string) (string, error) {
	if !strings.HasPrefix(to, "U") && !strings.HasPrefix(to, "W") {
		return to, nil
	}
	try, ctx := watch(ctx)
	channel, _, _, err := t.api.OpenConversationContext(ctx, &api.OpenConversationParameters{Users: []string{to}})
	if err != nil {
		return "", try.asked(err)
	}
	if channel == nil || channel.ID == "" {
		return "", fault(onboarding.FaultUnreached, "the answer names no conversation")
	}
	return channel.ID, nil
}

// margin is how far Slack's clock and ours may differ.
const margin = 5 * time.Minute
