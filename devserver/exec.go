package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// execute runs the command with a server of its own and returns the command's exit code.
func execute(o options) (int, error) {
	path, err := exec.LookPath(o.command[0])
	if errors.Is(err, os.ErrPermission) {
		return 0, faultf(exitNotRunnable, "%w", err)
	}
	if err != nil {
		return 0, faultf(exitNotFound, "%w", err)
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	s, err := startUnlessSignalled(o, signals)
	var stopped interrupted
	if errors.As(err, &stopped) {
		return 128 + int(stopped.signal), nil
	}
	if err != nil {
		return 0, err
	}
	warnIfOpen(s)
	fmt.Fprintln(os.Stderr, s)
	code, err := s.during(path, signals)
	if stopErr := s.stop(); err == nil && stopErr != nil {
		err = fmt.Errorf("stop the server after the command ended with exit code %d: %w", code, stopErr)
	}
	return code, err
}

// interrupted is why a server did not come up that was asked to stop first.
type interrupted struct{ signal syscall.Signal }

func (i interrupted) Error() string { return i.signal.String() }

func startUnlessSignalled(o options, signals <-chan os.Signal) (*server, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	started := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case sig := <-signals:
			cancel(interrupted{sig.(syscall.Signal)})
		case <-started:
		}
	}()
	s, err := start(ctx, o)
	close(started)
	<-watched
	if err == nil && ctx.Err() != nil {
		return nil, errors.Join(context.Cause(ctx), s.stop())
	}
	return s, err
}

// during runs the command while the server serves, on our standard streams, and ends what is left of its process group. In the
// foreground of a terminal that is our group, as if we were not there: the keys reach it and whatever stands beside us in a pipe.
// Elsewhere it is a group of its own, all of which gets the signals that we get.
func (s *server) during(path string, signals <-chan os.Signal) (int, error) {
	c := exec.Command(path, s.options.command[1:]...)
	c.Args[0] = s.options.command[0]
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = s.environment()
	apart := !inForeground()
	if apart {
		c.SysProcAttr = ownGroup()
	}
	if err := adoptOrphans(); err != nil {
		return 0, err
	}
	if err := c.Start(); err != nil {
		return 0, faultf(exitNotRunnable, "%w", err)
	}
	group := syscall.Getpgrp()
	if apart {
		group = c.Process.Pid
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case sig := <-signals:
			if apart {
				_ = syscall.Kill(-group, sig.(syscall.Signal)) // it may just have ended
			} else if sig != os.Interrupt || !inForeground() {
				_ = c.Process.Signal(sig)
			}
		case err := <-ended:
			endRest(group, grace)
			return exitCode(c, err)
		}
	}
}

// exitCode is that of a command that has ended, as a shell gives it.
func exitCode(c *exec.Cmd, err error) (int, error) {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	if status := c.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return c.ProcessState.ExitCode(), nil
}

// grace is how long what a command left behind may take to end.
const grace = 10 * time.Second

// endRest ends what an ended command left behind in its group, such as a worker in the background of a script that failed or was
// interrupted: a shell has what it runs in the background ignore interrupts.
func endRest(group int, patience time.Duration) {
	told := make(map[int]bool)
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		left, late := rest(group), time.Now().After(deadline)
		for _, pid := range left {
			switch {
			case late:
				_ = syscall.Kill(pid, syscall.SIGKILL)
			case !told[pid]:
				told[pid] = true
				_ = syscall.Kill(pid, syscall.SIGTERM)
			}
		}
		if len(left) == 0 || late {
			return
		}
	}
}

// inForeground says whether an interrupt came from Ctrl-C at our terminal, which the whole group has then received: passed on, the
// command would get it twice, and many take the second for "stop at once".
func inForeground() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// environment is ours with the server's address; of two values of a name the last counts. The switch for time skipping is taken
// out first: one that was meant for an outer server would have every start refused.
func (s *server) environment() []string {
	const skipping = "CENTOGIORNI_TIME_SKIPPING="
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool { return strings.HasPrefix(entry, skipping) })
	env = append(env, "TEMPORAL_ADDRESS="+s.address.dial(), "TEMPORAL_NAMESPACE="+s.options.namespace)
	if s.options.timeSkipping {
		env = append(env, skipping+"true")
	}
	return env
}
