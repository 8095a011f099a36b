package e2e

import "syscall"

// dieWithUs has the kernel kill a child when the test process ends, however that comes.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
