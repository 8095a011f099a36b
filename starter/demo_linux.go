package main

import "syscall"

// dieWithUs has the kernel kill the demonstration's worker when this program ends, however that comes.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
