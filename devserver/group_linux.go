package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup gives a command a process group of its own. The kernel tells the command to end when we are killed: whoever kills our
// group no longer reaches it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// adoptOrphans makes the orphans of our children ours, so that rest finds them.
func adoptOrphans() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// rest lists our children in a process group; those that have ended are waited for, since the first process of a container often
// waits for none.
func rest(group int) []int {
	var pids []int
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is good
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it ended meanwhile
		}
		var pid, parent, in int
		var state string
		line := string(text) // pid (name) state parent group ..., and a name may hold anything
		_, _ = fmt.Sscan(line, &pid)
		_, _ = fmt.Sscan(line[strings.LastIndexByte(line, ')')+1:], &state, &parent, &in)
		switch {
		case parent != os.Getpid() || in != group:
		case state == "Z":
			_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
		default:
			pids = append(pids, pid)
		}
	}
	return pids
}
