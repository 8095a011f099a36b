package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// server is a Temporal server with time skipping, which keeps its address and its file over a restart.
type server struct {
	*process
	t           testing.TB
	address, db string
}

func startServer(t testing.TB) *server {
	t.Helper()
	s := &server{t: t, address: "127.0.0.1:0", db: filepath.Join(t.TempDir(), "temporal.db")}
	s.restart()
	return s
}

// restart starts the server on its file, and waits until it answers.
func (s *server) restart() {
	s.t.Helper()
	p := launch(s.t, os.Environ(), "devserver", "--db", s.db, "--address", s.address, "--no-ui", "--time-skipping")
	s.process = p
	await(s.t, "the Temporal server", func() bool {
		if p.hasEnded() {
			s.t.Fatalf("the Temporal server did not come up\n%s", p.stderr)
		}
		line, _, ready := strings.Cut(p.stdout.String(), "\n")
		if ready {
			s.address = words(line)["address"]
		}
		return ready
	})
}
