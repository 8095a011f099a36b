package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// serve runs a server until a signal asks it to stop. A second signal ends the process at once.
func serve(o options) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	s, err := start(ctx, o)
	if err != nil && ctx.Err() != nil {
		return nil // asked to stop before it was up
	}
	if err != nil {
		return err
	}
	warnIfOpen(s)
	fmt.Println(s)
	<-ctx.Done()
	cancel() // gives the signals back their usual meaning
	return s.stop()
}

// warnIfOpen says what listening on more than loopback means.
func warnIfOpen(s *server) {
	if !s.address.ip.IsLoopback() || s.ui != nil && !s.ui.at.ip.IsLoopback() {
		fmt.Fprintln(os.Stderr, "devserver: open to other machines: whoever reaches it can read and change every workflow, without a password")
	}
}
