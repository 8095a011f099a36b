package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/centogiorni/centogiorni/onboarding"
)

var (
	// ErrNoUser says that no account has the address: tell the ops channel instead.
	ErrNoUser = errors.New("nobody in the Slack workspace has this address")
	// ErrUserDeactivated says that the account was closed: messages to it reach nobody.
	ErrUserDeactivated = fmt.Errorf("Slack: %w", onboarding.ErrNobodyThere)
)

// UserByEmail finds a person's Slack id; what was found is remembered, what was not is asked again. The errors are
// those of Post, but never unknown: to ask twice does no harm.
func (t *Transport) UserByEmail(ctx context.Context, email string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	t.mu.Lock()
	id, ok := t.users[email]
	t.mu.Unlock()
	if ok {
		return id, nil
	}
	try, ctx := watch(ctx)
	user, err := t.api.GetUserByEmailContext(ctx, email)
	var said api.SlackErrorResponse
	switch {
	case errors.As(err, &said) && said.Err == "users_not_found":
		return "", fault(onboarding.FaultRefused, "%w", ErrNoUser)
	case err != nil:
		return "", try.asked(err)
	case user.ID == "": // {"ok": false} without an error
		return "", fault(onboarding.FaultUnreached, "the answer names no user")
	case user.Deleted:
		return "", fault(onboarding.FaultRefused, "%w", ErrUserDeactivated)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.users[email] = user.ID
	return user.ID, nil
}

// forget drops a remembered id that Slack no longer takes.
func (t *Transport) forget(email string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.users, strings.ToLower(strings.TrimSpace(email)))
}
