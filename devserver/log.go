package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// filteredLog is the server's log on standard error: one line an error, and only those that mean something to who runs it. The
// stock log has several errors with stack traces for every call that a client gave up: 64 clients in a hurry made 7,500 lines in
// 20 seconds, of which none is left here.
type filteredLog struct {
	verbose bool
	muted   *atomic.Bool
	tags    []tag.Tag
}

func newFilteredLog(verbose bool) *filteredLog {
	return &filteredLog{verbose: verbose, muted: new(atomic.Bool)}
}

// mute ends the log, and those made from it, unless it is verbose.
func (l *filteredLog) mute() { l.muted.Store(true) }

// fatal is what the server finds impossible.
type fatal string

func (f fatal) Error() string { return string(f) }

func (l *filteredLog) With(tags ...tag.Tag) log.Logger {
	return &filteredLog{l.verbose, l.muted, append(l.tags[:len(l.tags):len(l.tags)], tags...)}
}

func (l *filteredLog) Debug(string, ...tag.Tag) {}
func (l *filteredLog) Info(string, ...tag.Tag)  {}

func (l *filteredLog) Warn(msg string, tags ...tag.Tag) {
	if l.verbose {
		l.print("warn", msg, tags)
	}
}

func (l *filteredLog) Error(msg string, tags ...tag.Tag) {
	if l.verbose || !l.muted.Load() && matters(msg, tags) {
		l.print("error", msg, tags)
	}
}

// DPanic marks what must not happen but can be survived; the server means it to panic in its own development only.
func (l *filteredLog) DPanic(msg string, tags ...tag.Tag) { l.Error(msg, tags...) }

func (l *filteredLog) Panic(msg string, tags ...tag.Tag) { panic(l.line(msg, tags)) }

// Fatal does not return. It panics instead of ending the process, so that start can clean up and say what to do.
func (l *filteredLog) Fatal(msg string, tags ...tag.Tag) { panic(fatal(l.line(msg, tags))) }

// matters tells an error of the server from a call that someone gave up, which the server logs as errors of its own.
func matters(msg string, tags []tag.Tag) bool {
	if strings.HasPrefix(msg, "ContextMetadataInterceptor: Failed to set trailer") {
		return false // the answer had nobody to go to
	}
	for _, t := range tags {
		text := fmt.Sprint(t.Value())
		if t.Key() == "error" && (strings.Contains(text, context.Canceled.Error()) || strings.Contains(text, context.DeadlineExceeded.Error())) {
			return false
		}
	}
	return true
}

func (l *filteredLog) print(level, msg string, tags []tag.Tag) {
	fmt.Fprintf(os.Stderr, "devserver: temporal: %s: %s\n", level, l.line(msg, tags))
}

// line is the message and its tags without a stack trace.
func (l *filteredLog) line(msg string, tags []tag.Tag) string {
	var b strings.Builder
	b.WriteString(msg)
	for _, t := range append(l.tags[:len(l.tags):len(l.tags)], tags...) {
		if strings.Contains(t.Key(), "stack") {
			continue
		}
		fmt.Fprintf(&b, " %s=%q", t.Key(), fmt.Sprint(t.Value()))
	}
	return b.String()
}

var _ log.WithLogger = (*filteredLog)(nil)
