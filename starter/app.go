package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"golang.org/x/term"

	"github.com/centogiorni/centogiorni/config"
	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/journal"
	"github.com/centogiorni/centogiorni/playbook"
	"github.com/centogiorni/centogiorni/wiring"
)

// format is the value of --output.
type format string

func (f *format) String() string {
	if *f == "" {
		return "text"
	}
	return string(*f)
}
func (f *format) Type() string { return "format" }
func (f *format) Set(s string) error {
	if s != "text" && s != "json" {
		return fmt.Errorf("%q is neither text nor json", s)
	}
	*f = format(s)
	return nil
}

// app is what the commands share; what a command does not ask for is never opened.
type app struct {
	in       io.Reader
	out, err io.Writer
	format   format
	closers  []func()
	// dial reaches Temporal.
	dial func() (client.Client, client.Options, error)
	// asks reports whether somebody is there to answer a question.
	asks bool
	// takeUp is how long a worker may take to begin with work before that is said, stall how long a play may stand still.
	takeUp, stall time.Duration

	cfg    *config.Config
	loaded *journal.Journal
	door   *engine.Engine
	temp   client.Options
	shelf  playbook.Registry
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	return &app{in: stdin, out: stdout, err: stderr, asks: terminal(stdin), takeUp: takeUp, stall: stall, dial: func() (client.Client, client.Options, error) {
		return wiring.Dial(slog.New(slog.DiscardHandler), client.MetricsNopHandler)
	}}
}

func (a *app) close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		a.closers[i]()
	}
}

func (a *app) json() bool { return a.format == "json" }

// print writes a value as indented JSON.
func (a *app) print(v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// say writes a line for people, or the value for programs.
func (a *app) say(v any, format string, args ...any) error {
	if a.json() {
		return a.print(v)
	}
	_, err := fmt.Fprintf(a.out, format+"\n", args...)
	return err
}

func (a *app) config() (config.Config, error) {
	if a.cfg == nil {
		cfg, err := config.Load()
		if err != nil {
			return cfg, err
		}
		a.cfg = &cfg
	}
	return *a.cfg, nil
}

// journal opens the database once.
func (a *app) journal(ctx context.Context) (*journal.Journal, error) {
	if a.loaded != nil {
		return a.loaded, nil
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(ctx, cfg.Engine.JournalURL.Reveal())
	if err != nil {
		return nil, err
	}
	a.loaded = j
	a.closers = append(a.closers, func() { _ = j.Close() })
	return j, nil
}

// engine connects to Temporal once.
func (a *app) engine(ctx context.Context) (*engine.Engine, error) {
	if a.door != nil {
		return a.door, nil
	}
	j, err := a.journal(ctx)
	if err != nil {
		return nil, err
	}
	c, options, err := a.dial()
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, c.Close)
	a.door, a.temp = &engine.Engine{Temporal: c, Journal: j}, options
	return a.door, nil
}

// row finds the newest run of a contract in the journal; it needs no Temporal.
func (a *app) row(ctx context.Context, contract string) (journal.ContractRow, error) {
	j, err := a.journal(ctx)
	if err != nil {
		return journal.ContractRow{}, err
	}
	return (&engine.Engine{Journal: j}).Row(ctx, contract)
}

// read reads a file, or standard input where its name is "-".
func (a *app) read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(a.in)
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file", name)
	}
	return data, err
}

// confirm asks before something is done that many people would notice.
func (a *app) confirm(yes bool, question string) error {
	if yes {
		return nil
	}
	if !a.asks {
		return usagef("this asks before it acts, and nobody is at the terminal to answer: give --yes")
	}
	fmt.Fprintf(a.err, "%s [y/N] ", question)
	answer, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errors.New("not confirmed: nothing was done")
}

// previews is where a preview goes that comes before a question: away from what programs read.
func (a *app) previews() io.Writer {
	if a.json() {
		return a.err
	}
	return a.out
}

// terminal reports whether a person sits at a stream.
func terminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// clock is the instant of the machine in whole seconds, as the engine reckons.
func clock() time.Time { return time.Now().UTC().Truncate(time.Second) }
