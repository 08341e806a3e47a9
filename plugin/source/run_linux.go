package source

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// endWithUs lets the kernel kill the program when this one is killed and cannot
// do it (PR_SET_PDEATHSIG).
func endWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// waitForEnd waits until the process has ended, and leaves it to be waited for.
func waitForEnd(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return os.NewSyscallError("waitid", err)
		}
	}
}
