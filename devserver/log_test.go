package main

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"go.temporal.io/server/common/log/tag"
)

func TestLogTellsErrorsFromCallsThatWereGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		msg  string
		tags []tag.Tag
		want bool
	}{
		"a full disk matters":                       {"Persistent store operation Failure", []tag.Tag{tag.Error(errors.New("database or disk is full"))}, true},
		"an error without a cause matters":          {"Queue reader unable to retrieve tasks", nil, true},
		"a call that was given up does not":         {"Update workflow execution operation failed.", []tag.Tag{tag.Error(errors.New("UpdateWorkflowExecution operation failed. Error: context canceled"))}, false},
		"a call that ran out of time neither":       {"service failures", []tag.Tag{tag.Error(errors.New("context deadline exceeded"))}, false},
		"an answer that nobody waited for neither":  {"ContextMetadataInterceptor: Failed to set trailer", nil, false},
		"a workflow named like an error is not one": {"Workflow task failed", []tag.Tag{tag.WorkflowID("context canceled")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := matters(c.msg, c.tags); got != c.want {
				t.Errorf("matters is %t", got)
			}
		})
	}
}

func TestLogLineHasItsTagsAndNoStackTrace(t *testing.T) {
	l := newFilteredLog(false).With(tag.WorkflowID("onboarding/C-1/1")).(*filteredLog)
	got := l.line("Panic is captured", []tag.Tag{tag.SysStackTrace("goroutine 1 [running]:\nmain.main()"), tag.Error(errors.New("boom"))})
	if want := `Panic is captured wf-id="onboarding/C-1/1" error="boom"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A port can be lost between reserve and the server's own listening: its fatal log line must come back as an error.
func TestWhatTheServerCallsFatalComesBackAsAnError(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	at := netip.MustParseAddrPort(taken.Addr().String())
	t.Setenv("TMPDIR", t.TempDir())
	s := &server{options: options{namespace: "default"}, address: endpoint{at.Addr(), at.Port()}, log: newFilteredLog(false), state: opened(t, ephemeral)}
	if err := s.startTemporal(); err == nil || !strings.Contains(err.Error(), at.String()) {
		t.Errorf("the start is answered %v", err)
	}
}
