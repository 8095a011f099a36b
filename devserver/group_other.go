//go:build !linux

package main

import "syscall"

// ownGroup gives a command a process group of its own; this kernel cannot be asked to end it when we are killed.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// adoptOrphans cannot be asked of this kernel.
func adoptOrphans() error { return nil }

// rest is a group as a whole while somebody is in it; of our own nobody but us is known.
func rest(group int) []int {
	if group == syscall.Getpgrp() || syscall.Kill(-group, 0) != nil {
		return nil
	}
	return []int{-group}
}
