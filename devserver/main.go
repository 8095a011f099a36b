// Command devserver is the real Temporal server with its Web UI, in one process on one SQLite file, for a machine that has
// nothing but Go: to develop, to try Centogiorni, and for the end-to-end tests. Production uses a Temporal cluster of its own.
//
//	devserver                        serve until SIGINT or SIGTERM; the state stays in .state/temporal-1.32.db
//	devserver exec -- go test ./...  a fresh server for the life of one command, gone without a trace when it ends
//
// It is a module of its own because the server links some two hundred modules: the product's go.mod keeps only the SDK, and
// the worker stays a small binary. It runs on Linux and macOS.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

// The exit codes of every Centogiorni program; exec adds the command's own.
const (
	exitInput  = 1 // what was given cannot be used: a foreign state file
	exitUsage  = 2
	exitEngine = 3 // the server did not come up: a port in use, a state file in use

	exitNotRunnable = 126 // of exec, as every shell does
	exitNotFound    = 127
)

// fault is an error with the exit code the program ends with.
type fault struct {
	code int
	err  error
}

func (f fault) Error() string { return f.err.Error() }
func (f fault) Unwrap() error { return f.err }

func faultf(code int, format string, args ...any) error {
	return fault{code, fmt.Errorf(format, args...)}
}

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "devserver:", err)
	}
	os.Exit(code)
}

// run does what the arguments ask and returns the exit code, with an error if there is something to say about it.
func run(args []string) (int, error) {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return 0, nil
	}
	if err != nil {
		return exitUsage, fmt.Errorf("%w\nRun devserver --help for the flags", err)
	}
	code := 0
	if o.command == nil {
		err = serve(o)
	} else {
		code, err = execute(o)
	}
	if err == nil {
		return code, nil
	}
	var f fault
	if errors.As(err, &f) {
		return f.code, err
	}
	return exitEngine, err
}
