// Package e2e tests the whole system from outside: the starter, the worker, the server and the Temporal server as processes
// of their own on loopback, each test with a journal and an outbox of its own.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// built is the folder with the programs of this checkout, built at the first call.
var built = sync.OnceValues(build)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run ends the folder of the programs with the tests.
func run(m *testing.M) int {
	code := m.Run()
	if folder != "" {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
		}
	}
	return code
}

// folder is what build made, "" before.
var folder string

// build builds into .bin, where what is up to date is not linked again, and links the result into a folder that nobody
// else builds into.
func build() (string, error) {
	if err := lookAtSources(); err != nil {
		return "", err
	}
	bin, err := filepath.Abs("../.bin")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(bin, ".lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	for _, args := range [][]string{
		{"-C", "..", "build", "-o", bin + "/", "./starter", "./worker", "./server"},
		{"-C", "../devserver", "build", "-o", filepath.Join(bin, "devserver"), "."},
	} {
		c := exec.Command("go", args...)
		c.Env = append(os.Environ(), "GOTOOLCHAIN=local")
		if out, err := c.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go %v: %w\n%s", args, err, out)
		}
	}
	if folder, err = os.MkdirTemp(bin, "e2e-"); err != nil {
		return "", err
	}
	for _, name := range []string{"starter", "worker", "server", "devserver"} {
		if err := os.Link(filepath.Join(bin, name), filepath.Join(folder, name)); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// lookAtSources reads the folders that are compiled into the programs and not into this test, so that `go test` does not
// take a result from its cache after one of them changed.
func lookAtSources() error {
	for _, dir := range []string{"../starter", "../worker", "../server", "../devserver"} {
		if _, err := os.ReadDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// lock keeps two test runs from building into one folder at once.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
