package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// probe is a command for exec that does at once what a product's test would: it calls the server named by its environment.
func probe() {
	address, namespace := os.Getenv("TEMPORAL_ADDRESS"), os.Getenv("TEMPORAL_NAMESPACE")
	c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace, Logger: silent})
	if err == nil {
		_, err = c.WorkflowService().DescribeNamespace(context.Background(), &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	}
	if err == nil {
		err = owned(context.Background(), c, "probe")
	}
	fmt.Println(address, namespace, os.Getenv("CENTOGIORNI_TIME_SKIPPING"), err)
}

// trap is a command for exec that ends in its own way when it is signalled.
func trap() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	fmt.Println("up")
	fmt.Println(<-signals)
	os.Exit(43)
}

func TestExecEndsAsItsCommandDoes(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		code   int
	}{
		"success is success":                 {"exit 0", 0},
		"its exit code is ours":              {"exit 7", 7},
		"killed by a signal is 128 + signal": {"kill -KILL $$", 128 + 9},
		"its standard streams are ours":      {`read -r line && test "$line" = hello && echo out && echo err >&2 && exit 9`, 9},
	} {
		t.Run(name, func(t *testing.T) {
			p := launch(t, "hello\n", "exec", "--", "sh", "-c", c.script)
			if code := p.code(); code != c.code {
				t.Errorf("exit code %d, want %d\n%s", code, c.code, p.stderr)
			}
			ready := readyLine(p.stderr)
			if ready == nil {
				t.Fatalf("no ready line on standard error: %s", p.stderr)
			}
			if conn, err := net.Dial("tcp", ready["address"]); err == nil {
				conn.Close()
				t.Error("the server is left behind")
			}
			if c.code == 9 && (p.stdout.String() != "out\n" || !strings.HasSuffix(p.stderr.String(), "\nerr\n")) {
				t.Errorf("printed %q and %q", p.stdout, p.stderr)
			}
			p.leavesNothing()
		})
	}
}

func TestExecTellsItsCommandWhereTheServerIs(t *testing.T) {
	t.Setenv("TEMPORAL_ADDRESS", "outer.example:7233")
	t.Setenv("CENTOGIORNI_TIME_SKIPPING", "true")
	for name, c := range map[string]struct {
		flags []string
		says  string // after the address
	}{
		"by default":         {nil, "default  <nil>"},
		"with time skipping": {[]string{"--time-skipping", "--namespace", "trial"}, "trial true <nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(append([]string{"exec"}, c.flags...), "--", "env", roleVariable+"=probe", os.Args[0])
			p := launch(t, "", args...)
			code := p.code()
			want := readyLine(p.stderr)["address"] + " " + c.says + "\n"
			if code != 0 || p.stdout.String() != want {
				t.Errorf("exit code %d, the command says %q, want %q", code, p.stdout, want)
			}
			p.leavesNothing()
		})
	}
}

func TestExecPassesSignalsOn(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			p := launch(t, "", "exec", "--", "env", roleVariable+"=trap", os.Args[0])
			await(t, "the command", func() bool { return p.stdout.String() == "up\n" || p.hasEnded() })
			p.signal(s)
			if code := p.code(); code != 43 || p.stdout.String() != "up\n"+s.String()+"\n" {
				t.Errorf("exit code %d, the command printed %q", code, p.stdout)
			}
			p.leavesNothing()
		})
	}
}

func TestExecSignalsAllThatItsCommandStarted(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			p := launch(t, "", "exec", "--", "sh", "-c", "env "+roleVariable+"=trap "+os.Args[0]+"; exit 7")
			await(t, "the command's child", func() bool { return p.stdout.String() == "up\n" || p.hasEnded() })
			p.signal(s)
			if code := p.code(); code != 128+int(s) || p.stdout.String() != "up\n"+s.String()+"\n" {
				t.Errorf("exit code %d, the command's child printed %q", code, p.stdout)
			}
			p.leavesNothing()
		})
	}
}

func TestExecEndsWhatItsCommandLeftBehind(t *testing.T) {
	p := launch(t, "", "exec", "--", "sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $$; exit 5")
	code := p.code()
	group, err := strconv.Atoi(strings.TrimSpace(p.stdout.String()))
	if code != 5 || err != nil {
		t.Fatalf("exit code %d, the command printed %q", code, p.stdout)
	}
	if err := syscall.Kill(-group, 0); err != syscall.ESRCH {
		t.Errorf("the command's child is left behind (%v)", err)
	}
	p.leavesNothing()
}

func TestWhatDoesNotHearIsKilled(t *testing.T) {
	deaf := exec.Command("sh", "-c", "trap '' TERM; echo up; exec sleep 1000")
	deaf.SysProcAttr = ownGroup()
	said, err := deaf.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := deaf.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := said.Read(make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	endRest(deaf.Process.Pid, time.Millisecond)
	if err := deaf.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Errorf("it ended by %v", err)
	}
}
