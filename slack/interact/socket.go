package interact

import (
	"context"
	"fmt"
	"io"
	"log"
	"sync/atomic"

	api "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// socketState is what is known of the connection.
type socketState struct{ connected atomic.Bool }

// Connected reports whether Slack can reach us by Socket Mode.
func (h *Handler) Connected() bool { return h.socket.connected.Load() }

// Listen takes interactions by Socket Mode until ctx ends; it connects again whenever the connection is lost. It gives
// up only on a token that Slack refuses.
func (h *Handler) Listen(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The library's log would hold messages.
	client := socketmode.New(h.slack, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	defer h.socket.connected.Store(false)
	for {
		select {
		case err := <-ended:
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("slack refuses the connection: %w: check CENTOGIORNI_SLACK_APP_TOKEN, and that Socket Mode is on", err)
		case e := <-client.Events:
			h.hear(ctx, client, e)
		}
	}
}

// hear takes one event of the connection.
func (h *Handler) hear(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeConnected:
		h.socket.connected.Store(true)
		h.Log.Info("connected to Slack")
	case socketmode.EventTypeConnectionError, socketmode.EventTypeDisconnect, socketmode.EventTypeIncomingError:
		h.socket.connected.Store(false)
		h.Log.Warn("the connection to Slack was lost; connecting again", "code", "slack_socket", "event", string(e.Type), "error", reason(e))
	}
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return // hello and its like want no answer
	}
	var answer any
	if ic, ok := e.Data.(api.InteractionCallback); ok && e.Type == socketmode.EventTypeInteractive {
		if a := h.Interact(ic); a != nil {
			answer = a
		}
	}
	if err := client.AckCtx(ctx, e.Request.EnvelopeID, answer); err != nil {
		h.Log.Warn("an answer did not reach Slack", "code", "slack_answer", "error", err)
	}
}

// reason says why a connection failed, without its address, which is a secret.
func reason(e socketmode.Event) string {
	if failed, ok := e.Data.(*api.ConnectionErrorEvent); ok {
		return plainError(failed.ErrorObj)
	}
	return ""
}
