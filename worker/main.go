// The worker runs the onboardings: their workflows and activities, the sweeper of the inbox, and the watch that tells
// ops when mail stops. Start as many as you like on one Temporal namespace and one journal.
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
	os.Exit(run(os.Args[1:], os.Stderr))
}

// Exit codes: 0 done, 1 the configuration or journal is wrong, 2 usage, 3 Temporal cannot be reached.
func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("worker", flag.ContinueOnError)
	flags.SetOutput(stderr)
	health := flags.Bool("health", false, "ask the running worker on METRICS_ADDRESS how it is, and exit 0 or 1")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "usage: worker [-health]   (everything else is configured by the environment: see .env.example)")
		return 2
	}
	cfg, err := config.Load()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if *health {
		return wiring.AskHealth("worker", cfg.Ops.MetricsAddress, stderr)
	}
	log := wiring.Logger(cfg, stderr)
	for _, w := range cfg.Warnings() {
		log.Warn(w)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = serve(ctx, cfg, log)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, wiring.ErrTemporal):
		fmt.Fprintln(stderr, "worker:", err)
		return 3
	}
	fmt.Fprintln(stderr, "worker:", err)
	return 1
}
