// The server takes what comes from outside: what our people do in Slack. Start as many as you like on one Temporal
// namespace and one journal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the zone database, for machines and images without one

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/wiring"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes: 0 done, 1 the configuration or journal is wrong, 2 usage, 3 Temporal cannot be reached.
func run(ctx context.Context, args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(stderr)
	health := flags.Bool("health", false, "ask the running server on HTTP_ADDRESS how it is, and exit 0 or 1")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "usage: server [-health]   (everything else is configured by the environment: see .env.example)")
		return 2
	}
	cfg, err := config.Load()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if *health {
		return wiring.AskHealth("server", cfg.Server.HTTPAddress, stderr)
	}
	log := wiring.Logger(cfg, stderr)
	for _, w := range cfg.Warnings() {
		log.Warn(w)
	}
	err = serve(ctx, cfg, log)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, wiring.ErrTemporal):
		fmt.Fprintln(stderr, "server:", err)
		return 3
	}
	fmt.Fprintln(stderr, "server:", err)
	return 1
}
