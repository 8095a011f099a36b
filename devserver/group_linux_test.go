package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTheCommandIsToldWhenItsServerIsKilled(t *testing.T) {
	p := launch(t, "", "exec", "--", "env", roleVariable+"=trap", os.Args[0])
	await(t, "the command", func() bool { return p.stdout.String() == "up\n" || p.hasEnded() })
	p.signal(syscall.SIGKILL)
	p.code()
	if want := "up\n" + syscall.SIGTERM.String() + "\n"; p.stdout.String() != want {
		t.Errorf("the command printed %q, want %q", p.stdout, want)
	}
}

func TestCtrlCAtATerminalEndsWhatAShellRunsInTheBackground(t *testing.T) {
	keys, screen := terminal(t)
	p := exec.Command(os.Args[0], "exec", "--", "sh", "-c", `sh -c 'trap "echo ended; exit" TERM; echo up; sleep 1000 & wait' & wait`)
	p.Env = append(os.Environ(), roleVariable+"=devserver", "TMPDIR="+t.TempDir())
	p.Stdin, p.Stdout, p.Stderr = screen, screen, screen
	p.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	shown, done := new(output), make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(shown, keys) // it fails when nobody has the terminal open any more
	}()
	t.Cleanup(func() { _ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL) })
	await(t, "the background", func() bool { return strings.Contains(shown.String(), "up\r\n") })
	if _, err := keys.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	<-done
	if code := p.ProcessState.ExitCode(); code != 128+int(syscall.SIGINT) || !strings.Contains(shown.String(), "ended") {
		t.Errorf("exit code %d, the terminal shows\n%s", code, shown)
	}
}

// terminal is a terminal of the test's own: what is written to keys is typed, what programs print is read from it.
func terminal(t *testing.T) (keys, screen *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return keys, screen
}
