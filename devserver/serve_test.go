package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/types/known/durationpb"
)

// owned starts a workflow that carries every search attribute; no worker needs to run it.
func owned(ctx context.Context, c client.Client, id string) error {
	_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: taskQueue, TypedSearchAttributes: temporal.NewSearchAttributes(
		temporal.NewSearchAttributeKeyKeyword("Owner").ValueSet("o-7"),
		temporal.NewSearchAttributeKeyKeyword("Phase").ValueSet("admit"),
		temporal.NewSearchAttributeKeyKeyword("Stage").ValueSet("purchase"),
		temporal.NewSearchAttributeKeyKeyword("Health").ValueSet("green"),
		temporal.NewSearchAttributeKeyKeyword("Playbook").ValueSet("sha256:00"),
		temporal.NewSearchAttributeKeyInt64("Rules").ValueSet(3),
	)}, "Owned")
	return err
}

func get(url string) (int, string, error) {
	answer, err := http.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body), err
}

func TestServerAnswersCallsOnceItSaysItIsReady(t *testing.T) {
	p, ready := serving(t, "--db", ":memory:", "--address", "127.0.0.1:0", "--ui-address", "127.0.0.1:0")
	ctx := deadline(t)
	c := dial(t, ready["address"], "default")
	ns, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: "default"})
	if err != nil {
		t.Fatal(err)
	}
	if got := ns.Config.WorkflowExecutionRetentionTtl.AsDuration(); got != retention {
		t.Errorf("retention is %s, want %s", got, retention)
	}
	if err := owned(ctx, c, "first"); err != nil {
		t.Fatal(err)
	}
	await(t, "the workflow in a list by owner and rules", func() bool {
		n, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: "Owner = 'o-7' AND Rules >= 3"})
		return err == nil && n.Count == 1
	})
	for _, path := range []string{"/", "/api/v1/namespaces/default"} {
		status, body, err := get(ready["ui"] + path)
		if err != nil || status != http.StatusOK || body == "" {
			t.Errorf("Web UI %s answers %d %q %v", path, status, body, err)
		}
	}
	p.stop()
	if said := p.stderr.String(); said != "" {
		t.Errorf("a server that was used as intended has said on standard error:\n%s", said)
	}
}

func TestReadyIsMoreThanAnOpenPort(t *testing.T) {
	silence, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silence.Close()
	_, ready := serving(t, "--db", "", "--address", "127.0.0.1:0", "--no-ui")
	for name, address := range map[string]string{
		"a port that does not answer":     silence.Addr().String(),
		"a server without that namespace": ready["address"],
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		if err := awaitNamespace(ctx, address, "absent"); err == nil {
			t.Errorf("%s is taken for ready", name)
		}
		cancel()
	}
}

func TestServerListensOnLoopbackOnly(t *testing.T) {
	_, ready := serving(t, "--db", "", "--address", ":0", "--ui-address", "localhost:0")
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, listening := range []string{ready["address"], strings.TrimPrefix(ready["ui"], "http://")} {
		host, port, err := net.SplitHostPort(listening)
		if err != nil || host != "127.0.0.1" {
			t.Errorf("it says it listens on %s", listening)
		}
		for _, a := range addresses {
			if ip := a.(*net.IPNet).IP; !ip.IsLoopback() && !ip.IsLinkLocalUnicast() {
				if conn, err := net.Dial("tcp", net.JoinHostPort(ip.String(), port)); err == nil {
					conn.Close()
					t.Errorf("%s is open to other machines at %s", listening, ip)
				}
			}
		}
	}
}

func TestServerWithoutUIHasNone(t *testing.T) {
	_, ready := serving(t, "--db", "", "--address", "127.0.0.1:0", "--no-ui")
	if ready["ui"] != "none" {
		t.Errorf("ui=%s", ready["ui"])
	}
}

func TestServerKeepsItsStateUnderTheWorkingDirectory(t *testing.T) {
	p, ready := serving(t, "--address", "127.0.0.1:0", "--no-ui")
	if want := ".state/temporal-1.32.db"; ready["db"] != want {
		t.Errorf("db=%s, want %s", ready["db"], want)
	}
	info, err := os.Stat(p.Dir + "/.state/temporal-1.32.db")
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the state of customers is open to other users: %s", info.Mode())
	}
}

