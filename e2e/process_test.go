package e2e

import (
	"bytes"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen; only a failing test spends it.
const patience = 2 * time.Minute

// process is one of our programs, running.
type process struct {
	*exec.Cmd
	t              testing.TB
	name           string
	stdout, stderr *output
	ended          chan struct{}
}

// output collects what a process prints.
type output struct {
	mu    sync.Mutex
	bytes bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes.String()
}

// tail is the end of a text, for a failed test's report.
func tail(text string) string {
	const most = 4000
	if len(text) > most {
		return "... " + text[len(text)-most:]
	}
	return text
}

// launch starts a program; the end of the test kills it, and the end of the test process does.
func launch(t testing.TB, env []string, name string, args ...string) *process {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(filepath.Join(dir, name), args...), t: t, name: name, stdout: new(output), stderr: new(output),
		ended: make(chan struct{})}
	p.Dir, p.Env, p.Stdout, p.Stderr = "..", env, p.stdout, p.stderr
	p.SysProcAttr = dieWithUs()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait() // the exit code says all
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill9()
		if t.Failed() {
			t.Logf("%s printed\n%s%s", name, tail(p.stdout.String()), tail(p.stderr.String()))
		}
	})
	return p
}

// kill9 ends the process without a chance to do anything about it.
func (p *process) kill9() {
	_ = p.Process.Signal(syscall.SIGKILL) // it may have ended
	<-p.ended
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// await polls until the condition holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	awaitFor(t, patience, what, holds)
}

func awaitFor(t testing.TB, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-t.Context().Done():
			t.Fatalf("the test ended while it waited for %s", what)
		case <-tick.C:
		}
	}
}

// freeAddress is a loopback address that was free a moment ago.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// words reads the key=value words of a line.
func words(line string) map[string]string {
	out := map[string]string{}
	for _, word := range strings.Fields(line) {
		if key, value, ok := strings.Cut(word, "="); ok {
			out[key] = value
		}
	}
	return out
}
