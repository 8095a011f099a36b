package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

// Find looks for an alert by its metadata in the conversation and the thread that Config.Where names, from the first
// attempt on. It answers not_found only after it read both to their ends.
func (t *Transport) Find(ctx context.Context, key string) (onboarding.Found, error) {
	_, found, err := t.find(ctx, key)
	return found, err
}

// Locate is Find for the MessageID of an alert, which is lost where Slack took it and did not say so; empty where there
// is none or nobody can tell.
func (t *Transport) Locate(ctx context.Context, key string) (messageID string, err error) {
	messageID, _, err = t.find(ctx, key)
	return messageID, err
}

func (t *Transport) find(ctx context.Context, key string) (messageID string, found onboarding.Found, err error) {
	if t.where == nil {
		return "", onboarding.FoundCannotTell, nil
	}
	place, ok, err := t.where(ctx, key)
	if err != nil {
		return "", onboarding.FoundCannotTell, fmt.Errorf("slack: looking up where an alert went: %w", err)
	}
	if !ok || place.To == "" && place.Email == "" {
		return "", onboarding.FoundCannotTell, nil
	}
	oldest := fmt.Sprintf("%d.000000", place.Since.Add(-margin).Unix())
	if channel, ts, err := ParseMessageID(place.Thread); err == nil {
		query := api.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Limit: pageSize, Inclusive: true, IncludeAllMetadata: true, Oldest: oldest}
		at, found, err := search(key, func(cursor string) ([]api.Message, bool, string, error) {
			query.Cursor = cursor
			return t.replies(ctx, &query)
		})
		if found != onboarding.FoundNot || err != nil {
			return named(channel, at), found, err
		}
	}
	channel, err := t.conversation(ctx, place)
	if err != nil {
		return "", onboarding.FoundCannotTell, err
	}
	query := api.GetConversationHistoryParameters{ChannelID: channel, Limit: pageSize, Inclusive: true, IncludeAllMetadata: true, Oldest: oldest}
	at, found, err := search(key, func(cursor string) ([]api.Message, bool, string, error) {
		query.Cursor = cursor
		page, err := t.history(ctx, &query)
		if err != nil {
			return nil, false, "", err
		}
		return page.Messages, page.HasMore, page.ResponseMetaData.NextCursor, nil
	})
	return named(channel, at), found, err
}

// named is the MessageID of what was found at a timestamp.
func named(channel, at string) string {
	if at == "" {
		return ""
	}
	return channel + "/" + at
}

// pageSize is how many messages are asked for at once.
const pageSize = 200

// search reads page after page until one holds the message with the key, and gives its timestamp.
func search(key string, read func(cursor string) (page []api.Message, more bool, next string, err error)) (at string, found onboarding.Found, err error) {
	for cursor := ""; ; {
		page, more, next, err := read(cursor)
		if err != nil {
			return "", onboarding.FoundCannotTell, err
		}
		for _, m := range page {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload[metadataKey] == key {
				return m.Timestamp, onboarding.FoundAccepted, nil
			}
		}
		if !more {
			return "", onboarding.FoundNot, nil
		}
		if next == "" || next == cursor {
			return "", onboarding.FoundCannotTell, nil
		}
		cursor = next
	}
}

// replies reads a page of a thread; one whose first message was deleted is empty.
func (t *Transport) replies(ctx context.Context, query *api.GetConversationRepliesParameters) ([]api.Message, bool, string, error) {
	try, ctx := watch(ctx)
	page, more, next, err := t.api.GetConversationRepliesContext(ctx, query)
	if err == nil && len(page) == 0 {
		return nil, false, "", fault(onboarding.FaultUnreached, "the answer holds no thread") // it holds its first message at least
	}
	if err != nil {
		f := try.asked(err)
		var gone *refusal
		if errors.As(f, &gone) && slices.Contains(threadGone, gone.code) {
			return nil, false, "", nil
		}
		return nil, false, "", f
	}
	return page, more, next, nil
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

// conversation is the direct conversation with a user, who may be known by address alone; any other id stands for itself.
func (t *Transport) conversation(ctx context.Context, place Place) (string, error) {
	to := place.To
	if to == "" {
		var err error
		if to, err = t.UserByEmail(ctx, place.Email); err != nil {
			return "", err
		}
	}
	if !isUser(to) {
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
