package lambda

import "syscall"

// attributes put a process into a group of its own, so that Ctrl-C reaches us alone and a signal reaches all of it, and let the kernel kill it when we die.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
