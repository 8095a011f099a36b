package centogiorni_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// transcript is what `go test -v` prints of three packages: one that skips in two ways, one that fails, one without tests.
const transcript = `=== RUN   TestA
=== RUN   TestA/postgres
=== PAUSE TestA/postgres
=== RUN   TestA/other
    a_test.go:3: hello
    a_test.go:4: NOT TESTED ON POSTGRESQL: no initdb
=== CONT  TestA/postgres
    a_test.go:4: NOT TESTED ON POSTGRESQL: no initdb
--- PASS: TestA (0.00s)
    --- SKIP: TestA/other (0.00s)
    --- SKIP: TestA/postgres (0.00s)
=== RUN   TestB
    a_test.go:7: a note of a test that passes
--- PASS: TestB (0.00s)
=== RUN   TestC
--- SKIP: TestC (0.00s)
PASS
ok  	x/a	0.010s
`

const failing = `=== RUN   TestD
    b_test.go:3: it broke
--- FAIL: TestD (0.00s)
FAIL
FAIL	x/b	0.006s
?   	x/c	[no test files]
FAIL
`

// fakeGo is a go command whose tests print a transcript and end so.
func fakeGo(t *testing.T, prints string, code string) string {
	t.Helper()
	dir := t.TempDir()
	said := filepath.Join(dir, "transcript")
	program := filepath.Join(dir, "go")
	script := "#!/bin/sh\ncase \" $* \" in *\" -C devserver \"*) exit 0 ;; *\" test \"*) ;; *) exit 0 ;; esac\n" +
		"case \" $* \" in *\" -v \"*) cat " + said + " ;; esac\nexit " + code + "\n"
	for name, text := range map[string]string{said: prints, program: script} {
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return program
}

func makeTest(t *testing.T, program string) (string, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "make", "-s", "test", "GO="+program, "BIN="+t.TempDir())
	c.Env = append(os.Environ(), "MAKEFLAGS=")
	out, err := c.CombinedOutput()
	return string(out), err
}

func TestMakeTestSaysWhatItSkipped(t *testing.T) {
	out, err := makeTest(t, fakeGo(t, transcript, "0"))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := "ok  \tx/a\t0.010s\nSKIPPED 2 in x/a: NOT TESTED ON POSTGRESQL: no initdb\nSKIPPED 1 in x/a: no reason given\n"
	if !strings.HasSuffix(out, want) || strings.Contains(out, "RUN") {
		t.Errorf("it says %q; want %q", out, want)
	}
}

func TestMakeTestFailsWithTheTestsAndShowsWhy(t *testing.T) {
	out, err := makeTest(t, fakeGo(t, transcript+failing, "1"))
	if err == nil {
		t.Error("it passed")
	}
	for _, want := range []string{"it broke", "--- FAIL: TestD", "FAIL\tx/b", "SKIPPED 2 in x/a"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said: %s", want, out)
		}
	}
	if strings.Contains(out, "a note of a test that passes") || strings.Contains(out, "no test files") {
		t.Errorf("it says too much: %s", out)
	}
}
