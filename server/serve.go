package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/slack/interact"
	"github.com/centogiorni/centogiorni/wiring"
)

// serve runs until the context ends, or Slack refuses us for good; it stops gracefully, what was acknowledged first.
func serve(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	j, err := journal.Open(ctx, cfg.Engine.JournalURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { _ = j.Close() }()
	c, _, err := wiring.Dial(log, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	settings, err := wiring.Settings(cfg)
	if err != nil {
		return err
	}
	shelf := wiring.ReadShelf(j, log)
	if err := shelf.Reload(ctx); err != nil { // only dialogs are poorer for it
		log.Error("the shelf cannot be filled", "code", "shelf", "error", err)
	}
	d := desk{engine: &engine.Engine{Temporal: c, Journal: j}, journal: j, books: shelf, settings: settings, virtual: cfg.Worker.TimeSkipping}
	clicks := interact.New(interact.Config{Token: cfg.Slack.BotToken.Reveal(), AppToken: cfg.Slack.AppToken.Reveal(), APIURL: cfg.Slack.APIURL,
		SigningSecret: cfg.Slack.SigningSecret.Reveal(), Teller: d, Office: d, Log: log})
	ready := func(ctx context.Context) error {
		_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
		if cfg.Slack.Mode == config.SlackSocket && !clicks.Connected() {
			err = errors.Join(err, errors.New("not connected to Slack"))
		}
		return errors.Join(err, j.Ping(ctx))
	}
	return listen(ctx, cfg, doors(cfg, clicks, ready, log), clicks, log)
}

// doors are the paths of the server. Slack's is there only with the secret that signs what Slack sends.
func doors(cfg config.Config, clicks http.Handler, ready func(context.Context) error, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := ready(ctx); err != nil {
			log.Warn("not ready", "error", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	if cfg.Slack.Mode != config.SlackOff && cfg.Slack.SigningSecret.IsSet() {
		mux.Handle("/slack/interactive", clicks)
	}
	return mux
}

// listen takes HTTP, and in its mode Slack's socket, until the context ends.
func listen(ctx context.Context, cfg config.Config, h http.Handler, clicks *interact.Handler, log *slog.Logger) error {
	l, err := net.Listen("tcp", cfg.Server.HTTPAddress)
	if err != nil {
		return fmt.Errorf("listen on CENTOGIORNI_HTTP_ADDRESS %s: %w: is another server running here?", cfg.Server.HTTPAddress, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	failed := make(chan error, 2)
	go func() { failed <- fmt.Errorf("take requests: %w", server.Serve(l)) }()
	socket := make(chan struct{})
	go func() {
		defer close(socket)
		if cfg.Slack.Mode != config.SlackSocket {
			return
		}
		if err := clicks.Listen(ctx); err != nil {
			failed <- err
		}
	}()
	log.Info("the server is ready", "address", l.Addr().String(), "slack", cfg.Slack.Mode)
	select {
	case <-ctx.Done():
		log.Info("the server stops; what was acknowledged is finished first")
	case err = <-failed:
	}
	cancel()
	<-socket
	stopping, done := context.WithTimeout(context.WithoutCancel(ctx), cfg.Worker.StopTimeout.Duration)
	defer done()
	return errors.Join(err, server.Shutdown(stopping), clicks.Close(stopping))
}
