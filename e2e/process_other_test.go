//go:build !linux

package e2e

import "syscall"

// dieWithUs cannot be asked of this kernel: a child outlives a test process that is killed.
func dieWithUs() *syscall.SysProcAttr { return nil }