func TestNamespaceMadeElsewhereGetsTheSearchAttributes(t *testing.T) {
	db := t.TempDir() + "/state 100%?#.db" // each of these means something in a SQLite URI
	first, ready := serving(t, "--db", db, "--address", "127.0.0.1:0", "--no-ui")
	ctx := deadline(t)
	_, err := dial(t, ready["address"], "default").WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: "elsewhere", WorkflowExecutionRetentionPeriod: durationpb.New(retention)})
	if err != nil {
		t.Fatal(err)
	}
	first.stop()
	_, ready = serving(t, "--db", db, "--address", "127.0.0.1:0", "--no-ui", "--namespace", "elsewhere")
	if err := owned(ctx, dial(t, ready["address"], "elsewhere"), "second"); err != nil {
		t.Error(err)
	}
	if begin, err := os.ReadFile(db); err != nil || !strings.HasPrefix(string(begin), "SQLite format 3") {
		t.Errorf("the state went to another file than %s: %v", db, err)
	}
}

func TestTimeSkippingIsRefusedUnlessAskedFor(t *testing.T) {
	_, ready := serving(t, "--db", "", "--address", "127.0.0.1:0", "--no-ui")
	c := dial(t, ready["address"], "default", skippingTime)
	_, err := c.ExecuteWorkflow(deadline(t), client.StartWorkflowOptions{TaskQueue: taskQueue}, "Any")
	if !errors.As(err, new(*serviceerror.InvalidArgument)) && !errors.As(err, new(*serviceerror.Unimplemented)) {
		t.Errorf("the start is answered %v (%T)", err, err)
	}
}

func TestStartThatIsCalledOffLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	o, err := parse([]string{"--db", "", "--address", "127.0.0.1:0", "--ui-address", "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(enough)
	if _, err := start(ctx, o); !errors.Is(err, enough) {
		t.Errorf("start returns %v", err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v %v", left, err)
	}
}

func TestFaultsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	_, ready := serving(t, "--db", t.TempDir()+"/taken.db", "--address", "127.0.0.1:0", "--ui-address", "127.0.0.1:0")
	ui := strings.TrimPrefix(ready["ui"], "http://")
	foreign := t.TempDir() + "/notes.txt"
	if err := os.WriteFile(foreign, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says []string
	}{
		"a port in use":            {[]string{"--db", "", "--address", ready["address"], "--no-ui"}, exitEngine, []string{ready["address"], "--address"}},
		"a Web UI port in use":     {[]string{"--db", "", "--address", "127.0.0.1:0", "--ui-address", ui}, exitEngine, []string{ui, "--ui-address"}},
		"a state file in use":      {[]string{"--db", ready["db"], "--address", "127.0.0.1:0", "--no-ui"}, exitEngine, []string{ready["db"], "in use", "--db"}},
		"a file that is no state":  {[]string{"--db", foreign, "--no-ui"}, exitInput, []string{foreign, "not a SQLite file", "--db"}},
		"an unknown flag":          {[]string{"--port", "1"}, exitUsage, []string{"-port", "--help"}},
		"exec without a command":   {[]string{"exec", "--"}, exitUsage, []string{"needs a command"}},
		"a command that is absent": {[]string{"exec", "--", "no-such-command"}, exitNotFound, []string{"no-such-command"}},
		"a command that is a text": {[]string{"exec", "--", foreign}, exitNotRunnable, []string{foreign}},
	} {
		t.Run(name, func(t *testing.T) {
			p := launch(t, "", c.args...)
			if code := p.code(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, want := range c.says {
				if !strings.Contains(p.stderr.String(), want) {
					t.Errorf("%q is not in\n%s", want, p.stderr)
				}
			}
			if out := p.stdout.String(); out != "" {
				t.Errorf("on standard output: %q", fmt.Sprint(out))
			}
			p.leavesNothing()
		})
	}
}
