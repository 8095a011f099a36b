package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"go.temporal.io/server/common/headers"
)

const usage = `devserver: the real Temporal server with its Web UI in one process, for development and tests

  devserver [FLAGS]                          serve until SIGINT or SIGTERM
  devserver exec [FLAGS] -- COMMAND ARGS...  serve while COMMAND runs, with TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE set

  --db FILE               state file, made if absent; :memory: or empty = none is kept
                          (default .state/temporal-1.32.db; exec: :memory:)
  --address HOST:PORT     the API; port 0 = a free one (default 127.0.0.1:7233; exec: 127.0.0.1:0)
  --ui-address HOST:PORT  the Web UI; empty = none (default 127.0.0.1:8233; exec: none)
  --no-ui                 no Web UI
  --namespace NAME        made if absent (default "default")
  --time-skipping         let clients skip workflow time; for tests and rehearsals only
  --verbose               the server's warnings and errors on standard error, unfiltered

Once the server answers calls, one line says so: "devserver ready address=... ui=... namespace=... db=... time-skipping=...",
on standard output, or on standard error with exec. It listens on loopback unless told otherwise, and asks nobody who they are.
Signals go to all of COMMAND's process group, and what COMMAND leaves behind in it is ended.

Exit codes: 0 done, 1 the state file cannot be used, 2 usage, 3 the server did not start. exec: the command's own, 128 + the
signal that killed it, 126 it cannot be run, 127 it was not found.
`

// options is what the command line asks for.
type options struct {
	db           string // ephemeral: none is kept
	address      endpoint
	ui           *endpoint // nil: no Web UI
	namespace    string
	timeSkipping bool
	verbose      bool
	command      []string // of exec; nil: serve
}

// ephemeral is the --db that keeps nothing. It is a temporary file all the same: the server's SQLite in memory shares one
// cache between all its services, which behaves unlike the WAL file that is used otherwise.
const ephemeral = ":memory:"

// defaultDB carries the server's minor version because the server cannot migrate a SQLite schema: a new version begins a new
// file instead of failing on the old one.
func defaultDB() string {
	version := headers.ServerVersion
	return filepath.Join(".state", "temporal-"+version[:strings.LastIndexByte(version, '.')]+".db")
}

// parse reads the command line. Every error it returns is a usage error, or flag.ErrHelp.
func parse(args []string) (options, error) {
	executing := len(args) > 0 && args[0] == "exec"
	db, address, uiAddress := defaultDB(), "127.0.0.1:7233", "127.0.0.1:8233"
	if executing {
		args = args[1:]
		db, address, uiAddress = ephemeral, "127.0.0.1:0", ""
	}
	var o options
	var noUI bool
	flags := flag.NewFlagSet("devserver", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the caller prints errors and the usage
	flags.StringVar(&o.db, "db", db, "")
	flags.StringVar(&address, "address", address, "")
	flags.StringVar(&uiAddress, "ui-address", uiAddress, "")
	flags.BoolVar(&noUI, "no-ui", false, "")
	flags.StringVar(&o.namespace, "namespace", "default", "")
	flags.BoolVar(&o.timeSkipping, "time-skipping", false, "")
	flags.BoolVar(&o.verbose, "verbose", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.db == "" {
		o.db = ephemeral
	}
	switch rest := flags.Args(); {
	case executing && len(rest) == 0:
		return o, errors.New("exec needs a command: devserver exec [FLAGS] -- COMMAND ARGS...")
	case executing:
		o.command = rest
	case len(rest) > 0:
		return o, fmt.Errorf("unexpected argument %q; the one subcommand is exec", rest[0])
	}
	if o.namespace == "" {
		return o, errors.New("--namespace is empty")
	}
	if o.namespace == systemNamespace {
		return o, fmt.Errorf("--namespace %s is the server's own; choose another", systemNamespace)
	}
	var err error
	if o.address, err = parseEndpoint(address); err != nil {
		return o, fmt.Errorf("--address %s: %w", address, err)
	}
	if noUI || uiAddress == "" {
		return o, nil
	}
	ui, err := parseEndpoint(uiAddress)
	if err != nil {
		return o, fmt.Errorf("--ui-address %s: %w", uiAddress, err)
	}
	if ui == o.address && ui.port != 0 {
		return o, fmt.Errorf("--address and --ui-address are both %s; they need a port each", ui)
	}
	o.ui = &ui
	return o, nil
}
