// The starter is how ops drive the engine from a terminal: start, import and steer onboardings, see what was and what
// will be, and rehearse a plan before any customer meets it. Its offline commands (plan, rehearse, validate) need
// neither the journal nor Temporal; list, people and the past of show need the journal alone.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // the zone database, for machines and images without one

	"github.com/spf13/cobra"

	"github.com/centogiorni/centogiorni/engine"
	"github.com/centogiorni/centogiorni/wiring"
)

// Exit codes of every command.
const (
	exitDone        = 0
	exitInput       = 1 // the input is wrong
	exitUsage       = 2 // the command line is wrong
	exitUnreachable = 3 // the engine cannot be reached
)

// usageError is a fault of the command line.
type usageError struct{ err error }

func (u usageError) Error() string { return u.err.Error() }
func (u usageError) Unwrap() error { return u.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return newApp(stdin, stdout, stderr).run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	defer a.close()
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(a.err, "starter:", err)
	}
	return exitCode(err)
}

func exitCode(err error) int {
	var usage usageError
	var network *net.OpError // of a journal on another machine
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, engine.ErrUnreachable), errors.Is(err, wiring.ErrTemporal), errors.As(err, &network):
		return exitUnreachable
	}
	return exitInput
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "starter",
		Short: "Carry new customers through their first 100 days",
		Long: "Start, import and steer onboardings; see what was, what will be and what did not happen; rehearse a plan offline.\n\n" +
			"Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 the engine cannot be reached.",
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().Var(&a.format, "output", "text or json")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usagef("%w\nusage: %s", err, c.UseLine()) })
	group := func(id, title string, commands ...*cobra.Command) {
		root.AddGroup(&cobra.Group{ID: id, Title: title + ":"})
		for _, c := range commands {
			c.GroupID = id
			root.AddCommand(c)
		}
	}
	group("offline", "Without a server", planCommand(a), rehearseCommand(a), validateCommand(a), classifyCommand(a))
	group("begin", "Begin", startCommand(a), importCommand(a), restartCommand(a), peopleCommand(a), peersCommand(a), demoCommand(a))
	group("look", "Look", listCommand(a), showCommand(a), reportCommand(a))
	group("tell", "Tell and steer", eventCommand(a), pauseCommand(a), resumeCommand(a), skipCommand(a), sendNowCommand(a),
		editCommand(a), holdCommand(a), ownerCommand(a), reassignCommand(a), amendCommand(a), adoptCommand(a), endCommand(a), voidCommand(a), settleCommand(a))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	strict(root)
	return root
}

// strict makes every wrong argument or command a usage error, where cobra would print help and be content.
func strict(c *cobra.Command) {
	switch {
	case c.Name() == "help":
		c.RunE, c.Run = help, nil
	case !c.Runnable():
		c.Args = cobra.ArbitraryArgs
		c.RunE = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q for %q\nsee: %s --help", args[0], c.CommandPath(), c.CommandPath())
			}
			var names []string
			for _, sub := range c.Commands() {
				names = append(names, sub.Name())
			}
			return usagef("%s needs a command: %s\nsee: %s --help", c.CommandPath(), strings.Join(names, ", "), c.CommandPath())
		}
	case c.Args != nil:
		args := c.Args
		c.Args = func(c *cobra.Command, given []string) error {
			if err := args(c, given); err != nil {
				return usagef("%w\nusage: %s", err, c.UseLine())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		strict(sub)
	}
}

func help(c *cobra.Command, args []string) error {
	about, rest, err := c.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return usagef("no help on %q: there is no such command", args)
	}
	return about.Help()
}
