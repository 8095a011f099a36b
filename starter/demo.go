package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/outbox"
)

// demoDir is where a demonstration keeps its journal and outbox; it is made anew each time.
const demoDir = ".state/demo"

// workerLog is what its worker prints, in this folder.
const workerLog = "worker.log"

func demoCommand(a *app) *cobra.Command {
	var o rehearsing
	var pace time.Duration
	c := &cobra.Command{
		Use:   "demo [CONTRACT]",
		Short: "Play the 100 days of a sample customer on a real Temporal server with time skipping",
		Long: "Start a worker, start the onboarding of a sample contract signed in a minute, play a scenario on the server by time\n" +
			"skipping, and print what happens. Mails and alerts lie in an outbox to open in a browser. It needs a development\n" +
			"server with time skipping: `make demo` starts one around it.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "examples/acme.json"
			if len(args) > 0 {
				file = args[0]
			}
			return a.demo(cmd.Context(), file, o, pace)
		},
	}
	c.Flags().StringVar(&o.people, "people", "", "people.yaml with those whom the contract names by id")
	c.Flags().StringVar(&o.scenario, "scenario", "examples/scenarios/good-path.yaml", "YAML file of what happens meanwhile")
	c.Flags().DurationVar(&pace, "pace", 120*time.Millisecond, "pause after each line")
	return c
}

func (a *app) demo(ctx context.Context, file string, o rehearsing, pace time.Duration) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	if !cfg.Worker.TimeSkipping {
		return errors.New("this needs a development server with time skipping: run it by `make demo`, or under `devserver exec --time-skipping --`")
	}
	if err := demoEnvironment(); err != nil {
		return err
	}
	o.signedAt = soon()
	r, err := a.rehearsal(file, o)
	if err != nil {
		return err
	}
	worker, err := workerProgram()
	if err != nil {
		return err
	}
	if err := freshDemo(); err != nil { // what the last one left stays until nothing is wrong with this one
		return err
	}
	stop, err := startWorker(ctx, worker)
	if err != nil {
		return err
	}
	defer stop()
	if err := a.playDemo(ctx, r, pace); err != nil {
		if ctx.Err() != nil {
			fmt.Fprintln(a.out, "\nstopped")
			return nil
		}
		return err
	}
	if cfg, err = a.config(); err != nil {
		return err
	}
	index, err := outbox.WriteIndex(cfg.Mail.OutboxDir)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\nThe mails and alerts: open %s in a browser.\n", index)
	return nil
}

// demoEnvironment points everything at the demonstration's own folder.
func demoEnvironment() error {
	for name, value := range map[string]string{
		"STATE_DIR": demoDir, "JOURNAL_URL": "sqlite:" + filepath.Join(demoDir, "journal.db"),
		"MAIL_TRANSPORT": "outbox", "OUTBOX_DIR": filepath.Join(demoDir, "outbox"), "SLACK_MODE": "off",
		"METRICS_ADDRESS": "127.0.0.1:0", "MODE": "live",
	} {
		if err := os.Setenv("CENTOGIORNI_"+name, value); err != nil {
			return err
		}
	}
	return nil
}

// freshDemo empties that folder.
func freshDemo() error {
	if err := os.RemoveAll(demoDir); err != nil {
		return err
	}
	return os.MkdirAll(demoDir, 0o755)
}

// workerProgram is the worker that lies beside this program.
func workerProgram() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	program := filepath.Join(filepath.Dir(self), "worker")
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("the worker program is not beside %s: build both by `make build`", self)
	}
	return program, nil
}

func startWorker(ctx context.Context, program string) (stop func(), err error) {
	logs, err := os.Create(filepath.Join(demoDir, workerLog))
	if err != nil {
		return nil, err
	}
	w := exec.CommandContext(ctx, program)
	w.Stdout, w.Stderr = logs, logs
	w.Cancel = func() error { return w.Process.Signal(syscall.SIGTERM) }
	w.WaitDelay = 10 * time.Second
	w.SysProcAttr = dieWithUs()
	if err := w.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the worker: %w", err), logs.Close())
	}
	return func() {
		_ = w.Process.Signal(syscall.SIGTERM)
		_ = w.Wait()
		_ = logs.Close()
	}, nil
}

// playDemo plays day by day, so that there is something to watch.
func (a *app) playDemo(ctx context.Context, r *rehearsal, pace time.Duration) error {
	eng, err := a.engine(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(a.storePlaybook(ctx, r), a.storePeople(ctx, r)); err != nil {
		return err
	}
	if err := a.staffed(ctx, eng); err != nil {
		return fmt.Errorf("%w in %s", err, filepath.Join(demoDir, workerLog))
	}
	c := r.start.Contract
	fmt.Fprintf(a.out, "%s, %s: signed %s\n\n", c.Customer.Company, c.Product, c.SignedAt.In(zone(c)).Format("Monday 2 January 2006, 15:04"))
	skipper := engine.Skipper{Engine: eng, Namespace: a.temp.Namespace}
	started, err := eng.Start(ctx, r.start, time.Now())
	if err != nil {
		return err
	}
	p := &ticker{app: a, started: started, rehearsal: r, pace: pace}
	events := r.events
	for day := 0; ; day++ {
		until := c.SignedAt.Add(time.Duration(day+1) * 24 * time.Hour)
		n := 0
		for n < len(events) && events[n].At.Before(until) {
			n++
		}
		if err := skipper.Follow(ctx, started, events[:n], until); err != nil {
			return err
		}
		events = events[n:]
		if err := p.print(ctx); err != nil {
			return err
		}
		if ended, err := skipper.Ended(ctx, started.WorkflowID); err != nil || ended {
			return err
		}
	}
}

// ticker prints what the journal has got since the last look.
type ticker struct {
	app       *app
	started   engine.Started
	rehearsal *rehearsal
	pace      time.Duration
	seen, day int
}

func (t *ticker) print(ctx context.Context) error {
	entries, err := t.app.story(ctx, t.started)
	if err != nil {
		return err
	}
	loc := zone(t.rehearsal.start.Contract)
	for _, e := range entries[min(t.seen, len(entries)):] {
		label := ""
		if t.seen == 0 || e.Day != t.day {
			label, t.day = fmt.Sprintf("day %d", e.Day), e.Day
		}
		t.seen++
		if _, err := fmt.Fprintf(t.app.out, "%-8s %-16s %s\n", label, e.At.In(loc).Format("Mon 2 Jan 15:04"), sentence(e)); err != nil {
			return errors.Join(err, io.ErrClosedPipe)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(t.pace):
		}
	}
	return nil
}
