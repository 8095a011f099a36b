package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"google.golang.org/grpc"
)

// patience is how long a test waits for what must happen; it is spent only by a test that fails.
const patience = 2 * time.Minute

// roleVariable makes the test binary run as another program: the tests start real processes without building one.
const roleVariable = "DEVSERVER_TEST_ROLE"

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	os.Unsetenv(roleVariable)
	switch role {
	case "devserver":
		main()
	case "probe":
		probe()
	case "trap":
		trap()
	default:
		os.Exit(m.Run())
	}
}

// process is a devserver of its own.
type process struct {
	*exec.Cmd
	t              *testing.T
	stdout, stderr *output
	tmp            string // its TMPDIR
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

// launch starts a devserver in a process group and a temporary folder of its own. A test that leaves it running has it killed.
func launch(t *testing.T, stdin string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...), t: t, stdout: new(output), stderr: new(output), tmp: t.TempDir(), ended: make(chan struct{})}
	p.Dir = t.TempDir()
	p.Env = append(os.Environ(), roleVariable+"=devserver", "TMPDIR="+p.tmp)
	p.Stdin, p.Stdout, p.Stderr = strings.NewReader(stdin), p.stdout, p.stderr
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.WaitDelay = 10 * time.Second // an orphan that holds its output open fails the test, which does not wait for it
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
		<-p.ended
		if t.Failed() {
			t.Logf("devserver %s printed\n%s%s", strings.Join(args, " "), p.stdout, p.stderr)
		}
	})
	return p
}

// serving starts a devserver and returns it with the words of its ready line. It is stopped, cleanly, at the end of the test.
func serving(t *testing.T, args ...string) (*process, map[string]string) {
	t.Helper()
	p := launch(t, "", args...)
	var words map[string]string
	await(t, "the ready line", func() bool {
		words = readyLine(p.stdout)
		return words != nil || p.hasEnded()
	})
	if words == nil {
		t.Fatalf("the server ended with exit code %d before it was ready\n%s", p.code(), p.stderr)
	}
	t.Cleanup(p.stop)
	return p, words
}

// readyLine returns the key=value words of the ready line, nil before it is complete.
func readyLine(o *output) map[string]string {
	line, err := bufio.NewReader(strings.NewReader(o.String())).ReadString('\n')
	if err == io.EOF || !strings.HasPrefix(line, "devserver ready ") {
		return nil
	}
	words := make(map[string]string)
	for _, word := range strings.Fields(line) {
		key, value, _ := strings.Cut(word, "=")
		words[key] = value
	}
	return words
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// code waits until the process has ended and returns its exit code.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("the process did not end\n%s%s", p.stdout, p.stderr)
	}
	return p.ProcessState.ExitCode()
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Error(err)
	}
}

// stop asks the process to end and checks that it does so in order, leaving nothing in its group and its temporary folder.
func (p *process) stop() {
	p.t.Helper()
	if !p.hasEnded() {
		p.signal(syscall.SIGTERM)
		if code := p.code(); code != 0 {
			p.t.Errorf("after SIGTERM the exit code is %d, want 0", code)
		}
	}
	p.leavesNothing()
}

func (p *process) leavesNothing() {
	p.t.Helper()
	if err := syscall.Kill(-p.Process.Pid, 0); err != syscall.ESRCH {
		p.t.Errorf("a process is left behind (%v)", err)
	}
	left, err := os.ReadDir(p.tmp)
	if err != nil || len(left) > 0 {
		p.t.Errorf("left in the temporary folder: %v %v", left, err)
	}
}

// await polls until the condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func dial(t *testing.T, address, namespace string, interceptors ...grpc.UnaryClientInterceptor) client.Client {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace, Logger: silent, ConnectionOptions: client.ConnectionOptions{
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(interceptors...)}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

const taskQueue = "test"

// work starts a worker with what the test registers and returns the function that stops it, which is also called at the end.
func work(t *testing.T, c client.Client, register func(worker.Registry)) func() {
	t.Helper()
	w := worker.New(c, taskQueue, worker.Options{
		// By default a workflow waits five seconds for the worker that knew it before it goes to another.
		StickyScheduleToStartTimeout: 100 * time.Millisecond,
	})
	register(w)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(w.Stop)
	t.Cleanup(stop)
	return stop
}
