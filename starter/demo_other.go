//go:build !linux

package main

import "syscall"

// dieWithUs cannot be asked of this kernel: the worker outlives a demonstration that is killed.
func dieWithUs() *syscall.SysProcAttr { return nil }
